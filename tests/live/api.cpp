// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/live/api.h"

#include <curl/curl.h>
#include <memory>

ApiAnswer Api::call(const char *method, const std::string &path, const std::string &body, const std::string &type,
    const std::string &accept) const
{
    const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> easy(curl_easy_init(), &curl_easy_cleanup);
    curl_slist *headers = curl_slist_append(nullptr, ("Accept: " + accept).c_str());
    if (!m_token.empty()) {
        headers = curl_slist_append(headers, ("Authorization: Bearer " + m_token).c_str());
    }
    if (!type.empty()) {
        headers = curl_slist_append(headers, ("Content-Type: " + type).c_str());
    }
    const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> guard(headers, &curl_slist_free_all);
    ApiAnswer answer;
    const auto keep = +[](char *data, std::size_t size, std::size_t count, void *target) {
        static_cast<std::string *>(target)->append(data, size * count);
        return size * count;
    };
    curl_easy_setopt(easy.get(), CURLOPT_URL, (m_server + path).c_str());
    curl_easy_setopt(easy.get(), CURLOPT_CUSTOMREQUEST, method);
    curl_easy_setopt(easy.get(), CURLOPT_HTTPHEADER, headers);
    if (!m_caFile.empty()) {
        curl_easy_setopt(easy.get(), CURLOPT_CAINFO, m_caFile.c_str());
    }
    curl_easy_setopt(easy.get(), CURLOPT_USERAGENT, "live-test");
    curl_easy_setopt(easy.get(), CURLOPT_NOPROXY, "*");
    curl_easy_setopt(easy.get(), CURLOPT_TIMEOUT, 120L);
    curl_easy_setopt(easy.get(), CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy.get(), CURLOPT_WRITEFUNCTION, keep);
    curl_easy_setopt(easy.get(), CURLOPT_WRITEDATA, &answer.body);
    if (!body.empty()) {
        curl_easy_setopt(easy.get(), CURLOPT_POSTFIELDS, body.data());
        curl_easy_setopt(easy.get(), CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
    }
    const CURLcode result = curl_easy_perform(easy.get());
    if (result != CURLE_OK) {
        return {0, curl_easy_strerror(result)};
    }
    curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &answer.code);
    return answer;
}

ApiAnswer Api::get(const std::string &path, const std::string &accept) const
{
    return call("GET", path, {}, {}, accept);
}

ApiAnswer Api::create(const std::string &path, const nlohmann::json &object) const
{
    return call("POST", path, object.dump(), "application/json", "application/json");
}

ApiAnswer Api::patch(const std::string &path, const nlohmann::json &part) const
{
    return call("PATCH", path, part.dump(), "application/strategic-merge-patch+json", "application/json");
}

ApiAnswer Api::put(const std::string &path, const nlohmann::json &object) const
{
    return call("PUT", path, object.dump(), "application/json", "application/json");
}

ApiAnswer Api::remove(const std::string &path, const nlohmann::json &options) const
{
    return call("DELETE", path, options.is_null() ? std::string() : options.dump(),
        options.is_null() ? std::string() : "application/json", "application/json");
}

nlohmann::json Api::table(const std::string &path) const
{
    return get(path, "application/json;as=Table;v=v1;g=meta.k8s.io").json();
}
