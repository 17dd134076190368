// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/net/target.h"

#include <chrono>
#include <curl/curl.h>
#include <string_view>

namespace sextant::net {

/// What curl said about a transfer that failed.
struct Symptom {
    CURLcode code = CURLE_OK;
    std::string_view detail; ///< curl's error buffer; only looked into, never shown
    long verifyResult = 0; ///< OpenSSL's X509_V_ERR_*
    long proxyStatus = 0; ///< the answer to CONNECT, 0: none
    bool answered = false; ///< a status line had come
    std::chrono::milliseconds connectTimeout{0};
};

/// The failure in plain words: what happened at which host and port, why, and what can be done about it.
Error describe(const Symptom &symptom, const Target &target, const Tls &tls);

} // namespace sextant::net
