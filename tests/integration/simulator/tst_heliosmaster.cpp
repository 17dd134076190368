// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulator/helios_world.h"
#include "core/simulator/simulator.h"

#include <QFile>
#include <QtTest>

#include <arpa/inet.h>
#include <httplib.h>
#include <nlohmann/json.hpp>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

using namespace sextant::simulator;
using Json = nlohmann::json;

namespace {

std::string gunzip(const std::string &in)
{
    z_stream stream{};
    inflateInit2(&stream, 15 + 16);
    std::string out(in.size() * 200 + 4096, '\0');
    stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(in.data()));
    stream.avail_in = uInt(in.size());
    stream.next_out = reinterpret_cast<Bytef *>(out.data());
    stream.avail_out = uInt(out.size());
    const bool whole = inflate(&stream, Z_FINISH) == Z_STREAM_END;
    out.resize(stream.total_out);
    inflateEnd(&stream);
    return whole ? out : "not gzip";
}

/// One request as bytes, and what came back until the connection ended or the answer was whole.
class Wire {
public:
    explicit Wire(int port)
        : m_socket(::socket(AF_INET, SOCK_STREAM, 0))
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(std::uint16_t(port));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        m_connected = ::connect(m_socket, reinterpret_cast<sockaddr *>(&address), sizeof address) == 0;
        const timeval patience{20, 0};
        ::setsockopt(m_socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    }
    ~Wire() { ::close(m_socket); }
    Wire(const Wire &) = delete;
    Wire &operator=(const Wire &) = delete;

    void send(const std::string &bytes) const { (void)::send(m_socket, bytes.data(), bytes.size(), MSG_NOSIGNAL); }
    /// Everything until the other side closes.
    std::string all() const
    {
        std::string out;
        std::array<char, 4096> piece{};
        for (ssize_t n = 0; (n = ::recv(m_socket, piece.data(), piece.size(), 0)) > 0;) {
            out.append(piece.data(), std::size_t(n));
        }
        return out;
    }
    bool connected() const { return m_connected; }

private:
    int m_socket;
    bool m_connected = false;
};

struct Rig {
    Simulator simulator;
    int port = 0;

    explicit Rig(HeliosOptions options = few(), std::uint64_t seed = 5)
        : simulator(made(std::move(options), seed))
    {
        if (!simulator.start()) {
            throw std::runtime_error("the simulator did not start");
        }
        simulator.pause(true);
        const auto url = simulator.heliosEndpoints().front().urls.front();
        port = std::stoi(url.substr(url.rfind(':') + 1));
    }
    static HeliosOptions few()
    {
        HeliosOptions options;
        options.hosts = 6;
        options.tasks = 30;
        options.services = 12;
        options.groups = 2;
        options.odd = true;
        options.churn = 0;
        return options;
    }
    static Options made(HeliosOptions helios, std::uint64_t seed)
    {
        Options options;
        options.seed = seed;
        options.warmUp = std::chrono::seconds(0);
        options.startAt = sextant::Time(std::chrono::seconds(1'900'000'000));
        options.helios.push_back(std::move(helios));
        return options;
    }
    httplib::Client client() const
    {
        httplib::Client out("127.0.0.1", port);
        out.set_read_timeout(20);
        out.set_decompress(false);
        return out;
    }
    httplib::Result get(const std::string &path, const httplib::Headers &headers = {}) const
    {
        return client().Get(path, headers);
    }
    httplib::Result post(
        const std::string &path, const std::string &body, const std::string &type = "application/json") const
    {
        return client().Post(path, body, type);
    }
    Json json(const std::string &path) const
    {
        const auto answer = get(path);
        return answer && answer->status == 200 ? Json::parse(answer->body, nullptr, false) : Json();
    }
    std::string host() const { return simulator.heliosTruth(0).hosts.front().name; }
    std::string runningJob() const
    {
        for (const auto &task : simulator.heliosTruth(0).tasks) {
            if (task.state == "RUNNING" && task.goal == "START" && !task.host.starts_with("odd")) {
                return task.job;
            }
        }
        return {};
    }
};

QString text(const std::string &in) { return QString::fromStdString(in); }

/// The keys of a JSON value, as paths, with the types of what they hold. Keys that are data are all "*".
void shapeOf(const Json &value, const std::string &path, std::set<std::string> &out)
{
    static const std::set<std::string> maps{"jobs", "statuses", "env", "environment", "labels", "metadata", "volumes",
        "ramdisks", "ports", "registration", "deployments", "taskStatuses"};
    if (value.is_object()) {
        const auto last = path.substr(path.rfind('.') + 1);
        const bool data = maps.contains(last);
        for (const auto &[key, inner] : value.items()) {
            shapeOf(inner, path + '.' + (data ? "*" : key), out);
        }
        if (!data) {
            out.insert(path + " object");
        }
    } else if (value.is_array()) {
        out.insert(path + " list");
        for (const auto &inner : value) {
            shapeOf(inner, path + "[]", out);
        }
    } else {
        out.insert(path + ' ' + value.type_name());
    }
}

} // namespace

class TestHeliosMaster : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyRowOfTheTable_data();
    void everyRowOfTheTable();
    void headersTellTheVersion_data();
    void headersTellTheVersion();
    void everyAnswerThatIsGoodIsZipped();
    void bodiesAreChunkedAndEmptyOnesHaveALength();
    void theReasonOf422IsEmpty();
    void namesComeInAnyOrderAndSortedWithASelector();
    void healthChecksCarryTheirTypeTwice();
    void writesAreRefusedAndCounted();
    void aPoisonedHostSpoilsTheWholeCall();
    void zooKeeperAwayHangsAndFails();
    void idleConnectionsAreClosed();
    void aDeadMasterAnswersNothing();
    void bulkIsTheSameAsOneByOne();
    void oldMasters_data();
    void oldMasters();
    void shapesAreThoseOfTheRealOne_data();
    void shapesAreThoseOfTheRealOne();
    void groupsRollOutAsSeenFromOutside();
};

