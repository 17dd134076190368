// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/layout/mapgeometry.h"
#include "ui/map/lenscolors.h"

#include <QRectF>
#include <QWidget>

#include <vector>

namespace sextant::ui {

/// One entry of the legend: a key, a word, how many pods it stands for.
struct LegendEntry {
    enum class Kind {
        Class, ///< as cells of `cls` are drawn
        Ramp, ///< the steps of a scale in a row, from class `cls` on
        Recent, ///< a cell with a dot
        Undeclared, ///< declares nothing: its size is no figure
        Silent, ///< this and the next three: nodes
        NotReady,
        UnderPressure,
        Cordoned,
        UsedBar
    } kind = Kind::Class;
    std::uint8_t cls = 0;
    int steps = 1; ///< of a ramp
    ClassMask classes = 0; ///< what a click lights up; 0: nothing to light up
    QString word, count; ///< of a ramp the word before it
    QString low, high; ///< the ends of a ramp
};
struct LegendText {
    std::vector<LegendEntry> entries; ///< worst first
    QString note; ///< what sizes mean, what is unknown and of what a percentage is
};
LegendText legendOf(const layout::Content &content, const LensClasses &classes, layout::Level level);
/// What the classes from `cls` on of a scale stand for: "30 to 40 %"; empty: no such step.
QString stepText(Lens lens, std::uint8_t cls);

/// What the colours of the map mean, with counts, worst first; one line of 32. A click on an entry, or Space on the one
/// the arrows stand on, lights up its pods: the others fade. Again, or Escape, shows all.
class MapLegend final : public QWidget {
    Q_OBJECT
public:
    explicit MapLegend(QWidget *parent = nullptr);
    void show(const layout::Content &content, const LensClasses &classes, layout::Level level, ClassMask seen);
    QString plainText() const;
    /// Where an entry is clicked, by its word or a part of it; empty: it has no place.
    QRectF rectOf(const QString &word) const;

Q_SIGNALS:
    void seenWanted(ClassMask seen);

protected:
    bool event(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    struct Placed {
        std::size_t entry;
        QRectF whole, key;
    };
    void layOut();
    ClassMask classesAt(const QPointF &at) const; ///< 0: nothing there
    void toggle(ClassMask classes);
    void moveTo(int index);
    void paintKey(QPainter &painter, const LegendEntry &entry, const QRectF &box) const;
    void paintLook(QPainter &painter, std::uint8_t cls, const QRectF &box) const;

    LegendText m_text;
    std::vector<Placed> m_placed; ///< those that have room
    LensColors m_colors;
    Lens m_lens = Lens::State;
    ClassMask m_seen = kAllClasses;
    int m_current = -1; ///< in m_placed, the keyboard's
    bool m_keyboard = false;
    bool m_glyphs = false; ///< states as glyphs, as on tiles that carry names
};

} // namespace sextant::ui
