// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/fleet/state.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

namespace sextant::kubernetes {

/// How the API server is asked for the pods as kubectl prints them, without the objects.
inline constexpr const char *kTableAccept = "application/json;as=Table;g=meta.k8s.io;v=v1";
inline constexpr const char *kPodTableQuery = "?resourceVersion=0&includeObject=None";

/// Reads the Table of a pod list row by row as its bytes come: where each pod is and what state it is in, by the same
/// rule as the pods themselves (podStateOf). Two things a Table does not say: why a Ready condition fails that no
/// readiness gate stands for, and the phase of pods that have not ended. Keeps one row's bytes; a row over 64 KiB is
/// Error::TooLarge, a list without the columns that are needed or with rows of another shape Error::Protocol.
/// Threads: one at a time. Source: kubernetes.md, 2.10 and 4.1.
class PodTable {
public:
    /// `onRow`: the node (empty: not scheduled), valid during the call, and the state.
    explicit PodTable(std::function<void(std::string_view node, State state)> onRow);
    ~PodTable();
    PodTable(const PodTable &) = delete;
    PodTable &operator=(const PodTable &) = delete;

    Result<void> feed(std::string_view bytes);
    /// After the last byte: Error::Protocol when the list was cut short or is only a page of it.
    Result<void> finish();

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace sextant::kubernetes
