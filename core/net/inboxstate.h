// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/net/client.h"

#include <condition_variable>
#include <curl/curl.h>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace sextant::net {

class Transfer;

/// What the net thread is asked to do.
struct Command {
    enum Kind { Start, Cancel, Resume, Sweep, Stop };
    Kind kind = Stop;
    TransferId id = TransferId::None;
    std::shared_ptr<Transfer> transfer; ///< Start only
};

/// The way into the net thread; outlives it, so that a reader may still hold an event's end of it. Any thread.
class Mailbox {
public:
    explicit Mailbox(CURLM *multi)
        : m_multi(multi)
    {
    }
    /// Queues a command and wakes the thread; forgotten once the thread has ended.
    void push(Command command);
    std::vector<Command> take();
    /// After this the multi handle is not touched any more. @return what was still to be done.
    std::vector<Command> disconnect();

private:
    std::mutex m_mutex;
    std::vector<Command> m_commands;
    CURLM *m_multi;
};

/// The unread bytes of one transfer. Guarded by the mutex of the inbox it goes to.
struct Flow {
    TransferId id = TransferId::None;
    std::size_t unread = 0;
    std::size_t limit = 0;
    bool waiting = false; ///< the transfer stands still until the reader has caught up
    std::shared_ptr<Mailbox> mailbox;
};

/// The inside of an Inbox, shared with the transfers that fill it. Any thread.
class InboxState {
public:
    /// Queues an event that is no piece; false when nobody will ever read it.
    bool push(const std::shared_ptr<Flow> &flow, Event event);
    /// The same of a piece of a body. They are joined where that saves wake-ups.
    bool push(const std::shared_ptr<Flow> &flow, std::string_view piece);
    /// Whether the reader must catch up first; then it will send Command::Resume when it has.
    bool mustWait(Flow &flow);
    bool gone() const;
    /// Remembers whom to tell when the inbox goes.
    void attach(const std::shared_ptr<Mailbox> &mailbox);

    bool wait(std::chrono::steady_clock::time_point deadline, Event &event);
    void post(std::function<void()> work);
    void runPosted();
    void close();
    bool closed() const;
    void abandon();

private:
    struct Entry {
        Event event;
        std::shared_ptr<Flow> flow;
    };
    mutable std::mutex m_mutex;
    std::condition_variable m_changed;
    std::deque<Entry> m_events;
    std::vector<std::function<void()>> m_posted;
    std::vector<std::weak_ptr<Mailbox>> m_mailboxes;
    bool m_woken = false;
    bool m_closed = false;
    bool m_gone = false;
};

struct Inbox::State : InboxState { };

} // namespace sextant::net
