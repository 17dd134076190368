// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fleet/draftrecord.h"
#include "core/fleet/store.h"

#include <QTest>

#include <algorithm>
#include <limits>
#include <map>
#include <random>
#include <tuple>

using namespace sextant;

namespace {

// The members of each draft, apart from the listing that is tested: whoever adds one must come by here.

template <class T> auto membersOf(T &draft)
{
    using D = std::remove_const_t<T>;
    if constexpr (std::is_same_v<D, ConditionDraft>) {
        auto &[a, b, c, d, e] = draft;
        return std::tie(a, b, c, d, e);
    } else if constexpr (std::is_same_v<D, OwnerDraft>) {
        auto &[a, b, c] = draft;
        return std::tie(a, b, c);
    } else if constexpr (std::is_same_v<D, TaintDraft>) {
        auto &[a, b, c, d] = draft;
        return std::tie(a, b, c, d);
    } else if constexpr (std::is_same_v<D, ResourcesDraft>) {
        auto &[a, b, c, d, e] = draft;
        return std::tie(a, b, c, d, e);
    } else if constexpr (std::is_same_v<D, RolloutDraft::Host>) {
        auto &[a, b, c, d, e] = draft;
        return std::tie(a, b, c, d, e);
    } else if constexpr (std::is_same_v<D, RolloutDraft>) {
        auto &[a, b, c, d, e, f, g, h, i, j, k] = draft;
        return std::tie(a, b, c, d, e, f, g, h, i, j, k);
    } else if constexpr (std::is_same_v<D, NodeDraft>) {
        auto &[a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, a2, b2, c2, d2] = draft;
        return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, a2, b2, c2, d2);
    } else if constexpr (std::is_same_v<D, WorkloadDraft>) {
        auto &[a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, a2, b2, c2, d2, e2, f2, g2,
            h2] = draft;
        return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, a2, b2, c2, d2,
            e2, f2, g2, h2);
    }
}
template <class T>
concept IsDraft = requires(T &draft)
{
    std::tuple_size<decltype(membersOf(draft))>::value;
};

template <class T> bool same(const T &a, const T &b)
{
    if constexpr (IsDraft<const T>) {
        return std::apply(
            [&](const auto &...x) {
                return std::apply([&](const auto &...y) { return (same(x, y) && ...); }, membersOf(b));
            },
            membersOf(a));
    } else if constexpr (requires { a->hosts; }) {
        return !a || !b ? !a == !b : same(*a, *b);
    } else if constexpr (
        requires { a.front().status; } || requires { a.front().effect; } || requires { a.front().job; }) {
        return std::equal(
            a.begin(), a.end(), b.begin(), b.end(), [](const auto &x, const auto &y) { return same(x, y); });
    } else {
        return a == b;
    }
}

