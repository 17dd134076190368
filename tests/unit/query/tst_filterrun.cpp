// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fleet/podblock.h"
#include "core/query/filterrun.h"
#include "tests/unit/query/randomfleet.h"

#include <QTest>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

using namespace sextant;
using filter::Expression;
using filter::Key;
using filter::Op;
using test::RandomFleet;

namespace {

/// What an object answers to a key, read plainly: texts, a number with its whole, or a word. Nothing: it has no such
/// thing at all.
struct Answer {
    std::vector<std::string> texts;
    std::optional<double> number, whole;
    std::optional<std::string> word;
};
template <class Tag> std::optional<double> plain(Amount<Tag> amount)
{
    return amount.known() ? std::optional(static_cast<double>(amount.value)) : std::nullopt;
}
std::optional<double> plain(std::int64_t value) { return plain(Count(value)); }
std::optional<double> age(Time created)
{
    return created == kNoTime ? std::nullopt
                              : std::optional(static_cast<double>((RandomFleet::now() - created).count()));
}
std::string orchestrator(const ClusterSnapshot &cluster)
{
    return cluster.status().orchestrator == Orchestrator::Helios ? "helios" : "kubernetes";
}
std::string word(State state)
{
    static const std::vector<std::string> words{
        "ok", "completed", "terminating", "cordoned", "pending", "unknown", "warning", "failed"};
    return words[static_cast<std::size_t>(state)];
}
std::string s(std::string_view text) { return std::string(text); }

std::optional<Answer> answer(const Picture &picture, const NodeView &n, Key key)
{
    const NodeDraft &d = n.draft();
    const Sums sums = *picture.of(n.id());
    const bool helios = orchestrator(n.cluster()) == "helios";
    const auto cpu = plain(helios ? d.capacity.cpu : d.allocatable.cpu);
    const auto memory = plain(helios ? d.capacity.memory : d.allocatable.memory);
    switch (key) {
    case Key::Text: {
        Answer all{{d.name, d.status, d.version, d.pool, d.zone, d.instanceType, d.internalIp, d.externalIp, d.team,
                       s(n.cluster().name())},
            {}, {}, {}};
        all.texts.insert(all.texts.end(), d.roles.begin(), d.roles.end());
        return all;
    }
    case Key::Name:
    case Key::Node:
        return Answer{{d.name}, {}, {}, {}};
    case Key::Cluster:
        return Answer{{s(n.cluster().name())}, {}, {}, {}};
    case Key::Status:
        return Answer{{d.status}, {}, {}, {}};
    case Key::Owner:
        return Answer{{d.team}, {}, {}, {}};
    case Key::Pool:
        return Answer{{d.pool}, {}, {}, {}};
    case Key::Zone:
        return Answer{{d.zone}, {}, {}, {}};
    case Key::Role:
        return Answer{d.roles.empty() ? std::vector<std::string>{""} : d.roles, {}, {}, {}};
    case Key::Version:
        return Answer{{d.version}, {}, {}, {}};
    case Key::Ip:
        return Answer{{d.internalIp, d.externalIp}, {}, {}, {}};
    case Key::State:
        return Answer{{}, {}, {}, word(d.state)};
    case Key::Orchestrator:
        return Answer{{}, {}, {}, orchestrator(n.cluster())};
    case Key::Ready:
        return Answer{{}, {}, {},
            d.state == State::Unknown
                ? std::nullopt
                : std::optional<std::string>(d.state == State::Ok || d.state == State::Cordoned ? "yes" : "no")};
    case Key::Age:
        return Answer{{}, age(d.created), {}, {}};
    case Key::Pods:
        return Answer{{}, plain(std::int64_t{sums.pods}), plain(d.allocatable.pods), {}};
    case Key::CpuRequested:
        return Answer{{}, plain(sums.cpu.requested), cpu, {}};
    case Key::MemoryRequested:
        return Answer{{}, plain(sums.memory.requested), memory, {}};
    case Key::MemoryLimit:
        return Answer{{}, plain(sums.memory.limit), memory, {}};
    case Key::Cpu:
        return Answer{{}, plain(n.cpuUsed()), cpu, {}};
    case Key::Memory:
        return Answer{{}, plain(n.memoryUsed()), memory, {}};
    default:
        return {};
    }
}

std::optional<Answer> answer(const Picture &picture, const PodView &p, Key key)
{
    const auto onNode = [&](Key of) {
        const auto node = p.cluster().nodeBySlot(p.nodeSlot());
        return node ? answer(picture, *node, of) : Answer{{""}, {}, {}, {}};
    };
    switch (key) {
    case Key::Text:
        return Answer{{s(p.name()), s(p.ns()), s(p.node()), s(p.status()), s(p.workloadName()), s(p.team()),
                          s(p.cluster().name()), s(p.ip())},
            {}, {}, {}};
    case Key::Name:
        return Answer{{s(p.name())}, {}, {}, {}};
    case Key::Namespace:
        return Answer{{s(p.ns())}, {}, {}, {}};
    case Key::Node:
        return Answer{{s(p.node())}, {}, {}, {}};
    case Key::Cluster:
        return Answer{{s(p.cluster().name())}, {}, {}, {}};
    case Key::Status:
        return Answer{{s(p.status())}, {}, {}, {}};
    case Key::Owner:
        return Answer{{s(p.team())}, {}, {}, {}};
    case Key::Workload:
        return Answer{{s(p.workloadName())}, {}, {}, {}};
    case Key::Kind:
        return Answer{{s(p.workloadKind())}, {}, {}, {}};
    case Key::Qos:
        return Answer{{s(p.qos())}, {}, {}, {}};
    case Key::Ip:
        return Answer{{s(p.ip())}, {}, {}, {}};
    case Key::Pool:
    case Key::Zone:
    case Key::Role:
        return onNode(key);
    case Key::Version: {
        const auto workload = p.cluster().workloadBySlot(p.workloadSlot());
        return Answer{{workload ? workload->draft().version : std::string()}, {}, {}, {}};
    }
    case Key::State:
        return Answer{{}, {}, {}, word(p.state())};
    case Key::Orchestrator:
        return Answer{{}, {}, {}, orchestrator(p.cluster())};
    case Key::Ready:
        return Answer{{}, {}, {},
            p.readyKnown() && p.containersTotal() > 0
                ? std::optional<std::string>(p.ready() == p.containersTotal() ? "yes" : "no")
                : std::nullopt};
    case Key::Restarts:
        return Answer{{}, p.restartsKnown() ? plain(std::int64_t{p.restarts()}) : std::nullopt, {}, {}};
    case Key::Age:
        return Answer{{}, age(p.created()), {}, {}};
    case Key::Cpu:
        return Answer{{}, plain(p.cpuUsed()), plain(p.cpuRequested()), {}};
    case Key::CpuRequested:
        return Answer{{}, plain(p.cpuRequested()), {}, {}};
    case Key::Memory:
        return Answer{{}, plain(p.memoryUsed()), plain(p.memoryRequested()), {}};
    case Key::MemoryRequested:
        return Answer{{}, plain(p.memoryRequested()), {}, {}};
    case Key::MemoryLimit:
        return Answer{{}, plain(p.memoryLimit()), {}, {}};
    default:
        return {};
    }
}

std::optional<Answer> answer(const Picture &picture, const WorkloadView &w, Key key)
{
    const WorkloadDraft &d = w.draft();
    const Sums sums = *picture.of(w.id());
    switch (key) {
    case Key::Text:
        return Answer{{d.name, d.ns, d.kindText, d.status, s(w.team()), d.images, s(w.cluster().name())}, {}, {}, {}};
    case Key::Name:
    case Key::Workload:
        return Answer{{d.name}, {}, {}, {}};
    case Key::Namespace:
        return Answer{{d.ns}, {}, {}, {}};
    case Key::Kind:
        return Answer{{d.kindText}, {}, {}, {}};
    case Key::Cluster:
        return Answer{{s(w.cluster().name())}, {}, {}, {}};
    case Key::Status:
        return Answer{{d.status}, {}, {}, {}};
    case Key::Owner:
        return Answer{{s(w.team())}, {}, {}, {}};
    case Key::Version:
        return Answer{{d.version}, {}, {}, {}};
    case Key::State:
        return Answer{{}, {}, {}, word(d.state)};
    case Key::Orchestrator:
        return Answer{{}, {}, {}, orchestrator(w.cluster())};
    case Key::Ready:
        return Answer{{}, {}, {},
            d.desired.known() && d.ready.known()
                ? std::optional<std::string>(d.ready.value >= d.desired.value ? "yes" : "no")
                : std::nullopt};
    case Key::Age:
        return Answer{{}, age(d.created), {}, {}};
    case Key::Pods:
        return Answer{{}, plain(std::int64_t{sums.pods}), {}, {}};
    case Key::Cpu:
        return Answer{{}, plain(sums.cpu.used), plain(sums.cpu.requested), {}};
    case Key::CpuRequested:
        return Answer{{}, plain(sums.cpu.requested), {}, {}};
    case Key::Memory:
        return Answer{{}, plain(sums.memory.used), plain(sums.memory.requested), {}};
    case Key::MemoryRequested:
        return Answer{{}, plain(sums.memory.requested), {}, {}};
    case Key::MemoryLimit:
        return Answer{{}, plain(sums.memory.limit), {}, {}};
    default:
        return {};
    }
}

std::string lower(std::string text)
{
    for (char &c : text) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    }
    return text;
}

