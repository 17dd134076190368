// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/timechart.h"

#include "core/base/format.h"
#include "ui/theme/widgets.h"

#include <QAreaSeries>
#include <QCoreApplication>
#include <QDateTime>
#include <QGraphicsLayout>
#include <QImage>
#include <QLineSeries>
#include <QMouseEvent>
#include <QScrollBar>
#include <QSvgGenerator>
#include <QValueAxis>

#include <algorithm>
#include <cmath>

namespace sextant::ui {

TimeChart::TimeChart(QWidget *parent)
    : QChartView(parent)
    , m_x(new QValueAxis(this))
    , m_y(new QValueAxis(this))
{
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setBackgroundBrush(Qt::NoBrush);
    viewport()->setAutoFillBackground(false);
    setRenderHint(QPainter::Antialiasing);
    setMouseTracking(true);
    setFocusPolicy(Qt::NoFocus);
    setMinimumHeight(Theme::instance().px(120));

    QChart *plot = chart();
    plot->setAnimationOptions(QChart::NoAnimation);
    plot->setBackgroundVisible(false);
    plot->setPlotAreaBackgroundVisible(false);
    plot->setMargins(QMargins());
    plot->layout()->setContentsMargins(0, 0, 0, 0);
    plot->legend()->hide();
    plot->addAxis(m_x, Qt::AlignBottom);
    plot->addAxis(m_y, Qt::AlignLeft);
    m_x->setVisible(false);
    m_y->setVisible(false);
    connect(&Theme::instance(), &Theme::changed, this, &TimeChart::restyle);
}

void TimeChart::setData(Data data)
{
    m_data = std::move(data);
    if (m_data.from == 0 && !m_data.times.empty()) {
        m_data.from = m_data.times.front();
    }
    if (m_data.to == 0 && !m_data.times.empty()) {
        m_data.to = m_data.times.back();
    }
    double largest = 0;
    for (const Line &line : m_data.lines) {
        for (const double value : line.values) {
            largest = std::isnan(value) ? largest : std::max(largest, value);
        }
    }
    m_axis = fitAxis(largest, m_axis);
    if (m_data.counts && m_axis.step < 1) {
        m_axis = {std::ceil(m_axis.top), 1};
    }
    m_x->setRange(static_cast<double>(m_data.from), static_cast<double>(std::max(m_data.to, m_data.from + 1)));
    m_y->setRange(0, m_axis.top);
    rebuildSeries();
    layOut();
    describe();
    viewport()->update();
}

void TimeChart::setEmptyText(const QString &text)
{
    m_emptyText = text;
    viewport()->update();
}

std::vector<TimeChart::Run> TimeChart::runsOf(const Line &line) const
{
    std::vector<Run> runs;
    bool open = false;
    for (std::size_t i = 0; i < m_data.times.size() && i < line.values.size(); ++i) {
        if (std::isnan(line.values[i])) {
            open = false;
            continue;
        }
        if (open && m_data.times[i] - m_data.times[runs.back().last] > m_data.longestGap) {
            open = false;
        }
        if (!open) {
            runs.push_back({i, i});
            open = true;
        }
        runs.back().last = i;
    }
    return runs;
}

QList<QPointF> TimeChart::pointsOf(const Line &line, const Run &run) const
{
    QList<QPointF> points;
    points.reserve(static_cast<qsizetype>(run.last - run.first + 1) * (line.steps ? 2 : 1));
    for (std::size_t k = run.first; k <= run.last; ++k) {
        const auto at = static_cast<double>(m_data.times[k]);
        if (line.steps && k > run.first && line.values[k] != line.values[k - 1]) {
            points.emplace_back(at, line.values[k - 1]);
        }
        points.emplace_back(at, line.values[k]);
    }
    if (points.size() == 1) {
        points.push_back(points.front() + QPointF(1, 0)); // one sample alone is a dot, not nothing
    }
    return points;
}

QString TimeChart::valueText(double value) const
{
    return QString::fromStdString(
        m_data.counts ? formatCount(std::llround(value)) : formatCores(MilliCpu(std::llround(value * 1000))));
}

void TimeChart::rebuildSeries()
{
    // The series are kept as long as their number and kinds stay: replacing points is cheap, making series is not.
    struct Piece {
        const Line *line;
        Run run;
    };
    std::vector<Piece> pieces;
    for (const Line &line : m_data.lines) {
        for (const Run &run : runsOf(line)) {
            pieces.push_back({&line, run});
        }
    }
    bool fits = pieces.size() == m_series.size();
    for (std::size_t i = 0; fits && i < pieces.size(); ++i) {
        const auto *area = qobject_cast<QAreaSeries *>(m_series[i]);
        fits = (area != nullptr) == pieces[i].line->area
            && (area == nullptr || (area->lowerSeries() != nullptr) == (pieces[i].line->base >= 0));
    }
    if (!fits) {
        chart()->removeAllSeries();
        m_series.clear();
        for (const Piece &piece : pieces) {
            QAbstractSeries *series = nullptr;
            if (piece.line->area) {
                auto *area = new QAreaSeries();
                area->setUpperSeries(new QLineSeries(area));
                if (piece.line->base >= 0) {
                    area->setLowerSeries(new QLineSeries(area));
                }
                series = area;
            } else {
                series = new QLineSeries();
            }
            chart()->addSeries(series);
            series->attachAxis(m_x);
            series->attachAxis(m_y);
            m_series.push_back(series);
        }
    }
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        const Piece &piece = pieces[i];
        const QList<QPointF> points = pointsOf(*piece.line, piece.run);
        const QColor color = Theme::instance().color(piece.line->color);
        QPen pen(color, 1.5);
        pen.setCosmetic(true);
        if (piece.line->dashed) {
            pen.setDashPattern({3, 3});
        }
        if (auto *area = qobject_cast<QAreaSeries *>(m_series[i])) {
            QColor tint = color;
            tint.setAlphaF(piece.line->tint);
            area->upperSeries()->replace(points);
            area->setBrush(tint);
            area->setPen(piece.line->edge ? pen : QPen(Qt::NoPen));
            if (piece.line->base >= 0) {
                area->lowerSeries()->replace(
                    pointsOf(m_data.lines[static_cast<std::size_t>(piece.line->base)], piece.run));
            }
        } else if (auto *line = qobject_cast<QLineSeries *>(m_series[i])) {
            line->replace(points);
            line->setPen(pen);
        }
    }
}

