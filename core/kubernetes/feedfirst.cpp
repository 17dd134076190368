// SPDX-License-Identifier: GPL-3.0-or-later
// How the pods of a big cluster are read for the first time.
//
// Of 150,000 pods the Table of where they are and how costs a server 1.0 to 1.5 s of one processor (1.20 and 1.36), the
// protobuf list of them 4 to 10 s: the Table is asked for first, on every server, and shown as a sketch until the pods
// are there. It waits a quarter of a second at most, and no longer than until a hundred nodes have come: fewer hold so
// few pods that they are listed alone. It does not wait for the number of the pods, which takes 1.36 up to 0.3 s to
// tell. The list goes out when the Table begins to come: asked for beside it on two busy processors, the Table took 3.9
// s instead of 1.1 (medians of five). The list is read in one: two halves of it at once, by field selectors that leave
// out namespaces, cost 1.36 a ninth more and were no sooner there on two processors (11.3 s against 8.3 s), and pages
// take 10 s. It is read over HTTP/1.1, which costs 1.36 a quarter less than HTTP/2 does.
#include "core/base/format.h"
#include "core/kubernetes/feedimpl.h"

namespace sextant::kubernetes {
namespace {

/// Fewer nodes hold so few pods that a list of them is there before anything else would be.
constexpr std::size_t kBigNodes = 100;
/// How long pods that have no turn wait until it is known whether they are many.
constexpr std::chrono::milliseconds kPatience{3'000};
/// How often it is looked whether the nodes that come are many, before their Table is asked for all the same.
constexpr std::chrono::milliseconds kLook{25};

/// Its first list has come or come to nothing.
bool tried(const Reflector *reflector)
{
    if (!reflector || reflector->complete()) {
        return true;
    }
    const ResourceStatus &status = reflector->status();
    return (status.sync != Sync::Waiting && status.sync != Sync::Loading) || status.error;
}

} // namespace

/// Pods wait a moment for the first nodes, so that few pods are asked for once and not as a Table, too; then for
/// nothing but their turn, and for that only where they are many or may be.
bool FeedImpl::mayList(const Reflector &reflector)
{
    if (reflector.kind() != ResourceKind::Pods) {
        return true;
    }
    if (m_looked * kLook < m_options.nodesFirst && m_store->count(ResourceKind::Nodes) < kBigNodes && !fewPods()) {
        if (m_look == Timers::Id::None) {
            m_look = m_timers.in(kLook, [this] {
                m_look = Timers::Id::None;
                ++m_looked;
                grantSlots();
            });
        }
        return false;
    }
    if (haveTurn()) {
        return true;
    }
    if (fewPods()) {
        endTurn();
        return true;
    }
    if (m_patience == Timers::Id::None && !m_pastPatience) {
        m_patience = m_timers.in(kPatience, [this] {
            m_patience = Timers::Id::None;
            m_pastPatience = true;
            grantSlots();
        });
    }
    return false;
}

/// It is known, or taken for granted, that they are not many: few nodes, or nobody knows after a while.
bool FeedImpl::fewPods() const
{
    const auto rowsAreThere = [this](ResourceKind kind) {
        return tried(m_kinds[static_cast<std::size_t>(kind)].wide.get());
    };
    return m_store->count(ResourceKind::Nodes) < kBigNodes
        && (m_pastPatience || (rowsAreThere(ResourceKind::Nodes) && rowsAreThere(ResourceKind::Namespaces)));
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
                if (m_turn != 0 && number == m_turnsAsked && !m_myTurn) { // not taken, nor given back meanwhile
                    grantSlots();
                }
            });
        });
    }
    if (m_options.turns->has(m_turn)) {
        m_myTurn = true;
        m_turnEnds = m_timers.in(m_options.turnFor, [this] { endTurn(); });
    }
    return m_myTurn;
}

void FeedImpl::endTurn()
{
    m_timers.cancel(m_turnEnds);
    m_myTurn = false;
    if (m_turn != 0) {
        m_options.turns->giveBack(std::exchange(m_turn, 0));
    }
}

/// A list of many pods goes out when their Table begins to come. False: it will. What is shown or was read before needs
/// no Table.
bool FeedImpl::mayBegin(Reflector &reflector)
{
    if (reflector.kind() != ResourceKind::Pods || !reflector.ns().empty() || reflector.complete()
        || reflector.status().lists > 0 || m_store->count(ResourceKind::Pods) > 0 || fewPods()) {
        return true;
    }
    m_behindTable = &reflector;
    m_headStart = m_timers.in(m_options.tableFirst, [this] { listBehindTable(); });
    m_sketcher = std::make_unique<PodSketcher>(*this, reflector.endpoint().path({}), [this](PodSketcher::Step step) {
        listBehindTable();
        const auto &pods = kindOf(ResourceKind::Pods).wide;
        if (pods && step == PodSketcher::Step::Whole) {
            pods->expect(m_sketcher->rows());
        } else if (pods && step == PodSketcher::Step::GivenUp) {
            countPods(*pods);
        }
    });
    return false;
}

void FeedImpl::listBehindTable()
{
    m_timers.cancel(m_headStart);
    if (m_behindTable) {
        std::exchange(m_behindTable, nullptr)->slotGranted();
    }
}

/// One object and how many remain, so that progress has an end though there is no Table. Not asked beside one: it costs
/// 1.36 a third as much. A refusal leaves the end unknown.
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

void FeedImpl::dropSketch()
{
    m_sketcher.reset();
    if (m_count != 0) {
        m_session->cancel(std::exchange(m_count, 0));
    }
}

} // namespace sextant::kubernetes
