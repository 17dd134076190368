// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/migration/matching.h"
#include "tests/support/twofleets.h"

#include <QtTest>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <yaml-cpp/yaml.h>

using namespace sextant;
using namespace sextant::migration;
using test::TwoFleets;

namespace {

RuleConfig pairRule(std::string service, std::string helios, std::string kubernetes, std::string where = "f:1")
{
    RuleConfig rule;
    rule.kind = RuleConfig::Kind::Pair;
    rule.service = std::move(service);
    rule.helios = std::move(helios);
    rule.kubernetes = std::move(kubernetes);
    rule.where = std::move(where);
    return rule;
}

RuleConfig patternRule(
    PatternConfig helios, PatternConfig kubernetes, std::string service = {}, std::string where = "f:9")
{
    RuleConfig rule;
    rule.heliosPattern = std::move(helios);
    rule.kubernetesPattern = std::move(kubernetes);
    rule.service = std::move(service);
    rule.where = std::move(where);
    return rule;
}

RuleConfig labelRule(std::string key)
{
    RuleConfig rule;
    rule.kind = RuleConfig::Kind::Label;
    rule.label = std::move(key);
    return rule;
}

Rules rulesOf(std::vector<RuleConfig> match)
{
    RulesConfig config;
    config.match = std::move(match);
    auto rules = Rules::compile(config);
    return rules ? *rules : Rules();
}

const Found *find(const Matched &matched, const std::string &name)
{
    for (const Found &one : matched.services) {
        if (one.name == name) {
            return &one;
        }
    }
    return nullptr;
}

/// "service: helios instances/kubernetes instances by what, …".
std::string summary(const Matched &matched)
{
    std::string out;
    for (const Found &one : matched.services) {
        out += (out.empty() ? "" : ", ") + one.name + " " + std::to_string(one.helios.instances) + "/"
            + std::to_string(one.kubernetes.instances) + (one.matchedBy.empty() ? "" : " by " + one.matchedBy);
    }
    return out;
}

std::string summary(TwoFleets &fleet, const Rules &rules) { return summary(match(fleet.picture(), rules)); }

} // namespace

class MatchingTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void heliosNames_data();
    void heliosNames();
    void kubernetesNames_data();
    void kubernetesNames();
    void equalNames();
    void pairs();
    void firstRuleDecides();
    void labels();
    void groups();
    void otherKinds();
    void excludedOnes();
    void systemIsNoService();
    void ambiguous();
    void instances();
    void hostileNames();
    void oracle();
    void compileRefuses();
    void alike_data();
    void alike();
    void guesses();
    void guessesAreBounded();
};

void MatchingTest::heliosNames_data()
{
    QTest::addColumn<QString>("job");
    QTest::addColumn<QString>("group");
    QTest::addColumn<int>("rule");
    QTest::addColumn<QString>("service");
    QTest::newRow("captured") << "playlist-service"
                              << "" << 0 << "playlist";
    QTest::newRow("not matched") << "playlist"
                                 << "" << 0 << "";
    QTest::newRow("a group is asked for, there is none") << "a"
                                                         << "" << 1 << "";
    QTest::newRow("group captured") << "a"
                                    << "web-eu" << 1 << "web";
    QTest::newRow("two captures") << "x-y"
                                  << "" << 2 << "y+x$1";
    QTest::newRow("without captures the match") << "has-search-in"
                                                << "" << 3 << "search";
    QTest::newRow("an empty capture names nothing") << "empty-"
                                                    << "" << 4 << "";
    QTest::newRow("pair by job") << "j"
                                 << "" << 5 << "s";
    QTest::newRow("pair by group") << "other"
                                   << "j" << 5 << "s";
    QTest::newRow("pair is the whole name") << "jj"
                                            << "" << 5 << "";
}

void MatchingTest::heliosNames()
{
    QFETCH(QString, job);
    QFETCH(QString, group);
    QFETCH(int, rule);
    QFETCH(QString, service);
    const std::vector<RuleConfig> rules{patternRule({.job = "^(.+)-service$"}, {.workload = "(.)"}),
        patternRule({.group = "^(.+)-(eu|us)$"}, {.workload = "(.)"}),
        patternRule({.job = "^(.)-(.)$"}, {.workload = "(.)(.)"}, "$2+$1$$1"),
        patternRule({.job = "search"}, {.workload = "search"}),
        patternRule({.job = "^empty-(.*)$"}, {.workload = "(.)"}), pairRule("s", "j", "k")};
    const std::string jobName = job.toStdString(), groupName = group.toStdString();
    const auto named =
        nameByRules(rulesOf({rules[static_cast<std::size_t>(rule)]}), HeliosName{jobName, groupName, {}, nullptr});
    QCOMPARE(QString::fromStdString(named ? named->service : std::string()), service);
}

