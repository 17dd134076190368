// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulator/helios_world.h"

#include <QtTest>

#include <algorithm>
#include <set>

using namespace sextant::simulator;
using sextant::Time;
using std::chrono::seconds;

namespace {

const Time kStart{seconds(1'900'000'000)};

HeliosJob ledger()
{
    HeliosJob job;
    job.name = "ledger";
    job.version = "3";
    job.image = "reg.example/ledger:3";
    return job;
}

HeliosJob cartapi()
{
    HeliosJob job;
    job.name = "cartapi";
    job.version = "2.7.1";
    job.image = "reg.example:5000/shop/cartapi:2.7.1";
    job.created = kStart; // in no hash
    job.creatingUser = "amelia";
    job.command = {"serve", "--port", "8080"};
    job.env = {{"TIER", "gold"}, {"A_FIRST", "1"}};
    job.resources = HeliosResources{536'870'912, {}, 512, {}};
    job.ports = {{"http", {{}, 8080, {}, "tcp"}}, {"admin", {{}, 8081, 18081, "tcp"}}};
    job.registration = {{"cartapi/http", {{"http", {}}}}};
    job.healthCheck = HeliosHealthCheck{"http", "/ping", "admin", {}};
    job.metadata = {{"GIT_COMMIT", "0c0ffee"}};
    return job;
}

HeliosJob q()
{
    HeliosJob job;
    job.name = "q";
    job.version = "1";
    job.image = "i:1";
    job.expires = 1'893'456'000'123;
    job.healthCheck = HeliosHealthCheck{"tcp", {}, "p", {}};
    job.ports = {{"p", {{}, 53, 53, "udp"}}};
    job.ramdisks = {{"/r", "size=1m"}};
    job.rolloutOptions = HeliosRolloutOptions{{}, 3, {}, {}, {}, {}};
    job.volumes = {{"/d", ""}};
    return job;
}

HeliosOptions quiet(int hosts)
{
    HeliosOptions options;
    options.hosts = hosts;
    options.tasks = 0;
    options.services = 0;
    options.groups = 0;
    options.churn = 0;
    return options;
}

std::vector<std::string> hostNames(const HeliosWorld &world)
{
    std::vector<std::string> out;
    for (const auto &host : world.truth().hosts) {
        out.push_back(host.name);
    }
    return out;
}

QString stateOf(const HeliosWorld &world, const std::string &host, const std::string &job)
{
    for (const auto &task : world.truth().tasks) {
        if (task.host == host && task.job == job) {
            return QString::fromStdString(task.goal + ' ' + task.state + ' ' + task.throttled);
        }
    }
    return QStringLiteral("none");
}

HeliosTruthGroup groupOf(const HeliosWorld &world, const std::string &name)
{
    for (const auto &group : world.truth().groups) {
        if (group.name == name) {
            return group;
        }
    }
    return {};
}

/// Steps until it holds; false: it did not within so many seconds.
template <class F> bool lives(HeliosWorld &world, int most, const F &holds)
{
    for (int i = 0; i < most; ++i) {
        if (holds()) {
            return true;
        }
        world.step(world.now() + seconds(1));
    }
    return holds();
}

/// Everything that can be told of a moment, to compare two runs.
std::string told(const HeliosTruth &truth)
{
    std::string out;
    for (const auto &host : truth.hosts) {
        out += host.name + host.status + std::to_string(host.load.value_or(-1)) + host.version + '\n';
    }
    for (const auto &task : truth.tasks) {
        out += task.host + task.job + task.goal + task.state + task.throttled + task.group + '\n';
    }
    for (const auto &group : truth.groups) {
        out += group.name + group.status + group.error + group.job + '\n';
    }
    return out;
}

} // namespace

class TestHeliosWorld : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void hashesAreThoseOfHelios_data();
    void hashesAreThoseOfHelios();
    void controlCharactersAreEscapedAsJacksonDoes();
    void selectors_data();
    void selectors();
    void naturalOrder();
    void aTaskComesToLifeAndGoes();
    void goalStopKeepsItDeployed();
    void conductShows_data();
    void conductShows();
    void aDownHostKeepsWhatItLastSaid();
    void rollOutGoesBatchByBatch();
    void overlapKeepsTheOldOneUntilTheNewRuns();
    void aMissingImageFailsTheRollOut();
    void twoRunsAreAlike();
    void oddOnesAreThere();
    void oneNameAndVersionStandsOnce();
};

void TestHeliosWorld::hashesAreThoseOfHelios_data()
{
    QTest::addColumn<QString>("canonical");
    QTest::addColumn<QString>("config");
    QTest::addColumn<QString>("id");
    QTest::newRow("ledger") << R"({"image":"reg.example/ledger:3","name":"ledger","version":"3"})"
                            << "226881117bd3f5036a2388a2d25bfdee955240b3"
                            << "ledger:3:3f9879767f76c7eedbff5429527c00f539e56f3d";
    QTest::newRow("cartapi")
        << R"({"command":["serve","--port","8080"],"env":{"A_FIRST":"1","TIER":"gold"},"healthCheck":{"path":"/ping","port":"admin","type":"http"},"image":"reg.example:5000/shop/cartapi:2.7.1","metadata":{"GIT_COMMIT":"0c0ffee"},"name":"cartapi","ports":{"admin":{"externalPort":18081,"internalPort":8081,"protocol":"tcp"},"http":{"internalPort":8080,"protocol":"tcp"}},"registration":{"cartapi/http":{"ports":{"http":{}}}},"resources":{"cpuShares":512,"memory":536870912},"version":"2.7.1"})"
        << "2c41c6cda7f2d97ff9fa3e9e5fe30ea3bacb4597"
        << "cartapi:2.7.1:a1da9812827a9cc1cd1f2478420cebd4d6df5b07";
    QTest::newRow("q")
        << R"({"expires":"2030-01-01T00:00:00.123+0000","healthCheck":{"port":"p","type":"tcp"},"image":"i:1","name":"q","ports":{"p":{"externalPort":53,"internalPort":53,"protocol":"udp"}},"ramdisks":{"/r":"size=1m"},"rolloutOptions":{"parallelism":3},"version":"1","volumes":{"/d":""}})"
        << "9e0a6fb4578acd8ed4bafcc1e3bc5a70aa25bed3"
        << "q:1:721a16e7c0fd59aac70b25bdb467f2fffe6b0fd2";
}

void TestHeliosWorld::hashesAreThoseOfHelios()
{
    QFETCH(QString, canonical);
    QFETCH(QString, config);
    QFETCH(QString, id);
    const auto tag = QByteArray(QTest::currentDataTag());
    auto job = tag == "ledger" ? ledger() : tag == "cartapi" ? cartapi() : q();
    QCOMPARE(QString::fromStdString(canonicalJson(job)), canonical);
    QCOMPARE(QString::fromStdString(configHash(job)), config);
    job.hash = jobHash(job);
    QCOMPARE(QString::fromStdString(job.id()), id);
}

void TestHeliosWorld::controlCharactersAreEscapedAsJacksonDoes()
{
    auto job = ledger();
    job.env = {{"A", "x\x1f\ty/\"\\é"}, {"EMPTY", ""}};
    const std::string expected =
        R"({"env":{"A":"x\u001F\ty/\"\\é","EMPTY":""},"image":"reg.example/ledger:3","name":"ledger","version":"3"})";
    QCOMPARE(canonicalJson(job), expected);
}

