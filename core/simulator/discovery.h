// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/simulator/store.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sextant::simulator {

/// One resource an API server offers.
struct ResourceInfo {
    enum class Source {
        Stored, ///< lives in the Store
        Empty, ///< exists, holds nothing
        Secret, ///< exists, and nobody may read it
        Metrics, ///< answered from usage
    };
    std::string group, version, name, singular, kind;
    bool namespaced = true;
    std::vector<std::string> shortNames, categories;
    Source source = Source::Stored;
    Resource stored = Resource::Pods;

    std::string apiVersion() const { return group.empty() ? version : group + '/' + version; }
};

/// What a server of one generation offers, and the documents that say so.
class Discovery {
public:
    /// @param gitVersion "v1.36.2"; 1.20 and older have batch/v1beta1 and no aggregated documents.
    explicit Discovery(std::string gitVersion);

    bool old() const { return m_old; }
    /// Null: no such resource.
    const ResourceInfo *find(std::string_view group, std::string_view version, std::string_view resource) const;
    bool hasGroup(std::string_view group, std::string_view version, bool metrics) const;

    // Compact JSON. `metrics`: whether metrics.k8s.io is among the groups; `stale`: its server does not answer.
    std::string versions() const; ///< /api
    std::string groups(bool metrics) const; ///< /apis
    std::string group(std::string_view group) const; ///< /apis/G; empty if unknown
    std::string resources(std::string_view group, std::string_view version) const; ///< empty if unknown
    /// /api or /apis in one document. @param form "v2" or "v2beta1".
    std::string aggregated(bool core, std::string_view form, bool metrics, bool stale) const;
    std::string version() const; ///< /version

private:
    std::string m_gitVersion;
    bool m_old = false;
    std::vector<ResourceInfo> m_resources;
};

} // namespace sextant::simulator
