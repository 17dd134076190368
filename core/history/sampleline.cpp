// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/sampleline.h"

#include "core/base/varint.h"

#include <algorithm>
#include <array>
#include <chrono>

namespace sextant {

namespace {

constexpr std::array kFigures{&Sample::cpuCapacity, &Sample::cpuAllocatable, &Sample::cpuRequested, &Sample::cpuLimit,
    &Sample::cpuUsed, &Sample::memoryCapacity, &Sample::memoryAllocatable, &Sample::memoryRequested,
    &Sample::memoryLimit, &Sample::memoryUsed, &Sample::pods, &Sample::podsAllocatable};

/// Differences wrap around, so that any two numbers have one.
std::int64_t minus(std::int64_t a, std::int64_t b)
{
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}
std::int64_t plus(std::int64_t a, std::int64_t b)
{
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

/// What the first sample of a block is told from.
Sample zero()
{
    Sample sample;
    sample.at = Time();
    for (const auto figure : kFigures) {
        sample.*figure = 0;
    }
    return sample;
}

std::int64_t seconds(Time time) { return time.time_since_epoch().count(); }

} // namespace

void SampleLine::add(const Sample &sample)
{
    if (m_blocks.empty() || m_blocks.back().samples == kOfBlock) {
        if (!m_blocks.empty()) {
            m_blocks.back().bytes.shrink_to_fit();
        }
        m_blocks.emplace_back().last = zero();
    }
    Block &block = m_blocks.back();
    const auto time = zigzag(minus(seconds(sample.at), seconds(block.last.at)));
    putVarint(block.bytes, time << 1 | (sample.simulated ? 1U : 0U));
    // Which figures are not what they were, then how far each went.
    std::uint64_t moved = 0;
    for (std::size_t i = 0; i < kFigures.size(); ++i) {
        moved |= std::uint64_t(sample.*kFigures[i] != block.last.*kFigures[i] ? 1 : 0) << i;
    }
    putVarint(block.bytes, moved);
    for (std::size_t i = 0; i < kFigures.size(); ++i) {
        if ((moved >> i & 1U) != 0) {
            putVarint(block.bytes, zigzag(minus(sample.*kFigures[i], block.last.*kFigures[i])));
        }
    }
    block.last = sample;
    ++block.samples;
}

void SampleLine::dropBefore(Time time)
{
    m_from = std::max(m_from, time);
    while (!m_blocks.empty() && m_blocks.front().last.at < m_from) {
        m_blocks.pop_front();
    }
}

std::vector<Sample> SampleLine::samples() const
{
    std::vector<Sample> out;
    out.reserve(m_blocks.size() * kOfBlock);
    for (const Block &block : m_blocks) {
        const char *at = block.bytes.data();
        const char *end = at + block.bytes.size();
        Sample sample = zero();
        for (std::size_t left = block.samples; left > 0; --left) {
            const auto time = takeVarint(at, end);
            sample.at = Time(std::chrono::seconds(plus(seconds(sample.at), unzigzag(time >> 1))));
            sample.simulated = (time & 1U) != 0;
            const auto moved = takeVarint(at, end);
            for (std::size_t i = 0; i < kFigures.size(); ++i) {
                if ((moved >> i & 1U) != 0) {
                    sample.*kFigures[i] = plus(sample.*kFigures[i], unzigzag(takeVarint(at, end)));
                }
            }
            if (sample.at >= m_from) {
                out.push_back(sample);
            }
        }
    }
    return out;
}

} // namespace sextant
