// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/samplefleet.h"
#include "ui/models/nodetablemodel.h"
#include "ui/models/podtablemodel.h"
#include "ui/models/workloadtablemodel.h"
#include "ui/pages/columnchooser.h"
#include "ui/pages/tablefoot.h"
#include "ui/pages/tableheader.h"
#include "ui/pages/tablepanel.h"
#include "ui/pages/tablestrip.h"
#include "ui/pages/tableview.h"
#include "ui/theme/widgets.h"

#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QMenu>
#include <QPushButton>
#include <QScrollBar>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <set>

using namespace sextant;
using namespace sextant::ui;

namespace {

const Time kNow{std::chrono::seconds(1'900'000'000)};

std::unique_ptr<TableModel> modelOf(TableKind kind)
{
    switch (kind) {
    case TableKind::Pods:
        return std::make_unique<PodTableModel>();
    case TableKind::Nodes:
        return std::make_unique<NodeTableModel>();
    case TableKind::Workloads:
        break;
    }
    return std::make_unique<WorkloadTableModel>();
}

QString wordOf(TableKind kind)
{
    return kind == TableKind::Pods ? QStringLiteral("pods")
        : kind == TableKind::Nodes ? QStringLiteral("nodes")
                                   : QStringLiteral("workloads");
}

/// A fleet and a panel over it, on screen.
struct Stage {
    FleetStore store;
    test::SampleTruth truth;
    std::unique_ptr<TablePanel> panel;

    explicit Stage(TableKind kind = TableKind::Pods, int pods = 300, int clusters = 3, QSize size = {1120, 700})
    {
        test::SampleOptions options;
        options.clusters = clusters;
        options.nodes = 30;
        options.pods = pods;
        options.now = kNow;
        truth = test::fillSampleFleet(store, options);
        panel = std::make_unique<TablePanel>(modelOf(kind), wordOf(kind));
        panel->resize(size);
        panel->setNow(kNow);
        update();
        panel->show();
        panel->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(panel.get()));
        panel->model().settle();
    }
    void update()
    {
        panel->setPicture(test::pictureOf(store));
        panel->model().settle();
    }
    TableView &view() { return panel->view(); }
    TableModel &model() { return panel->model(); }
    QString text(int row, PodColumn column) { return model().index(row, static_cast<int>(column)).data().toString(); }
    QPoint cellPlace(int row, PodColumn column)
    {
        return view().visualRect(model().index(row, static_cast<int>(column))).center();
    }
    QPoint headPlace(int column)
    {
        TableHeader &head = view().head();
        return {head.sectionViewportPosition(column) + head.sectionSize(column) / 2, head.height() / 2};
    }
};

/// Pixels of `colour` (each channel within a little) in a rectangle of an image.
int pixelsOf(const QImage &image, const QRect &rect, const QColor &colour)
{
    int count = 0;
    for (int y = rect.top(); y <= rect.bottom(); ++y) {
        for (int x = rect.left(); x <= rect.right(); ++x) {
            const QColor pixel = image.pixelColor(x, y);
            if (qAbs(pixel.red() - colour.red()) < 12 && qAbs(pixel.green() - colour.green()) < 12
                && qAbs(pixel.blue() - colour.blue()) < 12) {
                ++count;
            }
        }
    }
    return count;
}

int rowWith(TableModel &model, State state, PodColumn column = PodColumn::Status)
{
    for (int row = 0; row < model.rowCount(); ++row) {
        if (model.cell(row, static_cast<int>(column)).state == state) {
            return row;
        }
    }
    return -1;
}

} // namespace

class TestTablePanel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void headClickSorts();
    void keysMove();
    void typeAhead();
    void enterAndDoubleClickOpenDetails();
    void clickSelects();
    void selectionSurvivesResetAndSort();
    void placeSurvivesNewRows();
    void goneObjectIsNotReplaced();
    void filterNarrowsTextAndSums();
    void footLeavesOutNoHalfFigure();
    void copyRows();
    void contextMenu();
    void chooserShowsAndRemembers();
    void headDragReorders();
    void columnsByWidth();
    void oneClusterHasNoColumn();
    void exportsWhatIsFiltered_data();
    void exportsWhatIsFiltered();
    void glyphAndBarPixels();
    void selectionPixels();
    void staleIsDimmed();
    void loadingState();
    void emptyState();
    void partialState();
    void hostileNames();
    void accessible();
};

void TestTablePanel::initTestCase()
{
    QCoreApplication::setOrganizationName(QStringLiteral("sextant-test"));
    QCoreApplication::setApplicationName(QStringLiteral("tst_tablepanel"));
    Theme::instance().setMode(Theme::Mode::Light);
}

