// SPDX-License-Identifier: GPL-3.0-or-later
// Recorded and damaged answers of a master.
#include "core/base/format.h"
#include "core/helios/decoder.h"
#include "recorded.h"

#include <QTest>

#include <algorithm>
#include <functional>

using namespace sextant;
using namespace sextant::helios;

namespace {

const std::string kPlaylist = "playlist-store:1.0.0:47266cda0d63e04d30c4831617e4757652229367";

const HostStatus *find(const std::vector<std::pair<std::string, HostStatus>> &hosts, const std::string &name)
{
    const auto at = std::find_if(hosts.begin(), hosts.end(), [&](const auto &one) { return one.first == name; });
    return at == hosts.end() ? nullptr : &at->second;
}

const Task *find(const HostStatus &host, const std::string &job)
{
    const auto at = std::find_if(host.tasks.begin(), host.tasks.end(), [&](const Task &t) { return t.jobId == job; });
    return at == host.tasks.end() ? nullptr : &*at;
}

using Decode = std::function<bool(std::string_view)>; ///< whether it was taken
template <class Read> Decode taking(Read read)
{
    return [read](std::string_view text) { return read(text).ok(); };
}

} // namespace

class TestHeliosDecoder : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void hostsAsRecorded();
    void downHostKeepsItsLast();
    void jobsAsRecorded();
    void jobsAreReadOnce();
    void groupsAsRecorded();
    void historyAsRecorded();
    void cutAnywhere_data();
    void cutAnywhere();
    void oddValues();
    void oldShapeOfGroupStatus();
    void wrongShapes_data();
    void wrongShapes();
    void errorBodies_data();
    void errorBodies();
};

void TestHeliosDecoder::hostsAsRecorded()
{
    JobCatalog catalog;
    const auto names = decodeNames(recorded("hosts"));
    QVERIFY(names.ok());
    QCOMPARE(names->size(), 6U);
    QCOMPARE(names->front(), std::string("helios-agent-0001.example.net"));
    const auto hosts = decodeHostStatuses(recorded("hosts-statuses"), catalog);
    QVERIFY(hosts.ok());
    QCOMPARE(hosts->size(), 5U); // the half registered one is left out
    const HostStatus *const up = find(*hosts, "helios-agent-0001.example.net");
    QVERIFY(up != nullptr);
    QVERIFY(up->up());
    QCOMPARE(up->agentVersion, std::string("0.8.846"));
    QCOMPARE(up->info.cpus, MilliCpu(8000));
    QCOMPARE(up->info.memory, sextant::Bytes(34059738368));
    QCOMPARE(up->info.memoryFree, sextant::Bytes(10279336907));
    QCOMPARE(up->info.load.value(), 1.73);
    QCOMPARE(up->info.dockerVersion, std::string("1.10.3"));
    QCOMPARE(up->info.osVersion, std::string("3.19.0-69-generic"));
    QCOMPARE(up->reported, Time(std::chrono::seconds((1792895417787 + 2455655640) / 1000)));
    QCOMPARE(
        up->labels, (Labels{{"machine", "virtual"}, {"pool", "canary"}, {"role", "role-edge"}, {"zone", "eu-west-a"}}));
    const Task *const task = find(*up, kPlaylist);
    QVERIFY(task != nullptr && task->job);
    QVERIFY(task->deployed && task->reported);
    QCOMPARE(task->group, std::string("edge"));
    QCOMPARE(task->goal, std::string("START"));
    QCOMPARE(task->state, std::string("RUNNING"));
    QCOMPARE(task->throttled, std::string("NO"));
    const HostStatus *const bare = find(*hosts, "helios-agent-0005.example.net");
    QVERIFY(bare != nullptr);
    QCOMPARE(bare->info, HostInfo());
    QVERIFY(!bare->labels.empty());
    for (const char *one :
        {"host-status-up", "host-status-up-odd", "host-status-up-odd-2", "host-status-no-hostinfo"}) {
        QVERIFY2(decodeHostStatus(recorded(one), catalog).ok(), one);
    }
}

