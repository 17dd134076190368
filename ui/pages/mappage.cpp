// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/mappage.h"

#include "core/base/format.h"
#include "core/query/filter.h"
#include "ui/bridge/fleetmodel.h"
#include "ui/bridge/freshness.h"
#include "ui/map/maplegend.h"
#include "ui/map/mapview.h"
#include "ui/map/minimap.h"
#include "ui/pages/mapcontrols.h"
#include "ui/pages/tablestrip.h"
#include "ui/theme/widgets.h"

#include <QEvent>
#include <QPainter>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace sextant::ui {

namespace {

QString countOf(std::uint64_t number) { return QString::fromStdString(formatCount(static_cast<std::int64_t>(number))); }

bool refused(const ClusterStatus &status, ResourceKind kind)
{
    const Sync sync = status.of(kind).sync;
    return sync == Sync::Forbidden || sync == Sync::Failed;
}

bool loading(const ClusterStatus &status)
{
    const auto coming = [&status](ResourceKind kind) {
        return status.of(kind).sync == Sync::Loading || status.of(kind).sync == Sync::Waiting;
    };
    return status.connection == Connection::Connecting
        || (status.connection == Connection::Live && (coming(ResourceKind::Nodes) || coming(ResourceKind::Pods)));
}

} // namespace

MapPage::MapPage(FleetModel &fleet, QWidget *parent)
    : Page(parent)
    , m_fleet(fleet)
    , m_view(new MapView(this))
    , m_controls(new MapControls(*m_view, this))
    , m_legend(new MapLegend(this))
    , m_strip(new TableStrip(this))
    , m_state(new StatePanel(this))
    , m_stack(new QStackedWidget(this))
    , m_corner(new MiniMap(*m_view, this))
{
    setObjectName(QStringLiteral("mapPage"));
    m_view->setObjectName(QStringLiteral("mapView"));
    m_stack->addWidget(m_view);
    m_stack->addWidget(m_state);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_controls);
    column->addWidget(m_strip);
    column->addSpacing(2); // the line of progress
    column->addWidget(m_stack, 1);
    column->addWidget(m_legend);
    setFocusProxy(m_view);
    // From the controls to the map, the legend, the minimap.
    setTabOrder(m_view, m_legend);
    setTabOrder(m_legend, m_corner);
    m_corner->setFramed(true);
    m_corner->hide();
    m_view->installEventFilter(this);

    connect(&m_fleet, &FleetModel::pictureChanged, this, &MapPage::pull);
    connect(&m_fleet, &FleetModel::scopeChanged, this, &MapPage::pull);
    connect(&m_fleet, &FleetModel::filterChanged, this, &MapPage::pull);
    connect(&m_fleet, &FleetModel::migrationChanged, this, &MapPage::pull);
    connect(&m_fleet, &FleetModel::tick, this, [this] {
        if (isVisible()) {
            m_view->setPicture(m_fleet.picture(), m_fleet.now()); // ages move although nothing else does
            refreshNotes();
        }
    });
    connect(&m_fleet, &FleetModel::selectionChanged, this, [this] {
        m_view->setSelection(m_fleet.selection());
        m_revealWanted = !m_selecting;
        if (m_section != nullptr) {
            m_section->refresh();
        }
    });
    connect(m_view, &MapView::selected, this, [this](const AnyId &id) {
        m_selecting = true;
        m_fleet.select(id);
        m_selecting = false;
    });
    connect(m_view, &MapView::unscheduledWanted, this, [this](ClusterId cluster) {
        Scope scope = m_fleet.scope();
        scope.cluster = cluster;
        scope.pool.clear(); // what waits is in no pool yet
        m_fleet.setScope(scope);
        m_fleet.setFilter(QStringLiteral("!has:node"));
        Q_EMIT viewWanted(QStringLiteral("pods"));
    });
    connect(m_view, &MapView::contentChanged, this, &MapPage::refresh);
    connect(m_view, &MapView::levelChanged, this, &MapPage::refresh);
    connect(m_view, &MapView::classesChanged, this, &MapPage::refresh);
    connect(m_view, &MapView::seenChanged, this, &MapPage::refresh);
    connect(m_view, &MapView::listWanted, this, [this] {
        Q_EMIT viewWanted(m_view->level() >= layout::Level::Pods ? QStringLiteral("pods") : QStringLiteral("nodes"));
    });
    connect(m_legend, &MapLegend::seenWanted, m_view, &MapView::setSeen);
    connect(m_corner, &MiniMap::neededChanged, this, &MapPage::placeCorner);
    connect(m_controls, &MapControls::lensChanged, this, &MapPage::refresh);
    connect(m_state, &StatePanel::primaryClicked, this, [this] {
        if (m_blank == Blank::NoNode) {
            m_fleet.setScope({});
        } else {
            m_fleet.engine().retry(m_fleet.scope().cluster);
        }
    });
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
    pull();
}

