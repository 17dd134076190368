// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fleet/ids.h"
#include "ui/pages/page.h"
#include "ui/theme/widgets.h"

class QStackedWidget;

namespace sextant::ui {

class MapControls;
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
    QString summary() const override;
    FilterTables filterTables() const override { return FilterTable::Pods | FilterTable::Nodes; }
    void focusContent() override;
    void settle() override;

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
    void refresh();
    void refreshNotes();
    bool showBlank();
    void showWords();
    double loadedShare() const; ///< 0..1 of what is being read; below 0: nothing is

    FleetModel &m_fleet;
    MapView *m_view;
    MapControls *m_controls;
    MapLegend *m_legend;
    TableStrip *m_strip;
    StatePanel *m_state;
    QStackedWidget *m_stack;
    bool m_old = true; ///< the picture moved while hidden
    bool m_selecting = false;
    bool m_revealWanted = false; ///< something was selected elsewhere
    Blank m_blank = Blank::None;
    Words m_words; ///< of the panel
    double m_progress = -1;
};

} // namespace sextant::ui
