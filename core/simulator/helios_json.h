// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/simulator/helios_state.h"
#include "core/simulator/world_random.h"

#include <compare>
#include <optional>
#include <string>

/// What a Helios master writes, as the version it claims to be wrote it. Everything under the state's mutex.
namespace sextant::simulator {

struct HeliosVersion {
    int major = 0, minor = 0, patch = 0;
    bool snapshot = false;
    auto operator<=>(const HeliosVersion &) const = default;
    /// "0.9.282", "0.9.2-SNAPSHOT"; none for anything else.
    static std::optional<HeliosVersion> parse(std::string_view text);
};

class HeliosJson {
public:
    /// @param random the order of maps and lists, which Helios does not promise.
    HeliosJson(HeliosVersion version, Random &random)
        : m_version(version)
        , m_random(random)
    {
    }

    /// True for a master that has what came with this version.
    bool since(int minor, int patch) const { return m_version >= HeliosVersion{0, minor, patch, false}; }

    std::string job(const HeliosJob &job);
    std::string deployment(const HeliosDeployment &deployment);
    std::string task(const HeliosTask &task);
    std::string hostStatus(const HeliosHost &host);
    /// None: one of its tasks is unreadable.
    std::optional<std::string> jobStatus(const HeliosState &state, const HeliosJob &job);
    std::string history(const HeliosState &state, const HeliosJob *job, const std::string &id);
    std::string group(const HeliosGroup &group);
    std::string groupStatus(const HeliosState &state, const HeliosGroup &group);

    std::string names(std::vector<std::string> names, bool sorted);

    /// The entries of a map in an order of this answer's own.
    template <class Map> std::vector<const typename Map::value_type *> shuffled(const Map &map)
    {
        std::vector<const typename Map::value_type *> out;
        for (const auto &entry : map) {
            out.push_back(&entry);
        }
        for (std::size_t i = out.size(); i > 1; --i) {
            std::swap(out[i - 1], out[m_random.bits() % i]);
        }
        return out;
    }

private:
    HeliosVersion m_version;
    Random &m_random;
};

} // namespace sextant::simulator
