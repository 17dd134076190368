// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/map/mappalette.h"

#include <QFontInfo>

#include <algorithm>
#include <cmath>

namespace sextant::ui {

QRgb mix(QRgb a, QRgb b, double share)
{
    const auto part = [share](int x, int y) { return static_cast<int>(std::lround(x * share + y * (1 - share))); };
    return qRgb(part(qRed(a), qRed(b)), part(qGreen(a), qGreen(b)), part(qBlue(a), qBlue(b)));
}

MapPalette MapPalette::current(double devicePixelRatio)
{
    const Theme &theme = Theme::instance();
    const auto rgb = [&theme](Token token) { return theme.color(token).rgb(); };
    MapPalette out;
    out.dark = theme.dark();
    out.ratio = devicePixelRatio;
    out.scale = devicePixelRatio * theme.scale();
    out.bg = rgb(Token::Bg);
    out.surface = rgb(Token::Surface);
    out.selection = rgb(Token::Selection);
    out.border = rgb(Token::Border);
    out.borderStrong = rgb(Token::BorderStrong);
    out.tileBorder = mix(out.borderStrong, out.surface, 0.58);
    out.track = rgb(Token::Track);
    out.text = rgb(Token::Text);
    out.textSecondary = rgb(Token::TextSecondary);
    out.accent = rgb(Token::Accent);
    out.used = rgb(Token::Used);
    out.over = rgb(Token::Over);
    out.kubernetes = rgb(Token::Kubernetes);
    out.helios = rgb(Token::Helios);
    for (int i = 0; i < kStates; ++i) {
        const auto at = static_cast<std::size_t>(i);
        const auto state = static_cast<State>(i);
        out.cell[at] = theme.cell(state).rgb();
        out.state[at] = state == State::Ok ? out.cell[at] : theme.state(state).rgb();
        out.tint[at] = state == State::Ok ? rgb(Token::TintReady) : mix(theme.state(state).rgb(), out.surface, 0.16);
    }
    for (std::size_t i = 0; i < out.ramp.size(); ++i) {
        out.ramp[i] = theme.ramp(static_cast<double>(i) / 10).rgb();
    }
    for (std::size_t i = 0; i < out.diverging.size(); ++i) {
        out.diverging[i] = theme.diverging(static_cast<double>(i) / 4 - 1).rgb();
    }
    for (std::size_t i = 0; i < out.series.size(); ++i) {
        out.series[i] = theme.series(static_cast<int>(i)).rgb();
    }
    const auto font = [&](TextRole role) {
        QFont f = theme.font(role);
        f.setPixelSize(std::max(6, static_cast<int>(std::lround(QFontInfo(f).pixelSize() * devicePixelRatio))));
        return f;
    };
    out.table = font(TextRole::Table);
    out.tableStrong = font(TextRole::TableStrong);
    out.caption = font(TextRole::Caption);
    out.section = font(TextRole::Section);
    return out;
}

int MapPalette::px(double logical) const { return std::max(1, static_cast<int>(std::lround(logical * scale))); }

QRgb MapPalette::rampOf(double share) const
{
    return share > 1 ? over : ramp[static_cast<std::size_t>(std::lround(std::clamp(share, 0.0, 1.0) * 10))];
}

} // namespace sextant::ui