void TestHeliosWorld::selectors_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("expected"); // -1: malformed, 0: no match, 1: match
    QTest::newRow("equal") << "role=edge" << 1;
    QTest::newRow("blanks") << " role = edge " << 1;
    QTest::newRow("other") << "role=shop" << 0;
    QTest::newRow("unequal") << "role!=shop" << 1;
    QTest::newRow("in") << "zone in (a, b)" << 1;
    QTest::newRow("not in") << "zone notin (c)" << 1;
    QTest::newRow("not in it") << "zone notin (a)" << 0;
    QTest::newRow("in nothing") << "zone in ()" << 0;
    QTest::newRow("blank in operand") << "zone in (x y, a)" << 1;
    QTest::newRow("without the label") << "nope!=x" << 0;
    QTest::newRow("without the label, notin") << "nope notin (x)" << 0;
    QTest::newRow("label alone") << "pool" << -1;
    QTest::newRow("no such operator") << "pool>main" << -1;
    QTest::newRow("open list") << "zone in (a" << -1;
    QTest::newRow("list for equal") << "zone=(a)" << -1;
    QTest::newRow("empty") << "" << -1;
}

void TestHeliosWorld::selectors()
{
    QFETCH(QString, text);
    QFETCH(int, expected);
    const auto selector = parseSelector(text.toStdString());
    QCOMPARE(selector ? int(selector->matches({{"role", "edge"}, {"zone", "a"}})) : -1, expected);
}

