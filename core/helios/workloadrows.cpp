// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/helios/decoder.h"
#include "core/helios/fingerprint.h"
#include "core/helios/rowlabels.h"
#include "core/helios/rows.h"

#include <algorithm>

namespace sextant::helios {

namespace {

/// "2 failed, 1 starting" of what is wanted and not ready.
std::string shortOf(const Tally &tally)
{
    std::string out;
    const auto say = [&out](int count, const char *what) {
        if (count > 0) {
            out += (out.empty() ? "" : ", ") + std::to_string(count) + ' ' + what;
        }
    };
    say(tally.failed, "failed");
    say(tally.warning, "not ready");
    say(tally.pending, "starting");
    say(tally.silent, "on hosts that do not report");
    return out;
}

State stateOf(const Tally &tally)
{
    if (tally.wanted == 0) {
        return State::Completed;
    }
    if (tally.failed > 0) {
        return tally.ready > 0 ? State::Warning : State::Failed;
    }
    if (tally.warning > 0) {
        return State::Warning;
    }
    if (tally.pending > 0) {
        return State::Pending;
    }
    if (tally.silent > 0) {
        return tally.ready > 0 ? State::Warning : State::Unknown;
    }
    return tally.ready == tally.wanted ? State::Ok : State::Warning;
}

void hash(Fingerprint &print, const WorkloadDraft &row)
{
    print << row.status << row.state << row.desired.value << row.ready.value << row.updated.value << row.version
          << row.jobName << row.images << row.controller.uid << row.team << row.created.time_since_epoch().count();
    for (const std::string &registration : row.registrations) {
        print << registration;
    }
    for (const auto &[key, value] : row.labels) {
        print << key << value;
    }
}

/// Whether the master's words about a failed roll-out are about this host: they begin with its name.
bool names(const std::string &error, const std::string &host)
{
    return error.size() > host.size() && error.compare(0, host.size(), host) == 0 && error[host.size()] == ':';
}

std::shared_ptr<const RolloutDraft> rolloutOf(
    const Group &group, const GroupStatus &status, std::vector<std::string> hostsDown)
{
    auto out = std::make_shared<RolloutDraft>();
    out->status = status.status;
    out->error = status.error;
    out->reason = group.reason;
    out->job = group.jobId;
    out->selectors = selectorText(group.selectors);
    out->parallelism = group.parallelism;
    out->timeoutSeconds = group.timeout;
    out->overlap = group.overlap;
    out->migrate = group.migrate;
    for (const GroupStatus::Host &host : status.hosts) {
        RolloutDraft::Host row;
        row.name = host.name;
        row.job = host.jobId;
        row.state = host.state;
        row.updated = !group.jobId.empty() && host.jobId == group.jobId && host.state == "RUNNING";
        row.failed = names(status.error, host.name);
        out->hosts.push_back(std::move(row));
    }
    out->hostsDown = std::move(hostsDown);
    return out;
}

} // namespace

void Tally::add(const Task &task, bool hostSpeaks, const std::string &groupJob)
{
    if (!task.deployed) {
        return;
    }
    ++deployments;
    ++groups[task.group];
    if (task.goal != "START") {
        return;
    }
    ++wanted;
    ready += taskReady(task, hostSpeaks) ? 1 : 0;
    updated += !groupJob.empty() && task.jobId == groupJob ? 1 : 0;
    switch (taskState(task, hostSpeaks)) {
    case State::Ok:
        break;
    case State::Failed:
        ++failed;
        break;
    case State::Pending:
        ++pending;
        break;
    case State::Unknown:
        ++(hostSpeaks ? warning : silent);
        break;
    default:
        ++warning;
        break;
    }
}

WorkloadDraft jobRow(const Job &job, const Tally &tally, const RowOptions &options)
{
    WorkloadDraft row;
    row.kind = WorkloadKind::HeliosJob;
    row.kindText = "HeliosJob";
    row.uid = jobUid(job.id);
    row.name = job.id;
    row.jobName = job.name;
    row.version = job.version;
    row.created = job.created;
    row.desired = Count(tally.wanted);
    row.ready = Count(tally.ready);
    row.containers = job.name;
    row.images = job.image;
    row.registrations = job.registrations;
    row.labels = job.labels;
    row.team = firstLabel(job.labels, options.teamLabels, {"owner", "team"});
    row.state = stateOf(tally);
    row.status = tally.deployments == 0 ? "Deployed nowhere" : tally.wanted == 0 ? "Stopped" : shortOf(tally);
    if (job.expires != kNoTime) {
        row.status += (row.status.empty() ? "Expires " : ", expires ") + formatTime(job.expires);
    }
    if (tally.groups.size() == 1 && !tally.groups.begin()->first.empty()) {
        const std::string &group = tally.groups.begin()->first;
        row.controller = {"DeploymentGroup", group, groupUid(group)};
    }
    Fingerprint print;
    hash(print, row);
    row.resourceVersion = print.text();
    return row;
}

WorkloadDraft groupRow(const Group &group, const GroupStatus *status, const Job *job, const Tally &tally,
    std::vector<std::string> hostsDown, const RowOptions &options)
{
    WorkloadDraft row;
    row.kind = WorkloadKind::DeploymentGroup;
    row.kindText = "DeploymentGroup";
    row.uid = groupUid(group.name);
    row.name = group.name;
    row.desired = Count(tally.wanted);
    row.ready = Count(tally.ready);
    row.updated = Count(tally.updated);
    row.selector = selectorText(group.selectors);
    row.jobName = group.jobId.substr(0, group.jobId.find(':'));
    if (job != nullptr) {
        row.version = job->version;
        row.containers = job->name;
        row.images = job->image;
        row.registrations = job->registrations;
        row.labels = job->labels;
        row.team = firstLabel(job->labels, options.teamLabels, {"owner", "team"});
    }
    Fingerprint print;
    row.state = stateOf(tally);
    if (status != nullptr) {
        row.rollout = rolloutOf(group, *status, std::move(hostsDown));
        const auto updated = std::count_if(row.rollout->hosts.begin(), row.rollout->hosts.end(),
            [](const RolloutDraft::Host &host) { return host.updated; });
        row.status = status->status.empty() ? "Unknown" : status->status;
        if (status->status == "ROLLING_OUT") {
            row.status += ' ' + std::to_string(updated) + " of " + std::to_string(row.rollout->hosts.size());
            row.state = State::Pending;
        } else if (status->status == "FAILED") {
            row.status += status->error.empty() ? std::string() : ": " + bounded(status->error);
            row.state = State::Failed;
        } else if (const std::string missing = shortOf(tally); !missing.empty()) {
            row.status += ", " + missing; // ACTIVE only says that the last roll-out ended well
        }
        print << row.rollout->reason << row.rollout->job << row.rollout->selectors << row.rollout->parallelism.value
              << row.rollout->timeoutSeconds.value << row.rollout->overlap << row.rollout->migrate;
        for (const RolloutDraft::Host &host : row.rollout->hosts) {
            print << host.name << host.job << host.state << host.failed;
        }
        for (const std::string &host : row.rollout->hostsDown) {
            print << host;
        }
    }
    hash(print, row);
    row.resourceVersion = print.text();
    return row;
}

bool matches(const std::vector<Selector> &selectors, const Labels &labels)
{
    return !selectors.empty() && std::all_of(selectors.begin(), selectors.end(), [&](const Selector &selector) {
        const auto label = std::lower_bound(labels.begin(), labels.end(), selector.label,
            [](const auto &one, const std::string &key) { return one.first < key; });
        if (label == labels.end() || label->first != selector.label) {
            return false;
        }
        const bool among =
            std::find(selector.operands.begin(), selector.operands.end(), label->second) != selector.operands.end();
        if (selector.op == "EQUALS" || selector.op == "IN") {
            return among;
        }
        return (selector.op == "NOT_EQUALS" || selector.op == "NOT_IN") && !among;
    });
}

std::string selectorText(const std::vector<Selector> &selectors)
{
    std::string out;
    for (const Selector &selector : selectors) {
        std::string operands;
        for (const std::string &operand : selector.operands) {
            operands += (operands.empty() ? "" : ",") + operand;
        }
        const bool list = selector.op == "IN" || selector.op == "NOT_IN";
        const std::string op = selector.op == "EQUALS" ? "="
            : selector.op == "NOT_EQUALS"              ? "!="
            : selector.op == "IN"                      ? " in "
            : selector.op == "NOT_IN"                  ? " notin "
                                                       : ' ' + selector.op + ' ';
        out += (out.empty() ? "" : " ") + selector.label + op + (list ? '(' + operands + ')' : operands);
    }
    return out;
}

} // namespace sextant::helios
