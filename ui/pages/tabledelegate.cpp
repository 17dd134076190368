// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/tabledelegate.h"

#include "ui/models/tablemodel.h"
#include "ui/pages/tableheader.h"
#include "ui/pages/tableview.h"
#include "ui/theme/theme.h"

#include <QPainter>

namespace sextant::ui {

namespace {

Theme &theme() { return Theme::instance(); }

constexpr int kGlyph = 11;
constexpr int kMark = 14;
constexpr int kBarWidth = 44;
constexpr int kBarHeight = 8;
constexpr int kCountWidth = 22; ///< of RESTARTS: up to three digits, right

QRectF centred(const QRect &cell, int x, int width, int height)
{
    return {static_cast<qreal>(x), cell.top() + (cell.height() - 1 - height) / 2.0, static_cast<qreal>(width),
        static_cast<qreal>(height)};
}

/// Draws one piece of text after the other within a cell.
class Pen {
public:
    Pen(QPainter &painter, const QRect &cell)
        : m_painter(painter)
        , m_cell(cell)
    {
    }
    void text(int left, int width, const QString &words, const QFont &font, Token color, Qt::Alignment side,
        Qt::TextElideMode mode = Qt::ElideRight)
    {
        if (words.isEmpty() || width <= 0) {
            return;
        }
        const QFontMetrics metrics(font);
        m_painter.setFont(font);
        m_painter.setPen(theme().color(color));
        const QString fitting =
            metrics.horizontalAdvance(words) <= width ? words : metrics.elidedText(words, mode, width);
        m_painter.drawText(QRect(left, m_cell.top(), width, m_cell.height() - 1),
            static_cast<int>(side | Qt::AlignVCenter) | Qt::TextSingleLine, fitting);
    }

private:
    QPainter &m_painter;
    QRect m_cell;
};

} // namespace

TableDelegate::TableDelegate(TableView &view, const TableModel &model)
    : QAbstractItemDelegate(&view)
    , m_view(view)
    , m_model(model)
{
}

QSize TableDelegate::sizeHint(const QStyleOptionViewItem &, const QModelIndex &index) const
{
    return {theme().px(m_model.columns()[static_cast<std::size_t>(index.column())].width), theme().px(24)};
}

bool TableDelegate::elided(const QModelIndex &index, int width) const
{
    const Cell cell = m_model.cell(index.row(), index.column());
    const CellLook look = m_model.columns()[static_cast<std::size_t>(index.column())].look;
    const QFontMetrics metrics(theme().font(look == CellLook::Name ? TextRole::TableStrong : TextRole::Table));
    int needed = metrics.horizontalAdvance(cell.whole()) + 2 * TableHeader::cellPadding();
    needed += cell.state ? theme().px(kGlyph + 6) : 0;
    needed += cell.mark ? theme().px(kMark + 4) : 0;
    needed += cell.bar ? theme().px(kBarWidth + 8) : 0;
    return needed > width;
}

void TableDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const QRect cellRect = option.rect;
    const bool selected = (option.state & QStyle::State_Selected) != 0;
    const bool hovered = m_view.hoveredRow() == index.row();
    const bool first = m_view.isFirstColumn(index.column());
    painter->save();
    painter->fillRect(cellRect, theme().color(selected ? Token::Selection : hovered ? Token::Hover : Token::Surface));
    const int line = theme().px(1);
    painter->fillRect(
        QRect(cellRect.left(), cellRect.bottom() + 1 - line, cellRect.width(), line), theme().color(Token::Rule));
    if (selected && first) {
        painter->fillRect(
            QRect(cellRect.left(), cellRect.top(), theme().px(3), cellRect.height()), theme().color(Token::Accent));
    }

    const Cell cell = m_model.cell(index.row(), index.column());
    const bool stale = m_model.stale(index.row());
    const CellLook look = m_model.columns()[static_cast<std::size_t>(index.column())].look;
    const int padding = TableHeader::cellPadding();
    QRect inner = cellRect.adjusted(first ? TableHeader::edgePadding() : padding, 0, -padding, 0);
    const QFont font = theme().font(TextRole::Table);
    const Token main = stale ? Token::TextSecondary : Token::Text;
    Pen pen(*painter, cellRect);
    painter->setClipRect(cellRect, Qt::IntersectClip);

