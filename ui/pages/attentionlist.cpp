// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/attentionlist.h"

#include "core/base/format.h"
#include "ui/theme/theme.h"
#include "ui/theme/widgets.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollArea>
#include <QToolTip>

#include <algorithm>

namespace sextant::ui {

namespace {
int rowHeight() { return Theme::instance().px(34); }
} // namespace

AttentionList::AttentionList(QWidget *parent)
    : QWidget(parent)
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Needs attention"));
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void AttentionList::setLines(std::vector<Attention> lines, const Snapshot &snapshot, Time now)
{
    const bool resized = lines.size() != m_lines.size();
    m_lines = std::move(lines);
    m_marks.clear();
    for (const Attention &line : m_lines) {
        const ClusterSnapshot *cluster = snapshot.cluster(line.cluster);
        m_marks.push_back(cluster != nullptr ? cluster->status().orchestrator : Orchestrator::Kubernetes);
    }
    m_now = now;
    m_current = std::min(m_current, static_cast<int>(m_lines.size()) - 1);
    if (resized) {
        updateGeometry();
    }
    update();
}

QSize AttentionList::sizeHint() const
{
    return {Theme::instance().px(400), rowHeight() * static_cast<int>(m_lines.size())};
}
QSize AttentionList::minimumSizeHint() const { return {Theme::instance().px(300), sizeHint().height()}; }

int AttentionList::rowAt(int y) const
{
    const int row = y / rowHeight();
    return y >= 0 && row < static_cast<int>(m_lines.size()) ? row : -1;
}

void AttentionList::paintEvent(QPaintEvent *event)
{
    const Theme &theme = Theme::instance();
    QPainter painter(this);
    const int h = rowHeight(), pad = theme.px(16);
    const int nameWidth = std::clamp(width() * 28 / 100, theme.px(150), theme.px(340));
    const int extentWidth = theme.px(72), ageWidth = theme.px(64), chevron = theme.px(20);
    const int first = std::max(0, event->rect().top() / h);
    for (int i = first; i < static_cast<int>(m_lines.size()) && i * h <= event->rect().bottom(); ++i) {
        const Attention &line = m_lines[static_cast<std::size_t>(i)];
        const QRect row(0, i * h, width(), h);
        if (i == m_hover) {
            painter.fillRect(row, theme.color(Token::Hover));
        }
        painter.setPen(theme.color(Token::Rule));
        painter.drawLine(row.bottomLeft(), row.bottomRight());
        const bool old = line.asOf != kNoTime;
        const Token ink = old ? Token::TextSecondary : Token::Text;
        const double glyph = theme.px(12);
        painter.setOpacity(old ? 0.5 : 1);
        paintState(painter, line.problem ? State::Failed : State::Warning,
            QRectF(pad, row.center().y() - glyph / 2, glyph, glyph), theme.dark());
        const double mark = theme.px(14);
        paintMark(painter, m_marks[static_cast<std::size_t>(i)],
            QRectF(pad + theme.px(22), row.center().y() - mark / 2, mark, mark), theme.dark());
        painter.setOpacity(1);
        int x = pad + theme.px(44);
        const auto text = [&](int width, TextRole role, Token color, const QString &words, Qt::Alignment alignment,
                              Qt::TextElideMode elide) {
            painter.setFont(theme.font(role));
            painter.setPen(theme.color(color));
            painter.drawText(QRect(x, row.top(), width, h), alignment | Qt::AlignVCenter,
                painter.fontMetrics().elidedText(words, elide, width));
        };
        const QString name = shownName(line.name, m_marks[static_cast<std::size_t>(i)]);
        const QString place = shown(line.place);
        painter.setFont(theme.font(TextRole::TableStrong));
        const int taken = std::min(painter.fontMetrics().horizontalAdvance(name) + 2, nameWidth * 7 / 10);
        text(taken, TextRole::TableStrong, ink, name, Qt::AlignLeft, Qt::ElideMiddle);
        x += taken + theme.px(6);
        text(nameWidth - taken - theme.px(6), TextRole::Table, Token::TextSecondary, place, Qt::AlignLeft,
            Qt::ElideRight);
        x = pad + theme.px(44) + nameWidth + theme.px(12);
        const int right = width() - pad - chevron - ageWidth - extentWidth;
        text(std::max(0, right - x - theme.px(12)), TextRole::Table, ink, shown(line.cause), Qt::AlignLeft,
            Qt::ElideRight);
        x = right;
        text(extentWidth, TextRole::TableStrong, ink, shown(line.extent), Qt::AlignRight, Qt::ElideRight);
        x += extentWidth;
        text(ageWidth, TextRole::Table, Token::TextSecondary,
            line.since == kNoTime ? QStringLiteral("—")
                                  : QString::fromStdString(formatAge(line.since, old ? line.asOf : m_now)),
            Qt::AlignRight, Qt::ElideRight);
        const QPointF tip(width() - pad - theme.px(3), row.center().y());
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(theme.color(Token::TextDisabled), 1.35));
        painter.drawPolyline(QPolygonF({tip + QPointF(-4, -4), tip, tip + QPointF(-4, 4)}));
        painter.setRenderHint(QPainter::Antialiasing, false);
        if (i == m_current && hasFocus()) {
            paintFocusRing(painter, QRectF(row).adjusted(2, 2, -2, -2));
        }
    }
}

