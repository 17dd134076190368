// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/migration/migration.h"
#include "ui/pages/rowlist.h"

#include <array>
#include <string>
#include <vector>

class QPushButton;

namespace sextant::ui {

/// One stage: its mark, word and count, its services as cards of two lines, and how many more there are below.
class StageColumn : public QWidget {
    Q_OBJECT
public:
    explicit StageColumn(migration::Stage stage, QWidget *parent = nullptr);
    /// The services live at least until the next call.
    void show(std::vector<const migration::Service *> services, Time now);
    const std::vector<const migration::Service *> &services() const { return m_services; }
    RowList *list() const { return m_list; }
    QString moreText() const;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void paintCard(QPainter &painter, const QRect &box, int row) const;
    void refreshMore();
    migration::Stage m_stage;
    std::vector<const migration::Service *> m_services;
    Time m_now = kNoTime;
    int m_heliosWidth = 0, m_kubernetesWidth = 0; ///< of the widest number of instances
    RowList *m_list;
    QPushButton *m_more;
};

/// The services by stage, whoever has been longest in a stage first. Arrows move within a stage and to the next one.
class MigrationBoard : public QWidget {
    Q_OBJECT
public:
    explicit MigrationBoard(QWidget *parent = nullptr);
    /// Shows these services of that look, which is kept until the next one.
    void show(migration::ProgressPtr progress, const std::vector<const migration::Service *> &services, Time now);
    void choose(const std::string &service);
    StageColumn *column(migration::Stage stage) const { return m_columns[static_cast<std::size_t>(stage)]; }
    void takeKeyboard();

Q_SIGNALS:
    void chosen(const std::string &service);
    void opened(const std::string &service);

private:
    void goSideways(std::size_t from, int step);
    migration::ProgressPtr m_progress;
    std::array<StageColumn *, migration::kStages> m_columns{};
};

} // namespace sextant::ui
