// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/rowlist.h"

#include <QAccessible>
#include <QScrollBar>
#include <QSignalSpy>
#include <QtTest>

using namespace sextant::ui;

namespace {

std::vector<RowList::Row> rowsOf(int count, int from = 0)
{
    std::vector<RowList::Row> rows;
    for (int i = from; i < from + count; ++i) {
        rows.push_back({QStringLiteral("key %1").arg(i), QStringLiteral("row %1").arg(i)});
    }
    return rows;
}

} // namespace

class TestRowList : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_list = std::make_unique<RowList>(20);
        m_list->resize(200, 200);
        m_list->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_list.get()));
    }
    void cleanup() { m_list.reset(); }

    void paintsOnlyWhatIsSeen()
    {
        m_list->setRows(rowsOf(2000));
        QCoreApplication::processEvents();
        const quint64 before = m_list->rowsPainted();
        m_list->grab();
        const auto painted = m_list->rowsPainted() - before;
        QVERIFY2(painted >= 9 && painted <= 12, qPrintable(QString::number(painted)));
        QCOMPARE(m_list->below(), 1990);
        m_list->verticalScrollBar()->setValue(m_list->verticalScrollBar()->maximum());
        QCOMPARE(m_list->below(), 0);
    }

    void placeAndCurrentRowSurviveNewRows()
    {
        m_list->setRows(rowsOf(100));
        m_list->takeKeyboard();
        QTest::keyClick(m_list.get(), Qt::Key_Down);
        QTest::keyClick(m_list.get(), Qt::Key_Down);
        QCOMPARE(m_list->currentRow(), 2);
        m_list->verticalScrollBar()->setValue(77);
        QSignalSpy chosen(m_list.get(), &RowList::chosen);
        m_list->setRows(rowsOf(100, 1)); // the first one is gone
        QCOMPARE(m_list->currentRow(), 1);
        QCOMPARE(m_list->verticalScrollBar()->value(), 77);
        QCOMPARE(chosen.size(), 0); // nobody chose anything
        m_list->setRows(rowsOf(100, 50));
        QCOMPARE(m_list->currentRow(), -1);
    }

    void keysAndMouseChoose()
    {
        m_list->setRows(rowsOf(50));
        QSignalSpy chosen(m_list.get(), &RowList::chosen);
        QSignalSpy opened(m_list.get(), &RowList::opened);
        QSignalSpy sideways(m_list.get(), &RowList::sideways);
        QTest::mouseClick(m_list->viewport(), Qt::LeftButton, {}, QPoint(50, 70));
        QCOMPARE(chosen.size(), 1);
        QCOMPARE(chosen.last().first().toInt(), 3);
        QTest::keyClick(m_list.get(), Qt::Key_Down);
        QCOMPARE(chosen.last().first().toInt(), 4);
        QTest::keyClick(m_list.get(), Qt::Key_Return);
        QCOMPARE(opened.size(), 1);
        QCOMPARE(opened.last().first().toInt(), 4);
        QTest::keyClick(m_list.get(), Qt::Key_End);
        QCOMPARE(chosen.last().first().toInt(), 49);
        QCOMPARE(m_list->below(), 0);
        QTest::keyClick(m_list.get(), Qt::Key_Right);
        QCOMPARE(sideways.last().first().toInt(), 1);
    }

    void captionsAreNotChosen()
    {
        std::vector<RowList::Row> rows = rowsOf(3);
        rows.insert(rows.begin(), {QStringLiteral("head"), QStringLiteral("head"), true});
        m_list->setRows(rows);
        QSignalSpy chosen(m_list.get(), &RowList::chosen);
        QTest::mouseClick(m_list->viewport(), Qt::LeftButton, {}, QPoint(50, 5));
        QCOMPARE(chosen.size(), 0);
        m_list->takeKeyboard();
        QCOMPARE(m_list->currentRow(), 1);
        QTest::keyClick(m_list.get(), Qt::Key_Up);
        QCOMPARE(m_list->currentRow(), 1);
    }

    void readersHearTheRows()
    {
        m_list->setRows(rowsOf(3));
        QAccessibleInterface *face = QAccessible::queryAccessibleInterface(m_list.get());
        QVERIFY(face != nullptr);
        QCOMPARE(face->childCount(), 3);
        QCOMPARE(face->child(1)->text(QAccessible::Name), QStringLiteral("row 1"));
    }

private:
    std::unique_ptr<RowList> m_list;
};

QTEST_MAIN(TestRowList)
#include "tst_rowlist.moc"