void AttentionList::setCurrent(int row)
{
    m_current = std::clamp(row, 0, static_cast<int>(m_lines.size()) - 1);
    for (QWidget *above = parentWidget(); above != nullptr; above = above->parentWidget()) {
        if (auto *area = qobject_cast<QScrollArea *>(above)) {
            const QPoint centre = mapTo(area->widget(), QPoint(0, m_current * rowHeight() + rowHeight() / 2));
            area->ensureVisible(0, centre.y(), 0, rowHeight());
            break;
        }
    }
    if (m_current >= 0) {
        const Attention &line = m_lines[static_cast<std::size_t>(m_current)];
        setAccessibleDescription(
            shown(line.name) + QStringLiteral(": ") + shown(line.cause) + QStringLiteral(", ") + shown(line.extent));
    }
    update();
}

void AttentionList::keyPressEvent(QKeyEvent *event)
{
    switch (event->key()) {
    case Qt::Key_Down:
    case Qt::Key_J:
        setCurrent(m_current + 1);
        break;
    case Qt::Key_Up:
    case Qt::Key_K:
        setCurrent(m_current - 1);
        break;
    case Qt::Key_Home:
        setCurrent(0);
        break;
    case Qt::Key_End:
        setCurrent(static_cast<int>(m_lines.size()) - 1);
        break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_current >= 0 && m_current < static_cast<int>(m_lines.size())) {
            Q_EMIT activated(m_lines[static_cast<std::size_t>(m_current)].object);
        }
        break;
    default:
        QWidget::keyPressEvent(event);
    }
}

void AttentionList::mouseMoveEvent(QMouseEvent *event)
{
    const int row = rowAt(event->position().toPoint().y());
    if (row != m_hover) {
        m_hover = row;
        setCursor(row >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
        update();
    }
}

void AttentionList::mouseReleaseEvent(QMouseEvent *event)
{
    const int row = rowAt(event->position().toPoint().y());
    if (row >= 0 && event->button() == Qt::LeftButton) {
        m_current = row;
        Q_EMIT activated(m_lines[static_cast<std::size_t>(row)].object);
    }
}

void AttentionList::leaveEvent(QEvent *event)
{
    QWidget::leaveEvent(event);
    m_hover = -1;
    update();
}

bool AttentionList::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        auto *help = static_cast<QHelpEvent *>(event);
        const int row = rowAt(help->pos().y());
        if (row >= 0) {
            const Attention &line = m_lines[static_cast<std::size_t>(row)];
            QToolTip::showText(help->globalPos(),
                plainTip(shown(line.name) + u'\n' + shown(line.place) + u'\n' + shown(line.cause)
                    + (line.asOf == kNoTime
                            ? QString()
                            : QString(u'\n'
                                + tr("as it was %1 ago").arg(QString::fromStdString(formatAge(line.asOf, m_now)))))),
                this);
        } else {
            QToolTip::hideText();
        }
        return true;
    }
    return QWidget::event(event);
}

} // namespace sextant::ui