void MatchingTest::kubernetesNames_data()
{
    QTest::addColumn<QString>("pair");
    QTest::addColumn<bool>("fits");
    QTest::newRow("name") << "web" << true;
    QTest::newRow("other name") << "we" << false;
    QTest::newRow("with namespace") << "play/web" << true;
    QTest::newRow("other namespace") << "pla/web" << false;
    QTest::newRow("with cluster") << "arn:aws/eu/play/web" << true; // a cluster's name may have slashes
    QTest::newRow("other cluster") << "eu/play/web" << false;
    QTest::newRow("empty") << "" << false;
    QTest::newRow("slash") << "/" << false;
}

void MatchingTest::kubernetesNames()
{
    QFETCH(QString, pair);
    QFETCH(bool, fits);
    const auto names = nameByRules(
        rulesOf({pairRule("s", "j", pair.toStdString())}), KubernetesName{"arn:aws/eu", "play", "web", nullptr});
    QCOMPARE(!names.empty(), fits);
}

void MatchingTest::equalNames()
{
    TwoFleets fleet;
    fleet.job("playlist-service", {.ok = 1});
    fleet.job("search", {.ok = 1});
    fleet.job("search-service", {.ok = 1}); // another one, whose plain name is the same
    fleet.job("odd", {.ok = 1});
    fleet.workload("gke-eu", "a", "playlist", {.ok = 2});
    fleet.workload("gke-us", "a", "svc-playlist-k8s", {.ok = 3});
    fleet.workload("gke-eu", "a", "search", {.ok = 4});
    fleet.workload("gke-us", "a", "search-app", {.ok = 5}); // nearer to the one that is plain
    fleet.workload("gke-eu", "a", "search-service", {.ok = 6});
    fleet.workload("gke-eu", "a", "odder", {.ok = 7});
    QCOMPARE(summary(fleet, Rules()),
        std::string("odd 1/0, playlist-service 1/5 by equal names, search 1/9 by equal names, "
                    "search-service 1/6 by equal names"));
    const Matched matched = match(fleet.picture(), Rules());
    QVERIFY(matched.ambiguous.empty());
    QCOMPARE(matched.unmatched.size(), std::size_t(1));
    QCOMPARE(matched.unmatched[0].name, std::string("odder"));
    QCOMPARE(find(matched, "playlist-service")->kubernetes.clusters, (std::vector<std::string>{"gke-eu", "gke-us"}));
    RulesConfig config;
    config.suffixes = {"der"};
    QVERIFY(summary(fleet, *Rules::compile(config)).find("odd 1/0") == 0); // "od" is not "odd"
    config.suffixes = {"er", "d"};
    QVERIFY(summary(fleet, *Rules::compile(config)).find("odd 1/7") == 0);
}

void MatchingTest::pairs()
{
    TwoFleets fleet;
    fleet.job("playlist-service", {.ok = 1});
    fleet.job("other", {.ok = 1});
    fleet.workload("gke-eu", "a", "web", {.ok = 1});
    fleet.workload("gke-us", "a", "web", {.ok = 2});
    fleet.workload("gke-eu", "b", "web", {.ok = 4});
    fleet.workload("gke-eu", "a", "playlist-service", {.ok = 8}); // by its name, but the pair says otherwise
    QCOMPARE(summary(fleet, rulesOf({pairRule("playlist", "playlist-service", "gke-eu/a/web", "c.yaml:7")})),
        std::string("other 1/0, playlist 1/1 by pair (c.yaml:7)"));
    QCOMPARE(summary(fleet, rulesOf({pairRule("playlist", "playlist-service", "a/web")})),
        std::string("other 1/0, playlist 1/3 by pair (f:1)"));
    QCOMPARE(summary(fleet, rulesOf({pairRule("playlist", "playlist-service", "web")})),
        std::string("other 1/0, playlist 1/7 by pair (f:1)"));
    // A pair for a job that nobody has is no service.
    QCOMPARE(summary(fleet, rulesOf({pairRule("ghost", "gone", "web")})),
        std::string("other 1/0, playlist-service 1/8 by equal names"));
}