/// "80%", "500m", "2Gi", "1h" as a double in the unit of the answers; the second: it is a percentage.
std::pair<double, bool> quantity(const std::string &text)
{
    std::size_t used = 0;
    const double number = std::stod(text, &used);
    static const std::map<std::string, double> units{
        {"%", 1}, {"m", 0.001}, {"", 1}, {"Mi", 1048576.0}, {"Gi", 1073741824.0}, {"s", 1}, {"h", 3600}};
    return {number * units.at(text.substr(used)), text.back() == '%'};
}

template <class View> std::optional<bool> leaf(const Picture &picture, const View &view, const filter::Term &term)
{
    if (term.key == Key::Has) {
        const auto of = answer(picture, view, term.keys.at(0));
        if (!of) {
            return {};
        }
        return of->number || of->word
            || std::any_of(of->texts.begin(), of->texts.end(), [](const auto &text) { return !text.empty(); });
    }
    const auto of = answer(picture, view, term.key);
    if (!of) {
        return {};
    }
    const bool isNumber = filter::isNumber(filter::specOf(term.key).kind);
    const bool isWord = filter::specOf(term.key).kind == filter::ValueKind::Choice;
    bool any = false;
    for (const filter::Value &value : term.values) {
        if (isNumber) {
            const auto [wanted, share] = quantity(value.text);
            if (!of->number || (share && (!of->whole || *of->whole <= 0))) {
                return {};
            }
            const bool cpu = filter::specOf(term.key).kind == filter::ValueKind::Cpu;
            const double have = share ? *of->number * 100 / *of->whole : *of->number / (cpu ? 1000 : 1);
            any = any
                || (term.op == Op::Greater              ? have > wanted
                        : term.op == Op::GreaterOrEqual ? have >= wanted
                        : term.op == Op::Less           ? have < wanted
                        : term.op == Op::LessOrEqual    ? have <= wanted
                                                        : have == wanted);
        } else if (isWord) {
            if (!of->word) {
                return {};
            }
            any = any || *of->word == value.text;
        } else {
            const std::string wanted = lower(value.text);
            any = any || std::any_of(of->texts.begin(), of->texts.end(), [&](const std::string &text) {
                if (term.op == Op::Contains && term.key != Key::Text && wanted.find('*') != std::string::npos) {
                    const auto star = wanted.find('*'); // one of them, in this test
                    const std::string have = lower(text);
                    return have.size() >= wanted.size() - 1 && have.substr(0, star) == wanted.substr(0, star)
                        && have.substr(have.size() - (wanted.size() - star - 1)) == wanted.substr(star + 1);
                }
                return term.op == Op::Contains ? lower(text).find(wanted) != std::string::npos : lower(text) == wanted;
            });
        }
    }
    return term.op == Op::NotEquals ? !any : any;
}

