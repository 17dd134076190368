// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/helios/findmasters.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace sextant::helios {

std::string processEnvironment(const char *name)
{
    const char *const value = std::getenv(name);
    return value == nullptr ? std::string() : std::string(value);
}

std::string srvName(const std::string &domain, bool https, const Environment &environment)
{
    std::string format = environment(https ? "HELIOS_HTTPS_SRV_FORMAT" : "HELIOS_HTTP_SRV_FORMAT");
    if (format.empty()) {
        format = https ? "_%s._https.%s" : "_%s._http.%s";
    }
    const std::array<std::string, 2> words{"helios", domain};
    std::string out;
    std::size_t next = 0;
    for (std::size_t i = 0; i < format.size(); ++i) {
        if (format.compare(i, 2, "%s") == 0 && next < words.size()) {
            out += words.at(next++);
            ++i;
        } else if (format.compare(i, 4, "%1$s") == 0 || format.compare(i, 4, "%2$s") == 0) {
            out += words.at(format[i + 1] == '1' ? 0 : 1);
            i += 3;
        } else {
            out += format[i];
        }
    }
    return out;
}

Result<std::vector<std::string>> findMasters(
    const std::string &domain, const net::SrvOptions &options, std::stop_token stop, const Environment &environment)
{
    for (const bool https : {true, false}) {
        const auto records = net::lookUpSrv(srvName(domain, https, environment), options, stop);
        if (!records) {
            return records.error();
        }
        std::vector<std::string> urls;
        for (const net::SrvRecord &record : *records) {
            std::string url = (https ? "https://" : "http://") + record.host + ':' + std::to_string(record.port);
            if (std::find(urls.begin(), urls.end(), url) == urls.end()) {
                urls.push_back(std::move(url));
            }
        }
        if (!urls.empty()) {
            return urls;
        }
    }
    return Error{.code = ErrorCode::NotFound,
        .message = "DNS knows no Helios masters of this domain (" + srvName(domain, true, environment) + ", "
            + srvName(domain, false, environment) + ")",
        .subject = domain,
        .remedy = "Check the domain, or name the masters by URL"};
}

} // namespace sextant::helios
