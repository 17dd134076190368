// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/migration/matching.h"

#include "core/base/format.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <unordered_map>

namespace sextant::migration {

namespace {

constexpr std::size_t kMostAmbiguous = 50;

/// The tag of the first of a list of images: "2.7.1" of "reg:5000/shop/cart:2.7.1@sha256:…,proxy:3"; empty without one.
std::string_view imageTag(std::string_view images)
{
    std::string_view image = images.substr(0, images.find(','));
    image = image.substr(0, image.find('@'));
    const auto slash = image.rfind('/');
    const std::string_view name = slash == std::string_view::npos ? image : image.substr(slash + 1);
    const auto colon = name.find(':');
    return colon == std::string_view::npos ? std::string_view() : name.substr(colon + 1);
}

/// Kinds that are services by themselves; the others count only where a rule or an equal name pairs them.
bool standsAlone(WorkloadKind kind)
{
    return kind == WorkloadKind::Deployment || kind == WorkloadKind::StatefulSet || kind == WorkloadKind::ReplicaSet
        || kind == WorkloadKind::ReplicationController;
}

/// Kubernetes' own: nobody migrates to it.
bool systemNamespace(std::string_view ns)
{
    return ns == "kube-system" || ns == "kube-public" || ns == "kube-node-lease";
}

std::string_view jobPart(std::string_view fullId) { return fullId.substr(0, fullId.find(':')); }

/// Adds to a sorted list of distinct texts.
void addDistinct(std::vector<std::string> &list, std::string_view text)
{
    const auto at = std::lower_bound(list.begin(), list.end(), text);
    if (!text.empty() && (at == list.end() || *at != text)) {
        list.emplace(at, text);
    }
}

void addDeclared(std::int64_t &sum, std::int64_t value)
{
    if (value != Count::kUnknown && value > 0) { // Kubernetes says 0 for a pod that declares nothing
        Count total(sum);
        sum = total.add(Count(value)).value;
    }
}

class Matching {
public:
    Matching(const Picture &picture, const Rules &rules)
        : m_picture(picture)
        , m_rules(rules)
    {
        m_out.serviceOf.resize(picture.clusters());
        for (std::size_t i = 0; i < picture.clusters(); ++i) {
            m_out.serviceOf[i].assign(picture.cluster(i).workloadSlots(), -1);
        }
    }

    Matched run(std::span<const std::string> known)
    {
        for (std::size_t i = 0; i < m_picture.clusters(); ++i) {
            if (helios(i)) {
                takeHelios(i);
            }
        }
        for (const std::string &name : m_rules.config().services) {
            keyed(serviceNamed(name), name);
        }
        for (const std::string &name : known) {
            keyed(serviceNamed(name), name);
        }
        index();
        for (std::size_t i = 0; i < m_picture.clusters(); ++i) {
            if (!helios(i)) {
                takeKubernetes(i);
            }
        }
        tellPlaces();
        return finish();
    }

private:
    struct Work {
        Found found;
        int rule = kNone; ///< the best that paired a workload: its place, kEqual after all rules
        bool paired = false; ///< a pair names it
        std::vector<std::string> keys; ///< names it goes by, itself and its jobs'
        std::map<std::size_t, std::vector<std::string>> places; ///< by cluster: namespaces found by equal names
    };
    struct Candidate {
        int service;
        int taken;
    };
    static constexpr int kEqual = 1 << 20, kNone = kEqual + 1;

    bool helios(std::size_t cluster) const
    {
        return m_picture.cluster(cluster).status().orchestrator == Orchestrator::Helios;
    }

    int serviceNamed(const std::string &name)
    {
        const auto [at, fresh] = m_byName.try_emplace(name, static_cast<int>(m_services.size()));
        if (fresh) {
            m_services.emplace_back().found.name = name;
        }
        return at->second;
    }

    void keyed(int service, std::string_view name)
    {
        addDistinct(m_services[static_cast<std::size_t>(service)].keys, name);
    }

