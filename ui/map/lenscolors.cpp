// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/map/lenscolors.h"

#include <cmath>

namespace sextant::ui {

namespace {

using Kind = LensLook::Kind;

LensLook look(const MapPalette &palette, QRgb color, Kind kind = Kind::Plain)
{
    if (kind == Kind::Hollow) {
        return {kind, palette.borderStrong, palette.borderStrong, palette.surface};
    }
    return {kind, color, color, mix(color, palette.surface, 0.16)};
}

LensLook stateLook(const MapPalette &palette, State state)
{
    const auto at = static_cast<std::size_t>(state);
    return {state == State::Unknown ? Kind::Hollow : Kind::Plain,
        state == State::Unknown ? palette.borderStrong : palette.cell[at], palette.state[at], palette.tint[at]};
}

/// Steps of the ramp that are told apart: the quiet end first.
QRgb step(const MapPalette &palette, int index) { return palette.ramp[static_cast<std::size_t>(index)]; }

} // namespace

LensColors::LensColors(Lens lens, const MapPalette &palette)
{
    using C = LensClasses;
    m_looks.fill(look(palette, 0, Kind::Hollow));
    switch (lens) {
    case Lens::State:
        for (int i = 0; i < kStates; ++i) {
            m_looks[static_cast<std::size_t>(i)] = stateLook(palette, static_cast<State>(i));
        }
        break;
    case Lens::Requested:
    case Lens::Used:
        for (std::size_t i = 0; i < palette.ramp.size(); ++i) {
            m_looks[C::kFirstStep + i] = look(palette, palette.ramp[i]);
        }
        m_looks[C::kOver] = look(palette, palette.over, Kind::Over);
        break;
    case Lens::Waste:
        for (std::size_t i = 0; i < palette.diverging.size(); ++i) {
            m_looks[C::kFirstStep + i] = look(palette, palette.diverging[i]);
        }
        break;
    case Lens::Restarts: {
        constexpr std::array kSteps{1, 4, 6, 8, 10};
        for (std::size_t i = 0; i < kSteps.size(); ++i) {
            m_looks[C::kNoRestart + i] = look(palette, step(palette, kSteps[i]));
            if (i > 0) {
                m_looks[C::kNoRestart + C::kRecentRestarts + i] = look(palette, step(palette, kSteps[i]), Kind::Dotted);
            }
        }
        break;
    }
    case Lens::Age: {
        constexpr std::array kSteps{0, 2, 4, 5, 7, 8, 10};
        for (std::size_t i = 0; i < kSteps.size(); ++i) {
            m_looks[C::kOlder + i] = look(palette, step(palette, kSteps[i]));
        }
        break;
    }
    case Lens::Owner:
        m_looks[C::kOtherOwner] = look(palette, palette.series.back());
        for (std::size_t i = 0; i < C::kOwners; ++i) {
            m_looks[C::kFirstOwner + i] = look(palette, palette.series[i]);
        }
        break;
    case Lens::Stage:
        m_looks[C::kUnknown] = look(palette, mix(palette.borderStrong, palette.surface, 0.35));
        m_looks[C::kRetired] = look(palette, mix(palette.kubernetes, palette.surface, 0.5));
        m_looks[C::kMigrated] = look(palette, palette.kubernetes);
        m_looks[C::kNotStarted] = look(palette, palette.helios);
        m_looks[C::kInParallel] = look(palette, palette.kubernetes, Kind::Moving);
        m_looks[C::kRolledBack] = look(palette, palette.state[static_cast<std::size_t>(State::Warning)]);
        break;
    }
}

} // namespace sextant::ui
