// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/query.h"
#include "tests/unit/query/randomfleet.h"

#include <QTest>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

using namespace sextant;
using test::RandomFleet;

namespace {

/// What a row is sorted by, written down plainly: a number and a text, or nothing.
using Plain = std::optional<std::pair<double, std::string>>;

template <class Tag> Plain plain(Amount<Tag> amount)
{
    return amount.known() ? Plain(std::pair(static_cast<double>(amount.value), std::string())) : Plain();
}
Plain plain(std::string_view text) { return text.empty() ? Plain() : Plain(std::pair(0.0, std::string(text))); }
Plain plain(std::int64_t number) { return plain(Count(number)); }
Plain plainAge(Time created)
{
    return created == kNoTime
        ? Plain()
        : Plain(std::pair(-static_cast<double>(created.time_since_epoch().count()), std::string()));
}
Plain plainIp(std::string_view ip)
{
    static const std::map<std::string, double, std::less<>> order{
        {"9.255.0.1", 1}, {"10.0.0.9", 2}, {"10.0.0.10", 3}, {"2001:db8::a", 4}, {"fd00::1", 5}, {"not an ip", 6}};
    return ip.empty() ? Plain() : Plain(std::pair(order.find(ip)->second, std::string()));
}
Plain plainVersion(std::string_view version)
{
    static const std::map<std::string, double, std::less<>> order{
        {"nightly", 0}, {"v1.9", 1}, {"v1.9.0", 2}, {"v1.10.2", 3}, {"v1.36.0-gke.100", 4}};
    return version.empty() ? Plain() : Plain(std::pair(order.find(version)->second, std::string()));
}

Plain plainKey(const Picture &, const PodView &pod, int column)
{
    switch (static_cast<PodColumn>(column)) {
    case PodColumn::Cluster:
        return plain(pod.cluster().name());
    case PodColumn::Namespace:
        return plain(pod.ns());
    case PodColumn::Name:
        return plain(pod.name());
    case PodColumn::Ready:
        return !pod.readyKnown() || pod.containersTotal() == 0
            ? Plain()
            : Plain(std::pair(1.0 * pod.ready() / pod.containersTotal(), std::string()));
    case PodColumn::Status:
        return std::pair(1.0 * severity(pod.state()), std::string(pod.status()));
    case PodColumn::Restarts:
        return pod.restartsKnown() ? plain(std::int64_t{pod.restarts()}) : Plain();
    case PodColumn::Age:
        return plainAge(pod.created());
    case PodColumn::Cpu:
        return plain(pod.cpuUsed());
    case PodColumn::Memory:
        return plain(pod.memoryUsed());
    case PodColumn::Node:
        return plain(pod.node());
    case PodColumn::Qos:
        return plain(pod.qos());
    case PodColumn::Ip:
        return plainIp(pod.ip());
    case PodColumn::CpuRequested:
        return plain(pod.cpuRequested());
    case PodColumn::MemoryRequested:
        return plain(pod.memoryRequested());
    case PodColumn::CpuLimit:
        return plain(pod.cpuLimit());
    case PodColumn::MemoryLimit:
        return plain(pod.memoryLimit());
    case PodColumn::Owner:
        return plain(pod.workloadName());
    case PodColumn::Team:
        return plain(pod.team());
    case PodColumn::NominatedNode:
        return plain(pod.nominatedNode());
    case PodColumn::ReadinessGates:
        return plain(pod.readinessGates());
    case PodColumn::Priority:
        return plain(pod.priorityClass());
    case PodColumn::ServiceAccount:
        return plain(pod.serviceAccount());
    }
    return {};
}

Plain plainKey(const Picture &picture, const NodeView &node, int column)
{
    const NodeDraft &d = node.draft();
    const Sums sums = *picture.of(node.id());
    const bool helios = node.cluster().status().orchestrator == Orchestrator::Helios;
    const auto share = [](std::int64_t part, auto whole) {
        return part != Count::kUnknown && whole.known() && whole.value > 0
            ? Plain(std::pair(1.0 * static_cast<double>(part) / static_cast<double>(whole.value), std::string()))
            : Plain();
    };
    switch (static_cast<NodeColumn>(column)) {
    case NodeColumn::Cluster:
        return plain(node.cluster().name());
    case NodeColumn::Name:
        return plain(d.name);
    case NodeColumn::Status:
        return std::pair(1.0 * severity(d.state), d.status);
    case NodeColumn::Roles:
        return d.roles.empty() ? Plain() : plain(d.roles.size() == 2 ? d.roles[0] + "," + d.roles[1] : d.roles[0]);
    case NodeColumn::Age:
        return plainAge(d.created);
    case NodeColumn::Version:
        return plainVersion(d.version);
    case NodeColumn::Pods:
        return plain(std::int64_t{sums.pods});
    case NodeColumn::Cpu:
        return share(sums.cpu.requested, helios ? d.capacity.cpu : d.allocatable.cpu);
    case NodeColumn::Memory:
        return share(sums.memory.requested, helios ? d.capacity.memory : d.allocatable.memory);
    case NodeColumn::CpuUsed:
        return plain(node.cpuUsed());
    case NodeColumn::MemoryUsed:
        return plain(node.memoryUsed());
    case NodeColumn::CpuLimit:
        return plain(sums.cpu.limit);
    case NodeColumn::MemoryLimit:
        return plain(sums.memory.limit);
    case NodeColumn::CpuAllocatable:
        return plain(d.allocatable.cpu);
    case NodeColumn::MemoryAllocatable:
        return plain(d.allocatable.memory);
    case NodeColumn::Pool:
        return plain(d.pool);
    case NodeColumn::Zone:
        return plain(d.zone);
    case NodeColumn::InstanceType:
        return plain(d.instanceType);
    case NodeColumn::InternalIp:
        return plainIp(d.internalIp);
    case NodeColumn::ExternalIp:
        return plainIp(d.externalIp);
    case NodeColumn::Taints:
        return plain(static_cast<std::int64_t>(d.taints.size()));
    case NodeColumn::Team:
        return plain(d.team);
    case NodeColumn::OsImage:
        return plain(d.osImage);
    case NodeColumn::Kernel:
        return std::pair(std::stod(d.kernel.substr(4)), std::string());
    case NodeColumn::Runtime:
        return plain(d.runtime);
    case NodeColumn::Architecture:
        return plain(d.architecture);
    case NodeColumn::Load:
        return d.loadAverage && !d.silent ? Plain(std::pair(*d.loadAverage, std::string())) : Plain();
    case NodeColumn::MemoryInUse:
        return d.silent ? Plain() : plain(d.memoryInUse);
    }
    return {};
}

Plain plainKey(const Picture &picture, const WorkloadView &workload, int column)
{
    const WorkloadDraft &d = workload.draft();
    const Sums sums = *picture.of(workload.id());
    switch (static_cast<WorkloadColumn>(column)) {
    case WorkloadColumn::Cluster:
        return plain(workload.cluster().name());
    case WorkloadColumn::Namespace:
        return plain(d.ns);
    case WorkloadColumn::Kind:
        return plain(d.kindText);
    case WorkloadColumn::Name:
        return plain(d.name);
    case WorkloadColumn::Ready:
        if (!d.desired.known()) {
            return {};
        }
        return std::pair(d.desired.value == 0
                ? 1.0
                : 1.0 * static_cast<double>(d.ready.value) / static_cast<double>(d.desired.value),
            std::string());
    case WorkloadColumn::UpToDate:
        return plain(d.updated);
    case WorkloadColumn::Available:
        return plain(d.available);
    case WorkloadColumn::Age:
        return plainAge(d.created);
    case WorkloadColumn::Status:
        return std::pair(1.0 * severity(d.state), d.status);
    case WorkloadColumn::Pods:
        return plain(std::int64_t{sums.pods});
    case WorkloadColumn::Cpu:
        return plain(sums.cpu.used);
    case WorkloadColumn::Memory:
        return plain(sums.memory.used);
    case WorkloadColumn::CpuRequested:
        return plain(sums.cpu.requested);
    case WorkloadColumn::MemoryRequested:
        return plain(sums.memory.requested);
    case WorkloadColumn::Team:
        return plain(workload.team());
    case WorkloadColumn::Images:
        return plain(d.images);
    case WorkloadColumn::Schedule:
        return plain(d.schedule);
    case WorkloadColumn::Completions:
        return plain(d.completions);
    case WorkloadColumn::LastSchedule:
        return plainAge(d.lastSchedule);
    case WorkloadColumn::Revision:
        return plain(d.revision);
    case WorkloadColumn::Containers:
        return plain(d.containers);
    case WorkloadColumn::Selector:
        return plain(d.selector);
    case WorkloadColumn::NodeSelector:
        return plain(d.nodeSelector);
    }
    return {};
}

struct PlainRow {
    RowRef row;
    Plain key;
    std::tuple<std::string, std::string, std::string, std::string, std::uint32_t> place;
};

std::string lower(std::string text)
{
    for (char &c : text) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    }
    return text;
}