void TimeChart::restyle()
{
    rebuildSeries();
    viewport()->update();
}

void TimeChart::layOut()
{
    const Theme &theme = Theme::instance();
    const double left = theme.px(48), right = theme.px(88), top = theme.px(14), bottom = theme.px(22);
    const QRectF whole(viewport()->rect());
    chart()->resize(whole.size());
    scene()->setSceneRect(whole);
    chart()->setPlotArea(whole.adjusted(left, top, -right, -bottom));
    chart()->layout()->activate();
    // Posted layout requests of the chart's own items: a chart that was never shown has not had its events yet.
    QCoreApplication::sendPostedEvents(scene());
    QCoreApplication::sendPostedEvents(chart());
}

void TimeChart::resizeEvent(QResizeEvent *event)
{
    QChartView::resizeEvent(event);
    layOut();
}

void TimeChart::showEvent(QShowEvent *event)
{
    QChartView::showEvent(event);
    layOut();
}

double TimeChart::xOf(qint64 time) const
{
    const QRectF plot = chart()->plotArea();
    const double span = static_cast<double>(std::max<qint64>(1, m_data.to - m_data.from));
    return plot.left() + plot.width() * static_cast<double>(time - m_data.from) / span;
}

double TimeChart::yOf(double value) const
{
    const QRectF plot = chart()->plotArea();
    return plot.bottom() - plot.height() * value / m_axis.top;
}

std::size_t TimeChart::nearest(qint64 time) const
{
    const auto it = std::lower_bound(m_data.times.begin(), m_data.times.end(), time);
    if (it == m_data.times.begin()) {
        return 0;
    }
    if (it == m_data.times.end()) {
        return m_data.times.size() - 1;
    }
    const auto before = std::prev(it);
    return static_cast<std::size_t>((time - *before <= *it - time ? before : it) - m_data.times.begin());
}

