// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/sampleline.h"

#include "core/base/varint.h"

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>

namespace sextant {

namespace {

constexpr std::array kFigures{&Sample::cpuCapacity, &Sample::cpuAllocatable, &Sample::cpuRequested, &Sample::cpuLimit,
    &Sample::cpuUsed, &Sample::memoryCapacity, &Sample::memoryAllocatable, &Sample::memoryRequested,
    &Sample::memoryLimit, &Sample::memoryUsed, &Sample::pods, &Sample::podsAllocatable};

/// Memory moves by whole KiB or MiB nearly always: how often a difference is divided by 1024 before it is written, two
/// bits of each figure of memory behind those of all figures.
constexpr std::size_t kFirstOfMemory = 5, kMemory = 5;
constexpr unsigned kUnitBits = 10, kMostUnits = 2;
static_assert(
    kFigures[kFirstOfMemory] == &Sample::memoryCapacity && kFigures[kFirstOfMemory + kMemory] == &Sample::pods);

constexpr bool ofMemory(std::size_t figure) { return figure - kFirstOfMemory < kMemory; }
constexpr std::size_t unitsAt(std::size_t figure) { return kFigures.size() + 2 * (figure - kFirstOfMemory); }
unsigned unitsOf(std::int64_t difference)
{
    return std::min(
        static_cast<unsigned>(std::countr_zero(static_cast<std::uint64_t>(difference))) / kUnitBits, kMostUnits);
}

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
        m_blocks.emplace_back();
        m_last = zero();
    }
    Block &block = m_blocks.back();
    const auto time = zigzag(minus(seconds(sample.at), seconds(m_last.at)));
    putVarint(block.bytes, time << 1 | (sample.simulated ? 1U : 0U));
    // Which figures are not what they were, then how far each went.
    std::uint64_t moved = 0;
    std::array<std::int64_t, kFigures.size()> by{};
    for (std::size_t i = 0; i < kFigures.size(); ++i) {
        by[i] = minus(sample.*kFigures[i], m_last.*kFigures[i]);
        if (by[i] != 0) {
            const unsigned units = ofMemory(i) ? unitsOf(by[i]) : 0;
            by[i] >>= units * kUnitBits;
            moved |= std::uint64_t(1) << i | (ofMemory(i) ? std::uint64_t(units) << unitsAt(i) : 0);
        }
    }
    putVarint(block.bytes, moved);
    for (const std::int64_t difference : by) {
        if (difference != 0) {
            putVarint(block.bytes, zigzag(difference));
        }
    }
    m_last = sample;
    block.last = sample.at;
    ++block.samples;
}

void SampleLine::dropBefore(Time time)
{
    m_from = std::max(m_from, time);
    const auto kept =
        std::find_if(m_blocks.begin(), m_blocks.end(), [this](const Block &block) { return block.last >= m_from; });
    m_blocks.erase(m_blocks.begin(), kept);
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
                    const auto units = ofMemory(i) ? moved >> unitsAt(i) & 3U : 0;
                    const auto by = static_cast<std::uint64_t>(unzigzag(takeVarint(at, end))) << units * kUnitBits;
                    sample.*kFigures[i] = plus(sample.*kFigures[i], static_cast<std::int64_t>(by));
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