void MapPage::pull()
{
    if (!isVisible()) {
        m_old = true;
        m_view->setPicture(m_fleet.picture(), m_fleet.now()); // it lets go of the former one, which is all it does
        return;
    }
    m_old = false;
    m_view->setScope(m_fleet.scope());
    applyFilter();
    m_view->setMigration(m_fleet.migration());
    m_view->setPicture(m_fleet.picture(), m_fleet.now());
    refreshNotes();
}

void MapPage::applyFilter()
{
    m_view->setFilter(m_fleet.filter());
    const auto parsed = Filter::parse(m_fleet.filter().toStdString());
    m_inapplicable = parsed ? parsed->inapplicable(filterTables()) : std::vector<std::string>();
}

void MapPage::refresh()
{
    m_controls->setLevel(m_view->level());
    if (m_view->classes()->of(m_view->content())) { // else they are being made, and it hears of that
        m_legend->show(m_view->content(), *m_view->classes(), m_view->level(), m_view->seen());
    }
    refreshNotes();
    Q_EMIT summaryChanged();
}

double MapPage::loadedShare() const
{
    double sum = 0;
    int clusters = 0;
    for (const auto &cluster : m_fleet.picture()->snapshot().clusters()) {
        const bool inScope = m_fleet.scope().cluster == ClusterId::None || m_fleet.scope().cluster == cluster->id();
        if (inScope && loading(cluster->status())) {
            sum += std::max(0.0, ui::loadedShare(cluster->status()));
            ++clusters;
        }
    }
    return clusters == 0 ? -1 : sum / clusters;
}

void MapPage::refreshNotes()
{
    std::vector<TableNote> notes;
    for (const std::string &line : m_inapplicable) {
        notes.push_back({.state = State::Warning, .subject = tr("Filter"), .text = shown(line)});
    }
    for (const auto &cluster : m_fleet.picture()->snapshot().clusters()) {
        if (m_fleet.scope().cluster != ClusterId::None && m_fleet.scope().cluster != cluster->id()) {
            continue;
        }
        const ClusterStatus &status = cluster->status();
        TableNote note;
        note.subject = shown(status.name);
        const auto words = [&status](ResourceKind kind) {
            const auto &error = status.of(kind).error;
            return error ? shown(error->text()) : QString();
        };
        if (status.connection == Connection::Stale || status.connection == Connection::Failed) {
            const Freshness freshness = freshnessOf(status, m_fleet.now());
            note.state = freshness.state;
            note.text = freshness.strip;
            note.detail = status.error ? shown(status.error->text()) : QString();
        } else if (status.orchestrator == Orchestrator::Helios
            && (refused(status, ResourceKind::Nodes) || refused(status, ResourceKind::Pods))) {
            note.state = State::Warning;
            note.text = tr("hosts could not be read");
            note.detail = words(ResourceKind::Nodes);
        } else if (refused(status, ResourceKind::Nodes)) {
            note.state = State::Warning;
            note.text = tr("may not list nodes: pods stand by node name, their sizes cannot be drawn");
            note.rule = accessRule({}, QStringLiteral("nodes"));
            note.detail = words(ResourceKind::Nodes);
        } else if (refused(status, ResourceKind::Pods)) {
            note.state = State::Warning;
            note.text = tr("may not list pods: nodes are drawn empty");
            note.rule = accessRule({}, QStringLiteral("pods"));
            note.detail = words(ResourceKind::Pods);
        } else if (loading(status)) {
            note.state = State::Pending;
            const auto &pods = status.of(ResourceKind::Pods);
            const QString what = kindWord(ResourceKind::Pods, status.orchestrator);
            note.text = pods.expected
                ? tr("reading, %1 of about %2 %3").arg(countOf(pods.read), countOf(*pods.expected), what)
                : tr("reading, %1 %2 so far").arg(countOf(pods.read), what);
        } else if (const QString unreadable = unreadableText(status); !unreadable.isEmpty()) {
            note.state = State::Warning;
            note.text = tr("its master cannot read %1").arg(unreadable);
        } else {
            continue;
        }
        notes.push_back(std::move(note));
    }
    const bool blank = showBlank();
    if (blank) {
        notes.clear(); // the panel says it
    }
    m_strip->setNotes(std::move(notes));
    m_controls->setVisible(!blank);
    m_legend->setVisible(!blank);
    m_stack->setCurrentWidget(blank ? static_cast<QWidget *>(m_state) : m_view);
    placeCorner();
    const double progress = blank ? -1 : loadedShare();
    if (progress != m_progress) {
        m_progress = progress;
        update();
    }
}

