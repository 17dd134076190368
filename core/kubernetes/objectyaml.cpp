// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/yaml.h"
#include "core/kubernetes/decoder.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace sextant::kubernetes {

namespace {

using Json = nlohmann::json;

bool isSecret(const Json &object)
{
    const auto kind = object.find("kind");
    return kind != object.end() && (*kind == "Secret" || *kind == "SecretList");
}

/// The object itself, or one of a list.
bool holdsSecret(const Json &object)
{
    const auto items = object.find("items");
    return isSecret(object)
        || (items != object.end() && items->is_array()
            && std::any_of(
                items->begin(), items->end(), [](const Json &item) { return item.is_object() && isSecret(item); }));
}

} // namespace

Result<std::string> yamlOf(std::string_view json)
{
    return sextant::yamlOf(json, [](Json &object) -> Result<void> {
        if (holdsSecret(object)) {
            return Error{ErrorCode::Forbidden, "a Secret is never shown", {}, {}};
        }
        if (const auto metadata = object.find("metadata"); metadata != object.end() && metadata->is_object()) {
            metadata->erase("managedFields");
        }
        return {};
    });
}

} // namespace sextant::kubernetes
