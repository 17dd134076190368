// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fleet/store.h"
#include "core/helios/heliosfeed.h"
#include "core/simulator/helios_world.h"
#include "core/simulator/simulator.h"

#include <QtTest>

#include <map>
#include <set>

using namespace sextant;

namespace {

simulator::Options livelyWorld()
{
    simulator::Options options;
    options.seed = 21;
    options.warmUp = std::chrono::seconds(300);
    simulator::HeliosOptions cluster;
    cluster.hosts = 60;
    cluster.tasks = 300;
    cluster.services = 40;
    cluster.groups = 8;
    cluster.masters = 2;
    cluster.odd = true;
    cluster.churn = 6;
    options.helios.push_back(cluster);
    return options;
}

QString text(std::string_view in) { return QString::fromUtf8(in.data(), qsizetype(in.size())); }

template <class T> std::string said(const T &value) { return value ? std::to_string(*value) : std::string("unknown"); }

/// What differs between the client's hosts and the truth's; empty: nothing.
QString hostsDiffer(const ClusterSnapshot &cluster, const simulator::HeliosTruth &truth)
{
    std::map<std::string, std::string> statuses;
    std::map<std::string, const simulator::HeliosTruthHost *> hosts;
    for (const auto &host : truth.hosts) {
        hosts[host.name] = &host;
        statuses[host.name] = host.status;
    }
    for (const auto &name : truth.halfRegistered) {
        statuses[name] = "Not registered";
    }
    for (const auto &name : truth.unreadable) {
        statuses[name] = "Unreadable";
    }
    if (cluster.nodes().size() != statuses.size()) {
        return QStringLiteral("%1 hosts, the truth has %2").arg(cluster.nodes().size()).arg(statuses.size());
    }
    for (const NodeView node : cluster.nodes()) {
        const std::string name(node.name());
        const NodeDraft &row = node.draft();
        if (!statuses.contains(name) || row.status != statuses[name]) {
            return text(name) + QStringLiteral(": ") + text(row.status) + QStringLiteral(", the truth is ")
                + text(statuses[name]);
        }
        const auto it = hosts.find(name);
        if (it == hosts.end()) {
            continue;
        }
        const auto &want = *it->second;
        const auto differs = [&](const char *what, const std::string &got, const std::string &wanted) {
            return got == wanted ? QString()
                                 : text(name) + QLatin1Char(' ') + QString::fromLatin1(what) + QStringLiteral(": ")
                    + text(got) + QStringLiteral(", the truth is ") + text(wanted);
        };
        const auto known = [](const auto &amount) {
            return amount.known() ? std::to_string(amount.value) : std::string("unknown");
        };
        std::optional<std::int64_t> milli, inUse;
        if (want.cpus) {
            milli = *want.cpus * 1000;
        }
        if (want.memoryTotal && want.memoryFree) {
            inUse = *want.memoryTotal - *want.memoryFree;
        }
        for (const QString &problem : {differs("cpu", known(row.capacity.cpu), said(milli)),
                 differs("memory", known(row.capacity.memory), said(want.memoryTotal)),
                 differs("memory in use", known(row.memoryInUse), said(inUse)),
                 differs("load", said(row.loadAverage), said(want.load)), differs("version", row.version, want.version),
                 differs("zone", row.zone, want.zone),
                 differs("report", std::to_string(row.reported.time_since_epoch().count()),
                     std::to_string(want.reportedAt.time_since_epoch().count()))}) {
            if (!problem.isEmpty()) {
                return problem;
            }
        }
    }
    return {};
}

QString tasksDiffer(const ClusterSnapshot &cluster, const simulator::HeliosTruth &truth)
{
    std::map<std::string, bool> up;
    for (const auto &host : truth.hosts) {
        up[host.name] = host.status == "UP";
    }
    std::map<std::pair<std::string, std::string>, const simulator::HeliosTruthTask *> tasks;
    for (const auto &task : truth.tasks) {
        tasks[{task.host, task.job}] = &task;
    }
    std::size_t seen = 0;
    for (const PodView pod : cluster.pods()) {
        const std::string host(pod.node()), job(pod.name());
        if (!up.contains(host)) {
            continue; // of a host that cannot be read: as last known
        }
        ++seen;
        const auto it = tasks.find({host, job});
        if (it == tasks.end()) {
            return QStringLiteral("no such task: ") + text(host) + QLatin1Char(' ') + text(job);
        }
        const auto &want = *it->second;
        const std::string status = want.state.empty() ? "PENDING"
            : !up[host]                               ? "Unknown (last " + want.state + ")"
            : want.throttled != "NO"                  ? want.state + " (" + want.throttled + ")"
                                                      : want.state;
        const std::string kind = want.group.empty() ? "HeliosJob" : "DeploymentGroup";
        const auto declared = [](const auto &amount) {
            return amount.known() ? std::optional(amount.value) : std::nullopt;
        };
        std::optional<std::int64_t> milli;
        if (want.cpuShares) {
            milli = (*want.cpuShares * 1000 + 1023) / 1024;
        }
        if (pod.status() != status || declared(pod.memoryRequested()) != want.memory
            || declared(pod.cpuRequested()) != milli
            || (!want.group.empty() && (pod.workloadKind() != kind || pod.workloadName() != want.group))) {
            return text(host) + QLatin1Char(' ') + text(job) + QStringLiteral(": ") + text(pod.status())
                + QLatin1Char(' ') + text(pod.workloadName()) + QLatin1Char(' ')
                + text(said(declared(pod.cpuRequested()))) + QLatin1Char(' ')
                + text(said(declared(pod.memoryRequested()))) + QStringLiteral(", the truth is ") + text(status)
                + QLatin1Char(' ') + text(want.group) + QLatin1Char(' ') + text(said(milli)) + QLatin1Char(' ')
                + text(said(want.memory));
        }
    }
    return seen == tasks.size() ? QString() : QStringLiteral("%1 tasks, the truth has %2").arg(seen).arg(tasks.size());
}

QString workloadsDiffer(const ClusterSnapshot &cluster, const simulator::HeliosTruth &truth)
{
    std::map<std::string, const simulator::HeliosTruthGroup *> groups;
    for (const auto &group : truth.groups) {
        groups[group.name] = &group;
    }
    std::set<std::string> jobs, groupsSeen;
    for (const WorkloadView workload : cluster.workloads()) {
        const WorkloadDraft &row = workload.draft();
        if (row.kind == WorkloadKind::HeliosJob) {
            jobs.insert(row.name);
            continue;
        }
        groupsSeen.insert(row.name);
        const auto it = groups.find(row.name);
        if (it == groups.end()) {
            return QStringLiteral("no such group: ") + text(row.name);
        }
        if (!row.rollout) {
            return QStringLiteral("no roll-out of ") + text(row.name);
        }
        if (row.rollout->status != it->second->status || row.rollout->error != it->second->error
            || row.rollout->job != it->second->job) {
            return text(row.name) + QStringLiteral(": ") + text(row.rollout->status) + QLatin1Char(' ')
                + text(row.rollout->error) + QStringLiteral(", the truth is ") + text(it->second->status)
                + QLatin1Char(' ') + text(it->second->error);
        }
    }
    if (groupsSeen.size() != groups.size()) {
        return QStringLiteral("%1 groups, the truth has %2").arg(groupsSeen.size()).arg(groups.size());
    }
    const std::set<std::string> wanted(truth.jobs.begin(), truth.jobs.end());
    for (const auto &job : wanted) {
        if (!jobs.contains(job)) {
            return QStringLiteral("missing: ") + text(job);
        }
    }
    return {};
}

} // namespace

