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

#include <QFileDialog>
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
        const auto percent = percentOf(part, sums.allocatable);
        return percent ? *percent / 100 : -1;
    };
    bar.requested = share(sums.requested);
    bar.used = share(sums.used);
    bar.limit = sums.limit > 0 ? share(sums.limit) : -1;
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
    int line = 1;
    for (const QString &name :
        {tr("allocatable"), tr("requested"), tr("limit"), tr("used"), tr("free to request"), tr("no limit")}) {
        facts->addWidget(new TextLabel(name, TextRole::Table, Token::TextSecondary, m_now), line, 0);
        auto *cpu = new TextLabel(TextRole::TableStrong, Token::Text, m_now);
        auto *memory = new TextLabel(TextRole::TableStrong, Token::Text, m_now);
        facts->addWidget(cpu, line, 1, Qt::AlignRight);
        facts->addWidget(memory, line, 2, Qt::AlignRight);
        m_facts.emplace_back(cpu, memory);
        ++line;
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
    const Sums sums = m_fleet.picture()->sums(m_fleet.scope());
    return tr("%1 nodes · %2 pods").arg(q(formatCount(sums.nodes)), q(formatCount(sums.pods)));
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
        m_state->showLoading(tr("Reading nodes and pods"), tr("nothing has arrived yet"), QString(), -1);
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
    if (!scope.ns.empty() || !scope.team.empty()) {
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
    const auto meter = [&](MeterRow *row, const ResourceSums &r) {
        row->setBar(barOf(r));
        row->setValue(q(formatPercent(r.requested, r.allocatable)),
            QStringLiteral(" / ") + q(formatPercent(r.used, r.allocatable)));
        row->setStale(firstStale(picture, m_fleet.scope()) != nullptr);
    };
    meter(m_cpuMeter, sums.cpu);
    meter(m_memoryMeter, sums.memory);
    const auto podShare = percentOf(sums.pods, sums.podsAllocatable);
    Bar pods;
    pods.requested = podShare ? *podShare / 100 : -1;
    m_podsMeter->setBar(pods);
    m_podsMeter->setValue(
        q(formatCount(sums.pods)) + plus, QStringLiteral(" / ") + q(formatCount(sums.podsAllocatable)));
    const auto left = [](const ResourceSums &r) {
        return r.allocatable == Count::kUnknown ? Count::kUnknown : r.allocatable - r.requested;
    };
    const auto cores = [](std::int64_t value) { return q(formatCores(MilliCpu(value))); };
    const auto bytes = [](std::int64_t value) { return q(formatBytes(Bytes(value))); };
    const auto podsText = [](int n) { return tr("%1 pods").arg(q(formatCount(n))); };
    const QString cpu[] = {cores(sums.cpu.allocatable), cores(sums.cpu.requested), cores(sums.cpu.limit),
        cores(sums.cpu.used), cores(left(sums.cpu)), podsText(sums.cpu.unlimited)};
    const QString memory[] = {bytes(sums.memory.allocatable), bytes(sums.memory.requested), bytes(sums.memory.limit),
        bytes(sums.memory.used), bytes(left(sums.memory)), podsText(sums.memory.unlimited)};
    for (std::size_t i = 0; i < m_facts.size(); ++i) {
        m_facts[i].first->setText(cpu[i]);
        m_facts[i].second->setText(memory[i]);
    }
    QString note = tr("Percent: requested / used, of allocatable.");
    if (sums.cpu.unsampled > 0 && sums.cpu.used != Count::kUnknown) {
        note += QChar(u' ') + tr("Used is a lower bound: %1 without a sample.").arg(q(formatCount(sums.cpu.unsampled)));
    } else if (sums.cpu.used == Count::kUnknown) {
        note += QChar(u' ') + tr("Used is unknown: no metrics were read.");
    }
    if (open) {
        note += QChar(u' ') + tr("Clusters are still being read: sums are lower bounds.");
    }
    m_nowNote->setText(note);

    report::ReportOptions options;
    std::array<int, 20> requested{}, used{};
    int nodes = 0, sampled = 0;
    std::map<std::string, Sums> teams, pools;
    const Scope &scope = m_fleet.scope();
    for (std::size_t i = 0; i < picture.clusters(); ++i) {
        const ClusterSnapshot &cluster = picture.cluster(i);
        if (scope.cluster != ClusterId::None && scope.cluster != cluster.id()) {
            continue;
        }
        for (const NodeView node : cluster.nodes()) {
            const auto whole = node.cpuAllocatable().value;
            if (!scope.contains(node)) {
                continue;
            }
            const Sums &own = picture.accounting(i).byNode[node.slot()];
            pools[std::string(node.pool())].add(own);
            if (whole > 0 && whole != Count::kUnknown) {
                const auto bucket = [whole](std::int64_t part) {
                    return static_cast<std::size_t>(std::clamp<std::int64_t>(part * 20 / whole, 0, 19));
                };
                ++nodes;
                ++requested[bucket(own.cpu.requested)];
                if (own.cpu.used != Count::kUnknown) {
                    ++sampled;
                    ++used[bucket(own.cpu.used)];
                }
            }
        }
        for (const PodView pod : cluster.pods()) {
            if (pod.counts() && scope.contains(pod)) {
                ResourceSums &team = teams[std::string(pod.team())].cpu;
                team.requested += pod.cpuRequested().orZero();
                if (pod.cpuUsed().known()) {
                    team.used = (team.used == Count::kUnknown ? 0 : team.used) + pod.cpuUsed().value;
                }
            }
        }
    }
    m_fill->setCounts(requested, used, sampled > 0);
    m_fillCard->setNote(tr("%1 nodes, CPU").arg(q(formatCount(nodes))));
    const auto list = [](const std::map<std::string, Sums> &parts, const QString &nameless) {
        std::vector<HolderList::Row> rows;
        for (const auto &[name, part] : parts) {
            HolderList::Row row;
            row.name = name.empty() ? nameless : shown(name);
            row.requested = static_cast<double>(part.cpu.requested);
            row.used = part.cpu.used == Count::kUnknown ? -1 : static_cast<double>(part.cpu.used);
            row.value = q(formatCores(MilliCpu(part.cpu.requested)));
            row.share = q(formatPercent(part.cpu.used, part.cpu.requested));
            row.tip = QStringLiteral("%1: %2 cores requested, %3 used (%4 of requested)")
                          .arg(row.name, row.value, q(formatCores(MilliCpu(part.cpu.used))), row.share);
            rows.push_back(std::move(row));
        }
        std::stable_sort(
            rows.begin(), rows.end(), [](const auto &a, const auto &b) { return a.requested > b.requested; });
        return rows;
    };
    m_holders->setEmptyText(
        tr("No pod names its owner. Owners come from the labels owner, team or app.kubernetes.io/part-of."));
    m_holders->setRows(teams.size() == 1 && teams.begin()->first.empty() ? std::vector<HolderList::Row>()
                                                                         : list(teams, tr("no owner")));
    m_pools->setEmptyText(tr("No node pool is known here."));
    m_pools->setRows(list(pools, tr("no pool")));
}

void CapacityPage::exportView()
{
    const QString file = QFileDialog::getSaveFileName(this, tr("Save capacity"), QStringLiteral("capacity.csv"),
        tr("CSV (*.csv);;JSON (*.json);;CPU chart (*.svg *.png)"));
    if (file.isEmpty()) {
        return;
    }
    if (file.endsWith(QStringLiteral(".svg")) || file.endsWith(QStringLiteral(".png"))) {
        (m_which->current() == 2 ? m_memoryChart : m_cpuChart)->save(file);
        return;
    }
    QSaveFile out(file);
    if (out.open(QIODevice::WriteOnly)) {
        const auto format =
            file.endsWith(QStringLiteral(".json")) ? report::ExportFormat::Json : report::ExportFormat::Csv;
        report::writeExport(
            report::ExportKind::Capacity, format, *m_fleet.picture(), m_fleet.scope(), [&](std::string_view text) {
                return out.write(text.data(), static_cast<qint64>(text.size())) == static_cast<qint64>(text.size());
            });
        out.commit();
    }
}

} // namespace sextant::ui
