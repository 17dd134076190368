// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fleet/feed.h"
#include "core/fleet/status.h"

#include <string>

namespace sextant::helios {

/// The command of Helios' own client that shows an object, ready for a shell: "helios -z http://m1:5801 status --job
/// web:1:… --host h1". Node: the host; Pod: the task (named by its uid, "HOST/JOB"); a job, a deployment group; an
/// empty kind: the hosts. Empty when the cluster is not of Helios, no master is known or there is no such command.
std::string showCommand(const ClusterStatus &cluster, const ObjectRef &object);

} // namespace sextant::helios
