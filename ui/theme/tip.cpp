// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/breaking.h"
#include "ui/theme/widgets.h"

#include <QAccessible>
#include <QGuiApplication>
#include <QPainter>
#include <QScreen>

#include <algorithm>

namespace sextant::ui {

namespace {

Theme &theme() { return Theme::instance(); }
QPointer<Tip> shownTip;
constexpr int kWidth = 256;

int wrappedHeight(const QFont &font, const QString &text, int width)
{
    return QFontMetrics(font).boundingRect(QRect(0, 0, width, 2000), Qt::TextWordWrap, breakable(text)).height();
}

} // namespace

QString plainTip(const QString &text)
{
    return text.isEmpty()
        ? QString()
        : QString(QStringLiteral("<p style='white-space:pre-wrap'>") + text.toHtmlEscaped() + QStringLiteral("</p>"));
}

Tip::Tip(QWidget *owner)
    : QWidget(owner != nullptr ? owner->window() : nullptr, Qt::ToolTip | Qt::FramelessWindowHint)
    , m_owner(owner)
{
    setAttribute(Qt::WA_ShowWithoutActivating);
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setFocusPolicy(Qt::NoFocus);
}

Tip *Tip::current()
{
    Tip *tip = shownTip.data();
    return tip != nullptr && tip->isVisible() ? tip : nullptr;
}

void Tip::hideTip()
{
    if (shownTip != nullptr) {
        shownTip->deleteLater();
        shownTip->hide();
        shownTip = nullptr;
    }
}

void Tip::showText(const QString &text, const QRect &anchor, QWidget *owner)
{
    Content content;
    content.rows.push_back({{}, text, {}});
    show(content, anchor, owner);
}

void Tip::show(const Content &content, const QRect &anchor, QWidget *owner)
{
    // A tip stays where it is while it explains the same place, so that moving figures do not make it flicker.
    Tip *tip = shownTip.data();
    if (tip == nullptr || tip->m_owner.data() != owner) {
        hideTip();
        tip = new Tip(owner);
        shownTip = tip;
    }
    tip->m_content = content;
    tip->setAccessibleName(tip->plainText());
    tip->resize(tip->layoutSize());
    const QScreen *screen = QGuiApplication::screenAt(anchor.center());
    if (screen == nullptr) {
        screen = QGuiApplication::primaryScreen();
    }
    const QRect room = screen != nullptr ? screen->availableGeometry() : anchor;
    const int gap = theme().px(8);
    QPoint at(anchor.right() + gap, anchor.top());
    if (at.x() + tip->width() > room.right()) {
        at.setX(anchor.left() - gap - tip->width());
    }
    if (at.x() < room.left()) {
        at = QPoint(std::clamp(anchor.left(), room.left(), std::max(room.left(), room.right() - tip->width())),
            anchor.bottom() + gap);
        if (at.y() + tip->height() > room.bottom()) {
            at.setY(anchor.top() - gap - tip->height());
        }
    }
    at.setY(std::clamp(at.y(), room.top(), std::max(room.top(), room.bottom() - tip->height())));
    tip->move(at);
    tip->setVisible(true);
    tip->update();
    QAccessibleEvent event(tip, QAccessible::NameChanged);
    QAccessible::updateAccessibility(&event);
}

QString Tip::plainText() const
{
    QStringList lines;
    if (!m_content.title.isEmpty()) {
        lines << m_content.title;
    }
    if (!m_content.subtitle.isEmpty()) {
        lines << m_content.subtitle;
    }
    for (const Row &row : m_content.rows) {
        lines << (row.label.isEmpty() ? row.value : QString(row.label + QLatin1Char(' ') + row.value));
    }
    return lines.join(QLatin1Char('\n'));
}

QSize Tip::layoutSize() const
{
    const int pad = theme().px(12);
    const int inner = theme().px(kWidth) - 2 * pad;
    int height = 2 * theme().px(10);
    if (!m_content.title.isEmpty()) {
        height += theme().px(20);
    }
    if (!m_content.subtitle.isEmpty()) {
        height += wrappedHeight(theme().font(TextRole::Caption), m_content.subtitle, inner) + theme().px(4);
    }
    for (const Row &row : m_content.rows) {
        height += row.label.isEmpty()
            ? wrappedHeight(theme().font(TextRole::Table), row.value, inner - (row.state ? theme().px(16) : 0))
                + theme().px(2)
            : theme().px(18);
    }
    height += (m_content.cpu ? theme().px(18) : 0) + (m_content.memory ? theme().px(18) : 0);
    return {theme().px(kWidth), std::min(height, theme().px(600))};
}

void Tip::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(rect(), theme().color(Token::Surface));
    painter.setPen(QPen(theme().color(Token::BorderStrong), 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5));
    const int pad = theme().px(12);
    const int inner = width() - 2 * pad;
    int y = theme().px(10);
    if (!m_content.title.isEmpty()) {
        int x = pad;
        if (m_content.state) {
            const int side = theme().px(12);
            paintState(
                painter, *m_content.state, QRectF(x, y + (theme().px(18) - side) / 2.0, side, side), theme().dark());
            x += theme().px(18);
        }
        painter.setFont(theme().font(TextRole::TableStrong));
        painter.setPen(theme().color(Token::Text));
        painter.drawText(QRect(x, y, width() - pad - x, theme().px(18)),
            Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
            painter.fontMetrics().elidedText(m_content.title, Qt::ElideMiddle, width() - pad - x));
        y += theme().px(20);
    }
    if (!m_content.subtitle.isEmpty()) {
        painter.setFont(theme().font(TextRole::Caption));
        painter.setPen(theme().color(Token::TextSecondary));
        const int h = wrappedHeight(painter.font(), m_content.subtitle, inner);
        painter.drawText(QRect(pad, y, inner, h), Qt::TextWordWrap, breakable(m_content.subtitle));
        y += h + theme().px(4);
    }
    painter.setFont(theme().font(TextRole::Table));
    const int labelWidth = theme().px(84);
    for (const Row &row : m_content.rows) {
        if (row.label.isEmpty()) {
            int x = pad;
            if (row.state) {
                const int side = theme().px(10);
                paintState(
                    painter, *row.state, QRectF(x, y + (theme().px(16) - side) / 2.0, side, side), theme().dark());
                x += theme().px(16);
            }
            const int h = wrappedHeight(painter.font(), row.value, width() - pad - x);
            painter.setPen(theme().color(Token::Text));
            painter.drawText(QRect(x, y, width() - pad - x, h), Qt::TextWordWrap, breakable(row.value));
            y += h + theme().px(2);
            continue;
        }
        painter.setPen(theme().color(Token::TextSecondary));
        painter.drawText(QRect(pad, y, labelWidth, theme().px(18)),
            Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
            painter.fontMetrics().elidedText(row.label, Qt::ElideRight, labelWidth));
        painter.setPen(theme().color(Token::Text));
        const QRect value(pad + labelWidth, y, inner - labelWidth, theme().px(18));
        painter.drawText(value, Qt::AlignVCenter | Qt::AlignRight | Qt::TextSingleLine,
            painter.fontMetrics().elidedText(row.value, Qt::ElideMiddle, value.width()));
        y += theme().px(18);
    }
    const auto meter = [&](const QString &label, const Bar &bar) {
        painter.setPen(theme().color(Token::TextSecondary));
        painter.drawText(QRect(pad, y, labelWidth, theme().px(18)), Qt::AlignVCenter | Qt::AlignLeft, label);
        const int h = theme().px(8);
        paintBar(painter, bar, QRectF(pad + labelWidth, y + (theme().px(18) - h) / 2, inner - labelWidth, h),
            theme().dark());
        y += theme().px(18);
    };
    if (m_content.cpu) {
        meter(tr("CPU"), *m_content.cpu);
    }
    if (m_content.memory) {
        meter(tr("Memory"), *m_content.memory);
    }
}

} // namespace sextant::ui
