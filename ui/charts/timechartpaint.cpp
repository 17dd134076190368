// SPDX-License-Identifier: GPL-3.0-or-later
// What TimeChart draws around its series: hairlines, hatches, words, the crosshair.
#include "ui/charts/timechart.h"

#include <QDateTime>
#include <QFontMetricsF>

#include <algorithm>
#include <cmath>

namespace sextant::ui {

namespace {

void hatch(QPainter &painter, const QRectF &area, const QColor &color)
{
    painter.save();
    painter.setClipRect(area);
    QPen pen(color, 0.75);
    pen.setCosmetic(true);
    painter.setPen(pen);
    for (double x = area.left() - area.height(); x < area.right(); x += 6) {
        painter.drawLine(QPointF(x, area.bottom()), QPointF(x + area.height(), area.top()));
    }
    painter.restore();
}

} // namespace

std::vector<TimeChart::Label> TimeChart::endLabels() const
{
    std::vector<Label> labels;
    const Theme &theme = Theme::instance();
    const QRectF plot = chart()->plotArea();
    const double height = theme.px(28);
    for (const Line &line : m_data.lines) {
        for (std::size_t i = line.name.isEmpty() ? 0 : line.values.size(); i-- > 0;) {
            if (!std::isnan(line.values[i])) {
                Label label;
                label.name = line.name;
                label.value = valueText(line.values[i]);
                label.color = theme.color(line.color);
                label.place =
                    QRectF(plot.right() + theme.px(8), yOf(line.values[i]) - height / 2, theme.px(80), height);
                labels.push_back(label);
                break;
            }
        }
    }
    // Side by side from the top down, then pushed up again from the bottom: none over another, none outside.
    std::sort(
        labels.begin(), labels.end(), [](const Label &a, const Label &b) { return a.place.top() < b.place.top(); });
    double free = 0;
    for (Label &label : labels) {
        label.place.moveTop(std::max(label.place.top(), free));
        free = label.place.bottom();
    }
    double limit = plot.bottom() + theme.px(8);
    for (auto label = labels.rbegin(); label != labels.rend(); ++label) {
        label->place.moveBottom(std::min(label->place.bottom(), limit));
        limit = label->place.top();
    }
    return labels;
}

std::vector<std::pair<double, QString>> TimeChart::timeLabels() const
{
    std::vector<std::pair<double, QString>> out;
    const qint64 span = std::max<qint64>(1, (m_data.to - m_data.from) / 1000);
    const int most = std::max(2, static_cast<int>(chart()->plotArea().width() / Theme::instance().px(72)));
    const qint64 step = timeStep(span, most) * 1000;
    const qint64 zone = QDateTime::fromMSecsSinceEpoch(m_data.from).offsetFromUtc() * 1000LL;
    const QString form = step < 60'000 ? QStringLiteral("HH:mm:ss")
        : step < 86'400'000            ? QStringLiteral("HH:mm")
                                       : QStringLiteral("d MMM");
    for (qint64 at = ((m_data.from + zone + step - 1) / step) * step - zone; at <= m_data.to; at += step) {
        out.emplace_back(xOf(at), QDateTime::fromMSecsSinceEpoch(at).toString(form));
    }
    return out;
}

void TimeChart::drawBackground(QPainter *painter, const QRectF &)
{
    const Theme &theme = Theme::instance();
    const QRectF plot = chart()->plotArea();
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing, false);
    QPen pen(theme.color(Token::Rule), 1);
    pen.setCosmetic(true);
    painter->setPen(pen);
    for (double value = 0; value <= m_axis.top + m_axis.step / 2 && m_axis.step > 0; value += m_axis.step) {
        const double y = std::round(yOf(value));
        painter->drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y));
    }
    painter->restore();

    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    for (std::size_t i = 1; i < m_data.times.size(); ++i) {
        if (m_data.times[i] - m_data.times[i - 1] > m_data.longestGap) {
            hatch(*painter,
                QRectF(QPointF(xOf(m_data.times[i - 1]), plot.top()), QPointF(xOf(m_data.times[i]), plot.bottom())),
                theme.color(Token::BorderStrong));
        }
    }
    if (m_data.staleSince != 0 && m_data.staleSince < m_data.to) {
        hatch(*painter, QRectF(QPointF(xOf(m_data.staleSince), plot.top()), plot.bottomRight()),
            theme.color(Token::BorderStrong));
    }
    painter->restore();
}