/// What stands in place of the map. False: there is something to draw.
bool MapPage::showBlank()
{
    m_blank = Blank::None;
    const auto &clusters = m_fleet.picture()->snapshot().clusters();
    if (!m_view->content().tiles.empty()) {
        return false;
    }
    std::uint64_t nodes = 0;
    std::uint64_t pods = 0;
    std::uint64_t read = 0;
    std::uint64_t expected = 0;
    std::uint64_t bytes = 0;
    const ClusterStatus *denied = nullptr;
    const ClusterStatus *lost = nullptr;
    bool coming = false;
    for (const auto &cluster : clusters) {
        nodes += cluster->nodes().size();
        pods += cluster->pods().size();
        if (m_fleet.scope().cluster != ClusterId::None && m_fleet.scope().cluster != cluster->id()) {
            continue;
        }
        const ClusterStatus &status = cluster->status();
        coming = coming || loading(status);
        for (const ResourceKind kind : {ResourceKind::Nodes, ResourceKind::Pods}) {
            read += status.of(kind).read;
            bytes += status.of(kind).bytes;
            expected += status.of(kind).expected.value_or(0);
        }
        denied = refused(status, ResourceKind::Nodes) && refused(status, ResourceKind::Pods) ? &status : denied;
        lost = status.connection == Connection::Failed || status.connection == Connection::Stale ? &status : lost;
    }
    if (nodes + pods > 0 && m_view->busy()) {
        return false; // about to be drawn
    }
    Words words;
    const auto set = [&words](StatePanel::Kind kind, const QString &title, const QString &text,
                         const QString &extra = {}, const QString &button = {}, double share = -1) {
        words = {kind, title, text, extra, button, share};
    };
    if (clusters.empty()) {
        m_blank = Blank::NoCluster;
        set(StatePanel::Kind::Empty, tr("No cluster is open."), tr("Add one, and its nodes and pods are drawn here."));
    } else if (nodes > 0 && !m_fleet.scope().whole()) {
        m_blank = Blank::NoNode;
        set(StatePanel::Kind::Empty, tr("No node in this scope."),
            tr("%1 nodes and %2 pods exist elsewhere.").arg(countOf(nodes), countOf(pods)), {},
            tr("Show the whole fleet"));
    } else if (coming) {
        const double share =
            expected > 0 ? std::min(1.0, static_cast<double>(read) / static_cast<double>(expected)) : -1;
        const QString counts = expected > 0 ? tr("%1 of about %2 objects").arg(countOf(read), countOf(expected))
                                            : tr("%1 objects so far").arg(countOf(read));
        set(StatePanel::Kind::Loading, tr("Reading nodes and pods"), counts,
            QString::fromStdString(formatBytes(Bytes(static_cast<std::int64_t>(bytes)))), {}, share);
    } else if (denied != nullptr) {
        const auto &error = denied->of(ResourceKind::Nodes).error;
        const bool helios = denied->orchestrator == Orchestrator::Helios;
        set(StatePanel::Kind::Partial,
            (helios ? tr("The hosts of %1 could not be read.")
                    : tr("This account may list neither nodes nor pods of %1."))
                .arg(shown(denied->name)),
            error ? shown(error->text()) : QString(),
            helios ? QString()
                   : QString(accessRule({}, QStringLiteral("nodes")) + QLatin1Char('\n')
                       + accessRule({}, QStringLiteral("pods"))),
            tr("Try again"));
    } else if (lost != nullptr) {
        set(StatePanel::Kind::Stale, tr("%1 does not answer.").arg(shown(lost->name)),
            lost->error ? shown(lost->error->text()) : QString(), {}, tr("Try again"));
    } else {
        m_blank = Blank::NoCluster;
        set(StatePanel::Kind::Empty, tr("No node here."), tr("The cluster was read and has neither nodes nor pods."));
    }
    if (words != m_words) { // rebuilding it would take the focus from its buttons
        m_words = words;
        showWords();
    }
    return true;
}

