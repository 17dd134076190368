// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/engineimpl.h"

#include <algorithm>

namespace sextant {

using kubernetes::Kubeconfig;

Result<std::vector<ClusterId>> Engine::open(const Sources &sources)
{
    std::vector<ClusterId> out;
    {
        const std::lock_guard lock(m_impl->mutex);
        m_impl->namespaces = sources.namespaces;
        m_impl->named = sources.named();
    }
    if (const Result<void> started = m_impl->startTracker(); !started) {
        return started.error();
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
        std::vector<std::pair<helios::Masters, ClusterConfig>> foundHelios;
        for (const std::string &masters : sources.helios) {
            ClusterConfig config;
            config.helios = masters;
            Result<helios::Masters> resolved = m_impl->resolveHelios(config);
            if (!resolved) {
                return resolved.error();
            }
            foundHelios.emplace_back(std::move(*resolved), std::move(config));
        }
        for (auto &[connection, config] : found) {
            out.push_back(m_impl->openFeed(std::move(connection), config, -1, false));
        }
        for (auto &[masters, config] : foundHelios) {
            out.push_back(m_impl->openHelios(std::move(masters), config, -1));
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
        out.push_back(m_impl->openConfigured(config));
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

/// Notes what the window opened for the next start.
void Engine::Impl::keepOpened(const ClusterConfig &config)
{
    const std::lock_guard lock(mutex);
    // What was only discovered is named from now on, or it would be missing at the next start.
    std::vector<ClusterConfig> wanted;
    for (const Entry &entry : entries) {
        if (entry.discovered) {
            wanted.push_back(entry.config);
        }
    }
    wanted.push_back(config);
    for (const ClusterConfig &one : wanted) {
        std::erase_if(window, [&](const ClusterConfig &other) { return sameCluster(one, other); });
        window.push_back(one);
    }
    keep();
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
    ClusterConfig config = cluster;
    config.open = true;
    if (!cluster.helios.empty()) {
        Result<helios::Masters> masters = m_impl->resolveHelios(cluster);
        if (!masters) {
            return masters.error();
        }
        const ClusterId id = m_impl->openHelios(std::move(*masters), config, -1);
        m_impl->keepOpened(config);
        return id;
    }
    Result<kubernetes::Connection> connection = m_impl->resolve(cluster);
    if (!connection) {
        return connection.error();
    }
    if (config.context.empty()) {
        config.context = connection->context; // what is current now may not be at the next start
    }
    const ClusterId id = m_impl->openFeed(std::move(*connection), config, -1, false);
    m_impl->keepOpened(config);
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
        {
            const std::lock_guard lock(m_impl->mutex);
            m_impl->simulator = std::move(made);
        }
        m_impl->startDemoTracker();
    }
    const auto alreadyOpen = [&](int at, bool helios) {
        const std::lock_guard lock(m_impl->mutex);
        const auto open = std::find_if(m_impl->entries.begin(), m_impl->entries.end(),
            [&](const Impl::Entry &one) { return one.demo == at && one.helios() == helios; });
        if (open != m_impl->entries.end()) {
            out.push_back(open->id);
        }
        return open != m_impl->entries.end();
    };
    int index = 0;
    for (const auto &endpoint : m_impl->simulator->endpoints()) {
        const int at = index++;
        if (alreadyOpen(at, false)) {
            continue;
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
    index = 0;
    for (const auto &endpoint : m_impl->simulator->heliosEndpoints()) {
        const int at = index++;
        if (alreadyOpen(at, true)) {
            continue;
        }
        helios::Masters masters;
        masters.name = endpoint.name;
        masters.urls = endpoint.urls;
        masters.demo = true;
        ClusterConfig config{.name = endpoint.name, .demo = true};
        for (const std::string &url : endpoint.urls) {
            config.helios += (config.helios.empty() ? "" : ",") + url;
        }
        out.push_back(m_impl->openHelios(std::move(masters), config, at));
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
    m_impl->take(id, true);
}

} // namespace sextant
