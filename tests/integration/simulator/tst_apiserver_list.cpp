// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig.h"

#include <QTest>

#include <algorithm>
#include <set>

using namespace sextant::simulator;
using namespace sextant::simulator::test;

namespace {

const char *const kProtobuf = "application/vnd.kubernetes.protobuf";
const char *const kTable = "application/json;as=Table;g=meta.k8s.io;v=v1";

void fill(Rig &rig)
{
    rig.put("team-b", "api-1", {{"app", "api"}, {"tier", "back"}});
    rig.put("team-a", "web-2", {{"app", "web"}}, "Pending");
    rig.put("team-a", "web-1", {{"app", "web"}, {"canary", ""}});
    rig.put("team-a", "job-1", {{"app", "job"}}, "Succeeded");
}

} // namespace

class TestApiServerList : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void wholeList()
    {
        Rig rig;
        fill(rig);
        auto list = rig.json("/api/v1/pods");
        SAME(list["kind"], "PodList");
        SAME(list["apiVersion"], "v1");
        SAME(list["metadata"]["resourceVersion"], "904");
        QVERIFY(!list["metadata"].contains("continue"));
        QVERIFY(!list["metadata"].contains("remainingItemCount"));
        SAME(names(list), (std::vector<std::string>{"team-a/job-1", "team-a/web-1", "team-a/web-2", "team-b/api-1"}));
        QVERIFY(!list["items"][0].contains("kind"));
        SAME(names(rig.json("/api/v1/namespaces/team-b/pods")), std::vector<std::string>{"team-b/api-1"});
        SAME(rig.json("/apis/apps/v1/deployments")["kind"], "DeploymentList");
        SAME(rig.json("/api/v1/services")["items"], Json::array());
    }

    void selectors_data()
    {
        QTest::addColumn<QString>("query");
        QTest::addColumn<int>("count");
        QTest::newRow("equal") << "labelSelector=app=web" << 2;
        QTest::newRow("double equal") << "labelSelector=app==web" << 2;
        QTest::newRow("not equal holds without the label too") << "labelSelector=tier!=back" << 3;
        QTest::newRow("in") << "labelSelector=app in (web,api)" << 3;
        QTest::newRow("notin") << "labelSelector=app notin (web, api)" << 1;
        QTest::newRow("exists") << "labelSelector=canary" << 1;
        QTest::newRow("missing") << "labelSelector=!canary" << 3;
        QTest::newRow("all must hold") << "labelSelector=app=web,canary" << 1;
        QTest::newRow("field") << "fieldSelector=status.phase=Running" << 2;
        QTest::newRow("fields") << "fieldSelector=status.phase!=Succeeded,status.phase!=Pending" << 2;
        QTest::newRow("name") << "fieldSelector=metadata.name=web-1" << 1;
        QTest::newRow("namespace") << "fieldSelector=metadata.namespace=team-a" << 3;
        QTest::newRow("both") << "fieldSelector=status.phase=Running&labelSelector=app=web" << 1;
    }
    void selectors()
    {
        QFETCH(QString, query);
        QFETCH(int, count);
        Rig rig;
        fill(rig);
        const auto path = "/api/v1/pods?" + query.replace(u' ', QLatin1String("%20")).toStdString();
        auto list = rig.json(path);
        SAME(int(list["items"].size()), count);
    }

    void pages()
    {
        Rig rig;
        for (int i = 0; i < 25; ++i) {
            rig.put("ns", "pod-" + std::to_string(100 + i));
        }
        auto page = rig.json("/api/v1/pods?limit=10");
        SAME(page["metadata"]["remainingItemCount"], 15);
        const auto version = page["metadata"]["resourceVersion"];
        std::vector<std::string> all = names(page);
        rig.put("ns", "pod-000"); // pages stay one picture
        rig.remove("ns", "pod-115");
        while (page["metadata"].contains("continue")) {
            page = rig.json("/api/v1/pods?limit=10&continue=" + page["metadata"]["continue"].get<std::string>());
            SAME(page["metadata"]["resourceVersion"], version);
            const auto more = names(page);
            all.insert(all.end(), more.begin(), more.end());
        }
        SAME(all.size(), std::size_t(25));
        QVERIFY(std::is_sorted(all.begin(), all.end()));
        QVERIFY(std::find(all.begin(), all.end(), "ns/pod-115") != all.end());
        QVERIFY(!page["metadata"].contains("remainingItemCount"));
        // With a selector nobody counts what is left.
        auto selected = rig.json("/api/v1/pods?limit=10&labelSelector=!x");
        QVERIFY(selected["metadata"].contains("continue"));
        QVERIFY(!selected["metadata"].contains("remainingItemCount"));
    }

    void expiredToken()
    {
        Rig rig;
        for (int i = 0; i < 5; ++i) {
            rig.put("ns", "pod-" + std::to_string(i));
        }
        auto token = rig.json("/api/v1/pods?limit=2")["metadata"]["continue"].get<std::string>();
        rig.store.compact();
        rig.put("ns", "pod-9");
        auto gone = rig.json("/api/v1/pods?limit=2&continue=" + token, 410);
        SAME(gone["reason"], "Expired");
        SAME(gone["kind"], "Status");
        auto rest = rig.json("/api/v1/pods?continue=" + gone["metadata"]["continue"].get<std::string>());
        SAME(names(rest), (std::vector<std::string>{"ns/pod-2", "ns/pod-3", "ns/pod-4", "ns/pod-9"}));
    }

    void versions_data()
    {
        QTest::addColumn<QString>("server");
        QTest::addColumn<QString>("query");
        QTest::addColumn<int>("status");
        QTest::addColumn<int>("items"); // -1: not looked at
        QTest::addColumn<QString>("version");
        // Three pods at 901, 902, 903; then one more at 904.
        const auto row = [](const char *server, const char *query, int status, int items, const char *version) {
            QTest::addRow("%s ?%s", server, query) << server << query << status << items << version;
        };
        for (const auto *server : {"v1.36.2", "v1.20.2"}) {
            row(server, "", 200, 4, "904");
            row(server, "limit=2", 200, 2, "904");
            row(server, "resourceVersion=0", 200, 4, "904");
            row(server, "resourceVersion=0&limit=2", 200, 4, "904"); // the cache ignores limits
            row(server, "resourceVersion=903", 200, 4, "904");
            row(server, "resourceVersion=903&limit=10", 200, 3, "903"); // legacy: exactly
            row(server, "resourceVersion=903&limit=2&resourceVersionMatch=NotOlderThan", 200, 2, "904");
            row(server, "resourceVersion=902&resourceVersionMatch=Exact", 200, 2, "902");
            row(server, "resourceVersion=5&resourceVersionMatch=Exact", 410, -1, "");
            row(server, "resourceVersion=5&limit=3", 410, -1, "");
            row(server, "resourceVersion=5", 200, 4, "904");
            row(server, "resourceVersion=0&resourceVersionMatch=Exact", 422, -1, "");
            row(server, "resourceVersionMatch=Exact", 422, -1, "");
            row(server, "resourceVersion=1&resourceVersionMatch=Sometimes", 422, -1, "");
            row(server, "resourceVersion=abc", 400, -1, "");
            row(server, "limit=abc", 400, -1, "");
            row(server, "continue=rubbish", 400, -1, "");
            row(server, "labelSelector=a in b", 400, -1, "");
            row(server, "fieldSelector=spec.foo=1", 400, -1, "");
        }
        row("v1.36.2", "sendInitialEvents=true", 422, -1, "");
        row("v1.20.2", "sendInitialEvents=true", 200, 4, "904");
    }
    void versions()
    {
        QFETCH(QString, server);
        QFETCH(QString, query);
        QFETCH(int, status);
        QFETCH(int, items);
        QFETCH(QString, version);
        Rig rig(server.toStdString());
        for (const auto *name : {"a", "b", "c", "d"}) {
            rig.put("ns", name);
        }
        const auto path = "/api/v1/pods?" + query.replace(u' ', QLatin1String("%20")).toStdString();
        const auto answer = rig.get(path);
        QVERIFY(answer);
        SAME(answer->status, status);
        auto json = Json::parse(answer->body);
        if (status != 200) {
            SAME(json["kind"], "Status");
            SAME(json["code"], status);
            return;
        }
        SAME(int(json["items"].size()), items);
        SAME(json["metadata"]["resourceVersion"], version.toStdString());
    }

    void eventsHaveNoCache()
    {
        Rig rig;
        for (int i = 0; i < 5; ++i) {
            rig.store.put(Resource::Events, std::make_shared<Pod>("ns", "event-" + std::to_string(i)));
        }
        auto page = rig.json("/api/v1/events?resourceVersion=0&limit=2"); // so limits hold even here
        SAME(page["items"].size(), 2);
        SAME(page["metadata"]["remainingItemCount"], 3);
    }

    void exactPictureOfThePast()
    {
        Rig rig;
        rig.put("ns", "a"); // 901
        rig.put("ns", "b"); // 902
        rig.put("ns", "a", {}, "Failed"); // 903
        rig.remove("ns", "b"); // 904
        rig.put("ns", "c"); // 905
        auto past = rig.json("/api/v1/pods?resourceVersion=902&resourceVersionMatch=Exact");
        SAME(names(past), (std::vector<std::string>{"ns/a", "ns/b"}));
        SAME(past["items"][0]["status"]["phase"], "Running");
        auto later = rig.json("/api/v1/pods?resourceVersion=904&resourceVersionMatch=Exact");
        SAME(names(later), std::vector<std::string>{"ns/a"});
        SAME(later["items"][0]["status"]["phase"], "Failed");
    }

    void versionOfTheFuture()
    {
        Rig rig;
        rig.put("ns", "a");
        const auto answer = rig.get("/api/v1/pods?resourceVersion=99999");
        QVERIFY(answer);
        SAME(answer->status, 504);
        SAME(answer->get_header_value("Retry-After"), std::string("1"));
        auto json = Json::parse(answer->body);
        SAME(json["reason"], "Timeout");
        SAME(json["details"]["causes"][0]["reason"], "ResourceVersionTooLarge");
        SAME(json["details"]["retryAfterSeconds"], 1);
        // One that comes while the server waits is answered.
        std::thread soon([&rig] { rig.put("ns", "b"); });
        auto list = rig.json("/api/v1/pods?resourceVersion=902");
        soon.join();
        SAME(names(list).size(), std::size_t(2));
    }

    void oldServerShuffles()
    {
        Rig rig("v1.20.2");
        for (int i = 0; i < 50; ++i) {
            rig.put("ns", "pod-" + std::to_string(100 + i));
        }
        const auto cached = names(rig.json("/api/v1/pods?resourceVersion=0"));
        QVERIFY(!std::is_sorted(cached.begin(), cached.end()));
        SAME(std::set<std::string>(cached.begin(), cached.end()).size(), std::size_t(50));
        SAME(names(rig.json("/api/v1/pods?resourceVersion=0")), cached); // the same way each time
        const auto read = names(rig.json("/api/v1/pods"));
        QVERIFY(std::is_sorted(read.begin(), read.end()));
    }

    void protobufList()
    {
        Rig rig;
        fill(rig);
        const auto answer =
            rig.get("/api/v1/pods?limit=3", {{"Accept", std::string(kProtobuf) + ", application/json;q=0.5"}});
        QVERIFY(answer);
        SAME(answer->get_header_value("Content-Type"), std::string(kProtobuf));
        const auto &body = answer->body;
        SAME(body.substr(body.size() - 4), std::string("\x1a\0\x22\0", 4));
        const auto [type, raw] = opened(body);
        SAME(type, std::string("v1 PodList"));
        const auto list = fields(raw);
        const auto meta = fields(bytesOf(list, 1));
        SAME(meta[0].number, 1);
        SAME(bytesOf(meta, 2), std::string("904"));
        QVERIFY(!bytesOf(meta, 3).empty());
        SAME(meta.back().number, 4);
        SAME(meta.back().value, 1U);
        SAME(list.size(), std::size_t(4)); // metadata and three items
        const auto first = fields(bytesOf(fields(list[1].bytes), 1));
        SAME(bytesOf(first, 1), std::string("job-1"));
        SAME(bytesOf(first, 6), std::string("904"));
    }

    void protobufListsBeyondWhatIsKept()
    {
        Rig rig;
        const int count = 300;
        for (int i = 0; i < count; ++i) {
            rig.put("ns", "pod-" + std::to_string(1000 + i), {{"x", "y"}});
        }
        const auto answer = rig.get("/api/v1/pods", {{"Accept", kProtobuf}});
        QVERIFY(answer);
        SAME(int(fields(opened(answer->body).second).size()), count + 1);
    }

    void metadataOnly()
    {
        Rig rig;
        fill(rig);
        const auto answer =
            rig.get("/api/v1/pods", {{"Accept", "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"}});
        QVERIFY(answer);
        auto json = Json::parse(answer->body);
        SAME(json["kind"], "PartialObjectMetadataList");
        SAME(json["apiVersion"], "meta.k8s.io/v1");
        SAME(json["items"][0]["kind"], "PartialObjectMetadata");
        QVERIFY(!json["items"][0].contains("status"));
        const auto packed = rig.get(
            "/api/v1/pods", {{"Accept", std::string(kProtobuf) + ";as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"}});
        QVERIFY(packed);
        const auto [type, raw] = opened(packed->body);
        SAME(type, std::string("meta.k8s.io/v1 PartialObjectMetadataList"));
        const auto item = fields(fields(raw)[1].bytes);
        SAME(item.size(), std::size_t(1));
        SAME(bytesOf(fields(item[0].bytes), 1), std::string("job-1"));
    }

    void tables_data()
    {
        QTest::addColumn<QString>("version");
        QTest::addColumn<QString>("include");
        QTest::newRow("v1") << "v1"
                            << "";
        QTest::newRow("v1beta1") << "v1beta1"
                                 << "Metadata";
        QTest::newRow("without objects") << "v1"
                                         << "None";
        QTest::newRow("with whole objects") << "v1"
                                            << "Object";
    }
    void tables()
    {
        QFETCH(QString, version);
        QFETCH(QString, include);
        Rig rig;
        fill(rig);
        const auto path =
            "/api/v1/pods?limit=2" + (include.isEmpty() ? std::string() : "&includeObject=" + include.toStdString());
        const auto answer = rig.get(path,
            {{"Accept", "application/json;as=Table;g=meta.k8s.io;v=" + version.toStdString() + ", application/json"}});
        QVERIFY(answer);
        auto json = Json::parse(answer->body);
        SAME(json["kind"], "Table");
        SAME(json["apiVersion"], "meta.k8s.io/" + version.toStdString());
        SAME(json["metadata"]["remainingItemCount"], 2);
        auto &columns = json["columnDefinitions"];
        SAME(columns[0]["name"], "Name");
        SAME(columns[0]["format"], "name");
        SAME(columns.back()["priority"], 1);
        SAME(json["rows"].size(), std::size_t(2));
        SAME(json["rows"][0]["cells"][0], "job-1");
        SAME(json["rows"][0]["cells"].size(), columns.size());
        auto &object = json["rows"][0]["object"];
        if (include == "None") {
            QVERIFY(object.is_null());
        } else if (include == "Object") {
            SAME(object["kind"], "Pod");
            SAME(object["status"]["phase"], "Succeeded");
        } else {
            SAME(object["kind"], "PartialObjectMetadata");
            SAME(object["metadata"]["namespace"], "team-a");
        }
    }

    void oneObject()
    {
        Rig rig;
        fill(rig);
        auto pod = rig.json("/api/v1/namespaces/team-a/pods/web-1");
        SAME(pod["kind"], "Pod");
        SAME(pod["apiVersion"], "v1");
        SAME(pod["metadata"]["name"], "web-1");
        const auto packed = rig.get("/api/v1/namespaces/team-a/pods/web-1", {{"Accept", kProtobuf}});
        QVERIFY(packed);
        SAME(opened(packed->body).first, std::string("v1 Pod"));
        const auto table = rig.get("/api/v1/namespaces/team-a/pods/web-1", {{"Accept", kTable}});
        QVERIFY(table);
        SAME(Json::parse(table->body)["rows"].size(), std::size_t(1));

        auto missing = rig.json("/api/v1/namespaces/team-a/pods/nobody", 404);
        SAME(missing["message"], R"(pods "nobody" not found)");
        SAME(missing["details"], (Json{{"name", "nobody"}, {"kind", "pods"}}));
        const auto packedError = rig.get("/api/v1/namespaces/team-a/pods/nobody", {{"Accept", kProtobuf}});
        QVERIFY(packedError);
        const auto [type, raw] = opened(packedError->body);
        SAME(type, std::string("v1 Status"));
        SAME(bytesOf(fields(raw), 4), std::string("NotFound"));
        SAME(fields(raw).back().value, 404U);
    }

    void compression()
    {
        Rig rig;
        for (int i = 0; i < 2000; ++i) {
            rig.put("ns", "pod-" + std::to_string(i));
        }
        const auto plain = rig.get("/api/v1/pods");
        auto client = rig.client();
        client.set_decompress(false);
        const auto packed = client.Get("/api/v1/pods", httplib::Headers{{"Accept-Encoding", "gzip"}});
        QVERIFY(plain && packed);
        QVERIFY(!plain->has_header("Content-Encoding"));
        SAME(packed->get_header_value("Content-Encoding"), std::string("gzip"));
        QVERIFY(packed->body.size() < plain->body.size() / 3);
        const auto unpacked = rig.get("/api/v1/pods", {{"Accept-Encoding", "gzip"}});
        QVERIFY(unpacked && unpacked->body == plain->body);
        const auto small = client.Get("/api/v1/pods?limit=3", httplib::Headers{{"Accept-Encoding", "gzip"}});
        QVERIFY(small && !small->has_header("Content-Encoding"));
    }

    void prettyForPeople()
    {
        Rig rig;
        fill(rig);
        const auto plain = rig.get("/api/v1/pods", {{"User-Agent", "sextant/1"}});
        const auto curl = rig.get("/api/v1/pods", {{"User-Agent", "curl/7.88"}});
        const auto asked = rig.get("/api/v1/pods?pretty=true");
        const auto declined = rig.get("/api/v1/pods?pretty=0", {{"User-Agent", "Mozilla/5.0 x"}});
        QVERIFY(plain && curl && asked && declined);
        SAME(std::count(plain->body.begin(), plain->body.end(), '\n'), 1);
        SAME(declined->body, plain->body);
        QVERIFY(curl->body.starts_with("{\n  \"kind\": \"PodList\",\n  \"apiVersion\": \"v1\",\n"));
        QVERIFY(curl->body.find("\n    {\n      \"metadata\": {\n") != std::string::npos);
        SAME(Json::parse(curl->body), Json::parse(plain->body));
        SAME(asked->body, curl->body);
    }

    void notAcceptable()
    {
        Rig rig;
        const auto answer = rig.get("/api/v1/pods", {{"Accept", "application/cbor"}});
        QVERIFY(answer);
        SAME(answer->status, 406);
        const auto table =
            rig.get("/api/v1/pods", {{"Accept", std::string(kProtobuf) + ";as=Table;g=meta.k8s.io;v=v1"}});
        QVERIFY(table);
        SAME(table->status, 406);
    }

    void discovery()
    {
        Rig rig;
        Rig old("v1.20.2");
        auto batch = rig.json("/apis/batch/v1");
        SAME(batch["resources"].size(), std::size_t(2));
        SAME(old.json("/apis/batch/v1")["resources"].size(), std::size_t(1));
        SAME(old.json("/apis/batch/v1beta1")["resources"][0]["name"], "cronjobs");
        SAME(old.json("/apis/batch/v1beta1/cronjobs")["apiVersion"], "batch/v1beta1");
        SAME(rig.get("/apis/batch/v1beta1/cronjobs")->status, 404);
        const httplib::Headers aggregated{{"Accept",
            "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
            "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json"}};
        const auto fresh = rig.get("/apis", aggregated);
        QVERIFY(fresh);
        SAME(fresh->get_header_value("Content-Type"),
            std::string("application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"));
        auto groups = Json::parse(fresh->body);
        SAME(groups["kind"], "APIGroupDiscoveryList");
        SAME(groups["items"][0]["metadata"]["name"], "apps");
        auto core = Json::parse(rig.get("/api", aggregated)->body);
        SAME(core["items"][0]["versions"][0]["version"], "v1");
        const auto plain = old.get("/apis", aggregated);
        QVERIFY(plain);
        SAME(Json::parse(plain->body)["kind"], "APIGroupList");
        SAME(rig.json("/version")["gitVersion"], "v1.36.2");
        SAME(old.json("/version")["minor"], "20");
        SAME(rig.get("/readyz")->body, std::string("ok"));
        const auto unchanged = rig.get(
            "/apis", {{"Accept", aggregated.begin()->second}, {"If-None-Match", fresh->get_header_value("ETag")}});
        QVERIFY(unchanged);
        SAME(unchanged->status, 304);
    }

    void metrics()
    {
        Rig rig;
        auto nodes = rig.json("/apis/metrics.k8s.io/v1beta1/nodes");
        SAME(nodes["kind"], "NodeMetricsList");
        SAME(nodes["items"][0]["usage"], (Json{{"cpu", "153204117n"}, {"memory", "201344Ki"}}));
        SAME(nodes["items"][0]["window"], "15.02s");
        SAME(nodes["items"][0]["timestamp"], "2030-03-17T17:46:30Z");
        auto pods = rig.json("/apis/metrics.k8s.io/v1beta1/pods?labelSelector=app=web");
        SAME(pods["items"][0]["containers"][0]["name"], "main");
        SAME(rig.json("/apis/metrics.k8s.io/v1beta1/pods?labelSelector=app=api")["items"], Json::array());
        SAME(rig.json("/apis/metrics.k8s.io/v1beta1/namespaces/other/pods")["items"], Json::array());
        SAME(rig.json("/apis/metrics.k8s.io/v1beta1/namespaces/team-a/pods/web-1")["kind"], "PodMetrics");
        SAME(rig.json("/apis/metrics.k8s.io/v1beta1/nodes/n-9", 404)["reason"], "NotFound");
    }

    void metricsAsProtobuf()
    {
        Rig rig;
        const auto list = rig.get(
            "/apis/metrics.k8s.io/v1beta1/pods", {{"Accept", std::string(kProtobuf) + ", application/json;q=0.5"}});
        QVERIFY(list);
        SAME(list->get_header_value("Content-Type"), std::string(kProtobuf));
        const auto [type, raw] = opened(list->body);
        SAME(type, std::string("metrics.k8s.io/v1beta1 PodMetricsList"));
        const auto items = fields(raw);
        auto json = rig.json("/apis/metrics.k8s.io/v1beta1/pods")["items"];
        SAME(items.size(), json.size() + 1); // and the list's own metadata
        for (std::size_t i = 0; i < json.size(); ++i) {
            const auto pod = fields(items[i + 1].bytes);
            const auto meta = fields(bytesOf(pod, 1));
            SAME(bytesOf(meta, 1), json[i]["metadata"]["name"].get<std::string>());
            SAME(bytesOf(meta, 3), json[i]["metadata"]["namespace"].get<std::string>());
            const auto container = fields(bytesOf(pod, 4));
            SAME(bytesOf(container, 1), json[i]["containers"][0]["name"].get<std::string>());
            for (const Field &entry : container) {
                if (entry.number == 2) {
                    const auto usage = fields(entry.bytes);
                    SAME(bytesOf(fields(bytesOf(usage, 2)), 1),
                        json[i]["containers"][0]["usage"][bytesOf(usage, 1)].get<std::string>());
                }
            }
        }
        const auto node = rig.get("/apis/metrics.k8s.io/v1beta1/nodes", {{"Accept", kProtobuf}});
        QVERIFY(node);
        const auto usage = fields(bytesOf(fields(fields(opened(node->body).second)[1].bytes), 4));
        SAME(bytesOf(usage, 1), std::string("cpu"));
        SAME(bytesOf(fields(bytesOf(usage, 2)), 1), std::string("153204117n"));
        const auto one = rig.get("/apis/metrics.k8s.io/v1beta1/namespaces/team-a/pods/web-1", {{"Accept", kProtobuf}});
        QVERIFY(one);
        SAME(opened(one->body).first, std::string("metrics.k8s.io/v1beta1 PodMetrics"));
    }

    void keepsConnections()
    {
        Rig rig;
        fill(rig);
        auto client = rig.client();
        client.set_keep_alive(true);
        for (int i = 0; i < 50; ++i) {
            const auto answer = client.Get("/api/v1/pods");
            QVERIFY(answer);
            QVERIFY(answer->get_header_value("Connection") != "close");
        }
        SAME(rig.server.requests(), 50U);
        SAME(rig.server.requestLog().back(), std::string("GET /api/v1/pods"));
    }
};

QTEST_GUILESS_MAIN(TestApiServerList)
#include "tst_apiserver_list.moc"
