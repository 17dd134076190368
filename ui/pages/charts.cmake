# SPDX-License-Identifier: GPL-3.0-or-later
list(APPEND PAGE_SOURCES
    overviewpage.h overviewpage.cpp clustercard.h clustercard.cpp attentionlist.h attentionlist.cpp flowlayout.h flowlayout.cpp
    capacitypage.h capacitypage.cpp holderlist.h holderlist.cpp)
list(APPEND PAGE_LIBS sextant_ui_charts sextant_capacity sextant_report Qt6::Concurrent)
