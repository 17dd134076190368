// SPDX-License-Identifier: GPL-3.0-or-later
// The map's content while the fleet changes: what is carried on says what one made anew says, and nothing moves.
#include "core/layout/mapgeometry.h"
#include "tests/support/samplefleet.h"

#include <QTest>

#include <algorithm>
#include <map>
#include <random>
#include <set>

using namespace sextant;
using namespace sextant::layout;

namespace {

/// Whatever a content says of a fleet, without the places and the order.
std::map<std::string, std::string> said(const Content &content)
{
    std::map<std::string, std::string> out;
    const auto counts = [](const auto &states) {
        std::string text;
        for (const auto count : states) {
            text += std::to_string(count) + ",";
        }
        return text;
    };
    for (const Cluster &cluster : content.clusters) {
        const std::string at = std::to_string(static_cast<int>(cluster.id)) + "/";
        out[at] = QStringLiteral("%1 nodes, %2 pods, %3 waiting, %4 kept, %5 of %6, %7 used, %8 undeclared")
                      .arg(cluster.nodes)
                      .arg(cluster.pods)
                      .arg(cluster.unscheduled)
                      .arg(cluster.kept)
                      .arg(cluster.requested)
                      .arg(cluster.allocatable)
                      .arg(cluster.used)
                      .arg(cluster.undeclared)
                      .toStdString();
        for (std::uint32_t g = cluster.firstGroup; g < cluster.firstGroup + cluster.groups; ++g) {
            const Group &group = content.groups[g];
            if (group.nodes == 0) {
                continue; // its places are kept
            }
            const std::string name = at + (group.orphans ? "orphans" : group.name) + "/";
            out[name] = QStringLiteral("%1 nodes, each %2, %3 capacity, %4 of %5, %6 kept, %7 silent, %8 cordoned, ")
                            .arg(group.nodes)
                            .arg(group.each)
                            .arg(group.capacity)
                            .arg(group.requested)
                            .arg(group.allocatable)
                            .arg(group.kept)
                            .arg(group.marked.silent)
                            .arg(group.marked.cordoned)
                            .toStdString()
                + counts(group.states);
            for (std::uint32_t t = group.firstTile; t < group.firstTile + group.tiles; ++t) {
                const Tile &tile = content.tiles[t];
                if (tile.gone) {
                    continue;
                }
                if (tile.group != g || tile.cluster != group.cluster) {
                    out["wrong"] = name;
                }
                std::string text = QStringLiteral("state %1, %2 %3 %4, %5 failed, %6 %7 ")
                                       .arg(static_cast<int>(tile.state))
                                       .arg(tile.silent)
                                       .arg(tile.cordoned)
                                       .arg(tile.kept)
                                       .arg(tile.failed)
                                       .arg(static_cast<double>(tile.requested))
                                       .arg(static_cast<double>(tile.used))
                                       .toStdString();
                std::set<std::string> items;
                for (const Item &item : content.itemsOf(tile)) {
                    items.insert(QStringLiteral("%1 %2 %3 %4;")
                                     .arg(item.slot)
                                     .arg(static_cast<int>(item.state))
                                     .arg(static_cast<double>(item.share))
                                     .arg(item.inScope ? item.kept : -1)
                                     .toStdString());
                }
                for (const std::string &item : items) {
                    text += item;
                }
                out[name + std::string(tile.name)] = text;
            }
        }
    }
    out["all"] = QStringLiteral("%1 pods, %2 kept, %3 silent, %4 cordoned, ")
                     .arg(content.pods)
                     .arg(content.kept)
                     .arg(content.marked.silent)
                     .arg(content.marked.cordoned)
                     .toStdString()
        + counts(content.states);
    return out;
}

/// Where every pod stands in its tile, at both levels.
std::map<std::pair<std::string, std::uint32_t>, std::pair<Place, Place>> placesOf(const Content &content)
{
    std::map<std::pair<std::string, std::uint32_t>, std::pair<Place, Place>> out;
    for (const Tile &tile : content.tiles) {
        const auto items = content.itemsOf(tile);
        for (std::size_t i = 0; i < items.size(); ++i) {
            out[{std::string(tile.name), items[i].slot}] = {tile.pods->places[i], tile.pods->places[items.size() + i]};
        }
    }
    return out;
}

QString wrongPlaces(std::span<const Place> places)
{
    for (std::size_t i = 0; i < places.size(); ++i) {
        const Place &a = places[i];
        if (a.w == 0 || a.h == 0 || a.x + a.w > kWholePlace || a.y + a.h > kWholePlace) {
            return QStringLiteral("%1 is outside: %2 %3 %4 %5").arg(i).arg(a.x).arg(a.y).arg(a.w).arg(a.h);
        }
        for (std::size_t j = 0; j < i; ++j) {
            const Place &b = places[j];
            const int x = std::min(a.x + a.w, b.x + b.w) - std::max(a.x, b.x);
            const int y = std::min(a.y + a.h, b.y + b.h) - std::max(a.y, b.y);
            if (x > 2 && y > 2) { // edges are rounded
                return QStringLiteral("%1 and %2 overlap by %3 × %4").arg(i).arg(j).arg(x).arg(y);
            }
        }
    }
    return {};
}

/// Everybody's node and pods, and a way to change them.
struct Living {
    FleetStore store;
    std::vector<std::shared_ptr<ClusterStore>> clusters;
    struct Node {
        std::size_t cluster;
        std::string name, pool;
    };
    struct Pod {
        std::size_t cluster;
        std::string name, node, uid;
        int cpu;
    };
    std::vector<Node> nodes;
    std::vector<Pod> pods;
    std::mt19937 random;
    int number = 0;
    PicturePtr picture;

