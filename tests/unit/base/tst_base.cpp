// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/bits.h"
#include "core/base/format.h"
#include "core/base/siphash.h"
#include "core/base/stringpool.h"

#include <QtTest>

#include <array>
#include <bit>
#include <optional>
#include <random>
#include <thread>

using namespace sextant;

class TestBase : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void ages_data();
    void ages();
    void amounts_data();
    void amounts();
    void times_data();
    void times();
    void percentNeedsAWhole();
    void hostileTextIsMadeVisible_data();
    void hostileTextIsMadeVisible();
    void unknownAmountsAddNothing();
    void poolGivesTheSameNumberToTheSameText();
    void poolsAreNotTakenForEachOther();
    void poolIsReadWhileItGrows();
    void keyedHash();
    void sixtyFourAtOnce();
};

void TestBase::ages_data()
{
    QTest::addColumn<double>("seconds");
    QTest::addColumn<QString>("text");
    const std::pair<double, const char *> rows[] = {{-5, "<invalid>"}, {-1, "0s"}, {0, "0s"}, {119, "119s"},
        {120, "2m"}, {125, "2m5s"}, {599, "9m59s"}, {600, "10m"}, {10799, "179m"}, {10800, "3h"}, {11100, "3h5m"},
        {28800, "8h"}, {172799, "47h"}, {172800, "2d"}, {176400, "2d1h"}, {691200, "8d"}, {729 * 86400.0, "729d"},
        {730 * 86400.0, "2y"}, {731 * 86400.0, "2y1d"}, {2920 * 86400.0, "8y"}};
    for (const auto &[seconds, text] : rows) {
        QTest::addRow("%.0f", seconds) << seconds << QString::fromLatin1(text);
    }
}

void TestBase::ages()
{
    QFETCH(double, seconds);
    QFETCH(QString, text);
    const Time now = Time(std::chrono::seconds(2'000'000'000));
    QCOMPARE(QString::fromStdString(formatAge(now - std::chrono::seconds(static_cast<qint64>(seconds)), now)), text);
    QCOMPARE(formatAge(kNoTime, now), std::string("<unknown>"));
}

void TestBase::amounts_data()
{
    QTest::addColumn<QString>("got");
    QTest::addColumn<QString>("wanted");
    const auto row = [](const std::string &got, const char *wanted) {
        QTest::addRow("%s", wanted) << QString::fromStdString(got) << QString::fromUtf8(wanted);
    };
    row(formatCpu(MilliCpu(412)), "412m");
    row(formatCpu(MilliCpu(31612)), "31.6");
    row(formatCpu(MilliCpu(17503400)), "17,503");
    row(formatCpu(MilliCpu()), "—");
    row(formatMilliCpu(MilliCpu(1574)), "1,574m");
    row(formatCores(MilliCpu(0)), "0");
    row(formatCores(MilliCpu(412)), "0.412");
    row(formatBytes(Bytes(6LL << 30)), "6Gi");
    row(formatBytes(Bytes(1610612736)), "1.5Gi");
    row(formatBytes(Bytes(1023)), "1,023");
    row(formatBytes(Bytes(1024)), "1Ki");
    row(formatBytes(Bytes(0)), "0");
    row(formatBytes(Bytes()), "—");
    row(formatMebibytes(Bytes((2864LL << 20) + 1)), "2,864Mi");
    row(formatCount(6919), "6,919");
    row(formatCount(-1234567), "-1,234,567");
    row(formatCount(Count::kUnknown), "—");
    row(formatPercent(68, 100), "68\u202f%");
    row(formatPercent(5, 0), "—");
}

void TestBase::amounts()
{
    QFETCH(QString, got);
    QFETCH(QString, wanted);
    QCOMPARE(got, wanted);
}

void TestBase::times_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<qint64>("seconds");
    const qint64 none = std::numeric_limits<qint64>::min();
    const std::pair<const char *, qint64> rows[] = {{"2031-04-02T09:15:00Z", 1932887700},
        {"2031-04-02T09:15:00.123456Z", 1932887700}, {"2031-04-02T11:15:00+02:00", 1932887700},
        {"1970-01-01T00:00:00Z", 0}, {"", none}, {"2031-04-02", none}, {"2031-13-02T09:15:00Z", none},
        {"2031-02-30T09:15:00Z", none}, {"2031-04-02T25:15:00Z", none}, {"2031-04-02T09:15:00", none},
        {"2031-04-02T09:15:00Zx", none}, {"xxxx-04-02T09:15:00Z", none}};
    for (const auto &[text, seconds] : rows) {
        QTest::addRow("%s", text) << QString::fromLatin1(text) << seconds;
    }
}

void TestBase::times()
{
    QFETCH(QString, text);
    QFETCH(qint64, seconds);
    const Time time = parseTime(text.toStdString());
    if (seconds == std::numeric_limits<qint64>::min()) {
        QVERIFY(time == kNoTime);
        return;
    }
    QCOMPARE(qint64(time.time_since_epoch().count()), seconds);
    QCOMPARE(qint64(parseTime(formatTime(time)).time_since_epoch().count()), seconds);
}

void TestBase::percentNeedsAWhole()
{
    QVERIFY(!percentOf(Count::kUnknown, 10));
    QVERIFY(!percentOf(1, Count::kUnknown));
    QVERIFY(!percentOf(0, 0));
    QCOMPARE(*percentOf(3, 2), 150.0);
}

void TestBase::hostileTextIsMadeVisible_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("shown");
    const std::tuple<const char *, QByteArray, QByteArray> rows[] = {{"plain", "name-1", "name-1"},
        {"umlaut", "hülle…", "hülle…"}, {"escape", "a\x1b[31mred", "a\\u001b[31mred"}, {"line", "a\nb\tc", "a b c"},
        {"bidi", "a\u202eb", "a\\u202eb"}, {"nul", QByteArray("a\0b", 3), "a\\u0000b"},
        {"broken", "a\xff z", "a\ufffd z"}, {"cut", "a\xe2\x82", "a\ufffd\ufffd"},
        {"overlong", "\xc0\xaf", "\ufffd\ufffd"}, {"surrogate", "\xed\xa0\x80", "\ufffd\ufffd\ufffd"}};
    for (const auto &[name, text, shown] : rows) {
        QTest::newRow(name) << text << shown;
    }
}

