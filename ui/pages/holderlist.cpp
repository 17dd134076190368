// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/holderlist.h"

#include "ui/theme/theme.h"
#include "ui/theme/widgets.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>

namespace sextant::ui {

namespace {
int rowHeight() { return Theme::instance().px(24); }
} // namespace

HolderList::HolderList(QWidget *parent)
    : QWidget(parent)
{
    setMouseTracking(true);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void HolderList::setRows(std::vector<Row> rows)
{
    m_rows = std::move(rows);
    QStringList words;
    for (std::size_t i = 0; i < std::min<std::size_t>(10, m_rows.size()); ++i) {
        words << m_rows[i].name + u' ' + m_rows[i].value;
    }
    setAccessibleDescription(words.join(QStringLiteral(", ")));
    update();
}

void HolderList::setEmptyText(const QString &text)
{
    m_empty = text;
    update();
}

QSize HolderList::sizeHint() const { return {Theme::instance().px(320), rowHeight() * 8}; }
QSize HolderList::minimumSizeHint() const { return {Theme::instance().px(200), rowHeight() * 3}; }

int HolderList::fitting() const
{
    const int all = static_cast<int>(m_rows.size());
    const int room = std::max(1, height() / rowHeight());
    return all <= room ? all : room - 1; // the last line says how many are left out
}

int HolderList::rowAt(int y) const
{
    const int row = y / rowHeight();
    return y >= 0 && row < fitting() ? row : -1;
}

void HolderList::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::instance();
    QPainter painter(this);
    const int h = rowHeight();
    if (m_rows.empty()) {
        painter.setFont(theme.font(TextRole::Body));
        painter.setPen(theme.color(Token::TextSecondary));
        painter.drawText(rect(), Qt::AlignCenter | Qt::TextWordWrap, m_empty);
        return;
    }
    double most = 0;
    for (const Row &row : m_rows) {
        most = std::max({most, row.requested, row.used});
    }
    const int nameWidth = std::clamp(width() * 30 / 100, theme.px(72), theme.px(180));
    const int valueWidth = theme.px(64), shareWidth = theme.px(48);
    const int barWidth = width() - nameWidth - valueWidth - shareWidth - theme.px(24);
    const int shownRows = fitting();
    for (int i = 0; i < shownRows; ++i) {
        const Row &row = m_rows[static_cast<std::size_t>(i)];
        const QRect line(0, i * h, width(), h);
        if (i == m_hover) {
            painter.fillRect(line, theme.color(Token::Hover));
        }
        painter.setFont(theme.font(TextRole::Table));
        painter.setPen(theme.color(Token::Text));
        QRect name(0, line.top(), nameWidth, h);
        if (row.mark) {
            const double side = theme.px(12);
            paintMark(painter, *row.mark, QRectF(0, line.center().y() - side / 2, side, side), theme.dark());
            painter.setRenderHint(QPainter::Antialiasing, false);
            name.setLeft(theme.px(17));
        }
        painter.drawText(name, Qt::AlignVCenter | Qt::AlignLeft,
            painter.fontMetrics().elidedText(row.name, Qt::ElideMiddle, name.width()));
        if (most > 0) {
            // Scaled to the largest: the bar's end is the row's own share of it.
            const double share = std::max(row.requested, row.used) / most;
            const QRectF bar(nameWidth + theme.px(8), line.center().y() - theme.px(5), std::max(1.0, barWidth * share),
                theme.px(10));
            painter.fillRect(QRectF(bar.topLeft(), QSizeF(barWidth * row.requested / most, bar.height())),
                theme.color(Token::Requested));
            if (row.used >= 0) {
                const QRectF used(bar.left(), bar.center().y() - theme.px(2), barWidth * row.used / most, theme.px(4));
                painter.fillRect(used, theme.color(row.used > row.requested ? Token::Over : Token::Used));
            }
        }
        painter.setFont(theme.font(TextRole::TableStrong));
        painter.setPen(theme.color(Token::Text));
        painter.drawText(QRect(width() - shareWidth - valueWidth, line.top(), valueWidth, h),
            Qt::AlignVCenter | Qt::AlignRight, row.value);
        painter.setFont(theme.font(TextRole::Table));
        painter.setPen(theme.color(Token::TextSecondary));
        painter.drawText(
            QRect(width() - shareWidth, line.top(), shareWidth, h), Qt::AlignVCenter | Qt::AlignRight, row.share);
    }
    if (shownRows < static_cast<int>(m_rows.size())) {
        painter.setFont(theme.font(TextRole::Caption));
        painter.setPen(theme.color(Token::TextSecondary));
        painter.drawText(QRect(0, shownRows * h, width(), h), Qt::AlignVCenter | Qt::AlignLeft,
            tr("and %n more", nullptr, static_cast<int>(m_rows.size()) - shownRows));
    }
}

void HolderList::mouseReleaseEvent(QMouseEvent *event)
{
    const int row = rowAt(event->position().toPoint().y());
    if (row >= 0 && event->button() == Qt::LeftButton) {
        Q_EMIT activated(m_rows[static_cast<std::size_t>(row)].name);
    }
}

void HolderList::mouseMoveEvent(QMouseEvent *event)
{
    const int row = rowAt(event->position().toPoint().y());
    if (row != m_hover) {
        m_hover = row;
        setCursor(row >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
        update();
    }
}

void HolderList::leaveEvent(QEvent *event)
{
    QWidget::leaveEvent(event);
    m_hover = -1;
    update();
}

bool HolderList::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        auto *help = static_cast<QHelpEvent *>(event);
        const int row = rowAt(help->pos().y());
        if (row >= 0) {
            QToolTip::showText(help->globalPos(), plainTip(m_rows[static_cast<std::size_t>(row)].tip), this);
        } else {
            QToolTip::hideText();
        }
        return true;
    }
    return QWidget::event(event);
}

} // namespace sextant::ui
