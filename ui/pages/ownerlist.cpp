// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/ownerlist.h"

#include "ui/pages/migrationwords.h"

#include <QPainter>

#include <algorithm>

namespace sextant::ui {

namespace {

Theme &theme() { return Theme::instance(); }

QString nameOf(const migration::OwnerProgress &owner)
{
    return owner.owner.empty() ? OwnerList::tr("no owner") : moving::text(owner.owner);
}

QString figures(const migration::OwnerProgress &owner)
{
    return moving::count(owner.moved) + QStringLiteral(" / ") + moving::count(owner.services);
}

} // namespace

OwnerList::OwnerList(QWidget *parent)
    : RowList(23, parent)
{
    setAccessibleName(tr("Owners"));
    setPainter([this](QPainter &painter, const QRect &box, int row, const Look &) { paintOwner(painter, box, row); });
    setTips([this](int row) {
        const migration::OwnerProgress &owner = m_owners[static_cast<std::size_t>(row)];
        Tip::Content content;
        content.title = nameOf(owner);
        content.rows.push_back({tr("services"), moving::count(owner.services), std::nullopt});
        content.rows.push_back({tr("moved"), moving::count(owner.moved), std::nullopt});
        content.rows.push_back({tr("moving"), moving::count(owner.moving), std::nullopt});
        content.rows.push_back({tr("left"), moving::count(owner.services - owner.moved - owner.moving), std::nullopt});
        if (owner.rolledBack > 0) {
            content.rows.push_back({{}, tr("%1 rolled back").arg(owner.rolledBack), sextant::State::Warning});
        }
        return content;
    });
}

void OwnerList::show(const std::vector<migration::OwnerProgress> &owners)
{
    m_owners = owners;
    m_most = 1;
    std::vector<Row> rows;
    for (const migration::OwnerProgress &owner : m_owners) {
        m_most = std::max(m_most, owner.services);
        QString text = nameOf(owner) + u' ' + figures(owner);
        if (owner.rolledBack > 0) {
            text += tr(", %1 rolled back").arg(owner.rolledBack);
        }
        rows.push_back({QString::fromStdString(owner.owner), text});
    }
    setRows(std::move(rows));
}

void OwnerList::paintOwner(QPainter &painter, const QRect &box, int row) const
{
    const migration::OwnerProgress &owner = m_owners[static_cast<std::size_t>(row)];
    const int pad = theme().px(16), glyph = theme().px(11);
    const int name = std::clamp(box.width() * 30 / 100, theme().px(64), theme().px(180));
    const int value = theme().px(56), gap = theme().px(8);
    const int right = box.right() + 1 - pad - glyph - gap;
    painter.setFont(theme().font(TextRole::Table));
    painter.setPen(theme().color(Token::Text));
    painter.drawText(QRect(box.left() + pad, box.top(), name, box.height()),
        Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
        painter.fontMetrics().elidedText(nameOf(owner), Qt::ElideRight, name));
    const int left = box.left() + pad + name + gap;
    const int room = right - value - gap - left;
    if (room > 0) {
        const auto share = [&](int part) { return static_cast<double>(part) / m_most; };
        const MovedBar bar{
            share(owner.moved), share(owner.moving), share(owner.services - owner.moved - owner.moving), false};
        const int high = theme().px(9);
        paintMovedBar(painter, bar, QRectF(left, box.center().y() - high / 2, room, high), theme().dark());
    }
    painter.setFont(theme().font(TextRole::TableStrong));
    painter.setPen(theme().color(Token::Text));
    painter.drawText(
        QRect(right - value, box.top(), value, box.height()), Qt::AlignVCenter | Qt::AlignRight, figures(owner));
    if (owner.rolledBack > 0) {
        paintState(painter, sextant::State::Warning,
            QRectF(right + gap, box.center().y() - glyph / 2.0 + 0.5, glyph, glyph), theme().dark());
    }
}

} // namespace sextant::ui
