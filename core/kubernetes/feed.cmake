# SPDX-License-Identifier: GPL-3.0-or-later
sextant_core_room(kubernetes
    SOURCES textfile.cpp serverurl.cpp kubeconfig.cpp kubeconfigread.cpp process.cpp execplugin.cpp credentials.cpp
        session.cpp discovery.cpp reflector.cpp reflectorlist.cpp reflectorwatch.cpp metricspoller.cpp objectreader.cpp
        podsketcher.cpp feedcontact.cpp feedfirst.cpp kubernetesfeed.cpp
    LIBS sextant_kubernetes_wire sextant_net sextant_fleet sextant_base yaml-cpp nlohmann_json::nlohmann_json
        spdlog::spdlog)
