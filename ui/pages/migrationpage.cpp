// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/migrationpage.h"

#include "core/base/format.h"
#include "core/report/export.h"
#include "core/report/report.h"
#include "core/report/servicefilter.h"
#include "ui/bridge/fleetmodel.h"
#include "ui/bridge/freshness.h"
#include "ui/charts/burnupchart.h"
#include "ui/pages/hostlist.h"
#include "ui/pages/migrationboard.h"
#include "ui/pages/migrationstrip.h"
#include "ui/pages/migrationwords.h"
#include "ui/pages/ownerlist.h"
#include "ui/pages/tablestrip.h"
#include "ui/pages/unmatchedlist.h"
#include "ui/theme/widgets.h"

#include <QDateTime>
#include <QHBoxLayout>
#include <QSaveFile>
#include <QScrollArea>
#include <QStackedLayout>
#include <QVBoxLayout>

#include <algorithm>
#include <map>
#include <unordered_map>

namespace sextant::ui {

namespace {

using migration::Service;

QString q(const std::string &text) { return QString::fromStdString(text); }

/// What keeps a host: the services of its tasks that have not moved, and what belongs to no service; most tasks first.
class Keepers {
public:
    /// Asks the picture of the moment: one of its own would keep a former fleet in memory while nobody looks.
    explicit Keepers(const FleetModel &fleet)
        : m_fleet(fleet)
        , m_progress(fleet.migration())
    {
        for (const Service &service : m_progress->services) {
            for (const WorkloadId &workload : service.helios.workloads) {
                m_services.emplace(workload, &service);
            }
        }
    }
    QStringList of(const NodeId &id) const
    {
        const PicturePtr picture = m_fleet.picture();
        const auto node = picture->snapshot().find(id);
        const ClusterAccounting *sums = picture->accounting(id.cluster);
        if (!node || sums == nullptr) {
            return {};
        }
        const ClusterSnapshot &cluster = node->cluster();
        std::map<std::string, int> tasks;
        for (const std::uint32_t slot : sums->byNode.pods(id.slot)) {
            const PodView pod(cluster, slot);
            const auto workload = cluster.workloadBySlot(pod.workloadSlot());
            const auto found = workload ? m_services.find(workload->id()) : m_services.end();
            if (found == m_services.end()) {
                ++tasks[std::string(workload ? workload->name() : pod.name())];
            } else if (!migration::moved(found->second->stage)) {
                ++tasks[found->second->name];
            }
        }
        std::vector<std::pair<std::string, int>> all(tasks.begin(), tasks.end());
        std::stable_sort(all.begin(), all.end(), [](const auto &a, const auto &b) { return a.second > b.second; });
        QStringList names;
        for (const auto &[name, count] : all) {
            names << (count == 1 ? moving::text(name) : moving::text(name) + QStringLiteral(" ×%1").arg(count));
        }
        return names;
    }

private:
    const FleetModel &m_fleet;
    migration::ProgressPtr m_progress;
    std::unordered_map<WorkloadId, const Service *> m_services;
};

const ClusterSnapshot *firstStale(const Picture &picture)
{
    for (const auto &cluster : picture.snapshot().clusters()) {
        if (cluster->status().connection == Connection::Stale) {
            return cluster.get();
        }
    }
    return nullptr;
}

Card *bare(const QString &title, QWidget *content, QWidget *parent)
{
    auto *card = new Card(title, parent);
    card->body()->setContentsMargins(0, Theme::instance().px(4), 0, Theme::instance().px(4));
    card->body()->addWidget(content, 1);
    return card;
}

} // namespace

Page *makeMigrationPage(FleetModel &fleet, QWidget *parent) { return new MigrationPage(fleet, parent); }

MigrationPage::MigrationPage(FleetModel &fleet, QWidget *parent)
    : Page(parent)
    , m_fleet(fleet)
    , m_progress(std::make_shared<migration::Progress>())
    , m_filter(std::make_unique<FilterRun>(Filter()))
    , m_notes(new TableStrip(this))
    , m_shares(new MigrationStrip(this))
    , m_burnUp(new TimeChart(this))
    , m_owners(new OwnerList(this))
    , m_board(new MigrationBoard(this))
    , m_boardState(new StatePanel(this))
    , m_state(new StatePanel(this))
{
    const Theme &theme = Theme::instance();
    setObjectName(QStringLiteral("migrationPage"));
    m_burnUpCard = new Card(tr("Burn-up"), this);
    m_burnUpCard->body()->setContentsMargins(theme.px(4), theme.px(10), theme.px(4), theme.px(8));
    m_burnUpCard->body()->addWidget(m_burnUp, 1);
    m_burnUp->setAccessibleName(tr("Burn-up: services that have moved, over time"));
    m_burnUp->setEmptyText(tr("nothing was seen yet"));
    m_ownersCard = bare(tr("Owners"), m_owners, this);
    m_ownersCard->setNote(tr("moved of all"));
    m_left = makeLeft();
    m_boardCard = new Card(QString(), this);
    m_boardCard->body()->setContentsMargins(0, 0, 0, 0);
    auto *boardPlace = new QWidget(m_boardCard);
    m_boardStack = new QStackedLayout(boardPlace);
    m_boardStack->addWidget(m_board);
    m_boardStack->addWidget(m_boardState);
    m_boardCard->body()->addWidget(boardPlace, 1);

    auto *scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    m_content = scroll;
    auto *inner = new QWidget(scroll);
    auto *rows = new QVBoxLayout(inner);
    rows->setContentsMargins(theme.px(16), theme.px(12), theme.px(16), theme.px(12));
    rows->setSpacing(theme.px(12));
    rows->addWidget(m_shares);
    auto *middle = new QHBoxLayout;
    middle->setSpacing(theme.px(12));
    middle->addWidget(m_burnUpCard, 44);
    middle->addWidget(m_ownersCard, 26);
    middle->addWidget(m_left, 30);
    for (Card *card : {m_burnUpCard, m_ownersCard, m_left}) {
        card->setMinimumSize(theme.px(200), theme.px(220));
    }
    rows->addLayout(middle, 4);
    m_boardCard->setMinimumHeight(theme.px(220));
    rows->addWidget(m_boardCard, 6);
    scroll->setWidget(inner);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_notes);
    auto *place = new QWidget(this);
    m_stack = new QStackedLayout(place);
    m_stack->addWidget(m_content);
    m_stack->addWidget(m_state);
    column->addWidget(place, 1);

