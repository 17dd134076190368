// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kubernetes/kubernetesfeed.h"

#include "core/base/format.h"
#include "core/base/thread.h"
#include "core/kubernetes/feedimpl.h"

#include <spdlog/spdlog.h>

namespace sextant::kubernetes {
namespace {
constexpr int kListsAtOnce = 2;
}

void FeedImpl::addNamespace(const std::string &ns)
{
    if (!ns.empty() && std::find(m_namespaces.begin(), m_namespaces.end(), ns) == m_namespaces.end()) {
        m_namespaces.push_back(ns);
    }
}

void FeedImpl::run()
{
    nameThread("feed");
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
    dropSketch();
    endTurn();
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
    if (m_sketcher) {
        m_sketcher->flush();
    }
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
        const Sync before = status.of(kind).sync;
        status.of(kind) = merged(kind, m_kinds[static_cast<std::size_t>(i)]);
        status.of(kind).traffic = m_session->traffic(kind);
        noteSync(kind, before);
        narrow = narrow || !status.of(kind).namespaces.empty();
    }
    for (const ResourceKind kind : {ResourceKind::NodeMetrics, ResourceKind::PodMetrics}) {
        const Sync before = status.of(kind).sync;
        status.of(kind) = kind == ResourceKind::NodeMetrics ? m_metrics->nodes() : m_metrics->pods();
        status.of(kind).traffic = m_session->traffic(kind);
        noteSync(kind, before);
    }
    status.namespaces = narrow ? m_namespaces : std::vector<std::string>();
    const Traffic &traffic = m_session->traffic();
    status.requests = traffic.requests;
    status.bytes = traffic.wire;
    status.unpacked = traffic.unpacked;
    status.throttled = traffic.throttled;
    status.changes = m_changes;
    status.heard = m_heard;
    if (const auto skew = m_session->skew()) {
        status.skew = *skew;
    }
    updateConnection();
}

/// What becomes of a kind goes into the log once, when it does.
void FeedImpl::noteSync(ResourceKind kind, Sync before) const
{
    const ResourceStatus &now = std::as_const(*m_store).status().of(kind);
    if (now.sync == before || now.sync == Sync::Loading || now.sync == Sync::Waiting) {
        return;
    }
    if (now.error && m_failure && now.error->text() == m_failure->text()) {
        return; // the whole server is away: said once
    }
    const std::string name = sanitized(m_connection.name) + ": " + std::string(resourceWord(kind));
    switch (now.sync) {
    case Sync::Live:
        spdlog::info("{}: {} read, kept current from now on", name, now.read);
        break;
    case Sync::Absent:
        spdlog::info("{}: not served", name);
        break;
    default:
        spdlog::warn("{}", now.error ? sanitized(m_connection.name) + ": " + sanitized(now.error->text()) : name);
    }
}

void FeedImpl::updateConnection()
{
    ClusterStatus &status = m_store->status();
    const sextant::Connection before = status.connection;
    bool open = false;
    each([&](const Reflector &reflector) { open = open || reflector.open(); });
    if (open || (m_everAnswered && !m_failure)) {
        status.connection = sextant::Connection::Live;
        status.error.reset();
    } else if (m_failure) {
        status.connection = m_everAnswered ? sextant::Connection::Stale : sextant::Connection::Failed;
        status.error = m_failure;
    }
    if (status.connection != before) {
        const std::string name = sanitized(m_connection.name);
        if (status.error) {
            spdlog::warn("{}: {}", name, sanitized(status.error->text()));
        } else {
            spdlog::info("{}: {} answers", name, sanitized(m_connection.server));
        }
    }
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
    grantSlots();
}

void FeedImpl::grantSlots()
{
    while (m_listing.size() < kListsAtOnce) {
        const auto next = std::find_if(
            m_slotQueue.begin(), m_slotQueue.end(), [this](const Reflector *reflector) { return mayList(*reflector); });
        if (next == m_slotQueue.end()) {
            return;
        }
        Reflector &granted = **next;
        m_slotQueue.erase(next);
        m_listing.insert(&granted);
        if (mayBegin(granted)) {
            granted.slotGranted();
        }
    }
}

void FeedImpl::releaseSlot(Reflector &reflector)
{
    m_gated.erase(&reflector);
    std::erase(m_slotQueue, &reflector);
    if (m_behindTable == &reflector) {
        m_behindTable = nullptr;
    }
    if (reflector.kind() == ResourceKind::Pods) {
        endTurn();
    }
    if (m_listing.erase(&reflector) > 0 && !m_slotQueue.empty()) {
        // From the loop: whoever releases is in the middle of something.
        m_inbox.post([this] { grantSlots(); });
    }
}

void FeedImpl::accessChanged(Reflector &reflector)
{
    if (!reflector.ns().empty()) {
        return;
    }
    const ResourceKind kind = reflector.kind();
    Kind &of = m_kinds[static_cast<std::size_t>(kind)];
    if (kind == ResourceKind::Pods) {
        dropSketch(); // the pods are there, or are not to be seen
    }
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

std::unique_ptr<Feed> makeKubernetesFeed(
    Connection connection, FeedOptions options, net::Client &client, std::shared_ptr<ClusterStore> store)
{
    return std::make_unique<FeedImpl>(std::move(connection), std::move(options), client, std::move(store));
}

} // namespace sextant::kubernetes
