// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <httplib.h>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

/// A server that says what a test has written down, and keeps what it was asked.
class ScriptedServer {
public:
    enum class End { Clean, Cut, Hold }; ///< of a body: complete, broken off, kept open
    struct Reply {
        int status = 200;
        std::string body;
        End end = End::Clean;
        std::string type = "application/json";
        std::string retryAfter;
        httplib::Headers headers = {};
    };
    using Answer = std::function<Reply(const httplib::Request &)>;

    explicit ScriptedServer(int port = 0) { begin(port); }
    ~ScriptedServer() { stop(); }

    int port() const { return m_port; }
    std::string url() const { return "http://127.0.0.1:" + std::to_string(m_port); }

    /// What the next requests of that name are answered, in order; `always` what comes after. Names: a path, with
    /// " list" or " watch" behind it for collections of pods; "POST " before it for a POST.
    void then(const std::string &name, Reply reply)
    {
        const std::lock_guard lock(m_mutex);
        m_next[name].push_back(std::move(reply));
    }
    void always(const std::string &name, Reply reply)
    {
        const std::lock_guard lock(m_mutex);
        m_always[name] = std::move(reply);
        m_changed.notify_all();
    }
    /// Lets a function answer whatever comes under that name and has no next reply; called on the server's threads.
    void answer(const std::string &name, Answer how)
    {
        const std::lock_guard lock(m_mutex);
        m_how[name] = std::move(how);
    }
    /// The body of each POST; "resourceVersion=0&..." of each request of that name so far, keys sorted, timeoutSeconds
    /// left out.
    std::vector<std::string> asked(const std::string &name) const
    {
        const std::lock_guard lock(m_mutex);
        const auto at = m_asked.find(name);
        return at == m_asked.end() ? std::vector<std::string>() : at->second;
    }
    std::size_t count(const std::string &name) const { return asked(name).size(); }
    /// Lets bodies that are held end so.
    void release(End end)
    {
        const std::lock_guard lock(m_mutex);
        m_release = end;
        ++m_releases;
        m_changed.notify_all();
    }
    /// Closes everything; begin() with the same port is a restart.
    void stop()
    {
        m_stopping = true;
        m_server->stop();
        m_changed.notify_all();
        if (m_thread.joinable()) {
            m_thread.join();
        }
    }
    void begin(int port)
    {
        m_stopping = false;
        m_server = std::make_unique<httplib::Server>();
        m_server->new_task_queue = [] { return new httplib::ThreadPool(32); };
        const auto respond = [this](const httplib::Request &request, httplib::Response &response) {
            answer(request, response);
        };
        m_server->Get(".*", respond);
        m_server->Post(".*", respond);
        m_port = port == 0 ? m_server->bind_to_any_port("127.0.0.1")
                           : (m_server->bind_to_port("127.0.0.1", port) ? port : -1);
        m_thread = std::thread([this] { m_server->listen_after_bind(); });
        while (!m_server->is_running()) {
            std::this_thread::yield();
        }
    }

private:
    void answer(const httplib::Request &request, httplib::Response &response)
    {
        if (m_stopping) { // on a connection that was kept open: it breaks off
            response.set_chunked_content_provider("text/plain", [](std::size_t, httplib::DataSink &) { return false; });
            return;
        }
        std::string name = (request.method == "POST" ? "POST " : "") + request.path;
        if (name.size() > 5 && name.rfind("/pods") == name.size() - 5) {
            name += request.has_param("watch") ? " watch" : " list";
        }
        std::string query;
        for (const auto &[key, value] : request.params) {
            if (key != "timeoutSeconds" && key != "allowWatchBookmarks" && key != "watch") {
                query += (query.empty() ? "" : "&") + key + "=" + value;
            }
        }
        if (request.method == "POST") {
            query = request.body;
        }
        Reply reply{404, "404 page not found", End::Clean, "text/plain", {}, {}};
        Answer how;
        int releases = 0;
        {
            const std::lock_guard lock(m_mutex);
            m_asked[name].push_back(query);
            releases = m_releases;
            if (auto &next = m_next[name]; !next.empty()) {
                reply = next.front();
                next.pop_front();
            } else if (const auto at = m_always.find(name); at != m_always.end()) {
                reply = at->second;
            } else if (const auto handler = m_how.find(name); handler != m_how.end()) {
                how = handler->second;
            }
        }
        if (how) {
            reply = how(request);
        }
        response.headers.insert(reply.headers.begin(), reply.headers.end());
        response.status = reply.status;
        if (!reply.retryAfter.empty()) {
            response.set_header("Retry-After", reply.retryAfter);
        }
        if (reply.end == End::Clean && name.rfind(" watch") == std::string::npos) {
            response.set_content(reply.body, reply.type.c_str());
            return;
        }
        response.set_chunked_content_provider(
            reply.type.c_str(), [this, reply, releases, sent = false](std::size_t, httplib::DataSink &sink) mutable {
                if (!sent && !reply.body.empty()) {
                    sink.write(reply.body.data(), reply.body.size());
                }
                sent = true;
                End end = reply.end;
                if (end == End::Hold) {
                    std::unique_lock lock(m_mutex);
                    m_changed.wait_for(
                        lock, std::chrono::milliseconds(20), [&] { return m_stopping || m_releases != releases; });
                    if (m_releases == releases && !m_stopping) {
                        return sink.is_writable();
                    }
                    end = m_stopping ? End::Cut : m_release;
                }
                if (end == End::Clean) {
                    sink.done();
                    return true;
                }
                return false; // the connection is closed without the last chunk
            });
    }

    mutable std::mutex m_mutex;
    std::condition_variable m_changed;
    std::map<std::string, std::deque<Reply>> m_next;
    std::map<std::string, Reply> m_always;
    std::map<std::string, Answer> m_how;
    std::map<std::string, std::vector<std::string>> m_asked;
    End m_release = End::Clean;
    int m_releases = 0;
    std::atomic<bool> m_stopping = false;
    int m_port = 0;
    std::unique_ptr<httplib::Server> m_server;
    std::thread m_thread;
};
