// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/filter.h"
#include "core/query/filtercomplete.h"
#include "tests/unit/query/randomfleet.h"

#include <QTest>

#include <algorithm>
#include <map>
#include <set>

using namespace sextant;
using test::RandomFleet;

namespace {

constexpr FilterTables kAll = FilterTable::Pods | FilterTable::Nodes | FilterTable::Workloads | FilterTable::Services;

std::string str(const QByteArray &bytes) { return {bytes.constData(), static_cast<std::size_t>(bytes.size())}; }

} // namespace

class TestFilterComplete : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void places_data();
    void places();
    void keysOfTheTables();
    void valuesLikeCounted();
    void imagesOfPods();
    void wordsAndKeys();
    void stops();
};

void TestFilterComplete::places_data()
{
    QTest::addColumn<QByteArray>("text"); ///< the cursor stands at ^
    QTest::addColumn<QByteArray>("kind");
    QTest::addColumn<int>("begin");
    QTest::addColumn<int>("end");
    QTest::addColumn<QByteArray>("begun");
    const auto row = [](const char *text, const char *kind, int begin = 0, int end = 0, const char *begun = "") {
        QTest::newRow(text) << QByteArray(text) << QByteArray(kind) << begin << end << QByteArray(begun);
    };
    row("^", "key", 0, 0);
    row("na^", "key", 0, 2, "na");
    row("NA^", "key", 0, 2, "na");
    row("api na^", "key", 4, 6, "na");
    row("api ^", "key", 4, 4);
    row("!na^", "key", 1, 3, "na");
    row("(na^", "key", 1, 3, "na");
    row("a|na^", "key", 2, 4, "na");
    row("n^s:shop", "nothing");
    row("ns^:shop", "key", 0, 3, "ns");
    row("ns:^", "value", 3, 3);
    row("ns:sh^", "value", 3, 5, "sh");
    row("ns:s^h", "nothing");
    row("ns!=sh^", "value", 4, 6, "sh");
    row("ns:=sh^ api", "value", 4, 6, "sh");
    row("ns:a,B^", "value", 5, 6, "b");
    row("a,b ns:c^", "value", 7, 8, "c");
    row("ns:\"a b^", "value", 3, 7, "a b");
    row("\"na^", "nothing");
    row("\"a b\" na^", "key", 6, 8, "na");
    row("cpu>1^", "nothing");
    row("wings:1^", "nothing");
    row("é na^", "key", 3, 5, "na");
}

void TestFilterComplete::places()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, kind);
    QFETCH(int, begin);
    QFETCH(int, end);
    QFETCH(QByteArray, begun);
    const auto cursor = static_cast<std::size_t>(text.indexOf('^'));
    text.remove(text.indexOf('^'), 1);
    const FilterPlace place = filterPlace(str(text), cursor);
    const std::string found = place.kind == FilterPlace::Kind::Key ? "key"
        : place.kind == FilterPlace::Kind::Value                   ? "value"
                                                                   : "nothing";
    QCOMPARE(found, str(kind));
    if (kind != "nothing") {
        QCOMPARE(static_cast<int>(place.begin), begin);
        QCOMPARE(static_cast<int>(place.end), end);
        QCOMPARE(place.begun, str(begun));
    }
}

void TestFilterComplete::keysOfTheTables()
{
    const auto offered = [](const char *begun, FilterTables tables) {
        std::string all;
        for (const FilterOffer &offer : offerKeys(filterPlace(begun, std::string_view(begun).size()), tables)) {
            all += offer.text + " ";
        }
        return all;
    };
    QCOMPARE(offered("n", FilterTable::Pods | FilterTable::Nodes), std::string("name: ns: node: "));
    QCOMPARE(offered("restarts", static_cast<FilterTables>(FilterTable::Nodes)), std::string());
    QCOMPARE(offered("ag", static_cast<FilterTables>(FilterTable::Nodes)), std::string("age< "));
    QCOMPARE(offered("team", kAll), std::string("owner: ")); // by another name
    QCOMPARE(offered("cpu.r", kAll), std::string("cpu.req> "));
    QCOMPARE(offered("", static_cast<FilterTables>(FilterTable::Services)),
        std::string("name: cluster: owner: version: stage: has: "));
}

