// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/fetch.h"

namespace sextant::net {

Result<Response> fetch(Client &client, Request request, std::stop_token stop)
{
    if (request.maxBodyBytes == 0) {
        request.maxBodyBytes = Request().maxBodyBytes;
    }
    Inbox inbox;
    const TransferId id = client.start(std::move(request), inbox);
    const std::stop_callback onStop(stop, [&client, id] { client.cancel(id); });
    Response response;
    Event event;
    while (inbox.wait(std::chrono::steady_clock::time_point::max(), event)) {
        if (auto *head = std::get_if<Head>(&event.what)) {
            response.head = std::move(*head);
        } else if (const auto *piece = std::get_if<std::string>(&event.what)) {
            response.body += *piece;
        } else {
            response.done = std::move(std::get<Done>(event.what));
            break;
        }
    }
    if (response.done.error) {
        return *response.done.error;
    }
    return response;
}

} // namespace sextant::net