void MatchingTest::firstRuleDecides()
{
    TwoFleets fleet;
    fleet.job("a-service", {.ok = 1});
    fleet.job("b", {.ok = 1});
    fleet.workload("gke-eu", "prod", "a-web", {.ok = 1});
    const auto toA = patternRule({.job = "^(.+)-service$"}, {.workload = "^(.+)-web$", .ns = "^prod$"}, "$1", "f:2");
    const auto toB = patternRule({.job = "^b$"}, {.workload = "^a-web$"}, "b", "f:3");
    QCOMPARE(summary(fleet, rulesOf({toA, toB})), std::string("a 1/1 by rule (f:2), b 1/0"));
    QCOMPARE(summary(fleet, rulesOf({toB, toA})), std::string("a 1/0, b 1/1 by rule (f:3)"));
    // A pair goes before every other rule, wherever it stands.
    QCOMPARE(
        summary(fleet, rulesOf({toA, pairRule("b", "b", "a-web", "f:4")})), std::string("a 1/0, b 1/1 by pair (f:4)"));
    // A rule that leads to no service of the migration leaves the next one its turn.
    const auto toNobody = patternRule({.job = "^nobody$"}, {.workload = "^a-web$"}, "nobody");
    QCOMPARE(summary(fleet, rulesOf({toNobody, toB, toA})), std::string("a 1/0, b 1/1 by rule (f:3)"));
}

void MatchingTest::labels()
{
    TwoFleets fleet;
    fleet.job("x1", {.ok = 1});
    fleet.edit("helios-lon", "x1", [](WorkloadDraft &draft) {
        draft.labels = {{"service", "play|list"}, {"tier", "web"}};
        draft.registrations = {"lists/http", "other/tcp"};
    });
    fleet.workload("gke-eu", "n", "k1", {.ok = 2});
    fleet.edit("gke-eu", "k1", [](WorkloadDraft &draft) { draft.labels = {{"service", "play|list"}}; });
    fleet.workload("gke-eu", "n", "k2", {.ok = 4});
    fleet.edit("gke-eu", "k2", [](WorkloadDraft &draft) { draft.labels = {{"service", ""}}; });
    QCOMPARE(summary(fleet, rulesOf({labelRule("service")})), std::string("play|list 1/2 by label service"));
    QCOMPARE(summary(fleet,
                 rulesOf({patternRule({.labelKey = "tier", .labelValue = "^(web)$"},
                     {.workload = "^k1$", .labelKey = "service", .labelValue = "(.*)"}, "both")})),
        std::string("both 1/2 by rule (f:9)"));
    QCOMPARE(summary(fleet, rulesOf({patternRule({.registration = "^(.+)s$"}, {.workload = "^k1$"}, "list")})),
        std::string("list 1/2 by rule (f:9)"));
    QCOMPARE(summary(fleet, rulesOf({patternRule({.registration = "http"}, {.workload = "^k1$"}, "list")})),
        std::string("x1 1/0")); // a registration's protocol is not its name
}

void MatchingTest::groups()
{
    TwoFleets fleet;
    fleet.job("playlist", {.ok = 3}, "playlist-everywhere");
    fleet.workload("gke-eu", "n", "playlist", {.ok = 1});
    // By its job, though the group is called otherwise.
    QCOMPARE(summary(fleet, Rules()), std::string("playlist 3/1 by equal names"));
    // Unless a rule says otherwise; the job that only its group runs goes with it.
    const auto byGroup = patternRule({.group = "^(.+)-everywhere$"}, {.workload = "^playlist$"}, "lists");
    QCOMPARE(summary(fleet, rulesOf({byGroup})), std::string("lists 3/1 by rule (f:9)"));
    QCOMPARE(find(match(fleet.picture(), rulesOf({byGroup})), "lists")->helios.workloads.size(), std::size_t(2));
    // One job in two groups that are two services.
    fleet.job("runner", {.ok = 1}, "search-run");
    fleet.job("runner", {.ok = 2}, "charts-run");
    QCOMPARE(summary(fleet, rulesOf({patternRule({.group = "^(.+)-run$"}, {.workload = "^(.+)$"})})),
        std::string("charts 2/0, playlist 3/1 by rule (f:9), search 1/0"));
    QVERIFY(summary(fleet, Rules()).find("runner 3/0") != std::string::npos);
}

