// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulator/simulator.h"

#include "core/simulator/helios_master.h"
#include "core/simulator/helios_world.h"
#include "core/simulator/migration_script.h"
#include "core/simulator/server.h"
#include "core/simulator/world.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <fcntl.h>
#include <thread>
#include <unistd.h>

namespace sextant::simulator {

namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kBeat = std::chrono::milliseconds(250); // how often the worlds look at the clock
constexpr auto kSampled = std::chrono::seconds(10); // of the warm-up
constexpr std::array kUsers{"admin", "viewer", "team-a"};

std::string base64(std::string_view in)
{
    constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t i = 0; i < in.size(); i += 3) {
        std::uint32_t bits = 0;
        const auto n = std::min<std::size_t>(3, in.size() - i);
        for (std::size_t k = 0; k < 3; ++k) {
            bits = bits << 8 | (k < n ? std::uint8_t(in[i + k]) : 0U);
        }
        for (std::size_t k = 0; k < 4; ++k) {
            out += k <= n ? kAlphabet[bits >> (18 - 6 * k) & 63] : '=';
        }
    }
    return out;
}

} // namespace

struct Simulator::Impl {
    struct Cluster {
        ClusterOptions options;
        Store store;
        Faults faults;
        World world;
        std::vector<HistorySample> history;
        std::unique_ptr<ApiServer> server;
        std::mutex restarting;

        Cluster(const ClusterOptions &o, std::uint64_t seed, const Options &all)
            : options(o)
            , store(kFirstVersion, all.logLength)
            , world(o, seed, all.daySeconds, store)
        {
        }
    };

    struct Helios {
        HeliosWorld world;
        HeliosFaults faults;
        HeliosLog log;
        std::vector<std::unique_ptr<HeliosMaster>> masters;

        Helios(const HeliosOptions &o, std::uint64_t seed, const Options &all)
            : world(o, seed, all.daySeconds)
        {
            for (int i = 0; i < std::max(o.masters, 1); ++i) {
                masters.push_back(
                    std::make_unique<HeliosMaster>(world, faults, log, i, mixed(seed + std::uint64_t(i) + 1)));
            }
        }
    };

    Options options;
    std::shared_ptr<const Certificates> certificates;
    std::vector<std::unique_ptr<Cluster>> clusters;
    std::vector<std::unique_ptr<Helios>> helios;
    std::unique_ptr<MigrationScript> migration;

    std::thread thread; // lives the worlds
    std::mutex mutex; // of what follows
    std::condition_variable changed;
    bool stopping = false;
    bool paused = false;
    std::mutex stepping; // held while the worlds move; taken before `mutex`
    Time target = kNoTime; // what the worlds have lived to; under `stepping`
    Faults nowhere; // of clusters that do not exist
    HeliosFaults heliosNowhere;
    Store nothing{1, 1};

    Cluster *at(std::size_t cluster) const { return cluster < clusters.size() ? clusters[cluster].get() : nullptr; }

    Helios *heliosAt(std::size_t cluster) const { return cluster < helios.size() ? helios[cluster].get() : nullptr; }

    void moveTo(Time time)
    {
        // The script has to see every second of both sides.
        while (migration && target < time) {
            target += std::chrono::seconds(1);
            liveTo(target);
            migration->step(target);
        }
        target = time;
        liveTo(time);
    }

    void liveTo(Time time)
    {
        for (const auto &one : helios) {
            one->world.step(time);
        }
        for (const auto &cluster : clusters) {
            cluster->world.step(time);
        }
    }

    void live()
    {
        auto last = Clock::now();
        auto due = std::chrono::nanoseconds(0); // lived by the clock, not yet by the worlds
        for (;;) {
            {
                std::unique_lock lock(mutex);
                changed.wait_for(lock, kBeat, [this] { return stopping; });
                if (stopping) {
                    return;
                }
            }
            const std::lock_guard hold(stepping);
            const auto now = Clock::now();
            {
                const std::lock_guard lock(mutex);
                due = paused ? std::chrono::nanoseconds(0) : due + (now - last);
            }
            last = now;
            const auto whole = std::chrono::floor<std::chrono::seconds>(due);
            if (whole.count() > 0) {
                due -= whole;
                moveTo(target + whole);
            }
        }
    }

    /// Peoples one world and lives its warm-up.
    void raise(std::size_t number, Time end) const
    {
        auto &cluster = *clusters[number];
        const auto begin = end - options.warmUp;
        cluster.world.populate(begin, migration ? migration->onKubernetes(number) : std::vector<PlannedDeployment>{});
        for (auto t = begin; t < end;) {
            t = std::min(t + kSampled, end);
            cluster.world.step(t);
            cluster.world.sampleHistory(t, cluster.history);
        }
    }
};

