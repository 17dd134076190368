// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/migration/memory.h"

#include "core/base/format.h"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace sextant::migration {

namespace {

using Json = nlohmann::json;

constexpr int kVersion = 1;
constexpr std::size_t kMostServices = 100'000, kMostClusters = 10'000, kMostText = 4096;
constexpr std::string_view kGone = "gone"; ///< the place of what is out of the migration

struct Bad {
    std::string what;
};

Json time(Time at) { return at == kNoTime ? Json(nullptr) : Json(at.time_since_epoch().count()); }

Time timeIn(const Json &value)
{
    if (value.is_null()) {
        return kNoTime;
    }
    constexpr std::int64_t kFarthest = 253'402'300'799; // the end of the year 9999
    if (!value.is_number_integer() || value.get<std::int64_t>() < 0 || value.get<std::int64_t>() > kFarthest) {
        throw Bad{"a time that is none"};
    }
    return Time(std::chrono::seconds(value.get<std::int64_t>()));
}

std::string textIn(const Json &value)
{
    if (!value.is_string() || value.get_ref<const std::string &>().size() > kMostText) {
        throw Bad{"a text that is none"};
    }
    return value.get<std::string>();
}

int countIn(const Json &value)
{
    if (!value.is_number_integer() || value.get<std::int64_t>() < 0
        || value.get<std::int64_t>() > std::int64_t{1} << 30) {
        throw Bad{"a number that is none"};
    }
    return value.get<int>();
}

const Json &in(const Json &object, const char *key)
{
    const auto found = object.find(key);
    if (!object.is_object() || found == object.end()) {
        throw Bad{std::string("no ") + key};
    }
    return *found;
}

const Json &list(const Json &object, const char *key, std::size_t most)
{
    const Json &value = in(object, key);
    if (!value.is_array() || value.size() > most) {
        throw Bad{std::string(key) + " that are no list, or too many"};
    }
    return value;
}

Json place(const Place &place) { return place ? Json(stageKey(*place)) : Json(kGone); }

Place placeIn(const Json &value)
{
    const std::string key = textIn(value);
    const Place stage = stageOfKey(key);
    if (!stage && key != kGone) {
        throw Bad{"the unknown stage \"" + sanitized(key.substr(0, 40)) + "\""};
    }
    return stage;
}

Json declares(const Remembered &service)
{
    Json out = Json::array();
    for (const Declares one :
        {service.heliosCpu, service.heliosMemory, service.kubernetesCpu, service.kubernetesMemory}) {
        out.push_back(one == Declares::Unseen ? Json(nullptr) : Json(one == Declares::Yes));
    }
    return out;
}

void declaresIn(const Json &value, Remembered &service)
{
    if (!value.is_array() || value.size() != 4) {
        throw Bad{"declarations that are none"};
    }
    std::size_t i = 0;
    for (Declares *one :
        {&service.heliosCpu, &service.heliosMemory, &service.kubernetesCpu, &service.kubernetesMemory}) {
        const Json &said = value[i++];
        if (!said.is_null() && !said.is_boolean()) {
            throw Bad{"a declaration that is none"};
        }
        *one = said.is_null() ? Declares::Unseen : said.get<bool>() ? Declares::Yes : Declares::No;
    }
}

Memory memoryIn(const Json &root)
{
    if (countIn(in(root, "version")) != kVersion) {
        throw Bad{"a version that this program does not know"};
    }
    Memory out;
    out.rules = textIn(in(root, "rules"));
    for (const Json &one : list(root, "clusters", kMostClusters)) {
        RememberedCluster cluster{textIn(in(one, "name")), textIn(in(one, "uid")), timeIn(in(one, "last"))};
        if (!out.clusters.emplace(countIn(in(one, "number")), std::move(cluster)).second) {
            throw Bad{"a cluster twice"};
        }
    }
    for (const Json &one : list(root, "services", kMostServices)) {
        Remembered service;
        service.standing.place = placeIn(in(one, "stage"));
        service.standing.since = timeIn(in(one, "since"));
        service.firstSeen = timeIn(in(one, "first_seen"));
        service.owner = textIn(in(one, "owner"));
        declaresIn(in(one, "declares"), service);
        if (one.contains("next")) {
            service.standing.waiting = true;
            service.standing.next = placeIn(in(one, "next"));
            service.standing.nextSince = timeIn(in(one, "next_since"));
        }
        for (const Json &number : list(one, "clusters", kMostClusters)) {
            service.clusters.push_back(countIn(number));
        }
        std::sort(service.clusters.begin(), service.clusters.end());
        // Of two names that differed in bytes that are no UTF-8 the first stands.
        out.services.emplace(textIn(in(one, "name")), std::move(service));
    }
    for (const Json &one : list(root, "burn_up", Memory::kMostPoints)) {
        if (!one.is_array() || one.size() != 4) {
            throw Bad{"a point that is none"};
        }
        const BurnPoint point{timeIn(one[0]), countIn(one[1]), countIn(one[2]), countIn(one[3]), false};
        if (point.at == kNoTime || (!out.burnUp.empty() && point.at < out.burnUp.back().at)) {
            throw Bad{"points out of order"};
        }
        out.burnUp.push_back(point);
    }
    return out;
}

} // namespace

