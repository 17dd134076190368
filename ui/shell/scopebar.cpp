// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/scopebar.h"

#include <QHBoxLayout>
#include <QPainter>

#include <algorithm>
#include <set>

namespace sextant::ui {

namespace {

Theme &theme() { return Theme::instance(); }

/// A step of the path: text with an optional mark; the last one is Medium and has a chevron.
class Crumb final : public QAbstractButton {
public:
    Crumb(const QString &text, bool last, std::optional<Orchestrator> mark, QWidget *parent)
        : QAbstractButton(parent)
        , m_last(last)
        , m_mark(mark)
    {
        setText(text);
        setFocusPolicy(Qt::TabFocus);
        setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
        setAccessibleName(text);
        connect(&theme(), &Theme::changed, this, qOverload<>(&QWidget::update));
    }
    QSize sizeHint() const override
    {
        const QFontMetrics metrics(theme().font(m_last ? TextRole::BodyStrong : TextRole::Body));
        return {std::min(metrics.horizontalAdvance(text()) + 1, theme().px(220)) + theme().px(12)
                + (m_mark ? theme().px(20) : 0) + (m_last ? theme().px(16) : 0),
            theme().px(26)};
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        if (underMouse() || isDown()) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(theme().color(isDown() ? Token::Selection : Token::Hover));
            painter.drawRoundedRect(rect(), 4, 4);
        }
        int x = theme().px(6);
        if (m_mark) {
            const int side = theme().px(14);
            paintMark(painter, *m_mark, QRectF(x, (height() - side) / 2.0, side, side), theme().dark());
            x += theme().px(20);
        }
        painter.setFont(theme().font(m_last ? TextRole::BodyStrong : TextRole::Body));
        painter.setPen(theme().color(m_last ? Token::Text : Token::TextSecondary));
        const int room = width() - x - theme().px(m_last ? 22 : 6);
        painter.drawText(QRect(x, 0, room, height()), Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
            painter.fontMetrics().elidedText(text(), Qt::ElideMiddle, room));
        if (m_last) {
            const int side = theme().px(12);
            sextant::ui::icon(QStringLiteral("chevron-down"))
                .paint(&painter, QRect(width() - side - theme().px(5), (height() - side) / 2 + 1, side, side));
        }
        if (hasFocus()) {
            paintFocusRing(painter, QRectF(rect()).adjusted(1, 1, -1, -1), 3);
        }
    }
    void enterEvent(QEnterEvent *event) override
    {
        QAbstractButton::enterEvent(event);
        update();
    }
    void leaveEvent(QEvent *event) override
    {
        QAbstractButton::leaveEvent(event);
        update();
    }

private:
    bool m_last;
    std::optional<Orchestrator> m_mark;
};

QString menuText(std::string_view text)
{
    QString label = shown(text).left(80);
    label.replace(QLatin1Char('&'), QStringLiteral("&&"));
    return label;
}

} // namespace

ScopeBar::ScopeBar(FleetModel &fleet, QWidget *parent)
    : QWidget(parent)
    , m_fleet(fleet)
    , m_crumbRow(nullptr)
    , m_crumbs(new QWidget(this))
    , m_filter(new FilterField(fleet, this))
    , m_summary(new TextLabel(TextRole::Table, Token::TextSecondary, this))
    , m_menu(new QMenu(this))
{
    setFixedHeight(theme().px(40));
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(theme().px(10), 0, theme().px(16), 0);
    layout->setSpacing(theme().px(12));
    m_crumbRow = new QHBoxLayout(m_crumbs);
    m_crumbRow->setContentsMargins(0, 0, 0, 0);
    m_crumbRow->setSpacing(0);
    layout->addWidget(m_crumbs);
    layout->addStretch(1);
    layout->addWidget(m_filter, 3);
    layout->addWidget(m_summary);
    m_summary->hide();
    connect(m_filter, &FilterField::left, this, &ScopeBar::filterLeft);
    m_menu->setObjectName(QStringLiteral("scopeMenu"));
    connect(m_menu, &QMenu::aboutToShow, this, &ScopeBar::fillMenu);
    connect(&fleet, &FleetModel::scopeChanged, this, &ScopeBar::rebuild);
    connect(&fleet, &FleetModel::pictureChanged, this, [this] {
        // Names of clusters may come late; otherwise the path stands.
        if (m_fleet.scope().cluster != ClusterId::None) {
            rebuild();
        }
    });
    rebuild();
}

void ScopeBar::setFilterTables(FilterTables tables)
{
    m_filter->setTables(tables);
    m_filter->setVisible(tables != 0);
    m_summary->setVisible(tables != 0 && !m_summary->text().isEmpty());
}

void ScopeBar::setSummary(const QString &summary)
{
    m_summary->setText(summary);
    m_summary->setVisible(!summary.isEmpty() && !m_filter->isHidden());
}

QString ScopeBar::path() const { return m_path.join(QStringLiteral(" › ")); }

bool ScopeBar::up()
{
    Scope scope = m_fleet.scope();
    if (!scope.team.empty()) {
        scope.team.clear();
    } else if (!scope.ns.empty() || !scope.pool.empty()) {
        scope.ns.clear();
        scope.pool.clear();
    } else if (scope.cluster != ClusterId::None) {
        scope.cluster = ClusterId::None;
    } else {
        return false;
    }
    m_fleet.setScope(scope);
    return true;
}

