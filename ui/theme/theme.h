// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fleet/state.h"

#include <QColor>
#include <QFont>
#include <QIcon>
#include <QObject>
#include <QPainter>
#include <QPalette>
#include <QString>

/// The user interface; everything in it lives on the GUI thread unless it says otherwise.
namespace sextant::ui {

enum class Token {
    Bg,
    Surface,
    Raised,
    Hover,
    Selection,
    Border,
    Rule,
    BorderStrong,
    Text,
    TextSecondary,
    TextDisabled,
    Accent,
    AccentText,
    Ok,
    Pending,
    Warning,
    Failed,
    Unknown,
    Gone,
    Kubernetes,
    Helios,
    Used,
    Requested,
    RequestedCell,
    Track,
    Limit,
    Allocatable,
    Over,
    CellReady,
    CellCompleted,
    TintReady,
};
inline constexpr int kTokens = static_cast<int>(Token::TintReady) + 1;

enum class TextRole {
    Figure,
    FigureSmall,
    Title,
    Section,
    Body,
    BodyStrong,
    Table,
    TableStrong,
    Caption,
    CaptionStrong
};

/// Colours, fonts and metrics of the look, light and dark. The one place that knows a colour or a size.
/// `changed` follows a switch of mode or of the system's palette; whoever caches pixels drops them then.
class Theme final : public QObject {
    Q_OBJECT
public:
    enum class Mode { System, Light, Dark };

    static Theme &instance();

    Mode mode() const { return m_mode; }
    /// Applies palette and style to the application; System follows the desktop's palette.
    void setMode(Mode mode);
    bool dark() const { return m_dark; }

    QColor color(Token token) const;
    /// The same token of a given theme: reports are always light.
    static QColor color(Token token, bool dark);
    QColor state(State state) const;
    QColor identity(Orchestrator orchestrator) const;
    /// Colour of a map cell of that state (ready is muted).
    QColor cell(State state) const;
    /// 0..1 on the utilization ramp, in 11 steps; above 1 is Token::Over.
    QColor ramp(double share) const;
    /// -1 (wants more) .. 0 (fits) .. +1 (gives back).
    QColor diverging(double value) const;
    /// Series colours for owners and namespaces; beyond ten: Token::Unknown.
    QColor series(int index) const;

    QFont font(TextRole role) const;
    /// Logical pixels at 96 dpi scaled by the system's font size (0.9 to 1.5): px(24) is a table row.
    int px(int size) const;
    double scale() const { return m_scale; }
    /// 0 where the system asks for less motion.
    int animationMs() const;

Q_SIGNALS:
    void changed();

private:
    Theme();
    bool eventFilter(QObject *object, QEvent *event) override;
    void apply();
    bool m_systemDark = false;
    bool m_applying = false;
    Mode m_mode = Mode::System;
    bool m_dark = false;
    double m_scale = 1;
    QString m_family;
    bool m_medium = true;
};

/// The token a state is drawn in.
Token stateToken(State state);

// Painters, used by widgets, delegates, the map, charts and reports alike. `dark` picks the theme (reports: false).
/// The glyph of a state, in `box` (10, 12 or 16 wide): disc, broken ring, triangle, square, half disc, cross, tick,
/// barred ring.
void paintState(QPainter &painter, State state, const QRectF &box, bool dark);
/// The mark of an orchestrator: heptagon with a dot (Kubernetes), half sun with rays (Helios).
void paintMark(QPainter &painter, Orchestrator orchestrator, const QRectF &box, bool dark);

/// used inside requested inside allocatable, one bar everywhere. Shares of the bar's whole (1 = allocatable); below 0:
/// unknown.
struct Bar {
    double requested = -1;
    double used = -1;
    double limit = -1; ///< drawn as a dashed mark
    bool cell = false; ///< paler, as in table cells
    bool stale = false; ///< at half strength
    bool operator==(const Bar &) const = default;
};
void paintBar(QPainter &painter, const Bar &bar, const QRectF &box, bool dark);

/// What has moved, is moving (hatched) and is left on Helios, one bar everywhere. Parts of one whole, which may be less
/// than 1 (the rest of the box stays empty); `moved` below 0: unknown.
struct MovedBar {
    double moved = -1;
    double moving = 0;
    double left = 0;
    bool stale = false; ///< at half strength
    bool operator==(const MovedBar &) const = default;
};
void paintMovedBar(QPainter &painter, const MovedBar &bar, const QRectF &box, bool dark);

/// An icon of ours by name ("overview", "map", "nodes", "pods", "workloads", "capacity", "migration", "reports",
/// "search", "settings", "close", "copy", "export", "columns", "plus", "minus", "fit", "chevron", "collapse", "add"):
/// SVG, crisp at any scale, in the theme's colour; follows the theme.
QIcon icon(const QString &name);
/// The mark of an orchestrator for menus; follows the theme.
QIcon markIcon(Orchestrator orchestrator);
/// The program's own picture, as a file name for QIcon.
QString logoName();

/// UTF-8 from outside to text for the screen: control and bidirectional characters made visible.
QString shown(std::string_view text);
/// The same of a pod's or workload's name; the id of a Helios job is cut to seven digits of its hash, as the helios
/// command writes it.
QString shownName(std::string_view name, Orchestrator orchestrator);
/// A workload's kind in the words of its own tools: a "HeliosJob" is a "Job".
QString shownKind(std::string_view kind);

} // namespace sextant::ui
