// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/map/maplegend.h"

#include "ui/theme/widgets.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QToolTip>

#include <cmath>

namespace sextant::ui {

namespace {

using Kind = LegendEntry::Kind;

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
        words << (entry.count.isEmpty() ? entry.word : QString(entry.word + QLatin1Char(' ') + entry.count));
    }
    words << m_text.note;
    return words.join(QStringLiteral(", "));
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
    double x = theme.px(16);
    const int right = width() - theme.px(16);
    const int side = theme.px(12);
    const double y = std::round((height() - side) / 2.0);
    for (std::size_t i = 0; i < m_text.entries.size(); ++i) {
        const LegendEntry &entry = m_text.entries[i];
        const bool ramp = entry.kind == Kind::Ramp;
        const int key = ramp ? theme.px(180) : entry.kind == Kind::UsedBar ? theme.px(26) : side;
        const int before = ramp ? advance(entry.word, TextRole::Caption) + theme.px(10)
                + advance(entry.low, TextRole::Caption) + theme.px(6)
                                : 0;
        const int after = theme.px(6)
            + (ramp ? advance(entry.high, TextRole::Caption)
                    : advance(entry.word, TextRole::Caption)
                        + (entry.count.isEmpty() ? 0 : theme.px(5) + advance(entry.count, TextRole::CaptionStrong)));
        if (x + before + key + after > right) {
            break;
        }
        m_placed.push_back({i, QRectF(x, 1, before + key + after, height() - 1), QRectF(x + before, y, key, side)});
        x += before + key + after + theme.px(16);
    }
    m_current = std::min(m_current, static_cast<int>(m_placed.size()) - 1);
    update();
}

ClassMask MapLegend::classesAt(const QPointF &at) const
{
    for (const Placed &placed : m_placed) {
        const LegendEntry &entry = m_text.entries[placed.entry];
        if (entry.kind == Kind::Ramp) {
            const double part = (at.x() - placed.key.x()) / placed.key.width();
            if (part >= 0 && part < 1) {
                return ClassMask(1) << (entry.cls + static_cast<int>(part * entry.steps));
            }
        } else if (placed.whole.contains(at)) {
            return entry.classes;
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
    // Over what lights nothing up.
    const int step = index < m_current ? -1 : 1;
    while (index >= 0 && index < static_cast<int>(m_placed.size())
        && m_text.entries[m_placed[static_cast<std::size_t>(index)].entry].classes == 0) {
        index += step;
    }
    if (index >= 0 && index < static_cast<int>(m_placed.size())) {
        m_current = index;
        const LegendEntry &entry = m_text.entries[m_placed[static_cast<std::size_t>(index)].entry];
        setAccessibleName(tr("Legend: %1 %2").arg(entry.word, entry.count));
        update();
    }
}

void MapLegend::keyPressEvent(QKeyEvent *event)
{
    switch (event->key()) {
    case Qt::Key_Left:
        moveTo(m_current - 1);
        break;
    case Qt::Key_Right:
        moveTo(m_current + 1);
        break;
    case Qt::Key_Home:
        m_current = -1;
        moveTo(0);
        break;
    case Qt::Key_Space:
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_current >= 0) {
            toggle(m_text.entries[m_placed[static_cast<std::size_t>(m_current)].entry].classes);
        }
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
    if (m_current < 0) {
        moveTo(0);
    }
    update();
}

void MapLegend::focusOutEvent(QFocusEvent *event)
{
    QWidget::focusOutEvent(event);
    update();
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
        const ClassMask classes = classesAt(help->pos());
        const bool one = classes != 0 && (classes & (classes - 1)) == 0;
        QString words = one ? stepText(m_lens, static_cast<std::uint8_t>(std::countr_zero(classes))) : QString();
        if (words.isEmpty()) {
            words = plainText(); // what had no room is here
        }
        QToolTip::showText(help->globalPos(), plainTip(words), this);
        return true;
    }
    return QWidget::event(event);
}

void MapLegend::paintLook(QPainter &painter, std::uint8_t cls, const QRectF &box) const
{
    const Theme &theme = Theme::instance();
    const LensLook &look = m_colors[cls];
    const QColor surface = theme.color(Token::Surface);
    const QRectF shape(box.center().x() - 2, box.center().y() - 2, 4, 4);
    switch (look.kind) {
    case LensLook::Kind::Hollow:
        painter.setPen(QPen(theme.color(Token::BorderStrong), 1));
        painter.setBrush(surface);
        painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5));
        return;
    case LensLook::Kind::Moving:
        painter.fillRect(box, surface);
        painter.setClipRect(box);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(QColor::fromRgb(look.cell), 2));
        for (double x = -box.height(); x < box.width(); x += 4) {
            painter.drawLine(QPointF(box.left() + x, box.bottom()), QPointF(box.left() + x + box.height(), box.top()));
        }
        return;
    case LensLook::Kind::Over: {
        const double cut = box.width() / 2;
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(QColor::fromRgb(look.cell));
        painter.drawPolygon(QPolygonF({box.topLeft(), QPointF(box.right() - cut, box.top()),
            QPointF(box.right(), box.top() + cut), box.bottomRight(), box.bottomLeft()}));
        return;
    }
    case LensLook::Kind::Plain:
    case LensLook::Kind::Dotted:
        break;
    }
    painter.fillRect(box, QColor::fromRgb(look.cell));
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(surface);
    if (look.kind == LensLook::Kind::Dotted) {
        painter.drawEllipse(shape);
    } else if (m_lens == Lens::State) {
        switch (static_cast<State>(cls)) {
        case State::Failed:
            painter.drawRect(shape);
            break;
        case State::Warning:
            painter.drawPolygon(
                QPolygonF({shape.bottomLeft(), shape.bottomRight(), QPointF(shape.center().x(), shape.top())}));
            break;
        case State::Pending:
            painter.drawEllipse(shape);
            break;
        default:
            break;
        }
    }
}

