// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulator/objects_workload.h"
#include "core/simulator/table.h"

#include <nlohmann/json.hpp>
#include <set>

namespace sextant::simulator {

std::string ageText(Time since, Time now)
{
    return since == kNoTime ? std::string("<unknown>") : durationText((now - since).count());
}

std::string durationText(std::int64_t seconds)
{
    // Each range has the units it is told in, the larger first; a smaller part of 0 is left out.
    struct Range {
        std::int64_t below;
        std::int64_t unit;
        const char *name;
        std::int64_t part;
        const char *partName;
    };
    constexpr std::int64_t kMinute = 60, kHour = 3600, kDay = 86400, kYear = 365 * kDay;
    static constexpr Range ranges[] = {
        {2 * kMinute, 1, "s", 0, ""},
        {10 * kMinute, kMinute, "m", 1, "s"},
        {3 * kHour, kMinute, "m", 0, ""},
        {8 * kHour, kHour, "h", kMinute, "m"},
        {2 * kDay, kHour, "h", 0, ""},
        {8 * kDay, kDay, "d", kHour, "h"},
        {2 * kYear, kDay, "d", 0, ""},
        {8 * kYear, kYear, "y", kDay, "d"},
        {INT64_MAX, kYear, "y", 0, ""},
    };
    if (seconds < 0) {
        return seconds < -1 ? "<invalid>" : "0s";
    }
    for (const auto &range : ranges) {
        if (seconds < range.below) {
            auto out = std::to_string(seconds / range.unit) + range.name;
            const auto part = range.part == 0 ? 0 : seconds % range.unit / range.part;
            return part == 0 ? out : out + std::to_string(part) + range.partName;
        }
    }
    return {};
}

using Json = nlohmann::json;

namespace {

std::string orNone(std::string text) { return text.empty() ? std::string("<none>") : text; }

std::string fraction(int part, int whole) { return std::to_string(part) + '/' + std::to_string(whole); }

} // namespace

Json PodObject::tableCells(Time now) const
{
    auto restarts = std::to_string(shownRestarts);
    if (!old && shownRestarts > 0 && lastRestart != kNoTime) {
        restarts += " (" + ageText(lastRestart, now) + " ago)";
    }
    Json restartCell = restarts;
    if (old) {
        restartCell = shownRestarts;
    }
    return Json::array({name, readyText(), statusText(), restartCell, ageText(created, now),
        podIp == 0 ? std::string("<none>") : ipText(podIp), orNone(node), "<none>", "<none>"});
}

Json NodeObject::tableCells(Time now) const
{
    std::set<std::string> roles;
    for (const auto &[key, value] : labels()) {
        static constexpr std::string_view kPrefix = "node-role.kubernetes.io/";
        if (key.starts_with(kPrefix) && key.size() > kPrefix.size()) {
            roles.insert(key.substr(kPrefix.size()));
        }
    }
    std::string roleText;
    for (const auto &role : roles) {
        roleText += (roleText.empty() ? "" : ",") + role;
    }
    return Json::array({name, shown, orNone(roleText), ageText(created, now), model->kubelet, ipText(ip),
        externalIp == 0 ? std::string("<none>") : ipText(externalIp), model->os,
        old ? model->kernel : model->kernel + " (amd64)", model->runtime});
}

Json NamespaceObject::tableCells(Time now) const { return Json::array({name, "Active", ageText(created, now)}); }

Json EventObject::tableCells(Time now) const
{
    std::string object(kind);
    for (auto &c : object) {
        c = char(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    object += '/' + objectName;
    auto source = std::string(component);
    if (newStyle) {
        source += ", " + source + "-0";
    } else if (!host.empty()) {
        source += ", " + host;
    }
    return Json::array({ageText(last, now), warning ? "Warning" : "Normal", reason, object, fieldPath, source, message,
        ageText(first, now), count, name});
}

Json DeploymentObject::tableCells(Time now) const
{
    return Json::array({name, fraction(ready, replicas), updated, available, ageText(created, now),
        plan->containerNames, plan->images, selectorText()});
}

Json ReplicaSetObject::tableCells(Time now) const
{
    return Json::array(
        {name, replicas, current, ready, ageText(created, now), plan->containerNames, plan->images, selectorText()});
}

Json StatefulSetObject::tableCells(Time now) const
{
    return Json::array({name, fraction(ready, replicas), ageText(created, now), plan->containerNames, plan->images});
}

Json DaemonSetObject::tableCells(Time now) const
{
    std::string nodes;
    for (const auto &[key, value] : plan->nodeSelector) {
        nodes += (nodes.empty() ? "" : ",") + key + '=' + value;
    }
    return Json::array({name, desired, current, ready, current, available, orNone(nodes), ageText(created, now),
        plan->containerNames, plan->images, selectorText()});
}

Json JobObject::tableCells(Time now) const
{
    const char *state = "Running";
    for (const auto &condition : conditions) {
        if (std::string_view(condition.type) == "Complete" || std::string_view(condition.type) == "Failed") {
            state = condition.type;
        }
    }
    std::string took;
    if (started != kNoTime) {
        took = durationText(((completed != kNoTime ? completed : now) - started).count());
    }
    return Json::array({name, state, fraction(succeeded, completions), took, ageText(created, now),
        plan->containerNames, plan->images, selectorText()});
}

Json CronJobObject::tableCells(Time now) const
{
    return Json::array({name, schedule, "<none>", suspended ? "True" : "False", active.size(),
        lastScheduled == kNoTime ? std::string("<none>") : ageText(lastScheduled, now), ageText(created, now),
        plan->containerNames, plan->images, "<none>"});
}

} // namespace sextant::simulator
