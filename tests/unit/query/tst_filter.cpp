// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/filter.h"
#include "core/query/filtervalues.h"

#include <QTest>

#include <random>

using namespace sextant;

namespace {

std::string str(const QByteArray &bytes) { return {bytes.constData(), static_cast<std::size_t>(bytes.size())}; }

/// Filters made at random out of the language's own parts.
class RandomFilter {
public:
    explicit RandomFilter(std::uint64_t seed)
        : m_random(seed)
    {
    }
    std::string alternatives(int depth)
    {
        std::string out = all(depth);
        while (chance(20)) {
            out += (chance(50) ? " | " : " OR ") + all(depth);
        }
        return out;
    }
    int below(int n) { return static_cast<int>(m_random() % static_cast<std::uint64_t>(n)); }

private:
    bool chance(int percent) { return below(100) < percent; }
    std::string all(int depth)
    {
        std::string out = term(depth);
        while (chance(40)) {
            out += std::string(static_cast<std::size_t>(1 + below(2)), ' ') + term(depth);
        }
        return out;
    }
    std::string term(int depth)
    {
        if (depth > 0 && chance(20)) {
            return "(" + alternatives(depth - 1) + ")";
        }
        if (depth > 0 && chance(20)) {
            return "!" + term(depth - 1);
        }
        if (chance(30)) {
            static const std::vector<std::string> words{"api", "é-1", "10.0.0.1", "fd00::1", "\"a b\"", "\"OR\"",
                "\"q\\\"uote\\\\\"", "a!b", "x*y", "OR1", "\"!\"", "a,b"};
            return words[static_cast<std::size_t>(below(static_cast<int>(words.size())))];
        }
        static const std::vector<std::string> conditions{"ns:shop", "NAMESPACE=Shop", "node!=n-1", "name:api-*",
            "name:\"api-*\"", "state:ok,failed", "owner:=cantina", "team:a,\"b c\",d", "label:a=b", "label:a",
            "label=\"a=b,c\"", "has:cpu", "!has:mem.limit,node", "cpu>0.5", "cpu>=500m", "cpu.req<80%", "mem<=1.5Gi",
            "mem=512Mi", "memory!=1k", "restarts:0,3", "restarts>=5", "age<1h30m", "age>:1d", "pods>9", "ready:no",
            "image::latest", "version:\"\"", "cpu:>2"};
        const std::string condition = conditions[static_cast<std::size_t>(below(static_cast<int>(conditions.size())))];
        return condition == "age>:1d" ? "age:>1d" : condition == "image::latest" ? "image:\":latest\"" : condition;
    }
    std::mt19937_64 m_random;
};

} // namespace

class TestFilter : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void right_data();
    void right();
    void wrong_data();
    void wrong();
    void quantities_data();
    void quantities();
    void readsItsOwnPrint();
    void anyBytes();
    void takesWordsAsTheyAre();
    void saysWhatDoesNotApply();
    void keysAreOne();
};

void TestFilter::right_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("canonical");
    const auto row = [](const char *text, const char *canonical) {
        QTest::newRow(text) << QByteArray(text) << QByteArray(canonical);
    };
    row("", "");
    row(" \t ", "");
    row("api", "api");
    row("  api   crash ", "api crash");
    row("\"two words\"", "\"two words\"");
    row("ns:shop", "ns:shop");
    row("namespace:shop", "ns:shop");
    row("Team:=cantina", "owner=cantina");
    row("ns=shop", "ns=shop");
    row("ns!=shop", "ns!=shop");
    row("name:api-*", "name:api-*");
    row("cpu>80%", "cpu>80%");
    row("cpu:>=80%", "cpu>=80%");
    row("memory.limit<2Gi", "mem.limit<2Gi");
    row("restarts:0", "restarts=0");
    row("state:ok,failed", "state=ok,failed");
    row("!ns:kube-system", "!ns:kube-system");
    row("!!api", "!!api");
    row("a|b", "a | b");
    row("a b OR c", "a b | c");
    row("(a)", "a");
    row("(a b) c", "a b c");
    row("(a | b) c", "(a | b) c");
    row("!(a b)", "!(a b)");
    row("fd00::1", "fd00::1");
    row("fd00:1:2", "fd00:1:2");
    row("10.0.0.1:8080", "10.0.0.1:8080");
    row("or", "or");
    row("a!b", "a!b");
    row("label:topology.kubernetes.io/zone=eu-1", "label:topology.kubernetes.io/zone=eu-1");
    row("ns:\"\"", "ns:\"\"");
    row("stage:parallel", "stage:parallel");
    row("stage:IN-", "stage:IN-");
    row("stage:*ed,not-*", "stage:*ed,not-*");
    row("!stage=migrated", "!stage=migrated");
    row("stage!=Rolled-Back", "stage!=Rolled-Back");
    row("has:stage", "has=stage");
    row("stage:*", "stage:*");
    row("qos:effort,burst", "qos:effort,burst");
    row("qos=\"\"", "qos=\"\""); // has none
    row("qos!=\"\"", "qos!=\"\"");
}