void TestHeliosDecoder::downHostKeepsItsLast()
{
    JobCatalog catalog;
    const auto host = decodeHostStatus(recorded("host-status-down"), catalog);
    QVERIFY(host.ok());
    QCOMPARE(host->status, std::string("DOWN"));
    QCOMPARE(host->info.cpus, MilliCpu(48000));
    const Task *const image = find(*host, kPlaylist);
    QVERIFY(image != nullptr);
    QCOMPARE(image->state, std::string("FAILED"));
    QCOMPARE(image->throttled, std::string("IMAGE_PULL_FAILED"));
    const Task *const leaving = find(*host, "service-5:1.5.0:09b9661b023b60c602ee40513cfba51b74696841");
    QVERIFY(leaving != nullptr);
    QVERIFY(!leaving->deployed);
    QCOMPARE(leaving->agentGoal, std::string("UNDEPLOY"));
    QCOMPARE(leaving->state, std::string("STOPPING"));
}

void TestHeliosDecoder::jobsAsRecorded()
{
    JobCatalog catalog;
    const auto jobs = decodeJobs(recorded("jobs"), catalog);
    QVERIFY(jobs.ok());
    QCOMPARE(jobs->size(), 8U);
    const JobPtr playlist = catalog.find(kPlaylist);
    QVERIFY(playlist);
    QCOMPARE(playlist->name, std::string("playlist-store"));
    QCOMPARE(playlist->version, std::string("1.0.0"));
    QCOMPARE(playlist->image, std::string("registry.example.com/playlist-store:1.0.0"));
    QCOMPARE(playlist->registrations, std::vector<std::string>{"playlist-store/http"});
    QVERIFY(!playlist->memory.known() && !playlist->cpu.known());
    QCOMPARE(
        playlist->labels, (Labels{{"GIT_COMMIT", "0c5c7fd0a6a3a4506513270e269e0d37f2a74de4"}, {"team", "squad-0"}}));
    const JobPtr sized = catalog.find("service-1:1.1.0:41f7a1be1dbf2f684fdff3e6b67639d67a477e74");
    QVERIFY(sized);
    QCOMPARE(sized->memory, sextant::Bytes(536870912));
    QCOMPARE(sized->cpu, MilliCpu(500)); // 512 shares
    const JobPtr halfSized = catalog.find("service-5:1.5.0:09b9661b023b60c602ee40513cfba51b74696841");
    QVERIFY(halfSized);
    QCOMPARE(halfSized->memory, sextant::Bytes(2147483648));
    QVERIFY(!halfSized->cpu.known());
}

void TestHeliosDecoder::jobsAreReadOnce()
{
    JobCatalog catalog;
    const auto jobs = decodeJobs(recorded("jobs"), catalog);
    const auto hosts = decodeHostStatuses(recorded("hosts-statuses"), catalog);
    QVERIFY(jobs.ok() && hosts.ok());
    for (const auto &[name, host] : *hosts) {
        for (const Task &task : host.tasks) {
            QVERIFY(task.job);
            QCOMPARE(task.job.get(), catalog.find(task.jobId).get());
        }
    }
    QCOMPARE(catalog.size(), 8U);
}

void TestHeliosDecoder::groupsAsRecorded()
{
    const auto edge = decodeGroup(recorded("group-edge"));
    QVERIFY(edge.ok());
    QCOMPARE(edge->name, std::string("edge"));
    QCOMPARE(edge->selectors, (std::vector<Selector>{{"role", "EQUALS", {"role-edge"}}}));
    QCOMPARE(edge->jobId, kPlaylist);
    QCOMPARE(edge->reason, std::string("MANUAL"));
    QCOMPARE(edge->parallelism, Count(1));
    QCOMPARE(edge->timeout, Count(300));
    QVERIFY(!edge->overlap && !edge->migrate);
    const auto nowhere = decodeGroup(recorded("group-nowhere"));
    QVERIFY(nowhere.ok());
    QCOMPARE(nowhere->selectors, (std::vector<Selector>{{"role", "IN", {"no-such-role", "none-either"}}}));
    QVERIFY(nowhere->jobId.empty() && !nowhere->parallelism.known());

    const auto active = decodeGroupStatus(recorded("group-edge-status"));
    QVERIFY(active.ok());
    QCOMPARE(active->status, std::string("ACTIVE"));
    QVERIFY(active->error.empty());
    QCOMPARE(active->hosts.size(), 3U);
    QCOMPARE(active->hosts[1], (GroupStatus::Host{"helios-agent-0003.example.net", kPlaylist, "RUNNING"}));
    const auto idle = decodeGroupStatus(recorded("group-nowhere-status"));
    QVERIFY(idle.ok());
    QCOMPARE(idle->status, std::string("IDLE"));
    const auto rolling = decodeGroupStatus(recorded("group-status-rolling-out"));
    QVERIFY(rolling.ok());
    QCOMPARE(rolling->status, std::string("ROLLING_OUT"));
    const auto stopped = decodeGroupStatus(recorded("group-status-stopped"));
    QVERIFY(stopped.ok());
    QCOMPARE(stopped->status, std::string("FAILED"));
    QCOMPARE(stopped->error, std::string("Stopped by user"));
}