    connect(&m_fleet, &FleetModel::migrationChanged, this, &MigrationPage::pull);
    connect(&m_fleet, &FleetModel::scopeChanged, this, &MigrationPage::pull);
    connect(&m_fleet, &FleetModel::filterChanged, this, &MigrationPage::pull);
    connect(&m_fleet, &FleetModel::pictureChanged, this, [this] {
        if (isVisible() && m_stack->currentWidget() == m_state) {
            showBlank(); // how far the reading is
        }
    });
    connect(&m_fleet, &FleetModel::selectionChanged, this, [this] { m_board->choose(m_fleet.service()); });
    connect(
        m_board, &MigrationBoard::chosen, this, [this](const std::string &service) { m_fleet.selectService(service); });
    connect(m_board, &MigrationBoard::opened, this, [this](const std::string &service) {
        m_fleet.selectService(service);
        Q_EMIT viewWanted(QStringLiteral("details"));
    });
    const auto narrowToOwner = [this](int row) {
        const std::string owner = m_owners->owners()[static_cast<std::size_t>(row)].owner;
        if (!owner.empty()) {
            Scope scope = m_fleet.scope();
            scope.team = owner;
            m_fleet.setScope(scope);
        }
    };
    connect(m_owners, &RowList::opened, this, narrowToOwner);
    connect(m_owners, &QAbstractItemView::clicked, this,
        [narrowToOwner](const QModelIndex &index) { narrowToOwner(index.row()); });
    const auto show = [this](const AnyId &object) {
        m_fleet.select(object);
        Q_EMIT viewWanted(QStringLiteral("details"));
    };
    connect(m_unmatched, &UnmatchedList::wanted, this, show);
    connect(m_hosts, &RowList::opened, this,
        [this, show](int row) { show(m_hosts->hosts()[static_cast<std::size_t>(row)].node); });
    connect(m_hosts, &RowList::chosen, this,
        [this](int row) { m_fleet.select(m_hosts->hosts()[static_cast<std::size_t>(row)].node); });
    connect(m_leftWhich, &Segments::currentChanged, this, &MigrationPage::refreshLeft);
    connect(m_boardState, &StatePanel::primaryClicked, this, [this] {
        if (m_fleet.filter().isEmpty()) {
            m_fleet.setScope({});
        } else {
            m_fleet.setFilter({});
        }
    });
    connect(m_state, &StatePanel::primaryClicked, this, [this] { Q_EMIT viewWanted(QStringLiteral("add-cluster")); });
}

