# SPDX-License-Identifier: GPL-3.0-or-later
# The tables themselves know pictures only; the pages around them know where those come from.
sextant_ui_room(tables
    SOURCES
        tableheader.h tableheader.cpp tabledelegate.h tabledelegate.cpp tableview.h tableview.cpp
        tablecolumns.h tablecolumns.cpp columnchooser.h columnchooser.cpp tablefoot.h tablefoot.cpp
        tablestate.h tablestate.cpp tablestrip.h tablestrip.cpp tablepanel.h tablepanel.cpp
    LIBS sextant_ui_models sextant_report sextant_ui_theme Qt6::Concurrent)
list(APPEND PAGE_SOURCES
    tablepage.h tablepage.cpp nodespage.h nodespage.cpp podspage.h podspage.cpp workloadspage.h workloadspage.cpp)
list(APPEND PAGE_LIBS sextant_ui_tables)