void TestHeliosDecoder::historyAsRecorded()
{
    const auto events = decodeHistory(recorded("history"));
    QVERIFY(events.ok());
    QVERIFY(events->size() > 5);
    QVERIFY(std::is_sorted(events->begin(), events->end(), [](const auto &a, const auto &b) { return a.at < b.at; }));
    for (const HistoryEvent &event : *events) {
        QVERIFY(event.at != kNoTime && !event.host.empty() && !event.state.empty() && !event.goal.empty());
    }
    for (const char *empty : {"history-none", "history-unknown"}) {
        const auto none = decodeHistory(recorded(empty));
        QVERIFY2(none.ok() && none->empty(), empty);
    }
}

void TestHeliosDecoder::cutAnywhere_data()
{
    QTest::addColumn<QString>("file");
    for (const char *file : {"hosts", "masters", "groups", "hosts-statuses", "host-status-up", "host-status-down",
             "host-status-no-hostinfo", "host-status-up-odd", "jobs", "group-edge", "group-nowhere",
             "group-edge-status", "group-nowhere-status", "group-playlist-status", "group-status-rolling-out",
             "group-status-done", "group-status-stopped", "group-rolling-out", "history", "history-none",
             "history-unknown", "poison-hosts-statuses-task"}) {
        QTest::newRow(file) << QString::fromLatin1(file);
    }
}

/// Whatever is asked for: what was cut is taken by no decoder.
void TestHeliosDecoder::cutAnywhere()
{
    QFETCH(QString, file);
    const std::string whole = recorded(file.toStdString());
    const bool list = whole.front() == '[';
    JobCatalog catalog;
    const std::vector<Decode> decoders{taking(decodeNames),
        taking([&](std::string_view text) { return decodeJobs(text, catalog); }),
        taking([&](std::string_view text) { return decodeHostStatuses(text, catalog); }),
        taking([&](std::string_view text) { return decodeHostStatus(text, catalog); }), taking(decodeGroup),
        taking(decodeGroupStatus), taking(decodeHistory)};
    int took = 0;
    for (const Decode &decode : decoders) {
        took += decode(whole) ? 1 : 0;
    }
    QCOMPARE(took, list ? 1 : 6); // of the other shape nothing is taken
    for (std::size_t length = 0; length < whole.size(); ++length) {
        const std::string_view cut(whole.data(), length);
        // Big ones by the decoder they are for and one other; the parser in front is the same for all.
        for (std::size_t i = 0; i<decoders.size(); i += whole.size()> 20'000 ? 2 : 1) {
            if (decoders[i](cut)) {
                QFAIL(qPrintable(QStringLiteral("%1 cut at %2 was taken by decoder %3").arg(file).arg(length).arg(i)));
            }
        }
    }
}

void TestHeliosDecoder::oddValues()
{
    JobCatalog catalog;
    const auto hosts = decodeHostStatuses(
        R"({"a":{"status":"UP","jobs":{"j:1:h":{"goal":"START","jobId":"j:1:h"}},"statuses":{
              "j:1:h":{"job":{"id":"j:1:h","image":"i","resources":{"memory":0,"cpuShares":1,"memorySwap":null},
                       "healthCheck":{"type":"tcp","port":"p","type":"tcp"},"created":null,"later":{"x":[1]}},
                       "state":"HIBERNATING","throttled":null,"containerError":null,"goal":null,"ports":{}}},
              "hostInfo":{"cpus":0,"loadAvg":-1.0,"memoryTotalBytes":0,"memoryFreeBytes":0,"dockerVersion":null},
              "agentInfo":{"startTime":9223372036854775807,"uptime":9223372036854775807,"version":null},
              "environment":{},"labels":{"n":7,"t":true,"o":{}},"status":"UP"},
            "b":null,"c":[],"":{"status":"UP"}})",
        catalog);
    QVERIFY(hosts.ok());
    QCOMPARE(hosts->size(), 1U);
    const HostStatus &host = hosts->front().second;
    QVERIFY(!host.info.cpus.known() && !host.info.memory.known() && !host.info.load);
    QCOMPARE(host.reported, kNoTime);
    QCOMPARE(host.labels, (Labels{{"n", "7"}, {"o", ""}, {"t", "true"}}));
    QCOMPARE(host.tasks.size(), 1U);
    const Task &task = host.tasks.front();
    QCOMPARE(task.state, std::string("HIBERNATING"));
    QCOMPARE(task.throttled, std::string());
    QVERIFY(task.job);
    QVERIFY(!task.job->memory.known());
    QCOMPARE(task.job->cpu, MilliCpu(1)); // one share of 1,024 is a part of a millicore
    QCOMPARE(task.job->created, kNoTime);

    for (const char *expires : {"1893456000123", "\"2030-01-01T00:00:00.123+0000\"", "\"2030-01-01T00:00:00Z\""}) {
        JobCatalog fresh;
        const auto jobs =
            decodeJobs(std::string(R"({"q:1:h":{"id":"q:1:h","expires":)") + expires + R"(,"command":null}})", fresh);
        QVERIFY(jobs.ok());
        QCOMPARE(formatTime(jobs->front()->expires), std::string("2030-01-01T00:00:00Z"));
    }
}

