// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/migration/memory.h"

#include <QtTest>

using namespace sextant;
using namespace sextant::migration;
using namespace std::chrono_literals;

namespace {

const Time kStart = Time(1'790'000'000s);

std::string word(const Place &place) { return place ? std::string(stageKey(*place)) : "gone"; }

/// A memory with something of everything, names that want to break out of their quotes among it.
Memory sample()
{
    Memory memory;
    memory.rules = "0123456789abcdef";
    memory.clusters[1] = {"helios-lon", "", kStart};
    memory.clusters[7] = {"arn:aws:eks:eu-west-1:1:cluster/\"x\"", "uid-7", kStart - 1h};
    Remembered moved;
    moved.standing = {Stage::Migrated, kStart - 24h, true, Stage::RolledBack, kStart};
    moved.firstSeen = kStart - 48h;
    moved.owner = "=HYPERLINK(\"x\")|ümlaut";
    moved.clusters = {1, 7};
    moved.heliosCpu = Declares::No;
    moved.kubernetesMemory = Declares::Yes;
    memory.services["play|\"list\"\\\n" + std::string(250, 'a')] = moved;
    Remembered going;
    going.standing = {Stage::NotStarted, kNoTime, true, std::nullopt, kStart};
    memory.services["going"] = going;
    memory.burnUp = {{kStart - 1h, 2, 0, 1, false}, {kStart, 2, 1, 0, false}};
    return memory;
}

} // namespace

class StagesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void places_data();
    void places();
    void keys();
    void kept();
    void cutAnywhere();
    void damaged_data();
    void damaged();
    void bytesThatAreNoText();
    void clusters();
};

void StagesTest::places_data()
{
    QTest::addColumn<int>("helios");
    QTest::addColumn<int>("kubernetes");
    QTest::addColumn<bool>("job");
    QTest::addColumn<bool>("workload");
    QTest::addColumn<QString>("before"); // empty: never seen
    QTest::addColumn<QString>("after");
    const auto row = [](int helios, int kubernetes, bool job, bool workload, const char *before, const char *after) {
        QTest::addRow("%d/%d %d%d %s", helios, kubernetes, job, workload, before)
            << helios << kubernetes << job << workload << QString::fromLatin1(before) << QString::fromLatin1(after);
    };
    const char *all[] = {"", "not-started", "in-parallel", "migrated", "retired", "rolled-back"};
    for (const char *before : all) {
        row(1, 1, true, true, before, "in-parallel");
        row(0, 1, true, true, before, "migrated");
        row(0, 1, false, true, before, "retired");
    }
    row(1, 0, true, false, "", "not-started");
    row(1, 0, true, true, "not-started", "not-started"); // a workload that never was well is no start
    for (const char *before : {"in-parallel", "migrated", "retired", "rolled-back"}) {
        row(1, 0, true, true, before, "rolled-back");
    }
    // Nothing well anywhere.
    row(0, 0, true, false, "", "not-started");
    row(0, 0, true, true, "not-started", "not-started");
    row(0, 0, true, true, "in-parallel", "in-parallel");
    row(0, 0, true, true, "rolled-back", "rolled-back");
    row(0, 0, true, true, "migrated", "migrated");
    row(0, 0, false, true, "migrated", "retired");
    row(0, 0, true, true, "retired", "migrated"); // its job is back
    row(0, 0, false, true, "in-parallel", "in-parallel");
    // Gone on both sides.
    row(0, 0, false, false, "not-started", "gone");
    row(0, 0, false, false, "in-parallel", "gone");
    row(0, 0, false, false, "rolled-back", "gone");
    row(0, 0, false, false, "migrated", "retired");
    row(0, 0, false, false, "retired", "retired");
}

void StagesTest::places()
{
    QFETCH(int, helios);
    QFETCH(int, kubernetes);
    QFETCH(bool, job);
    QFETCH(bool, workload);
    QFETCH(QString, before);
    QFETCH(QString, after);
    const Place place = placeOf({helios, kubernetes, job, workload, false}, stageOfKey(before.toStdString()));
    QCOMPARE(QString::fromStdString(word(place)), after);
}

void StagesTest::keys()
{
    for (int i = 0; i < kStages; ++i) {
        const auto stage = static_cast<Stage>(i);
        QVERIFY(stageOfKey(stageKey(stage)) == stage);
        QVERIFY(!stageWord(stage).empty());
    }
    QVERIFY(!stageOfKey("in parallel") && !stageOfKey(""));
}

