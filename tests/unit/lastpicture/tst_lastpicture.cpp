// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/lastpicture/drafts.h"
#include "core/lastpicture/keeper.h"
#include "core/lastpicture/shelf.h"
#include "tests/support/samplefleet.h"

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <fcntl.h>
#include <filesystem>
#include <random>
#include <sstream>
#include <sys/stat.h>

using namespace sextant;
using namespace sextant::lastpicture;
using namespace std::chrono_literals;

namespace {

const About kAbout{"kubernetes\nhttps://one\neu", "this one", "pool"};
const Time kAt{std::chrono::seconds(1'790'000'000)};

/// Everything of a draft, in words.
class DraftText {
public:
    explicit DraftText(std::ostream &out)
        : m_out(out)
    {
    }
    template <class... T> void operator()(const T &...parts) { (put(parts), ...); }

private:
    template <class T>
    requires std::is_arithmetic_v<T>
    void put(T value) { m_out << +value << ' '; }
    template <class T>
    requires std::is_enum_v<T>
    void put(T value) { m_out << static_cast<int>(value) << ' '; }
    template <class Tag> void put(Amount<Tag> amount) { m_out << amount.value << ' '; }
    void put(Time time) { m_out << time.time_since_epoch().count() << ' '; }
    void put(const std::string &text) { m_out << '"' << text << "\" "; }
    template <class T> void put(const WordField<T> &word) { put(word.of); }
    template <class T> void put(const UidField<T> &uid) { put(uid.of); }
    template <class T> void put(const VersionField<T> &version) { put(version.of); }
    template <class A, class B> void put(const std::pair<A, B> &pair) { (*this)(pair.first, pair.second); }
    template <class T> void put(const std::vector<T> &list)
    {
        m_out << '[';
        for (const T &one : list) {
            put(one);
        }
        m_out << ']';
    }
    template <class T> void put(const std::optional<T> &maybe)
    {
        m_out << '?';
        if (maybe) {
            put(*maybe);
        }
    }
    template <class T> void put(const std::shared_ptr<const T> &maybe)
    {
        m_out << '*';
        if (maybe) {
            put(*maybe);
        }
    }
    template <class T>
    requires requires(DraftText &way, const T &draft) { fields(way, draft); }
    void put(const T &draft) { fields(*this, draft); }

    std::ostream &m_out;
};

std::string describe(const PodView &pod)
{
    std::ostringstream out;
    const auto node = pod.cluster().nodeBySlot(pod.nodeSlot());
    const auto controller = pod.cluster().workloadBySlot(pod.controllerSlot());
    const auto workload = pod.cluster().workloadBySlot(pod.workloadSlot());
    out << "pod " << pod.name() << '|' << pod.ns() << '|' << pod.uid() << '|' << pod.resourceVersion() << '|'
        << pod.node() << '|' << (node ? node->name() : "-") << '|' << pod.nominatedNode() << '|' << pod.ip() << '|'
        << pod.hostIp() << '|' << pod.phase() << '|' << pod.qos() << '|' << pod.status() << '|'
        << static_cast<int>(pod.state()) << '|' << pod.ready() << '/' << pod.containersTotal() << pod.readyKnown()
        << pod.restartsKnown() << pod.counts() << '|' << pod.restarts() << '|' << pod.readinessGates() << '|'
        << pod.priorityClass() << '|' << pod.serviceAccount() << '|' << pod.workloadKind() << '/' << pod.workloadName()
        << '|' << (controller ? controller->name() : "-") << '|' << (workload ? workload->name() : "-") << '|'
        << pod.team() << '|' << pod.statusMessage() << '|' << pod.unlimitedCpu().size() << pod.unlimitedMemory().size();
    for (const Time time : {pod.created(), pod.deleted(), pod.lastRestart(), pod.usageSampledAt()}) {
        out << '|' << time.time_since_epoch().count();
    }
    for (const std::int64_t value : {pod.cpuRequested().value, pod.cpuLimit().value, pod.cpuUsed().value,
             pod.memoryRequested().value, pod.memoryLimit().value, pod.memoryUsed().value}) {
        out << '|' << value;
    }
    for (const ConditionView &one : pod.conditions()) {
        out << "|c " << one.type << one.status << one.reason << one.message << one.since.time_since_epoch().count();
    }
    for (const ContainerView &one : pod.containers()) {
        out << "|k " << static_cast<int>(one.kind) << static_cast<int>(one.state) << one.ready << one.name << one.image
            << one.reason << one.message << one.since.time_since_epoch().count() << '/' << one.exitCode << '/'
            << one.restarts << one.hasLast << one.lastReason << one.lastExitCode << '/' << one.lastSignal << '/'
            << one.lastFinished.time_since_epoch().count() << '/' << one.cpuRequest.value << '/' << one.cpuLimit.value
            << '/' << one.memoryRequest.value << '/' << one.memoryLimit.value;
    }
    return out.str();
}

/// Every row of a cluster in words, sorted: rows have no order.
std::vector<std::string> describe(const ClusterSnapshot &cluster)
{
    std::vector<std::string> lines;
    for (const PodView pod : cluster.pods()) {
        lines.push_back(describe(pod));
    }
    for (const NodeView node : cluster.nodes()) {
        std::ostringstream out;
        DraftText way(out);
        way(node.draft(), node.cpuUsed(), node.memoryUsed(), node.usageSampledAt());
        lines.push_back("node " + out.str());
    }
    for (const WorkloadView workload : cluster.workloads()) {
        std::ostringstream out;
        DraftText way(out);
        const auto controller = cluster.workloadBySlot(workload.controllerSlot());
        way(workload.draft(), std::string(workload.team()),
            controller ? std::string(controller->name()) : std::string("-"));
        lines.push_back("workload " + out.str());
    }
    for (const NamespaceView ns : cluster.namespaces()) {
        std::ostringstream out;
        DraftText way(out);
        way(ns.draft());
        lines.push_back("namespace " + out.str());
    }
    std::sort(lines.begin(), lines.end());
    return lines;
}

QByteArray bytesOf(const std::string &path)
{
    QFile file(QString::fromStdString(path));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void write(const std::string &path, const QByteArray &bytes)
{
    QFile file(QString::fromStdString(path));
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
    QCOMPARE(file.write(bytes), bytes.size());
}

bool isEmpty(const ClusterStore &store)
{
    return store.count(ResourceKind::Pods) == 0 && store.count(ResourceKind::Nodes) == 0
        && store.count(ResourceKind::Namespaces) == 0 && store.count(ResourceKind::Deployments) == 0;
}

} // namespace

/// A cluster on disk and back.
class LastPictureTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void comesBackAsItWas();
    void numbersOfWordsDoNotMatter();
    void standsAsStaleUntilItsListsEnd();
    void isDroppedWhereAnotherClusterAnswers();
    void sameVersionsChangeNothing();
    void unknownControllersAreReadAnew();
    void cutAnywhereIsNothing();
    void anyFlippedBitIsNothing();
    void forgedIsNoCrash();
    void otherThingsAreRefused_data();
    void otherThingsAreRefused();
    void isForItsOwnerAlone();
    void tidiesAway();
    void keeperKeepsWhatIsWhole();

private:
    /// A cluster of that many pods, all live.
    void fill(int nodes, int pods);
    std::string file() const { return m_shelf->fileOf(kAbout.identity); }

    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<Shelf> m_shelf;
    std::unique_ptr<FleetStore> m_fleet;
    std::shared_ptr<ClusterStore> m_store;
};

void LastPictureTest::initTestCase() { qputenv("TZ", "Asia/Kathmandu"); }

void LastPictureTest::fill(int nodes, int pods)
{
    test::SampleOptions options;
    options.clusters = 1;
    options.nodes = nodes;
    options.pods = pods;
    options.now = kAt;
    m_fleet = std::make_unique<FleetStore>();
    m_store = test::fillSampleFleet(*m_fleet, options).clusters.front();
    // Odd ones: a task with a uid that is none, and a pod whose controller nobody knows.
    WorkloadDraft job;
    job.kind = WorkloadKind::HeliosJob;
    job.kindText = "HeliosJob";
    job.uid = "cart:1:abc";
    job.name = "cart";
    m_store->upsert(std::move(job));
    PodDraft task = test::samplePod("", "cart:1:abc", "host-1", 100, 64, kAt);
    task.uid = "host-1/cart:1:abc";
    task.resourceVersion = "print";
    task.controller = {"HeliosJob", "cart", "cart:1:abc"};
    m_store->upsert(std::move(task));
    PodDraft orphan = test::samplePod("default", "broker-0", "host-1", 100, 64, kAt);
    orphan.uid = "00000001-0000-4000-8000-00000000aaaa";
    orphan.resourceVersion = "77";
    orphan.controller = {"BrokerSet", "broker", "00000001-0000-4000-8000-00000000bbbb"};
    m_store->upsert(std::move(orphan));
    test::setAllLive(m_store->status(), kAt);
    m_store->status().connection = Connection::Live;
    m_store->status().uid = "cluster-uid";
    m_store->status().version = "v1.36.2";
    m_store->publish();
}

void LastPictureTest::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    m_shelf = std::make_unique<Shelf>(m_dir->path().toStdString() + "/cache/pictures");
    fill(12, 150);
}

void LastPictureTest::comesBackAsItWas()
{
    QVERIFY(m_shelf->put(kAbout, *m_store->current(), kAt).ok());
    FleetStore fleet;
    const auto store = fleet.add([&](ClusterStore &fresh) {
        const Result<Time> at = m_shelf->fetch(kAbout, fresh);
        QVERIFY2(at.ok(), at ? "" : at.error().text().c_str());
        QCOMPARE(*at, kAt);
        fresh.publish();
    });
    const auto was = describe(*m_store->current());
    auto is = describe(*store->current());
    QCOMPARE(is.size(), was.size());
    for (std::size_t i = 0; i < was.size(); ++i) {
        if (was[i].rfind("pod broker-0|", 0) == 0) { // to be read anew: it has no version
            QVERIFY(is[i].find("|77|") == std::string::npos);
            continue;
        }
        QCOMPARE(is[i], was[i]);
    }
    QCOMPARE(store->current()->status().uid, std::string("cluster-uid"));
    QCOMPARE(store->current()->status().version, std::string("v1.36.2"));
}

void LastPictureTest::numbersOfWordsDoNotMatter()
{
    QVERIFY(m_shelf->put(kAbout, *m_store->current(), kAt).ok());
    FleetStore fleet;
    const auto store = fleet.add([&](ClusterStore &fresh) {
        for (int i = 0; i < 5000; ++i) { // other clusters came first
            fresh.strings().intern("word " + std::to_string(i));
        }
        QVERIFY(m_shelf->fetch(kAbout, fresh).ok());
        fresh.publish();
    });
    const auto pods = [](const ClusterSnapshot &cluster) {
        std::vector<std::string> lines;
        for (const PodView pod : cluster.pods()) {
            if (pod.name() != "broker-0") {
                lines.push_back(describe(pod));
            }
        }
        std::sort(lines.begin(), lines.end());
        return lines;
    };
    QCOMPARE(pods(*store->current()), pods(*m_store->current()));
}

void LastPictureTest::standsAsStaleUntilItsListsEnd()
{
    QVERIFY(m_shelf->put(kAbout, *m_store->current(), kAt).ok());
    FleetStore fleet;
    const auto store = fleet.add([&](ClusterStore &fresh) {
        QVERIFY(m_shelf->fetch(kAbout, fresh).ok());
        fresh.publish();
    });
    const auto shown = [&]() -> const ClusterStatus & { return store->current()->status(); };
    QCOMPARE(shown().kept, kAt);
    QCOMPARE(shown().heard, kAt);
    QCOMPARE(shown().connection, Connection::Stale);
    QCOMPARE(shown().of(ResourceKind::Pods).sync, Sync::Stale);
    QVERIFY(!shown().of(ResourceKind::Pods).renewing);
    QVERIFY(shown().settled());

    // The connection fails: the picture stands, with the reason.
    store->status().connection = Connection::Failed;
    store->status().error = Error{.code = ErrorCode::Unreachable, .message = "refused"};
    store->publish();
    QCOMPARE(shown().connection, Connection::Stale);
    QCOMPARE(shown().error->message, std::string("refused"));
    QCOMPARE(shown().kept, kAt);

    // It answers and lists: what is held counts until the list has ended.
    store->status().connection = Connection::Live;
    store->status().error.reset();
    const auto held = store->current()->pods().size();
    store->status().of(ResourceKind::Pods).sync = Sync::Loading;
    store->beginReplace(ResourceKind::Pods);
    PodDraft fresh = test::samplePod("default", "new", "host-1", 100, 64, kAt);
    fresh.uid = "00000001-0000-4000-8000-0000000000cc";
    store->upsert(std::move(fresh));
    store->publish();
    QCOMPARE(store->current()->pods().size(), held + 1);
    QVERIFY(shown().of(ResourceKind::Pods).renewing);
    QCOMPARE(shown().of(ResourceKind::Pods).sync, Sync::Stale);
    QCOMPARE(shown().connection, Connection::Stale);
    store->endReplace(ResourceKind::Pods);
    store->status().of(ResourceKind::Pods).sync = Sync::Live;
    store->publish();
    QCOMPARE(store->current()->pods().size(), std::size_t(1));
    QCOMPARE(shown().of(ResourceKind::Pods).sync, Sync::Live);
    QCOMPARE(shown().kept, kAt); // of the other kinds
    QVERIFY(store->current()->nodes().size() > 0);

    // A kind that may no longer be read is gone without a list.
    store->status().of(ResourceKind::Nodes).sync = Sync::Forbidden;
    store->publish();
    QCOMPARE(store->current()->nodes().size(), std::size_t(0));
    test::setAllLive(store->status(), kAt + 1h);
    store->publish();
    QCOMPARE(shown().kept, kNoTime);
    QCOMPARE(shown().connection, Connection::Live);
    QVERIFY(shown().heard != kAt);
}

void LastPictureTest::isDroppedWhereAnotherClusterAnswers()
{
    QVERIFY(m_shelf->put(kAbout, *m_store->current(), kAt).ok());
    FleetStore fleet;
    const auto store = fleet.add([&](ClusterStore &fresh) {
        QVERIFY(m_shelf->fetch(kAbout, fresh).ok());
        fresh.publish();
    });
    for (int i = 0; i < kResourceKinds; ++i) {
        store->clear(static_cast<ResourceKind>(i));
    }
    store->clearUsage(ResourceKind::NodeMetrics);
    store->clearUsage(ResourceKind::PodMetrics);
    store->publish();
    QCOMPARE(store->current()->pods().size(), std::size_t(0));
    QCOMPARE(store->current()->status().kept, kNoTime);
    QCOMPARE(store->current()->status().connection, Connection::Connecting);
}

void LastPictureTest::sameVersionsChangeNothing()
{
    PodDraft draft = test::samplePod("default", "steady", "host-1", 100, 64, kAt);
    draft.uid = "00000001-0000-4000-8000-0000000000dd";
    draft.resourceVersion = "42";
    m_store->upsert(draft);
    m_store->publish();
    QVERIFY(m_shelf->put(kAbout, *m_store->current(), kAt).ok());
    FleetStore fleet;
    const auto store = fleet.add([&](ClusterStore &fresh) {
        QVERIFY(m_shelf->fetch(kAbout, fresh).ok());
        fresh.publish();
    });
    const auto before = store->current()->dataGeneration();
    store->upsert(draft);
    store->status(); // something is to be published
    store->publish();
    QCOMPARE(store->current()->dataGeneration(), before);
    // Samples of usage find their pods by name.
    store->setUsage(ResourceKind::PodMetrics,
        {{.ns = "default", .name = "steady", .cpu = MilliCpu(7), .memory = Bytes(4096)}}, kAt + 1h);
    store->publish();
    QVERIFY(store->current()->dataGeneration() != before);
    const auto pods = store->current()->pods();
    bool found = false;
    for (const PodView pod : pods) {
        found = found || (pod.name() == "steady" && pod.cpuUsed() == MilliCpu(7));
    }
    QVERIFY(found);
}

void LastPictureTest::unknownControllersAreReadAnew()
{
    QVERIFY(m_shelf->put(kAbout, *m_store->current(), kAt).ok());
    FleetStore fleet;
    const auto store = fleet.add([&](ClusterStore &fresh) {
        QVERIFY(m_shelf->fetch(kAbout, fresh).ok());
        fresh.publish();
    });
    // The pod comes with the version that was kept, and its controller after all.
    PodDraft orphan = test::samplePod("default", "broker-0", "host-1", 100, 64, kAt);
    orphan.uid = "00000001-0000-4000-8000-00000000aaaa";
    orphan.resourceVersion = "77";
    orphan.controller = {"BrokerSet", "broker", "00000001-0000-4000-8000-00000000bbbb"};
    store->upsert(std::move(orphan));
    WorkloadDraft owner;
    owner.kind = WorkloadKind::StatefulSet;
    owner.kindText = "StatefulSet";
    owner.uid = "00000001-0000-4000-8000-00000000bbbb";
    owner.name = "broker";
    store->upsert(std::move(owner));
    store->publish();
    for (const PodView pod : store->current()->pods()) {
        if (pod.name() == "broker-0") {
            QCOMPARE(std::string(pod.workloadKind()), std::string("StatefulSet"));
        }
    }
}

void LastPictureTest::cutAnywhereIsNothing()
{
    fill(2, 8);
    QVERIFY(m_shelf->put(kAbout, *m_store->current(), kAt).ok());
    const auto size = static_cast<qint64>(std::filesystem::file_size(file()));
    FleetStore fleet;
    const auto store = fleet.add();
    for (qint64 left = size - 1; left >= 0; --left) {
        std::filesystem::resize_file(file(), static_cast<std::uintmax_t>(left));
        const Result<Time> at = m_shelf->fetch(kAbout, *store);
        QVERIFY2(!at.ok(), qPrintable(QString::number(left)));
        QVERIFY(isEmpty(*store));
    }
}

void LastPictureTest::anyFlippedBitIsNothing()
{
    fill(2, 8);
    QVERIFY(m_shelf->put(kAbout, *m_store->current(), kAt).ok());
    QFile kept(QString::fromStdString(file()));
    QVERIFY(kept.open(QIODevice::ReadWrite | QIODevice::Unbuffered));
    const QByteArray bytes = kept.readAll();
    FleetStore fleet;
    const auto store = fleet.add();
    for (qsizetype i = 0; i < bytes.size(); ++i) {
        for (int bit = i % 8; bit < 8; bit += i < 56 ? 1 : 8) { // all of the first bytes
            const char flipped = static_cast<char>(bytes[i] ^ 1 << bit);
            QVERIFY(kept.seek(i) && kept.write(&flipped, 1) == 1);
            QVERIFY2(!m_shelf->fetch(kAbout, *store).ok(), qPrintable(QString::number(i)));
            QVERIFY(isEmpty(*store));
        }
        QVERIFY(kept.seek(i) && kept.write(bytes.constData() + i, 1) == 1);
    }
    QVERIFY(m_shelf->fetch(kAbout, *store).ok());
}

/// Damage under a checksum that fits: nothing is believed to be within bounds because of it.
void LastPictureTest::forgedIsNoCrash()
{
    fill(2, 8);
    QVERIFY(m_shelf->put(kAbout, *m_store->current(), kAt).ok());
    const QByteArray whole = bytesOf(file());
    constexpr qsizetype kPrelude = 56, kWords = 24, kRowsSum = 32, kWordsSum = 40, kSeal = 48;
    std::uint64_t words = 0;
    std::memcpy(&words, whole.constData() + kWords, sizeof words);
    const auto seal = [](QByteArray &bytes, qsizetype place, qsizetype from, qsizetype to) {
        Checksum made;
        made.add(bytes.constData() + from, static_cast<std::size_t>(to - from));
        const std::uint64_t sum = made.value();
        std::memcpy(bytes.data() + place, &sum, sizeof sum);
    };
    std::mt19937 random(4711);
    int taken = 0;
    for (int round = 0; round < 3000; ++round) {
        QByteArray bytes = whole;
        for (unsigned i = 0; i < 1 + random() % 4; ++i) {
            const auto at = kPrelude + static_cast<qsizetype>(random() % (bytes.size() - kPrelude));
            bytes[at] = static_cast<char>(random() % 3 == 0 ? 0xff : random());
        }
        seal(bytes, kRowsSum, kPrelude, static_cast<qsizetype>(words));
        seal(bytes, kWordsSum, static_cast<qsizetype>(words), bytes.size());
        std::fill_n(bytes.data() + kSeal, 8, '\0');
        seal(bytes, kSeal, 0, kPrelude);
        write(file(), bytes);
        FleetStore fleet;
        const auto store = fleet.add();
        if (m_shelf->fetch(kAbout, *store).ok()) {
            ++taken;
            store->publish();
            QVERIFY(!describe(*store->current()).empty());
        } else {
            QVERIFY(isEmpty(*store));
        }
    }
    QVERIFY(taken > 100); // or the sums did not fit
}

void LastPictureTest::otherThingsAreRefused_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("words");
    QTest::newRow("empty") << QByteArray() << QStringLiteral("cut short");
    QTest::newRow("text") << QByteArray(4096, 'x') << QStringLiteral("no kept picture");
    QByteArray random(100'000, 0);
    std::mt19937 made(7);
    std::generate(random.begin(), random.end(), [&made] { return static_cast<char>(made()); });
    QTest::newRow("random bytes") << random << QStringLiteral("no kept picture");
}

void LastPictureTest::otherThingsAreRefused()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, words);
    QVERIFY(m_shelf->put(kAbout, *m_store->current(), kAt).ok());
    write(file(), bytes);
    FleetStore fleet;
    const auto store = fleet.add();
    const Result<Time> at = m_shelf->fetch(kAbout, *store);
    QVERIFY(!at.ok());
    QVERIFY2(QString::fromStdString(at.error().text()).contains(words), at.error().text().c_str());
    QVERIFY(isEmpty(*store));
}

