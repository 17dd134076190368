// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/burnupchart.h"

#include "core/base/format.h"

#include <QCoreApplication>

#include <algorithm>

namespace sextant::ui {

namespace {

qint64 millis(Time time) { return time.time_since_epoch().count() * 1000; }

/// Steps are kept when something changes and every ten minutes, older ones thinned out: nobody looked where two are
/// further apart than twice that, and than most are.
qint64 longestGap(const std::vector<migration::BurnPoint> &points)
{
    constexpr qint64 kLeast = 25 * 60 * 1000;
    std::vector<qint64> apart;
    for (std::size_t i = 1; i < points.size(); ++i) {
        apart.push_back(millis(points[i].at) - millis(points[i - 1].at));
    }
    if (apart.size() < 3) {
        return std::max(kLeast, apart.empty() ? 0 : *std::max_element(apart.begin(), apart.end()));
    }
    const auto most = apart.begin() + static_cast<std::ptrdiff_t>(apart.size() * 9 / 10);
    std::nth_element(apart.begin(), most, apart.end());
    return std::max(kLeast, *most * 5 / 2);
}

QString tr(const char *text) { return QCoreApplication::translate("BurnUpChart", text); }

} // namespace

TimeChart::Data burnUpData(const std::vector<migration::BurnPoint> &points, Time now)
{
    TimeChart::Data data;
    data.counts = true;
    data.unit = tr("services");
    data.longestGap = longestGap(points);
    TimeChart::Line ground{{}, Token::Kubernetes, true, false, {}, true, false, 0.16F};
    TimeChart::Line left{{}, Token::Helios, true, false, {}, true, false, 0.12F, 0, tr("still on Helios")};
    TimeChart::Line moved{tr("moved"), Token::Kubernetes, false, false, {}, true};
    TimeChart::Line scope{tr("in scope"), Token::Allocatable, false, false, {}, true};
    const auto add = [&](qint64 at, const migration::BurnPoint &point) {
        data.times.push_back(at);
        ground.values.push_back(point.moved);
        moved.values.push_back(point.moved);
        left.values.push_back(point.services);
        scope.values.push_back(point.services);
    };
    for (const migration::BurnPoint &point : points) {
        if (point.at <= now) {
            add(millis(point.at), point);
            data.simulatedUntil = point.simulated ? millis(point.at) : data.simulatedUntil;
        }
    }
    if (data.times.empty()) {
        return data;
    }
    const migration::BurnPoint last = points[data.times.size() - 1];
    if (millis(now) > data.times.back()) {
        add(millis(now), last);
    }
    const double whole = last.services, done = last.moved;
    if (whole > done) {
        data.notes.push_back({millis(now), done, whole,
            tr("%1 still on Helios").arg(QString::fromStdString(formatCount(last.services - last.moved)))});
    }
    data.lines.push_back(std::move(ground));
    data.lines.push_back(std::move(left));
    data.lines.push_back(std::move(moved));
    data.lines.push_back(std::move(scope));
    return data;
}

} // namespace sextant::ui
