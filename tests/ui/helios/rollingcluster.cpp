// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/helios/rollingcluster.h"

#include <cstdio>

namespace sextant::test {

void makeDown(NodeDraft &host, Time lastReport)
{
    host.status = "DOWN";
    host.state = State::Failed;
    host.silent = true;
    host.reported = lastReport;
}

std::string sampleJobId(const std::string &name, const std::string &version)
{
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char c : name + version) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    }
    char digits[41];
    std::snprintf(digits, sizeof digits, "%016llx%024llx", static_cast<unsigned long long>(hash),
        static_cast<unsigned long long>(hash * 31));
    return name + ":" + version + ":" + digits;
}

namespace {

WorkloadDraft jobOf(const std::string &jobId, const std::string &group, int instances, Time now)
{
    WorkloadDraft job;
    job.kind = WorkloadKind::HeliosJob;
    job.kindText = "HeliosJob";
    job.uid = "job/" + jobId;
    job.name = jobId;
    job.jobName = jobId.substr(0, jobId.find(':'));
    const auto version = jobId.find(':') + 1;
    job.version = jobId.substr(version, jobId.rfind(':') - version);
    job.created = now - std::chrono::hours(72);
    job.images = "registry.example/" + job.jobName + ":" + job.version;
    job.registrations = {job.jobName + "/http"};
    job.desired = job.ready = Count(instances);
    job.state = State::Ok;
    if (!group.empty()) {
        job.controller = {"DeploymentGroup", group, "group/" + group};
    }
    return job;
}

} // namespace

WorkloadDraft sampleGroup(
    const std::string &name, const std::string &jobId, const std::vector<std::string> &hosts, int updated)
{
    auto rollout = std::make_shared<RolloutDraft>();
    rollout->status = "ROLLING_OUT";
    rollout->reason = "MANUAL";
    rollout->job = jobId;
    rollout->selectors = "role=web zone in (lon3,lon6)";
    rollout->parallelism = Count(2);
    rollout->timeoutSeconds = Count(300);
    for (int i = 0; i < static_cast<int>(hosts.size()); ++i) {
        RolloutDraft::Host host;
        host.name = hosts[static_cast<std::size_t>(i)];
        host.updated = i < updated;
        host.job = i <= updated ? jobId : std::string();
        host.state = i < updated ? "RUNNING" : i == updated ? "PULLING_IMAGE" : std::string();
        rollout->hosts.push_back(std::move(host));
    }
    WorkloadDraft group;
    group.kind = WorkloadKind::DeploymentGroup;
    group.kindText = "DeploymentGroup";
    group.uid = "group/" + name;
    group.name = name;
    group.jobName = jobId.substr(0, jobId.find(':'));
    group.desired = group.ready = Count(static_cast<std::int64_t>(hosts.size()));
    group.updated = Count(updated);
    group.status = "ROLLING_OUT " + std::to_string(updated) + " of " + std::to_string(hosts.size());
    group.state = State::Pending;
    group.selector = rollout->selectors;
    group.team = "cantina";
    group.rollout = std::move(rollout);
    return group;
}

std::shared_ptr<ClusterStore> addRollingCluster(FleetStore &store, int hosts, Time now)
{
    auto cluster = store.add();
    ClusterStatus &status = cluster->status();
    status.name = "helios-lon";
    status.orchestrator = Orchestrator::Helios;
    status.masters = {"http://hm-1.example:5801", "http://hm-2.example:5801"};
    status.server = status.masters.front();
    status.version = "0.9.282";
    status.connection = Connection::Live;
    status.heard = now - std::chrono::seconds(4);
    status.pace = std::chrono::seconds(10);
    status.round = std::chrono::milliseconds(800);
    const std::string cartapi = sampleJobId("cartapi", "2.7.1"), ledger = sampleJobId("ledger", "3");
    std::vector<std::string> up;
    for (int i = 1; i <= hosts; ++i) {
        char name[16];
        std::snprintf(name, sizeof name, "web-%02d", i);
        NodeDraft host = heliosHost(name, "lon3", now);
        host.runtime = "docker://17.05.0-ce";
        PodDraft first = heliosTask(cartapi, name, 500, 512);
        first.controller = {"DeploymentGroup", "shop", "group/shop"};
        PodDraft second = heliosTask(ledger, name, -1, -1);
        if (i == hosts) {
            makeDown(host, now - std::chrono::minutes(41));
            for (PodDraft *task : {&first, &second}) {
                task->status = "Unknown (last RUNNING)";
                task->state = State::Unknown;
                task->ready = 0;
                task->readyKnown = false;
                task->statusMessage = "its host has not reported; this is what was known last";
            }
        } else {
            up.emplace_back(name);
        }
        cluster->upsert(std::move(host));
        cluster->upsert(std::move(first));
        cluster->upsert(std::move(second));
    }
    WorkloadDraft group = sampleGroup("shop", cartapi, up, static_cast<int>(up.size()) / 2);
    auto rollout = std::make_shared<RolloutDraft>(*group.rollout);
    char last[16];
    std::snprintf(last, sizeof last, "web-%02d", hosts);
    rollout->hostsDown = {last};
    group.rollout = std::move(rollout);
    cluster->upsert(std::move(group));
    cluster->upsert(jobOf(cartapi, "shop", hosts, now));
    cluster->upsert(jobOf(ledger, {}, hosts, now));
    for (int i = 0; i < kResourceKinds; ++i) {
        const auto kind = static_cast<ResourceKind>(i);
        if (applies(Orchestrator::Helios, kind)) {
            cluster->status().of(kind).sync = Sync::Live;
            cluster->status().of(kind).heard = now;
        }
    }
    cluster->publish();
    return cluster;
}

} // namespace sextant::test
