// SPDX-License-Identifier: GPL-3.0-or-later
// Deployments that somebody asked for: at the beginning, and while the world lives.
#include "core/simulator/world_catalog.h"
#include "core/simulator/world_impl.h"

#include <algorithm>

namespace sextant::simulator {

std::vector<std::string> World::productNamespaces(int namespaces)
{
    std::vector<std::string> out;
    for (const auto &product : products(std::max(namespaces - 2, 1))) {
        out.push_back(product.name);
    }
    return out;
}

std::optional<World::Impl::Draft> World::Impl::draftOf(const PlannedDeployment &planned)
{
    const auto ns = std::find_if(
        namespaces.begin(), namespaces.end(), [&](const NamespaceSim &one) { return one.name == planned.ns; });
    if (ns == namespaces.end()) {
        return {};
    }
    auto draft = draftFor(Draft::Deployment, Id(ns - namespaces.begin()), planned.name, planned.replicas);
    draft.replicas = planned.replicas;
    draft.sized = true;
    auto &plan = draft.plan;
    plan.pool = -1;
    plan.nodeSelector.clear();
    plan.tolerations.clear();
    plan.tolerates = 0;
    plan.init.clear();
    plan.containers.resize(1);
    auto &container = plan.containers.front();
    const auto image = "registry.example.com/" + planned.ns + '/' + planned.name;
    container.image = image + ':' + planned.version;
    container.imageId = image + "@sha256:" + random.hex(64);
    container.cpuRequest = planned.cpuMillicores;
    container.memoryRequest = container.memoryLimit = planned.memoryBytes;
    auto labels = std::make_shared<Labels>(*plan.labels);
    for (const auto &[key, value] : planned.labels) {
        (*labels)[key] = value;
    }
    plan.labels = labels;
    return draft;
}

bool World::Impl::addDeployment(const PlannedDeployment &planned)
{
    const auto draft = draftOf(planned);
    if (!draft || deploymentByName.contains({planned.ns, planned.name})) {
        return false;
    }
    const auto id = Id(deployments.size());
    auto &sim = deployments.emplace_back();
    sim.ns = draft->ns;
    sim.plan = draft->plan;
    sim.base = draft->replicas;
    sim.rolling = true;
    sim.rolledAt = now;
    auto object = std::make_shared<DeploymentObject>();
    stamp(*object, planned.ns, planned.name, now);
    object->plan = std::make_shared<PodTemplate>(draft->plan);
    object->selector = std::make_shared<Labels>(Labels{{"app", planned.name}});
    object->labelMap = draft->plan.labels;
    object->annotationMap = std::make_shared<Labels>(Labels{{"deployment.kubernetes.io/revision", "1"}});
    object->replicas = draft->replicas;
    object->generation = 1;
    sim.object = object;
    deploymentByName[{planned.ns, planned.name}] = id;
    store.put(Resource::Deployments, object);
    addSet(id, draft->plan, 0, 1, now);
    dirtyDeployments.insert(id);
    after(seconds(605), What::Deadline, id, 1);
    return true;
}

} // namespace sextant::simulator
