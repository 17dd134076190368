// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <map>
#include <mutex>
#include <utility>

namespace sextant::kubernetes {

/// Lets few big lists be read at once over all clusters of the program, so that ten that are opened together cost no
/// more memory and processor at a time than two; the others wait in the order they came. Threads: any.
class ListTurns {
public:
    using Ticket = std::uint64_t; ///< 0: none

    explicit ListTurns(std::size_t atOnce = 2)
        : m_atOnce(atOnce)
    {
    }

    /// `granted` is called once when it is this one's turn, maybe at once; from any thread, under a lock: it may only
    /// pass the word on.
    Ticket ask(std::function<void()> granted)
    {
        const std::lock_guard lock(m_mutex);
        const Ticket ticket = ++m_last;
        m_asked.emplace(ticket, std::move(granted));
        grant();
        return ticket;
    }
    /// Whether it is this one's turn.
    bool has(Ticket ticket) const
    {
        const std::lock_guard lock(m_mutex);
        const auto at = m_asked.find(ticket);
        return at != m_asked.end() && std::distance(m_asked.begin(), at) < static_cast<std::ptrdiff_t>(m_atOnce);
    }
    /// The turn is over, or no longer wanted. After it `granted` is not called.
    void giveBack(Ticket ticket)
    {
        const std::lock_guard lock(m_mutex);
        m_asked.erase(ticket);
        grant();
    }

private:
    void grant()
    {
        std::size_t turns = 0;
        for (auto &[ticket, granted] : m_asked) {
            if (++turns > m_atOnce) {
                return;
            }
            if (granted) {
                std::exchange(granted, nullptr)();
            }
        }
    }

    const std::size_t m_atOnce;
    mutable std::mutex m_mutex;
    std::map<Ticket, std::function<void()>> m_asked; ///< those that have their turn first, without a function
    Ticket m_last = 0;
};

} // namespace sextant::kubernetes
