// SPDX-License-Identifier: GPL-3.0-or-later
// Which node a pod goes to: filters, then the least allocated of those that are left.
#include "core/simulator/world_impl.h"

#include <algorithm>
#include <array>

namespace sextant::simulator {

namespace {

enum class Refusal { None, Cpu, Gpu, Memory, TooMany, Selector, Taint, Cordoned };
constexpr int kRefusals = 8;

Refusal refusal(const PodPlan &plan, const NodeSim &node, const PoolSim &pool)
{
    if (node.object->unschedulable) {
        return Refusal::Cordoned;
    }
    if ((pool.tainted && (plan.tolerates & (1U << node.pool)) == 0) || node.unknown || node.broken) {
        return Refusal::Taint;
    }
    if (plan.pool >= 0 && Id(plan.pool) != node.pool) {
        return Refusal::Selector;
    }
    const auto &model = *pool.model;
    if (node.counted + 1 > model.pods) {
        return Refusal::TooMany;
    }
    if (plan.cpu > 0 && node.cpu + plan.cpu > model.allocatableCpu) {
        return Refusal::Cpu;
    }
    if (plan.memory > 0 && node.memory + plan.memory > model.allocatableMemory) {
        return Refusal::Memory;
    }
    if (plan.gpus > 0 && node.gpus + plan.gpus > model.gpus) {
        return Refusal::Gpu;
    }
    return Refusal::None;
}

} // namespace

Id World::Impl::placeFor(const PodSim &pod, std::string *why)
{
    const auto &plan = *pod.object->plan;
    std::array<int, kRefusals> refused{};
    Id best = kNobody;
    double bestScore = -1;
    // Big clusters are not searched to the end: what fits well enough is found among the first hundred that fit.
    const std::size_t enough = 100;
    std::size_t fitting = 0;
    const auto count = nodes.size();
    std::size_t i = 0;
    for (; i < count && fitting < enough; ++i) {
        const auto id = (nextNode + i) % count;
        const auto &node = nodes[id];
        if (!node.object) {
            continue;
        }
        const auto &pool = pools[node.pool];
        const auto no = refusal(plan, node, pool);
        ++refused[std::size_t(no)];
        if (no != Refusal::None) {
            continue;
        }
        ++fitting;
        const auto &model = *pool.model;
        const double cpu = 1 - double(node.cpu + std::max<std::int64_t>(plan.cpu, 100)) / double(model.allocatableCpu);
        const double memory =
            1 - double(node.memory + std::max<std::int64_t>(plan.memory, 200 << 20)) / double(model.allocatableMemory);
        // What is scarcer there weighs most, so that no machine is filled in one way and idle in the other.
        const double score = std::min(cpu, memory) * 70 + (cpu + memory) * 15 + 14 * random.fraction();
        if (score > bestScore) {
            bestScore = score;
            best = Id(id);
        }
    }
    nextNode = count == 0 ? 0 : (nextNode + i) % count;
    if (best == kNobody && why != nullptr) {
        static constexpr const char *kWords[kRefusals] = {"", "Insufficient cpu", "Insufficient nvidia.com/gpu",
            "Insufficient memory", "Too many pods", "node(s) didn't match Pod's node affinity/selector",
            "node(s) had untolerated taint(s)", "node(s) were unschedulable"};
        std::vector<std::string> parts;
        int all = 0, lacking = 0;
        for (int r = 1; r < kRefusals; ++r) {
            const auto n = refused[std::size_t(r)];
            all += n;
            if (n > 0) {
                parts.push_back(std::to_string(n) + ' ' + kWords[r]);
                lacking += r <= int(Refusal::TooMany) ? n : 0;
            }
        }
        std::sort(parts.begin(), parts.end());
        const auto nodesText = "0/" + std::to_string(all) + " nodes are available: ";
        *why = nodesText;
        for (std::size_t p = 0; p < parts.size(); ++p) {
            *why += (p == 0 ? "" : ", ") + parts[p];
        }
        *why += '.';
        if (!old) {
            *why += " no new claims to deallocate, preemption: " + nodesText;
            std::vector<std::string> more;
            if (lacking > 0) {
                more.push_back(std::to_string(lacking) + " No preemption victims found for incoming pod");
            }
            if (all > lacking) {
                more.push_back(std::to_string(all - lacking) + " Preemption is not helpful for scheduling");
            }
            std::sort(more.begin(), more.end());
            for (std::size_t p = 0; p < more.size(); ++p) {
                *why += (p == 0 ? "" : ", ") + more[p];
            }
            *why += '.';
        }
    }
    return best;
}

void World::Impl::scheduleOne(Id id)
{
    auto &sim = pods[id];
    if (!sim.object || sim.stage != Stage::Unscheduled || sim.deleting) {
        return;
    }
    if (sim.owner.kind == Kind::DaemonSet) { // its controller has already chosen
        if (sim.node != kNobody && nodes[sim.node].object) {
            const auto node = sim.node;
            sim.node = kNobody;
            bind(id, node);
        }
        return;
    }
    std::string why;
    const auto node = placeFor(sim, &why);
    if (node != kNobody) {
        bind(id, node);
        return;
    }
    const bool news = sim.toldUnschedulable == kNoTime;
    if (news || (options.churn > 0 && now - sim.toldUnschedulable >= seconds(300))) {
        sim.toldUnschedulable = now;
        podEvent(sim, {"FailedScheduling", why, true, "default-scheduler"});
    }
    const auto *told = findCondition(sim.object->conditions, "PodScheduled");
    if (told == nullptr || told->message != why) {
        auto object = edit(id);
        setCondition(object->conditions, "PodScheduled", "False", "Unschedulable", why, now);
        commit(id, std::move(object));
    }
    ++sim.epoch;
    after(seconds(random.range(8, 15)), What::PodSchedule, id, sim.epoch);
}

void World::Impl::schedule()
{
    auto queue = std::move(toSchedule);
    toSchedule.clear();
    for (const auto id : queue) {
        scheduleOne(id);
    }
}

} // namespace sextant::simulator
