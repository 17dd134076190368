// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/helios/session.h"

#include "core/base/format.h"
#include "core/net/httpdate.h"

#include <algorithm>
#include <atomic>
#include <spdlog/spdlog.h>

namespace sextant::helios {

namespace {
constexpr std::size_t kKeptOfRefusal = 64U << 10;
constexpr std::uint64_t kLargestAnswer = 256U << 20; ///< chunks of hosts are sized far below
std::atomic<std::uint64_t> sessions{0};
} // namespace

struct Session::Talk {
    Key key = 0;
    std::string server;
    Ask ask;
    Done done;
    net::TransferId transfer = net::TransferId::None;
    bool again = false; ///< it was tried before
    bool dead = false;
    Answer answer;
};

Session::Session(const Masters &masters, std::chrono::milliseconds timeout, net::Client &client, net::Inbox &inbox)
    : m_name(sanitized(masters.name))
    , m_token(masters.token)
    , m_timeout(timeout)
    , m_client(client)
    , m_inbox(inbox)
    , m_peer(std::make_shared<net::Peer>())
{
    m_peer->tls = masters.tls;
    m_peer->proxy = masters.proxy;
    m_peer->noProxy = masters.noProxy;
    m_peer->connectionKey = "helios#" + std::to_string(++sessions);
}

Session::~Session() { cancelAll(); }

Session::Key Session::start(const std::string &server, Ask ask, Done done)
{
    auto talk = std::make_shared<Talk>();
    talk->key = ++m_last;
    talk->server = server;
    talk->ask = std::move(ask);
    talk->done = std::move(done);
    m_talks.emplace(talk->key, talk);
    send(talk);
    return talk->key;
}

void Session::send(const TalkPtr &talk)
{
    talk->answer = {};
    net::Request request;
    request.url = talk->server + talk->ask.path;
    request.peer = m_peer;
    request.compressed = true;
    // Without a text type in it /version would be refused.
    request.headers.emplace_back("Accept", "application/json, */*;q=0.1");
    if (!m_token.empty() && talk->server.rfind("https://", 0) == 0) {
        request.headers.emplace_back("Authorization", "Bearer " + m_token);
    }
    if (!talk->ask.body.empty()) {
        request.method = net::Method::BulkReadPost;
        request.body = talk->ask.body;
    }
    request.totalTimeout = talk->ask.timeout.count() > 0 ? talk->ask.timeout : m_timeout;
    request.connectTimeout = std::min(request.connectTimeout, request.totalTimeout);
    request.lowSpeedTime = std::chrono::seconds(0); // nothing is sent until all of an answer is there
    request.maxBodyBytes = kLargestAnswer;
    spdlog::debug("{}: {} {}", m_name, talk->ask.body.empty() ? "GET" : "POST", sanitized(talk->ask.path));
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
    at->second->dead = true;
    m_client.cancel(at->second->transfer);
    m_talks.erase(at);
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

void Session::dispatch(net::Event &event)
{
    const auto at = m_running.find(event.transfer);
    if (at == m_running.end()) {
        return;
    }
    const TalkPtr talk = at->second;
    Answer &answer = talk->answer;
    if (const auto *head = std::get_if<net::Head>(&event.what)) {
        answer.status = head->status;
        answer.date = net::parseHttpDate(head->header("date"));
        answer.version = head->header("helios-server-version").substr(0, 64);
        answer.retryAfter = net::parseRetryAfter(head->header("retry-after"), std::chrono::system_clock::now());
        count(*talk, &Traffic::throttled, head->status == 429 ? 1 : 0);
    } else if (const auto *piece = std::get_if<std::string>(&event.what)) {
        count(*talk, &Traffic::unpacked, piece->size());
        answer.body += answer.status == 200
            ? *piece
            : piece->substr(0, kKeptOfRefusal - std::min(kKeptOfRefusal, answer.body.size()));
    } else if (const auto *done = std::get_if<net::Done>(&event.what)) {
        m_running.erase(at);
        count(*talk, &Traffic::wire, done->wireBytes);
        if (talk->dead) {
            return;
        }
        const bool broke =
            done->error && (done->error->code == ErrorCode::Unreachable || done->error->code == ErrorCode::Protocol);
        if (broke && !talk->again) {
            talk->again = true;
            send(talk);
            return;
        }
        answer.error = done->error;
        answer.elapsed = done->elapsed;
        m_talks.erase(talk->key);
        talk->dead = true;
        talk->done(std::move(answer));
    }
}

std::string pathSegment(std::string_view text)
{
    constexpr std::string_view kHex = "0123456789ABCDEF";
    constexpr std::string_view kPlain = "-_.~:";
    std::string out;
    for (const char c : text) {
        const auto u = static_cast<unsigned char>(c);
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
            || kPlain.find(c) != std::string_view::npos;
        if (plain) {
            out += c;
        } else {
            out += {'%', kHex[u >> 4U], kHex[u & 15U]};
        }
    }
    // "." and ".." would be read as places in the path.
    return out == "." ? "%2E" : out == ".." ? "%2E%2E" : out;
}

} // namespace sextant::helios
