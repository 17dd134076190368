// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/capacity/accounting.h"
#include "ui/pages/page.h"

#include <QTimer>

class QGridLayout;
class QStackedLayout;

namespace sextant::ui {

class Card;
class HolderList;
class Histogram;
class MeterRow;
class Segments;
class StatePanel;
class TextLabel;
class TimeChart;

/// Live charts of allocatable, requested, limit and used over the last hour, for the scope; how full the nodes are, and
/// who holds the capacity.
class CapacityPage : public Page {
    Q_OBJECT
public:
    explicit CapacityPage(FleetModel &fleet, QWidget *parent = nullptr);

    QString summary() const override;
    /// Figures (.csv, .json) or the chart that is chosen (.svg, .png).
    Result<void> save(const QString &file) override;
    void settle() override;

    TimeChart *cpuChart() const { return m_cpuChart; }
    TimeChart *memoryChart() const { return m_memoryChart; }
    StatePanel *state() const { return m_state; }

protected:
    SaveOffer saveOffer() const override;
    void showEvent(QShowEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    QWidget *makeControls();
    QWidget *makeNow();
    void refresh();
    void refreshCharts(const Sums &sums);
    void refreshNow(const Sums &sums);
    void refreshFacts(const Sums &sums);
    void refreshParts();
    void refreshState(const Sums &sums);
    void arrange();

    FleetModel &m_fleet;
    Segments *m_which;
    Segments *m_span;
    Card *m_cpuCard;
    Card *m_memoryCard;
    TimeChart *m_cpuChart;
    TimeChart *m_memoryChart;
    Card *m_now;
    MeterRow *m_cpuMeter;
    MeterRow *m_memoryMeter;
    MeterRow *m_podsMeter;
    struct Fact {
        TextLabel *name, *cpu, *memory;
    };
    std::vector<Fact> m_facts;
    TextLabel *m_nowNote;
    Card *m_fillCard;
    Histogram *m_fill;
    Card *m_holdersCard;
    HolderList *m_holders;
    Card *m_poolsCard;
    HolderList *m_pools;
    QWidget *m_content;
    StatePanel *m_state;
    QStackedLayout *m_stack;
    QGridLayout *m_grid;
};

} // namespace sextant::ui