template <class View> std::optional<bool> naive(const Picture &picture, const View &view, const Expression &expression)
{
    switch (expression.kind) {
    case Expression::Kind::Leaf:
        return leaf(picture, view, expression.term);
    case Expression::Kind::Not: {
        const auto inner = naive(picture, view, expression.parts.front());
        return inner ? std::optional(!*inner) : std::nullopt;
    }
    default: {
        // All: false as soon as one is; Any: true as soon as one is; else unknown as soon as one is.
        const bool all = expression.kind == Expression::Kind::All;
        bool unknown = false;
        for (const Expression &part : expression.parts) {
            const auto one = naive(picture, view, part);
            if (one && *one != all) {
                return !all;
            }
            unknown = unknown || !one;
        }
        return unknown ? std::nullopt : std::optional(all);
    }
    }
}

const std::vector<std::string> kTerms{"api", "É", "crash", "gke-e", "\"10.0\"", "cantina", "data-1", "ns:shop",
    "ns=shop", "ns!=default", "ns:ab,ключ", "node:n-1", "node=n-1", "node:n-*", "name:*-1", "name!=api",
    "status:Running", "status:init:0/2", "state:ok", "state:failed,pending", "state!=ok", "cluster:eu", "owner:blue",
    "owner=\"\"", "workload:api", "kind:cron", "pool:big", "zone:eu", "role:etcd", "version:v1.9", "ip:fd00",
    "qos:burst", "ready:yes", "ready:no", "restarts>1", "restarts=0", "restarts!=0", "age>1h", "age<=2000s", "cpu>0.5",
    "cpu>=500m", "cpu<80%", "cpu>=100%", "cpu.req>=0.5", "cpu.req>50%", "mem>100Mi", "mem.req<=1Gi", "mem.req>20%",
    "mem.limit>1Gi", "pods>2", "pods>=5%", "orchestrator:helios", "has:cpu", "has:node", "has:restarts",
    "has:mem.limit", "has:owner", "has:ready"};

