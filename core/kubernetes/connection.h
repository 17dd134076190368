// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/net/client.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// Speaks to Kubernetes API servers; only ever reads.
namespace sextant::kubernetes {

/// A credential plug-in as a kubeconfig describes it (`users[].user.exec`).
struct ExecConfig {
    std::string command; ///< a bare name, looked up in PATH, or an absolute path
    std::vector<std::string> args;
    std::vector<std::pair<std::string, std::string>> env; ///< added to the process's own
    std::string apiVersion; ///< client.authentication.k8s.io/v1, /v1beta1 or /v1alpha1
    std::string interactiveMode; ///< Never, IfAvailable or Always
    std::string installHint;
    std::string clusterJson; ///< spec.cluster, where provideClusterInfo asks for it; empty: not given
    std::string server; ///< tells one cluster's credential from another's
    bool operator==(const ExecConfig &) const = default;
};

/// Who we are to a server. At most one of token, tokenFile, basic and exec is set; certificates stand in Tls.
/// Never logged, copied into a status or written anywhere.
struct Credentials {
    std::string token;
    std::string tokenFile; ///< absolute; read again while running
    std::string username, password;
    std::shared_ptr<const ExecConfig> exec;
    /// The legacy oidc provider's id-token: used until it expires, never refreshed.
    std::string idToken;
    bool oidc = false;
    /// A credential of a kind that cannot be used (gcp, azure): what the user is told.
    std::optional<Error> unusable;
};

/// All that is needed to speak to one API server as one user.
struct Connection {
    std::string name; ///< shown; the configured name, else the context
    std::string context; ///< empty: not from a kubeconfig
    std::string server; ///< https://host:port/prefix, without a slash at the end, credentials, query or fragment
    net::Tls tls; ///< certificates as PEM in memory
    std::string proxy; ///< empty: none
    std::string noProxy;
    bool compressed = true; ///< gzip is worth offering: not switched off, and not this machine
    std::string ns; ///< of the context; empty: not said ("default")
    std::vector<std::string> namespaces; ///< to be tried one by one where the whole cluster may not be listed
    Credentials credentials;
    net::Headers impersonate; ///< Impersonate-* headers
    bool demo = false; ///< simulated
};

} // namespace sextant::kubernetes
