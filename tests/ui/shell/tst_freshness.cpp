// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/samplefleet.h"
#include "ui/bridge/freshness.h"

#include <QDateTime>
#include <QTest>

using namespace sextant;
using namespace sextant::ui;
using namespace std::chrono_literals;

namespace {

const Time kNow{std::chrono::seconds(1'900'000'000)};

ClusterStatus live()
{
    ClusterStatus status;
    status.name = "gke-eu";
    status.connection = Connection::Live;
    test::setAllLive(status, kNow);
    status.heard = kNow - 3s;
    return status;
}

} // namespace

class TestFreshness : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void liveSaysItsAgeAndNothingInTheStrip()
    {
        const Freshness fresh = freshnessOf(live(), kNow);
        QCOMPARE(fresh.kind, Freshness::Kind::Live);
        QCOMPARE(fresh.state, State::Ok);
        QVERIFY(fresh.note.startsWith(QLatin1Char('3')));
        QVERIFY(fresh.strip.isEmpty());
        QVERIFY(!sumsOpen(live()));
    }

    void staleSaysWhenAndHowLong()
    {
        ClusterStatus status = live();
        status.connection = Connection::Stale;
        status.heard = kNow - 252s;
        const Freshness fresh = freshnessOf(status, kNow);
        QCOMPARE(fresh.kind, Freshness::Kind::Stale);
        QCOMPARE(fresh.state, State::Unknown);
        QCOMPARE(fresh.note, QStringLiteral("4m12s"));
        QVERIFY(fresh.strip.contains(QStringLiteral("4m12s ago")));
    }

    void loadingSaysItsShare()
    {
        ClusterStatus status = live();
        for (ResourceStatus &one : status.resources) {
            one.sync = Sync::Waiting;
            one.read = 0;
        }
        status.of(ResourceKind::Pods).sync = Sync::Loading;
        status.of(ResourceKind::Pods).read = 410;
        status.of(ResourceKind::Pods).expected = 1000;
        Freshness fresh = freshnessOf(status, kNow);
        QCOMPARE(fresh.kind, Freshness::Kind::Loading);
        QVERIFY(fresh.note.startsWith(QStringLiteral("41")));
        QVERIFY(fresh.strip.startsWith(QStringLiteral("loading, 41")));
        QVERIFY(sumsOpen(status));
        // Nobody has said how much there is: no share is made up.
        status.of(ResourceKind::Pods).expected.reset();
        fresh = freshnessOf(status, kNow);
        QCOMPARE(fresh.note, QStringLiteral("loading"));
        // Never done before it is.
        status.of(ResourceKind::Pods).expected = 410;
        QVERIFY(freshnessOf(status, kNow).note.startsWith(QStringLiteral("99")));
    }

    void partialCountsKindsAndNamesThem()
    {
        ClusterStatus status = live();
        status.of(ResourceKind::Nodes).sync = Sync::Forbidden;
        status.of(ResourceKind::NodeMetrics).sync = Sync::Absent;
        const Freshness fresh = freshnessOf(status, kNow);
        QCOMPARE(fresh.kind, Freshness::Kind::Partial);
        QCOMPARE(fresh.state, State::Warning);
        QCOMPARE(fresh.note, QStringLiteral("partial"));
        QVERIFY(fresh.strip.contains(QStringLiteral("partial")));
        QVERIFY(fresh.tip.contains(QStringLiteral("nodes forbidden")));
        QVERIFY(fresh.tip.contains(QStringLiteral("not installed")));
    }

    void failedSaysWhy_data()
    {
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("word");
        QTest::newRow("no way") << static_cast<int>(ErrorCode::Unreachable) << "unreachable";
        QTest::newRow("401") << static_cast<int>(ErrorCode::Unauthorized) << "not logged in";
        QTest::newRow("plug-in") << static_cast<int>(ErrorCode::Credential) << "not logged in";
        QTest::newRow("TLS") << static_cast<int>(ErrorCode::Tls) << "TLS refused";
        QTest::newRow("time") << static_cast<int>(ErrorCode::Timeout) << "no answer";
    }
    void failedSaysWhy()
    {
        QFETCH(int, code);
        QFETCH(QString, word);
        ClusterStatus status;
        status.connection = Connection::Failed;
        status.error = Error{static_cast<ErrorCode>(code), "connection <b>refused</b>", "gke-eu", "check it", 0, {}};
        const Freshness fresh = freshnessOf(status, kNow);
        QCOMPARE(fresh.state, State::Failed);
        QCOMPARE(fresh.note, word);
        QVERIFY(fresh.strip.contains(QStringLiteral("connection <b>refused</b>")));
        QVERIFY(sumsOpen(status));
    }

    void aKeptPictureSaysItsTimeAndWhatIsDone()
    {
        ClusterStatus status = live(); // as ClusterStore::publish() shows it
        status.connection = Connection::Stale;
        status.kept = status.heard = kNow - 43min;
        status.of(ResourceKind::Pods).sync = Sync::Stale;
        Freshness fresh = freshnessOf(status, kNow);
        QCOMPARE(fresh.kind, Freshness::Kind::Stale);
        QCOMPARE(fresh.state, State::Unknown);
        QCOMPARE(fresh.note, QStringLiteral("43m"));
        const QString clock =
            QDateTime::fromSecsSinceEpoch(status.kept.time_since_epoch().count()).toString(QStringLiteral("HH:mm"));
        QCOMPARE(fresh.strip, QStringLiteral("picture of %1, 43m ago; connecting").arg(clock));
        QVERIFY(!sumsOpen(status)); // it is whole, and old
        // Its list is under way.
        status.of(ResourceKind::Pods).renewing = true;
        status.of(ResourceKind::Pods).read = 41;
        status.of(ResourceKind::Pods).expected = 100;
        QVERIFY(freshnessOf(status, kNow).strip.endsWith(QStringLiteral("; loading, 41\u202f%")));
        // Nobody answers.
        status.of(ResourceKind::Pods).renewing = false;
        status.error = Error{.code = ErrorCode::Unreachable, .message = "refused"};
        QVERIFY(freshnessOf(status, kNow).strip.endsWith(QStringLiteral("; unreachable")));
        // Of another day, it says which.
        status.kept = kNow - std::chrono::hours(50);
        fresh = freshnessOf(status, kNow);
        const QString day = QDateTime::fromSecsSinceEpoch(status.kept.time_since_epoch().count())
                                .toString(QStringLiteral("yyyy-MM-dd HH:mm"));
        QVERIFY2(fresh.strip.startsWith(QStringLiteral("picture of ") + day), qPrintable(fresh.strip));
    }

    void openSumsEndInPlus()
    {
        QCOMPARE(countText(1124, true), QStringLiteral("1,124+"));
        QCOMPARE(countText(1124, false), QStringLiteral("1,124"));
    }
};

QTEST_GUILESS_MAIN(TestFreshness)
#include "tst_freshness.moc"
