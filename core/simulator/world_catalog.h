// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/simulator/objects.h"

#include <string>
#include <vector>

/// The names and proportions of a made-up music service.
namespace sextant::simulator {

struct Product {
    std::string name;
    std::string team;
};
/// So many products with their squads; beyond the known ones they get a suffix. "team-a" is among them.
std::vector<Product> products(int count);
/// What a product's services are called after its name, commonest first.
const std::vector<std::string> &serviceSuffixes();

/// What services that come from Helios are called after their product; none of serviceSuffixes() is among them.
const std::vector<std::string> &heliosSuffixes();

struct PoolShape {
    const char *name;
    const char *instanceType;
    double share; ///< of the nodes
    int cores;
    int memoryGi;
    int gpus;
    bool tainted;
};
const std::vector<PoolShape> &poolShapes();

/// A node model of a pool, as a server of `version` shows it. @param images fills status.images as real nodes do.
std::shared_ptr<const NodeModel> nodeModel(const PoolShape &shape, const std::string &version, bool images);

/// The nearest size that people write into manifests; not below the smallest, not above `most`.
std::int64_t niceMillicores(double millicores, std::int64_t most);
std::int64_t niceBytes(double bytes, std::int64_t most);

/// managedFields as heavy as real ones.
ManagedFieldsPtr managedFieldsOf(Resource resource, Time since);

} // namespace sextant::simulator