void TestHeliosWorld::naturalOrder()
{
    std::vector<std::string> names{"h10", "h9", "h2b", "h02a", "g100", "h"};
    std::sort(names.begin(), names.end(), naturallyLess);
    QCOMPARE(names, (std::vector<std::string>{"g100", "h", "h02a", "h2b", "h9", "h10"}));
}

void TestHeliosWorld::aTaskComesToLifeAndGoes()
{
    HeliosWorld world(quiet(1), 7, 120);
    world.populate(kStart);
    const auto host = hostNames(world).front();
    const auto job = world.createJob(cartapi());
    QCOMPARE(stateOf(world, host, job), QStringLiteral("none"));
    QVERIFY(world.deploy(host, job));
    QVERIFY(!world.deploy(host, job));
    QCOMPARE(stateOf(world, host, job), QStringLiteral("START  ")); // nobody has acted yet
    QStringList seen;
    QVERIFY(lives(world, 60, [&] {
        const auto now = stateOf(world, host, job);
        if (seen.isEmpty() || seen.last() != now) {
            seen << now;
        }
        return now.contains(QStringLiteral("RUNNING"));
    }));
    QCOMPARE(seen,
        (QStringList{"START  ", "START PULLING_IMAGE NO", "START CREATING NO", "START STARTING NO",
            "START HEALTHCHECKING NO", "START RUNNING NO"}));
    QVERIFY(!world.removeJob(job)); // still deployed
    QVERIFY(world.undeploy(host, job));
    seen.clear();
    QVERIFY(lives(world, 30, [&] {
        const auto now = stateOf(world, host, job);
        if (seen.isEmpty() || seen.last() != now) {
            seen << now;
        }
        return now == QStringLiteral("none");
    }));
    QCOMPARE(seen, (QStringList{"UNDEPLOY RUNNING NO", "UNDEPLOY STOPPING NO", "UNDEPLOY STOPPED NO", "none"}));
    QVERIFY(world.removeJob(job));
}

void TestHeliosWorld::goalStopKeepsItDeployed()
{
    HeliosWorld world(quiet(1), 7, 120);
    world.populate(kStart);
    const auto host = hostNames(world).front();
    const auto job = world.createJob(ledger());
    QVERIFY(world.deploy(host, job, "STOP"));
    world.step(kStart + seconds(30));
    QCOMPARE(stateOf(world, host, job), QStringLiteral("STOP  ")); // so from the start: never a status
    QVERIFY(world.setGoal(host, job, "START"));
    QVERIFY(lives(world, 60, [&] { return stateOf(world, host, job) == QStringLiteral("START RUNNING NO"); }));
    QVERIFY(world.setGoal(host, job, "STOP"));
    QVERIFY(lives(world, 30, [&] { return stateOf(world, host, job) == QStringLiteral("STOP STOPPED NO"); }));
    world.step(world.now() + seconds(60));
    QCOMPARE(stateOf(world, host, job), QStringLiteral("STOP STOPPED NO"));
}

void TestHeliosWorld::conductShows_data()
{
    QTest::addColumn<int>("conduct");
    QTest::addColumn<QString>("expected");
    QTest::newRow("flapping") << int(HeliosConduct::Flapping) << "START RUNNING FLAPPING";
    QTest::newRow("image missing") << int(HeliosConduct::ImageMissing) << "START FAILED IMAGE_MISSING";
    QTest::newRow("pull fails") << int(HeliosConduct::PullFails) << "START FAILED IMAGE_PULL_FAILED";
    QTest::newRow("fails") << int(HeliosConduct::Fails) << "START FAILED FLAPPING";
    QTest::newRow("exits") << int(HeliosConduct::Exits) << "START EXITED NO";
    QTest::newRow("never healthy") << int(HeliosConduct::NeverHealthy) << "START HEALTHCHECKING NO";
    QTest::newRow("ports taken") << int(HeliosConduct::Clashes) << "START  ";
}

