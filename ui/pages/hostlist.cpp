// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/hostlist.h"

#include "ui/pages/migrationwords.h"

#include <QPainter>

#include <algorithm>

namespace sextant::ui {

namespace {

Theme &theme() { return Theme::instance(); }

QString stayText(const migration::HostLeft &host)
{
    return host.tasks == 0 ? HostList::tr("no task")
        : host.staying == 0
        ? HostList::tr("%1 tasks, none stays").arg(moving::count(host.tasks))
        : HostList::tr("%1 of %2 tasks stay").arg(moving::count(host.staying), moving::count(host.tasks));
}

} // namespace

HostList::HostList(QWidget *parent)
    : RowList(23, parent)
{
    setAccessibleName(tr("Helios hosts"));
    setPainter([this](QPainter &painter, const QRect &box, int row, const Look &) { paintHost(painter, box, row); });
    setTips([this](int row) {
        const auto &host = m_hosts[static_cast<std::size_t>(row)];
        Tip::Content content;
        content.title = moving::text(host.name);
        content.subtitle = moving::text(host.cluster) + QStringLiteral(" · ") + stayText(host);
        const QStringList &names = keepersOf(static_cast<std::size_t>(row));
        for (qsizetype i = 0; i < std::min<qsizetype>(10, names.size()); ++i) {
            content.rows.push_back({{}, names[i], std::nullopt});
        }
        if (names.size() > 10) {
            content.rows.push_back({{}, tr("and %1 more").arg(names.size() - 10), std::nullopt});
        }
        return content;
    });
}

void HostList::show(const std::vector<migration::HostLeft> &hosts, std::function<QStringList(const NodeId &)> keepers)
{
    m_hosts = hosts;
    m_keepers = std::move(keepers);
    m_known.assign(m_hosts.size(), std::nullopt);
    std::vector<Row> rows;
    for (const migration::HostLeft &host : m_hosts) {
        rows.push_back(
            {QString::fromStdString(host.cluster + '/' + host.name), moving::text(host.name) + u' ' + stayText(host)});
    }
    setRows(std::move(rows));
}

const QStringList &HostList::keepersOf(std::size_t row) const
{
    auto &known = m_known[row];
    if (!known) {
        known = m_keepers && m_hosts[row].staying > 0 ? m_keepers(m_hosts[row].node) : QStringList();
    }
    return *known;
}

void HostList::paintHost(QPainter &painter, const QRect &box, int row) const
{
    const migration::HostLeft &host = m_hosts[static_cast<std::size_t>(row)];
    const int pad = theme().px(16), gap = theme().px(8), glyph = theme().px(10);
    const int value = theme().px(112);
    const int right = box.right() + 1 - pad;
    int x = box.left() + pad;
    if (host.staying == 0) {
        paintState(painter, sextant::State::Completed, QRectF(x, box.center().y() - glyph / 2.0 + 0.5, glyph, glyph),
            theme().dark());
    }
    x += glyph + gap;
    const int name = std::clamp((right - value - x) * 45 / 100, theme().px(70), theme().px(200));
    const auto text = [&](int left, int room, const QString &words, TextRole role, Token color, Qt::Alignment side,
                          Qt::TextElideMode elide) {
        painter.setFont(theme().font(role));
        painter.setPen(theme().color(color));
        painter.drawText(QRect(left, box.top(), std::max(0, room), box.height()),
            side | Qt::AlignVCenter | Qt::TextSingleLine, painter.fontMetrics().elidedText(words, elide, room));
    };
    text(x, name, moving::text(host.name), TextRole::TableStrong, Token::Text, Qt::AlignLeft, Qt::ElideMiddle);
    x += name + gap;
    text(x, right - value - gap - x, keepersOf(static_cast<std::size_t>(row)).join(QStringLiteral(", ")),
        TextRole::Table, Token::TextSecondary, Qt::AlignLeft, Qt::ElideRight);
    text(right - value, value, stayText(host), TextRole::Table, Token::Text, Qt::AlignRight, Qt::ElideRight);
}

} // namespace sextant::ui