Card *MigrationPage::makeLeft()
{
    const Theme &theme = Theme::instance();
    auto *card = new Card(tr("Left"), this);
    card->body()->setContentsMargins(0, theme.px(4), 0, 0);
    m_leftWhich = new Segments({tr("Unmatched"), tr("Hosts")}, card);
    m_leftWhich->setAccessibleName(tr("What is left"));
    card->head()->insertWidget(1, m_leftWhich);
    auto *place = new QWidget(card);
    m_leftStack = new QStackedLayout(place);
    m_unmatched = new UnmatchedList(place);
    m_hosts = new HostList(place);
    m_leftState = new StatePanel(place);
    m_leftStack->addWidget(m_unmatched);
    m_leftStack->addWidget(m_hosts);
    m_leftStack->addWidget(m_leftState);
    card->body()->addWidget(place, 1);
    return card;
}

QString MigrationPage::summary() const
{
    if (!m_fleet.migration()->applies) {
        return {};
    }
    const auto all = static_cast<std::int64_t>(m_progress->services.size());
    return m_fleet.parsedFilter().empty()
        ? tr("%1 services").arg(moving::count(all))
        : tr("%1 of %2 services").arg(moving::count(static_cast<std::int64_t>(m_services.size())), moving::count(all));
}

void MigrationPage::focusContent() { m_board->takeKeyboard(); }

void MigrationPage::settle()
{
    pull();
    m_burnUp->layOut();
}

void MigrationPage::showEvent(QShowEvent *event)
{
    Page::showEvent(event);
    pull();
}

void MigrationPage::pull()
{
    if (!isVisible()) {
        return; // hidden views cost nothing
    }
    m_filter = std::make_unique<FilterRun>(m_fleet.parsedFilter());
    // What is drawn now points into the one before: that stays until all of it is replaced.
    const migration::ProgressPtr before = std::exchange(m_progress, moving::scoped(m_fleet));
    m_services.clear();
    for (const Service &service : m_progress->services) {
        if (report::keeps(*m_filter, service)) {
            m_services.push_back(&service);
        }
    }
    refresh();
    Q_EMIT summaryChanged();
}

void MigrationPage::refresh()
{
    const bool blank = showBlank();
    m_stack->setCurrentWidget(blank ? static_cast<QWidget *>(m_state) : m_content);
    refreshNotes();
    // Even a board nobody sees must not point into a look that is gone.
    m_board->show(m_progress, m_services, m_fleet.now());
    m_board->choose(m_fleet.service());
    if (blank) {
        return;
    }
    const bool stale = std::any_of(
        m_progress->services.begin(), m_progress->services.end(), [](const Service &one) { return one.stale; });
    m_shares->show(*m_progress, stale);
    refreshBurnUp();
    m_owners->show(m_progress->owners);
    refreshLeft();
    m_boardStack->setCurrentWidget(m_services.empty() ? static_cast<QWidget *>(m_boardState) : m_board);
    if (m_services.empty()) {
        const QString where = q(report::scopeText(*m_fleet.picture(), m_fleet.scope()));
        const auto elsewhere = static_cast<std::int64_t>(m_fleet.migration()->services.size());
        if (!m_fleet.parsedFilter().empty()) {
            m_boardState->showEmpty(tr("No service matches the filter"),
                tr("%1 services of %2 are otherwise.")
                    .arg(moving::count(static_cast<std::int64_t>(m_progress->services.size())), where),
                tr("Clear the filter"));
        } else {
            m_boardState->showEmpty(tr("No service in %1").arg(where),
                tr("%1 services exist elsewhere in the fleet.").arg(moving::count(elsewhere)),
                tr("Show the whole fleet"));
        }
    }
}

