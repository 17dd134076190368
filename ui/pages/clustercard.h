// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/capacity/accounting.h"
#include "core/history/recorder.h"
#include "ui/theme/widgets.h"

namespace sextant::ui {

class Sparkline;

/// Pods by state as one bar (3 px at least for any problem), the total right of it.
class StateBar : public QWidget {
    Q_OBJECT
public:
    explicit StateBar(QWidget *parent = nullptr);
    void setCounts(const std::array<int, kStates> &counts, bool stale);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    std::array<int, kStates> m_counts{};
    bool m_stale = false;
};

/// Glyph and number for each state that occurs, in severity order: "■ 9 failed  ▲ 13 not ready".
class StateCounts : public QWidget {
    Q_OBJECT
public:
    explicit StateCounts(QWidget *parent = nullptr);
    void setCounts(std::vector<std::pair<State, QString>> counts);
    QSize sizeHint() const override;
    QString text() const;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    std::vector<std::pair<State, QString>> m_counts;
};

/// One cluster of the overview: health, nodes, pods by state, CPU and memory, what was used lately, and how fresh all
/// that is. Of Helios: hosts, tasks, what jobs declare of the capacity, and what hosts say of their load.
class ClusterCard : public Card {
    Q_OBJECT
public:
    explicit ClusterCard(QWidget *parent = nullptr);
    void show(const ClusterSnapshot &cluster, const ClusterAccounting &accounting, const std::vector<Sample> &history,
        Time now);
    ClusterId cluster() const { return m_cluster; }

Q_SIGNALS:
    void opened(ClusterId cluster); ///< a click on the card
    void nodesWanted(ClusterId cluster);
    void podsWanted(ClusterId cluster);

protected:
    void mouseReleaseEvent(QMouseEvent *event) override;

private:
    ClusterId m_cluster = ClusterId::None;
    std::string m_place; ///< its regions
    std::uint64_t m_placed = 0; ///< the generation of rows that says so
    MarkGlyph *m_mark;
    TextLabel *m_version;
    StateGlyph *m_fresh;
    TextLabel *m_age;
    TextLabel *m_nodesLabel;
    TextLabel *m_nodes;
    StateCounts *m_nodeCounts;
    TextLabel *m_podsLabel;
    StateBar *m_pods;
    TextLabel *m_podTotal;
    StateCounts *m_podCounts;
    MeterRow *m_cpu;
    MeterRow *m_memory;
    Sparkline *m_spark;
    TextLabel *m_sparkLabel;
    TextLabel *m_sparkValue;
    QWidget *m_used; ///< the line of what was used
    QWidget *m_said; ///< of Helios: what its hosts say of themselves
    TextLabel *m_load;
    TextLabel *m_inUse;
    TextLabel *m_foot;

    void showMeter(MeterRow *row, const ClusterSnapshot &cluster, const Sums &sums, bool memory, bool stale);
};

} // namespace sextant::ui
