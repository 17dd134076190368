// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/report/report.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace sextant::report {

namespace {

// The light theme's colours, as reports are printed on white.
constexpr const char *kText = "#1A1E26", *kSecondary = "#565D69", *kRule = "#DDE0E5", *kUsed = "#113C54",
                     *kRequested = "#4F8D93", *kTrack = "#E6E9ED", *kHatch = "#868D99", *kKubernetes = "#2E7BEA",
                     *kHelios = "#7A1F8F";
// One family: Qt's SVG reads no list. The HTML report's style sheet gives browsers the others.
constexpr const char *kFont = "Roboto";

/// The next step of 1-2-5 above a quarter of the top.
double axisStep(double top)
{
    const double rough = top / 4;
    const double base = std::pow(10, std::floor(std::log10(rough)));
    for (const double factor : {1.0, 2.0, 5.0, 10.0}) {
        if (factor * base >= rough) {
            return factor * base;
        }
    }
    return base;
}

std::string axisText(double value) { return formatCores(MilliCpu(std::llround(value * 1000))); }

std::string text(
    double x, double y, const char *anchor, const char *color, const std::string &words, bool strong = false)
{
    return fmt::format(R"(<text x="{:.1f}" y="{:.1f}" text-anchor="{}" fill="{}" font-size="11"{}>{}</text>)", x, y,
        anchor, color, strong ? R"( font-weight="500")" : "", escapedHtml(words));
}

struct Run {
    std::vector<std::pair<double, double>> points; ///< pixels
};

} // namespace

std::string barSvg(double requested, double used, int width, int height)
{
    std::string out = fmt::format(
        R"(<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{1}" viewBox="0 0 {0} {1}" role="img">)", width,
        height);
    if (requested < 0 && used < 0) {
        out += fmt::format(
            R"(<rect x="0.5" y="0.5" width="{}" height="{}" fill="none" stroke="{}" stroke-dasharray="3 2"/></svg>)",
            width - 1, height - 1, kHatch);
        return out;
    }
    out += fmt::format(R"(<rect width="{}" height="{}" rx="1" fill="{}"/>)", width, height, kTrack);
    if (requested >= 0) {
        out += fmt::format(R"(<rect width="{:.1f}" height="{}" rx="1" fill="{}"/>)", std::min(requested, 1.0) * width,
            height, kRequested);
    }
    if (used >= 0) {
        out += fmt::format(R"(<rect y="{}" width="{:.1f}" height="{}" fill="{}"/>)", height / 3,
            std::min(used, 1.0) * width, height - 2 * (height / 3), kUsed);
    }
    return out + "</svg>";
}

