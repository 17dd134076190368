// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/map/maplegend.h"

#include "ui/theme/widgets.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QToolTip>

#include <algorithm>
#include <bit>
#include <cmath>

namespace sextant::ui {

namespace {

using Kind = LegendEntry::Kind;

constexpr int kRampWidth = 180;

int advance(const QString &text, TextRole role)
{
    return QFontMetrics(Theme::instance().font(role)).horizontalAdvance(text);
}

} // namespace

MapLegend::MapLegend(QWidget *parent)
    : QWidget(parent)
    , m_colors(Lens::State, MapPalette::current(1))
{
    setObjectName(QStringLiteral("mapLegend"));
    setFixedHeight(Theme::instance().px(32));
    setFocusPolicy(Qt::TabFocus);
    setAccessibleName(tr("Legend"));
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        setFixedHeight(Theme::instance().px(32));
        layOut();
    });
}

void MapLegend::show(const layout::Content &content, const LensClasses &classes, layout::Level level, ClassMask seen)
{
    m_lens = classes.lens();
    m_glyphs = level >= layout::Level::Pods && m_lens == Lens::State;
    m_seen = seen;
    m_text = legendOf(content, classes, level);
    setAccessibleDescription(plainText());
    layOut();
}

QString MapLegend::plainText() const
{
    QStringList words;
    for (const LegendEntry &entry : m_text.entries) {
        words << textOf(entry);
    }
    words << m_text.notes.front();
    return words.join(QStringLiteral(", "));
}

QString MapLegend::hiddenText() const
{
    QStringList words;
    for (std::size_t i = m_placed.size(); i < m_text.entries.size(); ++i) {
        words << textOf(m_text.entries[i]);
    }
    return words.join(QLatin1Char('\n'));
}

QString MapLegend::textOf(const LegendEntry &entry) const
{
    if (entry.kind != Kind::Ramp) {
        return entry.count.isEmpty() ? entry.word : QString(entry.word + QLatin1Char(' ') + entry.count);
    }
    QStringList steps;
    for (int i = 0; i < entry.steps; ++i) {
        if (const QString &count = entry.counts[static_cast<std::size_t>(i)]; count != QLatin1String("0")) {
            steps << stepText(m_lens, static_cast<std::uint8_t>(entry.cls + i)) + QLatin1Char(' ') + count;
        }
    }
    return steps.isEmpty() ? entry.word : tr("%1: %2").arg(entry.word, steps.join(QStringLiteral(", ")));
}

QRectF MapLegend::rectOf(const QString &word) const
{
    for (const Placed &placed : m_placed) {
        if (m_text.entries[placed.entry].word.contains(word)) {
            return placed.whole;
        }
    }
    return {};
}

void MapLegend::layOut()
{
    const Theme &theme = Theme::instance();
    m_colors = LensColors(m_lens, MapPalette::current(1));
    m_placed.clear();
    m_stops.clear();
    const double gap = theme.px(16);
    std::vector<double> widths;
    double all = 0;
    for (const LegendEntry &entry : m_text.entries) {
        widths.push_back(widthOf(entry));
        all += widths.back() + gap;
    }
    // The longest note that leaves all entries their room; the shortest stays, unless there is hardly any.
    const double room = width() - 2 * gap;
    m_note.clear();
    for (const QString &note : m_text.notes) {
        const int wide = advance(note, TextRole::Caption);
        if (all + wide <= room || (note == m_text.notes.back() && 3 * wide <= room)) {
            m_note = note;
            break;
        }
    }
    const double right = width() - gap - (m_note.isEmpty() ? 0 : advance(m_note, TextRole::Caption) + gap);
    const double most = advance(moreText(m_text.entries.size()), TextRole::Caption) + gap;
    const bool whole = all <= right;
    double x = gap;
    for (std::size_t i = 0; i < m_text.entries.size() && x + widths[i] + (whole ? 0 : most) <= right; ++i) {
        place(i, x, widths[i]);
        x += widths[i] + gap;
    }
    const std::size_t left = m_text.entries.size() - m_placed.size();
    m_more = left == 0 ? QRectF() : QRectF(x, 1, advance(moreText(left), TextRole::Caption), height() - 1);
    update();
}

double MapLegend::widthOf(const LegendEntry &entry) const
{
    const Theme &theme = Theme::instance();
    const auto caption = [](const QString &text) { return advance(text, TextRole::Caption); };
    const QString count = countOf(entry);
    const int counted = count.isEmpty() ? 0 : theme.px(5) + advance(count, TextRole::CaptionStrong);
    if (entry.kind == Kind::Ramp) {
        const QString step = stepOf(entry);
        return beforeKey(entry) + theme.px(kRampWidth) + theme.px(6) + caption(entry.high)
            + (step.isEmpty() ? 0 : theme.px(10) + caption(step)) + counted;
    }
    return (entry.kind == Kind::UsedBar ? theme.px(26) : theme.px(12)) + theme.px(6) + caption(entry.word) + counted;
}

int MapLegend::beforeKey(const LegendEntry &entry)
{
    const Theme &theme = Theme::instance();
    return entry.kind != Kind::Ramp
        ? 0
        : advance(entry.word, TextRole::Caption) + theme.px(10) + advance(entry.low, TextRole::Caption) + theme.px(6);
}

