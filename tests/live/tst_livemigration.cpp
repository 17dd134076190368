// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/engine.h"
#include "core/migration/migration.h"
#include "tests/live/livecluster.h"
#include "tests/live/livehelios.h"

#include <QTest>

#include <map>

using namespace sextant;
using migration::Stage;
using nlohmann::json;

/// Services of one name on a real Kubernetes and a real Helios: the stage of each is what was done to it.
class TestLiveMigration : public QObject {
    Q_OBJECT

    LiveCluster m_cluster{{.version = "1.36", .controllers = true}};
    LiveHelios m_helios{{}};
    std::unique_ptr<Engine> m_engine;
    std::unique_ptr<migration::Tracker> m_tracker;
    std::map<std::string, std::string> m_jobs; ///< full ids by name

    static std::string host(int i) { return "helios-agent-000" + std::to_string(i) + ".example.net"; }

    /// Makes the job of a service and deploys it on the first `hosts` hosts. @return why it failed.
    QString deployOnHelios(const std::string &name, int hosts)
    {
        if (!m_jobs.contains(name)) {
            const ApiAnswer made = m_helios.api().create("/jobs?user=amelia",
                {{"id", name + ":1.0"}, {"image", "registry.example.com/" + name + ":1.0"},
                    {"resources", {{"memory", 1 << 28}, {"cpuShares", 512}}}});
            if (!made.ok()) {
                return QString::fromStdString(name + ": " + made.text());
            }
            m_jobs[name] = made.json().value("id", "");
        }
        const std::string id = m_jobs[name];
        for (int i = 1; i <= hosts; ++i) {
            const ApiAnswer answer = m_helios.api().put(
                "/hosts/" + host(i) + "/jobs/" + id + "?user=amelia", {{"job", id}, {"goal", "START"}});
            if (!answer.ok()) {
                return QString::fromStdString(name + ": " + answer.text());
            }
        }
        return {};
    }
    QString drainHelios(const std::string &name, int hosts)
    {
        for (int i = 1; i <= hosts; ++i) {
            const ApiAnswer answer =
                m_helios.api().remove("/hosts/" + host(i) + "/jobs/" + m_jobs[name] + "?user=amelia");
            if (!answer.ok()) {
                return QString::fromStdString(name + ": " + answer.text());
            }
        }
        return {};
    }
    QString deployOnKubernetes(const std::string &name, int replicas)
    {
        const json body = {{"metadata", {{"name", name}}},
            {"spec",
                {{"replicas", replicas}, {"selector", {{"matchLabels", {{"app", name}}}}},
                    {"template",
                        {{"metadata", {{"labels", {{"app", name}}}}},
                            {"spec",
                                {{"containers",
                                    json::array({{{"name", "main"}, {"image", "registry.example.com/" + name + ":1.1"},
                                        {"resources",
                                            {{"requests", {{"cpu", "250m"}, {"memory", "128Mi"}}}}}}})}}}}}}}};
        const ApiAnswer answer = m_cluster.api().create("/apis/apps/v1/namespaces/team-a/deployments", body);
        return answer.ok() ? QString() : QString::fromStdString(name + ": " + answer.text());
    }
    QString scaleOnKubernetes(const QString &name, int replicas)
    {
        const Output output =
            m_cluster.kubectl({"-n", "team-a", "scale", "deployment/" + name, QString("--replicas=%1").arg(replicas)});
        return output.exitCode == 0 ? QString() : QString::fromUtf8(output.err);
    }

