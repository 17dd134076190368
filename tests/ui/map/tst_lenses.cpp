// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/heliosfleet.h"
#include "tests/ui/map/shownmap.h"
#include "ui/map/maplegend.h"

#include <QSignalSpy>

#include <random>

using namespace sextant;
using namespace sextant::ui;
using namespace sextant::test;
using namespace std::chrono_literals;

namespace {

using C = LensClasses;

/// One node with pods of a test's own, and the classes they fall into.
struct Sorted {
    explicit Sorted(std::vector<PodDraft> pods)
    {
        cluster = store.add();
        cluster->status().name = "own";
        setAllLive(cluster->status(), now);
        cluster->upsert(sampleNode("n", "default", 32, 128, now));
        for (PodDraft &pod : pods) {
            cluster->upsert(std::move(pod));
        }
        cluster->publish();
        read();
    }
    void read(const std::function<bool(const PodView &)> &keeps = {})
    {
        layout::ContentOptions options;
        options.keepsPod = keeps;
        content = std::make_shared<const layout::Content>(layout::collect(pictureOf(store), options));
    }
    LensClassesPtr classes(Lens lens, const migration::ProgressPtr &progress = {}, const C *before = nullptr) const
    {
        return C::make(content, lens, progress, now, before);
    }
    int of(const LensClassesPtr &classes, const std::string &pod) const
    {
        const auto &tile = content->tiles.front();
        const auto items = content->itemsOf(tile);
        for (std::uint32_t i = 0; i < items.size(); ++i) {
            if (content->pod(tile, items[i]).name() == pod) {
                return classes->ofItem(0, i);
            }
        }
        return -1;
    }

    Time now = wallNow();
    FleetStore store;
    std::shared_ptr<ClusterStore> cluster;
    ContentPtr content;
};

PodDraft pod(const std::string &name, Time now) { return samplePod("ns", name, "n", 500, 128, now); }

} // namespace