Simulator::Simulator(Options options)
    : m_impl(std::make_unique<Impl>())
{
    m_impl->options = std::move(options);
    auto seed = m_impl->options.seed;
    for (const auto &cluster : m_impl->options.clusters) {
        m_impl->clusters.push_back(std::make_unique<Impl::Cluster>(cluster, seed, m_impl->options));
        seed = seed * 6364136223846793005U + 1442695040888963407U; // each cluster its own, all from one
    }
    for (const auto &cluster : m_impl->options.helios) {
        m_impl->helios.push_back(std::make_unique<Impl::Helios>(cluster, seed, m_impl->options));
        seed = seed * 6364136223846793005U + 1442695040888963407U;
    }
    if (const auto &migration = m_impl->options.migration; migration && m_impl->heliosAt(migration->helios)) {
        std::vector<MigrationScript::Target> targets;
        for (const auto &cluster : m_impl->clusters) {
            targets.push_back({cluster->options.name, cluster->options.namespaces, &cluster->world});
        }
        auto &world = m_impl->heliosAt(migration->helios)->world;
        m_impl->migration = std::make_unique<MigrationScript>(*migration, seed, world, std::move(targets));
    }
}

Simulator::~Simulator() { stop(); }

Result<void> Simulator::start()
{
    auto &impl = *m_impl;
    if (impl.thread.joinable()) {
        return {};
    }
    if (impl.options.tls && !impl.certificates) {
        auto made = Certificates::make();
        if (!made) {
            return made.error();
        }
        impl.certificates = *made;
    }
    if (impl.target == kNoTime) { // the first time
        const auto end = impl.options.startAt == kNoTime ? wallNow() : impl.options.startAt;
        std::vector<std::thread> raising;
        for (std::size_t i = 0; i < impl.clusters.size(); ++i) {
            raising.emplace_back([&impl, i, end] { impl.raise(i, end); });
        }
        for (std::size_t i = 0; i < impl.helios.size(); ++i) {
            const bool migrates = impl.migration && impl.options.migration->helios == i;
            impl.helios[i]->world.populate(
                end - impl.options.warmUp, migrates ? impl.migration->onHelios() : std::vector<HeliosService>{});
            impl.helios[i]->world.step(end);
        }
        for (auto &one : raising) {
            one.join();
        }
        if (impl.migration) {
            impl.migration->begin(end);
        }
        impl.target = end;
    }
    int port = impl.options.port;
    for (const auto &cluster : impl.clusters) {
        auto *const c = cluster.get();
        ApiServer::Setup setup;
        setup.version = c->options.version;
        setup.seed = impl.options.seed;
        setup.port = port == 0 ? 0 : port++;
        setup.threads = impl.options.threads;
        setup.bookmarkEvery = impl.options.bookmarkEvery;
        setup.certificates = impl.certificates;
        setup.now = [c] { return c->world.now(); };
        setup.usage = [c, goesOn = impl.options.usageGoesOn](bool nodes, const std::string &ns) {
            const Time now = goesOn ? std::max(c->world.now(), wallNow()) : c->world.now();
            return nodes ? c->world.nodeUsage(now) : c->world.podUsage(now, ns);
        };
        c->server = std::make_unique<ApiServer>(std::move(setup), c->store, c->faults);
        const auto started = c->server->start();
        if (!started) {
            stop();
            return started.error();
        }
    }
    for (const auto &cluster : impl.helios) {
        for (const auto &master : cluster->masters) {
            if (const auto started = master->start(port == 0 ? 0 : port++, impl.options.threads); !started) {
                stop();
                return started.error();
            }
        }
    }
    impl.stopping = false;
    impl.thread = std::thread([&impl] { impl.live(); });
    return {};
}

void Simulator::stop()
{
    auto &impl = *m_impl;
    {
        const std::lock_guard lock(impl.mutex);
        impl.stopping = true;
    }
    impl.changed.notify_all();
    if (impl.thread.joinable()) {
        impl.thread.join();
    }
    for (const auto &cluster : impl.clusters) {
        if (cluster->server) {
            cluster->server->stop();
        }
    }
    for (const auto &cluster : impl.helios) {
        for (const auto &master : cluster->masters) {
            master->stop();
        }
    }
}

