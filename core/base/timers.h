// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <utility>

namespace sextant {

/// What is to be done later, on one thread.
class Timers {
public:
    using Clock = std::chrono::steady_clock;
    enum class Id : std::uint64_t { None = 0 };

    Id in(std::chrono::milliseconds wait, std::function<void()> work)
    {
        const auto id = static_cast<Id>(++m_last);
        m_due.emplace(std::pair(Clock::now() + wait, id), std::move(work));
        return id;
    }
    void cancel(Id &id)
    {
        for (auto at = m_due.begin(); id != Id::None && at != m_due.end(); ++at) {
            if (at->first.second == id) {
                m_due.erase(at);
                break;
            }
        }
        id = Id::None;
    }
    /// When the next is due; far away when there is none.
    Clock::time_point next() const
    {
        return m_due.empty() ? Clock::now() + std::chrono::hours(1) : m_due.begin()->first.first;
    }
    /// Does what is due.
    void run()
    {
        const auto now = Clock::now();
        while (!m_due.empty() && m_due.begin()->first.first <= now) {
            auto work = std::move(m_due.begin()->second);
            m_due.erase(m_due.begin());
            work();
        }
    }

private:
    std::map<std::pair<Clock::time_point, Id>, std::function<void()>> m_due;
    std::uint64_t m_last = 0;
};

} // namespace sextant
