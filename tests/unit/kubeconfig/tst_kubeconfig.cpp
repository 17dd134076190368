// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kubernetes/kubeconfig.h"
#include "core/kubernetes/textfile.h"

#include <QTemporaryDir>
#include <QtTest>

#include <fstream>
#include <map>

using namespace sextant;
using namespace sextant::kubernetes;

namespace {

const std::string kPem = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
const std::string kKey = "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n";

/// A folder with files, and the variables a process would have.
class Home {
public:
    std::string path(const std::string &name) const { return m_dir.path().toStdString() + "/" + name; }
    std::string write(const std::string &name, const std::string &text)
    {
        QDir().mkpath(QFileInfo(QString::fromStdString(path(name))).path());
        std::ofstream(path(name)) << text;
        return path(name);
    }
    std::map<std::string, std::string> variables;
    Environment environment() const
    {
        Environment out;
        out.variable = [this](const std::string &name) -> std::optional<std::string> {
            const auto at = variables.find(name);
            return at == variables.end() ? std::nullopt : std::optional(at->second);
        };
        out.serviceAccountFolder = path("serviceaccount");
        return out;
    }

private:
    QTemporaryDir m_dir;
};

/// One context "c" of cluster "k" and user "u" with these bodies.
std::string config(const std::string &cluster, const std::string &user = "{}", const std::string &context = {})
{
    return "apiVersion: v1\nkind: Config\nclusters:\n- name: k\n  cluster: " + cluster + "\nusers:\n- name: u\n  user: "
        + user + "\ncontexts:\n- name: c\n  context: {cluster: k, user: u" + context + "}\ncurrent-context: c\n";
}

std::string header(const Connection &connection, const std::string &name)
{
    std::string all;
    for (const auto &[key, value] : connection.impersonate) {
        all += key == name ? (all.empty() ? "" : "|") + value : "";
    }
    return all;
}

} // namespace

class KubeconfigTest : public QObject {
    Q_OBJECT

    /// The connection of context "c", or fails the test.
    Connection resolved(Home &home, const std::string &text)
    {
        const std::string file = home.write("config", text);
        const Result<Kubeconfig> found = Kubeconfig::find(file, home.environment());
        if (!found) {
            QTest::qFail(found.error().text().c_str(), __FILE__, __LINE__);
            return {};
        }
        Result<Connection> connection = found->connection({}, home.environment());
        if (!connection) {
            QTest::qFail(connection.error().text().c_str(), __FILE__, __LINE__);
            return {};
        }
        return *connection;
    }

private Q_SLOTS:
    void errorsNameThePlace_data();
    void errorsNameThePlace();
    void servers_data();
    void servers();
    void firstFileWinsWholeEntry();
    void findsFiles();
    void pathsAreRelativeToTheirFile();
    void certificates();
    void plainHttpCarriesNoCredential();
    void impersonation();
    void proxies();
    void credentials();
    void execIsResolved();
    void inCluster();
    void base64();
};

