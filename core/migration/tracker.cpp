// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "core/base/format.h"
#include "core/migration/progress.h"

#include <algorithm>
#include <condition_variable>
#include <cstdio>
#include <filesystem>
#include <fmt/format.h>
#include <mutex>
#include <set>
#include <thread>

namespace sextant::migration {

namespace {

constexpr std::size_t kMostFile = 64U << 20;
constexpr std::chrono::seconds kBurnEvery{600};
constexpr std::chrono::seconds kWriteWaitingEvery{30};
constexpr std::chrono::seconds kWriteEvery{300}; ///< what only says that a cluster was seen waits so long
constexpr std::chrono::hours kForgetAfter{24 * 30};

/// What a look may take from a cluster.
enum class Trust {
    Whole,
    Limited, ///< current, but a kind or a namespace may not be read: what is not found may still be there
    Coming, ///< on its way to its first whole picture
    Old, ///< what was read is no longer current
    Nothing, ///< never answered
};

struct ClusterSight {
    Trust trust = Trust::Nothing;
    int number = 0; ///< in the memory; 0: not remembered
    bool fresh = false; ///< this is the first look at it
    std::string why; ///< what of it cannot be judged, in words; empty: nothing
    std::vector<std::string> unreadable; ///< hosts of Helios
};

/// What a look changed in the memory.
enum class Change {
    None,
    Waiting, ///< something waits for a second look: worth keeping, in time
    Moved,
};

std::vector<std::string> unreadableHosts(const ClusterStatus &status)
{
    std::set<std::string> hosts;
    for (const ResourceKind kind : {ResourceKind::Nodes, ResourceKind::Pods}) {
        hosts.insert(status.of(kind).unreadable.begin(), status.of(kind).unreadable.end());
    }
    return {hosts.begin(), hosts.end()};
}

ClusterSight sightOf(const ClusterStatus &status)
{
    ClusterSight out;
    out.unreadable = unreadableHosts(status);
    const std::string reason = status.error ? ": " + status.error->text() : std::string();
    if (status.connection == Connection::Failed) {
        out.why = "nothing could be read" + reason + "; what runs there is not counted";
        return out;
    }
    if (status.connection == Connection::Connecting || !status.settled()) {
        out.trust = Trust::Coming;
        out.why = "is not read to the end yet";
        return out;
    }
    if (status.connection == Connection::Stale) {
        out.trust = Trust::Old;
        out.why = "is not heard" + reason;
        return out;
    }
    out.trust = Trust::Whole;
    std::vector<std::string> refused;
    for (int i = 0; i < kResourceKinds; ++i) {
        const auto kind = static_cast<ResourceKind>(i);
        const ResourceStatus &resource = status.of(kind);
        if (!applies(status.orchestrator, kind) || kind == ResourceKind::NodeMetrics || kind == ResourceKind::PodMetrics
            || kind == ResourceKind::Namespaces) {
            continue;
        }
        if (resource.sync == Sync::Stale || (resource.sync != Sync::Live && kind == ResourceKind::Pods)) {
            out.trust = Trust::Old;
            out.why = fmt::format("its {} are not current", resourceWord(kind));
            return out;
        }
        if (resource.sync == Sync::Forbidden || resource.sync == Sync::Failed || !resource.namespaces.empty()) {
            refused.emplace_back(resourceWord(kind));
        }
    }
    if (!refused.empty()) {
        out.trust = Trust::Limited;
        out.why = fmt::format("not all of its {} may be read; services are not missed there", listed(refused));
    }
    return out;
}

/// There is a cluster of this kind, and each was read: what is not found on that side is not there.
bool allRead(const Picture &picture, const std::vector<ClusterSight> &sights, Orchestrator kind)
{
    bool any = false;
    for (std::size_t i = 0; i < sights.size(); ++i) {
        if (picture.cluster(i).status().orchestrator == kind) {
            any = true;
            if (sights[i].trust != Trust::Whole && sights[i].trust != Trust::Old) {
                return false;
            }
        }
    }
    return any;
}

void rememberDeclared(const Side &side, Declares &cpu, Declares &memory)
{
    if (side.instances > 0) {
        cpu = side.cpuRequested == Count::kUnknown ? Declares::No : Declares::Yes;
        memory = side.memoryRequested == Count::kUnknown ? Declares::No : Declares::Yes;
    }
}

} // namespace

struct Tracker::Impl {
    Impl(Rules given, TrackerOptions chosen)
        : rules(std::move(given))
        , options(std::move(chosen))
        , inConfig(rules.config().services.begin(), rules.config().services.end())
    {
    }