std::vector<Simulator::Endpoint> Simulator::endpoints() const
{
    std::vector<Endpoint> out;
    for (const auto &cluster : m_impl->clusters) {
        if (!cluster->server) {
            continue;
        }
        const auto port = std::to_string(cluster->server->port());
        out.push_back(
            {cluster->options.name, (m_impl->certificates ? "https://localhost:" : "http://127.0.0.1:") + port,
                m_impl->certificates ? m_impl->certificates->caPem() : std::string(), "admin-token"});
    }
    return out;
}

std::string Simulator::kubeconfig() const
{
    const auto all = endpoints();
    std::string out = "apiVersion: v1\nkind: Config\npreferences: {}\n";
    out += "current-context: \"" + (all.empty() ? std::string() : all.front().name) + "\"\nclusters:\n";
    for (const auto &one : all) {
        out += "- name: \"" + one.name + "\"\n  cluster:\n    server: " + one.url + '\n';
        if (!one.caPem.empty()) {
            out += "    certificate-authority-data: " + base64(one.caPem) + '\n';
        }
    }
    out += "users:\n";
    for (const auto *user : kUsers) {
        out.append("- name: ").append(user).append("\n  user:\n    token: ").append(user).append("-token\n");
    }
    if (m_impl->certificates) {
        out += "- name: certificate\n  user:\n    client-certificate-data: "
            + base64(m_impl->certificates->clientCertificatePem())
            + "\n    client-key-data: " + base64(m_impl->certificates->clientKeyPem()) + '\n';
    }
    out += "contexts:\n";
    for (const auto &one : all) {
        const auto context = [&](const std::string &suffix, const std::string &user, const std::string &ns) {
            out.append("- name: \"").append(one.name).append(suffix).append("\"\n  context:\n    cluster: \"");
            out.append(one.name).append("\"\n    user: ").append(user).append("\n");
            if (!ns.empty()) {
                out.append("    namespace: ").append(ns).append("\n");
            }
        };
        context("", "admin", "");
        context("-viewer", "viewer", "");
        context("-team-a", "team-a", "team-a");
        if (m_impl->certificates) {
            context("-certificate", "certificate", "");
        }
    }
    return out;
}

Result<void> Simulator::writeKubeconfig(const std::string &file) const
{
    const auto failed = [&] { return Error{ErrorCode::Io, std::strerror(errno), file}; };
    const auto text = kubeconfig();
    const int out = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (out < 0) {
        return failed();
    }
    ::fchmod(out, 0600);
    std::size_t written = 0;
    while (written < text.size()) {
        const auto n = ::write(out, text.data() + written, text.size() - written);
        if (n < 0) {
            const auto error = failed();
            ::close(out);
            return error;
        }
        written += std::size_t(n);
    }
    if (::close(out) != 0) {
        return failed();
    }
    return {};
}

Faults &Simulator::faults(std::size_t cluster)
{
    auto *const c = m_impl->at(cluster);
    return c ? c->faults : m_impl->nowhere;
}

Store &Simulator::store(std::size_t cluster)
{
    auto *const c = m_impl->at(cluster);
    return c ? c->store : m_impl->nothing;
}

Truth Simulator::truth(std::size_t cluster) const
{
    const auto *const c = m_impl->at(cluster);
    return c ? c->world.truth() : Truth{};
}

void Simulator::pause(bool paused)
{
    const std::lock_guard hold(m_impl->stepping); // a step under way ends before the call returns
    const std::lock_guard lock(m_impl->mutex);
    m_impl->paused = paused;
}

void Simulator::restartServer(std::size_t cluster, bool keepHistory)
{
    auto *const c = m_impl->at(cluster);
    if (!c || !c->server) {
        return;
    }
    const std::lock_guard lock(c->restarting);
    const auto done = c->server->restart([&] {
        if (!keepHistory) {
            c->store.compact();
        }
    });
    static_cast<void>(done); // the port was ours a moment ago
}

bool Simulator::scale(std::size_t cluster, const std::string &ns, const std::string &deployment, int replicas)
{
    auto *const c = m_impl->at(cluster);
    return c && c->world.scale(ns, deployment, replicas);
}

bool Simulator::rollOut(std::size_t cluster, const std::string &ns, const std::string &deployment)
{
    auto *const c = m_impl->at(cluster);
    return c && c->world.rollOut(ns, deployment);
}

bool Simulator::failNode(std::size_t cluster, const std::string &node)
{
    auto *const c = m_impl->at(cluster);
    return c && c->world.failNode(node);
}

bool Simulator::deleteNode(std::size_t cluster, const std::string &node)
{
    auto *const c = m_impl->at(cluster);
    return c && c->world.deleteNode(node);
}