    struct Wanted {
        const char *service;
        Stage stage;
        int helios, kubernetes; ///< instances, all of them healthy
    };
    static QString said(const migration::Service *service)
    {
        return service == nullptr ? QString("no such service")
                                  : QString("%1 %2: Helios %3 of %4, Kubernetes %5 of %6")
                                        .arg(QString::fromStdString(service->name),
                                            QString::fromStdString(std::string(migration::stageWord(service->stage))))
                                        .arg(service->helios.healthy)
                                        .arg(service->helios.instances)
                                        .arg(service->kubernetes.healthy)
                                        .arg(service->kubernetes.instances);
    }
    /// Looks again and again, until all of it is so. @return what is not, after a while.
    QString becomes(const std::vector<Wanted> &wanted)
    {
        QString wrong;
        waitUntil(
            [&] {
                const Picture picture(m_engine->store().snapshot(), nullptr);
                const auto progress = m_tracker->look(picture, wallNow());
                wrong.clear();
                for (const Wanted &one : wanted) {
                    const migration::Service *service = progress->find(one.service);
                    if (service == nullptr || service->stage != one.stage || service->helios.instances != one.helios
                        || service->helios.healthy != one.helios || service->kubernetes.instances != one.kubernetes
                        || service->kubernetes.healthy != one.kubernetes) {
                        wrong += QString(one.service) + " is not as it should be: " + said(service) + '\n';
                    }
                }
                return wrong.isEmpty();
            },
            90);
        return wrong;
    }
    json exportedServices(QString &why) const
    {
        const Output output = sextantProgram(
            m_cluster, {"export", "migration", "--format", "json", "--context", "admin", "--helios", m_helios.url()});
        why = output.exitCode == 0 || output.exitCode == 3 ? QString() : QString::fromUtf8(output.err);
        const json rows = json::parse(output.out.constBegin(), output.out.constEnd(), nullptr, false);
        json out = json::object();
        for (const json &row : rows.is_array() ? rows : json::array()) {
            out[row.value("service", "")] = row;
        }
        return out;
    }

private Q_SLOTS:
    void initTestCase()
    {
        for (const QString &problem : {LiveCluster::problem("1.36"), LiveHelios::problem()}) {
            if (!problem.isEmpty()) {
                QSKIP(qPrintable(problem));
            }
        }
        QCOMPARE(m_cluster.start(), QString());
        QCOMPARE(m_cluster.fill(4, 0), QString());
        QCOMPARE(m_cluster.startKubelet(), QString());
        QCOMPARE(m_helios.start(), QString());
        QCOMPARE(
            m_helios.fill({"--hosts", "6", "--jobs", "4", "--groups", "0", "--per-host", "0", "--no-odd"}), QString());
        QCOMPARE(m_helios.startAgents(), QString());
        for (const auto &[name, hosts] : {std::pair{"checkout", 3}, {"catalog", 2}, {"mailer", 4}, {"ledger", 2}}) {
            QCOMPARE(deployOnHelios(name, hosts), QString());
        }
        QCOMPARE(deployOnKubernetes("newcomer", 1), QString());
        Config config;
        config.discover = false;
        m_engine = std::make_unique<Engine>(EngineOptions{config, false, nullptr});
        Sources sources;
        sources.kubeconfig = m_cluster.kubeconfig().toStdString();
        sources.contexts = {"admin"};
        sources.helios = {m_helios.url().toStdString()};
        QVERIFY(m_engine->open(sources));
        QVERIFY(m_engine->waitSettled(std::chrono::seconds(60)));
        QCOMPARE(m_engine->store().snapshot().clusters().size(), std::size_t(2));
        migration::TrackerOptions options;
        options.apart = std::chrono::seconds(2);
        m_tracker = std::make_unique<migration::Tracker>(migration::Rules(), options);
    }

    void onHeliosOnly()
    {
        QCOMPARE(becomes({{"checkout", Stage::NotStarted, 3, 0}, {"catalog", Stage::NotStarted, 2, 0},
                     {"mailer", Stage::NotStarted, 4, 0}, {"ledger", Stage::NotStarted, 2, 0}}),
            QString());
        // What only Kubernetes ever had is no service of the migration.
        const auto progress = m_tracker->current();
        QVERIFY(progress->find("newcomer") == nullptr);
        bool apart = false;
        for (const migration::Unmatched &one : progress->unmatched) {
            apart = apart || (!one.helios && one.name == "newcomer");
        }
        QVERIFY(apart);
    }

