// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QFont>
#include <QRgb>

#include <array>

namespace sextant::ui {

/// The theme as the map's painter needs it: taken on the GUI thread, read by jobs. Fonts are in pixels of the screen.
struct MapPalette {
    bool dark = false;
    double ratio = 1; ///< device pixels per logical one
    double scale = 1; ///< device pixels per pixel of the look (ratio and the system's font size)
    QRgb bg = 0, surface = 0, selection = 0, border = 0, tileBorder = 0, borderStrong = 0, track = 0;
    QRgb text = 0, textSecondary = 0, accent = 0, used = 0, over = 0, kubernetes = 0, helios = 0;
    std::array<QRgb, kStates> cell{}; ///< of pods
    std::array<QRgb, kStates> state{}; ///< marks and bars
    std::array<QRgb, kStates> tint{}; ///< grounds that carry text
    std::array<QRgb, 11> ramp{};
    std::array<QRgb, 9> diverging{}; ///< wants more … fits … gives back
    std::array<QRgb, 11> series{}; ///< the last: all others
    QFont table, tableStrong, caption, section;

    static MapPalette current(double devicePixelRatio);
    int px(double logical) const;
    QRgb rampOf(double share) const; ///< above 1: over
    bool operator==(const MapPalette &) const = default;
};

/// `share` of `a` over `b`, opaque.
QRgb mix(QRgb a, QRgb b, double share);

} // namespace sextant::ui