/// What stands in place of the view. False: there is something to show.
bool MigrationPage::showBlank()
{
    const migration::Progress &whole = *m_fleet.migration();
    const Picture &picture = *m_fleet.picture();
    if (whole.applies && !whole.services.empty()) {
        return false;
    }
    bool reading = false;
    double share = -1;
    std::uint64_t read = 0;
    for (const auto &cluster : picture.snapshot().clusters()) {
        const ClusterStatus &status = cluster->status();
        if (status.connection == Connection::Failed || status.settled()) {
            continue;
        }
        reading = true;
        share = std::max(share, loadedShare(status));
        for (const ResourceStatus &resource : status.resources) {
            read += resource.read;
        }
    }
    if (reading) {
        m_state->showLoading(tr("Reading both sides"),
            tr("%1 objects so far").arg(moving::count(static_cast<std::int64_t>(read))),
            tr("a service is judged when its clusters are read"), share);
    } else if (whole.applies && !whole.missing.empty()) {
        m_state->showPartial(tr("No service could be judged"), moving::text(whole.missing.front()));
    } else if (whole.applies) {
        m_state->showEmpty(tr("No service to migrate"),
            tr("The Helios clusters answer and have no job, and the configuration lists no service under migration."));
    } else {
        m_state->showEmpty(tr("No Helios cluster and no listed service"),
            tr("This view follows services from Helios to Kubernetes: what runs on which side, since when, and what is "
               "left. It begins with a Helios cluster (--helios http://master:5801, or helios: under clusters in the "
               "configuration) or with services listed under migration."),
            tr("Add a Cluster…"));
    }
    return true;
}

void MigrationPage::refreshNotes()
{
    std::vector<TableNote> notes;
    const migration::Progress &whole = *m_fleet.migration();
    for (const std::string &missing : whole.applies ? whole.missing : std::vector<std::string>()) {
        TableNote note;
        note.state = State::Warning;
        note.subject = tr("Not judged");
        note.text = moving::text(missing);
        notes.push_back(std::move(note));
    }
    for (const std::string &ambiguous : whole.applies ? whole.ambiguous : std::vector<std::string>()) {
        TableNote note;
        note.state = State::Unknown;
        note.subject = tr("Ambiguous");
        note.text = moving::text(ambiguous);
        notes.push_back(std::move(note));
    }
    if (const auto problem = m_fleet.engine().migrationProblem(); problem && whole.applies) {
        TableNote note;
        note.state = State::Warning;
        note.subject = tr("Past not kept");
        note.text = shown(problem->text());
        notes.push_back(std::move(note));
    }
    if (!m_fleet.scope().pool.empty() && whole.applies) {
        TableNote note;
        note.state = State::Completed;
        note.subject = tr("Pool %1").arg(moving::text(m_fleet.scope().pool));
        note.text = tr("services are in no pool: it narrows nothing here");
        notes.push_back(std::move(note));
    }
    m_notes->setNotes(std::move(notes));
}

void MigrationPage::refreshBurnUp()
{
    const migration::Progress &whole = *m_fleet.migration();
    TimeChart::Data chart = burnUpData(whole.burnUp, m_fleet.now());
    QStringList note;
    if (!m_fleet.scope().whole()) {
        note << tr("whole fleet");
    }
    if (!whole.burnUp.empty()) {
        const QDateTime first = QDateTime::fromSecsSinceEpoch(whole.burnUp.front().at.time_since_epoch().count());
        const bool today =
            first.date() == QDateTime::fromSecsSinceEpoch(m_fleet.now().time_since_epoch().count()).date();
        note << tr("since %1").arg(first.toString(today ? QStringLiteral("HH:mm") : QStringLiteral("d MMM yyyy")));
    }
    if (const ClusterSnapshot *stale = firstStale(*m_fleet.picture());
        stale != nullptr && stale->status().heard != kNoTime && !chart.times.empty()) {
        chart.staleSince =
            std::max<qint64>(chart.times.front(), stale->status().heard.time_since_epoch().count() * 1000);
    }
    note << tr("services moved");
    m_burnUpCard->setNote(note.join(QStringLiteral(" · ")));
    m_burnUp->setData(std::move(chart));
}

