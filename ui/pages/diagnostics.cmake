# SPDX-License-Identifier: GPL-3.0-or-later
list(APPEND PAGE_SOURCES diagnosticspage.h diagnosticspage.cpp figuretable.h figuretable.cpp rowlist.h rowlist.cpp)
list(APPEND PAGE_LIBS sextant_diagnostics)