void MapLegend::paintKey(QPainter &painter, const LegendEntry &entry, const QRectF &box) const
{
    const Theme &theme = Theme::instance();
    painter.save();
    switch (entry.kind) {
    case Kind::Class:
        if (m_glyphs) {
            paintState(painter, static_cast<State>(entry.cls), box, theme.dark());
        } else {
            paintLook(painter, entry.cls, box);
        }
        break;
    case Kind::Recent:
        paintLook(painter, LensClasses::kLoopRestarts + LensClasses::kRecentRestarts, box);
        break;
    case Kind::Ramp:
        for (int i = 0; i < entry.steps; ++i) {
            const double x0 = std::round(box.left() + box.width() * i / entry.steps);
            const double x1 = std::round(box.left() + box.width() * (i + 1) / entry.steps);
            const QRectF step(x0, box.top(), x1 - x0, box.height());
            paintLook(painter, static_cast<std::uint8_t>(entry.cls + i), step);
            if (m_seen == ClassMask(1) << (entry.cls + i)) {
                painter.fillRect(QRectF(x0, box.bottom() + 2, x1 - x0, 2), theme.color(Token::Accent));
            }
        }
        break;
    case Kind::Undeclared: {
        const QRgb ready = theme.cell(State::Ok).rgb();
        painter.fillRect(box, QColor::fromRgb(ready));
        painter.fillRect(
            box.adjusted(1, 1, -1, -1), QColor::fromRgb(mix(ready, theme.color(Token::Surface).rgb(), 0.35)));
        break;
    }
    case Kind::Cordoned:
        painter.setPen(QPen(theme.color(Token::TextSecondary), 1));
        painter.setBrush(theme.color(Token::Surface));
        painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5));
        painter.setClipRect(box);
        painter.setRenderHint(QPainter::Antialiasing);
        for (double x = -box.height(); x < box.width(); x += 4) {
            painter.drawLine(QPointF(box.left() + x, box.bottom()), QPointF(box.left() + x + box.height(), box.top()));
        }
        break;
    case Kind::Silent: {
        QPen pen(theme.state(State::Failed), 2, Qt::SolidLine, Qt::FlatCap);
        pen.setDashPattern({1.5, 1});
        painter.setPen(pen);
        painter.setBrush(theme.color(Token::Surface));
        painter.drawRect(box.adjusted(1, 1, -1, -1));
        break;
    }
    case Kind::NotReady: {
        const QColor failed = theme.state(State::Failed);
        painter.setPen(QPen(failed, 2, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
        painter.setBrush(theme.color(Token::Surface));
        painter.drawRect(box.adjusted(1, 1, -1, -1));
        painter.fillRect(QRectF(box.center().x() - 2, box.center().y() - 2, 4, 4), failed);
        break;
    }
    case Kind::UnderPressure: {
        const QColor warning = theme.state(State::Warning);
        painter.setPen(QPen(warning, 1));
        painter.setBrush(theme.color(Token::Surface));
        painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5));
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(warning);
        const QRectF shape = box.adjusted(3, 3, -3, -3);
        painter.drawPolygon(
            QPolygonF({shape.bottomLeft(), shape.bottomRight(), QPointF(shape.center().x(), shape.top())}));
        break;
    }
    case Kind::UsedBar:
        painter.fillRect(QRectF(box.left(), box.center().y() - 1, box.width(), 2), theme.color(Token::Track));
        painter.fillRect(QRectF(box.left(), box.center().y() - 1, box.width() * 0.6, 2), theme.color(Token::Used));
        break;
    }
    painter.restore();
}

