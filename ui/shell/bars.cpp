// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/bars.h"

#include "core/base/format.h"
#include "ui/bridge/freshness.h"

#include <QHBoxLayout>
#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace sextant::ui {

namespace {

Theme &theme() { return Theme::instance(); }

} // namespace

Strip::Strip(FleetModel &fleet, QWidget *parent)
    : QWidget(parent)
    , m_fleet(fleet)
{
    setFixedHeight(theme().px(32));
    setMouseTracking(true);
    connect(&theme(), &Theme::changed, this, qOverload<>(&QWidget::update));
    connect(&fleet, &FleetModel::pictureChanged, this, &Strip::refresh);
    connect(&fleet, &FleetModel::tick, this, &Strip::refresh);
    refresh();
}

QString Strip::text() const
{
    QStringList parts;
    for (const Entry &entry : m_entries) {
        parts << QString(entry.name + QLatin1Char(' ') + entry.words);
    }
    return parts.join(QStringLiteral(" · "));
}

void Strip::refresh()
{
    const Picture &picture = *m_fleet.picture();
    const Time now = m_fleet.now();
    m_entries.clear();
    m_open = false;
    for (std::size_t i = 0; i < picture.clusters(); ++i) {
        const ClusterSnapshot &cluster = picture.cluster(i);
        const Freshness fresh = freshnessOf(cluster.status(), now);
        m_open = m_open || sumsOpen(cluster.status());
        if (!fresh.strip.isEmpty()) {
            m_entries.push_back({cluster.id(), fresh.state, shown(cluster.name()), fresh.strip, fresh.tip, {}});
        }
    }
    std::stable_sort(m_entries.begin(), m_entries.end(),
        [](const Entry &a, const Entry &b) { return severity(a.state) > severity(b.state); });
    setVisible(!m_entries.empty());
    setAccessibleName(text());
    layOut();
    update();
}

void Strip::layOut()
{
    const QFontMetrics strong(theme().font(TextRole::TableStrong));
    const QFontMetrics plain(theme().font(TextRole::Table));
    int x = theme().px(16);
    for (Entry &entry : m_entries) {
        const int width = theme().px(18) + std::min(strong.horizontalAdvance(entry.name), theme().px(160))
            + theme().px(6) + std::min(plain.horizontalAdvance(entry.words), theme().px(420)) + 2;
        entry.area = QRect(x, 0, width, height());
        x += width + theme().px(20);
    }
}

void Strip::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), theme().color(Token::Surface));
    painter.fillRect(QRect(0, height() - 1, width(), 1), theme().color(Token::Border));
    int end = width() - theme().px(16);
    if (m_open) {
        painter.setFont(theme().font(TextRole::Caption));
        painter.setPen(theme().color(Token::TextSecondary));
        const QString words = tr("totals below count what is known; they say so with a +");
        const int w = painter.fontMetrics().horizontalAdvance(words);
        const int used = m_entries.empty() ? 0 : m_entries.back().area.right();
        if (used + theme().px(24) + w < end) {
            painter.drawText(QRect(end - w, 0, w + 1, height()), Qt::AlignVCenter | Qt::AlignLeft, words);
            end -= w + theme().px(16);
        }
    }
    for (const Entry &entry : m_entries) {
        if (entry.area.left() > end - theme().px(60)) {
            break;
        }
        int x = entry.area.left();
        const int side = theme().px(12);
        paintState(painter, entry.state, QRectF(x, (height() - side) / 2.0, side, side), theme().dark());
        x += theme().px(18);
        painter.setFont(theme().font(TextRole::TableStrong));
        painter.setPen(theme().color(Token::Text));
        const int nameWidth = std::min(painter.fontMetrics().horizontalAdvance(entry.name), theme().px(160)) + 1;
        painter.drawText(QRect(x, 0, nameWidth, height()), Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
            painter.fontMetrics().elidedText(entry.name, Qt::ElideMiddle, nameWidth));
        x += nameWidth + theme().px(6);
        painter.setFont(theme().font(TextRole::Table));
        const int room = std::min(entry.area.right() + 2, end) - x;
        painter.drawText(QRect(x, 0, room, height()), Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
            painter.fontMetrics().elidedText(entry.words, Qt::ElideRight, room));
    }
}

