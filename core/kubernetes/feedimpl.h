// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kubernetes/discovery.h"
#include "core/kubernetes/kubernetesfeed.h"
#include "core/kubernetes/metricspoller.h"
#include "core/kubernetes/objectreader.h"
#include "core/kubernetes/podsketcher.h"
#include "core/kubernetes/reflector.h"

#include <algorithm>
#include <array>
#include <deque>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

/// The feed behind makeKubernetesFeed: its loop (kubernetesfeed.cpp), how it gets to know the server (feedcontact.cpp)
/// and how it first reads the pods of a big one (feedfirst.cpp). Of use to those alone.
namespace sextant::kubernetes {

inline constexpr int kWatchedKinds = static_cast<int>(ResourceKind::ReplicationControllers) + 1;
/// What is shown first is listed first.
inline constexpr std::array kKindOrder{ResourceKind::Nodes, ResourceKind::Namespaces, ResourceKind::Pods,
    ResourceKind::Deployments, ResourceKind::ReplicaSets, ResourceKind::StatefulSets, ResourceKind::DaemonSets,
    ResourceKind::Jobs, ResourceKind::CronJobs, ResourceKind::ReplicationControllers};

class FeedImpl final : public Feed, public ReflectorHost {
public:
    FeedImpl(Connection connection, FeedOptions options, net::Client &client, std::shared_ptr<ClusterStore> store)
        : m_connection(std::move(connection))
        , m_options(std::move(options))
        , m_client(client)
        , m_store(std::move(store))
        , m_random(m_options.seed != 0 ? m_options.seed : std::random_device{}())
        , m_backoff(m_random())
    {
        for (const std::string &ns : m_connection.namespaces) {
            addNamespace(ns);
        }
        addNamespace(m_connection.ns.empty() ? "default" : m_connection.ns);
    }

    ~FeedImpl() override
    {
        m_inbox.close();
        if (m_thread.joinable()) {
            m_thread.join();
        }
    }

    void start() override
    {
        if (!m_thread.joinable()) {
            m_thread = std::thread([this] { run(); });
        }
    }

    void retry() override
    {
        m_inbox.post([this] { retryNow(); });
    }

    void cancelLogin() override
    {
        m_inbox.post([this] { m_session->cancelLogin(); });
    }

    void readObject(ObjectRef object, std::function<void(Result<std::string>)> done) override
    {
        m_inbox.post([this, object = std::move(object), done = std::move(done)]() mutable {
            m_reader->readObject(m_served, object, std::move(done));
        });
    }

    void readEvents(ObjectRef object, std::function<void(Result<std::vector<EventRow>>)> done) override
    {
        m_inbox.post([this, object = std::move(object), done = std::move(done)]() mutable {
            m_reader->readEvents(object, std::move(done));
        });
    }

private:
    /// The reflectors of one kind: of the whole cluster, and where that is refused one for each namespace.
    struct Kind {
        std::unique_ptr<Reflector> wide;
        std::vector<std::unique_ptr<Reflector>> narrow;
        bool absent = false; ///< not served
    };

    // The loop.
    using Clock = std::chrono::steady_clock;
    using Millis = std::chrono::milliseconds;
    static constexpr std::chrono::seconds kHeardEvery{5}; ///< how old the published sign of life may get

    void run();
    void publishIfDue(bool force = false);
    void mergeStatus();
    ResourceStatus merged(ResourceKind kind, const Kind &of) const;
    void updateConnection();
    void noteSync(ResourceKind kind, Sync before) const;

    // Getting to know the server.
    void probe();
    void probed(Answer &&answer);
    void probeFailed(const Error &error, std::optional<Millis> asked);
    void identified(const std::string &uid);
    void askVersion();
    void discover();
    void discovered(Result<Served> served);
    void release();
    void retryNow();
    void fallSilent();
    void addNamespace(const std::string &ns);
    template <class Each> void each(Each use)
    {
        for (Kind &kind : m_kinds) {
            if (kind.wide) {
                use(*kind.wide);
            }
            for (const auto &one : kind.narrow) {
                use(*one);
            }
        }
    }

