// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/helios/values.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

/// From a master's values to the rows of the model. Pure functions; any thread.
/// Source: helios.md, 3.2 to 3.7 and 4. Every row's resourceVersion is a hash of what the row says.
namespace sextant::helios {

/// Which labels name a host's pool, and the team of a host or a job; best first. Empty: the defaults.
struct RowOptions {
    std::vector<std::string> poolLabels; ///< "pool", "role"
    std::vector<std::string> teamLabels; ///< "owner", "team"
};

/// How far the master can speak for a host.
enum class Standing : std::uint8_t {
    Read,
    NotRegistered, ///< listed, but without a status: half registered, or about to go
    Unreadable, ///< the master fails on it; what was read before stands
};

std::string nodeUid(std::string_view host); ///< "host/NAME"
std::string taskUid(std::string_view host, std::string_view jobId); ///< "HOST/JOB"
std::string jobUid(std::string_view jobId); ///< "job/ID"
std::string groupUid(std::string_view group); ///< "group/NAME"
/// The host and the job of a task's uid; both empty for any other text.
std::pair<std::string, std::string> partsOfTaskUid(std::string_view uid);

/// @param last what was read of it last; null: never.
NodeDraft nodeRow(const std::string &host, Standing standing, const HostStatus *last, const RowOptions &options);

/// What is known of a task at all, in the one class that decides its colour.
State taskState(const Task &task, bool hostSpeaks);
/// RUNNING and not throttled, on a host that speaks.
bool taskReady(const Task &task, bool hostSpeaks);
/// @param hostSpeaks the host is up and was read; else its tasks are as last known.
PodDraft taskRow(const std::string &host, const Task &task, bool hostSpeaks, Time reported, const RowOptions &options);

/// Sums over the deployments of a job or a group.
struct Tally {
    int deployments = 0; ///< with any goal
    int wanted = 0; ///< with goal START
    int ready = 0; ///< of the wanted: taskReady()
    int updated = 0; ///< of the wanted: of the group's job
    int failed = 0, warning = 0, pending = 0, silent = 0; ///< of the wanted, by taskState(); silent: nobody knows
    std::map<std::string, int> groups; ///< deployments by the group they belong to; "": by hand

    void add(const Task &task, bool hostSpeaks, const std::string &groupJob = {});
};

WorkloadDraft jobRow(const Job &job, const Tally &tally, const RowOptions &options);
/// @param status null: not read yet. @param job null: its job is not known. @param hostsDown sorted.
WorkloadDraft groupRow(const Group &group, const GroupStatus *status, const Job *job, const Tally &tally,
    std::vector<std::string> hostsDown, const RowOptions &options);

/// Whether a host belongs to a group: all selectors match. One that lacks the label never does, not even for "!=".
/// A group without selectors has no hosts.
bool matches(const std::vector<Selector> &selectors, const Labels &labels);
/// "role=shop zone in (a,b)".
std::string selectorText(const std::vector<Selector> &selectors);

} // namespace sextant::helios
