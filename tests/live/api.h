// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>
#include <string>

/// What a server said to one request.
struct ApiAnswer {
    long code = 0; ///< 0: no answer
    std::string body; ///< or why there was none
    bool ok() const { return code >= 200 && code < 300; }
    nlohmann::json json() const { return nlohmann::json::parse(body, nullptr, false); }
    std::string text() const { return std::to_string(code) + ' ' + body.substr(0, 400); }
};

/// Speaks to the API server of a test as somebody with a token; the program under test never writes, the tests do.
class Api {
public:
    Api(std::string server, std::string caFile, std::string token)
        : m_server(std::move(server))
        , m_caFile(std::move(caFile))
        , m_token(std::move(token))
    {
    }
    ApiAnswer get(const std::string &path, const std::string &accept = "application/json") const;
    ApiAnswer create(const std::string &path, const nlohmann::json &object) const;
    /// A strategic merge patch, as kubectl sends it.
    ApiAnswer patch(const std::string &path, const nlohmann::json &part) const;
    ApiAnswer put(const std::string &path, const nlohmann::json &object) const;
    ApiAnswer remove(const std::string &path, const nlohmann::json &options = nullptr) const;
    /// The table that `kubectl get -o wide` prints.
    nlohmann::json table(const std::string &path) const;

private:
    ApiAnswer call(const char *method, const std::string &path, const std::string &body, const std::string &type,
        const std::string &accept) const;
    std::string m_server, m_caFile, m_token;
};