void TestHeliosDecoder::oldShapeOfGroupStatus()
{
    const auto old = decodeGroupStatus(R"({"name":"g","status":"ROLLING_OUT","jobId":"j:1:h","error":null,
        "hostStatuses":[{"host":"a","jobId":"j:1:h","state":"RUNNING"},{"host":"b","jobId":null,"state":null}]})");
    QVERIFY(old.ok());
    QCOMPARE(old->status, std::string("ROLLING_OUT"));
    QCOMPARE(old->hosts.size(), 2U);
    QCOMPARE(old->hosts[1], (GroupStatus::Host{"b", "", ""}));
}

void TestHeliosDecoder::wrongShapes_data()
{
    QTest::addColumn<QString>("text");
    for (const char *text : {"", " ", "null", "true", "17", "\"text\"", "{} {}", "[1,2", "{\"a\":}", "<html></html>",
             "Invalid id", "\xff\xfe", "[]]"}) {
        QTest::newRow(text) << QString::fromLatin1(text);
    }
    QTest::newRow("deep") << QString(100'000, QLatin1Char('['));
}

void TestHeliosDecoder::wrongShapes()
{
    QFETCH(QString, text);
    const std::string json = text.toLatin1().toStdString();
    JobCatalog catalog;
    QVERIFY(!decodeNames(json).ok());
    QVERIFY(!decodeJobs(json, catalog).ok());
    QVERIFY(!decodeHostStatuses(json, catalog).ok());
    QVERIFY(!decodeHostStatus(json, catalog).ok());
    QVERIFY(!decodeGroup(json).ok());
    QVERIFY(!decodeGroupStatus(json).ok());
    QCOMPARE(decodeHistory(json).ok() ? ErrorCode::Internal : decodeHistory(json).error().code, ErrorCode::Decode);
}

void TestHeliosDecoder::errorBodies_data()
{
    QTest::addColumn<QString>("body");
    QTest::addColumn<QString>("words");
    const auto of = [](const char *file) { return QString::fromStdString(recorded(file)); };
    QTest::newRow("nothing") << of("host-status-half-registered") << QString();
    QTest::newRow("bare text called JSON") << of("job-short") << QStringLiteral("Invalid id");
    QTest::newRow("page") << of("version-header-newer-major") << QStringLiteral("a page, not an answer of a master");
    QTest::newRow("no message") << of("hosts-statuses-null") << QString();
    QTest::newRow("escape") << QStringLiteral("{\"message\":\"a\\u001b[31mb\\nc\"}")
                            << QStringLiteral("a\\u001b[31mb c");
}

void TestHeliosDecoder::errorBodies()
{
    QFETCH(QString, body);
    QFETCH(QString, words);
    QCOMPARE(QString::fromStdString(errorWords(body.toStdString())), words);
    const std::string logged = errorWords(recorded("poison-hosts-statuses"));
    QVERIFY(logged.rfind("There was an error processing your request", 0) == 0);
    const std::string lines = errorWords(recorded("hosts-statuses-malformed"));
    QVERIFY(!lines.empty() && lines.find('\n') == std::string::npos);
    QVERIFY(errorWords(std::string(5000, 'x')).size() < 310);
    QVERIFY(errorWords("{\"message\":\"" + std::string(5000, 'x') + "\"}").size() < 310);
}

QTEST_APPLESS_MAIN(TestHeliosDecoder)
#include "tst_heliosdecoder.moc"