void KubeconfigTest::errorsNameThePlace_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("line"); // 0: none is known
    QTest::addColumn<QString>("message");
    const auto row = [](const char *name, const std::string &text, int line, const char *message) {
        QTest::newRow(name) << QString::fromStdString(text) << line << QString::fromUtf8(message);
    };
    const std::string pem = encodeBase64(kPem);
    const std::string server = "{server: https://h}";
    row("broken yaml", "clusters: [\n  {", 2, "is not valid YAML");
    row("not a mapping", "- a\n- b\n", 1, "must be a mapping");
    row("other kind", "kind: Pod\n", 1, "this is no kubeconfig");
    row("other version", "apiVersion: v2\n", 1, "\"v1\" was expected");
    row("list expected", "clusters: {a: b}\n", 1, "must be a list");
    row("no name", "clusters:\n- cluster: {server: x}\n", 2, "has no name");
    row("twice", "users:\n- name: a\n- name: a\n", 3, "stands twice");
    row("text expected", config("{server: [a]}"), 5, "\"server\" must be a text");
    row("flag expected", config("{server: https://h, insecure-skip-tls-verify: yes}"), 5,
        "where true or false was expected");
    row("no cluster", "contexts:\n- name: c\n  context: {cluster: k, user: u}\ncurrent-context: c\n", 2,
        "the cluster \"k\", which does not exist");
    row("names no cluster", "contexts:\n- name: c\n  context: {user: u}\ncurrent-context: c\n", 2, "names no cluster");
    row("no user",
        "clusters:\n- name: k\n  cluster: {server: https://h}\ncontexts:\n- name: c\n  context: {cluster: k, user: "
        "u}\ncurrent-context: c\n",
        5, "the user \"u\", which does not exist");
    row("no context", "current-context: gone\n", 0, "there is no context named \"gone\"");
    row("no current", "clusters: []\n", 0, "no current-context");
    row("no server", config("{}"), 4, "has no server");
    row("odd server", config("{server: \"ftp://h\"}"), 5, "no http or https URL");
    row("token and basic", config(server, "{token: t, username: a, password: b}"), 7, "more than one of token");
    row("certificate alone", config(server, "{client-certificate-data: " + pem + "}"), 7, "without its key");
    row("key alone", config(server, "{client-key-data: " + pem + "}"), 7, "without its certificate");
    row("certificate twice", config(server, "{client-certificate-data: " + pem + ", client-certificate: a.crt}"), 8,
        "both client-certificate and");
    row("key twice", config(server, "{client-key-data: " + pem + ", client-key: a.key}"), 8, "both client-key and");
    row("authority twice",
        config("{server: https://h, certificate-authority: a, certificate-authority-data: " + pem + "}"), 5,
        "both certificate-authority and");
    row("insecure with authority",
        config("{server: https://h, insecure-skip-tls-verify: true, certificate-authority-data: " + pem + "}"), 5,
        "and insecure-skip-tls-verify");
    row("not base64", config("{server: https://h, certificate-authority-data: \"%%\"}"), 5, "is not base64");
    row("no PEM", config("{server: https://h, certificate-authority-data: YWJj}"), 5, "holds no PEM");
    row("missing file", config("{server: https://h, certificate-authority: gone.crt}"), 5, "there is no such file");
    row("exec and provider",
        config(server,
            "{exec: {command: a, apiVersion: client.authentication.k8s.io/v1beta1}, auth-provider: {name: oidc}}"),
        8, "both exec and auth-provider");
    row("exec without command", config(server, "{exec: {apiVersion: client.authentication.k8s.io/v1beta1}}"), 8,
        "has no command");
    row("exec without version", config(server, "{exec: {command: a}}"), 8, "has no apiVersion");
    row("exec of an odd version", config(server, "{exec: {command: a, apiVersion: client.authentication.k8s.io/v9}}"),
        8, "v1 or v1beta1 was expected");
    row("exec v1 without mode", config(server, "{exec: {command: a, apiVersion: client.authentication.k8s.io/v1}}"), 8,
        "no interactiveMode");
    row("exec with an odd mode",
        config(server, "{exec: {command: a, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Sometimes}}"),
        8, "Never, IfAvailable or Always was expected");
    row("exec env", config(server, "{exec: {command: a, env: [{value: x}]}}"), 8, "no usable name");
    row("as-uid alone", config(server, "{as-uid: 7}"), 8, "without \"as\"");
    row("as-groups alone", config(server, "{as-groups: [a]}"), 8, "without \"as\"");
    row("as-user-extra alone", config(server, "{as-user-extra: {a: [b]}}"), 8, "without \"as\"");
    row("odd proxy", config("{server: https://h, proxy-url: \"ftp://p\"}"), 5, "no http, https or socks5 URL");
    row("proxy without scheme", config("{server: https://h, proxy-url: \"p:8080\"}"), 5,
        "no http, https or socks5 URL");
}

void KubeconfigTest::errorsNameThePlace()
{
    QFETCH(QString, text);
    QFETCH(int, line);
    QFETCH(QString, message);
    Home home;
    const std::string file = home.write("config", text.toStdString());
    const Result<Kubeconfig> found = Kubeconfig::find(file, home.environment());
    Error error;
    if (found) {
        const Result<Connection> connection = found->connection({}, home.environment());
        QVERIFY2(!connection, "was accepted");
        error = connection.error();
    } else {
        error = found.error();
    }
    QCOMPARE(error.code, ErrorCode::Config);
    const QString shown = QString::fromStdString(error.text());
    QVERIFY2(shown.contains(message), qPrintable(shown));
    if (line > 0) {
        const QString place = QString::fromStdString(file) + QLatin1Char(':') + QString::number(line);
        QVERIFY2(shown.startsWith(place), qPrintable(shown));
    }
}

