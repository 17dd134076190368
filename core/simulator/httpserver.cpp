// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulator/httpserver.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <condition_variable>
#include <cstdio>
#include <ctime>
#include <deque>
#include <fcntl.h>
#include <mutex>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <poll.h>
#include <set>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace sextant::simulator {

namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kStalled = std::chrono::minutes(5); // a reader that takes nothing for so long is given up
constexpr auto kPaceSlack = std::chrono::milliseconds(20); // how far a paced sender may catch up
constexpr int kLookMs = 200; // how often a wait looks whether it is over

/// Threads made when they are needed and kept: a watch holds its own, so the next request must find another.
class ElasticPool final : public httplib::TaskQueue {
public:
    explicit ElasticPool(std::size_t most)
        : m_most(most)
    {
    }

    void enqueue(std::function<void()> task) override
    {
        const std::lock_guard lock(m_mutex);
        m_tasks.push_back(std::move(task));
        if (m_idle < m_tasks.size() && m_threads.size() < m_most) {
            m_threads.emplace_back([this] { run(); });
        }
        m_changed.notify_one();
    }

    void shutdown() override
    {
        {
            const std::lock_guard lock(m_mutex);
            m_stopping = true;
        }
        m_changed.notify_all();
        for (auto &thread : m_threads) {
            thread.join();
        }
    }

private:
    void run()
    {
        std::unique_lock lock(m_mutex);
        for (;;) {
            ++m_idle;
            m_changed.wait(lock, [this] { return m_stopping || !m_tasks.empty(); });
            --m_idle;
            if (m_tasks.empty()) {
                return;
            }
            const auto task = std::move(m_tasks.front());
            m_tasks.pop_front();
            lock.unlock();
            task();
            lock.lock();
        }
    }

    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::deque<std::function<void()>> m_tasks;
    std::vector<std::thread> m_threads;
    std::size_t m_most;
    std::size_t m_idle = 0;
    bool m_stopping = false;
};

void reuseAddress(int socket)
{
    const int yes = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
}

} // namespace

/// One accepted socket; used by the thread that serves it.
class HttpServer::Connection final : public httplib::Stream, public Link {
public:
    Connection(int socket, Faults &faults, std::chrono::milliseconds idle, const std::atomic<bool> &stopping)
        : m_socket(socket)
        , m_faults(faults)
        , m_idle(idle)
        , m_stopping(stopping)
    {
        fcntl(socket, F_SETFL, fcntl(socket, F_GETFL) | O_NONBLOCK);
        const int yes = 1;
        setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    }
    ~Connection() override
    {
        if (m_ssl) {
            if (!m_dead) {
                SSL_shutdown(m_ssl);
            }
            SSL_free(m_ssl);
        }
    }
    Connection(const Connection &) = delete;
    Connection &operator=(const Connection &) = delete;

    bool shake(SSL_CTX *context)
    {
        m_ssl = SSL_new(context);
        if (!m_ssl || SSL_set_fd(m_ssl, m_socket) != 1) {
            return false;
        }
        const auto deadline = Clock::now() + std::chrono::seconds(10);
        for (;;) {
            const int done = SSL_accept(m_ssl);
            if (done == 1) {
                break;
            }
            if (!await(done, deadline)) {
                return false;
            }
        }
        if (X509 *peer = SSL_get_peer_certificate(m_ssl)) {
            std::array<char, 256> name{};
            if (SSL_get_verify_result(m_ssl) == X509_V_OK
                && X509_NAME_get_text_by_NID(X509_get_subject_name(peer), NID_commonName, name.data(), int(name.size()))
                    > 0) {
                m_user = name.data();
            }
            X509_free(peer);
        }
        return true;
    }

    /// Waits for the next request; false: the client went away, stayed idle for long, or the server stops.
    bool nextRequest() { return m_begin < m_end || fill(Clock::now() + m_idle); }
    bool closing() const { return m_closeAfter || m_dead || m_stopping; }

    // Stream
    bool is_readable() const override { return true; }
    bool is_writable() const override { return !m_dead && !m_stopping; } // write() itself waits
    ssize_t read(char *out, std::size_t size) override
    {
        if (m_begin == m_end && !fill(Clock::now() + std::chrono::seconds(30))) {
            return 0;
        }
        const auto n = std::min(size, m_end - m_begin);
        std::copy_n(m_in.data() + m_begin, n, out);
        m_begin += n;
        return ssize_t(n);
    }
    ssize_t write(const char *data, std::size_t size) override
    {
        std::size_t sent = 0;
        while (sent < size) {
            const auto chunk = m_faults.chunkBytes.load();
            const auto rate = m_faults.bytesPerSecond.load();
            auto piece = size - sent;
            if (chunk > 0) {
                piece = std::min(piece, std::size_t(chunk));
            }
            if (rate > 0) {
                piece = std::min(piece, std::size_t(std::max<std::int64_t>(1, rate / 20)));
            }
            if (!writePiece(data + sent, piece)) {
                m_dead = true;
                return -1;
            }
            sent += piece;
            if (rate > 0) {
                keepPace(piece, rate);
            }
        }
        return ssize_t(size);
    }
    void get_remote_ip_and_port(std::string &ip, int &port) const override { ip = "127.0.0.1", port = 0; }
    void get_local_ip_and_port(std::string &ip, int &port) const override { ip = "127.0.0.1", port = 0; }
    socket_t socket() const override { return m_socket; }

