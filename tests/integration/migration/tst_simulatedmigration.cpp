// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/capacity/accounting.h"
#include "core/engine/engine.h"
#include "core/simulator/helios_world.h"
#include "core/simulator/simulator.h"

#include <QtTest>

#include <map>
#include <set>

using namespace sextant;

namespace {

constexpr auto kLook = std::chrono::seconds(60); // between two looks: the least that lets a service move on

std::shared_ptr<const simulator::Options> movingFleet()
{
    auto options = std::make_shared<simulator::Options>();
    options->seed = 31;
    options->warmUp = std::chrono::seconds(60);
    for (const auto &[name, namespaces] : {std::pair("gke-eu", 20), std::pair("gke-us", 12)}) {
        simulator::ClusterOptions cluster;
        cluster.name = name;
        cluster.nodes = 20;
        cluster.pods = 250;
        cluster.namespaces = namespaces;
        cluster.churn = 0;
        options->clusters.push_back(std::move(cluster));
    }
    simulator::HeliosOptions helios;
    helios.name = "helios-lon";
    helios.hosts = 40;
    helios.tasks = 120;
    helios.churn = 0;
    options->helios.push_back(std::move(helios));
    options->migration = simulator::MigrationOptions();
    options->migration->services = 36;
    options->migration->moved = 0.4;
    options->migration->pace = std::chrono::seconds(50);
    return options;
}

/// Whether the client has seen all that there is at this moment.
bool caughtUp(const Snapshot &snapshot, simulator::Simulator &simulator)
{
    std::size_t kubernetes = 0;
    for (const auto &cluster : snapshot.clusters()) {
        if (cluster->status().orchestrator == Orchestrator::Helios) {
            std::map<std::string, bool> up;
            const auto truth = simulator.heliosTruth(0);
            for (const auto &host : truth.hosts) {
                up[host.name] = host.status == "UP";
            }
            std::set<std::string> want, have, jobs;
            for (const auto &task : truth.tasks) {
                const std::string state = task.state.empty() ? "PENDING" : task.state;
                want.insert(task.host + ' ' + task.job + ' '
                    + (!up[task.host]                                          ? "Unknown (last " + state + ")"
                            : task.throttled == "NO" || task.throttled.empty() ? state
                                                                               : state + " (" + task.throttled + ")"));
            }
            for (const PodView pod : cluster->pods()) {
                have.insert(std::string(pod.node()) + ' ' + std::string(pod.name()) + ' ' + std::string(pod.status()));
            }
            for (const WorkloadView workload : cluster->workloads()) {
                if (workload.kind() == WorkloadKind::HeliosJob) {
                    jobs.insert(std::string(workload.name()));
                }
            }
            if (want != have || jobs != std::set<std::string>(truth.jobs.begin(), truth.jobs.end())) {
                return false;
            }
            continue;
        }
        std::map<std::string, std::string> want, have;
        for (const auto &pod : simulator.truth(kubernetes).pods) {
            want[pod.uid] = std::to_string(pod.resourceVersion);
        }
        for (const PodView pod : cluster->pods()) {
            have[pod.uid()] = std::string(pod.resourceVersion());
        }
        if (want != have) {
            return false;
        }
        ++kubernetes;
    }
    return kubernetes == 2;
}

} // namespace

class TestSimulatedMigration : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyServiceStandsWhereItTrulyDoes();
};

void TestSimulatedMigration::everyServiceStandsWhereItTrulyDoes()
{
    EngineOptions options;
    options.demo = movingFleet();
    options.config.heliosEvery = std::chrono::seconds(1);
    Engine engine(std::move(options));
    Sources sources;
    sources.demo = true;
    QVERIFY(bool(engine.open(sources)));
    simulator::Simulator &simulator = *engine.simulator();
    simulator.pause(true);
    QVERIFY(engine.waitSettled(std::chrono::seconds(60)));

    const Time begin = wallNow();
    std::map<std::string, Time> entered; // what a look a minute makes of the second a stage was entered
    std::map<std::string, Time> past; // what is told of the time before the first look
    for (const auto &one : simulator.migrationPast()) {
        past[one.service] = one.since;
    }
    std::map<std::string, std::string> before;
    std::map<std::string, int> moves;
    int looks = 0;
    for (; looks < 45; ++looks) {
        if (looks > 0) {
            simulator.step(int(kLook.count()));
        }
        const Time now = begin + looks * kLook;
        QTRY_VERIFY_WITH_TIMEOUT(caughtUp(engine.store().snapshot(), simulator), 60'000);
        const auto progress = engine.migration(Picture(engine.store().snapshot(), nullptr), now);
        const auto truth = simulator.migrationTruth();
        QCOMPARE(progress->services.size(), truth.size());
        for (const auto &want : truth) {
            const migration::Service *const got = progress->find(want.service);
            QVERIFY2(got != nullptr, want.service.c_str());
            const auto where = want.service + " at look " + std::to_string(looks);
            const auto same = [&](const char *what, const std::string &have, const std::string &wanted) {
                if (have != wanted) {
                    qWarning("%s, %s: %s, the truth is %s", where.c_str(), what, have.c_str(), wanted.c_str());
                }
                return have == wanted;
            };
            QVERIFY(same("stage", std::string(migration::stageKey(got->stage)), want.stage));
            QVERIFY(same("owner", got->owner, want.owner));
            QVERIFY(same("on Helios", std::to_string(got->helios.instances), std::to_string(want.heliosInstances)));
            QVERIFY(same("well there", std::to_string(got->helios.healthy), std::to_string(want.heliosHealthy)));
            QVERIFY(same(
                "on Kubernetes", std::to_string(got->kubernetes.instances), std::to_string(want.kubernetesInstances)));
            QVERIFY(same("well here", std::to_string(got->kubernetes.healthy), std::to_string(want.kubernetesHealthy)));
            QVERIFY(!got->stale);
            if (!before[want.service].empty() && before[want.service] != want.stage) {
                ++moves[before[want.service] + " to " + want.stage];
                // Whoever looks once a minute saw it first at the look before this one: it began in the minute before
                // that look.
                entered[want.service] = now - kLook;
                const auto held = simulator.heliosWorld(0)->now() - want.since;
                QVERIFY2(want.since != kNoTime && held >= kLook && held < 2 * kLook, where.c_str());
            }
            before[want.service] = want.stage;
            const auto at = entered.find(want.service);
            const auto told = past.find(want.service);
            const Time since = at != entered.end() ? at->second : told != past.end() ? told->second : kNoTime;
            QVERIFY2(got->since == since, where.c_str());
            QCOMPARE(want.since == kNoTime, at == entered.end());
        }
    }
    QVERIFY(looks >= 20);
    // It was a whole migration: everything moved that was to move.
    QVERIFY2(
        moves["not-started to in-parallel"] >= 10, qPrintable(QString::number(moves["not-started to in-parallel"])));
    QVERIFY(moves["in-parallel to migrated"] >= 10);
    QVERIFY(moves["migrated to retired"] >= 5);
    QCOMPARE(moves["in-parallel to rolled-back"], 1);
    std::map<std::string, int> stages;
    for (const auto &[service, stage] : before) {
        ++stages[stage];
    }
    QCOMPARE(stages["not-started"], 0);
    QCOMPARE(stages["in-parallel"], 1);
    QCOMPARE(simulator.heliosWritesRefused(0), std::uint64_t(0));
}

QTEST_GUILESS_MAIN(TestSimulatedMigration)
#include "tst_simulatedmigration.moc"
