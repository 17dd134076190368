// SPDX-License-Identifier: GPL-3.0-or-later
// Who is trusted, and with what words it is refused.
#include "authority.h"
#include "core/net/client.h"
#include "core/net/fetch.h"
#include "stubserver.h"

#include <QTest>

#include <httplib.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <poll.h>

using namespace sextant;
using namespace sextant::net;
using namespace std::chrono_literals;

namespace {

/// An HTTPS server of httplib's with certificates from memory. "/who" answers with the client certificate's subject.
class TlsServer {
public:
    struct Wishes {
        std::string clientCa; ///< not empty: a client certificate of this authority is required
        int newestVersion = 0;
    };
    explicit TlsServer(const Identity &identity, const Wishes &wishes)
        : m_server([&](SSL_CTX &context) {
            setUp(context, identity, wishes);
            return true;
        })
    {
        m_server.Get("/who", [](const httplib::Request &request, httplib::Response &response) {
            X509 *const certificate = SSL_get1_peer_certificate(request.ssl);
            std::string name = "nobody";
            if (certificate != nullptr) {
                std::array<char, 100> text{};
                X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, text.data(), text.size());
                name = text.data();
                X509_free(certificate);
            }
            response.set_content(name, "text/plain");
        });
        m_server.Get("/host", [](const httplib::Request &request, httplib::Response &response) {
            const char *const sni = SSL_get_servername(request.ssl, TLSEXT_NAMETYPE_host_name);
            response.set_content(request.get_header_value("Host") + " " + (sni != nullptr ? sni : "-") + " "
                    + request.get_header_value("Authorization"),
                "text/plain");
        });
        m_server.set_keep_alive_timeout(1);
        m_port = m_server.bind_to_any_port("127.0.0.1");
        m_thread = std::thread([this] { m_server.listen_after_bind(); });
        while (!m_server.is_running()) {
            std::this_thread::yield();
        }
    }
    ~TlsServer()
    {
        m_server.stop();
        m_thread.join();
    }
    TlsServer(const TlsServer &) = delete;
    TlsServer &operator=(const TlsServer &) = delete;

    int port() const { return m_port; }
    std::string url(const std::string &path, const std::string &host = "127.0.0.1") const
    {
        return "https://" + host + ":" + std::to_string(m_port) + path;
    }

private:
    static void setUp(SSL_CTX &context, const Identity &identity, const Wishes &wishes)
    {
        BIO *in = BIO_new_mem_buf(identity.certificatePem.data(), static_cast<int>(identity.certificatePem.size()));
        X509 *const certificate = PEM_read_bio_X509(in, nullptr, nullptr, nullptr);
        BIO_free(in);
        in = BIO_new_mem_buf(identity.keyPem.data(), static_cast<int>(identity.keyPem.size()));
        EVP_PKEY *const key = PEM_read_bio_PrivateKey(in, nullptr, nullptr, nullptr);
        BIO_free(in);
        SSL_CTX_use_certificate(&context, certificate);
        SSL_CTX_use_PrivateKey(&context, key);
        X509_free(certificate);
        EVP_PKEY_free(key);
        if (wishes.newestVersion != 0) {
            SSL_CTX_set_min_proto_version(&context, TLS1_VERSION);
            SSL_CTX_set_max_proto_version(&context, wishes.newestVersion);
            SSL_CTX_set_security_level(&context, 0);
        }
        if (!wishes.clientCa.empty()) {
            in = BIO_new_mem_buf(wishes.clientCa.data(), static_cast<int>(wishes.clientCa.size()));
            X509 *const ca = PEM_read_bio_X509(in, nullptr, nullptr, nullptr);
            BIO_free(in);
            X509_STORE_add_cert(SSL_CTX_get_cert_store(&context), ca);
            X509_free(ca);
            SSL_CTX_set_verify(&context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
        }
    }

    httplib::SSLServer m_server;
    int m_port = 0;
    std::thread m_thread;
};

/// Answers CONNECT by joining the two connections, whatever name is asked for, to a port of this machine.
StubServer::Handler tunnelTo(int port)
{
    return [port](StubServer::Connection &connection, const std::string &) {
        const int other = connectTo("127.0.0.1", port);
        connection.send("HTTP/1.1 200 Connected\r\nX-Proxy: yes\r\n\r\n");
        std::array<pollfd, 2> ends{{{connection.socket(), POLLIN, 0}, {other, POLLIN, 0}}};
        std::array<char, 16384> buffer{};
        bool open = true;
        while (open && !connection.stopping()) {
            poll(ends.data(), ends.size(), 20);
            for (std::size_t i = 0; i < 2 && open; ++i) {
                if ((ends.at(i).revents & (POLLIN | POLLHUP)) != 0) {
                    const ssize_t got = ::recv(ends.at(i).fd, buffer.data(), buffer.size(), 0);
                    open = got > 0
                        && ::send(ends.at(1 - i).fd, buffer.data(), static_cast<std::size_t>(got), MSG_NOSIGNAL) == got;
                }
            }
        }
        ::close(other);
        return false;
    };
}

} // namespace

