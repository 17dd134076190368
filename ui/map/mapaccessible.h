// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace sextant::ui {

class MapView;

/// Makes screen readers see the map as a tree: clusters, their groups, nodes, pods; names with the words of their
/// states. Parts are made when somebody asks for them and know their object by its identity, so that a picture that
/// moves on does not turn one into another. Once is enough.
void installMapAccessibility();
/// Tells readers which node or pod the keyboard stands on now. Costs nothing where nobody listens.
void announceCurrent(MapView &view);

} // namespace sextant::ui
