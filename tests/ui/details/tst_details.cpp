// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/samplefleet.h"
#include "ui/details/detailspanel.h"
#include "ui/details/rawview.h"
#include "ui/details/sectionwidget.h"

#include <QApplication>
#include <QClipboard>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace sextant;
using namespace sextant::ui;
using namespace std::chrono_literals;

namespace {

const Time kNow{std::chrono::seconds(1'900'000'000)};

/// One cluster with one of everything, written by hand.
struct Desk {
    Desk()
        : engine(EngineOptions{})
        , fleet(engine)
    {
        fleet.setClock([] { return kNow; });
        cluster = engine.store().add();
        ClusterStatus &status = cluster->status();
        status.name = "gke-eu";
        status.context = "gke-eu";
        status.server = "https://10.0.0.1";
        status.version = "v1.36.2";
        status.connection = Connection::Live;
        test::setAllLive(status, kNow);
        NamespaceDraft ns;
        ns.uid = "00000000-0000-4000-8000-000000000001";
        ns.name = "playlist";
        ns.status = "Active";
        ns.created = kNow - 100h;
        cluster->upsert(std::move(ns));
        NodeDraft node = test::sampleNode("node-a", "default", 8, 32, kNow);
        node.taints = {{"dedicated", "gpu", "NoSchedule", kNow - 1h}};
        cluster->upsert(std::move(node));
        WorkloadDraft deployment;
        deployment.kind = WorkloadKind::Deployment;
        deployment.kindText = "Deployment";
        deployment.uid = "00000000-0000-4000-8000-00000000000d";
        deployment.ns = "playlist";
        deployment.name = "playlist-service";
        deployment.created = kNow - 50h;
        deployment.desired = Count(3);
        deployment.ready = Count(1);
        deployment.state = State::Warning;
        deployment.status = "Rollout stuck: 1 of 3";
        cluster->upsert(deployment);
        WorkloadDraft set;
        set.kind = WorkloadKind::ReplicaSet;
        set.kindText = "ReplicaSet";
        set.uid = "00000000-0000-4000-8000-00000000000e";
        set.ns = "playlist";
        set.name = "playlist-service-702j";
        set.controller = {"Deployment", deployment.name, deployment.uid};
        cluster->upsert(set);
        crash = test::samplePod("playlist", "playlist-service-702j-44cbd", "node-a", 500, 512, kNow);
        crash.uid = "00000000-0000-4000-8000-0000000000aa";
        crash.controller = {"ReplicaSet", set.name, set.uid};
        crash.status = "CrashLoopBackOff";
        crash.state = State::Failed;
        crash.created = kNow - 112min;
        crash.containers.clear();
        ContainerDraft container;
        container.name = "playlist";
        container.image = "registry/playlist:2.41.0";
        container.state = ContainerState::Waiting;
        container.reason = "CrashLoopBackOff";
        container.restarts = 22;
        container.hasLast = true;
        container.lastReason = "OOMKilled";
        container.lastExitCode = 137;
        container.lastFinished = kNow - 401s;
        crash.containers.push_back(container);
        cluster->upsert(crash);
        PodDraft waiting = test::samplePod("playlist", "waiting", "", 4000, 512, kNow);
        waiting.uid = "00000000-0000-4000-8000-0000000000ab";
        waiting.status = "Pending";
        waiting.phase = "Pending";
        waiting.state = State::Pending;
        waiting.containers.clear();
        waiting.statusMessage = "0/1 nodes are available: 1 Insufficient cpu.";
        cluster->upsert(std::move(waiting));
        publish();
    }
    void publish()
    {
        cluster->publish();
        fleet.refreshNow();
    }
    PodId pod(std::string_view name) const
    {
        for (const PodView view : fleet.picture()->cluster(0).pods()) {
            if (view.name() == name) {
                return view.id();
            }
        }
        return {};
    }
    WorkloadId workload(std::string_view name) const
    {
        for (const WorkloadView view : fleet.picture()->cluster(0).workloads()) {
            if (view.name() == name) {
                return view.id();
            }
        }
        return {};
    }
    NodeId node() const { return (*fleet.picture()->cluster(0).nodes().begin()).id(); }
    NamespaceId ns() const { return (*fleet.picture()->cluster(0).namespaces().begin()).id(); }

    Engine engine;
    FleetModel fleet;
    std::shared_ptr<ClusterStore> cluster;
    PodDraft crash;
};

const DetailSection *section(const ui::Sheet &sheet, const char *key)
{
    for (const DetailSection &one : sheet.sections) {
        if (one.key == QString::fromLatin1(key)) {
            return &one;
        }
    }
    return nullptr;
}

QString textOf(const DetailSection *section)
{
    QStringList lines;
    if (section != nullptr) {
        for (const DetailRow &row : section->rows) {
            lines << QString(
                row.label + QLatin1Char('|') + row.value + row.strong + row.rest + QLatin1Char('|') + row.right);
        }
    }
    return lines.join(QLatin1Char('\n'));
}

const DetailRow *rowOf(const DetailSection *section, const QString &label)
{
    if (section != nullptr) {
        for (const DetailRow &row : section->rows) {
            if (row.label == label) {
                return &row;
            }
        }
    }
    return nullptr;
}

} // namespace

class TestDetails : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { Theme::instance().setMode(Theme::Mode::Light); }
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral("^(?!This plugin does not support)"))); }

    void podThatCrashes()
    {
        Desk desk;
        const ui::Sheet sheet = sheetOf(*desk.fleet.picture(), desk.pod("playlist-service-702j-44cbd"), nullptr, kNow);
        QVERIFY(sheet.there);
        QCOMPARE(sheet.path, QStringLiteral("Pod · gke-eu › playlist"));
        QCOMPARE(sheet.state, std::optional(State::Failed));
        QVERIFY(sheet.status.contains(QStringLiteral("CrashLoopBackOff")));
        QVERIFY(sheet.status.contains(QStringLiteral("112m")));
        QVERIFY2(sheet.cause.contains(QStringLiteral("exit 137, OOMKilled")), qPrintable(sheet.cause));
        QVERIFY(sheet.cause.contains(QStringLiteral("6m41s ago")));
        QVERIFY(sheet.cause.contains(QStringLiteral("22 restarts")));
        const DetailSection *containers = section(sheet, "containers");
        QVERIFY(textOf(containers).contains(QStringLiteral("playlist||22 restarts")));
        QVERIFY(textOf(containers).contains(QStringLiteral("Last end|exit 137, OOMKilled, 6m41s ago")));
        // Never measured: a dash, not a zero.
        const DetailRow *cpu = rowOf(section(sheet, "meters"), QStringLiteral("CPU"));
        QVERIFY(cpu != nullptr);
        QCOMPARE(cpu->strong, QStringLiteral("—"));
        QVERIFY(cpu->bar.used < 0);
        // The chain of owners, each a click.
        const DetailSection *belongs = section(sheet, "belongs");
        QCOMPARE(rowOf(belongs, QStringLiteral("Deployment"))->link, AnyId(desk.workload("playlist-service")));
        QCOMPARE(rowOf(belongs, QStringLiteral("ReplicaSet"))->link, AnyId(desk.workload("playlist-service-702j")));
        QCOMPARE(rowOf(belongs, QStringLiteral("Node"))->link, AnyId(desk.node()));
        QCOMPARE(rowOf(belongs, QStringLiteral("Namespace"))->link, AnyId(desk.ns()));
    }

    void podThatWaitsSaysSoInTheSchedulersWords()
    {
        Desk desk;
        const ui::Sheet sheet = sheetOf(*desk.fleet.picture(), desk.pod("waiting"), nullptr, kNow);
        QVERIFY(sheet.cause.contains(QStringLiteral("0/1 nodes are available: 1 Insufficient cpu.")));
        QCOMPARE(rowOf(section(sheet, "belongs"), QStringLiteral("Node"))->value, QStringLiteral("—"));
    }

    void nodeWithTaintsAndPods()
    {
        Desk desk;
        const ui::Sheet sheet = sheetOf(*desk.fleet.picture(), desk.node(), nullptr, kNow);
        QCOMPARE(sheet.name, QStringLiteral("node-a"));
        QVERIFY(textOf(section(sheet, "taints")).contains(QStringLiteral("dedicated=gpu||NoSchedule")));
        const DetailSection *pods = section(sheet, "pods");
        QVERIFY(pods != nullptr);
        QCOMPARE(pods->rows.size(), std::size_t(1));
        QCOMPARE(pods->rows[0].link, AnyId(desk.pod("playlist-service-702j-44cbd")));
        QVERIFY(rowOf(section(sheet, "meters"), QStringLiteral("CPU"))->caption.contains(QStringLiteral("requested")));
    }

    void workloadNamespaceAndCluster()
    {
        Desk desk;
        ui::Sheet sheet = sheetOf(*desk.fleet.picture(), desk.workload("playlist-service"), nullptr, kNow);
        QVERIFY(sheet.cause.contains(QStringLiteral("Rollout stuck")));
        QCOMPARE(rowOf(section(sheet, "replicas"), QStringLiteral("Desired"))->value, QStringLiteral("3"));
        QVERIFY(section(sheet, "pods") != nullptr);
        QCOMPARE(sheet.jumpView, QStringLiteral("pods"));
        sheet = sheetOf(*desk.fleet.picture(), desk.ns(), nullptr, kNow);
        QCOMPARE(sheet.name, QStringLiteral("playlist"));
        QVERIFY(textOf(section(sheet, "states")).contains(QStringLiteral("failed||1")));
        const AnyId cluster = desk.cluster->id();
        sheet = sheetOf(*desk.fleet.picture(), cluster, nullptr, kNow);
        QCOMPARE(sheet.name, QStringLiteral("gke-eu"));
        QVERIFY(!sheet.object);
        QCOMPARE(rowOf(section(sheet, "facts"), QStringLiteral("Certificate"))->value, QStringLiteral("verified"));
    }

    void refusedKindsGiveTheRuleToAskFor()
    {
        Desk desk;
        desk.cluster->status().of(ResourceKind::Nodes).sync = Sync::Forbidden;
        desk.cluster->status().of(ResourceKind::Nodes).error =
            Error{ErrorCode::Forbidden, "nodes is forbidden: User \"viewer\" cannot list resource", "", "", 403, {}};
        desk.cluster->status().of(ResourceKind::CronJobs).sync = Sync::Forbidden;
        desk.publish();
        const ui::Sheet sheet = sheetOf(*desk.fleet.picture(), desk.cluster->id(), nullptr, kNow);
        QCOMPARE(sheet.rule,
            QStringLiteral("- apiGroups: [\"\"]\n  resources: [nodes]\n  verbs: [get, list, watch]\n"
                           "- apiGroups: [\"batch\"]\n  resources: [cronjobs]\n  verbs: [get, list, watch]"));
        QVERIFY(sheet.cause.contains(QStringLiteral("cannot list resource")));
        QCOMPARE(sheet.state, std::optional(State::Warning));
    }

    void conditions_data()
    {
        QTest::addColumn<QString>("type");
        QTest::addColumn<QString>("status");
        QTest::addColumn<QString>("reason");
        QTest::addColumn<int>("state");
        const auto row = [](const char *type, const char *status, const char *reason, State state) {
            QTest::addRow("%s %s", type, status) << QString::fromLatin1(type) << QString::fromLatin1(status)
                                                 << QString::fromLatin1(reason) << static_cast<int>(state);
        };
        row("Ready", "True", "", State::Ok);
        row("Ready", "False", "KubeletNotReady", State::Warning);
        row("Ready", "Unknown", "NodeStatusUnknown", State::Failed);
        row("MemoryPressure", "False", "", State::Ok);
        row("MemoryPressure", "True", "", State::Warning);
        row("NetworkUnavailable", "False", "", State::Ok);
        row("DiskPressure", "Unknown", "", State::Unknown);
        row("PodScheduled", "False", "Unschedulable", State::Pending);
        row("Complete", "True", "", State::Completed);
        row("Failed", "True", "", State::Failed);
        row("ReplicaFailure", "True", "", State::Warning);
        row("ContainersReady", "False", "PodCompleted", State::Completed);
    }
    void conditions()
    {
        QFETCH(QString, type);
        QFETCH(QString, status);
        QFETCH(QString, reason);
        QFETCH(int, state);
        if (type == QStringLiteral("Failed") && status == QStringLiteral("True")) {
            QCOMPARE(static_cast<int>(conditionState("Failed", "True", "")), static_cast<int>(State::Failed));
            return;
        }
        QCOMPARE(
            static_cast<int>(conditionState(type.toStdString(), status.toStdString(), reason.toStdString())), state);
    }

    void panelFollowsSelectionAndLinks()
    {
        Desk desk;
        DetailsPanel panel(desk.fleet);
        panel.resize(312, 800);
        panel.show();
        QVERIFY(!panel.sheet().there);
        desk.fleet.select(desk.pod("playlist-service-702j-44cbd"));
        QCOMPARE(panel.sheet().name, QStringLiteral("playlist-service-702j-44cbd"));
        auto *belongs = panel.findChild<SectionWidget *>(QStringLiteral("section-belongs"));
        QVERIFY(belongs != nullptr);
        for (RowWidget *row : belongs->rows()) {
            if (row->row().label == QStringLiteral("Node")) {
                QTest::mouseClick(row, Qt::LeftButton);
                break;
            }
        }
        QCOMPARE(desk.fleet.selection(), AnyId(desk.node()));
        QCOMPARE(panel.sheet().name, QStringLiteral("node-a"));
        // From its choice on, the node's history is kept.
        QVERIFY(desk.fleet.history().followedSince(desk.node()) != kNoTime);
    }

    void whatIsGoneStaysReadable()
    {
        Desk desk;
        DetailsPanel panel(desk.fleet);
        desk.fleet.select(desk.pod("playlist-service-702j-44cbd"));
        QVERIFY(desk.cluster->remove(ResourceKind::Pods, desk.crash.uid));
        desk.publish();
        QVERIFY(!panel.sheet().there);
        QCOMPARE(panel.sheet().name, QStringLiteral("playlist-service-702j-44cbd"));
        QVERIFY(panel.sheet().status.contains(QStringLiteral("gone")));
    }

    void eventsAreReadWhenAskedFor()
    {
        Desk desk;
        DetailsPanel panel(desk.fleet);
        panel.resize(312, 1200);
        panel.show();
        desk.fleet.select(desk.pod("waiting"));
        QCOMPARE(panel.eventsText(), QString());
        auto *button = panel.findChild<QPushButton *>(QStringLiteral("readEvents"));
        QVERIFY(button != nullptr);
        QTest::mouseClick(button, Qt::LeftButton);
        QVERIFY(panel.eventsText().contains(QStringLiteral("Reading")));
        // Nothing serves this cluster: the error is said where the events would be, with a way to try again.
        QTRY_VERIFY(!panel.eventsText().contains(QStringLiteral("Reading")));
        QVERIFY(!panel.eventsText().isEmpty());
        QCOMPARE(button->text(), QStringLiteral("Try Again"));
        desk.fleet.select(desk.node());
        QCOMPARE(panel.eventsText(), QString());
    }

    void eventRowsSayCountAndAge()
    {
        EventRow event;
        event.warning = true;
        event.reason = "BackOff";
        event.message = "restarting <b>failed</b> container";
        event.lastSeen = kNow - 12s;
        event.firstSeen = kNow - 2h;
        event.count = 84;
        const std::vector<DetailRow> rows = eventRows({event}, kNow);
        QCOMPARE(rows.size(), std::size_t(1));
        QCOMPARE(rows[0].right, QStringLiteral("12s ×84"));
        QCOMPARE(rows[0].value, QStringLiteral("restarting <b>failed</b> container"));
        QCOMPARE(rows[0].glyph, std::optional(State::Warning));
    }

    void rawObjectIsShownFoundInAndCopied()
    {
        RawView view(QStringLiteral("pod"));
        view.showAnswer(Result<std::string>(std::string("kind: Pod\nname: a\x1b[31m\nscript: <script>\n")));
        QVERIFY(view.text().contains(QStringLiteral("<script>")));
        QVERIFY(!view.text().contains(QChar(0x1b)));
        QCOMPARE(view.text().count(QLatin1Char('\n')), 3);
        view.findField()->setText(QStringLiteral("script"));
        QVERIFY(view.findNext());
        QVERIFY(view.findNext()); // and around
        view.findField()->setText(QStringLiteral("absent"));
        QVERIFY(!view.findNext());
        QCOMPARE(view.message(), QStringLiteral("not found"));
        view.showAnswer(Result<std::string>(Error{ErrorCode::Forbidden, "a Secret is never read", "", "", 0, {}}));
        QVERIFY(view.message().contains(QStringLiteral("a Secret is never read")));
    }

    void rawObjectOfTheSelection()
    {
        Desk desk;
        DetailsPanel panel(desk.fleet);
        desk.fleet.select(desk.pod("waiting"));
        panel.openRaw();
        QVERIFY(panel.rawView() != nullptr);
        QTRY_VERIFY(!panel.rawView()->message().contains(QStringLiteral("Reading")));
        panel.rawView()->close();
    }

    void copies()
    {
        Desk desk;
        DetailsPanel panel(desk.fleet);
        desk.fleet.select(desk.pod("waiting"));
        for (QPushButton *button : panel.findChildren<QPushButton *>()) {
            if (button->text() == QStringLiteral("&kubectl")) {
                button->click();
            }
        }
        QCOMPARE(QApplication::clipboard()->text(),
            QStringLiteral("kubectl --context gke-eu -n playlist get pod waiting -o yaml"));
    }

    void hostileWordsStayWords()
    {
        Desk desk;
        PodDraft evil = test::samplePod("<img src=x onerror=y>", std::string(253, 'n'), "node-a", 1, 1, kNow);
        evil.status = "<b>bold</b>\xe2\x80\xaegnorw";
        evil.state = State::Failed;
        evil.statusMessage = "<a href='http://x'>click</a> " + std::string(3000, 'w');
        evil.containers.clear();
        desk.cluster->upsert(std::move(evil));
        desk.publish();
        DetailsPanel panel(desk.fleet);
        panel.resize(312, 800);
        panel.show();
        desk.fleet.select(desk.pod(std::string(253, 'n')));
        QVERIFY(panel.sheet().status.contains(QStringLiteral("<b>bold</b>")));
        QVERIFY(!panel.sheet().status.contains(QChar(0x202e)));
        for (const QLabel *label : panel.findChildren<QLabel *>()) {
            QCOMPARE(label->textFormat(), Qt::PlainText);
        }
        // However long a word is, the panel keeps its width.
        QVERIFY2(panel.minimumSizeHint().width() <= Theme::instance().px(312),
            qPrintable(QString::number(panel.minimumSizeHint().width())));
        QCOMPARE(panel.width(), 312);
    }

    void longListsAreCut()
    {
        Desk desk;
        for (int i = 0; i < 150; ++i) {
            desk.cluster->upsert(test::samplePod("playlist", "many-" + std::to_string(i), "node-a", 1, 1, kNow));
        }
        desk.publish();
        const ui::Sheet sheet = sheetOf(*desk.fleet.picture(), desk.node(), nullptr, kNow);
        const DetailSection *pods = section(sheet, "pods");
        QVERIFY(pods->rows.size() <= 61);
        QCOMPARE(pods->rows.front().label, QStringLiteral("playlist-service-702j-44cbd")); // worst first
        QCOMPARE(pods->note, QStringLiteral("151"));
    }

    void staleIsDimmedNotBlank()
    {
        Desk desk;
        desk.cluster->status().connection = Connection::Stale;
        desk.publish();
        const ui::Sheet sheet = sheetOf(*desk.fleet.picture(), desk.node(), nullptr, kNow);
        QVERIFY(sheet.stale);
        QVERIFY(rowOf(section(sheet, "meters"), QStringLiteral("CPU"))->bar.stale);
    }
};

QTEST_MAIN(TestDetails)
#include "tst_details.moc"
