// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layout/cells.h"
#include "core/layout/mapgeometry.h"
#include "tests/support/samplefleet.h"

#include <QTest>

#include <algorithm>
#include <map>
#include <numeric>
#include <random>

using namespace sextant;
using namespace sextant::layout;

namespace {

/// Every tile by cluster and name, so that two geometries of different contents can be compared.
std::map<std::pair<std::uint32_t, std::string>, Rect> byName(const Content &content, const Geometry &geometry)
{
    std::map<std::pair<std::uint32_t, std::string>, Rect> out;
    for (std::size_t i = 0; i < content.tiles.size(); ++i) {
        if (!content.tiles[i].gone) {
            out[{content.tiles[i].cluster, std::string(content.tiles[i].name)}] = geometry.tiles[i];
        }
    }
    return out;
}

std::vector<Item> itemsOf(std::vector<float> shares)
{
    std::vector<Item> items;
    for (const float share : shares) {
        Item item;
        item.slot = static_cast<std::uint32_t>(items.size());
        item.share = share;
        items.push_back(item);
    }
    return items;
}

double sumOf(const std::vector<Item> &items)
{
    return std::accumulate(items.begin(), items.end(), 0.0,
        [](double sum, const Item &item) { return sum + static_cast<double>(item.share); });
}

} // namespace

