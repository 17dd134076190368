# SPDX-License-Identifier: GPL-3.0-or-later
# The API servers before the worlds, and the facade that owns both.
pkg_check_modules(CPPHTTPLIB REQUIRED IMPORTED_TARGET GLOBAL cpp-httplib)
sextant_core_room(simulator
    SOURCES certificates.cpp discovery.cpp helios_master.cpp helios_routes.cpp httpserver.cpp server.cpp serverbody.cpp serverlist.cpp servermetrics.cpp
        serverrequest.cpp serverselector.cpp servershape.cpp serverwatch.cpp serverwire.cpp simulator.cpp
    LIBS sextant_simulator_helios sextant_simulator_world PkgConfig::CPPHTTPLIB OpenSSL::SSL OpenSSL::Crypto ZLIB::ZLIB
        nlohmann_json::nlohmann_json Threads::Threads)
