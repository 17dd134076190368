// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/kubernetes/credentials.h"
#include "core/kubernetes/session.h"
#include "core/kubernetes/textfile.h"

#include <QTemporaryDir>
#include <QtTest>

#include <csignal>
#include <fstream>
#include <future>
#include <semaphore>
#include <sys/stat.h>

using namespace sextant;
using namespace sextant::kubernetes;
using namespace std::chrono_literals;

namespace {

const std::string kVersion = "client.authentication.k8s.io/v1";

std::string answer(const std::string &status)
{
    return "{\"kind\":\"ExecCredential\",\"apiVersion\":\"" + kVersion + "\",\"status\":" + status + "}";
}

/// A folder with scripts that play plug-ins; each run leaves a line in the file "runs".
class Scripts {
public:
    Scripts() { m_dir.setAutoRemove(true); }
    std::string path(const std::string &name) const { return m_dir.path().toStdString() + "/" + name; }
    ExecConfig script(const std::string &body, const std::string &name = "login")
    {
        std::ofstream(path(name)) << "#!/bin/sh\necho run >> " << path("runs") << "\n" << body << "\n";
        ::chmod(path(name).c_str(), 0700);
        ExecConfig out;
        out.command = path(name);
        out.apiVersion = kVersion;
        out.interactiveMode = "IfAvailable";
        return out;
    }
    int runs() const
    {
        std::ifstream in(path("runs"));
        int lines = 0;
        for (std::string line; std::getline(in, line);) {
            ++lines;
        }
        return lines;
    }
    std::string text(const std::string &name) const { return readSmallFile(path(name), 1U << 20).valueOr({}); }
    bool exists(const std::string &name) const { return QFileInfo::exists(QString::fromStdString(path(name))); }

private:
    QTemporaryDir m_dir;
};

Result<ExecCredential> ask(ExecPlugin &plugin)
{
    std::promise<Result<ExecCredential>> promise;
    auto future = promise.get_future();
    plugin.request([&promise](const Result<ExecCredential> &result) { promise.set_value(result); });
    return future.get();
}

QString words(const Result<ExecCredential> &result)
{
    return result ? QStringLiteral("a credential") : QString::fromStdString(result.error().text());
}

} // namespace

class CredentialsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void answers_data();
    void answers();
    void failures_data();
    void failures();
    void environmentAndStdin();
    void keptUntilItExpires();
    void refusedOnceRunOnce();
    void manyAskOneRun();
    void cancelKillsTheGroup();
    void droppedByTheLastEndsTheRun();
    void destructorEndsTheRun();
    void timeoutEndsTheRun();
    void backgroundChildIsNotWaitedFor();
    void loginShellPathIsSearched();
    void oneForEachConfiguration();
    void tokenFile();
    void idToken();
    void basicAndStubs();
};

void CredentialsTest::answers_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("token");
    QTest::addColumn<bool>("certificate");
    QTest::addColumn<QString>("error");
    const auto good = [](const char *name, const std::string &status, const char *token, bool certificate) {
        QTest::newRow(name) << QString::fromStdString(answer(status)) << QString::fromUtf8(token) << certificate
                            << QString();
    };
    const auto bad = [](const char *name, const std::string &text, const char *error) {
        QTest::newRow(name) << QString::fromStdString(text) << QString() << false << QString::fromUtf8(error);
    };
    const std::string pem =
        R"("clientCertificateData":"-----BEGIN CERTIFICATE-----\nx","clientKeyData":"-----BEGIN PRIVATE KEY-----\nx")";
    good("token", R"({"token":"abc"})", "abc", false);
    good("certificate", "{" + pem + "}", "", true);
    good("all", R"({"token":"abc","expirationTimestamp":"2031-04-02T09:15:00Z",)" + pem + "}", "abc", true);
    bad("nothing", "", "answered nothing");
    bad("garbage", "<html>", "did not answer one JSON object");
    bad("two objects", answer(R"({"token":"a"})") + answer(R"({"token":"a"})"), "did not answer one JSON object");
    bad("other kind", R"({"kind":"Token"})", "no ExecCredential");
    bad("other version",
        R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1","status":{"token":"a"}})",
        "where \"client.authentication.k8s.io/v1\" was configured");
    bad("no status", R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1"})", "without a status");
    bad("empty status", answer("{}"), "neither a token nor a client certificate");
    bad("no key", answer(R"({"clientCertificateData":"-----BEGIN CERTIFICATE-----"})"), "without its key");
    bad("base64", answer(R"({"clientCertificateData":"LS0t","clientKeyData":"LS0t"})"), "no PEM text");
    bad("line break in the token", answer(R"({"token":"a\nX-Evil: 1"})"), "white space or control characters");
    bad("odd time", answer(R"({"token":"a","expirationTimestamp":"tomorrow"})"), "that is no time");
}