class TestTls : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void trust_data();
    void trust();
    void insecureIsAccepted();
    void serverNameOverride();
    void clientCertificate();
    void clientCertificateMissing();
    void clientCertificateUnusable_data();
    void clientCertificateUnusable();
    void anotherCertificateIsAnotherConnection();
    void plainServerOnATlsPort();
    void oldTlsIsRefused();
    void tokenTravelsOverTls();
    void tunnel();
    void tunnelRefused_data();
    void tunnelRefused();

private:
    Result<Response> ask(const std::string &url, const Tls &tls, const std::string &proxy = {})
    {
        Peer peer;
        peer.tls = tls;
        peer.proxy = proxy;
        Request request;
        request.url = url;
        request.headers = {{"Authorization", "Bearer hunter2"}};
        request.peer = std::make_shared<const Peer>(peer);
        return fetch(m_client, request);
    }

    Authority m_authority{"Sextant test authority"};
    Authority m_other{"Another authority"};
    Identity m_server = m_authority.issue("server", "DNS:localhost,DNS:kubernetes,IP:127.0.0.1");
    Client m_client;
};

void TestTls::trust_data()
{
    QTest::addColumn<QString>("server");
    QTest::addColumn<QString>("ca");
    QTest::addColumn<QString>("words"); // empty: trusted
    QTest::newRow("its own authority") << "good"
                                       << "own"
                                       << "";
    QTest::newRow("another authority") << "good"
                                       << "other"
                                       << "not signed by the given certificate authority";
    QTest::newRow("both, one after the other") << "good"
                                               << "both"
                                               << "";
    QTest::newRow("the system's store") << "good"
                                        << ""
                                        << "is not trusted by this system";
    QTest::newRow("no certificate in the text") << "good"
                                                << "nonsense"
                                                << "certificate authority given for";
    QTest::newRow("another name") << "misnamed"
                                  << "own"
                                  << "is for another name than 127.0.0.1";
    QTest::newRow("expired") << "expired"
                             << "own"
                             << "has expired";
}

void TestTls::trust()
{
    QFETCH(QString, server);
    QFETCH(QString, ca);
    QFETCH(QString, words);
    Identity identity = m_server;
    if (server == "misnamed") {
        identity = m_authority.issue("server", "DNS:elsewhere.example");
    } else if (server == "expired") {
        identity = m_authority.issue("server", "IP:127.0.0.1", -1);
    }
    TlsServer tlsServer(identity, {});
    Tls tls;
    if (ca == "own") {
        tls.caPem = m_authority.pem();
    } else if (ca == "other") {
        tls.caPem = m_other.pem();
    } else if (ca == "both") {
        tls.caPem = m_other.pem() + m_authority.pem();
    } else if (ca == "nonsense") {
        tls.caPem = "no certificate here";
    }
    const auto response = ask(tlsServer.url("/who"), tls);
    if (words.isEmpty()) {
        QVERIFY2(response.ok(), response.ok() ? "" : response.error().text().c_str());
        QCOMPARE(QString::fromStdString(response->body), "nobody");
        return;
    }
    QVERIFY(!response.ok());
    const QString said = QString::fromStdString(response.error().text());
    QVERIFY2(response.error().code == ErrorCode::Tls, qPrintable(said));
    QVERIFY2(said.contains(words), qPrintable(said));
    QVERIFY2(said.contains(QString::number(tlsServer.port())), qPrintable(said));
    QVERIFY(!response.error().remedy.empty());
    QVERIFY(!said.contains("hunter2"));
}

