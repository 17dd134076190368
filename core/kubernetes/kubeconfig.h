// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/kubernetes/connection.h"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sextant::kubernetes {

/// What a kubeconfig is looked for and resolved with; replaced in tests.
struct Environment {
    /// A variable of the process's environment; nothing when it is not set.
    std::function<std::optional<std::string>(const std::string &)> variable;
    std::string serviceAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount";
    /// The process's own.
    static Environment ofProcess();
};

/// A proxy as the environment names it: HTTPS_PROXY or HTTP_PROXY, NO_PROXY, also in small letters. Both empty: none.
/// This machine is never reached through one.
struct Proxy {
    std::string url, noProxy;
};
Proxy environmentProxy(const std::string &server, const Environment &environment);

/// One or several kubeconfig files, merged as kubectl merges them: the first file that defines a name has it whole.
/// A value; holds credentials and is to be dropped once its connections are made. Threads: any, const.
class Kubeconfig {
public:
    struct Context {
        std::string name, cluster, user, ns;
        std::string file; ///< where it is defined
        bool current = false;
    };

    /// `file` (must exist), or where it is empty what $KUBECONFIG lists, or ~/.kube/config. None found: empty.
    /// Errors: Config, with file:line as subject.
    static Result<Kubeconfig> find(const std::string &file, const Environment &environment);
    /// Those files in that order; missing ones are skipped unless `mustExist`.
    static Result<Kubeconfig> load(const std::vector<std::string> &files, bool mustExist);

    /// Sorted by name.
    std::vector<Context> contexts() const;
    const std::string &currentContext() const { return m_current; }
    bool empty() const { return m_contexts.empty() && m_clusters.empty() && m_users.empty(); }
    /// The files that were read, for messages.
    const std::vector<std::string> &files() const { return m_files; }
    /// Files of $KUBECONFIG that do not exist.
    const std::vector<std::string> &missing() const { return m_missing; }

    /// All that is needed to speak to the cluster of `context` (empty: the current one). Reads the files of
    /// certificates. Errors: Config, with what is missing or contradicts itself, and where.
    Result<Connection> connection(const std::string &context, const Environment &environment) const;

    struct Cluster;
    struct User;

private:
    struct ContextEntry;
    struct Reader;
    std::map<std::string, std::shared_ptr<const Cluster>> m_clusters;
    std::map<std::string, std::shared_ptr<const User>> m_users;
    std::map<std::string, std::shared_ptr<const ContextEntry>> m_contexts;
    std::string m_current;
    std::vector<std::string> m_files, m_missing;
};

/// The cluster whose pod we run in; nothing when we do not. Errors: its files cannot be read.
std::optional<Result<Connection>> inClusterConnection(const Environment &environment);

} // namespace sextant::kubernetes