void TimeChart::setCrosshair(std::optional<qint64> at)
{
    if (m_crosshair != at) {
        m_crosshair = at;
        viewport()->update();
    }
}

void TimeChart::mouseMoveEvent(QMouseEvent *event)
{
    QChartView::mouseMoveEvent(event);
    const QRectF plot = chart()->plotArea();
    std::optional<qint64> at;
    if (plot.contains(event->position()) && !m_data.times.empty()) {
        const double share = (event->position().x() - plot.left()) / plot.width();
        const qint64 wanted = m_data.from + static_cast<qint64>(share * static_cast<double>(m_data.to - m_data.from));
        const qint64 found = m_data.times[nearest(wanted)];
        if (std::llabs(found - wanted) <= std::max<qint64>(m_data.longestGap, (m_data.to - m_data.from) / 100)) {
            at = found;
        }
    }
    m_hovered = at.has_value();
    setCrosshair(at);
    Q_EMIT crosshairMoved(at);
    showTip();
}

void TimeChart::leaveEvent(QEvent *event)
{
    QChartView::leaveEvent(event);
    m_hovered = false;
    setCrosshair(std::nullopt);
    Q_EMIT crosshairMoved(std::nullopt);
    Tip::hideTip();
}

void TimeChart::showTip()
{
    if (!m_hovered || !m_crosshair) {
        Tip::hideTip();
        return;
    }
    const std::size_t i = nearest(*m_crosshair);
    double whole = std::nan("");
    for (const Line &line : m_data.lines) {
        if (line.color == Token::Allocatable && i < line.values.size()) {
            whole = line.values[i];
        }
    }
    Tip::Content content;
    content.title = QDateTime::fromMSecsSinceEpoch(m_data.times[i]).toString(QStringLiteral("ddd d MMM, HH:mm:ss t"));
    for (auto line = m_data.lines.rbegin(); line != m_data.lines.rend(); ++line) {
        if (line->tipName().isEmpty()) {
            continue;
        }
        const double value = i < line->values.size() ? line->values[i] : std::nan("");
        QString text = QString::fromUtf8(kUnknownText);
        if (!std::isnan(value)) {
            text =
                valueText(line->base < 0 ? value : value - m_data.lines[static_cast<std::size_t>(line->base)].values[i])
                + (m_data.unit.isEmpty() ? QString() : u' ' + m_data.unit);
            if (whole > 0 && line->color != Token::Allocatable) {
                text += QStringLiteral("  %1\u202f%").arg(std::lround(value / whole * 100));
            }
        }
        content.rows.push_back({line->tipName(), text, std::nullopt});
    }
    if (m_data.simulatedUntil != 0 && m_data.times[i] <= m_data.simulatedUntil) {
        content.rows.push_back({QString(), tr("simulated"), std::nullopt});
    }
    const int x = static_cast<int>(xOf(*m_crosshair));
    const QRect anchor(
        viewport()->mapToGlobal(QPoint(x - 4, static_cast<int>(chart()->plotArea().top()) + 8)), QSize(8, 24));
    Tip::show(content, anchor, this);
}

void TimeChart::describe()
{
    QStringList words;
    for (const Label &label : endLabels()) {
        words << QString(label.name + u' ' + label.value + u' ' + m_data.unit).trimmed();
    }
    setAccessibleDescription(words.join(QStringLiteral(", ")));
}

bool TimeChart::save(const QString &file)
{
    layOut();
    if (file.endsWith(QStringLiteral(".svg"), Qt::CaseInsensitive)) {
        QSvgGenerator generator;
        generator.setFileName(file);
        generator.setSize(size());
        generator.setViewBox(rect());
        QPainter painter;
        if (!painter.begin(&generator)) {
            return false;
        }
        painter.fillRect(rect(), Theme::instance().color(Token::Surface));
        render(&painter, QRectF(rect()), viewport()->rect());
        return painter.end();
    }
    QImage image(size() * 2, QImage::Format_RGB32);
    image.setDevicePixelRatio(2);
    image.fill(Theme::instance().color(Token::Surface));
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    render(&painter, QRectF(rect()), viewport()->rect());
    painter.end();
    return image.save(file);
}

} // namespace sextant::ui
