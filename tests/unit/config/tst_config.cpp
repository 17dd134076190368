// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/config.h"

#include <QTemporaryDir>
#include <QtTest>

#include <fstream>
#include <sstream>
#include <sys/stat.h>

using namespace sextant;
using namespace std::chrono_literals;

class ConfigTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void everything();
    void nothing();
    void mistakes_data();
    void mistakes();
    void migration();
    void sameClusters();
    void twoFiles();
    void saved();
    void notSaved();
    void missing();

private:
    std::string path(const std::string &name) const { return m_dir->path().toStdString() + "/" + name; }
    void write(const std::string &name, const std::string &text) const
    {
        QDir().mkpath(QFileInfo(QString::fromStdString(path(name))).path());
        std::ofstream(path(name)) << text;
    }
    std::unique_ptr<QTemporaryDir> m_dir;
};

void ConfigTest::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    qputenv("XDG_CONFIG_HOME", m_dir->path().toLocal8Bit());
    qputenv("HOME", "/home/ana");
}

void ConfigTest::everything()
{
    const Result<Config> read = parseConfig(R"(
clusters:
  - name: prod
    kubeconfig: ~/.kube/eu
    context: eu-admin
    namespaces: [team-a, team-b]
  - kubeconfig: sub/config
    open: false
  - demo: true
discover: false
namespaces: one
intervals: {node-metrics: 1m30s, pod-metrics: 1h}
labels:
  pool: [example.com/pool, other]
  team: example.com/team
log-level: debug
)",
        "/etc/sextant.yaml");
    QVERIFY2(read.ok(), read ? "" : read.error().text().c_str());
    QCOMPARE(read->clusters.size(), std::size_t(3));
    QCOMPARE(read->clusters[0].name, std::string("prod"));
    QCOMPARE(read->clusters[0].kubeconfig, std::string("/home/ana/.kube/eu"));
    QCOMPARE(read->clusters[0].namespaces, (std::vector<std::string>{"team-a", "team-b"}));
    QCOMPARE(read->clusters[1].kubeconfig, std::string("/etc/sub/config"));
    QVERIFY(!read->clusters[1].open && read->clusters[0].open);
    QVERIFY(read->clusters[2].demo);
    QVERIFY(!read->discover);
    QCOMPARE(read->namespaces, std::vector<std::string>{"one"});
    QCOMPARE(read->nodeMetricsEvery, 90s);
    QVERIFY(read->podMetricsEvery == std::optional<std::chrono::seconds>(3600s));
    QCOMPARE(read->poolLabels.size(), std::size_t(2));
    QCOMPARE(read->teamLabels, std::vector<std::string>{"example.com/team"});
    QCOMPARE(read->logLevel, std::string("debug"));
}

void ConfigTest::nothing()
{
    for (const char *text : {"", "# nothing\n", "clusters:\n"}) {
        const Result<Config> read = parseConfig(text, "f");
        QVERIFY2(read.ok(), read ? "" : read.error().text().c_str());
        QVERIFY(read->clusters.empty() && read->discover);
        QCOMPARE(read->nodeMetricsEvery, 15s);
        QVERIFY(!read->podMetricsEvery);
    }
    const Result<Config> none = loadConfig();
    QVERIFY(none.ok());
    QVERIFY(none->file.empty());
    QCOMPARE(none->clustersFile, path("sextant/clusters.yaml"));
}

