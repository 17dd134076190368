// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/capacity/accounting.h"
#include "core/fleet/snapshot.h"

#include <QString>
#include <QStringList>

namespace sextant::ui {

/// How current the picture of a cluster is, in words; pure functions of its status. A Helios cluster is polled: its age
/// is that of the last round.
struct Freshness {
    enum class Kind { Live, Loading, Partial, Stale, Failed };
    Kind kind = Kind::Loading;
    State state = State::Pending; ///< its glyph
    QString note; ///< for a chip: "3 s", "41 %", "4m12s", "partial"
    QString strip; ///< for the strip, after the name; empty: nothing to say
    QString tip; ///< everything, line by line
};
Freshness freshnessOf(const ClusterStatus &status, Time now);

/// How a Helios cluster is polled, and by which of its masters it is answered; line by line, empty for Kubernetes.
QStringList pollingLines(const ClusterStatus &status);
/// What its master names and cannot read, by kind: "hosts edge-7, edge-9"; empty: everything can be read.
QString unreadableText(const ClusterStatus &status);
/// "Kubernetes v1.36.2", "Helios 0.9.282"; empty while it is not known.
QString versionText(const ClusterStatus &status);
/// The word of a kind: "nodes", of Helios "hosts"; "pods", of Helios "tasks".
QString kindWord(ResourceKind kind, Orchestrator orchestrator);
/// Share of the first lists that is read, 0..1; below 0 when no server said how much there is.
double loadedShare(const ClusterStatus &status);
/// Kinds that are live or stale, of those that were asked for: "7 of 9". Kinds an orchestrator has not are in neither.
int kindsRead(const ClusterStatus &status);
int kindsAsked(const ClusterStatus &status);
/// A cluster is still reading or has failed: sums over it are lower bounds and end in "+".
bool sumsOpen(const ClusterStatus &status);
bool sumsOpen(const Picture &picture);
/// A cluster of that orchestrator is in scope.
bool heliosIn(const Picture &picture, const Scope &scope);
bool kubernetesIn(const Picture &picture, const Scope &scope);
/// "600" or "600+".
QString countText(std::int64_t count, bool open);
/// What went wrong in a few words: "unreachable", "not logged in", "TLS refused".
QString problemWord(const Error &error);

} // namespace sextant::ui
