# SPDX-License-Identifier: GPL-3.0-or-later
sextant_core_room(simulator_world
    SOURCES encode.cpp load.cpp objects.cpp objects_node.cpp objects_pod.cpp objects_template.cpp objects_workload.cpp
        store.cpp table.cpp table_cells.cpp world.cpp world_catalog.cpp world_motion.cpp world_nodes.cpp world_planned.cpp world_plant.cpp world_pods.cpp
        world_populate.cpp world_scheduler.cpp world_settle.cpp world_usage.cpp world_workloads.cpp
    LIBS sextant_base nlohmann_json::nlohmann_json Threads::Threads)