void TestFilter::right()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, canonical);
    const auto parsed = Filter::parse(str(text));
    QVERIFY2(parsed.ok(), parsed.ok() ? "" : parsed.error().text().c_str());
    QCOMPARE(parsed->canonical(), str(canonical));
    QCOMPARE(parsed->empty(), canonical.isEmpty());
}

void TestFilter::wrong_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("column");
    QTest::addColumn<int>("length");
    QTest::addColumn<QByteArray>("says"); ///< a part of it
    QTest::addColumn<bool>("incomplete");
    const auto row = [](const char *text, int column, int length, const char *says, bool incomplete = false) {
        QTest::newRow(text) << QByteArray(text) << column << length << QByteArray(says) << incomplete;
    };
    row("nmae:x", 0, 4, "expected name");
    row("api nmae:x", 4, 4, "“nmae” is no key");
    row("nginx:1.25", 0, 5, "\"nginx:1.25\"");
    row("é ü xyz:1", 4, 3, "“xyz” is no key");
    row("ns:", 3, 0, "a value is missing", true);
    row("ns:,a", 3, 0, "a value is missing");
    row("ns: api", 3, 0, "a value is missing");
    row("ns:a,", 5, 0, "a value is missing", true);
    row("cpu>", 4, 0, "cores or millicores", true);
    row("cpu>80x", 4, 3, "0.5 or 500m");
    row("ns:shop cpu>x", 12, 1, "“x” cannot be read");
    row("mem>500m", 4, 4, "512Mi"); // not megabytes: a thousandth everywhere else
    row("mem>2Qi", 4, 3, "Ki, Mi");
    row("age<5", 4, 1, "s, m, h, d", true);
    row("age<5 api", 4, 1, "s, m, h, d");
    row("age:5m", 3, 1, ">, >=, < or <=");
    row("cpu=80%", 4, 3, "compared with");
    row("age>80%", 4, 3, "no percentage");
    row("restarts>1.5", 9, 3, "a whole number");
    row("restarts>-1", 9, 2, "cannot be read");
    row("restarts>99999999999999999999", 9, 20, "cannot be read");
    row("ns>5", 2, 1, "has no order");
    row("state>ok", 5, 1, "has no order");
    row("state:bad", 6, 3, "one of: ok");
    row("state:fail", 6, 4, "one of: ok", true);
    row("stage:inparallel", 6, 10, "a part of one of: not-started, in-parallel, migrated, retired, rolled-back");
    row("api stage:moved", 10, 5, "“moved” fits none of the words of “stage”");
    row("stage:migr,inparallel", 11, 10, "“inparallel” fits none");
    row("stage!=inparallel", 7, 10, "expected one of: not-started");
    row("!(stage:mov* x)", 8, 4, "“mov*” fits none");
    row("stage:\"in*\"", 6, 5, "“in*” fits none"); // a star in quotes is a star
    row("stage=migr", 6, 4, "one of: not-started", true);
    row("stage=migr api", 6, 4, "one of: not-started");
    row("qos:burstible", 4, 9, "a part of one of: Guaranteed, Burstable, BestEffort");
    row("qos=burst", 4, 5, "one of: Guaranteed", true);
    row("has:wings", 4, 5, "a key such as");
    row("cpu>1,2", 5, 1, "one value");
    row("!", 1, 0, "behind “!”", true);
    row("api !", 5, 0, "behind “!”", true);
    row("! api", 0, 1, "stands alone");
    row("!| a", 0, 1, "stands alone");
    row("(", 1, 0, "not closed", true);
    row("(a", 2, 0, "not closed", true);
    row("()", 1, 1, "nothing between");
    row("a)", 1, 1, "no bracket is open");
    row("a |", 3, 0, "nothing stands behind", true);
    row("| a", 0, 1, "nothing stands before");
    row("a | | b", 4, 1, "a term is missing");
    row("a OR", 4, 0, "nothing stands behind", true);
    row("\"open", 0, 5, "not closed", true);
    row("ns:\"open", 3, 5, "not closed", true);
    row("\"\"", 0, 2, "no text between");
    row("ns:\"a\"b", 6, 1, "inside a word");
    row("a(b", 1, 1, "inside a word");
    row(">5", 0, 1, "a key is missing");
    row("cpu >5", 4, 1, "without a blank");
    row(":x", 0, 1, "a key is missing");
}

