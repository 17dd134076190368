// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fleet/state.h"
#include "ui/theme/theme.h"

#include <QString>

#include <optional>

namespace sextant::ui {

/// How a column's cells are drawn.
enum class CellLook {
    Text, ///< left, elided at the right
    Name, ///< left, Medium, elided in the middle
    Reference, ///< left, the name of something else: elided in the middle
    Mark, ///< left, the orchestrator's mark before it
    State, ///< left, the state's glyph before it; its note and a bar at the right, where there are any
    Number, ///< right
    Count, ///< a number right in a narrow place, its note left after it
    Meter, ///< a number right, its note, and a bar at the right
};

/// What one cell says, ready to be painted or copied.
struct Cell {
    QString text;
    QString note; ///< after the text, in the secondary colour
    std::optional<State> state;
    std::optional<Orchestrator> mark;
    std::optional<Bar> bar;

    /// Both texts in one, as it is copied and read aloud.
    QString whole() const { return note.isEmpty() ? text : text + QLatin1Char(' ') + note; }
};

/// Never shown unless chosen.
inline constexpr int kOnlyChosen = 1 << 20;

struct ColumnInfo {
    QString id; ///< stays the same for ever: settings refer to it
    QString title; ///< kubectl's capitals where kubectl has the column
    QString titleNote; ///< after it, in plain: "used / req"
    QString tip; ///< what it means; names the denominator of a share
    CellLook look = CellLook::Text;
    int width = 100; ///< by default, logical pixels at 96 dpi, 8 of padding at both sides included
    int from = 0; ///< width of the window from which it is shown by default
    bool descendingFirst = false; ///< the first click sorts downwards
    bool withHelios = false; ///< where there is such a cluster it is shown as soon as it fits: its rows need it
    bool ofHelios = false; ///< says something of Helios only: without such a cluster shown only when chosen

    bool right() const { return look == CellLook::Number || look == CellLook::Meter; }
};

} // namespace sextant::ui
