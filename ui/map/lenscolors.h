// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/map/lensclasses.h"
#include "ui/map/mappalette.h"

namespace sextant::ui {

/// How one class of a lens is drawn.
struct LensLook {
    enum class Kind : std::uint8_t {
        Plain,
        Hollow, ///< a frame on surface: nobody knows
        Over, ///< with a cut corner
        Moving, ///< hatched on surface
        Dotted, ///< with a dot cut out
    } kind = Kind::Plain;
    QRgb cell = 0; ///< of a cell without a name
    QRgb bar = 0; ///< at the left of a field that carries one
    QRgb ground = 0; ///< of such a field
};

/// The colours of a lens in a theme: asked once for each cell by the painter, so a table.
class LensColors {
public:
    LensColors(Lens lens, const MapPalette &palette);
    const LensLook &operator[](std::uint8_t cls) const { return m_looks[cls]; }

private:
    std::array<LensLook, LensClasses::kMost> m_looks{};
};

} // namespace sextant::ui