void TestFilter::wrong()
{
    QFETCH(QByteArray, text);
    QFETCH(int, column);
    QFETCH(int, length);
    QFETCH(QByteArray, says);
    QFETCH(bool, incomplete);
    const auto parsed = Filter::parse(str(text));
    QVERIFY(!parsed.ok());
    const FilterError &error = parsed.error();
    QVERIFY2(error.text().find(str(says)) != std::string::npos, error.text().c_str());
    QCOMPARE(static_cast<int>(error.column), column);
    QCOMPARE(static_cast<int>(error.length), length);
    QCOMPARE(error.incomplete, incomplete);
    QVERIFY(!error.message.empty());
    QVERIFY(!error.expected.empty());
}

void TestFilter::quantities_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<qint64>("low");
    QTest::addColumn<qint64>("high");
    constexpr qint64 kLeast = std::numeric_limits<qint64>::min() + 1, kMost = std::numeric_limits<qint64>::max();
    const auto row = [](const char *text, qint64 low, qint64 high) {
        QTest::newRow(text) << QByteArray(text) << low << high;
    };
    row("cpu>0.5", 501, kMost);
    row("cpu>=0.5", 500, kMost);
    row("cpu<500m", kLeast, 499);
    row("cpu<=2", kLeast, 2000);
    row("cpu=1", 1000, 1000);
    row("cpu>0.0005", 1, kMost); // half a millicore: anything from 1m on
    row("cpu<0.0005", kLeast, 0);
    row("cpu=0.0005", 1, 0); // nothing is
    row("mem>2Gi", (2LL << 30) + 1, kMost);
    row("mem>=1.5gi", 3LL << 29, kMost);
    row("mem<=1k", kLeast, 1000);
    row("mem<1Ki", kLeast, 1023);
    row("mem>=5M", 5'000'000, kMost);
    row("mem>0.1Ki", 103, kMost); // 102.4
    row("mem=1024", 1024, 1024);
    row("age<1h", kLeast, 3599);
    row("age>=1h30m", 5400, kMost);
    row("age>3d4h", 3 * 86400 + 4 * 3600 + 1, kMost);
    row("age<=1.5h", kLeast, 5400);
    row("age>1y", 365LL * 86400 + 1, kMost);
    row("restarts>=5", 5, kMost);
    row("restarts<0", kLeast, -1);
    row("pods>9223372036854775", 9223372036854776, kMost);
}

void TestFilter::quantities()
{
    QFETCH(QByteArray, text);
    QFETCH(qint64, low);
    QFETCH(qint64, high);
    const auto parsed = Filter::parse(str(text));
    QVERIFY2(parsed.ok(), parsed.ok() ? "" : parsed.error().text().c_str());
    const auto &bounds = parsed->expression().term.bounds;
    QCOMPARE(bounds.size(), 1U);
    QCOMPARE(bounds[0].low, low);
    QCOMPARE(bounds[0].high, high);
}

void TestFilter::readsItsOwnPrint()
{
    RandomFilter random(5);
    for (int i = 0; i < 20000; ++i) {
        const std::string text = random.alternatives(3);
        const auto parsed = Filter::parse(text);
        QVERIFY2(parsed.ok(), (text + ": " + (parsed.ok() ? "" : parsed.error().text())).c_str());
        const std::string printed = parsed->canonical();
        const auto again = Filter::parse(printed);
        QVERIFY2(again.ok(), (text + " -> " + printed).c_str());
        QVERIFY2(*again == *parsed, (text + " -> " + printed).c_str());
        QCOMPARE(again->canonical(), printed);
    }
}

