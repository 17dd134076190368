// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/engine.h"

#include "core/base/format.h"
#include "core/base/heap.h"
#include "core/engine/engineimpl.h"

#include <algorithm>
#include <spdlog/spdlog.h>

namespace sextant {

using kubernetes::Kubeconfig;

std::string Engine::Impl::uniqueName(const std::string &wanted) const
{
    std::string name = wanted;
    for (int i = 2; std::any_of(entries.begin(), entries.end(), [&](const Entry &one) { return one.name == name; });
         ++i) {
        name = wanted + " (" + std::to_string(i) + ")";
    }
    return name;
}

/// One cluster under two contexts is one cluster: the first in the order of the fleet keeps it.
bool Engine::Impl::claim(ClusterId id, const std::string &uid)
{
    const std::lock_guard lock(mutex);
    const auto self = std::find_if(entries.begin(), entries.end(), [id](const Entry &one) { return one.id == id; });
    if (self == entries.end()) {
        return true; // being removed
    }
    if (self->demo >= 0) {
        return true;
    }
    const auto other =
        std::find_if(entries.begin(), entries.end(), [&](const Entry &one) { return one.id != id && one.uid == uid; });
    if (other == entries.end()) {
        self->uid = uid;
        return true;
    }
    const auto &loser = other < self ? self : other;
    const auto &winner = other < self ? other : self;
    spdlog::info("{} is the same cluster as {} and is counted once", sanitized(loser->name), sanitized(winner->name));
    duplicates.push_back({loser->name, loser->context, winner->id});
    loser->uid.clear();
    winner->uid = uid;
    doomed.push_back(loser->id);
    doom.notify_all();
    return winner->id == id;
}

void Engine::Impl::clean(const std::stop_token &stop)
{
    constexpr std::chrono::seconds kBetweenLooks{2}; // at what was read
    std::unique_lock lock(mutex);
    while (!stop.stop_requested()) {
        const bool some = doom.wait_for(lock, stop, kBetweenLooks, [this] { return !doomed.empty(); });
        const ClusterId id = some ? doomed.front() : ClusterId::None;
        if (some) {
            doomed.pop_front();
        }
        lock.unlock();
        if (some) {
            take(id, false);
        } else if (!stop.stop_requested()) {
            giveMemoryBack();
        }
        lock.lock();
    }
}

/// After lists have ended, and once a minute where objects change or are polled: what they needed is given back.
void Engine::Impl::giveMemoryBack()
{
    constexpr std::chrono::minutes kWhileChanging{1};
    std::uint64_t lists = 0, changes = 0;
    const Snapshot snapshot = store.snapshot();
    for (const ClusterSnapshotPtr &cluster : snapshot.clusters()) {
        const ClusterStatus &status = cluster->status();
        for (int i = 0; i < kResourceKinds; ++i) {
            const auto kind = static_cast<ResourceKind>(i);
            const ResourceStatus &resource = status.of(kind);
            const bool polled = status.orchestrator == Orchestrator::Helios || kind == ResourceKind::NodeMetrics
                || kind == ResourceKind::PodMetrics;
            const std::uint64_t ended = resource.sync == Sync::Loading ? 0 : resource.lists;
            (polled ? changes : lists) += ended;
            lists += polled && ended > 0 ? 1 : 0; // the first round of what is polled is a list like the others
        }
        changes += status.changes;
    }
    const auto now = std::chrono::steady_clock::now();
    if (lists != read.lists || (changes != read.changes && now - read.at >= kWhileChanging)) {
        read = {lists, changes, now};
        heap::giveBack();
    }
}

/// Out of the fleet, and its feed ended.
void Engine::Impl::take(ClusterId id, bool forget)
{
    Entry gone;
    {
        const std::lock_guard lock(mutex);
        const auto at = std::find_if(entries.begin(), entries.end(), [id](const Entry &one) { return one.id == id; });
        if (at == entries.end()) {
            return;
        }
        gone = std::move(*at);
        entries.erase(at);
    }
    store.remove(id);
    if (keeper) {
        keeper->remove(id, forget);
    }
    gone.feed.reset(); // without the lock: its thread may be waiting for it in claim()
    settled.notify_all();
}

/// Writes what the window has added and removed. Under the lock.
void Engine::Impl::keep()
{
    keepProblem.reset();
    if (!options.persist || named) {
        return;
    }
    if (const Result<void> saved = saveClusters(options.config.clustersFile, window); !saved) {
        keepProblem = saved.error();
        spdlog::warn("{}", saved.error().text());
    }
}

Engine::Engine(EngineOptions options)
    : m_options(std::move(options))
    , m_store(std::make_unique<FleetStore>())
    , m_impl(std::make_unique<Impl>(m_options, *m_store))
{
}

Engine::~Engine() = default;

bool Engine::demo() const
{
    const std::lock_guard lock(m_impl->mutex);
    return std::any_of(
        m_impl->entries.begin(), m_impl->entries.end(), [](const Impl::Entry &one) { return one.demo >= 0; });
}

Result<std::vector<ContextInfo>> Engine::availableContexts(const std::string &kubeconfig) const
{
    const Result<Kubeconfig> found = Kubeconfig::find(kubeconfig, m_impl->environment);
    if (!found) {
        return found.error();
    }
    std::vector<ContextInfo> out;
    for (const Kubeconfig::Context &context : found->contexts()) {
        ContextInfo info;
        info.name = context.name;
        info.cluster = context.cluster;
        info.user = context.user;
        info.ns = context.ns;
        info.kubeconfig = context.file;
        info.current = context.current;
        const Result<kubernetes::Connection> connection = found->connection(context.name, m_impl->environment);
        if (connection) {
            info.server = connection->server;
        } else {
            info.problem = connection.error().text();
        }
        const std::lock_guard lock(m_impl->mutex);
        info.opened = std::any_of(m_impl->entries.begin(), m_impl->entries.end(), [&](const Impl::Entry &one) {
            return one.context == context.name
                && (one.config.kubeconfig == kubeconfig || one.config.kubeconfig == context.file);
        });
        out.push_back(std::move(info));
    }
    return out;
}

std::vector<DuplicateCluster> Engine::duplicates() const
{
    const std::lock_guard lock(m_impl->mutex);
    return m_impl->duplicates;
}

std::optional<Error> Engine::keepProblem() const
{
    const std::lock_guard lock(m_impl->mutex);
    return m_impl->keepProblem;
}

namespace {
Error noSuchCluster() { return Error{.code = ErrorCode::NotFound, .message = "the cluster is not open"}; }
} // namespace

void Engine::readObject(ClusterId id, ObjectRef object, std::function<void(Result<std::string>)> done)
{
    {
        const std::lock_guard lock(m_impl->mutex);
        for (const Impl::Entry &entry : m_impl->entries) {
            if (entry.id == id && entry.feed) {
                entry.feed->readObject(std::move(object), std::move(done));
                return;
            }
        }
    }
    done(noSuchCluster());
}

void Engine::readEvents(ClusterId id, ObjectRef object, std::function<void(Result<std::vector<EventRow>>)> done)
{
    {
        const std::lock_guard lock(m_impl->mutex);
        for (const Impl::Entry &entry : m_impl->entries) {
            if (entry.id == id && entry.feed) {
                entry.feed->readEvents(std::move(object), std::move(done));
                return;
            }
        }
    }
    done(noSuchCluster());
}

void Engine::retry(ClusterId id)
{
    const std::lock_guard lock(m_impl->mutex);
    for (const Impl::Entry &entry : m_impl->entries) {
        if ((id == ClusterId::None || entry.id == id) && entry.feed) {
            entry.feed->retry();
        }
    }
}

void Engine::cancelLogin(ClusterId id)
{
    const std::lock_guard lock(m_impl->mutex);
    for (const Impl::Entry &entry : m_impl->entries) {
        if (entry.id == id && entry.feed) {
            entry.feed->cancelLogin();
        }
    }
}

bool Engine::waitSettled(std::chrono::milliseconds timeout, const std::stop_token &stop) const
{
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    const auto done = [this] {
        return std::all_of(m_impl->entries.begin(), m_impl->entries.end(), [](const Impl::Entry &entry) {
            const ClusterSnapshotPtr cluster = entry.store->current();
            const ClusterStatus &status = cluster->status();
            if (status.connection == Connection::Failed) {
                return true;
            }
            const auto sampled = [&](ResourceKind kind) {
                if (!applies(status.orchestrator, kind)) {
                    return true;
                }
                const Sync sync = status.of(kind).sync;
                return sync != Sync::Waiting && sync != Sync::Loading;
            };
            return status.settled() && sampled(ResourceKind::NodeMetrics) && sampled(ResourceKind::PodMetrics);
        });
    };
    std::unique_lock lock(m_impl->mutex);
    while (!done()) {
        if (stop.stop_requested() || std::chrono::steady_clock::now() >= deadline) {
            return false;
        }
        m_impl->settled.wait_for(lock, stop, std::chrono::milliseconds(20), [] { return false; });
    }
    return true;
}

std::vector<simulator::HistorySample> Engine::demoHistory(ClusterId id) const
{
    int index = -1;
    simulator::Simulator *simulator = nullptr;
    {
        const std::lock_guard lock(m_impl->mutex);
        simulator = m_impl->simulator.get();
        for (const Impl::Entry &entry : m_impl->entries) {
            if (entry.id == id && !entry.helios()) { // of the Helios ones nobody kept a past
                index = entry.demo;
            }
        }
    }
    return simulator && index >= 0 ? simulator->history(static_cast<std::size_t>(index))
                                   : std::vector<simulator::HistorySample>();
}

simulator::Simulator *Engine::simulator()
{
    const std::lock_guard lock(m_impl->mutex);
    return m_impl->simulator.get();
}

} // namespace sextant
