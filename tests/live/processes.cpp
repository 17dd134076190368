// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/live/processes.h"

#include <QFile>
#include <QTest>

#include <arpa/inet.h>
#include <csignal>
#include <netinet/in.h>
#include <random>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

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

} // namespace

Output runProgram(
    const QString &program, const QStringList &arguments, const QStringList &environment, int timeoutSeconds)
{
    QProcess process;
    process.setEnvironment(QProcess::systemEnvironment() + environment);
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

Output runSextant(const QStringList &arguments)
{
    return runProgram(
        qEnvironmentVariable("SEXTANT_PROGRAM", SEXTANT_PROGRAM), arguments + QStringList{"--log-file", "-"});
}

bool waitUntil(const std::function<bool()> &done, int seconds) { return QTest::qWaitFor(done, seconds * 1000); }

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

bool alive(qint64 pid)
{
    QFile stat(QString("/proc/%1/stat").arg(pid));
    if (pid <= 0 || !stat.open(QIODevice::ReadOnly)) {
        return false;
    }
    const QByteArray text = stat.readAll();
    return text.mid(text.lastIndexOf(')') + 2, 1) != "Z";
}

QString Player::start(const QString &program, const QStringList &arguments)
{
    m_process = std::make_unique<QProcess>();
    m_process->setProcessChannelMode(QProcess::MergedChannels);
    m_process->setChildProcessModifier([] { prctl(PR_SET_PDEATHSIG, SIGKILL); });
    m_process->start(program, arguments);
    return m_process->waitForStarted() ? QString() : program + ": " + m_process->errorString();
}

void Player::pause()
{
    if (running()) {
        ::kill(static_cast<pid_t>(m_process->processId()), SIGSTOP);
    }
}

void Player::resume()
{
    if (running()) {
        ::kill(static_cast<pid_t>(m_process->processId()), SIGCONT);
    }
}

void Player::end()
{
    if (!m_process) {
        return;
    }
    resume();
    m_process->terminate();
    if (!m_process->waitForFinished(10'000)) {
        m_process->kill();
        m_process->waitForFinished();
    }
    m_process.reset();
}

bool Guard::arm(const QString &script, const QString &folder)
{
    if (m_shell) {
        return true;
    }
    // The shell's input ends with this process.
    m_shell = std::make_unique<QProcess>();
    m_shell->start("setsid", {"sh", "-c", "cat > /dev/null; exec \"$0\" \"$1\"", script, folder});
    return m_shell->waitForStarted();
}

void Guard::disarm()
{
    if (m_shell) {
        m_shell->closeWriteChannel();
        m_shell->waitForFinished(120'000);
        m_shell.reset();
    }
}