void MigrationPage::refreshLeft()
{
    const Scope &scope = m_fleet.scope();
    const Snapshot &snapshot = m_fleet.picture()->snapshot();
    const ClusterSnapshot *cluster = snapshot.cluster(scope.cluster);
    const migration::Progress &whole = *m_fleet.migration();
    if (m_leftWhich->current() == 0) {
        std::vector<migration::Unmatched> unmatched;
        for (const migration::Unmatched &one : whole.unmatched) {
            const bool here = (cluster == nullptr || one.cluster == cluster->name())
                && (scope.team.empty() || one.owner == scope.team) && (scope.ns.empty() || one.ns == scope.ns);
            if (here && m_filter->matches(ServiceFacts{one.name, one.owner, {}, {&one.cluster, 1}, {}})) {
                unmatched.push_back(one);
            }
        }
        const auto helios = std::count_if(
            unmatched.begin(), unmatched.end(), [](const migration::Unmatched &one) { return one.helios; });
        m_left->setNote(tr("%1 on Helios").arg(moving::count(helios)));
        m_unmatched->show(unmatched);
        if (unmatched.empty()) {
            m_leftState->showGood(tr("Nothing is unmatched here"),
                tr("Every job and every workload that was looked at has its service."));
        }
        m_leftStack->setCurrentWidget(unmatched.empty() ? static_cast<QWidget *>(m_leftState) : m_unmatched);
        return;
    }
    std::vector<migration::HostLeft> hosts;
    for (const migration::HostLeft &host : whole.hosts) {
        if ((cluster == nullptr || host.cluster == cluster->name())
            && m_filter->matches(ServiceFacts{host.name, {}, {}, {&host.cluster, 1}, {}})) {
            hosts.push_back(host);
        }
    }
    const auto empty =
        std::count_if(hosts.begin(), hosts.end(), [](const migration::HostLeft &host) { return host.staying == 0; });
    m_left->setNote(tr("%1 of %2 would be empty")
                        .arg(moving::count(empty), moving::count(static_cast<std::int64_t>(hosts.size()))));
    auto keepers = std::make_shared<Keepers>(m_fleet);
    m_hosts->show(hosts, [keepers](const NodeId &node) { return keepers->of(node); });
    if (hosts.empty()) {
        m_leftState->showEmpty(tr("No Helios host here"),
            tr("%1 hosts in the whole fleet.").arg(moving::count(static_cast<std::int64_t>(whole.hosts.size()))));
    }
    m_leftStack->setCurrentWidget(hosts.empty() ? static_cast<QWidget *>(m_leftState) : m_hosts);
}

Page::SaveOffer MigrationPage::saveOffer() const
{
    return {tr("Save the migration"), QStringLiteral("migration.csv"),
        tr("CSV (*.csv);;JSON (*.json);;Burn-up chart (*.svg *.png)")};
}

Result<void> MigrationPage::save(const QString &file)
{
    const auto ends = [&](const char *ending) { return file.endsWith(QLatin1String(ending), Qt::CaseInsensitive); };
    if (ends(".svg") || ends(".png")) {
        if (!m_burnUp->save(file)) {
            return notSaved(file, tr("the picture cannot be written"));
        }
        return {};
    }
    QSaveFile out(file);
    if (!out.open(QIODevice::WriteOnly)) {
        return notSaved(file, out.errorString());
    }
    // What is filtered, as the tables write it.
    const migration::Progress kept =
        migration::narrowed(*m_progress, [this](const Service &service) { return report::keeps(*m_filter, service); });
    report::writeExport(
        report::ExportKind::Migration, ends(".json") ? report::ExportFormat::Json : report::ExportFormat::Csv,
        *m_fleet.picture(), m_fleet.scope(),
        [&](std::string_view text) {
            return out.write(text.data(), static_cast<qint64>(text.size())) == static_cast<qint64>(text.size());
        },
        nullptr, &kept);
    if (!out.commit()) {
        return notSaved(file, out.errorString());
    }
    return {};
}

} // namespace sextant::ui
