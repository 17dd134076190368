// SPDX-License-Identifier: GPL-3.0-or-later
#include "authority.h"
#include "core/kubernetes/kubernetesfeed.h"
#include "core/simulator/simulator.h"

#include <QFile>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtTest>

#include <csignal>
#include <map>
#include <netinet/in.h>
#include <set>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace sextant;
using namespace std::chrono_literals;

namespace {

/// One line of the proxy's log.
struct Asked {
    QString protocol; ///< by ALPN: "h2", "http/1.1"
    QString port; ///< of the client: tells connections apart
    QString path;
    bool watch() const { return path.contains("watch=1"); }
    bool list() const { return !watch() && (path.contains("?resourceVersion=") || path.contains("?limit=")); }
};

/// One that nobody listens on at this moment.
int freePort()
{
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(listener, reinterpret_cast<sockaddr *>(&address), size);
    ::getsockname(listener, reinterpret_cast<sockaddr *>(&address), &size);
    ::close(listener);
    return ntohs(address.sin_port);
}

} // namespace

/// A simulated cluster behind a proxy that speaks HTTP/2, as many API servers do: lists come on HTTP/1.1 connections
/// of their own, all watches on one of HTTP/2.
class TestHttp2 : public QObject {
    Q_OBJECT

    QTemporaryDir m_home;
    Authority m_authority{"Sextant test authority"};
    std::unique_ptr<simulator::Simulator> m_simulator;
    std::unique_ptr<QProcess> m_proxy;
    int m_port = 0;
    net::Client m_client;
    FleetStore m_fleet;
    std::shared_ptr<ClusterStore> m_store;
    std::unique_ptr<Feed> m_feed;

