# SPDX-License-Identifier: GPL-3.0-or-later
list(APPEND PAGE_SOURCES reportspage.h reportspage.cpp)
list(APPEND PAGE_LIBS sextant_ui_report sextant_report Qt6::Concurrent)