    const Rules rules;
    const TrackerOptions options;
    const std::set<std::string, std::less<>> inConfig; ///< the services it lists

    std::mutex lookMutex; ///< of everything down to the next mutex
    Memory memory;
    std::map<std::string, std::pair<Stage, Time>> entered; ///< a past before the first look
    Time written = kNoTime;
    Change unwritten = Change::None;
    // The last guesses, while the same names stand alone.
    std::vector<std::string> guessedFor;
    std::vector<Unmatched> guesses;

    mutable std::mutex resultMutex;
    ProgressPtr last = std::make_shared<const Progress>();
    std::optional<Error> unread, unwritable;

    std::mutex writeMutex;
    std::condition_variable_any wake;
    std::optional<Memory> toWrite;
    std::jthread writer; ///< last: ends first

    void load();
    void keep(Time now);
    void queue();
    void write(const std::stop_token &stop);
    void takeLook(Service &service, const Found &found, const std::vector<ClusterSight> &sights, const Picture &picture,
        Time now);
    void guess(Progress &progress, const Picture &picture, std::vector<Unmatched> kubernetes);
    void tellMissing(Progress &progress, const Picture &picture, const std::vector<ClusterSight> &sights) const;
    void changed(Change change) { unwritten = std::max(unwritten, change); }
    bool forgetRenamed(const Matched &matched, const std::vector<ClusterSight> &sights);
};

void Tracker::Impl::load()
{
    Result<std::string> text = readSmallFile(options.file, kMostFile);
    if (!text && text.error().code == ErrorCode::NotFound) {
        return;
    }
    Result<Memory> read = text ? readMemory(*text) : Result<Memory>(text.error());
    if (read) {
        memory = std::move(*read);
        return;
    }
    unread = read.error();
    unread->subject = options.file;
    if (options.write && text) {
        const std::string aside = options.file + ".bad";
        const bool moved = std::rename(options.file.c_str(), aside.c_str()) == 0;
        unread->remedy = moved ? "It is set aside as " + aside + "; stages begin anew" : "Stages begin anew";
    }
}

/// Hands what is to be kept to the writer: at once when something moved, else now and then.
void Tracker::Impl::keep(Time now)
{
    const auto since = written == kNoTime ? kWriteEvery : now - written;
    const bool due = unwritten == Change::Moved || now < written || since >= kWriteEvery
        || (unwritten == Change::Waiting && since >= kWriteWaitingEvery);
    if (!options.file.empty() && options.write && due) {
        written = now;
        queue();
    }
}

void Tracker::Impl::queue()
{
    unwritten = Change::None;
    {
        const std::scoped_lock lock(writeMutex);
        toWrite = memory;
    }
    wake.notify_one();
}

void Tracker::Impl::write(const std::stop_token &stop)
{
    std::unique_lock lock(writeMutex);
    for (;;) {
        wake.wait(lock, stop, [this] { return toWrite.has_value(); });
        if (!toWrite) {
            return; // nothing is left, and it is over
        }
        const Memory kept = std::move(*toWrite);
        toWrite.reset();
        lock.unlock();
        std::error_code failed; // what is missing then shows when it is written
        std::filesystem::create_directories(std::filesystem::path(options.file).parent_path(), failed);
        const auto done = replaceFile(options.file, memoryText(kept));
        {
            const std::scoped_lock result(resultMutex);
            unwritable = done ? std::nullopt : std::optional(done.error());
        }
        lock.lock();
    }
}

void Tracker::Impl::takeLook(
    Service &service, const Found &found, const std::vector<ClusterSight> &sights, const Picture &picture, Time now)
{
    const auto known = memory.services.find(service.name);
    const bool first = known == memory.services.end();
    bool fresh = first;
    bool usable = true;
    std::vector<int> numbers;
    for (std::size_t i = 0; i < sights.size(); ++i) {
        const ClusterSight &sight = sights[i];
        const ClusterSnapshot &cluster = picture.cluster(i);
        const bool helios = cluster.status().orchestrator == Orchestrator::Helios;
        const bool here = std::find(found.clusters.begin(), found.clusters.end(), cluster.id()) != found.clusters.end();
        const bool was = !first && sight.number != 0
            && std::binary_search(known->second.clusters.begin(), known->second.clusters.end(), sight.number);
        if (helios) {
            usable = usable && (sight.trust == Trust::Whole || (sight.trust == Trust::Limited && here));
            // A host that cannot be read may hold the last healthy instance.
            usable = usable && (found.helios.healthy > 0 || sight.unreadable.empty());
        } else if (here || was) {
            usable = usable && (sight.trust == Trust::Whole || (sight.trust == Trust::Limited && here));
        } else if (first) {
            usable = usable && sight.trust != Trust::Coming;
        }
        fresh = fresh || (here && sight.fresh);
        if ((here || was) && sight.number != 0) {
            numbers.push_back(sight.number);
        }
    }
    if (!first) { // a cluster it was on that is not open now
        for (const int number : known->second.clusters) {
            const bool open = std::any_of(
                sights.begin(), sights.end(), [&](const ClusterSight &sight) { return sight.number == number; });
            usable = usable && open;
        }
    }
    const Sight sight{found.helios.healthy, found.kubernetes.healthy, found.helios.exists, found.kubernetes.exists,
        inConfig.contains(service.name)};
    if (!usable) {
        service.stale = true;
        service.stage = first ? placeOf(sight, std::nullopt).value_or(Stage::NotStarted)
                              : known->second.standing.place.value_or(Stage::NotStarted);
        if (!first) {
            service.since = known->second.standing.since;
            service.firstSeen = known->second.firstSeen;
        }
        return;
    }
    Remembered &remembered = memory.services[service.name];
    if (first) {
        remembered.firstSeen = now;
        changed(Change::Moved);
    }
    if (fresh) {
        const Place before = remembered.standing.place;
        remembered.standing.set(sight);
        changed(before == remembered.standing.place ? Change::None : Change::Moved);
        const auto past = entered.find(service.name);
        if (past != entered.end() && remembered.standing.since == kNoTime
            && remembered.standing.place == past->second.first) {
            remembered.standing.since = past->second.second;
        }
    } else {
        const bool waited = remembered.standing.waiting;
        const bool movedOn = remembered.standing.look(sight, now, options.apart);
        changed(movedOn ? Change::Moved : waited != remembered.standing.waiting ? Change::Waiting : Change::None);
    }
    if (!remembered.standing.place) {
        memory.services.erase(service.name); // gone on both sides, and it never moved
        return;
    }
    remembered.owner = found.owner.empty() ? remembered.owner : found.owner;
    if (found.helios.exists || found.kubernetes.exists) {
        std::sort(numbers.begin(), numbers.end());
        numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
        changed(remembered.clusters == numbers ? Change::None : Change::Waiting);
        remembered.clusters = std::move(numbers);
    }
    rememberDeclared(found.helios, remembered.heliosCpu, remembered.heliosMemory);
    rememberDeclared(found.kubernetes, remembered.kubernetesCpu, remembered.kubernetesMemory);
    service.owner = remembered.owner;
    service.stage = *remembered.standing.place;
    service.since = remembered.standing.since;
    service.firstSeen = remembered.firstSeen;
    if (remembered.standing.waiting) {
        service.seen = remembered.standing.next;
    }
}

void Tracker::Impl::guess(Progress &progress, const Picture &picture, std::vector<Unmatched> kubernetes)
{
    std::vector<Unmatched> helios;
    for (const Service &service : progress.services) {
        if (!service.helios.exists || service.kubernetes.exists || moved(service.stage)) {
            continue;
        }
        Unmatched &one = helios.emplace_back();
        one.helios = true;
        one.name = service.name;
        one.cluster = service.helios.clusters.front();
        one.owner = service.owner;
        one.workload = service.helios.workloads.front();
        one.instances = service.helios.instances;
    }
    std::vector<std::string> names;
    for (const auto *list : {&helios, &kubernetes}) {
        for (const Unmatched &one : *list) {
            names.push_back(fmt::format("{}\n{}\n{}\n{}\n{}", one.name, one.ns, static_cast<int>(one.workload.cluster),
                one.workload.slot, one.workload.birth));
        }
        names.emplace_back();
    }
    if (names != guessedFor) {
        guesses = guessed(picture, std::move(helios), std::move(kubernetes));
        guessedFor = std::move(names);
        progress.unmatched = guesses;
        return;
    }
    // The same ones stand alone: only their figures are new.
    std::map<WorkloadId, const Unmatched *> now;
    for (const auto *list : {&helios, &kubernetes}) {
        for (const Unmatched &one : *list) {
            now[one.workload] = &one;
        }
    }
    for (Unmatched &one : guesses) {
        if (const auto found = now.find(one.workload); found != now.end() && found->second->helios == one.helios) {
            one.instances = found->second->instances;
            one.owner = found->second->owner;
        }
    }
    progress.unmatched = guesses;
}

void Tracker::Impl::tellMissing(
    Progress &progress, const Picture &picture, const std::vector<ClusterSight> &sights) const
{
    const auto on = [&](int number) {
        return std::count_if(progress.services.begin(), progress.services.end(), [&](const Service &service) {
            const auto known = memory.services.find(service.name);
            return number != 0 && known != memory.services.end()
                && std::binary_search(known->second.clusters.begin(), known->second.clusters.end(), number);
        });
    };
    const auto asLast = [](auto services) {
        return services == 0
            ? std::string()
            : fmt::format("; {} {} as last seen", formatCount(services), services == 1 ? "service is" : "services are");
    };
    for (std::size_t i = 0; i < sights.size(); ++i) {
        const ClusterSnapshot &cluster = picture.cluster(i);
        if (!sights[i].why.empty()) {
            const bool old = sights[i].trust != Trust::Limited;
            progress.missing.push_back(
                cluster.name() + ": " + sights[i].why + (old ? asLast(on(sights[i].number)) : std::string()));
        }
        if (const auto &hosts = sights[i].unreadable; !hosts.empty()) {
            progress.missing.push_back(fmt::format(
                "{}: {} cannot be read; a service that is not seen well elsewhere on Helios stays as it was",
                cluster.name(), listed(hosts)));
        }
    }
    for (const auto &[number, known] : memory.clusters) {
        const bool open = std::any_of(
            sights.begin(), sights.end(), [&, n = number](const ClusterSight &sight) { return sight.number == n; });
        if (const auto services = on(number); !open && services > 0) {
            progress.missing.push_back(known.name + ": is not open" + asLast(services));
        }
    }
}

/// Other rules may name services differently: those that nothing goes by any more are not gone, they are called
/// something else.
bool Tracker::Impl::forgetRenamed(const Matched &matched, const std::vector<ClusterSight> &sights)
{
    const std::string digest = digestOf(rules.config());
    const bool whole = std::all_of(sights.begin(), sights.end(),
        [](const ClusterSight &sight) { return sight.trust == Trust::Whole || sight.trust == Trust::Limited; });
    if (memory.rules == digest || !whole) {
        return false;
    }
    if (!memory.rules.empty()) {
        for (const Found &found : matched.services) {
            if (!found.helios.exists && !found.kubernetes.exists) {
                memory.services.erase(found.name);
            }
        }
    }
    memory.rules = digest;
    return true;
}

Tracker::Tracker(Rules rules, TrackerOptions options)
    : m_impl(std::make_unique<Impl>(std::move(rules), std::move(options)))
{
    if (!m_impl->options.file.empty()) {
        m_impl->load();
        if (m_impl->options.write) {
            m_impl->writer = std::jthread([impl = m_impl.get()](const std::stop_token &stop) { impl->write(stop); });
        }
    }
}

Tracker::~Tracker()
{
    if (m_impl->writer.joinable() && m_impl->unwritten != Change::None) {
        m_impl->queue();
    }
}

ProgressPtr Tracker::look(const Picture &picture, Time now)
{
    Impl &self = *m_impl;
    const std::scoped_lock lock(self.lookMutex);
    auto progress = std::make_shared<Progress>();
    std::vector<ClusterSight> sights;
    progress->applies = !self.rules.config().services.empty();
    for (std::size_t i = 0; i < picture.clusters(); ++i) {
        const ClusterStatus &status = picture.cluster(i).status();
        progress->applies = progress->applies || status.orchestrator == Orchestrator::Helios;
        sights.push_back(sightOf(status));
    }
    if (progress->applies) {
        // A cluster is known from when all have come: then what is first seen on it was there before.
        const bool come = std::none_of(
            sights.begin(), sights.end(), [](const ClusterSight &sight) { return sight.trust == Trust::Coming; });
        for (std::size_t i = 0; i < picture.clusters(); ++i) {
            const ClusterStatus &status = picture.cluster(i).status();
            ClusterSight &sight = sights[i];
            sight.number = self.memory.find(status);
            sight.fresh = sight.number == 0;
            if (come && (sight.trust == Trust::Whole || sight.trust == Trust::Limited)) {
                self.changed(sight.fresh ? Change::Moved : Change::None);
                sight.number = self.memory.take(status, now);
            }
        }
        std::vector<std::string> known;
        for (const auto &[name, unused] : self.memory.services) {
            known.push_back(name);
        }
        Matched matched = match(picture, self.rules, known);
        if (self.forgetRenamed(matched, sights)) {
            self.changed(Change::Moved);
            known.clear();
            for (const auto &[name, unused] : self.memory.services) {
                known.push_back(name);
            }
            matched = match(picture, self.rules, known);
        }
        const bool heliosRead = allRead(picture, sights, Orchestrator::Helios);
        const bool kubernetesRead = allRead(picture, sights, Orchestrator::Kubernetes);
        bool all = true; // every service is remembered
        std::vector<int> kept(matched.services.size(), -1);
        for (std::size_t i = 0; i < matched.services.size(); ++i) {
            Found &found = matched.services[i];
            Service service;
            service.name = found.name;
            service.owner = found.owner;
            service.matchedBy = found.matchedBy;
            const bool before = self.memory.services.contains(found.name);
            self.takeLook(service, found, sights, picture, now);
            const auto after = self.memory.services.find(found.name);
            if (after == self.memory.services.end() && !service.stale && before) {
                continue; // it is out
            }
            service.helios = std::move(found.helios);
            service.kubernetes = std::move(found.kubernetes);
            service.helios.seen = !service.stale || service.helios.exists || heliosRead;
            service.kubernetes.seen = !service.stale || service.kubernetes.exists || kubernetesRead;
            judgeDeclared(service, after == self.memory.services.end() ? nullptr : &after->second);
            kept[i] = static_cast<int>(progress->services.size());
            progress->services.push_back(std::move(service));
            all = all && after != self.memory.services.end();
        }
        for (auto &cluster : matched.serviceOf) {
            for (int &service : cluster) {
                service = service < 0 ? -1 : kept[static_cast<std::size_t>(service)];
            }
        }
        sumUp(*progress);
        listHosts(*progress, picture, matched);
        self.guess(*progress, picture, std::move(matched.unmatched));
        progress->excluded = std::move(matched.excluded);
        progress->ambiguous = std::move(matched.ambiguous);
        self.tellMissing(*progress, picture, sights);
        self.memory.forgetClusters(now, kForgetAfter);
        if (all && !progress->services.empty()) {
            const BurnPoint point{now, static_cast<int>(progress->services.size()),
                static_cast<int>(progress->byServices.moved), static_cast<int>(progress->byServices.moving), false};
            self.changed(self.memory.note(point, kBurnEvery) ? Change::Moved : Change::None);
        }
        progress->burnUp = self.memory.burnUp;
        self.keep(now);
    }
    const std::scoped_lock result(self.resultMutex);
    self.last = std::move(progress);
    return self.last;
}

ProgressPtr Tracker::current() const
{
    const std::scoped_lock lock(m_impl->resultMutex);
    return m_impl->last;
}

std::optional<Error> Tracker::problem() const
{
    const std::scoped_lock lock(m_impl->resultMutex);
    return m_impl->unwritable ? m_impl->unwritable : m_impl->unread;
}

void Tracker::prefill(std::vector<BurnPoint> past, std::map<std::string, std::pair<Stage, Time>> entered)
{
    const std::scoped_lock lock(m_impl->lookMutex);
    m_impl->entered = std::move(entered);
    for (BurnPoint &point : past) {
        point.simulated = true;
    }
    auto &burnUp = m_impl->memory.burnUp;
    burnUp.insert(burnUp.begin(), past.begin(), past.end());
    std::stable_sort(burnUp.begin(), burnUp.end(), [](const BurnPoint &a, const BurnPoint &b) { return a.at < b.at; });
}

} // namespace sextant::migration