std::string chartSvg(const Chart &chart, int width, int height)
{
    const double left = 56, right = width - 96, top = 10, bottom = height - 22;
    const auto pick = [&](const Sample &s, int which) {
        const std::int64_t cpuWhole = chart.ofCapacity ? s.cpuCapacity : s.cpuAllocatable;
        const std::int64_t memoryWhole = chart.ofCapacity ? s.memoryCapacity : s.memoryAllocatable;
        const std::int64_t value = chart.cpu ? (which == 0 ? cpuWhole
                                           : which == 1    ? s.cpuRequested
                                                           : s.cpuUsed)
                                             : (which == 0        ? memoryWhole
                                                     : which == 1 ? s.memoryRequested
                                                                  : s.memoryUsed);
        return value == Count::kUnknown ? std::nan("") : static_cast<double>(value) / chart.scale;
    };
    double most = 0;
    for (const Sample &sample : chart.samples) {
        for (int i = 0; i < 3; ++i) {
            const double value = pick(sample, i);
            most = std::isnan(value) ? most : std::max(most, value);
        }
    }
    const double step = axisStep(most > 0 ? most : 1);
    const double high = std::ceil((most > 0 ? most : 1) / step + 0.05) * step;
    const Time from = chart.samples.front().at, to = chart.samples.back().at;
    const double span = std::max<double>(1, static_cast<double>((to - from).count()));
    const auto x = [&](Time at) { return left + (right - left) * static_cast<double>((at - from).count()) / span; };
    const auto y = [&](double value) { return bottom - (bottom - top) * value / high; };

    std::string out = fmt::format(
        R"(<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{1}" viewBox="0 0 {0} {1}" role="img" font-family="{2}"><title>{3}</title>)",
        width, height, kFont, escapedHtml(chart.title));
    for (double value = 0; value <= high + step / 2; value += step) {
        out += fmt::format(R"(<line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" stroke="{}" stroke-width="1"/>)",
            left, y(value), right, y(value), kRule);
        out += text(left - 8, y(value) + 4, "end", kSecondary, axisText(value));
    }
    // Gaps of more than two periods are hatched, never bridged.
    const auto longest = 2 * Recorder::kEvery;
    for (std::size_t i = 1; i < chart.samples.size(); ++i) {
        if (chart.samples[i].at - chart.samples[i - 1].at > longest) {
            const double a = x(chart.samples[i - 1].at), b = x(chart.samples[i].at);
            for (double line = a - (bottom - top); line < b; line += 6) {
                const double x1 = std::max(a, line), x2 = std::min(b, line + (bottom - top));
                if (x2 > x1) {
                    out += fmt::format(
                        R"(<line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" stroke="{}" stroke-width="0.6"/>)", x1,
                        bottom - (x1 - line), x2, bottom - (x2 - line), kHatch);
                }
            }
        }
    }
    const char *colors[] = {kText, kRequested, kUsed};
    const char *names[] = {chart.ofCapacity ? "capacity" : "allocatable", "requested", "used"};
    std::vector<std::pair<double, std::string>> labels;
    for (const int which : {1, 2, 0}) {
        std::vector<Run> runs;
        double last = std::nan("");
        for (std::size_t i = 0; i < chart.samples.size(); ++i) {
            const double value = pick(chart.samples[i], which);
            const bool broken = i > 0 && chart.samples[i].at - chart.samples[i - 1].at > longest;
            if (runs.empty() || broken || (std::isnan(value) && !runs.back().points.empty())) {
                runs.emplace_back();
            }
            if (!std::isnan(value)) {
                runs.back().points.emplace_back(x(chart.samples[i].at), y(value));
                last = value;
            }
        }
        for (const Run &run : runs) {
            if (run.points.size() < 2) {
                continue;
            }
            std::string path;
            for (const auto &[px, py] : run.points) {
                path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? "M" : "L", px, py);
            }
            if (which != 0) {
                out += fmt::format(
                    R"(<path d="{}L{:.1f} {:.1f}L{:.1f} {:.1f}Z" fill="{}" fill-opacity="0.2" stroke="none"/>)", path,
                    run.points.back().first, bottom, run.points.front().first, bottom, colors[which]);
            }
            out += fmt::format(R"(<path d="{}" fill="none" stroke="{}" stroke-width="1.5"/>)", path, colors[which]);
        }
        if (!std::isnan(last)) {
            labels.emplace_back(y(last), fmt::format("{}|{}", names[which], axisText(last)));
        }
    }
    std::sort(labels.begin(), labels.end());
    double free = top;
    for (const auto &[wanted, words] : labels) {
        const double at = std::max(free, wanted);
        const auto bar = words.find('|');
        out += text(right + 8, at, "start", kText, words.substr(0, bar), true);
        out += text(right + 8, at + 13, "start", kSecondary, words.substr(bar + 1));
        free = at + 28;
    }
    for (int i = 0; i <= 4; ++i) {
        const Time at = from + std::chrono::seconds(std::llround(span * i / 4));
        out += text(x(at), height - 6,
            i == 0       ? "start"
                : i == 4 ? "end"
                         : "middle",
            kSecondary, formatTime(at).substr(11, 5));
    }
    return out + "</svg>";
}

std::string distributionSvg(const Distribution &distribution, int width, int height)
{
    const double left = 40, right = width - 12, top = 10, bottom = height - 22;
    int most = 1;
    for (std::size_t i = 0; i < 20; ++i) {
        most = std::max({most, distribution.requested[i], distribution.used[i]});
    }
    const double step = std::max(1.0, axisStep(most));
    const double high = std::ceil(most / step) * step;
    const auto y = [&](double value) { return bottom - (bottom - top) * value / high; };
    std::string out = fmt::format(
        R"(<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{1}" viewBox="0 0 {0} {1}" role="img" font-family="{2}"><title>{3}</title>)",
        width, height, kFont, escapedHtml(distribution.title));
    for (double value = 0; value <= high + step / 2; value += step) {
        out += fmt::format(R"(<line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" stroke="{}"/>)", left, y(value),
            right, y(value), kRule);
        out += text(left - 6, y(value) + 4, "end", kSecondary, axisText(value));
    }
    const double slot = (right - left) / 20;
    std::string steps;
    for (std::size_t i = 0; i < 20; ++i) {
        const double x = left + slot * static_cast<double>(i);
        const double h = bottom - y(distribution.requested[i]);
        if (h > 0) {
            out += fmt::format(R"(<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" fill="{}"/>)", x + 1,
                bottom - h, slot - 2, h, kRequested);
        }
        steps += fmt::format("{}{:.1f} {:.1f}L{:.1f} {:.1f}", steps.empty() ? "M" : "L", x, y(distribution.used[i]),
            x + slot, y(distribution.used[i]));
    }
    if (distribution.unsampled < distribution.nodes) {
        out += fmt::format(R"(<path d="{}" fill="none" stroke="{}" stroke-width="1.5"/>)", steps, kUsed);
    }
    for (const int percent : {0, 25, 50, 75, 100}) {
        out += text(left + (right - left) * percent / 100, height - 6,
            percent == 0         ? "start"
                : percent == 100 ? "end"
                                 : "middle",
            kSecondary, fmt::format("{}{}", percent, percent == 100 ? " %" : ""));
    }
    return out + "</svg>";
}

