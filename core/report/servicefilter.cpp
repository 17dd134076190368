// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/servicefilter.h"

namespace sextant::report {

namespace {

std::vector<std::string> both(std::vector<std::string> one, const std::vector<std::string> &other)
{
    one.insert(one.end(), other.begin(), other.end());
    return one;
}

} // namespace

bool keeps(FilterRun &filter, const migration::Service &service)
{
    const std::vector<std::string> clusters = both(service.helios.clusters, service.kubernetes.clusters);
    const std::vector<std::string> versions = both(service.helios.versions, service.kubernetes.versions);
    return filter.matches(
        ServiceFacts{service.name, service.owner, migration::stageKey(service.stage), clusters, versions});
}

} // namespace sextant::report