void ConfigTest::mistakes_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("place");
    QTest::addColumn<QString>("message");
    const auto row = [](const char *name, const char *text, const char *place, const char *message) {
        QTest::newRow(name) << QString::fromUtf8(text) << QString::fromUtf8(place) << QString::fromUtf8(message);
    };
    row("unknown key", "discover: true\nclutsers: []\n", "f:2:1",
        "the unknown key \"clutsers\" (did you mean \"clusters\"?)");
    row("unknown, nothing near", "frobnicate: 1\n", "f:1:1",
        "the unknown key \"frobnicate\" where one of clusters, discover");
    row("unknown in a cluster", "clusters:\n  - nmae: x\n", "f:2:5", "(did you mean \"name\"?)");
    row("unknown interval", "intervals: {node-metric: 5s}\n", "f:1:13", "(did you mean \"node-metrics\"?)");
    row("unknown label", "labels: {pools: a}\n", "f:1:10", "(did you mean \"pool\"?)");
    row("twice", "discover: true\ndiscover: false\n", "f:2:1", "a second time");
    row("not a mapping", "- a\n", "f:1:1", "there is a list where a mapping of keys to values was expected");
    row("clusters is a text", "clusters: prod\n", "f:1:11", "there is \"prod\" where a list of clusters was expected");
    row("cluster is a text", "clusters: [prod]\n", "f:1:12", "there is \"prod\" where a cluster");
    row("name is a list", "clusters:\n- name: [a]\n", "f:2:9", "there is a list where a name was expected");
    row("empty context", "clusters:\n- context: \"\"\n", "f:2:12", "an empty text where the name of a context");
    row("cluster twice", "clusters:\n- name: a\n- name: a\n", "f:3:3", "a second time");
    row("demo with context", "clusters:\n- demo: true\n  context: a\n", "f:2:3", "one or the other was expected");
    row("flag", "discover: yes\n", "f:1:11", "there is \"yes\" where true or false was expected");
    row("no unit", "intervals:\n  pod-metrics: 30\n", "f:2:16", "there is \"30\" where a time of at least 5s");
    row("too short", "intervals: {pod-metrics: 1s}\n", "f:1:26", "at least 5s");
    row("too long", "intervals: {pod-metrics: 2h}\n", "f:1:26", "at most 1h");
    row("negative", "intervals: {pod-metrics: -5s}\n", "f:1:26", "at least 5s");
    row("namespace", "namespaces: [team-a, Team_B]\n", "f:1:22", "where the name of a namespace was expected");
    row("level", "log-level: loud\n", "f:1:12", "trace, debug, info");
    row("yaml", "clusters: [\n", "f:2:1", "is not valid YAML");
    row("Helios scheme", "clusters:\n- helios: m1:5801\n", "f:2:11", "\"m1:5801\" where masters' URLs like");
    row("Helios empty in a list", "clusters:\n- helios: 'http://a:5801,'\n", "f:2:11", "masters' URLs like");
    row("Helios domain in a list", "clusters:\n- helios: 'http://a,domain://b'\n", "f:2:11", "masters' URLs like");
    row("Helios blank", "clusters:\n- helios: 'http://a, http://b'\n", "f:2:11", "masters' URLs like");
    row("Helios user", "clusters:\n- helios: http://ana:secret@a\n", "f:2:11", "a URL with a user in it where");
    row("Helios and context", "clusters:\n- helios: http://a\n  context: b\n", "f:2:3", "one or the other");
    row("Helios and demo", "clusters:\n- helios: http://a\n  demo: true\n", "f:2:3", "one or the other");
    row("ca without Helios", "clusters:\n- ca: a.pem\n", "f:2:3", "helios, which alone takes them");
    row("certificate alone", "clusters:\n- {helios: 'https://a', certificate: c.pem}\n", "f:2:3", "without its key");
    row("key alone", "clusters:\n- {helios: 'https://a', key: c.pem}\n", "f:2:3", "without its certificate");
    row("Helios twice", "clusters:\n- helios: http://a\n- helios: http://a\n", "f:3:3", "a second time");
    row("Helios interval", "intervals: {helios: 1s}\n", "f:1:21", "at least 5s");
    row("migration is a list", "migration: [a]\n", "f:1:12", "the rules of the migration");
    row("unknown of migration", "migration:\n  excludes: []\n", "f:2:3", "(did you mean \"exclude\"?)");
    row("match is a text", "migration: {match: a}\n", "f:1:20", "a list of rules");
    row("rule is a text", "migration:\n  match: [a]\n", "f:2:11", "a rule: pair, label, or helios and kubernetes");
    row("rule key", "migration:\n  match:\n  - pare: {}\n", "f:3:5", "(did you mean \"pair\"?)");
    row("both kinds", "migration:\n  match:\n  - label: a\n    pair: {service: b}\n", "f:3:5", "pair stands alone");
    row("label and more", "migration:\n  match:\n  - {label: a, service: $1}\n", "f:3:5", "label stands alone");
    row("neither kind", "migration:\n  match:\n  - service: $1\n", "f:3:5", "no pattern for Helios");
    row("one side", "migration:\n  match:\n  - helios: {job: a}\n", "f:3:5", "no pattern for Kubernetes");
    row("empty pair", "migration:\n  match:\n  - pair: {service: a}\n", "f:3:5", "names neither a Helios job nor");
    row("pair without service", "migration:\n  match:\n  - pair: {helios: a}\n", "f:3:5", "names no service");
    row("pair key", "migration:\n  match:\n  - pair: {servce: a}\n", "f:3:12", "(did you mean \"service\"?)");
    row("bad expression", "migration:\n  match:\n  - helios: {job: 'a('}\n    kubernetes: {workload: b}\n", "f:3:19",
        "'a(' is no regular expression: missing ): a(");
    row("bad namespace", "migration:\n  match:\n  - kubernetes: {namespace: '['}\n", "f:3:29", "no regular expression");
    row("bad exclude", "migration:\n  exclude: [a, '*']\n", "f:2:16", "no regular expression");
    row("bad label value", "migration:\n  match:\n  - kubernetes: {label: {key: a, value: '['}}\n", "f:3:41",
        "no regular expression");
    row("label without key", "migration:\n  match:\n  - kubernetes: {label: {value: a}}\n", "f:3:25",
        "a label without a key");
    row("no such capture",
        "migration:\n  match:\n  - helios: {job: '(a)(b)'}\n    kubernetes: {workload: '(a)'}\n    service: $2\n",
        "f:3:5", "names capture $2, but the patterns of its Kubernetes side have only 1");
    row("no capture",
        "migration:\n  match:\n  - helios: {job: a}\n    kubernetes: {workload: '(a)'}\n    service: $1\n", "f:3:5",
        "of its Helios side have none");
    row("dollar", "migration:\n  match:\n  - helios: {job: a}\n    kubernetes: {workload: a}\n    service: a$\n",
        "f:3:5", "names no capture");
}