    void takeHelios(std::size_t i)
    {
        const ClusterSnapshot &cluster = m_picture.cluster(i);
        // A group has its job's labels and registrations.
        std::unordered_map<std::string_view, WorkloadView> jobs;
        std::vector<std::uint32_t> groups, plain;
        for (const WorkloadView workload : cluster.workloads()) {
            if (workload.kind() == WorkloadKind::DeploymentGroup) {
                groups.push_back(workload.slot());
            } else if (workload.kind() == WorkloadKind::HeliosJob) {
                plain.push_back(workload.slot());
                jobs.insert_or_assign(workload.name(), workload);
                jobs.try_emplace(jobName(workload), workload);
            }
        }
        const auto byName = [&](std::uint32_t a, std::uint32_t b) {
            return WorkloadView(cluster, a).name() < WorkloadView(cluster, b).name();
        };
        std::sort(groups.begin(), groups.end(), byName);
        std::sort(plain.begin(), plain.end(), byName);
        std::unordered_map<std::string_view, int> ruledGroups; // by job: the service a rule gives to its first group
        for (const auto slot : groups) {
            const WorkloadView group(cluster, slot);
            const std::string_view job = jobName(group);
            auto own = group.rolloutJob().empty() ? jobs.end() : jobs.find(group.rolloutJob());
            if (own == jobs.end() && !job.empty()) {
                own = jobs.find(job);
            }
            const auto named = ruledName(own == jobs.end() ? group : own->second, job, group.name());
            if (named) {
                ruledGroups.try_emplace(job, serviceNamed(named->service));
            } else if (job.empty()) {
                continue; // it never rolled anything out
            }
            addHelios(i, slot, named ? named->service : std::string(job), named, job);
        }
        for (const auto slot : plain) {
            const WorkloadView workload(cluster, slot);
            const std::string_view job = jobName(workload);
            const auto named = ruledName(workload, job, {});
            const auto group = ruledGroups.find(job);
            if (!named && group != ruledGroups.end() && m_picture.accounting(i).byWorkload[slot].podsTotal == 0) {
                // Only groups run it, and rules have named them: it is no service of its own.
                m_services[static_cast<std::size_t>(group->second)].found.helios.workloads.push_back(workload.id());
                continue;
            }
            addHelios(i, slot, named ? named->service : std::string(job), named, job);
        }
    }

    static std::string_view jobName(const WorkloadView &workload)
    {
        const std::string_view own = workload.jobName();
        return !own.empty()                              ? own
            : workload.kind() == WorkloadKind::HeliosJob ? jobPart(workload.name())
                                                         : std::string_view();
    }

    /// What rules call a job or a group. @param says what has its labels and registrations.
    std::optional<Naming> ruledName(const WorkloadView &says, std::string_view job, std::string_view group) const
    {
        const auto views = says.registrations();
        const std::vector<std::string> registrations(views.begin(), views.end());
        const Labels labels = says.labels();
        return nameByRules(m_rules, HeliosName{job, group, registrations, &labels});
    }

    void addHelios(std::size_t cluster, std::uint32_t slot, const std::string &service,
        const std::optional<Naming> &named, std::string_view job)
    {
        if (service.empty()) {
            return;
        }
        const int at = serviceNamed(service);
        Work &work = m_services[static_cast<std::size_t>(at)];
        work.paired = work.paired
            || (named && m_rules.config().match[static_cast<std::size_t>(named->rule)].kind == RuleConfig::Kind::Pair);
        keyed(at, service);
        keyed(at, job);
        addTo(cluster, slot, at, work.found.helios);
    }

    void addTo(std::size_t i, std::uint32_t slot, int service, Side &side)
    {
        const ClusterSnapshot &cluster = m_picture.cluster(i);
        const ClusterAccounting &accounting = m_picture.accounting(i);
        const WorkloadView workload(cluster, slot);
        Found &found = m_services[static_cast<std::size_t>(service)].found;
        m_out.serviceOf[i][slot] = service;
        side.exists = true;
        side.workloads.push_back(workload.id());
        if (side.clusters.empty() || side.clusters.back() != cluster.name()) {
            side.clusters.push_back(cluster.name());
        }
        if (found.clusters.empty() || found.clusters.back() != cluster.id()) {
            found.clusters.push_back(cluster.id());
        }
        if (found.owner.empty()) {
            found.owner = workload.team();
        }
        const bool ofHelios = helios(i);
        bool any = false;
        for (const auto podSlot : accounting.byWorkload.pods(slot)) {
            const PodView pod(cluster, podSlot);
            if (!wanted(pod)) {
                continue;
            }
            any = true;
            ++side.instances;
            side.healthy += pod.state() == State::Ok ? 1 : 0;
            addDeclared(side.cpuRequested, pod.cpuRequested().value);
            addDeclared(side.memoryRequested, pod.memoryRequested().value);
            if (ofHelios) { // what runs, not what its group wants
                const auto parts = pod.name();
                const auto colon = parts.find(':');
                if (colon != std::string_view::npos) {
                    const auto rest = parts.substr(colon + 1);
                    addDistinct(side.versions, rest.substr(0, rest.rfind(':')));
                }
            }
        }
        if (any && !ofHelios) {
            const std::string_view version = workload.version();
            addDistinct(side.versions, version.empty() ? imageTag(workload.images()) : version);
        }
    }

