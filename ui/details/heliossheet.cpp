// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/details/heliossheet.h"

#include "core/base/format.h"
#include "ui/details/sheetparts.h"

#include <algorithm>

namespace sextant::ui {

using namespace parts;

namespace {

constexpr std::size_t kMostRows = 60;

QString job(std::string_view id) { return shownName(id, Orchestrator::Helios); }
QString yesNo(bool yes) { return yes ? Words::tr("yes") : Words::tr("no"); }

DetailRow note(const QString &text)
{
    DetailRow row;
    row.kind = DetailRow::Kind::Note;
    row.value = text;
    return row;
}

DetailSection section(const char *key, const QString &title)
{
    DetailSection out;
    out.key = QString::fromLatin1(key);
    out.title = title;
    return out;
}

/// "43 %" of the capacity that is declared, with what that is under it.
DetailRow declaredMeter(const QString &label, const ResourceSums &sums, bool memory, bool stale)
{
    const auto amount = [memory](std::int64_t n) { return memory ? bytes(n) : shown(formatCores(MilliCpu(n))); };
    DetailRow row;
    row.kind = DetailRow::Kind::Meter;
    row.label = label;
    row.memory = memory;
    row.bar.requested = share(sums.requested, sums.capacity);
    row.bar.stale = stale;
    row.strong = percent(sums.requested, sums.capacity);
    const QString whole = memory ? amount(sums.capacity) : Words::tr("%1 cores").arg(amount(sums.capacity));
    if (sums.requested == Count::kUnknown) {
        row.caption = Words::tr("nothing declared, of %1").arg(whole);
    } else {
        row.caption = (memory ? Words::tr("%1 declared of %2") : Words::tr("%1 declared as shares of %2"))
                          .arg(amount(sums.requested), whole);
    }
    row.tip = row.caption;
    if (sums.undeclared > 0) {
        row.tip += QLatin1Char('\n') + Words::tr("%1 tasks declare none").arg(count(sums.undeclared));
        row.strong += sums.requested == Count::kUnknown ? QString() : QStringLiteral("+");
    }
    return row;
}

AnyId hostId(const ClusterSnapshot &cluster, std::string_view name)
{
    for (const NodeView node : cluster.nodes()) {
        if (node.name() == name) {
            return node.id();
        }
    }
    return {};
}

AnyId workloadId(const ClusterSnapshot &cluster, WorkloadKind kind, std::string_view name)
{
    for (const WorkloadView workload : cluster.workloads()) {
        if (workload.kind() == kind && workload.name() == name) {
            return workload.id();
        }
    }
    return {};
}

/// A fact whose value is a job: short to read, whole in the tip.
DetailRow jobFact(const QString &label, const ClusterSnapshot &cluster, std::string_view id)
{
    DetailRow row = fact(
        label, id.empty() ? str({}) : job(id), id.empty() ? AnyId() : workloadId(cluster, WorkloadKind::HeliosJob, id));
    row.tip = str(id);
    return row;
}

QString sentence(std::string_view words)
{
    QString text = shown(words).left(1000).trimmed();
    if (!text.isEmpty()) {
        text[0] = text[0].toUpper();
    }
    return text;
}

QString hostCause(const NodeView &host, int tasks, Time now)
{
    const NodeDraft draft = host.draft();
    if (draft.state == State::Ok) {
        return {};
    }
    if (draft.status == "Unreadable") {
        return Words::tr("Its master cannot read it: what it runs now is not known.");
    }
    if (draft.status == "Not registered") {
        return Words::tr("Its master lists it, but it has never finished registering.");
    }
    if (!draft.silent) {
        return {};
    }
    QString text = draft.reported == kNoTime ? Words::tr("Its agent does not report.")
                                             : Words::tr("Its agent has not reported since %1, %2.")
                                                   .arg(shown(formatTime(draft.reported)), ago(draft.reported, now));
    text += QLatin1Char('\n') + Words::tr("What is said here was known then; containers go on without their agent.");
    if (tasks > 0) {
        text += QLatin1Char(' ') + Words::tr("Of its %1 tasks nobody can tell.").arg(count(tasks));
    }
    return text;
}

/// The goal, as far as the state tells it: what is on its way out may be stopped or undeployed.
QString goalOf(const PodView &task)
{
    switch (task.state()) {
    case State::Completed:
        return Words::tr("STOP");
    case State::Terminating:
        return Words::tr("to be stopped or undeployed");
    case State::Unknown:
        return str({});
    default:
        return Words::tr("START");
    }
}

/// The words of a status like "RUNNING (FLAPPING)" apart.
std::pair<std::string_view, std::string_view> stateAndThrottle(std::string_view status)
{
    const auto open = status.find(" (");
    if (open == std::string_view::npos || status.back() != ')' || status.rfind("Unknown", 0) == 0) {
        return {status, {}};
    }
    return {status.substr(0, open), status.substr(open + 2, status.size() - open - 3)};
}

/// Tasks of a job or a group by their hosts, worst first.
DetailSection taskList(std::vector<PodView> order, bool hosts)
{
    DetailSection out = section("pods", Words::tr("Tasks"));
    out.note = count(static_cast<std::int64_t>(order.size()));
    std::stable_sort(order.begin(), order.end(), [](const PodView &a, const PodView &b) {
        const int x = severity(a.state()), y = severity(b.state());
        return x != y ? x > y : a.node() < b.node();
    });
    for (std::size_t i = 0; i < std::min(order.size(), kMostRows); ++i) {
        const PodView &task = order[i];
        DetailRow row =
            line(task.state(), hosts ? shown(task.node()) : job(task.name()), {}, shown(task.status()), task.id());
        row.tip = QStringList{shown(task.name()), shown(task.node()), shown(task.status())}.join(QLatin1Char('\n'));
        out.rows.push_back(std::move(row));
    }
    if (order.size() > kMostRows) {
        out.rows.push_back(note(Words::tr("and %1 more that are better off")
                                    .arg(count(static_cast<std::int64_t>(order.size() - kMostRows)))));
    }
    return out;
}

/// Where a host stands in a roll-out; no state: it waits for its turn.
std::pair<std::optional<State>, QString> hostOfRollout(const RolloutDraft &rollout, const RolloutDraft::Host &host)
{
    const QString state = str(host.state);
    if (host.failed) {
        return {State::Failed, state};
    }
    if (host.updated) {
        return {State::Ok, state};
    }
    if (!rollout.job.empty() && host.job == rollout.job) {
        return {State::Pending, state};
    }
    return {std::nullopt, host.job.empty() ? Words::tr("nothing yet") : Words::tr("%1, old job").arg(state)};
}

std::int64_t updatedHosts(const RolloutDraft &rollout)
{
    return std::count_if(
        rollout.hosts.begin(), rollout.hosts.end(), [](const RolloutDraft::Host &host) { return host.updated; });
}

void addRollout(Sheet &sheet, const ClusterSnapshot &cluster, const RolloutDraft &rollout)
{
    DetailSection progress = section("rollout", Words::tr("Roll-out"));
    progress.note = shown(rollout.status);
    const std::int64_t updated = updatedHosts(rollout);
    const auto all = static_cast<std::int64_t>(rollout.hosts.size());
    DetailRow meter;
    meter.kind = DetailRow::Kind::Meter;
    meter.label = Words::tr("Updated");
    meter.bar.requested = share(updated, all);
    meter.bar.stale = sheet.stale;
    meter.strong = all > 0 ? count(updated) : str({});
    meter.rest = all > 0 ? QString(QStringLiteral(" / ") + count(all)) : QString();
    meter.caption = Words::tr("hosts that are up and run the wanted job");
    meter.tip = meter.caption;
    progress.rows.push_back(std::move(meter));
    progress.rows.push_back(jobFact(Words::tr("Wanted"), cluster, rollout.job));
    if (!rollout.reason.empty()) {
        progress.rows.push_back(fact(Words::tr("Begun by"),
            rollout.reason == "MANUAL"              ? Words::tr("a person (MANUAL)")
                : rollout.reason == "HOSTS_CHANGED" ? Words::tr("its hosts (HOSTS_CHANGED)")
                                                    : shown(rollout.reason)));
    }
    progress.rows.push_back(fact(Words::tr("Batch"),
        !rollout.parallelism.known()         ? str({})
            : rollout.parallelism.value == 1 ? Words::tr("1 host at a time")
                                             : Words::tr("%1 hosts at a time").arg(count(rollout.parallelism.value))));
    progress.rows.push_back(fact(Words::tr("Timeout"),
        rollout.timeoutSeconds.known() ? Words::tr("%1 s for each step").arg(count(rollout.timeoutSeconds.value))
                                       : str({})));
    progress.rows.push_back(fact(Words::tr("Overlap"), yesNo(rollout.overlap)));
    progress.rows.push_back(fact(Words::tr("Migrate"), yesNo(rollout.migrate)));
    progress.rows.push_back(fact(Words::tr("Hosts with"), str(rollout.selectors)));
    sheet.sections.push_back(std::move(progress));

    DetailSection hosts = section("hosts", Words::tr("Hosts"));
    hosts.note = count(all + static_cast<std::int64_t>(rollout.hostsDown.size()));
    std::size_t listed = 0;
    for (const RolloutDraft::Host &host : rollout.hosts) {
        if (++listed > kMostRows) {
            break;
        }
        const auto [state, words] = hostOfRollout(rollout, host);
        DetailRow row = line(state, shown(host.name), {}, words, hostId(cluster, host.name));
        row.tip = QStringList{shown(host.name), str(host.job), words}.join(QLatin1Char('\n'));
        hosts.rows.push_back(std::move(row));
    }
    for (const std::string &name : rollout.hostsDown) {
        if (++listed > kMostRows) {
            break;
        }
        DetailRow row = line(State::Failed, shown(name), {}, Words::tr("DOWN"), hostId(cluster, name));
        row.tip = Words::tr("It matches the selectors, but is down: its master leaves it out.");
        hosts.rows.push_back(std::move(row));
    }
    const auto total = rollout.hosts.size() + rollout.hostsDown.size();
    if (total > kMostRows) {
        hosts.rows.push_back(note(Words::tr("and %1 more").arg(count(static_cast<std::int64_t>(total - kMostRows)))));
    }
    if (total == 0) {
        hosts.rows.push_back(note(Words::tr("No host is in this group.")));
    }
    sheet.sections.push_back(std::move(hosts));
}

} // namespace

std::vector<DetailRow> heliosMeters(const Sums &sums, bool stale)
{
    std::vector<DetailRow> rows{declaredMeter(Words::tr("CPU"), sums.cpu, false, stale),
        declaredMeter(Words::tr("Memory"), sums.memory, true, stale)};
    rows.push_back(fact(Words::tr("Load"),
        sums.loadHundredths == Count::kUnknown ? str({})
                                               : Words::tr("%1 on %2 cores, one minute")
                                                     .arg(shown(formatCores(MilliCpu(sums.loadHundredths * 10))),
                                                         shown(formatCores(MilliCpu(sums.cpu.capacity))))));
    rows.push_back(fact(Words::tr("In use"),
        sums.memoryInUse == Count::kUnknown
            ? str({})
            : Words::tr("%1 of %2, with caches").arg(bytes(sums.memoryInUse), bytes(sums.memory.capacity))));
    return rows;
}

Sheet hostSheet(const Picture &picture, const NodeView &host, Time now)
{
    const ClusterSnapshot &cluster = host.cluster();
    const NodeDraft draft = host.draft();
    const auto sums = picture.of(host.id());
    Sheet sheet;
    sheet.there = true;
    sheet.object = true;
    sheet.stale = staleCluster(cluster);
    sheet.path = Words::tr("Host · %1").arg(shown(cluster.name()));
    if (!draft.pool.empty()) {
        sheet.path += QStringLiteral(" › ") + shown(draft.pool);
    }
    sheet.name = shown(draft.name);
    sheet.state = draft.state;
    QStringList words{str(draft.status)};
    words << (draft.reported == kNoTime ? Words::tr("no report known")
                                        : Words::tr("reported %1").arg(ago(draft.reported, now)));
    sheet.status = words.join(QStringLiteral(" · "));
    sheet.cause = hostCause(host, sums ? sums->pods : 0, now);
    sheet.causeState = draft.state;
    DetailSection meters = section("meters", {});
    if (sums) {
        meters.rows = heliosMeters(*sums, sheet.stale || draft.silent);
        if (draft.silent && draft.loadAverage) {
            meters.rows.push_back(fact(Words::tr("Last load"),
                QString::number(*draft.loadAverage, 'f', 2) + QStringLiteral(", ") + ago(draft.reported, now)));
        }
        if (draft.silent && draft.memoryInUse.known()) {
            meters.rows.push_back(fact(Words::tr("Last in use"),
                bytes(draft.memoryInUse.value) + QStringLiteral(", ") + ago(draft.reported, now)));
        }
    }
    sheet.sections.push_back(std::move(meters));
    if (const ClusterAccounting *accounting = picture.accounting(cluster.id())) {
        std::vector<PodView> tasks;
        for (const auto slot : accounting->byNode.pods(host.slot())) {
            tasks.emplace_back(cluster, slot);
        }
        sheet.sections.push_back(taskList(std::move(tasks), false));
    }
    DetailSection facts = section("facts", Words::tr("More"));
    facts.rows = {fact(Words::tr("Cluster"), shown(cluster.name()), cluster.id()),
        fact(Words::tr("Agent"), str(draft.version)), fact(Words::tr("Docker"), str(draft.runtime)),
        fact(Words::tr("System"), str(draft.osImage)), fact(Words::tr("Kernel"), str(draft.kernel)),
        fact(Words::tr("Architecture"), str(draft.architecture)),
        fact(Words::tr("Capacity"),
            Words::tr("%1 CPU, %2")
                .arg(shown(formatCores(draft.capacity.cpu)), shown(formatBytes(draft.capacity.memory)))),
        fact(Words::tr("Last report"), str(formatTime(draft.reported))), fact(Words::tr("Pool"), str(draft.pool)),
        fact(Words::tr("Zone"), str(draft.zone)), fact(Words::tr("Team"), str(draft.team))};
    sheet.sections.push_back(std::move(facts));
    sheet.sections.push_back(labels(draft.labels));
    sheet.jumpText = Words::tr("Show on Map");
    sheet.jumpView = QStringLiteral("map");
    return sheet;
}

Sheet taskSheet(const PodView &task, Time now)
{
    const ClusterSnapshot &cluster = task.cluster();
    const auto host = cluster.nodeBySlot(task.nodeSlot());
    Sheet sheet;
    sheet.there = true;
    sheet.object = true;
    sheet.history = true;
    sheet.stale = staleCluster(cluster);
    sheet.path = Words::tr("Task · %1").arg(shown(cluster.name()));
    sheet.name = job(task.name());
    sheet.state = task.state();
    sheet.status = shown(task.status());
    if (host && host->silent() && host->reported() != kNoTime) {
        sheet.status += QStringLiteral(" · ") + ago(host->reported(), now);
    }
    if (task.state() != State::Ok && task.state() != State::Completed) {
        sheet.cause = sentence(task.statusMessage());
    }
    sheet.causeState = task.state();
    const auto containers = task.containers();
    const auto [state, throttle] = stateAndThrottle(task.status());
    DetailSection facts = section("task", Words::tr("Task"));
    facts.rows = {fact(Words::tr("State"), shown(state)), fact(Words::tr("Goal"), goalOf(task)),
        fact(Words::tr("Throttle"), throttle.empty() ? Words::tr("none") : shown(throttle))};
    if (task.state() == State::Unknown) {
        facts.rows.back() = fact(Words::tr("Throttle"), str({}));
    }
    if (!containers.empty()) {
        if (!containers.front().message.empty()) {
            facts.rows.push_back(fact(Words::tr("Docker said"), shown(containers.front().message)));
            facts.rows.push_back(note(Words::tr("The last error of its container; it may be of an earlier start.")));
        }
        facts.rows.push_back(fact(Words::tr("Image"), str(containers.front().image)));
    }
    sheet.sections.push_back(std::move(facts));
    DetailSection declared = section("meters", Words::tr("Declared by its job"));
    declared.rows = {fact(Words::tr("CPU"),
                         task.cpuRequested().known() ? Words::tr("%1 as shares").arg(cores(task.cpuRequested().value))
                                                     : Words::tr("not declared")),
        fact(Words::tr("Memory"),
            task.memoryRequested().known() ? bytes(task.memoryRequested().value) : Words::tr("not declared")),
        note(Words::tr("Helios does not measure what a task uses, nor does it count restarts."))};
    sheet.sections.push_back(std::move(declared));
    DetailSection belongs = section("belongs", Words::tr("Belongs to"));
    belongs.rows.push_back(jobFact(Words::tr("Job"), cluster, task.name()));
    if (const auto owner = cluster.workloadBySlot(task.controllerSlot());
        owner && owner->kind() == WorkloadKind::DeploymentGroup) {
        belongs.rows.push_back(fact(Words::tr("Group"), shown(owner->name()), owner->id()));
    } else if (task.workloadKind() == workloadKindWord(WorkloadKind::DeploymentGroup)) {
        belongs.rows.push_back(fact(Words::tr("Group"), shown(task.workloadName())));
    }
    belongs.rows.push_back(fact(Words::tr("Host"), str(task.node()), host ? AnyId(host->id()) : AnyId()));
    belongs.rows.push_back(fact(Words::tr("Team"), str(task.team())));
    belongs.rows.push_back(fact(Words::tr("Cluster"), shown(cluster.name()), cluster.id()));
    sheet.sections.push_back(std::move(belongs));
    sheet.jumpText = Words::tr("Show on Map");
    sheet.jumpView = QStringLiteral("map");
    return sheet;
}

Sheet heliosWorkloadSheet(const WorkloadView &workload, Time now)
{
    const ClusterSnapshot &cluster = workload.cluster();
    const WorkloadDraft draft = workload.draft();
    const bool group = draft.kind == WorkloadKind::DeploymentGroup;
    Sheet sheet;
    sheet.there = true;
    sheet.object = true;
    sheet.history = !group;
    sheet.stale = staleCluster(cluster);
    sheet.path = (group ? Words::tr("Deployment group · %1") : Words::tr("Job · %1")).arg(shown(cluster.name()));
    sheet.name = job(draft.name);
    sheet.state = draft.state;
    QStringList words;
    // The error stands in full below.
    const std::string &status = draft.rollout ? draft.rollout->status : draft.status;
    words << shown(status.empty() ? stateWord(draft.state) : std::string_view(status)).left(120);
    if (draft.desired.known() && draft.ready.known()) {
        words << Words::tr("%1 of %2 running").arg(count(draft.ready.value), count(draft.desired.value));
    }
    if (draft.created != kNoTime) {
        words << Words::tr("%1 old").arg(age(draft.created, now));
    }
    sheet.status = words.join(QStringLiteral(" · "));
    sheet.causeState = draft.state;
    if (draft.rollout && !draft.rollout->error.empty()) {
        sheet.cause = shown(draft.rollout->error).left(2000);
    } else if (draft.state != State::Ok && draft.state != State::Completed && !draft.status.empty()
        && !(draft.rollout && draft.rollout->status == "ROLLING_OUT")) { // that is said below, host by host
        sheet.cause = sentence(draft.status);
    }
    if (draft.rollout) {
        addRollout(sheet, cluster, *draft.rollout);
    }
    std::vector<PodView> tasks;
    for (const PodView task : cluster.pods()) {
        if (group ? task.controllerSlot() == workload.slot() : task.name() == draft.name) {
            tasks.push_back(task);
        }
    }
    sheet.sections.push_back(taskList(std::move(tasks), true));
    DetailSection figures = section("replicas", Words::tr("Job"));
    figures.rows.push_back(fact(Words::tr("Version"), str(draft.version)));
    figures.rows.push_back(fact(Words::tr("Image"), str(draft.images)));
    figures.rows.push_back(fact(Words::tr("Wanted on"),
        draft.desired.known() ? Words::tr("%1 hosts").arg(count(draft.desired.value)) : str({})));
    for (const std::string &registration : draft.registrations) {
        figures.rows.push_back(fact(Words::tr("Registers"), shown(registration)));
    }
    sheet.sections.push_back(std::move(figures));
    DetailSection belongs = section("belongs", Words::tr("Belongs to"));
    if (const auto owner = cluster.workloadBySlot(workload.controllerSlot())) {
        belongs.rows.push_back(fact(Words::tr("Group"), shown(owner->name()), owner->id()));
    }
    belongs.rows.push_back(fact(Words::tr("Team"), str(workload.team())));
    belongs.rows.push_back(fact(Words::tr("Cluster"), shown(cluster.name()), cluster.id()));
    if (!group) {
        belongs.rows.push_back(fact(Words::tr("Created"), str(formatTime(draft.created))));
        belongs.rows.push_back(fact(Words::tr("Job id"), str(draft.name)));
    }
    sheet.sections.push_back(std::move(belongs));
    DetailSection kept = labels(draft.labels);
    kept.title = Words::tr("Labels and metadata");
    sheet.sections.push_back(std::move(kept));
    sheet.jumpText = Words::tr("Show Tasks");
    sheet.jumpView = QStringLiteral("pods");
    return sheet;
}

} // namespace sextant::ui