void ConfigTest::mistakes()
{
    QFETCH(QString, text);
    QFETCH(QString, place);
    QFETCH(QString, message);
    const Result<Config> read = parseConfig(text.toStdString(), "f");
    QVERIFY(!read);
    QCOMPARE(read.error().code, ErrorCode::Config);
    QCOMPARE(QString::fromStdString(read.error().subject), place);
    QVERIFY2(QString::fromStdString(read.error().message).contains(message), read.error().message.c_str());
    QVERIFY(read.error().text().find("secret") == std::string::npos);
}

void ConfigTest::migration()
{
    const Result<Config> read = parseConfig(R"(clusters:
- helios: http://m1:5801,https://m2:5801/helios
  name: helios-lon
  ca: ~/ca.pem
  certificate: c.pem
  key: k.pem
  token-file: /t
- helios: domain://example.net
intervals: {helios: 30s}
migration:
  services: [legal-hold]
  match:
  - pair: {service: playlist, helios: playlist-service, kubernetes: gke-eu/playlist/playlist-web}
  - label: example.com/service
  - helios: {job: '^(.+)-service$', group: g, registration: r, label: {key: tier, value: '^web$'}}
    kubernetes: {workload: '^(.+)$', namespace: n, label: app}
    service: $1-$$
  exclude: ['^canary-', x]
  prefixes: one-
  suffixes: [-a, -b]
)",
        "/etc/sextant.yaml");
    QVERIFY2(read.ok(), read ? "" : read.error().text().c_str());
    const ClusterConfig &helios = read->clusters[0];
    QCOMPARE(helios.helios, std::string("http://m1:5801,https://m2:5801/helios"));
    QCOMPARE(helios.caFile + helios.certificateFile + helios.keyFile + helios.tokenFile,
        std::string("/home/ana/ca.pem/etc/c.pem/etc/k.pem/t"));
    QCOMPARE(read->clusters[1].helios, std::string("domain://example.net"));
    QCOMPARE(read->heliosEvery, 30s);
    const auto &rules = read->migration;
    QCOMPARE(rules.services, std::vector<std::string>{"legal-hold"});
    QCOMPARE(rules.exclude, (std::vector<std::string>{"^canary-", "x"}));
    QCOMPARE(rules.prefixes, std::vector<std::string>{"one-"});
    QCOMPARE(rules.suffixes, (std::vector<std::string>{"-a", "-b"}));
    QCOMPARE(rules.match.size(), std::size_t(3));
    using migration::RuleConfig;
    QVERIFY(rules.match[0].kind == RuleConfig::Kind::Pair && rules.match[1].kind == RuleConfig::Kind::Label
        && rules.match[2].kind == RuleConfig::Kind::Pattern);
    QCOMPARE(rules.match[0].service + "|" + rules.match[0].helios + "|" + rules.match[0].kubernetes,
        std::string("playlist|playlist-service|gke-eu/playlist/playlist-web"));
    QCOMPARE(rules.match[0].where + " " + rules.match[2].where, std::string("sextant.yaml:13 sextant.yaml:15"));
    QCOMPARE(rules.match[1].label, std::string("example.com/service"));
    const migration::PatternConfig &job = rules.match[2].heliosPattern, &workload = rules.match[2].kubernetesPattern;
    QCOMPARE(job.job + job.group + job.registration + job.labelKey + job.labelValue,
        std::string("^(.+)-service$grtier^web$"));
    QCOMPARE(
        workload.workload + workload.ns + workload.labelKey + workload.labelValue, std::string("^(.+)$napp^(.*)$"));
    QCOMPARE(migration::labelKeys(rules), (std::vector<std::string>{"app", "example.com/service", "tier"}));
    QCOMPARE(parseConfig("", "f")->heliosEvery, 10s);
}

