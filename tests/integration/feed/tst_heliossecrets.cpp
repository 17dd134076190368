// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "core/base/log.h"
#include "core/engine/engine.h"
#include "core/report/export.h"
#include "core/report/report.h"
#include "core/simulator/helios_world.h"
#include "core/simulator/simulator.h"

#include <QTemporaryDir>
#include <QtTest>

#include <future>

using namespace sextant;
using namespace std::chrono_literals;

namespace {

constexpr const char *kPlanted = "planted-";

/// A job with a secret wherever Helios takes one.
simulator::HeliosJob planted()
{
    simulator::HeliosJob job;
    job.name = "vault";
    job.version = "1";
    job.image = "registry.example/vault:1";
    job.token = "planted-token";
    job.env = {{"DB_PASSWORD", "planted-env"}, {"PLAIN", "planted-plain"}};
    job.command = {"serve", "--db-password=planted-argument", "http://me:planted-user@db/"};
    job.metadata = {{"api-key", "planted-metadata"}, {"owner", "vaults"}};
    return job;
}

} // namespace

/// Secrets of Helios jobs are in nothing that is shown or written.
class HeliosSecretsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void plantedSecretsAreNowhere();
};

void HeliosSecretsTest::plantedSecretsAreNowhere()
{
    const QTemporaryDir dir;
    const std::string logFile = dir.path().toStdString() + "/sextant.log";
    qputenv("HOME", dir.path().toLocal8Bit());
    QVERIFY(log::start("trace", logFile, false).ok());

    simulator::Options worlds;
    worlds.warmUp = 60s;
    simulator::HeliosOptions one;
    one.name = "secrets";
    one.hosts = 6;
    one.tasks = 12;
    one.services = 4;
    one.groups = 1;
    one.odd = true; // jobs, tasks and agents with secrets of their own: "sim-secret-…"
    one.churn = 0;
    worlds.helios = {one};
    simulator::Simulator simulator(worlds);
    QVERIFY(simulator.start().ok());
    simulator::HeliosWorld &world = *simulator.heliosWorld(0);
    const std::string job = world.createJob(planted());
    QVERIFY(!job.empty());
    std::string host;
    for (const auto &candidate : simulator.heliosTruth(0).hosts) {
        if (candidate.status == "UP" && world.deploy(candidate.name, job)) {
            host = candidate.name;
            break;
        }
    }
    QVERIFY(!host.empty());
    simulator.step(30);
    simulator.pause(true);

    std::vector<std::pair<std::string, std::string>> seen; // where, text
    {
        EngineOptions options;
        options.migrationFile = dir.path().toStdString() + "/migration.json";
        options.persist = true;
        Engine engine(options);
        Sources sources;
        sources.helios = {simulator.heliosEndpoints()[0].urls.front()};
        QVERIFY(engine.open(sources).ok());
        QVERIFY(engine.waitSettled(30s));
        const Picture picture(engine.store().snapshot(), nullptr);
        const ClusterSnapshot &cluster = picture.cluster(0);
        (void)engine.migration(picture, wallNow());

        // The master does tell them: otherwise this proves nothing.
        bool found = false;
        for (const WorkloadView workload : cluster.workloads()) {
            found = found || workload.name() == job;
        }
        QVERIFY(found);

        for (const auto kind : {report::ExportKind::Pods, report::ExportKind::Nodes, report::ExportKind::Workloads,
                 report::ExportKind::Capacity}) {
            for (const auto format :
                {report::ExportFormat::Csv, report::ExportFormat::Json, report::ExportFormat::Table}) {
                std::string text;
                report::writeExport(kind, format, picture, {}, [&](std::string_view piece) {
                    text += piece;
                    return true;
                });
                seen.emplace_back("export", std::move(text));
            }
        }
        report::ReportOptions wanted;
        wanted.now = wallNow();
        const auto made = report::buildReport(picture, nullptr, wanted);
        QVERIFY(made.ok());
        for (const auto format : {report::ReportFormat::Html, report::ReportFormat::Markdown, report::ReportFormat::Csv,
                 report::ReportFormat::Json}) {
            seen.emplace_back("report", report::render(*made, format));
        }

        // What the model holds, whether or not it is written today.
        for (const PodView pod : cluster.pods()) {
            std::string text(pod.statusMessage());
            for (const ContainerView &container : pod.containers()) {
                text += '\n' + std::string(container.message) + '\n' + std::string(container.image);
            }
            seen.emplace_back("task", std::move(text));
        }
        for (const WorkloadView workload : cluster.workloads()) {
            const WorkloadDraft &draft = workload.draft();
            std::string text = draft.status + draft.containers + draft.images + draft.selector;
            for (const auto &[key, value] : draft.labels) {
                text += '\n' + key + '=' + value;
            }
            seen.emplace_back("workload", std::move(text));
        }
        for (const NodeView node : cluster.nodes()) {
            std::string text;
            for (const auto &[key, value] : node.draft().labels) {
                text += key + '=' + value + '\n';
            }
            seen.emplace_back("host", std::move(text));
        }

        // The raw view and the history of everything that can be chosen.
        std::vector<ObjectRef> objects;
        for (const NodeView node : cluster.nodes()) {
            objects.push_back({"Node", {}, node.draft().name, node.draft().uid});
        }
        for (const PodView pod : cluster.pods()) {
            objects.push_back({"Pod", {}, std::string(pod.name()), pod.uid()});
        }
        for (const WorkloadView workload : cluster.workloads()) {
            objects.push_back({workload.draft().kindText, {}, workload.draft().name, workload.draft().uid});
        }
        std::size_t read = 0;
        for (const ObjectRef &object : objects) { // one after the other, as a person would
            std::promise<Result<std::string>> raw;
            std::promise<Result<std::vector<EventRow>>> events;
            engine.readObject(cluster.id(), object, [&](Result<std::string> text) { raw.set_value(std::move(text)); });
            auto text = raw.get_future();
            QVERIFY(text.wait_for(60s) == std::future_status::ready);
            const Result<std::string> yaml = text.get();
            read += yaml ? 1 : 0;
            seen.emplace_back("raw", yaml ? *yaml : yaml.error().text());
            engine.readEvents(
                cluster.id(), object, [&](Result<std::vector<EventRow>> rows) { events.set_value(std::move(rows)); });
            auto rows = events.get_future();
            QVERIFY(rows.wait_for(60s) == std::future_status::ready);
            const Result<std::vector<EventRow>> history = rows.get();
            std::string lines = history ? std::string() : history.error().text();
            if (history) {
                for (const EventRow &event : *history) {
                    lines += event.reason + ' ' + event.message + ' ' + event.object + ' ' + event.source + '\n';
                }
            }
            seen.emplace_back("events", std::move(lines));
        }
        QVERIFY(read > objects.size() / 2);
        const bool shown = std::any_of(seen.begin(), seen.end(), [&](const auto &entry) {
            return entry.first == "raw" && entry.second.find(job) != std::string::npos
                && entry.second.find("DB_PASSWORD") != std::string::npos;
        });
        QVERIFY(shown); // its name, not its value
    }
    spdlog::default_logger()->flush();
    for (const char *file : {"/sextant.log", "/migration.json"}) {
        const Result<std::string> text = readSmallFile(dir.path().toStdString() + file, 64U << 20);
        QVERIFY2(text && !text->empty(), file);
        seen.emplace_back(file, *text);
    }
    for (const auto &[where, text] : seen) {
        for (const char *secret : {kPlanted, "sim-secret-"}) {
            const auto at = text.find(secret);
            QVERIFY2(at == std::string::npos,
                (where + ": " + text.substr(at > 60 && at != std::string::npos ? at - 60 : 0, 200)).c_str());
        }
    }
}

QTEST_GUILESS_MAIN(HeliosSecretsTest)
#include "tst_heliossecrets.moc"