void CredentialsTest::answers()
{
    QFETCH(QString, text);
    QFETCH(QString, token);
    QFETCH(bool, certificate);
    QFETCH(QString, error);
    const Result<ExecCredential> result = parseExecCredential(text.toStdString(), kVersion);
    QCOMPARE(result.ok(), error.isEmpty());
    if (result) {
        QCOMPARE(QString::fromStdString(result->token), token);
        QCOMPARE(!result->certificatePem.empty() && !result->keyPem.empty(), certificate);
    } else {
        QVERIFY2(words(result).contains(error), qPrintable(words(result)));
    }
}

void CredentialsTest::failures_data()
{
    QTest::addColumn<QString>("body");
    QTest::addColumn<QStringList>("said");
    QTest::newRow("exit code") << "echo 'log in first' >&2; exit 3"
                               << QStringList{"exit code 3", "it said: log in first"};
    QTest::newRow("signal") << "kill -9 $$" << QStringList{"ended by signal 9"};
    QTest::newRow("garbage") << "echo nonsense; echo why >&2"
                             << QStringList{"did not answer one JSON object", "it said: why"};
    QTest::newRow("huge stdout") << "yes aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                                 << QStringList{"wrote more than 1024 KiB"};
    QTest::newRow("escapes") << "printf '\\033]0;evil\\007\\033[31mred\\033[0m \\342\\200\\256x' >&2; exit 1"
                             << QStringList{"it said: "};
    QTest::newRow("huge stderr") << "yes bbbbbbbbbbbbbbbb | head -c 300000 >&2; echo end >&2; exit 1"
                                 << QStringList{"…", "end"};
}

void CredentialsTest::failures()
{
    QFETCH(QString, body);
    QFETCH(QStringList, said);
    Scripts scripts;
    ExecPlugin plugin(scripts.script(body.toStdString()));
    const Result<ExecCredential> result = ask(plugin);
    QVERIFY(!result);
    QCOMPARE(result.error().code, ErrorCode::Credential);
    for (const QString &text : said) {
        QVERIFY2(words(result).contains(text), qPrintable(words(result)));
    }
    QVERIFY2(!words(result).contains(QChar(0x1b)) && !words(result).contains(QChar(0x202e))
            && !words(result).contains(QLatin1String("[31m")),
        qPrintable(words(result)));
    QVERIFY(words(result).size() < 2000);
}

