// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/samplefleet.h"
#include "ui/map/mapview.h"

#include <QApplication>
#include <QTest>
#include <QWheelEvent>

#include <functional>

namespace sextant::test {

using namespace sextant::ui;

/// What Qt says while it paints is an error. For init(): it holds for one test function.
inline void failOnPaintWarnings()
{
    QTest::failOnWarning(QRegularExpression(QStringLiteral("QPainter|QImage|QFont|QWidget")));
}

/// A fleet, and a view of it in a window.
struct Shown {
    explicit Shown(const test::SampleOptions &options = {}, QSize size = {1240, 740})
        : now(options.now)
        , truth(test::fillSampleFleet(store, options))
    {
        view.resize(size);
        view.show();
        view.setPicture(test::pictureOf(store), now);
        view.settle();
    }
    /// Nodes and pods of a test's own.
    explicit Shown(const std::function<void(ClusterStore &)> &fill, QSize size = {900, 600})
    {
        now = wallNow();
        auto cluster = store.add();
        cluster->status().name = "own";
        test::setAllLive(cluster->status(), now);
        fill(*cluster);
        cluster->publish();
        truth.clusters.push_back(cluster);
        view.resize(size);
        view.show();
        view.setPicture(test::pictureOf(store), now);
        view.settle();
    }
    void publish()
    {
        for (auto &cluster : truth.clusters) {
            cluster->publish();
        }
        view.setPicture(test::pictureOf(store), now);
        view.settle();
    }
    QImage image() { return view.viewport()->grab().toImage(); }
    MapView::Hit find(const std::string &node, const std::string &pod = {}) const
    {
        const auto &content = view.content();
        for (std::size_t t = 0; t < content.tiles.size(); ++t) {
            const auto &tile = content.tiles[t];
            if (tile.name != node) {
                continue;
            }
            for (std::uint32_t i = 0; i < tile.items && !pod.empty(); ++i) {
                if (content.pod(tile, content.itemsOf(tile)[i]).name() == pod) {
                    return {static_cast<int>(t), static_cast<int>(i), -1};
                }
            }
            if (pod.empty()) {
                return {static_cast<int>(t), -1, -1};
            }
        }
        return {};
    }

    FleetStore store;
    Time now = kNoTime;
    test::SampleTruth truth;
    MapView view;
};

inline void wheel(MapView &view, const QPointF &at, int delta, Qt::KeyboardModifiers modifiers = Qt::NoModifier)
{
    QWheelEvent event(
        at, view.viewport()->mapToGlobal(at), {}, QPoint(0, delta), Qt::NoButton, modifiers, Qt::NoScrollPhase, false);
    QApplication::sendEvent(view.viewport(), &event);
}

inline void waitForZoom(MapView &view) { QTRY_VERIFY_WITH_TIMEOUT(!view.zooming() && !view.busy(), 5000); }

inline bool hasColor(const QImage &image, const QRect &where, QRgb color)
{
    const QRect area = where.intersected(image.rect());
    for (int y = area.top(); y <= area.bottom(); ++y) {
        for (int x = area.left(); x <= area.right(); ++x) {
            if ((image.pixel(x, y) & 0xffffffU) == (color & 0xffffffU)) {
                return true;
            }
        }
    }
    return false;
}

inline QRgb stateColor(State state) { return Theme::instance().state(state).rgb(); }

} // namespace sextant::test
