// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/samplefleet.h"
#include "ui/shell/filterfield.h"

#include <QSignalSpy>
#include <QTest>
#include <QVBoxLayout>

using namespace sextant;
using namespace sextant::ui;

namespace {

/// The field in a window of its own, with something else that takes the keyboard.
struct Desk {
    explicit Desk(FilterTables tables = static_cast<FilterTables>(FilterTable::Pods), int width = 800)
        : engine(EngineOptions{})
        , fleet(engine)
    {
        test::fillSampleFleet(engine.store(), {.clusters = 2, .nodes = 20, .pods = 200});
        fleet.refreshNow();
        auto *column = new QVBoxLayout(&window);
        field = new FilterField(fleet, &window);
        other = new QWidget(&window);
        other->setFocusPolicy(Qt::StrongFocus);
        column->addWidget(field);
        column->addWidget(other, 1);
        field->setTables(tables);
        window.resize(width, 500);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        window.activateWindow();
        field->setFocus();
        QTRY_VERIFY(field->hasFocus());
    }
    void type(const char *text) const { QTest::keyClicks(field, QString::fromUtf8(text)); }
    void key(Qt::Key key, Qt::KeyboardModifiers modifiers = {}) const { QTest::keyClick(field, key, modifiers); }
    QStringList offers() const
    {
        QStringList all;
        for (const FilterOffer &offer : field->panel()->offers()) {
            all << QString::fromStdString(offer.label);
        }
        return all;
    }
    /// Pixels of a colour in the field.
    int pixels(Token token) const
    {
        const QImage image = field->grab().toImage();
        const QRgb wanted = Theme::instance().color(token).rgb();
        int found = 0;
        for (int y = 0; y < image.height(); ++y) {
            for (int x = 0; x < image.width(); ++x) {
                found += image.pixel(x, y) == wanted ? 1 : 0;
            }
        }
        return found;
    }

    Engine engine;
    FleetModel fleet;
    QWidget window;
    FilterField *field = nullptr;
    QWidget *other = nullptr;
};

} // namespace

