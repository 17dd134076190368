// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fleet/podrecord.h"
#include "core/fleet/store.h"

#include <QtTest>

#include <limits>
#include <map>
#include <random>

using namespace sextant;

namespace {

const Time kCreated = Time(std::chrono::seconds(1'790'000'000));

PodDraft fullPod()
{
    PodDraft pod;
    pod.uid = "8c5e0f0a-0000-4000-8000-000000000001";
    pod.ns = "playlist";
    pod.name = "playlist-web-7d9f8b6c5d-x2x4z";
    pod.resourceVersion = "918273645";
    pod.created = kCreated;
    pod.deleted = kCreated + std::chrono::seconds(5000);
    pod.node = "node-1";
    pod.nominatedNode = "node-2";
    pod.ip = "10.1.2.3";
    pod.hostIp = "192.168.0.1";
    pod.phase = "Running";
    pod.qos = "Burstable";
    pod.status = "CrashLoopBackOff";
    pod.state = State::Failed;
    pod.ready = 1;
    pod.containersTotal = 2;
    pod.restarts = 7;
    pod.lastRestart = kCreated + std::chrono::seconds(60);
    pod.readinessGates = "1/2";
    pod.priorityClass = "high";
    pod.serviceAccount = "default";
    pod.cpuRequested = MilliCpu(250);
    pod.cpuLimit = MilliCpu(1000);
    pod.memoryRequested = Bytes(256LL << 20);
    pod.unlimitedMemory = {"web"};
    pod.controller = {"ReplicaSet", "playlist-web-7d9f8b6c5d", "8c5e0f0a-0000-4000-8000-000000000002"};
    pod.team = "music";
    pod.statusMessage = "back-off 5m0s restarting failed container";
    pod.conditions = {{"Ready", "False", "ContainersNotReady", "containers with unready status: [web]", kCreated},
        {"Odd", "Maybe", "", "", kNoTime}, {"PodScheduled", "True", "", "", kCreated - std::chrono::seconds(9)}};
    ContainerDraft web;
    web.name = "web";
    web.image = "registry.example.com/playlist/web:1.2.3";
    web.state = ContainerState::Waiting;
    web.reason = "CrashLoopBackOff";
    web.message = "back-off";
    web.restarts = 7;
    web.hasLast = true;
    web.lastReason = "Error";
    web.lastExitCode = -1;
    web.lastSignal = 70'000;
    web.lastFinished = kCreated + std::chrono::seconds(59);
    web.cpuRequest = MilliCpu(0);
    web.cpuLimit = MilliCpu(1000);
    web.memoryRequest = Bytes(100'000'000);
    ContainerDraft init;
    init.kind = ContainerKind::Init;
    init.name = "init";
    init.state = ContainerState::Terminated;
    init.exitCode = 3;
    init.ready = true;
    init.since = kCreated + std::chrono::seconds(1);
    init.memoryLimit = Bytes(-5);
    pod.containers = {init, web};
    return pod;
}

/// What a reader of the snapshot sees of a pod, against what was read of it.
QString difference(const PodView &have, const PodDraft &want)
{
#define SAME(what, value)                                                                                              \
    if (!(have.what() == (value))) {                                                                                   \
        return QStringLiteral(#what);                                                                                  \
    }
    SAME(uid, want.uid)
    SAME(ns, want.ns)
    SAME(name, want.name)
    SAME(resourceVersion, want.resourceVersion)
    SAME(created, want.created)
    SAME(deleted, want.deleted)
    SAME(node, want.node)
    SAME(nominatedNode, want.nominatedNode)
    SAME(ip, want.ip)
    SAME(hostIp, want.hostIp)
    SAME(phase, want.phase)
    SAME(qos, want.qos)
    SAME(status, want.status)
    SAME(state, want.state)
    SAME(ready, want.ready)
    SAME(containersTotal, want.containersTotal)
    SAME(restarts, want.restarts)
    SAME(lastRestart, want.lastRestart)
    SAME(readinessGates, want.readinessGates)
    SAME(priorityClass, want.priorityClass)
    SAME(serviceAccount, want.serviceAccount)
    SAME(cpuRequested, want.cpuRequested)
    SAME(cpuLimit, want.cpuLimit)
    SAME(memoryRequested, want.memoryRequested)
    SAME(memoryLimit, want.memoryLimit)
    SAME(workloadName, want.controller.kind.empty() ? want.name : want.controller.name)
    SAME(team, want.team)
    SAME(statusMessage, want.statusMessage)
#undef SAME
    const auto conditions = have.conditions();
    const auto containers = have.containers();
    if (conditions.size() != want.conditions.size() || containers.size() != want.containers.size()) {
        return QStringLiteral("how many conditions or containers");
    }
    for (std::size_t i = 0; i < conditions.size(); ++i) {
        const ConditionView &a = conditions[i];
        const ConditionDraft &b = want.conditions[i];
        if (a.type != b.type || a.status != b.status || a.reason != b.reason || a.message != b.message
            || a.since != b.since) {
            return QStringLiteral("condition %1").arg(i);
        }
    }
    for (std::size_t i = 0; i < containers.size(); ++i) {
        const ContainerView &a = containers[i];
        const ContainerDraft &b = want.containers[i];
        if (a.kind != b.kind || a.state != b.state || a.ready != b.ready || a.name != b.name || a.image != b.image
            || a.reason != b.reason || a.message != b.message || a.since != b.since || a.exitCode != b.exitCode
            || a.restarts != b.restarts || a.hasLast != b.hasLast || a.lastReason != b.lastReason
            || a.lastExitCode != b.lastExitCode || a.lastSignal != b.lastSignal || a.lastFinished != b.lastFinished
            || a.cpuRequest != b.cpuRequest || a.cpuLimit != b.cpuLimit || a.memoryRequest != b.memoryRequest
            || a.memoryLimit != b.memoryLimit) {
            return QStringLiteral("container %1").arg(i);
        }
    }
    return {};
}

struct Fixture {
    std::shared_ptr<StringPool> strings = std::make_shared<StringPool>();
    ClusterStore store{ClusterId(1), strings};
    ClusterSnapshotPtr publish()
    {
        store.publish();
        return store.current();
    }
};

} // namespace

class TestPodRecord : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyFieldComesBack();
    void oddFiguresComeBackExactly_data();
    void oddFiguresComeBackExactly();
    void versionsThatAreNoNumbersAreKept_data();
    void versionsThatAreNoNumbersAreKept();
    void randomPodsComeBack();
    void digestsSayWhatTheTextsSay_data();
    void digestsSayWhatTheTextsSay();
    void cutBlocksAreReadToTheirEnd();
    void uuidsAreTakenAsTheirBits();
};

void TestPodRecord::everyFieldComesBack()
{
    Fixture f;
    const PodDraft full = fullPod();
    f.store.upsert(full);
    PodDraft empty;
    empty.uid = "8c5e0f0a-0000-4000-8000-000000000009";
    f.store.upsert(empty);
    const auto cluster = f.publish();
    for (const PodView pod : cluster->pods()) {
        QCOMPARE(difference(pod, pod.name().empty() ? empty : full), QString());
        QCOMPARE(pod.memoryUnlimited(), !pod.name().empty());
        QVERIFY(!pod.cpuUnlimited());
        QCOMPARE(pod.unlimitedMemory().size(), std::size_t(pod.name().empty() ? 0 : 1));
    }
}

void TestPodRecord::oddFiguresComeBackExactly_data()
{
    QTest::addColumn<qint64>("value");
    QTest::newRow("nothing") << qint64(0);
    QTest::newRow("one") << qint64(1);
    QTest::newRow("a KiB less one") << qint64(1023);
    QTest::newRow("4 TiB") << (qint64(1) << 42);
    QTest::newRow("4 TiB less a KiB") << (qint64(1) << 42) - 1024;
    QTest::newRow("4 TiB less two KiB") << (qint64(1) << 42) - 2048;
    QTest::newRow("beyond 32 bits") << qint64(std::numeric_limits<qint32>::max());
    QTest::newRow("the end of 32 bits") << qint64(std::numeric_limits<qint32>::min());
    QTest::newRow("below nothing") << qint64(-1024);
    QTest::newRow("the end") << std::numeric_limits<qint64>::max();
    QTest::newRow("the other end") << std::numeric_limits<qint64>::min() + 1;
    QTest::newRow("unknown") << qint64(Count::kUnknown);
}

void TestPodRecord::oddFiguresComeBackExactly()
{
    QFETCH(const qint64, value);
    Fixture f;
    PodDraft pod = fullPod();
    pod.cpuRequested = pod.cpuLimit = MilliCpu(value);
    pod.memoryRequested = pod.memoryLimit = Bytes(value);
    pod.containers[0].cpuRequest = MilliCpu(value);
    pod.containers[1].memoryLimit = Bytes(value);
    f.store.upsert(pod);
    QCOMPARE(difference(*f.publish()->pods().begin(), pod), QString());
}

void TestPodRecord::versionsThatAreNoNumbersAreKept_data()
{
    QTest::addColumn<QString>("version");
    for (const char *version : {"", "0", "007", "18446744073709551615", "18446744073709551616", "-1", "12a", " 1"}) {
        QTest::newRow(version) << QString::fromLatin1(version);
    }
}

void TestPodRecord::versionsThatAreNoNumbersAreKept()
{
    QFETCH(const QString, version);
    Fixture f;
    PodDraft pod = fullPod();
    pod.resourceVersion = version.toStdString();
    f.store.upsert(pod);
    QCOMPARE((*f.publish()->pods().begin()).resourceVersion(), version.toStdString());
    // The same version again is the same pod, whatever else is said.
    pod.status = "Other";
    f.store.upsert(pod);
    QCOMPARE((*f.publish()->pods().begin()).status() == "Other", version.isEmpty());
}

void TestPodRecord::randomPodsComeBack()
{
    std::mt19937 random(11);
    Fixture f;
    std::map<std::string, PodDraft> truth; // by uid
    for (int round = 0; round < 40; ++round) {
        for (int step = 0; step < 60; ++step) {
            PodDraft pod = fullPod();
            char uid[37];
            std::snprintf(uid, sizeof uid, "%08x-0000-4000-8000-000000000000", 1U + unsigned(random() % 300));
            pod.uid = uid;
            if (random() % 4 == 0) {
                QCOMPARE(f.store.remove(ResourceKind::Pods, uid), truth.erase(uid) == 1);
                continue;
            }
            const auto text = [&random](std::size_t most) {
                return std::string(random() % (most + 1), static_cast<char>('a' + random() % 26));
            };
            pod.name = text(60);
            pod.controller.name = random() % 2 == 0 ? pod.name.substr(0, pod.name.size() / 2) : text(40);
            pod.resourceVersion = std::to_string(random());
            pod.statusMessage = text(random() % 50 == 0 ? 70'000 : 20);
            pod.ip = text(15);
            pod.deleted = random() % 2 == 0 ? kNoTime : kCreated + std::chrono::seconds(random() % 99);
            pod.conditions.resize(random() % 4);
            pod.containers.resize(random() % 6);
            for (auto &container : pod.containers) {
                container.name = text(20);
                container.image = text(80);
                container.message = text(30);
                container.restarts = random();
            }
            truth[uid] = pod;
            f.store.upsert(std::move(pod));
        }
        const auto cluster = f.publish();
        QCOMPARE(cluster->pods().size(), truth.size());
        for (const PodView pod : cluster->pods()) {
            QCOMPARE(difference(pod, truth.at(pod.uid())), QString());
        }
    }
}

void TestPodRecord::digestsSayWhatTheTextsSay_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("tail"); // empty: the name has to be read
    QTest::addColumn<QString>("ip");
    QTest::addColumn<bool>("packed"); // the address is
    const auto row = [](const char *name, const char *tail, const char *ip, bool packed) {
        QTest::newRow(qPrintable(QString::fromLatin1("%1 %2").arg(QLatin1String(name), QLatin1String(ip))))
            << name << tail << ip << packed;
    };
    row("web-x2x4z", "x2x4z", "10.1.2.3", true);
    row("web-0", "0", "255.255.255.255", true);
    row("web-az09-", "az09-", "1.20.0.100", true);
    row("web-.", ".", "0.0.0.0", false);
    row("web-123456", "", "", false);
    row("web-", "", "1.2.3", false);
    row("web", "", "1.2.3.4.5", false);
    row("webx2x4z", "", "01.2.3.4", false);
    row("we-x2x4z", "", "1.2.3.256", false);
    row("web-X2X4Z", "", "::ffff:1.2.3.4", false);
    row("web-x_x", "", "1.2.3.4 ", false);
}

void TestPodRecord::digestsSayWhatTheTextsSay()
{
    QFETCH(const QString, name);
    QFETCH(const QString, tail);
    QFETCH(const QString, ip);
    QFETCH(const bool, packed);
    PodDraft pod = fullPod();
    pod.name = name.toStdString();
    pod.controller.name = "web";
    pod.ip = ip.toStdString();
    for (const char *version : {"918273645", "", "odd"}) { // which lie before what is read
        pod.resourceVersion = version;
        StringPool strings;
        std::string block;
        PodRecord::pack(pod, strings, block);
        const PodDigest digest = PodRecord::digestIn(block);
        std::string letters;
        for (std::size_t place = 0; place < PodDigest::kTail; ++place) {
            for (const char c : std::string("abcdefghijklmnopqrstuvwxyz0123456789-.")) {
                if ((digest.tail >> PodDigest::shift(place) & 63U) == PodDigest::letter(c)) {
                    letters += c;
                }
            }
        }
        QCOMPARE(QString::fromStdString(letters), tail);
        QCOMPARE(digest.ip != 0, packed);
        const QString text = QStringLiteral("%1.%2.%3.%4")
                                 .arg(digest.ip >> 24)
                                 .arg(digest.ip >> 16 & 255U)
                                 .arg(digest.ip >> 8 & 255U)
                                 .arg(digest.ip & 255U);
        QVERIFY(!packed || text == ip);
        Fixture f;
        f.store.upsert(pod);
        const auto cluster = f.publish();
        const PodDigest stored = PodView::columns(*cluster).at<PodCell::Digest>((*cluster->pods().begin()).slot());
        QVERIFY(stored.tail == digest.tail && stored.ip == digest.ip);
    }
}

void TestPodRecord::cutBlocksAreReadToTheirEnd()
{
    StringPool strings;
    std::string block;
    PodRecord::pack(fullPod(), strings, block);
    for (std::size_t length = 0; length <= block.size(); ++length) {
        const std::string cut = block.substr(0, length); // a reader that went beyond would be seen by the sanitizer
        const PodRecord record(cut, packTime(kCreated));
        QVERIFY(record.conditions().size() <= 3 && record.containers().size() <= 2);
        (void)PodRecord::digestIn(cut);
    }
}

void TestPodRecord::uuidsAreTakenAsTheirBits()
{
    const std::string text = "01234567-89ab-cdef-fedc-ba9876543210";
    QVERIFY(packUid(text) == (Uid{0x0123456789abcdefU, 0xfedcba9876543210U}));
    QCOMPARE(uuidText(packUid(text)), text);
    for (std::size_t i = 0; i < text.size(); ++i) { // any other letter anywhere makes it a text like others
        for (const char odd : {'A', 'g', '-', '0', '\xff'}) {
            std::string other = text;
            other[i] = odd;
            const bool uuid = odd == text[i] || (odd == '0' && text[i] != '-');
            QCOMPARE(packUid(other).high != 0, uuid);
            QVERIFY(other == text || packUid(other) != packUid(text));
        }
    }
    QCOMPARE(packUid(text.substr(1)).high, std::uint64_t(0));
}

QTEST_APPLESS_MAIN(TestPodRecord)
#include "tst_podrecord.moc"
