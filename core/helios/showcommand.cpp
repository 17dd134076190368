// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/helios/showcommand.h"

#include "core/base/format.h"

#include <string_view>

namespace sextant::helios {

namespace {

/// Left alone where a shell takes it as it is, else in single quotes.
std::string quoted(std::string_view text)
{
    constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:@%+=,";
    if (!text.empty() && text.find_first_not_of(kPlain) == std::string_view::npos) {
        return std::string(text);
    }
    std::string out = "'";
    for (const char c : text) {
        out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    }
    return out + "'";
}

/// A name as the whole of a regular expression, which is how the client takes hosts.
std::string pattern(std::string_view name)
{
    std::string out = "^";
    for (const char c : name) {
        out += std::string_view(".\\+*?[^]$(){}=!<>|:#").find(c) == std::string_view::npos ? std::string(1, c)
                                                                                           : std::string("\\") + c;
    }
    return out + "$";
}

} // namespace

std::string showCommand(const ClusterStatus &cluster, const ObjectRef &object)
{
    if (cluster.orchestrator != Orchestrator::Helios || cluster.server.empty()) {
        return {};
    }
    const std::string helios = "helios -z " + quoted(sanitized(cluster.server)) + ' ';
    const std::string name = sanitized(object.name);
    if (object.kind.empty()) {
        return helios + "hosts";
    }
    if (object.kind == "Node") {
        return helios + "hosts " + quoted(pattern(name));
    }
    if (object.kind == "Pod") {
        const std::string uid = sanitized(object.uid);
        const auto slash = uid.find('/');
        if (slash == std::string::npos) {
            return {};
        }
        return helios + "status --job " + quoted(uid.substr(slash + 1)) + " --host "
            + quoted(pattern(std::string_view(uid).substr(0, slash)));
    }
    if (object.kind == workloadKindWord(WorkloadKind::HeliosJob)) {
        return helios + "status --job " + quoted(name);
    }
    if (object.kind == workloadKindWord(WorkloadKind::DeploymentGroup)) {
        return helios + "deployment-group-status " + quoted(name);
    }
    return {};
}

} // namespace sextant::helios
