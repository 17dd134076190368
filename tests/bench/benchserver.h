// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <sys/types.h>
#include <vector>

/// Simulated clusters in a process of their own, so that neither their memory nor their work is counted in a
/// benchmark's. They stand still until stir() is called. Made before the benchmark has any thread.
class BenchServer {
public:
    /// @param nodes,pods of each cluster
    BenchServer(int nodes, int pods, double churn, int clusters = 1);
    ~BenchServer(); ///< ends the process
    BenchServer(const BenchServer &) = delete;
    BenchServer &operator=(const BenchServer &) = delete;

    /// Waits until it serves. False: it ended before that.
    bool ready() const;
    /// What servers made from now on are like. @param pace bytes a second on each connection; 0: as fast as it goes
    static void serveAs(const std::string &version, std::int64_t pace);
    void stir() const; ///< from now on they live, at the churn they were made with
    /// A pod as the simulation knows it.
    struct Pod {
        std::string uid, resourceVersion, status, node;
    };
    /// They stand still from now on; what is true of the first one then, in no order.
    std::vector<Pod> rest() const;
    const std::string &kubeconfig() const { return m_kubeconfig; }
    std::string url() const; ///< of the first API server

private:
    std::string m_kubeconfig;
    pid_t m_child = 0;
};