class TestLenses : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { Theme::instance().setMode(Theme::Mode::Light); }

    void namesAreReadBack()
    {
        for (int i = 0; i < kLenses; ++i) {
            const auto lens = static_cast<Lens>(i);
            QCOMPARE(lensOf(QString::fromLatin1(lensId(lens))), std::optional(lens));
            QVERIFY(!lensName(lens).isEmpty() && !lensTip(lens).isEmpty());
        }
        QVERIFY(!lensOf(QStringLiteral("State")) && !lensOf(QString()));
    }

    void restartsByTheirNumberAndTheLastHour_data()
    {
        QTest::addColumn<int>("restarts");
        QTest::addColumn<int>("minutesAgo");
        QTest::addColumn<int>("cls");
        QTest::newRow("none") << 0 << 0 << int(C::kNoRestart);
        QTest::newRow("one, long ago") << 1 << 600 << int(C::kFewRestarts);
        QTest::newRow("two, long ago") << 2 << 600 << int(C::kFewRestarts);
        QTest::newRow("three") << 3 << 600 << C::kFewRestarts + 1;
        QTest::newRow("nine") << 9 << 600 << C::kFewRestarts + 1;
        QTest::newRow("ten") << 10 << 600 << C::kFewRestarts + 2;
        QTest::newRow("49") << 49 << 600 << C::kFewRestarts + 2;
        QTest::newRow("50") << 50 << 600 << int(C::kLoopRestarts);
        QTest::newRow("one, just now") << 1 << 5 << C::kFewRestarts + C::kRecentRestarts;
        QTest::newRow("50, just now") << 50 << 5 << C::kLoopRestarts + C::kRecentRestarts;
        QTest::newRow("nobody counts") << -1 << 0 << int(C::kUnknown);
    }
    void restartsByTheirNumberAndTheLastHour()
    {
        QFETCH(int, restarts);
        QFETCH(int, minutesAgo);
        QFETCH(int, cls);
        const Time now = wallNow();
        PodDraft draft = pod("p", now);
        draft.restartsKnown = restarts >= 0;
        draft.restarts = static_cast<std::uint32_t>(std::max(0, restarts));
        draft.lastRestart = now - std::chrono::minutes(minutesAgo);
        const Sorted s({draft});
        const auto classes = s.classes(Lens::Restarts);
        QCOMPARE(s.of(classes, "p"), cls);
        QCOMPARE(int(classes->ofTile(0)), cls);
        QCOMPARE(classes->count(static_cast<std::uint8_t>(cls)), 1U);
    }

    void agesByTheirLength_data()
    {
        QTest::addColumn<qint64>("seconds");
        QTest::addColumn<int>("cls");
        const auto row = [](const char *name, std::chrono::seconds age, int cls) {
            QTest::newRow(name) << static_cast<qint64>(age.count()) << cls;
        };
        row("just now", 1s, C::kNewest);
        row("under ten minutes", 10min - 1s, C::kNewest);
        row("ten minutes", 10min, C::kNewest - 1);
        row("an hour", 1h, C::kNewest - 2);
        row("six hours", 6h, C::kNewest - 3);
        row("a day", 24h, C::kNewest - 4);
        row("a week", 24h * 7, C::kNewest - 5);
        row("a month", 24h * 30, C::kOlder);
        row("in the future by a wrong clock", -1min, C::kNewest);
        QTest::newRow("not told") << qint64(0) << int(C::kUnknown);
    }
    void agesByTheirLength()
    {
        QFETCH(qint64, seconds);
        QFETCH(int, cls);
        Sorted s({});
        PodDraft draft = pod("p", s.now);
        draft.created = seconds == 0 ? kNoTime : s.now - std::chrono::seconds(seconds);
        s.cluster->upsert(draft);
        s.cluster->publish();
        s.read();
        QCOMPARE(s.of(s.classes(Lens::Age), "p"), cls);
    }

    void wasteIsUnknownWithoutASampleOrARequest()
    {
        Sorted s({});
        struct Row {
            const char *name;
            int requested, used;
            int cls;
        };
        const std::vector<Row> rows{{"idle", 1000, 0, C::kFirstStep + 8}, {"half", 1000, 500, C::kFirstStep + 6},
            {"fits", 1000, 1000, C::kFirstStep + 4}, {"more", 1000, 1500, C::kFirstStep + 2},
            {"far-more", 1000, 9000, C::kFirstStep}, {"unsampled", 1000, -1, C::kUnknown},
            {"asks-nothing", 0, 300, C::kUnknown}};
        std::vector<UsageDraft> usage;
        for (const Row &row : rows) {
            s.cluster->upsert(samplePod("ns", row.name, "n", row.requested, 128, s.now));
            if (row.used >= 0) {
                usage.push_back({"ns", row.name, MilliCpu(row.used), Bytes(1), s.now});
            }
        }
        s.cluster->setUsage(ResourceKind::PodMetrics, usage, s.now);
        s.cluster->publish();
        s.read();
        const auto classes = s.classes(Lens::Waste);
        for (const Row &row : rows) {
            QVERIFY2(s.of(classes, row.name) == row.cls, row.name);
        }
        QCOMPARE(classes->count(C::kUnknown), 2U);
        QCOMPARE(int(classes->ofTile(0)), int(C::kUnknown)); // nobody has measured the node
        const auto used = s.classes(Lens::Used);
        QCOMPARE(s.of(used, "half"), C::kFirstStep + 5);
        QCOMPARE(s.of(used, "more"), int(C::kOver));
        QCOMPARE(s.of(used, "unsampled"), int(C::kUnknown));
    }

    void tenOwnersHaveColoursAndKeepThem()
    {
        const Time now = wallNow();
        std::vector<PodDraft> pods;
        for (int team = 0; team < 13; ++team) {
            for (int i = 0; i < 20 - team; ++i) {
                PodDraft draft = pod("t" + std::to_string(team) + "-" + std::to_string(i), now);
                draft.team = "team-" + std::to_string(team);
                pods.push_back(draft);
            }
        }
        pods.push_back(pod("nobodys", now));
        Sorted s(std::move(pods));
        const auto first = s.classes(Lens::Owner);
        QCOMPARE(s.of(first, "nobodys"), int(C::kUnknown));
        QCOMPARE(s.of(first, "t0-0"), int(C::kFirstOwner));
        QCOMPARE(s.of(first, "t9-0"), C::kFirstOwner + 9);
        QCOMPARE(s.of(first, "t10-0"), int(C::kOtherOwner));
        QCOMPARE(first->count(C::kOtherOwner), 10U + 9U + 8U);
        QCOMPARE(first->owners()[3], std::string("team-3"));
        QCOMPARE(int(first->ofTile(0)), int(C::kOtherOwner)); // the others together hold most of it

        // The eleventh overtakes the tenth by two pods: nobody changes colour for that.
        for (int i = 0; i < 3; ++i) {
            PodDraft draft = pod("t10-new-" + std::to_string(i), now);
            draft.team = "team-10";
            s.cluster->upsert(draft);
        }
        s.cluster->publish();
        s.read();
        const auto second = s.classes(Lens::Owner, {}, first.get());
        QCOMPARE(s.of(second, "t9-0"), C::kFirstOwner + 9);
        QCOMPARE(s.of(second, "t10-0"), int(C::kOtherOwner));
        // Not even when the map was hidden meanwhile, and its content empty.
        const auto hidden = C::make(std::make_shared<const layout::Content>(), Lens::Owner, {}, now, second.get());
        QCOMPARE(s.of(s.classes(Lens::Owner, {}, hidden.get()), "t9-0"), C::kFirstOwner + 9);
        // Laid out anew, without what was before, it is among the ten.
        QVERIFY(s.of(s.classes(Lens::Owner), "t10-0") >= C::kFirstOwner);
    }

    void stagesFollowTheServicesOfTheMigration()
    {
        Sorted s({});
        auto progress = std::make_shared<migration::Progress>();
        const std::pair<const char *, migration::Stage> all[] = {{"waits", migration::Stage::NotStarted},
            {"both", migration::Stage::InParallel}, {"gone-over", migration::Stage::Migrated},
            {"done", migration::Stage::Retired}, {"back", migration::Stage::RolledBack}};
        const auto addOne = [&s](const char *name) {
            WorkloadDraft deployment;
            deployment.kind = WorkloadKind::Deployment;
            deployment.kindText = "Deployment";
            deployment.uid = std::string("uid-") + name;
            deployment.ns = "ns";
            deployment.name = name;
            s.cluster->upsert(deployment);
            PodDraft draft = pod(std::string(name) + "-1", s.now);
            draft.controller = {"Deployment", name, deployment.uid};
            s.cluster->upsert(draft);
        };
        for (const auto &[name, stage] : all) {
            addOne(name);
        }
        addOne("elsewhere");
        s.cluster->publish();
        s.read();
        for (const auto &[name, stage] : all) {
            migration::Service service;
            service.name = name;
            service.stage = stage;
            for (const WorkloadView workload : s.content->picture->cluster(0).workloads()) {
                if (workload.name() == name) {
                    service.kubernetes.workloads.push_back(workload.id());
                }
            }
            QCOMPARE(service.kubernetes.workloads.size(), 1U);
            progress->services.push_back(service);
        }
        const auto classes = s.classes(Lens::Stage, progress);
        QCOMPARE(s.of(classes, "waits-1"), int(C::kNotStarted));
        QCOMPARE(s.of(classes, "both-1"), int(C::kInParallel));
        QCOMPARE(s.of(classes, "gone-over-1"), int(C::kMigrated));
        QCOMPARE(s.of(classes, "done-1"), int(C::kRetired));
        QCOMPARE(s.of(classes, "back-1"), int(C::kRolledBack));
        QCOMPARE(s.of(classes, "elsewhere-1"), int(C::kUnknown));
        QCOMPARE(int(classes->ofTile(0)), int(C::kRolledBack)); // what is worst is seen from afar
        QCOMPARE(s.of(s.classes(Lens::Stage), "both-1"), int(C::kUnknown)); // nobody has looked yet
        QVERIFY(classes->serves(s.content, Lens::Stage, progress, s.now));
        QVERIFY(!classes->serves(s.content, Lens::Stage, nullptr, s.now));
        QVERIFY(!classes->serves(s.content, Lens::Owner, progress, s.now));
    }

    void onlyWhatTheFilterKeepsIsCounted()
    {
        const Time now = wallNow();
        Sorted s({pod("a-1", now), pod("a-2", now), pod("b-1", now)});
        QCOMPARE(s.classes(Lens::State)->counted(), 3U);
        s.read([](const PodView &view) { return view.name().front() == 'a'; });
        for (int i = 0; i < kLenses; ++i) {
            QCOMPARE(s.classes(static_cast<Lens>(i))->counted(), 2U);
        }
    }

    void statesAreCountedOnAsTheyAreCountedAnew()
    {
        FleetStore store;
        const auto truth = fillSampleFleet(store);
        std::mt19937 random(5);
        layout::ContentOptions options;
        auto content = std::make_shared<const layout::Content>(layout::collect(pictureOf(store), options));
        LensClassesPtr carried = C::make(content, Lens::State, nullptr, kNoTime);
        for (int round = 0; round < 12; ++round) {
            ClusterStore &cluster = *truth.clusters[random() % truth.clusters.size()];
            for (int i = 0; i < 20; ++i) {
                const ClusterSnapshotPtr snapshot = cluster.current();
                const auto slot = static_cast<std::uint32_t>(random() % snapshot->podSlots());
                if (!PodView::columns(*snapshot).occupied(slot)) {
                    continue;
                }
                const PodView was(*snapshot, slot);
                PodDraft pod = samplePod(
                    std::string(was.ns()), std::string(was.name()), std::string(was.node()), 100, 128, wallNow());
                pod.uid = was.uid();
                pod.resourceVersion = std::to_string(random());
                pod.state = static_cast<State>(random() % kStates);
                cluster.upsert(std::move(pod));
            }
            if (round % 4 == 3) { // others have another place, or fade
                cluster.upsert(sampleNode("new-" + std::to_string(round), "default", 16, 64, wallNow()));
                options.keepsPod = [round](const PodView &pod) {
                    return (pod.slot() + static_cast<unsigned>(round)) % 3 != 0;
                };
            }
            cluster.publish();
            auto next =
                std::make_shared<const layout::Content>(layout::collect(pictureOf(store), options, content.get()));
            carried = C::make(next, Lens::State, nullptr, kNoTime, carried.get());
            const LensClassesPtr anew = C::make(next, Lens::State, nullptr, kNoTime);
            for (std::uint8_t cls = 0; cls < C::kMost; ++cls) {
                QCOMPARE(carried->count(cls), anew->count(cls));
            }
            for (std::uint32_t t = 0; t < next->tiles.size(); ++t) {
                QCOMPARE(carried->maskOf(t), anew->maskOf(t));
            }
            content = next;
        }
        QVERIFY(carried->counted() > 0);
    }

    void whatHasEndedStandsBehindWhatRuns_data()
    {
        QTest::addColumn<QList<int>>("states");
        QTest::addColumn<int>("worst");
        const auto row = [](const char *name, const QList<State> &states, State worst) {
            QList<int> numbers;
            for (const State state : states) {
                numbers << static_cast<int>(state);
            }
            QTest::newRow(name) << numbers << static_cast<int>(worst);
        };
        row("ready", {State::Ok}, State::Ok);
        row("a job that is done", {State::Ok, State::Completed}, State::Ok);
        row("a pod on its way out", {State::Ok, State::Terminating}, State::Ok);
        row("only jobs that are done", {State::Completed}, State::Completed);
        row("none that runs", {State::Completed, State::Terminating}, State::Terminating);
        row("starting", {State::Ok, State::Completed, State::Pending}, State::Pending);
        row("failed", {State::Ok, State::Completed, State::Warning, State::Failed}, State::Failed);
    }
    void whatHasEndedStandsBehindWhatRuns()
    {
        QFETCH(QList<int>, states);
        QFETCH(int, worst);
        std::uint32_t mask = 0;
        int first = states.front();
        for (const int state : states) {
            mask |= 1U << state;
            const auto rank = [](int of) { return rankOf(Lens::State, static_cast<std::uint8_t>(of)); };
            first = rank(state) > rank(first) ? state : first;
        }
        QCOMPARE(int(mostStriking(Lens::State, mask)), worst);
        QCOMPARE(first, worst);
        QCOMPARE(int(mostStriking(Lens::Age, mask)), *std::max_element(states.begin(), states.end()));
    }

    /// A lens draws with the colours of its legend, and what is lit up leaves the rest as track.
    void everyLensPaintsItsClasses_data()
    {
        QTest::addColumn<int>("lens");
        for (int i = 0; i < kLenses; ++i) {
            QTest::newRow(lensId(static_cast<Lens>(i))) << i;
        }
    }
    void everyLensPaintsItsClasses()
    {
        QFETCH(int, lens);
        Shown s;
        QSignalSpy changed(&s.view, &MapView::classesChanged);
        s.view.setLens(static_cast<Lens>(lens));
        s.view.settle();
        QCOMPARE(changed.count(), lens == 0 ? 0 : 1);
        QCOMPARE(s.view.classes()->counted(), s.view.content().pods - static_cast<std::uint32_t>(s.truth.unscheduled));
        const MapPalette palette = MapPalette::current(1);
        const LensColors colors(s.view.lens(), palette);
        std::uint32_t most = 0;
        std::uint8_t common = 0;
        for (std::uint8_t cls = 0; cls < C::kMost; ++cls) {
            if (s.view.classes()->count(cls) > most) {
                most = s.view.classes()->count(cls);
                common = cls;
            }
        }
        const QImage all = s.image();
        const QRgb wanted = colors[common].cell;
        QVERIFY(hasColor(all, all.rect(), wanted));

        // At every level what is not lit up is track.
        const ClassMask others = ((ClassMask(1) << C::kMost) - 1) & ~(ClassMask(1) << common);
        for (const auto level : {layout::Level::Fleet, layout::Level::Nodes, layout::Level::Pods}) {
            s.view.setSeen(kAllClasses);
            s.view.zoomTo(level);
            QTRY_VERIFY(!s.view.zooming());
            s.view.settle();
            const QRect tile = s.view.rectOf({0, -1, -1}).toAlignedRect().adjusted(2, 30, -2, -2);
            const QRect area = level == layout::Level::Pods ? tile & s.view.viewport()->rect() : QRect(0, 70, 600, 400);
            s.view.setSeen(others);
            s.view.settle();
            const QImage rest = s.image();
            QVERIFY(hasColor(rest, rest.rect(), palette.track));
            if (level == layout::Level::Nodes) {
                QVERIFY2(!hasColor(rest, area, wanted), lensId(s.view.lens()));
            }
        }
        s.view.setSeen(kAllClasses);
        s.view.fit();
        QTRY_COMPARE(s.view.viewport()->size(), all.size()); // the scroll bars are gone
        s.view.settle();
        QCOMPARE(s.image(), all);
    }

    void theLegendCountsAndLightsUp()
    {
        Shown s;
        s.view.setLens(Lens::Restarts);
        s.view.settle();
        MapLegend legend;
        legend.resize(1280, 32);
        static_cast<QWidget &>(legend).show();
        legend.show(s.view.content(), *s.view.classes(), s.view.level(), s.view.seen());
        const QString words = legend.plainText();
        QVERIFY2(words.startsWith(QStringLiteral("restarts 50+ ")), qPrintable(words));
        QVERIFY(words.indexOf(QStringLiteral("10–49")) < words.indexOf(QStringLiteral("none")));
        QSignalSpy wanted(&legend, &MapLegend::seenWanted);
        const QPoint at = legend.rectOf(QStringLiteral("none")).center().toPoint();
        QTest::mouseClick(&legend, Qt::LeftButton, {}, at);
        QCOMPARE(wanted.count(), 1);
        const auto mask = wanted.takeFirst().at(0).value<ClassMask>();
        QCOMPARE(mask, ClassMask(1) << C::kNoRestart);
        legend.show(s.view.content(), *s.view.classes(), s.view.level(), mask);
        QTest::mouseClick(&legend, Qt::LeftButton, {}, at); // again: all
        QCOMPARE(wanted.takeFirst().at(0).value<ClassMask>(), kAllClasses);
        // The same by keyboard: the first entry, then Escape.
        legend.setFocus(Qt::TabFocusReason);
        QTest::keyClick(&legend, Qt::Key_Home);
        QTest::keyClick(&legend, Qt::Key_Space);
        QCOMPARE(wanted.takeFirst().at(0).value<ClassMask>(),
            ClassMask(1) << C::kLoopRestarts | ClassMask(1) << (C::kLoopRestarts + C::kRecentRestarts));
        QTest::keyClick(&legend, Qt::Key_Escape);
        QCOMPARE(wanted.takeFirst().at(0).value<ClassMask>(), kAllClasses);
        QVERIFY(legend.accessibleName().contains(QStringLiteral("50+")));
    }

    void nodesAndWhatDeclaresNothingLightUp_data()
    {
        QTest::addColumn<QString>("word");
        QTest::addColumn<QStringList>("lit");
        QTest::newRow("silent") << QStringLiteral("silent") << QStringList{QStringLiteral("silent")};
        QTest::newRow("not ready") << QStringLiteral("node not ready") << QStringList{QStringLiteral("unready")};
        QTest::newRow("pressure") << QStringLiteral("under pressure") << QStringList{QStringLiteral("pressed")};
        QTest::newRow("cordoned") << QStringLiteral("cordoned") << QStringList{QStringLiteral("cordoned")};
        QTest::newRow("undeclared") << QStringLiteral("declares nothing") << QStringList{QStringLiteral("well")};
    }
    /// Clicked or chosen by keyboard, an entry lights up what it counts, and n goes there.
    void nodesAndWhatDeclaresNothingLightUp()
    {
        QFETCH(QString, word);
        QFETCH(QStringList, lit);
        Shown s([](ClusterStore &cluster) {
            for (const char *name : {"cordoned", "pressed", "silent", "unready", "well"}) {
                auto node = sampleNode(name, "default", 32, 128, wallNow());
                node.cordoned = node.name == "cordoned";
                node.silent = node.name == "silent";
                node.state = node.cordoned   ? State::Cordoned
                    : node.name == "pressed" ? State::Warning
                    : node.name == "well"    ? State::Ok
                                             : State::Failed;
                cluster.upsert(node);
                auto draft = samplePod("ns", std::string("p-") + name, name, 12000, 128, wallNow());
                if (node.name == "well") {
                    draft.cpuRequested = MilliCpu();
                }
                cluster.upsert(draft);
            }
        });
        MapLegend legend;
        legend.resize(1600, 32);
        static_cast<QWidget &>(legend).show();
        legend.show(s.view.content(), *s.view.classes(), s.view.level(), s.view.seen());
        QSignalSpy wanted(&legend, &MapLegend::seenWanted);
        QTest::mouseClick(&legend, Qt::LeftButton, {}, legend.rectOf(word).center().toPoint());
        QCOMPARE(wanted.count(), 1);
        const auto mask = wanted.takeFirst().at(0).value<ClassMask>();
        // The same by keyboard.
        legend.setFocus(Qt::TabFocusReason);
        QTest::keyClick(&legend, Qt::Key_Home);
        for (int i = 0; i < 20 && !legend.accessibleName().contains(word); ++i) {
            QTest::keyClick(&legend, Qt::Key_Right);
        }
        QTest::keyClick(&legend, Qt::Key_Space);
        QCOMPARE(wanted.count(), 1);
        QCOMPARE(wanted.takeFirst().at(0).value<ClassMask>(), mask);

        s.view.setSeen(mask);
        s.view.settle();
        const QImage image = s.image();
        const QRgb track = Theme::instance().color(Token::Track).rgb() & 0xffffffU;
        for (const auto &tile : s.view.content().tiles) {
            const std::string name(tile.name);
            const QPoint pod = s.view.rectOf(s.find(name, "p-" + name)).center().toPoint();
            QVERIFY2(((image.pixel(pod) & 0xffffffU) != track) == lit.contains(shown(tile.name)), name.c_str());
        }
        s.view.setFocus(Qt::TabFocusReason);
        QTest::keyClick(&s.view, Qt::Key_N);
        QVERIFY2(
            s.view.describe(s.view.current()).contains(lit.front()), qPrintable(s.view.describe(s.view.current())));
    }

    void silentNodesAreSeenFromAfarInEveryLens_data() { everyLensPaintsItsClasses_data(); }
    void silentNodesAreSeenFromAfarInEveryLens()
    {
        QFETCH(int, lens);
        Shown s([](ClusterStore &cluster) {
            auto node = sampleNode("n", "default", 32, 128, wallNow());
            node.silent = true;
            node.state = State::Failed;
            cluster.upsert(node);
        });
        s.view.setLens(static_cast<Lens>(lens));
        s.view.zoomTo(layout::Level::Fleet);
        s.view.settle();
        const QRect tile = s.view.rectOf({0, -1, -1}).toAlignedRect();
        QVERIFY(hasColor(s.image(), QRect(tile.x(), tile.y(), tile.width(), 1), stateColor(State::Failed)));
    }

    void stepsOfARampAreCountedAndLitUp()
    {
        Shown s([](ClusterStore &cluster) {
            cluster.upsert(sampleNode("n", "default", 32, 128, wallNow()));
            std::vector<UsageDraft> usage;
            for (int i = 0; i < 5; ++i) {
                const auto draft = samplePod("ns", "p" + std::to_string(i), "n", 1000, 128, wallNow());
                cluster.upsert(draft);
                usage.push_back({"ns", draft.name, MilliCpu(i < 3 ? 200 : 800), Bytes(1), wallNow()});
            }
            cluster.setUsage(ResourceKind::PodMetrics, usage, wallNow());
        });
        s.view.setLens(Lens::Used);
        s.view.settle();
        MapLegend legend;
        legend.resize(1280, 32);
        static_cast<QWidget &>(legend).show();
        legend.activateWindow();
        const auto show = [&](ClassMask seen) {
            legend.show(s.view.content(), *s.view.classes(), s.view.level(), seen);
        };
        show(kAllClasses);
        QVERIFY2(legend.plainText().startsWith(
                     QStringLiteral("CPU used of requested: 15 to 25 % 3, 75 to 85 % 2, over its request 0")),
            qPrintable(legend.plainText()));
        QSignalSpy wanted(&legend, &MapLegend::seenWanted);
        legend.setFocus(Qt::TabFocusReason);
        QTRY_VERIFY(legend.hasFocus());
        QTest::keyClick(&legend, Qt::Key_Home);
        QTest::keyClick(&legend, Qt::Key_Right);
        const QRectF none = legend.rectOf(QStringLiteral("over its request"));
        QTest::keyClick(&legend, Qt::Key_Right);
        QCOMPARE(legend.accessibleName(), QStringLiteral("Legend: CPU used of requested, 15 to 25 %: 3"));
        QTest::keyClick(&legend, Qt::Key_Space);
        QCOMPARE(wanted.takeFirst().at(0).value<ClassMask>(), ClassMask(1) << (C::kFirstStep + 2));
        // The count stands beside the ramp, of the one the keyboard is on and of the one that is lit up.
        QTest::keyClick(&legend, Qt::Key_End);
        const QRectF calm = legend.rectOf(QStringLiteral("over its request"));
        QVERIFY(calm.x() < none.x());
        show(ClassMask(1) << (C::kFirstStep + 2));
        QVERIFY(legend.rectOf(QStringLiteral("over its request")).x() > calm.x() + 40);
    }

    void whatHasNoRoomIsCountedAndNamed_data()
    {
        QTest::addColumn<int>("width");
        QTest::newRow("wide") << 2400;
        QTest::newRow("a window of 1440") << 1280;
        QTest::newRow("a window of 1024") << 970;
        QTest::newRow("tiny") << 400;
    }
    void whatHasNoRoomIsCountedAndNamed()
    {
        QFETCH(int, width);
        Shown s;
        addHeliosCluster(s.store, s.now);
        s.publish();
        MapLegend legend;
        legend.resize(width, 32);
        static_cast<QWidget &>(legend).show();
        for (int lens = 0; lens < kLenses; ++lens) {
            s.view.setLens(static_cast<Lens>(lens));
            s.view.settle();
            legend.show(s.view.content(), *s.view.classes(), s.view.level(), s.view.seen());
            const auto text = legendOf(s.view.content(), *s.view.classes(), s.view.level());
            const QStringList hidden = legend.hiddenText().split(QLatin1Char('\n'), Qt::SkipEmptyParts);
            double right = 0;
            for (std::size_t i = 0; i < text.entries.size(); ++i) {
                const bool has = i < text.entries.size() - static_cast<std::size_t>(hidden.size());
                if (has) {
                    right = std::max(right, legend.rectOf(text.entries[i].word).right());
                } else {
                    QVERIFY(
                        hidden[static_cast<int>(i) - static_cast<int>(text.entries.size()) + hidden.size()].startsWith(
                            text.entries[i].word));
                }
            }
            QVERIFY(right < width);
            QVERIFY(width > 500 || !hidden.isEmpty());
            QVERIFY(width < 500 || !legend.note().isEmpty());
            if (width >= 1280 && static_cast<Lens>(lens) == Lens::Used) {
                QVERIFY2(hidden.isEmpty(), qPrintable(legend.hiddenText()));
                QVERIFY2(legend.note().startsWith(QStringLiteral("Helios measures hosts, not tasks")),
                    qPrintable(legend.note()));
            }
        }
    }

    void rampsSayWhatTheyAreOf()
    {
        Shown s;
        const auto words = [&s](Lens lens, layout::SizeBy size) {
            s.view.setSizeBy(size);
            s.view.setLens(lens);
            s.view.settle();
            return legendOf(s.view.content(), *s.view.classes(), s.view.level());
        };
        const auto used = words(Lens::Used, layout::SizeBy::Memory);
        QCOMPARE(used.entries.front().word, QStringLiteral("memory used of requested"));
        QCOMPARE(used.entries.front().steps, 11);
        QCOMPARE(words(Lens::Requested, layout::SizeBy::Cpu).entries.front().word,
            QStringLiteral("CPU requested of the node's allocatable"));
        const auto waste = words(Lens::Waste, layout::SizeBy::Cpu);
        QCOMPARE(waste.entries.front().low, QStringLiteral("wants more"));
        QCOMPARE(waste.entries.front().high, QStringLiteral("gives back"));
        QCOMPARE(stepText(Lens::Used, C::kFirstStep + 4), QStringLiteral("35 to 45 %"));
        QCOMPARE(stepText(Lens::Waste, C::kFirstStep + 8), QStringLiteral("uses about 100 % less than it requests"));
    }
};

QTEST_MAIN(TestLenses)
#include "tst_lenses.moc"
