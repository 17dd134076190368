// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QApplication>
#include <QTimer>

#include <chrono>
#include <string>
#include <vector>

/// An application that measures how long its event loop is held: the gaps between the beats of a timer, and what each
/// event costs. GUI thread only.
class StallMeter final : public QApplication {
public:
    StallMeter(int &argc, char **argv);

    bool notify(QObject *receiver, QEvent *event) override;

    void begin(); ///< forgets what was measured
    void rest(); ///< no beats until begin(): they cost some per cent of a core themselves
    double percentile(double share) const; ///< of the stalls in milliseconds; 0.99: only one in a hundred is longer
    /// A row of a Markdown table: longest stall, percentiles of the beats, stalls over 50 ms, and the longest event
    /// with the processor time it took.
    void print(const std::string &phase) const;
    static void printHead();

private:
    struct Event {
        double wall = 0, cpu = 0; ///< milliseconds
        QString what;
    };
    using Clock = std::chrono::steady_clock;
    void beat();

    QTimer m_timer;
    Clock::time_point m_last;
    std::vector<double> m_stalls; ///< milliseconds beyond the beat, one for each
    Event m_heaviest; ///< by processor time, which other programs on the machine do not lengthen
    int m_depth = 0;
};