void Simulator::step(int steps)
{
    const std::lock_guard hold(m_impl->stepping);
    if (m_impl->target != kNoTime && steps > 0) {
        m_impl->moveTo(m_impl->target + std::chrono::seconds(steps));
    }
}

std::vector<HistorySample> Simulator::history(std::size_t cluster) const
{
    const auto *const c = m_impl->at(cluster);
    return c ? c->history : std::vector<HistorySample>{};
}

std::uint64_t Simulator::requests(std::size_t cluster) const
{
    const auto *const c = m_impl->at(cluster);
    return c && c->server ? c->server->requests() : 0;
}

std::vector<std::string> Simulator::requestLog(std::size_t cluster) const
{
    const auto *const c = m_impl->at(cluster);
    return c && c->server ? c->server->requestLog() : std::vector<std::string>{};
}

std::vector<Simulator::HeliosEndpoint> Simulator::heliosEndpoints() const
{
    std::vector<HeliosEndpoint> out;
    for (const auto &cluster : m_impl->helios) {
        auto &one = out.emplace_back(HeliosEndpoint{cluster->world.options().name, {}});
        for (const auto &master : cluster->masters) {
            one.urls.push_back("http://127.0.0.1:" + std::to_string(master->port()));
        }
    }
    return out;
}

HeliosFaults &Simulator::heliosFaults(std::size_t cluster)
{
    auto *const c = m_impl->heliosAt(cluster);
    return c ? c->faults : m_impl->heliosNowhere;
}

HeliosWorld *Simulator::heliosWorld(std::size_t cluster)
{
    auto *const c = m_impl->heliosAt(cluster);
    return c ? &c->world : nullptr;
}

HeliosTruth Simulator::heliosTruth(std::size_t cluster) const
{
    const auto *const c = m_impl->heliosAt(cluster);
    return c ? c->world.truth() : HeliosTruth{};
}

void Simulator::killMaster(std::size_t cluster, std::size_t master)
{
    auto *const c = m_impl->heliosAt(cluster);
    if (c && master < c->masters.size()) {
        c->masters[master]->setDown(true);
    }
}

void Simulator::reviveMaster(std::size_t cluster, std::size_t master)
{
    auto *const c = m_impl->heliosAt(cluster);
    if (c && master < c->masters.size()) {
        c->masters[master]->setDown(false);
    }
}

std::uint64_t Simulator::heliosWritesRefused(std::size_t cluster) const
{
    const auto *const c = m_impl->heliosAt(cluster);
    return c ? c->log.writesRefused() : 0;
}

std::uint64_t Simulator::heliosRequests(std::size_t cluster) const
{
    const auto *const c = m_impl->heliosAt(cluster);
    return c ? c->log.requests() : 0;
}

std::vector<std::string> Simulator::heliosRequestLog(std::size_t cluster) const
{
    const auto *const c = m_impl->heliosAt(cluster);
    return c ? c->log.lines() : std::vector<std::string>{};
}

std::vector<MigrationTruth> Simulator::migrationTruth() const
{
    return m_impl->migration ? m_impl->migration->truth() : std::vector<MigrationTruth>{};
}

MigrationMatching Simulator::migrationMatching() const
{
    return m_impl->migration ? m_impl->migration->matching() : MigrationMatching{};
}

std::vector<MigrationSample> Simulator::migrationHistory() const
{
    return m_impl->migration ? m_impl->migration->history() : std::vector<MigrationSample>{};
}

std::vector<MigrationPast> Simulator::migrationPast() const
{
    return m_impl->migration ? m_impl->migration->past() : std::vector<MigrationPast>{};
}

void Simulator::startMigration(bool running)
{
    if (m_impl->migration) {
        m_impl->migration->setRunning(running);
    }
}

Options demoOptions()
{
    Options out;
    const auto cluster = [&](const char *name, const char *region, int nodes, int pods, int namespaces) {
        ClusterOptions one;
        one.name = name;
        one.region = region;
        one.nodes = nodes;
        one.pods = pods;
        one.namespaces = namespaces;
        out.clusters.push_back(std::move(one));
    };
    cluster("gke-eu", "europe-west1", 248, 3351, 34);
    cluster("gke-us", "us-central1", 212, 2777, 30);
    cluster("gke-asia", "asia-southeast1", 140, 791, 18);
    HeliosOptions helios;
    helios.name = "helios-lon";
    helios.domain = "lon.helios.example.net";
    helios.hosts = 140;
    helios.tasks = 800;
    helios.masters = 2;
    out.helios.push_back(std::move(helios));
    out.migration = MigrationOptions();
    return out;
}

} // namespace sextant::simulator