void TestTablePanel::init()
{
    QSettings().clear();
    QApplication::clipboard()->clear();
}

void TestTablePanel::headClickSorts()
{
    Stage stage;
    const int restarts = static_cast<int>(PodColumn::Restarts);
    QTest::mouseClick(stage.view().head().viewport(), Qt::LeftButton, {}, stage.headPlace(restarts));
    QTRY_VERIFY(!stage.model().busy());
    QCOMPARE(stage.model().sortColumn(), restarts);
    QCOMPARE(stage.model().sortOrder(), Qt::DescendingOrder);
    const auto count = [&](int row) { return stage.model().cell(row, restarts).text.toInt(); };
    QVERIFY(count(0) > 0);
    for (int row = 1; row < stage.model().rowCount(); ++row) {
        QVERIFY(count(row - 1) >= count(row));
    }
    QTest::mouseClick(stage.view().head().viewport(), Qt::LeftButton, {}, stage.headPlace(restarts));
    QTRY_VERIFY(!stage.model().busy());
    QCOMPARE(stage.model().sortOrder(), Qt::AscendingOrder);
    QCOMPARE(count(0), 0);
    // The sorted section has its accent rule, its neighbour has not.
    const QImage image = stage.view().head().viewport()->grab().toImage();
    const QColor accent = Theme::instance().color(Token::Accent);
    const auto foot = [&](int column) {
        return QRect(stage.view().head().sectionViewportPosition(column) + 2, image.height() - 2,
            stage.view().head().sectionSize(column) - 4, 2);
    };
    QVERIFY(pixelsOf(image, foot(restarts), accent) > 100);
    QCOMPARE(pixelsOf(image, foot(static_cast<int>(PodColumn::Age)), accent), 0);
}

void TestTablePanel::keysMove()
{
    Stage stage;
    TableView &view = stage.view();
    view.setFocus(Qt::TabFocusReason);
    QVERIFY(view.hasFocus());
    QCOMPARE(view.currentIndex().row(), 0);
    QSignalSpy selected(stage.panel.get(), &TablePanel::selected);
    QTest::keyClick(&view, Qt::Key_J);
    QCOMPARE(view.currentIndex().row(), 1);
    QTest::keyClick(&view, Qt::Key_Down);
    QCOMPARE(view.currentIndex().row(), 2);
    QTest::keyClick(&view, Qt::Key_K);
    QCOMPARE(view.currentIndex().row(), 1);
    QCOMPARE(selected.count(), 3);
    QCOMPARE(view.selectionModel()->selectedRows().size(), 1);
    QTest::keyClick(&view, Qt::Key_End);
    QCOMPARE(view.currentIndex().row(), stage.model().rowCount() - 1);
    QVERIFY(view.verticalScrollBar()->value() > 0);
    QTest::keyClick(&view, Qt::Key_Home);
    QCOMPARE(view.currentIndex().row(), 0);
    QTest::keyClick(&view, Qt::Key_PageDown);
    QVERIFY(view.currentIndex().row() > 10);
    QVERIFY(view.ringsRow(view.currentIndex().row()));
    QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, view.visualRect(view.currentIndex()).center());
    QVERIFY(!view.ringsRow(view.currentIndex().row()));
}

void TestTablePanel::typeAhead()
{
    Stage stage;
    TableView &view = stage.view();
    view.setFocus();
    const QString wanted = stage.model().nameAt(stage.model().rowCount() - 1);
    QVERIFY(!wanted.isEmpty() && !QStringLiteral("jk").contains(wanted[0]));
    QTest::keyClicks(&view, wanted);
    QCOMPARE(stage.model().nameAt(view.currentIndex().row()), wanted);
}

void TestTablePanel::enterAndDoubleClickOpenDetails()
{
    Stage stage;
    QSignalSpy details(stage.panel.get(), &TablePanel::detailsWanted);
    stage.view().setFocus(Qt::TabFocusReason);
    QTest::keyClick(&stage.view(), Qt::Key_Down);
    QTest::keyClick(&stage.view(), Qt::Key_Return);
    QCOMPARE(details.count(), 1);
    QCOMPARE(details[0][0].value<AnyId>(), stage.model().idAt(1));
    QTest::mouseDClick(stage.view().viewport(), Qt::LeftButton, {}, stage.cellPlace(3, PodColumn::Name));
    QCOMPARE(details.count(), 2);
    QCOMPARE(details[1][0].value<AnyId>(), stage.model().idAt(3));
}