void KubeconfigTest::servers_data()
{
    QTest::addColumn<QString>("server");
    QTest::addColumn<bool>("tls");
    QTest::addColumn<QString>("base");
    QTest::newRow("prefix kept") << "https://gw.test/k8s/clusters/c-9/" << false << "https://gw.test/k8s/clusters/c-9";
    QTest::newRow("query and fragment dropped") << "https://h:6443/p?x=1#y" << false << "https://h:6443/p";
    QTest::newRow("no scheme") << "h:8080" << false << "http://h:8080";
    QTest::newRow("no scheme with TLS") << "h:6443" << true << "https://h:6443";
    QTest::newRow("upper case") << "HTTPS://h" << false << "https://h";
    QTest::newRow("IPv6") << "https://[::1]:6443" << false << "https://[::1]:6443";
    QTest::newRow("user dropped") << "https://a:b@h" << false << "https://h";
}

void KubeconfigTest::servers()
{
    QFETCH(QString, server);
    QFETCH(bool, tls);
    QFETCH(QString, base);
    Home home;
    const Connection connection = resolved(home,
        config("{server: \"" + server.toStdString() + "\""
            + (tls ? ", certificate-authority-data: " + encodeBase64(kPem) : std::string()) + "}"));
    QCOMPARE(QString::fromStdString(connection.server), base);
}

void KubeconfigTest::firstFileWinsWholeEntry()
{
    Home home;
    const std::string a = home.write("a",
        "clusters:\n- name: k\n  cluster: {server: https://a}\ncontexts:\n- name: c\n  context: {cluster: k, user: "
        "u}\n");
    const std::string b = home.write("b",
        "clusters:\n- name: k\n  cluster: {server: https://b, tls-server-name: x}\nusers:\n- name: u\n  user: {token: "
        "t}\n"
        "contexts:\n- name: c\n  context: {cluster: k, user: u, namespace: n}\n- name: d\n  context: {cluster: k, "
        "user: u}\ncurrent-context: c\n");
    home.variables["KUBECONFIG"] = ":" + a + "::" + home.path("missing") + ":" + b + ":" + a;
    const Result<Kubeconfig> found = Kubeconfig::find({}, home.environment());
    QVERIFY(found.ok());
    QCOMPARE(found->files(), (std::vector<std::string>{a, b}));
    QCOMPARE(found->missing(), std::vector<std::string>{home.path("missing")});
    QCOMPARE(found->currentContext(), std::string("c"));
    const Result<Connection> connection = found->connection({}, home.environment());
    QVERIFY(connection.ok());
    QCOMPARE(connection->server, std::string("https://a"));
    QVERIFY(connection->tls.serverName.empty()); // nothing of the second entry comes through
    QVERIFY(connection->ns.empty());
    QCOMPARE(connection->credentials.token, std::string("t")); // a user of another file
    QCOMPARE(found->contexts().size(), std::size_t(2));
    QVERIFY(found->contexts()[0].current);
    QCOMPARE(found->contexts()[1].file, b);
}

void KubeconfigTest::findsFiles()
{
    Home home;
    QVERIFY(Kubeconfig::find({}, home.environment())->empty());
    home.variables["HOME"] = home.path("");
    QVERIFY(Kubeconfig::find({}, home.environment())->empty()); // ~/.kube/config is not there
    home.write(".kube/config", config("{server: https://home}"));
    QCOMPARE(Kubeconfig::find({}, home.environment())->connection({}, home.environment())->server,
        std::string("https://home"));
    home.variables["KUBECONFIG"] = home.write("empty", "");
    QVERIFY(Kubeconfig::find({}, home.environment())->empty()); // an empty file is a valid one
    const Result<Kubeconfig> missing = Kubeconfig::find(home.path("gone"), home.environment());
    QVERIFY(!missing);
    QVERIFY(missing.error().text().find("there is no such file") != std::string::npos);
    const Result<Kubeconfig> folder = Kubeconfig::find(home.path(".kube"), home.environment());
    QVERIFY(!folder);
}

