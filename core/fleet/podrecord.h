// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fleet/columns.h"
#include "core/fleet/poddigest.h"

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// How a pod is packed: narrow columns for what is sorted, filtered and summed, one block of bytes for the rest.
namespace sextant {

/// The part of a pod that is read only when somebody looks at it, as it lies in its block: texts of its own as they
/// are, words that repeat by their numbers in the StringPool, and of the rest only what is set. A block holds no
/// address: it can be moved, copied and kept in a file together with the pool's numbering.
class PodRecord {
public:
    struct Condition {
        StringId type = StringId::Empty, reason = StringId::Empty;
        std::string_view knownStatus; ///< True, False or Unknown; empty: another word, `status`
        StringId status = StringId::Empty;
        Time since = kNoTime;
        std::string_view message;
    };
    struct Container {
        StringId name = StringId::Empty, image = StringId::Empty, reason = StringId::Empty,
                 lastReason = StringId::Empty;
        std::string_view message;
        Time since = kNoTime, lastFinished = kNoTime;
        int exitCode = 0, lastExitCode = 0, lastSignal = 0;
        std::uint32_t restarts = 0;
        ContainerKind kind = ContainerKind::Regular;
        ContainerState state = ContainerState::Unknown;
        bool ready = false, hasLast = false, cpuUnlimited = false, memoryUnlimited = false;
        MilliCpu cpuRequest, cpuLimit;
        Bytes memoryRequest, memoryLimit;
    };

    /// Packs a draft; `out` is written over. What was interned stays in `strings`.
    static void pack(const PodDraft &draft, StringPool &strings, std::string &out);
    /// The same block with its words under other numbers: each is passed through `number`, in their order.
    /// @param versioned false: without its resourceVersion, so that whatever is read of the pod counts as newer.
    static void renumber(
        std::string_view block, const std::function<StringId(StringId)> &number, bool versioned, std::string &out);
    /// The name alone.
    static std::string_view nameIn(std::string_view block);
    /// The IP alone.
    static std::string_view ipIn(std::string_view block);
    static PodDigest digestIn(std::string_view block);

    /// Reads a block that pack() made and that outlives this. @param created of the pod, by its column: other times are
    /// kept as distances from it.
    PodRecord(std::string_view block, PackedTime created);

    std::string_view name, ip, statusMessage, readinessGates, ownerName;
    std::string_view uid; ///< only of one that is no UUID
    StringId phase = StringId::Empty, qos = StringId::Empty, nominatedNode = StringId::Empty, hostIp = StringId::Empty,
             priorityClass = StringId::Empty, serviceAccount = StringId::Empty, ownerKind = StringId::Empty;
    Time deleted = kNoTime, lastRestart = kNoTime;
    // Only of columns that are kWide.
    MilliCpu cpuRequested, cpuLimit;
    Bytes memoryRequested, memoryLimit;

    std::string resourceVersion() const;
    bool isVersion(std::string_view text) const;
    std::vector<Condition> conditions() const;
    std::vector<Container> containers() const;

private:
    PackedTime m_created = 0;
    std::optional<std::uint64_t> m_version;
    std::string_view m_versionText; ///< of one that is no number
    std::string_view m_rest; ///< conditions and containers
};

} // namespace sextant