void LastPictureTest::isForItsOwnerAlone()
{
    QVERIFY(m_shelf->put(kAbout, *m_store->current(), kAt).ok());
    struct stat about { };
    QCOMPARE(::stat(file().c_str(), &about), 0);
    QCOMPARE(about.st_mode & 0777, mode_t(0600));
    QCOMPARE(::stat(std::filesystem::path(file()).parent_path().c_str(), &about), 0);
    QCOMPARE(about.st_mode & 0777, mode_t(0700));

    FleetStore fleet;
    const auto store = fleet.add();
    About other = kAbout;
    other.program = "the next one";
    QVERIFY(!m_shelf->fetch(other, *store).ok());
    other = kAbout;
    other.settings = "other labels";
    QVERIFY(!m_shelf->fetch(other, *store).ok());
    QVERIFY(isEmpty(*store));
    other = kAbout;
    other.identity = "another cluster";
    QCOMPARE(m_shelf->fetch(other, *store).error().code, ErrorCode::NotFound);
    std::filesystem::copy_file(file(), m_shelf->fileOf(other.identity));
    QCOMPARE(m_shelf->fetch(other, *store).error().code, ErrorCode::Decode);

    QCOMPARE(::chmod(file().c_str(), 0640), 0);
    QVERIFY(!m_shelf->fetch(kAbout, *store).ok());
    QCOMPARE(::chmod(file().c_str(), 0600), 0);
    const std::string elsewhere = file() + ".elsewhere";
    std::filesystem::rename(file(), elsewhere);
    std::filesystem::create_symlink(elsewhere, file());
    QVERIFY(!m_shelf->fetch(kAbout, *store).ok());
    QVERIFY(isEmpty(*store));
}

