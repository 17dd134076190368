// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/capacity/accounting.h"
#include "core/engine/engine.h"
#include "core/simulator/simulator.h"

#include <QtTest>

#include <map>

using namespace sextant;

namespace {

std::shared_ptr<const simulator::Options> livelyWorld()
{
    auto options = std::make_shared<simulator::Options>();
    options->seed = 11;
    options->warmUp = std::chrono::seconds(120);
    options->bookmarkEvery = std::chrono::milliseconds(2000);
    simulator::ClusterOptions cluster;
    cluster.name = "churn";
    cluster.nodes = 80;
    cluster.pods = 1500;
    cluster.churn = 6;
    options->clusters.push_back(cluster);
    return options;
}

/// What differs between the client's picture and the simulation's truth; empty: nothing.
QString difference(const ClusterSnapshot &cluster, const simulator::Truth &truth)
{
    std::map<std::pair<std::string, std::string>, const simulator::TruthPod *> pods;
    for (const auto &pod : truth.pods) {
        pods[{pod.ns, pod.name}] = &pod;
    }
    if (cluster.pods().size() != pods.size()) {
        return QStringLiteral("%1 pods, the truth has %2").arg(cluster.pods().size()).arg(pods.size());
    }
    for (const PodView pod : cluster.pods()) {
        const auto it = pods.find({std::string(pod.ns()), std::string(pod.name())});
        if (it == pods.end()) {
            return QStringLiteral("no such pod: ")
                + QString::fromUtf8(pod.name().data(), static_cast<qsizetype>(pod.name().size()));
        }
        const simulator::TruthPod &want = *it->second;
        const auto text = [&](const char *what, const std::string &got, const std::string &wanted) {
            return QStringLiteral("%1/%2 %3: %4, the truth is %5")
                .arg(QString::fromStdString(want.ns), QString::fromStdString(want.name), QString::fromLatin1(what),
                    QString::fromStdString(got), QString::fromStdString(wanted));
        };
        if (pod.uid() != want.uid) {
            return text("uid", pod.uid(), want.uid);
        }
        if (pod.resourceVersion() != std::to_string(want.resourceVersion)) {
            return text("resourceVersion", std::string(pod.resourceVersion()), std::to_string(want.resourceVersion));
        }
        if (pod.status() != want.status) {
            return text("status", std::string(pod.status()), want.status);
        }
        const std::string ready = std::to_string(pod.ready()) + "/" + std::to_string(pod.containersTotal());
        if (ready != want.ready) {
            return text("ready", ready, want.ready);
        }
        if (pod.node() != want.node) {
            return text("node", std::string(pod.node()), want.node);
        }
        if (pod.cpuRequested().value != want.cpuRequestedMillicores
            || pod.memoryRequested().value != want.memoryRequestedBytes) {
            return text(
                "requests", std::to_string(pod.cpuRequested().value), std::to_string(want.cpuRequestedMillicores));
        }
    }
    const ClusterAccounting accounting = account(cluster);
    std::map<std::string, const simulator::TruthNode *> nodes;
    for (const auto &node : truth.nodes) {
        nodes[node.name] = &node;
    }
    if (cluster.nodes().size() != nodes.size()) {
        return QStringLiteral("%1 nodes, the truth has %2").arg(cluster.nodes().size()).arg(nodes.size());
    }
    for (const NodeView node : cluster.nodes()) {
        const auto it = nodes.find(std::string(node.name()));
        const Sums sums = accounting.byNode[node];
        if (it == nodes.end() || node.draft().status != it->second->status
            || sums.cpu.requested != it->second->cpuRequestedMillicores
            || sums.memory.requested != it->second->memoryRequestedBytes || sums.pods != it->second->pods) {
            return QStringLiteral("node ") + QString::fromStdString(node.draft().name) + QStringLiteral(" differs");
        }
    }
    return {};
}

} // namespace

class TestChurn : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void tenMinutesOfChurnEndInTheTruth();
};

void TestChurn::tenMinutesOfChurnEndInTheTruth()
{
    EngineOptions options;
    options.demo = livelyWorld();
    Engine engine(std::move(options));
    Sources sources;
    sources.demo = true;
    QVERIFY(engine.open(sources));
    QVERIFY(engine.waitSettled(std::chrono::seconds(60)));
    simulator::Simulator *simulator = engine.simulator();
    QVERIFY(simulator != nullptr);
    simulator->pause(true);
    QString left;
    const auto same = [&] {
        left = difference(*engine.store().snapshot().clusters().front(), simulator->truth(0));
        return left.isEmpty();
    };
    // Ten minutes of world time in bursts, with what a bad day brings: nodes lost, rollouts, a restarted API server
    // that has forgotten its history, watches that end, broken lists. Before all that, the watches alone must do.
    for (int minute = 0; minute < 10; ++minute) {
        if (minute < 4) {
            QTRY_VERIFY2_WITH_TIMEOUT(same(), qPrintable(left), 30'000);
        }
        simulator->step(60);
        const auto truth = simulator->truth(0);
        if (minute == 2) {
            simulator->failNode(0, truth.nodes.front().name);
        } else if (minute == 4) {
            simulator->restartServer(0, true);
        } else if (minute == 5) {
            simulator->faults(0).answer429 = 5;
            simulator->restartServer(0, false);
        } else if (minute == 7) {
            simulator->deleteNode(0, truth.nodes.back().name);
        }
    }
    QTRY_VERIFY2_WITH_TIMEOUT(same(), qPrintable(left), 150'000); // five refusals in a row back off for up to 100 s
    const ClusterStatus status = engine.store().snapshot().clusters().front()->status();
    QVERIFY2(status.changes > 500, qPrintable(QString::number(status.changes)));
}

QTEST_GUILESS_MAIN(TestChurn)
#include "tst_churn.moc"