void MatchingTest::otherKinds()
{
    TwoFleets fleet;
    fleet.job("agent", {.ok = 1});
    fleet.job("nightly", {.ok = 1});
    fleet.workload("gke-eu", "n", "agent", {.ok = 1}, WorkloadKind::DaemonSet);
    fleet.workload("gke-eu", "n", "nightly-k8s", {.ok = 1}, WorkloadKind::CronJob);
    fleet.workload("gke-eu", "n", "alone", {.ok = 1}, WorkloadKind::DaemonSet);
    fleet.workload("gke-eu", "n", "alone-too", {.ok = 1}, WorkloadKind::StatefulSet);
    const Matched matched = match(fleet.picture(), Rules());
    QCOMPARE(summary(matched), std::string("agent 1/1 by equal names, nightly 1/1 by equal names"));
    QCOMPARE(matched.unmatched.size(), std::size_t(1));
    QCOMPARE(matched.unmatched[0].name, std::string("alone-too"));
}

void MatchingTest::excludedOnes()
{
    TwoFleets fleet;
    fleet.job("canary-a", {.ok = 1});
    fleet.job("a", {.ok = 1});
    fleet.workload("gke-eu", "n", "canary-a", {.ok = 1});
    fleet.workload("gke-eu", "n", "canary-b", {.ok = 1});
    RulesConfig config;
    config.exclude = {"^canary-"};
    const Matched matched = match(fleet.picture(), *Rules::compile(config));
    QCOMPARE(summary(matched), std::string("a 1/0"));
    QCOMPARE(matched.excluded, std::vector<std::string>{"canary-a"});
    QVERIFY(matched.unmatched.empty());
}

void MatchingTest::systemIsNoService()
{
    TwoFleets fleet;
    fleet.workload("gke-eu", "kube-system", "coredns", {.ok = 1});
    QVERIFY(match(fleet.picture(), Rules()).unmatched.empty());
}

void MatchingTest::ambiguous()
{
    TwoFleets fleet;
    fleet.job("x-app", {.ok = 1});
    fleet.job("x-svc", {.ok = 1});
    fleet.workload("gke-eu", "n", "x", {.ok = 1}); // as near to the one as to the other
    Matched matched = match(fleet.picture(), Rules());
    QCOMPARE(summary(matched), std::string("x-app 1/1 by equal names, x-svc 1/0"));
    QCOMPARE(matched.ambiguous.size(), std::size_t(1));
    QVERIFY(matched.ambiguous[0].find("gke-eu: n/x") == 0 && matched.ambiguous[0].find("x-svc") != std::string::npos);

    TwoFleets places;
    places.job("web", {.ok = 1});
    places.workload("gke-eu", "one", "web", {.ok = 1});
    places.workload("gke-eu", "two", "web", {.ok = 2});
    places.workload("gke-us", "one", "web", {.ok = 4}); // another cluster is no second place
    matched = match(places.picture(), Rules());
    QCOMPARE(summary(matched), std::string("web 1/7 by equal names"));
    QCOMPARE(matched.ambiguous.size(), std::size_t(1));
    QVERIFY(matched.ambiguous[0].find("2 namespaces (one and two)") != std::string::npos);

    places.job("api", {.ok = 1});
    matched = match(places.picture(),
        rulesOf({pairRule("web", "web", "gke-eu/one/web", "f:1"), pairRule("api", "api", "one/web", "f:2")}));
    QCOMPARE(summary(matched), std::string("api 1/4 by pair (f:2), web 1/1 by pair (f:1)"));
    QCOMPARE(matched.ambiguous.size(), std::size_t(1));
    QVERIFY(matched.ambiguous[0].find("in the pairs of web and api; it is counted for web") != std::string::npos);
}

