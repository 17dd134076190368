# SPDX-License-Identifier: GPL-3.0-or-later
list(APPEND PAGE_SOURCES mappage.h mappage.cpp mapcontrols.h mapcontrols.cpp labelpicker.h labelpicker.cpp)
list(APPEND PAGE_LIBS sextant_ui_map)
