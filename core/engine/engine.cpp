// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/engine.h"

#include "core/base/format.h"
#include "core/kubernetes/kubeconfig.h"
#include "core/kubernetes/kubernetesfeed.h"
#include "core/kubernetes/serverurl.h"
#include "core/net/client.h"
#include "core/simulator/simulator.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <spdlog/spdlog.h>
#include <thread>

namespace sextant {

using kubernetes::Environment;
using kubernetes::Kubeconfig;

struct Engine::Impl {
    struct Entry {
        ClusterId id = ClusterId::None;
        ClusterConfig config;
        std::string name, context;
        std::shared_ptr<ClusterStore> store;
        std::unique_ptr<kubernetes::KubernetesFeed> feed; ///< null: it could not even be tried
        std::string uid; ///< of kube-system, once known
        int demo = -1; ///< index in the simulator
        bool discovered = false;
    };

    Impl(EngineOptions &engineOptions, FleetStore &fleet)
        : options(engineOptions)
        , store(fleet)
        , window(engineOptions.config.windowClusters)
        , janitor([this](const std::stop_token &stop) { clean(stop); })
    {
    }

    ~Impl()
    {
        janitor.request_stop();
        janitor.join();
        std::vector<Entry> gone;
        {
            const std::lock_guard lock(mutex);
            gone.swap(entries);
        }
    }

    std::string uniqueName(const std::string &wanted) const;
    kubernetes::FeedOptions feedOptions(ClusterId id);
    ClusterId openFeed(kubernetes::Connection connection, const ClusterConfig &config, int demoIndex, bool discovered);
    ClusterId openFailed(const ClusterConfig &config, const Error &error, bool discovered);
    Result<kubernetes::Connection> resolve(const ClusterConfig &config) const;
    bool claim(ClusterId id, const std::string &uid);
    void clean(const std::stop_token &stop);
    void take(ClusterId id);
    void keep();