bool has(const std::string &needle, std::initializer_list<std::string_view> texts)
{
    return std::any_of(texts.begin(), texts.end(),
        [&](std::string_view text) { return lower(std::string(text)).find(lower(needle)) != std::string::npos; });
}

bool plainMatch(const PodView &p, const std::string &needle)
{
    return has(
        needle, {p.name(), p.ns(), p.node(), p.status(), p.workloadName(), p.team(), p.cluster().name(), p.ip()});
}
bool plainMatch(const NodeView &n, const std::string &needle)
{
    const NodeDraft &d = n.draft();
    return has(needle,
               {d.name, d.status, d.version, d.pool, d.zone, d.instanceType, d.internalIp, d.externalIp, d.team,
                   n.cluster().name()})
        || std::any_of(d.roles.begin(), d.roles.end(), [&](const auto &role) { return has(needle, {role}); });
}
bool plainMatch(const WorkloadView &w, const std::string &needle)
{
    const WorkloadDraft &d = w.draft();
    return has(needle, {d.name, d.ns, d.kindText, d.status, w.team(), d.images, w.cluster().name()});
}
bool shownAtAll(const PodView &) { return true; }
bool shownAtAll(const NodeView &) { return true; }
bool shownAtAll(const WorkloadView &w) { return w.topmost(); }
auto placeOf(const PodView &p)
{
    return std::tuple(p.cluster().name(), std::string(p.ns()), std::string(p.name()), std::string(), p.slot());
}
auto placeOf(const NodeView &n)
{
    return std::tuple(n.cluster().name(), std::string(), std::string(n.name()), std::string(), n.slot());
}
auto placeOf(const WorkloadView &w)
{
    return std::tuple(w.cluster().name(), std::string(w.ns()), std::string(w.name()), w.draft().kindText, w.slot());
}

