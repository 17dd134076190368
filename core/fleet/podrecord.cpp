// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fleet/podrecord.h"

#include <algorithm>
#include <limits>
#include <string>

namespace sextant {

PodRecordPtr makePodRecord(const PodDraft &draft, Uid uid, Uid ownerUid, StringPool &strings)
{
    auto record = std::make_shared<PodRecord>();
    std::string block;
    const auto keep = [&block](std::string_view text) {
        const PodRecord::Text piece{static_cast<std::uint32_t>(block.size()), static_cast<std::uint32_t>(text.size())};
        block += text;
        return piece;
    };
    record->name = keep(draft.name);
    record->uid = keep(uid.high == 0 ? std::string_view(draft.uid) : std::string_view());
    record->resourceVersion = keep(draft.resourceVersion);
    record->ip = keep(draft.ip);
    record->statusMessage = keep(draft.statusMessage);
    record->readinessGates = keep(draft.readinessGates);
    record->ownerName = keep(draft.controller.name);
    record->ownerKind = strings.intern(draft.controller.kind);
    record->ownerUid = ownerUid;
    record->nominatedNode = strings.intern(draft.nominatedNode);
    record->hostIp = strings.intern(draft.hostIp);
    record->priorityClass = strings.intern(draft.priorityClass);
    record->serviceAccount = strings.intern(draft.serviceAccount);
    record->conditions.reserve(draft.conditions.size());
    for (const ConditionDraft &condition : draft.conditions) {
        record->conditions.push_back({strings.intern(condition.type), strings.intern(condition.status),
            strings.intern(condition.reason), packTime(condition.since), keep(condition.message)});
    }
    const auto has = [](const std::vector<std::string> &names, const std::string &name) {
        return std::find(names.begin(), names.end(), name) != names.end();
    };
    record->containers.reserve(draft.containers.size());
    for (const ContainerDraft &container : draft.containers) {
        PodRecord::Container row;
        row.name = strings.intern(container.name);
        row.image = strings.intern(container.image);
        row.reason = strings.intern(container.reason);
        row.lastReason = strings.intern(container.lastReason);
        row.message = keep(container.message);
        row.since = packTime(container.since);
        row.lastFinished = packTime(container.lastFinished);
        row.exitCode = container.exitCode;
        row.lastExitCode = container.lastExitCode;
        row.restarts = container.restarts;
        row.lastSignal = static_cast<std::int16_t>(std::clamp(container.lastSignal, -32768, 32767));
        row.kind = container.kind;
        row.state = container.state;
        row.ready = container.ready;
        row.hasLast = container.hasLast;
        const bool runs = container.kind == ContainerKind::Regular || container.kind == ContainerKind::Sidecar;
        row.cpuUnlimited = runs && has(draft.unlimitedCpu, container.name);
        row.memoryUnlimited = runs && has(draft.unlimitedMemory, container.name);
        row.cpuRequest = container.cpuRequest.value;
        row.cpuLimit = container.cpuLimit.value;
        row.memoryRequest = container.memoryRequest.value;
        row.memoryLimit = container.memoryLimit.value;
        record->containers.push_back(row);
    }
    record->block = std::make_unique<char[]>(std::max<std::size_t>(block.size(), 1));
    block.copy(record->block.get(), block.size());
    return record;
}

} // namespace sextant
