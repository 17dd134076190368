# SPDX-License-Identifier: GPL-3.0-or-later
list(APPEND PAGE_SOURCES
    migrationpage.h migrationpage.cpp migrationstrip.h migrationstrip.cpp migrationboard.h migrationboard.cpp
    migrationwords.h migrationwords.cpp rowlist.h rowlist.cpp ownerlist.h ownerlist.cpp unmatchedlist.h unmatchedlist.cpp
    hostlist.h hostlist.cpp migrationcard.h migrationcard.cpp)
list(APPEND PAGE_LIBS sextant_ui_charts sextant_ui_tables sextant_migration sextant_report sextant_query)
