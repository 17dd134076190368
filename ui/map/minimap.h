// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/map/mapview.h"

#include <QImage>
#include <QWidget>

namespace sextant::ui {

class TextLabel;

/// The whole map at once, a spot a node, the worst state winning, with what the map shows of it as a frame of ink. A
/// click or a drag moves the map there, and so do the arrows. Drawn anew only when the map's content or zoom changes,
/// and never while hidden.
class MiniMap final : public QWidget {
    Q_OBJECT
public:
    explicit MiniMap(MapView &view, QWidget *parent = nullptr);

    /// Whether the map is larger than its window, so that there is something to find one's way in.
    bool needed() const;
    /// With a border, as what lies over something else has.
    void setFramed(bool framed) { m_framed = framed; }
    /// What the map shows, in this widget's pixels.
    QRectF frame() const;
    /// How often it was drawn anew, for tests.
    int drawn() const { return m_drawn; }
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override;

Q_SIGNALS:
    void neededChanged();

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    QRectF place() const; ///< of the whole map in this widget
    void draw();
    void follow();
    void moveBy(double dx, double dy); ///< in windows of the map
    MapView &m_view;
    QImage m_image;
    QSize m_drawnOf; ///< size of the map
    bool m_old = true;
    bool m_needed = false;
    bool m_framed = false;
    bool m_pressed = false;
    bool m_keyboard = false;
    QPointF m_grip; ///< from the middle of the frame to where it is held
    int m_drawn = 0;
};

/// The minimap with its heading, as it stands in the details: "On the map", "node 41 of 120".
class MiniMapSection final : public QWidget {
    Q_OBJECT
public:
    explicit MiniMapSection(MapView &view, QWidget *parent = nullptr);
    const MiniMap &map() const { return *m_map; }
    QString note() const;
    /// Follows what is selected, and hides where the whole map is seen anyway.
    void refresh();

protected:
    void showEvent(QShowEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    MapView &m_view;
    MiniMap *m_map;
    TextLabel *m_note;
};

} // namespace sextant::ui
