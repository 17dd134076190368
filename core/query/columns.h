// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

/// The columns of the tables, in the order they stand by default: kubectl's first, then what they ask for and use, then
/// the rest. A table shows some of them; sorting works by any.
namespace sextant {

enum class TableKind : std::uint8_t { Nodes, Pods, Workloads };

enum class PodColumn : int {
    Cluster,
    Namespace,
    Name,
    Ready,
    Status,
    Restarts,
    Age,
    Cpu,
    Memory,
    Node,
    Qos,
    Ip,
    CpuRequested,
    MemoryRequested,
    CpuLimit,
    MemoryLimit,
    Owner,
    Team,
    NominatedNode,
    ReadinessGates,
    Priority,
    ServiceAccount
};
inline constexpr int kPodColumns = static_cast<int>(PodColumn::ServiceAccount) + 1;

enum class NodeColumn : int {
    Cluster,
    Name,
    Status,
    Roles,
    Age,
    Version,
    Pods,
    Cpu,
    Memory,
    Pool,
    Zone,
    InstanceType,
    InternalIp,
    CpuUsed,
    MemoryUsed,
    CpuLimit,
    MemoryLimit,
    CpuAllocatable,
    MemoryAllocatable,
    Taints,
    Team,
    ExternalIp,
    OsImage,
    Kernel,
    Runtime,
    Architecture,
    Load, ///< of Helios hosts
    MemoryInUse ///< of Helios hosts, caches included
};
inline constexpr int kNodeColumns = static_cast<int>(NodeColumn::MemoryInUse) + 1;

enum class WorkloadColumn : int {
    Cluster,
    Namespace,
    Kind,
    Name,
    Ready,
    UpToDate,
    Available,
    Age,
    Status,
    Pods,
    Cpu,
    Memory,
    Team,
    CpuRequested,
    MemoryRequested,
    Images,
    Schedule,
    Completions,
    LastSchedule,
    Revision,
    Containers,
    Selector,
    NodeSelector
};
inline constexpr int kWorkloadColumns = static_cast<int>(WorkloadColumn::NodeSelector) + 1;

} // namespace sextant
