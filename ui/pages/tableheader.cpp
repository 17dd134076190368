// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/tableheader.h"

#include "ui/models/tablemodel.h"
#include "ui/theme/theme.h"
#include "ui/theme/widgets.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>

namespace sextant::ui {

namespace {

Theme &theme() { return Theme::instance(); }

void paintArrow(QPainter &painter, const QRectF &box, bool down)
{
    QPainterPath path;
    const double left = box.left(), right = box.right(), middle = box.center().x();
    const double base = down ? box.top() : box.bottom();
    path.moveTo(left, base);
    path.lineTo(right, base);
    path.lineTo(middle, down ? box.bottom() : box.top());
    path.closeSubpath();
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillPath(path, theme().color(Token::Text));
    painter.restore();
}

} // namespace

TableHeader::TableHeader(QWidget *parent)
    : QHeaderView(Qt::Horizontal, parent)
{
    setSectionsMovable(true);
    setSectionsClickable(true);
    setHighlightSections(false);
    setSectionResizeMode(QHeaderView::Interactive);
    setMinimumSectionSize(theme().px(32));
    setFrameShape(QFrame::NoFrame);
    setContextMenuPolicy(Qt::CustomContextMenu);
    viewport()->setMouseTracking(true);
    connect(&theme(), &Theme::changed, viewport(), qOverload<>(&QWidget::update));
}

int TableHeader::edgePadding() { return theme().px(16); }
int TableHeader::cellPadding() { return theme().px(8); }

void TableHeader::setProgress(double share)
{
    if (m_progress != share) {
        m_progress = share;
        viewport()->update();
    }
}

QSize TableHeader::sizeHint() const { return {QHeaderView::sizeHint().width(), theme().px(28)}; }

void TableHeader::paintSection(QPainter *painter, const QRect &rect, int logical) const
{
    if (m_model == nullptr || !rect.isValid()) {
        return;
    }
    const ColumnInfo &column = m_model->columns()[static_cast<std::size_t>(logical)];
    const bool sorted = m_model->sortColumn() == logical;
    painter->save();
    painter->fillRect(rect, theme().color(logical == m_hovered ? Token::Hover : Token::Surface));
    const int first = visualIndex(logical) == 0 || rect.left() + offset() <= 0 ? edgePadding() : cellPadding();
    QRect inner = rect.adjusted(first, 0, -cellPadding(), 0);
    const QFont strong = theme().font(TextRole::CaptionStrong);
    const QFont plain = theme().font(TextRole::Caption);
    const int arrow = sorted ? theme().px(7) : 0;
    const int gap = theme().px(4);
    const int noteWidth =
        column.titleNote.isEmpty() ? 0 : QFontMetrics(plain).horizontalAdvance(column.titleNote) + gap;
    const int arrowWidth = sorted ? arrow + gap : 0;
    const int room = std::max(0, inner.width() - arrowWidth);
    const QFontMetrics metrics(strong);
    const bool noteFits = metrics.horizontalAdvance(column.title) + noteWidth <= room;
    const QString title = metrics.elidedText(column.title, Qt::ElideRight, noteFits ? room - noteWidth : room);
    const int titleWidth = metrics.horizontalAdvance(title);
    int x = column.right() ? inner.right() + 1 - arrowWidth - titleWidth - (noteFits ? noteWidth : 0) : inner.left();
    painter->setPen(theme().color(sorted ? Token::Text : Token::TextSecondary));
    painter->setFont(strong);
    const auto text = [&](const QString &words, int width) {
        painter->drawText(QRect(x, rect.top(), width + 2, rect.height()),
            Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, words);
        x += width;
    };
    text(title, titleWidth);
    if (noteFits && noteWidth > 0) {
        x += gap;
        painter->setFont(plain);
        painter->setPen(theme().color(Token::TextSecondary));
        text(column.titleNote, noteWidth - gap);
    }
    if (sorted) {
        const double height = theme().px(5);
        paintArrow(*painter, QRectF(x + gap, rect.center().y() + 0.5 - height / 2, arrow, height),
            m_model->sortOrder() == Qt::DescendingOrder);
    }
    const int line = theme().px(1);
    painter->fillRect(QRect(rect.left(), rect.bottom() + 1 - line, rect.width(), line), theme().color(Token::Border));
    if (sorted) {
        const int rule = theme().px(2);
        painter->fillRect(
            QRect(rect.left(), rect.bottom() + 1 - rule, rect.width(), rule), theme().color(Token::Accent));
    }
    painter->restore();
}

void TableHeader::paintEvent(QPaintEvent *event)
{
    {
        QPainter ground(viewport());
        ground.fillRect(viewport()->rect(), theme().color(Token::Surface));
        const int line = theme().px(1);
        ground.fillRect(QRect(0, viewport()->height() - line, viewport()->width(), line), theme().color(Token::Border));
    }
    QHeaderView::paintEvent(event);
    if (m_progress >= 0) {
        QPainter painter(viewport());
        const int rule = theme().px(2);
        const QRect track(0, viewport()->height() - rule, viewport()->width(), rule);
        painter.fillRect(track, theme().color(Token::Track));
        painter.fillRect(
            QRect(track.left(), track.top(), qRound(track.width() * std::clamp(m_progress, 0.0, 1.0)), rule),
            theme().color(Token::Accent));
    }
}

void TableHeader::setHovered(int section)
{
    if (m_hovered != section) {
        m_hovered = section;
        viewport()->update();
    }
}

bool TableHeader::viewportEvent(QEvent *event)
{
    switch (event->type()) {
    case QEvent::MouseMove:
        setHovered(logicalIndexAt(static_cast<QMouseEvent *>(event)->position().toPoint()));
        break;
    case QEvent::Leave:
        setHovered(-1);
        Tip::hideTip();
        break;
    case QEvent::ToolTip: {
        const auto *help = static_cast<QHelpEvent *>(event);
        const int section = logicalIndexAt(help->pos());
        if (m_model != nullptr && section >= 0) {
            const QRect cell(sectionViewportPosition(section), 0, sectionSize(section), height());
            Tip::showText(m_model->columns()[static_cast<std::size_t>(section)].tip,
                QRect(viewport()->mapToGlobal(cell.topLeft()), cell.size()), this);
        }
        return true;
    }
    default:
        break;
    }
    return QHeaderView::viewportEvent(event);
}

} // namespace sextant::ui