class TestFilterField : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { Theme::instance().setMode(Theme::Mode::Light); }

    void appliesWhatIsRight()
    {
        Desk desk;
        QSignalSpy changed(&desk.fleet, &FleetModel::filterChanged);
        desk.type("ns:shop api");
        QTRY_COMPARE(desk.fleet.filter(), QStringLiteral("ns:shop api"));
        QVERIFY(changed.count() <= 2); // not at every key
        QVERIFY(!desk.field->error());
        QVERIFY(desk.field->accessibleDescription().isEmpty());
        desk.fleet.setFilter(QStringLiteral("node=n-1"));
        QCOMPARE(desk.field->text(), QStringLiteral("node=n-1"));
    }

    /// A window that opens filtered says by what.
    void showsWhatFilteredBeforeItWas()
    {
        Engine engine{EngineOptions{}};
        FleetModel fleet(engine);
        fleet.setFilter(QStringLiteral("ns:shop"));
        const FilterField field(fleet);
        QCOMPARE(field.text(), QStringLiteral("ns:shop"));
    }

    void wrongChangesNothingAndSaysWhere()
    {
        Desk desk;
        desk.type("api");
        QTRY_COMPARE(desk.fleet.filter(), QStringLiteral("api"));
        QCOMPARE(desk.pixels(Token::Failed), 0);
        desk.field->insert(QStringLiteral(" é "));
        desk.type("nmae:x");
        QVERIFY(desk.field->error().has_value());
        QCOMPARE(desk.field->error()->column, 6U);
        QVERIFY(desk.pixels(Token::Failed) > 20);
        const QString told = desk.field->panel()->message();
        QVERIFY2(told.contains(QStringLiteral("“nmae” is no key")) && told.contains(QStringLiteral("expected name")),
            qPrintable(told));
        QVERIFY2(told.contains(QStringLiteral("Still filtered by “api”")), qPrintable(told));
        QVERIFY(desk.field->panel()->isVisible());
        QCOMPARE(desk.field->accessibleDescription(), told);
        desk.key(Qt::Key_Return);
        QVERIFY(desk.field->hasFocus()); // there is something to mend
        QCOMPARE(desk.fleet.filter(), QStringLiteral("api"));
        for (int i = 0; i < 6; ++i) {
            desk.key(Qt::Key_Backspace);
        }
        QVERIFY(!desk.field->error());
        QCOMPARE(desk.pixels(Token::Failed), 0);
        QVERIFY(desk.field->panel()->message().isEmpty());
    }

    void whatIsNotFinishedIsNoFault()
    {
        Desk desk;
        desk.type("api");
        QTRY_COMPARE(desk.fleet.filter(), QStringLiteral("api"));
        desk.type(" cpu>");
        QVERIFY(desk.field->error() && desk.field->error()->incomplete);
        QCOMPARE(desk.pixels(Token::Failed), 0);
        const QString told = desk.field->panel()->message();
        QVERIFY2(told.startsWith(QStringLiteral("Not finished: expected cores or millicores")), qPrintable(told));
        QVERIFY2(!told.contains(QStringLiteral("Still")), qPrintable(told));
        QCOMPARE(desk.fleet.filter(), QStringLiteral("api"));
    }

    void thePlaceholderIsAnOrdinaryText()
    {
        Desk desk;
        QCOMPARE(desk.field->font().wordSpacing(), 0.0);
        desk.type("ns:shop api");
        QVERIFY(desk.field->font().wordSpacing() > 0); // room for the boxes
        desk.key(Qt::Key_Escape);
        desk.key(Qt::Key_Escape);
        QVERIFY(desk.field->text().isEmpty());
        QCOMPARE(desk.field->font().wordSpacing(), 0.0);
    }

    void conditionsStandInBoxes()
    {
        Desk desk;
        desk.type("shop api");
        desk.key(Qt::Key_Escape);
        const int plain = desk.pixels(Token::BorderStrong);
        desk.key(Qt::Key_Escape);
        desk.type("ns:shop cpu>1");
        QVERIFY(desk.pixels(Token::BorderStrong) > plain + 60);
    }

    void keysByTab()
    {
        Desk desk;
        desk.type("nam");
        QCOMPARE(desk.offers(), (QStringList{QStringLiteral("name"), QStringLiteral("ns")}));
        QVERIFY(desk.field->panel()->isVisible());
        desk.key(Qt::Key_Tab);
        QCOMPARE(desk.field->text(), QStringLiteral("name:"));
        QVERIFY(desk.field->hasFocus());
    }

    void valuesByArrowsAndEnter()
    {
        Desk desk;
        desk.type("ns:");
        QTRY_VERIFY(desk.offers().size() > 1);
        const auto &offers = desk.field->panel()->offers();
        QVERIFY(offers[0].count >= offers[1].count && offers[1].count > 0);
        const QString second = desk.offers().at(1);
        desk.key(Qt::Key_Down);
        desk.key(Qt::Key_Down);
        desk.key(Qt::Key_Return);
        QCOMPARE(desk.field->text(), QString(QStringLiteral("ns:%1 ").arg(second)));
        QTRY_VERIFY(!desk.field->panel()->isVisible());
        QTRY_COMPARE(desk.fleet.filter(), desk.field->text());
    }

    void byMouse()
    {
        Desk desk;
        desk.type("stat");
        QVERIFY(desk.offers().contains(QStringLiteral("state")));
        QListView *list = desk.field->panel()->list();
        const auto row = static_cast<int>(desk.offers().indexOf(QStringLiteral("state")));
        QTest::mouseClick(
            list->viewport(), Qt::LeftButton, {}, list->visualRect(list->model()->index(row, 0)).center());
        QCOMPARE(desk.field->text(), QStringLiteral("state:"));
        QVERIFY(desk.field->hasFocus());
        QTRY_VERIFY(desk.offers().contains(QStringLiteral("failed")));
    }

    void enterWithoutAChoiceLeaves()
    {
        Desk desk;
        QSignalSpy left(desk.field, &FilterField::left);
        desk.type("n"); // keys are offered, none is chosen
        QVERIFY(!desk.offers().isEmpty());
        desk.key(Qt::Key_Return);
        QCOMPARE(left.count(), 1);
        QCOMPARE(desk.fleet.filter(), QStringLiteral("n"));
        QVERIFY(!desk.field->panel()->isVisible());
    }

    void escapeClosesThenClearsThenLeaves()
    {
        Desk desk;
        QSignalSpy left(desk.field, &FilterField::left);
        desk.type("n");
        desk.key(Qt::Key_Escape);
        QCOMPARE(desk.field->text(), QStringLiteral("n"));
        QVERIFY(desk.offers().isEmpty());
        desk.key(Qt::Key_Escape);
        QCOMPARE(desk.field->text(), QString());
        QCOMPARE(desk.fleet.filter(), QString());
        QCOMPARE(left.count(), 0);
        desk.key(Qt::Key_Escape);
        QCOMPARE(left.count(), 1);
    }

    void allKeysWhenAsked()
    {
        Desk desk(static_cast<FilterTables>(FilterTable::Nodes), 1024);
        desk.key(Qt::Key_Space, Qt::ControlModifier);
        QVERIFY(desk.offers().contains(QStringLiteral("taint")));
        QVERIFY(!desk.offers().contains(QStringLiteral("restarts")));
        QVERIFY(desk.window.rect().contains(desk.field->panel()->geometry()));
    }

    void saysWhatTheViewLacks()
    {
        Desk desk(static_cast<FilterTables>(FilterTable::Nodes));
        desk.type("restarts>5");
        QTRY_COMPARE(desk.fleet.filter(), QStringLiteral("restarts>5"));
        QCOMPARE(desk.field->panel()->message(), QStringLiteral("Nodes have no restarts."));
        desk.field->setTables(FilterTable::Pods | FilterTable::Nodes); // the map: pods have them
        QVERIFY(desk.field->panel()->message().isEmpty());
        QCOMPARE(desk.fleet.filter(), QStringLiteral("restarts>5"));
    }

    void leavingClosesThePanel()
    {
        Desk desk;
        desk.type("n");
        QVERIFY(desk.field->panel()->isVisible());
        QTest::mouseClick(desk.other, Qt::LeftButton);
        desk.other->setFocus();
        QTRY_VERIFY(!desk.field->panel()->isVisible());
    }
};

QTEST_MAIN(TestFilterField)
#include "tst_filterfield.moc"