void TestHeliosWorld::conductShows()
{
    QFETCH(int, conduct);
    QFETCH(QString, expected);
    HeliosWorld world(quiet(1), 7, 120);
    world.populate(kStart);
    const auto host = hostNames(world).front();
    auto made = cartapi();
    made.conduct = HeliosConduct(conduct);
    const auto job = world.createJob(made);
    QVERIFY(world.deploy(host, job));
    QVERIFY(lives(world, 1200, [&] { return stateOf(world, host, job) == expected; }));
}

void TestHeliosWorld::aDownHostKeepsWhatItLastSaid()
{
    HeliosWorld world(quiet(2), 7, 120);
    world.populate(kStart);
    const auto host = hostNames(world).front();
    const auto job = world.createJob(ledger());
    QVERIFY(world.deploy(host, job));
    QVERIFY(lives(world, 60, [&] { return stateOf(world, host, job) == QStringLiteral("START RUNNING NO"); }));
    world.step(world.now() + seconds(61));
    const auto before = world.truth().hosts.front().reportedAt;
    QVERIFY(world.hostDown(host));
    QVERIFY(world.undeploy(host, job));
    world.step(world.now() + seconds(600));
    const auto truth = world.truth();
    QCOMPARE(truth.hosts.front().status, std::string("DOWN"));
    QVERIFY(truth.hosts.front().reportedAt <= before + seconds(60));
    QCOMPARE(stateOf(world, host, job), QStringLiteral("UNDEPLOY RUNNING NO"));
    QVERIFY(truth.hosts.back().reportedAt > before + seconds(500)); // the other one goes on
    QVERIFY(world.hostUp(host));
    QVERIFY(lives(world, 30, [&] { return stateOf(world, host, job) == QStringLiteral("none"); }));
}

void TestHeliosWorld::rollOutGoesBatchByBatch()
{
    HeliosWorld world(quiet(6), 7, 120);
    world.populate(kStart);
    const auto names = hostNames(world);
    QVERIFY(world.createGroup("edge", {"role=general"}));
    QVERIFY(!world.createGroup("edge", {"role=general"}));
    QVERIFY(!world.createGroup("bad", {"role"}));
    QCOMPARE(groupOf(world, "edge").status, std::string("IDLE"));
    QCOMPARE(groupOf(world, "edge").hosts, names);
    QVERIFY(world.hostDown(names[5]));
    const auto job = world.createJob(ledger());
    HeliosRolloutOptions options;
    options.parallelism = 2;
    QVERIFY(world.rollingUpdate("edge", job, options));
    std::set<std::string> begun;
    std::size_t most = 0;
    QVERIFY(lives(world, 300, [&] {
        std::size_t unfinished = 0;
        for (const auto &task : world.truth().tasks) {
            begun.insert(task.host);
            unfinished += task.state == "RUNNING" ? 0 : 1;
        }
        most = std::max(most, unfinished);
        return groupOf(world, "edge").status == "ACTIVE";
    }));
    QCOMPARE(most, std::size_t(2)); // never more than a batch at once
    QCOMPARE(begun.size(), std::size_t(5)); // and none on the host that is down
    QVERIFY(!begun.contains(names[5]));
    QCOMPARE(groupOf(world, "edge").error, std::string());
}

void TestHeliosWorld::overlapKeepsTheOldOneUntilTheNewRuns()
{
    HeliosWorld world(quiet(3), 7, 120);
    world.populate(kStart);
    QVERIFY(world.createGroup("edge", {"role=general"}));
    const auto first = world.createJob(ledger());
    QVERIFY(world.rollingUpdate("edge", first));
    QVERIFY(lives(world, 300, [&] { return groupOf(world, "edge").status == "ACTIVE"; }));
    auto next = ledger();
    next.version = "4";
    const auto second = world.createJob(next);
    HeliosRolloutOptions options;
    options.overlap = true;
    QVERIFY(world.rollingUpdate("edge", second, options));
    const auto names = hostNames(world);
    bool gap = false;
    QVERIFY(lives(world, 300, [&] {
        for (const auto &name : names) {
            gap = gap
                || (stateOf(world, name, first) != QStringLiteral("START RUNNING NO")
                    && stateOf(world, name, second) != QStringLiteral("START RUNNING NO"));
        }
        return groupOf(world, "edge").status == "ACTIVE";
    }));
    QVERIFY(!gap);
    QVERIFY(lives(world, 30, [&] { return world.truth().tasks.size() == 3; }));
}

