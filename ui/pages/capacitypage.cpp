// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/capacitypage.h"

#include "core/base/format.h"
#include "core/report/export.h"
#include "core/report/report.h"
#include "ui/bridge/fleetmodel.h"
#include "ui/bridge/freshness.h"
#include "ui/charts/capacitychart.h"
#include "ui/charts/histogram.h"
#include "ui/pages/holderlist.h"
#include "ui/theme/widgets.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QSaveFile>
#include <QStackedLayout>
#include <QVBoxLayout>

#include <map>

namespace sextant::ui {

namespace {

QString q(const std::string &text) { return QString::fromStdString(text); }

Bar barOf(const ResourceSums &sums)
{
    Bar bar;
    const auto share = [&](std::int64_t part) {
        const auto percent = percentOf(part, sums.whole());
        return percent ? *percent / 100 : -1;
    };
    bar.requested = share(sums.requestedOfWhole());
    bar.used = share(sums.used);
    bar.limit = sums.limit > 0 && !sums.wholeIsCapacity() ? share(sums.limit) : -1; // of Helios it is what is declared
    return bar;
}

const ClusterSnapshot *firstStale(const Picture &picture, const Scope &scope)
{
    for (const auto &cluster : picture.snapshot().clusters()) {
        if ((scope.cluster == ClusterId::None || scope.cluster == cluster->id())
            && cluster->status().connection == Connection::Stale) {
            return cluster.get();
        }
    }
    return nullptr;
}

} // namespace

Page *makeCapacityPage(FleetModel &fleet, QWidget *parent) { return new CapacityPage(fleet, parent); }

CapacityPage::CapacityPage(FleetModel &fleet, QWidget *parent)
    : Page(parent)
    , m_fleet(fleet)
    , m_content(new QWidget(this))
    , m_state(new StatePanel(this))
    , m_stack(new QStackedLayout)
    , m_grid(new QGridLayout)
{
    const Theme &theme = Theme::instance();
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    outer->addWidget(makeControls());
    outer->addLayout(m_stack, 1);
    m_stack->addWidget(m_content);
    m_stack->addWidget(m_state);

    m_cpuCard = new Card(tr("CPU, cores"), this);
    m_cpuChart = new TimeChart(m_cpuCard);
    m_cpuChart->setAccessibleName(tr("CPU over the last hour"));
    m_cpuCard->body()->addWidget(m_cpuChart);
    m_memoryCard = new Card(tr("Memory"), this);
    m_memoryChart = new TimeChart(m_memoryCard);
    m_memoryChart->setAccessibleName(tr("Memory over the last hour"));
    m_memoryCard->body()->addWidget(m_memoryChart);
    for (Card *card : {m_cpuCard, m_memoryCard}) {
        card->body()->setContentsMargins(theme.px(12), theme.px(4), theme.px(8), theme.px(8));
    }
    connect(m_cpuChart, &TimeChart::crosshairMoved, m_memoryChart, &TimeChart::setCrosshair);
    connect(m_memoryChart, &TimeChart::crosshairMoved, m_cpuChart, &TimeChart::setCrosshair);

    m_fillCard = new Card(tr("Nodes by fill"), this);
    m_fill = new Histogram(m_fillCard);
    m_fill->setAccessibleName(tr("How many nodes are how full"));
    m_fillCard->body()->addWidget(m_fill);
    m_holdersCard = new Card(tr("Who holds it"), this);
    m_holdersCard->setNote(tr("cores requested, used inside"));
    m_holders = new HolderList(m_holdersCard);
    m_holdersCard->body()->addWidget(m_holders);
    m_poolsCard = new Card(tr("By pool"), this);
    m_poolsCard->setNote(tr("cores requested, used inside"));
    m_pools = new HolderList(m_poolsCard);
    m_poolsCard->body()->addWidget(m_pools);
    auto *now = makeNow();

    m_grid->setContentsMargins(theme.px(16), theme.px(4), theme.px(16), theme.px(16));
    m_grid->setSpacing(theme.px(12));
    m_content->setLayout(m_grid);
    m_grid->addWidget(m_cpuCard, 0, 0, 1, 6);
    m_grid->addWidget(m_memoryCard, 1, 0, 1, 6);
    m_grid->addWidget(now, 0, 6, 2, 3);
    m_grid->addWidget(m_fillCard, 2, 0, 1, 3);
    m_grid->addWidget(m_holdersCard, 2, 3, 1, 3);
    m_grid->addWidget(m_poolsCard, 2, 6, 1, 3);
    for (int column = 0; column < 9; ++column) {
        m_grid->setColumnStretch(column, 1);
    }

    connect(m_which, &Segments::currentChanged, this, [this] {
        arrange();
        refresh();
    });
    connect(m_span, &Segments::currentChanged, this, &CapacityPage::refresh);
    connect(&m_fleet, &FleetModel::pictureChanged, this, &CapacityPage::refresh);
    connect(&m_fleet, &FleetModel::tick, this, &CapacityPage::refresh);
    connect(&m_fleet, &FleetModel::scopeChanged, this, [this] {
        m_fleet.history().follow(SeriesKey(m_fleet.scope()), m_fleet.now());
        refresh();
        Q_EMIT summaryChanged();
    });
    connect(m_holders, &HolderList::activated, this, [this](const QString &name) {
        Scope scope = m_fleet.scope();
        scope.team = name.toStdString();
        m_fleet.setScope(scope);
    });
    connect(m_pools, &HolderList::activated, this, [this](const QString &name) {
        Scope scope = m_fleet.scope();
        scope.pool = name.toStdString();
        m_fleet.setScope(scope);
    });
    connect(m_state, &StatePanel::primaryClicked, this, [this] { m_fleet.setScope({}); });
    arrange();
}

QWidget *CapacityPage::makeControls()
{
    const Theme &theme = Theme::instance();
    auto *bar = new QWidget(this);
    auto *row = new QHBoxLayout(bar);
    row->setContentsMargins(theme.px(16), theme.px(7), theme.px(16), theme.px(7));
    row->setSpacing(theme.px(12));
    m_which = new Segments({tr("CPU and memory"), tr("CPU"), tr("Memory")}, bar);
    m_which->setAccessibleName(tr("Resource"));
    m_span = new Segments({tr("10 min"), tr("30 min"), tr("1 h")}, bar);
    m_span->setAccessibleName(tr("Time span"));
    m_span->setCurrent(2);
    row->addWidget(m_which);
    row->addStretch(1);
    row->addWidget(m_span);
    bar->setFixedHeight(theme.px(40));
    return bar;
}

QWidget *CapacityPage::makeNow()
{
    const Theme &theme = Theme::instance();
    m_now = new Card(tr("Now"), this);
    m_cpuMeter = new MeterRow(tr("CPU"), m_now);
    m_memoryMeter = new MeterRow(tr("Memory"), m_now);
    m_podsMeter = new MeterRow(tr("Pods"), m_now);
    auto *body = m_now->body();
    body->setSpacing(theme.px(8));
    body->addWidget(m_cpuMeter);
    body->addWidget(m_memoryMeter);
    body->addWidget(m_podsMeter);
    body->addSpacing(theme.px(4));
    auto *facts = new QGridLayout;
    facts->setHorizontalSpacing(theme.px(12));
    facts->setVerticalSpacing(theme.px(4));
    facts->setColumnStretch(0, 1);
    auto *cpuHead = new TextLabel(tr("CPU"), TextRole::Caption, Token::TextSecondary, m_now);
    auto *memoryHead = new TextLabel(tr("memory"), TextRole::Caption, Token::TextSecondary, m_now);
    facts->addWidget(cpuHead, 0, 1, Qt::AlignRight);
    facts->addWidget(memoryHead, 0, 2, Qt::AlignRight);
    constexpr int kFacts = 7;
    for (int line = 1; line <= kFacts; ++line) {
        auto *name = new TextLabel(TextRole::Table, Token::TextSecondary, m_now);
        facts->addWidget(name, line, 0);
        auto *cpu = new TextLabel(TextRole::TableStrong, Token::Text, m_now);
        auto *memory = new TextLabel(TextRole::TableStrong, Token::Text, m_now);
        facts->addWidget(cpu, line, 1, Qt::AlignRight);
        facts->addWidget(memory, line, 2, Qt::AlignRight);
        m_facts.push_back({name, cpu, memory});
    }
    body->addLayout(facts);
    m_nowNote = new TextLabel(TextRole::Caption, Token::TextSecondary, m_now);
    m_nowNote->setWordWrap(true);
    body->addWidget(m_nowNote);
    body->addStretch(1);
    return m_now;
}

void CapacityPage::arrange()
{
    const int which = m_which->current();
    m_cpuCard->setVisible(which != 2);
    m_memoryCard->setVisible(which != 1);
    m_grid->setRowStretch(0, which == 2 ? 0 : 3);
    m_grid->setRowStretch(1, which == 1 ? 0 : 3);
    m_grid->setRowStretch(2, which == 0 ? 3 : 2);
}

void CapacityPage::resizeEvent(QResizeEvent *event)
{
    Page::resizeEvent(event);
    arrange();
}

void CapacityPage::showEvent(QShowEvent *event)
{
    Page::showEvent(event);
    refresh();
}

void CapacityPage::settle()
{
    refresh();
    for (TimeChart *chart : {m_cpuChart, m_memoryChart}) {
        chart->layOut();
    }
}

QString CapacityPage::summary() const
{
    const Picture &picture = *m_fleet.picture();
    const Sums sums = picture.sums(m_fleet.scope());
    const bool helios = heliosIn(picture, m_fleet.scope()) && !kubernetesIn(picture, m_fleet.scope());
    return (helios ? tr("%1 hosts · %2 tasks") : tr("%1 nodes · %2 pods"))
        .arg(q(formatCount(sums.nodes)), q(formatCount(sums.pods)));
}

void CapacityPage::refresh()
{
    if (!isVisible()) {
        return; // hidden views cost nothing
    }
    const Sums sums = m_fleet.picture()->sums(m_fleet.scope());
    refreshState(sums);
    refreshCharts(sums);
    refreshNow(sums);
    Q_EMIT summaryChanged();
}

void CapacityPage::refreshState(const Sums &sums)
{
    const Picture &picture = *m_fleet.picture();
    // Under a namespace or an owner the nodes are the clusters': only pods are of the scope.
    const bool ofPods = !m_fleet.scope().ns.empty() || !m_fleet.scope().team.empty();
    const bool nothing = sums.podsTotal == 0 && (sums.nodes == 0 || ofPods);
    if (!nothing) {
        m_stack->setCurrentWidget(m_content);
        return;
    }
    m_stack->setCurrentWidget(m_state);
    if (picture.clusters() > 0 && sumsOpen(picture)) {
        const bool helios = !kubernetesIn(picture, m_fleet.scope());
        m_state->showLoading(helios ? tr("Reading hosts and tasks") : tr("Reading nodes and pods"),
            tr("nothing has arrived yet"), QString(), -1);
    } else if (m_fleet.scope().whole()) {
        const auto missing = report::missingParts(picture, {}, m_fleet.now());
        if (missing.empty()) {
            m_state->showEmpty(tr("No nodes and no pods"), tr("The clusters answer, but hold nothing."));
        } else {
            m_state->showPartial(tr("Nothing could be read"), q(missing.front()));
        }
    } else {
        m_state->showEmpty(tr("Nothing in %1").arg(q(report::scopeText(picture, m_fleet.scope()))),
            tr("%1 nodes and %2 pods exist elsewhere in the fleet.")
                .arg(q(formatCount(picture.sums({}).nodes)), q(formatCount(picture.sums({}).podsTotal))),
            tr("Show the whole fleet"));
    }
}

void CapacityPage::refreshCharts(const Sums &sums)
{
    static constexpr qint64 spans[] = {600, 1800, 3600};
    const qint64 span = spans[m_span->current()];
    const Scope &scope = m_fleet.scope();
    Recorder &history = m_fleet.history();
    const auto samples = history.series(SeriesKey(scope));
    const ClusterSnapshot *stale = firstStale(*m_fleet.picture(), scope);
    Sample now = sampleOf(sums, m_fleet.now());
    const Time since = history.followedSince(SeriesKey(scope));
    QString note = since != kNoTime ? tr("kept since %1").arg(q(formatAge(since, m_fleet.now()) + " ago")) : QString();
    const Picture &whole = *m_fleet.picture();
    if (heliosIn(whole, scope)) {
        note = kubernetesIn(whole, scope) ? tr("Kubernetes only: Helios has no allocatable and measures no use")
                                          : tr("declared by jobs, of the hosts' capacity");
    } else if (!scope.ns.empty() || !scope.team.empty()) {
        note = tr("allocatable is the clusters'") + (note.isEmpty() ? QString() : QStringLiteral(" · ") + note);
    }
    const auto dataOf = [&](ChartResource resource) {
        auto made = capacityData(samples, now, resource, span);
        if (stale != nullptr && stale->status().heard != kNoTime) {
            made.staleSince = std::max<qint64>(made.from, stale->status().heard.time_since_epoch().count() * 1000);
            // The newest point is not of now: it is the last answer's.
            if (made.times.size() > 1 && made.times.back() > made.staleSince) {
                made.times.pop_back();
                for (auto &line : made.lines) {
                    line.values.pop_back();
                }
            }
        }
        return made;
    };
    if (m_cpuCard->isVisible()) {
        m_cpuChart->setData(dataOf(ChartResource::Cpu));
        m_cpuCard->setNote(note);
    }
    if (m_memoryCard->isVisible()) {
        auto memory = dataOf(ChartResource::Memory);
        m_memoryCard->setTitle(tr("Memory, %1").arg(memory.unit));
        m_memoryChart->setData(std::move(memory));
        m_memoryCard->setNote(note);
    }
}

void CapacityPage::refreshNow(const Sums &sums)
{
    const Picture &picture = *m_fleet.picture();
    const bool open = sumsOpen(picture);
    const QString plus = open ? QStringLiteral("+") : QString();
    const bool helios = heliosIn(picture, m_fleet.scope());
    const bool onlyHelios = helios && !kubernetesIn(picture, m_fleet.scope());
    const auto meter = [&](MeterRow *row, const ResourceSums &r) {
        row->setBar(barOf(r));
        row->setValue(q(formatPercent(r.requestedOfWhole(), r.whole())),
            onlyHelios ? QString() : QString(QStringLiteral(" / ") + q(formatPercent(r.used, r.allocatable))));
        row->setStale(firstStale(picture, m_fleet.scope()) != nullptr);
    };
    meter(m_cpuMeter, sums.cpu);
    meter(m_memoryMeter, sums.memory);
    const auto podShare = percentOf(sums.pods, sums.podsAllocatable);
    Bar pods;
    pods.requested = podShare ? *podShare / 100 : -1;
    m_podsMeter->setVisible(!onlyHelios); // how many tasks a host may run nobody says
    m_podsMeter->setBar(pods);
    m_podsMeter->setValue(
        q(formatCount(sums.pods)) + plus, QStringLiteral(" / ") + q(formatCount(sums.podsAllocatable)));
    refreshFacts(sums);
    QString note = onlyHelios
        ? tr("Percent: what jobs declare (CPU as shares), of capacity. Memory in use counts caches.")
        : tr("Percent: requested / used, of allocatable.");
    if (helios && !onlyHelios) {
        note += QChar(u' ') + tr("Helios is not in it: it has no allocatable.");
    }
    if (onlyHelios) {
        note += QChar(u' ') + tr("Helios does not measure what tasks use.");
    } else if (sums.cpu.unsampled > 0 && sums.cpu.used != Count::kUnknown) {
        note += QChar(u' ') + tr("Used is a lower bound: %1 without a sample.").arg(q(formatCount(sums.cpu.unsampled)));
    } else if (sums.cpu.used == Count::kUnknown) {
        note += QChar(u' ') + tr("Used is unknown: no metrics were read.");
    }
    if (open) {
        note += QChar(u' ') + tr("Clusters are still being read: sums are lower bounds.");
    }
    m_nowNote->setText(note);

    refreshParts();
}

void CapacityPage::refreshFacts(const Sums &sums)
{
    const Picture &picture = *m_fleet.picture();
    const bool helios = heliosIn(picture, m_fleet.scope());
    const bool onlyHelios = helios && !kubernetesIn(picture, m_fleet.scope());
    const auto cores = [](std::int64_t value) { return q(formatCores(MilliCpu(value))); };
    const auto bytes = [](std::int64_t value) { return q(formatBytes(Bytes(value))); };
    const auto podsText = [](int n) { return tr("%1 pods").arg(q(formatCount(n))); };
    const auto tasksText = [](int n) { return tr("%1 tasks").arg(q(formatCount(n))); };
    const QString unknown = QString::fromUtf8(kUnknownText);
    std::vector<std::array<QString, 3>> rows;
    if (onlyHelios) {
        rows = {{tr("capacity"), cores(sums.cpu.capacity), bytes(sums.memory.capacity)},
            {tr("declared"), cores(sums.cpu.requested), bytes(sums.memory.requested)},
            {tr("declare none"), tasksText(sums.cpu.undeclared), tasksText(sums.memory.undeclared)},
            {tr("used by tasks"), unknown, unknown},
            {tr("load, one minute"), sums.loadHundredths == Count::kUnknown ? unknown : cores(sums.loadHundredths * 10),
                QString()},
            {tr("in use, with caches"), QString(), bytes(sums.memoryInUse)}};
    } else {
        const auto left = [](const ResourceSums &r) {
            return r.allocatable == Count::kUnknown ? Count::kUnknown : r.allocatable - r.charged;
        };
        rows = {{tr("allocatable"), cores(sums.cpu.allocatable), bytes(sums.memory.allocatable)},
            {tr("requested"), cores(sums.cpu.charged), bytes(sums.memory.charged)},
            {tr("limit"), cores(sums.cpu.limit), bytes(sums.memory.limit)},
            {tr("used"), cores(sums.cpu.used), bytes(sums.memory.used)},
            {tr("free to request"), cores(left(sums.cpu)), bytes(left(sums.memory))},
            {tr("no limit"), podsText(sums.cpu.unlimited), podsText(sums.memory.unlimited)}};
        if (helios) {
            const auto declared = [](const ResourceSums &r) {
                return r.requested == Count::kUnknown || r.requested == r.charged ? Count::kUnknown
                                                                                  : r.requested - r.charged;
            };
            rows.push_back({tr("declared on Helios"), cores(declared(sums.cpu)), bytes(declared(sums.memory))});
        }
    }
    for (std::size_t i = 0; i < m_facts.size(); ++i) {
        const bool there = i < rows.size();
        m_facts[i].name->setText(there ? rows[i][0] : QString());
        m_facts[i].cpu->setText(there ? rows[i][1] : QString());
        m_facts[i].memory->setText(there ? rows[i][2] : QString());
        for (TextLabel *label : {m_facts[i].name, m_facts[i].cpu, m_facts[i].memory}) {
            label->setVisible(there);
        }
    }
}

void CapacityPage::refreshParts()
{
    const Picture &picture = *m_fleet.picture();
    const Scope &scope = m_fleet.scope();
    const bool helios = heliosIn(picture, scope);
    const bool onlyHelios = helios && !kubernetesIn(picture, scope);
    std::array<int, 20> requested{}, used{};
    int nodes = 0, sampled = 0, without = 0, undeclared = 0;
    std::map<std::string, Sums> teams;
    std::map<std::pair<std::string, Orchestrator>, Sums> pools;
    for (std::size_t i = 0; i < picture.clusters(); ++i) {
        const ClusterSnapshot &cluster = picture.cluster(i);
        if (scope.cluster != ClusterId::None && scope.cluster != cluster.id()) {
            continue;
        }
        const Orchestrator orchestrator = cluster.status().orchestrator;
        for (const NodeView node : cluster.nodes()) {
            if (!scope.contains(node)) {
                continue;
            }
            const Sums own = picture.accounting(i).byNode[node];
            pools[{std::string(node.pool()), orchestrator}].add(own);
            const std::int64_t whole = onlyHelios ? node.cpuWhole().value : node.cpuAllocatable().value;
            if (whole <= 0) {
                ++without;
                continue;
            }
            ++nodes;
            const auto bucket = [whole](std::int64_t part) {
                return static_cast<std::size_t>(std::clamp<std::int64_t>(part * 20 / whole, 0, 19));
            };
            if (own.cpu.requested == Count::kUnknown) {
                ++undeclared;
            } else {
                ++requested[bucket(own.cpu.requested)];
            }
            if (own.cpu.used != Count::kUnknown) {
                ++sampled;
                ++used[bucket(own.cpu.used)];
            }
        }
        if (scope.ns.empty() && scope.pool.empty() && scope.team.empty()) {
            picture.accounting(i).byTeam.each([&](std::size_t team, const Sums &sums) {
                teams[std::string(cluster.strings().view(static_cast<StringId>(team)))].add(sums);
            });
            continue;
        }
        for (const PodView pod : cluster.pods()) {
            if (scope.contains(pod)) {
                addPod(teams[std::string(pod.team())], pod, pod.state());
            }
        }
    }
    std::erase_if(teams, [](const auto &team) { return team.second.pods == 0; });
    m_fill->setCounts(requested, used, sampled > 0);
    m_fill->setAxisTitle(
        onlyHelios ? tr("declared share of the host's capacity") : tr("share of the node's allocatable"));
    m_fillCard->setTitle(onlyHelios ? tr("Hosts by fill") : tr("Nodes by fill"));
    QString note = (onlyHelios ? tr("%1 hosts, CPU") : tr("%1 nodes, CPU")).arg(q(formatCount(nodes)));
    if (undeclared > 0) {
        note += tr(" · %1 declare nothing").arg(q(formatCount(undeclared)));
    }
    if (without > 0) {
        note += (onlyHelios ? tr(" · %1 tell no capacity") : tr(" · %1 without allocatable left out"))
                    .arg(q(formatCount(without)));
    }
    m_fillCard->setNote(note);
    const auto rowOf = [onlyHelios](const QString &name, const ResourceSums &cpu) {
        HolderList::Row row;
        row.name = name;
        row.requested = static_cast<double>(Count(cpu.requested).orZero());
        row.used = cpu.used == Count::kUnknown ? -1 : static_cast<double>(cpu.used);
        row.value = q(formatCores(MilliCpu(cpu.requested)));
        row.share = q(formatPercent(cpu.used, cpu.requested));
        row.tip = onlyHelios ? tr("%1: %2 cores declared as shares; use is not measured").arg(row.name, row.value)
                             : tr("%1: %2 cores requested, %3 used (%4 of requested)")
                                   .arg(row.name, row.value, q(formatCores(MilliCpu(cpu.used))), row.share);
        return row;
    };
    const auto largestFirst = [](std::vector<HolderList::Row> &rows) {
        std::stable_sort(
            rows.begin(), rows.end(), [](const auto &a, const auto &b) { return a.requested > b.requested; });
    };
    const QString unit = onlyHelios ? tr("cores declared as shares")
        : helios                    ? tr("cores requested or declared, used inside")
                                    : tr("cores requested, used inside");
    m_holdersCard->setNote(unit);
    m_poolsCard->setNote(unit);
    m_holders->setEmptyText(onlyHelios
            ? tr("No task names its owner. Owners come from the labels or metadata owner or team of jobs.")
            : tr("No pod names its owner. Owners come from the labels owner, team or app.kubernetes.io/part-of."));
    std::vector<HolderList::Row> rows;
    if (!(teams.size() == 1 && teams.begin()->first.empty())) {
        for (const auto &[name, part] : teams) {
            rows.push_back(rowOf(name.empty() ? tr("no owner") : shown(name), part.cpu));
        }
    }
    largestFirst(rows);
    m_holders->setRows(std::move(rows));
    rows = {};
    for (const auto &[key, part] : pools) {
        rows.push_back(rowOf(key.first.empty() ? tr("no pool") : shown(key.first), part.cpu));
        if (helios && !onlyHelios) {
            rows.back().mark = key.second;
        }
    }
    largestFirst(rows);
    m_pools->setEmptyText(onlyHelios ? tr("No host has a pool label.") : tr("No node pool is known here."));
    m_pools->setRows(std::move(rows));
}

Page::SaveOffer CapacityPage::saveOffer() const
{
    return {tr("Save capacity"), QStringLiteral("capacity.csv"), tr("CSV (*.csv);;JSON (*.json);;Chart (*.svg *.png)")};
}

Result<void> CapacityPage::save(const QString &file)
{
    const auto ends = [&](const char *ending) { return file.endsWith(QLatin1String(ending), Qt::CaseInsensitive); };
    if (ends(".svg") || ends(".png")) {
        if (!(m_which->current() == 2 ? m_memoryChart : m_cpuChart)->save(file)) {
            return notSaved(file, tr("the picture cannot be written"));
        }
        return {};
    }
    QSaveFile out(file);
    if (!out.open(QIODevice::WriteOnly)) {
        return notSaved(file, out.errorString());
    }
    report::writeExport(report::ExportKind::Capacity,
        ends(".json") ? report::ExportFormat::Json : report::ExportFormat::Csv, *m_fleet.picture(), m_fleet.scope(),
        [&](std::string_view text) {
            return out.write(text.data(), static_cast<qint64>(text.size())) == static_cast<qint64>(text.size());
        });
    if (!out.commit()) {
        return notSaved(file, out.errorString());
    }
    return {};
}

} // namespace sextant::ui
