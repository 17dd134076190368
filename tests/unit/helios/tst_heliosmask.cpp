// SPDX-License-Identifier: GPL-3.0-or-later
// Planted secrets are found in nothing that is shown.
#include "core/base/yaml.h"
#include "core/helios/decoder.h"
#include "core/helios/mask.h"
#include "core/helios/rows.h"
#include "recorded.h"

#include <QTest>

#include <nlohmann/json.hpp>

using namespace sextant;
using namespace sextant::helios;

namespace {

std::string shown(const std::string &json)
{
    const auto yaml = yamlOf(json, [](nlohmann::json &value) -> Result<void> {
        maskSecrets(value);
        return {};
    });
    return yaml ? *yaml : yaml.error().text();
}

bool holds(const std::string &text, const std::string &part) { return text.find(part) != std::string::npos; }

/// A host with a secret wherever one may hide; each holds "hunter2".
const std::string &planted()
{
    static const std::string text = wholeFile("planted.json");
    return text;
}

} // namespace

class TestHeliosMask : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void plantedAreFoundNowhere();
    void restStaysReadable();
    void recordedSecrets();
    void rowsHoldNone();
    void errorsHoldNone();
    void texts_data();
    void texts();
    void names();
};

void TestHeliosMask::plantedAreFoundNowhere()
{
    const std::string text = shown(planted());
    QVERIFY2(!holds(text, "hunter2"), text.c_str());
    QVERIFY2(!holds(text, "17002"), text.c_str()); // a number in an environment, too
}

void TestHeliosMask::restStaysReadable()
{
    const std::string text = shown(planted());
    for (const char *part : {"token-service:1:abc", "RUNNING", "team: squad", "PLAIN: (masked)", "role: shop",
             "-Xmx256m", "-Dplain=(masked)", "serve", "8080", "canary", "/srv/data", "parallelism: 2", "cpus: 8",
             "reg.example/secrets:1"}) {
        QVERIFY2(holds(text, part), part);
    }
}

void TestHeliosMask::recordedSecrets()
{
    for (const char *file : {"job-secret", "jobs", "host-status-up", "hosts-statuses"}) {
        const std::string text = shown(recorded(file));
        QVERIFY2(!holds(text, "not-a-secret") && !holds(text, "some-configuration-value"), file);
        QVERIFY2(holds(text, "registry.example.com/service-2:1.2.0"), file);
    }
}

void TestHeliosMask::rowsHoldNone()
{
    JobCatalog catalog;
    const auto host = decodeHostStatus(planted(), catalog);
    QVERIFY(host.ok());
    const auto clean = [](const Labels &labels) {
        return std::none_of(labels.begin(), labels.end(), [](const auto &one) { return holds(one.second, "hunter2"); });
    };
    QVERIFY(clean(nodeRow("h", Standing::Read, &*host, {}).labels));
    const WorkloadDraft row = jobRow(*host->tasks.front().job, {}, {});
    QVERIFY(clean(row.labels));
    QVERIFY(!row.labels.empty());
}

void TestHeliosMask::errorsHoldNone()
{
    JobCatalog catalog;
    const auto host = decodeHostStatus(R"({"status":"UP","jobs":{"a:1:h":{"goal":"START"}},"statuses":{"a:1:h":
        {"state":"FAILED","containerError":"create: invalid env DB_PASSWORD=hunter2 of a"}}})",
        catalog);
    const PodDraft row = taskRow("h", host->tasks.front(), true, kNoTime, {});
    QVERIFY(holds(row.statusMessage, "invalid env") && !holds(row.statusMessage, "hunter2"));
    QVERIFY(!holds(row.containers.front().message, "hunter2"));
    const auto history = decodeHistory(R"({"events":[{"status":{"containerError":"API_TOKEN=hunter2"}}]})");
    QCOMPARE(history->front().error, std::string("API_TOKEN=(masked)"));
    // The host that it begins with stays, whatever it is called.
    const auto group = decodeGroupStatus(R"({"status":"FAILED","error":"key-1: timed out: API_TOKEN=hunter2",
        "hostStatuses":[{"host":"key-1","state":"FAILED"}]})");
    QCOMPARE(group->error, std::string("key-1: timed out: API_TOKEN=(masked)"));
    // An answer that is cut is not quoted.
    const std::string cut = R"({"env":{"DB_PASSWORD":"hunter2)";
    QVERIFY2(!holds(shown(cut), "hunter2") && holds(shown(cut), "not valid JSON"), shown(cut).c_str());
}

void TestHeliosMask::texts_data()
{
    QTest::addColumn<QString>("given");
    QTest::addColumn<QString>("wanted");
    const auto row = [](const char *given, const char *wanted) {
        QTest::newRow(given) << QString::fromLatin1(given) << QString::fromLatin1(wanted);
    };
    row("", "");
    row("plain words", "plain words");
    row("a=b c:d", "a=b c:d");
    row("password=x", "password=(masked)");
    row("PASSWORD = x rest", "PASSWORD = (masked) rest");
    row("--db-token=x,y", "--db-token=(masked),y");
    row("secret: 'two words' rest", "secret: (masked) rest");
    row("\"apiKey\":\"x\"", "\"apiKey\":(masked)");
    row("access-token: Bearer abc def", "access-token: (masked) def");
    row("https://u:p@h/x?token=1&a=2", "https://(masked)@h/x?token=(masked)&a=2");
    row("http://h:80/x", "http://h:80/x");
    row("curl -H 'Authorization: Bearer abc' h", "curl -H 'Authorization: (masked) h");
    row("PASSPHRASE=x", "PASSPHRASE=(masked)");
    row("secret=", "secret=");
    row("secret='open", "secret=(masked)");
}

void TestHeliosMask::texts()
{
    QFETCH(QString, given);
    QFETCH(QString, wanted);
    QCOMPARE(QString::fromStdString(maskedText(given.toStdString())), wanted);
}

void TestHeliosMask::names()
{
    for (const char *name : {"password", "DB_PASSWORD", "Passwd", "api-token", "SSH_KEY", "aCredentialS", "secret"}) {
        QVERIFY2(looksSecret(name), name);
    }
    for (const char *name : {"", "team", "GIT_COMMIT", "pass", "zone"}) {
        QVERIFY2(!looksSecret(name), name);
    }
}

QTEST_APPLESS_MAIN(TestHeliosMask)
#include "tst_heliosmask.moc"
