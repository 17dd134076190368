// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/capacity/accounting.h"
#include "core/fleet/feed.h"
#include "core/history/recorder.h"
#include "core/migration/migration.h"
#include "ui/theme/theme.h"

#include <QString>

#include <optional>
#include <vector>

namespace sextant::ui {

/// One line of details.
struct DetailRow {
    enum class Kind {
        Fact, ///< label 92 | value
        Line, ///< glyph, label in Medium, value, right
        Meter, ///< label 62 | bar | value, with a caption under it
        Chart, ///< label 62 | used over time | value
        Note, ///< words that wrap
    };
    Kind kind = Kind::Fact;
    QString label, value, right;
    std::optional<State> glyph;
    AnyId link; ///< a click selects it
    QString tip; ///< the whole of it
    // Meter.
    Bar bar;
    QString strong, rest, caption;
    // Chart.
    std::vector<Sample> samples;
    bool memory = false;
};

struct DetailSection {
    QString key; ///< "containers", "conditions", "pods", ...
    QString title; ///< empty: no head
    QString note; ///< right in the head
    std::vector<DetailRow> rows;
};

/// Everything the panel says about one object, as values; a pure function of the picture.
struct Sheet {
    bool there = false; ///< false: nothing selected, or it is gone
    QString path, name, status;
    std::optional<State> state;
    bool stale = false; ///< its cluster's picture is old
    QString cause; ///< why it is not well; empty: it is
    State causeState = State::Warning;
    QString rule; ///< what to ask an administrator for, where something was refused
    std::vector<DetailSection> sections;
    bool object = false; ///< has a raw object on the server
    bool events = false; ///< has events there
    bool history = false; ///< they are what agents of Helios kept of its states
    QString jumpText, jumpView; ///< "Show on map", "map"
};

/// `history` may be null: no charts then.
Sheet sheetOf(const Picture &picture, const AnyId &id, const Recorder *history, Time now);
/// A service of the migration: both sides, its stage and since when, and what matched it.
Sheet serviceSheet(const Picture &picture, const migration::Service &service, Time now);
/// The object is gone: its name stays readable.
Sheet goneSheet(const Sheet &last);

/// Why a pod is not well, in sentences; empty when it is.
QString podCause(const PodView &pod, Time now);
QString nodeCause(const NodeView &node, Time now);
QString workloadCause(const WorkloadView &workload, Time now);
/// What a condition's status means for its object: "Ready False" is bad, "MemoryPressure False" is good.
State conditionState(std::string_view type, std::string_view status, std::string_view reason);
/// The rules to ask for, for every kind that was refused; empty for none.
QString rulesFor(const ClusterStatus &status);
/// Rows of events, newest first.
std::vector<DetailRow> eventRows(const std::vector<EventRow> &events, Time now);

} // namespace sextant::ui