    explicit Living(unsigned seed, int clusterCount = 2, int nodeCount = 60, int podsEach = 12)
        : random(seed)
    {
        for (int c = 0; c < clusterCount; ++c) {
            clusters.push_back(store.add());
            clusters.back()->status().name = "c" + std::to_string(c);
            for (int n = 0; n < nodeCount; ++n) {
                addNode(static_cast<std::size_t>(c));
            }
        }
        for (int p = 0; p < clusterCount * nodeCount * podsEach; ++p) {
            addPod(nodes[random() % nodes.size()]);
        }
        publish();
    }
    void publish()
    {
        for (const auto &cluster : clusters) {
            cluster->publish();
        }
        picture = std::make_shared<const Picture>(store.snapshot(), picture.get());
    }
    void put(const Node &node, bool cordoned = false, bool silent = false)
    {
        auto draft = test::sampleNode(node.name, node.pool, node.pool == "big" ? 32 : 16, 64, wallNow());
        draft.resourceVersion = std::to_string(++number);
        draft.cordoned = cordoned;
        draft.silent = silent;
        draft.state = silent ? State::Failed : cordoned ? State::Cordoned : State::Ok;
        clusters[node.cluster]->upsert(std::move(draft));
    }
    void addNode(std::size_t cluster)
    {
        nodes.push_back({cluster, "n-" + std::to_string(++number), random() % 3 == 0 ? "big" : "small"});
        put(nodes.back());
    }
    void put(Pod &pod, State state = State::Ok)
    {
        auto draft = test::samplePod("ns", pod.name, pod.node, pod.cpu, 64, wallNow());
        draft.resourceVersion = std::to_string(++number);
        draft.state = state;
        pod.uid = draft.uid;
        clusters[pod.cluster]->upsert(std::move(draft));
    }
    void addPod(const Node &node)
    {
        static constexpr std::array kSizes{0, 50, 100, 250, 500, 1000, 2000};
        pods.push_back(
            {node.cluster, "p-" + std::to_string(++number), node.name, {}, kSizes[random() % kSizes.size()]});
        put(pods.back());
    }
    void removePod(std::size_t at)
    {
        clusters[pods[at].cluster]->remove(ResourceKind::Pods, pods[at].uid);
        pods.erase(pods.begin() + static_cast<std::ptrdiff_t>(at));
    }
    void removeNode(std::size_t at)
    {
        const auto draft = test::sampleNode(nodes[at].name, nodes[at].pool, 16, 64, wallNow());
        clusters[nodes[at].cluster]->remove(ResourceKind::Nodes, draft.uid);
        nodes.erase(nodes.begin() + static_cast<std::ptrdiff_t>(at));
    }
    /// A round of samples, of most nodes of a cluster.
    void measure(std::size_t cluster)
    {
        std::vector<UsageDraft> samples;
        for (const Node &node : nodes) {
            if (node.cluster == cluster && random() % 8 != 0) {
                const int used = static_cast<int>(random() % 3); // of some the same as before
                samples.push_back({"", node.name, MilliCpu(1000 * used), Bytes(std::int64_t{used} << 32), wallNow()});
            }
        }
        clusters[cluster]->setUsage(ResourceKind::NodeMetrics, samples, wallNow());
    }
    void changeAnything()
    {
        switch (random() % 13) {
        case 0:
            addNode(random() % clusters.size());
            break;
        case 1:
            removeNode(random() % nodes.size()); // its pods are of nobody from now on
            break;
        case 2:
            put(nodes[random() % nodes.size()], random() % 2 == 0, random() % 3 == 0);
            break;
        case 3: {
            Node &node = nodes[random() % nodes.size()];
            node.pool = random() % 2 == 0 ? "big" : "third";
            put(node);
            break;
        }
        case 4:
        case 5:
        case 6:
            removePod(random() % pods.size());
            break;
        case 7:
        case 8:
            put(pods[random() % pods.size()], static_cast<State>(random() % kStates));
            break;
        case 9:
            measure(random() % clusters.size());
            break;
        default:
            addPod(nodes[random() % nodes.size()]);
        }
    }
};

} // namespace

