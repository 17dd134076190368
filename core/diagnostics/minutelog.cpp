// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/diagnostics/minutelog.h"

#include <algorithm>

namespace sextant {

namespace {

double secondsBetween(MinuteLog::Clock::time_point from, MinuteLog::Clock::time_point to)
{
    return std::chrono::duration<double>(to - from).count();
}

} // namespace

const MinuteLog::Counted *MinuteLog::Sample::of(ClusterId id) const
{
    const auto found =
        std::find_if(clusters.begin(), clusters.end(), [id](const Counted &counted) { return counted.id == id; });
    return found == clusters.end() ? nullptr : &*found;
}

void MinuteLog::sample(const Snapshot &snapshot, std::uint64_t pictures, double processorSeconds, Clock::time_point now)
{
    Sample sample{now, pictures, processorSeconds, {}};
    sample.clusters.reserve(snapshot.clusters().size());
    for (const ClusterSnapshotPtr &cluster : snapshot.clusters()) {
        sample.clusters.push_back({cluster->id(), cluster->status().bytes, cluster->status().changes});
    }
    m_samples.push_back(std::move(sample));
    // One sample may be older than the span: the span begins inside it.
    while (m_samples.size() > 2 && m_samples[1].at <= now - kSpan) {
        m_samples.pop_front();
    }
}

std::optional<MinuteLog::Traffic> MinuteLog::traffic(ClusterId id) const
{
    const Counted *newest = m_samples.empty() ? nullptr : m_samples.back().of(id);
    if (newest == nullptr) {
        return std::nullopt;
    }
    // As far back as the counters have only grown: a cluster that is opened anew counts from 0.
    const Counted *first = newest;
    Clock::time_point from = m_samples.back().at;
    for (auto it = std::next(m_samples.rbegin()); it != m_samples.rend(); ++it) {
        const Counted *before = it->of(id);
        if (before == nullptr || before->bytes > first->bytes || before->changes > first->changes) {
            break;
        }
        first = before;
        from = it->at;
    }
    const double seconds = secondsBetween(from, m_samples.back().at);
    if (seconds <= 0) {
        return std::nullopt;
    }
    return Traffic{static_cast<double>(newest->bytes - first->bytes) / seconds,
        static_cast<double>(newest->changes - first->changes) / seconds};
}

std::optional<double> MinuteLog::processorShare() const
{
    if (m_samples.size() < 2 || m_samples.back().at <= m_samples.front().at) {
        return std::nullopt;
    }
    return (m_samples.back().processor - m_samples.front().processor)
        / secondsBetween(m_samples.front().at, m_samples.back().at);
}

std::optional<double> MinuteLog::picturesPerSecond() const
{
    if (m_samples.size() < 2 || m_samples.back().at <= m_samples.front().at) {
        return std::nullopt;
    }
    return static_cast<double>(m_samples.back().pictures - m_samples.front().pictures)
        / secondsBetween(m_samples.front().at, m_samples.back().at);
}

std::chrono::seconds MinuteLog::span() const
{
    return m_samples.empty()
        ? std::chrono::seconds(0)
        : std::min(kSpan, std::chrono::round<std::chrono::seconds>(m_samples.back().at - m_samples.front().at));
}

} // namespace sextant
