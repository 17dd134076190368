// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/demohistory.h"

#include "core/engine/engine.h"
#include "core/simulator/simulator.h"

#include <map>

namespace sextant {

namespace {

void addUp(std::int64_t &sum, std::int64_t value) { sum = (sum == Count::kUnknown ? 0 : sum) + value; }

void addUp(Sample &sum, const simulator::HistorySample &part)
{
    addUp(sum.cpuAllocatable, part.cpuAllocatable);
    addUp(sum.cpuRequested, part.cpuRequested);
    addUp(sum.cpuLimit, part.cpuLimit);
    addUp(sum.cpuUsed, part.cpuUsed);
    addUp(sum.memoryAllocatable, part.memoryAllocatable);
    addUp(sum.memoryRequested, part.memoryRequested);
    addUp(sum.memoryLimit, part.memoryLimit);
    addUp(sum.memoryUsed, part.memoryUsed);
    addUp(sum.pods, part.pods);
    addUp(sum.podsAllocatable, part.podsAllocatable);
}

} // namespace

void prefillDemo(Engine &engine, Recorder &recorder)
{
    std::map<Scope, std::map<Time, Sample>> lines;
    std::map<Scope, std::map<Time, std::size_t>> clustersAt; // how many clusters gave a sample of a fleet-wide line
    const Snapshot snapshot = engine.store().snapshot();
    std::size_t simulated = 0;
    bool whole = true; // every cluster is simulated
    bool helios = false;
    for (const auto &cluster : snapshot.clusters()) {
        whole = whole && cluster->status().demo;
        if (cluster->status().orchestrator == Orchestrator::Helios) {
            helios = true; // without a past of its own; of the fleet's line only its pods and capacity are missing
            continue;
        }
        const auto history = engine.demoHistory(cluster->id());
        simulated += history.empty() ? 0 : 1;
        for (const simulator::HistorySample &part : history) {
            Scope own;
            own.cluster = cluster->id();
            own.ns = part.ns;
            own.pool = part.pool;
            Scope across = own;
            across.cluster = ClusterId::None;
            for (const Scope &scope : {own, across}) {
                Sample &sample = lines[scope][part.at];
                sample.at = part.at;
                sample.simulated = true;
                addUp(sample, part);
            }
            ++clustersAt[across][part.at];
        }
    }
    for (auto &[scope, samples] : lines) {
        std::vector<Sample> line;
        for (const auto &[at, sample] : samples) {
            // The fleet's line needs every cluster, as when it is recorded.
            if (!scope.whole() || (whole && clustersAt[scope][at] == simulated)) {
                line.push_back(sample);
                if (scope.whole() && helios) {
                    line.back().pods = line.back().podsAllocatable = Count::kUnknown;
                }
            }
        }
        if (!line.empty()) {
            recorder.prefill(scope, std::move(line));
        }
    }
}

} // namespace sextant