void CredentialsTest::environmentAndStdin()
{
    Scripts scripts;
    ExecConfig config = scripts.script("printf %s \"$KUBERNETES_EXEC_INFO\" > " + scripts.path("info")
        + "; printf %s \"$EXTRA:$1\" > " + scripts.path("extra") + "; cat > " + scripts.path("stdin") + "; echo '"
        + answer(R"({"token":"t"})") + "'");
    config.env = {{"EXTRA", "x y"}};
    config.args = {"first arg"};
    config.clusterJson = R"({"server":"https://h"})";
    ExecPlugin plugin(config);
    const Result<ExecCredential> result = ask(plugin);
    QVERIFY2(result.ok(), qPrintable(words(result)));
    const QJsonObject info = QJsonDocument::fromJson(QByteArray::fromStdString(scripts.text("info"))).object();
    QCOMPARE(info.value(QLatin1String("kind")).toString(), QLatin1String("ExecCredential"));
    QCOMPARE(info.value(QLatin1String("apiVersion")).toString(), QString::fromStdString(kVersion));
    const QJsonObject spec = info.value(QLatin1String("spec")).toObject();
    QCOMPARE(spec.value(QLatin1String("interactive")), QJsonValue(false));
    QCOMPARE(spec.value(QLatin1String("cluster")).toObject().value(QLatin1String("server")).toString(),
        QLatin1String("https://h"));
    QCOMPARE(scripts.text("extra"), std::string("x y:first arg"));
    QVERIFY(scripts.exists("stdin"));
    QVERIFY(scripts.text("stdin").empty());
}

void CredentialsTest::keptUntilItExpires()
{
    Scripts scripts;
    ExecPlugin lasting(scripts.script("echo '" + answer(R"({"token":"t"})") + "'"));
    QVERIFY(ask(lasting).ok());
    QVERIFY(ask(lasting).ok());
    QCOMPARE(scripts.runs(), 1);
    Scripts others;
    ExecPlugin expired(
        others.script("echo '" + answer(R"({"token":"t","expirationTimestamp":"2001-01-01T00:00:00Z"})") + "'"));
    QVERIFY(ask(expired).ok());
    QVERIFY(!expired.current());
    QVERIFY(ask(expired).ok());
    QCOMPARE(others.runs(), 2);
}

void CredentialsTest::refusedOnceRunOnce()
{
    Scripts scripts;
    ExecPlugin plugin(scripts.script("echo '" + answer(R"({"token":"t"})") + "'"));
    const std::uint64_t first = ask(plugin)->number;
    plugin.invalidate(first);
    const std::uint64_t second = ask(plugin)->number;
    QVERIFY(second > first);
    plugin.invalidate(first); // a late 401 of the old credential does not cost the new one
    QVERIFY(plugin.current().has_value());
    QCOMPARE(scripts.runs(), 2);
}

void CredentialsTest::manyAskOneRun()
{
    Scripts scripts;
    ExecPlugin plugin(
        scripts.script("read line < " + scripts.path("gate") + "; echo '" + answer(R"({"token":"t"})") + "'"));
    QCOMPARE(::mkfifo(scripts.path("gate").c_str(), 0600), 0);
    std::counting_semaphore<> done(0);
    std::atomic<int> good = 0;
    for (int i = 0; i < 12; ++i) {
        plugin.request([&](const Result<ExecCredential> &result) {
            good += result.ok() ? 1 : 0;
            done.release();
        });
    }
    std::ofstream(scripts.path("gate")) << "go\n"; // opens once the script reads
    for (int i = 0; i < 12; ++i) {
        done.acquire();
    }
    QCOMPARE(good.load(), 12);
    QCOMPARE(scripts.runs(), 1);
}

void CredentialsTest::cancelKillsTheGroup()
{
    Scripts scripts;
    // A child of the script, and the script itself deaf to polite words.
    ExecPlugin plugin(scripts.script("trap '' TERM; sleep 1000 & echo $! > " + scripts.path("child.new") + "; mv "
        + scripts.path("child.new") + " " + scripts.path("child") + "; wait; sleep 1000"));
    std::promise<Result<ExecCredential>> promise;
    auto future = promise.get_future();
    plugin.request([&promise](const Result<ExecCredential> &result) { promise.set_value(result); });
    QTRY_VERIFY(scripts.exists("child"));
    const int child = std::stoi(scripts.text("child"));
    QCOMPARE(::kill(child, 0), 0);
    plugin.cancel();
    const Result<ExecCredential> result = future.get();
    QVERIFY(!result);
    QCOMPARE(result.error().code, ErrorCode::Cancelled);
    // Gone, or a zombie of whoever is its parent now.
    QTRY_VERIFY(::kill(child, 0) != 0
        || readSmallFile("/proc/" + std::to_string(child) + "/stat", 4096).valueOr({}).find(") Z")
            != std::string::npos);
}