template <class View, class Range>
void naive(const Picture &picture, const TableQuery &query, std::uint32_t cluster, Range range,
    std::vector<PlainRow> &rows, std::size_t &total)
{
    for (const View view : range) {
        if (!query.scope.contains(view) || !shownAtAll(view)) {
            continue;
        }
        ++total;
        if (query.filter.empty() || plainMatch(view, query.filter.text())) {
            rows.push_back({{cluster, view.slot()}, plainKey(picture, view, query.column), placeOf(view)});
        }
    }
}

/// Selected and sorted the simplest way: everything read anew at each comparison.
std::pair<std::vector<RowRef>, std::size_t> naive(const Picture &picture, const TableQuery &query)
{
    std::vector<PlainRow> rows;
    std::size_t total = 0;
    for (std::uint32_t c = 0; c < picture.clusters(); ++c) {
        const ClusterSnapshot &cluster = picture.cluster(c);
        if (query.table == TableKind::Pods) {
            naive<PodView>(picture, query, c, cluster.pods(), rows, total);
        } else if (query.table == TableKind::Nodes) {
            naive<NodeView>(picture, query, c, cluster.nodes(), rows, total);
        } else {
            naive<WorkloadView>(picture, query, c, cluster.workloads(), rows, total);
        }
    }
    std::sort(rows.begin(), rows.end(), [&](const PlainRow &a, const PlainRow &b) {
        if (a.key.has_value() != b.key.has_value()) {
            return a.key.has_value();
        }
        if (a.key != b.key) {
            return query.descending ? *b.key < *a.key : *a.key < *b.key;
        }
        return a.place < b.place;
    });
    std::vector<RowRef> out;
    for (const PlainRow &row : rows) {
        out.push_back(row.row);
    }
    return {out, total};
}

int columnsOf(TableKind table)
{
    return table == TableKind::Pods ? kPodColumns : table == TableKind::Nodes ? kNodeColumns : kWorkloadColumns;
}

} // namespace

class TestQuery : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void likeTheNaiveWay_data();
    void likeTheNaiveWay();
    void sumsOfAll();
    void sumsOfSome();
    void wordsAllMatch();
    void scopeNarrows();
    void stops();
    void emptyPicture();
    void manyRows();
};