void TestTls::insecureIsAccepted()
{
    TlsServer server(m_other.issue("server", "DNS:elsewhere.example"), {});
    Tls tls;
    tls.insecure = true;
    QVERIFY(ask(server.url("/who"), tls).ok());
    // A connection made without looking must not serve one who looks.
    tls.insecure = false;
    tls.caPem = m_authority.pem();
    QVERIFY(!ask(server.url("/who"), tls).ok());
}

void TestTls::serverNameOverride()
{
    TlsServer server(m_authority.issue("server", "DNS:kubernetes"), {});
    Tls tls;
    tls.caPem = m_authority.pem();
    QVERIFY(!ask(server.url("/host"), tls).ok());
    tls.serverName = "kubernetes";
    const auto response = ask(server.url("/host"), tls);
    QVERIFY2(response.ok(), response.ok() ? "" : response.error().text().c_str());
    QCOMPARE(
        QString::fromStdString(response->body), QString("127.0.0.1:%1 kubernetes Bearer hunter2").arg(server.port()));
    tls.serverName = "elsewhere";
    const auto wrong = ask(server.url("/host"), tls);
    QVERIFY(!wrong.ok());
    QVERIFY(wrong.error().text().find("another name than elsewhere") != std::string::npos);
}

void TestTls::clientCertificate()
{
    TlsServer server(m_server, {.clientCa = m_other.pem()});
    const Identity ana = m_other.issue("ana", {});
    const Tls tls{.caPem = m_authority.pem(), .clientCertificatePem = ana.certificatePem, .clientKeyPem = ana.keyPem};
    const auto response = ask(server.url("/who"), tls);
    QVERIFY2(response.ok(), response.ok() ? "" : response.error().text().c_str());
    QCOMPARE(QString::fromStdString(response->body), "ana");
}

void TestTls::clientCertificateMissing()
{
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        TlsServer server(m_server, {.clientCa = m_other.pem(), .newestVersion = version});
        const Tls tls{.caPem = m_authority.pem()};
        const auto response = ask(server.url("/who"), tls);
        QVERIFY(!response.ok());
        QVERIFY2(
            response.error().text().find("client certificate") != std::string::npos, response.error().text().c_str());
    }
}

void TestTls::clientCertificateUnusable_data()
{
    QTest::addColumn<QString>("certificate");
    QTest::addColumn<QString>("key");
    QTest::newRow("nonsense") << "nonsense"
                              << "nonsense";
    QTest::newRow("a key of another") << "ana"
                                      << "bob";
    QTest::newRow("an encrypted key") << "ana"
                                      << "encrypted";
    QTest::newRow("no key") << "ana"
                            << "";
}

void TestTls::clientCertificateUnusable()
{
    QFETCH(QString, certificate);
    QFETCH(QString, key);
    TlsServer server(m_server, {});
    const Identity ana = m_other.issue("ana", {});
    Tls tls{.caPem = m_authority.pem()};
    tls.clientCertificatePem = certificate == "ana" ? ana.certificatePem : "nonsense";
    if (key == "bob") {
        tls.clientKeyPem = m_other.issue("bob", {}).keyPem;
    } else if (key == "nonsense") {
        tls.clientKeyPem = "nonsense";
    } else if (key == "encrypted") {
        BIO *const in = BIO_new_mem_buf(ana.keyPem.data(), static_cast<int>(ana.keyPem.size()));
        EVP_PKEY *const plain = PEM_read_bio_PrivateKey(in, nullptr, nullptr, nullptr);
        BIO_free(in);
        BIO *const out = BIO_new(BIO_s_mem());
        PEM_write_bio_PrivateKey(
            out, plain, EVP_aes_128_cbc(), reinterpret_cast<const unsigned char *>("pw"), 2, nullptr, nullptr);
        char *data = nullptr;
        const long size = BIO_get_mem_data(out, &data);
        tls.clientKeyPem.assign(data, static_cast<std::size_t>(size));
        BIO_free(out);
        EVP_PKEY_free(plain);
    }
    const auto response = ask(server.url("/who"), tls);
    QVERIFY(!response.ok());
    QVERIFY2(response.error().code == ErrorCode::Credential, response.error().text().c_str());
    QVERIFY(response.error().text().find("PRIVATE") == std::string::npos);
}

