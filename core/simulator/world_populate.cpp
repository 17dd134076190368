// SPDX-License-Identifier: GPL-3.0-or-later
// The cluster as it stands when the world begins.
#include "core/simulator/world_catalog.h"
#include "core/simulator/world_impl.h"

#include <algorithm>
#include <cmath>

namespace sextant::simulator {

Time World::Impl::past(double least, double most)
{
    least = std::max(least, 1.0);
    most = std::max(most, least + 1);
    return now - seconds(std::int64_t(least * std::pow(most / least, random.fraction())));
}

void World::Impl::populate(Time start, const std::vector<PlannedDeployment> &planned)
{
    now = start;
    managedOther = options.managedFields ? managedFieldsOf(Resource::Deployments, now - seconds(90000)) : nullptr;
    managedPod = options.managedFields ? managedFieldsOf(Resource::Pods, now - seconds(90000)) : nullptr;
    managedNode = options.managedFields ? managedFieldsOf(Resource::Nodes, now - seconds(90000)) : nullptr;
    makeNamespaces();
    makePools();
    makeDaemonSets();
    makeWorkloads(planned);
    plantLeftovers();
    makeBadNodes();
    for (Id id = 0; id < pods.size(); ++id) { // their reasons speak of the nodes as they are now
        if (pods[id].object && pods[id].stage == Stage::Unscheduled) {
            scheduleOne(id);
        }
    }
    reconcile();
}

void World::Impl::makeNamespaces()
{
    std::vector<Product> list{{"kube-system", "foundry"}, {"default", ""}};
    const auto more = products(std::max(options.namespaces - 2, 1));
    list.insert(list.end(), more.begin(), more.end());
    if (std::none_of(list.begin(), list.end(), [](const Product &p) { return p.name == "team-a"; })) {
        list.push_back({"team-a", "saffron"});
    }
    for (const auto &product : list) {
        auto object = std::make_shared<NamespaceObject>();
        stamp(*object, {}, product.name, past(86400.0 * 200, 86400.0 * 900));
        auto labels = std::make_shared<Labels>(Labels{{"kubernetes.io/metadata.name", product.name}});
        if (!product.team.empty()) {
            (*labels)["owner"] = product.team;
        }
        object->labelMap = labels;
        store.put(Resource::Namespaces, object);
        namespaces.push_back({product.name, product.team, {}, nullptr});
    }
}

void World::Impl::makePools()
{
    const int count = std::max(options.nodes, 1);
    const auto &shapes = poolShapes();
    int left = count;
    for (std::size_t i = 0; i < shapes.size(); ++i) {
        const auto &shape = shapes[i];
        if (i > 0 && count < 8) {
            break; // a small cluster has one pool
        }
        pools.push_back(
            {shape.name, nodeModel(shape, options.version, options.managedFields), {}, 0, 0, 0, 0, shape.tainted});
    }
    std::vector<int> sizes(pools.size(), 0);
    for (std::size_t i = pools.size(); i-- > 1;) {
        sizes[i] = std::max(1, int(std::lround(shapes[i].share * count)));
        left -= sizes[i];
    }
    sizes[0] = left;
    for (std::size_t i = 0; i < pools.size(); ++i) {
        for (int n = 0; n < sizes[i]; ++n) {
            addNode(Id(i), past(86400.0, 86400.0 * 180));
        }
    }
    dirtyOwners.clear();
    // Cordoned from the start, so that nothing is placed there later; what runs there stays.
    for (Id id = 0; id < nodes.size(); ++id) {
        if (random.chance(0.03)) {
            cordon(id, true);
        }
    }
}

void World::Impl::makeDaemonSets()
{
    struct Shape {
        const char *name;
        std::int64_t cpu, memory;
        bool host;
    };
    static constexpr Shape shapes[] = {{"log-agent", 100, 200LL << 20, false}, {"node-metrics", 50, 96LL << 20, true},
        {"net-agent", 200, 256LL << 20, true}, {"storage-agent", 30, 64LL << 20, false}};
    const int count = std::clamp(options.pods / std::max(options.nodes, 1) / 6, 1, 4);
    for (int i = 0; i < count; ++i) {
        const auto &shape = shapes[i];
        PodPlan plan;
        plan.daemon = true;
        plan.hostNetwork = shape.host;
        plan.old = old;
        plan.serviceAccount = shape.name;
        plan.tokenVolume = "kube-api-access-" + random.suffix(5);
        plan.priorityClass = "system-node-critical";
        plan.priority = 2000001000;
        plan.tolerations.push_back({"", "Exists", "", "", -1});
        ContainerSpec container;
        container.name = shape.name;
        container.image = std::string("registry.example.com/platform/") + shape.name + ":1.8.3";
        container.imageId = std::string("registry.example.com/platform/") + shape.name + "@sha256:" + random.hex(64);
        container.cpuRequest = shape.cpu;
        container.memoryRequest = container.memoryLimit = shape.memory;
        container.env = {{"NODE_POOL_MODE", "auto"}, {"LOG_LEVEL", "info"}};
        plan.containers.push_back(std::move(container));
        auto labels = std::make_shared<Labels>(Labels{
            {"app", shape.name}, {"controller-revision-hash", random.suffix(9)}, {"pod-template-generation", "3"}});
        plan.labels = labels;

        const Id id = Id(daemonSets.size());
        daemonSets.emplace_back();
        auto object = std::make_shared<DaemonSetObject>();
        stamp(*object, "kube-system", shape.name, past(86400.0 * 60, 86400.0 * 400));
        object->selector = std::make_shared<Labels>(Labels{{"app", shape.name}});
        object->labelMap = std::make_shared<Labels>(Labels{{"app", shape.name}, {"owner", "foundry"}});
        object->generation = object->observed = 3;
        object->plan = std::make_shared<PodTemplate>(std::move(plan));
        object->desired = object->current = int(nodes.size());
        daemonSets[id].object = object;
        store.put(Resource::DaemonSets, object);
        const auto reference = std::make_shared<Owner>(Owner{"apps/v1", "DaemonSet", object->name, object->uid});
        for (Id node = 0; node < nodes.size(); ++node) {
            const auto pod =
                newPod(object->plan, 0, freePodName(0, object->name), {Kind::DaemonSet, id}, reference, now);
            daemonSets[id].pods[node] = pod;
            plantOn(pod, node, std::max(nodes[node].object->created + seconds(30), past(86400, 86400 * 30)));
        }
    }
}

World::Impl::Draft World::Impl::draftFor(Draft::What what, Id ns, const std::string &name, int replicas)
{
    Draft draft;
    draft.what = what;
    draft.ns = ns;
    draft.name = name;
    draft.replicas = replicas;
    auto &plan = draft.plan;
    plan.old = old;
    plan.serviceAccount = name;
    plan.tokenVolume = "kube-api-access-" + random.suffix(5);
    const auto minor = std::to_string(random.range(3, 60));
    auto labels = std::make_shared<Labels>(Labels{{"app", name}, {"app.kubernetes.io/name", name}});
    if (!namespaces[ns].team.empty()) {
        (*labels)["owner"] = namespaces[ns].team;
    }
    plan.labels = labels;
    if (random.chance(0.5)) {
        plan.annotations =
            std::make_shared<Labels>(Labels{{"prometheus.io/port", "8080"}, {"prometheus.io/scrape", "true"}});
    }
    // Raw sizes; fitToPools() brings them to the measure of the machines.
    static const std::vector<std::int64_t> raws{
        50, 100, 100, 100, 100, 200, 200, 250, 250, 500, 500, 1000, 1000, 2000, 4000, 8000};
    const bool none = random.chance(0.1);
    const std::int64_t cpu = none ? 0 : random.pick(raws);
    const std::int64_t memory = none ? 0 : std::int64_t(double(cpu) * (1 + 5 * random.fraction()) * 1048576);
    const auto add = [&](const std::string &containerName, const std::string &image, double share, bool web) {
        ContainerSpec container;
        container.name = containerName;
        container.image = "registry.example.com/" + image;
        container.imageId = container.image.substr(0, container.image.rfind(':')) + "@sha256:" + random.hex(64);
        container.cpuRequest = std::int64_t(double(cpu) * share);
        container.memoryRequest = std::int64_t(double(memory) * share);
        container.port = web ? 8080 : 0;
        container.readiness = container.liveness = web;
        container.env = {{"SERVICE_NAME", name}, {"REGION", options.region}, {"LOG_LEVEL", "info"},
            {"CONFIG_SOURCE", "https://config.music.example.com/v2/" + name}};
        if (random.chance(0.4)) {
            container.env.emplace_back("JAVA_OPTS", "-XX:MaxRAMPercentage=75 -XX:+ExitOnOutOfMemoryError");
            container.command = {"/usr/bin/start", "--service=" + name};
        }
        return container;
    };
    const double shape = random.fraction();
    const bool job = what == Draft::CronJob;
    const auto &team = namespaces[ns].name;
    const auto mainName = name.size() > 24 ? std::string("main") : name;
    plan.containers.push_back(add(mainName, team + '/' + name + ":2." + minor + ".0", shape < 0.7 ? 1 : 0.8, !job));
    if (!job && shape >= 0.7) {
        plan.containers.push_back(add("envoy", "platform/envoy:1.31.2", 0.15, false));
        if (shape > 0.92) {
            plan.containers.push_back(add("log-shipper", "platform/log-shipper:3.2.1", 0.05, false));
        }
    }
    if (!job && random.chance(0.05)) {
        plan.init.push_back(add("wait-for-config", "platform/wait:1.0.4", 0.1, false));
        plan.init.push_back(add("migrate", team + "/migrate:2." + minor + ".0", 0.4, false));
        if (!old && random.chance(0.5)) {
            plan.init.insert(plan.init.begin(), add("token-agent", "platform/token-agent:0.9.7", 0.1, false));
            plan.init.front().sidecar = true;
        }
    }
    if (job) {
        plan.restartPolicy = "Never";
    }
    if (pools.size() > 2 && (job || random.chance(0.04))) {
        plan.pool = 2;
        plan.tolerates = 4;
        plan.nodeSelector = {{"cloud.google.com/gke-nodepool", pools[2].name}};
        plan.tolerations.push_back({"dedicated", "Equal", pools[2].name, "NoSchedule", -1});
    } else if (pools.size() > 1 && random.chance(0.12)) {
        plan.pool = 1;
        plan.nodeSelector = {{"cloud.google.com/gke-nodepool", pools[1].name}};
    }
    if (plan.pool > 0 && !job) { // who wants a pool of its own must fit into it
        draft.replicas = std::min(draft.replicas, std::max(1, pools[std::size_t(plan.pool)].made));
    }
    return draft;
}

std::vector<World::Impl::Draft> World::Impl::draftWorkloads(int budget, std::set<std::pair<Id, std::string>> used)
{
    std::vector<Draft> out;
    const auto nameIn = [&](Id ns) {
        const auto &suffixes = serviceSuffixes();
        const auto &product = namespaces[ns].name;
        for (std::size_t i = 0;; ++i) {
            auto at = i < 6 ? i : std::size_t(random.bits() % suffixes.size());
            auto name = product + '-' + suffixes[at % suffixes.size()];
            if (i > 40) {
                name += '-' + std::to_string(i - 39);
            }
            if (used.insert({ns, name}).second) {
                return name;
            }
        }
    };
    // A few namespaces hold much, most hold little.
    const Id firstProduct = 2;
    std::vector<double> weights;
    double sum = 0;
    for (Id ns = firstProduct; ns < namespaces.size(); ++ns) {
        sum += 1 / std::pow(double(ns - firstProduct + 1), 0.75);
        weights.push_back(sum);
    }
    const auto someNamespace = [&] {
        const double at = random.fraction() * sum;
        return Id(firstProduct + std::size_t(std::lower_bound(weights.begin(), weights.end(), at) - weights.begin()));
    };
    const int most = std::clamp(budget / 14, 3, 1200);
    const double least = std::clamp(double(budget) / 10000, 2.0, 6.0);
    const auto size = [&] { return std::clamp(int(least / std::pow(1 - random.fraction(), 1 / 1.15)), 1, most); };
    int made = 0;
    used.insert({0, "cluster-dns"});
    for (const char *name : {"cluster-dns", "metrics-adapter", "ingress-gateway"}) {
        out.push_back(draftFor(Draft::Deployment, 0, name, 2));
        out.back().plan.pool = -1;
        out.back().plan.nodeSelector.clear();
        made += 2;
    }
    const int crons = std::max(2, budget / 220);
    for (int i = 0; i < crons; ++i) {
        const auto ns = someNamespace();
        static const std::vector<std::string> words{"report", "cleanup", "rollup", "export", "snapshot", "reindex"};
        auto draft = draftFor(Draft::CronJob, ns, namespaces[ns].name + '-' + random.pick(words), 1);
        if (!used.insert({ns, draft.name}).second) {
            continue;
        }
        draft.completions = random.chance(0.3) ? 3 : 1;
        draft.replicas = draft.completions;
        made += draft.completions * 3;
        out.push_back(std::move(draft));
    }
    for (Id ns = firstProduct; ns < namespaces.size(); ++ns) { // everyone has something
        out.push_back(draftFor(Draft::Deployment, ns, nameIn(ns),
            std::min(size(), std::clamp(budget / int(2 * namespaces.size()), 1, 8))));
        made += out.back().replicas;
    }
    int stateful = budget / 25;
    while (made < budget) {
        const auto ns = someNamespace();
        if (stateful > 0 && random.chance(0.12)) {
            out.push_back(draftFor(Draft::StatefulSet, ns, nameIn(ns) + "-db", int(random.range(1, 5))));
            out.back().plan.init.clear();
            stateful -= out.back().replicas;
        } else {
            out.push_back(draftFor(Draft::Deployment, ns, nameIn(ns), std::min(size(), budget - made + 1)));
        }
        made += out.back().replicas;
    }
    return out;
}

void World::Impl::draftTroubles(std::vector<Draft> &drafts)
{
    const int total = options.pods;
    // Whole revisions that do not work.
    std::vector<Draft *> big;
    for (auto &draft : drafts) {
        if (draft.what == Draft::Deployment && draft.replicas >= 4 && draft.replicas <= std::max(8, total / 60)
            && draft.ns > 1) {
            big.push_back(&draft);
        }
    }
    if (total >= 300 && !big.empty()) {
        random.pick(big)->trouble = Trouble::Oom;
        random.pick(big)->trouble = Trouble::Unready;
        if (total > 20000) {
            for (int i = 0; i < total / 20000; ++i) {
                random.pick(big)->trouble = random.chance(0.5) ? Trouble::Crash : Trouble::Oom;
            }
        }
    }
    const int few = std::max(1, total / 2500);
    const auto ns = [this] { return Id(2 + random.bits() % (namespaces.size() - 2)); };
    const auto sick = [&](const char *suffix, Trouble trouble, int replicas) {
        const auto where = ns();
        auto draft = draftFor(Draft::Deployment, where, namespaces[where].name + suffix, replicas);
        draft.plan.pool = -1;
        draft.plan.nodeSelector.clear();
        draft.plan.tolerations.clear();
        draft.plan.tolerates = 0;
        draft.plan.trouble = trouble;
        if ((trouble == Trouble::InitStuck || trouble == Trouble::InitCrash)) {
            ContainerSpec init = draft.plan.containers.front();
            init.name = "wait-for-db";
            init.readiness = init.liveness = false;
            init.port = 0;
            draft.plan.init = {init, init};
            draft.plan.init[1].name = "load-schema";
        }
        for (const auto &other : drafts) {
            if (other.ns == draft.ns && other.name == draft.name) {
                return;
            }
        }
        drafts.push_back(std::move(draft));
    };
    for (int i = 0; i < few; ++i) {
        sick("-backfill", Trouble::ImagePull, 1);
        sick("-bridge", Trouble::InitStuck, 1);
        sick("-mirror", Trouble::InitCrash, 1);
        sick("-exporter", Trouble::Config, 1);
    }
    // Training that wants more accelerators than any machine has.
    if (pools.size() > 3) {
        auto draft = draftFor(Draft::Deployment, ns(), "taste-vector", std::clamp(total / 250, 2, 14));
        draft.plan.pool = 3;
        draft.plan.tolerates = 8;
        draft.plan.nodeSelector = {{"cloud.google.com/gke-nodepool", pools[3].name}};
        draft.plan.tolerations = {{"nvidia.com/gpu", "Exists", "", "NoSchedule", -1}};
        draft.plan.init.clear();
        draft.plan.containers.resize(1);
        draft.plan.containers.front().gpus = 8;
        drafts.push_back(draft);
        auto running = draftFor(Draft::Deployment, ns(), "embedding-trainer", std::max(1, int(pools[3].made)));
        running.plan = draft.plan;
        running.plan.labels = std::make_shared<Labels>(Labels{
            {"app", "embedding-trainer"}, {"app.kubernetes.io/name", "embedding-trainer"}, {"owner", "tumbleweed"}});
        running.plan.containers.front().name = "trainer";
        running.plan.containers.front().gpus = 2;
        drafts.push_back(std::move(running));
    }
    if (old || total < 200) {
        return;
    }
    // Requests that are not the sum of their containers.
    int special = 0;
    for (auto &draft : drafts) {
        if (draft.what != Draft::Deployment || draft.trouble != Trouble::None || draft.plan.trouble != Trouble::None
            || draft.ns < 2 || draft.plan.containers.front().cpuRequest == 0) {
            continue;
        }
        if (special == 0) {
            draft.plan.podCpu = draft.plan.podMemory = 1; // set when the sizes are known
        } else if (special == 1) {
            draft.plan.runtimeClass = "gvisor";
            draft.plan.overheadCpu = 50;
            draft.plan.overheadMemory = 64LL << 20;
        }
        if (++special == 2) {
            break;
        }
    }
}

void World::Impl::fitToPools(std::vector<Draft> &drafts)
{
    // What the drafts ask for in each pool against what is there beside the daemons. Sizes are rounded to what people
    // write, so the factors are found by trying.
    struct Need {
        double cpu = 0, memory = 0, haveCpu = 0, haveMemory = 0, cpuFactor = 1, memoryFactor = 1;
    };
    std::vector<Need> need(pools.size());
    const auto groupOf = [](const Draft &draft) { return std::size_t(std::max(draft.plan.pool, 0)); };
    for (const auto &node : nodes) {
        if (!node.object->unschedulable) {
            const auto &model = *node.object->model;
            need[node.pool].haveCpu += double(model.allocatableCpu - node.cpu);
            need[node.pool].haveMemory += double(model.allocatableMemory - node.memory);
        }
    }
    const auto sizeOf = [&](const Draft &draft, const ContainerSpec &raw, std::int64_t &cpu, std::int64_t &memory) {
        cpu = memory = 0;
        if (draft.sized) {
            cpu = raw.cpuRequest;
            memory = raw.memoryRequest;
        } else if (raw.gpus > 0) {
            cpu = 3000;
            memory = 10LL << 30;
        } else if (raw.cpuRequest > 0) {
            const auto &factors = need[groupOf(draft)];
            const auto &model = *pools[groupOf(draft)].model;
            const auto parts = std::int64_t(draft.plan.containers.size());
            cpu = niceMillicores(double(raw.cpuRequest) * factors.cpuFactor, model.allocatableCpu / 3 / parts);
            memory = niceBytes(double(raw.memoryRequest) * factors.memoryFactor, model.allocatableMemory / 3 / parts);
        }
    };
    if (pools.size() > 1) { // the first two pools share what anyone may use
        need[0].haveCpu += 0.6 * need[1].haveCpu;
        need[0].haveMemory += 0.6 * need[1].haveMemory;
        need[1].haveCpu *= 0.4;
        need[1].haveMemory *= 0.4;
    }
    const double cpuAim = 0.7 + 0.06 * random.fraction();
    for (int round = 0; round < 6; ++round) {
        for (auto &group : need) {
            group.cpu = group.memory = 0;
        }
        for (const auto &draft : drafts) {
            const double n = draft.what == Draft::CronJob ? 0.2 * draft.replicas : draft.replicas;
            if (draft.name == "taste-vector") {
                continue; // never runs
            }
            for (const auto &container : draft.plan.containers) {
                std::int64_t cpu = 0, memory = 0;
                sizeOf(draft, container, cpu, memory);
                need[groupOf(draft)].cpu += n * double(cpu);
                need[groupOf(draft)].memory += n * double(memory);
            }
        }
        for (auto &group : need) {
            group.cpuFactor *= group.cpu > 0 ? group.haveCpu * cpuAim / group.cpu : 1;
            group.memoryFactor *= group.memory > 0 ? group.haveMemory * 0.5 / group.memory : 1;
        }
    }
    for (auto &draft : drafts) {
        const double limitStyle = random.fraction();
        for (auto *list : {&draft.plan.init, &draft.plan.containers}) {
            for (auto &container : *list) {
                std::int64_t cpu = 0, memory = 0;
                sizeOf(draft, container, cpu, memory);
                container.cpuRequest = cpu;
                container.memoryRequest = memory;
                if (container.gpus > 0) {
                    container.memoryLimit = 12LL << 30;
                } else if (limitStyle < 0.1) { // guaranteed
                    container.cpuLimit = cpu;
                    container.memoryLimit = memory;
                } else if (limitStyle < 0.85) {
                    container.memoryLimit = memory * (limitStyle < 0.5 ? 2 : 3) / 2;
                    container.cpuLimit = limitStyle < 0.4 ? cpu * 2 : 0;
                }
            }
        }
        if (draft.trouble == Trouble::Oom || draft.plan.trouble == Trouble::Oom) { // killed for a limit, so it has one
            auto &first = draft.plan.containers.front();
            first.memoryRequest = std::max<std::int64_t>(first.memoryRequest, 256LL << 20);
            first.memoryLimit = first.memoryRequest;
        }
        if (draft.plan.podCpu > 0) {
            std::int64_t cpu = 0, memory = 0;
            for (const auto *list : {&draft.plan.init, &draft.plan.containers}) {
                for (const auto &container : *list) {
                    cpu += container.cpuRequest;
                    memory += container.memoryRequest;
                }
            }
            draft.plan.podCpu = cpu + 100;
            draft.plan.podMemory = memory + (128LL << 20);
        }
    }
}

void World::Impl::makeWorkloads(const std::vector<PlannedDeployment> &planned)
{
    int taken = int(daemonSets.size() * nodes.size());
    std::set<std::pair<Id, std::string>> used;
    std::vector<Draft> asked;
    for (const auto &one : planned) {
        if (auto draft = draftOf(one)) {
            taken += draft->replicas;
            used.insert({draft->ns, draft->name});
            asked.push_back(std::move(*draft));
        }
    }
    auto drafts = draftWorkloads(std::max(options.pods - taken, options.pods / 3), std::move(used));
    draftTroubles(drafts);
    drafts.insert(drafts.end(), asked.begin(), asked.end());
    fitToPools(drafts);
    // The big ones first, as long as there is room for them.
    std::stable_sort(drafts.begin(), drafts.end(), [](const Draft &a, const Draft &b) {
        const auto size = [](const Draft &d) {
            return std::pair(d.plan.pool == 1, d.plan.containers.front().cpuRequest);
        };
        return size(a) > size(b);
    });
    for (const auto &draft : drafts) {
        switch (draft.what) {
        case Draft::Deployment:
            plantDeployment(draft);
            break;
        case Draft::StatefulSet:
            plantStatefulSet(draft);
            break;
        case Draft::CronJob:
            plantCronJob(draft);
            break;
        }
    }
    makeResizes();
    // Single pods in trouble, in revisions that are sound.
    std::vector<Id> running;
    for (Id id = 0; id < pods.size(); ++id) {
        if (pods[id].owner.kind == Kind::ReplicaSet && pods[id].stage == Stage::Running
            && pods[id].object->plan->trouble == Trouble::None && pods[id].object->created < now - seconds(1200)) {
            running.push_back(id);
        }
    }
    const int singles = running.empty() ? 0 : std::max(1, options.pods * 35 / 10000);
    for (int i = 0; i < singles; ++i) {
        const auto id = random.pick(running);
        auto &sim = pods[id];
        if (sim.trouble == Trouble::None && sim.object->resizedCpu == 0) {
            sim.trouble = random.chance(0.35) ? Trouble::Oom : random.chance(0.8) ? Trouble::Crash : Trouble::Unready;
            nodes[sim.node].addresses.reset(sim.ipSlot);
            auto fresh = edit(id);
            fresh->conditions.clear();
            fresh->shown = "Pending";
            fresh->lastRestart = kNoTime;
            sim.object = fresh;
            ++sim.epoch;
            settle(id, sim.object->created);
        }
    }
}

void World::Impl::makeBadNodes()
{
    const auto count = int(nodes.size());
    if (count < 20) {
        return;
    }
    const auto start = now;
    for (int i = 0; i < std::max(1, count / 250); ++i) {
        // Lost a while ago: told as it was noticed then.
        const auto lost = Id(random.bits() % nodes.size());
        if (nodes[lost].silent || nodes[lost].object->unschedulable) {
            continue;
        }
        const auto ago = seconds(random.range(60, 85));
        nodes[lost].silent = true;
        auto object = editNode(lost);
        for (auto &condition : object->conditions) {
            condition.other = std::min(condition.other, start - ago - seconds(45));
        }
        nodes[lost].object = object;
        now = start - ago;
        noticeSilence(lost);
        now = start;
        if (options.churn <= 0) {
            ++nodes[lost].epoch; // and stays as it is
        }
        if (options.churn > 0) {
            after(seconds(random.range(300, 900)), What::NodeReturn, lost, nodes[lost].epoch);
        }
    }
    if (count >= 60) {
        for (int i = 0; i < std::max(1, count / 400); ++i) {
            const auto sick = Id(random.bits() % nodes.size());
            breakNode(sick);
            if (options.churn > 0 && nodes[sick].broken) {
                after(seconds(random.range(200, 900)), What::NodeReturn, sick, nodes[sick].epoch);
            }
        }
    }
}

} // namespace sextant::simulator
