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
    std::vector<QString> counts; ///< of a ramp, by step
};
struct LegendText {
    std::vector<LegendEntry> entries; ///< worst first
    /// What sizes mean, what is unknown and of what a percentage is: in words enough, then in fewer. Never empty.
    QStringList notes{QString()};
};
LegendText legendOf(const layout::Content &content, const LensClasses &classes, layout::Level level);
/// What the classes from `cls` on of a scale stand for: "30 to 40 %"; empty: no such step.
QString stepText(Lens lens, std::uint8_t cls);

/// What the colours of the map mean, with counts, worst first; one line of 32. A click on an entry or on a step of a
/// ramp, or Space on the one the arrows stand on, lights up what it counts: the others fade. Again, or Escape, shows
/// all. What has no room is counted at the end, and named in the tip there.
class MapLegend final : public QWidget {
    Q_OBJECT
public:
    explicit MapLegend(QWidget *parent = nullptr);
    void show(const layout::Content &content, const LensClasses &classes, layout::Level level, ClassMask seen);
    QString plainText() const;
    QString note() const { return m_note; } ///< as it is shown; empty: it has no room
    QString hiddenText() const; ///< the entries that have no room
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
    /// What can be lit up: an entry, or a step of a ramp.
    struct Stop {
        std::size_t entry;
        ClassMask classes;
        QRectF rect;
    };
    void layOut();
    double widthOf(const LegendEntry &entry) const;
    static int beforeKey(const LegendEntry &entry);
    void place(std::size_t index, double x, double width);
    static QRectF stepRect(const LegendEntry &entry, const QRectF &box, int step);
    int chosenStep(const LegendEntry &entry) const;
    QString stepOf(const LegendEntry &entry) const; ///< in words, of the chosen one
    QString countOf(const LegendEntry &entry) const;
    QString textOf(const LegendEntry &entry) const;
    QString wordsOf(const Stop &stop) const;
    static QString moreText(std::size_t entries);
    int current() const; ///< in m_stops, where the keyboard stands; -1: nowhere
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
    std::vector<Stop> m_stops;
    QRectF m_more; ///< where those without room are counted
    QString m_note; ///< that has room
    ClassMask m_current = 0; ///< of the stop where the keyboard stands
    bool m_keyboard = false;
    bool m_glyphs = false; ///< states as glyphs, as on tiles that carry names
};

} // namespace sextant::ui
