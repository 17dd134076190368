// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/net/client.h"

#include <stop_token>
#include <string>

namespace sextant::net {

/// A whole answer in memory.
struct Response {
    Head head;
    std::string body;
    Done done;
};

/// Sends a request and waits for all of its answer: for commands and tests, never for the GUI's thread.
/// An HTTP status of 400 and above is a Response. Request::maxBodyBytes bounds the body; 0 counts as 64 MiB here.
/// @return the error of the transfer's Done; Cancelled once `stop` is requested.
Result<Response> fetch(Client &client, Request request, std::stop_token stop = {});

} // namespace sextant::net
