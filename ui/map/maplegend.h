// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/layout/mapgeometry.h"
#include "ui/map/lenscolors.h"

#include <QWidget>

namespace sextant::ui {

/// What the colours of the map mean, with counts, worst first; one line of 32.
class MapLegend final : public QWidget {
    Q_OBJECT
public:
    explicit MapLegend(QWidget *parent = nullptr);
    void show(const layout::Content &content, Lens lens, layout::Level level);
    QString plainText() const;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    struct Entry {
        enum class Kind { Swatch, Ramp, Over, Hollow, Undeclared, Cordoned, Silent, UsedBar } kind = Kind::Swatch;
        State state = State::Ok;
        QString word, count;
    };
    void paintKey(QPainter &painter, const Entry &entry, const QRectF &box) const;
    std::vector<Entry> m_entries;
    QString m_note;
    bool m_glyphs = false; ///< states as glyphs, as on tiles that carry names
};

} // namespace sextant::ui
