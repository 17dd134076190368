// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/map/mapview.h"

#include <QWidget>

#include <optional>

class QComboBox;
class QPushButton;

namespace sextant::ui {

class Segments;
class TextLabel;

/// What of the map's look is chosen; unset members leave it as it is.
struct MapChoice {
    std::optional<layout::SizeBy> size;
    std::optional<Lens> lens;
    std::optional<layout::Grouping> grouping;
    std::optional<layout::Level> zoom;
};
/// "cpu", "memory", "equal", as settings and the command line name them.
const char *sizeId(layout::SizeBy size);
std::optional<layout::SizeBy> sizeOf(const QString &id);
/// "fleet", "nodes", "pods", "containers".
std::optional<layout::Level> levelOf(const QString &id);

/// The row above the map: size, colour, group, zoom by name. Where the window is narrow, choices fold into boxes. What
/// somebody chooses here is kept between runs.
class MapControls final : public QWidget {
    Q_OBJECT
public:
    explicit MapControls(MapView &view, QWidget *parent = nullptr);
    void setLevel(layout::Level level);
    /// Shows it so, without keeping that for the next run.
    void choose(const MapChoice &choice);
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void lensChanged();

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    struct Choice {
        TextLabel *label;
        Segments *segments;
        QComboBox *box;
    };
    Choice addChoice(const QString &name, const QStringList &labels, const QStringList &tips);
    void addZoom();
    void pickGroup(int index);
    void showGroup();
    void addLabel(const QString &key);
    void fold();
    void restore();
    void keep() const;
    MapView &m_view;
    Choice m_size{}, m_colour{};
    TextLabel *m_groupLabel;
    QComboBox *m_group;
    QPushButton *m_level;
    QWidget *m_zoom;
    bool m_keeps = true;
};

} // namespace sextant::ui
