// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fleet/snapshot.h"

#include <string>
#include <string_view>
#include <vector>

namespace sextant {

/// `needle` occurs in `text`; letters A-Z count as a-z, every other byte as itself, so UTF-8 is never cut.
/// `needle` must be folded (see folded()).
bool containsFolded(std::string_view text, std::string_view needle);
/// `text` with A-Z as a-z.
std::string folded(std::string_view text);

/// The filter of tables and map: words parted by blanks, each of which must occur in some text of the object.
/// Pods: name, namespace, node, status, workload, team, cluster, IP. Nodes: name, status, roles, version, pool, zone,
/// instance type, IPs, team, cluster. Workloads: name, namespace, kind, status, team, images, cluster, and of Helios
/// the job a group rolls out and the services a job registers as. Immutable; any thread.
class Matcher {
public:
    explicit Matcher(std::string_view filter);
    /// Nothing typed: everything matches.
    bool empty() const { return m_words.empty(); }
    bool matches(const PodView &pod) const;
    bool matches(const NodeView &node) const;
    bool matches(const WorkloadView &workload) const;

private:
    std::vector<std::string> m_words;
};

} // namespace sextant
