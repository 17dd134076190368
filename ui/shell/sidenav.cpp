// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/sidenav.h"

#include <QPainter>
#include <QVBoxLayout>

namespace sextant::ui {

namespace {

Theme &theme() { return Theme::instance(); }

} // namespace

NavItem::NavItem(QAction *action, const QString &iconName, QWidget *parent)
    : QAbstractButton(parent)
    , m_iconName(iconName)
{
    QString text = action->text();
    text.remove(QLatin1Char('&'));
    setText(text);
    setAccessibleName(text);
    setFocusPolicy(Qt::TabFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(this, &QAbstractButton::clicked, action, &QAction::trigger);
    connect(&theme(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void NavItem::setCount(const QString &count, std::optional<State> glyph)
{
    if (count != m_count || glyph != m_glyph) {
        m_count = count;
        m_glyph = glyph;
        setAccessibleDescription(count);
        update();
    }
}

void NavItem::setCurrent(bool current)
{
    if (current != m_current) {
        m_current = current;
        update();
    }
}

void NavItem::setFolded(bool folded)
{
    m_folded = folded;
    setToolTip(folded ? text() : QString());
    update();
}

QSize NavItem::sizeHint() const { return {theme().px(m_folded ? 32 : 144), theme().px(28)}; }

void NavItem::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (m_current || isDown() || underMouse()) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme().color(m_current || isDown() ? Token::Selection : Token::Hover));
        painter.drawRoundedRect(rect(), 4, 4);
    }
    if (m_current) {
        painter.fillRect(QRect(0, theme().px(5), 3, height() - 2 * theme().px(5)), theme().color(Token::Accent));
    }
    const int side = theme().px(16);
    const int left = m_folded ? (width() - side) / 2 : theme().px(8);
    sextant::ui::icon(m_iconName)
        .paint(&painter, QRect(left, (height() - side) / 2, side, side), Qt::AlignCenter,
            m_current ? QIcon::Active : QIcon::Normal);
    if (m_folded) {
        if (m_glyph) {
            const int dot = theme().px(10);
            paintState(painter, *m_glyph, QRectF(width() - dot, 1, dot, dot), theme().dark());
        }
    } else {
        int right = width() - theme().px(8);
        painter.setFont(theme().font(m_glyph ? TextRole::CaptionStrong : TextRole::Caption));
        const int countWidth = painter.fontMetrics().horizontalAdvance(m_count);
        painter.setPen(theme().color(m_glyph ? Token::Text : Token::TextSecondary));
        painter.drawText(
            QRect(right - countWidth, 0, countWidth + 1, height()), Qt::AlignVCenter | Qt::AlignLeft, m_count);
        right -= countWidth + theme().px(6);
        if (m_glyph) {
            const int dot = theme().px(10);
            paintState(painter, *m_glyph, QRectF(right - dot, (height() - dot) / 2.0, dot, dot), theme().dark());
            right -= dot + theme().px(4);
        }
        painter.setFont(theme().font(m_current ? TextRole::BodyStrong : TextRole::Body));
        painter.setPen(theme().color(Token::Text));
        const int from = left + side + theme().px(8);
        painter.drawText(QRect(from, 0, right - from, height()), Qt::AlignVCenter | Qt::AlignLeft,
            painter.fontMetrics().elidedText(text(), Qt::ElideRight, right - from));
    }
    if (hasFocus()) {
        paintFocusRing(painter, QRectF(rect()).adjusted(1, 1, -1, -1), 3);
    }
}

void NavItem::enterEvent(QEnterEvent *event)
{
    QAbstractButton::enterEvent(event);
    update();
}

void NavItem::leaveEvent(QEvent *event)
{
    QAbstractButton::leaveEvent(event);
    update();
}

SideNav::SideNav(QWidget *parent)
    : QWidget(parent)
    , m_layout(new QVBoxLayout(this))
{
    m_layout->setContentsMargins(theme().px(8), theme().px(8), theme().px(8), theme().px(8));
    m_layout->setSpacing(0);
    setFixedWidth(theme().px(160));
    setAccessibleName(tr("Views"));
}

void SideNav::add(const QString &view, QAction *action, const QString &iconName)
{
    auto *item = new NavItem(action, iconName, this);
    item->setObjectName(QStringLiteral("nav-") + view);
    m_layout->addWidget(item);
    m_items[view] = item;
    m_all.push_back(item);
}

void SideNav::addGap()
{
    m_layout->addSpacing(theme().px(8));
    auto *line = new Hairline(Qt::Horizontal, Token::Border, this);
    m_layout->addWidget(line);
    m_layout->addSpacing(theme().px(8));
}

void SideNav::addFold(QAction *action)
{
    m_layout->addStretch(1);
    auto *item = new NavItem(action, QStringLiteral("collapse"), this);
    item->setObjectName(QStringLiteral("nav-fold"));
    item->setCount(tr("Ctrl B"));
    m_layout->addWidget(item);
    m_all.push_back(item);
}

NavItem *SideNav::item(const QString &view) const
{
    const auto found = m_items.find(view);
    return found == m_items.end() ? nullptr : found->second;
}

void SideNav::setCurrent(const QString &view)
{
    for (const auto &[name, item] : m_items) {
        item->setCurrent(name == view);
    }
}

void SideNav::setFolded(bool folded)
{
    m_folded = folded;
    setFixedWidth(theme().px(folded ? 48 : 160));
    for (NavItem *item : m_all) {
        item->setFolded(folded);
    }
}

void SideNav::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), theme().color(Token::Bg));
    painter.fillRect(QRect(width() - 1, 0, 1, height()), theme().color(Token::Border));
}

} // namespace sextant::ui
