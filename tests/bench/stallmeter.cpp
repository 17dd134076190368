// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/stallmeter.h"

#include <QMetaEnum>

#include <algorithm>
#include <cstdio>
#include <ctime>

namespace {

constexpr int kBeatMs = 2;

double threadCpuMs()
{
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

} // namespace

StallMeter::StallMeter(int &argc, char **argv)
    : QApplication(argc, argv)
{
    m_timer.setTimerType(Qt::PreciseTimer);
    m_timer.setInterval(kBeatMs);
    connect(&m_timer, &QTimer::timeout, this, &StallMeter::beat);
    begin();
}

void StallMeter::begin()
{
    m_stalls.clear();
    m_heaviest = {};
    m_last = Clock::now();
    m_timer.start();
}

void StallMeter::rest() { m_timer.stop(); }

double StallMeter::percentile(double share) const
{
    std::vector<double> sorted = m_stalls;
    std::sort(sorted.begin(), sorted.end());
    return sorted.empty() ? 0 : sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
}

void StallMeter::beat()
{
    const auto now = Clock::now();
    m_stalls.push_back(std::max(0.0, std::chrono::duration<double, std::milli>(now - m_last).count() - kBeatMs));
    m_last = now;
}

bool StallMeter::notify(QObject *receiver, QEvent *event)
{
    if (m_depth > 0) {
        return QApplication::notify(receiver, event);
    }
    // The receiver may be gone afterwards.
    const QString name = QString::fromLatin1(receiver->metaObject()->className());
    const int type = event->type();
    const double cpu = threadCpuMs();
    const auto start = Clock::now();
    ++m_depth;
    const bool done = QApplication::notify(receiver, event);
    --m_depth;
    const double wall = std::chrono::duration<double, std::milli>(Clock::now() - start).count();
    const double own = threadCpuMs() - cpu;
    if (own > m_heaviest.cpu) {
        const char *key = QMetaEnum::fromType<QEvent::Type>().valueToKey(type);
        m_heaviest = {
            wall, own, name + QLatin1Char(' ') + (key != nullptr ? QString::fromLatin1(key) : QString::number(type))};
    }
    return done;
}

void StallMeter::printHead()
{
    std::printf("| phase | longest stall | p99.9 | p99 | p50 | over 50 ms | most processor time of one event |\n"
                "| --- | --- | --- | --- | --- | --- | --- |\n");
}

void StallMeter::print(const std::string &phase) const
{
    const auto over = std::count_if(m_stalls.begin(), m_stalls.end(), [](double stall) { return stall > 50; });
    std::printf("| %s | %.0f ms | %.1f ms | %.1f ms | %.1f ms | %td of %zu | %.0f ms: %s, %.0f ms long |\n",
        phase.c_str(), percentile(1), percentile(0.999), percentile(0.99), percentile(0.5), over, m_stalls.size(),
        m_heaviest.cpu, qPrintable(m_heaviest.what), m_heaviest.wall);
    std::fflush(stdout);
}
