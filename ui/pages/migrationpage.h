// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/migration/migration.h"
#include "core/query/filterrun.h"
#include "ui/pages/page.h"

#include <QString>

#include <memory>
#include <vector>

class QStackedLayout;

namespace sextant::ui {

class Card;
class HostList;
class MigrationBoard;
class MigrationStrip;
class OwnerList;
class Segments;
class StatePanel;
class TableStrip;
class TimeChart;
class UnmatchedList;

/// How far the migration is: shares, what was seen over time, owners, what is unmatched and which hosts would be empty,
/// and the board of services by stage. The scope narrows all but the burn-up; the filter narrows the lists.
class MigrationPage : public Page {
    Q_OBJECT
public:
    explicit MigrationPage(FleetModel &fleet, QWidget *parent = nullptr);

    QString summary() const override;
    FilterTables filterTables() const override { return static_cast<FilterTables>(FilterTable::Services); }
    void focusContent() override;
    void settle() override;

    /// Writes services as .csv or .json, or the burn-up as .svg or .png. Errors: Io.
    Result<void> save(const QString &file) override;

    MigrationStrip *strip() const { return m_shares; }
    MigrationBoard *board() const { return m_board; }
    OwnerList *owners() const { return m_owners; }
    UnmatchedList *unmatched() const { return m_unmatched; }
    HostList *hosts() const { return m_hosts; }
    TimeChart *burnUp() const { return m_burnUp; }
    Segments *leftSegments() const { return m_leftWhich; }
    StatePanel *state() const { return m_state; }
    TableStrip *notes() const { return m_notes; }

protected:
    SaveOffer saveOffer() const override;
    void showEvent(QShowEvent *event) override;

private:
    Card *makeLeft();
    void pull();
    void refresh();
    bool showBlank();
    void refreshNotes();
    void refreshBurnUp();
    void refreshLeft();

    FleetModel &m_fleet;
    migration::ProgressPtr m_progress; ///< narrowed to the scope; never null
    std::vector<const migration::Service *> m_services; ///< of it, those the filter keeps
    std::unique_ptr<FilterRun> m_filter;
    TableStrip *m_notes;
    MigrationStrip *m_shares;
    Card *m_burnUpCard;
    TimeChart *m_burnUp;
    Card *m_ownersCard;
    OwnerList *m_owners;
    Card *m_left;
    Segments *m_leftWhich;
    UnmatchedList *m_unmatched;
    HostList *m_hosts;
    StatePanel *m_leftState;
    QStackedLayout *m_leftStack;
    Card *m_boardCard;
    MigrationBoard *m_board;
    StatePanel *m_boardState;
    QStackedLayout *m_boardStack;
    QWidget *m_content;
    StatePanel *m_state;
    QStackedLayout *m_stack;
};

} // namespace sextant::ui
