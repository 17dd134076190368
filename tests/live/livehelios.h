// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/live/api.h"
#include "tests/live/processes.h"

#include <QStringList>
#include <QTemporaryDir>

/// Real Helios masters with their ZooKeeper on loopback for one test program, in a folder and on ports of its own, gone
/// with the object (and with the process, should it be killed). Made by the tools that SEXTANT_LIVE_TOOLS names: a
/// folder with real-helios/up, down, fill.py and agents.py. The programs themselves (fetched once by `up`, 33 MB) are
/// shared between tests: REAL_HELIOS_HOME.
class LiveHelios {
public:
    struct Options {
        int masters = 1;
        QString heap = "512m", zooKeeperHeap = "1g";
    };

    /// Why no masters can be had here, as a sentence for QSKIP; empty: they can.
    static QString problem();

    explicit LiveHelios(Options options);
    ~LiveHelios();
    LiveHelios(const LiveHelios &) = delete;
    LiveHelios &operator=(const LiveHelios &) = delete;

    /// Starts whatever does not run. @return why it failed; empty: all masters answer, and they are ours.
    QString start();
    void stop(); ///< everything; the data stays
    QString killMaster(int number); ///< that process alone, without a goodbye
    QString stopZooKeeper(); ///< start() brings it back, with its data

    QString url(int master = 1) const { return QString("http://127.0.0.1:%1").arg(m_port + 10 * (master - 1)); }
    QString urls() const; ///< of all masters, as --helios takes them
    Api api(int master = 1) const { return {url(master).toStdString(), {}, {}}; }
    qint64 pid(const QString &name) const { return pidIn(file(name + ".pid")); } ///< "zookeeper", "master-1"

    /// fill.py with these arguments. @return why it failed.
    QString fill(const QStringList &arguments) const;
    QString startAgents(const QStringList &arguments = {}); ///< agents.py: plays every host that is not marked dead
    void pauseAgents() { m_agents.pause(); } ///< nothing changes; after some 15 s their hosts go DOWN
    void resumeAgents() { m_agents.resume(); }
    void stopAgents() { m_agents.end(); } ///< every host goes DOWN
    QString markDead(const QString &hosts) const { return agents({"--down", hosts}); } ///< a regular expression
    QString markAlive(const QString &hosts) const { return agents({"--up", hosts}); }

private:
    QString file(const QString &name) const { return m_home.filePath("state/" + name); }
    QString zooKeeper() const { return QString("127.0.0.1:%1").arg(m_zooKeeperPort); }
    QString agents(const QStringList &arguments) const;

    Options m_options;
    QTemporaryDir m_home;
    int m_port = 0, m_zooKeeperPort = 0;
    Guard m_guard;
    Player m_agents;
};
