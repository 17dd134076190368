// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <sys/types.h>
#include <vector>

/// A simulated cluster in a process of its own, so that neither its memory nor its work is counted in a benchmark's.
/// It stands still until stir() is called. Made before the benchmark has any thread.
class BenchServer {
public:
    BenchServer(int nodes, int pods, double churn);
    ~BenchServer(); ///< ends the process
    BenchServer(const BenchServer &) = delete;
    BenchServer &operator=(const BenchServer &) = delete;

    /// Waits until it serves. False: it ended before that.
    bool ready() const;
    void stir() const; ///< from now on the cluster lives, at the churn it was made with
    /// A pod as the simulation knows it.
    struct Pod {
        std::string uid, resourceVersion, status, node;
    };
    /// The cluster stands still from now on; what is true then, in no order.
    std::vector<Pod> rest() const;
    const std::string &kubeconfig() const { return m_kubeconfig; }
    std::string url() const; ///< of the API server

private:
    std::string m_kubeconfig;
    pid_t m_child = 0;
};