class TestMapContent : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void carriedOnSaysWhatAnewSays_data()
    {
        QTest::addColumn<int>("size");
        QTest::addColumn<QString>("pool");
        QTest::addColumn<bool>("filter");
        QTest::newRow("by CPU") << 0 << QString() << false;
        QTest::newRow("by memory") << 1 << QString() << false;
        QTest::newRow("equal") << 2 << QString() << false;
        QTest::newRow("a pool") << 0 << QStringLiteral("big") << false;
        QTest::newRow("with a filter") << 0 << QString() << true;
    }
    void carriedOnSaysWhatAnewSays()
    {
        QFETCH(int, size);
        QFETCH(QString, pool);
        QFETCH(bool, filter);
        Living living(11);
        ContentOptions options;
        options.size = static_cast<SizeBy>(size);
        options.scope.pool = pool.toStdString();
        if (filter) {
            options.keepsPod = [](const PodView &pod) { return pod.name().ends_with('3'); };
            options.keepsNode = [](const NodeView &node) { return node.name().ends_with('7'); };
        }
        Content carried = collect(living.picture, options);
        for (int step = 0; step < 150; ++step) {
            for (unsigned n = living.random() % 4; n > 0; --n) {
                living.changeAnything();
            }
            living.publish();
            carried = collect(living.picture, options, &carried);
            const auto now = said(carried);
            const auto anew = said(collect(living.picture, options));
            for (const auto &[key, text] : anew) {
                const auto it = now.find(key);
                QVERIFY2(it != now.end(), key.c_str());
                QVERIFY2(it->second == text,
                    ("step " + std::to_string(step) + ", " + key + ": " + it->second + "\nanew: " + text).c_str());
            }
            QCOMPARE(now.size(), anew.size());
            for (const Tile &tile : carried.tiles) {
                const std::span places(tile.pods->places);
                QCOMPARE(places.size(), 2 * static_cast<std::size_t>(tile.items));
                QCOMPARE(wrongPlaces(places.first(tile.items)), QString());
                QCOMPARE(wrongPlaces(places.last(tile.items)), QString());
            }
            for (const Living::Node &node : living.nodes) {
                const ClusterSnapshot &snapshot = living.picture->cluster(node.cluster);
                for (const NodeView view : snapshot.nodes()) {
                    if (view.name() == node.name && (pool.isEmpty() || node.pool == pool.toStdString())) {
                        const int tile = carried.tileOf(view.id());
                        QVERIFY(tile >= 0);
                        QCOMPARE(std::string(carried.tiles[static_cast<std::size_t>(tile)].name), node.name);
                    }
                }
            }
        }
    }

    void anUnchangedTileIsShared()
    {
        Living living(5);
        const Content before = collect(living.picture, {});
        living.addPod(living.nodes[7]);
        living.publish();
        const Content after = collect(living.picture, {}, &before);
        std::size_t made = 0;
        QCOMPARE(after.tiles.size(), before.tiles.size());
        for (std::size_t t = 0; t < after.tiles.size(); ++t) {
            made += after.tiles[t].pods != before.tiles[t].pods ? 1U : 0U;
        }
        QCOMPARE(made, 1U);
    }

    void whatIsMeasuredOfANodeLeavesItsPods()
    {
        Living living(6, 1);
        const Content before = collect(living.picture, {});
        living.measure(0);
        living.publish();
        const Content after = collect(living.picture, {}, &before);
        QCOMPARE(after.tiles.size(), before.tiles.size());
        std::size_t measured = 0;
        for (std::size_t t = 0; t < after.tiles.size(); ++t) {
            QVERIFY(after.tiles[t].pods == before.tiles[t].pods);
            measured += after.tiles[t].used >= 0 && before.tiles[t].used < 0 ? 1U : 0U;
        }
        QVERIFY(measured > after.tiles.size() / 2);
        QVERIFY(after.clusters[0].used != before.clusters[0].used);
    }

    void aPodThatComesOrGoesMovesNoOther()
    {
        Living living(21, 1, 20, 20);
        Content content = collect(living.picture, {});
        int laidOut = 0;
        for (int step = 0; step < 400; ++step) {
            const auto was = placesOf(content);
            if (living.random() % 2 == 0) {
                living.removePod(living.random() % living.pods.size());
            } else {
                living.addPod(living.nodes[living.random() % living.nodes.size()]);
            }
            living.publish();
            content = collect(living.picture, {}, &content);
            std::set<std::string> moved;
            for (const auto &[key, place] : placesOf(content)) {
                const auto it = was.find(key);
                if (it != was.end() && it->second != place) {
                    moved.insert(key.first);
                }
            }
            laidOut += static_cast<int>(moved.size());
        }
        // Only a tile that is full to the brim has to be laid out anew.
        QVERIFY2(laidOut <= 4, qPrintable(QString::number(laidOut)));
    }

    void whoComesTakesThePlaceOfWhoWent()
    {
        FleetStore store;
        auto cluster = store.add();
        cluster->upsert(test::sampleNode("n", "a", 16, 64, wallNow()));
        std::string middle;
        for (int i = 0; i < 12; ++i) {
            auto pod = test::samplePod("ns", "p" + std::to_string(i), "n", 700, 64, wallNow());
            middle = i == 5 ? pod.uid : middle;
            cluster->upsert(std::move(pod));
        }
        cluster->publish();
        Content content = collect(test::pictureOf(store), {});
        const int tile = 0;
        const auto all = content.tiles[tile].pods->places;
        cluster->remove(ResourceKind::Pods, middle);
        cluster->publish();
        content = collect(test::pictureOf(store), {}, &content);
        QCOMPARE(content.tiles[tile].items, 11U);
        cluster->upsert(test::samplePod("ns", "new", "n", 700, 64, wallNow()));
        cluster->publish();
        content = collect(test::pictureOf(store), {}, &content);
        const auto sorted = [](std::vector<Place> places, bool words) {
            std::vector<std::array<int, 3>> out;
            for (std::size_t i = 0; i < places.size() / 2; ++i) {
                const Place &place = places[words ? places.size() / 2 + i : i];
                out.push_back({place.x / 400, place.y, place.w / 400});
            }
            std::sort(out.begin(), out.end());
            return out;
        };
        QCOMPARE(sorted(content.tiles[tile].pods->places, false), sorted(all, false));
        QCOMPARE(sorted(content.tiles[tile].pods->places, true), sorted(all, true));
    }

    void nodesThatComeAndGoMoveNoOther()
    {
        Living living(33, 2, 60, 3);
        const Metrics metrics;
        Content content = collect(living.picture, {});
        const Arrangement arrangement = arrange(content, 1264, 700, metrics);
        const auto rects = [&](const Content &of) {
            std::map<std::pair<std::uint32_t, std::string>, Rect> out;
            const Geometry geometry = place(of, arrangement, arrangement.baseHeight, metrics);
            for (std::size_t t = 0; t < of.tiles.size(); ++t) {
                if (!of.tiles[t].gone && !of.groups[of.tiles[t].group].orphans) { // pods outlive their node there
                    out[{of.tiles[t].cluster, std::string(of.tiles[t].name)}] = geometry.tiles[t];
                }
            }
            return out;
        };
        for (int step = 0; step < 40; ++step) {
            const auto was = rects(content);
            // As many come as go, as where a pool is rolled over.
            if (step % 2 == 0) {
                living.removeNode(living.random() % living.nodes.size());
            } else {
                living.addNode(living.random() % living.clusters.size());
            }
            living.publish();
            content = collect(living.picture, {}, &content);
            for (const auto &[key, rect] : rects(content)) {
                if (const auto it = was.find(key); it != was.end()) {
                    QVERIFY2(it->second == rect, (key.second + " moved in step " + std::to_string(step)).c_str());
                }
            }
        }
        // Laid out anew, no place is empty and they stand by name.
        const Content anew = collect(living.picture, {});
        QVERIFY(std::none_of(anew.tiles.begin(), anew.tiles.end(), [](const Tile &tile) { return tile.gone; }));
    }

    void anEmptyPlaceIsNeitherHitNorNearest()
    {
        Living living(3, 1, 12, 2);
        Content content = collect(living.picture, {});
        const Metrics metrics;
        const Arrangement arrangement = arrange(content, 1264, 700, metrics);
        const Geometry before = place(content, arrangement, 40, metrics);
        const ClusterSnapshot &snapshot = living.picture->cluster(0);
        int gone = -1;
        for (const NodeView node : snapshot.nodes()) {
            gone = node.name() == living.nodes[4].name ? content.tileOf(node.id()) : gone;
        }
        QVERIFY(gone >= 0);
        const Rect rect = before.tiles[static_cast<std::size_t>(gone)];
        living.removeNode(4);
        living.publish();
        content = collect(living.picture, {}, &content);
        QVERIFY(content.tiles[static_cast<std::size_t>(gone)].gone);
        const Geometry after = place(content, arrangement, 40, metrics);
        QCOMPARE(after.tileAt(rect.x + rect.w / 2, rect.y + rect.h / 2), -1);
        QVERIFY(after.placeOf(rect.x + rect.w / 2, rect.y + rect.h / 2).tile != gone);
        QVERIFY(after.placeOf(rect.x + rect.w / 2, rect.y + rect.h / 2).tile >= 0);
        after.forTiles(
            {0, 0, after.width, after.height}, [&](std::uint32_t tile) { QVERIFY(!content.tiles[tile].gone); });
    }

    void aSketchStandsInForPodsThatAreNotRead()
    {
        const auto pool = std::make_shared<StringPool>();
        StringPool &strings = *pool;
        const auto cluster = std::make_unique<ClusterStore>(ClusterId(1), pool);
        const auto picture = [&] { return std::make_shared<const Picture>(Snapshot({cluster->current()}), nullptr); };
        cluster->upsert(test::sampleNode("n-1", "a", 16, 64, wallNow()));
        cluster->upsert(test::sampleNode("n-2", "a", 16, 64, wallNow()));
        cluster->upsert(test::samplePod("ns", "read", "n-1", 500, 64, wallNow())); // the first of many
        cluster->publish();
        auto sketch = std::make_shared<PodSketch>();
        const auto row = [&](const std::string &node, State state) {
            sketch->rows.push_back({strings.intern(node), state});
        };
        row("n-1", State::Ok);
        row("n-2", State::Ok);
        row("n-1", State::Failed);
        row("", State::Pending);
        row("n-9", State::Warning); // not listed yet
        cluster->setSketch(sketch);
        cluster->publish();
        Content content = collect(picture(), {});
        QVERIFY(content.clusters[0].sketched);
        QCOMPARE(content.pods, 5U);
        QCOMPARE(content.clusters[0].unscheduled, 1U);
        QCOMPARE(content.states[static_cast<std::size_t>(State::Failed)], 1U);
        QCOMPARE(content.tiles.size(), 3U);
        QCOMPARE(content.tiles[0].items, 2U);
        QCOMPARE(content.tiles[0].failed, 1U);
        QVERIFY(content.tiles[0].requested < 0); // not known before the pods are
        QVERIFY(!content.itemsOf(content.tiles[0])[0].named());
        QCOMPARE(std::string(content.tiles[2].name), std::string("n-9"));
        // More rows: those that are there stay.
        const auto were = content.tiles[0].pods->places;
        auto more = std::make_shared<PodSketch>(*sketch);
        more->rows.push_back({strings.intern("n-1"), State::Ok});
        cluster->setSketch(more);
        cluster->publish();
        content = collect(picture(), {}, &content);
        QCOMPARE(content.tiles[0].items, 3U);
        QCOMPARE(content.tiles[0].pods->places[0], were[0]);
        QCOMPARE(content.tiles[0].pods->places[1], were[1]);
        // Rows say nothing of namespaces: what is read so far stands there.
        ContentOptions narrow;
        narrow.scope.ns = "ns";
        QVERIFY(!collect(picture(), narrow).clusters[0].sketched);
        // The pods are read.
        cluster->setSketch(nullptr);
        cluster->publish();
        content = collect(picture(), {}, &content);
        QVERIFY(!content.clusters[0].sketched);
        QCOMPARE(content.pods, 1U);
        QCOMPARE(said(content), said(collect(picture(), {})));
    }

    void aJobThatIsStoppedEndsEarly()
    {
        Living living(1);
        std::stop_source stop;
        stop.request_stop();
        const Content content = collect(living.picture, {}, nullptr, stop.get_token());
        QVERIFY(content.tiles.empty());
    }
};

QTEST_GUILESS_MAIN(TestMapContent)
#include "tst_mapcontent.moc"
