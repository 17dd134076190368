// SPDX-License-Identifier: GPL-3.0-or-later
#include "stubserver.h"

#include <arpa/inet.h>
#include <array>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace {

constexpr int kPollMs = 20;

bool readyTo(int socket, short what, const std::function<bool()> &stopping)
{
    while (!stopping()) {
        pollfd entry{.fd = socket, .events = what, .revents = 0};
        if (poll(&entry, 1, kPollMs) > 0) {
            return true;
        }
    }
    return false;
}

} // namespace

bool StubServer::Connection::send(std::string_view bytes)
{
    while (!bytes.empty()) {
        if (!readyTo(m_socket, POLLOUT, [this] { return stopping(); })) {
            return false;
        }
        const ssize_t sent = ::send(m_socket, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && errno != EAGAIN) {
            return false;
        }
        bytes.remove_prefix(sent > 0 ? static_cast<std::size_t>(sent) : 0);
    }
    return true;
}

std::string StubServer::Connection::receive()
{
    if (!m_read.empty()) {
        return std::exchange(m_read, {});
    }
    std::array<char, 16384> buffer{};
    if (!readyTo(m_socket, POLLIN, [this] { return stopping(); })) {
        return {};
    }
    const ssize_t got = ::recv(m_socket, buffer.data(), buffer.size(), 0);
    return got > 0 ? std::string(buffer.data(), static_cast<std::size_t>(got)) : std::string();
}

void StubServer::Connection::reset()
{
    const linger now{.l_onoff = 1, .l_linger = 0};
    setsockopt(m_socket, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

StubServer::StubServer(Handler handler)
    : m_handler(std::move(handler))
{
    m_listener = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(m_listener, reinterpret_cast<sockaddr *>(&address), sizeof address);
    ::listen(m_listener, 64);
    socklen_t size = sizeof address;
    ::getsockname(m_listener, reinterpret_cast<sockaddr *>(&address), &size);
    m_port = ntohs(address.sin_port);
    m_acceptor = std::thread([this] { accept(); });
}

StubServer::~StubServer()
{
    m_stopping = true;
    m_acceptor.join();
    for (std::thread &thread : m_threads) {
        thread.join();
    }
    ::close(m_listener);
}

std::string StubServer::hostPort() const { return "127.0.0.1:" + std::to_string(m_port); }

std::string StubServer::url(std::string_view path) const { return "http://" + hostPort() + std::string(path); }

std::vector<std::string> StubServer::requests() const
{
    const std::lock_guard lock(m_mutex);
    return m_requests;
}

void StubServer::accept()
{
    while (readyTo(m_listener, POLLIN, [this] { return m_stopping.load(); })) {
        const int socket = ::accept(m_listener, nullptr, nullptr);
        if (socket >= 0) {
            ++m_connections;
            m_threads.emplace_back([this, socket] { serve(socket); });
        }
    }
}

void StubServer::serve(int socket)
{
    Connection connection(*this, socket);
    std::string read;
    bool open = true;
    while (open) {
        const auto end = read.find("\r\n\r\n");
        if (end == std::string::npos) {
            const std::string more = connection.receive();
            open = !more.empty();
            read += more;
            continue;
        }
        const std::string head = read.substr(0, end + 4);
        connection.m_read = read.substr(end + 4);
        read.clear();
        {
            const std::lock_guard lock(m_mutex);
            m_requests.push_back(head);
        }
        open = m_handler(connection, head);
    }
    ::close(socket);
}

int connectTo(const std::string &host, int port)
{
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    if (inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1
        || ::connect(socket, reinterpret_cast<sockaddr *>(&address), sizeof address) != 0) {
        ::close(socket);
        return -1;
    }
    return socket;
}

std::string answer(int status, std::string_view body, std::string_view extraHeaders)
{
    return "HTTP/1.1 " + std::to_string(status) + " Said\r\nContent-Length: " + std::to_string(body.size()) + "\r\n"
        + std::string(extraHeaders) + "\r\n" + std::string(body);
}
