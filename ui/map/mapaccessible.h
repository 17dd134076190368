// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace sextant::ui {

/// Makes screen readers see the map as a canvas whose name is what the keyboard stands on. Once is enough.
void installMapAccessibility();

} // namespace sextant::ui
