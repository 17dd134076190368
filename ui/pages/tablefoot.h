// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>
#include <QString>
#include <QWidget>

#include <utility>
#include <vector>

namespace sextant::ui {

/// A piece of a line; the Medium ones are the figures.
struct TextRun {
    QString text;
    bool strong = false;
    int yields = 0; ///< above 0: left out where the line is too long, the highest first
    bool operator==(const TextRun &) const = default;
};

/// Icon and words in the foot of a table, flat until pointed at; `key` is drawn as a key cap.
class FootButton final : public QAbstractButton {
    Q_OBJECT
public:
    FootButton(const QString &iconName, const QString &text, const QString &key, QWidget *parent = nullptr);
    void setIconName(const QString &name);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *event) override;
    void enterEvent(QEnterEvent *event) override;
    void leaveEvent(QEvent *event) override;

private:
    QString m_icon, m_key;
};

/// The foot of a table, 28 high: sums of what is filtered, the columns shown, the way out.
class TableFoot final : public QWidget {
    Q_OBJECT
public:
    explicit TableFoot(QWidget *parent = nullptr);
    void setSums(std::vector<TextRun> runs);
    void setColumns(int shown, int all);
    QString sumsText() const;
    /// What there is room for; the tool tip has all of it.
    QString shownText() const;
    FootButton *columnsButton() const { return m_columns; }
    FootButton *exportButton() const { return m_export; }

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    int sumsLeft() const;
    int sumsRight() const;
    void place();
    void choose();
    std::vector<TextRun> m_runs, m_shown;
    FootButton *m_columns;
    FootButton *m_export;
};

} // namespace sextant::ui
