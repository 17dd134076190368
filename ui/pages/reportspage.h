// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/report/report.h"
#include "ui/pages/page.h"

#include <QImage>
#include <QThreadPool>

#include <memory>

class QCheckBox;
class QComboBox;
class QPushButton;
class QScrollArea;
class QTimer;
class QVBoxLayout;

namespace sextant::ui {

class Segments;
class StatePanel;
class TextLabel;

/// Choose what a report says, see its pages, save it. The preview is what the PDF will be; it is of one moment and made
/// anew when something is chosen or by its button, not while the fleet moves.
class ReportsPage : public Page {
    Q_OBJECT
public:
    explicit ReportsPage(FleetModel &fleet, QWidget *parent = nullptr);
    ~ReportsPage() override;

    void exportView() override; ///< asks where to, then saves
    void settle() override;
    /// Writes the report of this moment; the format by the ending (.pdf, .html, .md, .csv, .json).
    Result<void> save(const QString &file) override;
    /// What the choices ask for.
    report::ReportOptions options() const;
    const report::Report *shownReport() const { return m_report.get(); }
    int previewPages() const { return m_pages; }
    StatePanel *state() const { return m_state; }

protected:
    void showEvent(QShowEvent *event) override;

private:
    QWidget *makeChoices();
    void ask();
    void take(std::shared_ptr<const report::Report> report, const QList<QImage> &pages);
    void refreshScope();

    FleetModel &m_fleet;
    TextLabel *m_scope;
    TextLabel *m_period;
    Segments *m_span;
    QCheckBox *m_clusters;
    QCheckBox *m_pools;
    QCheckBox *m_namespaces;
    QCheckBox *m_teams;
    QCheckBox *m_distribution;
    QCheckBox *m_attention;
    QCheckBox *m_migration; ///< gone where there is no migration
    QComboBox *m_format;
    TextLabel *m_said;
    QScrollArea *m_scroll;
    QWidget *m_sheet;
    QVBoxLayout *m_sheetLayout;
    StatePanel *m_state;
    QTimer *m_soon;
    std::shared_ptr<const report::Report> m_report;
    int m_pages = 0;
    quint64 m_asked = 0;
    QThreadPool m_jobs; ///< last: waits for its jobs first
};

} // namespace sextant::ui
