// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/migration/migration.h"

namespace sextant::test {

/// A migration on its way: services in every stage, owners, unmatched, hosts and a past of some hours; the same for the
/// same arguments.
migration::Progress sampleProgress(int services, Time now);

} // namespace sextant::test