void MatchingTest::instances()
{
    TwoFleets fleet;
    fleet.job("a", {.ok = 2, .bad = 1, .cpu = 100, .memory = 10});
    fleet.workload("gke-eu", "n", "a", {.ok = 1, .bad = 3, .cpu = 50});
    auto done = fleet.picture();
    Matched matched = match(done, Rules());
    const Found &a = matched.services[0];
    QCOMPARE(a.helios.instances, 3);
    QCOMPARE(a.helios.healthy, 2);
    QCOMPARE(a.helios.cpuRequested, 300);
    QCOMPARE(a.helios.versions, std::vector<std::string>{"1"});
    QCOMPARE(a.kubernetes.instances, 4);
    QCOMPARE(a.kubernetes.healthy, 1);
    QCOMPARE(a.kubernetes.cpuRequested, 200);
    QCOMPARE(a.kubernetes.memoryRequested, Count::kUnknown);
    // Versions: the label, else the first image's tag.
    const auto versions = [&](const char *label, const char *images) {
        fleet.edit("gke-eu", "a", [&](WorkloadDraft &draft) {
            draft.version = label;
            draft.images = images;
        });
        return match(fleet.picture(), Rules()).services[0].kubernetes.versions;
    };
    const auto is = [](const char *one) { return std::vector<std::string>{one}; };
    QCOMPARE(versions("7", "reg:5000/a:2"), is("7"));
    QCOMPARE(versions("", "reg:5000/shop/a:2.7.1@sha256:00ff,proxy:3"), is("2.7.1"));
    QCOMPARE(versions("", "reg:5000/a"), std::vector<std::string>());
    QCOMPARE(versions("", "reg:5000/a@sha256:00ff"), std::vector<std::string>());
    // What is finished or on its way out is not wanted.
    auto &store = fleet.cluster("gke-eu");
    const auto put = [&](int number, State state, bool counts) {
        PodDraft pod;
        pod.uid = "workload-gke-eu-n-a/" + std::to_string(number);
        pod.ns = "n";
        pod.name = "a-0";
        pod.state = state;
        pod.counts = counts;
        pod.controller = {"Deployment", "a", "workload-gke-eu-n-a"};
        store.upsert(pod);
    };
    put(1, State::Completed, false);
    put(2, State::Terminating, true);
    store.publish();
    const Matched after = match(fleet.picture(), Rules());
    QCOMPARE(after.services[0].kubernetes.instances, 2);
    // On a node that has fallen silent nothing is well.
    NodeDraft node;
    node.uid = "node-gke-eu";
    node.name = "gke-eu-node";
    node.resourceVersion = "9";
    node.silent = true;
    store.upsert(node);
    store.publish();
    QCOMPARE(match(fleet.picture(), Rules()).services[0].kubernetes.healthy, 0);
}

void MatchingTest::hostileNames()
{
    TwoFleets fleet;
    const std::vector<std::string> names{"a|b", "\"quoted\"", "=1+1", "{x: y}", "\x1b[31mred", "#", "- a", "$1", "a/b",
        "\xff\xfe", std::string(250, 'z'), "-service", "svc-"};
    for (const std::string &name : names) {
        fleet.job(name, {.ok = 1});
        fleet.workload("gke \"eu\"", "n", name, {.ok = 1});
        fleet.workload("gke-eu", "n: {", name + "-later", {.ok = 1});
    }
    const Matched matched = match(fleet.picture(), Rules());
    QCOMPARE(matched.services.size(), names.size());
    for (const std::string &name : names) {
        QVERIFY(find(matched, name) != nullptr);
        QCOMPARE(find(matched, name)->kubernetes.instances, 1);
    }
    std::vector<Unmatched> helios;
    for (const Found &one : matched.services) {
        Unmatched &alone = helios.emplace_back();
        alone.helios = true;
        alone.name = one.name;
        alone.workload = one.helios.workloads.front();
    }
    int read = 0;
    for (const Unmatched &one : guessed(fleet.picture(), helios, matched.unmatched)) {
        for (const Guess &guess : one.guesses) {
            if (guess.rule.find('\xff') != std::string::npos) {
                continue; // YAML is UTF-8
            }
            const YAML::Node pair = YAML::Load(guess.rule)[0]["pair"];
            QCOMPARE(pair.size(), std::size_t(3));
            const std::string &job = one.helios ? one.name : guess.name;
            QCOMPARE(pair["service"].as<std::string>(), job);
            QCOMPARE(pair["helios"].as<std::string>(), job);
            ++read;
        }
    }
    QVERIFY(read > 10);
}

