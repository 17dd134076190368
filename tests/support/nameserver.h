// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <arpa/inet.h>
#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

/// A name server on loopback that knows the SRV records that a test has written down; of other names it says that
/// there are none.
class NameServer {
public:
    struct Record {
        std::string host;
        std::uint16_t port = 0, priority = 0, weight = 0;
    };

    NameServer()
        : m_socket(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        bind(m_socket, reinterpret_cast<sockaddr *>(&address), sizeof address);
        socklen_t size = sizeof address;
        getsockname(m_socket, reinterpret_cast<sockaddr *>(&address), &size);
        m_port = ntohs(address.sin_port);
        m_thread = std::thread([this] { serve(); });
    }
    ~NameServer()
    {
        m_stopping = true;
        m_thread.join();
        close(m_socket);
    }
    NameServer(const NameServer &) = delete;
    NameServer &operator=(const NameServer &) = delete;

    std::string address() const { return "127.0.0.1:" + std::to_string(m_port); }
    void set(const std::string &name, std::vector<Record> records) { put(name, {Kind::Answers, std::move(records)}); }
    void fail(const std::string &name) { put(name, {Kind::Fails, {}}); }
    void silence(const std::string &name) { put(name, {Kind::Silent, {}}); }
    void garbage(const std::string &name) { put(name, {Kind::Garbage, {}}); }
    int asked(const std::string &name) const
    {
        const std::lock_guard lock(m_mutex);
        const auto at = m_asked.find(name);
        return at == m_asked.end() ? 0 : at->second;
    }

private:
    enum class Kind { Answers, Fails, Silent, Garbage };
    struct Entry {
        Kind kind = Kind::Answers;
        std::vector<Record> records;
    };
    void put(const std::string &name, Entry entry)
    {
        const std::lock_guard lock(m_mutex);
        m_names[name] = std::move(entry);
    }
    static void two(std::string &out, unsigned value)
    {
        out += static_cast<char>(value >> 8 & 255U);
        out += static_cast<char>(value & 255U);
    }
    static std::string packed(const std::string &name)
    {
        std::string out;
        for (std::size_t at = 0; at < name.size();) {
            const auto end = std::min(name.find('.', at), name.size());
            out += static_cast<char>(end - at);
            out.append(name, at, end - at);
            at = end + 1;
        }
        return out + '\0';
    }
    void serve()
    {
        while (!m_stopping) {
            pollfd ready{m_socket, POLLIN, 0};
            if (poll(&ready, 1, 20) <= 0) {
                continue;
            }
            std::array<char, 2048> buffer{};
            sockaddr_in from{};
            socklen_t size = sizeof from;
            const auto length =
                recvfrom(m_socket, buffer.data(), buffer.size(), 0, reinterpret_cast<sockaddr *>(&from), &size);
            const std::string answer = answerTo(std::string(buffer.data(), length < 12 ? 0 : std::size_t(length)));
            if (!answer.empty()) {
                sendto(m_socket, answer.data(), answer.size(), 0, reinterpret_cast<sockaddr *>(&from), size);
            }
        }
    }
    std::string answerTo(const std::string &question)
    {
        std::string name;
        std::size_t at = 12;
        while (at < question.size() && question[at] != 0) {
            const auto length = static_cast<unsigned char>(question[at]);
            name += (name.empty() ? "" : ".") + question.substr(at + 1, length);
            at += length + 1U;
        }
        if (question.size() < at + 5) {
            return {};
        }
        Entry entry;
        bool known = false;
        {
            const std::lock_guard lock(m_mutex);
            ++m_asked[name];
            if (const auto found = m_names.find(name); found != m_names.end()) {
                entry = found->second;
                known = true;
            }
        }
        if (entry.kind == Kind::Silent) {
            return {};
        }
        std::string out = question.substr(0, 2); // its number
        out += static_cast<char>(0x84);
        out += static_cast<char>(0x80 | (entry.kind == Kind::Fails ? 2 : known ? 0 : 3));
        two(out, 1);
        two(out, static_cast<unsigned>(entry.records.size()) + (entry.kind == Kind::Garbage ? 1 : 0));
        two(out, 0);
        two(out, 0);
        out += question.substr(12, at + 5 - 12);
        if (entry.kind == Kind::Garbage) {
            out += std::string("\xC0\x0C\x00\x21 of no record", 18);
        }
        for (const Record &record : entry.records) {
            two(out, 0xC00C); // the name of the question
            two(out, 33);
            two(out, 1);
            two(out, 0);
            two(out, 60);
            const std::string host = packed(record.host);
            two(out, static_cast<unsigned>(host.size()) + 6);
            two(out, record.priority);
            two(out, record.weight);
            two(out, record.port);
            out += host;
        }
        return out;
    }

    int m_socket;
    std::uint16_t m_port = 0;
    mutable std::mutex m_mutex;
    std::map<std::string, Entry> m_names;
    std::map<std::string, int> m_asked;
    std::atomic<bool> m_stopping = false;
    std::thread m_thread;
};
