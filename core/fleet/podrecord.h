// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fleet/columns.h"

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace sextant {

inline PackedTime packTime(Time time)
{
    const auto seconds = time == kNoTime ? 0 : time.time_since_epoch().count();
    return seconds <= 0 || seconds > 0xffffffffLL ? 0 : static_cast<PackedTime>(seconds);
}
inline Time unpackTime(PackedTime packed) { return packed == 0 ? kNoTime : Time(std::chrono::seconds(packed)); }

/// The part of a pod that is read only when somebody looks at it. All its own texts lie in one block; words that repeat
/// are interned. Immutable once made.
struct PodRecord {
    /// A piece of the block.
    struct Text {
        std::uint32_t begin = 0;
        std::uint32_t length = 0;
    };
    struct Condition {
        StringId type = StringId::Empty, status = StringId::Empty, reason = StringId::Empty;
        PackedTime since = 0;
        Text message;
    };
    struct Container {
        StringId name = StringId::Empty, image = StringId::Empty, reason = StringId::Empty,
                 lastReason = StringId::Empty;
        Text message;
        PackedTime since = 0, lastFinished = 0;
        std::int32_t exitCode = 0, lastExitCode = 0;
        std::uint32_t restarts = 0;
        std::int16_t lastSignal = 0;
        ContainerKind kind = ContainerKind::Regular;
        ContainerState state = ContainerState::Unknown;
        bool ready = false, hasLast = false, cpuUnlimited = false, memoryUnlimited = false;
        std::int64_t cpuRequest = Count::kUnknown, cpuLimit = Count::kUnknown;
        std::int64_t memoryRequest = Count::kUnknown, memoryLimit = Count::kUnknown;
    };

    Text name, resourceVersion, ip, statusMessage, readinessGates, ownerName;
    Text uid; ///< only of one that is no UUID
    StringId nominatedNode = StringId::Empty, hostIp = StringId::Empty, priorityClass = StringId::Empty,
             serviceAccount = StringId::Empty, ownerKind = StringId::Empty;
    Uid ownerUid; ///< of the direct controller; zero: none
    std::vector<Condition> conditions;
    std::vector<Container> containers;
    std::unique_ptr<char[]> block;

    std::string_view view(Text text) const { return {block.get() + text.begin, text.length}; }
};

/// @param uid the packed uid of the draft. @param ownerUid that of its controller.
PodRecordPtr makePodRecord(const PodDraft &draft, Uid uid, Uid ownerUid, StringPool &strings);

} // namespace sextant