/// What is offered is what the objects have, the most frequent first, each of it literally.
void TestFilterComplete::valuesLikeCounted()
{
    RandomFleet fleet(7, 3);
    fleet.step(800);
    const PicturePtr picture = fleet.picture();
    std::map<std::string, std::size_t> spaces, statuses, pools;
    for (std::size_t c = 0; c < picture->clusters(); ++c) {
        for (const PodView pod : picture->cluster(c).pods()) {
            ++spaces[std::string(pod.ns())];
            ++statuses[std::string(pod.status())];
            const auto node = picture->cluster(c).nodeBySlot(pod.nodeSlot());
            ++pools[node ? std::string(node->pool()) : std::string()];
        }
    }
    const auto check = [&](const std::string &text, std::map<std::string, std::size_t> counts) {
        const auto offers = offerValues(
            filterPlace(text, text.size()), *picture, {}, static_cast<FilterTables>(FilterTable::Pods), 1000);
        counts.erase("");
        QCOMPARE(offers->size(), counts.size());
        for (std::size_t i = 0; i < offers->size(); ++i) {
            const FilterOffer &offer = (*offers)[i];
            QCOMPARE(offer.count, counts[offer.label]);
            QVERIFY(i == 0 || (*offers)[i - 1].count >= offer.count);
            const auto filter = Filter::parse("ns=" + offer.text);
            QVERIFY(filter.ok());
            QCOMPARE(filter->expression().term.values.at(0).text, offer.label);
        }
    };
    check("ns:", spaces);
    check("status:", statuses);
    check("pool:", pools);
    const auto some =
        offerValues(filterPlace("status:pe", 9), *picture, {}, static_cast<FilterTables>(FilterTable::Pods), 1000);
    QCOMPARE(some->size(), 1U);
    QCOMPARE(some->front().label, std::string("Pending"));
    Scope scope;
    scope.ns = "Shop";
    const auto scoped =
        offerValues(filterPlace("ns:", 3), *picture, scope, static_cast<FilterTables>(FilterTable::Pods), 1000);
    QCOMPARE(scoped->size(), 1U);
    QCOMPARE(offerValues(filterPlace("ns:", 3), *picture, {}, kAll, 2)->size(), 2U);
}

/// Pods offer the images of what runs them, each by itself and once, also those of pods that nobody runs.
void TestFilterComplete::imagesOfPods()
{
    FleetStore store;
    const auto cluster = store.add();
    WorkloadDraft workload;
    workload.uid = "00000000-0000-4000-8000-00000000000b";
    workload.name = "api";
    workload.images = "registry/api:2.4.1,registry/proxy:7,registry/proxy:7";
    cluster->upsert(workload);
    workload.uid = "00000000-0000-4000-8000-00000000000c";
    workload.name = "idle";
    workload.images = "registry/idle:1";
    cluster->upsert(workload);
    for (int i = 1; i <= 3; ++i) {
        PodDraft pod;
        pod.uid = "00000000-0000-4000-8000-00000000000" + std::to_string(i);
        pod.ns = "shop";
        pod.name = "pod-" + std::to_string(i);
        pod.controller = i < 3 ? OwnerDraft{"Deployment", "api", "00000000-0000-4000-8000-00000000000b"} : OwnerDraft{};
        pod.containers.resize(1);
        pod.containers[0].name = "main";
        pod.containers[0].image = i < 3 ? "registry/api:2.4.1" : "registry/tool:3";
        cluster->upsert(pod);
    }
    cluster->publish();
    const Picture picture(store.snapshot(), nullptr);
    const auto offered = [&](const std::string &text, FilterTables tables) {
        std::string all;
        const auto offers = offerValues(filterPlace(text, text.size()), picture, {}, tables, 50);
        for (const FilterOffer &offer : *offers) {
            all += offer.text + "=" + std::to_string(offer.count) + " ";
        }
        return all;
    };
    constexpr auto kPods = static_cast<FilterTables>(FilterTable::Pods);
    QCOMPARE(offered("image:", kPods), std::string("registry/api:2.4.1=2 registry/proxy:7=2 registry/tool:3=1 "));
    QCOMPARE(offered("image:PROX", FilterTable::Pods | FilterTable::Nodes), std::string("registry/proxy:7=2 "));
    QCOMPARE(
        offered("image:idle", static_cast<FilterTables>(FilterTable::Workloads)), std::string("registry/idle:1=1 "));
}

void TestFilterComplete::wordsAndKeys()
{
    const Picture nothing;
    const auto offered = [&](const char *text) {
        std::string all;
        const std::string_view view = text;
        const auto offers = offerValues(filterPlace(view, view.size()), nothing, {}, kAll, 50);
        for (const FilterOffer &offer : *offers) {
            all += offer.text + " ";
        }
        return all;
    };
    QCOMPARE(offered("ready:"), std::string("no yes "));
    QCOMPARE(offered("state:f"), std::string("failed "));
    QCOMPARE(offered("stage:ro"), std::string("rolled-back "));
    QCOMPARE(offered("has:mem.l"), std::string("mem.limit "));
    QCOMPARE(offered("ns:"), std::string());
}

void TestFilterComplete::stops()
{
    RandomFleet fleet(7, 1);
    fleet.step(100);
    std::stop_source stop;
    stop.request_stop();
    QVERIFY(!offerValues(filterPlace("ns:", 3), *fleet.picture(), {}, kAll, 9, stop.get_token()).has_value());
}

QTEST_APPLESS_MAIN(TestFilterComplete)
#include "tst_filtercomplete.moc"