/// Names made of few letters, so that they meet; a matcher that looks at every service for every workload.
void MatchingTest::oracle()
{
    std::mt19937 random(20260927); // NOLINT(cert-msc32-c,cert-msc51-cpp): the same every time
    const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
    const char *prefixes[] = {"", "", "svc-", "app-", "x-"};
    const char *suffixes[] = {"", "", "-service", "-app", "-k8s", "-y"};
    const auto name = [&] {
        return prefixes[below(5)] + std::string(1, static_cast<char>('a' + below(6))) + suffixes[below(6)];
    };
    for (int round = 0; round < 200; ++round) {
        std::vector<RuleConfig> config;
        if (below(2) == 0) {
            config.push_back(patternRule({.job = "^x-(.+)$"}, {.workload = "^x-(.+)$"}));
        }
        if (below(2) == 0) {
            config.push_back(patternRule({.job = "^(.)-y$"}, {.workload = "^app-(.)$"}, "y$1"));
        }
        if (below(2) == 0) {
            config.push_back(pairRule("p", name(), name()));
        }
        const Rules rules = rulesOf(config);
        TwoFleets fleet;
        std::set<std::string> jobs, workloads;
        for (int i = below(10); i >= 0; --i) {
            jobs.insert(name());
        }
        for (int i = below(14); i >= 0; --i) {
            workloads.insert(name());
        }
        struct Naive {
            std::set<std::string> keys;
            bool paired = false;
        };
        std::map<std::string, Naive> services;
        for (const std::string &job : jobs) {
            fleet.job(job, {.ok = 1});
            const auto named = nameByRules(rules, HeliosName{job, {}, {}, nullptr});
            Naive &service = services[named ? named->service : job];
            service.keys.insert({job, named ? named->service : job});
            service.paired = service.paired
                || (named && config[static_cast<std::size_t>(named->rule)].kind == RuleConfig::Kind::Pair);
        }
        std::map<std::string, std::string> expected;
        for (const std::string &workload : workloads) {
            fleet.workload("gke-eu", "n", workload, {.ok = 1});
            std::string &service = expected[workload];
            for (const Naming &named : nameByRules(rules, KubernetesName{"gke-eu", "n", workload, nullptr})) {
                if (service.empty() && services.contains(named.service)) {
                    service = named.service;
                }
            }
            // 0: the very name of a service, 1: of a job of it, 2 and on: with so many less affixes.
            int best = 1000;
            for (const auto &[candidate, naive] : services) {
                if (!expected[workload].empty() && best == 1000) {
                    break;
                }
                if (naive.paired) {
                    continue;
                }
                for (const std::string &key : naive.keys) {
                    const PlainName mine = plainName(rules, workload), theirs = plainName(rules, key);
                    const int distance = candidate == workload ? 0
                        : key == workload                      ? 1
                        : mine.text == theirs.text             ? 2 + theirs.taken
                                                               : 1000;
                    if (distance < best) {
                        best = distance;
                        service = candidate;
                    }
                }
            }
        }
        const Picture picture = fleet.picture();
        const Matched matched = match(picture, rules);
        std::map<std::string, std::string> actual;
        for (const std::string &workload : workloads) {
            actual[workload];
        }
        for (const Found &one : matched.services) {
            for (const WorkloadId &id : one.kubernetes.workloads) {
                actual[std::string(picture.snapshot().find(id)->name())] = one.name;
            }
        }
        QCOMPARE(matched.services.size(), services.size());
        if (actual != expected) {
            for (const auto &[workload, service] : expected) {
                QVERIFY2(actual[workload] == service,
                    ("round " + std::to_string(round) + ": " + workload + " → " + actual[workload] + ", expected "
                        + service)
                        .c_str());
            }
        }
    }
}

void MatchingTest::compileRefuses()
{
    RulesConfig config;
    config.match = {patternRule({.job = "("}, {.workload = "a"}, {}, "f:12")};
    const auto broken = Rules::compile(config);
    QVERIFY(!broken);
    QCOMPARE(broken.error().subject, std::string("f:12"));
    QCOMPARE(broken.error().code, ErrorCode::Config);
    config.match.clear();
    config.exclude = {"*"};
    QVERIFY(!Rules::compile(config).ok());
}