    /// What equal names are looked up in.
    void index()
    {
        for (int i = 0; i < static_cast<int>(m_services.size()); ++i) {
            const Work &work = m_services[static_cast<std::size_t>(i)];
            if (work.paired) {
                continue;
            }
            for (const std::string &key : work.keys) {
                m_exact[key].push_back(i);
                const PlainName plain = plainName(m_rules, key);
                auto &list = m_plain[plain.text];
                const auto same =
                    std::find_if(list.begin(), list.end(), [&](const Candidate &one) { return one.service == i; });
                if (same == list.end()) {
                    list.push_back({i, plain.taken});
                } else {
                    same->taken = std::min(same->taken, plain.taken);
                }
            }
        }
    }

    const std::string &nameOf(int service) const { return m_services[static_cast<std::size_t>(service)].found.name; }

    /// The service of an equal name; -1: none. What it also fits is told.
    int equalNamed(const std::string &name, const std::string &place)
    {
        std::vector<int> fits;
        if (const auto exact = m_exact.find(name); exact != m_exact.end()) {
            fits = exact->second;
            for (const int one : fits) {
                if (nameOf(one) == name) {
                    return one;
                }
            }
        } else if (const auto plain = m_plain.find(plainName(m_rules, name).text); plain != m_plain.end()) {
            int least = plain->second.front().taken;
            for (const Candidate &one : plain->second) {
                least = std::min(least, one.taken);
            }
            for (const Candidate &one : plain->second) {
                if (one.taken == least) {
                    fits.push_back(one.service);
                }
            }
        }
        if (fits.empty()) {
            return -1;
        }
        std::sort(fits.begin(), fits.end(), [&](int a, int b) { return nameOf(a) < nameOf(b); });
        if (fits.size() > 1) {
            std::vector<std::string> names;
            for (const int one : fits) {
                names.push_back(nameOf(one));
            }
            tell(fmt::format("{} has a name like {} services ({}); it is counted for {}. A pair decides", place,
                names.size(), listed(names), names.front()));
        }
        return fits.front();
    }

    void takeKubernetes(std::size_t i)
    {
        const ClusterSnapshot &cluster = m_picture.cluster(i);
        std::vector<std::uint32_t> slots;
        for (const WorkloadView workload : cluster.workloads()) {
            if (workload.topmost() && workload.kind() != WorkloadKind::Node) {
                slots.push_back(workload.slot());
            }
        }
        std::sort(slots.begin(), slots.end(), [&](std::uint32_t a, std::uint32_t b) {
            const WorkloadView x(cluster, a), y(cluster, b);
            return std::tuple(x.ns(), x.name(), x.kind(), a) < std::tuple(y.ns(), y.name(), y.kind(), b);
        });
        for (const auto slot : slots) {
            const WorkloadView workload(cluster, slot);
            const auto [service, rule] = decide(workload);
            if (service >= 0) {
                Work &work = m_services[static_cast<std::size_t>(service)];
                work.rule = std::min(work.rule, rule);
                if (rule == kEqual) {
                    addDistinct(work.places[i], workload.ns());
                }
                addTo(i, slot, service, work.found.kubernetes);
            } else if (standsAlone(workload.kind()) && !systemNamespace(workload.ns())
                && !excluded(m_rules, workload.name())) {
                Unmatched &one = m_out.unmatched.emplace_back();
                one.name = workload.name();
                one.cluster = cluster.name();
                one.ns = workload.ns();
                one.owner = workload.team();
                one.workload = workload.id();
                const ClusterAccounting &accounting = m_picture.accounting(i);
                for (const auto podSlot : accounting.byWorkload.pods(slot)) {
                    one.instances += wanted(PodView(cluster, podSlot)) ? 1 : 0;
                }
            }
        }
    }

