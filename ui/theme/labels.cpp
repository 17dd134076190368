// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/widgets.h"

#include <QEvent>
#include <QHelpEvent>
#include <QPainter>

#include <utility>

namespace sextant::ui {

TextLabel::TextLabel(TextRole role, Token color, QWidget *parent)
    : QLabel(parent)
    , m_role(role)
    , m_color(color)
{
    setTextFormat(Qt::PlainText);
    restyle();
    connect(&Theme::instance(), &Theme::changed, this, &TextLabel::restyle);
}

TextLabel::TextLabel(const QString &text, TextRole role, Token color, QWidget *parent)
    : TextLabel(role, color, parent)
{
    setText(text);
}

void TextLabel::setRole(TextRole role)
{
    m_role = role;
    restyle();
}

void TextLabel::setColor(Token color)
{
    if (color != m_color) {
        m_color = color;
        restyle();
    }
}

void TextLabel::restyle()
{
    setFont(Theme::instance().font(m_role));
    QPalette p = palette();
    p.setColor(QPalette::WindowText, Theme::instance().color(m_color));
    setPalette(p);
}

ElidedLabel::ElidedLabel(TextRole role, Token color, QWidget *parent)
    : QWidget(parent)
    , m_role(role)
    , m_color(color)
{
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void ElidedLabel::setText(const QString &text)
{
    if (text == m_text) {
        return;
    }
    m_text = text;
    setAccessibleName(text);
    updateGeometry();
    update();
}

void ElidedLabel::setElideMode(Qt::TextElideMode mode)
{
    m_mode = mode;
    update();
}

void ElidedLabel::setAlignment(Qt::Alignment alignment)
{
    m_alignment = alignment;
    update();
}

void ElidedLabel::setRole(TextRole role)
{
    m_role = role;
    updateGeometry();
    update();
}

void ElidedLabel::setColor(Token color)
{
    if (std::exchange(m_color, color) != color) {
        update();
    }
}

bool ElidedLabel::elided() const
{
    return QFontMetrics(Theme::instance().font(m_role)).horizontalAdvance(m_text) > width();
}

QString ElidedLabel::shown() const
{
    static const QString between = QStringLiteral(" · ");
    const QFontMetrics metrics(Theme::instance().font(m_role));
    QString text = m_text;
    while (m_mode == Qt::ElideRight && metrics.horizontalAdvance(text) > width() && text.contains(between)) {
        text.truncate(text.lastIndexOf(between));
    }
    return metrics.elidedText(text, m_mode, width());
}

QSize ElidedLabel::sizeHint() const
{
    const QFontMetrics metrics(Theme::instance().font(m_role));
    return {metrics.horizontalAdvance(m_text) + 1, metrics.height()};
}

QSize ElidedLabel::minimumSizeHint() const
{
    const QFontMetrics metrics(Theme::instance().font(m_role));
    return {std::min(metrics.horizontalAdvance(m_text) + 1, Theme::instance().px(24)), metrics.height()};
}

void ElidedLabel::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setFont(Theme::instance().font(m_role));
    painter.setPen(isEnabled() ? Theme::instance().color(m_color) : Theme::instance().color(Token::TextDisabled));
    painter.drawText(rect(), static_cast<int>(m_alignment) | Qt::TextSingleLine, shown());
}

bool ElidedLabel::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip && elided()) {
        Tip::showText(m_text, QRect(mapToGlobal(QPoint(0, 0)), size()), this);
        return true;
    }
    if (event->type() == QEvent::Leave) {
        if (Tip::current() != nullptr) {
            Tip::hideTip();
        }
    }
    return QWidget::event(event);
}

StateGlyph::StateGlyph(int size, QWidget *parent)
    : QWidget(parent)
    , m_size(size)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
    setState(m_state);
}

void StateGlyph::setState(State state)
{
    if (state == m_state && !accessibleName().isEmpty()) {
        return;
    }
    m_state = state;
    const std::string_view word = stateWord(state);
    setAccessibleName(QString::fromLatin1(word.data(), static_cast<qsizetype>(word.size())));
    update();
}

QSize StateGlyph::sizeHint() const { return {Theme::instance().px(m_size), Theme::instance().px(m_size)}; }

void StateGlyph::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const int side = Theme::instance().px(m_size);
    paintState(painter, m_state, QRectF((width() - side) / 2.0, (height() - side) / 2.0, side, side),
        Theme::instance().dark());
}

MarkGlyph::MarkGlyph(int size, QWidget *parent)
    : QWidget(parent)
    , m_size(size)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void MarkGlyph::setOrchestrator(Orchestrator orchestrator)
{
    if (std::exchange(m_orchestrator, orchestrator) != orchestrator) {
        update();
    }
}

QSize MarkGlyph::sizeHint() const { return {Theme::instance().px(m_size), Theme::instance().px(m_size)}; }

void MarkGlyph::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const int side = Theme::instance().px(m_size);
    paintMark(painter, m_orchestrator, QRectF((width() - side) / 2.0, (height() - side) / 2.0, side, side),
        Theme::instance().dark());
}

Hairline::Hairline(Qt::Orientation orientation, Token color, QWidget *parent)
    : QWidget(parent)
    , m_orientation(orientation)
    , m_color(color)
{
    const bool horizontal = orientation == Qt::Horizontal;
    setSizePolicy(horizontal ? QSizePolicy::Expanding : QSizePolicy::Fixed,
        horizontal ? QSizePolicy::Fixed : QSizePolicy::Expanding);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

QSize Hairline::sizeHint() const { return {1, 1}; }

void Hairline::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), Theme::instance().color(m_color));
}

} // namespace sextant::ui