void TimeChart::drawForeground(QPainter *painter, const QRectF &)
{
    const Theme &theme = Theme::instance();
    const QRectF plot = chart()->plotArea();
    const QFont caption = theme.font(TextRole::Caption);
    const QFontMetricsF metrics(caption);
    painter->save();
    painter->setFont(caption);
    painter->setPen(theme.color(Token::TextSecondary));
    if (m_data.times.empty()) {
        painter->drawText(plot, Qt::AlignCenter, m_emptyText);
        painter->restore();
        return;
    }
    for (double value = 0; value <= m_axis.top + m_axis.step / 2 && m_axis.step > 0; value += m_axis.step) {
        const QRectF place(0, yOf(value) - metrics.height() / 2, plot.left() - theme.px(8), metrics.height());
        painter->drawText(place, Qt::AlignRight | Qt::AlignVCenter, axisText(value, m_axis.step));
    }
    for (const auto &[x, text] : timeLabels()) {
        const double width = metrics.horizontalAdvance(text);
        const double left = std::clamp(x - width / 2, plot.left(), plot.right() - width);
        painter->drawText(QRectF(left, plot.bottom() + theme.px(5), width + 1, metrics.height()), Qt::AlignLeft, text);
    }
    painter->setPen(theme.color(Token::Text));
    for (const Note &note : m_data.notes) {
        const double width = metrics.horizontalAdvance(note.text);
        const double right = xOf(note.time) - theme.px(8);
        if (yOf(note.low) - yOf(note.high) >= metrics.height() + theme.px(6) && right - width > plot.left()) {
            painter->drawText(QRectF(right - width, (yOf(note.low) + yOf(note.high) - metrics.height()) / 2, width + 1,
                                  metrics.height()),
                Qt::AlignLeft | Qt::AlignVCenter, note.text);
        }
    }
    for (const Label &label : endLabels()) {
        const QRectF name(label.place.topLeft(), QSizeF(label.place.width(), label.place.height() / 2));
        painter->setFont(theme.font(TextRole::CaptionStrong));
        painter->setPen(theme.color(Token::Text));
        painter->drawText(name, Qt::AlignLeft | Qt::AlignVCenter, label.name);
        painter->setFont(caption);
        painter->setPen(theme.color(Token::TextSecondary));
        painter->drawText(name.translated(0, name.height()), Qt::AlignLeft | Qt::AlignVCenter, label.value);
    }
    if (m_data.simulatedUntil > m_data.from) {
        const double x = xOf(std::min(m_data.simulatedUntil, m_data.to));
        QPen pen(theme.color(Token::TextSecondary), 1, Qt::DotLine);
        pen.setCosmetic(true);
        painter->setPen(pen);
        painter->drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));
        const QString words = tr("◂ simulated");
        if (x - plot.left() > metrics.horizontalAdvance(words) + 8) {
            painter->drawText(QRectF(plot.left(), plot.top() - metrics.height(), x - plot.left() - 4, metrics.height()),
                Qt::AlignRight | Qt::AlignVCenter, words);
        }
    }
    if (m_data.staleSince != 0 && m_data.staleSince < m_data.to) {
        painter->setPen(theme.color(Token::TextSecondary));
        painter->drawText(QRectF(plot.left(), plot.top() - metrics.height(), xOf(m_data.staleSince) - plot.left() - 4,
                              metrics.height()),
            Qt::AlignRight | Qt::AlignVCenter, tr("no answer since"));
    }
    if (m_crosshair && *m_crosshair >= m_data.from && *m_crosshair <= m_data.to) {
        const std::size_t i = nearest(*m_crosshair);
        const double x = xOf(m_data.times[i]);
        QPen pen(theme.color(Token::Accent), 1);
        pen.setCosmetic(true);
        painter->setPen(pen);
        painter->drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));
        painter->setRenderHint(QPainter::Antialiasing);
        for (const Line &line : m_data.lines) {
            if (i < line.values.size() && !std::isnan(line.values[i]) && line.base < 0) {
                painter->setPen(QPen(theme.color(line.color), 1.5));
                painter->setBrush(theme.color(Token::Surface));
                painter->drawEllipse(QPointF(x, yOf(line.values[i])), 3.5, 3.5);
            }
        }
    }
    painter->restore();
}

QStringList TimeChart::texts() const
{
    QStringList out;
    if (m_data.times.empty()) {
        return {m_emptyText};
    }
    for (double value = 0; value <= m_axis.top + m_axis.step / 2 && m_axis.step > 0; value += m_axis.step) {
        out << axisText(value, m_axis.step);
    }
    for (const auto &[x, text] : timeLabels()) {
        out << text;
    }
    for (const Label &label : endLabels()) {
        out << label.name << label.value;
    }
    for (const Note &note : m_data.notes) {
        out << note.text;
    }
    return out;
}

} // namespace sextant::ui
