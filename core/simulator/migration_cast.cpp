// SPDX-License-Identifier: GPL-3.0-or-later
// Who is to move, from where to where and how; and what came before.
#include "core/simulator/migration_service.h"
#include "core/simulator/world_catalog.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace sextant::simulator {

namespace {

using std::chrono::seconds;

constexpr int kGroups = 12; // of those that still stand on Helios
constexpr int kGroupHosts = 7; // at most
constexpr int kMovingAtFirst = 4; // one of them stalled
constexpr int kWave = 12;
constexpr auto kPast = seconds(86400 * 63); // what the burn-up shows

} // namespace

MigrationScript::MigrationScript(
    const MigrationOptions &options, std::uint64_t seed, HeliosWorld &helios, std::vector<Target> targets)
    : m_options(options)
    , m_random(mixed(seed ^ hashOf("migration")))
    , m_helios(helios)
    , m_targets(std::move(targets))
    , m_running(options.running)
{
    if (m_targets.empty()) {
        return;
    }
    int most = 1;
    for (const auto &target : m_targets) {
        most = std::max(most, target.namespaces);
    }
    const auto names = products(std::max(most - 2, 1));
    const auto &suffixes = heliosSuffixes();
    static const std::vector<std::string> renamed{"core", "hub", "engine", "flow", "board", "ledger", "portal", "desk"};
    const int count = std::max(options.services, 1);
    const int moved = std::clamp(int(std::lround(count * options.moved)), 0, std::max(0, count - 2));
    for (int i = 0; i < count; ++i) {
        const auto at = std::size_t(i);
        const auto &product = names[at % names.size()];
        const auto round = at / names.size();
        Service one;
        one.name = product.name + '-' + suffixes[(round + at) % suffixes.size()];
        if (round >= suffixes.size()) {
            one.name += '-' + std::to_string(round / suffixes.size() + 1);
        }
        one.product = one.ns = product.name;
        one.team = product.team;
        one.version = "2." + std::to_string(m_random.range(3, 60)) + ".0";
        std::vector<std::size_t> fit;
        for (std::size_t t = 0; t < m_targets.size(); ++t) {
            const auto spaces = World::productNamespaces(m_targets[t].namespaces);
            if (std::find(spaces.begin(), spaces.end(), one.ns) != spaces.end()) {
                fit.push_back(t);
            }
        }
        one.target = m_random.pick(fit);
        // Most keep their name. Some are found by a label, a few by an explicit pair alone.
        const double naming = m_random.fraction();
        one.naming = naming < 0.86 ? Service::Naming::Equal
            : naming < 0.96        ? Service::Naming::Labelled
                                   : Service::Naming::Paired;
        one.deployment = one.naming == Service::Naming::Equal
            ? one.name
            : product.name + '-' + renamed[round % renamed.size()] + (round < renamed.size() ? "" : "-2");
        if (!m_random.chance(0.25)) {
            one.cpuShares = m_random.pick(std::vector<std::int64_t>{128, 256, 256, 512, 512, 1024});
        }
        if (!m_random.chance(0.2)) {
            one.memory = niceBytes(double(256LL << 20) * (1 + 7 * m_random.fraction()), 4LL << 30);
        }
        if (one.cpuShares || !m_random.chance(0.3)) {
            one.cpuMillicores = niceMillicores(double(one.cpuShares.value_or(512)) / 1024 * 1000, 4000);
            one.memoryBytes = one.memory.value_or(512LL << 20);
        }
        m_services.push_back(std::move(one));
    }
    // Who goes first is a matter of chance; a wave is what moves together.
    for (std::size_t i = m_services.size(); i > 1; --i) {
        std::swap(m_services[i - 1], m_services[m_random.bits() % i]);
    }
    std::vector<double> weights;
    for (int i = 0; i < count; ++i) {
        weights.push_back(1 / std::pow(1 - 0.98 * m_random.fraction(), 0.6));
    }
    const double standing = std::accumulate(weights.begin() + moved, weights.end(), 0.0);
    const int hosts = std::max(helios.options().hosts, 1);
    int groups = 0;
    for (int i = 0; i < count; ++i) {
        auto &one = m_services[std::size_t(i)];
        one.wave = i / kWave;
        one.instances =
            std::clamp(int(std::lround(weights[std::size_t(i)] / standing * helios.options().tasks)), 1, hosts);
        if (i >= moved && groups < std::min(kGroups, hosts / 10) && i % 3 != 0) {
            one.group = true;
            one.instances = std::min(one.instances, kGroupHosts);
            ++groups;
        } else if (i < moved && i % 30 == 1) {
            one.group = true; // left behind, empty
        }
        one.replicas = std::max(2, one.instances * 3 / 5);
        one.retires = i % 2 == 0;
        one.fate = i % 11 == 5 ? Service::Fate::OtherVersion : Service::Fate::Moves;
        if (i < moved) {
            one.phase = one.retires ? Service::Phase::Gone : Service::Phase::Drained;
            one.deployed = true;
        } else if (i < moved + std::min(kMovingAtFirst, count - moved - 1)) {
            one.phase = Service::Phase::Parallel;
            one.deployed = true;
            if (i == moved) {
                one.fate = Service::Fate::Stalls;
            }
        } else if (i == moved + std::min(kMovingAtFirst, count - moved - 1)) {
            one.fate = Service::Fate::RollsBack;
        }
    }
    if (count - moved > 12) { // the last ones have their troubles
        m_services[std::size_t(count) - 1].conduct = HeliosConduct::Flapping;
        m_services[std::size_t(count) - 1].instances = std::min(3, hosts);
        m_services[std::size_t(count) - 1].group = false;
        m_services[std::size_t(count) - 2].conduct = HeliosConduct::Exits;
        m_services[std::size_t(count) - 3].conduct = HeliosConduct::Exits;
    }
    for (const auto &service : m_services) {
        if (service.phase != Service::Phase::Waiting) {
            m_helios.hold(service.name);
        }
    }
}

