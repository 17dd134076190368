// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/diagnostics/minutelog.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// How Sextant itself is doing: what it asks of every cluster, what it gets, and what it takes of this machine. The
/// page, what is copied and `sextant check` draw from the same figures.
namespace sextant {

/// One kind of objects of a cluster.
struct KindDiagnosis {
    ResourceKind kind = ResourceKind::Nodes;
    std::string word; ///< "pods", of Helios "tasks"
    State state = State::Unknown; ///< its glyph
    std::string sync; ///< in words: "live", "loading, 41 %", "forbidden", "not served"
    ResourceStatus status; ///< the figures as they are
    std::string problem; ///< what went wrong and what to do; empty: nothing
};

/// One cluster: the figures of its status, summed and put into words.
struct ClusterDiagnosis {
    ClusterId id = ClusterId::None;
    ClusterStatus status;
    State state = State::Unknown; ///< its glyph
    std::string connection; ///< in words: "live", "loading", "partial", "stale", "stale, loading", "failed"
    std::uint64_t objects = 0; ///< held: nodes, pods, workloads, namespaces
    std::uint64_t lists = 0, watches = 0; ///< made since the start, all kinds
    std::optional<MinuteLog::Traffic> traffic;
    std::string polling; ///< of Helios: how often, and how long a round takes; else empty
    std::vector<std::string> masters; ///< of Helios: each with what it does now
    std::vector<KindDiagnosis> kinds; ///< those its orchestrator has
};

/// What the program takes of the machine; nothing where it is not known.
struct ProgramFigures {
    std::optional<std::uint64_t> resident, peak; ///< bytes
    std::optional<double> processorShare; ///< of one core, over the last minute: 1 is a whole one
    std::optional<double> picturesPerSecond; ///< over the last minute
    std::optional<std::chrono::milliseconds> longestStall; ///< of the event loop, in the last minute
    std::uint64_t strings = 0, stringBytes = 0; ///< interned
    std::string logFile; ///< empty: nothing is logged
};

struct Diagnostics {
    Time at = kNoTime;
    ProgramFigures program;
    std::vector<ClusterDiagnosis> clusters;
};

/// @param log of the minute before; null: rates are unknown
/// @param cluster only that one; None: all
/// @param stall the longest of the event loop in the last minute
Diagnostics diagnose(const Snapshot &snapshot, const MinuteLog *log, Time now, ClusterId cluster = ClusterId::None,
    std::optional<std::chrono::milliseconds> stall = {});
/// The same of one cluster.
ClusterDiagnosis diagnose(const ClusterSnapshot &cluster, const MinuteLog *log);

/// All of it as plain text to be sent to somebody: no credentials are in it, and what came from outside is made
/// harmless to a terminal. Addresses of servers are.
std::string diagnosticsText(const Diagnostics &diagnostics);

// Words that the page and the text share; "—" when unknown.
std::string formatRate(std::optional<double> bytesPerSecond); ///< "1.2Ki/s"
std::string formatPerSecond(std::optional<double> number); ///< "0.4 /s", "812 /s"
std::string formatShareOfCore(std::optional<double> share); ///< "2.1 % of a core"
std::string formatAnswerTime(std::chrono::milliseconds latency); ///< "12 ms"; 0 is unknown
std::string formatSkew(const ClusterStatus &status); ///< "+2 s"
std::string formatRead(const ResourceStatus &status); ///< "1,124 of 2,740", "2,740"
/// "gke-eu: 2,740 nodes, 12,000 of 150,000 pods": how far it is read; "12,000+ pods" where nobody knows how many come.
std::string formatLoaded(const ClusterSnapshot &cluster);
std::string formatHeard(Time heard, Time now); ///< "3s", "—" where nothing was

} // namespace sextant
