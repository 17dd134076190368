// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fleet/columns.h"
#include "core/fleet/draftrecord.h"

#include <cstdint>
#include <string>

/// How drafts of nodes and workloads lie in their columns; NodeView::draft() and WorkloadView::draft() are the way
/// back.
namespace sextant {

/// Lays a draft into the columns of its row, all but those that others fill (usage; controller and team). @param
/// scratch written over.
void setDraft(NodeColumns &nodes, std::uint32_t slot, NodeDraft draft, StringPool &strings, std::string &scratch);
void setDraft(
    WorkloadColumns &workloads, std::uint32_t slot, WorkloadDraft draft, StringPool &strings, std::string &scratch);

} // namespace sextant
