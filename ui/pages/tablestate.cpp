// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/tablestate.h"

#include "ui/models/celltext.h"
#include "ui/theme/widgets.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>
#include <QStringList>

#include <algorithm>

namespace sextant::ui {

namespace {

// What a line of sums leaves out where it is too long, the highest first.
constexpr int kUseYields = 1, kLimitsYield = 2;

QString say(const char *text, int n = -1) { return QCoreApplication::translate("TableState", text, nullptr, n); }

/// Where all there is belongs to Helios, its own words are used.
QString plural(TableKind table, bool helios)
{
    switch (table) {
    case TableKind::Pods:
        return helios ? say("tasks") : say("pods");
    case TableKind::Nodes:
        return helios ? say("hosts") : say("nodes");
    case TableKind::Workloads:
        break;
    }
    return helios ? say("jobs and groups") : say("workloads");
}

QString counted(TableKind table, std::size_t count, bool helios)
{
    const QString number = countText(static_cast<std::int64_t>(count));
    const bool one = count == 1;
    switch (table) {
    case TableKind::Pods:
        return (helios ? one ? say("%1 task") : say("%1 tasks") : one ? say("%1 pod") : say("%1 pods")).arg(number);
    case TableKind::Nodes:
        return (helios ? one ? say("%1 host") : say("%1 hosts") : one ? say("%1 node") : say("%1 nodes")).arg(number);
    case TableKind::Workloads:
        break;
    }
    return (helios ? one ? say("%1 job or group") : say("%1 jobs and groups")
            : one ? say("%1 workload")
                   : say("%1 workloads"))
        .arg(number);
}

/// Nothing but Helios is in scope.
bool onlyHelios(const Picture &picture, const Scope &scope)
{
    bool any = false;
    for (const auto &cluster : picture.snapshot().clusters()) {
        if (scope.cluster == ClusterId::None || scope.cluster == cluster->id()) {
            any = true;
            if (cluster->status().orchestrator != Orchestrator::Helios) {
                return false;
            }
        }
    }
    return any;
}

QString wordOf(ResourceKind kind, Orchestrator orchestrator)
{
    if (orchestrator == Orchestrator::Helios && kind == ResourceKind::Nodes) {
        return say("hosts");
    }
    if (orchestrator == Orchestrator::Helios && kind == ResourceKind::Pods) {
        return say("tasks");
    }
    const std::string_view word = resourceWord(kind);
    return QString::fromUtf8(word.data(), static_cast<qsizetype>(word.size()));
}

/// The rule that would let this account read a kind. Helios knows no rights: what refuses is a proxy before it.
QString ruleFor(ResourceKind kind, Orchestrator orchestrator)
{
    if (orchestrator == Orchestrator::Helios) {
        return {};
    }
    switch (kind) {
    case ResourceKind::Nodes:
    case ResourceKind::Pods:
    case ResourceKind::Namespaces:
        return accessRule({}, wordOf(kind, orchestrator));
    case ResourceKind::ReplicationControllers:
        return accessRule({}, QStringLiteral("replicationcontrollers"));
    case ResourceKind::Deployments:
        return accessRule(QStringLiteral("apps"), QStringLiteral("deployments"));
    case ResourceKind::ReplicaSets:
        return accessRule(QStringLiteral("apps"), QStringLiteral("replicasets"));
    case ResourceKind::StatefulSets:
        return accessRule(QStringLiteral("apps"), QStringLiteral("statefulsets"));
    case ResourceKind::DaemonSets:
        return accessRule(QStringLiteral("apps"), QStringLiteral("daemonsets"));
    case ResourceKind::Jobs:
        return accessRule(QStringLiteral("batch"), QStringLiteral("jobs"));
    case ResourceKind::CronJobs:
        return accessRule(QStringLiteral("batch"), QStringLiteral("cronjobs"));
    case ResourceKind::NodeMetrics:
        return accessRule(QStringLiteral("metrics.k8s.io"), QStringLiteral("nodes"));
    case ResourceKind::PodMetrics:
        return accessRule(QStringLiteral("metrics.k8s.io"), QStringLiteral("pods"));
    case ResourceKind::DeploymentGroups:
        break;
    }
    return {};
}

/// The metrics whose absence leaves a table's used figures unknown.
ResourceKind metricsOf(TableKind table)
{
    return table == TableKind::Nodes ? ResourceKind::NodeMetrics : ResourceKind::PodMetrics;
}

QString errorText(const std::optional<Error> &error) { return error ? shown(error->message) : QString(); }

QString clockTime(Time time)
{
    return time == kNoTime
        ? QString()
        : QDateTime::fromSecsSinceEpoch(time.time_since_epoch().count()).toString(QStringLiteral("HH:mm:ss"));
}

/// The lists under way of one cluster's kinds, taken together.
struct Lists {
    bool loading = false;
    bool allExpected = true;
    std::uint64_t read = 0, expected = 0, bytes = 0;
    Time since = kNoTime;

