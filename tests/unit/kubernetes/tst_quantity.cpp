// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kubernetes/quantity.h"

#include <QTest>

#include <random>

using namespace sextant;
using namespace sextant::kubernetes;

class TestQuantity : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void values_data();
    void values();
    void refused_data();
    void refused();
    void sums();
    void againstLongDivision();
    void anyBytes();
};

void TestQuantity::values_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<qint64>("milli");
    QTest::addColumn<qint64>("whole");
    constexpr qint64 max = std::numeric_limits<qint64>::max();
    const auto row = [](const char *text, qint64 milli, qint64 whole) {
        QTest::newRow(text) << QByteArray(text) << milli << whole;
    };
    row("0", 0, 0);
    row("0Ki", 0, 0);
    row("1000000000000000000000007", max, max);
    row("999999999999999m", 999999999999999, 1000000000000);
    row("1000000000000000m", 1000000000000000, 1000000000000);
    row("0000000000000000000007", 7000, 7);
    row("999999999999999Gi", max, max);
    row("999999999999999Ki", max, 1023999999999998976);
    row("0.5", 500, 1);
    row("500m", 500, 1);
    row("1000", 1000000, 1000);
    row("1k", 1000000, 1000);
    row("1024", 1024000, 1024);
    row("1.5Gi", 1610612736000, 1610612736);
    row("1536Mi", 1610612736000, 1610612736);
    row("0.5Gi", 536870912000, 536870912);
    row("1.1Ki", 1126400, 1127);
    row("1126400m", 1126400, 1127);
    row("5.0", 5000, 5);
    row("1.23456789", 1235, 2);
    row("1234567890n", 1235, 2);
    row("+2", 2000, 2);
    row("1E3", 1000000, 1000);
    row("1e3", 1000000, 1000);
    row(".5", 500, 1);
    row("1.", 1000, 1);
    row("1E", max, 1000000000000000000);
    row("1e-3", 1, 1);
    row("1E-2", 10, 1);
    row("12e+2", 1200000, 1200);
    row("129e6", 129000000000, 129000000);
    row("1G", 1000000000000, 1000000000);
    row("1e9", 1000000000000, 1000000000);
    row("128974848", 128974848000, 128974848);
    row("0.1", 100, 1);
    row("100u", 1, 1);
    row("1500u", 2, 1);
    row("1n", 1, 1);
    row("153204117n", 154, 1);
    row("2310457788n", 2311, 3);
    row("201344Ki", 206176256000, 206176256);
    row("250m", 250, 1);
    row("9223372036854775807", max, max);
    row("9223372036854775.807", max, 9223372036854776);
    row("100Ei", max, max);
    row("8Ei", max, max);
    row("7Ei", max, 8070450532247928832);
    row("1Ti", 1099511627776000, 1099511627776);
    row("1Pi", 1125899906842624000, 1125899906842624);
    row("3M", 3000000000, 3000000);
    row("2T", 2000000000000000, 2000000000000);
    row("4P", 4000000000000000000, 4000000000000000);
    row("100E", max, max);
    row("1e400", max, max);
    row("1e2147483648", max, max);
    row("0e999999999999", 0, 0);
    row("1e-400", 1, 1);
    row("1e-99999999999", 1, 1);
    row("0.0000000001", 1, 1);
    row("0.0000000000000000000000000000000000000000000000000001", 1, 1);
    row("1.0000000001", 1001, 2);
    row("0.001", 1, 1);
    row("0.0010000000001", 2, 1);
    row("1000000000000000000000000000000000000000000000000e-48", 1000, 1);
    row("0.00000000000000000000000000000000000000000000001e47", 1000, 1);
    row("000000000000000000000000000000000000000000000000000012", 12000, 12);
    row("-1", -1000, -1);
    row("-0.5", -500, -1);
    row("-1500u", -2, -1);
    row("-100Ei", -max, -max);
}