void MapLegend::place(std::size_t index, double x, double width)
{
    const Theme &theme = Theme::instance();
    const LegendEntry &entry = m_text.entries[index];
    const int side = theme.px(12);
    const int key = entry.kind == Kind::Ramp ? theme.px(kRampWidth) : entry.kind == Kind::UsedBar ? theme.px(26) : side;
    const QRectF whole(x, 1, width, height() - 1);
    const QRectF box(x + beforeKey(entry), std::round((height() - side) / 2.0), key, side);
    m_placed.push_back({index, whole, box});
    for (int step = 0; entry.kind == Kind::Ramp && step < entry.steps; ++step) {
        m_stops.push_back({index, ClassMask(1) << (entry.cls + step), stepRect(entry, box, step)});
    }
    if (entry.classes != 0) {
        m_stops.push_back({index, entry.classes, whole});
    }
}

QRectF MapLegend::stepRect(const LegendEntry &entry, const QRectF &box, int step)
{
    const double from = std::round(box.left() + box.width() * step / entry.steps);
    return {from, box.top(), std::round(box.left() + box.width() * (step + 1) / entry.steps) - from, box.height()};
}

/// The step of a ramp that is lit up, else the one the keyboard stands on; -1: none.
int MapLegend::chosenStep(const LegendEntry &entry) const
{
    const auto stepFor = [&entry](ClassMask classes) {
        const int cls = std::countr_zero(classes);
        return std::has_single_bit(classes) && cls >= entry.cls && cls < entry.cls + entry.steps ? cls - entry.cls : -1;
    };
    if (entry.kind != Kind::Ramp) {
        return -1;
    }
    const int lit = stepFor(m_seen);
    return lit >= 0 || !hasFocus() ? lit : stepFor(m_current);
}

QString MapLegend::stepOf(const LegendEntry &entry) const
{
    const int step = chosenStep(entry);
    return step < 0 ? QString() : stepText(m_lens, static_cast<std::uint8_t>(entry.cls + step));
}

QString MapLegend::countOf(const LegendEntry &entry) const
{
    const int step = chosenStep(entry);
    return step < 0 ? entry.count : entry.counts[static_cast<std::size_t>(step)];
}

QString MapLegend::moreText(std::size_t entries) { return tr("+%1 more").arg(entries); }

int MapLegend::current() const
{
    const auto it =
        std::find_if(m_stops.begin(), m_stops.end(), [this](const Stop &stop) { return stop.classes == m_current; });
    return it == m_stops.end() ? -1 : static_cast<int>(it - m_stops.begin());
}

ClassMask MapLegend::classesAt(const QPointF &at) const
{
    for (const Stop &stop : m_stops) {
        if (at.x() >= stop.rect.left() && at.x() < stop.rect.right()) {
            return stop.classes;
        }
    }
    return 0;
}

void MapLegend::toggle(ClassMask classes)
{
    if (classes != 0) {
        Q_EMIT seenWanted(m_seen == classes ? kAllClasses : classes);
    }
}

void MapLegend::mousePressEvent(QMouseEvent *event)
{
    m_keyboard = false;
    if (event->button() == Qt::LeftButton) {
        toggle(classesAt(event->position()));
    }
}

void MapLegend::moveTo(int index)
{
    if (index < 0 || index >= static_cast<int>(m_stops.size())) {
        return;
    }
    const Stop &stop = m_stops[static_cast<std::size_t>(index)];
    m_current = stop.classes;
    setAccessibleName(tr("Legend: %1").arg(wordsOf(stop)));
    layOut();
}

QString MapLegend::wordsOf(const Stop &stop) const
{
    const LegendEntry &entry = m_text.entries[stop.entry];
    if (entry.kind != Kind::Ramp) {
        return entry.word + QLatin1Char(' ') + entry.count;
    }
    const int cls = std::countr_zero(stop.classes);
    return tr("%1, %2: %3")
        .arg(entry.word, stepText(m_lens, static_cast<std::uint8_t>(cls)),
            entry.counts[static_cast<std::size_t>(cls - entry.cls)]);
}

void MapLegend::keyPressEvent(QKeyEvent *event)
{
    switch (event->key()) {
    case Qt::Key_Left:
        moveTo(current() - 1);
        break;
    case Qt::Key_Right:
        moveTo(current() + 1);
        break;
    case Qt::Key_Home:
        moveTo(0);
        break;
    case Qt::Key_End:
        moveTo(static_cast<int>(m_stops.size()) - 1);
        break;
    case Qt::Key_Space:
    case Qt::Key_Return:
    case Qt::Key_Enter:
        toggle(m_current);
        break;
    case Qt::Key_Escape:
        if (m_seen == kAllClasses) {
            QWidget::keyPressEvent(event);
            return;
        }
        Q_EMIT seenWanted(kAllClasses);
        break;
    default:
        QWidget::keyPressEvent(event);
        return;
    }
    event->accept();
}

void MapLegend::focusInEvent(QFocusEvent *event)
{
    QWidget::focusInEvent(event);
    m_keyboard = event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason;
    if (current() < 0) {
        moveTo(0);
    }
    layOut();
}

void MapLegend::focusOutEvent(QFocusEvent *event)
{
    QWidget::focusOutEvent(event);
    layOut(); // the step it stood on has its count no longer
}

void MapLegend::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    layOut();
}

bool MapLegend::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto *help = static_cast<QHelpEvent *>(event);
        const QPoint at = help->pos();
        const auto under = std::find_if(m_stops.begin(), m_stops.end(),
            [&at](const Stop &stop) { return at.x() >= stop.rect.left() && at.x() < stop.rect.right(); });
        const QString words = under != m_stops.end() && m_text.entries[under->entry].kind == Kind::Ramp
            ? wordsOf(*under)
            : m_more.contains(at) ? hiddenText()
                                  : plainText();
        QToolTip::showText(help->globalPos(), plainTip(words), this);
        return true;
    }
    return QWidget::event(event);
}

} // namespace sextant::ui
