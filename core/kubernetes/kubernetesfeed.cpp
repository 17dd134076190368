// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kubernetes/kubernetesfeed.h"

#include "core/base/format.h"
#include "core/kubernetes/discovery.h"
#include "core/kubernetes/metricspoller.h"
#include "core/kubernetes/objectreader.h"
#include "core/kubernetes/reflector.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <random>
#include <set>
#include <spdlog/spdlog.h>
#include <thread>

namespace sextant::kubernetes {
namespace {

using Clock = std::chrono::steady_clock;
using Millis = std::chrono::milliseconds;

constexpr int kListsAtOnce = 2;
constexpr int kUnconfirmedTries = 15;
constexpr std::chrono::seconds kHeardEvery{5}; ///< how old the published sign of life may get
constexpr int kWatchedKinds = static_cast<int>(ResourceKind::ReplicationControllers) + 1;
/// What is shown first is listed first.
constexpr std::array kOrder{ResourceKind::Nodes, ResourceKind::Namespaces, ResourceKind::Pods,
    ResourceKind::Deployments, ResourceKind::ReplicaSets, ResourceKind::StatefulSets, ResourceKind::DaemonSets,
    ResourceKind::Jobs, ResourceKind::CronJobs, ResourceKind::ReplicationControllers};

class FeedImpl final : public KubernetesFeed, public ReflectorHost {
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
    void run();
    void publishIfDue(bool force = false);
    void mergeStatus();
    ResourceStatus merged(ResourceKind kind, const Kind &of) const;
    void updateConnection();

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

void FeedImpl::addNamespace(const std::string &ns)
{
    if (!ns.empty() && std::find(m_namespaces.begin(), m_namespaces.end(), ns) == m_namespaces.end()) {
        m_namespaces.push_back(ns);
    }
}

void FeedImpl::run()
{
    m_session = std::make_unique<Session>(m_connection, m_client, m_inbox);
    m_discovery = std::make_unique<Discovery>(*m_session);
    m_reader = std::make_unique<ObjectReader>(*m_session, *m_store);
    m_metrics = std::make_unique<MetricsPoller>(*this, m_namespaces);
    ClusterStatus &status = m_store->status();
    status.name = m_connection.name;
    status.context = m_connection.context;
    status.server = m_connection.server;
    status.demo = m_connection.demo;
    status.insecure = m_connection.tls.insecure;
    probe();
    askVersion();
    discover();
    publishIfDue(true);
    while (!m_inbox.closed()) {
        auto until = m_timers.next();
        if (m_dirty) {
            until = std::min(until, m_published + m_options.publishEvery);
        }
        net::Event event;
        if (m_inbox.wait(until, event)) {
            m_session->dispatch(event);
        }
        m_inbox.runPosted();
        m_timers.run();
        publishIfDue();
    }
    m_reader->cancel();
    m_inbox.runPosted(); // what was asked at the last moment is refused like the rest
    m_reader->cancel();
    m_metrics.reset();
    for (Kind &kind : m_kinds) {
        kind.narrow.clear();
        kind.wide.reset();
    }
    m_discovery.reset();
    m_session->cancelAll();
    m_session.reset();
}

void FeedImpl::publishIfDue(bool force)
{
    if (!force && (!m_dirty || Clock::now() - m_published < m_options.publishEvery)) {
        return;
    }
    m_dirty = false;
    mergeStatus();
    m_store->publish();
    m_published = Clock::now();
}

ResourceStatus FeedImpl::merged(ResourceKind kind, const Kind &of) const
{
    ResourceStatus out;
    if (of.absent) {
        out.sync = Sync::Absent;
        return out;
    }
    if (!of.wide) {
        if (m_failure) {
            out.sync = Sync::Failed;
            out.error = m_failure;
            out.nextTry = m_nextProbe;
        }
        return out;
    }
    out = of.wide->status();
    if (of.narrow.empty()) {
        if (out.sync == Sync::Live) {
            out.read = m_store->count(kind);
        }
        return out;
    }
    // The best of the namespaces is what there is; which those are is said.
    const ResourceStatus wide = out;
    out = ResourceStatus{.sync = Sync::Forbidden,
        .since = wide.since,
        .error = wide.error,
        .lists = wide.lists,
        .watches = wide.watches};
    out.nextTry = wide.nextTry;
    const auto rank = [](Sync sync) {
        switch (sync) {
        case Sync::Waiting:
        case Sync::Loading:
            return 5;
        case Sync::Stale:
            return 4;
        case Sync::Live:
            return 3;
        case Sync::Failed:
            return 2;
        case Sync::Forbidden:
            return 1;
        case Sync::Absent:
            return 0;
        }
        return 0;
    };
    for (const auto &one : of.narrow) {
        const ResourceStatus &part = one->status();
        if (rank(part.sync) > rank(out.sync)) {
            out.sync = part.sync;
            out.since = part.since;
            out.error = part.error;
            out.nextTry = part.nextTry;
        }
        if (part.sync != Sync::Forbidden && part.sync != Sync::Absent) {
            out.namespaces.push_back(one->ns());
            out.read += part.read;
            out.expected = out.expected.value_or(0) + part.expected.value_or(part.read);
        }
        out.bytes += part.bytes;
        out.lists += part.lists;
        out.watches += part.watches;
        out.heard = std::max(out.heard, part.heard);
    }
    if (out.sync == Sync::Live || out.sync == Sync::Stale) {
        out.read = m_store->count(kind);
    }
    return out;
}

void FeedImpl::mergeStatus()
{
    ClusterStatus &status = m_store->status();
    bool narrow = false;
    for (int i = 0; i < kWatchedKinds; ++i) {
        const auto kind = static_cast<ResourceKind>(i);
        status.of(kind) = merged(kind, m_kinds[static_cast<std::size_t>(i)]);
        narrow = narrow || !status.of(kind).namespaces.empty();
    }
    status.of(ResourceKind::NodeMetrics) = m_metrics->nodes();
    status.of(ResourceKind::PodMetrics) = m_metrics->pods();
    status.namespaces = narrow ? m_namespaces : std::vector<std::string>();
    status.requests = m_session->requests();
    status.bytes = m_session->bytes();
    status.changes = m_changes;
    status.heard = m_heard;
    if (const auto skew = m_session->skew()) {
        status.skew = *skew;
    }
    updateConnection();
}

void FeedImpl::updateConnection()
{
    ClusterStatus &status = m_store->status();
    bool open = false;
    each([&](const Reflector &reflector) { open = open || reflector.open(); });
    if (open || (m_everAnswered && !m_failure)) {
        status.connection = sextant::Connection::Live;
        status.error.reset();
    } else if (m_failure) {
        status.connection = m_everAnswered ? sextant::Connection::Stale : sextant::Connection::Failed;
        status.error = m_failure;
    }
}

/// Asks for kube-system: whether the server answers, and whether it is the cluster we know.
void FeedImpl::probe()
{
    if (m_probe != 0 || m_silent) {
        return;
    }
    m_timers.cancel(m_probeTimer);
    m_nextProbe.reset();
    m_probe = m_session->start({.path = "/api/v1/namespaces/kube-system"}, {.done = [this](Answer &&answer) {
        m_probe = 0;
        probed(std::move(answer));
    }});
}

void FeedImpl::probed(Answer &&answer)
{
    if (answer.error) {
        Error error = *answer.error;
        if (error.code != ErrorCode::Credential) {
            error.subject = m_connection.server; // it is the server that is away, not the one object
        }
        probeFailed(error, error.retryAfter);
        return;
    }
    m_heard = wallNow();
    m_store->status().latency = answer.elapsed;
    if (answer.status == 401 || answer.status == 429 || answer.status >= 500) {
        const ApiStatus said = decodeStatus(answer.status, answer.contentType, answer.body);
        Error error{.code = answer.status == 401 ? ErrorCode::Unauthorized
                : answer.status == 429           ? ErrorCode::TooManyRequests
                                                 : ErrorCode::Server,
            .message = "the server answered " + std::to_string(answer.status) + ": " + sanitized(said.message),
            .httpStatus = answer.status,
            .retryAfter = answer.retryAfter};
        if (answer.status == 401) {
            error.message = "the server does not accept our credentials (401: " + sanitized(said.message) + ")";
            error.remedy = "Log in again";
        }
        // A server that starts or is busy is given a moment before it counts as failed.
        if (answer.status != 401 && ++m_probeFailures < 3 && !m_everAnswered) {
            m_probeTimer = m_timers.in(Millis(static_cast<int>(1000 * m_options.backoffScale)), [this] { probe(); });
            return;
        }
        probeFailed(error, answer.retryAfter);
        return;
    }
    m_probeFailures = 0;
    const bool again = m_everAnswered;
    const std::string uid = answer.ok() ? uidOf(answer.body) : std::string();
    if (uid.empty() && !m_store->status().uid.empty() && ++m_unconfirmed <= kUnconfirmedTries) {
        // A server that has just begun knows neither its kube-system nor our rights yet. Whether it is the cluster we
        // know must be known before a watch goes on: in another one our version may lie in the future, silently.
        failed({.code = ErrorCode::Server,
            .message = "the server is starting: it does not say yet which cluster it is",
            .subject = m_connection.server,
            .httpStatus = answer.status});
        m_probeTimer = m_timers.in(Millis(static_cast<int>(1000 * m_options.backoffScale)), [this] { probe(); });
        return;
    }
    m_unconfirmed = 0;
    answered();
    if (!uid.empty()) {
        identified(uid);
    } else if (answer.status == 404 && !m_everIdentified) {
        m_probeTimer = m_timers.in(Millis(static_cast<int>(5000 * m_options.backoffScale)), [this] { probe(); });
    }
    if (m_silent) {
        return;
    }
    if (uid.empty() && m_outage && again) {
        each([](Reflector &reflector) { reflector.doubt(); });
    }
    m_outage = false;
    m_suspect = false;
    if (again && m_version == 0) {
        askVersion(); // it may have been upgraded meanwhile
    }
    if (!m_known) {
        if (!m_discovery->running()) {
            discover();
        }
        return;
    }
    release();
}

void FeedImpl::probeFailed(const Error &error, std::optional<Millis> asked)
{
    failed(error);
    const auto scaled = [this](Millis wait) {
        return Millis(static_cast<std::int64_t>(static_cast<double>(wait.count()) * m_options.backoffScale));
    };
    Millis wait = scaled(m_backoff.next(Clock::now()));
    if (asked) {
        wait = std::max(wait, scaled(*asked));
    }
    if (error.code == ErrorCode::Credential || error.code == ErrorCode::Unauthorized || error.code == ErrorCode::Tls) {
        // Nothing of this mends itself in a second, and each try may open a login.
        wait = std::max(wait, m_options.refusedRetry);
    }
    m_nextProbe = wallNow() + std::chrono::ceil<std::chrono::seconds>(wait);
    m_probeTimer = m_timers.in(wait, [this] { probe(); });
    m_metrics->pause(true);
    for (Reflector *reflector : std::set<Reflector *>(m_gated)) {
        reflector->disconnected(error, m_nextProbe);
    }
    wrote(0);
}

void FeedImpl::identified(const std::string &uid)
{
    ClusterStatus &status = m_store->status();
    if (uid.empty() || uid == status.uid) {
        return;
    }
    const bool other = !status.uid.empty();
    m_everIdentified = true;
    status.uid = uid;
    wrote(0);
    if (m_options.claim && !m_options.claim(uid)) {
        fallSilent();
        return;
    }
    if (!other) {
        return;
    }
    spdlog::warn("{}: another cluster answers under the same address; reading it anew", sanitized(m_connection.name));
    for (const ResourceKind kind : kOrder) {
        m_store->clear(kind);
    }
    m_store->clearUsage(ResourceKind::NodeMetrics);
    m_store->clearUsage(ResourceKind::PodMetrics);
    each([](Reflector &reflector) { reflector.restart(); });
    m_known = false; // what it serves may differ, too
    discover();
}

void FeedImpl::fallSilent()
{
    m_silent = true;
    m_gated.clear();
    m_metrics.reset();
    for (Kind &kind : m_kinds) {
        kind = {};
    }
    m_metrics = std::make_unique<MetricsPoller>(*this, m_namespaces);
    m_timers.cancel(m_probeTimer);
    m_timers.cancel(m_rediscover);
    m_discovery->cancel();
    m_session->cancelAll();
}

void FeedImpl::askVersion()
{
    m_version = m_session->start({.path = "/version"}, {.done = [this](Answer &&answer) {
        m_version = 0;
        if (answer.ok()) {
            m_store->status().version = gitVersionOf(answer.body);
            m_store->status().latency = answer.elapsed;
            wrote(0);
        }
    }});
}

void FeedImpl::discover()
{
    m_timers.cancel(m_rediscover);
    if (!m_silent) {
        m_discovery->run([this](Result<Served> served) { discovered(std::move(served)); });
    }
}

void FeedImpl::discovered(Result<Served> served)
{
    if (!served) {
        // The probe tells of servers that cannot be reached; it comes back here when they can.
        if (!m_suspect) {
            m_suspect = true;
            if (m_probe == 0) {
                probeFailed(served.error(), served.error().retryAfter);
            }
        }
        return;
    }
    m_served = std::move(*served);
    m_known = true;
    bool absent = false;
    Millis wait(random(50));
    for (const ResourceKind kind : kOrder) {
        Kind &of = m_kinds[static_cast<std::size_t>(kind)];
        const auto &endpoint = m_served.of(kind);
        of.absent = !endpoint;
        absent = absent || of.absent;
        if (!endpoint) {
            if (of.wide) {
                m_gated.erase(of.wide.get());
                of.narrow.clear();
                of.wide.reset();
                m_store->clear(kind);
            }
        } else if (!of.wide || of.wide->endpoint() != *endpoint) {
            of.narrow.clear();
            of.wide = std::make_unique<Reflector>(*this, kind, *endpoint, std::string());
            of.wide->start(wait);
            wait += Millis(random(10));
        }
    }
    m_metrics->setServed(m_served.of(ResourceKind::NodeMetrics), m_served.of(ResourceKind::PodMetrics));
    absent = absent || !m_served.of(ResourceKind::NodeMetrics);
    if (absent) { // groups come and go
        m_rediscover = m_timers.in(2 * m_options.refusedRetry, [this] { discover(); });
    }
    wrote(0);
    if (!m_suspect) {
        release();
    }
}

void FeedImpl::release()
{
    m_metrics->pause(false);
    std::set<Reflector *> gated;
    gated.swap(m_gated);
    for (const ResourceKind kind : kOrder) { // in the order in which they matter
        const auto go = [&](const std::unique_ptr<Reflector> &one) {
            if (one && gated.count(one.get()) > 0) {
                one->released();
            }
        };
        Kind &of = m_kinds[static_cast<std::size_t>(kind)];
        go(of.wide);
        for (std::size_t i = 0; i < of.narrow.size(); ++i) {
            go(of.narrow[i]);
        }
    }
}

void FeedImpl::retryNow()
{
    if (m_silent) {
        return;
    }
    m_backoff.reset();
    m_suspect = true;
    probe();
    if (m_known && !m_discovery->running()) {
        discover();
    }
    each([](Reflector &reflector) { reflector.retry(); });
    m_metrics->retry();
}

void FeedImpl::gate(Reflector &reflector)
{
    if (!m_suspect && m_known) {
        reflector.released();
        return;
    }
    m_gated.insert(&reflector);
    if (m_suspect && m_probe == 0 && m_probeTimer == Timers::Id::None) {
        probe();
    } else if (m_nextProbe && m_failure) {
        reflector.disconnected(*m_failure, m_nextProbe);
    }
}

void FeedImpl::requestSlot(Reflector &reflector)
{
    if (m_listing.count(&reflector) > 0
        || std::find(m_slotQueue.begin(), m_slotQueue.end(), &reflector) != m_slotQueue.end()) {
        return;
    }
    m_slotQueue.push_back(&reflector);
    while (m_listing.size() < kListsAtOnce && !m_slotQueue.empty()) {
        Reflector *next = m_slotQueue.front();
        m_slotQueue.pop_front();
        m_listing.insert(next);
        next->slotGranted();
    }
}

void FeedImpl::releaseSlot(Reflector &reflector)
{
    m_gated.erase(&reflector);
    std::erase(m_slotQueue, &reflector);
    if (m_listing.erase(&reflector) > 0 && !m_slotQueue.empty()) {
        // From the loop: whoever releases is in the middle of something.
        m_inbox.post([this] {
            while (m_listing.size() < kListsAtOnce && !m_slotQueue.empty()) {
                Reflector *next = m_slotQueue.front();
                m_slotQueue.pop_front();
                m_listing.insert(next);
                next->slotGranted();
            }
        });
    }
}

void FeedImpl::accessChanged(Reflector &reflector)
{
    if (!reflector.ns().empty()) {
        return;
    }
    const ResourceKind kind = reflector.kind();
    Kind &of = m_kinds[static_cast<std::size_t>(kind)];
    if (reflector.complete()) {
        of.narrow.clear();
        return;
    }
    const auto &endpoint = m_served.of(kind);
    if (!of.narrow.empty() || !endpoint || !endpoint->namespaced) {
        return;
    }
    for (const std::string &ns : m_namespaces) {
        of.narrow.push_back(std::make_unique<Reflector>(*this, kind, *endpoint, ns));
        of.narrow.back()->start(Millis(random(50)));
    }
}

} // namespace

std::unique_ptr<KubernetesFeed> makeKubernetesFeed(
    Connection connection, FeedOptions options, net::Client &client, std::shared_ptr<ClusterStore> store)
{
    return std::make_unique<FeedImpl>(std::move(connection), std::move(options), client, std::move(store));
}

} // namespace sextant::kubernetes
