// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/capacity/accounting.h"

#include <QString>

#include <vector>

namespace sextant::ui {

/// One place the search field can jump to.
struct JumpTarget {
    enum class Kind { View, Action, Cluster, Node, Workload, Namespace, Pod };
    Kind kind = Kind::View;
    QString title; ///< what is matched
    QString place; ///< where it is: "gke-eu › playlist"; a shortcut for views and actions
    QString key; ///< of a view or an action
    AnyId id;
    Orchestrator orchestrator = Orchestrator::Kubernetes; ///< of its cluster
    bool group = false; ///< a deployment group of Helios, else a job
    State state = State::Unknown; ///< of objects
    int score = 0; ///< lower is better
};

/// How well `text` answers `query`: every word of the query must be in it, best at its start, then at the start of a
/// word, then anywhere; with `loose` also as letters in this order. Below 0: not at all. Case does not matter.
int jumpScore(const QString &query, const QString &text, bool loose);

/// The best answers, at most `perKind` of each kind, best first. Any thread; `fixed` are the views and actions.
std::vector<JumpTarget> jumpTargets(
    const Picture &picture, const std::vector<JumpTarget> &fixed, const QString &query, int perKind = 6);

} // namespace sextant::ui
