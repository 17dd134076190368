// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bridge/application.h"

#include <QThread>

#include <algorithm>
#include <utility>

namespace sextant::ui {

namespace {

constexpr std::chrono::seconds kSpan{60};

std::chrono::seconds secondOf(std::chrono::steady_clock::time_point at)
{
    return std::chrono::floor<std::chrono::seconds>(at.time_since_epoch());
}

} // namespace

bool Application::notify(QObject *receiver, QEvent *event)
{
    if (QThread::currentThread() != thread()) {
        return QApplication::notify(receiver, event);
    }
    const int level = thread()->loopLevel();
    if (level <= m_level) {
        return QApplication::notify(receiver, event); // part of an event that is measured, or before the loop
    }
    const int outer = std::exchange(m_level, level);
    const unsigned before = m_measured;
    const Clock::time_point start = now();
    const bool done = QApplication::notify(receiver, event);
    const Clock::time_point end = now();
    m_level = outer;
    if (m_measured == before) { // else it ran a loop, in which others were measured
        note(end, end - start);
    }
    return done;
}

void Application::note(Clock::time_point end, Clock::duration took)
{
    ++m_measured;
    const std::chrono::seconds at = secondOf(end);
    Second &second = m_seconds[static_cast<std::size_t>(at.count()) % m_seconds.size()];
    if (second.at != at) {
        second = {at, {}};
    }
    second.longest = std::max(second.longest, took);
}

std::optional<std::chrono::milliseconds> Application::longestStall()
{
    const auto *running = dynamic_cast<const Application *>(QCoreApplication::instance());
    if (running == nullptr) {
        return std::nullopt;
    }
    const std::chrono::seconds second = secondOf(running->now());
    Clock::duration longest{};
    for (const Second &one : running->m_seconds) {
        if (one.at.count() >= 0 && one.at > second - kSpan) {
            longest = std::max(longest, one.longest);
        }
    }
    return std::chrono::duration_cast<std::chrono::milliseconds>(longest);
}

} // namespace sextant::ui