    struct Decision {
        int service = -1;
        int rule = kNone;
    };
    Decision decide(const WorkloadView &workload)
    {
        const std::string &cluster = workload.cluster().name();
        const std::string ns(workload.ns()), name(workload.name());
        const Labels labels = workload.labels();
        const auto place = [&] { return cluster + ": " + ns + "/" + name; };
        Decision out;
        for (const Naming &named : nameByRules(m_rules, KubernetesName{cluster, ns, name, &labels})) {
            const auto found = m_byName.find(named.service);
            if (found == m_byName.end()) {
                continue; // no service of the migration: the next rule may know better
            }
            const bool pair =
                m_rules.config().match[static_cast<std::size_t>(named.rule)].kind == RuleConfig::Kind::Pair;
            if (out.service < 0) {
                out = {found->second, named.rule};
            } else if (pair && found->second != out.service) {
                tell(fmt::format("{} is in the pairs of {} and {}; it is counted for {}", place(), nameOf(out.service),
                    named.service, nameOf(out.service)));
            }
            if (!pair) {
                break;
            }
        }
        if (out.service < 0) {
            out = {equalNamed(name, place()), kEqual};
        }
        return out;
    }

    void tell(std::string text) { m_out.ambiguous.push_back(std::move(text)); }

    /// One name in several namespaces of a cluster: all count, and that is said.
    void tellPlaces()
    {
        for (const Work &work : m_services) {
            for (const auto &[cluster, namespaces] : work.places) {
                if (namespaces.size() > 1) {
                    tell(fmt::format("{}: workloads that go by the name of {} are in {} namespaces ({}); all are "
                                     "counted. A rule with a namespace decides",
                        m_picture.cluster(cluster).name(), work.found.name, namespaces.size(), listed(namespaces)));
                }
            }
        }
    }

    std::string matchedBy(const Work &work) const
    {
        if (work.rule >= kNone || !work.found.kubernetes.exists) {
            return {};
        }
        if (work.rule == kEqual) {
            return "equal names";
        }
        const RuleConfig &rule = m_rules.config().match[static_cast<std::size_t>(work.rule)];
        const std::string where = rule.where.empty() ? "" : " (" + rule.where + ")";
        switch (rule.kind) {
        case RuleConfig::Kind::Pair:
            return "pair" + where;
        case RuleConfig::Kind::Label:
            return "label " + rule.label;
        case RuleConfig::Kind::Pattern:
            break;
        }
        return "rule" + where;
    }

    /// Sorts the services, drops those left out, and renumbers what points to them.
    Matched finish()
    {
        std::vector<int> order;
        for (int i = 0; i < static_cast<int>(m_services.size()); ++i) {
            Work &work = m_services[static_cast<std::size_t>(i)];
            work.found.matchedBy = matchedBy(work);
            if (excluded(m_rules, work.found.name)) {
                addDistinct(m_out.excluded, work.found.name);
            } else {
                order.push_back(i);
            }
        }
        std::sort(order.begin(), order.end(), [&](int a, int b) { return nameOf(a) < nameOf(b); });
        std::vector<int> renumbered(m_services.size(), -1);
        for (std::size_t k = 0; k < order.size(); ++k) {
            renumbered[static_cast<std::size_t>(order[k])] = static_cast<int>(k);
            m_out.services.push_back(std::move(m_services[static_cast<std::size_t>(order[k])].found));
        }
        for (auto &cluster : m_out.serviceOf) {
            for (int &service : cluster) {
                service = service < 0 ? -1 : renumbered[static_cast<std::size_t>(service)];
            }
        }
        std::sort(m_out.ambiguous.begin(), m_out.ambiguous.end());
        if (m_out.ambiguous.size() > kMostAmbiguous) {
            const auto rest = m_out.ambiguous.size() - kMostAmbiguous;
            m_out.ambiguous.resize(kMostAmbiguous);
            tell("and " + formatCount(static_cast<std::int64_t>(rest)) + " more");
        }
        return std::move(m_out);
    }

    const Picture &m_picture;
    const Rules &m_rules;
    std::vector<Work> m_services;
    std::unordered_map<std::string, int> m_byName;
    std::unordered_map<std::string, std::vector<int>> m_exact;
    std::unordered_map<std::string, std::vector<Candidate>> m_plain;
    Matched m_out;
};

} // namespace

bool wanted(const PodView &pod) { return pod.counts() && pod.state() != State::Terminating; }

std::string listed(const std::vector<std::string> &names, std::size_t most)
{
    std::string out;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i == most) {
            return out + " and " + formatCount(static_cast<std::int64_t>(names.size() - i)) + " more";
        }
        out += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + sanitized(names[i]);
    }
    return out;
}

Matched match(const Picture &picture, const Rules &rules, std::span<const std::string> known)
{
    return Matching(picture, rules).run(known);
}

} // namespace sextant::migration
