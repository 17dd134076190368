// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kubernetes/nodestatus.h"

#include "core/kubernetes/quantity.h"

#include <algorithm>
#include <map>

namespace sextant::kubernetes {

NodeStatus nodeStatusOf(const wire::Node &node)
{
    std::string_view ready;
    bool known = false, pressed = false;
    for (const auto &condition : node.conditions) { // of several Ready conditions the last counts
        if (condition.type == "Ready") {
            ready = condition.status;
            known = true;
        } else if (condition.type == "MemoryPressure" || condition.type == "DiskPressure"
            || condition.type == "PIDPressure" || condition.type == "NetworkUnavailable") {
            pressed = pressed || condition.status != "False";
        }
    }
    NodeStatus out;
    out.silent = !known || ready == "Unknown";
    out.text = !known ? "Unknown" : ready == "True" ? "Ready" : "NotReady";
    if (node.unschedulable) {
        out.text += ",SchedulingDisabled";
    }
    out.state = ready != "True" ? State::Failed
        : pressed               ? State::Warning
        : node.unschedulable    ? State::Cordoned
                                : State::Ok;
    return out;
}

std::vector<std::string> rolesOf(const wire::Node &node)
{
    constexpr std::string_view kPrefix = "node-role.kubernetes.io/";
    std::vector<std::string> roles;
    for (const auto &[key, value] : node.meta.labels) {
        if (key.substr(0, kPrefix.size()) == kPrefix && key.size() > kPrefix.size()) {
            roles.emplace_back(key.substr(kPrefix.size()));
        } else if (key == "kubernetes.io/role" && !value.empty()) {
            roles.emplace_back(value);
        }
    }
    std::sort(roles.begin(), roles.end());
    roles.erase(std::unique(roles.begin(), roles.end()), roles.end());
    return roles;
}

ResourcesDraft nodeResourcesOf(const wire::ResourceList &list)
{
    ResourcesDraft out;
    std::map<std::string, std::int64_t> extended;
    for (const auto &[name, text] : list) {
        const auto quantity = parseQuantity(text);
        if (!quantity) {
            continue;
        }
        if (name == "cpu") {
            out.cpu = MilliCpu(quantity->milli());
        } else if (name == "memory") {
            out.memory = Bytes(quantity->whole());
        } else if (name == "pods") {
            out.pods = Count(quantity->whole());
        } else if (name == "ephemeral-storage") {
            out.ephemeralStorage = Bytes(quantity->whole());
        } else {
            extended[std::string(name)] = quantity->whole();
        }
    }
    out.extended.assign(extended.begin(), extended.end());
    return out;
}

} // namespace sextant::kubernetes