void Strip::mousePressEvent(QMouseEvent *event)
{
    for (const Entry &entry : m_entries) {
        if (entry.area.contains(event->pos())) {
            Q_EMIT detailsWanted(entry.id);
            return;
        }
    }
}

void Strip::mouseMoveEvent(QMouseEvent *event)
{
    const bool over = std::any_of(
        m_entries.begin(), m_entries.end(), [&](const Entry &entry) { return entry.area.contains(event->pos()); });
    setCursor(over ? Qt::PointingHandCursor : Qt::ArrowCursor);
}

bool Strip::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        const QPoint at = static_cast<QHelpEvent *>(event)->pos();
        for (const Entry &entry : m_entries) {
            if (entry.area.contains(at)) {
                Tip::showText(entry.tip, QRect(mapToGlobal(entry.area.topLeft()), entry.area.size()), this);
                return true;
            }
        }
    }
    if (event->type() == QEvent::Leave && Tip::current() != nullptr) {
        Tip::hideTip();
    }
    return QWidget::event(event);
}

StatusBar::StatusBar(FleetModel &fleet, QWidget *parent)
    : QWidget(parent)
    , m_fleet(fleet)
    , m_glyph(new StateGlyph(10, this))
    , m_live(new TextLabel(TextRole::CaptionStrong, Token::Text, this))
    , m_totals(new TextLabel(TextRole::Caption, Token::TextSecondary, this))
{
    setFixedHeight(theme().px(28));
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(theme().px(16), 1, theme().px(12), 0);
    layout->setSpacing(theme().px(8));
    layout->addWidget(m_glyph);
    layout->addWidget(m_live);
    layout->addStretch(1);
    layout->addWidget(m_totals);
    connect(&fleet, &FleetModel::pictureChanged, this, &StatusBar::refresh);
    connect(&fleet, &FleetModel::tick, this, &StatusBar::refresh);
    refresh();
}

QString StatusBar::live() const { return m_live->text(); }
QString StatusBar::totals() const { return m_totals->text(); }

void StatusBar::refresh()
{
    const Picture &picture = *m_fleet.picture();
    int live = 0;
    std::int64_t nodes = 0;
    std::int64_t pods = 0;
    State worst = State::Ok;
    for (std::size_t i = 0; i < picture.clusters(); ++i) {
        const ClusterSnapshot &cluster = picture.cluster(i);
        const Freshness fresh = freshnessOf(cluster.status(), m_fleet.now());
        live += fresh.kind == Freshness::Kind::Live || fresh.kind == Freshness::Kind::Partial ? 1 : 0;
        if (fresh.kind != Freshness::Kind::Partial && severity(fresh.state) > severity(worst)) {
            worst = fresh.state;
        }
        nodes += picture.accounting(i).cluster.nodes;
        pods += picture.accounting(i).cluster.podsTotal;
    }
    const int clusters = static_cast<int>(picture.clusters());
    const bool open = sumsOpen(picture);
    m_glyph->setVisible(clusters > 0);
    m_glyph->setState(worst);
    m_live->setText(clusters == 0 ? QString()
            : live == clusters    ? tr("Live")
                                  : tr("%1 of %2 live").arg(live).arg(clusters));
    if (clusters == 0) {
        m_totals->setText(tr("no cluster"));
        return;
    }
    const auto plural = [](const QString &count, std::int64_t n, const QString &one, const QString &many) {
        return QString(count + QLatin1Char(' ') + (n == 1 ? one : many));
    };
    const double rate = m_fleet.changesPerSecond();
    const QString rateText = rate > 0 && rate < 10 ? QString::number(rate, 'f', 1)
                                                   : shown(formatCount(static_cast<std::int64_t>(std::llround(rate))));
    m_totals->setText(QStringList{plural(QString::number(clusters), clusters, tr("cluster"), tr("clusters")),
        plural(countText(nodes, open), nodes, tr("node"), tr("nodes")),
        plural(countText(pods, open), pods, tr("pod"), tr("pods")), rateText + QLatin1Char(' ') + tr("changes/s")}
                          .join(QStringLiteral(" · ")));
}

void StatusBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), theme().color(Token::Bg));
    painter.fillRect(QRect(0, 0, width(), 1), theme().color(Token::Border));
}

} // namespace sextant::ui
