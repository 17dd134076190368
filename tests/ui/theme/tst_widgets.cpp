// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/widgets.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QVBoxLayout>

using namespace sextant;
using namespace sextant::ui;

class TestWidgets : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { Theme::instance().setMode(Theme::Mode::Light); }
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral("^(?!This plugin does not support)"))); }

    void segmentsByMouseAndKeys()
    {
        Segments segments({QStringLiteral("CPU"), QStringLiteral("Memory"), QStringLiteral("Pods")});
        segments.resize(segments.sizeHint());
        segments.show();
        QVERIFY(QTest::qWaitForWindowExposed(&segments));
        QSignalSpy spy(&segments, &Segments::currentChanged);
        QTest::mouseClick(&segments, Qt::LeftButton, {}, QPoint(segments.width() - 6, 10));
        QCOMPARE(segments.current(), 2);
        QTest::keyClick(&segments, Qt::Key_Left);
        QCOMPARE(segments.current(), 1);
        QTest::keyClick(&segments, Qt::Key_Right);
        QTest::keyClick(&segments, Qt::Key_Right);
        QCOMPARE(segments.current(), 2);
        QCOMPARE(spy.count(), 3);
        QCOMPARE(segments.accessibleName(), QStringLiteral("Pods"));
    }

    void elidedLabelGivesWay()
    {
        ElidedLabel label;
        const QString name = QString(253, QLatin1Char('n'));
        label.setText(name);
        label.resize(100, 20);
        QVERIFY(label.elided());
        QVERIFY(label.minimumSizeHint().width() < 100);
        QCOMPARE(label.accessibleName(), name);
        label.setText(QStringLiteral("short"));
        QVERIFY(!label.elided());
    }

    void noFigureIsCut()
    {
        ElidedLabel label;
        label.setElideMode(Qt::ElideRight);
        label.setText(QStringLiteral("10 warnings · oldest 14d"));
        const int whole = label.sizeHint().width();
        label.resize(whole, 20);
        QCOMPARE(label.shown(), label.text());
        label.resize(whole - 4, 20); // "oldest 1…" would be said of a day
        QCOMPARE(label.shown(), QStringLiteral("10 warnings"));
        QVERIFY(label.elided());
        label.resize(20, 20);
        QVERIFY(label.shown().endsWith(QChar(0x2026)));
    }

    void labelsShowMarkupAsText()
    {
        TextLabel label(QStringLiteral("<img src=x>"), TextRole::Table);
        QCOMPARE(label.textFormat(), Qt::PlainText);
        const QString tip = plainTip(QStringLiteral("<b>bold</b>\nsecond"));
        QVERIFY(tip.contains(QStringLiteral("&lt;b&gt;")));
    }

    void themeSwitchRepaintsLabels()
    {
        TextLabel label(QStringLiteral("text"), TextRole::Table, Token::TextSecondary);
        label.resize(80, 20);
        Theme::instance().setMode(Theme::Mode::Light);
        const QColor light = label.palette().color(QPalette::WindowText);
        Theme::instance().setMode(Theme::Mode::Dark);
        QVERIFY(label.palette().color(QPalette::WindowText) != light);
        Theme::instance().setMode(Theme::Mode::Light);
        QCOMPARE(label.palette().color(QPalette::WindowText), light);
    }

    void statePanels()
    {
        StatePanel panel;
        panel.resize(500, 300);
        panel.showLoading(
            QStringLiteral("Loading"), QStringLiteral("pods: 1,124 of about 2,740"), QStringLiteral("18 MB"), 0.4);
        QCOMPARE(panel.kind(), StatePanel::Kind::Loading);
        QVERIFY(panel.plainText().contains(QStringLiteral("1,124 of about 2,740")));

        panel.showEmpty(
            QStringLiteral("Nothing"), QStringLiteral("but near"), QStringLiteral("Do it"), QStringLiteral("Or that"));
        QSignalSpy first(&panel, &StatePanel::primaryClicked);
        QSignalSpy second(&panel, &StatePanel::secondaryClicked);
        panel.show();
        for (QPushButton *button : panel.findChildren<QPushButton *>()) {
            QTest::mouseClick(button, Qt::LeftButton);
        }
        QCOMPARE(first.count(), 1);
        QCOMPARE(second.count(), 1);

        const QString rule = accessRule(QString(), QStringLiteral("nodes"));
        panel.showPartial(
            QStringLiteral("May not list nodes"), QStringLiteral("403 at 13:41"), rule, QStringLiteral("Try again"));
        QCOMPARE(panel.kind(), StatePanel::Kind::Partial);
        QVERIFY(panel.plainText().contains(QStringLiteral("resources: [nodes]")));
        for (QPushButton *button : panel.findChildren<QPushButton *>()) {
            if (button->text() == QStringLiteral("Copy rule")) {
                QTest::mouseClick(button, Qt::LeftButton);
            }
        }
        QCOMPARE(QGuiApplication::clipboard()->text(), rule);
        panel.showStale(QStringLiteral("Old"), QStringLiteral("last answer"));
        QCOMPARE(panel.kind(), StatePanel::Kind::Stale);
        panel.showGood(QStringLiteral("All is well"), QStringLiteral("41 pods looked at"));
        QCOMPARE(panel.kind(), StatePanel::Kind::EmptyGood);
    }

    void tipStaysBesideItsAnchor()
    {
        QWidget owner;
        owner.resize(400, 300);
        owner.show();
        QVERIFY(QTest::qWaitForWindowExposed(&owner));
        Tip::Content content;
        content.title = QStringLiteral("node <b>1</b>");
        content.state = State::Ok;
        content.rows = {
            {QStringLiteral("CPU"), QStringLiteral("79 %"), {}}, {{}, QStringLiteral("plain line"), State::Failed}};
        content.cpu = Bar{0.5, 0.2};
        const QRect anchor(owner.mapToGlobal(QPoint(100, 100)), QSize(40, 40));
        Tip::show(content, anchor, &owner);
        Tip *tip = Tip::current();
        QVERIFY(tip != nullptr);
        QVERIFY(!tip->geometry().intersects(anchor));
        QCOMPARE(tip->width(), Theme::instance().px(256));
        QVERIFY(tip->plainText().contains(QStringLiteral("CPU 79 %")));
        Tip::hideTip();
        QVERIFY(Tip::current() == nullptr);
    }

    void primaryButtonIsFilled()
    {
        PrimaryButton button(QStringLiteral("Show"));
        button.resize(button.sizeHint());
        QCOMPARE(button.height(), Theme::instance().px(26));
        const QImage image = button.grab().toImage();
        QCOMPARE(image.pixelColor(5, 5), Theme::instance().color(Token::Accent));
    }

    void focusRingIsForTheKeyboard()
    {
        QWidget window;
        auto *layout = new QVBoxLayout(&window);
        auto *one = new QPushButton(QStringLiteral("One"));
        auto *two = new QPushButton(QStringLiteral("Two"));
        layout->addWidget(one);
        layout->addWidget(two);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        window.activateWindow();
        one->setFocus(Qt::MouseFocusReason);
        const QColor accent = Theme::instance().color(Token::Accent);
        QVERIFY(two->grab().toImage().pixelColor(two->width() / 2, 1) != accent);
        QTest::keyClick(&window, Qt::Key_Tab);
        QTRY_VERIFY(two->hasFocus());
        QCOMPARE(two->grab().toImage().pixelColor(two->width() / 2, 1), accent);
    }
};

QTEST_MAIN(TestWidgets)
#include "tst_widgets.moc"