void TestQuantity::values()
{
    QFETCH(QByteArray, text);
    QFETCH(qint64, milli);
    QFETCH(qint64, whole);
    const std::string_view view(text.constData(), std::size_t(text.size()));
    QVERIFY2(parseQuantity(view).ok(), text.constData());
    QCOMPARE(parseMilliCpu(view)->value, milli);
    QCOMPARE(parseBytes(view)->value, whole);
    QCOMPARE(parseCount(view)->value, whole);
}

void TestQuantity::refused_data()
{
    QTest::addColumn<QByteArray>("text");
    for (const char *text :
        {"", " ", ".", "+", "-", "Ki", "m", "1K", "1ki", "1mi", "1 Gi", " 1", "1 ", "1e", "1e+", "1E-", "1.5.5", "1GiB",
            "0x10", "1e1.5", "--1", "+-1", "1i", "1ee3", "1,5", "NaN", "inf", "1e3Ki", "1Zi"}) {
        QTest::newRow(text) << QByteArray(text);
    }
    QTest::newRow("NUL") << QByteArray("1\0", 2);
    QTest::newRow("not ASCII") << QByteArray("\xD9\xA1");
}

void TestQuantity::refused()
{
    QFETCH(QByteArray, text);
    const std::string_view view(text.constData(), std::size_t(text.size()));
    const auto result = parseBytes(view);
    QVERIFY(!result.ok());
    QCOMPARE(result.error().code, ErrorCode::Decode);
    QVERIFY(!parseMilliCpu(view).ok());
    QVERIFY(!parseCount(view).ok());
}

void TestQuantity::sums()
{
    Quantity sum = *parseQuantity("1Gi");
    sum += *parseQuantity("500M");
    QCOMPARE(sum.whole(), qint64(1573741824));
    Quantity small; // rounded once, after the sum
    small += *parseQuantity("400u");
    small += *parseQuantity("400u");
    QCOMPARE(small.milli(), qint64(1));
    Quantity big = *parseQuantity("1e400");
    for (int i = 0; i < 300; ++i) {
        big += *parseQuantity("1e400");
    }
    QCOMPARE(big.whole(), std::numeric_limits<qint64>::max());
}

/// Decimal digits times a binary suffix, worked out a second way: digit by digit, in units of 1/2^60.
void TestQuantity::againstLongDivision()
{
    std::mt19937 random(20310402);
    const std::vector<std::pair<std::string, int>> suffixes = {{"", 0}, {"Ki", 10}, {"Mi", 20}, {"Gi", 30}};
    for (int round = 0; round < 3000; ++round) {
        const auto whole = random() % 5000000;
        const auto places = random() % 8;
        std::uint64_t scale = 1, fraction = 0;
        std::string digits;
        for (unsigned i = 0; i < places; ++i) {
            const auto digit = random() % 10;
            digits += char('0' + digit);
            fraction = fraction * 10 + digit;
            scale *= 10;
        }
        const auto &[suffix, shift] = suffixes[random() % suffixes.size()];
        const std::string text = std::to_string(whole) + (places ? "." + digits : "") + suffix;
        const auto numerator = (Int128(whole) * scale + fraction) << shift;
        const auto rounded = (numerator + scale - 1) / scale;
        QCOMPARE(parseBytes(text)->value, qint64(rounded));
        const auto millis = (numerator * 1000 + scale - 1) / scale;
        QCOMPARE(parseMilliCpu(text)->value, qint64(millis));
    }
}

void TestQuantity::anyBytes()
{
    std::mt19937 random(7);
    const std::string alphabet = "0123456789.+-eEinumkKMGTP \xff";
    for (int round = 0; round < 20000; ++round) {
        std::string text;
        for (auto length = random() % 12; length > 0; --length) {
            text += alphabet[random() % alphabet.size()];
        }
        const auto result = parseQuantity(text);
        QVERIFY(result.ok() || result.error().code == ErrorCode::Decode);
    }
    QVERIFY(parseQuantity(std::string(1 << 20, '9')).ok());
    QVERIFY(parseQuantity("0." + std::string(1 << 20, '9')).ok());
}

QTEST_APPLESS_MAIN(TestQuantity)
#include "tst_quantity.moc"