void MapPage::showWords()
{
    switch (m_words.kind) {
    case StatePanel::Kind::Loading:
        m_state->showLoading(m_words.title, m_words.text, m_words.extra, m_words.share);
        break;
    case StatePanel::Kind::Partial:
        m_state->showPartial(m_words.title, m_words.text, m_words.extra, m_words.button);
        break;
    case StatePanel::Kind::Stale:
        m_state->showStale(m_words.title, m_words.text, m_words.button);
        break;
    default:
        m_state->showEmpty(m_words.title, m_words.text, m_words.button);
        break;
    }
}

QString MapPage::summary() const
{
    const layout::Content &content = m_view->content();
    const QString open = sumsOpen(*m_fleet.picture()) ? QStringLiteral("+") : QString();
    std::uint32_t nodes = 0;
    for (const auto &cluster : content.clusters) {
        nodes += cluster.nodes;
    }
    const QString pods = m_fleet.filter().isEmpty() ? countOf(content.pods)
                                                    : tr("%1 of %2").arg(countOf(content.kept), countOf(content.pods));
    const bool helios = !content.clusters.empty()
        && std::all_of(content.clusters.begin(), content.clusters.end(),
            [](const layout::Cluster &cluster) { return cluster.ofCapacity; });
    return (helios ? tr("%1 hosts · %2 tasks") : tr("%1 nodes · %2 pods")).arg(countOf(nodes) + open, pods + open);
}

void MapPage::focusContent()
{
    m_view->setFocus(Qt::OtherFocusReason);
    if (m_revealWanted) {
        m_revealWanted = false;
        m_view->reveal(m_fleet.selection());
    }
}

void MapPage::settle()
{
    m_view->setScope(m_fleet.scope());
    applyFilter();
    m_view->setPicture(m_fleet.picture(), m_fleet.now());
    m_view->setMigration(m_fleet.migration());
    m_view->setSelection(m_fleet.selection());
    m_view->settle();
    if (m_zoomWanted && !m_view->content().tiles.empty()) {
        m_view->zoomTo(*std::exchange(m_zoomWanted, std::nullopt));
        m_view->settle();
    }
    refresh();
    // The panel may just have made way for the map: now it has its size.
    m_view->settle();
}

void MapPage::choose(const MapChoice &choice)
{
    m_controls->choose(choice);
    m_zoomWanted = choice.zoom;
    refresh();
}

QWidget *MapPage::companion()
{
    if (m_section == nullptr) {
        m_section = new MiniMapSection(*m_view);
    }
    return m_section;
}

void MapPage::setDetailsShown(bool shown)
{
    m_detailsShown = shown;
    m_view->setDetailsOpen(shown);
    placeCorner();
}

bool MapPage::eventFilter(QObject *object, QEvent *event)
{
    if (object == m_view && event->type() == QEvent::Resize) {
        placeCorner();
    }
    return Page::eventFilter(object, event);
}

/// In the lower right corner of the map, where it takes no room from the tiles that are read first.
void MapPage::placeCorner()
{
    const bool shown = m_corner->needed() && !m_detailsShown && m_stack->currentWidget() == m_view;
    m_corner->setVisible(shown);
    if (!shown) {
        return;
    }
    const Theme &theme = Theme::instance();
    const QRect seen(m_view->viewport()->mapTo(this, QPoint(0, 0)), m_view->viewport()->size());
    const int width = std::min(theme.px(200), seen.width() / 3);
    const QSize size(width, m_corner->heightForWidth(width));
    m_corner->setGeometry(
        QRect(QPoint(seen.right() - size.width() - theme.px(12), seen.bottom() - size.height() - theme.px(12)), size));
    m_corner->raise();
}

void MapPage::showEvent(QShowEvent *event)
{
    Page::showEvent(event);
    if (m_old) {
        pull();
    }
    m_view->setSelection(m_fleet.selection());
}

void MapPage::paintEvent(QPaintEvent *)
{
    if (m_progress < 0) {
        return;
    }
    // Two pixels of ink above the map while tiles still come.
    QPainter painter(this);
    const int y = m_stack->y() - 2;
    painter.fillRect(QRect(0, y, width(), 2), Theme::instance().color(Token::Track));
    painter.fillRect(QRectF(0, y, width() * m_progress, 2), Theme::instance().color(Token::Accent));
}

Page *makeMapPage(FleetModel &fleet, QWidget *parent) { return new MapPage(fleet, parent); }

} // namespace sextant::ui
