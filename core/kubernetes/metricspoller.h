// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kubernetes/reflector.h"

#include <chrono>
#include <cstddef>
#include <set>
#include <vector>

namespace sextant::kubernetes {

/// How long pods are not asked about after a round of samples where nobody has said it: half a minute, and of so many
/// as long as makes it 2,500 samples a second, but no longer than a minute. A round costs the server by the pod, and
/// us.
std::chrono::milliseconds podMetricsPause(std::size_t samples);

/// Reads metrics.k8s.io of nodes and pods in turn, one request at a time. Threads: the feed's.
class MetricsPoller {
public:
    /// @param namespaces where pods are sampled one by one if the whole cluster is refused.
    MetricsPoller(ReflectorHost &host, std::vector<std::string> namespaces);
    ~MetricsPoller();
    MetricsPoller(const MetricsPoller &) = delete;
    MetricsPoller &operator=(const MetricsPoller &) = delete;

    /// What the server serves now; starts, or goes on with it.
    void setServed(const std::optional<Endpoint> &nodes, const std::optional<Endpoint> &pods);
    void retry();
    /// The server cannot be reached, or can again.
    void pause(bool paused);
    const ResourceStatus &nodes() const { return m_nodes.status; }
    const ResourceStatus &pods() const { return m_pods.status; }

private:
    struct Side {
        ResourceKind kind = ResourceKind::NodeMetrics;
        std::optional<Endpoint> endpoint;
        ResourceStatus status;
        Timers::Id timer = Timers::Id::None;
        bool due = false;
        bool narrow = false; ///< by namespace
        bool json = false; ///< its server has refused protobuf
        std::size_t at = 0; ///< of the namespaces
        std::set<std::string> readable; ///< namespaces that answered this round
        std::size_t samples = 0; ///< of the round under way
        std::chrono::steady_clock::time_point sampled{}; ///< end of the last good round
    };
    void sync(Side &side, Sync state, std::optional<Error> error = {});
    void schedule(Side &side, std::chrono::milliseconds wait);
    bool awaitsRows(const Side &side) const;
    void next();
    void ask(Side &side);
    void answered(Side &side, Answer &&answer);
    void finish(Side &side);
    void fail(Side &side, Sync state, Error error, std::chrono::milliseconds wait);
    std::chrono::milliseconds every(const Side &side) const;

    ReflectorHost &m_host;
    const std::vector<std::string> m_namespaces;
    Side m_nodes, m_pods;
    Session::Key m_key = 0;
    bool m_paused = false;
    std::unique_ptr<ListDecoder> m_list;
    Time m_came = kNoTime; ///< when the piece being read came
    std::optional<Error> m_broken;
};

} // namespace sextant::kubernetes
