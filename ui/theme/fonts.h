// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace sextant::ui {

struct FontChoice {
    QString family;
    bool medium = true; ///< the family has a Medium of its own
};

/// Whether figures in this family stand under each other (0…9 of one advance) and `1x4` in a name stays `1x4`
/// (no contextual alternate of x between digits).
bool fontFits(const QString &family);
/// Whether Medium is more than Regular under another name.
bool hasMedium(const QString &family);
/// The first that is installed and fits: Roboto, Noto Sans, the system's sans, DejaVu Sans.
FontChoice chooseFont();

} // namespace sextant::ui