/// Fills drafts with anything, nothing included.
class Filler {
public:
    explicit Filler(unsigned seed)
        : m_random(seed)
    {
    }
    template <class T> void operator()(T &value)
    {
        if (chance(3)) {
            return; // as it is made: not set
        }
        if constexpr (IsDraft<T>) {
            std::apply([this](auto &...members) { ((*this)(members), ...); }, membersOf(value));
        } else if constexpr (std::is_same_v<T, bool>) {
            value = chance(2);
        } else if constexpr (std::is_same_v<T, State>) {
            value = static_cast<State>(m_random() % kStates);
        } else if constexpr (std::is_same_v<T, WorkloadKind>) {
            value = static_cast<WorkloadKind>(m_random() % (static_cast<unsigned>(WorkloadKind::Other) + 1));
        } else if constexpr (std::is_same_v<T, std::int64_t>) {
            value = number();
        } else if constexpr (std::is_same_v<T, double>) {
            value = static_cast<double>(number()) / 3;
        } else if constexpr (std::is_same_v<T, Time>) {
            value = Time(std::chrono::seconds(number()));
        } else if constexpr (std::is_same_v<T, std::string>) {
            value = text();
        } else if constexpr (requires { value.known(); }) {
            value.value = number();
        } else if constexpr (requires { value->hosts; }) {
            auto made = std::make_shared<RolloutDraft>();
            (*this)(*made);
            value = made;
        } else if constexpr (requires { value.emplace_back(); }) {
            for (auto left = chance(50) ? 300U : m_random() % 4; left > 0; --left) {
                (*this)(value.emplace_back());
            }
        } else if constexpr (requires { value.has_value(); }) {
            (*this)(value.emplace());
        } else {
            (*this)(value.first);
            (*this)(value.second);
        }
    }
    std::string text()
    {
        static const std::vector<std::string> texts{"a", "web-7", "Zürich – 東京 🚢", std::string("nul\0in it", 9),
            std::string(70'000, 'x'), "0", "12", "007", "+5", "18446744073709551615", "18446744073709551616",
            "3f2504e0-4f89-41d3-9a0c-0305e82c3301", "3F2504E0-4F89-41D3-9A0C-0305E82C3301",
            "00000000-0000-0000-9a0c-0305e82c3301", "True", "\xff\xfe not UTF-8", " ", ","};
        return texts[m_random() % texts.size()] + (chance(2) ? std::to_string(m_random() % 1000) : std::string());
    }

private:
    bool chance(unsigned of) { return m_random() % of == 0; }
    std::int64_t number()
    {
        static constexpr std::int64_t odd[] = {0, 1, -1, 63, 64, 1'700'000'000, 1LL << 40, -(1LL << 40),
            std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min() + 1};
        return chance(2) ? odd[m_random() % std::size(odd)] : static_cast<std::int64_t>(m_random() % 100'000);
    }
    std::mt19937 m_random;
};

template <class Draft> Draft random(Filler &fill, int which)
{
    Draft draft;
    fill(draft);
    // An identity of its own, of all kinds.
    static constexpr const char *uids[] = {
        "3f2504e0-4f89-41d3-9a0c-0305e82c%04x", "plain-%d", "00000000-0000-0000-1-%d"};
    draft.uid = QString::asprintf(uids[which % 3], which).toStdString();
    return draft;
}

} // namespace

class TestDraftRecord : public QObject {
    Q_OBJECT
private slots:
    void everyDraftComesBackWhole();
    void nothingIsNothing();
    void anyFieldIsFoundAlone();
    void whatIsCutShortIsNoHarm();
    void oldPicturesStand();
    void usageIsNoChange();
    void textsThatComeAndGoAreNotKept();
    void aRowIsSmall();
};

void TestDraftRecord::everyDraftComesBackWhole()
{
    Filler fill(11);
    ClusterStore store(ClusterId(1), std::make_shared<StringPool>());
    std::map<std::string, NodeDraft> nodes;
    std::map<std::string, WorkloadDraft> workloads;
    const auto check = [&] {
        store.publish();
        const auto cluster = store.current();
        QCOMPARE(cluster->nodes().size(), nodes.size());
        QCOMPARE(cluster->workloads().size(), workloads.size());
        for (const NodeView node : cluster->nodes()) {
            const NodeDraft draft = node.draft();
            QVERIFY2(same(draft, nodes.at(draft.uid)), draft.uid.c_str());
            QCOMPARE(node.uid(), draft.uid);
        }
        for (const WorkloadView workload : cluster->workloads()) {
            const WorkloadDraft draft = workload.draft();
            QVERIFY2(same(draft, workloads.at(draft.uid)), draft.uid.c_str());
            QCOMPARE(workload.uid(), draft.uid);
        }
    };
    for (int i = 0; i < 300; ++i) {
        const auto node = random<NodeDraft>(fill, i);
        const auto workload = random<WorkloadDraft>(fill, i);
        nodes[node.uid] = node;
        workloads[workload.uid] = workload;
        store.upsert(node);
        store.upsert(workload);
    }
    check();
    for (int i = 0; i < 300; i += 2) { // others in their places
        auto node = random<NodeDraft>(fill, i);
        auto workload = random<WorkloadDraft>(fill, i);
        node.resourceVersion = workload.resourceVersion = "new-" + std::to_string(i);
        nodes[node.uid] = node;
        workloads[workload.uid] = workload;
        store.upsert(node);
        store.upsert(workload);
    }
    check();
}

void TestDraftRecord::nothingIsNothing()
{
    StringPool pool;
    std::string block;
    packDraft(NodeDraft(), pool, block);
    QVERIFY(same(unpackDraft<NodeDraft>(block, pool), NodeDraft()));
    packDraft(WorkloadDraft(), pool, block);
    QVERIFY(same(unpackDraft<WorkloadDraft>(block, pool), WorkloadDraft()));
    QVERIFY(same(unpackDraft<WorkloadDraft>({}, pool), unpackDraft<WorkloadDraft>(std::string(8, '\0'), pool)));
    const bool unknown = !unpackDraft<WorkloadDraft>(block, pool).desired.known();
    QVERIFY(unknown); // and not 0
}

void TestDraftRecord::anyFieldIsFoundAlone()
{
    Filler fill(12);
    ClusterStore store(ClusterId(1), std::make_shared<StringPool>());
    for (int i = 0; i < 200; ++i) {
        store.upsert(random<NodeDraft>(fill, i));
        store.upsert(random<WorkloadDraft>(fill, i));
    }
    store.publish();
    const auto cluster = store.current();
    for (const NodeView node : cluster->nodes()) {
        const NodeDraft d = node.draft();
        QCOMPARE(node.status(), d.status);
        QCOMPARE(node.region(), d.region);
        QCOMPARE(node.instanceType(), d.instanceType);
        QCOMPARE(node.team(), d.team);
        QCOMPARE(node.version(), d.version);
        QCOMPARE(node.internalIp(), d.internalIp);
        QCOMPARE(node.externalIp(), d.externalIp);
        QCOMPARE(node.osImage(), d.osImage);
        QCOMPARE(node.kernel(), d.kernel);
        QCOMPARE(node.runtime(), d.runtime);
        QCOMPARE(node.architecture(), d.architecture);
        QVERIFY(node.created() == d.created);
        QVERIFY(node.reported() == d.reported);
        QVERIFY(node.memoryInUse() == d.memoryInUse);
        QVERIFY(node.loadAverage() == d.loadAverage);
        QVERIFY(std::ranges::equal(node.roles(), d.roles));
        QVERIFY(std::ranges::equal(node.labels(), d.labels,
            [](const auto &a, const auto &b) { return a.first == b.first && a.second == b.second; }));
        QVERIFY(std::ranges::equal(node.taints(), d.taints, [](const TaintView &a, const TaintDraft &b) {
            return a.key == b.key && a.value == b.value && a.effect == b.effect && a.added == b.added;
        }));
        QVERIFY(
            std::ranges::equal(node.conditions(), d.conditions, [](const ConditionView &a, const ConditionDraft &b) {
                return a.type == b.type && a.status == b.status && a.reason == b.reason && a.message == b.message
                    && a.since == b.since;
            }));
    }
    for (const WorkloadView workload : cluster->workloads()) {
        const WorkloadDraft d = workload.draft();
        QCOMPARE(workload.name(), d.name);
        QCOMPARE(workload.status(), d.status);
        QVERIFY(workload.created() == d.created);
        QVERIFY(workload.desired() == d.desired && workload.ready() == d.ready);
        QVERIFY(workload.updated() == d.updated && workload.available() == d.available);
        QCOMPARE(workload.version(), d.version);
        QCOMPARE(workload.images(), d.images);
        QCOMPARE(workload.containers(), d.containers);
        QCOMPARE(workload.jobName(), d.jobName);
        QVERIFY(std::ranges::equal(workload.registrations(), d.registrations));
        QVERIFY(workload.labels() == d.labels);
        QCOMPARE(workload.schedule(), d.schedule);
        QVERIFY(workload.lastSchedule() == d.lastSchedule);
        QCOMPARE(workload.completions(), d.completions);
        QCOMPARE(workload.revisionText(), d.revision);
        QCOMPARE(workload.selector(), d.selector);
        QCOMPARE(workload.nodeSelector(), d.nodeSelector);
        QVERIFY(same(workload.rollout(), d.rollout));
        QCOMPARE(workload.rolloutStatus(), d.rollout ? d.rollout->status : std::string());
        QCOMPARE(workload.rolloutJob(), d.rollout ? d.rollout->job : std::string());
        QCOMPARE(workload.conditions().size(), d.conditions.size());
    }
}

/// Blocks are ours alone; but nothing may be read beyond one.
void TestDraftRecord::whatIsCutShortIsNoHarm()
{
    Filler fill(13);
    StringPool pool;
    std::string block;
    for (int i = 0; i < 10; ++i) {
        packDraft(random<WorkloadDraft>(fill, i), pool, block);
        for (std::size_t length = 0; length < std::min<std::size_t>(block.size(), 400); ++length) {
            const auto cut = std::make_unique<std::string>(block.substr(0, length));
            const auto draft = unpackDraft<WorkloadDraft>(*cut, pool);
            QVERIFY(draft.labels.size() <= length);
            QVERIFY((fieldIn<WorkloadDraft, &WorkloadDraft::selector, std::string_view>(*cut, pool).size()) <= length);
        }
    }
}

void TestDraftRecord::oldPicturesStand()
{
    Filler fill(14);
    ClusterStore store(ClusterId(1), std::make_shared<StringPool>());
    std::map<std::string, WorkloadDraft> now;
    std::vector<std::pair<ClusterSnapshotPtr, std::map<std::string, WorkloadDraft>>> kept;
    for (int round = 0; round < 40; ++round) {
        for (int i = 0; i < 8; ++i) {
            auto draft = random<WorkloadDraft>(fill, (round * 5 + i * 13) % 150);
            draft.controller = {}; // else one may become another's
            draft.resourceVersion = std::to_string(round * 100 + i);
            now[draft.uid] = draft;
            store.upsert(std::move(draft));
        }
        if (round % 3 == 0) {
            store.remove(ResourceKind::Deployments, now.begin()->first);
            now.erase(now.begin());
        }
        store.publish();
        kept.emplace_back(store.current(), now);
    }
    for (const auto &[cluster, want] : kept) {
        QCOMPARE(cluster->workloads().size(), want.size());
        for (const WorkloadView workload : cluster->workloads()) {
            const WorkloadDraft draft = workload.draft();
            QVERIFY(want.contains(draft.uid) && same(draft, want.at(draft.uid)));
        }
    }
}

/// A round of samples touches every row and changes no draft: who compares revisions must not take it for one.
void TestDraftRecord::usageIsNoChange()
{
    ClusterStore store(ClusterId(1), std::make_shared<StringPool>());
    NodeDraft node;
    node.uid = "u";
    node.name = "n";
    node.resourceVersion = "1";
    node.kernel = "6.1";
    store.upsert(node);
    store.publish();
    const auto before = store.current();
    store.setUsage(
        ResourceKind::NodeMetrics, {{.ns = {}, .name = "n", .cpu = MilliCpu(5), .memory = Bytes(7)}}, wallNow());
    store.publish();
    const auto after = store.current();
    QCOMPARE((*after->nodes().begin()).cpuUsed().value, 5);
    QCOMPARE((*after->nodes().begin()).kernel(), std::string("6.1"));
    QCOMPARE((*after->nodes().begin()).revision(), (*before->nodes().begin()).revision());
    // The block itself is not copied for it.
    QCOMPARE(static_cast<const void *>(NodeView::columns(*after).at<NodeCell::Record>(0).data()),
        static_cast<const void *>(NodeView::columns(*before).at<NodeCell::Record>(0).data()));
    node.resourceVersion = "2";
    store.upsert(node);
    store.publish();
    QVERIFY((*store.current()->nodes().begin()).revision() != (*after->nodes().begin()).revision());
}

/// The pool never forgets: what is new with each object or each of its versions must not go there.
void TestDraftRecord::textsThatComeAndGoAreNotKept()
{
    const auto strings = std::make_shared<StringPool>();
    ClusterStore store(ClusterId(1), strings);
    std::size_t settled = 0;
    for (int i = 0; i < 500; ++i) {
        const std::string one = std::to_string(i);
        WorkloadDraft draft;
        draft.kind = WorkloadKind::Job;
        draft.kindText = "Job";
        draft.uid = "uid-" + one;
        draft.ns = "batch";
        draft.name = "nightly-" + one;
        draft.resourceVersion = "v" + one;
        draft.status = "Rollout stuck: " + one;
        draft.selector = "controller-uid=" + one;
        draft.completions = one + "/500";
        draft.controller = {"CronJob", "nightly-of-" + one, "owner-" + one};
        draft.labels = {{"run", one}};
        draft.conditions = {{"Failed", "True", "BackoffLimitExceeded", "pod " + one + " failed", wallNow()}};
        store.upsert(draft);
        store.remove(ResourceKind::Jobs, draft.uid);
        settled = i == 0 ? strings->size() : settled;
    }
    QCOMPARE(strings->size(), settled);
}

void TestDraftRecord::aRowIsSmall()
{
    StringPool pool;
    std::string block;
    WorkloadDraft draft;
    draft.name = "checkout-7d9f8b6c5d";
    draft.resourceVersion = "123456789";
    draft.created = Time(std::chrono::seconds(1'700'000'000));
    draft.desired = draft.current = draft.ready = draft.updated = draft.available = Count(3);
    draft.containers = "checkout";
    draft.images = "registry.example.com/shop/checkout:2.14.3";
    draft.controller = {"Deployment", "checkout", "3f2504e0-4f89-41d3-9a0c-0305e82c3301"};
    packDraft(draft, pool, block);
    QVERIFY2(block.size() < 100, QByteArray::number(qsizetype(block.size())));
}

QTEST_APPLESS_MAIN(TestDraftRecord)
#include "tst_draftrecord.moc"
