// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kubernetes/session.h"

#include "core/base/format.h"
#include "core/net/httpdate.h"

#include <algorithm>
#include <atomic>
#include <spdlog/spdlog.h>

namespace sextant::kubernetes {
namespace {
constexpr std::size_t kKeptOfRefusal = 64U << 10;
std::atomic<std::uint64_t> sessions{0};
} // namespace

struct Session::Talk {
    Key key = 0;
    Ask ask;
    Hearer hearer;
    Authorization authorization;
    net::TransferId transfer = net::TransferId::None;
    bool asked = false; ///< for the second time, after a 401
    bool again = false; ///< to be asked once more when this answer has ended
    bool streaming = false; ///< its body goes to the hearer
    bool dead = false;
    Answer answer;
};

Session::Session(const Connection &connection, net::Client &client, net::Inbox &inbox)
    : m_connection(connection)
    , m_client(client)
    , m_inbox(inbox)
    , m_source(connection, [this] { m_inbox.post([this] { launch(); }); })
    , m_number(++sessions)
{
}

Session::~Session() { cancelAll(); }

Session::Key Session::start(Ask ask, Hearer hearer)
{
    auto talk = std::make_shared<Talk>();
    talk->key = ++m_lastKey;
    talk->ask = std::move(ask);
    talk->hearer = std::move(hearer);
    m_talks.emplace(talk->key, talk);
    m_waiting.push_back(talk);
    // Later, so that an asker has the key before it can hear anything.
    if (!m_launchPosted) {
        m_launchPosted = true;
        m_inbox.post([this] { launch(); });
    }
    return talk->key;
}

void Session::launch()
{
    m_launchPosted = false;
    while (!m_waiting.empty()) {
        Authorization authorization;
        Error error;
        const CredentialSource::State state = m_source.get(authorization, error);
        if (state == CredentialSource::State::Waiting) {
            return;
        }
        // All that wait share the answer, good or bad: one failed login is one failure, not ten more logins.
        std::vector<TalkPtr> waiting;
        waiting.swap(m_waiting);
        for (const TalkPtr &talk : waiting) {
            if (talk->dead) {
                continue;
            }
            if (state == CredentialSource::State::Ready) {
                send(talk, authorization);
            } else {
                Answer answer;
                answer.error = std::make_shared<const Error>(error);
                finish(talk, std::move(answer));
            }
        }
        if (state == CredentialSource::State::Failed) {
            return; // what was asked meanwhile comes with the next launch, which it has posted itself
        }
    }
}

std::shared_ptr<const net::Peer> Session::peerFor(const Authorization &authorization)
{
    // A rotated certificate or a new epoch is another peer, whose connections are its own.
    const std::string key = m_connection.server + "#" + std::to_string(m_number) + "#" + std::to_string(m_epoch)
        + (authorization.certificatePem.empty() ? std::string() : "#" + std::to_string(authorization.number));
    if (!m_peer || m_peer->connectionKey != key) {
        auto peer = std::make_shared<net::Peer>();
        peer->tls = m_connection.tls;
        if (!authorization.certificatePem.empty()) {
            peer->tls.clientCertificatePem = authorization.certificatePem;
            peer->tls.clientKeyPem = authorization.keyPem;
        }
        peer->proxy = m_connection.proxy;
        peer->noProxy = m_connection.noProxy;
        peer->connectionKey = key;
        m_peer = std::move(peer);
    }
    return m_peer;
}

void Session::send(const TalkPtr &talk, const Authorization &authorization)
{
    talk->authorization = authorization;
    talk->answer = {};
    talk->again = false;
    talk->streaming = false;
    spdlog::debug("{}: GET {}", sanitized(m_connection.name), sanitized(talk->ask.path));
    net::Request request;
    request.url = m_connection.server + talk->ask.path;
    request.peer = peerFor(authorization);
    request.headers.emplace_back("Accept", talk->ask.accept);
    if (!authorization.header.empty()) {
        request.headers.emplace_back("Authorization", authorization.header);
    }
    for (const auto &header : m_connection.impersonate) {
        request.headers.push_back(header);
    }
    switch (talk->ask.kind) {
    case Ask::Kind::Small:
        request.compressed = m_connection.compressed;
        request.totalTimeout = std::chrono::seconds(30);
        request.maxBodyBytes = talk->ask.maxBytes;
        break;
    case Ask::Kind::List:
        request.compressed = m_connection.compressed;
        request.maxBodyBytes = 0;
        request.queueBytes = 4U << 20;
        break;
    case Ask::Kind::Watch:
        request.http2 = true;
        request.lowSpeedTime = std::chrono::seconds(0);
        request.maxBodyBytes = 0;
        break;
    }
    count(*talk, &Traffic::requests, 1);
    talk->transfer = m_client.start(std::move(request), m_inbox);
    m_running.emplace(talk->transfer, talk);
}

void Session::cancel(Key key)
{
    const auto at = m_talks.find(key);
    if (at == m_talks.end()) {
        return;
    }
    const TalkPtr talk = at->second;
    m_talks.erase(at);
    talk->dead = true;
    std::erase(m_waiting, talk);
    if (talk->transfer != net::TransferId::None) {
        m_client.cancel(talk->transfer);
    }
}

void Session::cancelAll()
{
    while (!m_talks.empty()) {
        cancel(m_talks.begin()->first);
    }
}

void Session::count(const Talk &talk, std::uint64_t Traffic::*figure, std::uint64_t more)
{
    m_traffic.*figure += more;
    if (talk.ask.of) {
        m_traffics[static_cast<std::size_t>(*talk.ask.of)].*figure += more;
    }
}

void Session::freshConnections(std::uint64_t since)
{
    if (since == m_epoch) {
        ++m_epoch;
    }
}

void Session::dispatch(net::Event &event)
{
    const auto at = m_running.find(event.transfer);
    if (at == m_running.end()) {
        return;
    }
    const TalkPtr talk = at->second;
    if (const auto *head = std::get_if<net::Head>(&event.what)) {
        count(*talk, &Traffic::throttled, head->status == 429 ? 1 : 0);
        if (!talk->dead) {
            takeHead(talk, *head);
        }
    } else if (const auto *piece = std::get_if<std::string>(&event.what)) {
        count(*talk, &Traffic::unpacked, piece->size());
        if (talk->ask.kind == Ask::Kind::Watch) { // lasts for minutes, and comes as it is
            count(*talk, &Traffic::wire, piece->size());
        }
        if (!talk->dead) {
            takePiece(talk, *piece);
        }
    } else if (const auto *done = std::get_if<net::Done>(&event.what)) {
        m_running.erase(at);
        if (talk->ask.kind != Ask::Kind::Watch) {
            count(*talk, &Traffic::wire, done->wireBytes);
        }
        talk->transfer = net::TransferId::None;
        if (!talk->dead) {
            takeDone(talk, *done);
        }
    }
}

void Session::takeHead(const TalkPtr &talk, const net::Head &head)
{
    talk->answer.status = head.status;
    talk->answer.contentType = head.contentType;
    talk->answer.retryAfter = net::parseRetryAfter(head.header("retry-after"), std::chrono::system_clock::now());
    if (const auto date = net::parseHttpDate(head.header("date"))) {
        m_skew = *date - wallNow();
    }
    if (head.status == 401 && !talk->asked && m_source.refused(talk->authorization)) {
        talk->again = true;
        return;
    }
    talk->streaming = talk->ask.kind != Ask::Kind::Small && head.status >= 200 && head.status < 300;
    if (talk->streaming && talk->hearer.head) {
        talk->hearer.head(head);
    }
}

void Session::takePiece(const TalkPtr &talk, std::string_view piece)
{
    if (talk->streaming) {
        talk->hearer.piece(piece);
    } else if (talk->ask.kind == Ask::Kind::Small && talk->answer.status < 400) {
        talk->answer.body += piece;
    } else {
        talk->answer.body += piece.substr(0, kKeptOfRefusal - std::min(kKeptOfRefusal, talk->answer.body.size()));
    }
}

void Session::takeDone(const TalkPtr &talk, const net::Done &done)
{
    if (talk->again && !done.error) {
        talk->asked = true;
        m_waiting.push_back(talk);
        launch();
        return;
    }
    talk->answer.error = done.error;
    talk->answer.elapsed = done.elapsed;
    finish(talk, std::move(talk->answer));
}

void Session::finish(const TalkPtr &talk, Answer &&answer)
{
    m_talks.erase(talk->key);
    talk->dead = true;
    if (talk->hearer.done) {
        talk->hearer.done(std::move(answer));
    }
}

} // namespace sextant::kubernetes
