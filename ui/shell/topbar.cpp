// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/topbar.h"

#include "ui/bridge/freshness.h"

#include <QHBoxLayout>
#include <QPainter>

#include <algorithm>
#include <numeric>

namespace sextant::ui {

namespace {

Theme &theme() { return Theme::instance(); }
constexpr std::size_t kMostChips = 5;
constexpr std::size_t kChipsBesideRest = 4;

/// The mark in ink.
class Logo final : public QWidget {
public:
    explicit Logo(QWidget *parent)
        : QWidget(parent)
    {
        setFixedSize(theme().px(20), theme().px(20));
        connect(&theme(), &Theme::changed, this, qOverload<>(&QWidget::update));
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        icon(QStringLiteral("logo")).paint(&painter, rect(), Qt::AlignCenter, QIcon::Active);
    }
};

/// "DEMO" in a frame: what is shown is simulated.
class DemoMark final : public TextLabel {
public:
    explicit DemoMark(QWidget *parent)
        : TextLabel(QStringLiteral("DEMO"), TextRole::CaptionStrong, Token::Text, parent)
    {
        setAlignment(Qt::AlignCenter);
        setContentsMargins(theme().px(6), 0, theme().px(6), 0);
        setFixedHeight(theme().px(18));
        setAccessibleName(TopBar::tr("Demo: a simulated fleet"));
        setToolTip(TopBar::tr("A simulated fleet. Nothing here is real."));
    }

protected:
    void paintEvent(QPaintEvent *event) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(theme().color(Token::BorderStrong), 1));
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
        painter.end();
        TextLabel::paintEvent(event);
    }
};

} // namespace

TopBar::TopBar(FleetModel &fleet, QMenu *settings, QWidget *parent)
    : QWidget(parent)
    , m_fleet(fleet)
    , m_search(new SearchField(fleet, this))
    , m_demo(new DemoMark(this))
    , m_chipRow(new QHBoxLayout)
    , m_more(new ChipButton(this))
    , m_add(new IconButton(QStringLiteral("add"), tr("Add a cluster"), this))
{
    setFixedHeight(theme().px(40));
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(theme().px(14), 0, theme().px(12), 0);
    layout->setSpacing(0);
    auto *name = new QWidget(this);
    name->setFixedWidth(theme().px(166 - 14));
    auto *nameRow = new QHBoxLayout(name);
    nameRow->setContentsMargins(0, 0, theme().px(8), 0);
    nameRow->setSpacing(theme().px(8));
    nameRow->addWidget(new Logo(this));
    nameRow->addWidget(new TextLabel(QStringLiteral("Sextant"), TextRole::BodyStrong, Token::Text, this));
    nameRow->addWidget(m_demo);
    nameRow->addStretch(1);
    layout->addWidget(name);
    m_search->setFixedWidth(theme().px(340));
    layout->addWidget(m_search);
    layout->addStretch(1);
    m_chipRow->setSpacing(theme().px(4));
    layout->addLayout(m_chipRow);
    m_more->setAccessibleName(tr("More clusters"));
    layout->addWidget(m_more);
    layout->addSpacing(theme().px(4));
    layout->addWidget(m_add);
    auto *gear = new IconButton(QStringLiteral("settings"), tr("Settings"), this);
    gear->setObjectName(QStringLiteral("settings"));
    layout->addWidget(gear);
    m_demo->hide();
    m_more->hide();
    connect(m_add, &QAbstractButton::clicked, this, &TopBar::addWanted);
    connect(m_more, &QAbstractButton::clicked, this, &TopBar::restMenu);
    connect(gear, &QAbstractButton::clicked, this, [gear, settings] {
        settings->popup(gear->mapToGlobal(QPoint(gear->width() - settings->sizeHint().width(), gear->height() + 4)));
    });
    connect(&fleet, &FleetModel::pictureChanged, this, &TopBar::refresh);
    connect(&fleet, &FleetModel::tick, this, &TopBar::refresh);
    connect(&fleet, &FleetModel::scopeChanged, this, &TopBar::refresh);
    refresh();
}

void TopBar::setNarrow(bool narrow)
{
    if (narrow == m_narrow) {
        return;
    }
    m_narrow = narrow;
    m_search->setFixedWidth(theme().px(narrow ? 200 : 340));
    refresh();
}

ChipButton *TopBar::chip(ClusterId id) const
{
    const auto found = m_chips.find(id);
    return found == m_chips.end() ? nullptr : found->second;
}

