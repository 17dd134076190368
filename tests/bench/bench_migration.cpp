// SPDX-License-Identifier: GPL-3.0-or-later
// How long a look at the migration takes: 30,000 tasks of 1,500 jobs, 150,000 pods of 5,000 workloads.
#include "core/migration/migration.h"
#include "tests/bench/figures.h"
#include "tests/support/samplefleet.h"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>

using namespace sextant;
using namespace sextant::migration;

namespace {

constexpr int kJobs = 1500, kTasksOfJob = 20, kHosts = 2000, kWorkloads = 5000, kPodsOfWorkload = 30, kClusters = 3;

std::string nameOf(int i)
{
    static constexpr const char *kWords[] = {"playlist", "search", "reco", "social", "charts", "royalty", "session",
        "artist", "album", "podcast", "skip", "radio", "library", "image", "fraud", "taste"};
    return fmt::format("{}-{}-{}", kWords[i % 16], kWords[i / 16 % 16], i / 256);
}

void fillHelios(ClusterStore &store, Time now)
{
    store.status().name = "helios";
    store.status().orchestrator = Orchestrator::Helios;
    test::setAllLive(store.status(), now);
    for (int i = 0; i < kHosts; ++i) {
        NodeDraft node = test::sampleNode(fmt::format("host-{}", i), "", 32, 128, now);
        node.uid = node.name;
        store.upsert(std::move(node));
    }
    for (int i = 0; i < kJobs; ++i) {
        WorkloadDraft job;
        job.kind = WorkloadKind::HeliosJob;
        job.kindText = "HeliosJob";
        job.jobName = nameOf(i) + (i % 3 == 0 ? "-service" : "");
        job.name = job.jobName + ":1:0123456789abcdef0123456789abcdef01234567";
        job.uid = job.name;
        store.upsert(job);
        for (int k = 0; k < kTasksOfJob; ++k) {
            PodDraft pod =
                test::samplePod("", job.name, fmt::format("host-{}", (i * 7 + k * 31) % kHosts), 100, 64, now);
            pod.uid = fmt::format("{}@{}", job.name, k);
            pod.controller = {job.kindText, job.name, job.uid};
            store.upsert(std::move(pod));
        }
    }
    store.publish();
}

void fillKubernetes(ClusterStore &store, int number, Time now)
{
    store.status().name = fmt::format("gke-{}", number);
    store.status().uid = store.status().name;
    test::setAllLive(store.status(), now);
    for (int i = number; i < kWorkloads; i += kClusters) {
        WorkloadDraft workload;
        workload.kind = WorkloadKind::Deployment;
        workload.kindText = "Deployment";
        // A third goes by the names of jobs, the others only resemble them.
        workload.name = i / kClusters % 3 == 0 ? nameOf(i % kJobs) : nameOf(i) + "-v" + std::to_string(i % 7);
        workload.ns = "n" + std::to_string(i % 40);
        workload.uid = fmt::format("d-{}-{}", number, i);
        store.upsert(workload);
        for (int k = 0; k < kPodsOfWorkload; ++k) {
            PodDraft pod = test::samplePod(workload.ns, fmt::format("{}-{}", workload.name, k), "", 250, 512, now);
            pod.uid = fmt::format("{}-{}", workload.uid, k);
            pod.controller = {workload.kindText, workload.name, workload.uid};
            store.upsert(std::move(pod));
        }
    }
    store.publish();
}

template <class Work> double milliseconds(Work work)
{
    const auto begin = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

void measure(const char *what, const Rules &rules, const Picture &picture, Time now)
{
    Tracker tracker(rules);
    ProgressPtr progress;
    const double first = milliseconds([&] { progress = tracker.look(picture, now); });
    double best = 1e9;
    for (int i = 1; i <= 10; ++i) {
        best = std::min(best, milliseconds([&] { progress = tracker.look(picture, now + std::chrono::seconds(i)); }));
    }
    bench::print(what,
        fmt::format("{:.1f} ms the first look, {:.1f} ms each further one; {} services, {} without a partner", first,
            best, progress->services.size(), progress->unmatched.size()));
}

} // namespace

int main()
{
    const Time now = wallNow();
    FleetStore store;
    fillHelios(*store.add(), now);
    for (int i = 0; i < kClusters; ++i) {
        fillKubernetes(*store.add(), i, now);
    }
    const Picture picture(store.snapshot(), nullptr);
    bench::printHead("A look at the migration: 30,000 tasks of 1,500 jobs, 150,000 pods of 5,000 workloads");
    measure("equal names", Rules(), picture, now);
    RulesConfig config;
    for (int i = 0; i < 20; ++i) {
        RuleConfig rule;
        rule.heliosPattern.job = fmt::format("^legacy{}-(.+)-service$", i);
        rule.kubernetesPattern.workload = "^(.+)$";
        rule.kubernetesPattern.ns = fmt::format("^team-{}$", i);
        config.match.push_back(rule);
    }
    measure("20 patterns, then names", *Rules::compile(config), picture, now);
    return 0;
}
