// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/srv.h"

#include "core/base/format.h"

#include <algorithm>
#include <ares.h>
#include <arpa/nameser.h>
#include <array>
#include <memory>
#include <mutex>
#include <optional>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace sextant::net {

namespace {

using Clock = std::chrono::steady_clock;

/// Wakes a poll() when a stop is requested.
class Waker {
public:
    Waker()
        : m_fd(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
    {
    }
    ~Waker()
    {
        if (m_fd >= 0) {
            close(m_fd);
        }
    }
    Waker(const Waker &) = delete;
    Waker &operator=(const Waker &) = delete;
    void wake() const { eventfd_write(m_fd, 1); }
    int fd() const { return m_fd; }

private:
    int m_fd;
};

struct Reply {
    bool done = false;
    int status = ARES_SUCCESS;
    std::vector<SrvRecord> records;
};

bool isDomainName(const std::string &name)
{
    return !name.empty() && name.size() <= 253 && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.'
            || c == '_';
    });
}

void take(void *to, int status, int /*timeouts*/, unsigned char *answer, int length)
{
    auto &reply = *static_cast<Reply *>(to);
    reply.done = true;
    reply.status = status;
    if (status != ARES_SUCCESS) {
        return;
    }
    ares_srv_reply *list = nullptr;
    reply.status = ares_parse_srv_reply(answer, length, &list);
    for (const ares_srv_reply *one = list; one != nullptr; one = one->next) {
        std::string host = one->host == nullptr ? std::string() : std::string(one->host);
        if (!host.empty() && host.back() == '.') {
            host.pop_back();
        }
        // A target of "." says that the service is decidedly not offered.
        if (isDomainName(host) && one->port != 0) {
            reply.records.push_back({std::move(host), one->port, one->priority, one->weight});
        }
    }
    if (list != nullptr) {
        ares_free_data(list);
    }
}

int millisUntil(Clock::time_point time)
{
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(time - Clock::now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
}

/// Waits until something of the channel is ready, the stop came, or it is time; then lets the channel do its work.
void turn(ares_channel channel, const Waker &waker, Clock::time_point deadline)
{
    std::array<ares_socket_t, ARES_GETSOCK_MAXNUM> sockets{};
    const auto wanted = static_cast<unsigned>(ares_getsock(channel, sockets.data(), ARES_GETSOCK_MAXNUM));
    std::array<pollfd, ARES_GETSOCK_MAXNUM + 1> ready{};
    nfds_t count = 0;
    for (unsigned i = 0; i < ARES_GETSOCK_MAXNUM; ++i) {
        const bool reads = (wanted & (1U << i)) != 0;
        const bool writes = (wanted & (1U << (i + ARES_GETSOCK_MAXNUM))) != 0;
        if (reads || writes) {
            ready.at(count++) = {sockets.at(i), static_cast<short>((reads ? POLLIN : 0) | (writes ? POLLOUT : 0)), 0};
        }
    }
    ready.at(count) = {waker.fd(), POLLIN, 0};
    timeval longest{.tv_sec = 60, .tv_usec = 0};
    timeval due{};
    const timeval *const next = ares_timeout(channel, &longest, &due);
    const auto own = next->tv_sec * 1000 + next->tv_usec / 1000 + 1;
    const int wait = static_cast<int>(std::min<std::int64_t>(own, millisUntil(deadline)));
    poll(ready.data(), count + 1, wait);
    bool any = false;
    for (nfds_t i = 0; i < count; ++i) {
        const pollfd &one = ready.at(i);
        if (one.revents != 0) {
            any = true;
            ares_process_fd(channel, (one.revents & (POLLIN | POLLERR | POLLHUP)) != 0 ? one.fd : ARES_SOCKET_BAD,
                (one.revents & POLLOUT) != 0 ? one.fd : ARES_SOCKET_BAD);
        }
    }
    if (!any) {
        ares_process_fd(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD); // its own timeouts
    }
}

Error failure(ErrorCode code, std::string message, const std::string &name, std::string remedy = {})
{
    return {.code = code, .message = std::move(message), .subject = sanitized(name), .remedy = std::move(remedy)};
}

struct ChannelDeleter {
    void operator()(ares_channeldata *channel) const { ares_destroy(channel); }
};

} // namespace

Result<std::vector<SrvRecord>> lookUpSrv(const std::string &name, const SrvOptions &options, std::stop_token stop)
{
    if (!isDomainName(name)) {
        return failure(ErrorCode::Config, "this is no DNS name", name);
    }
    static std::once_flag once;
    std::call_once(once, [] { ares_library_init(ARES_LIB_INIT_ALL); });
    // Declared before the channel, whose end may still call back.
    Reply reply;
    ares_options settings{};
    settings.timeout = static_cast<int>(std::clamp<std::int64_t>(options.timeout.count() / 4, 50, 5'000));
    settings.tries = 3;
    ares_channel raw = nullptr;
    if (const int status = ares_init_options(&raw, &settings, ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES);
        status != ARES_SUCCESS) {
        return failure(ErrorCode::Internal, std::string("DNS cannot be used: ") + ares_strerror(status), name);
    }
    const std::unique_ptr<ares_channeldata, ChannelDeleter> channel(raw);
    if (!options.servers.empty()) {
        std::string servers;
        for (const std::string &server : options.servers) {
            servers += (servers.empty() ? "" : ",") + server;
        }
        if (ares_set_servers_ports_csv(channel.get(), servers.c_str()) != ARES_SUCCESS) {
            return failure(ErrorCode::Config, "the DNS servers to ask cannot be read", servers, "Write ADDRESS:PORT");
        }
    }
    const Waker waker;
    const std::stop_callback onStop(stop, [&waker] { waker.wake(); });
    const auto deadline = Clock::now() + options.timeout;
    ares_query(channel.get(), name.c_str(), ns_c_in, ns_t_srv, take, &reply);
    while (!reply.done && !stop.stop_requested() && Clock::now() < deadline) {
        turn(channel.get(), waker, deadline);
    }
    if (stop.stop_requested()) {
        return failure(ErrorCode::Cancelled, "was cancelled", name);
    }
    if (!reply.done) {
        return failure(ErrorCode::Timeout, "DNS did not answer in time", name, "Check the name servers");
    }
    if (reply.status == ARES_ENOTFOUND || reply.status == ARES_ENODATA) {
        return std::vector<SrvRecord>();
    }
    if (reply.status != ARES_SUCCESS) {
        const bool late = reply.status == ARES_ETIMEOUT;
        return failure(late ? ErrorCode::Timeout : ErrorCode::Unreachable,
            late ? std::string("DNS did not answer in time")
                 : std::string("the DNS look-up failed: ") + ares_strerror(reply.status),
            name, "Check the name servers");
    }
    std::stable_sort(reply.records.begin(), reply.records.end(), [](const SrvRecord &a, const SrvRecord &b) {
        return a.priority != b.priority ? a.priority < b.priority : a.weight > b.weight;
    });
    return std::move(reply.records);
}

} // namespace sextant::net
