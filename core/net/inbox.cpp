// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/inboxstate.h"

#include <algorithm>

namespace sextant::net {

void Mailbox::push(Command command)
{
    const std::lock_guard lock(m_mutex);
    if (m_multi == nullptr) {
        return;
    }
    m_commands.push_back(std::move(command));
    curl_multi_wakeup(m_multi);
}

std::vector<Command> Mailbox::take()
{
    const std::lock_guard lock(m_mutex);
    return std::exchange(m_commands, {});
}

std::vector<Command> Mailbox::disconnect()
{
    const std::lock_guard lock(m_mutex);
    m_multi = nullptr;
    return std::exchange(m_commands, {});
}

bool InboxState::push(const std::shared_ptr<Flow> &flow, Event event)
{
    const std::lock_guard lock(m_mutex);
    if (m_gone) {
        return false;
    }
    m_events.push_back({std::move(event), flow});
    m_changed.notify_one();
    return true;
}

bool InboxState::push(const std::shared_ptr<Flow> &flow, std::string_view piece)
{
    constexpr std::size_t joinBelow = 64U << 10;
    const std::lock_guard lock(m_mutex);
    if (m_gone) {
        return false;
    }
    flow->unread += piece.size();
    if (!m_events.empty() && m_events.back().flow == flow) {
        auto *last = std::get_if<std::string>(&m_events.back().event.what);
        if (last != nullptr && last->size() + piece.size() <= joinBelow) {
            if (last->capacity() < last->size() + piece.size() && last->size() >= joinBelow / 8) {
                last->reserve(joinBelow); // of a stream: once, not twice as much each time
            }
            last->append(piece);
            return true;
        }
    }
    m_events.push_back({{flow->id, std::string(piece)}, flow});
    m_changed.notify_one();
    return true;
}

bool InboxState::mustWait(Flow &flow)
{
    const std::lock_guard lock(m_mutex);
    flow.waiting = flow.unread > 0 && flow.unread >= flow.limit;
    return flow.waiting;
}

bool InboxState::gone() const
{
    const std::lock_guard lock(m_mutex);
    return m_gone;
}

void InboxState::attach(const std::shared_ptr<Mailbox> &mailbox)
{
    const std::lock_guard lock(m_mutex);
    std::erase_if(m_mailboxes, [](const auto &other) { return other.expired(); });
    const bool known =
        std::any_of(m_mailboxes.begin(), m_mailboxes.end(), [&](const auto &other) { return other.lock() == mailbox; });
    if (!known) {
        m_mailboxes.push_back(mailbox);
    }
}

bool InboxState::wait(std::chrono::steady_clock::time_point deadline, Event &event)
{
    std::shared_ptr<Flow> resumed;
    {
        std::unique_lock lock(m_mutex);
        const auto ready = [this] { return m_closed || m_woken || !m_events.empty(); };
        // A far deadline must not overflow inside the clock's arithmetic.
        const bool forever = deadline == std::chrono::steady_clock::time_point::max();
        if (forever) {
            m_changed.wait(lock, ready);
        } else if (!m_changed.wait_until(lock, deadline, ready)) {
            return false;
        }
        if (m_closed || m_woken) {
            m_woken = false;
            return false;
        }
        Entry entry = std::move(m_events.front());
        m_events.pop_front();
        event = std::move(entry.event);
        if (const auto *piece = std::get_if<std::string>(&event.what)) {
            Flow &flow = *entry.flow;
            flow.unread -= piece->size();
            if (flow.waiting && flow.unread <= flow.limit / 2) {
                flow.waiting = false;
                resumed = std::move(entry.flow);
            }
        }
    }
    if (resumed) {
        resumed->mailbox->push({.kind = Command::Resume, .id = resumed->id});
    }
    return true;
}

void InboxState::post(std::function<void()> work)
{
    const std::lock_guard lock(m_mutex);
    if (m_gone) {
        return;
    }
    m_posted.push_back(std::move(work));
    m_woken = true;
    m_changed.notify_one();
}

void InboxState::runPosted()
{
    std::vector<std::function<void()>> posted;
    {
        const std::lock_guard lock(m_mutex);
        posted.swap(m_posted);
        m_woken = false;
    }
    for (const auto &work : posted) {
        work();
    }
}

void InboxState::close()
{
    const std::lock_guard lock(m_mutex);
    m_closed = true;
    m_changed.notify_all();
}

bool InboxState::closed() const
{
    const std::lock_guard lock(m_mutex);
    return m_closed;
}

void InboxState::abandon()
{
    std::deque<Entry> events;
    std::vector<std::function<void()>> posted;
    std::vector<std::weak_ptr<Mailbox>> mailboxes;
    {
        const std::lock_guard lock(m_mutex);
        m_gone = true;
        m_closed = true;
        events.swap(m_events);
        posted.swap(m_posted);
        mailboxes.swap(m_mailboxes);
    }
    for (const auto &mailbox : mailboxes) {
        if (const auto alive = mailbox.lock()) {
            alive->push({.kind = Command::Sweep});
        }
    }
}

Inbox::Inbox()
    : m_state(std::make_shared<State>())
{
}

Inbox::~Inbox() { m_state->abandon(); }

bool Inbox::wait(std::chrono::steady_clock::time_point deadline, Event &event)
{
    return m_state->wait(deadline, event);
}

void Inbox::post(std::function<void()> work) { m_state->post(std::move(work)); }

void Inbox::runPosted() { m_state->runPosted(); }

void Inbox::close() { m_state->close(); }

bool Inbox::closed() const { return m_state->closed(); }

} // namespace sextant::net
