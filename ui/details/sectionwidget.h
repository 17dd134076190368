// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/details/sheet.h"
#include "ui/theme/widgets.h"

#include <QAbstractButton>
#include <QWidget>

#include <vector>

class QPushButton;
class QVBoxLayout;

namespace sextant::ui {

/// One line of details, painted; a link takes focus and is clicked like a button. Its menu copies what it says.
class RowWidget : public QAbstractButton {
    Q_OBJECT
public:
    explicit RowWidget(QWidget *parent = nullptr);
    void setRow(const DetailRow &row);
    const DetailRow &row() const { return m_row; }
    bool link() const;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    bool hasHeightForWidth() const override { return m_row.kind == DetailRow::Kind::Note; }
    int heightForWidth(int width) const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    bool event(QEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;

private:
    void paintMeter(QPainter &painter);
    void paintChart(QPainter &painter);
    void paintLine(QPainter &painter);
    void paintFact(QPainter &painter);
    DetailRow m_row;
};

/// A head with a note or a button, and rows that are kept while they only change their words.
class SectionWidget : public QWidget {
    Q_OBJECT
public:
    explicit SectionWidget(QWidget *parent = nullptr);
    void setSection(const DetailSection &section);
    const QString &key() const { return m_key; }
    const std::vector<RowWidget *> &rows() const { return m_rows; }
    /// A button at the right of the head; empty: none.
    void setButton(const QString &text);
    QPushButton *button() const { return m_button; }
    QString plainText() const;

Q_SIGNALS:
    void linkClicked(const sextant::AnyId &id);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_key;
    QWidget *m_head;
    TextLabel *m_title;
    TextLabel *m_note;
    QPushButton *m_button;
    QVBoxLayout *m_layout;
    std::vector<RowWidget *> m_rows;
};

} // namespace sextant::ui