void TestBase::hostileTextIsMadeVisible()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, shown);
    QCOMPARE(QByteArray::fromStdString(sanitized(text.toStdString())), shown);
}

void TestBase::unknownAmountsAddNothing()
{
    MilliCpu sum;
    QVERIFY(!sum.known());
    sum.add(MilliCpu());
    QVERIFY(!sum.known());
    sum.add(MilliCpu(5)).add(MilliCpu());
    QCOMPARE(sum, MilliCpu(5));
    sum.add(MilliCpu(std::numeric_limits<std::int64_t>::max()));
    QCOMPARE(sum.value, std::numeric_limits<std::int64_t>::max()); // saturates
}

void TestBase::poolGivesTheSameNumberToTheSameText()
{
    StringPool pool;
    QCOMPARE(pool.intern(""), StringId::Empty);
    const StringId a = pool.intern("a");
    QVERIFY(a != StringId::Empty);
    QCOMPARE(pool.intern("a"), a);
    QCOMPARE(pool.find("a"), a);
    QCOMPARE(pool.find("never"), StringId::Empty);
    QCOMPARE(pool.view(a), std::string_view("a"));
    QCOMPARE(pool.view(StringId(999'999)), std::string_view());
    const std::string huge(200'000, 'x');
    QCOMPARE(pool.view(pool.intern(huge)), std::string_view(huge));
}

void TestBase::poolsAreNotTakenForEachOther()
{
    const auto word = [](int i) { return "word-" + std::to_string(i); };
    std::optional<StringPool> one(std::in_place), other(std::in_place);
    std::vector<StringId> first, second;
    for (int i = 0; i < 10'000; ++i) { // more than a thread remembers
        first.push_back(one->intern(word(i)));
        second.push_back(other->intern(word(9'999 - i)));
    }
    for (int i = 0; i < 10'000; i += 7) {
        QCOMPARE(one->intern(word(i)), first[static_cast<std::size_t>(i)]);
        QCOMPARE(other->intern(word(9'999 - i)), second[static_cast<std::size_t>(i)]);
        QCOMPARE(one->view(first[static_cast<std::size_t>(i)]), std::string_view(word(i)));
    }
    one->intern("word-1");
    one.emplace(); // another pool in its place knows nothing of that
    QCOMPARE(one->size(), std::size_t(1));
    const StringId fresh = one->intern("word-1");
    QCOMPARE(one->size(), std::size_t(2));
    QCOMPARE(one->view(fresh), std::string_view("word-1"));
}

void TestBase::poolIsReadWhileItGrows()
{
    StringPool pool;
    std::atomic<std::size_t> known = 1;
    std::atomic<bool> stop = false;
    std::atomic<int> wrong = 0;
    std::thread reader([&] {
        while (!stop) {
            const std::size_t n = known.load();
            for (std::size_t i = 1; i < n; i += 97) {
                wrong += pool.view(StringId(static_cast<std::uint32_t>(i))) == "text-" + std::to_string(i) ? 0 : 1;
            }
        }
    });
    for (std::size_t i = 1; i < 20'000; ++i) {
        pool.intern("text-" + std::to_string(i));
        known = i + 1;
    }
    stop = true;
    reader.join();
    QCOMPARE(wrong.load(), 0);
}

void TestBase::keyedHash()
{
    // The example of the paper: the key 00..0f and the text 00..0e.
    std::string text;
    for (char c = 0; c < 15; ++c) {
        text += c;
    }
    QCOMPARE(sipHash(0x0706050403020100U, 0x0f0e0d0c0b0a0908U, text), 0xa129ca6149be45e5U);
    QVERIFY(sipHash(1, 2, "a") != sipHash(1, 2, "b"));
    QVERIFY(sipHash(1, 2, "a") != sipHash(2, 1, "a"));
    QVERIFY(sipHash(1, 2, "") != sipHash(1, 2, std::string(1, '\0')));
}

/// Each way of taking sixty-four at once, beside one after the other; few and many.
void TestBase::sixtyFourAtOnce()
{
    std::mt19937_64 random(7);
    for (int round = 0; round < 2'000; ++round) {
        const std::uint64_t sparse = random() & random() & random();
        const std::uint64_t bits = round % 3 == 0 ? sparse : round % 3 == 1 ? random() : ~sparse;
        QCOMPARE(countOf(bits), std::popcount(bits));
        std::array<std::uint8_t, 64> bytes, mixed;
        for (unsigned bit = 0; bit < 64; ++bit) {
            bytes[bit] = bits >> bit & 1U;
            mixed[bit] = static_cast<std::uint8_t>(random());
        }
        QCOMPARE(bitOfEach(bytes, 0), bits);
        QCOMPARE(whichAre(bytes.data(), std::uint8_t(1)), bits);
        for (unsigned bit = 0; bit < 64; ++bit) {
            const unsigned one = bit % 8, many = mixed[bit] & 7U;
            QCOMPARE(bitOfEach(mixed, one) >> bit & 1U, std::uint64_t(mixed[bit] >> one & 1U));
            QCOMPARE(bitOfEach(mixed, many) >> bit & 1U, std::uint64_t(mixed[bit] >> many & 1U));
        }
        const std::uint64_t among = round % 2 == 0 ? random() : random() & random() & random() & random();
        const auto all = ofEach<std::uint8_t>(among, [&](unsigned bit) { return bytes[bit]; });
        QCOMPARE(bitOfEach(all, 0) & among, bits & among);
        QCOMPARE(ofSixtyFour(among, [&](unsigned bit) { return bytes[bit] != 0; }), bits & among);
        QCOMPARE(those(among, [&](unsigned bit) { return bytes[bit] != 0; }), bits & among);
    }
    QCOMPARE(countOf(0), 0);
    QCOMPARE(countOf(~std::uint64_t(0)), 64);
}

QTEST_APPLESS_MAIN(TestBase)
#include "tst_base.moc"
