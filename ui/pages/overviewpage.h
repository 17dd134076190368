// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/capacity/attention.h"
#include "ui/bridge/attentionwatch.h"
#include "ui/pages/page.h"

#include <QThreadPool>
#include <QTimer>

#include <vector>

class QStackedLayout;

namespace sextant::ui {

class AttentionList;
class BarWidget;
class Card;
class ClusterCard;
class ElidedLabel;
class FlowLayout;
class MigrationAnswer;
class MigrationCard;
class StateGlyph;
class StatePanel;
class TextLabel;

/// The answers first: is the fleet well, how full is it; then each cluster; then what needs attention, worst first.
class OverviewPage : public Page {
    Q_OBJECT
public:
    explicit OverviewPage(FleetModel &fleet, QWidget *parent = nullptr);
    ~OverviewPage() override;

    QString summary() const override;
    void focusContent() override;
    void settle() override;

    AttentionList *attentionList() const { return m_list; }
    const std::vector<ClusterCard *> &clusterCards() const { return m_cards; }
    StatePanel *attentionState() const { return m_good; }
    MigrationAnswer *migrationAnswer() const { return m_far; }
    MigrationCard *migrationCard() const { return m_migration; }

protected:
    void showEvent(QShowEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    struct Answer {
        Card *card;
        TextLabel *question;
        StateGlyph *glyph;
        TextLabel *figure;
        ElidedLabel *detail;
        BarWidget *bar;
        ElidedLabel *line;
        ElidedLabel *legend;
    };
    Answer makeAnswer(const QString &question, bool bar);
    void refresh();
    void refreshAnswers();
    void refreshCards();
    void refreshMigration();
    void arrange();
    void askAttention();
    void showAttention(std::vector<Attention> lines);

    FleetModel &m_fleet;
    Answer m_well, m_cpu, m_memory;
    MigrationAnswer *m_far; ///< gone where there is no migration, as is the card
    MigrationCard *m_migration;
    QWidget *m_cardsHolder;
    std::vector<ClusterCard *> m_cards;
    Card *m_attention;
    AttentionList *m_list;
    StatePanel *m_good;
    std::vector<Attention> m_lines;
    bool m_asking = false;
    bool m_again = false;
    AttentionWatch m_watch;
    QTimer m_pause; ///< a list to read is not made anew more than once a second
    QThreadPool m_jobs; ///< last: waits for its jobs first
};

} // namespace sextant::ui
