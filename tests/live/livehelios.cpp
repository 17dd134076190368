// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/live/livehelios.h"

#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>

#include <csignal>

namespace {

QString script(const QString &name) { return qEnvironmentVariable("SEXTANT_LIVE_TOOLS") + "/real-helios/" + name; }

} // namespace

QString LiveHelios::problem()
{
    const QString nothing = ": nothing was tried against a real Helios";
    if (!qEnvironmentVariableIsSet("SEXTANT_LIVE_TOOLS")) {
        return "SEXTANT_LIVE_TOOLS names no folder of tools" + nothing;
    }
    for (const char *name : {"up", "down", "fill.py", "agents.py"}) {
        if (!QFileInfo::exists(script(name))) {
            return script(name) + " is missing" + nothing;
        }
    }
    for (const char *name : {"java", "mvn", "python3", "curl", "setsid"}) {
        if (QStandardPaths::findExecutable(name).isEmpty()) {
            return QString("%1 is not installed").arg(name) + nothing;
        }
    }
    if (runProgram("python3", {"-c", "import ensurepip"}).exitCode != 0) {
        return "python3 cannot make virtual environments (python3-venv)" + nothing;
    }
    return {};
}

LiveHelios::LiveHelios(Options options)
    : m_options(std::move(options))
{
}

LiveHelios::~LiveHelios()
{
    m_agents.end();
    stop();
}

QString LiveHelios::start()
{
    if (!m_home.isValid() || !QDir(m_home.path()).mkpath("state")) {
        return "no folder for the masters' state";
    }
    if (m_port == 0) {
        m_port = freePorts(10 * m_options.masters + 1);
        m_zooKeeperPort = m_port == 0 ? 0 : m_port + 10 * m_options.masters;
    }
    if (!m_guard.arm(script("down"), m_home.filePath("state"))) {
        return "setsid could not be started";
    }
    const Output up = runProgram(script("up"), {m_home.filePath("state")},
        {QString("HELIOS_PORT=%1").arg(m_port), QString("ZK_PORT=%1").arg(m_zooKeeperPort),
            QString("MASTERS=%1").arg(m_options.masters), "HEAP=" + m_options.heap,
            "ZK_HEAP=" + m_options.zooKeeperHeap},
        900);
    if (up.exitCode != 0) {
        return "up: " + QString::fromUtf8(up.err);
    }
    for (int i = 1; i <= m_options.masters; ++i) {
        if (!alive(pid(QString("master-%1").arg(i))) || !api(i).get("/masters").ok()) {
            return QString("master %1 has not got %2").arg(i).arg(url(i));
        }
    }
    return {};
}

void LiveHelios::stop() { m_guard.disarm(); }

QString LiveHelios::killMaster(int number)
{
    const qint64 process = pid(QString("master-%1").arg(number));
    const bool gone = alive(process) && ::kill(static_cast<pid_t>(process), SIGKILL) == 0
        && waitUntil([process] { return !alive(process); }, 20);
    return gone ? QString() : QString("master %1 could not be killed").arg(number);
}

QString LiveHelios::stopZooKeeper()
{
    const qint64 process = pid("zookeeper");
    const Output down = runProgram(script("down"), {m_home.filePath("state"), "zookeeper"});
    return down.exitCode == 0 && !alive(process) ? QString() : "ZooKeeper could not be stopped";
}

QString LiveHelios::urls() const
{
    QStringList all;
    for (int i = 1; i <= m_options.masters; ++i) {
        all << url(i);
    }
    return all.join(',');
}

QString LiveHelios::fill(const QStringList &arguments) const
{
    const Output filled =
        runProgram(script("fill.py"), QStringList{"--master", url(), "--zk", zooKeeper()} + arguments, {}, 600);
    return filled.exitCode == 0 ? QString() : "fill.py: " + QString::fromUtf8(filled.err);
}

QString LiveHelios::startAgents(const QStringList &arguments)
{
    return m_agents.start(script("agents.py"), QStringList{"--zk", zooKeeper()} + arguments);
}

QString LiveHelios::agents(const QStringList &arguments) const
{
    const Output done = runProgram(script("agents.py"), QStringList{"--zk", zooKeeper()} + arguments);
    return done.exitCode == 0 ? QString() : "agents.py: " + QString::fromUtf8(done.err);
}
