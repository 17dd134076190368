// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/units.h"
#include "core/fleet/status.h"
#include "core/helios/masters.h"
#include "core/net/client.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

namespace sextant::helios {

/// One read of a master.
struct Ask {
    std::string path; ///< from the master's URL on: "/hosts"
    std::string body; ///< of a bulk read; then it is a POST
    std::chrono::milliseconds timeout{0}; ///< for all of it; 0: the session's
    std::optional<ResourceKind> of; ///< the kind whose traffic it is
};

/// How it ended.
struct Answer {
    std::shared_ptr<const Error> error; ///< no complete answer: the network, TLS, a deadline; else null
    int status = 0; ///< 0: no answer
    std::string body;
    std::string version; ///< Helios-Server-Version
    std::optional<Time> date; ///< the master's clock when it answered
    std::optional<std::chrono::milliseconds> retryAfter; ///< how long it wants to be left alone
    std::chrono::milliseconds elapsed{0};
    bool ok() const { return !error && status == 200; }
};

/// Speaks to the masters of one cluster. Threads: the feed's.
class Session {
public:
    using Key = std::uint64_t;
    using Done = std::function<void(Answer &&)>;

    Session(const Masters &masters, std::chrono::milliseconds timeout, net::Client &client, net::Inbox &inbox);
    ~Session();
    Session(const Session &) = delete;
    Session &operator=(const Session &) = delete;

    /// @param server the master's URL. A read that fails before it is answered is tried once more: a pooled
    /// connection may have been closed without a word.
    Key start(const std::string &server, Ask ask, Done done);
    /// Nothing of it is heard any more.
    void cancel(Key key);
    void cancelAll();
    void dispatch(net::Event &event);

    /// All of it, and what was asked of one kind.
    const Traffic &traffic() const { return m_traffic; }
    const Traffic &traffic(ResourceKind kind) const { return m_traffics[static_cast<std::size_t>(kind)]; }
    std::size_t open() const { return m_talks.size(); }

private:
    struct Talk;
    using TalkPtr = std::shared_ptr<Talk>;
    void send(const TalkPtr &talk);
    void count(const Talk &talk, std::uint64_t Traffic::*figure, std::uint64_t more);

    const std::string m_name, m_token;
    const std::chrono::milliseconds m_timeout;
    net::Client &m_client;
    net::Inbox &m_inbox;
    std::shared_ptr<net::Peer> m_peer;
    std::unordered_map<Key, TalkPtr> m_talks;
    std::unordered_map<net::TransferId, TalkPtr> m_running;
    Key m_last = 0;
    Traffic m_traffic;
    std::array<Traffic, kResourceKinds> m_traffics{};
};

/// `text` as one segment of a path; a colon stays, since job ids are written with it.
std::string pathSegment(std::string_view text);

} // namespace sextant::helios
