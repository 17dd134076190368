// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/heliosfleet.h"

#include "tests/support/samplefleet.h"

namespace sextant::test {
namespace {

constexpr std::int64_t kMi = 1024 * 1024;
constexpr std::int64_t kGi = 1024 * kMi;

std::string jobId(const std::string &nameAndVersion)
{
    return nameAndVersion + ":0123456789abcdef0123456789abcdef01234567";
}

WorkloadDraft heliosJob(const std::string &id, Time now)
{
    WorkloadDraft job;
    job.kind = WorkloadKind::HeliosJob;
    job.kindText = "HeliosJob";
    job.uid = "job/" + id;
    job.name = id;
    job.jobName = id.substr(0, id.find(':'));
    job.version = id.substr(id.find(':') + 1, id.rfind(':') - id.find(':') - 1);
    job.created = now - std::chrono::hours(24 * 30);
    job.desired = Count(1);
    job.ready = Count(1);
    job.state = State::Ok;
    job.images = "registry.example/" + job.jobName + ":" + job.version;
    return job;
}

WorkloadDraft group(const std::string &name, const std::string &job, const std::string &status)
{
    WorkloadDraft draft;
    draft.kind = WorkloadKind::DeploymentGroup;
    draft.kindText = "DeploymentGroup";
    draft.uid = "group/" + name;
    draft.name = name;
    draft.jobName = name;
    draft.team = "cantina";
    draft.desired = Count(5);
    draft.ready = Count(3);
    draft.updated = Count(5);
    draft.status = status;
    draft.state = State::Warning;
    auto rollout = std::make_shared<RolloutDraft>();
    rollout->status = status;
    rollout->job = job;
    draft.rollout = std::move(rollout);
    return draft;
}

} // namespace

NodeDraft heliosHost(const std::string &name, const std::string &zone, Time now)
{
    NodeDraft host;
    host.uid = "host/" + name;
    host.name = name;
    host.status = "UP";
    host.state = State::Ok;
    host.hasAllocatable = true;
    host.version = "0.9.282";
    host.zone = zone;
    host.pool = "shop";
    host.capacity.cpu = MilliCpu(16'000);
    host.capacity.memory = Bytes(64 * kGi);
    host.loadAverage = 4.25;
    host.memoryInUse = Bytes(24 * kGi);
    host.reported = now - std::chrono::seconds(20);
    host.labels = {{"role", "shop"}, {"zone", zone}};
    return host;
}

PodDraft heliosTask(const std::string &job, const std::string &host, std::int64_t cpu, std::int64_t memoryMi)
{
    PodDraft task;
    task.uid = host + "/" + job;
    task.name = job;
    task.node = host;
    task.phase = "Running";
    task.status = "RUNNING";
    task.state = State::Ok;
    task.ready = 1;
    task.containersTotal = 1;
    task.restartsKnown = false;
    task.cpuRequested = cpu < 0 ? MilliCpu() : MilliCpu(cpu);
    task.memoryRequested = task.memoryLimit = memoryMi < 0 ? Bytes() : Bytes(memoryMi * kMi);
    ContainerDraft container;
    container.name = job.substr(0, job.find(':'));
    container.state = ContainerState::Running;
    container.ready = true;
    container.cpuRequest = task.cpuRequested;
    container.memoryRequest = container.memoryLimit = task.memoryRequested;
    if (memoryMi < 0) {
        task.unlimitedMemory = {container.name};
    }
    task.containers = {container};
    task.controller = {"HeliosJob", job, "job/" + job};
    return task;
}

std::shared_ptr<ClusterStore> addHeliosCluster(FleetStore &store, Time now)
{
    auto cluster = store.add();
    ClusterStatus &status = cluster->status();
    status.orchestrator = Orchestrator::Helios;
    setAllLive(status, now);
    status.name = "helios-lon";
    status.server = "http://master-a.lon.example:5801";
    status.masters = {status.server, "http://master-b.lon.example:5801"};
    status.version = "0.9.282";
    status.round = std::chrono::milliseconds(1'400);
    status.of(ResourceKind::Nodes).unreadable = {"h7"};

    for (const char *name : {"h1", "h2", "h3", "h4", "h5", "h6", "h7", "h8"}) {
        const std::string host(name);
        NodeDraft draft = heliosHost(host, host == "h1" || host == "h5" || host == "h6" ? "lon3" : "lon6", now);
        if (host == "h4" || host == "h7" || host == "h8") {
            draft.capacity = {};
            draft.loadAverage.reset();
            draft.memoryInUse = Bytes();
        }
        if (host == "h5" || host == "h6") {
            draft.status = "DOWN";
            draft.state = State::Failed;
            draft.silent = true;
            draft.reported = now - std::chrono::minutes(host == "h5" ? 41 : 40);
        }
        if (host == "h7" || host == "h8") {
            draft.status = host == "h7" ? "Unreadable" : "Not registered";
            draft.state = State::Unknown;
            draft.silent = true;
            draft.reported = kNoTime;
            draft.version.clear();
        }
        cluster->upsert(std::move(draft));
    }

    const std::string playlist = jobId("playlist:1.0"), search = jobId("search:7"), legacy = jobId("legacy:3"),
                      royalty = jobId("royalty:2");
    for (const std::string &id : {playlist, search, legacy, royalty}) {
        WorkloadDraft job = heliosJob(id, now);
        if (id != legacy) {
            job.controller = {"DeploymentGroup", job.jobName, "group/" + job.jobName};
        }
        cluster->upsert(std::move(job));
    }
    cluster->upsert(group("playlist", playlist, "ACTIVE"));
    cluster->upsert(group("search", search, "ACTIVE"));
    WorkloadDraft failed = group("royalty", royalty, "FAILED");
    auto rollout = std::make_shared<RolloutDraft>(*failed.rollout);
    rollout->error = "h3: timed out waiting for job to reach state RUNNING.";
    rollout->hosts = {{"h3", royalty, "PULLING_IMAGE", false, true}, {"h2", {}, {}, false, false}};
    failed.rollout = std::move(rollout);
    failed.state = State::Failed;
    cluster->upsert(std::move(failed));

    const auto add = [&](PodDraft task, const char *groupName, const char *taskStatus, State state) {
        if (*groupName != 0) {
            task.controller = {"DeploymentGroup", groupName, std::string("group/") + groupName};
            task.team = "cantina";
        }
        task.status = taskStatus;
        task.state = state;
        task.ready = state == State::Ok ? 1 : 0;
        if (state == State::Unknown) {
            task.phase = "Unknown";
            task.readyKnown = false;
        }
        cluster->upsert(std::move(task));
    };
    for (const char *host : {"h1", "h2", "h3"}) {
        add(heliosTask(playlist, host, 500, 1024), "playlist", "RUNNING", State::Ok);
    }
    for (const char *host : {"h5", "h6"}) {
        add(heliosTask(playlist, host, 500, 1024), "playlist", "Unknown (last RUNNING)", State::Unknown);
    }
    PodDraft flapping = heliosTask(search, "h1", -1, 2048);
    flapping.statusMessage = "restarts often, its last runs were short";
    add(flapping, "search", "RUNNING (FLAPPING)", State::Warning);
    flapping = heliosTask(search, "h2", -1, 2048);
    flapping.statusMessage = "restarts often, its last runs were short; its container ended; it is started again";
    add(flapping, "search", "EXITED (FLAPPING)", State::Failed);
    add(heliosTask(legacy, "h1", -1, -1), "", "RUNNING", State::Ok);
    add(heliosTask(legacy, "h2", -1, -1), "", "PENDING", State::Pending);
    PodDraft parked = heliosTask(legacy, "h3", -1, -1);
    parked.counts = false;
    parked.phase = "Succeeded";
    add(parked, "", "STOPPED", State::Completed);
    PodDraft pulling = heliosTask(royalty, "h3", 250, 512);
    pulling.statusMessage = "its image was not found";
    add(pulling, "royalty", "PULLING_IMAGE (IMAGE_MISSING)", State::Failed);
    cluster->publish();
    return cluster;
}

} // namespace sextant::test