    // Link
    void abort() override { m_dead = true; }
    void closeAfter() override { m_closeAfter = true; }
    void answerRaw(std::string_view bytes) override
    {
        write(bytes.data(), bytes.size());
        m_dead = true;
    }
    bool over() const override
    {
        if (m_dead || m_stopping || m_faults.down) {
            return true;
        }
        char byte = 0;
        const auto got = ::recv(m_socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
        if (got > 0 && m_ssl && SSL_peek(m_ssl, &byte, 1) <= 0) {
            return (SSL_get_shutdown(m_ssl) & SSL_RECEIVED_SHUTDOWN) != 0; // what came was its goodbye
        }
        return got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
    }
    void sleep(std::chrono::milliseconds wait) const override
    {
        const auto deadline = Clock::now() + wait;
        while (!over()) {
            const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
            if (left <= 0) {
                return;
            }
            // Not for the socket's sake: a pending request would end such a wait at once.
            ::poll(nullptr, 0, int(std::min<std::int64_t>(left, kLookMs)));
        }
    }
    const std::string &certificateUser() const override { return m_user; }

private:
    /// Waits until `piece` more bytes may have been sent. A debt too small to sleep for is carried on; time that passed
    /// without sending is no credit.
    void keepPace(std::size_t piece, std::int64_t rate)
    {
        const auto now = Clock::now();
        m_due = std::max(m_due, now - kPaceSlack)
            + std::chrono::nanoseconds(std::int64_t(double(piece) * 1e9 / double(rate)));
        if (m_due - now >= std::chrono::milliseconds(1)) {
            sleep(std::chrono::duration_cast<std::chrono::milliseconds>(m_due - now));
        }
    }

    /// After an operation that would block: waits for what it wants. False: it failed, or time or server are over.
    bool await(int result, Clock::time_point deadline)
    {
        short wanted = POLLIN;
        if (m_ssl) {
            const int error = SSL_get_error(m_ssl, result);
            if (error == SSL_ERROR_WANT_WRITE) {
                wanted = POLLOUT;
            } else if (error != SSL_ERROR_WANT_READ) {
                return false;
            }
        }
        return await(wanted, deadline);
    }
    bool await(short wanted, Clock::time_point deadline)
    {
        while (!m_stopping && !m_faults.down && Clock::now() < deadline) {
            pollfd one{m_socket, wanted, 0};
            const int ready = ::poll(&one, 1, kLookMs);
            if (ready > 0) {
                return true;
            }
            if (ready < 0 && errno != EINTR) {
                return false;
            }
        }
        return false;
    }
    bool fill(Clock::time_point deadline)
    {
        m_begin = m_end = 0;
        while (!m_dead) {
            const auto got = m_ssl ? SSL_read(m_ssl, m_in.data(), int(m_in.size()))
                                   : int(::recv(m_socket, m_in.data(), m_in.size(), 0));
            if (got > 0) {
                m_end = std::size_t(got);
                return true;
            }
            const bool again = m_ssl ? await(got, deadline)
                                     : got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)
                    && await(short(POLLIN), deadline);
            if (!again) {
                m_dead = true;
            }
        }
        return false;
    }
    bool writePiece(const char *data, std::size_t size)
    {
        auto deadline = Clock::now() + kStalled;
        while (size > 0) {
            if (m_dead || m_stopping || m_faults.down) {
                return false;
            }
            const auto sent = m_ssl ? ssize_t(SSL_write(m_ssl, data, int(std::min<std::size_t>(size, 1 << 20))))
                                    : ::send(m_socket, data, size, MSG_NOSIGNAL);
            if (sent > 0) {
                data += sent;
                size -= std::size_t(sent);
                deadline = Clock::now() + kStalled;
                continue;
            }
            const bool again = m_ssl
                ? await(int(sent), deadline)
                : (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) && await(short(POLLOUT), deadline);
            if (!again) {
                return false;
            }
        }
        return true;
    }

    int m_socket;
    Faults &m_faults;
    std::chrono::milliseconds m_idle;
    const std::atomic<bool> &m_stopping;
    SSL *m_ssl = nullptr;
    Clock::time_point m_due{}; ///< when what was sent at Faults::bytesPerSecond would have left
    std::array<char, 16 * 1024> m_in{};
    std::size_t m_begin = 0;
    std::size_t m_end = 0;
    bool m_dead = false;
    bool m_closeAfter = false;
    std::string m_user;
};

