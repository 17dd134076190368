// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/query/orderedrows.h"
#include "core/query/sortkeys.h"

#include <string_view>

/// What the three kinds of rows have in common, for what sorts and selects any of them.
namespace sextant::rows {

inline std::string_view spaceOf(const PodView &pod) { return pod.ns(); }
inline std::string_view spaceOf(const NodeView &) { return {}; }
inline std::string_view spaceOf(const WorkloadView &workload) { return workload.ns(); }
inline std::string_view kindOf(const PodView &) { return {}; }
inline std::string_view kindOf(const NodeView &) { return {}; }
inline std::string_view kindOf(const WorkloadView &workload) { return workload.kindText(); }
/// Tables show topmost workloads only.
inline bool shownAtAll(const PodView &) { return true; }
inline bool shownAtAll(const NodeView &) { return true; }
inline bool shownAtAll(const WorkloadView &workload) { return workload.topmost(); }

template <class View> ViewRange<View> rangeOf(const ClusterSnapshot &cluster);
template <> inline ViewRange<PodView> rangeOf(const ClusterSnapshot &cluster) { return cluster.pods(); }
template <> inline ViewRange<NodeView> rangeOf(const ClusterSnapshot &cluster) { return cluster.nodes(); }
template <> inline ViewRange<WorkloadView> rangeOf(const ClusterSnapshot &cluster) { return cluster.workloads(); }

/// Of what is on a node, or of a workload's pods.
inline Sums sumsOf(const Picture &picture, const NodeView &node, std::uint32_t cluster)
{
    return picture.accounting(cluster).byNode[node];
}
inline Sums sumsOf(const Picture &picture, const WorkloadView &workload, std::uint32_t cluster)
{
    return picture.accounting(cluster).byWorkload[workload.slot()];
}

inline SortKey keyOf(SortKeys &keys, const Picture &, const PodView &pod, std::uint32_t, int column)
{
    return keys.of(pod, static_cast<PodColumn>(column));
}
inline SortKey keyOf(SortKeys &keys, const Picture &picture, const NodeView &node, std::uint32_t cluster, int column)
{
    return keys.of(node, sumsOf(picture, node, cluster), static_cast<NodeColumn>(column));
}
inline SortKey keyOf(
    SortKeys &keys, const Picture &picture, const WorkloadView &workload, std::uint32_t cluster, int column)
{
    return keys.of(workload, sumsOf(picture, workload, cluster), static_cast<WorkloadColumn>(column));
}

/// A number that rows of one cluster with the same text in that column share; kNoSlot: a row's text is its own.
inline std::uint32_t sharedBy(const PodView &pod, int column)
{
    const auto &cells = PodView::columns(pod.cluster());
    switch (static_cast<PodColumn>(column)) {
    case PodColumn::Namespace:
        return static_cast<std::uint32_t>(cells.at<PodCell::Namespace>(pod.slot()));
    case PodColumn::Node:
        return static_cast<std::uint32_t>(cells.at<PodCell::Node>(pod.slot()));
    case PodColumn::Team:
        return static_cast<std::uint32_t>(cells.at<PodCell::Team>(pod.slot()));
    case PodColumn::Owner:
        return pod.cluster().workloadBySlot(pod.workloadSlot()) ? pod.workloadSlot() : kNoSlot;
    default:
        return kNoSlot;
    }
}
template <class View> std::uint32_t sharedBy(const View &, int) { return kNoSlot; }

inline int spaceColumn(const PodView *) { return static_cast<int>(PodColumn::Namespace); }
inline int spaceColumn(const NodeView *) { return -1; }
inline int spaceColumn(const WorkloadView *) { return static_cast<int>(WorkloadColumn::Namespace); }
inline int nameColumn(const PodView *) { return static_cast<int>(PodColumn::Name); }
inline int nameColumn(const NodeView *) { return static_cast<int>(NodeColumn::Name); }
inline int nameColumn(const WorkloadView *) { return static_cast<int>(WorkloadColumn::Name); }

} // namespace sextant::rows
