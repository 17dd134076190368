// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulator/store.h"

namespace sextant::simulator {

const std::vector<Column> &tableColumns(Resource resource)
{
    static const Column name{"Name", "string", "name", 0};
    static const Column age{"Age", "string", "", 0};
    static const Column containers{"Containers", "string", "", 1};
    static const Column images{"Images", "string", "", 1};
    static const Column selector{"Selector", "string", "", 1};
    static const std::vector<std::vector<Column>> columns{
        // Nodes
        {name, {"Status", "string", "", 0}, {"Roles", "string", "", 0}, age, {"Version", "string", "", 0},
            {"Internal-IP", "string", "", 1}, {"External-IP", "string", "", 1}, {"OS-Image", "string", "", 1},
            {"Kernel-Version", "string", "", 1}, {"Container-Runtime", "string", "", 1}},
        // Pods
        {name, {"Ready", "string", "", 0}, {"Status", "string", "", 0}, {"Restarts", "string", "", 0}, age,
            {"IP", "string", "", 1}, {"Node", "string", "", 1}, {"Nominated Node", "string", "", 1},
            {"Readiness Gates", "string", "", 1}},
        // Namespaces
        {name, {"Status", "string", "", 0}, age},
        // Events
        {{"Last Seen", "string", "", 0}, {"Type", "string", "", 0}, {"Reason", "string", "", 0},
            {"Object", "string", "", 0}, {"Subobject", "string", "", 1}, {"Source", "string", "", 1},
            {"Message", "string", "", 0}, {"First Seen", "string", "", 1}, {"Count", "string", "", 1},
            {"Name", "string", "name", 1}},
        // Deployments
        {name, {"Ready", "string", "", 0}, {"Up-to-date", "string", "", 0}, {"Available", "string", "", 0}, age,
            containers, images, selector},
        // ReplicaSets
        {name, {"Desired", "integer", "", 0}, {"Current", "integer", "", 0}, {"Ready", "integer", "", 0}, age,
            containers, images, selector},
        // StatefulSets
        {name, {"Ready", "string", "", 0}, age, containers, images},
        // DaemonSets
        {name, {"Desired", "integer", "", 0}, {"Current", "integer", "", 0}, {"Ready", "integer", "", 0},
            {"Up-to-date", "integer", "", 0}, {"Available", "integer", "", 0}, {"Node Selector", "string", "", 0}, age,
            containers, images, selector},
        // Jobs
        {name, {"Status", "string", "", 0}, {"Completions", "string", "", 0}, {"Duration", "string", "", 0}, age,
            containers, images, selector},
        // CronJobs
        {name, {"Schedule", "string", "", 0}, {"Timezone", "string", "", 0}, {"Suspend", "boolean", "", 0},
            {"Active", "integer", "", 0}, {"Last Schedule", "string", "", 0}, age, containers, images, selector},
    };
    return columns[std::size_t(resource)];
}

} // namespace sextant::simulator
