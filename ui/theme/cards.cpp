// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/widgets.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QResizeEvent>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace sextant::ui {

namespace {

Theme &theme() { return Theme::instance(); }

} // namespace

Card::Card(const QString &title, QWidget *parent)
    : QFrame(parent)
    , m_headWidget(new QWidget(this))
    , m_headLayout(new QHBoxLayout(m_headWidget))
    , m_title(new ElidedLabel(TextRole::Section))
    , m_note(new TextLabel(TextRole::Caption, Token::TextSecondary))
    , m_body(new QVBoxLayout)
{
    setFrameShape(QFrame::NoFrame);
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(1, 1, 1, 1);
    all->setSpacing(0);
    const int pad = theme().px(16);
    m_headWidget->setFixedHeight(theme().px(36));
    m_headLayout->setContentsMargins(pad - 1, 0, pad - 1, 0);
    m_headLayout->setSpacing(theme().px(8));
    m_headLayout->addWidget(m_title);
    m_headLayout->addStretch(1);
    m_headLayout->addWidget(m_note);
    m_title->setElideMode(Qt::ElideRight);
    all->addWidget(m_headWidget);
    m_body->setContentsMargins(pad - 1, pad - 1, pad - 1, pad - 1);
    m_body->setSpacing(0);
    all->addLayout(m_body, 1);
    setTitle(title);
    connect(&theme(), &Theme::changed, this, [this] {
        m_headWidget->setFixedHeight(theme().px(36));
        update();
    });
}

void Card::setTitle(const QString &title)
{
    if (title == m_title->text() && m_headWidget->isHidden() == title.isEmpty()) {
        return;
    }
    m_title->setText(title);
    m_headWidget->setVisible(!title.isEmpty());
    setAccessibleName(title);
    update();
}

void Card::setNote(const QString &note) { m_note->setText(note); }

void Card::setProgress(double share)
{
    if (std::exchange(m_progress, share) != share) {
        update();
    }
}

void Card::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme().color(Token::Border), 1));
    painter.setBrush(theme().color(Token::Surface));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
    if (!m_headWidget->isHidden()) {
        painter.setRenderHint(QPainter::Antialiasing, false);
        const int y = m_headWidget->geometry().bottom();
        painter.fillRect(QRect(1, y, width() - 2, 1), theme().color(Token::Border));
        if (m_progress >= 0) {
            painter.fillRect(
                QRect(1, y - 1, qRound((width() - 2) * std::min(m_progress, 1.0)), 2), theme().color(Token::Accent));
        }
    }
}

BarWidget::BarWidget(int height, QWidget *parent)
    : QWidget(parent)
    , m_height(height)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&theme(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void BarWidget::setBar(const Bar &bar)
{
    if (std::exchange(m_bar, bar) != bar) {
        update();
    }
}

QSize BarWidget::sizeHint() const { return {theme().px(80), theme().px(m_height)}; }

void BarWidget::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const int h = theme().px(m_height);
    paintBar(painter, m_bar, QRectF(0, (height() - h) / 2, width(), h), theme().dark());
}

MovedBarWidget::MovedBarWidget(int height, QWidget *parent)
    : QWidget(parent)
    , m_height(height)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&theme(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void MovedBarWidget::setBar(const MovedBar &bar)
{
    if (std::exchange(m_bar, bar) != bar) {
        update();
    }
}

QSize MovedBarWidget::sizeHint() const { return {theme().px(80), theme().px(m_height)}; }

void MovedBarWidget::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const int h = theme().px(m_height);
    paintMovedBar(painter, m_bar, QRectF(0, (height() - h) / 2, width(), h), theme().dark());
}

MeterRow::MeterRow(const QString &label, QWidget *parent)
    : QWidget(parent)
    , m_label(label)
    , m_barWidget(new BarWidget(12, this))
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(label);
    connect(&theme(), &Theme::changed, this, [this] {
        updateGeometry();
        update();
    });
}

void MeterRow::setBar(const Bar &bar)
{
    Bar drawn = bar;
    drawn.stale = bar.stale || m_stale;
    m_barWidget->setBar(drawn);
}

void MeterRow::setValue(const QString &strong, const QString &rest)
{
    if (strong == m_strong && rest == m_rest) {
        return;
    }
    m_strong = strong;
    m_rest = rest;
    setAccessibleDescription(strong + rest);
    update();
}

QString MeterRow::caption() const { return m_caption; }

void MeterRow::setCaption(const QString &caption)
{
    if (caption.isEmpty() != m_caption.isEmpty()) {
        updateGeometry();
    }
    if (std::exchange(m_caption, caption) != caption) {
        update();
    }
}

void MeterRow::setStale(bool stale)
{
    if (std::exchange(m_stale, stale) == stale) {
        return;
    }
    Bar bar = m_barWidget->bar();
    bar.stale = stale;
    m_barWidget->setBar(bar);
    update();
}

QSize MeterRow::sizeHint() const { return {theme().px(62 + 84 + 80), theme().px(m_caption.isEmpty() ? 24 : 40)}; }
QSize MeterRow::minimumSizeHint() const { return {theme().px(62 + 84 + 32), sizeHint().height()}; }

void MeterRow::resizeEvent(QResizeEvent *)
{
    const int left = theme().px(62);
    const int right = theme().px(84) + theme().px(8);
    m_barWidget->setGeometry(left, 0, std::max(0, width() - left - right), theme().px(24));
}

void MeterRow::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const QColor text = theme().color(m_stale ? Token::TextSecondary : Token::Text);
    const int line = theme().px(24);
    painter.setFont(theme().font(TextRole::Table));
    painter.setPen(theme().color(Token::TextSecondary));
    painter.drawText(QRect(0, 0, theme().px(60), line), Qt::AlignVCenter | Qt::AlignLeft,
        painter.fontMetrics().elidedText(m_label, Qt::ElideRight, theme().px(60)));
    int x = width();
    if (!m_rest.isEmpty()) {
        painter.setPen(text);
        const int w = painter.fontMetrics().horizontalAdvance(m_rest);
        x -= w;
        painter.setPen(theme().color(Token::TextSecondary));
        painter.drawText(QRect(x, 0, w + 1, line), Qt::AlignVCenter | Qt::AlignLeft, m_rest);
    }
    painter.setPen(text);
    painter.setFont(theme().font(TextRole::TableStrong));
    painter.drawText(QRect(0, 0, x, line), Qt::AlignVCenter | Qt::AlignRight, m_strong);
    if (!m_caption.isEmpty()) {
        painter.setFont(theme().font(TextRole::Caption));
        painter.setPen(theme().color(Token::TextSecondary));
        const QRect area(theme().px(62), line - theme().px(2), width() - theme().px(62), theme().px(16));
        painter.drawText(area, Qt::AlignVCenter | Qt::AlignLeft,
            painter.fontMetrics().elidedText(m_caption, Qt::ElideRight, area.width()));
    }
}

} // namespace sextant::ui
