// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/details/sheet.h"

#include "core/base/format.h"
#include "ui/bridge/freshness.h"
#include "ui/details/heliossheet.h"
#include "ui/details/sheetparts.h"

#include <algorithm>

namespace sextant::ui {

using namespace parts;

namespace {

/// "CPU 412m / 500m", the bar against the limit, where there is none against the larger of request and use.
DetailRow podMeter(const QString &label, std::int64_t requested, std::int64_t limit, std::int64_t used, bool unlimited,
    bool memory, bool stale)
{
    const auto amount = [memory](std::int64_t n) { return memory ? bytes(n) : cores(n); };
    DetailRow row;
    row.kind = DetailRow::Kind::Meter;
    row.label = label;
    row.memory = memory;
    const bool limited = limit != Count::kUnknown && !unlimited && limit > 0;
    const std::int64_t whole = limited ? limit : std::max(requested, used);
    row.bar.requested = share(requested, whole);
    // Where nothing was asked for and nothing bounds it, there is no whole to be a part of.
    row.bar.used = limited || requested > 0 ? share(used, whole) : -1;
    row.bar.requested = limited || requested > 0 ? row.bar.requested : 0;
    row.bar.limit = limited ? 1 : -1;
    row.bar.stale = stale;
    row.strong = amount(used);
    row.rest = QStringLiteral(" / ") + amount(requested);
    QString cap = Words::tr("%1 used of %2 requested").arg(amount(used), amount(requested));
    cap += QStringLiteral(", ")
        + (limit == Count::kUnknown ? Words::tr("no limit")
                : unlimited         ? Words::tr("limit %1 on some containers").arg(amount(limit))
                                    : Words::tr("limit %1").arg(amount(limit)));
    row.caption = cap;
    row.tip = cap;
    return row;
}

bool isHelios(const ClusterSnapshot &cluster) { return cluster.status().orchestrator == Orchestrator::Helios; }

DetailSection containerSection(const PodView &pod, Time now)
{
    DetailSection section;
    section.key = QStringLiteral("containers");
    section.title = Words::tr("Containers");
    const std::vector<ContainerView> all = pod.containers();
    section.note = QString::number(all.size());
    for (const ContainerView &container : all) {
        State state = State::Unknown;
        QString words;
        switch (container.state) {
        case ContainerState::Running:
            state = container.ready || container.kind == ContainerKind::Init ? State::Ok : State::Warning;
            words = container.ready ? Words::tr("running for %1").arg(age(container.since, now))
                                    : Words::tr("running for %1, not ready").arg(age(container.since, now));
            break;
        case ContainerState::Waiting:
            state = container.reason == "ContainerCreating" || container.reason == "PodInitializing"
                    || container.reason.empty()
                ? State::Pending
                : State::Failed;
            words = container.reason.empty() ? Words::tr("waiting") : shown(container.reason);
            break;
        case ContainerState::Terminated:
            state = container.exitCode == 0 ? State::Completed : State::Failed;
            words = Words::tr("%1, exit %2, %3")
                        .arg(str(container.reason))
                        .arg(container.exitCode)
                        .arg(ago(container.since, now));
            break;
        case ContainerState::Unknown:
            words = Words::tr("not reported yet");
            break;
        }
        QString name = shown(container.name);
        if (container.kind == ContainerKind::Init) {
            name += Words::tr(" (init)");
        } else if (container.kind == ContainerKind::Sidecar) {
            name += Words::tr(" (sidecar)");
        } else if (container.kind == ContainerKind::Ephemeral) {
            name += Words::tr(" (debug)");
        }
        DetailRow row = line(state, name, {}, restarts(container.restarts));
        row.tip = QString(name + QLatin1Char('\n') + shown(container.image));
        section.rows.push_back(std::move(row));
        section.rows.push_back(fact(Words::tr("State"), words));
        if (container.hasLast) {
            QString last = Words::tr("exit %1").arg(container.lastExitCode);
            if (container.lastSignal != 0) {
                last += Words::tr(", signal %1").arg(container.lastSignal);
            }
            if (!container.lastReason.empty()) {
                last += QStringLiteral(", ") + shown(container.lastReason);
            }
            last += QStringLiteral(", ") + ago(container.lastFinished, now);
            section.rows.push_back(fact(Words::tr("Last end"), last));
        }
        section.rows.push_back(fact(Words::tr("Image"), str(container.image)));
        const auto bound = [](const QString &request, const QString &limit) {
            return Words::tr("%1 requested, limit %2").arg(request, limit);
        };
        section.rows.push_back(
            fact(Words::tr("CPU"), bound(cores(container.cpuRequest.value), cores(container.cpuLimit.value))));
        section.rows.push_back(
            fact(Words::tr("Memory"), bound(bytes(container.memoryRequest.value), bytes(container.memoryLimit.value))));
    }
    return section;
}

AnyId namespaceIdOf(const ClusterSnapshot &cluster, std::string_view name)
{
    for (const NamespaceView ns : cluster.namespaces()) {
        if (ns.draft().name == name) {
            return ns.id();
        }
    }
    return {};
}

/// The chain of controllers upwards, each a click away.
void addOwners(DetailSection &section, const ClusterSnapshot &cluster, std::uint32_t slot)
{
    for (int depth = 0; slot != kNoSlot && depth < 8; ++depth) {
        const auto owner = cluster.workloadBySlot(slot);
        if (!owner) {
            return;
        }
        section.rows.push_back(fact(shown(owner->kindText()), shown(owner->name()), owner->id()));
        slot = owner->controllerSlot();
    }
}

Sheet podSheet(const PodView &pod, Time now)
{
    const ClusterSnapshot &cluster = pod.cluster();
    Sheet sheet;
    sheet.there = true;
    sheet.object = sheet.events = true;
    sheet.stale = staleCluster(cluster);
    sheet.path = Words::tr("Pod · %1 › %2").arg(shown(cluster.name()), shown(pod.ns()));
    sheet.name = shown(pod.name());
    sheet.state = pod.state();
    sheet.status = Words::tr("%1 · %2/%3 ready · %4")
                       .arg(shown(pod.status()))
                       .arg(pod.ready())
                       .arg(pod.containersTotal())
                       .arg(age(pod.created(), now));
    sheet.cause = podCause(pod, now);
    sheet.causeState = pod.state();
    DetailSection meters;
    meters.key = QStringLiteral("meters");
    meters.rows.push_back(podMeter(Words::tr("CPU"), pod.cpuRequested().value, pod.cpuLimit().value,
        pod.cpuUsed().value, pod.cpuUnlimited(), false, sheet.stale));
    meters.rows.push_back(podMeter(Words::tr("Memory"), pod.memoryRequested().value, pod.memoryLimit().value,
        pod.memoryUsed().value, pod.memoryUnlimited(), true, sheet.stale));
    if (pod.usageSampledAt() != kNoTime) {
        meters.rows.push_back(fact(Words::tr("Measured"), ago(pod.usageSampledAt(), now)));
    }
    sheet.sections.push_back(std::move(meters));
    sheet.sections.push_back(containerSection(pod, now));
    DetailSection belongs;
    belongs.key = QStringLiteral("belongs");
    belongs.title = Words::tr("Belongs to");
    addOwners(belongs, cluster, pod.controllerSlot());
    if (pod.controllerSlot() == kNoSlot && !pod.workloadName().empty()) {
        belongs.rows.push_back(fact(str(pod.workloadKind()), shown(pod.workloadName())));
    }
    AnyId nodeId;
    if (pod.nodeSlot() != kNoSlot) {
        if (const auto node = cluster.nodeBySlot(pod.nodeSlot())) {
            nodeId = node->id();
        }
    }
    belongs.rows.push_back(fact(Words::tr("Node"), str(pod.node()), nodeId));
    if (!pod.nominatedNode().empty()) {
        belongs.rows.push_back(fact(Words::tr("Nominated"), shown(pod.nominatedNode())));
    }
    belongs.rows.push_back(fact(Words::tr("Namespace"), str(pod.ns()), namespaceIdOf(cluster, pod.ns())));
    belongs.rows.push_back(fact(Words::tr("Team"), str(pod.team())));
    belongs.rows.push_back(fact(Words::tr("Cluster"), shown(cluster.name()), cluster.id()));
    sheet.sections.push_back(std::move(belongs));
    sheet.sections.push_back(conditions(pod.conditions(), now));
    DetailSection facts;
    facts.key = QStringLiteral("facts");
    facts.title = Words::tr("More");
    QString restarted = count(pod.restarts());
    if (pod.restarts() > 0 && pod.lastRestart() != kNoTime) {
        restarted += Words::tr(", the last %1").arg(ago(pod.lastRestart(), now));
    }
    facts.rows = {fact(Words::tr("Phase"), str(pod.phase())), fact(Words::tr("Restarts"), restarted),
        fact(Words::tr("Created"), shown(formatTime(pod.created()))), fact(Words::tr("IP"), str(pod.ip())),
        fact(Words::tr("Host IP"), str(pod.hostIp())), fact(Words::tr("QoS"), str(pod.qos())),
        fact(Words::tr("Priority"), str(pod.priorityClass())), fact(Words::tr("Account"), str(pod.serviceAccount())),
        fact(Words::tr("UID"), str(pod.uid()))};
    if (!pod.readinessGates().empty()) {
        facts.rows.insert(facts.rows.begin() + 1, fact(Words::tr("Gates"), shown(pod.readinessGates())));
    }
    sheet.sections.push_back(std::move(facts));
    sheet.jumpText = Words::tr("Show on Map");
    sheet.jumpView = QStringLiteral("map");
    return sheet;
}

Sheet nodeSheet(const Picture &picture, const NodeView &node, const Recorder *history, Time now)
{
    const ClusterSnapshot &cluster = node.cluster();
    const NodeDraft draft = node.draft();
    Sheet sheet;
    sheet.there = true;
    sheet.object = sheet.events = true;
    sheet.stale = staleCluster(cluster);
    sheet.path = Words::tr("Node · %1").arg(shown(cluster.name()));
    if (!draft.pool.empty()) {
        sheet.path += QStringLiteral(" › ") + shown(draft.pool);
    }
    sheet.name = shown(draft.name);
    sheet.state = draft.state;
    QStringList words{str(draft.status), age(draft.created, now), str(draft.version)};
    if (!draft.instanceType.empty()) {
        words << shown(draft.instanceType);
    }
    sheet.status = words.join(QStringLiteral(" · "));
    sheet.cause = nodeCause(node, now);
    sheet.causeState = draft.state;
    DetailSection meters;
    meters.key = QStringLiteral("meters");
    if (const auto sums = picture.of(node.id())) {
        meters.rows.push_back(scopeMeter(Words::tr("CPU"), sums->cpu, false, sheet.stale));
        meters.rows.push_back(scopeMeter(Words::tr("Memory"), sums->memory, true, sheet.stale));
        DetailRow pods;
        pods.kind = DetailRow::Kind::Meter;
        pods.label = Words::tr("Pods");
        pods.bar.requested = share(sums->pods, sums->podsAllocatable);
        pods.bar.stale = sheet.stale;
        pods.strong = count(sums->pods);
        pods.rest = QStringLiteral(" / ") + count(sums->podsAllocatable);
        meters.rows.push_back(std::move(pods));
    }
    sheet.sections.push_back(std::move(meters));
    sheet.sections.push_back(charts(history, node.id(), now));
    sheet.sections.push_back(conditions(views(draft.conditions), now));
    if (!draft.taints.empty()) {
        DetailSection taints;
        taints.key = QStringLiteral("taints");
        taints.title = Words::tr("Taints");
        taints.note = QString::number(draft.taints.size());
        for (const TaintDraft &taint : draft.taints) {
            QString text = shown(taint.key);
            if (!taint.value.empty()) {
                text += QLatin1Char('=') + shown(taint.value);
            }
            taints.rows.push_back(line({}, text, {}, shown(taint.effect)));
        }
        sheet.sections.push_back(std::move(taints));
    }
    if (const ClusterAccounting *accounting = picture.accounting(cluster.id())) {
        sheet.sections.push_back(podList(cluster, accounting->byNode.pods(node.slot())));
    }
    DetailSection facts;
    facts.key = QStringLiteral("facts");
    facts.title = Words::tr("More");
    QStringList roles;
    for (const std::string &role : draft.roles) {
        roles << shown(role);
    }
    facts.rows = {fact(Words::tr("Cluster"), shown(cluster.name()), cluster.id()),
        fact(Words::tr("Roles"), roles.isEmpty() ? str({}) : roles.join(QStringLiteral(", "))),
        fact(Words::tr("Zone"), str(draft.zone)), fact(Words::tr("Pool"), str(draft.pool)),
        fact(Words::tr("Team"), str(draft.team)), fact(Words::tr("Internal IP"), str(draft.internalIp)),
        fact(Words::tr("External IP"), str(draft.externalIp)), fact(Words::tr("System"), str(draft.osImage)),
        fact(Words::tr("Kernel"), str(draft.kernel)), fact(Words::tr("Runtime"), str(draft.runtime)),
        fact(Words::tr("Architecture"), str(draft.architecture)),
        fact(Words::tr("Capacity"),
            Words::tr("%1 CPU, %2")
                .arg(shown(formatCores(draft.capacity.cpu)), shown(formatBytes(draft.capacity.memory))))};
    for (const auto &[name, amount] : draft.allocatable.extended) {
        facts.rows.push_back(fact(shown(name), count(amount)));
    }
    facts.rows.push_back(fact(Words::tr("UID"), str(draft.uid)));
    sheet.sections.push_back(std::move(facts));
    sheet.sections.push_back(labels(draft.labels));
    sheet.jumpText = Words::tr("Show on Map");
    sheet.jumpView = QStringLiteral("map");
    return sheet;
}

Sheet workloadSheet(const Picture &picture, const WorkloadView &workload, const Recorder *history, Time now)
{
    const ClusterSnapshot &cluster = workload.cluster();
    const WorkloadDraft draft = workload.draft();
    Sheet sheet;
    sheet.there = true;
    sheet.object = sheet.events = true;
    sheet.stale = staleCluster(cluster);
    sheet.path = QStringLiteral("%1 · %2 › %3").arg(str(draft.kindText), shown(cluster.name()), shown(draft.ns));
    sheet.name = shown(draft.name);
    sheet.state = draft.state;
    QStringList words;
    if (!draft.status.empty()) {
        words << shown(draft.status).left(120);
    } else {
        const std::string_view word = stateWord(draft.state);
        words << shown(word);
    }
    if (draft.desired.known()) {
        words << Words::tr("%1 of %2 ready").arg(count(draft.ready.value), count(draft.desired.value));
    }
    words << Words::tr("%1 old").arg(age(draft.created, now));
    sheet.status = words.join(QStringLiteral(" · "));
    sheet.cause = workloadCause(workload, now);
    sheet.causeState = draft.state;
    DetailSection meters;
    meters.key = QStringLiteral("meters");
    if (const auto sums = picture.of(workload.id())) {
        for (const bool memory : {false, true}) {
            const ResourceSums &one = memory ? sums->memory : sums->cpu;
            meters.rows.push_back(podMeter(memory ? Words::tr("Memory") : Words::tr("CPU"), one.requested,
                one.limit == 0 && one.unlimited > 0 ? Count::kUnknown : one.limit, one.used, one.unlimited > 0, memory,
                sheet.stale));
        }
    }
    sheet.sections.push_back(std::move(meters));
    if (workload.topmost()) {
        sheet.sections.push_back(charts(history, workload.id(), now));
    }
    DetailSection figures;
    figures.key = QStringLiteral("replicas");
    figures.title = Words::tr("Instances");
    const auto figure = [&](const QString &label, Count n) {
        if (n.known()) {
            figures.rows.push_back(fact(label, count(n.value)));
        }
    };
    figure(Words::tr("Desired"), draft.desired);
    figure(Words::tr("Current"), draft.current);
    figure(Words::tr("Ready"), draft.ready);
    figure(Words::tr("Updated"), draft.updated);
    figure(Words::tr("Available"), draft.available);
    if (!draft.completions.empty()) {
        figures.rows.push_back(fact(Words::tr("Completions"), shown(draft.completions)));
    }
    if (!draft.schedule.empty()) {
        figures.rows.push_back(fact(Words::tr("Schedule"), shown(draft.schedule)));
        figures.rows.push_back(fact(Words::tr("Time zone"), str(draft.timeZone)));
        figures.rows.push_back(
            fact(Words::tr("Last run"), draft.lastSchedule == kNoTime ? str({}) : ago(draft.lastSchedule, now)));
    }
    if (draft.paused) {
        figures.rows.push_back(fact(Words::tr("Paused"), Words::tr("yes")));
    }
    if (!draft.revision.empty()) {
        figures.rows.push_back(fact(Words::tr("Revision"), shown(draft.revision)));
    }
    if (!figures.rows.empty()) {
        sheet.sections.push_back(std::move(figures));
    }
    if (!draft.conditions.empty()) {
        sheet.sections.push_back(conditions(views(draft.conditions), now));
    }
    if (const ClusterAccounting *accounting = picture.accounting(cluster.id());
        accounting != nullptr && workload.topmost()) {
        sheet.sections.push_back(podList(cluster, accounting->byWorkload.pods(workload.slot())));
    }
    DetailSection belongs;
    belongs.key = QStringLiteral("belongs");
    belongs.title = Words::tr("Belongs to");
    addOwners(belongs, cluster, workload.controllerSlot());
    if (workload.controllerSlot() == kNoSlot && !draft.controller.kind.empty()) {
        belongs.rows.push_back(fact(shown(draft.controller.kind), shown(draft.controller.name)));
    }
    belongs.rows.push_back(fact(Words::tr("Namespace"), str(draft.ns), namespaceIdOf(cluster, draft.ns)));
    belongs.rows.push_back(fact(Words::tr("Team"), str(workload.team())));
    belongs.rows.push_back(fact(Words::tr("Cluster"), shown(cluster.name()), cluster.id()));
    sheet.sections.push_back(std::move(belongs));
    DetailSection facts;
    facts.key = QStringLiteral("facts");
    facts.title = Words::tr("More");
    facts.rows = {fact(Words::tr("Created"), str(formatTime(draft.created))),
        fact(Words::tr("Containers"), str(draft.containers)), fact(Words::tr("Images"), str(draft.images)),
        fact(Words::tr("Selector"), str(draft.selector))};
    if (!draft.nodeSelector.empty()) {
        facts.rows.push_back(fact(Words::tr("Node selector"), shown(draft.nodeSelector)));
    }
    facts.rows.push_back(fact(Words::tr("UID"), str(draft.uid)));
    sheet.sections.push_back(std::move(facts));
    sheet.jumpText = Words::tr("Show Pods");
    sheet.jumpView = QStringLiteral("pods");
    return sheet;
}

Sheet namespaceSheet(
    const Picture &picture, const ClusterSnapshot &cluster, const NamespaceView &ns, const Recorder *history, Time now)
{
    const NamespaceDraft &draft = ns.draft();
    Sheet sheet;
    sheet.there = true;
    sheet.object = sheet.events = true;
    sheet.stale = staleCluster(cluster);
    sheet.path = Words::tr("Namespace · %1").arg(shown(cluster.name()));
    sheet.name = shown(draft.name);
    sheet.state = draft.status == "Terminating" ? State::Terminating : State::Ok;
    sheet.status =
        QStringList{str(draft.status), Words::tr("%1 old").arg(age(draft.created, now))}.join(QStringLiteral(" · "));
    Scope scope;
    scope.cluster = cluster.id();
    scope.ns = draft.name;
    const Sums sums = picture.sums(scope);
    DetailSection meters;
    meters.key = QStringLiteral("meters");
    meters.rows.push_back(scopeMeter(Words::tr("CPU"), sums.cpu, false, sheet.stale));
    meters.rows.push_back(scopeMeter(Words::tr("Memory"), sums.memory, true, sheet.stale));
    DetailRow note;
    note.kind = DetailRow::Kind::Note;
    note.value = Words::tr("Shares of what the whole cluster can allocate.");
    meters.rows.push_back(std::move(note));
    sheet.sections.push_back(std::move(meters));
    sheet.sections.push_back(charts(history, scope, now));
    DetailSection pods;
    pods.key = QStringLiteral("states");
    pods.title = Words::tr("Pods");
    pods.note = count(sums.podsTotal);
    for (int i = kStates - 1; i >= 0; --i) {
        if (sums.podStates[static_cast<std::size_t>(i)] > 0) {
            const auto state = static_cast<State>(i);
            pods.rows.push_back(
                line(state, shown(stateWord(state)), {}, count(sums.podStates[static_cast<std::size_t>(i)])));
        }
    }
    sheet.sections.push_back(std::move(pods));
    DetailSection facts;
    facts.key = QStringLiteral("facts");
    facts.title = Words::tr("More");
    facts.rows = {fact(Words::tr("Cluster"), shown(cluster.name()), cluster.id()),
        fact(Words::tr("Team"), str(draft.team)), fact(Words::tr("Created"), str(formatTime(draft.created))),
        fact(Words::tr("UID"), str(draft.uid))};
    sheet.sections.push_back(std::move(facts));
    sheet.sections.push_back(labels(draft.labels));
    sheet.jumpText = Words::tr("Show Pods");
    sheet.jumpView = QStringLiteral("pods");
    return sheet;
}

DetailRow kindRow(ResourceKind kind, const ResourceStatus &status, Orchestrator orchestrator, Time now)
{
    State state = State::Unknown;
    QString words;
    switch (status.sync) {
    case Sync::Live:
        state = State::Ok;
        words = count(static_cast<std::int64_t>(status.read));
        break;
    case Sync::Waiting:
        state = State::Pending;
        words = Words::tr("not asked yet");
        break;
    case Sync::Loading:
        state = State::Pending;
        words = status.expected ? Words::tr("%1 of about %2")
                                      .arg(count(static_cast<std::int64_t>(status.read)),
                                          count(static_cast<std::int64_t>(*status.expected)))
                                : Words::tr("%1 read").arg(count(static_cast<std::int64_t>(status.read)));
        break;
    case Sync::Stale:
        words = Words::tr("%1 old").arg(age(status.heard, now));
        break;
    case Sync::Forbidden:
        state = State::Warning;
        words = Words::tr("forbidden");
        break;
    case Sync::Absent:
        state = State::Cordoned;
        words = Words::tr("not installed");
        break;
    case Sync::Failed:
        state = State::Failed;
        words = Words::tr("failed");
        break;
    }
    DetailRow row = line(state, kindWord(kind, orchestrator), {}, words);
    if (status.error) {
        row.tip = shown(status.error->text());
    }
    return row;
}

/// How it is polled, and its masters in the order they are tried.
void addMasters(DetailSection &section, const ClusterStatus &status)
{
    std::erase_if(section.rows, [](const DetailRow &row) { return row.label == Words::tr("Context"); });
    auto at = section.rows.begin() + 1;
    for (QString words : pollingLines(status)) {
        words[0] = words[0].toUpper();
        DetailRow row;
        row.kind = DetailRow::Kind::Note;
        row.value = words;
        at = section.rows.insert(at, std::move(row)) + 1;
    }
    if (status.masters.size() > 1) {
        for (const std::string &master : status.masters) {
            const bool answers = master == status.server && status.connection == Connection::Live;
            at = section.rows.insert(at,
                     line(answers ? std::optional(State::Ok) : std::nullopt, shown(master), {},
                         answers ? Words::tr("answers") : QString()))
                + 1;
        }
    }
}

Sheet clusterSheet(const Picture &picture, const ClusterSnapshot &cluster, const Recorder *history, Time now)
{
    const ClusterStatus &status = cluster.status();
    const bool helios = status.orchestrator == Orchestrator::Helios;
    Sheet sheet;
    sheet.there = true;
    sheet.stale = staleCluster(cluster);
    sheet.path = status.demo ? Words::tr("Cluster · demo") : Words::tr("Cluster");
    sheet.name = shown(cluster.name());
    QStringList words;
    switch (status.connection) {
    case Connection::Connecting:
        sheet.state = State::Pending;
        words << Words::tr("connecting");
        break;
    case Connection::Live:
        sheet.state = !status.settled() ? State::Pending : status.partial() ? State::Warning : State::Ok;
        words << (!status.settled() ? Words::tr("loading")
                : status.partial()  ? Words::tr("partial")
                                    : Words::tr("live"));
        break;
    case Connection::Stale:
        sheet.state = State::Unknown;
        words << Words::tr("last heard %1").arg(ago(status.heard, now));
        break;
    case Connection::Failed:
        sheet.state = State::Failed;
        words << Words::tr("cannot be reached");
        break;
    }
    if (!status.version.empty()) {
        words << (helios ? versionText(status) : shown(status.version));
    }
    sheet.status = words.join(QStringLiteral(" · "));
    QStringList causes;
    if (status.error) {
        causes << shown(status.error->text());
    }
    for (int i = 0; i < kResourceKinds; ++i) {
        const auto kind = static_cast<ResourceKind>(i);
        const ResourceStatus &one = status.of(kind);
        if (one.error && one.sync != Sync::Live && causes.size() < 4) {
            const QString text = shown(one.error->text());
            if (!causes.contains(text)) {
                causes << text;
            }
        }
    }
    if (!status.namespaces.empty()) {
        QStringList names;
        for (const std::string &name : status.namespaces) {
            names << shown(name);
        }
        causes << Words::tr("Only these namespaces can be read: %1.").arg(names.join(QStringLiteral(", ")));
    }
    if (const QString unreadable = unreadableText(status); !unreadable.isEmpty()) {
        causes << Words::tr("Its master cannot read %1: what they hold is missing here.").arg(unreadable);
    }
    sheet.cause = causes.join(QLatin1Char('\n'));
    sheet.causeState = sheet.state.value_or(State::Warning);
    sheet.rule = helios ? QString() : rulesFor(status); // Helios knows no rights to ask for
    const ClusterAccounting *accounting = picture.accounting(cluster.id());
    if (accounting != nullptr) {
        const Sums &sums = accounting->cluster;
        DetailSection meters;
        meters.key = QStringLiteral("meters");
        if (helios) {
            meters.rows = heliosMeters(sums, sheet.stale);
        } else {
            meters.rows = {scopeMeter(Words::tr("CPU"), sums.cpu, false, sheet.stale),
                scopeMeter(Words::tr("Memory"), sums.memory, true, sheet.stale)};
        }
        const QString ready = helios ? Words::tr("%1 of %2 up") : Words::tr("%1 of %2 ready");
        const QString run = helios ? Words::tr("%1 of %2 running") : Words::tr("%1 of %2 ready");
        meters.rows.push_back(fact(
            helios ? Words::tr("Hosts") : Words::tr("Nodes"), ready.arg(count(sums.nodesReady), count(sums.nodes))));
        meters.rows.push_back(fact(
            helios ? Words::tr("Tasks") : Words::tr("Pods"), run.arg(count(sums.podsReady), count(sums.podsTotal))));
        sheet.sections.push_back(std::move(meters));
    }
    Scope scope;
    scope.cluster = cluster.id();
    if (!helios) { // nothing that is used is measured there
        sheet.sections.push_back(charts(history, scope, now));
    }
    DetailSection kinds;
    kinds.key = QStringLiteral("kinds");
    kinds.title = Words::tr("What is read");
    for (int i = 0; i < kResourceKinds; ++i) {
        const auto kind = static_cast<ResourceKind>(i);
        if (applies(status.orchestrator, kind)) {
            kinds.rows.push_back(kindRow(kind, status.of(kind), status.orchestrator, now));
        }
    }
    sheet.sections.push_back(std::move(kinds));
    DetailSection facts;
    facts.key = QStringLiteral("facts");
    facts.title = Words::tr("Connection");
    facts.rows = {fact(Words::tr("Server"), str(status.server)), fact(Words::tr("Context"), str(status.context)),
        fact(Words::tr("Heard"), status.heard == kNoTime ? str({}) : ago(status.heard, now)),
        fact(Words::tr("Answers in"),
            status.latency.count() > 0 ? Words::tr("%1 ms").arg(status.latency.count()) : str({})),
        fact(Words::tr("Requests"), count(static_cast<std::int64_t>(status.requests))),
        fact(Words::tr("Received"), bytes(static_cast<std::int64_t>(status.bytes))),
        fact(Words::tr("Changes"), count(static_cast<std::int64_t>(status.changes))),
        fact(Words::tr("Certificate"), status.insecure ? Words::tr("not verified") : Words::tr("verified"))};
    if (status.server.rfind("http:", 0) == 0) {
        facts.rows.back() = fact(Words::tr("Certificate"), Words::tr("none: plain HTTP"));
    }
    if (std::abs(status.skew.count()) > 1) {
        facts.rows.push_back(fact(Words::tr("Its clock"), Words::tr("%1 s off ours").arg(status.skew.count())));
    }
    if (helios) {
        addMasters(facts, status);
    }
    sheet.sections.push_back(std::move(facts));
    sheet.jumpText = helios ? Words::tr("Show Hosts") : Words::tr("Show Nodes");
    sheet.jumpView = QStringLiteral("nodes");
    return sheet;
}

} // namespace

Sheet sheetOf(const Picture &picture, const AnyId &id, const Recorder *history, Time now)
{
    const Snapshot &snapshot = picture.snapshot();
    Sheet sheet;
    if (const auto *cluster = std::get_if<ClusterId>(&id)) {
        if (const ClusterSnapshot *found = snapshot.cluster(*cluster)) {
            sheet = clusterSheet(picture, *found, history, now);
        }
    } else if (const auto *pod = std::get_if<PodId>(&id)) {
        if (const auto found = snapshot.find(*pod)) {
            sheet = isHelios(found->cluster()) ? taskSheet(*found, now) : podSheet(*found, now);
        }
    } else if (const auto *node = std::get_if<NodeId>(&id)) {
        if (const auto found = snapshot.find(*node)) {
            sheet =
                isHelios(found->cluster()) ? hostSheet(picture, *found, now) : nodeSheet(picture, *found, history, now);
        }
    } else if (const auto *workload = std::get_if<WorkloadId>(&id)) {
        if (const auto found = snapshot.find(*workload)) {
            sheet = isHelios(found->cluster()) ? heliosWorkloadSheet(*found, now)
                                               : workloadSheet(picture, *found, history, now);
        }
    } else if (const auto *ns = std::get_if<NamespaceId>(&id)) {
        const ClusterSnapshot *place = snapshot.cluster(ns->cluster);
        if (const auto found = snapshot.find(*ns); found && place != nullptr) {
            sheet = namespaceSheet(picture, *place, *found, history, now);
        }
    }
    // A section without rows has nothing to say.
    std::erase_if(sheet.sections, [](const DetailSection &section) { return section.rows.empty(); });
    return sheet;
}

Sheet goneSheet(const Sheet &last)
{
    Sheet sheet;
    sheet.path = last.path;
    sheet.name = last.name;
    sheet.state = State::Terminating;
    sheet.status = Words::tr("gone from its cluster");
    return sheet;
}

std::vector<DetailRow> eventRows(const std::vector<EventRow> &events, Time now)
{
    constexpr std::size_t kMost = 100;
    std::vector<DetailRow> rows;
    for (std::size_t i = 0; i < std::min(events.size(), kMost); ++i) {
        const EventRow &event = events[i];
        QString right = age(event.lastSeen, now);
        if (event.count > 1) {
            right += QStringLiteral(" ×") + count(event.count);
        }
        DetailRow row = line(event.warning ? std::optional(State::Warning) : std::nullopt, shown(event.reason),
            shown(event.message).left(600), right);
        row.tip = QStringList{shown(event.reason), shown(event.message).left(2000), shown(event.source),
            Words::tr("first seen %1").arg(ago(event.firstSeen, now))}
                      .join(QLatin1Char('\n'));
        rows.push_back(std::move(row));
    }
    return rows;
}

} // namespace sextant::ui