void TopBar::refresh()
{
    const Picture &picture = *m_fleet.picture();
    const Time now = m_fleet.now();
    std::vector<std::size_t> order(picture.clusters());
    std::iota(order.begin(), order.end(), 0U);
    std::vector<Freshness> fresh;
    fresh.reserve(order.size());
    bool demo = false;
    for (std::size_t i = 0; i < picture.clusters(); ++i) {
        fresh.push_back(freshnessOf(picture.cluster(i).status(), now));
        demo = demo || picture.cluster(i).status().demo;
    }
    m_demo->setVisible(demo);
    m_rest.clear();
    if (order.size() > kMostChips) {
        std::stable_sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return severity(fresh[a].state) > severity(fresh[b].state); });
        for (std::size_t i = kChipsBesideRest; i < order.size(); ++i) {
            m_rest.push_back(picture.cluster(order[i]).id());
        }
        order.resize(kChipsBesideRest);
        std::sort(order.begin(), order.end());
    }
    std::vector<ClusterId> wanted;
    for (const std::size_t i : order) {
        wanted.push_back(picture.cluster(i).id());
    }
    if (wanted != m_order) {
        for (auto it = m_chips.begin(); it != m_chips.end();) {
            m_chipRow->removeWidget(it->second);
            if (std::find(wanted.begin(), wanted.end(), it->first) == wanted.end()) {
                it->second->hide();
                it->second->deleteLater();
                it = m_chips.erase(it);
            } else {
                ++it;
            }
        }
        for (const ClusterId id : wanted) {
            ChipButton *&chip = m_chips[id];
            if (chip == nullptr) {
                chip = new ChipButton(this);
                connect(chip, &QAbstractButton::clicked, this, [this, id, chip] { menuOf(id, chip); });
            }
            m_chipRow->addWidget(chip);
            chip->show();
        }
        m_order = wanted;
    }
    for (const std::size_t i : order) {
        const ClusterSnapshot &cluster = picture.cluster(i);
        ChipButton *chip = m_chips[cluster.id()];
        chip->setMark(cluster.status().orchestrator);
        chip->setText(shown(cluster.name()));
        chip->setState(fresh[i].state);
        chip->setNote(fresh[i].note);
        chip->setCompact(m_narrow);
        chip->setCurrent(m_fleet.scope().cluster == cluster.id());
        chip->setToolTip(plainTip(QString(chip->text() + QLatin1Char('\n') + fresh[i].tip)));
        chip->setAccessibleName(QString(chip->text() + QStringLiteral(", ") + fresh[i].note));
    }
    m_more->setVisible(!m_rest.empty());
    m_more->setText(QStringLiteral("+%1").arg(m_rest.size()));
}

void TopBar::menuOf(ClusterId id, QWidget *chip)
{
    const ClusterSnapshot *cluster = m_fleet.picture()->snapshot().cluster(id);
    if (cluster == nullptr) {
        return;
    }
    const QString name = shown(cluster->name());
    QString label = name;
    label.replace(QLatin1Char('&'), QStringLiteral("&&"));
    auto *menu = new QMenu(this);
    menu->setObjectName(QStringLiteral("clusterMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    if (m_fleet.scope().cluster == id) {
        menu->addAction(tr("Show the whole &fleet"), this, [this] { m_fleet.setScope({}); });
    } else {
        menu->addAction(tr("&Show only %1").arg(label), this, [this, id] {
            Scope scope;
            scope.cluster = id;
            m_fleet.setScope(scope);
        });
    }
    menu->addAction(tr("&Details"), this, [this, id] { Q_EMIT detailsWanted(id); });
    menu->addAction(
        icon(QStringLiteral("reload")), tr("&Try again now"), this, [this, id] { m_fleet.engine().retry(id); });
    menu->addSeparator();
    menu->addAction(
        icon(QStringLiteral("remove")), tr("&Remove %1…").arg(label), this, [this, id] { Q_EMIT removeWanted(id); });
    menu->popup(chip->mapToGlobal(QPoint(0, chip->height() + 4)));
}

void TopBar::restMenu()
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (const ClusterId id : m_rest) {
        const ClusterSnapshot *cluster = m_fleet.picture()->snapshot().cluster(id);
        if (cluster == nullptr) {
            continue;
        }
        QString label = shown(cluster->name()).left(80);
        label.replace(QLatin1Char('&'), QStringLiteral("&&"));
        const Freshness fresh = freshnessOf(cluster->status(), m_fleet.now());
        menu->addAction(markIcon(cluster->status().orchestrator), label + QLatin1Char('\t') + fresh.note, this,
            [this, id] { menuOf(id, m_more); });
    }
    menu->popup(m_more->mapToGlobal(QPoint(0, m_more->height() + 4)));
}

void TopBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), theme().color(Token::Bg));
    painter.fillRect(QRect(0, height() - 1, width(), 1), theme().color(Token::Border));
}

} // namespace sextant::ui