class Filters {
public:
    explicit Filters(std::uint64_t seed)
        : m_random(seed)
    {
    }
    std::string next(int depth = 2)
    {
        const auto below = [&](std::size_t n) { return static_cast<std::size_t>(m_random() % n); };
        switch (depth == 0 ? 9 : below(10)) {
        case 0:
            return "!" + group(depth);
        case 1:
        case 2:
            return next(depth - 1) + " " + next(depth - 1);
        case 3:
            return group(depth) + " | " + group(depth);
        case 4:
            return group(depth) + " " + group(depth);
        default:
            return kTerms[below(kTerms.size())];
        }
    }

private:
    std::string group(int depth) { return "(" + next(depth - 1) + ")"; }
    std::mt19937_64 m_random;
};

} // namespace

class TestFilterRun : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void likeTheNaiveWay_data();
    void likeTheNaiveWay();
    void partsOfNamesAndAddresses();
    void unknownIsNoAnswer();
    void nodesOfPods();
    void services();
};

void TestFilterRun::likeTheNaiveWay_data()
{
    QTest::addColumn<std::uint64_t>("seed");
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        QTest::addRow("%d", static_cast<int>(seed)) << seed;
    }
}

void TestFilterRun::likeTheNaiveWay()
{
    QFETCH(std::uint64_t, seed);
    RandomFleet fleet(seed, 3);
    fleet.step(600);
    const PicturePtr picture = fleet.picture();
    Filters filters(seed);
    std::size_t kept = 0, asked = 0;
    const auto check = [&](FilterRun &run, const Filter &filter, const auto &range) {
        for (const auto view : range) {
            const bool wanted = naive(*picture, view, filter.expression()).value_or(false);
            ++asked;
            kept += wanted ? 1 : 0;
            if (run.matches(view) != wanted) {
                return false;
            }
        }
        return true;
    };
    for (std::size_t i = 0; i < kTerms.size() + 150; ++i) {
        const std::string text = i < kTerms.size() ? kTerms[i] : filters.next();
        const auto filter = Filter::parse(text);
        QVERIFY2(filter.ok(), text.c_str());
        FilterRun run(*filter, *picture, RandomFleet::now());
        for (int again = 0; again < 2; ++again) { // the second time from memory, and back in the first cluster
            for (std::size_t c = 0; c < picture->clusters(); ++c) {
                const ClusterSnapshot &cluster = picture->cluster(c);
                QVERIFY2(check(run, *filter, cluster.pods()), text.c_str());
                for (std::uint32_t slot = 0; slot < cluster.podSlots(); slot += PodBlock::kPods) {
                    const PodBlock pods(cluster, slot);
                    std::uint64_t wanted = 0;
                    eachBit(pods.occupied(),
                        [&](unsigned bit) { wanted |= std::uint64_t(run.matches(pods.at(bit))) << bit; });
                    QVERIFY2(run.matches(pods, pods.occupied()) == wanted, text.c_str());
                }
                QVERIFY2(check(run, *filter, cluster.nodes()), text.c_str());
                for (const WorkloadView workload : cluster.workloads()) {
                    if (workload.topmost()) { // the others have no sums
                        QVERIFY2(
                            run.matches(workload) == naive(*picture, workload, filter->expression()).value_or(false),
                            text.c_str());
                    }
                }
            }
        }
    }
    QVERIFY(kept > asked / 20 && kept < asked * 19 / 20);
}