class TestHeliosChurn : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void tenMinutesOfChurnEndInTheTruth();
};

void TestHeliosChurn::tenMinutesOfChurnEndInTheTruth()
{
    simulator::Simulator simulator(livelyWorld());
    QVERIFY(bool(simulator.start()));
    simulator.pause(true);
    net::Client client;
    FleetStore fleet;
    const auto store = fleet.add();
    helios::Masters masters;
    masters.name = "helios-1";
    masters.urls = simulator.heliosEndpoints().front().urls;
    helios::FeedOptions options;
    options.every = std::chrono::milliseconds(50);
    options.publishEvery = std::chrono::milliseconds(10);
    options.backoffScale = 0.02;
    options.chunkFirst = 20;
    options.seed = 1;
    const auto feed = helios::makeHeliosFeed(masters, options, client, store);
    feed->start();
    QString left;
    const auto same = [&] {
        const auto cluster = fleet.snapshot().clusters().front();
        const auto truth = simulator.heliosTruth(0);
        left = hostsDiffer(*cluster, truth);
        left = left.isEmpty() ? tasksDiffer(*cluster, truth) : left;
        left = left.isEmpty() ? workloadsDiffer(*cluster, truth) : left;
        return left.isEmpty();
    };
    QTRY_VERIFY2_WITH_TIMEOUT(same(), qPrintable(left), 60'000);
    const auto connection = [&] { return fleet.snapshot().clusters().front()->status().connection; };
    const auto before = simulator.heliosTruth(0).tasks;

    // Ten minutes of world time in bursts, with what a bad day brings: spurious failures, an unreadable host, a master
    // that dies, a ZooKeeper that goes away, broken answers.
    auto &world = *simulator.heliosWorld(0);
    auto &faults = simulator.heliosFaults(0);
    const auto victim = simulator.heliosTruth(0).hosts.front().name;
    for (int minute = 0; minute < 10; ++minute) {
        simulator.step(60);
        const auto asked = simulator.heliosRequests(0);
        if (minute == 1) {
            faults.answer500 = 3;
        } else if (minute == 2) {
            QVERIFY(world.poison(victim, true));
        } else if (minute == 3) {
            QTRY_VERIFY2_WITH_TIMEOUT(same(), qPrintable(left), 60'000); // all others are shown
            simulator.killMaster(0, 0);
        } else if (minute == 4) {
            QTRY_VERIFY2_WITH_TIMEOUT(same(), qPrintable(left), 60'000);
            QVERIFY(world.poison(victim, false));
            faults.awayMs = 50;
            faults.zooKeeperAway = true;
            QTRY_COMPARE_WITH_TIMEOUT(connection(), Connection::Stale, 60'000);
        } else if (minute == 5) {
            faults.zooKeeperAway = false;
            faults.cutBodies = true;
            QTRY_VERIFY_WITH_TIMEOUT(simulator.heliosRequests(0) > asked + 10, 60'000);
        } else if (minute == 6) {
            faults.cutBodies = false;
            faults.garbled = true;
            QTRY_VERIFY_WITH_TIMEOUT(simulator.heliosRequests(0) > asked + 10, 60'000);
        } else if (minute == 7) {
            faults.garbled = false;
            simulator.reviveMaster(0, 0);
            simulator.killMaster(0, 1);
        }
    }
    QTRY_VERIFY2_WITH_TIMEOUT(same(), qPrintable(left), 90'000);
    const auto after = simulator.heliosTruth(0).tasks;
    QVERIFY(after.size() > 150);
    QVERIFY(after.size() != before.size() || after.front().job != before.front().job);
    QCOMPARE(simulator.heliosWritesRefused(0), std::uint64_t(0));
}

QTEST_GUILESS_MAIN(TestHeliosChurn)
#include "tst_helioschurn.moc"
