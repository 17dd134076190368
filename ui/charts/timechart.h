// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/charts/axis.h"
#include "ui/theme/theme.h"

#include <QChart>
#include <QChartView>

#include <optional>
#include <vector>

class QAbstractSeries;
class QLineSeries;
class QValueAxis;

namespace sextant::ui {

/// Lines and areas over time, as the look has them: hairlines, no frame, no legend box, lines named at their ends
/// (where they have a name), gaps hatched and never bridged, a crosshair with a tip. QtCharts draws the series; axes
/// and words are drawn around them.
class TimeChart : public QChartView {
    Q_OBJECT
public:
    struct Line {
        QString name;
        Token color = Token::Requested;
        bool area = false; ///< with a 22 % tint below
        bool dashed = false;
        std::vector<double> values; ///< one for each time; NaN: unknown
        bool steps = false; ///< holds a value until the next one
        bool edge = true; ///< an area is bounded by a line
        float tint = 0.22F; ///< of an area
        int base = -1; ///< an area stands on this line instead of on 0
        QString inTip = {}; ///< its name in the tip, where it is not named at its end
        const QString &tipName() const { return name.isEmpty() ? inTip : name; }
    };
    /// Words inside an area, drawn where it is high enough for them.
    struct Note {
        qint64 time = 0; ///< where they end
        double low = 0, high = 0; ///< the area there
        QString text;
    };
    struct Data {
        std::vector<qint64> times; ///< milliseconds since 1970, ascending
        std::vector<Line> lines; ///< areas first; at most 10
        std::vector<Note> notes;
        QString unit; ///< "cores"
        bool counts = false; ///< whole numbers of things
        qint64 longestGap = 20'000; ///< milliseconds between two points that still belong together
        qint64 from = 0, to = 0; ///< the axis; 0: as the times
        qint64 simulatedUntil = 0; ///< what lies before is marked as simulated; 0: nothing
        qint64 staleSince = 0; ///< from here to `to` there is no answer; 0: live
    };

    explicit TimeChart(QWidget *parent = nullptr);

    void setData(Data data);
    const Data &data() const { return m_data; }
    /// Nothing to draw yet: these words stand in the middle.
    void setEmptyText(const QString &text);
    /// The crosshair's time in ms; nothing: none. Shared by the charts of a view.
    void setCrosshair(std::optional<qint64> at);
    /// Lays everything out for its size at once, for a picture of a chart that was never shown.
    void layOut();
    /// All words on it, for tests and screen readers.
    QStringList texts() const;
    /// Writes it as a picture, .png or .svg.
    bool save(const QString &file);

Q_SIGNALS:
    void crosshairMoved(std::optional<qint64> at);

protected:
    void drawBackground(QPainter *painter, const QRectF &rect) override;
    void drawForeground(QPainter *painter, const QRectF &rect) override;
    void resizeEvent(QResizeEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void showEvent(QShowEvent *event) override;

private:
    struct Run {
        std::size_t first = 0, last = 0;
    };
    struct Label {
        QRectF place;
        QString name, value;
        QColor color;
    };
    std::vector<Run> runsOf(const Line &line) const;
    QList<QPointF> pointsOf(const Line &line, const Run &run) const;
    QString valueText(double value) const;
    void rebuildSeries();
    void restyle();
    void describe();
    double xOf(qint64 time) const;
    double yOf(double value) const;
    std::vector<Label> endLabels() const;
    std::vector<std::pair<double, QString>> timeLabels() const;
    std::size_t nearest(qint64 time) const;
    void showTip();

    Data m_data;
    QString m_emptyText;
    ValueAxis m_axis{0, 0};
    QValueAxis *m_x;
    QValueAxis *m_y;
    std::vector<QAbstractSeries *> m_series;
    std::optional<qint64> m_crosshair;
    bool m_hovered = false;
};

} // namespace sextant::ui