void StagesTest::kept()
{
    const Memory memory = sample();
    const std::string text = memoryText(memory);
    const auto read = readMemory(text);
    QVERIFY2(read.ok(), read ? "" : read.error().text().c_str());
    QCOMPARE(memoryText(*read), text);
    const Remembered &moved = read->services.rbegin()->second;
    QCOMPARE(moved.owner, std::string("=HYPERLINK(\"x\")|ümlaut"));
    QVERIFY(moved.standing.place == Stage::Migrated && moved.standing.next == Stage::RolledBack);
    QCOMPARE(moved.standing.since, kStart - 24h);
    QVERIFY(moved.heliosCpu == Declares::No && moved.heliosMemory == Declares::Unseen
        && moved.kubernetesMemory == Declares::Yes);
    QVERIFY(read->services.at("going").standing.waiting && !read->services.at("going").standing.next);
    QCOMPARE(read->services.at("going").standing.since, kNoTime);
    QCOMPARE(read->burnUp.size(), std::size_t(2));
    Memory demo;
    demo.burnUp = {{kStart, 1, 1, 1, true}};
    QVERIFY(readMemory(memoryText(demo))->burnUp.empty()); // what is made up is not kept
}

void StagesTest::cutAnywhere()
{
    std::string text = memoryText(sample());
    text.pop_back(); // the last line break says nothing
    for (std::size_t n = 0; n < text.size(); ++n) {
        QVERIFY2(!readMemory(text.substr(0, n)).ok(), std::to_string(n).c_str());
        std::string broken = text;
        broken[n] = static_cast<char>(broken[n] ^ 0x15);
        const auto read = readMemory(broken); // an error, or something that is whole: never a crash
        QVERIFY(!read || !memoryText(*read).empty());
    }
}

void StagesTest::damaged_data()
{
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("to");
    const auto row = [](const char *from, const char *to) {
        QTest::newRow(to) << QString::fromLatin1(from) << QString::fromLatin1(to);
    };
    row("\"version\": 1", "\"version\": 2");
    row("\"version\": 1", "\"version\": 99999999999999999999");
    row("\"version\": 1", "\"version\": \"1\"");
    row("\"migrated\"", "\"moved\"");
    row("\"rolled-back\"", "7");
    row("1790000000", "-1");
    row("1790000000", "1e300");
    row("\"going\"", "[]");
    row("\"uid-7\"", "null");
    row("\"burn_up\"", "\"burnt\"");
    row("\"number\": 7", "\"number\": 1");
    row("false", "0");
}

void StagesTest::damaged()
{
    QFETCH(QString, from);
    QFETCH(QString, to);
    QString text = QString::fromStdString(memoryText(sample()));
    QVERIFY(text.contains(from));
    text.replace(from, to);
    const auto read = readMemory(text.toStdString());
    QVERIFY(!read);
    QCOMPARE(read.error().code, ErrorCode::Decode);
}

void StagesTest::bytesThatAreNoText()
{
    Memory memory;
    for (const char *name : {"a\xff", "a\xfe", "b"}) {
        memory.services[name].standing.place = Stage::NotStarted;
    }
    memory.services[std::string(100'000, 'x')].standing.place = Stage::NotStarted;
    const auto read = readMemory(memoryText(memory));
    QVERIFY(read.ok()); // one odd name does not lose the others
    QVERIFY(read->services.contains("b"));
    QCOMPARE(read->services.size(), std::size_t(2));
}

void StagesTest::clusters()
{
    Memory memory;
    ClusterStatus status;
    status.name = "gke-eu";
    QCOMPARE(memory.find(status), 0);
    const int first = memory.take(status, kStart);
    status.uid = "u1"; // heard only now
    QCOMPARE(memory.take(status, kStart), first);
    status.name = "prod"; // called something else
    QCOMPARE(memory.find(status), first);
    ClusterStatus other;
    other.name = "gke-us";
    const int second = memory.take(other, kStart + 24h * 20);
    QVERIFY(second != first);
    memory.services["a"].clusters = {first, second};
    memory.forgetClusters(kStart + 24h * 31, 24h * 30);
    QCOMPARE(memory.services["a"].clusters, std::vector<int>{second});
}

QTEST_APPLESS_MAIN(StagesTest)
#include "tst_stages.moc"
