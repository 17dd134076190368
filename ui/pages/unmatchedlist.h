// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/migration/migration.h"
#include "ui/pages/rowlist.h"

#include <vector>

class QPushButton;

namespace sextant::ui {

/// What only one side has, Helios' first, each with whom it may belong to; the rule of the chosen guess below, to copy.
class UnmatchedList : public QWidget {
    Q_OBJECT
public:
    explicit UnmatchedList(QWidget *parent = nullptr);
    void show(const std::vector<migration::Unmatched> &unmatched);
    RowList *list() const { return m_list; }
    QPushButton *copyButton() const { return m_copy; }
    QString ruleText() const { return m_rule->text(); }

Q_SIGNALS:
    void wanted(const AnyId &object); ///< somebody wants to see it

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    /// A row: a caption, something unmatched, or a guess about it.
    struct Line {
        const migration::Unmatched *one = nullptr;
        const migration::Guess *guess = nullptr;
        QString caption;
    };
    void paintLine(QPainter &painter, const QRect &box, int row) const;
    void choose(int row);
    std::vector<migration::Unmatched> m_unmatched;
    std::vector<Line> m_lines;
    RowList *m_list;
    QWidget *m_foot;
    ElidedLabel *m_rule;
    QPushButton *m_copy;
};

} // namespace sextant::ui
