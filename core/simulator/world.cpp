// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulator/world.h"

#include "core/simulator/world_impl.h"

namespace sextant::simulator {

namespace {

constexpr seconds kEventLife{1200}; // servers keep an hour of them; a demo's hours are shorter

} // namespace

World::Impl::Impl(const ClusterOptions &o, std::uint64_t seed, double daySeconds, Store &s)
    : options(o)
    , store(s)
    , random(mixed(seed ^ hashOf(o.name)))
    , load(daySeconds, mixed(seed))
    , old(o.version.starts_with("v1.20."))
{
}

void World::Impl::after(seconds delay, What what, Id id, std::uint32_t epoch)
{
    timers.push({now + delay, ++timerOrder, what, id, epoch});
}

void World::Impl::stamp(MetaObject &object, const std::string &ns, const std::string &name, Time created)
{
    object.ns = ns;
    object.name = name;
    object.uid = random.uuid();
    object.created = created;
    object.old = old;
    object.managed = managedOther;
}

void World::Impl::live(Time t)
{
    now = t;
    while (!timers.empty() && timers.top().at <= now) {
        const auto timer = timers.top();
        timers.pop();
        fire(timer);
    }
    if (options.churn > 0) {
        move();
    }
    reconcile();
    if (!toSchedule.empty()) {
        schedule();
        reconcile();
    }
    expireEvents();
}

void World::Impl::fire(const Timer &timer)
{
    const auto id = timer.id;
    switch (timer.what) {
    case What::NodeNoticed:
    case What::NodeEvict:
    case What::NodeReturn:
    case What::NodeReplace:
        if (nodes[id].epoch != timer.epoch) {
            return;
        }
        if (timer.what == What::NodeNoticed) {
            noticeSilence(id);
        } else if (timer.what == What::NodeEvict) {
            evict(id);
        } else if (timer.what == What::NodeReturn) {
            bringBack(id);
        } else {
            addNode(nodes[id].pool, now);
        }
        return;
    case What::RollBack:
        if (deployments[id].revision == int(timer.epoch)) {
            rollOutDeployment(id, Trouble::None);
        }
        return;
    case What::Deadline:
        if (deployments[id].revision == int(timer.epoch)) {
            dirtyDeployments.insert(id);
        }
        return;
    default:
        break;
    }

    const auto &sim = pods[id];
    if (!sim.object || sim.epoch != timer.epoch) {
        return;
    }
    if (options.churn <= 0
        && (timer.what == What::PodCrash || timer.what == What::PodRestart || timer.what == What::PodRetryImage)
        && sim.stage != Stage::Creating) {
        return; // nothing changes by itself
    }
    if (timer.what == What::PodSchedule) {
        toSchedule.push_back(id);
        return;
    }
    if (sim.node != kNobody && nodes[sim.node].silent) { // nothing is heard from there
        after(seconds(5), timer.what, id, timer.epoch);
        return;
    }
    switch (timer.what) {
    case What::PodSeen:
        seen(id);
        break;
    case What::PodInit:
        initStep(id);
        break;
    case What::PodInitFailed:
        initFailed(id);
        break;
    case What::PodStart:
        start(id);
        break;
    case What::PodReady:
        becomeReady(id);
        break;
    case What::PodCrash:
        crash(id);
        break;
    case What::PodBackOff:
        backOff(id);
        break;
    case What::PodRestart:
        restart(id);
        break;
    case What::PodFinish:
        finish(id, !random.chance(0.03));
        break;
    case What::PodGone:
        erasePod(id);
        break;
    case What::PodRetryImage:
        retryImage(id);
        break;
    default:
        break;
    }
}

void World::Impl::event(
    const MetaObject &about, const char *kind, const char *version, EventText text, const std::string &host)
{
    const std::string_view reason = text.reason;
    const bool repeats =
        reason == "BackOff" || reason == "Unhealthy" || reason == "FailedScheduling" || reason == "Failed";
    if (repeats) {
        if (const auto it = repeated.find({about.uid, reason}); it != repeated.end()) {
            auto again = std::make_shared<EventObject>(*it->second);
            ++again->count;
            again->last = now;
            again->message = std::move(text.message);
            it->second = again;
            store.put(Resource::Events, again);
            return;
        }
    }
    auto object = std::make_shared<EventObject>();
    static constexpr char kHex[] = "0123456789abcdef";
    auto number = mixed(++eventNumber);
    auto name = about.name + '.';
    for (int shift = 60; shift >= 0; shift -= 4) {
        name += kHex[number >> shift & 15];
    }
    stamp(*object, about.ns.empty() ? "default" : about.ns, name, now);
    object->kind = kind;
    object->kindVersion = version;
    object->objectNs = about.ns;
    object->objectName = about.name;
    object->objectUid = about.uid;
    object->objectVersion = about.resourceVersion;
    object->reason = text.reason;
    object->message = std::move(text.message);
    object->warning = text.warning;
    object->component = text.component;
    object->host = host;
    object->newStyle = std::string_view(text.component) == "default-scheduler";
    object->action = !object->newStyle ? "" : reason == "Scheduled" ? "Binding" : "Scheduling";
    object->first = object->last = now;
    if (!host.empty() && std::string_view(kind) == "Pod") {
        const auto &pod = static_cast<const PodObject &>(about);
        object->fieldPath = "spec.containers{" + pod.plan->containers.front().name + '}';
    }
    store.put(Resource::Events, object);
    eventExpiry.push_back({now + kEventLife, {object->ns, object->name}});
    if (repeats) {
        repeated[{about.uid, reason}] = object;
    }
}

void World::Impl::podEvent(const PodSim &pod, EventText text)
{
    const bool kubelet = std::string_view(text.component) == "kubelet";
    event(*pod.object, "Pod", "v1", std::move(text), kubelet ? pod.object->node : std::string());
}

void World::Impl::expireEvents()
{
    while (options.churn > 0 && !eventExpiry.empty() && eventExpiry.front().first <= now) {
        auto key = std::move(eventExpiry.front().second);
        eventExpiry.pop_front();
        const auto object = std::static_pointer_cast<const EventObject>(store.get(Resource::Events, key.ns, key.name));
        if (!object) {
            continue;
        }
        if (object->last + kEventLife > now) {
            eventExpiry.push_back({now + kEventLife, std::move(key)});
            continue;
        }
        repeated.erase({object->objectUid, object->reason});
        store.remove(Resource::Events, key.ns, key.name, std::make_shared<EventObject>(*object));
    }
}

World::World(const ClusterOptions &options, std::uint64_t seed, double daySeconds, Store &store)
    : m_impl(std::make_unique<Impl>(options, seed, daySeconds, store))
{
}

World::~World() = default;

void World::populate(Time start, const std::vector<PlannedDeployment> &planned)
{
    const std::lock_guard lock(m_impl->mutex);
    m_impl->populate(start, planned);
}

void World::step(Time now)
{
    const std::lock_guard lock(m_impl->mutex);
    while (m_impl->now < now) {
        m_impl->live(m_impl->now + seconds(1));
    }
}

Time World::now() const
{
    const std::lock_guard lock(m_impl->mutex);
    return m_impl->now;
}

World::Instances World::instances(const std::string &ns, const std::string &deployment) const
{
    const std::lock_guard lock(m_impl->mutex);
    Instances out;
    const auto it = m_impl->deploymentByName.find({ns, deployment});
    if (it == m_impl->deploymentByName.end()) {
        return out;
    }
    for (const auto set : m_impl->deployments[it->second].sets) {
        for (const auto id : m_impl->sets[set].pods) {
            const auto &pod = m_impl->pods[id];
            const bool speaks = pod.node != kNobody && !m_impl->nodes[pod.node].unknown;
            ++out.wanted;
            out.healthy += pod.ready && speaks ? 1 : 0;
        }
    }
    return out;
}

bool World::add(const PlannedDeployment &planned)
{
    const std::lock_guard lock(m_impl->mutex);
    return m_impl->addDeployment(planned);
}

bool World::scale(const std::string &ns, const std::string &deployment, int replicas)
{
    const std::lock_guard lock(m_impl->mutex);
    const auto it = m_impl->deploymentByName.find({ns, deployment});
    if (it == m_impl->deploymentByName.end() || replicas < 0) {
        return false;
    }
    m_impl->deployments[it->second].autoscaled = false; // whoever sets a number means it
    m_impl->scaleDeployment(it->second, replicas);
    return true;
}

bool World::rollOut(const std::string &ns, const std::string &deployment)
{
    const std::lock_guard lock(m_impl->mutex);
    const auto it = m_impl->deploymentByName.find({ns, deployment});
    if (it == m_impl->deploymentByName.end()) {
        return false;
    }
    m_impl->rollOutDeployment(it->second, Trouble::None);
    return true;
}

bool World::failNode(const std::string &node)
{
    const std::lock_guard lock(m_impl->mutex);
    const auto it = m_impl->nodeByName.find(node);
    if (it == m_impl->nodeByName.end()) {
        return false;
    }
    m_impl->silence(it->second);
    return true;
}

bool World::deleteNode(const std::string &node)
{
    const std::lock_guard lock(m_impl->mutex);
    const auto it = m_impl->nodeByName.find(node);
    if (it == m_impl->nodeByName.end()) {
        return false;
    }
    m_impl->removeNode(it->second);
    return true;
}

std::vector<std::string> World::nodeNames() const
{
    const std::lock_guard lock(m_impl->mutex);
    std::vector<std::string> out;
    for (const auto &[name, id] : m_impl->nodeByName) {
        out.push_back(name);
    }
    return out;
}

} // namespace sextant::simulator
