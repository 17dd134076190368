# SPDX-License-Identifier: GPL-3.0-or-later
# Helios clusters that live, what a master writes about them, and the move from there to Kubernetes.
sextant_core_room(simulator_helios
    SOURCES helios_job.cpp helios_json.cpp helios_world.cpp helios_world_agents.cpp helios_world_groups.cpp
        helios_world_odd.cpp helios_world_populate.cpp migration_cast.cpp migration_script.cpp
    LIBS sextant_base sextant_simulator_world OpenSSL::Crypto nlohmann_json::nlohmann_json Threads::Threads)
