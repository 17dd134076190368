// SPDX-License-Identifier: GPL-3.0-or-later
// What a job's id is made of, and the selectors of groups.
#include "core/simulator/helios_state.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <ctime>
#include <nlohmann/json.hpp>
#include <openssl/sha.h>

namespace sextant::simulator {

namespace {

using Json = nlohmann::json;

std::string sha1(std::string_view text)
{
    static constexpr char kHex[] = "0123456789abcdef";
    std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
    SHA1(reinterpret_cast<const unsigned char *>(text.data()), text.size(), digest.data());
    std::string out;
    for (const auto byte : digest) {
        out += kHex[byte >> 4];
        out += kHex[byte & 15];
    }
    return out;
}

void quote(std::string &out, std::string_view text)
{
    static constexpr char kHex[] = "0123456789ABCDEF";
    out += '"';
    for (const char c : text) {
        switch (c) {
        case '"':
        case '\\':
            out += '\\';
            out += c;
            break;
        case '\b':
            out += "\\b";
            break;
        case '\f':
            out += "\\f";
            break;
        case '\n':
            out += "\\n";
            break;
        case '\r':
            out += "\\r";
            break;
        case '\t':
            out += "\\t";
            break;
        default:
            if (std::uint8_t(c) < 0x20) {
                out += "\\u00";
                out += kHex[std::uint8_t(c) >> 4];
                out += kHex[std::uint8_t(c) & 15];
            } else {
                out += c;
            }
        }
    }
    out += '"';
}

/// The library writes control characters with small digits; the hash wants capital ones.
void write(std::string &out, const Json &value)
{
    if (value.is_object()) {
        out += '{';
        for (auto it = value.begin(); it != value.end(); ++it) {
            if (it != value.begin()) {
                out += ',';
            }
            quote(out, it.key());
            out += ':';
            write(out, it.value());
        }
        out += '}';
    } else if (value.is_array()) {
        out += '[';
        for (std::size_t i = 0; i < value.size(); ++i) {
            out += i == 0 ? "" : ",";
            write(out, value[i]);
        }
        out += ']';
    } else if (value.is_string()) {
        quote(out, value.get_ref<const std::string &>());
    } else {
        out += value.dump();
    }
}

void put(Json &object, const char *key, const std::string &text)
{
    if (!text.empty()) {
        object[key] = text;
    }
}
template <class T> void put(Json &object, const char *key, const std::optional<T> &value)
{
    if (value) {
        if constexpr (std::is_same_v<T, std::string>) {
            put(object, key, *value);
        } else {
            object[key] = *value;
        }
    }
}
void put(Json &object, const char *key, const std::vector<std::string> &list)
{
    if (!list.empty()) {
        object[key] = list;
    }
}
void put(Json &object, const char *key, const HeliosTexts &texts)
{
    if (!texts.empty()) {
        object[key] = texts;
    }
}
void putObject(Json &object, const char *key, Json value)
{
    if (!value.empty()) {
        object[key] = std::move(value);
    }
}

std::string dateText(std::int64_t ms)
{
    const auto seconds = std::time_t(ms >= 0 ? ms / 1000 : (ms - 999) / 1000);
    std::tm utc{};
    gmtime_r(&seconds, &utc);
    std::array<char, 96> out{};
    std::snprintf(out.data(), out.size(), "%04d-%02d-%02dT%02d:%02d:%02d.%03d+0000", utc.tm_year + 1900, utc.tm_mon + 1,
        utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, int(ms - std::int64_t(seconds) * 1000));
    return out.data();
}

Json portJson(const HeliosPort &port)
{
    Json out = Json::object();
    put(out, "ip", port.ip);
    out["internalPort"] = port.internal;
    put(out, "externalPort", port.external);
    put(out, "protocol", port.protocol);
    return out;
}

} // namespace

std::string canonicalJson(const HeliosJob &job)
{
    Json out = Json::object();
    put(out, "name", job.name);
    put(out, "version", job.version);
    put(out, "image", job.image);
    put(out, "hostname", job.hostname);
    put(out, "command", job.command);
    put(out, "env", job.env);
    if (job.resources) {
        Json resources = Json::object();
        put(resources, "memory", job.resources->memory);
        put(resources, "memorySwap", job.resources->memorySwap);
        put(resources, "cpuShares", job.resources->cpuShares);
        put(resources, "cpuset", job.resources->cpuset);
        putObject(out, "resources", std::move(resources));
    }
    Json ports = Json::object();
    for (const auto &[name, port] : job.ports) {
        ports[name] = portJson(port);
    }
    putObject(out, "ports", std::move(ports));
    Json registration = Json::object();
    for (const auto &[service, list] : job.registration) {
        Json inner = Json::object();
        for (const auto &one : list) {
            inner[one.port] = Json::object();
            if (one.tags) {
                put(inner[one.port], "tags", *one.tags);
            }
        }
        registration[service] = Json::object();
        putObject(registration[service], "ports", std::move(inner));
    }
    putObject(out, "registration", std::move(registration));
    put(out, "gracePeriod", job.gracePeriod);
    put(out, "volumes", job.volumes);
    if (job.expires) {
        out["expires"] = dateText(*job.expires);
    }
    put(out, "registrationDomain", job.registrationDomain);
    put(out, "token", job.token);
    if (const auto &check = job.healthCheck) {
        Json inner = Json::object();
        put(inner, "type", check->type);
        put(inner, "path", check->path);
        put(inner, "port", check->port);
        put(inner, "command", check->command);
        putObject(out, "healthCheck", std::move(inner));
    }
    put(out, "securityOpt", job.securityOpt);
    put(out, "networkMode", job.networkMode);
    put(out, "metadata", job.metadata);
    put(out, "addCapabilities", job.addCapabilities);
    put(out, "dropCapabilities", job.dropCapabilities);
    put(out, "labels", job.labels);
    put(out, "secondsToWaitBeforeKill", job.secondsToWaitBeforeKill);
    put(out, "ramdisks", job.ramdisks);
    if (const auto &rollout = job.rolloutOptions) {
        Json inner = Json::object();
        put(inner, "timeout", rollout->timeout);
        put(inner, "parallelism", rollout->parallelism);
        put(inner, "migrate", rollout->migrate);
        put(inner, "overlap", rollout->overlap);
        put(inner, "token", rollout->token);
        put(inner, "ignoreFailures", rollout->ignoreFailures);
        putObject(out, "rolloutOptions", std::move(inner));
    }
    put(out, "runtime", job.runtime);
    std::string text;
    write(text, out);
    return text;
}

std::string configHash(const HeliosJob &job) { return sha1(canonicalJson(job)); }

std::string jobHash(const HeliosJob &job) { return sha1(job.name + ':' + job.version + ':' + configHash(job)); }

bool HeliosSelector::matches(const HeliosTexts &labels) const
{
    const auto it = labels.find(label);
    if (it == labels.end()) {
        return false; // whatever the operator is
    }
    const bool among = std::find(operands.begin(), operands.end(), it->second) != operands.end();
    return among == (op == "EQUALS" || op == "IN");
}

std::optional<HeliosSelector> parseSelector(std::string_view text)
{
    std::size_t at = 0;
    const auto blanks = [&] {
        while (at < text.size() && std::isspace(std::uint8_t(text[at])) != 0) {
            ++at;
        }
    };
    const auto word = [&] {
        const auto begin = at;
        while (at < text.size()
            && (std::isalnum(std::uint8_t(text[at])) != 0 || text[at] == '.' || text[at] == '_' || text[at] == '-')) {
            ++at;
        }
        return std::string(text.substr(begin, at - begin));
    };
    HeliosSelector out;
    blanks();
    out.label = word();
    const auto labelEnd = at;
    blanks();
    if (out.label.empty()) {
        return {};
    }
    if (text.substr(at).starts_with("!=")) {
        out.op = "NOT_EQUALS";
        at += 2;
    } else if (text.substr(at).starts_with("=")) {
        out.op = "EQUALS";
        ++at;
    } else if (at == labelEnd) {
        return {};
    } else if (const auto op = word(); op == "in" || op == "notin") {
        out.op = op == "in" ? "IN" : "NOT_IN";
    } else {
        return {};
    }
    blanks();
    const bool list = out.op == "IN" || out.op == "NOT_IN";
    if (!list) {
        out.operands = {word()};
        blanks();
        return out.operands[0].empty() || at != text.size() ? std::nullopt : std::optional(out);
    }
    if (at >= text.size() || text[at] != '(') {
        return {};
    }
    const auto end = text.find(')', at);
    if (end == std::string_view::npos) {
        return {};
    }
    std::string operand;
    for (const char c : text.substr(at + 1, end - at - 1)) {
        if (c == ',') {
            out.operands.push_back(std::exchange(operand, {}));
        } else if (std::isspace(std::uint8_t(c)) == 0) {
            operand += c;
        }
    }
    out.operands.push_back(operand);
    at = end + 1;
    blanks();
    return at == text.size() ? std::optional(out) : std::nullopt;
}

bool naturallyLess(std::string_view a, std::string_view b)
{
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    std::size_t i = 0, j = 0;
    while (i < a.size() && j < b.size()) {
        if (digit(a[i]) && digit(b[j])) {
            const auto run = [&](std::string_view text, std::size_t &at) {
                while (at < text.size() && text[at] == '0') {
                    ++at;
                }
                const auto begin = at;
                while (at < text.size() && digit(text[at])) {
                    ++at;
                }
                return text.substr(begin, at - begin);
            };
            const auto x = run(a, i);
            const auto y = run(b, j);
            if (x.size() != y.size()) {
                return x.size() < y.size();
            }
            if (x != y) {
                return x < y;
            }
        } else if (a[i] != b[j]) {
            return a[i] < b[j];
        } else {
            ++i;
            ++j;
        }
    }
    return a.size() - i < b.size() - j;
}

} // namespace sextant::simulator
