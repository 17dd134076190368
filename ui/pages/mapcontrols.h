// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/map/mapview.h"

#include <QWidget>

class QComboBox;
class QPushButton;

namespace sextant::ui {

class IconButton;
class Segments;
class TextLabel;

/// The row above the map: size, colour, group, zoom by name. Where the window is narrow, choices fold into boxes.
class MapControls final : public QWidget {
    Q_OBJECT
public:
    explicit MapControls(MapView &view, QWidget *parent = nullptr);
    void setLevel(layout::Level level);

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
    Choice addChoice(const QString &name, const QStringList &labels);
    void fold();
    MapView &m_view;
    Choice m_size{}, m_colour{};
    QComboBox *m_group;
    QPushButton *m_level;
};

} // namespace sextant::ui
