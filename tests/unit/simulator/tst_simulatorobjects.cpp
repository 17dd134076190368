// SPDX-License-Identifier: GPL-3.0-or-later
// The encodings, read by readers that know nothing of the writers.
#include "core/simulator/encode.h"
#include "core/simulator/table.h"
#include "core/simulator/world.h"

#include <QTest>

#include <map>
#include <nlohmann/json.hpp>
#include <protozero/pbf_reader.hpp>

using namespace sextant;
using namespace sextant::simulator;
using Json = nlohmann::json;

namespace {

struct Fleet {
    Store store{kFirstVersion, 20000};
    World world;
    Time now{std::chrono::seconds(1'900'000'000)};

    explicit Fleet(bool old = false, bool managed = false)
        : world(options(old, managed), 7, 120, store)
    {
        world.populate(now - std::chrono::seconds(600));
        world.step(now);
    }
    static ClusterOptions options(bool old, bool managed)
    {
        ClusterOptions o;
        o.nodes = 40;
        o.pods = 900;
        o.managedFields = managed;
        if (old) {
            o.version = "v1.20.2";
        }
        return o;
    }
};

// All fields of a message by number, as raw bytes or as text of the number; checks the ascending order on the way.
using Fields = std::multimap<int, std::string>;
Fields fieldsOf(const std::string &message, bool *ascending = nullptr)
{
    Fields out;
    protozero::pbf_reader reader(message);
    int last = 0;
    while (reader.next()) {
        const int tag = int(reader.tag());
        if (ascending != nullptr && tag < last) {
            *ascending = false;
        }
        last = tag;
        if (reader.wire_type() == protozero::pbf_wire_type::varint) {
            out.emplace(tag, std::to_string(reader.get_int64()));
        } else {
            out.emplace(tag, reader.get_string());
        }
    }
    return out;
}
std::string one(const Fields &fields, int tag)
{
    const auto it = fields.find(tag);
    return it == fields.end() ? std::string("(absent)") : it->second;
}
std::string text(const Json &object, const char *key) { return object.value(key, std::string()); }

} // namespace

class TestSimulatorObjects : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void quantities();
    void times();
    void escapes();
    void durations_data();
    void durations();
    void bothFormatsAgree_data();
    void bothFormatsAgree();
    void podsAgreeInDetail();
    void oldServersWriteTheirWay();
    void metadataAlone();
    void tablesHaveTheirColumns();
};

void TestSimulatorObjects::quantities()
{
    QCOMPARE(cpuText(0), std::string("0"));
    QCOMPARE(cpuText(250), std::string("250m"));
    QCOMPARE(cpuText(1500), std::string("1500m"));
    QCOMPARE(cpuText(4000), std::string("4"));
    QCOMPARE(cpuText(1'000'000), std::string("1k"));
    QCOMPARE(memoryText(0), std::string("0"));
    QCOMPARE(memoryText(1025), std::string("1025"));
    QCOMPARE(memoryText(1536LL << 20), std::string("1536Mi"));
    QCOMPARE(memoryText(2LL << 30), std::string("2Gi"));
}

void TestSimulatorObjects::times()
{
    QCOMPARE(timeText(Time(std::chrono::seconds(1'900'000'000))), std::string("2030-03-17T17:46:40Z"));
    QCOMPARE(timeText(Time(std::chrono::seconds(951'782'399))), std::string("2000-02-28T23:59:59Z"));
}

void TestSimulatorObjects::escapes()
{
    std::string out;
    JsonWriter json(out);
    json.open('{');
    json.member("a", "x\"\\\n\t\x01<&>ü");
    json.some("b", "");
    json.member("c", 5);
    json.object("d").close('}');
    json.close('}');
    QCOMPARE(out, std::string("{\"a\":\"x\\\"\\\\\\n\\t\\u0001\\u003c\\u0026\\u003eü\",\"c\":5,\"d\":{}}"));
}

void TestSimulatorObjects::durations_data()
{
    QTest::addColumn<qint64>("seconds");
    QTest::addColumn<QString>("expected");
    const auto row = [](qint64 s, const char *t) { QTest::addRow("%lld", s) << s << QString::fromLatin1(t); };
    row(-2, "<invalid>");
    row(-1, "0s");
    row(119, "119s");
    row(120, "2m");
    row(125, "2m5s");
    row(599, "9m59s");
    row(600, "10m");
    row(10799, "179m");
    row(10800, "3h");
    row(11100, "3h5m");
    row(28800, "8h");
    row(172799, "47h");
    row(172800, "2d");
    row(176400, "2d1h");
    row(691200, "8d");
    row(729LL * 86400, "729d");
    row(730LL * 86400, "2y");
    row(731LL * 86400, "2y1d");
    row(2920LL * 86400, "8y");
}

void TestSimulatorObjects::durations()
{
    QFETCH(qint64, seconds);
    QFETCH(QString, expected);
    QCOMPARE(QString::fromStdString(durationText(seconds)), expected);
}

void TestSimulatorObjects::bothFormatsAgree_data()
{
    QTest::addColumn<bool>("old");
    QTest::addColumn<bool>("managed");
    QTest::newRow("new") << false << false;
    QTest::newRow("new, managed fields") << false << true;
    QTest::newRow("1.20") << true << false;
}

void TestSimulatorObjects::bothFormatsAgree()
{
    QFETCH(bool, old);
    QFETCH(bool, managed);
    Fleet fleet(old, managed);
    for (int r = 0; r < kResources; ++r) {
        std::uint64_t version = 0;
        const auto list = fleet.store.list(Resource(r), version);
        QVERIFY(!list.empty());
        for (const auto &object : list) {
            std::string jsonText, proto;
            object->writeJson(jsonText);
            object->writeProtobuf(proto);
            const auto json = Json::parse(jsonText);
            QVERIFY(!json.contains("kind") && !json.contains("apiVersion"));
            const auto &meta = json.at("metadata");

            bool ascending = true;
            const auto fields = fieldsOf(proto, &ascending);
            const auto metaFields = fieldsOf(one(fields, 1), &ascending);
            QCOMPARE(one(metaFields, 1), text(meta, "name"));
            QCOMPARE(one(metaFields, 2), text(meta, "generateName"));
            QCOMPARE(one(metaFields, 3), text(meta, "namespace"));
            QCOMPARE(one(metaFields, 5), text(meta, "uid"));
            QCOMPARE(one(metaFields, 6), text(meta, "resourceVersion"));
            QCOMPARE(one(metaFields, 6), std::to_string(object->resourceVersion));
            QCOMPARE(one(metaFields, 7), std::to_string(meta.value("generation", 0)));
            QCOMPARE(timeText(Time(std::chrono::seconds(std::stoll(one(fieldsOf(one(metaFields, 8)), 1))))),
                text(meta, "creationTimestamp"));
            QCOMPARE(metaFields.count(11), meta.value("labels", Json::object()).size());
            QCOMPARE(metaFields.count(11), object->labels().size());
            QCOMPARE(metaFields.count(13), meta.value("ownerReferences", Json::array()).size());
            QCOMPARE(metaFields.count(15), std::size_t(old ? 1 : 0));
            QCOMPARE(metaFields.count(17), meta.value("managedFields", Json::array()).size());
            QCOMPARE(metaFields.count(17) > 0, managed);
            if (Resource(r) != Resource::Events) {
                fieldsOf(one(fields, 2), &ascending);
                const auto status = fieldsOf(one(fields, 3), &ascending);
                const auto &jsonStatus = json.at("status");
                const auto number = [&](int tag, const char *key) {
                    QCOMPARE(one(status, tag), std::to_string(jsonStatus.value(key, 0)));
                };
                switch (Resource(r)) {
                case Resource::Deployments:
                    number(1, "observedGeneration");
                    number(2, "replicas");
                    number(3, "updatedReplicas");
                    number(4, "availableReplicas");
                    number(7, "readyReplicas");
                    break;
                case Resource::ReplicaSets:
                    number(1, "replicas");
                    number(4, "readyReplicas");
                    break;
                case Resource::StatefulSets:
                    number(2, "replicas");
                    number(3, "readyReplicas");
                    break;
                case Resource::DaemonSets:
                    number(1, "currentNumberScheduled");
                    number(3, "desiredNumberScheduled");
                    number(4, "numberReady");
                    break;
                case Resource::Jobs:
                    number(4, "active");
                    number(5, "succeeded");
                    break;
                case Resource::Nodes:
                    QCOMPARE(status.count(4), jsonStatus.at("conditions").size());
                    QCOMPARE(status.count(2), jsonStatus.at("allocatable").size());
                    QCOMPARE(status.count(8), managed ? std::size_t(50) : std::size_t(0));
                    break;
                default:
                    break;
                }
            }
            QVERIFY2(ascending, object->name.c_str());
        }
    }
}

void TestSimulatorObjects::podsAgreeInDetail()
{
    Fleet fleet;
    std::uint64_t version = 0;
    int restarted = 0, waiting = 0;
    for (const auto &object : fleet.store.list(Resource::Pods, version)) {
        std::string jsonText, proto;
        object->writeJson(jsonText);
        object->writeProtobuf(proto);
        const auto json = Json::parse(jsonText);
        const auto fields = fieldsOf(proto);
        const auto spec = fieldsOf(one(fields, 2));
        const auto status = fieldsOf(one(fields, 3));
        QCOMPARE(one(spec, 10), text(json["spec"], "nodeName"));
        QCOMPARE(one(spec, 10), object->field("spec.nodeName"));
        QCOMPARE(one(spec, 3), text(json["spec"], "restartPolicy"));
        QCOMPARE(spec.count(2), json["spec"]["containers"].size());
        QCOMPARE(spec.count(20), json["spec"].value("initContainers", Json::array()).size());
        QCOMPARE(one(status, 1), text(json["status"], "phase"));
        QCOMPARE(one(status, 1), object->field("status.phase"));
        QCOMPARE(one(status, 4), text(json["status"], "reason"));
        QCOMPARE(one(status, 6), text(json["status"], "podIP"));
        QCOMPARE(one(status, 9), text(json["status"], "qosClass"));
        QCOMPARE(status.count(2), json["status"].value("conditions", Json::array()).size());

        // Requests of the first container.
        const auto container = fieldsOf(one(spec, 2));
        const auto resources = fieldsOf(one(container, 8));
        std::map<std::string, std::string> requests;
        for (auto [it, end] = resources.equal_range(2); it != end; ++it) {
            const auto entry = fieldsOf(it->second);
            requests[one(entry, 1)] = one(fieldsOf(one(entry, 2)), 1);
        }
        const auto wanted = json["spec"]["containers"][0]["resources"].value("requests", Json::object());
        QCOMPARE(requests.size(), wanted.size());
        for (const auto &[key, value] : requests) {
            QCOMPARE(value, wanted.value(key, std::string()));
        }

        const auto statuses = json["status"].value("containerStatuses", Json::array());
        QCOMPARE(status.count(8), statuses.size());
        auto it = status.lower_bound(8);
        for (const auto &expected : statuses) {
            const auto got = fieldsOf((it++)->second);
            QCOMPARE(one(got, 1), text(expected, "name"));
            QCOMPARE(one(got, 4), std::string(expected["ready"].get<bool>() ? "1" : "0"));
            QCOMPARE(one(got, 5), std::to_string(expected["restartCount"].get<int>()));
            QCOMPARE(one(got, 8), expected.contains("containerID") ? text(expected, "containerID") : std::string());
            restarted += expected["restartCount"].get<int>() > 0 ? 1 : 0;
            const auto state = fieldsOf(one(got, 2));
            QCOMPARE(state.count(1), expected["state"].count("waiting"));
            QCOMPARE(state.count(2), expected["state"].count("running"));
            QCOMPARE(state.count(3), expected["state"].count("terminated"));
            if (state.count(1) > 0) {
                ++waiting;
                QCOMPARE(one(fieldsOf(one(state, 1)), 1), text(expected["state"]["waiting"], "reason"));
            }
        }
    }
    QVERIFY(restarted > 0);
    QVERIFY(waiting > 0);
}

void TestSimulatorObjects::oldServersWriteTheirWay()
{
    Fleet fleet(true);
    std::uint64_t version = 0;
    for (const auto &object : fleet.store.list(Resource::Pods, version)) {
        std::string jsonText;
        object->writeJson(jsonText);
        const auto json = Json::parse(jsonText);
        QVERIFY(!json["status"].contains("observedGeneration"));
        QVERIFY(!json["status"].contains("hostIPs"));
        for (const auto &container : json["spec"].value("initContainers", Json::array())) {
            QVERIFY(!container.contains("restartPolicy"));
        }
        QVERIFY(object->tableCells(fleet.now)[3].is_number());
    }
    for (const auto &object : fleet.store.list(Resource::Deployments, version)) {
        std::string jsonText;
        object->writeJson(jsonText);
        QVERIFY(Json::parse(jsonText)["spec"]["template"]["metadata"].at("creationTimestamp").is_null());
    }
}

void TestSimulatorObjects::metadataAlone()
{
    Fleet fleet;
    std::uint64_t version = 0;
    const auto object = fleet.store.list(Resource::ReplicaSets, version).front();
    std::string whole, part, proto;
    object->writeJson(whole);
    object->writeMetadataJson(part);
    object->writeMetadataProtobuf(proto);
    const auto json = Json::parse(part);
    QCOMPARE(json.size(), std::size_t(1));
    QVERIFY(json.at("metadata") == Json::parse(whole).at("metadata"));
    const auto fields = fieldsOf(proto);
    QCOMPARE(fields.size(), std::size_t(1));
    const auto owner = fieldsOf(one(fieldsOf(one(fields, 1)), 13));
    QCOMPARE(one(owner, 1), std::string("Deployment"));
    QCOMPARE(one(owner, 4), text(json["metadata"]["ownerReferences"][0], "uid"));
}

void TestSimulatorObjects::tablesHaveTheirColumns()
{
    Fleet fleet;
    for (int r = 0; r < kResources; ++r) {
        std::uint64_t version = 0;
        const auto &columns = tableColumns(Resource(r));
        for (const auto &object : fleet.store.list(Resource(r), version)) {
            const auto cells = object->tableCells(fleet.now);
            QCOMPARE(cells.size(), columns.size());
            for (std::size_t i = 0; i < columns.size(); ++i) {
                if (std::string_view(columns[i].format) == "name") {
                    QCOMPARE(cells[i].get<std::string>(), object->name);
                }
                if (std::string_view(columns[i].type) == "integer") {
                    QVERIFY(cells[i].is_number());
                }
            }
        }
    }
}

QTEST_APPLESS_MAIN(TestSimulatorObjects)
#include "tst_simulatorobjects.moc"
