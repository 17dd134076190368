// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/bridge/fleetmodel.h"
#include "ui/shell/jump.h"

#include <QLineEdit>
#include <QListView>
#include <QThreadPool>

#include <vector>

namespace sextant::ui {

class JumpModel;

/// The field in the top bar and the list under it: type a few letters, choose, be there. Matches are found on a job's
/// thread; a late answer to an older question is dropped.
class SearchField : public QLineEdit {
    Q_OBJECT
public:
    explicit SearchField(FleetModel &fleet, QWidget *parent = nullptr);
    ~SearchField() override;

    /// Views and actions, always offered.
    void setFixed(std::vector<JumpTarget> fixed);
    QListView *list() const { return m_list; }
    const std::vector<JumpTarget> &shownTargets() const;
    /// Waits for the job under way; for tests.
    void finish();

Q_SIGNALS:
    void chosen(const sextant::ui::JumpTarget &target);

protected:
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    void ask();
    void take(quint64 question, std::vector<JumpTarget> targets);
    void place();
    void choose(int row);
    void closeList();

    FleetModel &m_fleet;
    std::vector<JumpTarget> m_fixed;
    JumpModel *m_model;
    QListView *m_list;
    quint64 m_question = 0;
    QThreadPool m_jobs;
};

} // namespace sextant::ui
