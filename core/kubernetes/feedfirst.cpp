// SPDX-License-Identifier: GPL-3.0-or-later
// How the pods of a big cluster are read for the first time.
//
// Of 150,000 pods the Table of where they are and how costs a server 1.0 to 1.5 s of one processor (1.20 and 1.36), the
// protobuf list of them 7.5 to 10 s: the Table is asked for beside the list and shown as a sketch until the pods are
// there. From 1.33 on, where lists are no longer put together whole before the first byte is sent, the list is asked
// for in two halves, so that two of the server's processors make it: by field selectors that leave out one half of the
// namespaces each, which costs the server a ninth more. A namespace that is in neither, born since they were listed,
// comes with both; nothing is left out. The second half begins when the Table has ended: two big answers at a time.
#include "core/base/format.h"
#include "core/kubernetes/feedimpl.h"

#include <charconv>

namespace sextant::kubernetes {
namespace {

/// Fewer nodes hold so few pods that a list of them is there before anything else would be.
constexpr std::size_t kBigNodes = 100;
/// How long the pods wait for nodes and namespaces, which the picture of them needs.
constexpr std::chrono::milliseconds kPatience{3'000};
constexpr int kStreamsSince = 33;
/// What goes through the proxies and balancers on the way; with more namespaces the list is read in one.
constexpr std::size_t kMostSelector = 5'000;

/// 36 of "v1.36.2"; nothing of any other text.
std::optional<int> minorOf(std::string_view version)
{
    int minor = 0;
    if (version.substr(0, 3) != "v1.") {
        return std::nullopt;
    }
    const auto [end, error] = std::from_chars(version.data() + 3, version.data() + version.size(), minor);
    return error == std::errc() ? std::optional(minor) : std::nullopt;
}

/// Its first list has come or come to nothing.
bool tried(const Reflector *reflector)
{
    if (!reflector || reflector->complete()) {
        return true;
    }
    const ResourceStatus &status = reflector->status();
    return (status.sync != Sync::Waiting && status.sync != Sync::Loading) || status.error;
}

/// Two selectors that each leave out what the other takes; empty: it cannot be said shortly.
std::vector<std::string> halves(const ClusterSnapshot &cluster)
{
    std::vector<std::string> names;
    for (const NamespaceView ns : cluster.namespaces()) {
        names.push_back(ns.draft().name);
    }
    std::sort(names.begin(), names.end()); // what is named alike, and so is as big, is dealt out in turn
    std::vector<std::string> out(2);
    for (std::size_t i = 0; i < names.size(); ++i) {
        std::string &selector = out[i % 2];
        selector += (selector.empty() ? "metadata.namespace!=" : ",metadata.namespace!=") + names[i];
        if (selector.size() > kMostSelector || names[i].find_first_of(",=!\\") != std::string::npos) {
            return {};
        }
    }
    return names.size() < 2 ? std::vector<std::string>() : out;
}

} // namespace

bool FeedImpl::mayList(const Reflector &reflector)
{
    if (reflector.kind() != ResourceKind::Pods) {
        return true;
    }
    const bool rowsAreThere =
        tried(kindOf(ResourceKind::Nodes).wide.get()) && tried(kindOf(ResourceKind::Namespaces).wide.get());
    if (reflector.complete() || m_pastPatience || rowsAreThere) {
        return m_store->count(ResourceKind::Nodes) < kBigNodes || haveTurn();
    }
    if (m_patience == Timers::Id::None) {
        m_patience = m_timers.in(kPatience, [this] {
            m_patience = Timers::Id::None;
            m_pastPatience = true;
            grantSlots();
        });
    }
    return false;
}

/// Whether the pods of this cluster may be listed as far as other clusters go; asks for it the first time.
bool FeedImpl::haveTurn()
{
    if (!m_options.turns || m_myTurn) {
        return true;
    }
    if (m_turn == 0) {
        m_turn = m_options.turns->ask([this, number = ++m_turnsAsked] {
            m_inbox.post([this, number] {
                if (m_turn == 0 || number != m_turnsAsked) {
                    return; // given back meanwhile
                }
                m_myTurn = true;
                m_turnEnds = m_timers.in(m_options.turnFor, [this] { endTurn(); });
                grantSlots();
            });
        });
    }
    return false;
}

void FeedImpl::endTurn()
{
    m_timers.cancel(m_turnEnds);
    m_myTurn = false;
    if (m_turn != 0) {
        m_options.turns->giveBack(std::exchange(m_turn, 0));
    }
}

void FeedImpl::beforeList(Reflector &reflector)
{
    if (reflector.kind() != ResourceKind::Pods || !reflector.ns().empty() || reflector.complete()
        || reflector.status().lists > 0 || m_store->count(ResourceKind::Pods) > 0
        || m_store->count(ResourceKind::Nodes) < kBigNodes) {
        return;
    }
    countPods(reflector);
    sketchPods(reflector);
    const auto minor = minorOf(m_store->status().version);
    const auto &namespaces = kindOf(ResourceKind::Namespaces).wide;
    if (minor && *minor >= kStreamsSince && namespaces && namespaces->complete()) {
        publishIfDue(true);
        reflector.split(halves(*m_store->current()));
    }
}

/// One object and how many remain, so that progress has an end. A refusal leaves the end unknown.
void FeedImpl::countPods(const Reflector &reflector)
{
    const auto path = reflector.endpoint().path({});
    m_count = m_session->start(
        {.path = path + "?limit=1", .accept = kListAccept, .of = ResourceKind::Pods}, {.done = [this](Answer &&answer) {
            m_count = 0;
            const Result<WireFormat> format = wireFormatOf(answer.contentType);
            const auto &pods = kindOf(ResourceKind::Pods).wide;
            if (!answer.ok() || !format || !pods) {
                return;
            }
            std::uint64_t items = 0;
            ListDecoder page(ResourceKind::Pods, *format, m_options.decode, [&items](Item) { ++items; });
            if (page.feed(answer.body).ok() && page.finish().ok() && page.meta().remaining) {
                pods->expect(items + *page.meta().remaining);
            }
        }});
}

void FeedImpl::sketchPods(const Reflector &reflector)
{
    m_sketcher =
        std::make_unique<PodSketcher>(*this, reflector.endpoint().path({}), [this](std::optional<std::uint64_t> rows) {
            const auto &pods = kindOf(ResourceKind::Pods).wide;
            if (pods && rows) {
                pods->expect(*rows);
            }
            if (pods) {
                pods->allParts();
            }
        });
}

void FeedImpl::dropSketch()
{
    m_sketcher.reset();
    if (m_count != 0) {
        m_session->cancel(m_count);
        m_count = 0;
    }
}

} // namespace sextant::kubernetes
