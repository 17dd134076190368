// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/textmatch.h"

#include <QTest>

#include <random>

using namespace sextant;

class TestTextMatch : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void contains_data();
    void contains();
    void containsLikeTheNaiveWay();
    void wholesAndPatterns();
};

void TestTextMatch::contains_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("needle");
    QTest::addColumn<bool>("found");
    QTest::newRow("start") << QByteArray("playlist-service") << QByteArray("play") << true;
    QTest::newRow("end") << QByteArray("playlist-service") << QByteArray("vice") << true;
    QTest::newRow("whole") << QByteArray("abc") << QByteArray("abc") << true;
    QTest::newRow("longer") << QByteArray("abc") << QByteArray("abcd") << false;
    QTest::newRow("empty needle") << QByteArray("abc") << QByteArray() << true;
    QTest::newRow("both empty") << QByteArray() << QByteArray() << true;
    QTest::newRow("case of text") << QByteArray("CrashLoopBackOff") << QByteArray("crash") << true;
    QTest::newRow("case of needle") << QByteArray("crashloop") << QByteArray("CRASH") << true;
    QTest::newRow("again after a false start") << QByteArray("aaab") << QByteArray("aab") << true;
    QTest::newRow("utf-8") << QByteArray("caf\xc3\xa9-pod") << QByteArray("\xc3\xa9") << true;
    QTest::newRow("only ascii is folded") << QByteArray("caf\xc3\x89") << QByteArray("\xc3\xa9") << false;
    QTest::newRow("invalid bytes") << QByteArray("x\xff\xfey") << QByteArray("\xfe") << true;
    QTest::newRow("brackets are no letters") << QByteArray("a[b]") << QByteArray("a{b}") << false;
    QTest::newRow("NUL inside") << QByteArray("a\0b", 3) << QByteArray("b") << true;
}

void TestTextMatch::contains()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, needle);
    QFETCH(bool, found);
    const std::string word = folded(std::string_view(needle.constData(), static_cast<std::size_t>(needle.size())));
    QCOMPARE(containsFolded(std::string_view(text.constData(), static_cast<std::size_t>(text.size())), word), found);
}

void TestTextMatch::containsLikeTheNaiveWay()
{
    std::mt19937 random(7);
    const auto word = [&](std::size_t longest) {
        std::string out(random() % (longest + 1), ' ');
        for (char &c : out) {
            c = "aAbB-\xc3\xa9"[random() % 7];
        }
        return out;
    };
    for (int i = 0; i < 20000; ++i) {
        const std::string text = word(i % 2 == 0 ? 12 : 70), needle = word(4);
        QCOMPARE(containsFolded(text, folded(needle)), folded(text).find(folded(needle)) != std::string::npos);
    }
    // Every length of text and needle, at every place, and with a byte of it wrong.
    for (std::size_t length = 1; length <= 40; ++length) {
        for (std::size_t size = 1; size <= length; ++size) {
            for (std::size_t at = 0; at + size <= length; ++at) {
                const std::string needle = std::string(size - 1, 'x') + 'Z';
                std::string text(length, 'x');
                QVERIFY(!containsFolded(text, folded(needle)));
                text.replace(at, size, needle);
                QVERIFY(containsFolded(text, folded(needle)));
                text[at + size - 1] = '-';
                QVERIFY(!containsFolded(text, folded(needle)));
            }
        }
    }
}

void TestTextMatch::wholesAndPatterns()
{
    QVERIFY(equalsFolded("API", "api") && !equalsFolded("apis", "api") && equalsFolded("", ""));
    const std::vector<std::tuple<const char *, const char *, bool>> rows{{"api-1", "api-*", true},
        {"api", "api-*", false}, {"api", "*", true}, {"", "*", true}, {"", "", true}, {"a", "", false},
        {"API-web-1", "api*1", true}, {"api-web-1", "api*2", false}, {"aab", "*ab", true}, {"abcabd", "*abd", true},
        {"abc", "a**c", true}, {"abc", "*b*", true}, {"abc", "*d*", false}, {"caf\xc3\xa9", "*\xc3\xa9", true}};
    for (const auto &[text, pattern, fits] : rows) {
        QVERIFY2(globFolded(text, pattern) == fits, pattern);
    }
}

QTEST_APPLESS_MAIN(TestTextMatch)
#include "tst_textmatch.moc"