QMenu *ScopeBar::menu()
{
    fillMenu();
    return m_menu;
}

QAbstractButton *ScopeBar::crumb(const QString &text, bool last, std::optional<Orchestrator> mark)
{
    if (m_crumbRow->count() > 0) {
        m_crumbRow->addWidget(new TextLabel(QStringLiteral("›"), TextRole::Body, Token::TextDisabled, m_crumbs));
    }
    auto *button = new Crumb(text, last, mark, m_crumbs);
    m_crumbRow->addWidget(button);
    button->show();
    m_path << text;
    if (last) {
        connect(button, &QAbstractButton::clicked, this,
            [this, button] { m_menu->popup(button->mapToGlobal(QPoint(0, button->height() + 4))); });
    }
    return button;
}

void ScopeBar::rebuild()
{
    const Scope scope = m_fleet.scope();
    const ClusterSnapshot *cluster = m_fleet.picture()->snapshot().cluster(scope.cluster);
    struct Step {
        QString text;
        Scope scope;
        std::optional<Orchestrator> mark;
    };
    std::vector<Step> steps{{tr("Fleet"), Scope{}, {}}};
    Scope so;
    if (cluster != nullptr) {
        so.cluster = scope.cluster;
        steps.push_back({shown(cluster->name()), so, cluster->status().orchestrator});
    }
    if (!scope.pool.empty()) {
        so.pool = scope.pool;
        steps.push_back({tr("pool %1").arg(shown(scope.pool)), so, {}});
    }
    if (!scope.ns.empty()) {
        so.ns = scope.ns;
        steps.push_back({tr("namespace %1").arg(shown(scope.ns)), so, {}});
    }
    if (!scope.team.empty()) {
        so.team = scope.team;
        steps.push_back({tr("team %1").arg(shown(scope.team)), so, {}});
    }
    QStringList path;
    for (const Step &step : steps) {
        path << step.text;
    }
    if (path == m_path) {
        return;
    }
    while (QLayoutItem *item = m_crumbRow->takeAt(0)) {
        if (QWidget *widget = item->widget()) {
            widget->hide();
            widget->deleteLater(); // it may be the one that was clicked
        }
        delete item;
    }
    m_path.clear();
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const bool last = i + 1 == steps.size();
        QAbstractButton *button = crumb(steps[i].text, last, steps[i].mark);
        if (!last) {
            connect(button, &QAbstractButton::clicked, this, [this, to = steps[i].scope] { m_fleet.setScope(to); });
        }
    }
}

void ScopeBar::fillMenu()
{
    m_menu->clear();
    const PicturePtr picture = m_fleet.picture();
    const Scope scope = m_fleet.scope();
    const auto go = [this](QMenu *menu, const QString &text, const Scope &to, const QIcon &mark = {}) {
        QAction *action = menu->addAction(mark, text, this, [this, to] { m_fleet.setScope(to); });
        action->setCheckable(true);
        action->setChecked(to == m_fleet.scope());
    };
    if (!scope.whole()) {
        go(m_menu, tr("The whole &fleet"), {});
        m_menu->addSeparator();
    }
    for (std::size_t i = 0; i < picture->clusters(); ++i) {
        Scope to;
        to.cluster = picture->cluster(i).id();
        go(m_menu, menuText(picture->cluster(i).name()), to, markIcon(picture->cluster(i).status().orchestrator));
    }
    std::set<std::string> pools;
    std::set<std::string> namespaces;
    std::set<std::string> teams;
    for (std::size_t i = 0; i < picture->clusters(); ++i) {
        const ClusterSnapshot &cluster = picture->cluster(i);
        if (scope.cluster != ClusterId::None && cluster.id() != scope.cluster) {
            continue;
        }
        for (const NodeView node : cluster.nodes()) {
            if (!node.pool().empty()) {
                pools.emplace(node.pool());
            }
        }
        for (const NamespaceView ns : cluster.namespaces()) {
            namespaces.insert(ns.draft().name);
            if (!ns.draft().team.empty()) {
                teams.insert(ns.draft().team);
            }
        }
        for (const WorkloadView workload : cluster.workloads()) {
            if (!workload.team().empty()) {
                teams.emplace(workload.team());
            }
        }
    }
    const auto sub = [&](const QString &title, const std::set<std::string> &names, std::string Scope::*member) {
        if (names.empty()) {
            return;
        }
        if (m_menu->actions().isEmpty() || !m_menu->actions().constLast()->menu()) {
            m_menu->addSeparator();
        }
        QMenu *menu = m_menu->addMenu(title);
        for (const std::string &name : names) {
            Scope to;
            to.cluster = scope.cluster;
            to.*member = name;
            go(menu, menuText(name), to);
        }
    };
    sub(tr("&Namespace"), namespaces, &Scope::ns);
    sub(tr("&Pool"), pools, &Scope::pool);
    sub(tr("&Team"), teams, &Scope::team);
}

void ScopeBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), theme().color(Token::Bg));
    painter.fillRect(QRect(0, height() - 1, width(), 1), theme().color(Token::Border));
}

} // namespace sextant::ui
