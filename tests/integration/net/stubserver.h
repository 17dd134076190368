// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

/// A server on loopback that says exactly the bytes it is told to: what no well-kept server library would send.
/// One thread for each connection; all of them end with the object.
class StubServer {
public:
    class Connection {
    public:
        Connection(StubServer &server, int socket)
            : m_server(server)
            , m_socket(socket)
        {
        }
        /// Everything, or false once the other side or the server has gone.
        bool send(std::string_view bytes);
        /// What came after the head, then more bytes; empty at the end.
        std::string receive();
        /// Ends the connection with a reset instead of a farewell.
        void reset();
        bool stopping() const { return m_server.m_stopping; }
        int socket() const { return m_socket; }

    private:
        friend class StubServer;
        StubServer &m_server;
        int m_socket;
        std::string m_read;
    };

    /// Answers one request, given its head; false closes the connection.
    using Handler = std::function<bool(Connection &connection, const std::string &head)>;

    explicit StubServer(Handler handler);
    ~StubServer();
    StubServer(const StubServer &) = delete;
    StubServer &operator=(const StubServer &) = delete;

    int port() const { return m_port; }
    std::string url(std::string_view path = "/") const;
    std::string hostPort() const;
    int connections() const { return m_connections; }
    /// The heads of all requests so far.
    std::vector<std::string> requests() const;

private:
    void accept();
    void serve(int socket);

    Handler m_handler;
    int m_listener = -1;
    int m_port = 0;
    std::atomic<bool> m_stopping = false;
    std::atomic<int> m_connections = 0;
    mutable std::mutex m_mutex;
    std::vector<std::string> m_requests;
    std::list<std::thread> m_threads;
    std::thread m_acceptor;
};

/// A connected socket on loopback, or -1.
int connectTo(const std::string &host, int port);
/// A complete answer with its length.
std::string answer(int status, std::string_view body, std::string_view extraHeaders = {});