// Names as controllers give them are answered by their tails, others by themselves: each is asked for each part of
// each.
void TestFilterRun::partsOfNamesAndAddresses()
{
    FleetStore store;
    const auto cluster = store.add();
    cluster->status().name = "@";
    const auto uid = [](int number) { return "00000000-0000-4000-8000-" + std::to_string(100'000'000'000 + number); };
    const std::vector<std::string> controllers{"a", "ab-a", "b-ab", "Ab.b"};
    for (std::size_t i = 0; i < controllers.size(); ++i) {
        WorkloadDraft set;
        set.uid = uid(static_cast<int>(i));
        set.kind = WorkloadKind::ReplicaSet;
        set.kindText = "ReplicaSet";
        set.name = controllers[i];
        cluster->upsert(set);
    }
    const std::vector<std::string> tails{"-a", "-ab", "-abab", "-ab-ab", "-b.-a0", "-0", "-10", "-aaaaa", "-bbbbbb",
        "-ababab", "-A", "-", "", "a", "-a_b"};
    const std::vector<std::string> ips{
        "", "1.1.1.1", "10.0.0.1", "255.25.5.250", "0.0.0.0", "fd00::1", "01.1.1.1", "1.1.1"};
    std::vector<PodDraft> pods;
    for (std::size_t i = 0; i < controllers.size() + 1; ++i) { // the last is not known
        for (const std::string &tail : tails) {
            PodDraft pod;
            pod.uid = uid(100 + static_cast<int>(pods.size()));
            pod.controller = {"ReplicaSet", i < controllers.size() ? controllers[i] : "bab", uid(static_cast<int>(i))};
            pod.name = pod.controller.name + tail;
            pod.ip = ips[pods.size() % ips.size()];
            cluster->upsert(pod);
            pods.push_back(pod);
        }
    }
    PodDraft other = pods.front(); // its name has nothing of its controller's
    other.uid = uid(99);
    other.name = "0ab";
    cluster->upsert(other);
    pods.push_back(other);
    cluster->publish();
    const Picture picture(store.snapshot(), nullptr);
    std::set<std::string> parts{
        "abababa", "ab-a-ab-ab", "b-a-a", "zz", "--", "5.2.5", "5.5.2", "..", "1.1.1.1.1", "255.255", "a.1"};
    for (const PodDraft &pod : pods) {
        for (const std::string &text : {pod.name, pod.ip}) {
            for (std::size_t at = 0; at < text.size(); ++at) {
                for (std::size_t length = 1; at + length <= text.size(); ++length) {
                    parts.insert(text.substr(at, length));
                }
            }
        }
    }
    const auto folded = [](std::string text) { return lower(std::move(text)); };
    for (const std::string &part : parts) {
        for (const std::string &key :
            {std::string("name:"), std::string("ip:"), std::string("workload:"), std::string()}) {
            const auto filter = Filter::parse(key.empty() ? Filter::word(part) : key + Filter::value(part));
            QVERIFY2(filter.ok(), part.c_str());
            FilterRun run(*filter, picture, RandomFleet::now());
            std::size_t seen = 0;
            std::set<std::uint32_t> fitting;
            for (const PodView pod : picture.cluster(0).pods()) {
                const bool named = folded(s(pod.name())).find(folded(part)) != std::string::npos;
                const bool placed = s(pod.ip()).find(part) != std::string::npos;
                const bool topped = folded(s(pod.workloadName())).find(folded(part)) != std::string::npos;
                const bool wanted = key == "name:" ? named
                    : key == "ip:"                 ? placed
                    : key == "workload:"           ? topped
                                                   : named || placed || topped;
                QVERIFY2(
                    run.matches(pod) == wanted, (key + part + " of " + s(pod.name()) + ", " + s(pod.ip())).c_str());
                ++seen;
                if (wanted) {
                    fitting.insert(pod.slot());
                }
            }
            QCOMPARE(seen, pods.size());
            for (const bool before :
                {false, true}) { // what is asked of workloads: when it is needed, or all of it first
                FilterRun first(*filter, picture, RandomFleet::now());
                if (before) {
                    first.askWorkloads();
                }
                FilterRun copy(first);
                std::set<std::uint32_t> found;
                for (std::uint32_t slot = 0; slot < picture.cluster(0).podSlots(); slot += PodBlock::kPods) {
                    const PodBlock block(picture.cluster(0), slot);
                    eachBit(copy.matches(block, block.occupied()), [&](unsigned bit) { found.insert(slot + bit); });
                }
                QVERIFY2(found == fitting, (key + part).c_str());
            }
        }
    }
}

void TestFilterRun::unknownIsNoAnswer()
{
    FleetStore store;
    const auto cluster = store.add();
    PodDraft pod;
    pod.uid = "00000000-0000-4000-8000-000000000001";
    pod.ns = "default";
    pod.name = "api-1";
    pod.restartsKnown = false;
    pod.cpuRequested = MilliCpu(0);
    cluster->upsert(pod);
    cluster->setUsage(
        ResourceKind::PodMetrics, {{"default", "api-1", MilliCpu(5), Bytes(), RandomFleet::now()}}, RandomFleet::now());
    cluster->publish();
    const Picture picture(store.snapshot(), nullptr);
    const auto matches = [&](const char *text) {
        FilterRun run(*Filter::parse(text), picture, RandomFleet::now());
        return run.matches(*picture.cluster(0).pods().begin());
    };
    for (const char *text : {"restarts>=0", "!restarts>=0", "restarts!=7", "!restarts=7", "mem>0", "!mem>0", "age>0s",
             "!age>0s", "cpu>=0%", "!cpu>=0%", // used of a request of nothing is no share
             "has:restarts", "pods>=0", "!pods>=0", "stage:in", "!stage:in"}) {
        QVERIFY2(!matches(text), text);
    }
    for (const char *text : {"cpu=5m", "!has:restarts", "!has:mem", "has:cpu", "!has:node", "!node:x", "node=\"\"",
             "restarts>=0 | api", "api !owner:x"}) {
        QVERIFY2(matches(text), text);
    }
}

void TestFilterRun::nodesOfPods()
{
    FleetStore store;
    const auto cluster = store.add();
    NodeDraft node;
    node.uid = "00000000-0000-4000-8000-00000000000a";
    node.name = "n-1";
    node.instanceType = "n2-standard-8";
    node.taints = {{"dedicated", "gpu", "NoSchedule", kNoTime}};
    node.labels = {{"disk", "ssd"}, {"topology.kubernetes.io/zone", "eu-1"}};
    cluster->upsert(node);
    WorkloadDraft workload;
    workload.uid = "00000000-0000-4000-8000-00000000000b";
    workload.name = "api";
    workload.version = "2.4.1";
    cluster->upsert(workload);
    for (const char *name : {"here", "nowhere"}) {
        PodDraft pod;
        pod.uid = std::string("00000000-0000-4000-8000-00000000000") + (name[0] == 'h' ? "1" : "2");
        pod.name = name;
        pod.node = name[0] == 'h' ? "n-1" : "";
        pod.controller = {"Deployment", "api", name[0] == 'h' ? workload.uid : ""};
        ContainerDraft container;
        container.name = "main";
        container.image = "registry/api:2.4.1";
        pod.containers = {container};
        cluster->upsert(pod);
    }
    cluster->publish();
    const Picture picture(store.snapshot(), nullptr);
    const auto found = [&](const char *text) {
        FilterRun run(*Filter::parse(text), picture, RandomFleet::now());
        std::string names;
        for (const PodView pod : picture.cluster(0).pods()) {
            names += run.matches(pod) ? std::string(pod.name()) + " " : "";
        }
        for (const NodeView one : picture.cluster(0).nodes()) {
            names += run.matches(one) ? "node" : "";
        }
        return names;
    };
    QCOMPARE(found("type:standard"), std::string("here node"));
    QCOMPARE(found("!type:standard"), std::string("nowhere "));
    QCOMPARE(found("taint:gpu"), std::string("here node"));
    QCOMPARE(found("taint=dedicated=gpu:NoSchedule"), std::string("here node"));
    QCOMPARE(found("taint:tpu"), std::string());
    QCOMPARE(found("label:disk"), std::string("here node"));
    QCOMPARE(found("label:dis"), std::string()); // a key is a whole one
    QCOMPARE(found("label:dis*=sd"), std::string("here node"));
    QCOMPARE(found("label=disk=sd"), std::string());
    QCOMPARE(found("label=disk=SSD"), std::string("here node"));
    QCOMPARE(found("label:topology.kubernetes.io/zone=eu"), std::string("here node"));
    QCOMPARE(found("label:disk=eu-1"), std::string());
    QCOMPARE(found("version:2.4"), std::string("here "));
    QCOMPARE(found("image:api:2.4"), std::string("here nowhere "));
}

void TestFilterRun::services()
{
    const std::vector<std::string> clusters{"gke-eu", "helios-lon"}, versions{"1.2", "1.3"};
    const auto matches = [&](const char *text) {
        FilterRun run(*Filter::parse(text));
        return run.matches(ServiceFacts{"audio-delivery", "cantina", "in-parallel", clusters, versions});
    };
    for (const char *text : {"audio", "CANT", "stage:parallel", "stage=in-parallel", "cluster:lon", "owner=cantina",
             "version=1.3", "name:audio-*", "audio !stage:migrated", "has:stage"}) {
        QVERIFY2(matches(text), text);
    }
    for (const char *text : {"parallel", "gke", "stage=migrated", "cluster=lon", "cpu>0", "!cpu>0", "ns:x"}) {
        QVERIFY2(!matches(text), text);
    }
}

QTEST_APPLESS_MAIN(TestFilterRun)
#include "tst_filterrun.moc"
