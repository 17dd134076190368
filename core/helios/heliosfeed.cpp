// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/helios/heliosfeed.h"

#include "core/base/format.h"
#include "core/base/thread.h"
#include "core/helios/feedimpl.h"
#include "core/helios/findmasters.h"

#include <algorithm>
#include <spdlog/spdlog.h>
#include <utility>

namespace sextant::helios {

namespace {

using Millis = std::chrono::milliseconds;

/// A round takes at most half of the time: the other half belongs to whoever else asks the master.
constexpr int kRest = 2;
/// A small question that takes longer than this says that the master is busy; pauses are stretched by as much.
constexpr Millis kSmallQuestion{500};
constexpr int kLongestStretch = 6;
constexpr Millis kLongestPace = std::chrono::minutes(5);

constexpr std::array kKinds{
    ResourceKind::Nodes, ResourceKind::Pods, ResourceKind::Jobs, ResourceKind::DeploymentGroups};

} // namespace

FeedImpl::FeedImpl(Masters masters, FeedOptions options, net::Client &client, std::shared_ptr<ClusterStore> store)
    : m_masters(std::move(masters))
    , m_options(std::move(options))
    , m_client(client)
    , m_store(std::move(store))
    , m_random(m_options.seed != 0 ? m_options.seed : std::random_device{}())
    , m_backoff(m_random())
    , m_urls(m_masters.urls)
{
    m_memory.chunk = std::max(1, m_options.chunkFirst);
}

FeedImpl::~FeedImpl()
{
    m_inbox.close();
    if (m_thread.joinable()) {
        m_thread.join();
    }
}

void FeedImpl::start()
{
    if (!m_thread.joinable()) {
        m_thread = std::thread([this] { run(); });
    }
}

void FeedImpl::retry()
{
    m_inbox.post([this] { retryNow(); });
}

void FeedImpl::readObject(ObjectRef object, std::function<void(Result<std::string>)> done)
{
    m_inbox.post([this, object = std::move(object), done = std::move(done)]() mutable {
        m_reader->readObject(server(), object, std::move(done));
    });
}

void FeedImpl::readEvents(ObjectRef object, std::function<void(Result<std::vector<EventRow>>)> done)
{
    m_inbox.post([this, object = std::move(object), done = std::move(done)]() mutable {
        m_reader->readEvents(server(), object, std::move(done));
    });
}

void FeedImpl::run()
{
    nameThread("feed");
    m_session = std::make_unique<Session>(m_masters, m_options.readTimeout, m_client, m_inbox);
    m_picture = std::make_unique<Picture>(*m_store, RowOptions{m_options.poolLabels, m_options.teamLabels});
    m_reader = std::make_unique<Reader>(*m_session);
    ClusterStatus &status = m_store->status();
    status.orchestrator = Orchestrator::Helios;
    status.name = m_masters.name;
    status.server = m_urls.empty() ? "domain://" + m_masters.domain : m_urls.front();
    status.masters = m_urls;
    status.demo = m_masters.demo;
    status.insecure = m_masters.tls.insecure;
    status.pace = m_options.every;
    begin();
    listen();
    publishIfDue(true);
    while (!m_inbox.closed()) {
        auto until = m_timers.next();
        if (m_dirty) {
            until = std::min(until, m_published + m_options.publishEvery);
        }
        net::Event event;
        if (m_inbox.wait(until, event)) {
            if (!std::holds_alternative<net::Done>(event.what)) {
                m_lastSign = Clock::now();
            }
            m_session->dispatch(event);
        }
        m_inbox.runPosted();
        m_timers.run();
        publishIfDue();
    }
    m_lookup = {};
    m_reader->cancel();
    m_inbox.runPosted(); // what was asked at the last moment is refused like the rest
    m_reader->cancel();
    m_round.reset();
    m_reader.reset();
    m_session.reset();
}

std::string FeedImpl::server() const { return m_urls.empty() ? std::string() : m_urls[m_at % m_urls.size()]; }

Millis FeedImpl::scaled(Millis wait) const
{
    return Millis(static_cast<std::int64_t>(static_cast<double>(wait.count()) * m_options.backoffScale));
}

void FeedImpl::schedule(Millis wait)
{
    m_timers.cancel(m_next);
    m_next = m_timers.in(wait, [this] {
        m_next = Timers::Id::None;
        begin();
    });
}

void FeedImpl::begin()
{
    if (m_round || m_lookingUp) {
        return;
    }
    if (m_urls.empty() || m_lookAgain) {
        lookUp();
        return;
    }
    if (!passOver()) {
        m_triedInVain = 0; // the user wants it now
    }
    m_roundBegan = Clock::now();
    m_lastSign = m_roundBegan;
    m_silent = false;
    m_smallest = Millis::max();
    m_store->status().server = server();
    m_round = std::make_unique<Round>(
        *m_session, *m_picture, *m_store, m_options, server(), m_memory,
        [this](const Answer &answer) { heard(answer); },
        [this, number = ++m_rounds](std::optional<Error> failure) {
            // From the loop: the round is in the middle of something.
            m_inbox.post([this, number, failure = std::move(failure)]() mutable {
                if (number == m_rounds) { // none has been begun in its place meanwhile
                    roundEnded(std::move(failure));
                }
            });
        });
    m_round->start();
    m_dirty = true;
}

void FeedImpl::nextMaster()
{
    ++m_triedInVain;
    if (!m_urls.empty()) {
        m_at = (m_at + 1) % m_urls.size();
        m_memory.bulk = true;
    }
}

bool FeedImpl::passOver()
{
    const auto rests = [this] {
        const auto at = m_resting.find(server());
        return at != m_resting.end() && Clock::now() < at->second;
    };
    while (m_triedInVain < m_urls.size() && rests()) {
        nextMaster();
    }
    return m_triedInVain < m_urls.size();
}

Millis FeedImpl::restOfAll(Clock::time_point now) const
{
    auto until = m_urls.empty() ? now : Clock::time_point::max();
    for (const std::string &url : m_urls) {
        const auto at = m_resting.find(url);
        until = std::min(until, at == m_resting.end() ? now : at->second);
    }
    return std::chrono::ceil<Millis>(std::max(until - now, Clock::duration(0)));
}

void FeedImpl::lookUp()
{
    m_lookingUp = true;
    net::SrvOptions options;
    options.servers = m_options.dnsServers;
    options.timeout = std::min<Millis>(options.timeout, m_options.readTimeout);
    m_lookup = std::jthread([this, options, domain = m_masters.domain](std::stop_token stop) {
        Result<std::vector<std::string>> urls = findMasters(domain, options, std::move(stop));
        m_inbox.post([this, urls = std::move(urls)]() mutable { found(std::move(urls)); });
    });
}

void FeedImpl::found(Result<std::vector<std::string>> urls)
{
    m_lookingUp = false;
    if (!urls && urls.error().code == ErrorCode::Cancelled) {
        return;
    }
    if (!urls && m_urls.empty()) {
        failed(urls.error());
        return;
    }
    m_lookAgain = false;
    if (!urls) {
        begin(); // those that were there before may be there still
        return;
    }
    m_urls = std::move(*urls);
    m_at = 0;
    m_triedInVain = 0;
    m_memory.bulk = true;
    m_store->status().masters = m_urls;
    begin();
}

void FeedImpl::heard(const Answer &answer)
{
    ClusterStatus &status = m_store->status();
    status.heard = wallNow();
    if (!answer.version.empty()) {
        status.version = sanitized(answer.version);
    }
    if (answer.date) {
        status.skew = *answer.date - status.heard;
    }
    if (answer.elapsed < m_smallest) {
        m_smallest = answer.elapsed;
        status.latency = answer.elapsed;
    }
    if (!m_everAnswered) {
        m_everAnswered = true;
        m_failure.reset();
    }
    m_dirty = true;
}

Millis FeedImpl::paceAfter(Millis took) const
{
    Millis pace = std::max(m_options.every, took * kRest);
    if (m_smallest != Millis::max() && m_smallest > kSmallQuestion) {
        pace = pace * std::min<std::int64_t>(kLongestStretch, 1 + m_smallest / kSmallQuestion);
    }
    return std::min(pace, std::max(kLongestPace, m_options.every));
}

void FeedImpl::roundEnded(std::optional<Error> failure)
{
    m_round.reset();
    if (failure) {
        failed(*failure);
        return;
    }
    m_failure.reset();
    m_triedInVain = 0;
    m_backoff.reset();
    const auto took = std::chrono::duration_cast<Millis>(Clock::now() - m_roundBegan);
    const Millis pace = paceAfter(took);
    ClusterStatus &status = m_store->status();
    status.round = std::max(took, Millis(1));
    status.pace = pace;
    m_dirty = true;
    // A little later each time, so that several windows do not knock in step.
    const Millis jitter(static_cast<std::int64_t>(m_random() % static_cast<std::uint64_t>(pace.count() / 10 + 1)));
    schedule(std::max(Millis(0), pace - took) + jitter);
}

void FeedImpl::failed(const Error &error)
{
    // Of several masters that fail in a row, one that answered has more to say than one that is gone.
    if (m_triedInVain == 0 || !m_failure || m_failure->httpStatus == 0 || error.httpStatus != 0) {
        m_failure = error;
    }
    m_dirty = true;
    const auto now = Clock::now();
    if (error.retryAfter && !m_urls.empty()) {
        m_resting[server()] = now + scaled(*error.retryAfter);
    }
    nextMaster();
    if (passOver()) {
        begin(); // the next one, at once
        return;
    }
    m_triedInVain = 0;
    m_lookAgain = !m_masters.domain.empty(); // they may have moved
    Millis wait = scaled(m_backoff.next(now));
    if (error.code == ErrorCode::Unauthorized || error.code == ErrorCode::Forbidden || error.code == ErrorCode::Tls) {
        wait = std::max(wait, scaled(std::chrono::minutes(1))); // nothing of this mends itself in a second
    }
    if (m_memory.whole) {
        wait = std::max(wait, std::min(m_options.every, scaled(std::chrono::seconds(30))));
    }
    wait = std::max(wait, restOfAll(now));
    const Time next = wallNow() + std::chrono::ceil<std::chrono::seconds>(wait);
    m_store->status().pace = wait;
    markStale(*m_failure, next);
    schedule(wait);
}

void FeedImpl::markStale(const Error &error, std::optional<Time> next)
{
    for (const ResourceKind kind : kKinds) {
        ResourceStatus &of = m_store->status().of(kind);
        of.nextTry = next;
        const Sync sync = of.sync == Sync::Live || of.sync == Sync::Stale ? Sync::Stale
            : of.sync == Sync::Absent                                     ? Sync::Absent
                                                                          : Sync::Failed;
        if (of.sync != sync) {
            of.sync = sync;
            of.since = wallNow();
        }
        if (sync != Sync::Absent) {
            of.error = error;
        }
    }
    m_dirty = true;
}

void FeedImpl::listen()
{
    // A master that has lost its ZooKeeper says nothing for a minute: the picture is not current all that time.
    const Millis silence = m_options.readTimeout / 3;
    m_listening = m_timers.in(std::max(Millis(10), silence / 4), [this, silence] {
        if (m_round && m_memory.whole && !m_silent && Clock::now() - m_lastSign > silence) {
            m_silent = true;
            m_failure = Error{.code = ErrorCode::Timeout,
                .message = "the master has not answered for "
                    + std::to_string(std::chrono::duration_cast<std::chrono::seconds>(silence).count()) + " s",
                .subject = m_round->server()};
            markStale(*m_failure, {});
        }
        listen();
    });
}

void FeedImpl::retryNow()
{
    m_backoff.reset();
    if (m_round && Clock::now() - m_lastSign > m_options.readTimeout / 3) {
        m_round.reset(); // it hangs; the next master may not
        m_at = m_urls.empty() ? 0 : (m_at + 1) % m_urls.size();
        m_triedInVain = 0;
    }
    if (!m_round && !m_lookingUp) {
        m_timers.cancel(m_next);
        begin();
    }
}

void FeedImpl::publishIfDue(bool force)
{
    if (!force && (!m_dirty || Clock::now() - m_published < m_options.publishEvery)) {
        return;
    }
    m_dirty = false;
    ClusterStatus &status = m_store->status();
    const Traffic &traffic = m_session->traffic();
    status.requests = traffic.requests;
    status.bytes = traffic.wire;
    status.unpacked = traffic.unpacked;
    status.throttled = traffic.throttled;
    for (const ResourceKind kind : kKinds) {
        status.of(kind).traffic = m_session->traffic(kind);
    }
    status.changes = m_picture->changes();
    updateConnection();
    m_store->publish();
    m_published = Clock::now();
}

void FeedImpl::updateConnection()
{
    ClusterStatus &status = m_store->status();
    const Connection before = status.connection;
    if (m_failure) {
        // While other masters are still to be tried, nothing has failed yet that was there.
        if (m_triedInVain == 0 || m_silent) {
            status.connection = m_everAnswered ? Connection::Stale : Connection::Failed;
            status.error = m_failure;
        }
    } else if (m_everAnswered) {
        status.connection = Connection::Live;
        status.error.reset();
    }
    const std::string name = sanitized(m_masters.name);
    if (status.error && status.error->text() != m_logged) {
        m_logged = status.error->text();
        spdlog::warn("{}: {}", name, sanitized(m_logged));
    } else if (!status.error && status.connection != before) {
        m_logged.clear();
        spdlog::info("{}: {} answers", name, sanitized(status.server));
    }
}

std::unique_ptr<Feed> makeHeliosFeed(
    Masters masters, FeedOptions options, net::Client &client, std::shared_ptr<ClusterStore> store)
{
    return std::make_unique<FeedImpl>(std::move(masters), std::move(options), client, std::move(store));
}

} // namespace sextant::helios