void TestHeliosMaster::everyRowOfTheTable_data()
{
    QTest::addColumn<QByteArray>("request"); // METHOD path[ body]
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("type"); // "-": none
    QTest::addColumn<QByteArray>("body"); // "*": any
    const QByteArray none = "-", json = "application/json";
    const auto row = [](const char *name, const QByteArray &request, int status, const QByteArray &type,
                         const QByteArray &body) { QTest::newRow(name) << request << status << type << body; };
    row("version", "GET /version", 200, "text/plain", "\"0.9.282\"");
    row("version/", "GET /version/?user=amelia", 200, "text/plain", "\"0.9.282\"");
    row("masters", "GET /masters", 200, json, "[\"helios-master-1.helios.example.net\"]");
    row("root", "GET /", 404, none, "");
    row("no such path", "GET /no/such/path", 404, none, "");
    row("unknown host", "GET /hosts/no-such-host/status", 404, none, "");
    row("half-registered", "GET /hosts/odd-half.helios.example.net/status", 404, none, "");
    row("host alone", "GET /hosts/odd-down.helios.example.net", 405, none, "");
    row("filtered out", "GET /hosts/odd-down.helios.example.net/status?status=UP", 404, none, "");
    row("filter matches", "GET /hosts/odd-down.helios.example.net/status?status=DOWN", 200, json, "*");
    row("filter in small letters", "GET /hosts/odd-down.helios.example.net/status?status=down", 404, none, "");
    row("statuses by GET", "GET /hosts/statuses", 405, none, "");
    row("unknown job", "GET /jobs/no-such-job:1:0000000000000000000000000000000000000000", 404, none, "");
    row("short id", "GET /jobs/odd-steady:1", 400, json, "Invalid id");
    row("short hash", "GET /jobs/odd-steady:1:abc", 400, json, "Invalid id");
    row("short id, status", "GET /jobs/odd-steady:1/status", 400, json, "Invalid id");
    row("short id, history", "GET /history/jobs/odd-steady:1", 400, json, "Invalid id");
    row("short id on a host", "GET /hosts/odd-down.helios.example.net/jobs/odd-steady:1", 400, none, "");
    row("four parts", "GET /jobs/a:b:c:d", 404, none, "");
    row("unknown history", "GET /history/jobs/no-such-job:1:0000000000000000000000000000000000000000", 200, json,
        R"({"events":[],"status":"JOB_ID_NOT_FOUND"})");
    row("unknown group", "GET /deployment-group/no-such-group", 404, json, "");
    row("unknown group's status", "GET /deployment-group/no-such-group/status", 404, json, "");
    row("idle group", "GET /deployment-group/odd-idle/status", 200, json,
        R"({"deploymentGroup":{"name":"odd-idle","hostSelectors":[{"label":"role","operator":"IN","operand":["no-such-role","none-either"]}]},"status":"IDLE","error":"","hostStatuses":[],"deploymentGroupStatus":null})");
    row("pattern", "GET /hosts?namePattern=odd-d.wn", 200, json, R"(["odd-down.helios.example.net"])");
    row("bad pattern", "GET /hosts?namePattern=%5B", 500, json, "*logged");
    row("empty pattern", "GET /hosts?namePattern=zzz", 200, json, "[]");
    row("selector", "GET /hosts?selector=zone%20in%20(lon3,%20x)&selector=role%3Dodd&namePattern=odd-(down%7Czeros)",
        200, json, R"(["odd-down.helios.example.net","odd-zeros.helios.example.net"])");
    row("selector without the label", "GET /hosts?selector=nope!%3Dx", 200, json, "[]");
    row("bad selector", "GET /hosts?selector=pool", 400, json, "Invalid host selector: pool");
    row("bad operator", "GET /hosts?selector=pool%3Emain", 400, json, "Invalid host selector: pool>main");
    row("jobs by part", "GET /jobs?q=ZZZ", 200, json, "{}");
    row("check", "GET /version/check", 200, json,
        R"({"recommendedVersion":"0.9.282","serverVersion":{"major":0,"minor":9,"patch":282,"snapshot":false},"status":"MISSING"})");
    row("check of nonsense", "GET /version/check?client=abc", 500, json, "*logged");
    row("statuses of nothing", "POST /hosts/statuses []", 200, json, "{}");
    row("statuses of numbers", "POST /hosts/statuses/ [1,2]", 200, json, "{}");
    row("statuses of an object", "POST /hosts/statuses {}", 400, json, "*deserialize");
    row("malformed", "POST /hosts/statuses [\"a\",", 400, json, "*message");
    row("jobs malformed", "POST /jobs/statuses [", 400, json, "*message");
    row("jobs short", "POST /jobs/statuses [\"odd-steady:1\"]", 400, json, "Invalid id odd-steady:1");
    row("jobs four parts", "POST /jobs/statuses [\"a:b:c:d\"]", 400, json, "*Invalid Job id: a:b:c:d");
    row("jobs unknown", "POST /jobs/statuses [\"a:b:0000000000000000000000000000000000000000\"]", 200, json, "{}");
    row("null", "POST /hosts/statuses null", 422, json, R"({"errors":[]})");
    row("nothing", "POST /jobs/statuses  ", 422, json, R"({"errors":[]})");
    row("wrong method", "DELETE /masters", 405, none, "");
    row("head", "HEAD /masters", 500, json, "");
    row("head of version", "HEAD /version", 500, "text/plain", "");
    row("options", "OPTIONS /masters", 204, none, "");
    row("odd name", "GET /hosts/odd%20h%C3%B6st%20%2B%20blank.helios.example.net/status", 200, json, "*statuses");
}