void MatchingTest::alike_data()
{
    QTest::addColumn<QString>("a");
    QTest::addColumn<QString>("near");
    QTest::addColumn<QString>("far");
    QTest::newRow("a word more") << "playlist-service"
                                 << "playlist-web"
                                 << "search-web";
    QTest::newRow("turned round") << "list-play"
                                  << "play-list"
                                  << "list";
    QTest::newRow("a letter") << "reco-ranker"
                              << "reko-ranker"
                              << "reco-tables";
    QTest::newRow("the same") << "a"
                              << "a"
                              << "b";
    QTest::newRow("long") << QString(250, u'x') + QStringLiteral("-a") << QString(250, u'x') + QStringLiteral("-b")
                          << QString(250, u'y');
}

void MatchingTest::alike()
{
    QFETCH(QString, a);
    QFETCH(QString, near);
    QFETCH(QString, far);
    const auto like = [&](const QString &b) { return likeness(a.toStdString(), b.toStdString()); };
    QVERIFY(like(near) > like(far));
    QVERIFY(like(near) <= 1 && like(far) >= 0);
    QCOMPARE(like(near), likeness(near.toStdString(), a.toStdString()));
    QCOMPARE(like(a), 1.0);
    QCOMPARE(likeness("", "a"), 0.0);
}

void MatchingTest::guesses()
{
    TwoFleets fleet;
    fleet.job("playlist-service", {.ok = 1});
    fleet.edit("helios-lon", "playlist-service", [](WorkloadDraft &draft) {
        draft.images = "registry:5000/lists/storage-engine:1.2";
        draft.registrations = {"curation/http"};
    });
    fleet.workload("gke-eu", "a", "playlist-web", {.ok = 1});
    fleet.workload("gke-eu", "b", "blobs", {.ok = 1});
    fleet.edit("gke-eu", "blobs",
        [](WorkloadDraft &draft) { draft.images = "envoy:1,other/storage-engine@sha256:0123456789"; });
    fleet.workload("gke-eu", "c", "curation", {.ok = 1});
    fleet.workload("gke-eu", "d", "nothing-alike", {.ok = 1});
    const Picture picture = fleet.picture();
    Matched matched = match(picture, Rules());
    Unmatched alone;
    alone.helios = true;
    alone.name = "playlist-service";
    alone.workload = matched.services[0].helios.workloads[0];
    const auto out = guessed(picture, {alone}, matched.unmatched);
    QCOMPARE(out.size(), std::size_t(5));
    QVERIFY(out[0].helios);
    QCOMPARE(out[0].guesses.size(), std::size_t(3));
    std::set<std::string> names;
    for (const Guess &guess : out[0].guesses) {
        names.insert(guess.name);
    }
    QVERIFY((names == std::set<std::string>{"gke-eu/a/playlist-web", "gke-eu/b/blobs", "gke-eu/c/curation"}));
    QVERIFY(std::is_sorted(out[0].guesses.begin(), out[0].guesses.end(),
        [](const Guess &a, const Guess &b) { return a.likeness > b.likeness; }));
    QCOMPARE(out.back().name, std::string("nothing-alike"));
    QVERIFY(out.back().guesses.empty());
    // The line pairs them.
    const YAML::Node pair = YAML::Load(out[0].guesses[0].rule)[0]["pair"];
    const Rules rules = rulesOf({pairRule(
        pair["service"].as<std::string>(), pair["helios"].as<std::string>(), pair["kubernetes"].as<std::string>())});
    QVERIFY(summary(match(picture, rules)).find("playlist-service 1/1 by pair") == 0);
}

void MatchingTest::guessesAreBounded()
{
    TwoFleets fleet;
    std::vector<Unmatched> helios, kubernetes;
    for (int i = 0; i < 300; ++i) {
        Unmatched one;
        one.name = "web-" + std::to_string(i);
        kubernetes.push_back(one);
        one.helios = true;
        helios.push_back(one);
    }
    for (const Unmatched &one : guessed(fleet.picture(), helios, kubernetes)) {
        QVERIFY(one.guesses.size() <= 3);
        QVERIFY(one.guesses.empty() || one.guesses.front().likeness == 1.0);
    }
}

QTEST_APPLESS_MAIN(MatchingTest)
#include "tst_matching.moc"
