// SPDX-License-Identifier: GPL-3.0-or-later
// From a configuration to a feed that runs.
#include "core/base/files.h"
#include "core/base/format.h"
#include "core/engine/engineimpl.h"
#include "core/kubernetes/textfile.h"

#include <algorithm>
#include <spdlog/spdlog.h>

namespace sextant {

using kubernetes::Kubeconfig;

namespace {

constexpr std::size_t kLargestFile = 1U << 20;

/// What a file of a Helios cluster's entry holds; the error says what it was for.
Result<std::string> fileOf(const std::string &path, const char *what)
{
    if (path.empty()) {
        return std::string();
    }
    Result<std::string> text = readSmallFile(path, kLargestFile);
    if (!text) {
        Error error = text.error();
        error.code = ErrorCode::Config;
        error.message = std::string(what) + " of a Helios cluster cannot be read: " + error.message;
        return error;
    }
    if (kubernetes::trimmed(*text).empty()) {
        return Error{.code = ErrorCode::Config,
            .message = std::string(what) + " of a Helios cluster is empty",
            .subject = path,
            .remedy = {}};
    }
    return text;
}

} // namespace

kubernetes::FeedOptions Engine::Impl::feedOptions(ClusterId id)
{
    kubernetes::FeedOptions out;
    out.nodeMetricsEvery = options.config.nodeMetricsEvery;
    out.podMetricsEvery = options.config.podMetricsEvery;
    out.decode.poolLabels = options.config.poolLabels;
    out.decode.teamLabels = options.config.teamLabels;
    out.decode.keptLabels = migration::labelKeys(options.config.migration);
    out.turns = turns;
    out.claim = [this, id](const std::string &uid) { return claim(id, uid); };
    return out;
}

ClusterId Engine::Impl::start(
    Entry entry, const std::string &name, const std::function<std::unique_ptr<Feed>(Entry &)> &makeFeed)
{
    entry.store = store.add([&](ClusterStore &fresh) { // what is known before its feed says a word
        ClusterStatus &status = fresh.status();
        status.name = name;
        status.context = entry.context;
        status.orchestrator = entry.helios() ? Orchestrator::Helios : Orchestrator::Kubernetes;
        status.demo = entry.demo >= 0;
        bringPicture(entry, fresh);
        fresh.publish();
    });
    entry.store->indexRestored(); // while its picture is shown
    entry.id = entry.store->id();
    const ClusterId id = entry.id;
    const std::lock_guard lock(mutex);
    entry.name = uniqueName(name);
    if (entry.name != name) {
        entry.store->status().name = entry.name;
        entry.store->publish();
    }
    keepPicture(entry);
    entry.feed = makeFeed(entry);
    Feed *feed = entry.feed.get();
    entries.push_back(std::move(entry));
    if (feed != nullptr) {
        feed->start();
    }
    return id;
}

ClusterId Engine::Impl::openFeed(
    kubernetes::Connection connection, const ClusterConfig &config, int demoIndex, bool discovered)
{
    Entry entry;
    entry.config = config;
    entry.context = connection.context;
    entry.server = connection.server;
    entry.demo = demoIndex;
    entry.discovered = discovered;
    const auto add = [&connection](const std::vector<std::string> &list) {
        connection.namespaces.insert(connection.namespaces.end(), list.begin(), list.end());
    };
    add(namespaces);
    add(config.namespaces);
    add(options.config.namespaces);
    const std::string name = config.name.empty() ? connection.name : config.name;
    return start(std::move(entry), name, [&](Entry &one) {
        connection.name = one.name;
        kubernetes::FeedOptions feed = feedOptions(one.id);
        if (one.demo >= 0 && simulator) {
            feed.decode.keptLabels.push_back(simulator->migrationMatching().labelKey);
        }
        return kubernetes::makeKubernetesFeed(std::move(connection), std::move(feed), client, one.store);
    });
}

ClusterId Engine::Impl::openHelios(helios::Masters masters, const ClusterConfig &config, int demoIndex)
{
    if (const auto same = sameMasters(masters, config)) {
        return *same;
    }
    Entry entry;
    entry.config = config;
    entry.demo = demoIndex;
    entry.masters = masters.domain.empty() ? masters.urls : std::vector{"domain://" + masters.domain};
    helios::FeedOptions feed;
    feed.every = options.config.heliosEvery;
    feed.poolLabels = options.config.poolLabels;
    feed.teamLabels = options.config.teamLabels;
    const std::string name = config.name.empty() ? masters.name : config.name;
    return start(std::move(entry), name, [&](Entry &one) {
        masters.name = one.name;
        return helios::makeHeliosFeed(std::move(masters), std::move(feed), client, one.store);
    });
}

ClusterId Engine::Impl::openFailed(const ClusterConfig &config, const Error &error, bool discovered)
{
    Entry entry;
    entry.config = config;
    entry.context = config.context;
    entry.discovered = discovered;
    const std::string name = !config.name.empty() ? config.name
        : !config.helios.empty()                  ? config.helios
        : !config.context.empty()                 ? config.context
                                                  : "kubeconfig";
    return start(std::move(entry), name, [&](Entry &one) {
        ClusterStatus &status = one.store->status();
        status.connection = Connection::Failed;
        status.error = error;
        one.store->publish();
        return nullptr;
    });
}

ClusterId Engine::Impl::openConfigured(const ClusterConfig &config)
{
    if (!config.helios.empty()) {
        Result<helios::Masters> masters = resolveHelios(config);
        return masters ? openHelios(std::move(*masters), config, -1) : openFailed(config, masters.error(), false);
    }
    Result<kubernetes::Connection> connection = resolve(config);
    return connection ? openFeed(std::move(*connection), config, -1, false)
                      : openFailed(config, connection.error(), false);
}

Result<kubernetes::Connection> Engine::Impl::resolve(const ClusterConfig &config) const
{
    const Result<Kubeconfig> kubeconfig = Kubeconfig::find(config.kubeconfig, environment);
    if (!kubeconfig) {
        return kubeconfig.error();
    }
    return kubeconfig->connection(config.context, environment);
}

Result<helios::Masters> Engine::Impl::resolveHelios(const ClusterConfig &config) const
{
    Result<helios::Masters> masters = helios::parseMasters(config.helios);
    if (!masters) {
        return masters.error();
    }
    if (config.certificateFile.empty() != config.keyFile.empty()) {
        return Error{.code = ErrorCode::Config,
            .message = "a client certificate needs its key, and a key its certificate",
            .subject = config.certificateFile + config.keyFile,
            .remedy = "Give both, certificate and key"};
    }
    const Result<std::string> ca = fileOf(config.caFile, "the CA");
    const Result<std::string> certificate = fileOf(config.certificateFile, "the client certificate");
    const Result<std::string> key = fileOf(config.keyFile, "the client key");
    const Result<std::string> token = fileOf(config.tokenFile, "the token");
    for (const Result<std::string> *file : {&ca, &certificate, &key, &token}) {
        if (!*file) {
            return file->error();
        }
    }
    masters->tls.caPem = *ca;
    masters->tls.clientCertificatePem = *certificate;
    masters->tls.clientKeyPem = *key;
    masters->token = std::string(kubernetes::trimmed(*token));
    if (masters->token.find_first_of("\r\n\t ") != std::string::npos) {
        return Error{.code = ErrorCode::Config,
            .message = "the token of a Helios cluster has blanks or more than one line",
            .subject = config.tokenFile,
            .remedy = {}};
    }
    const kubernetes::Proxy proxy =
        kubernetes::environmentProxy(masters->urls.empty() ? std::string() : masters->urls.front(), environment);
    masters->proxy = proxy.url;
    masters->noProxy = proxy.noProxy;
    return masters;
}

std::optional<ClusterId> Engine::Impl::sameMasters(const helios::Masters &masters, const ClusterConfig &config)
{
    const std::vector<std::string> own =
        masters.domain.empty() ? masters.urls : std::vector{"domain://" + masters.domain};
    const std::lock_guard lock(mutex);
    const auto same = std::find_if(entries.begin(), entries.end(), [&](const Entry &one) {
        return std::find_first_of(one.masters.begin(), one.masters.end(), own.begin(), own.end()) != one.masters.end();
    });
    if (same == entries.end()) {
        return std::nullopt;
    }
    const std::string name = config.name.empty() ? masters.name : config.name;
    spdlog::info("{} has a master of {} and is counted once", sanitized(name), sanitized(same->name));
    duplicates.push_back({name, {}, same->id});
    return same->id;
}

} // namespace sextant