    // The first reading of the pods.
    bool mayList(const Reflector &reflector); ///< false: nodes are awaited a moment, or others have their turn
    bool haveTurn();
    void endTurn();
    bool fewPods() const;
    bool mayBegin(Reflector &reflector);
    void listBehindTable();
    void countPods(const Reflector &reflector);
    void dropSketch();

    Kind &kindOf(ResourceKind kind) { return m_kinds[static_cast<std::size_t>(kind)]; }
    void grantSlots();

    // For reflectors.
    Session &session() override { return *m_session; }
    Timers &timers() override { return m_timers; }
    ClusterStore &store() override { return *m_store; }
    const FeedOptions &options() const override { return m_options; }
    std::uint64_t random(std::uint64_t below) override { return below == 0 ? 0 : m_random() % below; }
    void wrote(std::uint64_t changes) override
    {
        m_dirty = true;
        m_changes += changes;
    }
    void heard() override
    {
        m_heard = wallNow();
        m_dirty = m_dirty || m_heard - m_store->status().heard >= kHeardEvery;
    }
    void answered() override
    {
        m_failure.reset();
        m_everAnswered = true;
        m_dirty = true;
    }
    void failed(const Error &error) override
    {
        m_failure = error;
        m_outage = true;
        m_dirty = true;
    }
    void suspect() override { m_suspect = true; }
    void gate(Reflector &reflector) override;
    void requestSlot(Reflector &reflector) override;
    void releaseSlot(Reflector &reflector) override;
    void accessChanged(Reflector &reflector) override;

    const Connection m_connection;
    const FeedOptions m_options;
    net::Client &m_client;
    std::shared_ptr<ClusterStore> m_store;
    std::mt19937_64 m_random;
    net::Backoff m_backoff;
    std::vector<std::string> m_namespaces; ///< tried one by one where the whole cluster is refused
    net::Inbox m_inbox;

    // Of the feed's thread alone.
    Timers m_timers;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<Discovery> m_discovery;
    std::unique_ptr<ObjectReader> m_reader;
    std::unique_ptr<MetricsPoller> m_metrics;
    std::array<Kind, kWatchedKinds> m_kinds;
    std::unique_ptr<PodSketcher> m_sketcher; ///< null: no first picture is wanted, or the pods are there
    Session::Key m_count = 0;
    Reflector *m_behindTable = nullptr; ///< has its slot, and waits for the Table to begin
    Timers::Id m_headStart = Timers::Id::None;
    Timers::Id m_look = Timers::Id::None;
    int m_looked = 0; ///< at the nodes that come
    Timers::Id m_patience = Timers::Id::None;
    bool m_pastPatience = false;
    ListTurns::Ticket m_turn = 0;
    std::uint64_t m_turnsAsked = 0;
    bool m_myTurn = false;
    Timers::Id m_turnEnds = Timers::Id::None;
    Served m_served = assumedServed();
    bool m_known = false; ///< discovery has ended well
    bool m_suspect = true; ///< the server is to be asked who it is before anybody goes on
    bool m_silent = false;
    Session::Key m_probe = 0;
    Session::Key m_version = 0;
    Timers::Id m_probeTimer = Timers::Id::None;
    Timers::Id m_rediscover = Timers::Id::None;
    std::optional<Time> m_nextProbe;
    int m_probeFailures = 0;
    int m_unconfirmed = 0; ///< probes in a row that did not tell the uid we knew
    bool m_everIdentified = false;
    bool m_outage = false; ///< something failed since the server was last known to be the same
    std::set<Reflector *> m_gated;
    std::deque<Reflector *> m_slotQueue;
    std::set<Reflector *> m_listing;
    std::optional<Error> m_failure;
    bool m_everAnswered = false;
    bool m_dirty = true;
    Clock::time_point m_published{};
    std::uint64_t m_changes = 0;
    Time m_heard = kNoTime;
    std::thread m_thread;
};

} // namespace sextant::kubernetes
