// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fleet/ids.h"
#include "core/layout/mapgeometry.h"
#include "ui/pages/page.h"
#include "ui/theme/widgets.h"

#include <QPointer>

class QStackedWidget;

namespace sextant::ui {

class MapControls;
class MiniMap;
class MiniMapSection;
struct MapChoice;
class MapLegend;
class MapView;
class TableStrip;

/// The map with its controls and legend, and what stands in its place while there is nothing to draw.
class MapPage final : public Page {
    Q_OBJECT
public:
    MapPage(FleetModel &fleet, QWidget *parent);

    MapView &view() { return *m_view; }
    const StatePanel &state() const { return *m_state; }
    const MapLegend &legend() const { return *m_legend; }
    const MiniMap &corner() const { return *m_corner; }
    /// Shows it so, without keeping that for the next run.
    void choose(const MapChoice &choice);
    QString summary() const override;
    FilterTables filterTables() const override { return FilterTable::Pods | FilterTable::Nodes; }
    void focusContent() override;
    void settle() override;
    QWidget *companion() override;
    void setDetailsShown(bool shown) override;
    bool eventFilter(QObject *object, QEvent *event) override;

protected:
    void showEvent(QShowEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    enum class Blank { None, NoCluster, NoNode };
    struct Words {
        StatePanel::Kind kind = StatePanel::Kind::None;
        QString title, text, extra, button;
        double share = -1;
        bool operator==(const Words &) const = default;
    };
    void pull();
    void applyFilter();
    void refresh();
    void refreshNotes();
    bool showBlank();
    void showWords();
    void placeCorner();
    double loadedShare() const; ///< 0..1 of what is being read; below 0: nothing is

    FleetModel &m_fleet;
    MapView *m_view;
    MapControls *m_controls;
    MapLegend *m_legend;
    TableStrip *m_strip;
    StatePanel *m_state;
    QPointer<MiniMapSection> m_section; ///< in the details
    QStackedWidget *m_stack;
    MiniMap *m_corner; ///< over the map, while there are no details to hold it
    bool m_detailsShown = false;
    std::optional<layout::Level> m_zoomWanted; ///< once there is something to zoom into
    bool m_old = true; ///< the picture moved while hidden
    bool m_selecting = false;
    bool m_revealWanted = false; ///< something was selected elsewhere
    std::vector<std::string> m_inapplicable; ///< what the filter asks for and nothing on the map has
    Blank m_blank = Blank::None;
    Words m_words; ///< of the panel
    double m_progress = -1;
};

} // namespace sextant::ui
