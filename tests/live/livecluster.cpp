// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/live/livecluster.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QFileInfo>
#include <QStandardPaths>
#include <QTest>

#include <arpa/inet.h>
#include <csignal>
#include <netinet/in.h>
#include <random>
#include <sys/socket.h>
#include <unistd.h>

namespace {

QString tools() { return qEnvironmentVariable("SEXTANT_LIVE_TOOLS") + "/real-kube"; }

QString binaries(const QString &version)
{
    const QString home = qEnvironmentVariable("REAL_KUBE_HOME", QDir::homePath() + "/.cache/real-kube");
    return home + '/' + version;
}

bool portIsFree(int port)
{
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int yes = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    const bool free = bind(fd, reinterpret_cast<const sockaddr *>(&address), sizeof address) == 0;
    close(fd);
    return free;
}

/// The first of `count` neighbouring ports that nobody listens on. Below the range the system hands out itself.
int freePorts(int count)
{
    std::random_device random;
    for (int i = 0; i < 1000; ++i) {
        const int first = 20000 + static_cast<int>(random() % 12000);
        bool free = true;
        for (int k = 0; k < count && free; ++k) {
            free = portIsFree(first + k);
        }
        if (free) {
            return first;
        }
    }
    return 0;
}

qint64 pidIn(const QString &file)
{
    QFile in(file);
    return in.open(QIODevice::ReadOnly) ? in.readAll().trimmed().toLongLong() : 0;
}

/// Neither gone nor waiting to be collected.
bool alive(qint64 pid)
{
    QFile stat(QString("/proc/%1/stat").arg(pid));
    if (pid <= 0 || !stat.open(QIODevice::ReadOnly)) {
        return false;
    }
    const QByteArray text = stat.readAll();
    return text.mid(text.lastIndexOf(')') + 2, 1) != "Z";
}

} // namespace

bool waitUntil(const std::function<bool()> &done, int seconds) { return QTest::qWaitFor(done, seconds * 1000); }

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
        const Output built = run(tools() + "/build", {version}, {}, 1800);
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
    stopKubelet();
    endScript(m_metrics);
    stop();
}

QString LiveCluster::script(const QString &name) const { return tools() + '/' + name; }

LiveCluster::Output LiveCluster::run(
    const QString &program, const QStringList &arguments, const QStringList &environment, int timeoutSeconds)
{
    QProcess process;
    QStringList all = QProcess::systemEnvironment();
    process.setEnvironment(all + environment);
    process.start(program, arguments);
    process.closeWriteChannel();
    Output output;
    if (!process.waitForFinished(timeoutSeconds * 1000)) {
        process.kill();
        process.waitForFinished();
        output.err = "it did not end in time; ";
    } else if (process.exitStatus() == QProcess::NormalExit) {
        output.exitCode = process.exitCode();
    }
    output.out = process.readAllStandardOutput();
    output.err += process.readAllStandardError();
    return output;
}

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
    // Should this process be killed, the shell's input ends and it stops the cluster.
    m_guard = std::make_unique<QProcess>();
    m_guard->start(
        "setsid", {"sh", "-c", "cat > /dev/null; exec \"$0\" \"$1\"", script("down"), m_home.filePath("state")});
    if (!m_guard->waitForStarted()) {
        return "setsid could not be started";
    }
    const Output up = run(script("up"), {m_home.filePath("state")},
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

void LiveCluster::stop()
{
    if (m_guard) {
        run(script("down"), {m_home.filePath("state")});
        m_guard->closeWriteChannel();
        m_guard->waitForFinished(30'000);
        m_guard.reset();
    }
}

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
    const Output filled = run("node",
        {script("fill.mjs"), "--nodes", QString::number(nodes), "--pods", QString::number(pods), "--server", server()},
        {}, 600);
    return filled.exitCode == 0 ? QString() : "fill.mjs: " + QString::fromUtf8(filled.err);
}

QString LiveCluster::startKubelet()
{
    m_kubelet = std::make_unique<QProcess>();
    m_kubelet->setProcessChannelMode(QProcess::MergedChannels);
    m_kubelet->start("node", {script("kubelet.mjs"), "--server", server()});
    return m_kubelet->waitForStarted() ? QString() : "kubelet.mjs: " + m_kubelet->errorString();
}

bool LiveCluster::endScript(std::unique_ptr<QProcess> &process)
{
    if (!process) {
        return true;
    }
    process->terminate();
    const bool ended = process->waitForFinished(10'000);
    if (!ended) {
        process->kill();
        process->waitForFinished();
    }
    process.reset();
    return ended;
}

void LiveCluster::stopKubelet() { endScript(m_kubelet); }

QString LiveCluster::startMetrics()
{
    m_metrics = std::make_unique<QProcess>();
    m_metrics->setProcessChannelMode(QProcess::MergedChannels);
    m_metrics->start("node",
        {script("metrics.mjs"), "--server", server(), "--state", m_home.filePath("state"), "--port",
            QString::number(m_metricsPort), "--still"});
    const Api admin = api();
    const bool serves = waitUntil([&] { return admin.get("/apis/metrics.k8s.io/v1beta1/nodes").ok(); }, 60);
    return serves ? QString() : "metrics.mjs: " + QString::fromUtf8(m_metrics->readAll());
}

LiveCluster::Output LiveCluster::kubectl(const QStringList &arguments) const
{
    return run(binaries(m_options.version) + "/kubectl",
        QStringList{"--kubeconfig", kubeconfig(), "--context", "admin"} + arguments);
}

LiveCluster::Output sextantProgram(const LiveCluster &cluster, const QStringList &arguments)
{
    return LiveCluster::run(qEnvironmentVariable("SEXTANT_PROGRAM", SEXTANT_PROGRAM),
        arguments + QStringList{"--kubeconfig", cluster.kubeconfig(), "--log-file", "-"});
}
