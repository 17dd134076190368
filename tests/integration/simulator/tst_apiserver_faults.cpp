// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig.h"

#include <QTest>

using namespace sextant::simulator;
using namespace sextant::simulator::test;
using namespace std::chrono_literals;

class TestApiServerFaults : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void refusals()
    {
        Rig rig;
        rig.put("ns", "a");
        rig.faults.answer429 = 2;
        for (int i = 0; i < 2; ++i) {
            const auto answer = rig.get("/api/v1/pods");
            QVERIFY(answer);
            SAME(answer->status, 429);
            SAME(answer->get_header_value("Retry-After"), std::string("1"));
            QVERIFY(answer->get_header_value("Content-Type").starts_with("text/plain"));
        }
        SAME(rig.get("/api/v1/pods")->status, 200);
        rig.faults.answer503 = 1;
        SAME(rig.get("/api/v1/pods")->status, 503);
        SAME(rig.get("/api/v1/pods")->status, 200);
        rig.faults.htmlErrors = true;
        const auto html = rig.get("/api/v1/pods");
        SAME(html->status, 502);
        SAME(html->get_header_value("Content-Type"), std::string("text/html"));
        rig.faults.htmlErrors = false;
        rig.faults.unauthorized = true;
        SAME(rig.json("/api/v1/pods", 401)["reason"], "Unauthorized");
    }

    void writesAreRefusedAndCounted_data()
    {
        QTest::addColumn<QString>("method");
        for (const auto *method : {"POST", "PUT", "PATCH", "DELETE"}) {
            QTest::newRow(method) << method;
        }
    }
    void writesAreRefusedAndCounted()
    {
        QFETCH(QString, method);
        Rig rig;
        rig.put("ns", "a");
        httplib::Request request;
        request.method = method.toStdString();
        request.path = "/api/v1/namespaces/ns/pods/a";
        request.body = "{}";
        auto client = rig.client();
        const auto answer = client.send(request);
        QVERIFY(answer);
        SAME(answer->status, 405);
        SAME(rig.server.requestLog().back(), request.method + " /api/v1/namespaces/ns/pods/a");
        SAME(rig.store.count(Resource::Pods), 1U);
    }

    void unknownPaths_data()
    {
        QTest::addColumn<QString>("path");
        for (const auto *path : {"/", "/apis/example.com/v1", "/apis/example.com/v1/things", "/api/v1/things",
                 "/api/v2/pods", "/openapi/v2", "/api/v1/pods/a", "/api/v1/namespaces/ns/nodes"}) {
            QTest::newRow(path) << path;
        }
    }
    void unknownPaths()
    {
        QFETCH(QString, path);
        Rig rig;
        const auto answer = rig.get(path.toStdString());
        QVERIFY(answer);
        SAME(answer->status, 404);
        SAME(answer->body, std::string("404 page not found\n"));
        QVERIFY(answer->get_header_value("Content-Type").starts_with("text/plain"));
    }

    void metricsServer()
    {
        Rig rig;
        rig.faults.metricsDown = true;
        const auto down = rig.get("/apis/metrics.k8s.io/v1beta1/pods");
        SAME(down->status, 503);
        SAME(down->body, std::string("service unavailable\n"));
        QVERIFY(rig.get("/apis")->body.find("metrics.k8s.io") != std::string::npos);
        const httplib::Headers aggregated{
            {"Accept", "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"}};
        QVERIFY(rig.get("/apis", aggregated)->body.find("Stale") != std::string::npos);
        rig.faults.metricsDown = false;
        rig.faults.metricsAbsent = true;
        SAME(rig.get("/apis/metrics.k8s.io/v1beta1/pods")->status, 404);
        QVERIFY(rig.get("/apis")->body.find("metrics.k8s.io") == std::string::npos);
    }

    void cutLists()
    {
        Rig rig;
        for (int i = 0; i < 100; ++i) {
            rig.put("ns", "pod-" + std::to_string(i));
        }
        rig.faults.cutAfterBytes = 1000;
        std::string got;
        auto client = rig.client();
        const auto answer = client.Get("/api/v1/pods", [&](const char *data, std::size_t size) {
            got.append(data, size);
            return true;
        });
        QVERIFY(!answer); // the body never ended
        SAME(got.size(), std::size_t(1000));
        QVERIFY(got.starts_with("{\"kind\":\"PodList\""));
        SAME(rig.get("/api/v1/namespaces/ns/pods/pod-1")->status, 200); // shorter than that
    }

    void smallPieces()
    {
        Rig rig;
        for (int i = 0; i < 20; ++i) {
            rig.put("ns", "pod-" + std::to_string(i));
        }
        const auto whole = rig.get("/api/v1/pods")->body;
        rig.faults.chunkBytes = 1;
        SAME(rig.get("/api/v1/pods")->body, whole);
    }

    void jsonOnly()
    {
        Rig rig;
        rig.faults.jsonOnly = true;
        const auto answer =
            rig.get("/api/v1/pods", {{"Accept", "application/vnd.kubernetes.protobuf, application/json"}});
        SAME(answer->get_header_value("Content-Type"), std::string("application/json"));
        SAME(rig.get("/api/v1/pods", {{"Accept", "application/vnd.kubernetes.protobuf"}})->status, 406);
    }

    void watches()
    {
        Rig rig("v1.36.2", 20ms);
        rig.put("ns", "a");
        rig.faults.watchSeconds = 1;
        {
            Watch watch(rig, "/api/v1/pods?watch=1&resourceVersion=901&timeoutSeconds=300");
            QVERIFY(watch.ended() && watch.clean());
        }
        rig.faults.watchSeconds = 0;
        rig.faults.silentWatches = true;
        Watch silent(rig, "/api/v1/pods?watch=1&resourceVersion=900&allowWatchBookmarks=true");
        QVERIFY(silent.headers());
        QVERIFY(rig.get("/api/v1/pods"));
        QVERIFY(silent.events(0).empty());
        rig.faults.silentWatches = false;
        QVERIFY(!silent.events(1).empty());
    }

    void down()
    {
        Rig rig;
        Watch watch(rig, "/api/v1/pods?watch=1&resourceVersion=900");
        QVERIFY(watch.headers());
        rig.faults.down = true;
        QVERIFY(watch.ended());
        QVERIFY(!rig.get("/api/v1/pods"));
        rig.faults.down = false;
        SAME(rig.get("/api/v1/pods")->status, 200);
    }

    void roles_data()
    {
        QTest::addColumn<QString>("user");
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("refusal"); // empty: allowed
        const auto row = [](const char *user, const char *path, const char *refusal) {
            QTest::addRow("%s %s", user, path) << user << path << refusal;
        };
        row("admin", "/api/v1/nodes", "");
        row("admin", "/api/v1/secrets",
            R"(secrets is forbidden: User "admin" cannot list resource "secrets" in API group "" at the cluster scope)");
        row("viewer", "/api/v1/pods", "");
        row("viewer", "/apis", "");
        row("viewer", "/version", "");
        row("viewer", "/api/v1/nodes",
            R"(nodes is forbidden: User "viewer" cannot list resource "nodes" in API group "" at the cluster scope)");
        row("viewer", "/api/v1/namespaces?watch=1",
            R"(namespaces is forbidden: User "viewer" cannot watch resource "namespaces" in API group "" at the cluster scope)");
        row("viewer", "/apis/metrics.k8s.io/v1beta1/nodes",
            R"(nodes.metrics.k8s.io is forbidden: User "viewer" cannot list resource "nodes" in API group "metrics.k8s.io" at the cluster scope)");
        row("team-a", "/api/v1/namespaces/team-a/pods", "");
        row("team-a", "/apis/metrics.k8s.io/v1beta1/namespaces/team-a/pods", "");
        row("team-a", "/api/v1/pods",
            R"(pods is forbidden: User "team-a" cannot list resource "pods" in API group "" at the cluster scope)");
        row("team-a", "/apis/apps/v1/namespaces/team-b/deployments/web",
            R"(deployments.apps "web" is forbidden: User "team-a" cannot get resource "deployments" in API group "apps" in the namespace "team-b")");
        row("team-a", "/apis/example.com/v1/things", // refused before it is found missing
            R"(things.example.com is forbidden: User "team-a" cannot list resource "things" in API group "example.com" at the cluster scope)");
        row("stranger", "/version", "Unauthorized");
        row("nobody", "/api/v1/pods", "Unauthorized");
    }
    void roles()
    {
        QFETCH(QString, user);
        QFETCH(QString, path);
        QFETCH(QString, refusal);
        static const auto certificates = Certificates::make();
        QVERIFY(certificates);
        Rig rig("v1.36.2", 1min, *certificates);
        httplib::SSLClient client("127.0.0.1", rig.server.port());
        BIO *bio = BIO_new_mem_buf((*certificates)->caPem().data(), -1);
        X509_STORE *store = X509_STORE_new();
        X509 *ca = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
        X509_STORE_add_cert(store, ca);
        X509_free(ca);
        BIO_free(bio);
        client.set_ca_cert_store(store);
        client.enable_server_certificate_verification(true);
        httplib::Headers headers;
        if (user != "nobody") {
            headers.emplace("Authorization", "Bearer " + user.toStdString() + "-token");
        }
        const auto answer = client.Get(path.toStdString(), headers);
        QVERIFY(answer);
        if (refusal.isEmpty()) {
            QVERIFY(answer->status == 200);
            return;
        }
        SAME(answer->status, refusal == "Unauthorized" ? 401 : 403);
        auto json = Json::parse(answer->body);
        SAME(json["message"], refusal.toStdString());
        SAME(json["reason"], refusal == "Unauthorized" ? "Unauthorized" : "Forbidden");
    }

    void plainHttpNeedsNoToken()
    {
        Rig rig;
        SAME(rig.get("/api/v1/nodes")->status, 200);
        SAME(rig.get("/api/v1/nodes", {{"Authorization", "Bearer viewer-token"}})->status, 403);
        SAME(rig.get("/api/v1/nodes", {{"Authorization", "Bearer rubbish"}})->status, 401);
    }

    void portInUse()
    {
        Rig rig;
        auto setup = Rig::setup("v1.36.2", 1min, {});
        setup.port = rig.server.port();
        ApiServer second(std::move(setup), rig.store, rig.faults);
        const auto started = second.start();
        QVERIFY(!started);
        QVERIFY(started.error().code == sextant::ErrorCode::Io);
    }
};

QTEST_GUILESS_MAIN(TestApiServerFaults)
#include "tst_apiserver_faults.moc"