    void deployedOnKubernetes()
    {
        QCOMPARE(deployOnKubernetes("checkout", 2), QString());
        QCOMPARE(deployOnKubernetes("catalog", 1), QString());
        QCOMPARE(deployOnKubernetes("ledger", 2), QString());
        QCOMPARE(becomes({{"checkout", Stage::InParallel, 3, 2}, {"catalog", Stage::InParallel, 2, 1},
                     {"ledger", Stage::InParallel, 2, 2}, {"mailer", Stage::NotStarted, 4, 0}}),
            QString());
        const migration::Service checkout = *m_tracker->current()->find("checkout");
        QCOMPARE(checkout.helios.cpuRequested, std::int64_t(3 * 500)); // 512 of 1024 shares
        QCOMPARE(checkout.kubernetes.cpuRequested, std::int64_t(2 * 250));
        QCOMPARE(checkout.helios.memoryRequested, std::int64_t(3) << 28);
        QCOMPARE(checkout.kubernetes.memoryRequested, std::int64_t(2) << 27);
        QVERIFY(checkout.since != kNoTime);
    }

    void heliosDrained()
    {
        QCOMPARE(drainHelios("checkout", 3), QString());
        QCOMPARE(drainHelios("ledger", 2), QString());
        QCOMPARE(drainHelios("catalog", 1), QString());
        // One instance is left of the catalog's two: on the second host.
        QCOMPARE(becomes({{"checkout", Stage::Migrated, 0, 2}, {"ledger", Stage::Migrated, 0, 2},
                     {"catalog", Stage::InParallel, 1, 1}, {"mailer", Stage::NotStarted, 4, 0}}),
            QString());
        QVERIFY(m_tracker->current()->find("checkout")->helios.exists); // its job is still defined
    }

    /// A reader that comes now, with no memory of it, says the same.
    void exported()
    {
        QString why;
        const json rows = exportedServices(why);
        QVERIFY2(why.isEmpty(), qPrintable(why));
        for (const migration::Service &service : m_tracker->current()->services) {
            const json row = rows.value(service.name, json());
            QVERIFY2(row.is_object(), service.name.c_str());
            QCOMPARE(row.value("stage", ""), std::string(migration::stageKey(service.stage)));
            QCOMPARE(row["helios_instances"].dump(), json(service.helios.instances).dump());
            QCOMPARE(row["helios_healthy"].dump(), json(service.helios.healthy).dump());
            QCOMPARE(row["kubernetes_instances"].dump(), json(service.kubernetes.instances).dump());
            QCOMPARE(row["kubernetes_healthy"].dump(), json(service.kubernetes.healthy).dump());
        }
        QCOMPARE(rows.size(), m_tracker->current()->services.size());
        QCOMPARE(rows["checkout"]["stage"].dump(), json("migrated").dump());
        QCOMPARE(rows["checkout"]["kubernetes_cpu_requested_millicores"].dump(), json(500).dump());
        QCOMPARE(rows["mailer"]["stage"].dump(), json("not-started").dump());
        QCOMPARE(rows["mailer"]["helios_healthy"].dump(), json(4).dump());
    }

    void jobRemoved()
    {
        const ApiAnswer removed = m_helios.api().remove("/jobs/" + m_jobs["ledger"] + "?user=amelia");
        QVERIFY2(removed.ok(), removed.text().c_str());
        QCOMPARE(becomes({{"ledger", Stage::Retired, 0, 2}, {"checkout", Stage::Migrated, 0, 2}}), QString());
    }

    void rolledBack()
    {
        QCOMPARE(deployOnHelios("checkout", 3), QString());
        QCOMPARE(becomes({{"checkout", Stage::InParallel, 3, 2}}), QString());
        QCOMPARE(scaleOnKubernetes("checkout", 0), QString());
        QCOMPARE(becomes({{"checkout", Stage::RolledBack, 3, 0}, {"ledger", Stage::Retired, 0, 2},
                     {"catalog", Stage::InParallel, 1, 1}, {"mailer", Stage::NotStarted, 4, 0}}),
            QString());
    }

    void cleanupTestCase()
    {
        m_engine.reset();
        m_helios.stopAgents();
        m_cluster.stopKubelet();
    }
};

QTEST_GUILESS_MAIN(TestLiveMigration)
#include "tst_livemigration.moc"
