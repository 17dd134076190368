// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include <array>

namespace sextant::ui {

/// How many nodes are how full: requested as bars, used as a step line, 20 buckets of 5 %.
class Histogram : public QWidget {
    Q_OBJECT
public:
    explicit Histogram(QWidget *parent = nullptr);
    void setCounts(const std::array<int, 20> &requested, const std::array<int, 20> &used, bool usedKnown);
    /// What the shares are of; by default the node's allocatable.
    void setAxisTitle(const QString &title);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    bool event(QEvent *event) override;

private:
    std::array<int, 20> m_requested{};
    std::array<int, 20> m_used{};
    bool m_usedKnown = false;
    QString m_axisTitle;
};

} // namespace sextant::ui