class HttpServer::Listener final : public httplib::Server {
public:
    Listener(HttpServer::Handler handler, std::shared_ptr<SSL_CTX> tls, int threads, Faults &faults,
        std::chrono::milliseconds idle)
        : m_handler(std::move(handler))
        , m_tls(std::move(tls))
        , m_faults(faults)
        , m_idle(idle)
    {
        new_task_queue = [threads] { return new ElasticPool(std::size_t(std::max(threads, 4))); };
        set_socket_options(reuseAddress);
        set_keep_alive_max_count(1'000'000);
        set_keep_alive_timeout(std::chrono::ceil<std::chrono::seconds>(idle).count());
        const auto handle = [this](const httplib::Request &request, httplib::Response &response) {
            m_handler(request, response, *t_connection);
        };
        set_pre_routing_handler([handle](const httplib::Request &request, httplib::Response &response) {
            if (request.has_header("Content-Length") || request.has_header("Transfer-Encoding")) {
                return HandlerResponse::Unhandled; // its body is read first
            }
            handle(request, response);
            return HandlerResponse::Handled;
        });
        const std::string any = R"([\s\S]*)";
        Get(any, handle);
        Post(any, handle);
        Put(any, handle);
        Patch(any, handle);
        Delete(any, handle);
        Options(any, handle);
    }

    Result<int> begin(int port)
    {
        if (port == 0) {
            port = bind_to_any_port("127.0.0.1");
        } else if (!bind_to_port("127.0.0.1", port)) {
            port = -1;
        }
        if (port < 0) {
            return Error{ErrorCode::Io, "a simulated server could not listen on 127.0.0.1", {}, "Choose another port"};
        }
        ::listen(svr_sock_, 128); // httplib asks for 5, which a burst of clients outruns
        m_thread = std::thread([this] { listen_after_bind(); });
        while (!is_running()) {
            std::this_thread::yield();
        }
        return port;
    }

    void end(const std::function<void()> &beforeJoin)
    {
        m_stopping = true;
        Server::stop();
        {
            const std::lock_guard lock(m_mutex);
            for (const int socket : m_sockets) {
                ::shutdown(socket, SHUT_RDWR);
            }
        }
        if (beforeJoin) {
            beforeJoin();
        }
        if (m_thread.joinable()) {
            m_thread.join();
        }
    }

private:
    bool process_and_close_socket(socket_t socket) override
    {
        {
            const std::lock_guard lock(m_mutex);
            m_sockets.insert(socket);
        }
        serve(socket);
        {
            const std::lock_guard lock(m_mutex);
            m_sockets.erase(socket);
        }
        ::shutdown(socket, SHUT_RDWR);
        ::close(socket);
        return true;
    }

    void serve(int socket)
    {
        if (m_stopping || m_faults.down) {
            return;
        }
        Connection connection(socket, m_faults, m_idle, m_stopping);
        if (m_tls && !connection.shake(m_tls.get())) {
            connection.abort();
            return;
        }
        t_connection = &connection;
        while (!connection.closing() && connection.nextRequest()) {
            bool clientCloses = false;
            // Compression and ranges are ours: the library would compress watches too.
            const auto prepare = [](httplib::Request &request) {
                if (const auto it = request.headers.find("Accept-Encoding"); it != request.headers.end()) {
                    request.headers.emplace("X-Accepted-Encoding", it->second);
                    request.headers.erase("Accept-Encoding");
                }
                request.ranges.clear();
            };
            if (!process_request(connection, false, clientCloses, prepare) || clientCloses) {
                break;
            }
        }
        t_connection = nullptr;
    }

    static thread_local Connection *t_connection; // of the request under way
    HttpServer::Handler m_handler;
    std::shared_ptr<SSL_CTX> m_tls;
    Faults &m_faults;
    std::chrono::milliseconds m_idle;
    std::atomic<bool> m_stopping{false};
    std::thread m_thread;
    std::mutex m_mutex;
    std::set<int> m_sockets;
};

thread_local HttpServer::Connection *HttpServer::Listener::t_connection = nullptr;

HttpServer::HttpServer(
    Handler handler, std::shared_ptr<SSL_CTX> tls, int threads, Faults &faults, std::chrono::milliseconds idle)
    : m_listener(std::make_unique<Listener>(std::move(handler), std::move(tls), threads, faults, idle))
{
}

HttpServer::~HttpServer() { stop(); }

Result<int> HttpServer::start(int port) { return m_listener->begin(port); }

void HttpServer::stop(const std::function<void()> &beforeJoin) { m_listener->end(beforeJoin); }

// Not by strftime, which follows the program's locale.
std::string httpDate()
{
    constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto now = std::time(nullptr);
    std::tm utc{};
    gmtime_r(&now, &utc);
    std::array<char, 64> out{};
    std::snprintf(out.data(), out.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT", kDays[std::size_t(utc.tm_wday)],
        utc.tm_mday, kMonths[std::size_t(utc.tm_mon)], utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
    return out.data();
}

bool takeOne(std::atomic<int> &count)
{
    int have = count.load();
    while (have > 0) {
        if (count.compare_exchange_weak(have, have - 1)) {
            return true;
        }
    }
    return false;
}

} // namespace sextant::simulator
