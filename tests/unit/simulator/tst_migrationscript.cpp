// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulator/migration_script.h"

#include <QtTest>

#include <map>
#include <set>

using namespace sextant::simulator;
using sextant::kNoTime;
using sextant::Time;
using std::chrono::seconds;

namespace {

const Time kStart{seconds(1'900'000'000)};

/// Two Kubernetes clusters and a Helios one that is on its way to them.
struct Fleet {
    std::vector<ClusterOptions> options{2};
    std::vector<std::unique_ptr<Store>> stores;
    std::vector<std::unique_ptr<World>> worlds;
    std::unique_ptr<HeliosWorld> helios;
    std::unique_ptr<MigrationScript> script;
    Time now = kStart;

    explicit Fleet(std::uint64_t seed = 9, int services = 30, double churn = 0, double moved = 0.5)
    {
        HeliosOptions lon;
        lon.hosts = 40;
        lon.tasks = 100;
        lon.churn = churn;
        helios = std::make_unique<HeliosWorld>(lon, seed, 120);
        std::vector<MigrationScript::Target> targets;
        for (std::size_t i = 0; i < options.size(); ++i) {
            options[i].name = "gke-" + std::to_string(i + 1);
            options[i].nodes = 20;
            options[i].pods = 250;
            options[i].namespaces = i == 0 ? 20 : 10;
            options[i].churn = churn;
            stores.push_back(std::make_unique<Store>(kFirstVersion, 1000));
            worlds.push_back(std::make_unique<World>(options[i], seed + i, 120, *stores.back()));
            targets.push_back({options[i].name, options[i].namespaces, worlds.back().get()});
        }
        MigrationOptions migration;
        migration.services = services;
        migration.moved = moved;
        migration.pace = seconds(40);
        script = std::make_unique<MigrationScript>(migration, seed, *helios, targets);
        helios->populate(kStart, script->onHelios());
        for (std::size_t i = 0; i < worlds.size(); ++i) {
            worlds[i]->populate(kStart, script->onKubernetes(i));
        }
        script->begin(kStart);
    }
    void live(int times)
    {
        for (int i = 0; i < times; ++i) {
            now += seconds(1);
            helios->step(now);
            for (const auto &world : worlds) {
                world->step(now);
            }
            script->step(now);
        }
    }
    std::map<std::string, int> stages() const
    {
        std::map<std::string, int> out;
        for (const auto &one : script->truth()) {
            ++out[one.stage];
        }
        return out;
    }
};

std::string told(const std::vector<MigrationTruth> &truth)
{
    std::string out;
    for (const auto &one : truth) {
        out += one.service + ' ' + one.stage + ' ' + std::to_string(one.since.time_since_epoch().count()) + ' '
            + std::to_string(one.heliosHealthy) + ' ' + std::to_string(one.kubernetesHealthy) + ' ' + one.cluster + '/'
            + one.ns + '/' + one.deployment + '\n';
    }
    return out;
}

} // namespace

class TestMigrationScript : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void standsAsAskedAtTheBeginning();
    void everyServiceEndsWhereItShould();
    void truthIsWhatTheWorldsHold();
    void stagesGoOnlyForward();
    void twoRunsAreAlike();
    void heldMeansNobodyBegins();
    void historyLeadsUpToTheBeginning();
    void namesAreTold();
};

void TestMigrationScript::standsAsAskedAtTheBeginning()
{
    Fleet fleet;
    auto stages = fleet.stages();
    QCOMPARE(fleet.script->truth().size(), std::size_t(30));
    QCOMPARE(stages["migrated"] + stages["retired"], 15);
    QVERIFY(stages["migrated"] > 3);
    QVERIFY(stages["retired"] > 3);
    QCOMPARE(stages["in-parallel"], 4);
    QCOMPARE(stages["not-started"], 11);
    for (const auto &one : fleet.script->truth()) {
        QVERIFY(one.since == kNoTime);
        QVERIFY(!one.owner.empty());
        QCOMPARE(one.cluster.empty(), one.stage == "not-started");
    }
    const auto tasks = fleet.helios->truth().tasks.size();
    QVERIFY2(tasks > 70 && tasks < 150, qPrintable(QString::number(tasks)));
}

void TestMigrationScript::everyServiceEndsWhereItShould()
{
    Fleet fleet;
    fleet.live(3600);
    const auto stages = fleet.stages();
    QCOMPARE(stages.count("not-started"), std::size_t(0));
    QCOMPARE(stages.at("in-parallel"), 1); // the one that is stuck
    QCOMPARE(stages.at("rolled-back"), 1);
    QCOMPARE(stages.at("migrated") + stages.at("retired"), 28);
    for (const auto &one : fleet.script->truth()) {
        if (one.stage == "migrated" || one.stage == "retired") {
            QCOMPARE(one.heliosInstances, 0);
            QVERIFY(one.kubernetesHealthy > 0);
        } else if (one.stage == "rolled-back") {
            QVERIFY(one.heliosHealthy > 0);
            QCOMPARE(one.kubernetesInstances, 0);
        }
    }
}

void TestMigrationScript::truthIsWhatTheWorldsHold()
{
    Fleet fleet(9, 30, 2);
    for (int moment = 0; moment < 12; ++moment) {
        fleet.live(97);
        std::map<std::string, std::pair<int, int>> tasks; // of a job's name: wanted, healthy
        std::set<std::string> jobs;
        const auto truth = fleet.helios->truth();
        std::map<std::string, bool> up;
        for (const auto &host : truth.hosts) {
            up[host.name] = host.status == "UP";
        }
        for (const auto &id : truth.jobs) {
            jobs.insert(id.substr(0, id.find(':')));
        }
        for (const auto &task : truth.tasks) {
            auto &count = tasks[task.job.substr(0, task.job.find(':'))];
            count.first += task.goal == "START" ? 1 : 0;
            count.second +=
                task.goal == "START" && task.state == "RUNNING" && task.throttled == "NO" && up[task.host] ? 1 : 0;
        }
        for (const auto &one : fleet.script->truth()) {
            QCOMPARE(one.heliosInstances, tasks[one.heliosJob].first);
            QCOMPARE(one.heliosHealthy, tasks[one.heliosJob].second);
            if (one.stage == "retired") {
                QVERIFY(!jobs.contains(one.heliosJob));
            }
            if (one.kubernetesInstances == 0) {
                continue;
            }
            int pods = 0, ready = 0;
            for (std::size_t i = 0; i < fleet.worlds.size(); ++i) {
                if (fleet.options[i].name != one.cluster) {
                    continue;
                }
                for (const auto &pod : fleet.worlds[i]->truth().pods) {
                    if (pod.ns == one.ns && pod.name.starts_with(one.deployment + '-') && pod.status != "Terminating"
                        && std::count(pod.name.begin() + std::ptrdiff_t(one.deployment.size()), pod.name.end(), '-')
                            == 2) {
                        ++pods;
                        ready += pod.status == "Running" && pod.ready == "1/1" ? 1 : 0;
                    }
                }
            }
            QCOMPARE(one.kubernetesInstances, pods);
            QVERIFY(one.kubernetesHealthy <= ready); // a node may have fallen silent
        }
    }
}

void TestMigrationScript::stagesGoOnlyForward()
{
    Fleet fleet;
    const std::map<std::string, std::set<std::string>> next{{"not-started", {"in-parallel", "migrated"}},
        {"in-parallel", {"migrated", "rolled-back"}}, {"migrated", {"retired"}}, {"retired", {}}, {"rolled-back", {}}};
    std::map<std::string, std::string> before;
    for (const auto &one : fleet.script->truth()) {
        before[one.service] = one.stage;
    }
    int changes = 0;
    for (int i = 0; i < 360; ++i) {
        fleet.live(10);
        for (const auto &one : fleet.script->truth()) {
            auto &was = before[one.service];
            if (was != one.stage) {
                QVERIFY2(next.at(was).contains(one.stage), (one.service + ": " + was + " to " + one.stage).c_str());
                // It had held for a minute when it became one.
                QVERIFY(fleet.now - one.since >= seconds(60) && fleet.now - one.since < seconds(71));
                was = one.stage;
                ++changes;
            }
        }
    }
    QVERIFY(changes > 25);
}

void TestMigrationScript::twoRunsAreAlike()
{
    Fleet one(3, 24, 1), two(3, 24, 1), other(4, 24, 1);
    for (auto *fleet : {&one, &two, &other}) {
        fleet->live(500);
    }
    QVERIFY(told(one.script->truth()) == told(two.script->truth()));
    QVERIFY(told(one.script->truth()) != told(other.script->truth()));
}

void TestMigrationScript::heldMeansNobodyBegins()
{
    Fleet fleet;
    fleet.script->setRunning(false);
    const auto before = fleet.stages().at("not-started");
    fleet.live(900);
    QCOMPARE(fleet.stages().at("not-started"), before);
    fleet.script->setRunning(true);
    fleet.live(300);
    QVERIFY(fleet.stages().at("not-started") < before);
}

void TestMigrationScript::historyLeadsUpToTheBeginning()
{
    Fleet fleet;
    const auto history = fleet.script->history();
    QVERIFY(history.size() > 100);
    QCOMPARE(history.front().moved, 0);
    QCOMPARE(history.back().moved, 15);
    QCOMPARE(history.back().moving, 4);
    QVERIFY(history.back().at == kStart);
    for (std::size_t i = 1; i < history.size(); ++i) {
        QVERIFY(history[i].at > history[i - 1].at);
        QVERIFY(history[i].moved >= history[i - 1].moved);
        QVERIFY(history[i].moved + history[i].moving <= history[i].services);
    }
    std::map<std::string, int> stood;
    for (const auto &one : fleet.script->past()) {
        ++stood[one.stage];
        QVERIFY(one.since < kStart && one.since > history.front().at);
    }
    QCOMPARE(stood["migrated"] + stood["retired"], 15);
    QCOMPARE(stood["in-parallel"], 4);
    fleet.live(900);
    QCOMPARE(fleet.script->history().back().moved, 15); // the past stays
}

void TestMigrationScript::namesAreTold()
{
    Fleet fleet(9, 60);
    const auto matching = fleet.script->matching();
    QCOMPARE(matching.services.size(), std::size_t(60));
    QVERIFY(!matching.pairs.empty());
    std::set<std::string> paired;
    for (const auto &pair : matching.pairs) {
        paired.insert(pair.service);
    }
    std::map<std::string, const PlannedDeployment *> byName;
    std::vector<PlannedDeployment> all;
    for (std::size_t i = 0; i < 2; ++i) {
        const auto part = fleet.script->onKubernetes(i);
        all.insert(all.end(), part.begin(), part.end());
    }
    for (const auto &one : all) {
        byName[one.ns + '/' + one.name] = &one;
    }
    int labelled = 0;
    std::set<std::string> deployments;
    for (const auto &one : fleet.script->truth()) {
        if (one.deployment.empty()) {
            continue;
        }
        QVERIFY(deployments.insert(one.cluster + one.ns + one.deployment).second);
        const auto *const planned = byName[one.ns + '/' + one.deployment];
        QVERIFY(planned != nullptr);
        const auto label = planned->labels.find(matching.labelKey);
        if (one.deployment != one.service && !paired.contains(one.service)) {
            QVERIFY(label != planned->labels.end() && label->second == one.service);
            ++labelled;
        } else {
            QVERIFY(label == planned->labels.end());
        }
    }
    QVERIFY(labelled > 0);
}

QTEST_GUILESS_MAIN(TestMigrationScript)
#include "tst_migrationscript.moc"