void TestHeliosMaster::everyRowOfTheTable()
{
    static Rig rig;
    QFETCH(QByteArray, request);
    QFETCH(int, status);
    QFETCH(QByteArray, type);
    QFETCH(QByteArray, body);
    const auto method = request.left(request.indexOf(' '));
    const auto rest = request.mid(method.size() + 1);
    const auto blank = rest.indexOf(' ');
    const auto path = (blank < 0 ? rest : rest.left(blank)).toStdString();
    const auto sent = blank < 0 ? std::string() : rest.mid(blank + 1).toStdString();
    auto client = rig.client();
    client.set_url_encode(false);
    const auto answer = method == "GET" ? client.Get(path)
        : method == "HEAD"              ? client.Head(path)
        : method == "DELETE"            ? client.Delete(path)
        : method == "OPTIONS"           ? client.Options(path)
                                        : client.Post(path, sent, "application/json");
    QVERIFY(bool(answer));
    QCOMPARE(answer->status, status);
    QCOMPARE(answer->has_header("Content-Type") ? QByteArray::fromStdString(answer->get_header_value("Content-Type"))
                                                : QByteArray("-"),
        type);
    QCOMPARE(answer->get_header_value("Helios-Server-Version"), std::string("0.9.282"));
    QCOMPARE(answer->get_header_value("Helios-Version-Status"), std::string("MISSING"));
    if (body.startsWith('*')) {
        QVERIFY2(answer->body.find(body.mid(1).toStdString()) != std::string::npos, answer->body.c_str());
    } else {
        QCOMPARE(QByteArray::fromStdString(answer->body), body);
    }
}

void TestHeliosMaster::headersTellTheVersion_data()
{
    QTest::addColumn<QByteArray>("client");
    QTest::addColumn<QByteArray>("expected");
    QTest::addColumn<int>("status");
    QTest::newRow("same") << QByteArray("0.9.282") << QByteArray("EQUAL") << 404;
    QTest::newRow("patch") << QByteArray("0.9.2") << QByteArray("COMPATIBLE") << 404;
    QTest::newRow("snapshot") << QByteArray("0.9.282-SNAPSHOT") << QByteArray("COMPATIBLE") << 404;
    QTest::newRow("older") << QByteArray("0.8.814") << QByteArray("COMPATIBLE") << 404;
    QTest::newRow("newer") << QByteArray("0.10.0") << QByteArray("MAYBE") << 404;
    QTest::newRow("other") << QByteArray("1.0.0") << QByteArray("INCOMPATIBLE") << 426;
    QTest::newRow("nonsense") << QByteArray("not-a-version") << QByteArray("INVALID") << 400;
    QTest::newRow("two parts") << QByteArray("0.9") << QByteArray("INVALID") << 400;
    QTest::newRow("negative") << QByteArray("0.-9.1") << QByteArray("INVALID") << 400;
}

