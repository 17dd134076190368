// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/axis.h"

#include <QLocale>

#include <array>
#include <cmath>

namespace sextant::ui {

ValueAxis fitAxis(double largest, const ValueAxis &standing)
{
    if (!(largest > 0) || !std::isfinite(largest)) {
        largest = 1;
    }
    if (standing.top > 0 && largest <= standing.top && largest > standing.top / 2) {
        return standing;
    }
    const double rough = largest * 1.04 / 4;
    const double base = std::pow(10, std::floor(std::log10(rough)));
    double step = 10 * base;
    for (const double factor : {1.0, 2.0, 5.0}) {
        if (factor * base >= rough) {
            step = factor * base;
            break;
        }
    }
    return {std::ceil(largest * 1.04 / step) * step, step};
}

QString axisText(double value, double step)
{
    const int decimals = step >= 1 ? 0 : static_cast<int>(std::ceil(-std::log10(step)));
    return QLocale(QLocale::English).toString(value, 'f', value == 0 ? 0 : decimals);
}

qint64 timeStep(qint64 spanSeconds, int most)
{
    static constexpr std::array<qint64, 17> steps{
        1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400};
    for (const qint64 step : steps) {
        if (spanSeconds / step <= most) {
            return step;
        }
    }
    qint64 weeks = 1;
    while (spanSeconds / (weeks * 7 * 86400) > most) {
        weeks *= 2;
    }
    return weeks * 7 * 86400;
}

} // namespace sextant::ui