void KubeconfigTest::pathsAreRelativeToTheirFile()
{
    Home home;
    home.write("sub/ca.crt", kPem);
    const std::string file = home.write("sub/config",
        config("{server: https://h, certificate-authority: ca.crt}",
            "{tokenFile: ../token, exec: {command: ./bin/login, apiVersion: client.authentication.k8s.io/v1beta1}}"));
    const Result<Kubeconfig> found = Kubeconfig::find(file, home.environment());
    QVERIFY(found.ok());
    const Result<Connection> connection = found->connection({}, home.environment());
    QVERIFY2(connection.ok(), connection ? "" : connection.error().text().c_str());
    QCOMPARE(connection->tls.caPem, kPem);
    QCOMPARE(connection->credentials.tokenFile, home.path("token"));
    QVERIFY(!connection->credentials.exec); // not run beside a token
    const std::string bare = home.write("sub/bare",
        config(
            "{server: https://h}", "{exec: {command: ./bin/login, apiVersion: client.authentication.k8s.io/v1beta1}}"));
    QCOMPARE(Kubeconfig::find(bare, home.environment())->connection({}, home.environment())->credentials.exec->command,
        home.path("sub/bin/login"));
}

void KubeconfigTest::certificates()
{
    Home home;
    home.write("c.crt", kPem);
    std::string wrapped = encodeBase64(kKey);
    wrapped.insert(20, "\\n  ");
    const Connection connection = resolved(home,
        config("{server: https://h, tls-server-name: api.test, disable-compression: true}",
            "{client-certificate: c.crt, client-key-data: \"" + wrapped + "\"}"));
    QCOMPARE(connection.tls.clientCertificatePem, kPem);
    QCOMPARE(connection.tls.clientKeyPem, kKey);
    QCOMPARE(connection.tls.serverName, std::string("api.test"));
    QVERIFY(!connection.compressed);
    QVERIFY(resolved(home, config("{server: https://h}")).compressed);
    QVERIFY(!resolved(home, config("{server: https://127.0.0.1:1}")).compressed);
    QVERIFY(resolved(home, config("{server: https://h, insecure-skip-tls-verify: true}")).tls.insecure);
}

void KubeconfigTest::plainHttpCarriesNoCredential()
{
    Home home;
    const Connection connection = resolved(home, config("{server: http://h}", "{token: t, as: ana}"));
    QVERIFY(connection.credentials.token.empty());
    QCOMPARE(header(connection, "Impersonate-User"), std::string("ana"));
    QVERIFY(!resolved(
        home, config("{server: http://h}", "{exec: {command: a, apiVersion: client.authentication.k8s.io/v1beta1}}"))
                 .credentials.exec);
}

void KubeconfigTest::impersonation()
{
    Home home;
    const Connection connection = resolved(home,
        config("{server: https://h}",
            "{token: t, as: ana, as-uid: \"7\", as-groups: [x, y], as-user-extra: {Acme.test/Scope: [a, b]}}"));
    QCOMPARE(header(connection, "Impersonate-User"), std::string("ana"));
    QCOMPARE(header(connection, "Impersonate-Uid"), std::string("7"));
    QCOMPARE(header(connection, "Impersonate-Group"), std::string("x|y"));
    QCOMPARE(header(connection, "Impersonate-Extra-acme.test%2Fscope"), std::string("a|b"));
}

void KubeconfigTest::proxies()
{
    Home home;
    QCOMPARE(resolved(home, config("{server: https://h, proxy-url: \"socks5://p:1080\"}")).proxy,
        std::string("socks5://p:1080"));
    home.variables = {{"HTTPS_PROXY", "p:3128"}, {"HTTP_PROXY", "http://q"}, {"NO_PROXY", "corp.test"}};
    const Connection https = resolved(home, config("{server: https://h}"));
    QCOMPARE(https.proxy, std::string("http://p:3128"));
    QVERIFY(https.noProxy.find("corp.test,localhost") == 0);
    QCOMPARE(resolved(home, config("{server: http://h}")).proxy, std::string("http://q"));
    home.variables = {{"https_proxy", "https://small"}};
    QCOMPARE(resolved(home, config("{server: https://h}")).proxy, std::string("https://small"));
}

