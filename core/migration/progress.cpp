// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/migration/progress.h"

#include <algorithm>
#include <map>

namespace sextant::migration {

namespace {

std::int64_t known(std::int64_t amount) { return amount == Count::kUnknown ? 0 : amount; }

void add(std::int64_t &sum, std::int64_t value)
{
    Count total(sum);
    sum = total.add(Count(value)).value;
}

/// What a service weighs, to where it counts.
void weigh(Share &share, Stage stage, std::int64_t helios, std::int64_t kubernetes)
{
    const std::int64_t both = Count(helios).add(Count(kubernetes)).value;
    const std::int64_t weight = moved(stage) ? kubernetes : stage == Stage::InParallel ? both : helios;
    add(share.total, weight);
    if (moved(stage)) {
        add(share.moved, weight);
    } else if (stage == Stage::InParallel) {
        add(share.moving, weight);
    }
    ++share.covered;
}

/// Now where it has instances, as last seen where it has none any more.
bool declares(const Side &side, std::int64_t amount, Declares before)
{
    return side.instances > 0 ? amount != Count::kUnknown : before != Declares::No;
}

} // namespace

void judgeDeclared(Service &service, const Remembered *remembered)
{
    const Remembered unseen;
    const Remembered &before = remembered == nullptr ? unseen : *remembered;
    const Side &helios = service.helios, &kubernetes = service.kubernetes;
    const bool anywhere = helios.instances > 0 || kubernetes.instances > 0;
    service.declaresCpu = anywhere && declares(helios, helios.cpuRequested, before.heliosCpu)
        && declares(kubernetes, kubernetes.cpuRequested, before.kubernetesCpu);
    service.declaresMemory = anywhere && declares(helios, helios.memoryRequested, before.heliosMemory)
        && declares(kubernetes, kubernetes.memoryRequested, before.kubernetesMemory);
}

void sumUp(Progress &progress)
{
    std::map<std::string_view, OwnerProgress> owners;
    for (const Service &service : progress.services) {
        const Side &helios = service.helios, &kubernetes = service.kubernetes;
        ++progress.stages[static_cast<std::size_t>(service.stage)];
        for (Share *share : {&progress.byServices, &progress.byInstances, &progress.byCpu, &progress.byMemory}) {
            ++share->services;
        }
        weigh(progress.byServices, service.stage, moved(service.stage) ? 0 : 1, moved(service.stage) ? 1 : 0);
        // What stands on a side that could not be looked at is unknown, and no part of a sum.
        const bool parallel = service.stage == Stage::InParallel;
        const bool weighable = moved(service.stage) ? kubernetes.seen : helios.seen && (kubernetes.seen || !parallel);
        if (weighable) {
            weigh(progress.byInstances, service.stage, helios.instances, kubernetes.instances);
        }
        if (weighable && service.declaresCpu) {
            weigh(progress.byCpu, service.stage, known(helios.cpuRequested), known(kubernetes.cpuRequested));
        }
        if (weighable && service.declaresMemory) {
            weigh(progress.byMemory, service.stage, known(helios.memoryRequested), known(kubernetes.memoryRequested));
        }
        OwnerProgress &owner = owners[service.owner];
        ++owner.services;
        owner.moved += moved(service.stage) ? 1 : 0;
        owner.moving += service.stage == Stage::InParallel ? 1 : 0;
        owner.rolledBack += service.stage == Stage::RolledBack ? 1 : 0;
    }
    for (auto &[name, owner] : owners) {
        owner.owner = name;
        progress.owners.push_back(std::move(owner));
    }
    std::stable_sort(progress.owners.begin(), progress.owners.end(),
        [](const OwnerProgress &a, const OwnerProgress &b) { return a.services > b.services; });
}

Progress narrowed(const Progress &progress, const std::function<bool(const Service &)> &keep)
{
    Progress out;
    out.applies = progress.applies;
    out.missing = progress.missing;
    out.ambiguous = progress.ambiguous;
    std::copy_if(progress.services.begin(), progress.services.end(), std::back_inserter(out.services), keep);
    sumUp(out);
    return out;
}

void listHosts(Progress &progress, const Picture &picture, const Matched &matched)
{
    for (std::size_t i = 0; i < picture.clusters(); ++i) {
        const ClusterSnapshot &cluster = picture.cluster(i);
        if (cluster.status().orchestrator != Orchestrator::Helios) {
            continue;
        }
        const ClusterAccounting &accounting = picture.accounting(i);
        const auto &unreadable = cluster.status().of(ResourceKind::Nodes).unreadable;
        for (const NodeView node : cluster.nodes()) {
            HostLeft &host = progress.hosts.emplace_back();
            host.node = node.id();
            host.name = node.name();
            host.cluster = cluster.name();
            for (const auto podSlot : accounting.byNode.pods(node.slot())) {
                const PodView pod(cluster, podSlot);
                if (!wanted(pod)) {
                    continue;
                }
                ++host.tasks;
                const auto slot = pod.workloadSlot();
                const int service = slot < matched.serviceOf[i].size() ? matched.serviceOf[i][slot] : -1;
                host.staying +=
                    service < 0 || !moved(progress.services[static_cast<std::size_t>(service)].stage) ? 1 : 0;
            }
            if (host.tasks == 0 && std::find(unreadable.begin(), unreadable.end(), host.name) != unreadable.end()) {
                progress.hosts.pop_back(); // what it holds is unknown, not nothing
                continue;
            }
            progress.hostsEmpty += host.staying == 0 ? 1 : 0;
        }
    }
    std::stable_sort(progress.hosts.begin(), progress.hosts.end(), [](const HostLeft &a, const HostLeft &b) {
        return a.staying != b.staying ? a.staying < b.staying
            : a.cluster != b.cluster  ? a.cluster < b.cluster
                                      : a.name < b.name;
    });
}

const Service *Progress::find(std::string_view name) const
{
    const auto at = std::lower_bound(services.begin(), services.end(), name,
        [](const Service &service, std::string_view wanted) { return service.name < wanted; });
    return at != services.end() && at->name == name ? &*at : nullptr;
}

} // namespace sextant::migration
