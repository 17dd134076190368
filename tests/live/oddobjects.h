// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/live/api.h"

#include <string>
#include <vector>

/// One pod in a state of its own, made through the API and its status subresource.
struct OddPod {
    std::string name;
    const char *spec; ///< laid over {"nodeName": "odd-1", "containers": [{"name": "main", "image": "i"}]}
    const char *status; ///< laid over what the server made; "" for none
    /// What a server of 1.36 prints as its STATUS: an odd pod whose word does not come is not as odd as it should be.
    const char *word;
    enum Flag : unsigned {
        Plain = 0,
        Deleted = 1, ///< deletionTimestamp set, held by a finalizer
        Modern = 2, ///< what 1.20 does not know
        Debugged = 4 ///< with an ephemeral container
    };
    unsigned flags = Plain;
};

struct OddNode {
    std::string name;
    const char *metadata; ///< labels
    const char *spec;
    const char *status;
    const char *word; ///< STATUS
};

/// Every row of kubectl's status rules, of the arithmetic of requests and of the states of a resize.
const std::vector<OddPod> &oddPods();
const std::vector<OddNode> &oddNodes();

/// Makes all of it in the namespace "odd". `modern`: the server is younger than 1.20.
/// @return what the server refused, a line each; empty: all stands.
std::string makeOddObjects(const Api &api, bool modern);