    void startProxy()
    {
        m_proxy = std::make_unique<QProcess>();
        m_proxy->setChildProcessModifier([] { prctl(PR_SET_PDEATHSIG, SIGTERM); });
        const QString url = QString::fromStdString(m_simulator->endpoints().front().url);
        m_proxy->setStandardErrorFile(m_home.filePath("errors"));
        m_proxy->start("nghttpx",
            {"--conf=/dev/null", "--no-ocsp", "--workers=1", QString("--frontend=127.0.0.1,%1").arg(m_port),
                "--backend=127.0.0.1," + url.section(':', 2), "--accesslog-file=" + m_home.filePath("log"),
                "--accesslog-format=$alpn $remote_port $path", "--accesslog-write-early", m_home.filePath("key"),
                m_home.filePath("certificate")});
        QVERIFY(m_proxy->waitForStarted());
    }
    void stopProxy()
    {
        m_proxy->terminate();
        QVERIFY(m_proxy->waitForFinished());
    }
    std::vector<Asked> asked() const
    {
        std::vector<Asked> out;
        QFile log(m_home.filePath("log"));
        if (log.open(QIODevice::ReadOnly)) {
            for (const QByteArray &line : log.readAll().split('\n')) {
                const QStringList words = QString::fromUtf8(line).split(' ');
                if (words.size() == 3) {
                    out.push_back({words[0], words[1], words[2]});
                }
            }
        }
        return out;
    }
    ClusterSnapshotPtr now() const { return m_store->current(); }
    /// The versions of all pods: the client's, the cluster's.
    std::map<std::string, std::string> held() const
    {
        std::map<std::string, std::string> out;
        const auto snapshot = now();
        for (const PodView pod : snapshot->pods()) {
            out[std::string(pod.ns()) + '/' + std::string(pod.name())] = std::string(pod.resourceVersion());
        }
        return out;
    }
    std::map<std::string, std::string> truth() const
    {
        std::map<std::string, std::string> out;
        for (const auto &pod : m_simulator->truth(0).pods) {
            out[pod.ns + '/' + pod.name] = std::to_string(pod.resourceVersion);
        }
        return out;
    }

private Q_SLOTS:
    void initTestCase()
    {
        if (QStandardPaths::findExecutable("nghttpx", {}).isEmpty()
            && QStandardPaths::findExecutable("nghttpx", {"/usr/sbin"}).isEmpty()) {
            QSKIP("nghttpx is not installed (Debian: nghttp2-proxy): HTTP/2 was not tried");
        }
        qputenv("PATH", qgetenv("PATH") + ":/usr/sbin");
        const Identity server = m_authority.issue("server", "IP:127.0.0.1");
        for (const auto &[name, pem] :
            {std::pair("key", server.keyPem), std::pair("certificate", server.certificatePem)}) {
            QFile file(m_home.filePath(name));
            QVERIFY(file.open(QIODevice::WriteOnly) && file.write(pem.data(), qint64(pem.size())) > 0);
        }
        simulator::Options options;
        options.seed = 3;
        options.warmUp = 0s;
        options.bookmarkEvery = 200ms;
        simulator::ClusterOptions cluster;
        cluster.nodes = 40;
        cluster.pods = 600;
        cluster.churn = 5;
        options.clusters.push_back(cluster);
        m_simulator = std::make_unique<simulator::Simulator>(options);
        QVERIFY(m_simulator->start());
        m_simulator->pause(true);
        m_port = freePort();
        startProxy();

        kubernetes::Connection connection;
        connection.name = "behind a proxy";
        connection.server = "https://127.0.0.1:" + std::to_string(m_port);
        connection.tls.caPem = m_authority.pem();
        connection.credentials.token = m_simulator->endpoints().front().token;
        kubernetes::FeedOptions feed;
        feed.seed = 7;
        feed.backoffScale = 0.1;
        m_store = m_fleet.add();
        m_feed = kubernetes::makeKubernetesFeed(connection, feed, m_client, m_store);
        m_feed->start();
        QTRY_VERIFY_WITH_TIMEOUT(now()->status().settled(), 30'000);
    }
    void cleanupTestCase()
    {
        m_feed.reset();
        if (m_proxy) {
            stopProxy();
        }
    }

    void listsOnHttp1()
    {
        std::vector<Asked> lists;
        QTRY_VERIFY_WITH_TIMEOUT(
            [&] { // the proxy writes its log a little later
                lists = asked();
                std::erase_if(lists, [](const Asked &one) { return !one.list(); });
                return lists.size() >= 9;
            }(),
            10'000);
        for (const Asked &one : lists) {
            QVERIFY2(one.protocol == "http/1.1", qPrintable(one.protocol + ' ' + one.path));
        }
    }

    void watchesShareOneConnection()
    {
        // One for each kind that is kept current, pods and nodes and the rest.
        std::set<QString> ports, paths;
        QTRY_VERIFY_WITH_TIMEOUT(
            [&] {
                ports.clear();
                paths.clear();
                for (const Asked &one : asked()) {
                    if (one.watch()) {
                        ports.insert(one.protocol + ' ' + one.port);
                        paths.insert(one.path.section('?', 0, 0));
                    }
                }
                return paths.size() >= 9;
            }(),
            10'000);
        QVERIFY2(ports.size() == 1 && ports.begin()->startsWith("h2 "),
            qPrintable(QStringList(ports.begin(), ports.end()).join(", ")));
    }

    void changesComeByIt()
    {
        const auto before = now()->status().changes;
        m_simulator->step(120);
        QTRY_VERIFY_WITH_TIMEOUT(held() == truth(), 20'000);
        QVERIFY(now()->status().changes > before + 100);
        QCOMPARE(now()->status().of(ResourceKind::Pods).lists, decltype(ResourceStatus::lists)(1));
    }

    /// The one connection that carried all watches breaks: each goes on where it was.
    void allGoOnAfterABreak()
    {
        stopProxy();
        QTRY_COMPARE_WITH_TIMEOUT(now()->status().connection, sextant::Connection::Stale, 20'000);
        m_simulator->step(30);
        QVERIFY(held() != truth());
        startProxy();
        QTRY_VERIFY_WITH_TIMEOUT(held() == truth(), 30'000);
        QTRY_COMPARE(now()->status().connection, sextant::Connection::Live);
        QCOMPARE(now()->status().of(ResourceKind::Pods).lists, decltype(ResourceStatus::lists)(1));
    }
};

QTEST_GUILESS_MAIN(TestHttp2)
#include "tst_http2.moc"
