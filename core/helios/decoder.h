// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/helios/values.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// From the bytes of one answer of a master to values. What is missing, null or of another type than expected counts
/// as absent; unknown keys are passed over; of keys that come twice the last counts. An answer cut anywhere is
/// ErrorCode::Decode. Threads: any, each call by itself.
namespace sextant::helios {

/// A list of names: /hosts, /masters, /deployment-group. Empty, overlong and repeated names are left out.
Result<std::vector<std::string>> decodeNames(std::string_view json);
/// /jobs: what is known already in `catalog` is not read again. Sorted by id.
Result<std::vector<JobPtr>> decodeJobs(std::string_view json, JobCatalog &catalog);
/// POST /hosts/statuses; sorted by name. Jobs that come with the tasks go into `catalog`.
Result<std::vector<std::pair<std::string, HostStatus>>> decodeHostStatuses(std::string_view json, JobCatalog &catalog);
/// /hosts/{host}/status.
Result<HostStatus> decodeHostStatus(std::string_view json, JobCatalog &catalog);
/// /deployment-group/{name}.
Result<Group> decodeGroup(std::string_view json);
/// /deployment-group/{name}/status, in the shape of today and in that of the first masters that had groups.
Result<GroupStatus> decodeGroupStatus(std::string_view json);
/// /history/jobs/{id}, oldest first; empty for a job that nobody knows.
Result<std::vector<HistoryEvent>> decodeHistory(std::string_view json);

/// What somebody else wrote, fit to be shown: sanitized, at most `longest` bytes and "…".
std::string bounded(std::string_view text, std::size_t longest = 300);
/// What a master said along with a status of 400 and above: its JSON message or its text, at most 300 characters, fit
/// to be shown, without a full stop at its end; empty when it said nothing. Says nothing about what went wrong: the
/// status alone does.
std::string errorWords(std::string_view body);

} // namespace sextant::helios