class TestLayout : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void namesInOrderOfTheirNumbers_data()
    {
        QTest::addColumn<QString>("a");
        QTest::addColumn<QString>("b");
        QTest::addColumn<bool>("less");
        QTest::newRow("numbers by value") << "n-9"
                                          << "n-10" << true;
        QTest::newRow("and back") << "n-10"
                                  << "n-9" << false;
        QTest::newRow("leading zeros") << "n-009"
                                       << "n-10" << true;
        QTest::newRow("equal") << "n-1"
                               << "n-1" << false;
        QTest::newRow("prefix") << "n"
                                << "n-1" << true;
        QTest::newRow("letters") << "a-2"
                                 << "b-1" << true;
        QTest::newRow("zeros alone decide last") << "n-01"
                                                 << "n-1" << true;
        QTest::newRow("empty") << ""
                               << "a" << true;
        QTest::newRow("huge numbers") << "n-99999999999999999999998"
                                      << "n-99999999999999999999999" << true;
    }
    void namesInOrderOfTheirNumbers()
    {
        QFETCH(QString, a);
        QFETCH(QString, b);
        QFETCH(bool, less);
        QCOMPARE(naturalLess(a.toStdString(), b.toStdString()), less);
        QVERIFY(!less || !naturalLess(b.toStdString(), a.toStdString()));
    }

    void cellsFillFromTheBottomByArea_data()
    {
        QTest::addColumn<QList<double>>("shares");
        QTest::newRow("one") << QList<double>{0.4};
        QTest::newRow("full") << QList<double>{0.25, 0.25, 0.25, 0.25};
        QTest::newRow("falling") << QList<double>{0.2, 0.15, 0.1, 0.1, 0.08, 0.06, 0.06, 0.05};
        QTest::newRow("slivers") << QList<double>{0.3, 0.1, 0, 0, 0};
        QTest::newRow("only slivers") << QList<double>(60, 0.0);
        QTest::newRow("too much") << QList<double>{0.9, 0.6, 0.2};
        QTest::newRow("many") << QList<double>(110, 0.008);
        QTest::newRow("none") << QList<double>{};
    }
    void cellsFillFromTheBottomByArea()
    {
        QFETCH(QList<double>, shares);
        std::vector<float> values;
        for (const double share : shares) {
            values.push_back(static_cast<float>(share));
        }
        const auto items = itemsOf(values);
        std::vector<Cell> cells;
        for (const double cellAspect : {1.0, 3.0}) {
            const FillOptions options{1.2, cellAspect, 0.02};
            fillTile(values, options, cells);
            QCOMPARE(cells.size(), items.size());
            const bool fits = sumOf(items) <= 0.8;
            for (std::size_t i = 0; i < cells.size(); ++i) {
                const Cell &cell = cells[i];
                QCOMPARE(cell.item, static_cast<std::uint32_t>(i));
                QVERIFY(cell.x >= -1e-5F && cell.x + cell.w <= 1 + 1e-4F);
                QVERIFY(cell.y >= -1e-4F && cell.y + cell.h <= 1 + 1e-4F);
                QVERIFY(cell.w > 0 && cell.h > 0);
                if (fits && cell.h > 0.0201F) {
                    QVERIFY2(std::abs(cell.w * cell.h - items[i].share) < 1e-4F, "area is not the share");
                }
                for (std::size_t j = 0; j < i; ++j) {
                    const float overlapX =
                        std::min(cell.x + cell.w, cells[j].x + cells[j].w) - std::max(cell.x, cells[j].x);
                    const float overlapY =
                        std::min(cell.y + cell.h, cells[j].y + cells[j].h) - std::max(cell.y, cells[j].y);
                    QVERIFY2(overlapX < 1e-4F || overlapY < 1e-4F, "two cells overlap");
                }
                QCOMPARE(cellAt(cells, cell.x + cell.w / 2, cell.y + cell.h / 2), static_cast<int>(i));
            }
            if (!cells.empty()) {
                QVERIFY(std::abs(cells.front().y + cells.front().h - 1) < 1e-5F); // the biggest stands at the foot
            }
        }
        QCOMPARE(cellAt(cells, 0.5, -0.1), -1);
    }

    void everythingHasAPlaceOfItsOwn_data()
    {
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("height");
        QTest::addColumn<int>("tileHeight"); // 0: the base
        QTest::addColumn<double>("scale");
        QTest::newRow("usual window") << 1264 << 700 << 0 << 1.0;
        QTest::newRow("big window") << 2560 << 1440 << 0 << 1.0;
        QTest::newRow("dense screen") << 2528 << 1400 << 0 << 2.0;
        QTest::newRow("narrow: clusters below one another") << 400 << 700 << 0 << 1.0;
        QTest::newRow("tiny") << 60 << 60 << 0 << 1.0;
        QTest::newRow("zoomed in") << 1264 << 700 << 217 << 1.0;
        QTest::newRow("zoomed far in") << 1264 << 700 << 2400 << 1.0;
        QTest::newRow("zoomed out") << 1264 << 700 << 5 << 1.0;
    }
    void everythingHasAPlaceOfItsOwn()
    {
        QFETCH(int, width);
        QFETCH(int, height);
        QFETCH(int, tileHeight);
        QFETCH(double, scale);
        const Content &content = sample();
        const Metrics metrics{scale};
        const Arrangement arrangement = arrange(content, width, height, metrics);
        const int h = tileHeight == 0 ? arrangement.baseHeight : tileHeight;
        const Geometry geometry = place(content, arrangement, h, metrics);
        QVERIFY(geometry.width > 0 && geometry.height > 0);
        const Rect all{0, 0, geometry.width, geometry.height};
        const auto inside = [](const Rect &a, const Rect &b) {
            return a.x >= b.x && a.y >= b.y && a.right() <= b.right() && a.bottom() <= b.bottom();
        };
        std::vector<Rect> rects = geometry.captions;
        for (std::size_t i = 0; i < content.tiles.size(); ++i) {
            const Rect &tile = geometry.tiles[i];
            QCOMPARE(tile.h, h);
            QVERIFY(tile.w >= 2);
            QVERIFY(inside(tile, geometry.clusters[content.tiles[i].cluster].rect));
            rects.push_back(tile);
        }
        for (const auto &cluster : geometry.clusters) {
            QVERIFY(inside(cluster.rect, all));
            rects.push_back(cluster.head);
        }
        for (std::size_t i = 0; i < rects.size(); ++i) {
            for (std::size_t j = 0; j < i; ++j) {
                QVERIFY2(!rects[i].intersects(rects[j]), qPrintable(QStringLiteral("%1 and %2 overlap").arg(i).arg(j)));
            }
        }
    }

    void theWholeFleetFitsTheWindow()
    {
        const Metrics metrics;
        for (const auto &[width, height] : {std::pair(1264, 696), std::pair(1140, 640), std::pair(2400, 1300)}) {
            const Arrangement arrangement = arrange(sample(), width, height, metrics);
            const Geometry geometry = place(sample(), arrangement, arrangement.baseHeight, metrics);
            QVERIFY2(geometry.width <= width, qPrintable(QString::number(geometry.width)));
            QVERIFY2(geometry.height <= height, qPrintable(QString::number(geometry.height)));
            QVERIFY2(arrangement.baseHeight >= 20, qPrintable(QString::number(arrangement.baseHeight)));
        }
        // In a narrow window clusters stand below one another.
        const Arrangement narrow = arrange(sample(), 400, 900, metrics);
        QCOMPARE(narrow.columns.back().band, 2);
    }

    void rowsStayWhileZooming()
    {
        const Metrics metrics;
        const Arrangement arrangement = arrange(sample(), 1264, 700, metrics);
        const Geometry base = place(sample(), arrangement, arrangement.baseHeight, metrics);
        for (const int h : {60, 150, 151, 300, 1200}) {
            const Geometry zoomed = place(sample(), arrangement, h, metrics);
            QCOMPARE(zoomed.rows.size(), base.rows.size());
            for (std::size_t i = 0; i < base.rows.size(); ++i) {
                QCOMPARE(zoomed.rows[i].firstTile, base.rows[i].firstTile);
                QCOMPARE(zoomed.rows[i].tiles, base.rows[i].tiles);
            }
        }
    }

    void aPodThatComesMovesNothingElse()
    {
        FleetStore store;
        const auto truth = test::fillSampleFleet(store);
        const Metrics metrics;
        const Content before = collect(test::pictureOf(store), {});
        const Arrangement arrangement = arrange(before, 1264, 700, metrics);
        auto &cluster = *truth.clusters.front();
        cluster.upsert(test::samplePod("playlist", "one-more", "gke-default-0040", 3000, 4000, wallNow()));
        cluster.publish();
        const Content after = collect(test::pictureOf(store), {});
        QVERIFY(arrangement.serves(after));
        for (const int h : {arrangement.baseHeight, 220}) {
            QCOMPARE(place(after, arrangement, h, metrics).tiles, place(before, arrangement, h, metrics).tiles);
        }
        // Inside the other tiles nothing moved either.
        for (std::size_t i = 0; i < before.tiles.size(); ++i) {
            const bool grown = before.tiles[i].name == "gke-default-0040" && before.tiles[i].cluster == 0;
            QCOMPARE(after.tiles[i].items, before.tiles[i].items + (grown ? 1U : 0U));
            QVERIFY(grown || after.tiles[i].pods->places == before.tiles[i].pods->places);
        }
    }

    void aNodeThatComesShiftsItsGroupOnly()
    {
        FleetStore store;
        const auto truth = test::fillSampleFleet(store);
        const Metrics metrics;
        const Content before = collect(test::pictureOf(store), {});
        const Arrangement arrangement = arrange(before, 1264, 700, metrics);
        auto &cluster = *truth.clusters.front();
        cluster.upsert(test::sampleNode("gke-default-0060b", "default", 32, 128, wallNow()));
        cluster.publish();
        const Content after = collect(test::pictureOf(store), {});
        QVERIFY(arrangement.serves(after));
        const auto was = byName(before, place(before, arrangement, arrangement.baseHeight, metrics));
        const auto now = byName(after, place(after, arrangement, arrangement.baseHeight, metrics));
        QCOMPARE(now.size(), was.size() + 1);
        for (const auto &[key, rect] : was) {
            const Rect &moved = now.at(key);
            if (key.first != 0
                || (key.second.starts_with("gke-default-") && naturalLess(key.second, "gke-default-0060b"))) {
                QCOMPARE(moved, rect); // other clusters, and all before it
            } else if (!key.second.starts_with("gke-default-")) {
                QCOMPARE(moved.x, rect.x); // other groups: at most a row down
                QVERIFY(moved.y - rect.y == 0 || moved.y - rect.y == rect.h + metrics.gap(rect.h));
            }
        }
    }

    void theSameFleetTheSameMapWhateverTheOrderItCameIn()
    {
        const auto fill = [](FleetStore &store, bool backwards) {
            auto cluster = store.add();
            cluster->status().name = "c";
            std::vector<int> numbers(40);
            std::iota(numbers.begin(), numbers.end(), 0);
            if (backwards) {
                std::reverse(numbers.begin(), numbers.end());
            }
            for (const int n : numbers) {
                const std::string name = "node-" + std::to_string(n);
                cluster->upsert(test::sampleNode(name, n % 2 == 0 ? "even" : "odd", 8, 32, wallNow()));
                for (int p = 0; p < 5; ++p) {
                    const int number = backwards ? 4 - p : p;
                    cluster->upsert(
                        test::samplePod("ns", "p" + std::to_string(number) + "-" + name, name, 500, 512, wallNow()));
                }
            }
            cluster->publish();
        };
        FleetStore forwards;
        FleetStore backwards;
        fill(forwards, false);
        fill(backwards, true);
        const Content a = collect(test::pictureOf(forwards), {});
        const Content b = collect(test::pictureOf(backwards), {});
        QCOMPARE(a.tiles.size(), b.tiles.size());
        for (std::size_t i = 0; i < a.tiles.size(); ++i) {
            QCOMPARE(a.tiles[i].name, b.tiles[i].name);
            for (std::uint32_t p = 0; p < a.tiles[i].items; ++p) {
                QCOMPARE(a.pod(a.tiles[i], a.itemsOf(a.tiles[i])[p]).name(),
                    b.pod(b.tiles[i], b.itemsOf(b.tiles[i])[p]).name());
            }
        }
    }

    void hitsAgreeWithBruteForce()
    {
        const Metrics metrics;
        const Arrangement arrangement = arrange(sample(), 1264, 700, metrics);
        std::mt19937 random(7);
        for (const int h : {arrangement.baseHeight, 7, 160}) {
            const Geometry geometry = place(sample(), arrangement, h, metrics);
            for (int i = 0; i < 3000; ++i) {
                const int x = static_cast<int>(random() % static_cast<unsigned>(geometry.width));
                const int y = static_cast<int>(random() % static_cast<unsigned>(geometry.height));
                int expected = -1;
                for (std::size_t t = 0; t < geometry.tiles.size(); ++t) {
                    expected = geometry.tiles[t].contains(x, y) ? static_cast<int>(t) : expected;
                }
                QCOMPARE(geometry.tileAt(x, y), expected);
                const auto seen = geometry.placeOf(x, y);
                QVERIFY(seen.tile >= 0);
                if (expected >= 0) {
                    QCOMPARE(seen.tile, expected);
                }
                double backX = 0;
                double backY = 0;
                geometry.pointOf(seen, backX, backY);
                QVERIFY(std::abs(backX - x) < 0.01 && std::abs(backY - y) < 0.01);
            }
            const Rect area{200, 150, 300, 200};
            std::vector<std::uint32_t> found;
            geometry.forTiles(area, [&found](std::uint32_t tile) { found.push_back(tile); });
            std::vector<std::uint32_t> expected;
            for (std::uint32_t t = 0; t < geometry.tiles.size(); ++t) {
                if (geometry.tiles[t].intersects(area)) {
                    expected.push_back(t);
                }
            }
            std::sort(found.begin(), found.end());
            QCOMPARE(found, expected);
        }
    }

    void levelsByPixels()
    {
        const Metrics metrics;
        QCOMPARE(metrics.level(13), Level::Fleet);
        QCOMPARE(metrics.level(14), Level::Nodes);
        QCOMPARE(metrics.level(150), Level::Nodes);
        QCOMPARE(metrics.level(151), Level::Pods);
        for (const Level level : {Level::Fleet, Level::Nodes, Level::Pods, Level::Containers}) {
            QCOMPARE(metrics.level(metrics.heightOf(level)), level);
            const Metrics dense{2};
            QCOMPARE(dense.level(dense.heightOf(level)), level);
        }
    }

    void widthsAndAreasStandForTheChosenSize()
    {
        FleetStore store;
        auto cluster = store.add();
        cluster->upsert(test::sampleNode("small", "a", 16, 256, wallNow()));
        cluster->upsert(test::sampleNode("big", "a", 32, 128, wallNow()));
        cluster->upsert(test::samplePod("ns", "half", "small", 7800, 1024, wallNow())); // of 15,600m
        cluster->upsert(test::samplePod("ns", "none", "small", 0, 0, wallNow()));
        auto done = test::samplePod("ns", "done", "small", 4000, 1024, wallNow());
        done.counts = false;
        done.state = State::Completed;
        cluster->upsert(done);
        cluster->publish();
        ContentOptions options;
        Content content = collect(test::pictureOf(store), options);
        QCOMPARE(content.tiles[0].name, std::string("big"));
        QCOMPARE(content.tiles[0].units, 2 * content.tiles[1].units);
        QCOMPARE(content.itemsOf(content.tiles[1])[0].share, 0.5F);
        QCOMPARE(content.itemsOf(content.tiles[1])[1].share, 0.0F); // done charges nothing
        QCOMPARE(content.itemsOf(content.tiles[1])[2].share, 0.0F);
        QCOMPARE(content.tiles[1].requested, 0.5F);
        QVERIFY(content.tiles[1].used < 0); // no sample: unknown
        options.size = SizeBy::Memory;
        content = collect(test::pictureOf(store), options);
        QCOMPARE(content.tiles[1].units, 2 * content.tiles[0].units);
        options.size = SizeBy::Equal;
        content = collect(test::pictureOf(store), options);
        QCOMPARE(content.tiles[1].units, content.tiles[0].units);
        QCOMPARE(content.itemsOf(content.tiles[1])[2].share, 1.0F / 110);
    }

    void groupingsAreWrittenAndRead()
    {
        for (const Grouping &grouping : {Grouping(Grouping::Pool), Grouping(Grouping::Zone),
                 Grouping(Grouping::InstanceType), Grouping(Grouping::Owner), Grouping(Grouping::Cluster),
                 Grouping(Grouping::Label, "example.com/rack")}) {
            QCOMPARE(parseGrouping(groupingText(grouping)), std::optional(grouping));
        }
        QCOMPARE(groupingText({Grouping::Label, "example.com/rack"}), std::string("label:example.com/rack"));
        for (const std::string &wrong :
            {std::string(), std::string("Pool"), std::string("label"), std::string("label:"), std::string("label:a b"),
                std::string("label:a\n"), "label:" + std::string(318, 'a')}) {
            QVERIFY2(!parseGrouping(wrong), wrong.c_str());
        }
    }

    void groupsByLabelOwnerAndCluster()
    {
        FleetStore store;
        auto cluster = store.add();
        const auto add = [&](const std::string &name, const std::string &team, Labels labels) {
            auto node = test::sampleNode(name, "default", 8, 32, wallNow());
            node.team = team;
            node.labels = std::move(labels);
            cluster->upsert(std::move(node));
        };
        const auto pod = [&](const std::string &name, const std::string &node, const std::string &team, int cpu) {
            auto draft = test::samplePod("ns", name, node, cpu, 512, wallNow());
            draft.team = team;
            cluster->upsert(std::move(draft));
        };
        add("n-1", "cantina", {{"a", "x"}, {"example.com/rack", "r1"}});
        add("n-2", "", {{"example.com/rack", "r2"}});
        add("n-3", "", {{"example.com/racks", "r9"}});
        pod("p-1", "n-1", "falcon", 4000); // the node's own label goes first
        pod("p-2", "n-2", "cantina", 1000);
        pod("p-3", "n-2", "falcon", 600);
        pod("p-4", "n-2", "falcon", 600);
        pod("p-5", "n-3", "", 4000); // of nobody
        cluster->publish();
        const auto groupsBy = [&](Grouping grouping) {
            ContentOptions options;
            options.grouping = std::move(grouping);
            std::vector<std::string> out;
            for (const Content content = collect(test::pictureOf(store), options);
                 const Group &group : content.groups) {
                std::string line = group.name + ":";
                for (std::uint32_t t = group.firstTile; t < group.firstTile + group.tiles; ++t) {
                    line += " " + std::string(content.tiles[t].name);
                }
                out.push_back(std::move(line));
            }
            return out;
        };
        using Names = std::vector<std::string>;
        QCOMPARE(groupsBy({Grouping::Label, "example.com/rack"}), (Names{"r1: n-1", "r2: n-2", ": n-3"}));
        QCOMPARE(groupsBy(Grouping::Owner), (Names{"cantina: n-1", "falcon: n-2", ": n-3"}));
        QCOMPARE(groupsBy(Grouping::Cluster), (Names{": n-1 n-2 n-3"}));
    }

    void podsOfNodesNobodyMayListAreGroupedByName()
    {
        FleetStore store;
        auto cluster = store.add();
        for (int i = 0; i < 12; ++i) {
            cluster->upsert(
                test::samplePod("ns", "p" + std::to_string(i), "n-" + std::to_string(i % 3), 500, 256, wallNow()));
        }
        auto waiting = test::samplePod("ns", "waits", "", 500, 256, wallNow());
        waiting.state = State::Pending;
        waiting.phase = "Pending";
        cluster->upsert(waiting);
        cluster->publish();
        const Content content = collect(test::pictureOf(store), {});
        QCOMPARE(content.tiles.size(), 3U);
        QVERIFY(content.unsized);
        QCOMPARE(content.clusters[0].nodes, 0U);
        QCOMPARE(content.clusters[0].pods, 13U);
        QCOMPARE(content.clusters[0].unscheduled, 1U);
        for (const Tile &tile : content.tiles) {
            QCOMPARE(tile.nodeSlot, kNoSlot);
            QVERIFY(!tile.sized);
            QCOMPARE(tile.items, 4U);
            QVERIFY(tile.requested < 0);
        }
        const auto &snapshot = content.picture->cluster(0);
        for (const PodView pod : snapshot.pods()) {
            const int tile = content.tileOf(pod.id());
            QCOMPARE(tile >= 0, pod.scheduled());
            QVERIFY(tile < 0 || content.tiles[static_cast<std::size_t>(tile)].name == pod.node());
        }
    }

    void scopeAndFilter()
    {
        FleetStore store;
        const auto truth = test::fillSampleFleet(store);
        const auto picture = test::pictureOf(store);
        const Content all = collect(picture, {});
        QCOMPARE(all.tiles.size(), 600U);
        QCOMPARE(all.pods, 6900U);
        QCOMPARE(all.kept, 6900U);
        QCOMPARE(static_cast<int>(all.marked.silent), truth.silentNodes);
        QCOMPARE(static_cast<int>(all.marked.cordoned), truth.cordonedNodes);
        QCOMPARE(static_cast<int>(all.states[static_cast<std::size_t>(State::Failed)]), truth.failed);

        ContentOptions options;
        options.scope.cluster = truth.clusters[1]->id();
        options.scope.pool = "gpu";
        const Content pool = collect(picture, options);
        QCOMPARE(pool.clusters.size(), 1U);
        QCOMPARE(pool.groups.size(), 1U);
        QCOMPARE(pool.tiles.size(), 12U);
        QVERIFY(pool.pods > 0 && pool.pods < 200);

        options = {};
        options.scope.ns = "payments";
        const Content ns = collect(picture, options);
        QCOMPARE(ns.tiles.size(), 600U); // nodes belong to no namespace
        const auto places = [](const Content &content) {
            return std::accumulate(content.tiles.begin(), content.tiles.end(), 0U,
                [](std::uint32_t sum, const Tile &tile) { return sum + tile.items; });
        };
        QCOMPARE(places(ns), places(all)); // the others stay as taken ground
        QVERIFY(ns.pods > 0 && ns.pods < all.pods / 2);

        options = {};
        options.keepsPod = [](const PodView &pod) { return pod.name().find("audio-delivery") == 0; };
        options.keepsNode = [](const NodeView &node) { return node.name() == "gke-gpu-0001"; };
        const Content some = collect(picture, options);
        QCOMPARE(some.pods, 6900U);
        QVERIFY(some.kept > 0 && some.kept < 1500);
        for (const Tile &tile : some.tiles) {
            for (const Item &item : some.itemsOf(tile)) {
                QCOMPARE(item.kept, tile.name == "gke-gpu-0001" || options.keepsPod(some.pod(tile, item)));
            }
        }
    }

    void nothingAtAll()
    {
        const Metrics metrics;
        for (const bool withCluster : {false, true}) {
            FleetStore store;
            if (withCluster) {
                store.add()->publish();
            }
            const Content content = collect(test::pictureOf(store), {});
            const Arrangement arrangement = arrange(content, 800, 600, metrics);
            const Geometry geometry = place(content, arrangement, 28, metrics);
            QCOMPARE(geometry.tileAt(100, 100), -1);
            QCOMPARE(geometry.placeOf(3, 3).tile, -1);
            QCOMPARE(geometry.clusterHeadAt(20, 20), withCluster ? 0 : -1);
        }
        const Content none = collect(nullptr, {});
        QVERIFY(none.tiles.empty());
    }

private:
    const Content &sample()
    {
        static const Content content = [] {
            FleetStore store;
            test::fillSampleFleet(store);
            return collect(test::pictureOf(store), {});
        }();
        return content;
    }
};

QTEST_GUILESS_MAIN(TestLayout)
#include "tst_layout.moc"
