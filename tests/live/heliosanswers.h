// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/live/api.h"
#include "tests/live/comparison.h"

/// What a Helios master says of its whole cluster, read by a client of its own.
struct HeliosAnswers {
    nlohmann::json hosts = nlohmann::json::array(); ///< names, sorted
    nlohmann::json statuses; ///< host -> HostStatus; without those the master knows only by name
    nlohmann::json jobs; ///< id -> Job
    nlohmann::json groups; ///< name -> DeploymentGroupStatusResponse
    std::string problem; ///< what could not be read; empty: nothing

    bool operator==(const HeliosAnswers &) const = default;
};
HeliosAnswers askMaster(const Api &api);

/// The rows of `export pods`, `nodes` and `workloads` as the export contract has them for these answers, worked out
/// from the JSON alone. `cluster`: its name. Columns that the contract leaves open are not in them.
nlohmann::json expectedPods(const HeliosAnswers &answers, const std::string &cluster);
nlohmann::json expectedNodes(const HeliosAnswers &answers, const std::string &cluster);
nlohmann::json expectedWorkloads(const HeliosAnswers &answers, const std::string &cluster);

/// Row by row, every column of `expected`. Rows of an export are told apart by namespace, kind, name and node.
Compared compareRows(const nlohmann::json &expected, const nlohmann::json &exported);
