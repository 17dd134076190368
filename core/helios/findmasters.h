// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/net/srv.h"

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace sextant::helios {

using Environment = std::function<std::string(const char *)>; ///< "" for a variable that is not set
std::string processEnvironment(const char *name);

/// The names under which the masters of a domain are looked up: HELIOS_HTTPS_SRV_FORMAT (else "_%s._https.%s") or
/// HELIOS_HTTP_SRV_FORMAT (else "_%s._http.%s"), with "helios" and the domain in the places of %s.
std::string srvName(const std::string &domain, bool https, const Environment &environment = processEnvironment);

/// Asks DNS for the masters of a domain: those over https, where there are none those over http. Waits; never on the
/// GUI's thread. Errors: NotFound when it has neither; those of net::lookUpSrv.
/// Source: helios.md, 1.7. Any thread.
Result<std::vector<std::string>> findMasters(const std::string &domain, const net::SrvOptions &options,
    std::stop_token stop = {}, const Environment &environment = processEnvironment);

} // namespace sextant::helios