void TestTablePanel::clickSelects()
{
    Stage stage;
    QSignalSpy selected(stage.panel.get(), &TablePanel::selected);
    QTest::mouseClick(stage.view().viewport(), Qt::LeftButton, {}, stage.cellPlace(4, PodColumn::Status));
    QCOMPARE(selected.count(), 1);
    QCOMPARE(selected[0][0].value<AnyId>(), stage.model().idAt(4));
    // Set from outside: no echo.
    stage.view().setCurrentId(stage.model().idAt(7));
    QCOMPARE(selected.count(), 1);
    QCOMPARE(stage.view().currentIndex().row(), 7);
    stage.view().setCurrentId({});
    QVERIFY(!stage.view().selectionModel()->hasSelection());
}

void TestTablePanel::selectionSurvivesResetAndSort()
{
    Stage stage;
    TableView &view = stage.view();
    QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, stage.cellPlace(5, PodColumn::Name));
    QTest::mouseClick(view.viewport(), Qt::LeftButton, Qt::ControlModifier, stage.cellPlace(9, PodColumn::Name));
    std::set<AnyId> chosen{stage.model().idAt(5), stage.model().idAt(9)};
    const AnyId current = view.currentId();
    const auto selection = [&] {
        std::set<AnyId> ids;
        for (const QModelIndex &index : view.selectionModel()->selectedRows()) {
            ids.insert(stage.model().idAt(index.row()));
        }
        return ids;
    };
    stage.model().sort(static_cast<int>(PodColumn::Age), Qt::DescendingOrder);
    QTRY_VERIFY(!stage.model().busy());
    QVERIFY(selection() == chosen);
    QCOMPARE(view.currentId(), current);
    // Scattered removals: however many rows go, the table never starts over.
    QSignalSpy resets(&stage.model(), &QAbstractItemModel::modelReset);
    QSignalSpy selected(stage.panel.get(), &TablePanel::selected);
    int gone = 0;
    for (const auto &cluster : stage.truth.clusters) {
        std::vector<std::string> uids;
        for (const PodView pod : cluster->current()->pods()) {
            if (chosen.count(AnyId(pod.id())) == 0 && ++gone % 3 == 0) {
                uids.push_back(pod.uid());
            }
        }
        for (const std::string &uid : uids) {
            QVERIFY(cluster->remove(ResourceKind::Pods, uid));
        }
        cluster->publish();
    }
    stage.panel->setPicture(test::pictureOf(stage.store));
    QTRY_VERIFY(!stage.model().busy());
    QCOMPARE(resets.count(), 0);
    QVERIFY(selection() == chosen);
    QCOMPARE(view.currentId(), current);
    QCOMPARE(selected.count(), 0);
}

