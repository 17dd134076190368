// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/capacitychart.h"

#include <QCoreApplication>

#include <cmath>

namespace sextant::ui {

namespace {

qint64 millis(Time time) { return time.time_since_epoch().count() * 1000; }

struct Picks {
    std::int64_t Sample::*allocatable;
    std::int64_t Sample::*capacity;
    std::int64_t Sample::*requested;
    std::int64_t Sample::*limit;
    std::int64_t Sample::*used;
};

Picks picksOf(ChartResource resource)
{
    switch (resource) {
    case ChartResource::Cpu:
        return {
            &Sample::cpuAllocatable, &Sample::cpuCapacity, &Sample::cpuRequested, &Sample::cpuLimit, &Sample::cpuUsed};
    case ChartResource::Memory:
        return {&Sample::memoryAllocatable, &Sample::memoryCapacity, &Sample::memoryRequested, &Sample::memoryLimit,
            &Sample::memoryUsed};
    case ChartResource::Pods:
        break;
    }
    return {&Sample::podsAllocatable, nullptr, &Sample::pods, nullptr, nullptr};
}

} // namespace

TimeChart::Data capacityData(const std::vector<Sample> &samples, const Sample &now, ChartResource resource, qint64 span)
{
    const auto tr = [](const char *text) { return QCoreApplication::translate("CapacityChart", text); };
    Picks picks = picksOf(resource);
    // Where there is nothing but Helios there is no allocatable: what jobs declare stands against the capacity.
    const bool ofCapacity = picks.capacity != nullptr && now.*picks.allocatable == Count::kUnknown
        && now.*picks.capacity != Count::kUnknown;
    if (ofCapacity) {
        picks.allocatable = picks.capacity;
    }
    double scale = 1;
    TimeChart::Data data;
    if (resource == ChartResource::Cpu) {
        scale = 1000;
        data.unit = tr("cores");
    } else if (resource == ChartResource::Memory) {
        const bool large = std::max(now.*picks.allocatable, now.memoryRequested) >= (10'000LL << 30);
        scale = std::pow(1024.0, large ? 4 : 3);
        data.unit = large ? tr("Ti") : tr("Gi");
    } else {
        data.unit = tr("pods");
    }
    data.to = millis(now.at);
    data.from = data.to - span * 1000;
    data.longestGap = 2500 * Recorder::kEvery.count();

    TimeChart::Line requested{resource == ChartResource::Pods ? tr("pods")
            : ofCapacity                                      ? tr("declared")
                                                              : tr("requested"),
        Token::Requested, true, false, {}};
    TimeChart::Line used{tr("used"), Token::Used, true, false, {}};
    TimeChart::Line limit{tr("limit"), Token::Limit, false, true, {}};
    TimeChart::Line allocatable{ofCapacity ? tr("capacity") : tr("allocatable"), Token::Allocatable, false, false, {}};
    const auto value = [&](const Sample &sample, std::int64_t Sample::*member) {
        return member == nullptr || sample.*member == Count::kUnknown ? std::nan("")
                                                                      : static_cast<double>(sample.*member) / scale;
    };
    const auto add = [&](const Sample &sample) {
        data.times.push_back(millis(sample.at));
        requested.values.push_back(value(sample, picks.requested));
        used.values.push_back(value(sample, picks.used));
        limit.values.push_back(value(sample, picks.limit));
        allocatable.values.push_back(value(sample, picks.allocatable));
        if (sample.simulated) {
            data.simulatedUntil = std::max(data.simulatedUntil, millis(sample.at));
        }
    };
    for (const Sample &sample : samples) {
        if (millis(sample.at) >= data.from && sample.at < now.at) {
            add(sample);
        }
    }
    add(now);
    data.lines.push_back(std::move(requested));
    if (picks.used != nullptr && !ofCapacity) {
        data.lines.push_back(std::move(used));
        data.lines.push_back(std::move(limit));
    }
    data.lines.push_back(std::move(allocatable));
    return data;
}

} // namespace sextant::ui
