// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QProcess>
#include <QString>
#include <QStringList>

#include <functional>
#include <memory>

/// What a program that ran printed, and how it ended.
struct Output {
    int exitCode = -1; ///< -1: it did not end by itself
    QByteArray out, err;
};

/// Any program, with nothing of ours in its environment but `environment` ("KEY=value").
Output runProgram(const QString &program, const QStringList &arguments, const QStringList &environment = {},
    int timeoutSeconds = 300);
/// Runs the program under test.
Output runSextant(const QStringList &arguments);

/// Until `done`, at most that long; no event is lost meanwhile.
bool waitUntil(const std::function<bool()> &done, int seconds);

/// The first of `count` neighbouring ports that nobody listens on, below the range the system hands out itself.
/// @return 0: there are none.
int freePorts(int count);

qint64 pidIn(const QString &file); ///< 0: the file holds none
bool alive(qint64 pid); ///< neither gone nor waiting to be collected

/// A program that plays a part in a cluster; it ends with this object, and with this process should that be killed.
class Player {
public:
    ~Player() { end(); }
    QString start(const QString &program, const QStringList &arguments); ///< @return why it failed
    void end(); ///< SIGTERM, and SIGKILL after ten seconds
    void pause(); ///< it does nothing until resume()
    void resume();
    bool running() const { return m_process && m_process->state() == QProcess::Running; }
    QString said() const { return m_process ? QString::fromUtf8(m_process->readAll()) : QString(); }

private:
    std::unique_ptr<QProcess> m_process;
};

/// Runs `script folder` when this process is gone, killed or not: what such a script started must not outlive it.
class Guard {
public:
    bool arm(const QString &script, const QString &folder);
    void disarm(); ///< runs it now, and waits
private:
    std::unique_ptr<QProcess> m_shell;
};