void TestTablePanel::placeSurvivesNewRows()
{
    Stage stage;
    TableView &view = stage.view();
    view.verticalScrollBar()->setValue(24 * 40 + 7);
    const int top = view.rowAt(0);
    const AnyId anchor = stage.model().idAt(top);
    const int offset = view.rowViewportPosition(top);
    auto pod = test::samplePod("aaa", "aaa-0", "", 100, 64, kNow);
    for (int i = 0; i < 5; ++i) {
        pod.name = "aaa-" + std::to_string(i);
        pod.uid = "00000000-0000-4000-8000-" + std::to_string(900'000'000'000 + i);
        stage.truth.clusters[0]->upsert(pod);
    }
    stage.truth.clusters[0]->publish();
    stage.panel->setPicture(test::pictureOf(stage.store));
    QTRY_VERIFY(!stage.model().busy());
    QCOMPARE(stage.model().rowOf(anchor), top + 5);
    QCOMPARE(view.rowViewportPosition(top + 5), offset);
}

void TestTablePanel::goneObjectIsNotReplaced()
{
    Stage stage;
    QTest::mouseClick(stage.view().viewport(), Qt::LeftButton, {}, stage.cellPlace(4, PodColumn::Name));
    QSignalSpy selected(stage.panel.get(), &TablePanel::selected);
    const auto pod = stage.model().picture()->snapshot().find(std::get<PodId>(stage.model().idAt(4)));
    const std::string uid = pod->uid();
    for (const auto &cluster : stage.truth.clusters) {
        if (cluster->id() == pod->cluster().id()) {
            QVERIFY(cluster->remove(ResourceKind::Pods, uid));
            cluster->publish();
        }
    }
    stage.panel->setPicture(test::pictureOf(stage.store));
    QTRY_VERIFY(!stage.model().busy());
    QCOMPARE(selected.count(), 0);
    QVERIFY(!stage.view().currentIndex().isValid());
    QVERIFY(!stage.view().selectionModel()->hasSelection());
}

void TestTablePanel::filterNarrowsTextAndSums()
{
    Stage stage;
    const QString before = stage.panel->foot().sumsText();
    QSignalSpy changed(stage.panel.get(), &TablePanel::summaryChanged);
    stage.model().setFilter(stage.model().nameAt(0));
    QTRY_VERIFY(!stage.model().busy());
    QCOMPARE(stage.model().rowCount(), 1);
    QCOMPARE(stage.panel->summary(), QStringLiteral("1 of 300 pods"));
    QCOMPARE(changed.count(), 1);
    QVERIFY(stage.panel->foot().sumsText() != before);
    QVERIFY(stage.panel->foot().sumsText().startsWith(QStringLiteral("Sum of 1:")));
}

void TestTablePanel::footLeavesOutNoHalfFigure()
{
    TableFoot foot;
    foot.setColumns(12, 22);
    foot.show();
    const QString whole =
        QStringLiteral("Sum of 5:  CPU 1 requested, 2 used, limits 3  Mem 4 requested, 5 used, limits 6  ");
    foot.setSums({{QStringLiteral("Sum of 5:"), false}, {QStringLiteral("  CPU 1"), true},
        {QStringLiteral(" requested"), false}, {QStringLiteral(", 2 used"), false, 1},
        {QStringLiteral(", limits 3"), false, 2}, {QStringLiteral("  "), false}, {QStringLiteral("Mem 4"), true},
        {QStringLiteral(" requested"), false}, {QStringLiteral(", 5 used"), false, 1},
        {QStringLiteral(", limits 6"), false, 2}, {QStringLiteral("  "), false}});
    QStringList shown;
    for (int width = 1600; width > 200; --width) {
        foot.resize(width, foot.height());
        if (shown.isEmpty() || shown.last() != foot.shownText()) {
            shown.append(foot.shownText());
        }
        QCOMPARE(foot.sumsText(), whole);
        QCOMPARE(foot.toolTip(), foot.shownText() == whole ? QString() : whole.trimmed());
    }
    QCOMPARE(shown,
        (QStringList{whole, QStringLiteral("Sum of 5:  CPU 1 requested, 2 used  Mem 4 requested, 5 used  "),
            QStringLiteral("Sum of 5:  CPU 1 requested  Mem 4 requested  ")}));
}

void TestTablePanel::copyRows()
{
    Stage stage;
    stage.view().setFocus(Qt::TabFocusReason);
    QTest::keyClick(&stage.view(), Qt::Key_Down);
    QTest::keyClick(&stage.view(), Qt::Key_Down, Qt::ShiftModifier);
    QTest::keyClick(&stage.view(), Qt::Key_C, Qt::ControlModifier);
    const QStringList lines = QApplication::clipboard()->text().split(QLatin1Char('\n'), Qt::SkipEmptyParts);
    QCOMPARE(lines.size(), 3);
    const QStringList head = lines[0].split(QLatin1Char('\t'));
    QCOMPARE(head.size(), static_cast<qsizetype>(stage.view().shownColumns().size()));
    QCOMPARE(head[0], QStringLiteral("CLUSTER"));
    const auto place = head.indexOf(QStringLiteral("NAME"));
    QCOMPARE(lines[1].split(QLatin1Char('\t'))[place], stage.text(1, PodColumn::Name));
    QCOMPARE(lines[2].split(QLatin1Char('\t'))[place], stage.text(2, PodColumn::Name));
}

void TestTablePanel::contextMenu()
{
    Stage stage;
    stage.panel->setCommand([](const AnyId &) { return QStringLiteral("kubectl get pod x"); });
    const QModelIndex status = stage.model().index(2, static_cast<int>(PodColumn::Status));
    const std::unique_ptr<QMenu> menu(stage.panel->menuFor(status));
    const auto run = [&](const char *name) {
        auto *action = menu->findChild<QAction *>(QLatin1String(name));
        QVERIFY2(action != nullptr, name);
        action->trigger();
    };
    run("copyCell");
    QCOMPARE(QApplication::clipboard()->text(), stage.text(2, PodColumn::Status));
    run("copyName");
    QCOMPARE(QApplication::clipboard()->text(), stage.model().nameAt(2));
    run("copyCommand");
    QCOMPARE(QApplication::clipboard()->text(), QStringLiteral("kubectl get pod x"));
    QSignalSpy map(stage.panel.get(), &TablePanel::mapWanted);
    QSignalSpy related(stage.panel.get(), &TablePanel::relatedWanted);
    QSignalSpy details(stage.panel.get(), &TablePanel::detailsWanted);
    run("showOnMap");
    run("showDetails");
    QCOMPARE(map.count(), 1);
    QCOMPARE(details.count(), 1);
    QCOMPARE(details[0][0].value<AnyId>(), stage.model().idAt(2));
    auto *node = menu->findChild<QAction *>(QStringLiteral("showRelated"));
    QCOMPARE(node->isEnabled(), stage.text(2, PodColumn::Node) != QStringLiteral("<none>"));
    node->trigger();
    QCOMPARE(related.count(), node->isEnabled() ? 1 : 0);
    // By a real click on the right button.
    QSignalSpy asked(&stage.view(), &QWidget::customContextMenuRequested);
    QContextMenuEvent event(QContextMenuEvent::Mouse, stage.cellPlace(1, PodColumn::Name),
        stage.view().viewport()->mapToGlobal(stage.cellPlace(1, PodColumn::Name)));
    QApplication::sendEvent(stage.view().viewport(), &event);
    QCOMPARE(asked.count(), 1);
    auto *shown = stage.panel->findChild<QMenu *>();
    QVERIFY(QApplication::activePopupWidget() != nullptr);
    QApplication::activePopupWidget()->close();
    Q_UNUSED(shown)
}

void TestTablePanel::chooserShowsAndRemembers()
{
    {
        Stage stage;
        QCOMPARE(stage.panel->foot().columnsButton()->text(), QStringLiteral("9 of 22 columns"));
        QTest::mouseClick(stage.panel->foot().columnsButton(), Qt::LeftButton);
        auto *chooser = qobject_cast<ColumnChooser *>(QApplication::activePopupWidget());
        QVERIFY(chooser != nullptr);
        auto *team = chooser->findChild<QCheckBox *>(QStringLiteral("team"));
        QVERIFY(!team->isChecked());
        team->setFocus();
        QTest::keyClick(team, Qt::Key_Space);
        QVERIFY(team->isChecked());
        auto *ready = chooser->findChild<QCheckBox *>(QStringLiteral("ready"));
        QTest::mouseClick(ready, Qt::LeftButton, {}, QPoint(8, ready->height() / 2));
        QVERIFY(!ready->isChecked());
        chooser->close();
        const std::vector<int> shown = stage.view().shownColumns();
        QVERIFY(std::find(shown.begin(), shown.end(), static_cast<int>(PodColumn::Team)) != shown.end());
        QVERIFY(std::find(shown.begin(), shown.end(), static_cast<int>(PodColumn::Ready)) == shown.end());
        QCOMPARE(stage.panel->foot().columnsButton()->text(), QStringLiteral("9 of 22 columns"));
    }
    Stage again;
    std::vector<int> shown = again.view().shownColumns();
    QVERIFY(std::find(shown.begin(), shown.end(), static_cast<int>(PodColumn::Team)) != shown.end());
    QVERIFY(std::find(shown.begin(), shown.end(), static_cast<int>(PodColumn::Ready)) == shown.end());
    again.panel->openChooser(QPoint(10, 10));
    auto *chooser = qobject_cast<ColumnChooser *>(QApplication::activePopupWidget());
    QVERIFY(chooser != nullptr);
    QTest::mouseClick(chooser->findChild<QPushButton *>(QStringLiteral("defaultColumns")), Qt::LeftButton);
    chooser->close();
    shown = again.view().shownColumns();
    QVERIFY(std::find(shown.begin(), shown.end(), static_cast<int>(PodColumn::Ready)) != shown.end());
    QVERIFY(!again.view().columns().chosen());
}

void TestTablePanel::headDragReorders()
{
    Stage stage;
    TableHeader &head = stage.view().head();
    const QPoint from = stage.headPlace(static_cast<int>(PodColumn::Age));
    const QPoint to = stage.headPlace(static_cast<int>(PodColumn::Ready)) - QPoint(15, 0);
    QTest::mousePress(head.viewport(), Qt::LeftButton, {}, from);
    for (int step = 1; step <= 10; ++step) {
        QTest::mouseMove(head.viewport(), from + (to - from) * step / 10);
        QMouseEvent move(QEvent::MouseMove, from + (to - from) * step / 10,
            head.viewport()->mapToGlobal(from + (to - from) * step / 10), Qt::NoButton, Qt::LeftButton, {});
        QApplication::sendEvent(head.viewport(), &move);
    }
    QTest::mouseRelease(head.viewport(), Qt::LeftButton, {}, to);
    const std::vector<int> shown = stage.view().shownColumns();
    const auto place = [&](PodColumn column) {
        return std::find(shown.begin(), shown.end(), static_cast<int>(column)) - shown.begin();
    };
    QVERIFY(place(PodColumn::Age) < place(PodColumn::Status));
    QVERIFY(stage.view().columns().chosen());
    QVERIFY(QSettings().value(QStringLiteral("tables/pods/columns")).toStringList().contains(QStringLiteral("age")));
}

void TestTablePanel::columnsByWidth()
{
    Stage stage(TableKind::Pods, 100, 3, {1280, 700});
    const auto has = [&](PodColumn column) {
        const std::vector<int> shown = stage.view().shownColumns();
        return std::find(shown.begin(), shown.end(), static_cast<int>(column)) != shown.end();
    };
    QCOMPARE(stage.view().shownColumns().size(), 9U);
    QVERIFY(!has(PodColumn::Node));
    stage.panel->resize(1920, 700);
    QTRY_VERIFY(has(PodColumn::Node) && has(PodColumn::Qos) && has(PodColumn::Ip));
    QVERIFY(!has(PodColumn::Team));
    stage.panel->resize(2560, 700);
    QTRY_VERIFY(has(PodColumn::Team) && has(PodColumn::Owner));
    int width = 0;
    for (const int column : stage.view().shownColumns()) {
        width += stage.view().columnWidth(column);
    }
    QVERIFY(width <= stage.view().viewport()->width());
}

void TestTablePanel::oneClusterHasNoColumn()
{
    Stage stage(TableKind::Pods, 50, 1);
    QCOMPARE(stage.view().shownColumns().front(), static_cast<int>(PodColumn::Namespace));
    QCOMPARE(stage.panel->foot().columnsButton()->text(), QStringLiteral("8 of 21 columns"));
}

void TestTablePanel::exportsWhatIsFiltered_data()
{
    QTest::addColumn<int>("kind");
    QTest::newRow("pods") << static_cast<int>(TableKind::Pods);
    QTest::newRow("nodes") << static_cast<int>(TableKind::Nodes);
    QTest::newRow("workloads") << static_cast<int>(TableKind::Workloads);
}

void TestTablePanel::exportsWhatIsFiltered()
{
    QFETCH(int, kind);
    Stage stage(static_cast<TableKind>(kind));
    stage.model().setFilter(QStringLiteral("gke-eu"));
    QTRY_VERIFY(!stage.model().busy());
    const int rows = stage.model().rowCount();
    QVERIFY(rows > 0);
    const QTemporaryDir folder;
    QSignalSpy done(stage.panel.get(), &TablePanel::exported);
    stage.panel->exportTo(folder.filePath(QStringLiteral("out.csv")));
    QTRY_COMPARE(done.count(), 1);
    QCOMPARE(done[0][1].toString(), QString());
    QFile csv(folder.filePath(QStringLiteral("out.csv")));
    QVERIFY(csv.open(QIODevice::ReadOnly));
    QCOMPARE(csv.readAll().count('\n'), rows + 1);
    stage.panel->exportTo(folder.filePath(QStringLiteral("out.json")));
    QTRY_COMPARE(done.count(), 2);
    QFile json(folder.filePath(QStringLiteral("out.json")));
    QVERIFY(json.open(QIODevice::ReadOnly));
    const QJsonArray array = QJsonDocument::fromJson(json.readAll()).array();
    QCOMPARE(array.size(), static_cast<qsizetype>(rows));
    for (const QJsonValue &value : array) {
        QCOMPARE(value[QLatin1String("cluster")].toString(), QStringLiteral("gke-eu"));
    }
    stage.panel->exportTo(folder.filePath(QStringLiteral("none/out.csv")));
    QTRY_COMPARE(done.count(), 3);
    QVERIFY(!done[2][1].toString().isEmpty());
    QVERIFY(stage.panel->strip().isVisible());
    QVERIFY(stage.panel->strip().plainText().startsWith(QStringLiteral("out.csv could not be saved")));
}

void TestTablePanel::glyphAndBarPixels()
{
    Stage stage;
    stage.model().sort(static_cast<int>(PodColumn::Status), Qt::DescendingOrder);
    stage.model().settle();
    const int failed = rowWith(stage.model(), State::Failed);
    QVERIFY(failed >= 0);
    const QModelIndex status = stage.model().index(failed, static_cast<int>(PodColumn::Status));
    stage.view().scrollTo(status);
    QImage image = stage.view().viewport()->grab().toImage();
    QVERIFY(pixelsOf(image, stage.view().visualRect(status), Theme::instance().color(Token::Failed)) > 30);
    int metered = 0;
    while (metered < stage.model().rowCount()
        && stage.model().cell(metered, static_cast<int>(PodColumn::Memory)).bar->used <= 0.2) {
        ++metered;
    }
    const QModelIndex memory = stage.model().index(metered, static_cast<int>(PodColumn::Memory));
    stage.view().scrollTo(memory);
    image = stage.view().viewport()->grab().toImage();
    QVERIFY(pixelsOf(image, stage.view().visualRect(memory), Theme::instance().color(Token::RequestedCell)) > 60);
    QVERIFY(pixelsOf(image, stage.view().visualRect(memory), Theme::instance().color(Token::Used)) > 10);
}

void TestTablePanel::selectionPixels()
{
    Stage stage;
    QTest::mouseClick(stage.view().viewport(), Qt::LeftButton, {}, stage.cellPlace(3, PodColumn::Name));
    const QImage image = stage.view().viewport()->grab().toImage();
    const int y = stage.view().rowViewportPosition(3);
    const QColor accent = Theme::instance().color(Token::Accent);
    QCOMPARE(pixelsOf(image, QRect(0, y, 3, 24), accent), 3 * 24);
    QCOMPARE(pixelsOf(image, QRect(0, y + 24, 3, 24), accent), 0);
    QVERIFY(pixelsOf(image, QRect(3, y + 1, 10, 20), Theme::instance().color(Token::Selection)) > 150);
    // Pointing at a row shows it.
    QTest::mouseMove(stage.view().viewport(), stage.cellPlace(6, PodColumn::Name));
    QTRY_COMPARE(stage.view().hoveredRow(), 6);
    const QImage hovered = stage.view().viewport()->grab().toImage();
    QCOMPARE(hovered.pixelColor(5, stage.view().rowViewportPosition(6) + 4), Theme::instance().color(Token::Hover));
}

void TestTablePanel::staleIsDimmed()
{
    Stage stage(TableKind::Pods, 100, 1);
    const QRect name = stage.view().visualRect(stage.model().index(0, static_cast<int>(PodColumn::Name)));
    const QColor text = Theme::instance().color(Token::Text);
    QVERIFY(pixelsOf(stage.view().viewport()->grab().toImage(), name, text) > 20);
    QVERIFY(!stage.panel->strip().isVisible());
    stage.truth.clusters[0]->status().connection = Connection::Stale;
    stage.truth.clusters[0]->status().heard = kNow - std::chrono::seconds(252);
    stage.truth.clusters[0]->publish();
    stage.panel->setPicture(test::pictureOf(stage.store));
    QTRY_VERIFY(!stage.model().busy());
    QVERIFY(stage.panel->strip().isVisible());
    QVERIFY(stage.panel->strip().plainText().contains(QStringLiteral("4m12s ago")));
    QCoreApplication::processEvents();
    const QImage image = stage.view().viewport()->grab().toImage();
    const QRect now = stage.view().visualRect(stage.model().index(0, static_cast<int>(PodColumn::Name)));
    QCOMPARE(pixelsOf(image, now, text), 0);
    QVERIFY(pixelsOf(image, now, Theme::instance().color(Token::TextSecondary)) > 10);
    const QRect status = stage.view().visualRect(stage.model().index(0, static_cast<int>(PodColumn::Status)));
    QVERIFY(pixelsOf(image, status, Theme::instance().color(Token::Unknown)) > 10);
    QVERIFY(pixelsOf(image, status, Theme::instance().color(Token::Ok)) == 0);
}

void TestTablePanel::loadingState()
{
    Stage stage(TableKind::Pods, 100, 1);
    ResourceStatus &pods = stage.truth.clusters[0]->status().of(ResourceKind::Pods);
    pods.sync = Sync::Loading;
    pods.read = 100;
    pods.expected = 200;
    stage.truth.clusters[0]->publish();
    stage.update();
    QVERIFY(stage.panel->showsRows());
    QVERIFY(stage.panel->strip().plainText().contains(QStringLiteral("100 of about 200 pods")));
    QCOMPARE(stage.view().head().progress(), 0.5);
    QVERIFY(stage.panel->summary().startsWith(QStringLiteral("100+")));
    const QImage image = stage.view().head().viewport()->grab().toImage();
    const QColor accent = Theme::instance().color(Token::Accent);
    const int line = pixelsOf(image, QRect(0, image.height() - 2, image.width(), 2), accent);
    QVERIFY(qAbs(line - image.width()) < 20);
}

void TestTablePanel::emptyState()
{
    Stage stage;
    stage.model().setFilter(QStringLiteral("nosuchpod"));
    QTRY_VERIFY(!stage.model().busy());
    QVERIFY(!stage.panel->showsRows());
    QVERIFY(stage.panel->blank().isVisible());
    QVERIFY(stage.panel->blank().plainText().contains(QStringLiteral("nosuchpod")));
    QSignalSpy action(stage.panel.get(), &TablePanel::blankAction);
    QPushButton *clear = nullptr;
    for (QPushButton *button : stage.panel->blank().findChildren<QPushButton *>()) {
        clear = button->text().remove(QLatin1Char('&')) == QStringLiteral("Clear filter") ? button : clear;
    }
    QVERIFY(clear != nullptr);
    QTest::mouseClick(clear, Qt::LeftButton);
    QCOMPARE(action.count(), 1);
    QCOMPARE(action[0][0].value<TableBlank::Action>(), TableBlank::Action::ClearFilter);
    QVERIFY(stage.panel->foot().sumsText().isEmpty());
    stage.model().setFilter({});
    QTRY_VERIFY(!stage.model().busy());
    QVERIFY(stage.panel->showsRows());
}

void TestTablePanel::partialState()
{
    Stage stage(TableKind::Nodes, 100, 2);
    stage.truth.clusters[1]->clear(ResourceKind::Nodes);
    ResourceStatus &nodes = stage.truth.clusters[1]->status().of(ResourceKind::Nodes);
    nodes.sync = Sync::Forbidden;
    stage.truth.clusters[1]->publish();
    stage.update();
    QVERIFY(stage.panel->showsRows());
    QVERIFY(stage.panel->strip().isVisible());
    QVERIFY(stage.panel->strip().plainText().contains(QStringLiteral("may not list nodes")));
    const QImage image = stage.panel->strip().grab().toImage();
    QVERIFY(pixelsOf(image, QRect(16, 0, 12, 32), Theme::instance().color(Token::Warning)) > 20);
    QTest::mouseClick(stage.panel->strip().copyButton(), Qt::LeftButton);
    QVERIFY(QApplication::clipboard()->text().contains(QStringLiteral("resources: [nodes]")));
    // And alone, in place of the rows.
    Scope scope;
    scope.cluster = stage.truth.clusters[1]->id();
    stage.model().setScope(scope);
    QTRY_VERIFY(!stage.model().busy());
    QVERIFY(!stage.panel->showsRows());
    QVERIFY(stage.panel->blank().plainText().contains(QStringLiteral("This account may not list nodes.")));
    QVERIFY(stage.panel->blank().plainText().contains(QStringLiteral("verbs: [get, list, watch]")));
}

void TestTablePanel::hostileNames()
{
    Stage stage(TableKind::Pods, 20, 1);
    int number = 0;
    for (const std::string &name :
        {std::string("<b>bold</b>"), std::string("=cmd|x"), std::string("a\tb\nc"), std::string(200'000, 'W'),
            std::string("\xe2\x80\xae"
                        "evil"),
            std::string("\xff\xfe")}) {
        PodDraft pod = test::samplePod("aaa", name, "", 100, 64, kNow);
        pod.uid = "00000000-0000-4000-8000-" + std::to_string(900'000'000'000 + ++number);
        stage.truth.clusters[0]->upsert(pod);
    }
    stage.truth.clusters[0]->publish();
    stage.update();
    stage.view().viewport()->grab();
    stage.view().setFocus(Qt::TabFocusReason);
    QTest::keyClick(&stage.view(), Qt::Key_A, Qt::ControlModifier);
    QTest::keyClick(&stage.view(), Qt::Key_C, Qt::ControlModifier);
    const QString text = QApplication::clipboard()->text();
    QCOMPARE(text.count(QLatin1Char('\n')), stage.model().rowCount() + 1);
    QVERIFY(text.contains(QStringLiteral("<b>bold</b>")));
    QVERIFY(!text.contains(QChar(0x202e)));
}

void TestTablePanel::accessible()
{
    Stage stage;
    QVERIFY(!stage.panel->foot().accessibleName().isEmpty());
    QVERIFY(!stage.panel->foot().columnsButton()->text().isEmpty());
    const int failed = rowWith(stage.model(), State::Failed);
    QVERIFY(failed >= 0);
    QVERIFY(stage.model()
                .index(failed, static_cast<int>(PodColumn::Status))
                .data(Qt::AccessibleTextRole)
                .toString()
                .endsWith(QStringLiteral("failed")));
}

QTEST_MAIN(TestTablePanel)
#include "tst_tablepanel.moc"
