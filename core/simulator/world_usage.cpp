// SPDX-License-Identifier: GPL-3.0-or-later
// What pods and nodes use, the history of it, and the truth.
#include "core/simulator/world_impl.h"

#include <algorithm>

namespace sextant::simulator {

World::Impl::PodUse World::Impl::useOf(const PodSim &pod, Time window) const
{
    const auto &plan = *pod.object->plan;
    PodUse use;
    use.nanoCores = load.nanoCores(pod.hash, plan.cpu, plan.cpuLimit, window);
    use.bytes = load.bytes(pod.hash, plan.memory, plan.memoryLimit, window);
    if (pod.trouble == Trouble::Oom && plan.memoryLimit > 0) { // it fills until it is killed
        const auto lived = std::max<std::int64_t>(0, (window - pod.runningSince).count());
        use.bytes = std::min(plan.memoryLimit, plan.memoryLimit / 20 * std::min<std::int64_t>(lived + 2, 20));
    }
    return use;
}

bool World::Impl::sampled(const PodSim &pod, Time window) const
{
    // A rate needs two scrapes of every container.
    return pod.object && pod.stage == Stage::Running && pod.runningSince != kNoTime && pod.node != kNobody
        && window - pod.runningSince >= seconds(Load::kWindow) && !nodes[pod.node].silent;
}

Id World::Impl::failedScrape(Time window) const
{
    // In one window of five a node does not answer; a failed scrape spoils the next rate too.
    if (options.churn <= 0 || nodes.empty()) {
        return kNobody;
    }
    const auto number = std::uint64_t(window.time_since_epoch().count() / Load::kWindow / 2);
    const auto dice = mixed(number ^ 0xFA11ULL);
    return dice % 5 == 0 ? Id(mixed(dice) % nodes.size()) : kNobody;
}

std::vector<Usage> World::podUsage(Time now, const std::string &ns) const
{
    const auto &w = *m_impl;
    const std::lock_guard lock(w.mutex);
    const auto window = Load::windowEnd(now);
    const auto failed = w.failedScrape(window);
    std::vector<const PodSim *> order;
    for (const auto &pod : w.pods) {
        if (w.sampled(pod, window) && pod.node != failed && (ns.empty() || pod.object->ns == ns)) {
            order.push_back(&pod);
        }
    }
    std::sort(order.begin(), order.end(), [](const PodSim *a, const PodSim *b) {
        return std::tie(a->object->ns, a->object->name) < std::tie(b->object->ns, b->object->name);
    });
    std::vector<Usage> out;
    out.reserve(order.size());
    for (const auto *pod : order) {
        const auto &object = *pod->object;
        const auto use = w.useOf(*pod, window);
        auto &usage = out.emplace_back();
        usage.ns = object.ns;
        usage.name = object.name;
        usage.labels = object.labels();
        usage.sampledAt = window;
        // Shared out by what each container asks for.
        const auto &plan = *object.plan;
        std::vector<const ContainerSpec *> running;
        std::int64_t cpu = 0, memory = 0;
        for (const auto *list : {&plan.init, &plan.containers}) {
            for (const auto &container : *list) {
                if (list == &plan.containers || container.sidecar) {
                    running.push_back(&container);
                    cpu += container.cpuRequest + 10;
                    memory += container.memoryRequest + (8 << 20);
                }
            }
        }
        for (const auto *container : running) {
            usage.containers.push_back({container->name,
                std::int64_t(double(use.nanoCores) * double(container->cpuRequest + 10) / double(cpu)),
                std::int64_t(double(use.bytes) * double(container->memoryRequest + (8 << 20)) / double(memory))});
        }
    }
    return out;
}

std::vector<Usage> World::nodeUsage(Time now) const
{
    const auto &w = *m_impl;
    const std::lock_guard lock(w.mutex);
    const auto window = Load::windowEnd(now);
    const auto failed = w.failedScrape(window);
    std::vector<Usage> out;
    for (const auto &[name, id] : w.nodeByName) {
        const auto &node = w.nodes[id];
        if (node.silent || id == failed || window - node.object->created < seconds(2 * Load::kWindow)) {
            continue;
        }
        std::int64_t nanos = 0, bytes = 0;
        for (const auto pod : node.pods) {
            if (w.sampled(w.pods[pod], window)) {
                const auto use = w.useOf(w.pods[pod], window);
                nanos += use.nanoCores;
                bytes += use.bytes;
            }
        }
        auto &usage = out.emplace_back();
        usage.name = name;
        usage.labels = node.object->labels();
        usage.sampledAt = window;
        usage.containers.push_back(
            {{}, Load::withOverhead(nanos) + Load::kNodeNanoCores, Load::withOverhead(bytes) + Load::kNodeBytes});
    }
    return out;
}

void World::sampleHistory(Time now, std::vector<HistorySample> &out) const
{
    const auto &w = *m_impl;
    const std::lock_guard lock(w.mutex);
    const auto window = Load::windowEnd(now);
    struct Used {
        std::int64_t nanos = 0, bytes = 0;
    };
    std::vector<Used> byNamespace(w.namespaces.size()), byPool(w.pools.size());
    for (const auto &pod : w.pods) {
        if (w.sampled(pod, window)) {
            const auto use = w.useOf(pod, window);
            for (auto *sum : {&byNamespace[pod.ns], &byPool[w.nodes[pod.node].pool]}) {
                sum->nanos += use.nanoCores;
                sum->bytes += use.bytes;
            }
        }
    }
    for (auto &pool : byPool) {
        pool.nanos = Load::withOverhead(pool.nanos);
        pool.bytes = Load::withOverhead(pool.bytes);
    }
    for (const auto &node : w.nodes) {
        if (node.object && !node.silent) {
            byPool[node.pool].nanos += Load::kNodeNanoCores;
            byPool[node.pool].bytes += Load::kNodeBytes;
        }
    }
    const auto millis = [](std::int64_t nanos) { return (nanos + 999'999) / 1'000'000; };
    const auto add = [&](const Totals &totals, Used used) -> HistorySample & {
        auto &sample = out.emplace_back();
        sample.at = now;
        sample.cpuRequested = totals.cpu;
        sample.cpuLimit = totals.cpuLimit;
        sample.cpuUsed = millis(used.nanos);
        sample.memoryRequested = totals.memory;
        sample.memoryLimit = totals.memoryLimit;
        sample.memoryUsed = used.bytes;
        sample.pods = totals.pods;
        return sample;
    };
    Used all;
    std::int64_t cpu = 0, memory = 0, slots = 0;
    for (std::size_t i = 0; i < w.pools.size(); ++i) {
        all.nanos += byPool[i].nanos;
        all.bytes += byPool[i].bytes;
        cpu += w.pools[i].cpu;
        memory += w.pools[i].memory;
        slots += w.pools[i].slots;
    }
    const auto allocatable = [](HistorySample &sample, std::int64_t c, std::int64_t m, std::int64_t s) {
        sample.cpuAllocatable = c;
        sample.memoryAllocatable = m;
        sample.podsAllocatable = s;
    };
    allocatable(add(w.totals, all), cpu, memory, slots);
    for (std::size_t i = 0; i < w.pools.size(); ++i) {
        auto &sample = add(w.pools[i].totals, byPool[i]);
        sample.pool = w.pools[i].name;
        allocatable(sample, w.pools[i].cpu, w.pools[i].memory, w.pools[i].slots);
    }
    for (std::size_t i = 0; i < w.namespaces.size(); ++i) {
        auto &sample = add(w.namespaces[i].totals, byNamespace[i]);
        sample.ns = w.namespaces[i].name;
        allocatable(sample, cpu, memory, slots); // stays the cluster's
    }
}

Truth World::truth() const
{
    const auto &w = *m_impl;
    const std::lock_guard lock(w.mutex);
    Truth out;
    for (const auto &pod : w.pods) {
        if (!pod.object) {
            continue;
        }
        const auto &object = *pod.object;
        auto &row = out.pods.emplace_back();
        row.ns = object.ns;
        row.name = object.name;
        row.uid = object.uid;
        row.node = object.node;
        row.status = object.statusText();
        row.ready = object.readyText();
        row.resourceVersion = object.resourceVersion;
        row.restarts = object.shownRestarts;
        row.cpuRequestedMillicores = object.chargedCpu();
        row.memoryRequestedBytes = object.plan->memory;
    }
    std::sort(out.pods.begin(), out.pods.end(),
        [](const TruthPod &a, const TruthPod &b) { return std::tie(a.ns, a.name) < std::tie(b.ns, b.name); });
    for (const auto &[name, id] : w.nodeByName) {
        const auto &node = w.nodes[id];
        out.nodes.push_back({name, node.object->uid, node.object->shown, node.object->resourceVersion, node.counted,
            node.cpu, node.memory});
    }
    return out;
}

} // namespace sextant::simulator