void TestTls::anotherCertificateIsAnotherConnection()
{
    TlsServer server(m_server, {.clientCa = m_other.pem()});
    for (const char *name : {"ana", "bob", "ana"}) {
        const Identity identity = m_other.issue(name, {});
        const Tls tls{.caPem = m_authority.pem(),
            .clientCertificatePem = identity.certificatePem,
            .clientKeyPem = identity.keyPem};
        const auto response = ask(server.url("/who"), tls);
        QVERIFY2(response.ok(), response.ok() ? "" : response.error().text().c_str());
        QCOMPARE(QString::fromStdString(response->body), QString::fromUtf8(name));
    }
}

void TestTls::plainServerOnATlsPort()
{
    StubServer server([](auto &connection, const std::string &) { return connection.send(answer(200, "")); });
    // It waits for the end of a request, which a TLS greeting does not hold: the handshake must time out.
    Peer peer;
    peer.tls.caPem = m_authority.pem();
    Request request;
    request.url = "https://" + server.hostPort() + "/";
    request.peer = std::make_shared<const Peer>(peer);
    request.connectTimeout = 500ms;
    const auto response = fetch(m_client, request);
    QVERIFY(!response.ok());
    QVERIFY2(response.error().code == ErrorCode::Timeout, response.error().text().c_str());
    QVERIFY(response.error().text().find(server.hostPort()) != std::string::npos);
}

void TestTls::oldTlsIsRefused()
{
    TlsServer server(m_server, {.newestVersion = TLS1_1_VERSION});
    const auto response = ask(server.url("/who"), {.caPem = m_authority.pem()});
    QVERIFY(!response.ok());
    QVERIFY2(response.error().code == ErrorCode::Tls, response.error().text().c_str());
}

void TestTls::tokenTravelsOverTls()
{
    TlsServer server(m_server, {});
    const auto response = ask(server.url("/host", "localhost"), {.caPem = m_authority.pem()});
    QVERIFY2(response.ok(), response.ok() ? "" : response.error().text().c_str());
    QCOMPARE(
        QString::fromStdString(response->body), QString("localhost:%1 localhost Bearer hunter2").arg(server.port()));
}

void TestTls::tunnel()
{
    TlsServer server(m_server, {});
    StubServer proxy(tunnelTo(server.port()));
    Tls tls{.caPem = m_authority.pem()};
    auto response = ask("https://kubernetes:6443/host", tls, "http://bob:pw@" + proxy.hostPort());
    QVERIFY2(response.ok(), response.ok() ? "" : response.error().text().c_str());
    QCOMPARE(QString::fromStdString(response->body), "kubernetes:6443 kubernetes Bearer hunter2");
    QVERIFY(response->head.header("x-proxy").empty());
    const std::string head = proxy.requests().at(0);
    QVERIFY(head.starts_with("CONNECT kubernetes:6443 HTTP/1.1\r\n"));
    QVERIFY(head.find("hunter2") == std::string::npos);
    QVERIFY(head.find("Proxy-Authorization: Basic") != std::string::npos);

    // With another TLS name the tunnel still goes to the real address.
    tls.serverName = "kubernetes";
    response = ask("https://api.invalid:6443/host", tls, "http://" + proxy.hostPort());
    QVERIFY2(response.ok(), response.ok() ? "" : response.error().text().c_str());
    QCOMPARE(QString::fromStdString(response->body), "api.invalid:6443 kubernetes Bearer hunter2");
    QVERIFY(proxy.requests().at(1).starts_with("CONNECT api.invalid:6443 HTTP/1.1\r\n"));
}

void TestTls::tunnelRefused_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<int>("code");
    QTest::newRow("log in") << 407 << static_cast<int>(ErrorCode::Credential);
    QTest::newRow("forbidden") << 403 << static_cast<int>(ErrorCode::Unreachable);
    QTest::newRow("bad gateway") << 502 << static_cast<int>(ErrorCode::Unreachable);
}

void TestTls::tunnelRefused()
{
    QFETCH(int, status);
    QFETCH(int, code);
    StubServer proxy([&](auto &connection, const std::string &) { return connection.send(answer(status, "no")); });
    const auto response =
        ask("https://kubernetes:6443/", {.caPem = m_authority.pem()}, "http://bob:pw@" + proxy.hostPort());
    QVERIFY(!response.ok());
    const std::string said = response.error().text();
    QVERIFY2(static_cast<int>(response.error().code) == code, said.c_str());
    QVERIFY2(said.find("HTTP " + std::to_string(status)) != std::string::npos, said.c_str());
    QVERIFY(said.find("pw") == std::string::npos);
}

QTEST_GUILESS_MAIN(TestTls)
#include "tst_tls.moc"