void TestQuery::likeTheNaiveWay_data()
{
    QTest::addColumn<int>("table");
    QTest::addColumn<std::uint64_t>("seed");
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        QTest::addRow("pods %d", static_cast<int>(seed)) << static_cast<int>(TableKind::Pods) << seed;
        QTest::addRow("nodes %d", static_cast<int>(seed)) << static_cast<int>(TableKind::Nodes) << seed;
        QTest::addRow("workloads %d", static_cast<int>(seed)) << static_cast<int>(TableKind::Workloads) << seed;
    }
}

void TestQuery::likeTheNaiveWay()
{
    QFETCH(int, table);
    QFETCH(std::uint64_t, seed);
    RandomFleet fleet(seed, 3);
    const std::vector<std::string> filters{
        "", "API", "é", "crash", "gke-e", "data-1", "10.0", "cantina", "nosuchthing"};
    for (int round = 0; round < 4; ++round) {
        fleet.step(400);
        const PicturePtr picture = fleet.picture();
        TableQuery query;
        query.table = static_cast<TableKind>(table);
        for (query.column = 0; query.column < columnsOf(query.table); ++query.column) {
            for (const bool descending : {false, true}) {
                query.descending = descending;
                query.filter = *Filter::parse(filters[fleet.random()() % filters.size()]);
                query.scope = {};
                if (fleet.random()() % 4 == 0) {
                    query.scope.cluster = fleet.clusters()[1]->id();
                }
                if (fleet.random()() % 4 == 0) {
                    query.scope.ns = "default";
                }
                const auto [rows, total] = naive(*picture, query);
                const auto result = runQuery(*picture, query);
                QVERIFY(result.has_value());
                QCOMPARE(result->total, total);
                const bool same = result->rows == rows;
                QVERIFY2(same,
                    qPrintable(QStringLiteral("column %1 descending %2 filter %3")
                                   .arg(query.column)
                                   .arg(descending)
                                   .arg(QString::fromStdString(query.filter.text()))));
            }
        }
    }
}

void TestQuery::sumsOfAll()
{
    // What the table's foot says without a filter is what every other view says of the same scope.
    RandomFleet fleet(11, 3);
    fleet.step(600);
    const PicturePtr picture = fleet.picture();
    const auto pods = runQuery(*picture, {.table = TableKind::Pods});
    Sums sums;
    for (std::size_t i = 0; i < picture->clusters(); ++i) {
        sums.add(picture->accounting(i).cluster);
    }
    QCOMPARE(pods->cpu.requested, sums.cpu.requested);
    QCOMPARE(pods->memory.requested, sums.memory.requested);
    QCOMPARE(pods->cpu.limit, sums.cpu.limit);
    QCOMPARE(pods->cpu.unlimited, sums.cpu.unlimited);
    QCOMPARE(pods->total, static_cast<std::size_t>(sums.podsTotal));
    const auto nodes = runQuery(*picture, {.table = TableKind::Nodes});
    QCOMPARE(nodes->cpu.allocatable, sums.cpu.allocatable);
    QCOMPARE(nodes->memory.capacity, sums.memory.capacity);
    QCOMPARE(nodes->total, static_cast<std::size_t>(sums.nodes));
    // Under a namespace used is of the pods: the same again.
    Scope scope;
    scope.ns = "default";
    const auto some = runQuery(*picture, {.table = TableKind::Pods, .scope = scope});
    const Sums of = picture->sums(scope);
    QCOMPARE(some->cpu.requested, of.cpu.requested);
    QCOMPARE(some->cpu.used, of.cpu.used);
    QCOMPARE(some->memory.used, of.memory.used);
    QCOMPARE(some->cpu.unsampled, of.cpu.unsampled);
}

