// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulator/objects.h"

#include <QTest>

#include <atomic>
#include <thread>

using namespace sextant;
using namespace sextant::simulator;

namespace {

using Clock = std::chrono::steady_clock;

std::shared_ptr<NamespaceObject> named(const std::string &ns, const std::string &name)
{
    auto object = std::make_shared<NamespaceObject>();
    object->ns = ns;
    object->name = name;
    object->uid = ns + '-' + name;
    return object;
}

std::vector<Entry> changes(const Store &store, std::uint64_t version, bool &known, std::size_t most = 1000)
{
    std::vector<Entry> out;
    known = store.changesAfter(Resource::Pods, version, most, Clock::now(), out);
    return out;
}

} // namespace

class TestSimulatorStore : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void versionsRiseOverAllResources();
    void listIsSortedAndConsistent();
    void entriesCarryWhatStoodBefore();
    void resumesWithinTheLog();
    void tooOldBeyondTheLog();
    void compactForgetsEverything();
    void waitsUntilSomethingHappens();
    void wakeEndsAWait();
    void followersMissNothing();
};

void TestSimulatorStore::versionsRiseOverAllResources()
{
    Store store(999, 10);
    QCOMPARE(store.version(), std::uint64_t(999));
    QCOMPARE(store.put(Resource::Pods, named("a", "x")), std::uint64_t(1000));
    QCOMPARE(store.put(Resource::Nodes, named("", "n")), std::uint64_t(1001));
    QVERIFY(store.remove(Resource::Pods, "a", "x", named("a", "x")));
    QCOMPARE(store.version(), std::uint64_t(1002));
    QVERIFY(!store.remove(Resource::Pods, "a", "x", named("a", "x")));
    QCOMPARE(store.version(), std::uint64_t(1002));
    QCOMPARE(store.count(Resource::Pods), std::uint64_t(0));
    QCOMPARE(store.count(Resource::Nodes), std::uint64_t(1));
}

void TestSimulatorStore::listIsSortedAndConsistent()
{
    Store store(0, 10);
    // The order of bytes of "namespace/name": "team-a/..." stands before "team/...".
    for (const auto *ns : {"team", "team-a", "b"}) {
        for (const auto *name : {"y", "x", "x-1"}) {
            store.put(Resource::Pods, named(ns, name));
        }
    }
    std::uint64_t version = 0;
    QStringList keys;
    for (const auto &object : store.list(Resource::Pods, version)) {
        keys << QString::fromStdString(object->ns + '/' + object->name);
    }
    QCOMPARE(keys,
        QStringList({QStringLiteral("b/x"), QStringLiteral("b/x-1"), QStringLiteral("b/y"), QStringLiteral("team-a/x"),
            QStringLiteral("team-a/x-1"), QStringLiteral("team-a/y"), QStringLiteral("team/x"),
            QStringLiteral("team/x-1"), QStringLiteral("team/y")}));
    QCOMPARE(version, std::uint64_t(9));
}

void TestSimulatorStore::entriesCarryWhatStoodBefore()
{
    Store store(0, 10);
    const auto first = named("a", "x");
    const auto second = named("a", "x");
    const auto last = named("a", "x");
    store.put(Resource::Pods, first);
    store.put(Resource::Pods, second);
    store.remove(Resource::Pods, "a", "x", last);
    bool known = false;
    const auto log = changes(store, 0, known);
    QVERIFY(known);
    QCOMPARE(log.size(), std::size_t(3));
    QCOMPARE(int(log[0].change), int(Change::Added));
    QVERIFY(log[0].previous == nullptr);
    QCOMPARE(int(log[1].change), int(Change::Modified));
    QCOMPARE(log[1].previous.get(), static_cast<const Object *>(first.get()));
    QCOMPARE(int(log[2].change), int(Change::Deleted));
    QCOMPARE(log[2].object->resourceVersion, std::uint64_t(3));
    QCOMPARE(log[2].previous.get(), static_cast<const Object *>(second.get()));
    QVERIFY(store.get(Resource::Pods, "a", "x") == nullptr);
}

