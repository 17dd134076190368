// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/histogram.h"

#include "ui/charts/axis.h"
#include "ui/theme/theme.h"
#include "ui/theme/widgets.h"

#include <QHelpEvent>
#include <QPainter>
#include <QPainterPath>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace sextant::ui {

namespace {

QRectF plotOf(const QWidget &widget)
{
    const Theme &theme = Theme::instance();
    return QRectF(widget.rect()).adjusted(theme.px(32), theme.px(8), -theme.px(4), -theme.px(36));
}

} // namespace

Histogram::Histogram(QWidget *parent)
    : QWidget(parent)
{
    m_axisTitle = tr("share of the node's allocatable");
    setMinimumHeight(Theme::instance().px(120));
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void Histogram::setCounts(const std::array<int, 20> &requested, const std::array<int, 20> &used, bool usedKnown)
{
    m_requested = requested;
    m_used = used;
    m_usedKnown = usedKnown;
    update();
}

void Histogram::setAxisTitle(const QString &title)
{
    m_axisTitle = title;
    update();
}

QSize Histogram::sizeHint() const { return {Theme::instance().px(320), Theme::instance().px(180)}; }

void Histogram::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::instance();
    QPainter painter(this);
    const QRectF plot = plotOf(*this);
    int most = 1;
    for (std::size_t i = 0; i < 20; ++i) {
        most = std::max({most, m_requested[i], m_usedKnown ? m_used[i] : 0});
    }
    ValueAxis axis = fitAxis(most, {0, 0});
    axis.step = std::max(1.0, axis.step);
    axis.top = std::ceil(most / axis.step) * axis.step;
    const auto y = [&](double value) { return plot.bottom() - plot.height() * value / axis.top; };
    painter.setFont(theme.font(TextRole::Caption));
    const QFontMetricsF metrics(painter.font());
    for (double value = 0; value <= axis.top; value += axis.step) {
        painter.setPen(theme.color(Token::Rule));
        painter.drawLine(QPointF(plot.left(), std::round(y(value))), QPointF(plot.right(), std::round(y(value))));
        painter.setPen(theme.color(Token::TextSecondary));
        painter.drawText(QRectF(0, y(value) - metrics.height() / 2, plot.left() - 6, metrics.height()),
            Qt::AlignRight | Qt::AlignVCenter, axisText(value, axis.step));
    }
    const double slot = plot.width() / 20;
    QPainterPath steps;
    for (std::size_t i = 0; i < 20; ++i) {
        const double x = plot.left() + slot * static_cast<double>(i);
        painter.fillRect(QRectF(QPointF(std::round(x) + 1, std::round(y(m_requested[i]))),
                             QPointF(std::round(x + slot) - 1, std::round(plot.bottom()))),
            theme.color(Token::Requested));
        const QPointF from(x, y(m_used[i])), to(x + slot, y(m_used[i]));
        i == 0 ? steps.moveTo(from) : steps.lineTo(from);
        steps.lineTo(to);
    }
    if (m_usedKnown) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(theme.color(Token::Used), 1.5));
        painter.drawPath(steps);
    }
    painter.setPen(theme.color(Token::TextSecondary));
    for (const int percent : {0, 25, 50, 75, 100}) {
        const QString text = percent == 100 ? QStringLiteral("100\u202f%") : QString::number(percent);
        const double width = metrics.horizontalAdvance(text);
        const double x =
            std::clamp(plot.left() + plot.width() * percent / 100 - width / 2, plot.left(), plot.right() - width);
        painter.drawText(QPointF(x, plot.bottom() + metrics.height() + 2), text);
    }
    painter.drawText(QRectF(plot.left(), plot.bottom() + metrics.height() + 4, plot.width(), metrics.height() + 2),
        Qt::AlignCenter, m_axisTitle);
}

bool Histogram::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        auto *help = static_cast<QHelpEvent *>(event);
        const QRectF plot = plotOf(*this);
        const int bucket = static_cast<int>((help->pos().x() - plot.left()) / plot.width() * 20);
        if (bucket >= 0 && bucket < 20 && plot.contains(help->pos())) {
            const auto i = static_cast<std::size_t>(bucket);
            const QString used = m_usedKnown ? QString::number(m_used[i]) : QStringLiteral("—");
            QToolTip::showText(help->globalPos(),
                tr("%1 to %2 %: %3 nodes by requested, %4 by used")
                    .arg(bucket * 5)
                    .arg(bucket * 5 + 5)
                    .arg(m_requested[i])
                    .arg(used),
                this);
        } else {
            QToolTip::hideText();
        }
        return true;
    }
    return QWidget::event(event);
}

} // namespace sextant::ui
