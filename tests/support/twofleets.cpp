// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/twofleets.h"

#include "tests/support/samplefleet.h"

namespace sextant::test {

TwoFleets::TwoFleets()
{
    cluster("helios-lon");
    cluster("gke-eu");
}

ClusterStore &TwoFleets::cluster(const std::string &name)
{
    auto &store = m_clusters[name];
    if (!store) {
        store = m_store.add();
        store->status().name = name;
        store->status().uid = name.rfind("helios", 0) == 0 ? "" : "uid-of-" + name;
        store->status().orchestrator = name.rfind("helios", 0) == 0 ? Orchestrator::Helios : Orchestrator::Kubernetes;
        setAllLive(store->status(), wallNow());
        NodeDraft node = sampleNode(name + "-node", "default", 32, 128, wallNow());
        node.uid = "node-" + name;
        store->upsert(node);
        store->publish();
    }
    return *store;
}

void TwoFleets::dropPods(ClusterStore &store, const std::string &uid)
{
    for (int i = 0; i < m_podCounts[uid]; ++i) {
        store.remove(ResourceKind::Pods, uid + "/" + std::to_string(i));
    }
    m_podCounts[uid] = 0;
}

void TwoFleets::pods(ClusterStore &store, const WorkloadDraft &owner, const std::string &prefix, Instances instances)
{
    dropPods(store, owner.uid);
    for (int i = 0; i < instances.ok + instances.bad; ++i) {
        PodDraft pod = samplePod(owner.ns, prefix, store.status().name + "-node", 0, 0, wallNow());
        pod.uid = owner.uid + "/" + std::to_string(i);
        pod.cpuRequested = MilliCpu(instances.cpu);
        pod.memoryRequested = Bytes(instances.memory);
        pod.controller = {owner.kindText, owner.name, owner.uid};
        if (i >= instances.ok) {
            pod.state = State::Failed;
            pod.status = "CrashLoopBackOff";
        }
        store.upsert(std::move(pod));
    }
    m_podCounts[owner.uid] = instances.ok + instances.bad;
}

void TwoFleets::job(const std::string &name, Instances instances, const std::string &group, const std::string &version,
    const std::string &where)
{
    ClusterStore &store = cluster(where);
    WorkloadDraft job;
    job.kind = WorkloadKind::HeliosJob;
    job.kindText = "Job";
    job.uid = "job-" + where + "-" + name;
    job.name = name + ":" + version + ":0123456789abcdef0123456789abcdef01234567";
    job.jobName = name;
    job.version = version;
    job.resourceVersion = std::to_string(++m_versions);
    store.upsert(job);
    m_drafts[where + "/" + name] = job;
    WorkloadDraft owner = job;
    if (!group.empty()) {
        owner.kind = WorkloadKind::DeploymentGroup;
        owner.kindText = "DeploymentGroup";
        owner.uid = "group-" + where + "-" + group;
        owner.name = group;
        auto rollout = std::make_shared<RolloutDraft>();
        rollout->job = job.name;
        owner.rollout = rollout;
        store.upsert(owner);
        m_drafts[where + "/" + group] = owner;
    }
    pods(store, owner, job.name, instances);
    store.publish();
}

void TwoFleets::dropJob(const std::string &name, const std::string &where)
{
    ClusterStore &store = cluster(where);
    dropPods(store, m_drafts[where + "/" + name].uid);
    store.remove(ResourceKind::Jobs, m_drafts[where + "/" + name].uid);
    store.publish();
}

void TwoFleets::edit(
    const std::string &where, const std::string &name, const std::function<void(WorkloadDraft &)> &change)
{
    WorkloadDraft &draft = m_drafts[where + "/" + name];
    change(draft);
    draft.resourceVersion = std::to_string(++m_versions);
    cluster(where).upsert(draft);
    cluster(where).publish();
}

void TwoFleets::workload(
    const std::string &where, const std::string &ns, const std::string &name, Instances instances, WorkloadKind kind)
{
    ClusterStore &store = cluster(where);
    WorkloadDraft workload;
    workload.kind = kind;
    workload.kindText = workloadKindWord(kind);
    workload.uid = "workload-" + where + "-" + ns + "-" + name;
    workload.ns = ns;
    workload.name = name;
    workload.resourceVersion = std::to_string(++m_versions);
    store.upsert(workload);
    m_drafts[where + "/" + name] = workload;
    if (instances.cpu == Count::kUnknown) {
        instances.cpu = 0; // as Kubernetes says it
    }
    if (instances.memory == Count::kUnknown) {
        instances.memory = 0;
    }
    pods(store, workload, name + "-0", instances);
    store.publish();
}

void TwoFleets::dropWorkload(const std::string &where, const std::string &ns, const std::string &name)
{
    const std::string uid = "workload-" + where + "-" + ns + "-" + name;
    dropPods(cluster(where), uid);
    cluster(where).remove(ResourceKind::Deployments, uid);
    cluster(where).publish();
}

void TwoFleets::connection(const std::string &where, Connection connection)
{
    cluster(where).status().connection = connection;
    cluster(where).publish();
}

Picture TwoFleets::picture() { return Picture(m_store.snapshot(), nullptr); }

} // namespace sextant::test
