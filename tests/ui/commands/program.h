// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QProcess>
#include <QTemporaryDir>

/// The program as a script runs it, with a home of its own that goes with this.
class Program {
public:
    struct Run {
        int code = -1; ///< -1: it did not end by itself
        QByteArray out, err;
    };
    Run operator()(const QStringList &arguments) const
    {
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        for (const char *name : {"XDG_CONFIG_HOME", "XDG_STATE_HOME", "HOME"}) {
            environment.insert(QString::fromLatin1(name), m_dir.path());
        }
        environment.insert(QStringLiteral("KUBECONFIG"), file("none"));
        process.setProcessEnvironment(environment);
        process.start(QStringLiteral(SEXTANT_PROGRAM), arguments);
        process.waitForFinished(120'000);
        return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1, process.readAllStandardOutput(),
            process.readAllStandardError()};
    }
    /// A path in that home.
    QString file(const char *name) const { return m_dir.filePath(QString::fromLatin1(name)); }

private:
    QTemporaryDir m_dir;
};