void TestSimulatorStore::resumesWithinTheLog()
{
    Store store(100, 50);
    for (int i = 0; i < 20; ++i) {
        store.put(Resource::Pods, named("a", "p" + std::to_string(i)));
        store.put(Resource::Nodes, named("", "n" + std::to_string(i)));
    }
    bool known = false;
    const auto log = changes(store, 110, known, 4);
    QVERIFY(known);
    QCOMPARE(log.size(), std::size_t(4));
    QCOMPARE(log.front().object->resourceVersion, std::uint64_t(111));
    QCOMPARE(log.back().object->resourceVersion, std::uint64_t(117));
    QVERIFY(changes(store, store.version(), known).empty());
    QVERIFY(known);
}

void TestSimulatorStore::tooOldBeyondTheLog()
{
    Store store(100, 5);
    QCOMPARE(store.oldest(Resource::Pods), std::uint64_t(100));
    for (int i = 0; i < 8; ++i) {
        store.put(Resource::Pods, named("a", "x"));
    }
    // 101 to 108 were written and 104 to 108 are kept: who has seen 103 misses nothing.
    QCOMPARE(store.oldest(Resource::Pods), std::uint64_t(103));
    bool known = true;
    changes(store, 102, known);
    QVERIFY(!known);
    QCOMPARE(changes(store, 103, known).size(), std::size_t(5));
    QVERIFY(known);
    QCOMPARE(store.oldest(Resource::Nodes), std::uint64_t(100));
}

void TestSimulatorStore::compactForgetsEverything()
{
    Store store(100, 50);
    store.put(Resource::Pods, named("a", "x"));
    const auto before = store.version();
    store.compact();
    bool known = true;
    changes(store, before, known);
    QVERIFY(!known);
    std::uint64_t version = 0;
    QCOMPARE(store.list(Resource::Pods, version).size(), std::size_t(1));
    changes(store, version, known);
    QVERIFY(known);
}

void TestSimulatorStore::waitsUntilSomethingHappens()
{
    Store store(0, 50);
    std::vector<Entry> out;
    QVERIFY(store.changesAfter(Resource::Pods, 0, 10, Clock::now() + std::chrono::milliseconds(5), out));
    QVERIFY(out.empty());
    std::thread writer([&] {
        store.put(Resource::Nodes, named("", "other"));
        store.put(Resource::Pods, named("a", "x"));
    });
    QVERIFY(store.changesAfter(Resource::Pods, 0, 10, Clock::now() + std::chrono::seconds(30), out));
    writer.join();
    QCOMPARE(out.size(), std::size_t(1));
}

void TestSimulatorStore::wakeEndsAWait()
{
    Store store(0, 50);
    std::atomic<bool> over = false;
    std::thread waiter([&] {
        std::vector<Entry> out;
        store.changesAfter(Resource::Pods, 0, 10, Clock::now() + std::chrono::seconds(60), out);
        over = true;
    });
    while (!over) { // the waiter may not wait yet
        store.wake();
        std::this_thread::yield();
    }
    waiter.join();
    QVERIFY(over);
}

void TestSimulatorStore::followersMissNothing()
{
    Store store(0, 100'000);
    constexpr int kPods = 3000;
    std::atomic<int> wrong = 0;
    const auto follow = [&] {
        std::uint64_t version = 0;
        int seen = 0;
        while (seen < kPods) {
            std::vector<Entry> out;
            if (!store.changesAfter(Resource::Pods, version, 17, Clock::now() + std::chrono::seconds(30), out)
                || out.empty()) {
                ++wrong;
                return;
            }
            for (const auto &entry : out) {
                wrong += entry.object->resourceVersion <= version ? 1 : 0;
                wrong += entry.object->name != "p" + std::to_string(seen) ? 1 : 0;
                version = entry.object->resourceVersion;
                ++seen;
            }
        }
    };
    std::vector<std::thread> followers;
    for (int i = 0; i < 3; ++i) {
        followers.emplace_back(follow);
    }
    std::thread other([&] {
        for (int i = 0; i < kPods; ++i) {
            store.put(Resource::Events, named("a", "e" + std::to_string(i % 50)));
        }
    });
    for (int i = 0; i < kPods; ++i) {
        store.put(Resource::Pods, named("a", "p" + std::to_string(i)));
    }
    other.join();
    for (auto &follower : followers) {
        follower.join();
    }
    QCOMPARE(wrong.load(), 0);
    QCOMPARE(store.version(), std::uint64_t(2 * kPods));
}

QTEST_APPLESS_MAIN(TestSimulatorStore)
#include "tst_simulatorstore.moc"