void ConfigTest::sameClusters()
{
    ClusterConfig a, b;
    a.helios = b.helios = "http://a:5801";
    QVERIFY(sameCluster(a, b));
    b.helios = "http://b:5801";
    QVERIFY(!sameCluster(a, b));
    a.name = b.name = "helios-lon"; // under one name it is that one with other masters
    QVERIFY(sameCluster(a, b));
}

void ConfigTest::twoFiles()
{
    write("sextant/sextant.yaml", "clusters:\n- name: a\n  context: x\n- name: b\n");
    write("sextant/clusters.yaml", "discover: false\nclusters:\n- name: b\n  open: false\n- context: c\n");
    const Result<Config> read = loadConfig();
    QVERIFY2(read.ok(), read ? "" : read.error().text().c_str());
    QCOMPARE(read->clusters.size(), std::size_t(3));
    QVERIFY(!read->clusters[1].open);
    QCOMPARE(read->clusters[2].context, std::string("c"));
    QCOMPARE(read->windowClusters.size(), std::size_t(2));
    QVERIFY(!read->discover);
    write("sextant/clusters.yaml", "clusters: 7\n");
    const Result<Config> broken = loadConfig();
    QVERIFY(!broken);
    QVERIFY(broken.error().subject.find("clusters.yaml:1:11") != std::string::npos);
}

void ConfigTest::saved()
{
    ClusterConfig odd;
    odd.name = "pro\"d\\ \n: #";
    odd.kubeconfig = "/a b/c'd";
    odd.context = "ümlaut";
    odd.namespaces = {"team-a", "team-b"};
    ClusterConfig closed;
    closed.context = "x";
    closed.open = false;
    ClusterConfig helios;
    helios.helios = "https://m1:5801,http://m2:5801/x";
    helios.caFile = "/ca \"x\".pem";
    helios.certificateFile = "/c.pem";
    helios.keyFile = "/k.pem";
    helios.tokenFile = "/t";
    const std::string file = path("new/deep/clusters.yaml");
    QVERIFY(saveClusters(file, {odd, closed, ClusterConfig{}, helios}).ok());
    struct stat info { };
    QCOMPARE(::stat(file.c_str(), &info), 0);
    QCOMPARE(info.st_mode & 0777U, 0600U);
    std::ostringstream in;
    in << std::ifstream(file).rdbuf();
    const std::string text = in.str();
    const Result<Config> read = parseConfig(text, file);
    QVERIFY2(read.ok(), read ? "" : read.error().text().c_str());
    QCOMPARE(read->clusters.size(), std::size_t(4));
    QVERIFY(read->clusters[3] == helios);
    QVERIFY(read->clusters[0] == odd);
    QVERIFY(read->clusters[1] == closed);
    QVERIFY(read->clusters[2] == ClusterConfig{});
    QVERIFY(!read->discover); // what was removed stays removed
    QVERIFY(saveClusters(file, {}).ok());
    QVERIFY(!QFileInfo::exists(QString::fromStdString(file + ".new")));
}

void ConfigTest::notSaved()
{
    write("clusters.yaml", "old\n");
    QVERIFY(QDir().mkpath(QString::fromStdString(path("clusters.yaml.new")))); // cannot be written
    const Result<void> failed = saveClusters(path("clusters.yaml"), {});
    QVERIFY(!failed);
    QCOMPARE(failed.error().code, ErrorCode::Io);
    std::ifstream in(path("clusters.yaml"));
    std::string line;
    QVERIFY(std::getline(in, line) && line == "old"); // the old one stands
    QVERIFY(!saveClusters({}, {}).ok());
}

void ConfigTest::missing()
{
    const Result<Config> read = loadConfig(path("gone.yaml"));
    QVERIFY(!read);
    QCOMPARE(read.error().subject, path("gone.yaml"));
    write("own.yaml", "discover: false\n");
    const Result<Config> own = loadConfig(path("own.yaml"));
    QVERIFY(own.ok());
    QCOMPARE(own->file, path("own.yaml"));
    QCOMPARE(own->clustersFile, path("clusters.yaml")); // beside it
}

QTEST_GUILESS_MAIN(ConfigTest)
#include "tst_config.moc"