void MapLegend::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::instance();
    QPainter painter(this);
    painter.fillRect(rect(), theme.color(Token::Bg));
    painter.fillRect(QRectF(0, 0, width(), 1), theme.color(Token::Border));
    const auto write = [&](double x, const QString &text, TextRole role, Token color) {
        painter.setFont(theme.font(role));
        painter.setPen(theme.color(color));
        const int w = painter.fontMetrics().horizontalAdvance(text);
        painter.drawText(
            QRectF(x, 1, w + 2, height() - 1), Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine, text);
        return x + w;
    };
    double end = theme.px(16);
    for (std::size_t i = 0; i < m_placed.size(); ++i) {
        const Placed &placed = m_placed[i];
        const LegendEntry &entry = m_text.entries[placed.entry];
        const bool lit = m_seen == kAllClasses || (entry.classes & m_seen) != 0;
        const Token word = m_seen != kAllClasses && lit && entry.classes != 0 ? Token::Text : Token::TextSecondary;
        paintKey(painter, entry, placed.key);
        double x = placed.key.right() + theme.px(6);
        if (entry.kind == Kind::Ramp) {
            write(placed.whole.x(), entry.word, TextRole::Caption, Token::TextSecondary);
            write(placed.key.x() - theme.px(6) - advance(entry.low, TextRole::Caption), entry.low, TextRole::Caption,
                Token::TextSecondary);
            write(x, entry.high, TextRole::Caption, Token::TextSecondary);
        } else {
            x = write(x, entry.word, TextRole::Caption, word);
            if (!entry.count.isEmpty()) {
                write(x + theme.px(5), entry.count, TextRole::CaptionStrong, lit ? Token::Text : Token::TextSecondary);
            }
            if (m_seen != kAllClasses && lit && entry.classes != 0) {
                painter.fillRect(QRectF(placed.whole.x(), placed.key.bottom() + 2, placed.whole.width(), 2),
                    theme.color(Token::Accent));
            }
        }
        if (m_keyboard && hasFocus() && static_cast<int>(i) == m_current) {
            paintFocusRing(painter, placed.whole.adjusted(-2, 5, 2, -4));
        }
        end = placed.whole.right() + theme.px(16);
    }
    if (const int w = advance(m_text.note, TextRole::Caption); width() - theme.px(16) - w > end) {
        write(width() - theme.px(16) - w, m_text.note, TextRole::Caption, Token::TextSecondary);
    }
}

} // namespace sextant::ui
