// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/fleet/status.h"
#include "core/kubernetes/session.h"

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sextant::kubernetes {

/// Where a kind is served.
struct Endpoint {
    std::string base; ///< "/api/v1" or "/apis/GROUP/VERSION"
    std::string resource; ///< "pods"
    bool namespaced = true;
    /// "/api/v1/pods", or "/api/v1/namespaces/NS/pods".
    std::string path(const std::string &ns = {}) const;
    bool operator==(const Endpoint &) const = default;
};

/// What we read of a kind and where it may be served, best first.
struct KindInfo {
    ResourceKind kind;
    const char *objectKind; ///< "Pod"
    const char *resource;
    bool namespaced;
    std::vector<const char *> bases;
};
const KindInfo &kindInfo(ResourceKind kind);

/// What a server serves of what we read. A kind without endpoint is absent.
struct Served {
    std::array<std::optional<Endpoint>, kResourceKinds> endpoints;
    const std::optional<Endpoint> &of(ResourceKind kind) const { return endpoints[static_cast<std::size_t>(kind)]; }
};
/// Every kind where it is today; for servers that do not tell.
Served assumedServed();

/// One (base, resource) a server said it has and lets list.
struct FoundResource {
    std::string base, resource;
};
/// Reads an APIGroupDiscoveryList. Errors: Decode.
Result<std::vector<FoundResource>> parseAggregatedDiscovery(std::string_view json, bool core);
/// Reads an APIResourceList.
Result<std::vector<FoundResource>> parseResourceList(std::string_view json, const std::string &base);
/// Chooses for each kind the best base that has the resource (not only the group: batch/v1 of 1.20 has no cronjobs).
Served choose(const std::vector<FoundResource> &found);

/// Asks a server what it serves: by two requests where it knows aggregated discovery, else one for each group. What it
/// does not let us see is assumed. Threads: the feed's.
class Discovery {
public:
    using Done = std::function<void(Result<Served>)>;
    explicit Discovery(Session &session)
        : m_session(session)
    {
    }
    ~Discovery() { cancel(); }
    Discovery(const Discovery &) = delete;
    Discovery &operator=(const Discovery &) = delete;
    /// Begins anew. Errors: the network, a credential, a server that fails (5xx).
    void run(Done done);
    void cancel();
    bool running() const { return m_open > 0; }

private:
    void ask(const std::string &path, bool core);
    void askPlain(const std::string &base);
    void answered(Answer &&answer, const std::function<void(const Answer &)> &use);
    void finishOne();

    Session &m_session;
    Done m_done;
    std::vector<Session::Key> m_keys;
    int m_open = 0;
    bool m_hidden = false; ///< something was refused: assume
    std::optional<Error> m_error;
    std::vector<FoundResource> m_found;
};

/// metadata.uid of a JSON object; empty when there is none.
std::string uidOf(std::string_view json);
/// gitVersion of GET /version.
std::string gitVersionOf(std::string_view json);

} // namespace sextant::kubernetes
