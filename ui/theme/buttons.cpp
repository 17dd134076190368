// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/widgets.h"

#include <QFocusEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>

#include <utility>

namespace sextant::ui {

namespace {

Theme &theme() { return Theme::instance(); }

} // namespace

Segments::Segments(const QStringList &labels, QWidget *parent)
    : QWidget(parent)
    , m_labels(labels)
{
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setAccessibleName(labels.value(0));
    connect(&theme(), &Theme::changed, this, [this] {
        updateGeometry();
        update();
    });
}

void Segments::setCurrent(int index)
{
    if (index < 0 || index >= count() || index == m_current) {
        return;
    }
    m_current = index;
    setAccessibleName(m_labels.value(index));
    update();
    Q_EMIT currentChanged(index);
}

int Segments::widthOf(int index) const
{
    return QFontMetrics(theme().font(TextRole::TableStrong)).horizontalAdvance(m_labels.value(index)) + theme().px(22);
}

QSize Segments::sizeHint() const
{
    int width = 2;
    for (int i = 0; i < count(); ++i) {
        width += widthOf(i);
    }
    return {width, theme().px(26)};
}

int Segments::segmentAt(int x) const
{
    int left = 1;
    for (int i = 0; i < count(); ++i) {
        left += widthOf(i);
        if (x < left) {
            return i;
        }
    }
    return -1;
}

void Segments::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF frame = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    QPainterPath clip;
    clip.addRoundedRect(frame, 4, 4);
    painter.fillPath(clip, theme().color(Token::Surface));
    painter.save();
    painter.setClipPath(clip);
    int x = 1;
    for (int i = 0; i < count(); ++i) {
        const QRect part(x, 0, widthOf(i), height());
        if (isEnabled() && (i == m_current || i == m_hover)) {
            painter.fillRect(part, theme().color(i == m_current ? Token::Selection : Token::Hover));
        }
        painter.setFont(theme().font(i == m_current ? TextRole::TableStrong : TextRole::Table));
        painter.setPen(theme().color(!isEnabled() ? Token::TextDisabled
                : i == m_current                  ? Token::Text
                                                  : Token::TextSecondary));
        painter.drawText(part, Qt::AlignCenter, m_labels[i]);
        x += part.width();
        if (i + 1 < count()) {
            painter.fillRect(QRect(x - 1, 0, 1, height()), theme().color(Token::Border));
        }
    }
    painter.restore();
    painter.setPen(QPen(theme().color(Token::Border), 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(frame, 4, 4);
    if (m_keyboardFocus) {
        paintFocusRing(painter, QRectF(rect()).adjusted(1, 1, -1, -1), 3);
    }
}

void Segments::mousePressEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton) {
        setCurrent(segmentAt(qRound(event->position().x())));
    }
}

void Segments::mouseMoveEvent(QMouseEvent *event)
{
    m_hover = segmentAt(qRound(event->position().x()));
    update();
}

void Segments::leaveEvent(QEvent *)
{
    m_hover = -1;
    update();
}

void Segments::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Left || event->key() == Qt::Key_Up) {
        setCurrent(m_current - 1);
    } else if (event->key() == Qt::Key_Right || event->key() == Qt::Key_Down) {
        setCurrent(m_current + 1);
    } else {
        QWidget::keyPressEvent(event);
    }
}

void Segments::focusInEvent(QFocusEvent *event)
{
    m_keyboardFocus = event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason
        || event->reason() == Qt::ShortcutFocusReason;
    update();
}

void Segments::focusOutEvent(QFocusEvent *)
{
    m_keyboardFocus = false;
    update();
}

ChipButton::ChipButton(QWidget *parent)
    : QAbstractButton(parent)
{
    setFocusPolicy(Qt::TabFocus);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    connect(&theme(), &Theme::changed, this, [this] {
        updateGeometry();
        update();
    });
}

void ChipButton::setMark(std::optional<Orchestrator> mark)
{
    if (std::exchange(m_mark, mark) != mark) {
        updateGeometry();
        update();
    }
}

void ChipButton::setState(std::optional<State> state)
{
    if (std::exchange(m_state, state) != state) {
        updateGeometry();
        update();
    }
}

void ChipButton::setNote(const QString &note)
{
    if (note != m_note) {
        const QSize before = sizeHint();
        m_note = note;
        if (sizeHint() != before) { // a new age is mostly as wide as the one before: nobody else has to move
            updateGeometry();
        }
        update();
    }
}

