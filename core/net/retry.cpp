// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/client.h"
#include "core/net/httpdate.h"
#include "core/net/target.h"

#include <algorithm>
#include <charconv>

namespace sextant::net {

std::string_view Head::header(std::string_view lowerCaseName) const
{
    const auto found =
        std::find_if(headers.begin(), headers.end(), [&](const auto &entry) { return entry.first == lowerCaseName; });
    return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

Backoff::Backoff(std::uint64_t seed)
    : m_random(seed)
{
}

std::chrono::milliseconds Backoff::next(std::chrono::steady_clock::time_point now)
{
    using namespace std::chrono_literals;
    constexpr std::int64_t first = 800;
    constexpr std::int64_t longest = 30'000;
    constexpr int lastStep = 6;
    if (m_step > 0 && now - m_last >= 2min) {
        m_step = 0;
    }
    m_last = now;
    const std::int64_t base = std::min(first << m_step, longest);
    m_step = std::min(m_step + 1, lastStep);
    // SplitMix64: good enough to keep many clusters from knocking in step, and the same everywhere for one seed.
    m_random += 0x9E3779B97F4A7C15ULL;
    std::uint64_t mixed = m_random;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9ULL;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBULL;
    mixed ^= mixed >> 31;
    return std::chrono::milliseconds(base + static_cast<std::int64_t>(mixed % static_cast<std::uint64_t>(base + 1)));
}

void Backoff::reset() { m_step = 0; }

std::optional<std::chrono::milliseconds> parseRetryAfter(
    std::string_view text, std::chrono::system_clock::time_point now)
{
    using namespace std::chrono;
    constexpr milliseconds longest = hours(1);
    text = trimmed(text);
    if (text.empty()) {
        return std::nullopt;
    }
    if (text.find_first_not_of("0123456789") == std::string_view::npos) {
        std::int64_t value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error == std::errc::result_out_of_range || value > 3600) {
            return longest;
        }
        return milliseconds(seconds(value));
    }
    const auto date = parseHttpDate(text);
    if (!date) {
        return std::nullopt;
    }
    // In milliseconds: a date beyond 2262 is no number of nanoseconds.
    return std::clamp(*date - time_point_cast<milliseconds>(now), milliseconds(0), longest);
}

} // namespace sextant::net
