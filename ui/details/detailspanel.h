// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/bridge/fleetmodel.h"
#include "ui/details/sheet.h"
#include "ui/theme/widgets.h"

#include <QPointer>
#include <QTimer>
#include <QWidget>

#include <vector>

class QHBoxLayout;
class QScrollArea;
class QVBoxLayout;

namespace sextant::ui {

class RawView;
class SectionWidget;

/// What is known of the selected object: facts from the picture at once, events and the raw object when asked for.
/// Follows FleetModel::selection; 312 wide, 280 to 480.
class DetailsPanel : public QWidget {
    Q_OBJECT
public:
    explicit DetailsPanel(FleetModel &fleet, QWidget *parent = nullptr);
    ~DetailsPanel() override;

    /// What the view beside it adds at the end; null: nothing. Takes it over.
    void setCompanion(QWidget *companion);

    /// What stands there now, for tests.
    const Sheet &sheet() const { return m_sheet; }
    QString eventsText() const; ///< of the section of events, line by line; empty: not asked for
    RawView *rawView() const;
    QWidget *companion() const { return m_companion; }

public Q_SLOTS:
    void readEvents();
    void openRaw();

Q_SIGNALS:
    void closeWanted();
    void viewWanted(const QString &view);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    enum class Events { Closed, Loading, There, Failed };
    void refresh();
    void apply(Sheet sheet);
    void showEvents();
    void follow();
    void selectionChanged();
    void clearEvents();

    FleetModel &m_fleet;
    Sheet m_sheet;
    AnyId m_id;
    std::string m_service; ///< in place of an object
    ElidedLabel *m_path;
    StateGlyph *m_glyph;
    ElidedLabel *m_name;
    ElidedLabel *m_status;
    QWidget *m_cause;
    QScrollArea *m_scroll;
    QWidget *m_column;
    QVBoxLayout *m_columnLayout;
    std::vector<SectionWidget *> m_sections;
    SectionWidget *m_eventsSection;
    QWidget *m_companionPlace; ///< hidden while there is none
    QPointer<QWidget> m_companion;
    QWidget *m_foot;
    QPushButton *m_raw;
    QPushButton *m_jump;
    IconButton *m_copyName;
    QPushButton *m_copyCommand;
    Events m_eventState = Events::Closed;
    std::vector<EventRow> m_eventRows;
    QString m_eventError;
    QPointer<QObject> m_asking; ///< context of the reading under way
    QPointer<RawView> m_rawView;
};

} // namespace sextant::ui
