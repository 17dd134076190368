// SPDX-License-Identifier: GPL-3.0-or-later
// What a table does while the fleet changes: as little as one can see.
#include "tests/support/samplefleet.h"
#include "ui/models/podtablemodel.h"
#include "ui/pages/tablepanel.h"
#include "ui/pages/tableview.h"

#include <QPaintEvent>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>

#include <set>

using namespace sextant;
using namespace sextant::ui;

namespace {

const Time kNow{std::chrono::seconds(1'900'000'000)};

/// Remembers what a widget is asked to paint.
class PaintWatch final : public QObject {
public:
    explicit PaintWatch(QWidget *of) { of->installEventFilter(this); }
    QRegion take() { return std::exchange(m_painted, {}); }

protected:
    bool eventFilter(QObject *, QEvent *event) override
    {
        if (event->type() == QEvent::Paint) {
            m_painted += static_cast<QPaintEvent *>(event)->region();
        }
        return false;
    }

private:
    QRegion m_painted;
};

struct Stage {
    FleetStore store;
    test::SampleTruth truth;
    TablePanel panel;

    Stage()
        : panel(std::make_unique<PodTableModel>(), QStringLiteral("pods"))
    {
        test::SampleOptions options;
        options.clusters = 2;
        options.nodes = 30;
        options.pods = 300;
        options.now = kNow;
        truth = test::fillSampleFleet(store, options);
        panel.resize(1120, 700);
        panel.setNow(kNow);
        follow();
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        follow();
    }
    TableView &view() { return panel.view(); }
    TableModel &model() { return panel.model(); }
    void follow()
    {
        panel.setPicture(test::pictureOf(store));
        panel.model().settle();
        QCoreApplication::processEvents();
    }
    /// The pod of a row, with another status.
    void change(int row)
    {
        const PodId id = std::get<PodId>(model().idAt(row));
        const auto pod = model().picture()->snapshot().find(id);
        PodDraft draft = test::samplePod(std::string(pod->ns()), std::string(pod->name()), "", 100, 64, kNow);
        draft.uid = pod->uid();
        draft.resourceVersion = std::to_string(++version);
        draft.status = "Evicted";
        draft.state = State::Failed;
        clusterOf(id)->upsert(draft);
        clusterOf(id)->publish();
    }
    void drop(int row)
    {
        const PodId id = std::get<PodId>(model().idAt(row));
        clusterOf(id)->remove(ResourceKind::Pods, model().picture()->snapshot().find(id)->uid());
        clusterOf(id)->publish();
    }
    ClusterStore *clusterOf(const PodId &id)
    {
        for (const auto &cluster : truth.clusters) {
            if (cluster->id() == id.cluster) {
                return cluster.get();
            }
        }
        return nullptr;
    }
    int version = 1'000'000;
};

} // namespace

class TestTableUpdates : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void onlyWhatChangedIsPainted();
    void rowsBelowComeAndGoUnseen();
    void rowsAboveGoUnseenWhenScrolled();
    void clockPaintsItsColumns();
    void hiddenDoesNothing();
    void whatIsReleasedComesBack();
    void aChoiceMadeMeanwhileHolds();
};

void TestTableUpdates::initTestCase()
{
    QCoreApplication::setOrganizationName(QStringLiteral("sextant-test"));
    QCoreApplication::setApplicationName(QStringLiteral("tst_tableupdates"));
}

void TestTableUpdates::onlyWhatChangedIsPainted()
{
    Stage stage;
    PaintWatch painted(stage.view().viewport());
    stage.follow();
    QVERIFY(painted.take().isEmpty());
    const QRect row = stage.view().visualRect(stage.model().index(3, 0));
    stage.change(3);
    stage.follow();
    const QRect region = painted.take().boundingRect();
    QCOMPARE(region, QRect(0, row.y(), stage.view().viewport()->width(), row.height()));
    QCOMPARE(stage.model().index(3, static_cast<int>(PodColumn::Status)).data().toString(), QStringLiteral("Evicted"));
    // Far below: nothing to see.
    stage.change(stage.model().rowCount() - 1);
    stage.follow();
    QVERIFY(painted.take().isEmpty());
}

void TestTableUpdates::rowsBelowComeAndGoUnseen()
{
    Stage stage;
    PaintWatch painted(stage.view().viewport());
    const int rows = stage.model().rowCount();
    QSignalSpy resets(&stage.model(), &QAbstractItemModel::modelReset);
    for (int i = 0; i < 40; ++i) {
        stage.drop(stage.model().rowCount() - 1 - 3 * i);
    }
    stage.follow();
    QCOMPARE(stage.model().rowCount(), rows - 40);
    QVERIFY(painted.take().isEmpty());
    QCOMPARE(resets.count(), 0);
    // Among the seen ones: from there on everything is another row.
    const QRect fifth = stage.view().visualRect(stage.model().index(5, 0));
    stage.drop(5);
    stage.follow();
    QCOMPARE(painted.take().boundingRect().top(), fifth.top());
}

void TestTableUpdates::rowsAboveGoUnseenWhenScrolled()
{
    Stage stage;
    TableView &view = stage.view();
    view.verticalScrollBar()->setValue(24 * 50 + 7);
    QCoreApplication::processEvents();
    PaintWatch painted(view.viewport());
    const AnyId top = stage.model().idAt(view.rowAt(0));
    stage.drop(3);
    stage.drop(7);
    stage.follow();
    QCOMPARE(stage.model().idAt(view.rowAt(0)), top);
    QVERIFY(painted.take().isEmpty());
    // Scrolling goes on as ever.
    view.verticalScrollBar()->setValue(view.verticalScrollBar()->value() + 240);
    QCoreApplication::processEvents();
    QVERIFY(!painted.take().isEmpty());
}

void TestTableUpdates::clockPaintsItsColumns()
{
    Stage stage;
    TableView &view = stage.view();
    PaintWatch painted(view.viewport());
    stage.panel.setNow(kNow + std::chrono::seconds(1));
    QCoreApplication::processEvents();
    const QRegion region = painted.take();
    const int age = view.columnViewportPosition(static_cast<int>(PodColumn::Age));
    const int name = view.columnViewportPosition(static_cast<int>(PodColumn::Name));
    QVERIFY(region.contains(QPoint(age + 2, 30)));
    QVERIFY(!region.contains(QPoint(name + 2, 30)));
}

void TestTableUpdates::hiddenDoesNothing()
{
    Stage stage;
    stage.panel.hide();
    stage.panel.setActive(false);
    const QString summary = stage.panel.summary();
    QSignalSpy applied(&stage.model(), &TableModel::applied);
    QSignalSpy said(&stage.panel, &TablePanel::summaryChanged);
    for (int i = 0; i < 20; ++i) {
        stage.drop(i);
    }
    stage.panel.setPicture(test::pictureOf(stage.store));
    QCoreApplication::processEvents();
    QCOMPARE(applied.count(), 0);
    QCOMPARE(said.count(), 0);
    QCOMPARE(stage.panel.summary(), summary);
    stage.panel.setActive(true);
    QTRY_COMPARE(stage.model().rowCount(), 280);
    QVERIFY(stage.panel.summary() != summary);
}

void TestTableUpdates::whatIsReleasedComesBack()
{
    Stage stage;
    TableView &view = stage.view();
    view.verticalScrollBar()->setValue(24 * 50 + 7);
    const AnyId top = stage.model().idAt(view.rowAt(0));
    const std::set<AnyId> chosen{stage.model().idAt(60), stage.model().idAt(62)};
    view.selectionModel()->select(stage.model().index(60, 0), QItemSelectionModel::Select | QItemSelectionModel::Rows);
    view.selectionModel()->select(stage.model().index(62, 0), QItemSelectionModel::Select | QItemSelectionModel::Rows);
    stage.panel.setActive(false);
    const std::weak_ptr<const Picture> old = stage.model().picture();
    stage.panel.setPicture(test::pictureOf(stage.store));
    stage.model().release();
    QVERIFY(old.expired()); // nothing of the fleet as it was is held
    QCOMPARE(stage.model().rowCount(), 0);
    QSignalSpy selected(&stage.panel, &TablePanel::selected);
    stage.panel.setActive(true);
    QTRY_COMPARE(stage.model().rowCount(), 300);
    QCOMPARE(stage.model().idAt(view.rowAt(0)), top);
    std::set<AnyId> now;
    for (const QModelIndex &index : view.selectionModel()->selectedRows()) {
        now.insert(stage.model().idAt(index.row()));
    }
    QVERIFY(now == chosen);
    QCOMPARE(selected.count(), 0);
    PaintWatch painted(view.viewport());
    stage.change(62);
    stage.follow();
    QVERIFY(!painted.take().isEmpty()); // it paints again
}

void TestTableUpdates::aChoiceMadeMeanwhileHolds()
{
    Stage stage;
    const AnyId other = stage.model().idAt(20);
    stage.view().setCurrentId(stage.model().idAt(10));
    stage.panel.setActive(false);
    stage.model().release();
    stage.panel.setActive(true);
    stage.view().setCurrentId(other); // as a page does when it is shown
    QTRY_COMPARE(stage.model().rowCount(), 300);
    QCOMPARE(stage.view().currentId(), other);
    QCOMPARE(stage.view().selectionModel()->selectedRows().size(), 1);
    QCOMPARE(stage.view().selectionModel()->selectedRows()[0].row(), 20);
}

QTEST_MAIN(TestTableUpdates)
#include "tst_tableupdates.moc"