    void add(const Lists &other)
    {
        loading = loading || other.loading;
        allExpected = allExpected && other.allExpected;
        read += other.read;
        expected += other.expected;
        bytes += other.bytes;
        if (other.since != kNoTime) {
            since = since == kNoTime ? other.since : std::min(since, other.since);
        }
    }
    double share() const
    {
        return allExpected && expected > 0 ? std::min(1.0, static_cast<double>(read) / static_cast<double>(expected))
                                           : -1;
    }
    /// "1,124 of about 2,740 pods"
    QString counts(TableKind table, bool helios) const
    {
        const QString number = countText(static_cast<std::int64_t>(read));
        return allExpected && expected > 0 ? say("%1 of about %2").arg(number, counted(table, expected, helios))
                                           : say("%1 so far").arg(counted(table, read, helios));
    }
    /// "18Mi · about 4 s"; empty before the first byte.
    QString traffic(Time now) const
    {
        QStringList parts;
        if (bytes > 0) {
            parts << bytesText(Bytes(static_cast<std::int64_t>(bytes)));
        }
        const auto spent = since == kNoTime ? 0 : (now - since).count();
        if (share() > 0 && spent > 0) {
            const double left = static_cast<double>(spent) * (1 - share()) / share();
            parts << say("about %1 s").arg(QLocale().toString(std::max(1, qRound(left))));
        }
        return parts.join(QStringLiteral(" · "));
    }
};

Lists listsOf(const ClusterStatus &status, TableKind table)
{
    Lists lists;
    bool any = false;
    for (const ResourceKind kind : kindsOf(table, status.orchestrator)) {
        const ResourceStatus &of = status.of(kind);
        const bool loading =
            of.sync == Sync::Loading || (of.sync == Sync::Waiting && status.connection != Connection::Failed);
        any = any || loading;
        if (of.sync == Sync::Absent || of.sync == Sync::Forbidden || of.sync == Sync::Failed) {
            continue;
        }
        lists.read += of.read;
        lists.bytes += loading ? of.bytes : 0;
        if (loading) {
            lists.allExpected = lists.allExpected && of.expected.has_value();
            if (of.since != kNoTime) {
                lists.since = lists.since == kNoTime ? of.since : std::min(lists.since, of.since);
            }
        }
        lists.expected += loading ? of.expected.value_or(0) : of.read;
    }
    if (!any) {
        return {};
    }
    lists.loading = true;
    return lists;
}

/// What a Helios master names and cannot read itself. What runs on such a host is missing among the tasks as well.
void addUnreadable(std::vector<TableNote> &notes, const ClusterStatus &status, TableKind table)
{
    std::vector<ResourceKind> kinds = kindsOf(table, status.orchestrator);
    if (table == TableKind::Pods) {
        kinds = {ResourceKind::Nodes, ResourceKind::Pods};
    }
    for (const ResourceKind kind : kinds) {
        const std::vector<std::string> &names = status.of(kind).unreadable;
        if (names.empty()) {
            continue;
        }
        QStringList all;
        for (const std::string &name : names) {
            all << shownName(name, status.orchestrator);
        }
        constexpr qsizetype kNamed = 2;
        const QString some = all.size() > kNamed + 1
            ? say("%1 and %2 more").arg(all.mid(0, kNamed).join(QStringLiteral(", ")), countText(all.size() - kNamed))
            : all.join(QStringLiteral(", "));
        notes.push_back({State::Warning, shown(status.name),
            say("its master cannot read these %1: %2").arg(wordOf(kind, status.orchestrator), some), {},
            all.join(QStringLiteral(", "))});
    }
}

void addClusterNotes(std::vector<TableNote> &notes, const ClusterStatus &status, TableKind table, Time now)
{
    const QString name = shown(status.name);
    if (status.connection == Connection::Failed) {
        notes.push_back({State::Failed, name, say("cannot be reached"), {}, errorText(status.error), true});
        return;
    }
    if (isStale(status, table)) {
        Time heard = status.heard;
        std::optional<Error> error = status.error;
        for (const ResourceKind kind : kindsOf(table, status.orchestrator)) {
            if (status.of(kind).sync == Sync::Stale && status.connection != Connection::Stale) {
                heard = status.of(kind).heard;
                error = status.of(kind).error;
            }
        }
        const QString text = heard == kNoTime ? say("shows an old picture")
                                              : say("shows %1, %2 ago").arg(clockTime(heard), ageText(heard, now));
        notes.push_back({State::Unknown, name, text, {}, errorText(error), status.connection == Connection::Stale});
    }
    const Lists lists = listsOf(status, table);
    if (lists.loading) {
        const QString traffic = lists.traffic(now);
        notes.push_back({State::Pending, name,
            say("loading, %1").arg(lists.counts(table, status.orchestrator == Orchestrator::Helios))
                + (traffic.isEmpty() ? QString() : QStringLiteral(" · ") + traffic),
            {}, {}});
    }
    std::vector<ResourceKind> kinds = kindsOf(table, status.orchestrator);
    if (applies(status.orchestrator, metricsOf(table))) {
        kinds.push_back(metricsOf(table));
    }
    for (const ResourceKind kind : kinds) {
        const ResourceStatus &of = status.of(kind);
        const bool metrics = kind == metricsOf(table);
        if (of.sync == Sync::Forbidden) {
            notes.push_back({State::Warning, name, say("may not list %1").arg(wordOf(kind, status.orchestrator)),
                ruleFor(kind, status.orchestrator), errorText(of.error)});
        } else if (of.sync == Sync::Failed) {
            notes.push_back({State::Warning, name, say("%1 could not be read").arg(wordOf(kind, status.orchestrator)),
                {}, errorText(of.error)});
        } else if (metrics && of.sync == Sync::Absent) {
            notes.push_back(
                {State::Unknown, name, say("has no metrics: what is used is unknown"), {}, errorText(of.error), true});
        } else if (!metrics && !of.namespaces.empty()) {
            QStringList spaces;
            for (const std::string &space : of.namespaces) {
                spaces << shown(space);
            }
            notes.push_back({State::Warning, name,
                say("only %1 of %2").arg(wordOf(kind, status.orchestrator), spaces.join(QStringLiteral(", "))), {},
                {}});
        }
    }
    addUnreadable(notes, status, table);
}

QString placeOf(const Picture &picture, const Scope &scope)
{
    QStringList words;
    if (!scope.ns.empty()) {
        words << say("namespace %1").arg(shown(scope.ns));
    }
    if (!scope.pool.empty()) {
        words << say("pool %1").arg(shown(scope.pool));
    }
    if (!scope.team.empty()) {
        words << say("team %1").arg(shown(scope.team));
    }
    if (const ClusterSnapshot *cluster = picture.snapshot().cluster(scope.cluster)) {
        words << shown(cluster->name());
    }
    return words.isEmpty() ? say("the fleet") : words.join(say(" of "));
}

std::size_t countIn(const ClusterSnapshot &cluster, TableKind table)
{
    switch (table) {
    case TableKind::Pods:
        return cluster.pods().size();
    case TableKind::Nodes:
        return cluster.nodes().size();
    case TableKind::Workloads:
        break;
    }
    std::size_t count = 0;
    for (const WorkloadView workload : cluster.workloads()) {
        count += workload.topmost() ? 1 : 0;
    }
    return count;
}

TableBlank emptyBlank(const Picture &picture, const TableQuery &query, const TableRows &rows)
{
    using Action = TableBlank::Action;
    TableBlank blank;
    const bool helios = onlyHelios(picture, query.scope);
    if (picture.clusters() == 0) {
        blank.title = say("No cluster is open.");
        blank.text = say("Add one, or open the demo.");
        return blank;
    }
    if (!query.filter.empty() && rows.total > 0) {
        blank.title = say("Nothing matches “%1”.").arg(shown(query.filter.text()));
        blank.text = say("%1 in %2.").arg(counted(query.table, rows.total, helios), placeOf(picture, query.scope));
        for (const std::string &line : query.filter.inapplicable(filterTableOf(query.table))) {
            blank.text += QLatin1Char(' ') + shown(line) + QLatin1Char('.');
        }
        blank.primary = say("Clear filter");
        blank.primaryAction = Action::ClearFilter;
        return blank;
    }
    blank.title = say("No %1 in %2.").arg(plural(query.table, helios), placeOf(picture, query.scope));
    if (query.scope.whole()) {
        blank.text = say("%n cluster(s) looked at.", static_cast<int>(picture.clusters()));
        return blank;
    }
    std::size_t fleet = 0;
    std::size_t cluster = 0;
    const ClusterSnapshot *of = picture.snapshot().cluster(query.scope.cluster);
    for (std::size_t i = 0; i < picture.clusters(); ++i) {
        const std::size_t count = countIn(picture.cluster(i), query.table);
        fleet += count;
        cluster += &picture.cluster(i) == of ? count : 0;
    }
    const bool narrower = !query.scope.ns.empty() || !query.scope.pool.empty() || !query.scope.team.empty();
    QStringList nearby;
    if (of != nullptr && narrower && cluster > 0) {
        nearby << say("%1 elsewhere in %2").arg(counted(query.table, cluster, helios), shown(of->name()));
        blank.primary = say("Show %1").arg(shown(of->name()));
        blank.primaryAction = Action::ShowCluster;
    }
    if (fleet > cluster || (of == nullptr && fleet > 0)) {
        nearby << say("%1 in the fleet").arg(counted(query.table, fleet, onlyHelios(picture, {})));
        (blank.primary.isEmpty() ? blank.primary : blank.secondary) = say("Show the whole fleet");
        (blank.primaryAction == Action::None ? blank.primaryAction : blank.secondaryAction) = Action::ShowFleet;
    }
    blank.text =
        nearby.isEmpty() ? say("There are none in the fleet.") : nearby.join(QStringLiteral(", ")) + QLatin1Char('.');
    return blank;
}

/// What refused, where nothing could be read at all.
std::optional<TableBlank> refusedBlank(const std::vector<const ClusterStatus *> &clusters, TableKind table)
{
    TableBlank blank;
    blank.kind = TableBlank::Kind::Partial;
    blank.secondary = say("Try again");
    blank.secondaryAction = TableBlank::Action::Retry;
    QStringList answers;
    for (const ClusterStatus *status : clusters) {
        if (status->connection == Connection::Failed) {
            blank.title = blank.title.isEmpty() ? say("%1 cannot be reached.").arg(shown(status->name)) : blank.title;
            answers << shown(status->name) + QStringLiteral(": ") + errorText(status->error);
            continue;
        }
        for (const ResourceKind kind : kindsOf(table, status->orchestrator)) {
            const ResourceStatus &of = status->of(kind);
            if (of.sync == Sync::Forbidden) {
                blank.title = say("This account may not list %1.").arg(wordOf(kind, status->orchestrator));
                const QString rule = ruleFor(kind, status->orchestrator);
                blank.rule = blank.rule.isEmpty() ? rule : blank.rule + QLatin1Char('\n') + rule;
                const QString answer = of.error && of.error->httpStatus > 0
                    ? say("%1 answered %2 at %3")
                          .arg(shown(status->name))
                          .arg(of.error->httpStatus)
                          .arg(clockTime(of.since))
                    : say("%1 refused").arg(shown(status->name));
                answers << answer + (of.error ? QStringLiteral(": ") + errorText(of.error) : QString());
            } else if (of.sync == Sync::Failed) {
                blank.title = blank.title.isEmpty()
                    ? say("%1 could not be read.").arg(wordOf(kind, status->orchestrator))
                    : blank.title;
                answers << shown(status->name) + QStringLiteral(": ") + errorText(of.error);
            }
        }
    }
    if (answers.isEmpty()) {
        return std::nullopt;
    }
    answers.removeDuplicates();
    blank.text = answers.join(QLatin1Char('\n'));
    return blank;
}

} // namespace

TableState tableState(const Picture &picture, const TableQuery &query, const TableRows &rows, Time now)
{
    TableState state;
    Lists all;
    std::vector<const ClusterStatus *> clusters;
    for (std::size_t i = 0; i < picture.clusters(); ++i) {
        const ClusterSnapshot &cluster = picture.cluster(i);
        if (query.scope.cluster != ClusterId::None && query.scope.cluster != cluster.id()) {
            continue;
        }
        clusters.push_back(&cluster.status());
        addClusterNotes(state.notes, cluster.status(), query.table, now);
        const Lists lists = listsOf(cluster.status(), query.table);
        if (lists.loading) {
            all.add(lists);
        }
        state.more = state.more || lists.loading || cluster.status().connection == Connection::Failed;
        for (const ResourceKind kind : kindsOf(query.table, cluster.status().orchestrator)) {
            const Sync sync = cluster.status().of(kind).sync;
            state.more = state.more || sync == Sync::Forbidden || sync == Sync::Failed;
        }
    }
    if (all.loading) {
        state.progress = std::max(0.0, all.share());
    }
    if (!rows.rows.empty()) {
        return state;
    }
    if (all.loading && rows.total == 0) {
        TableBlank blank;
        blank.kind = TableBlank::Kind::Loading;
        const bool helios = onlyHelios(picture, query.scope);
        blank.title = say("Reading %1").arg(plural(query.table, helios));
        blank.text = all.counts(query.table, helios);
        blank.note = all.traffic(now);
        blank.share = all.share();
        state.blank = blank;
        return state;
    }
    if (rows.total == 0) {
        state.blank = refusedBlank(clusters, query.table);
    }
    if (!state.blank) {
        state.blank = emptyBlank(picture, query, rows);
    }
    return state;
}

QString tableSummary(const Picture &picture, const TableQuery &query, const TableRows &rows, bool more)
{
    QString total = counted(query.table, rows.total, onlyHelios(picture, query.scope));
    if (more) {
        // The plus belongs to the figure: "1,124+ pods".
        total.insert(total.indexOf(QLatin1Char(' ')), QLatin1Char('+'));
    }
    return query.filter.empty() ? total
                                : say("%1 of %2").arg(countText(static_cast<std::int64_t>(rows.rows.size())), total);
}

std::vector<TextRun> tableSums(const Picture &picture, const TableQuery &query, const TableRows &rows, bool more)
{
    std::vector<TextRun> runs;
    if (rows.rows.empty()) {
        return runs;
    }
    const bool helios = onlyHelios(picture, query.scope);
    const QString plus = more ? QStringLiteral("+") : QString();
    runs.push_back(
        {say("Sum of %1").arg(countText(static_cast<std::int64_t>(rows.rows.size()))) + plus + QStringLiteral(":"),
            false});
    const auto share = [&runs](std::int64_t part, std::int64_t whole) {
        if (percentOf(part, whole)) {
            runs.push_back({QStringLiteral(" (") + percentText(part, whole) + QLatin1Char(')'), false});
        }
    };
    const auto resource = [&](const QString &name, const ResourceSums &sums, auto &&figure) {
        const bool nodes = query.table == TableKind::Nodes;
        const QString least = more || sums.undeclared > 0 ? QStringLiteral("+") : QString();
        const QString head = QStringLiteral("  ") + name + QLatin1Char(' ');
        if (helios) {
            const bool known = sums.requested != Count::kUnknown;
            runs.push_back({head + figure(sums.requested) + (known ? least : QString()), true});
            if (nodes) {
                runs.push_back({say(" declared of %1 capacity").arg(figure(sums.capacity) + plus), false});
                share(sums.requested, sums.capacity);
            } else {
                runs.push_back({say(" declared"), false});
            }
            runs.push_back({say(", use not measured"), false, kUseYields});
            runs.push_back({QStringLiteral("  "), false});
            return;
        }
        if (nodes) {
            // What Helios declares stands against no allocatable.
            runs.push_back({head + figure(sums.charged) + plus, true});
            runs.push_back({say(" requested of %1 allocatable").arg(figure(sums.allocatable) + plus), false});
            share(sums.charged, sums.allocatable);
        } else {
            runs.push_back({head + figure(sums.requested) + least, true});
            runs.push_back({say(" requested"), false});
        }
        const bool lower = sums.used != Count::kUnknown && (more || sums.unsampled > 0);
        runs.push_back(
            {say(", %1 used").arg(figure(sums.used) + (lower ? QStringLiteral("+") : QString())), false, kUseYields});
        const bool limits = sums.limit != Count::kUnknown && sums.limit > 0;
        const QString beyond = limits && (more || sums.unlimited > 0) ? QStringLiteral("+") : QString();
        runs.push_back(
            {!limits && sums.unlimited > 0 ? say(", no limits") : say(", limits %1").arg(figure(sums.limit) + beyond),
                false, kLimitsYield});
        runs.push_back({QStringLiteral("  "), false});
    };
    resource(
        say("CPU"), rows.cpu, [](std::int64_t value) { return QString::fromStdString(formatCores(MilliCpu(value))); });
    resource(say("Mem"), rows.memory, [](std::int64_t value) { return bytesText(Bytes(value)); });
    if (!helios && query.table == TableKind::Nodes && hasHelios(picture)) {
        runs.push_back({say("(Helios apart)  "), false});
    }
    return runs;
}

} // namespace sextant::ui