int Memory::find(const ClusterStatus &cluster) const
{
    int byName = 0;
    for (const auto &[number, known] : clusters) {
        if (!cluster.uid.empty() && known.uid == cluster.uid) {
            return number;
        }
        if (known.name == cluster.name) {
            byName = number;
        }
    }
    return byName;
}

int Memory::take(const ClusterStatus &cluster, Time now)
{
    int number = find(cluster);
    if (number == 0) {
        number = clusters.empty() ? 1 : clusters.rbegin()->first + 1;
    }
    RememberedCluster &known = clusters[number];
    known.name = cluster.name;
    known.uid = cluster.uid.empty() ? known.uid : cluster.uid;
    known.last = now;
    return number;
}

void Memory::forgetClusters(Time now, std::chrono::hours after)
{
    std::erase_if(clusters, [&](const auto &one) { return one.second.last + after < now; });
    for (auto &[name, service] : services) {
        std::erase_if(service.clusters, [&](int number) { return !clusters.contains(number); });
    }
}

bool Memory::note(BurnPoint point, std::chrono::seconds every)
{
    if (!burnUp.empty()) {
        BurnPoint &last = burnUp.back();
        const bool same = last.services == point.services && last.moved == point.moved && last.moving == point.moving;
        if (same && point.at < last.at + every) {
            return false;
        }
        if (point.at <= last.at) {
            const bool changed = !same;
            last.services = point.services;
            last.moved = point.moved;
            last.moving = point.moving;
            return changed;
        }
    }
    burnUp.push_back(point);
    if (burnUp.size() >= kMostPoints) {
        std::size_t kept = 0;
        const std::size_t half = burnUp.size() / 2;
        for (std::size_t i = 0; i < burnUp.size(); ++i) {
            if (i == 0 || i >= half || i % 2 == 0) {
                burnUp[kept++] = burnUp[i];
            }
        }
        burnUp.resize(kept);
    }
    return true;
}

std::string memoryText(const Memory &memory)
{
    Json root{{"version", kVersion}, {"rules", memory.rules}};
    Json clusters = Json::array();
    for (const auto &[number, cluster] : memory.clusters) {
        clusters.push_back(
            {{"number", number}, {"name", cluster.name}, {"uid", cluster.uid}, {"last", time(cluster.last)}});
    }
    Json services = Json::array();
    for (const auto &[name, service] : memory.services) {
        if (services.size() == kMostServices) {
            break;
        }
        if (name.size() > kMostText / 3) { // a byte that is no UTF-8 becomes three
            continue;
        }
        Json one{{"name", name}, {"stage", place(service.standing.place)}, {"since", time(service.standing.since)},
            {"first_seen", time(service.firstSeen)}, {"owner", service.owner.substr(0, kMostText / 3)},
            {"clusters", service.clusters}, {"declares", declares(service)}};
        if (service.standing.waiting) {
            one["next"] = place(service.standing.next);
            one["next_since"] = time(service.standing.nextSince);
        }
        services.push_back(std::move(one));
    }
    Json points = Json::array();
    for (const BurnPoint &point : memory.burnUp) {
        if (!point.simulated) {
            points.push_back({time(point.at), point.services, point.moved, point.moving});
        }
    }
    root["clusters"] = std::move(clusters);
    root["services"] = std::move(services);
    root["burn_up"] = std::move(points);
    return root.dump(1, ' ', false, Json::error_handler_t::replace) + '\n';
}

Result<Memory> readMemory(std::string_view text)
{
    try {
        return memoryIn(Json::parse(text));
    } catch (const Bad &bad) {
        return Error{.code = ErrorCode::Decode, .message = "what is kept of the migration has " + bad.what};
    } catch (const Json::exception &) {
        return Error{.code = ErrorCode::Decode, .message = "what is kept of the migration is no JSON"};
    }
}

std::string digestOf(const RulesConfig &rules)
{
    std::uint64_t hash = 0xcbf29ce484222325U;
    const auto add = [&hash](std::string_view text) {
        for (const char c : text) {
            hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
        }
        hash = (hash ^ 0x1ffU) * 0x100000001b3U; // the end of a text
    };
    for (const RuleConfig &rule : rules.match) {
        add(std::to_string(static_cast<int>(rule.kind)));
        for (const std::string *text : {&rule.service, &rule.helios, &rule.kubernetes, &rule.label}) {
            add(*text);
        }
        for (const PatternConfig *side : {&rule.heliosPattern, &rule.kubernetesPattern}) {
            for (const std::string *text : {&side->job, &side->group, &side->registration, &side->workload, &side->ns,
                     &side->labelKey, &side->labelValue}) {
                add(*text);
            }
        }
    }
    return fmt::format("{:016x}", hash);
}

} // namespace sextant::migration