void TestHeliosMaster::headersTellTheVersion()
{
    static Rig rig;
    QFETCH(QByteArray, client);
    QFETCH(QByteArray, expected);
    QFETCH(int, status);
    const auto answer = rig.get("/no/such/path", {{"Helios-Version", client.toStdString()}});
    QVERIFY(bool(answer));
    QCOMPARE(answer->status, status);
    QCOMPARE(answer->get_header_value("Helios-Version-Status"), expected.toStdString());
    QCOMPARE(answer->get_header_value("Helios-Server-Version"), std::string("0.9.282"));
    if (status != 404) {
        QCOMPARE(answer->get_header_value("Content-Type"), std::string("text/html; charset=ISO-8859-1"));
        QVERIFY(answer->body.find("/no/such/path") != std::string::npos);
    }
}

void TestHeliosMaster::everyAnswerThatIsGoodIsZipped()
{
    Rig rig;
    const httplib::Headers zip{{"Accept-Encoding", "gzip"}};
    const auto small = rig.get("/masters", zip);
    QVERIFY(small && small->status == 200);
    QCOMPARE(small->get_header_value("Content-Encoding"), std::string("gzip"));
    QCOMPARE(gunzip(small->body), std::string("[\"helios-master-1.helios.example.net\"]"));
    const auto bulk = rig.client().Post("/hosts/statuses", zip, Json({rig.host()}).dump(), "application/json");
    QVERIFY(bulk && bulk->status == 200);
    QCOMPARE(bulk->get_header_value("Content-Encoding"), std::string("gzip"));
    QVERIFY(Json::parse(gunzip(bulk->body)).contains(rig.host()));
    const auto bad = rig.get("/hosts?namePattern=%5B", zip);
    QVERIFY(bad && bad->status == 500);
    QVERIFY(!bad->has_header("Content-Encoding"));
    QVERIFY(!rig.get("/masters")->has_header("Content-Encoding"));
}