std::string burnUpSvg(const std::vector<migration::BurnPoint> &points, int width, int height)
{
    const double left = 56, right = width - 96, top = 10, bottom = height - 22;
    if (points.empty()) {
        return {};
    }
    int most = 1;
    for (const auto &point : points) {
        most = std::max({most, point.services, point.moved + point.moving});
    }
    const double step = std::max(1.0, axisStep(most));
    const double high = std::ceil(most / step + 0.05) * step;
    const Time from = points.front().at, to = points.back().at;
    const double span = std::max<double>(1, static_cast<double>((to - from).count()));
    const auto x = [&](Time at) { return left + (right - left) * static_cast<double>((at - from).count()) / span; };
    const auto y = [&](double value) { return bottom - (bottom - top) * value / high; };
    std::string out = fmt::format(
        R"(<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{1}" viewBox="0 0 {0} {1}" role="img" font-family="{2}"><title>Services moved to Kubernetes</title>)",
        width, height, kFont);
    for (double value = 0; value <= high + step / 2; value += step) {
        out += fmt::format(R"(<line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" stroke="{}" stroke-width="1"/>)",
            left, y(value), right, y(value), kRule);
        out += text(left - 8, y(value) + 4, "end", kSecondary, axisText(value));
    }
    const auto path = [&](auto value) {
        std::string line;
        for (const auto &point : points) {
            line += fmt::format("{}{:.1f} {:.1f}", line.empty() ? "M" : "L", x(point.at), y(value(point)));
        }
        return line;
    };
    const auto area = [&](const std::string &line, const char *color, double opacity) {
        out += fmt::format(R"(<path d="{}L{:.1f} {:.1f}L{:.1f} {:.1f}Z" fill="{}" fill-opacity="{}" stroke="none"/>)",
            line, right, bottom, left, bottom, color, opacity);
    };
    const auto all = path([](const auto &point) { return point.services; });
    const auto both = path([](const auto &point) { return point.moved + point.moving; });
    const auto moved = path([](const auto &point) { return point.moved; });
    area(all, kHelios, 0.1);
    area(both, kKubernetes, 0.12);
    area(moved, kKubernetes, 0.2);
    out += fmt::format(R"(<path d="{}" fill="none" stroke="{}" stroke-width="1.5"/>)", all, kText);
    out += fmt::format(
        R"(<path d="{}" fill="none" stroke="{}" stroke-width="1.5" stroke-dasharray="4 3"/>)", both, kKubernetes);
    out += fmt::format(R"(<path d="{}" fill="none" stroke="{}" stroke-width="2"/>)", moved, kKubernetes);
    // What the program itself saw begins where the simulated past ends.
    const auto own = std::find_if(points.begin(), points.end(), [](const auto &point) { return !point.simulated; });
    if (own != points.begin() && own != points.end()) {
        out += fmt::format(
            R"(<line x1="{0:.1f}" y1="{1:.1f}" x2="{0:.1f}" y2="{2:.1f}" stroke="{3}" stroke-dasharray="2 2"/>)",
            x(own->at), top, bottom, kHatch);
    }
    const auto &last = points.back();
    double free = top;
    for (const auto &[value, words] : {std::pair(last.services, "services"),
             std::pair(last.moved + last.moving, "or in parallel"), std::pair(last.moved, "moved")}) {
        if (value == last.moved && last.moving == 0 && std::string_view(words) == "or in parallel") {
            continue;
        }
        const double at = std::clamp(y(value), free, bottom - 14);
        out += text(right + 8, at, "start", kText, axisText(value), true);
        out += text(right + 8, at + 13, "start", kSecondary, words);
        free = at + 28;
    }
    const bool days = span > 2 * 86400;
    for (int i = 0; i <= 4; ++i) {
        const Time at = from + std::chrono::seconds(std::llround(span * i / 4));
        const std::string words = formatTime(at);
        out += text(x(at), height - 6,
            i == 0       ? "start"
                : i == 4 ? "end"
                         : "middle",
            kSecondary, days ? words.substr(0, 10) : words.substr(11, 5));
    }
    return out + "</svg>";
}

} // namespace sextant::report