void ChipButton::setCompact(bool compact)
{
    if (compact != m_compact) {
        m_compact = compact;
        updateGeometry();
        update();
    }
}

void ChipButton::setCurrent(bool current)
{
    if (std::exchange(m_current, current) != current) {
        update();
    }
}

namespace {
constexpr int kChipName = 160; ///< a longer name is elided
}

QSize ChipButton::sizeHint() const
{
    int width = theme().px(8) * 2;
    const bool words = !m_compact || (!m_mark && !m_state);
    if (m_mark) {
        width += theme().px(14);
    }
    if (words && !text().isEmpty()) {
        width += (m_mark ? theme().px(6) : 0)
            + std::min(
                QFontMetrics(theme().font(TextRole::TableStrong)).horizontalAdvance(text()) + 1, theme().px(kChipName));
    }
    if (m_state) {
        width += theme().px(10) + theme().px(6);
    }
    if (!m_compact && !m_note.isEmpty()) {
        width += theme().px(5) + QFontMetrics(theme().font(TextRole::Caption)).horizontalAdvance(m_note) + 1;
    }
    return {width, theme().px(26)};
}

void ChipButton::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (isDown() || m_current || underMouse()) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme().color(isDown() || m_current ? Token::Selection : Token::Hover));
        painter.drawRoundedRect(rect(), 4, 4);
    }
    double x = theme().px(8);
    const double middle = height() / 2.0;
    const auto box = [&](int size) {
        const double side = theme().px(size);
        return QRectF(x, middle - side / 2, side, side);
    };
    if (m_mark) {
        paintMark(painter, *m_mark, box(14), theme().dark());
        x += theme().px(14) + theme().px(6);
    }
    const bool words = !m_compact || (!m_mark && !m_state);
    if (words && !text().isEmpty()) {
        painter.setFont(theme().font(TextRole::TableStrong));
        painter.setPen(theme().color(Token::Text));
        const QFontMetrics metrics = painter.fontMetrics();
        const int width = std::min(metrics.horizontalAdvance(text()) + 1, theme().px(kChipName));
        painter.drawText(QRectF(x, 0, width, height()), Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
            metrics.elidedText(text(), Qt::ElideMiddle, width));
        x += width + theme().px(6);
    }
    if (m_state) {
        paintState(painter, *m_state, box(10), theme().dark());
        x += theme().px(10) + theme().px(5);
    }
    if (!m_compact && !m_note.isEmpty()) {
        painter.setFont(theme().font(TextRole::Caption));
        painter.setPen(theme().color(Token::TextSecondary));
        painter.drawText(
            QRectF(x, 0, width() - x, height()), Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine, m_note);
    }
    if (hasFocus()) {
        paintFocusRing(painter, QRectF(rect()).adjusted(1, 1, -1, -1), 3);
    }
}

void ChipButton::enterEvent(QEnterEvent *event)
{
    QAbstractButton::enterEvent(event);
    update();
}

void ChipButton::leaveEvent(QEvent *event)
{
    QAbstractButton::leaveEvent(event);
    update();
}

IconButton::IconButton(const QString &iconName, const QString &tip, QWidget *parent)
    : QAbstractButton(parent)
{
    setIcon(sextant::ui::icon(iconName));
    setToolTip(tip);
    setAccessibleName(tip);
    setFocusPolicy(Qt::TabFocus);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    connect(&theme(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

QSize IconButton::sizeHint() const { return {theme().px(26), theme().px(26)}; }

void IconButton::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (isEnabled() && (isDown() || isChecked() || underMouse())) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme().color(isDown() || isChecked() ? Token::Selection : Token::Hover));
        painter.drawRoundedRect(rect(), 4, 4);
    }
    const int side = theme().px(16);
    icon().paint(&painter, QRect((width() - side) / 2, (height() - side) / 2, side, side), Qt::AlignCenter,
        !isEnabled()                   ? QIcon::Disabled
            : underMouse() || isDown() ? QIcon::Active
                                       : QIcon::Normal);
    if (hasFocus()) {
        paintFocusRing(painter, QRectF(rect()).adjusted(1, 1, -1, -1), 3);
    }
}

void IconButton::enterEvent(QEnterEvent *event)
{
    QAbstractButton::enterEvent(event);
    update();
}

void IconButton::leaveEvent(QEvent *event)
{
    QAbstractButton::leaveEvent(event);
    update();
}

PrimaryButton::PrimaryButton(const QString &text, QWidget *parent)
    : QPushButton(text, parent)
{
    setProperty("primary", true);
}

} // namespace sextant::ui