std::vector<HeliosService> MigrationScript::onHelios() const
{
    const std::lock_guard lock(m_mutex);
    std::vector<HeliosService> out;
    for (const auto &service : m_services) {
        if (service.phase == Service::Phase::Gone) {
            continue;
        }
        HeliosService one;
        one.name = service.name;
        one.product = service.product;
        one.team = service.team;
        one.version = service.version;
        one.instances = service.phase == Service::Phase::Drained ? 0 : service.instances;
        one.group = service.group;
        one.cpuShares = service.cpuShares;
        one.memory = service.memory;
        one.conduct = service.conduct;
        if (service.naming == Service::Naming::Labelled) {
            one.metadata[kServiceLabel] = service.name;
        }
        out.push_back(std::move(one));
    }
    return out;
}

std::vector<PlannedDeployment> MigrationScript::onKubernetes(std::size_t target) const
{
    const std::lock_guard lock(m_mutex);
    std::vector<PlannedDeployment> out;
    for (const auto &service : m_services) {
        if (service.deployed && service.target == target) {
            out.push_back(service.planned());
            if (service.fate == Service::Fate::OtherVersion) {
                out.back().version = nextVersion(service.version);
            }
        }
    }
    return out;
}

MigrationMatching MigrationScript::matching() const
{
    const std::lock_guard lock(m_mutex);
    MigrationMatching out;
    out.labelKey = kServiceLabel;
    for (const auto &service : m_services) {
        out.services.push_back(service.name);
        if (service.naming == Service::Naming::Paired) {
            out.pairs.push_back({service.name, service.name,
                m_targets[service.target].name + '/' + service.ns + '/' + service.deployment});
        }
    }
    std::sort(out.services.begin(), out.services.end());
    std::sort(out.pairs.begin(), out.pairs.end(), [](const auto &a, const auto &b) { return a.service < b.service; });
    return out;
}

std::vector<std::pair<Time, Time>> MigrationScript::movesBefore() const
{
    const auto begin = m_began - kPast;
    std::vector<std::pair<Time, Time>> moves;
    const auto moved = int(std::count_if(
        m_services.begin(), m_services.end(), [](const Service &service) { return service.movedBefore; }));
    for (int i = 0; i < moved; ++i) {
        // Slowly at first; whole waves together, each on one working day.
        const int wave = i / kWave;
        const int waves = std::max(1, (moved + kWave - 1) / kWave);
        const auto whole = kPast.count() - 86400 * 2;
        auto day = std::int64_t(std::pow(double(wave + 1) / waves, 0.75) * double(whole)) / 86400;
        while ((begin.time_since_epoch().count() / 86400 + day + 4) % 7 % 6 == 0) { // Sundays and Saturdays
            --day;
        }
        const Time morning(seconds((begin.time_since_epoch().count() / 86400 + day) * 86400 + 9 * 3600));
        const auto end = morning + seconds(int(mixed(std::uint64_t(i)) % 28'000));
        moves.emplace_back(end - seconds(86400 + int(mixed(std::uint64_t(i) + 7) % 86400)), end);
    }
    return moves;
}

std::vector<MigrationPast> MigrationScript::past() const
{
    const std::lock_guard lock(m_mutex);
    std::vector<MigrationPast> out;
    if (m_began == kNoTime) {
        return out;
    }
    const auto moves = movesBefore();
    std::size_t next = 0;
    for (const auto &service : m_services) {
        if (service.movedBefore) {
            out.push_back({service.name, service.stageBefore, moves[next++].second});
        } else if (service.movingBefore) {
            const auto hours = 2 + int(mixed(out.size() + 31) % 40);
            out.push_back({service.name, service.stageBefore, m_began - std::chrono::hours(hours)});
        }
    }
    return out;
}

std::vector<MigrationSample> MigrationScript::history() const
{
    const std::lock_guard lock(m_mutex);
    std::vector<MigrationSample> out;
    const auto begin = m_began - kPast;
    const auto moves = movesBefore();
    const auto moved = int(moves.size());
    const auto moving = int(std::count_if(
        m_services.begin(), m_services.end(), [](const Service &service) { return service.movingBefore; }));
    for (auto at = begin; at < m_began; at += seconds(6 * 3600)) {
        MigrationSample one{at, int(m_services.size()), 0, 0};
        for (const auto &[from, to] : moves) {
            one.moved += to <= at ? 1 : 0;
            one.moving += from <= at && at < to ? 1 : 0;
        }
        out.push_back(one);
    }
    if (m_began != kNoTime) {
        out.push_back({m_began, int(m_services.size()), moved, moving});
    }
    return out;
}

} // namespace sextant::simulator