void CredentialsTest::droppedByTheLastEndsTheRun()
{
    Scripts scripts;
    ExecPlugin plugin(scripts.script("touch " + scripts.path("begun") + "; sleep 1000"));
    bool called = false;
    const ExecPlugin::Ticket one = plugin.request([&](const Result<ExecCredential> &) { called = true; });
    QTRY_VERIFY(scripts.exists("begun"));
    plugin.drop(one);
    // The run has ended when the next one can.
    ExecConfig quick = scripts.script("echo '" + answer(R"({"token":"t"})") + "'");
    QVERIFY(ask(plugin).ok());
    QVERIFY(!called);
}

void CredentialsTest::destructorEndsTheRun()
{
    Scripts scripts;
    auto plugin = std::make_unique<ExecPlugin>(scripts.script("touch " + scripts.path("begun") + "; sleep 1000"));
    std::atomic<bool> called = false;
    plugin->request([&](const Result<ExecCredential> &) { called = true; });
    QTRY_VERIFY(scripts.exists("begun"));
    plugin.reset(); // hangs for 1,000 s where it does not end the run
    QVERIFY(called);
}

void CredentialsTest::timeoutEndsTheRun()
{
    Scripts scripts;
    ExecPlugin plugin(scripts.script("echo waiting >&2; sleep 1000"), 200ms);
    const Result<ExecCredential> result = ask(plugin);
    QVERIFY(!result);
    QVERIFY2(words(result).contains(QLatin1String("did not end within")), qPrintable(words(result)));
}

void CredentialsTest::backgroundChildIsNotWaitedFor()
{
    Scripts scripts;
    ExecPlugin plugin(scripts.script(
        "sleep 1000 & echo $! > " + scripts.path("child") + "; echo '" + answer(R"({"token":"t"})") + "'"));
    QVERIFY(ask(plugin).ok()); // though the child holds stdout open
    ::kill(std::stoi(scripts.text("child")), SIGKILL);
}

void CredentialsTest::loginShellPathIsSearched()
{
    Scripts scripts;
    ExecConfig config = scripts.script("echo '" + answer(R"({"token":"t"})") + "'", "sextant-test-login");
    config.command = "sextant-test-login";
    // A "login shell" that knows a longer PATH than this process, and greets.
    scripts.script("echo 'Welcome!'; PATH=" + scripts.path("") + ":/usr/bin:/bin; eval \"$3\"", "shell");
    const QByteArray shell = qgetenv("SHELL");
    qputenv("SHELL", QByteArray::fromStdString(scripts.path("shell")));
    ExecPlugin plugin(config);
    const Result<ExecCredential> found = ask(plugin);
    config.command = "sextant-test-no-such-plugin";
    config.installHint = "Install it: \x1b[1mapt\x1b[0m";
    ExecPlugin missing(config);
    const Result<ExecCredential> gone = ask(missing);
    qputenv("SHELL", shell);
    QVERIFY2(found.ok(), qPrintable(words(found)));
    QVERIFY(!gone);
    QVERIFY2(words(gone).contains(QLatin1String("was not found in PATH")), qPrintable(words(gone)));
    QVERIFY2(words(gone).contains(QString::fromStdString(scripts.path(""))),
        qPrintable(words(gone))); // says where it looked
    QVERIFY2(words(gone).endsWith(QLatin1String("Install it: apt")), qPrintable(words(gone)));
}

void CredentialsTest::oneForEachConfiguration()
{
    Scripts scripts;
    ExecConfig config = scripts.script("exit 1");
    const auto a = ExecPlugin::of(config);
    QCOMPARE(ExecPlugin::of(config).get(), a.get());
    config.server = "https://other";
    QVERIFY(ExecPlugin::of(config).get() != a.get());
}