void KubeconfigTest::credentials()
{
    Home home;
    QCOMPARE(resolved(home, config("{server: https://h}", "{token: \" t \"}")).credentials.token, std::string("t"));
    const Connection both = resolved(home, config("{server: https://h}", "{token: t, tokenFile: f}"));
    QCOMPARE(both.credentials.tokenFile, home.path("f")); // the file wins
    QVERIFY(both.credentials.token.empty());
    QCOMPARE(resolved(home, config("{server: https://h}", "{username: a, password: b}")).credentials.password,
        std::string("b"));
    const Connection oidc =
        resolved(home, config("{server: https://h}", "{auth-provider: {name: oidc, config: {id-token: x.y.z}}}"));
    QVERIFY(oidc.credentials.oidc);
    QCOMPARE(oidc.credentials.idToken, std::string("x.y.z"));
    for (const char *name : {"gcp", "azure", "other"}) {
        const Connection stub =
            resolved(home, config("{server: https://h}", std::string("{auth-provider: {name: ") + name + "}}"));
        QVERIFY(stub.credentials.unusable.has_value());
        QVERIFY(!stub.credentials.unusable->remedy.empty());
    }
    const Connection ns = resolved(home, config("{server: https://h}", "{}", ", namespace: team-a"));
    QCOMPARE(ns.ns, std::string("team-a"));
    QCOMPARE(ns.context, std::string("c"));
}

void KubeconfigTest::execIsResolved()
{
    Home home;
    const Connection connection = resolved(home,
        config("{server: https://h, certificate-authority-data: " + encodeBase64(kPem)
                + ", extensions: [{name: client.authentication.k8s.io/exec, extension: {audience: \"7\", deep: {n: 7, "
                  "on: true}}}]}",
            "{exec: {command: login, args: [a, \"b c\"], env: [{name: X, value: \"1\"}], apiVersion: "
            "client.authentication.k8s.io/v1, "
            "interactiveMode: Never, provideClusterInfo: true, installHint: get it}}"));
    const ExecConfig &exec = *connection.credentials.exec;
    QCOMPARE(exec.command, std::string("login"));
    QCOMPARE(exec.args, (std::vector<std::string>{"a", "b c"}));
    QCOMPARE(exec.env.front().second, std::string("1"));
    QCOMPARE(exec.installHint, std::string("get it"));
    const QJsonObject info = QJsonDocument::fromJson(QByteArray::fromStdString(exec.clusterJson)).object();
    QCOMPARE(info.value(QLatin1String("server")).toString(), QLatin1String("https://h"));
    const QJsonObject extension = info.value(QLatin1String("config")).toObject();
    QCOMPARE(extension.value(QLatin1String("audience")).toString(), QLatin1String("7")); // quoted stays a text
    QCOMPARE(extension.value(QLatin1String("deep")).toObject().value(QLatin1String("n")).toInt(), 7);
    QVERIFY(!info.value(QLatin1String("certificate-authority-data")).toString().isEmpty());
}

void KubeconfigTest::inCluster()
{
    Home home;
    QVERIFY(!inClusterConnection(home.environment()));
    home.variables = {{"KUBERNETES_SERVICE_HOST", "fd00::1"}, {"KUBERNETES_SERVICE_PORT", "443"}};
    const auto broken = inClusterConnection(home.environment());
    QVERIFY(broken && !broken->ok());
    home.write("serviceaccount/token", "t\n");
    home.write("serviceaccount/ca.crt", kPem);
    home.write("serviceaccount/namespace", "apps\n");
    const auto inside = inClusterConnection(home.environment());
    QVERIFY(inside && inside->ok());
    QCOMPARE((*inside)->server, std::string("https://[fd00::1]:443"));
    QCOMPARE((*inside)->ns, std::string("apps"));
    QCOMPARE((*inside)->credentials.tokenFile, home.path("serviceaccount/token"));
}

void KubeconfigTest::base64()
{
    for (const std::string text : {"", "a", "ab", "abc", "abcd", "\x01\xff\x80"}) {
        QCOMPARE(*decodeBase64(encodeBase64(text)), text);
    }
    for (const char *bad : {"a", "a=", "ab", "====", "a===", "ab=c", "!abc"}) {
        QVERIFY2(!decodeBase64(bad), bad);
    }
}

QTEST_APPLESS_MAIN(KubeconfigTest)
#include "tst_kubeconfig.moc"
