// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/migration/migration.h"
#include "ui/theme/widgets.h"

#include <array>

namespace sextant::ui {

class TimeChart;

/// Swatches with counts: moved, moving (hatched), on Helios.
class MovedLegend : public QWidget {
    Q_OBJECT
public:
    explicit MovedLegend(QWidget *parent = nullptr);
    void setShare(const migration::Share &share);
    QString text() const;
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    std::array<QString, 3> m_words;
};

/// "How far is the migration?": figure, count, bar and legend. A click or Enter asks for the view.
class MigrationAnswer : public Card {
    Q_OBJECT
public:
    explicit MigrationAnswer(QWidget *parent = nullptr);
    void show(const migration::Progress &progress);

Q_SIGNALS:
    void opened();

protected:
    void mouseReleaseEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    TextLabel *m_figure;
    ElidedLabel *m_detail;
    MovedBarWidget *m_bar;
    MovedLegend *m_legend;
};

/// The burn-up in small, and how many services are in each stage.
class MigrationCard : public Card {
    Q_OBJECT
public:
    explicit MigrationCard(QWidget *parent = nullptr);
    /// @param stages of the services the counts are about; the burn-up is the whole fleet's.
    void show(const migration::Progress &whole, const std::array<int, migration::kStages> &stages, Time now);
    TimeChart *chart() const { return m_chart; }

Q_SIGNALS:
    void opened();

protected:
    void mouseReleaseEvent(QMouseEvent *event) override;
    bool eventFilter(QObject *object, QEvent *event) override;

private:
    TimeChart *m_chart;
    std::array<TextLabel *, migration::kStages> m_counts{};
};

} // namespace sextant::ui