void CredentialsTest::tokenFile()
{
    Scripts scripts;
    kubernetes::Connection connection;
    connection.credentials.tokenFile = scripts.path("token");
    auto now = std::chrono::system_clock::time_point(1'000'000s);
    CredentialSource source(
        connection, [] {}, [&now] { return now; });
    Authorization got;
    Error error;
    QCOMPARE(source.get(got, error), CredentialSource::State::Failed);
    QCOMPARE(error.code, ErrorCode::Credential);
    std::ofstream(scripts.path("token")) << " one \n";
    QCOMPARE(source.get(got, error), CredentialSource::State::Ready);
    QCOMPARE(got.header, std::string("Bearer one"));
    std::ofstream(scripts.path("token")) << "two";
    now += 49s;
    source.get(got, error);
    QCOMPARE(got.header, std::string("Bearer one"));
    now += 1s;
    source.get(got, error);
    QCOMPARE(got.header, std::string("Bearer two"));
    std::ofstream(scripts.path("token")) << "three";
    QVERIFY(source.refused(got)); // read again at once
    source.get(got, error);
    QCOMPARE(got.header, std::string("Bearer three"));
    QVERIFY(!source.refused(got)); // nothing new: no use in asking again
    QFile::remove(QString::fromStdString(scripts.path("token")));
    now += 100s;
    QCOMPARE(source.get(got, error), CredentialSource::State::Ready); // the last good one
    QCOMPARE(got.header, std::string("Bearer three"));
}

void CredentialsTest::idToken()
{
    const auto token = [](const std::string &claims) {
        std::string payload = encodeBase64(claims);
        std::replace(payload.begin(), payload.end(), '+', '-');
        std::replace(payload.begin(), payload.end(), '/', '_');
        payload.erase(payload.find_last_not_of('=') + 1);
        return "h." + payload + ".s";
    };
    kubernetes::Connection connection;
    connection.context = "prod";
    connection.credentials.oidc = true;
    connection.credentials.idToken = token(R"({"exp":1000,"sub":"??>>"})");
    auto now = std::chrono::system_clock::time_point(999s);
    CredentialSource source(
        connection, [] {}, [&now] { return now; });
    Authorization got;
    Error error;
    QCOMPARE(source.get(got, error), CredentialSource::State::Ready);
    QCOMPARE(got.header, "Bearer " + connection.credentials.idToken);
    now += 1s;
    QCOMPARE(source.get(got, error), CredentialSource::State::Failed);
    QVERIFY2(error.text().find("expired at 1970-01-01T00:16:40Z") != std::string::npos, error.text().c_str());
    QVERIFY2(error.remedy.find("kubectl --context prod") != std::string::npos, error.remedy.c_str());
    QVERIFY(error.text().find(connection.credentials.idToken) == std::string::npos);
    for (const char *odd : {"", "a.b", "a.!.c", "a.e30.c", "a.eyJleHAiOiJ4In0.c"}) {
        QVERIFY2(!expiryOfIdToken(odd), odd);
    }
}

void CredentialsTest::basicAndStubs()
{
    kubernetes::Connection connection;
    connection.credentials.username = "ana";
    connection.credentials.password = "p:w";
    CredentialSource basic(connection, [] {});
    Authorization got;
    Error error;
    QCOMPARE(basic.get(got, error), CredentialSource::State::Ready);
    QCOMPARE(got.header, "Basic " + encodeBase64("ana:p:w"));
    QVERIFY(!basic.refused(got));
    connection.credentials = {};
    connection.credentials.unusable = Error{.code = ErrorCode::Credential, .message = "no"};
    CredentialSource stub(connection, [] {});
    QCOMPARE(stub.get(got, error), CredentialSource::State::Failed);
    QCOMPARE(error.message, std::string("no"));
}

QTEST_GUILESS_MAIN(CredentialsTest)
#include "tst_credentials.moc"
