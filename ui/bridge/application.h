// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QApplication>

#include <array>
#include <chrono>
#include <functional>
#include <optional>

namespace sextant::ui {

/// The application that knows how long its event loop was held: what each event took, of the last minute. It costs two
/// looks at the clock an event. GUI thread only.
class Application final : public QApplication {
public:
    using QApplication::QApplication;

    bool notify(QObject *receiver, QEvent *event) override;
    /// The longest time that one event took in the last minute, whole milliseconds; nothing when the running
    /// application is not one of these. An event that runs a loop of its own (a menu) is as long as what happens in it.
    static std::optional<std::chrono::milliseconds> longestStall();

    using Clock = std::chrono::steady_clock;
    /// Another clock, for tests; empty: the machine's.
    void setClock(std::function<Clock::time_point()> clock) { m_clock = std::move(clock); }

private:
    Clock::time_point now() const { return m_clock ? m_clock() : Clock::now(); }
    struct Second {
        std::chrono::seconds at{-1}; ///< since the clock's beginning
        Clock::duration longest{};
    };
    void note(Clock::time_point end, Clock::duration took);
    std::function<Clock::time_point()> m_clock;
    std::array<Second, 61> m_seconds; ///< a ring
    int m_level = 0; ///< of the event loop whose event is being measured; 0: none is
    unsigned m_measured = 0;
};

} // namespace sextant::ui
