// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/capacity/accounting.h"
#include "core/query/filtermemo.h"
#include "core/query/filterrun.h"

/// What objects answer to the keys of a filter; pods: podfacts.h. A key must be one that they have (KeySpec::tables).
namespace sextant::filter {

constexpr FilterTable tableOf(const NodeView &) { return FilterTable::Nodes; }
constexpr FilterTable tableOf(const WorkloadView &) { return FilterTable::Workloads; }
constexpr FilterTable tableOf(const ServiceFacts &) { return FilterTable::Services; }

/// A pattern of a term fits a text of the object: that of the key, of Key::Text any. `memo` is of the object's cluster.
bool fits(const Term &term, const NodeView &node, Memo &memo);
bool fits(const Term &term, const WorkloadView &workload, Memo &memo);
bool fits(const Term &term, const ServiceFacts &service, Memo &memo);

/// Texts that a node has and its pods share.
bool nodeText(const Term &term, const NodeView &node);

/// A term that fits whatever has such a text, not empty.
const Term &anyTextOf(Key key);

bool labelFits(const Term &term, const NodeView &node, Memo &memo);
template <class Thing> bool labelFits(const Term &, const Thing &, Memo &) { return false; }

/// The place of the object's word among choicesOf(key); -1: unknown.
int choiceAt(Key key, const NodeView &node);
int choiceAt(Key key, const WorkloadView &workload);
inline int choiceAt(Key, const ServiceFacts &) { return -1; }

/// How long ago that was; unknown where it is.
Number ageOf(Time created, Time now);

/// @param sums of the object's cluster.
Number numberAt(Key key, const NodeView &node, const ClusterAccounting *sums, Time now);
Number numberAt(Key key, const WorkloadView &workload, const ClusterAccounting *sums, Time now);
inline Number numberAt(Key, const ServiceFacts &, const ClusterAccounting *, Time) { return {}; }

} // namespace sextant::filter
