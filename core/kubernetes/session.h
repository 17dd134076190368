// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/units.h"
#include "core/fleet/status.h"
#include "core/kubernetes/connection.h"
#include "core/kubernetes/credentials.h"
#include "core/net/client.h"

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace sextant::kubernetes {

/// One request to the API server.
struct Ask {
    enum class Kind { Small, List, Watch };
    std::string path; ///< from the server's URL on, query included
    std::string accept = "application/json";
    Kind kind = Kind::Small;
    std::optional<ResourceKind> of; ///< whose traffic it is; nothing: the cluster's own
    std::uint64_t maxBytes = 16U << 20; ///< Small only
};

/// How it ended.
struct Answer {
    std::shared_ptr<const Error> error; ///< no complete answer: the network, TLS, a credential; else null
    int status = 0; ///< 0: no answer
    std::string contentType;
    std::string body; ///< of Small; of others only when refused, its first 64 KiB
    std::optional<std::chrono::milliseconds> retryAfter;
    std::chrono::milliseconds elapsed{0};
    bool ok() const { return !error && status >= 200 && status < 300; }
};

/// What the asker hears, on the feed's thread. `head` and `piece`: List and Watch, answers of 2xx only.
struct Hearer {
    std::function<void(const net::Head &)> head;
    std::function<void(std::string_view)> piece;
    std::function<void(Answer &&)> done;
};

/// Speaks to one API server as one user: adds credentials, waits for them where a plug-in has to run, and asks once
/// more with another after a 401. Threads: the feed's.
class Session {
public:
    using Key = std::uint64_t;

    Session(const Connection &connection, net::Client &client, net::Inbox &inbox);
    ~Session();
    Session(const Session &) = delete;
    Session &operator=(const Session &) = delete;

    Key start(Ask ask, Hearer hearer);
    /// Nothing of it is heard any more.
    void cancel(Key key);
    void cancelAll();
    void dispatch(net::Event &event);
    /// New requests use new connections, if `since` is still the current epoch: one of the old ones may be half dead.
    void freshConnections(std::uint64_t since);
    std::uint64_t epoch() const { return m_epoch; }
    void cancelLogin() { m_source.cancel(); }

    /// All that was asked and came, and what of it was about a kind.
    const Traffic &traffic() const { return m_traffic; }
    const Traffic &traffic(ResourceKind kind) const { return m_traffics[static_cast<std::size_t>(kind)]; }
    /// The server's clock minus ours, of the last answer that told.
    std::optional<std::chrono::seconds> skew() const { return m_skew; }

private:
    struct Talk;
    using TalkPtr = std::shared_ptr<Talk>;
    void launch();
    void send(const TalkPtr &talk, const Authorization &authorization);
    void takeHead(const TalkPtr &talk, const net::Head &head);
    void takePiece(const TalkPtr &talk, std::string_view piece);
    void takeDone(const TalkPtr &talk, const net::Done &done);
    void finish(const TalkPtr &talk, Answer &&answer);
    void count(const Talk &talk, std::uint64_t Traffic::*figure, std::uint64_t more);
    std::shared_ptr<const net::Peer> peerFor(const Authorization &authorization);

    const Connection m_connection;
    net::Client &m_client;
    net::Inbox &m_inbox;
    CredentialSource m_source;
    std::unordered_map<Key, TalkPtr> m_talks;
    std::unordered_map<net::TransferId, TalkPtr> m_running;
    std::vector<TalkPtr> m_waiting; ///< for a credential
    std::shared_ptr<const net::Peer> m_peer;
    const std::uint64_t m_number; ///< of this session among all
    std::uint64_t m_epoch = 1;
    std::uint64_t m_lastKey = 0;
    Traffic m_traffic;
    std::array<Traffic, kResourceKinds> m_traffics{};
    std::optional<std::chrono::seconds> m_skew;
    bool m_launchPosted = false;
};

} // namespace sextant::kubernetes
