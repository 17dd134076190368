// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/migration/sampleprogress.h"

#include <algorithm>

namespace sextant::test {

namespace {

using namespace migration;

constexpr const char *kOwners[] = {"lighthouse", "marble", "cantina", "driftwood", "kestrel", "nightingale", "saffron",
    "orrery", "foundry", "tumbleweed", "harbour"};
constexpr const char *kFirst[] = {"config", "audio", "playlist", "ad", "geo", "legal", "payout", "tax", "chat", "rate",
    "search", "image", "label", "royalty", "session", "account", "mobile"};
constexpr const char *kSecond[] = {
    "push", "analysis", "service", "reporting", "resolver", "hold", "batch", "limiter", "bridge", "gateway"};
constexpr std::int64_t kGi = 1LL << 30;

Stage stageOf(int i)
{
    constexpr Stage kinds[] = {Stage::Migrated, Stage::Migrated, Stage::NotStarted, Stage::InParallel, Stage::Retired,
        Stage::Migrated, Stage::NotStarted, Stage::Retired, Stage::InParallel, Stage::Migrated};
    return i % 47 == 5 ? Stage::RolledBack : kinds[i % 10];
}

} // namespace

Progress sampleProgress(int services, Time now)
{
    Progress progress;
    progress.applies = true;
    for (int i = 0; i < services; ++i) {
        Service service;
        service.name = std::string(kFirst[i % 17]) + '-' + kSecond[i / 17 % 10];
        if (i >= 170) {
            service.name += '-' + std::to_string(i / 170);
        }
        service.owner = i % 23 == 22 ? "" : kOwners[i * 7 % 11];
        service.stage = stageOf(i);
        service.firstSeen = now - std::chrono::hours(24 * 60);
        service.since = i % 9 == 8 ? kNoTime : now - std::chrono::hours(5 + i * 37 % 1100);
        const int size = 1 + i * 13 % 60;
        const bool moved = migration::moved(service.stage);
        const bool both = service.stage == Stage::InParallel;
        service.helios.exists = service.stage != Stage::Retired;
        service.helios.instances = moved ? 0 : both ? std::max(1, size * 2 / 3) : size;
        service.helios.healthy = service.helios.instances;
        service.helios.versions = {"1." + std::to_string(i % 9)};
        service.helios.clusters = {"helios-lon"};
        service.kubernetes.exists = moved || both;
        service.kubernetes.instances = moved ? size : both ? std::max(1, size / 3) : 0;
        service.kubernetes.healthy = service.kubernetes.instances;
        service.kubernetes.versions = {"2." + std::to_string(i % 4)};
        service.kubernetes.clusters = {i % 2 == 0 ? "gke-eu" : "gke-us"};
        service.matchedBy = service.kubernetes.exists ? "equal names" : "";
        if (i % 3 == 0) {
            service.helios.cpuRequested = service.helios.instances * 500;
            service.kubernetes.cpuRequested = service.kubernetes.instances * 500;
            service.helios.memoryRequested = service.helios.instances * kGi;
            service.kubernetes.memoryRequested = service.kubernetes.instances * kGi;
        }
        progress.services.push_back(std::move(service));
    }
    std::sort(progress.services.begin(), progress.services.end(),
        [](const Service &a, const Service &b) { return a.name < b.name; });
    const auto add = [](Share &share, const Service &service, std::int64_t helios, std::int64_t kubernetes) {
        ++share.covered;
        const bool both = service.stage == Stage::InParallel;
        const std::int64_t weight = migration::moved(service.stage) ? kubernetes : both ? helios + kubernetes : helios;
        share.total += weight;
        (migration::moved(service.stage) ? share.moved : share.moving) +=
            migration::moved(service.stage) || both ? weight : 0;
    };
    for (const Service &service : progress.services) {
        ++progress.stages[static_cast<std::size_t>(service.stage)];
        for (Share *share : {&progress.byServices, &progress.byInstances, &progress.byCpu, &progress.byMemory}) {
            ++share->services;
        }
        const bool both = service.stage == Stage::InParallel;
        ++progress.byServices.covered;
        ++progress.byServices.total;
        progress.byServices.moved += migration::moved(service.stage) ? 1 : 0;
        progress.byServices.moving += both ? 1 : 0;
        add(progress.byInstances, service, service.helios.instances, service.kubernetes.instances);
        if (service.helios.cpuRequested != Count::kUnknown) {
            add(progress.byCpu, service, service.helios.cpuRequested, service.kubernetes.cpuRequested);
            add(progress.byMemory, service, service.helios.memoryRequested, service.kubernetes.memoryRequested);
        }
        const auto found = std::find_if(progress.owners.begin(), progress.owners.end(),
            [&](const OwnerProgress &owner) { return owner.owner == service.owner; });
        OwnerProgress &owner = found != progress.owners.end()
            ? *found
            : progress.owners.emplace_back(OwnerProgress{service.owner, 0, 0, 0, 0});
        ++owner.services;
        owner.moved += migration::moved(service.stage) ? 1 : 0;
        owner.moving += both ? 1 : 0;
        owner.rolledBack += service.stage == Stage::RolledBack ? 1 : 0;
    }
    std::stable_sort(progress.owners.begin(), progress.owners.end(),
        [](const OwnerProgress &a, const OwnerProgress &b) { return a.services > b.services; });
    for (int i = 0; i < 9; ++i) {
        Unmatched one;
        one.helios = i < 5;
        one.name = std::string(one.helios ? "legacy-" : "new-") + kSecond[i];
        one.cluster = one.helios ? "helios-lon" : "gke-eu";
        one.ns = one.helios ? "" : kOwners[i];
        one.owner = kOwners[i];
        one.instances = 3 + i;
        for (int k = 0; one.helios && k < i % 3 + (i == 0 ? 2 : 0); ++k) {
            Guess guess;
            guess.name = std::string("gke-eu/") + kOwners[i] + '/' + kSecond[i] + (k == 0 ? "" : "-worker");
            guess.likeness = 0.83 - 0.2 * k - 0.01 * i;
            guess.rule = "- pair: {service: " + std::string(kSecond[i]) + ", helios: " + one.name
                + ", kubernetes: " + guess.name + "}";
            one.guesses.push_back(std::move(guess));
        }
        progress.unmatched.push_back(std::move(one));
    }
    for (int i = 0; i < 40; ++i) {
        HostLeft host;
        host.name = "lon3-helios-a" + std::to_string(10 + i);
        host.cluster = "helios-lon";
        host.tasks = 4 + i % 5;
        host.staying = i < 6 ? 0 : std::min(host.tasks, i / 6);
        progress.hostsEmpty += host.staying == 0 ? 1 : 0;
        progress.hosts.push_back(std::move(host));
    }
    const int done = static_cast<int>(progress.byServices.moved);
    for (int i = 60; i >= 0; --i) {
        BurnPoint point;
        point.at = now - std::chrono::minutes(i * 4 + 1);
        point.services = services - (i > 40 ? 6 : i > 22 ? 2 : 0);
        point.moved = std::max(0, done - i - i * i / 90);
        point.moving = static_cast<int>(progress.byServices.moving);
        point.simulated = i > 30;
        progress.burnUp.push_back(point);
    }
    return progress;
}

} // namespace sextant::test
