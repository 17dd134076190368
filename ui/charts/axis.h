// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QtGlobal>

namespace sextant::ui {

/// A value axis from 0 in steps of 1-2-5. Kept until a value leaves it or all sink below half, so that it does not
/// wobble.
struct ValueAxis {
    double top = 1;
    double step = 0.25;
};
/// The axis for a largest value, given the one that stands (top 0: none stands).
ValueAxis fitAxis(double largest, const ValueAxis &standing);
/// "0", "250", "5,000", "0.5": thousands grouped, as many decimals as the step has.
QString axisText(double value, double step);
/// A step of time in seconds that gives at most `most` labels over a span: 1, 2, 5, 10, 15, 30 s, min, ...
qint64 timeStep(qint64 spanSeconds, int most);

} // namespace sextant::ui
