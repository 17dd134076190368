// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kubernetes/kubeconfig.h"

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// The entries of a kubeconfig as written, paths made absolute. Of use to kubeconfig*.cpp alone.
namespace sextant::kubernetes {

/// A text of the file and where it stands.
struct Written {
    std::string text;
    std::string where; ///< file:line
    explicit operator bool() const { return !text.empty(); }
};

struct Kubeconfig::Cluster {
    std::string name, where;
    Written server, tlsServerName, caFile, caData, proxyUrl;
    bool insecure = false;
    bool disableCompression = false;
    std::string execExtension; ///< JSON of the extension for credential plug-ins; empty: none
};

struct Kubeconfig::User {
    struct Exec {
        std::string where;
        Written command, apiVersion, interactiveMode, installHint;
        std::vector<std::string> args;
        std::vector<std::pair<std::string, std::string>> env;
        bool provideClusterInfo = false;
    };
    struct Provider {
        std::string where, name;
        std::vector<std::pair<std::string, std::string>> config;
    };
    std::string name, where;
    Written certificateFile, certificateData, keyFile, keyData, token, tokenFile, username, password;
    Written as, asUid;
    std::vector<std::string> asGroups;
    std::vector<std::pair<std::string, std::vector<std::string>>> asExtra;
    std::string asWhere; ///< of the first of as-uid, as-groups, as-user-extra
    std::optional<Exec> exec;
    std::optional<Provider> provider;
};

struct Kubeconfig::ContextEntry {
    std::string name, where, file, cluster, user, ns;
};

/// Reads one file into lists; used by Kubeconfig::load.
struct Kubeconfig::Reader {
    static Result<void> read(const std::string &file, const std::string &text, Kubeconfig &into);
};

} // namespace sextant::kubernetes
