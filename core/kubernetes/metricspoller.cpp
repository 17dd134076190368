// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kubernetes/metricspoller.h"

#include "core/base/format.h"

#include <algorithm>
#include <utility>

namespace sextant::kubernetes {

using Millis = std::chrono::milliseconds;

namespace {
/// How long the last samples stand in while none come.
constexpr std::chrono::seconds kKeep{120};
/// How often it is looked whether the first list has come.
constexpr Millis kLook{50};
} // namespace

Millis podMetricsPause(std::size_t samples)
{
    constexpr std::size_t kSamplesASecond = 2'500;
    constexpr Millis kLeast{30'000}, kMost{60'000};
    return samples >= kSamplesASecond * 60 ? kMost : std::max(kLeast, Millis(samples * 1000 / kSamplesASecond));
}

MetricsPoller::MetricsPoller(ReflectorHost &host, std::vector<std::string> namespaces)
    : m_host(host)
    , m_namespaces(std::move(namespaces))
{
    m_pods.kind = ResourceKind::PodMetrics;
}

MetricsPoller::~MetricsPoller()
{
    m_host.timers().cancel(m_nodes.timer);
    m_host.timers().cancel(m_pods.timer);
    if (m_key != 0) {
        m_host.session().cancel(m_key);
    }
}

Millis MetricsPoller::every(const Side &side) const
{
    const FeedOptions &options = m_host.options();
    return side.kind == ResourceKind::NodeMetrics ? options.nodeMetricsEvery
                                                  : options.podMetricsEvery.value_or(podMetricsPause(side.samples));
}

void MetricsPoller::sync(Side &side, Sync state, std::optional<Error> error)
{
    if (side.status.sync != state) {
        side.status.sync = state;
        side.status.since = wallNow();
    }
    side.status.error = std::move(error);
    m_host.wrote(0);
}

void MetricsPoller::setServed(const std::optional<Endpoint> &nodes, const std::optional<Endpoint> &pods)
{
    const auto set = [this](Side &side, const std::optional<Endpoint> &endpoint) {
        side.endpoint = endpoint;
        if (!endpoint) {
            m_host.store().clearUsage(side.kind);
            m_host.timers().cancel(side.timer);
            side.due = false;
            sync(side, Sync::Absent);
        } else if (side.status.sync == Sync::Waiting || side.status.sync == Sync::Absent) {
            schedule(side, Millis(0));
        }
    };
    set(m_nodes, nodes);
    set(m_pods, pods);
}

void MetricsPoller::retry()
{
    for (Side *side : {&m_nodes, &m_pods}) {
        if (side->endpoint && side->status.sync != Sync::Live) {
            schedule(*side, Millis(0));
        }
    }
}

void MetricsPoller::pause(bool paused)
{
    m_paused = paused;
    if (!paused) {
        next();
    }
}

void MetricsPoller::schedule(Side &side, Millis wait)
{
    m_host.timers().cancel(side.timer);
    side.status.nextTry.reset();
    if (wait > every(side)) {
        side.status.nextTry = wallNow() + std::chrono::ceil<std::chrono::seconds>(wait);
    }
    side.timer = m_host.timers().in(wait, [this, &side] {
        side.timer = Timers::Id::None;
        if (awaitsRows(side)) {
            schedule(side, kLook);
            return;
        }
        side.due = true;
        next();
    });
}

/// A sample finds its row by name: a round that comes before the first list would be lost on it.
bool MetricsPoller::awaitsRows(const Side &side) const
{
    const ResourceKind rows = side.kind == ResourceKind::NodeMetrics ? ResourceKind::Nodes : ResourceKind::Pods;
    const Sync sync = std::as_const(m_host.store()).status().of(rows).sync;
    return sync == Sync::Waiting || sync == Sync::Loading;
}

void MetricsPoller::next()
{
    if (m_key != 0 || m_paused) {
        return;
    }
    for (Side *side : {&m_nodes, &m_pods}) {
        if (side->due && side->endpoint) {
            side->due = false;
            side->samples = 0;
            side->readable.clear();
            side->at = 0;
            ask(*side);
            return;
        }
    }
}

void MetricsPoller::ask(Side &side)
{
    m_list.reset();
    m_broken.reset();
    if (side.status.sync == Sync::Waiting) {
        sync(side, Sync::Loading);
    }
    ++side.status.lists;
    side.status.bytes = 0;
    const std::string ns = side.narrow ? m_namespaces[side.at] : std::string();
    m_key = m_host.session().start({.path = side.endpoint->path(ns),
                                       .accept = side.json ? "application/json" : kListAccept,
                                       .kind = Ask::Kind::List,
                                       .of = side.kind},
        {.head =
                [this, &side](const net::Head &head) {
                    const Result<WireFormat> format = wireFormatOf(head.contentType);
                    if (!format) {
                        m_broken = format.error();
                        return;
                    }
                    m_list = std::make_unique<ListDecoder>(
                        side.kind, *format, m_host.options().decode, [this, &side](const Item &item) {
                            if (const auto *usage = std::get_if<UsageDraft>(&item)) {
                                m_host.store().addUsage(side.kind, *usage, m_came);
                                ++side.samples;
                            }
                        });
                },
            .piece =
                [this, &side](std::string_view piece) {
                    m_host.heard();
                    m_came = wallNow();
                    side.status.bytes += piece.size();
                    if (m_list && !m_broken) {
                        if (const Result<void> fed = m_list->feed(piece); !fed) {
                            m_broken = fed.error();
                        }
                    }
                },
            .done =
                [this, &side](Answer &&answer) {
                    m_key = 0;
                    answered(side, std::move(answer));
                    next();
                }});
}

void MetricsPoller::answered(Side &side, Answer &&answer)
{
    side.status.heard = wallNow();
    if (answer.error) {
        fail(side, Sync::Failed, *answer.error, every(side));
        return;
    }
    if (answer.ok()) {
        if (!m_broken && !m_list) {
            m_broken = Error{.code = ErrorCode::Protocol, .message = "the server answered nothing"};
        } else if (!m_broken) {
            if (const Result<void> finished = m_list->finish(); !finished) {
                m_broken = finished.error();
            }
        }
        if (m_broken) {
            fail(side, Sync::Failed, *m_broken, every(side));
            return;
        }
        if (side.narrow) {
            side.readable.insert(m_namespaces[side.at]);
            if (++side.at < m_namespaces.size()) {
                ask(side);
                return;
            }
        }
        finish(side);
        return;
    }
    if (answer.status == 406 && !side.json) {
        // Whoever stands behind metrics.k8s.io need not be Kubernetes' own code, and may not even choose from a list.
        side.json = true;
        ask(side);
        return;
    }
    const ApiStatus status = decodeStatus(answer.status, answer.contentType, answer.body);
    if (answer.status == 403) {
        if (!side.narrow && side.endpoint->namespaced && !m_namespaces.empty()) {
            side.narrow = true;
            side.at = 0;
            ask(side);
            return;
        }
        if (side.narrow && ++side.at < m_namespaces.size()) {
            ask(side);
            return;
        }
        if (side.narrow && !side.readable.empty()) {
            finish(side);
            return;
        }
        side.narrow = false;
        m_host.store().clearUsage(side.kind);
        fail(side, Sync::Forbidden,
            {.code = ErrorCode::Forbidden, .message = sanitized(status.message), .httpStatus = 403},
            m_host.options().refusedRetry);
        return;
    }
    if (answer.status == 404) {
        m_host.store().clearUsage(side.kind);
        sync(side, Sync::Absent);
        schedule(side, 2 * m_host.options().refusedRetry);
        return;
    }
    fail(side, Sync::Failed,
        {.code = answer.status == 429 ? ErrorCode::TooManyRequests : ErrorCode::Server,
            .message = "the server answered " + std::to_string(answer.status) + ": " + sanitized(status.message),
            .httpStatus = answer.status},
        std::max(every(side), answer.retryAfter.value_or(Millis(0))));
}

void MetricsPoller::finish(Side &side)
{
    m_host.store().endUsage(side.kind, wallNow(), kKeep);
    side.sampled = std::chrono::steady_clock::now();
    side.status.read = side.samples;
    side.status.expected = side.samples;
    side.status.namespaces.assign(side.readable.begin(), side.readable.end());
    sync(side, Sync::Live);
    // The whole cluster is tried again now and then: rights may have come.
    if (side.narrow && side.status.lists % 20 == 0) {
        side.narrow = false;
    }
    schedule(side, every(side));
}

void MetricsPoller::fail(Side &side, Sync state, Error error, Millis wait)
{
    if (error.subject.empty()) {
        error.subject = std::string(resourceWord(side.kind));
    }
    const bool stands = side.sampled != std::chrono::steady_clock::time_point{} && state == Sync::Failed
        && std::chrono::steady_clock::now() - side.sampled < kKeep;
    if (!stands) {
        m_host.store().clearUsage(side.kind);
        side.status.read = 0;
    }
    sync(side, stands ? Sync::Stale : state, std::move(error));
    schedule(side, wait);
}

} // namespace sextant::kubernetes