    EngineOptions &options;
    FleetStore &store;
    const Environment environment = Environment::ofProcess();
    net::Client client; ///< before the feeds: they end first
    std::unique_ptr<simulator::Simulator> simulator;
    mutable std::mutex mutex;
    mutable std::condition_variable_any settled;
    std::vector<Entry> entries; ///< in the order of the fleet
    std::vector<DuplicateCluster> duplicates;
    std::vector<std::string> namespaces; ///< of the command line
    std::vector<ClusterConfig> window; ///< what clusters.yaml is to hold
    std::optional<Error> keepProblem;
    bool named = false; ///< the command line chose the clusters: nothing of it is kept
    std::deque<ClusterId> doomed;
    std::condition_variable_any doom;
    std::mutex demoMutex; ///< one simulator, however many ask at once
    std::jthread janitor; ///< ends feeds that cannot end themselves
};

std::string Engine::Impl::uniqueName(const std::string &wanted) const
{
    std::string name = wanted;
    for (int i = 2; std::any_of(entries.begin(), entries.end(), [&](const Entry &one) { return one.name == name; });
         ++i) {
        name = wanted + " (" + std::to_string(i) + ")";
    }
    return name;
}

kubernetes::FeedOptions Engine::Impl::feedOptions(ClusterId id)
{
    kubernetes::FeedOptions out;
    out.nodeMetricsEvery = options.config.nodeMetricsEvery;
    out.podMetricsEvery = options.config.podMetricsEvery;
    out.decode.poolLabels = options.config.poolLabels;
    out.decode.teamLabels = options.config.teamLabels;
    out.claim = [this, id](const std::string &uid) { return claim(id, uid); };
    return out;
}

ClusterId Engine::Impl::openFeed(
    kubernetes::Connection connection, const ClusterConfig &config, int demoIndex, bool discovered)
{
    Entry entry;
    entry.store = store.add();
    entry.id = entry.store->id();
    entry.config = config;
    entry.context = connection.context;
    entry.demo = demoIndex;
    entry.discovered = discovered;
    const std::lock_guard lock(mutex);
    entry.name = uniqueName(config.name.empty() ? connection.name : config.name);
    connection.name = entry.name;
    const auto add = [&connection](const std::vector<std::string> &list) {
        connection.namespaces.insert(connection.namespaces.end(), list.begin(), list.end());
    };
    add(namespaces);
    add(config.namespaces);
    add(options.config.namespaces);
    entry.feed = kubernetes::makeKubernetesFeed(std::move(connection), feedOptions(entry.id), client, entry.store);
    kubernetes::KubernetesFeed &feed = *entry.feed;
    const ClusterId id = entry.id;
    entries.push_back(std::move(entry));
    feed.start();
    return id;
}

ClusterId Engine::Impl::openFailed(const ClusterConfig &config, const Error &error, bool discovered)
{
    Entry entry;
    entry.store = store.add();
    entry.id = entry.store->id();
    entry.config = config;
    entry.context = config.context;
    entry.discovered = discovered;
    const std::lock_guard lock(mutex);
    entry.name = uniqueName(!config.name.empty() ? config.name
            : !config.context.empty()            ? config.context
                                                 : "kubeconfig");
    ClusterStatus &status = entry.store->status();
    status.name = entry.name;
    status.context = config.context;
    status.connection = Connection::Failed;
    status.error = error;
    entry.store->publish();
    const ClusterId id = entry.id;
    entries.push_back(std::move(entry));
    return id;
}

Result<kubernetes::Connection> Engine::Impl::resolve(const ClusterConfig &config) const
{
    const Result<Kubeconfig> kubeconfig = Kubeconfig::find(config.kubeconfig, environment);
    if (!kubeconfig) {
        return kubeconfig.error();
    }
    return kubeconfig->connection(config.context, environment);
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
    std::unique_lock lock(mutex);
    while (doom.wait(lock, stop, [this] { return !doomed.empty(); })) {
        const ClusterId id = doomed.front();
        doomed.pop_front();
        lock.unlock();
        take(id);
        lock.lock();
    }
}

/// Out of the fleet, and its feed ended.
void Engine::Impl::take(ClusterId id)
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

Result<std::vector<ClusterId>> Engine::open(const Sources &sources)
{
    std::vector<ClusterId> out;
    {
        const std::lock_guard lock(m_impl->mutex);
        m_impl->namespaces = sources.namespaces;
        m_impl->named = sources.named();
    }
    if (sources.named()) {
        // All is resolved before anything is opened: a wrong word opens nothing.
        std::vector<std::pair<kubernetes::Connection, ClusterConfig>> found;
        std::vector<std::string> contexts = sources.contexts;
        if (contexts.empty() && !sources.kubeconfig.empty()) {
            contexts.emplace_back();
        }
        for (const std::string &context : contexts) {
            ClusterConfig config;
            config.kubeconfig = sources.kubeconfig;
            config.context = context;
            Result<kubernetes::Connection> connection = m_impl->resolve(config);
            if (!connection) {
                return connection.error();
            }
            found.emplace_back(std::move(*connection), std::move(config));
        }
        for (auto &[connection, config] : found) {
            out.push_back(m_impl->openFeed(std::move(connection), config, -1, false));
        }
        if (sources.demo) {
            const Result<std::vector<ClusterId>> demo = addDemo();
            if (!demo) {
                return demo.error();
            }
            out.insert(out.end(), demo->begin(), demo->end());
        }
        return out;
    }
    for (const ClusterConfig &config : m_options.config.clusters) {
        if (!config.open) {
            continue;
        }
        if (config.demo) {
            const Result<std::vector<ClusterId>> demo = addDemo();
            if (!demo) {
                return demo.error();
            }
            out.insert(out.end(), demo->begin(), demo->end());
            continue;
        }
        Result<kubernetes::Connection> connection = m_impl->resolve(config);
        out.push_back(connection ? m_impl->openFeed(std::move(*connection), config, -1, false)
                                 : m_impl->openFailed(config, connection.error(), false));
    }
    if (!m_options.config.clusters.empty() || !m_options.config.discover) {
        return out;
    }
    const Result<Kubeconfig> kubeconfig = Kubeconfig::find({}, m_impl->environment);
    if (!kubeconfig) {
        return kubeconfig.error();
    }
    if (!kubeconfig->currentContext().empty()) {
        ClusterConfig config;
        config.context = kubeconfig->currentContext();
        Result<kubernetes::Connection> connection = kubeconfig->connection({}, m_impl->environment);
        out.push_back(connection ? m_impl->openFeed(std::move(*connection), config, -1, true)
                                 : m_impl->openFailed(config, connection.error(), true));
    } else if (kubeconfig->empty()) {
        if (auto inside = kubernetes::inClusterConnection(m_impl->environment)) {
            const ClusterConfig config{.name = "in-cluster"};
            out.push_back(inside->ok() ? m_impl->openFeed(std::move(inside->value()), config, -1, false)
                                       : m_impl->openFailed(config, inside->error(), false));
        }
    }
    return out;
}

Result<ClusterId> Engine::addCluster(const ClusterConfig &cluster)
{
    if (cluster.demo) {
        Result<std::vector<ClusterId>> demo = addDemo();
        if (!demo) {
            return demo.error();
        }
        return demo->empty() ? ClusterId::None : demo->front();
    }
    Result<kubernetes::Connection> connection = m_impl->resolve(cluster);
    if (!connection) {
        return connection.error();
    }
    ClusterConfig config = cluster;
    config.open = true;
    if (config.context.empty()) {
        config.context = connection->context; // what is current now may not be at the next start
    }
    const ClusterId id = m_impl->openFeed(std::move(*connection), config, -1, false);
    const std::lock_guard lock(m_impl->mutex);
    // What was only discovered is named from now on, or it would be missing at the next start.
    std::vector<ClusterConfig> wanted;
    for (const Impl::Entry &entry : m_impl->entries) {
        if (entry.discovered) {
            wanted.push_back(entry.config);
        }
    }
    wanted.push_back(config);
    for (const ClusterConfig &one : wanted) {
        std::erase_if(m_impl->window, [&](const ClusterConfig &other) { return sameCluster(one, other); });
        m_impl->window.push_back(one);
    }
    m_impl->keep();
    return id;
}

Result<std::vector<ClusterId>> Engine::addDemo()
{
    std::vector<ClusterId> out;
    const std::lock_guard once(m_impl->demoMutex);
    if (!m_impl->simulator) {
        auto made = std::make_unique<simulator::Simulator>(m_options.demo ? *m_options.demo : simulator::demoOptions());
        if (const Result<void> started = made->start(); !started) {
            return started.error();
        }
        const std::lock_guard lock(m_impl->mutex);
        m_impl->simulator = std::move(made);
    }
    int index = 0;
    for (const auto &endpoint : m_impl->simulator->endpoints()) {
        const int at = index++;
        {
            const std::lock_guard lock(m_impl->mutex);
            const auto open = std::find_if(m_impl->entries.begin(), m_impl->entries.end(),
                [at](const Impl::Entry &one) { return one.demo == at; });
            if (open != m_impl->entries.end()) {
                out.push_back(open->id);
                continue;
            }
        }
        kubernetes::Connection connection;
        connection.name = endpoint.name;
        connection.server = endpoint.url;
        connection.compressed = false;
        connection.demo = true;
        connection.tls.caPem = endpoint.caPem;
        if (endpoint.url.rfind("https://", 0) == 0) {
            connection.credentials.token = endpoint.token;
        }
        const ClusterConfig config{.name = endpoint.name, .demo = true};
        out.push_back(m_impl->openFeed(std::move(connection), config, at, false));
    }
    return out;
}

void Engine::removeCluster(ClusterId id)
{
    {
        const std::lock_guard lock(m_impl->mutex);
        const auto at = std::find_if(
            m_impl->entries.begin(), m_impl->entries.end(), [id](const Impl::Entry &one) { return one.id == id; });
        if (at == m_impl->entries.end()) {
            return;
        }
        std::erase_if(m_impl->duplicates, [id](const DuplicateCluster &one) { return one.same == id; });
        if (!at->config.demo) {
            const ClusterConfig config = at->config;
            std::erase_if(m_impl->window, [&](const ClusterConfig &other) { return sameCluster(config, other); });
            // Of the file that a person writes nothing is taken away; it is noted as closed beside it.
            const auto &own = m_options.config.clusters;
            const auto &fromWindow = m_options.config.windowClusters;
            const auto in = [&](const std::vector<ClusterConfig> &list) {
                return std::any_of(
                    list.begin(), list.end(), [&](const ClusterConfig &other) { return sameCluster(config, other); });
            };
            if (in(own) && !in(fromWindow)) {
                ClusterConfig closed = config;
                closed.open = false;
                m_impl->window.push_back(std::move(closed));
            }
            m_impl->keep();
        }
    }
    m_impl->take(id);
}

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

bool Engine::waitSettled(std::chrono::milliseconds timeout, std::stop_token stop) const
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
            if (entry.id == id) {
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
