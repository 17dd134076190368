// SPDX-License-Identifier: GPL-3.0-or-later
// How the legend is drawn.
#include "ui/map/maplegend.h"
#include "ui/theme/widgets.h"

#include <QPainter>

namespace sextant::ui {

using Kind = LegendEntry::Kind;

namespace {

/// Lines that rise to the right, by the painter's pen; it clips.
void paintHatch(QPainter &painter, const QRectF &box)
{
    constexpr int kApart = 4;
    const int lines = static_cast<int>((box.width() + box.height()) / kApart) + 1;
    for (int i = 0; i < lines; ++i) {
        const double x = box.left() - box.height() + i * kApart;
        painter.drawLine(QPointF(x, box.bottom()), QPointF(x + box.height(), box.top()));
    }
}

} // namespace

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
        paintHatch(painter, box);
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
            const QRectF step = stepRect(entry, box, i);
            paintLook(painter, static_cast<std::uint8_t>(entry.cls + i), step);
            if (m_seen == ClassMask(1) << (entry.cls + i)) {
                painter.fillRect(QRectF(step.x(), box.bottom() + 2, step.width(), 2), theme.color(Token::Accent));
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
        paintHatch(painter, box);
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
    for (const Placed &placed : m_placed) {
        const LegendEntry &entry = m_text.entries[placed.entry];
        const bool lit = m_seen == kAllClasses || (entry.classes & m_seen) != 0 || chosenStep(entry) >= 0;
        const bool chosen = m_seen != kAllClasses && lit && entry.classes != 0;
        const Token word = chosen ? Token::Text : Token::TextSecondary;
        paintKey(painter, entry, placed.key);
        double x = placed.key.right() + theme.px(6);
        if (entry.kind == Kind::Ramp) {
            const double low = write(placed.whole.x(), entry.word, TextRole::Caption, word) + theme.px(10);
            write(low, entry.low, TextRole::Caption, word);
            x = write(x, entry.high, TextRole::Caption, word);
            if (const QString step = stepOf(entry); !step.isEmpty()) {
                x = write(x + theme.px(10), step, TextRole::Caption, word);
            }
        } else {
            x = write(x, entry.word, TextRole::Caption, word);
        }
        if (const QString count = countOf(entry); !count.isEmpty()) {
            write(x + theme.px(5), count, TextRole::CaptionStrong, lit ? Token::Text : Token::TextSecondary);
        }
        if (chosen) {
            painter.fillRect(
                QRectF(placed.whole.x(), placed.key.bottom() + 2, placed.whole.width(), 2), theme.color(Token::Accent));
        }
    }
    if (const int stands = current(); m_keyboard && hasFocus() && stands >= 0) {
        const QRectF &at = m_stops[static_cast<std::size_t>(stands)].rect;
        paintFocusRing(painter, QRectF(at.x() - 2, 6, at.width() + 4, height() - 10));
    }
    if (!m_more.isEmpty()) {
        write(m_more.x(), moreText(m_text.entries.size() - m_placed.size()), TextRole::Caption, Token::TextSecondary);
    }
    if (!m_note.isEmpty()) {
        const int wide = QFontMetrics(theme.font(TextRole::Caption)).horizontalAdvance(m_note);
        write(width() - theme.px(16) - wide, m_note, TextRole::Caption, Token::TextSecondary);
    }
}

} // namespace sextant::ui