void LastPictureTest::tidiesAway()
{
    About other = kAbout;
    other.identity = "another cluster";
    QVERIFY(m_shelf->put(kAbout, *m_store->current(), kAt).ok());
    QVERIFY(m_shelf->put(other, *m_store->current(), kAt).ok());
    const auto now = std::chrono::system_clock::now();
    m_shelf->tidy(now + Shelf::kOldest - 1h);
    QVERIFY(std::filesystem::exists(file()));
    const timespec old[2] = {{0, UTIME_OMIT}, {std::time(nullptr) - 40 * 86400, 0}};
    QCOMPARE(::utimensat(AT_FDCWD, file().c_str(), old, 0), 0);
    m_shelf->tidy(now);
    QVERIFY(!std::filesystem::exists(file()));
    QVERIFY(std::filesystem::exists(m_shelf->fileOf(other.identity)));
    m_shelf->clear();
    QVERIFY(!std::filesystem::exists(m_shelf->fileOf(other.identity)));
}

void LastPictureTest::keeperKeepsWhatIsWhole()
{
    const std::string folder = m_dir->path().toStdString() + "/cache/pictures";
    m_store->status().of(ResourceKind::Pods).sync = Sync::Loading;
    m_store->publish();
    {
        Keeper keeper(folder, 10ms, 20ms);
        keeper.add(kAbout, m_store);
    }
    QVERIFY(!std::filesystem::exists(file())); // half a picture is none
    m_store->status().of(ResourceKind::Pods).sync = Sync::Live;
    m_store->publish();
    {
        Keeper keeper(folder, 10ms, 20ms);
        keeper.add(kAbout, m_store);
        QTRY_VERIFY(std::filesystem::exists(file()));
        keeper.remove(m_store->id(), true);
        QTRY_VERIFY(!std::filesystem::exists(file()));
    }
    {
        Keeper keeper(folder, 1h, 1h);
        keeper.add(kAbout, m_store);
    }
    QVERIFY(std::filesystem::exists(file())); // at the end
    // A picture that is itself an old one is not kept as if it were new.
    FleetStore fleet;
    const auto before = std::filesystem::last_write_time(file());
    {
        Keeper keeper(folder, 1h, 1h);
        const auto store = fleet.add([&](ClusterStore &fresh) {
            keeper.fetch(kAbout, fresh);
            fresh.publish();
        });
        QVERIFY(store->count(ResourceKind::Pods) > 0);
        keeper.add(kAbout, store);
    }
    QCOMPARE(std::filesystem::last_write_time(file()), before);
}

QTEST_GUILESS_MAIN(LastPictureTest)
#include "tst_lastpicture.moc"