void TestQuery::sumsOfSome()
{
    FleetStore store;
    const auto cluster = store.add();
    const auto put = [&](const char *uid, const char *name, bool counts, std::int64_t cpu, std::int64_t limit) {
        PodDraft pod;
        pod.uid = uid;
        pod.ns = "default";
        pod.name = name;
        pod.phase = counts ? "Running" : "Succeeded";
        pod.state = counts ? State::Ok : State::Completed;
        pod.counts = counts;
        pod.cpuRequested = MilliCpu(cpu);
        pod.cpuLimit = MilliCpu(limit);
        cluster->upsert(pod);
    };
    put("00000000-0000-4000-8000-000000000001", "api-1", true, 100, 500);
    put("00000000-0000-4000-8000-000000000002", "api-2", true, 150, Count::kUnknown);
    put("00000000-0000-4000-8000-000000000003", "api-done", false, 1000, 1000);
    put("00000000-0000-4000-8000-000000000004", "other", true, 7000, 7000);
    cluster->setUsage(ResourceKind::PodMetrics, {{"default", "api-1", MilliCpu(33), Bytes(1), RandomFleet::now()}},
        RandomFleet::now());
    cluster->publish();
    const Picture picture(store.snapshot(), nullptr);
    const auto result = runQuery(picture, {.table = TableKind::Pods, .filter = *Filter::parse("api")});
    QCOMPARE(result->rows.size(), 3U);
    QCOMPARE(result->total, 4U);
    QCOMPARE(result->cpu.requested, 250);
    QCOMPARE(result->cpu.limit, 500);
    QCOMPARE(result->cpu.used, 33);
    QCOMPARE(result->cpu.unsampled, 1);
    const auto nothing = runQuery(picture, {.table = TableKind::Pods, .filter = *Filter::parse("nosuch")});
    QCOMPARE(nothing->cpu.requested, 0);
    QCOMPARE(nothing->cpu.used, Count::kUnknown);
}

void TestQuery::wordsAllMatch()
{
    RandomFleet fleet(3, 2);
    fleet.step(500);
    const PicturePtr picture = fleet.picture();
    const auto both = runQuery(*picture, {.table = TableKind::Pods, .filter = *Filter::parse("  gke-eu \t crash ")});
    std::size_t expected = 0;
    for (std::size_t c = 0; c < picture->clusters(); ++c) {
        for (const PodView pod : picture->cluster(c).pods()) {
            expected += plainMatch(pod, "gke-eu") && plainMatch(pod, "crash") ? 1 : 0;
        }
    }
    QVERIFY(expected > 0);
    QCOMPARE(both->rows.size(), expected);
}

void TestQuery::scopeNarrows()
{
    RandomFleet fleet(4, 2);
    fleet.step(500);
    const PicturePtr picture = fleet.picture();
    Scope scope;
    scope.cluster = fleet.clusters()[0]->id();
    const auto result = runQuery(*picture, {.table = TableKind::Pods, .scope = scope});
    QCOMPARE(result->total, picture->cluster(0).pods().size());
    for (const RowRef &row : result->rows) {
        QCOMPARE(row.cluster, 0U);
    }
}

void TestQuery::stops()
{
    RandomFleet fleet(5, 1);
    fleet.step(50);
    std::stop_source source;
    source.request_stop();
    QVERIFY(!runQuery(*fleet.picture(), {.table = TableKind::Pods}, source.get_token()).has_value());
}

void TestQuery::emptyPicture()
{
    const Picture picture;
    for (const TableKind table : {TableKind::Pods, TableKind::Nodes, TableKind::Workloads}) {
        const auto result = runQuery(picture, {.table = table});
        QVERIFY(result.has_value());
        QVERIFY(result->rows.empty());
        QCOMPARE(result->cpu.allocatable, Count::kUnknown);
    }
}

void TestQuery::manyRows()
{
    // So many that two threads order them, with many equal keys.
    FleetStore store;
    const auto cluster = store.add();
    std::mt19937 random(9);
    for (int i = 0; i < 30000; ++i) {
        PodDraft pod;
        pod.uid = "00000000-0000-4000-8000-" + std::to_string(100'000'000'000 + i);
        pod.ns = "ns-" + std::to_string(random() % 7);
        pod.name = "playlist-service-" + std::to_string(random() % 100000);
        pod.restarts = random() % 5;
        pod.team = i % 3 == 0 ? "" : "team-" + std::to_string(random() % 40);
        cluster->upsert(std::move(pod));
    }
    cluster->publish();
    const Picture picture(store.snapshot(), nullptr);
    for (const PodColumn column : {PodColumn::Name, PodColumn::Restarts, PodColumn::Node, PodColumn::Namespace,
             PodColumn::Team, PodColumn::Owner}) {
        for (const bool descending : {false, true}) {
            const TableQuery query{
                .table = TableKind::Pods, .column = static_cast<int>(column), .descending = descending};
            QVERIFY(runQuery(picture, query)->rows == naive(picture, query).first);
        }
    }
}

QTEST_APPLESS_MAIN(TestQuery)
#include "tst_query.moc"