void TestHeliosWorld::aMissingImageFailsTheRollOut()
{
    HeliosWorld world(quiet(3), 7, 120);
    world.populate(kStart);
    const auto names = hostNames(world);
    QVERIFY(world.createGroup("edge", {"role=general"}));
    auto made = ledger();
    made.conduct = HeliosConduct::ImageMissing;
    const auto job = world.createJob(made);
    HeliosRolloutOptions options;
    options.timeout = 20;
    QVERIFY(world.rollingUpdate("edge", job, options));
    QVERIFY(lives(world, 60, [&] { return groupOf(world, "edge").status == "FAILED"; }));
    QCOMPARE(groupOf(world, "edge").error,
        names[0]
            + ": timed out waiting for job to reach state RUNNING due to missing Docker image (reg.example/ledger:3)");
    QCOMPARE(world.truth().tasks.size(), std::size_t(1)); // the others were spared
}

void TestHeliosWorld::twoRunsAreAlike()
{
    HeliosOptions options;
    options.hosts = 40;
    options.tasks = 200;
    options.churn = 10;
    options.odd = true;
    HeliosWorld one(options, 3, 120), two(options, 3, 120), other(options, 4, 120);
    for (auto *world : {&one, &two, &other}) {
        world->populate(kStart);
    }
    const auto begin = told(one.truth());
    one.step(kStart + seconds(900));
    other.step(kStart + seconds(900));
    for (int i = 1; i <= 90; ++i) {
        two.step(kStart + seconds(10 * i));
    }
    QVERIFY(told(one.truth()) == told(two.truth()));
    QVERIFY(told(one.truth()) != told(other.truth()));
    QVERIFY(told(one.truth()) != begin);
    const auto tasks = one.truth().tasks.size();
    QVERIFY2(tasks > 150 && tasks < 330, qPrintable(QString::number(tasks)));
}

void TestHeliosWorld::oddOnesAreThere()
{
    auto options = quiet(2);
    options.odd = true;
    HeliosWorld world(options, 7, 120);
    world.populate(kStart);
    const auto truth = world.truth();
    QCOMPARE(truth.halfRegistered.size(), std::size_t(1));
    std::set<std::string> states, throttles, groups;
    int pending = 0, leaving = 0;
    for (const auto &task : truth.tasks) {
        states.insert(task.state);
        throttles.insert(task.throttled);
        pending += task.state.empty() ? 1 : 0;
        leaving += task.goal == "UNDEPLOY" ? 1 : 0;
    }
    for (const auto &group : truth.groups) {
        groups.insert(group.status + (group.error.empty() ? "" : " with a reason"));
    }
    QCOMPARE(states.size(), std::size_t(11)); // ten, and none at all
    QCOMPARE(throttles.size(), std::size_t(5));
    QVERIFY(pending >= 3);
    QVERIFY(leaving >= 2);
    QCOMPARE(groups, (std::set<std::string>{"ACTIVE", "FAILED with a reason", "IDLE"}));
    int unknownLoad = 0, unknownMemory = 0;
    for (const auto &host : truth.hosts) {
        unknownLoad += host.load ? 0 : 1;
        unknownMemory += host.memoryTotal ? 0 : 1;
    }
    QVERIFY(unknownLoad >= 2);
    QVERIFY(unknownMemory >= 2);
}

void TestHeliosWorld::oneNameAndVersionStandsOnce()
{
    HeliosWorld world(quiet(1), 7, 120);
    world.populate(kStart);
    QVERIFY(!world.createJob(ledger()).empty());
    auto again = ledger();
    again.image = "elsewhere:3";
    QCOMPARE(world.createJob(again), std::string());
}

QTEST_GUILESS_MAIN(TestHeliosWorld)
#include "tst_heliosworld.moc"
