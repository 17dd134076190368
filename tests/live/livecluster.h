// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/live/api.h"
#include "tests/live/processes.h"

#include <QStringList>
#include <QTemporaryDir>

/// A real Kubernetes control plane on loopback for one test program: etcd, the API server and, where asked for, the
/// controllers and the scheduler; in a folder and on ports of its own, gone with the object (and with the process,
/// should it be killed). It is made by the tools that SEXTANT_LIVE_TOOLS names: a folder with real-kube/up, down,
/// build, fill.mjs, kubelet.mjs and metrics.mjs.
class LiveCluster {
public:
    struct Options {
        QString version = "1.36";
        bool controllers = false;
        QStringList apiFlags; ///< more flags of the API server; words without blanks
        QString auditPolicy; ///< YAML; empty: no audit log
    };

    /// Why no such cluster can be had here, as a sentence for QSKIP; empty: it can. SEXTANT_LIVE_BUILD=1 builds a
    /// version that is missing, which takes minutes.
    static QString problem(const QString &version);

    explicit LiveCluster(Options options);
    ~LiveCluster();
    LiveCluster(const LiveCluster &) = delete;
    LiveCluster &operator=(const LiveCluster &) = delete;

    /// Starts everything. @return why it failed; empty: it answers, and it is ours.
    QString start();
    void stop(); ///< everything; the data stays
    bool killApiServer(); ///< that process alone, without a goodbye
    QString startApiServer(); ///< with the same flags and the same data
    bool forget(); ///< after stop(): the data goes, certificates and tokens stay

    QString kubeconfig() const { return file("kubeconfig"); }
    QString server() const { return QString("https://127.0.0.1:%1").arg(m_port); }
    QString file(const QString &name) const { return m_home.filePath("state/" + name); }
    Api api(const std::string &token = "admin-token") const;

    /// Nodes and pods of the tools' made-up fleet. @return why it failed.
    QString fill(int nodes, int pods) const;
    QString startKubelet(); ///< plays every node: bound pods run, deleted ones go
    void stopKubelet() { m_kubelet.end(); }
    QString startMetrics(); ///< behind the API server's aggregation; its figures stand still

    /// kubectl of that version as the admin.
    Output kubectl(const QStringList &arguments) const;

private:
    QString script(const QString &name) const;
    bool apiServerIsOurs() const;

    Options m_options;
    QTemporaryDir m_home;
    int m_port = 0, m_etcdPort = 0, m_metricsPort = 0;
    QStringList m_apiCommand; ///< as it was started
    Guard m_guard;
    Player m_kubelet, m_metrics;
};

/// Runs the program under test on that cluster.
Output sextantProgram(const LiveCluster &cluster, const QStringList &arguments);
