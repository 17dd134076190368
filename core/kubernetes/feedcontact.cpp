// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/kubernetes/feedimpl.h"

#include <spdlog/spdlog.h>

namespace sextant::kubernetes {
namespace {
constexpr int kUnconfirmedTries = 15;
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
    for (const ResourceKind kind : kKindOrder) {
        m_store->clear(kind);
    }
    m_store->clearUsage(ResourceKind::NodeMetrics);
    m_store->clearUsage(ResourceKind::PodMetrics);
    dropSketch();
    each([](Reflector &reflector) { reflector.restart(); });
    m_known = false; // what it serves may differ, too
    discover();
}

void FeedImpl::fallSilent()
{
    m_silent = true;
    m_gated.clear();
    m_metrics.reset();
    dropSketch();
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
    for (const ResourceKind kind : kKindOrder) {
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
    for (const ResourceKind kind : kKindOrder) { // in the order in which they matter
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

} // namespace sextant::kubernetes
