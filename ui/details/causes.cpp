// SPDX-License-Identifier: GPL-3.0-or-later
// Why something is not well, in sentences.
#include "ui/details/sheetparts.h"

#include <algorithm>

namespace sextant::ui {

using namespace parts;

namespace {

QString endOf(std::string_view reason, int exitCode, int signal)
{
    QString text = Words::tr("exit %1").arg(exitCode);
    if (signal != 0) {
        text += Words::tr(", signal %1").arg(signal);
    }
    if (!reason.empty() && reason != "Error" && reason != "Completed") {
        text += QStringLiteral(", ") + shown(reason);
    }
    return text;
}

QString withMessage(QString sentence, std::string_view message)
{
    if (!message.empty()) {
        sentence += QLatin1Char(' ') + shown(message).left(600).trimmed();
    }
    return sentence;
}

QString containerCause(const ContainerView &container, Time now)
{
    const QString name = shown(container.name);
    switch (container.state) {
    case ContainerState::Waiting: {
        if (container.reason == "ContainerCreating" || container.reason == "PodInitializing"
            || container.reason.empty()) {
            return {};
        }
        QString sentence;
        if (container.hasLast) {
            sentence = Words::tr("Container %1 waits to be restarted (%2): it ended with %3, %4; %5 so far.")
                           .arg(name, shown(container.reason),
                               endOf(container.lastReason, container.lastExitCode, container.lastSignal),
                               ago(container.lastFinished, now), restarts(container.restarts));
        } else {
            sentence = Words::tr("Container %1 waits: %2.").arg(name, shown(container.reason));
        }
        return withMessage(sentence, container.message);
    }
    case ContainerState::Terminated:
        if (container.exitCode == 0) {
            return {};
        }
        return withMessage(Words::tr("Container %1 ended with %2, %3.")
                               .arg(name, endOf(container.reason, container.exitCode, 0), ago(container.since, now)),
            container.message);
    case ContainerState::Running:
        if (container.ready || container.kind == ContainerKind::Init || container.kind == ContainerKind::Ephemeral) {
            return {};
        }
        if (container.hasLast) {
            return Words::tr("Container %1 runs again, but is not ready; before, it ended with %2, %3.")
                .arg(name, endOf(container.lastReason, container.lastExitCode, container.lastSignal),
                    ago(container.lastFinished, now));
        }
        return Words::tr("Container %1 runs, but is not ready.").arg(name);
    case ContainerState::Unknown:
        break;
    }
    return {};
}

} // namespace

QString podCause(const PodView &pod, Time now)
{
    if (pod.state() == State::Ok || pod.state() == State::Completed) {
        return {};
    }
    QStringList sentences;
    if (const auto node = pod.nodeSlot() == kNoSlot ? std::nullopt : pod.cluster().nodeBySlot(pod.nodeSlot());
        node && node->silent()) {
        sentences << Words::tr("Its node %1 has fallen silent: what is said here was said before that.")
                         .arg(shown(node->name()));
    }
    if (pod.deleted() != kNoTime) {
        sentences << Words::tr("It is being ended.");
    }
    for (const ContainerView &container : pod.containers()) {
        const QString sentence = containerCause(container, now);
        if (!sentence.isEmpty() && sentences.size() < 4) {
            sentences << sentence;
        }
    }
    if (!pod.statusMessage().empty()) {
        const QString said = shown(pod.statusMessage()).left(800).trimmed();
        if (!sentences.join(QLatin1Char(' ')).contains(said)) {
            sentences << (pod.scheduled() ? said : Words::tr("No node takes it: %1").arg(said));
        }
    } else if (!pod.scheduled() && sentences.isEmpty()) {
        sentences << Words::tr("No node was chosen for it yet.");
    }
    return sentences.join(QLatin1Char('\n'));
}

QString nodeCause(const NodeView &node, Time now)
{
    QStringList sentences;
    for (const ConditionView &condition : node.conditions()) {
        const State state = conditionState(condition.type, condition.status, condition.reason);
        if (state == State::Ok) {
            continue;
        }
        if (condition.type == "Ready" && condition.status == "Unknown") {
            sentences << withMessage(
                Words::tr("Its kubelet has fallen silent, %1.").arg(ago(condition.since, now)), condition.message);
        } else {
            sentences << withMessage(
                Words::tr("%1 is %2, since %3.")
                    .arg(shown(condition.type), shown(condition.status), age(condition.since, now)),
                condition.message);
        }
    }
    if (node.cordoned()) {
        sentences << Words::tr("It is cordoned: no new pods are placed here.");
    }
    return sentences.join(QLatin1Char('\n'));
}

QString workloadCause(const WorkloadView &workload, Time now)
{
    if (workload.state() == State::Ok || workload.state() == State::Completed) {
        return {};
    }
    QStringList sentences;
    if (!workload.status().empty()) {
        sentences << shown(workload.status()).left(600);
    }
    for (const ConditionView &condition : workload.conditions()) {
        const State state = conditionState(condition.type, condition.status, condition.reason);
        if (state != State::Ok && state != State::Completed && !condition.message.empty() && sentences.size() < 4) {
            const QString sentence =
                withMessage(Words::tr("%1 is %2, since %3.")
                                .arg(shown(condition.type), shown(condition.status), age(condition.since, now)),
                    condition.message);
            sentences << sentence;
        }
    }
    return sentences.join(QLatin1Char('\n'));
}

State conditionState(std::string_view type, std::string_view status, std::string_view reason)
{
    if (status == "Unknown") {
        return type == "Ready" ? State::Failed : State::Unknown;
    }
    const auto endsWith = [&](std::string_view end) {
        return type.size() >= end.size() && type.substr(type.size() - end.size()) == end;
    };
    const bool bad = endsWith("Pressure") || endsWith("Unavailable") || endsWith("Failure") || endsWith("Failed")
        || endsWith("Deadlock") || endsWith("Problem") || endsWith("Filesystem") || type == "FailureTarget"
        || type == "DisruptionTarget" || type == "Suspended" || (type.size() > 8 && type.substr(0, 8) == "Frequent");
    const bool wanted = bad ? status == "False" : status == "True";
    if (wanted) {
        return type == "Complete" || type == "SuccessCriteriaMet" ? State::Completed : State::Ok;
    }
    if (reason == "PodCompleted") {
        return State::Completed;
    }
    if (type == "PodScheduled" || type == "Initialized" || type == "PodReadyToStartContainers" || type == "Suspended") {
        return State::Pending;
    }
    return type == "Failed" ? State::Failed : State::Warning;
}

QString rulesFor(const ClusterStatus &status)
{
    struct Place {
        ResourceKind kind;
        const char *group;
        const char *resource;
    };
    static constexpr Place places[] = {{ResourceKind::Nodes, "", "nodes"}, {ResourceKind::Pods, "", "pods"},
        {ResourceKind::Namespaces, "", "namespaces"}, {ResourceKind::Deployments, "apps", "deployments"},
        {ResourceKind::ReplicaSets, "apps", "replicasets"}, {ResourceKind::StatefulSets, "apps", "statefulsets"},
        {ResourceKind::DaemonSets, "apps", "daemonsets"}, {ResourceKind::Jobs, "batch", "jobs"},
        {ResourceKind::CronJobs, "batch", "cronjobs"},
        {ResourceKind::ReplicationControllers, "", "replicationcontrollers"},
        {ResourceKind::NodeMetrics, "metrics.k8s.io", "nodes"}, {ResourceKind::PodMetrics, "metrics.k8s.io", "pods"}};
    QStringList groups;
    std::vector<QStringList> resources;
    for (const Place &place : places) {
        if (status.of(place.kind).sync != Sync::Forbidden) {
            continue;
        }
        const QString group = QString::fromLatin1(place.group);
        qsizetype at = groups.indexOf(group);
        if (at < 0) {
            at = groups.size();
            groups << group;
            resources.emplace_back();
        }
        resources[static_cast<std::size_t>(at)] << QString::fromLatin1(place.resource);
    }
    QStringList rules;
    for (qsizetype i = 0; i < groups.size(); ++i) {
        rules << QStringLiteral("- apiGroups: [\"%1\"]\n  resources: [%2]\n  verbs: [get, list, watch]")
                     .arg(groups[i], resources[static_cast<std::size_t>(i)].join(QStringLiteral(", ")));
    }
    return rules.join(QLatin1Char('\n'));
}

} // namespace sextant::ui
