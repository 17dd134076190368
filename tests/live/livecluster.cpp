// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/live/livecluster.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QStandardPaths>

#include <csignal>

namespace {

QString tools() { return qEnvironmentVariable("SEXTANT_LIVE_TOOLS") + "/real-kube"; }

QString binaries(const QString &version)
{
    const QString home = qEnvironmentVariable("REAL_KUBE_HOME", QDir::homePath() + "/.cache/real-kube");
    return home + '/' + version;
}

} // namespace

QString LiveCluster::problem(const QString &version)
{
    if (!qEnvironmentVariableIsSet("SEXTANT_LIVE_TOOLS")) {
        return "SEXTANT_LIVE_TOOLS names no folder of tools: nothing was tried against a real Kubernetes";
    }
    for (const char *name : {"build", "up", "down", "fill.mjs", "kubelet.mjs", "metrics.mjs"}) {
        if (!QFileInfo::exists(tools() + '/' + name)) {
            return QString("%1/%2 is missing: nothing was tried against a real Kubernetes").arg(tools(), name);
        }
    }
    for (const char *name : {"node", "openssl", "curl"}) {
        if (QStandardPaths::findExecutable(name).isEmpty()) {
            return QString("%1 is not installed: nothing was tried against a real Kubernetes").arg(name);
        }
    }
    if (!QFileInfo(binaries(version) + "/kube-apiserver").isExecutable()) {
        if (qEnvironmentVariable("SEXTANT_LIVE_BUILD") != "1") {
            return QString("Kubernetes %1 is not built (%2): run '%3/build %1', or set SEXTANT_LIVE_BUILD=1")
                .arg(version, binaries(version), tools());
        }
        const Output built = runProgram(tools() + "/build", {version}, {}, 1800);
        if (built.exitCode != 0) {
            return QString("Kubernetes %1 could not be built: %2")
                .arg(version, QString::fromUtf8(built.err).right(300));
        }
    }
    return {};
}

LiveCluster::LiveCluster(Options options)
    : m_options(std::move(options))
{
}

LiveCluster::~LiveCluster()
{
    m_kubelet.end();
    m_metrics.end();
    stop();
}

QString LiveCluster::script(const QString &name) const { return tools() + '/' + name; }

QString LiveCluster::start()
{
    if (!m_home.isValid() || !QDir(m_home.path()).mkpath("state")) {
        return "no folder for the cluster's state";
    }
    if (m_port == 0) {
        m_port = freePorts(4);
        m_metricsPort = m_port + 3;
        do {
            m_etcdPort = freePorts(2);
        } while (m_etcdPort != 0 && std::abs(m_etcdPort - m_port) < 4);
    }
    QStringList flags = m_options.apiFlags;
    if (!m_options.auditPolicy.isEmpty()) {
        QFile policy(file("audit.yaml"));
        if (!policy.open(QIODevice::WriteOnly) || policy.write(m_options.auditPolicy.toUtf8()) < 0) {
            return "the audit policy cannot be written";
        }
        flags << "--audit-policy-file=" + file("audit.yaml") << "--audit-log-path=" + file("audit.log")
              << "--audit-log-mode=blocking";
    }
    if (!m_guard.arm(script("down"), m_home.filePath("state"))) {
        return "setsid could not be started";
    }
    const Output up = runProgram(script("up"), {m_home.filePath("state")},
        {"KUBE=" + m_options.version, QString("KUBE_PORT=%1").arg(m_port), QString("ETCD_PORT=%1").arg(m_etcdPort),
            QString("CONTROLLERS=%1").arg(m_options.controllers ? 1 : 0), "KUBE_EXTRA=" + flags.join(' ')});
    if (up.exitCode != 0) {
        return QString::fromUtf8(up.err);
    }
    if (!apiServerIsOurs()) {
        return QString("the API server has not got port %1").arg(m_port);
    }
    QFile command(QString("/proc/%1/cmdline").arg(pidIn(file("apiserver.pid"))));
    if (command.open(QIODevice::ReadOnly)) {
        m_apiCommand = QString::fromUtf8(command.readAll()).split(QChar(0), Qt::SkipEmptyParts);
    }
    return {};
}

/// Someone else's server may answer on the port: ours has the certificate of our authority, and its process lives.
bool LiveCluster::apiServerIsOurs() const { return alive(pidIn(file("apiserver.pid"))) && api().get("/readyz").ok(); }

void LiveCluster::stop() { m_guard.disarm(); }

bool LiveCluster::killApiServer()
{
    const qint64 pid = pidIn(file("apiserver.pid"));
    return alive(pid) && ::kill(static_cast<pid_t>(pid), SIGKILL) == 0 && waitUntil([pid] { return !alive(pid); }, 20);
}

QString LiveCluster::startApiServer()
{
    QProcess process;
    process.setProgram(m_apiCommand.value(0));
    process.setArguments(m_apiCommand.mid(1));
    process.setWorkingDirectory(m_home.filePath("state"));
    process.setStandardOutputFile(file("apiserver.log"), QIODevice::Append);
    process.setStandardErrorFile(file("apiserver.log"), QIODevice::Append);
    qint64 pid = 0;
    if (!process.startDetached(&pid)) {
        return "the API server could not be started again";
    }
    QFile out(file("apiserver.pid"));
    if (!out.open(QIODevice::WriteOnly) || out.write(QByteArray::number(pid)) < 0) {
        return "its process id could not be kept";
    }
    out.close();
    return waitUntil([this] { return apiServerIsOurs(); }, 120) ? QString() : "the API server does not answer again";
}

bool LiveCluster::forget() { return QDir(file("etcd")).removeRecursively(); }

Api LiveCluster::api(const std::string &token) const
{
    return {server().toStdString(), file("ca.crt").toStdString(), token};
}

QString LiveCluster::fill(int nodes, int pods) const
{
    const Output filled = runProgram("node",
        {script("fill.mjs"), "--nodes", QString::number(nodes), "--pods", QString::number(pods), "--server", server()},
        {}, 600);
    return filled.exitCode == 0 ? QString() : "fill.mjs: " + QString::fromUtf8(filled.err);
}

QString LiveCluster::startKubelet() { return m_kubelet.start("node", {script("kubelet.mjs"), "--server", server()}); }

QString LiveCluster::startMetrics()
{
    const QString started = m_metrics.start("node",
        {script("metrics.mjs"), "--server", server(), "--state", m_home.filePath("state"), "--port",
            QString::number(m_metricsPort), "--still"});
    if (!started.isEmpty()) {
        return started;
    }
    const Api admin = api();
    const bool serves = waitUntil([&] { return admin.get("/apis/metrics.k8s.io/v1beta1/nodes").ok(); }, 60);
    return serves ? QString() : "metrics.mjs: " + m_metrics.said();
}

Output LiveCluster::kubectl(const QStringList &arguments) const
{
    return runProgram(binaries(m_options.version) + "/kubectl",
        QStringList{"--kubeconfig", kubeconfig(), "--context", "admin"} + arguments);
}

Output sextantProgram(const LiveCluster &cluster, const QStringList &arguments)
{
    return runSextant(arguments + QStringList{"--kubeconfig", cluster.kubeconfig()});
}