    switch (look) {
    case CellLook::Text:
        pen.text(inner.left(), inner.width(), cell.whole(), font, Token::TextSecondary, Qt::AlignLeft);
        break;
    case CellLook::Mark:
        if (cell.mark) {
            paintMark(*painter, *cell.mark, centred(cellRect, inner.left(), theme().px(kMark), theme().px(kMark)),
                theme().dark());
            inner.setLeft(inner.left() + theme().px(kMark + 4));
        }
        pen.text(inner.left(), inner.width(), cell.text, font, Token::TextSecondary, Qt::AlignLeft);
        break;
    case CellLook::Name:
    case CellLook::Reference: {
        const bool name = look == CellLook::Name;
        const QFont words = name ? theme().font(TextRole::TableStrong) : font;
        const int gap = theme().px(6);
        const int noteWidth = cell.note.isEmpty() ? 0 : QFontMetrics(font).horizontalAdvance(cell.note) + gap;
        const int textWidth = QFontMetrics(words).horizontalAdvance(cell.text);
        // Names end in what tells them apart, but for full host names and job ids: they begin with it.
        const bool tail = cell.text.contains(QLatin1Char('.')) || cell.text.contains(QLatin1Char(':'));
        pen.text(inner.left(), inner.width(), cell.text, words, name ? main : Token::TextSecondary, Qt::AlignLeft,
            tail ? Qt::ElideRight : Qt::ElideMiddle);
        if (noteWidth > 0 && textWidth + noteWidth <= inner.width()) {
            pen.text(inner.left() + textWidth + gap, noteWidth, cell.note, font, Token::TextSecondary, Qt::AlignLeft);
        }
        break;
    }
    case CellLook::State:
        if (cell.state) {
            paintState(*painter, *cell.state, centred(cellRect, inner.left(), theme().px(kGlyph), theme().px(kGlyph)),
                theme().dark());
            inner.setLeft(inner.left() + theme().px(kGlyph + 6));
        }
        if (cell.bar) {
            const int barWidth = theme().px(kBarWidth);
            const QRectF bar =
                centred(cellRect, inner.right() + 1 - barWidth, barWidth, theme().px(kBarHeight)).toAlignedRect();
            paintBar(*painter, *cell.bar, bar, theme().dark());
            inner.setRight(inner.right() - barWidth - theme().px(7));
        }
        if (const int noteWidth = QFontMetrics(font).horizontalAdvance(cell.note); noteWidth > 0) {
            pen.text(inner.right() + 1 - noteWidth, noteWidth, cell.note, font, Token::TextSecondary, Qt::AlignRight);
            inner.setRight(inner.right() - noteWidth - theme().px(6));
        }
        pen.text(inner.left(), inner.width(), cell.text, font, main, Qt::AlignLeft);
        break;
    case CellLook::Number: {
        const int noteWidth = cell.note.isEmpty() ? 0 : QFontMetrics(font).horizontalAdvance(cell.note) + theme().px(4);
        pen.text(inner.left(), inner.width() - noteWidth, cell.text, font, main, Qt::AlignRight);
        pen.text(inner.right() + 1 - noteWidth, noteWidth, cell.note, font, Token::TextSecondary, Qt::AlignRight);
        break;
    }
    case CellLook::Count: {
        const int count = theme().px(kCountWidth);
        pen.text(inner.left(), count, cell.text, font, main, Qt::AlignRight);
        const int left = inner.left() + count + theme().px(5);
        pen.text(left, inner.right() + 1 - left, cell.note, font, Token::TextSecondary, Qt::AlignLeft);
        break;
    }
    case CellLook::Meter: {
        const int barWidth = theme().px(kBarWidth);
        const QRectF bar =
            centred(cellRect, inner.right() + 1 - barWidth, barWidth, theme().px(kBarHeight)).toAlignedRect();
        if (cell.bar) {
            paintBar(*painter, *cell.bar, bar, theme().dark());
        }
        int right = inner.right() + 1 - barWidth - theme().px(7);
        if (!cell.note.isEmpty()) {
            const int noteWidth = theme().px(44);
            pen.text(right - noteWidth, noteWidth, cell.note, font, Token::TextSecondary, Qt::AlignRight);
            right -= noteWidth + theme().px(2);
        }
        pen.text(inner.left(), right - inner.left(), cell.text, font, main, Qt::AlignRight);
        break;
    }
    }
    painter->setClipping(false);
    if (m_view.ringsRow(index.row())) {
        const int ring = theme().px(2);
        const QColor accent = theme().color(Token::Accent);
        painter->fillRect(QRect(cellRect.left(), cellRect.top(), cellRect.width(), ring), accent);
        painter->fillRect(QRect(cellRect.left(), cellRect.bottom() + 1 - ring, cellRect.width(), ring), accent);
        if (first) {
            painter->fillRect(QRect(cellRect.left(), cellRect.top(), ring, cellRect.height()), accent);
        }
        if (m_view.isLastColumn(index.column())) {
            painter->fillRect(QRect(cellRect.right() + 1 - ring, cellRect.top(), ring, cellRect.height()), accent);
        }
    }
    painter->restore();
}

} // namespace sextant::ui