/// Whatever is typed or pasted gives a filter or an error that lies inside the text.
void TestFilter::anyBytes()
{
    RandomFilter random(9);
    const std::string_view odd = "()|!:=<>\",*%\\ \t\n\xc3\xa9\xff\xf0\x9f\x98";
    for (int i = 0; i < 50000; ++i) {
        std::string text = random.alternatives(2);
        for (int k = random.below(6); k > 0 && !text.empty(); --k) {
            const auto at = static_cast<std::size_t>(random.below(static_cast<int>(text.size())));
            switch (random.below(3)) {
            case 0:
                text.erase(at, static_cast<std::size_t>(1 + random.below(3)));
                break;
            case 1:
                text.insert(at, 1, odd[static_cast<std::size_t>(random.below(static_cast<int>(odd.size())))]);
                break;
            default:
                text[at] = static_cast<char>(random.below(256));
            }
        }
        const auto parsed = Filter::parse(text);
        if (parsed.ok()) {
            const auto again = Filter::parse(parsed->canonical());
            QVERIFY2(again.ok() && *again == *parsed, text.c_str());
        } else {
            const FilterError &error = parsed.error();
            QVERIFY(error.begin <= text.size() && error.bytes <= text.size() - error.begin);
            QVERIFY(error.column <= error.begin && error.length <= error.bytes);
            QVERIFY(!error.message.empty());
        }
    }
    QVERIFY(!Filter::parse(std::string(2000, 'x')).ok());
    QVERIFY(!Filter::parse(std::string(1000, '(')).ok());
    QVERIFY(!Filter::parse(std::string(1000, '!')).ok());
    QVERIFY(Filter::parse(std::string(Filter::kLongest, 'x')).ok());
}

void TestFilter::takesWordsAsTheyAre()
{
    for (const std::string text :
        {"api", "OR", "a b", "ns:shop", "!x", "\"", "\\", "a\"b", "(", "x*", ">", "é", "a|b"}) {
        const auto parsed = Filter::parse(Filter::word(text));
        QVERIFY2(parsed.ok(), text.c_str());
        const auto &expression = parsed->expression();
        QCOMPARE(expression.kind, filter::Expression::Kind::Leaf);
        QCOMPARE(expression.term.key, filter::Key::Text);
        QCOMPARE(expression.term.values.at(0).text, text);
        QCOMPARE(expression.term.patterns.at(0).way, filter::Pattern::Way::Part);
        const auto behind = Filter::parse("name=" + Filter::value(text));
        QVERIFY2(behind.ok(), text.c_str());
        QCOMPARE(behind->expression().term.values.size(), 1U);
        QCOMPARE(behind->expression().term.values[0].text, text);
    }
}

void TestFilter::saysWhatDoesNotApply()
{
    const auto says = [](const char *text, FilterTable table) { return Filter::parse(text)->inapplicable(table); };
    using Words = std::vector<std::string>;
    QCOMPARE(says("restarts>5", FilterTable::Nodes), Words{"Nodes have no restarts"});
    QCOMPARE(says("restarts>5", FilterTable::Pods), Words{});
    QCOMPARE(says("api !(ns:shop | restarts>5) ns:x", FilterTable::Nodes),
        (Words{"Nodes have no namespace", "Nodes have no restarts"}));
    QCOMPARE(says("cpu.req>80%", FilterTable::Pods), Words{"Pods have no percentage of requested CPU"});
    QCOMPARE(says("cpu.req>80%", FilterTable::Nodes), Words{});
    QCOMPARE(says("has:stage", FilterTable::Workloads), Words{"Workloads have no stage"});
    QCOMPARE(says("cpu>1", FilterTable::Services), Words{"Services have no CPU"});
    const auto together = [](const char *text, FilterTables tables) {
        return Filter::parse(text)->inapplicable(tables);
    };
    constexpr FilterTables kMap = FilterTable::Pods | FilterTable::Nodes;
    QCOMPARE(together("restarts>5", kMap), Words{}); // pods have them
    QCOMPARE(together("stage:migrated", kMap), (Words{"Pods have no stage", "Nodes have no stage"}));
    QCOMPARE(together("restarts>5 mem.alloc>1Gi", kMap),
        (Words{"Pods have no allocatable memory", "Nodes have no restarts"})); // neither has both
    QCOMPARE(together("restarts>5", FilterTables(0)), Words{});
}

/// Names and aliases are one list without doubles, and every key can be written.
void TestFilter::keysAreOne()
{
    std::vector<std::string_view> names;
    for (const filter::KeySpec &spec : filter::keySpecs()) {
        names.push_back(spec.name);
        names.insert(names.end(), spec.aliases.begin(), spec.aliases.end());
        QCOMPARE(&filter::specOf(spec.key), &spec);
        QVERIFY(spec.tables != 0 && !spec.noun.empty() && !spec.help.empty());
        QVERIFY(!filter::expectedOf(spec, filter::Op::Greater).empty());
    }
    QCOMPARE(static_cast<int>(filter::keySpecs().size()), filter::kKeys - 1);
    std::sort(names.begin(), names.end());
    QVERIFY(std::adjacent_find(names.begin(), names.end()) == names.end());
}

QTEST_APPLESS_MAIN(TestFilter)
#include "tst_filter.moc"
