# SPDX-License-Identifier: GPL-3.0-or-later
sextant_core_room(simulator_world
    SOURCES store.cpp table.cpp world.cpp
    LIBS sextant_base nlohmann_json::nlohmann_json Threads::Threads)