void TestHeliosMaster::bodiesAreChunkedAndEmptyOnesHaveALength()
{
    auto options = Rig::few();
    options.idle = std::chrono::milliseconds(200);
    Rig rig(options);
    const Wire kept(rig.port);
    kept.send("GET /masters HTTP/1.1\r\nHost: h\r\n\r\n");
    const auto chunks = kept.all();
    QVERIFY2(chunks.find("\r\nTransfer-Encoding: chunked\r\n") != std::string::npos, chunks.c_str());
    QVERIFY2(chunks.ends_with("\r\n0\r\n\r\n"), chunks.c_str());
    QCOMPARE(rig.get("/hosts")->get_header_value("Vary"), std::string("Accept-Encoding"));
    QCOMPARE(rig.get("/nothing")->get_header_value("Content-Length"), std::string("0"));
    const Wire wire(rig.port);
    QVERIFY(wire.connected());
    wire.send("GET /masters HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    const auto answer = wire.all();
    QVERIFY2(answer.ends_with("\r\n\r\n[\"helios-master-1.helios.example.net\"]"), answer.c_str());
    QVERIFY(answer.find("Content-Length") == std::string::npos);
    QVERIFY(answer.find("Transfer-Encoding") == std::string::npos);
    const Wire lengthy(rig.port);
    lengthy.send("GET /masters?x=" + std::string(9000, 'x') + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    const auto refused = lengthy.all();
    QVERIFY2(refused.starts_with("HTTP/1.1 414"), refused.c_str());
    QVERIFY(refused.find("Helios-") == std::string::npos);
    QVERIFY(refused.ends_with("\r\n\r\n"));
}

void TestHeliosMaster::theReasonOf422IsEmpty()
{
    Rig rig;
    const Wire wire(rig.port);
    wire.send(
        "POST /hosts/statuses HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 4\r\n\r\nnull");
    const auto answer = wire.all();
    QVERIFY2(answer.starts_with("HTTP/1.1 422 \r\n"), answer.c_str());
    const auto text = rig.post("/hosts/statuses", "[]", "text/plain");
    QVERIFY(text && text->status == 415 && text->body.empty());
    QCOMPARE(rig.post("/hosts/statuses", "[]", "application/json; charset=utf-8")->status, 200);
    QCOMPARE(rig.get("/hosts", {{"Accept", "application/xml"}})->status, 406);
    QCOMPARE(rig.get("/version", {{"Accept", "application/json"}})->status, 406);
    QCOMPARE(rig.get("/version", {{"Accept", "application/json, */*;q=0.1"}})->status, 200);
    const auto cors = rig.get("/masters", {{"Origin", "http://ui.example.net"}});
    QCOMPARE(cors->get_header_value("Access-Control-Allow-Origin"), std::string("http://ui.example.net"));
}

void TestHeliosMaster::namesComeInAnyOrderAndSortedWithASelector()
{
    auto options = Rig::few();
    options.hosts = 30;
    options.odd = false;
    Rig rig(options);
    std::set<std::string> orders;
    std::vector<std::string> sorted;
    for (int i = 0; i < 5; ++i) {
        const auto names = rig.json("/hosts");
        orders.insert(names.dump());
        sorted = names.get<std::vector<std::string>>();
        std::sort(sorted.begin(), sorted.end());
        QCOMPARE(sorted.size(), std::size_t(30));
    }
    QVERIFY(orders.size() > 1);
    const auto selected = rig.json("/hosts?selector=zone%20in%20(lon3,lon6)").get<std::vector<std::string>>();
    QCOMPARE(selected, sorted);
    std::set<std::string> maps;
    for (int i = 0; i < 5; ++i) {
        maps.insert(rig.get("/jobs")->body);
    }
    QVERIFY(maps.size() > 1);
}

void TestHeliosMaster::healthChecksCarryTheirTypeTwice()
{
    Rig rig;
    const auto body = rig.get("/jobs?q=odd-everything")->body;
    const std::string check = R"("healthCheck":{"type":"exec","command":["/bin/check","--fast"],"type":"exec"})";
    const std::string expires = R"("expires":4070908800123,)";
    QVERIFY2(body.find(check) != std::string::npos, body.c_str());
    QVERIFY2(body.find(expires) != std::string::npos, body.c_str());
}

void TestHeliosMaster::writesAreRefusedAndCounted()
{
    Rig rig;
    const auto job = rig.runningJob();
    const auto host = rig.host();
    const auto before = rig.simulator.heliosTruth(0);
    auto client = rig.client();
    int refused = 0;
    const auto no = [&](const httplib::Result &answer) { refused += answer && answer->status == 403 ? 1 : 0; };
    no(client.Put("/hosts/new?id=1", "", "application/json"));
    no(client.Delete("/hosts/" + host));
    no(client.Put("/hosts/" + host + "/jobs/" + job + "?user=x", "{}", "application/json"));
    no(client.Patch("/hosts/" + host + "/jobs/" + job, "{}", "application/json"));
    no(client.Delete("/hosts/" + host + "/jobs/" + job));
    no(client.Post("/jobs", "{}", "application/json"));
    no(client.Delete("/jobs/" + job));
    no(client.Post("/deployment-group", "{}", "application/json"));
    no(client.Delete("/deployment-group/odd-idle"));
    no(client.Post("/deployment-group/odd-idle/rolling-update", "{}", "application/json"));
    no(client.Post("/deployment-group/odd-idle/stop", "", "application/json"));
    QCOMPARE(refused, 11);
    QCOMPARE(rig.simulator.heliosWritesRefused(0), std::uint64_t(11));
    QCOMPARE(client.Delete("/masters")->status, 405);
    QCOMPARE(rig.simulator.heliosWritesRefused(0), std::uint64_t(12));
    QCOMPARE(client.Post("/hosts/statuses", "[]", "application/json")->status, 200);
    QCOMPARE(client.Get("/hosts")->status, 200);
    QCOMPARE(rig.simulator.heliosWritesRefused(0), std::uint64_t(12));
    QCOMPARE(rig.simulator.heliosTruth(0).tasks.size(), before.tasks.size());
    QCOMPARE(rig.simulator.heliosRequests(0), std::uint64_t(14));
    QCOMPARE(rig.simulator.heliosRequestLog(0).back(), std::string("0 GET /hosts"));
}

void TestHeliosMaster::aPoisonedHostSpoilsTheWholeCall()
{
    Rig rig;
    const auto good = rig.host();
    const std::string bad = "odd-zeros.helios.example.net";
    QCOMPARE(rig.post("/hosts/statuses", Json({good, bad}).dump())->status, 200);
    QVERIFY(rig.simulator.heliosWorld(0)->poison(bad, true));
    const auto both = rig.post("/hosts/statuses", Json({good, bad}).dump());
    QCOMPARE(both->status, 500);
    QVERIFY(Json::parse(both->body)["message"].get<std::string>().starts_with("There was an error"));
    QCOMPARE(rig.get("/hosts/" + bad + "/status")->status, 500);
    QCOMPARE(rig.post("/hosts/statuses", Json({good}).dump())->status, 200);
    QCOMPARE(rig.get("/hosts?selector=role%3Dodd")->status, 200);
    QCOMPARE(rig.simulator.heliosTruth(0).unreadable, std::vector<std::string>{bad});
    // A task that a newer agent wrote is left out of a host's statuses and spoils its job's.
    const auto status = rig.json("/hosts/odd-states.helios.example.net/status");
    std::string future;
    for (const auto &[id, deployment] : status["jobs"].items()) {
        future = id.starts_with("odd-future") ? id : future;
    }
    QVERIFY(!future.empty());
    QVERIFY(!status["statuses"].contains(future));
    QCOMPARE(rig.get("/jobs/" + future + "/status")->status, 500);
    QCOMPARE(rig.post("/jobs/statuses", Json({future}).dump())->status, 500);
}

void TestHeliosMaster::zooKeeperAwayHangsAndFails()
{
    Rig rig;
    auto &faults = rig.simulator.heliosFaults(0);
    faults.awayMs = 300;
    faults.zooKeeperAway = true;
    const auto begin = std::chrono::steady_clock::now();
    QCOMPARE(rig.get("/masters")->status, 500);
    QVERIFY(std::chrono::steady_clock::now() - begin >= std::chrono::milliseconds(300));
    QCOMPARE(rig.get("/version")->status, 200); // needs none
    faults.zooKeeperAway = false;
    QCOMPARE(rig.get("/masters")->status, 200);
    faults.answer500 = 1;
    QCOMPARE(rig.get("/hosts")->status, 500);
    QCOMPARE(rig.get("/hosts")->status, 200);
    faults.proxyError = true;
    QCOMPARE(rig.get("/hosts")->status, 502);
    faults.proxyError = false;
    faults.cutBodies = true;
    const Wire wire(rig.port);
    wire.send("GET /hosts HTTP/1.1\r\nHost: h\r\n\r\n");
    const auto cut = wire.all(); // ends at once, and not with the last chunk
    QVERIFY2(cut.starts_with("HTTP/1.1 200") && !cut.ends_with("0\r\n\r\n"), cut.c_str());
    faults.cutBodies = false;
    faults.readMicroseconds = 50'000; // a host's status is eight reads and two for each job
    const auto slow = std::chrono::steady_clock::now();
    QCOMPARE(rig.get("/hosts/odd-no-load.helios.example.net/status")->status, 200);
    QVERIFY(std::chrono::steady_clock::now() - slow >= std::chrono::milliseconds(400));
}

void TestHeliosMaster::idleConnectionsAreClosed()
{
    auto options = Rig::few();
    options.idle = std::chrono::milliseconds(300);
    Rig rig(options);
    const Wire wire(rig.port);
    wire.send("GET /version HTTP/1.1\r\nHost: h\r\n\r\n");
    const auto all = wire.all(); // returns because the other side closes, without a word
    QVERIFY(all.find("\"0.9.282\"") != std::string::npos);
}

void TestHeliosMaster::aDeadMasterAnswersNothing()
{
    auto options = Rig::few();
    options.masters = 2;
    Rig rig(options);
    const auto urls = rig.simulator.heliosEndpoints().front().urls;
    QCOMPARE(urls.size(), std::size_t(2));
    rig.simulator.killMaster(0, 0);
    QVERIFY(!rig.get("/hosts"));
    httplib::Client other(urls[1]);
    QCOMPARE(other.Get("/hosts")->status, 200);
    rig.simulator.reviveMaster(0, 0);
    QCOMPARE(rig.get("/hosts")->status, 200);
    QCOMPARE(rig.json("/masters").size(), std::size_t(2));
    QCOMPARE(rig.simulator.heliosRequestLog(0).front(), std::string("1 GET /hosts"));
}

void TestHeliosMaster::bulkIsTheSameAsOneByOne()
{
    Rig rig;
    const auto names = rig.json("/hosts").get<std::vector<std::string>>();
    auto asked = names;
    asked.push_back(names.front());
    asked.emplace_back("no-such-host");
    const auto bulk = Json::parse(rig.post("/hosts/statuses", Json(asked).dump())->body);
    QCOMPARE(bulk.size(), names.size() - 1); // all but the half-registered one
    const auto truth = rig.simulator.heliosTruth(0);
    QCOMPARE(bulk.size(), truth.hosts.size());
    auto client = rig.client();
    for (const auto &[name, status] : bulk.items()) {
        const auto one = client.Get("/hosts/" + httplib::detail::encode_query_param(name) + "/status");
        QVERIFY2(one && one->status == 200, name.c_str());
        QCOMPARE(text(Json::parse(one->body).dump()), text(status.dump()));
        for (const auto &[id, deployment] : status["jobs"].items()) {
            const auto job = client.Get("/hosts/" + httplib::detail::encode_query_param(name) + "/jobs/" + id);
            QVERIFY(job && job->status == 200);
            QCOMPARE(text(Json::parse(job->body).dump()), text(deployment.dump()));
        }
    }
    QCOMPARE(rig.json("/jobs").size(), truth.jobs.size());
    const auto job = rig.runningJob();
    const auto status = rig.json("/jobs/" + job + "/status");
    const auto several = Json::parse(rig.post("/jobs/statuses", Json({job}).dump())->body);
    QCOMPARE(text(several[job].dump()), text(status.dump()));
    QVERIFY(!status["deployments"].empty());
    const auto history = rig.json("/history/jobs/" + job);
    QCOMPARE(history["status"].get<std::string>(), std::string("OK"));
    std::int64_t before = 0;
    for (const auto &event : history["events"]) {
        QVERIFY(event["timestamp"].get<std::int64_t>() >= before);
        before = event["timestamp"].get<std::int64_t>();
    }
    QVERIFY(before > 0);
}

void TestHeliosMaster::oldMasters_data()
{
    QTest::addColumn<QByteArray>("version");
    QTest::addColumn<bool>("labels");
    QTest::addColumn<bool>("groups");
    QTest::addColumn<bool>("oldShape");
    QTest::addColumn<bool>("ignoresQueries");
    QTest::newRow("0.8.300") << QByteArray("0.8.300") << false << false << false << true;
    QTest::newRow("0.8.390") << QByteArray("0.8.390") << true << false << false << true;
    QTest::newRow("0.8.400") << QByteArray("0.8.400") << true << true << true << true;
    QTest::newRow("0.9.2") << QByteArray("0.9.2") << true << true << false << false;
    QTest::newRow("0.9.282") << QByteArray("0.9.282") << true << true << false << false;
}

void TestHeliosMaster::oldMasters()
{
    QFETCH(QByteArray, version);
    QFETCH(bool, labels);
    QFETCH(bool, groups);
    QFETCH(bool, oldShape);
    QFETCH(bool, ignoresQueries);
    auto options = Rig::few();
    options.version = version.toStdString();
    Rig rig(options);
    QCOMPARE(rig.json("/hosts/odd-zeros.helios.example.net/status").contains("labels"), labels);
    QCOMPARE(rig.get("/deployment-group")->status, groups ? 200 : 404);
    if (groups) {
        const auto status = rig.json("/deployment-group/odd-failed/status");
        QCOMPARE(status.contains("deploymentGroup"), !oldShape);
        QCOMPARE(status.contains("name"), oldShape);
        QVERIFY(status["error"].get<std::string>().find("timed out") != std::string::npos);
    }
    const auto all = rig.json("/hosts").size();
    QCOMPARE(rig.json("/hosts?namePattern=odd-down").size(), ignoresQueries ? all : 1);
    if (version == "0.9.2") { // reads the full status of every host, so a half-registered one spoils it
        QCOMPARE(rig.get("/hosts?selector=role%3Dodd")->status, 500);
        QCOMPARE(rig.json("/jobs?hostPattern=zzz").size(), rig.json("/jobs").size());
    } else if (version == "0.9.282") {
        QCOMPARE(rig.json("/jobs?hostPattern=zzz").size(), std::size_t(0));
    }
    const auto jobs = rig.json("/jobs?q=odd-everything");
    QCOMPARE(jobs.begin()->contains("runtime"), version == "0.9.282");
    QCOMPARE((*jobs.begin())["ports"]["http"].contains("ip"), version == "0.9.282");
}

void TestHeliosMaster::shapesAreThoseOfTheRealOne_data()
{
    QTest::addColumn<QByteArrayList>("recorded"); // answers of a real master 0.9.2
    QTest::addColumn<QByteArrayList>("paths");
    QTest::newRow("jobs") << QByteArrayList{"jobs"} << QByteArrayList{"/jobs"};
    QTest::newRow("hosts") << QByteArrayList{"hosts-statuses", "host-status-no-hostinfo"}
                           << QByteArrayList{"/hosts/statuses"};
    QTest::newRow("groups") << QByteArrayList{"group-edge-status", "group-playlist-status", "group-nowhere-status",
        "group-status-stopped"}
                            << QByteArrayList{"/deployment-group/odd-partly-down/status",
                                   "/deployment-group/odd-failed/status", "/deployment-group/odd-idle/status",
                                   "/deployment-group/playlist-store/status"};
    QTest::newRow("history") << QByteArrayList{"history"} << QByteArrayList{"/history/jobs/"};
    QTest::newRow("no history") << QByteArrayList{"history-unknown"}
                                << QByteArrayList{"/history/jobs/a:b:0000000000000000000000000000000000000000"};
}

void TestHeliosMaster::shapesAreThoseOfTheRealOne()
{
    QFETCH(QByteArrayList, recorded);
    QFETCH(QByteArrayList, paths);
    auto options = Rig::few();
    options.version = "0.9.2";
    Rig rig(options);
    std::set<std::string> real, ours;
    const bool map = QByteArray(QTest::currentDataTag()) == "jobs" || QByteArray(QTest::currentDataTag()) == "hosts";
    const auto add = [map](const Json &body, std::set<std::string> &out) {
        QVERIFY(body.is_object() && !body.empty());
        if (map) {
            for (const auto &[name, inner] : body.items()) {
                shapeOf(inner, "*", out);
            }
        } else {
            shapeOf(body, "*", out);
        }
    };
    for (const auto &name : recorded) {
        QFile file(QStringLiteral(SEXTANT_SOURCE_DIR "/tests/data/helios/") + QString::fromLatin1(name)
            + QStringLiteral(".http"));
        QVERIFY2(file.open(QIODevice::ReadOnly), name.constData());
        const auto bytes = file.readAll();
        auto body = Json::parse(bytes.mid(bytes.indexOf("\r\n\r\n") + 4).toStdString(), nullptr, false);
        if (name.startsWith("host-status-")) {
            body = {{"host", body}};
        }
        add(body, real);
    }
    for (const auto &one : paths) {
        const auto path = one.toStdString();
        add(path == "/hosts/statuses"      ? Json::parse(rig.post(path, rig.json("/hosts").dump())->body)
                : path == "/history/jobs/" ? rig.json(path + rig.runningJob())
                                           : rig.json(path),
            ours);
    }
    // The same keys: none more, none fewer. What stands under a job is compared in /jobs, where all kinds of it are.
    const auto keys = [](const std::set<std::string> &shape) {
        std::set<std::string> out;
        for (const auto &one : shape) {
            const auto key = one.substr(0, one.rfind(' '));
            if (key.find(".job.") == std::string::npos && !key.ends_with("[]")) { // lists of texts may be empty
                out.insert(key);
            }
        }
        return out;
    };
    for (const auto &key : keys(real)) {
        QVERIFY2(keys(ours).contains(key), ("missing: " + key).c_str());
    }
    for (const auto &key : keys(ours)) {
        QVERIFY2(keys(real).contains(key), ("too much: " + key).c_str());
    }
    // And what the real one writes as null, ours does too.
    for (const auto &one : real) {
        if (one.ends_with(" null") && one.find(".job.") == std::string::npos) {
            QVERIFY2(ours.contains(one), one.c_str());
        }
    }
}

void TestHeliosMaster::groupsRollOutAsSeenFromOutside()
{
    auto options = Rig::few();
    options.odd = false;
    options.services = 0;
    options.tasks = 0;
    Rig rig(options);
    auto &world = *rig.simulator.heliosWorld(0);
    QVERIFY(world.createGroup("edge", {"role=general"}));
    HeliosJob made;
    made.name = "cartapi";
    made.version = "2";
    made.image = "registry.example.com/shop/cartapi:2";
    const auto job = world.createJob(made);
    HeliosRolloutOptions rollout;
    rollout.parallelism = 3;
    QVERIFY(world.rollingUpdate("edge", job, rollout));
    const auto status = [&] { return rig.json("/deployment-group/edge/status"); };
    QCOMPARE(status()["status"].get<std::string>(), std::string("ROLLING_OUT"));
    QCOMPARE(status()["deploymentGroupStatus"]["state"].get<std::string>(), std::string("ROLLING_OUT"));
    std::size_t before = 0;
    std::set<std::size_t> steps;
    for (int i = 0; i < 120 && status()["status"] == "ROLLING_OUT"; ++i) {
        rig.simulator.step(1);
        std::size_t up = 0;
        const auto now = status();
        for (const auto &host : now["hostStatuses"]) {
            up += host["state"] == "RUNNING" && host["jobId"] == job ? 1 : 0;
        }
        QVERIFY(up >= before);
        before = up;
        steps.insert(up);
    }
    QCOMPARE(status()["status"].get<std::string>(), std::string("ACTIVE"));
    QVERIFY(status()["error"].is_null());
    QCOMPARE(status()["deploymentGroupStatus"]["state"].get<std::string>(), std::string("DONE"));
    QCOMPARE(before, std::size_t(6));
    QVERIFY(steps.size() >= 3);
    QVERIFY(world.hostDown(rig.host()));
    QCOMPARE(status()["hostStatuses"].size(), std::size_t(5)); // a host that is down is not seen
}

QTEST_GUILESS_MAIN(TestHeliosMaster)
#include "tst_heliosmaster.moc"
