// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/simulator/server.h"

#include <QString>

#include <condition_variable>
#include <httplib.h>
#include <nlohmann/json.hpp>
#include <thread>

namespace sextant::simulator::test {

using Json = nlohmann::json;

/// Any value as text, so that a comparison that fails shows both.
template <class T> QString said(const T &value)
{
    return QString::fromStdString(Json(value).dump(-1, ' ', false, Json::error_handler_t::replace));
}
// QCOMPARE would try what a JSON value converts to, which is everything.
#define SAME(actual, expected)                                                                                         \
    QCOMPARE(sextant::simulator::test::said(actual), sextant::simulator::test::said(expected))

inline void field(std::string &out, int number, std::string_view bytes)
{
    // Test data is short: one byte of length is enough.
    out += char(number << 3 | 2);
    out += char(bytes.size());
    out += bytes;
}

/// A pod with as much of a pod as the rules of lists and watches look at.
class Pod final : public Object {
public:
    Pod(std::string space, std::string called, std::map<std::string, std::string> labels = {},
        std::string phase = "Running")
        : m_labels(std::move(labels))
        , m_phase(std::move(phase))
    {
        ns = std::move(space);
        name = std::move(called);
        uid = "uid-" + name;
    }
    void writeJson(std::string &out) const override
    {
        Json json = metadata();
        json["status"] = {{"phase", m_phase}};
        out += json.dump();
    }
    void writeMetadataJson(std::string &out) const override { out += metadata().dump(); }
    void writeMetadataProtobuf(std::string &out) const override
    {
        std::string meta;
        field(meta, 1, name);
        field(meta, 3, ns);
        field(meta, 6, std::to_string(resourceVersion));
        field(out, 1, meta);
    }
    void writeProtobuf(std::string &out) const override
    {
        writeMetadataProtobuf(out);
        std::string status;
        field(status, 1, m_phase);
        field(out, 3, status);
    }
    Json tableCells(Time) const override
    {
        return {name, "1/1", m_phase, "0", "5m", "10.0.0.1", "n-1", "<none>", "<none>"};
    }
    const std::map<std::string, std::string> &labels() const override { return m_labels; }
    std::string field(std::string_view path) const override { return path == "status.phase" ? m_phase : std::string(); }

private:
    static void field(std::string &out, int number, std::string_view bytes) { test::field(out, number, bytes); }
    Json metadata() const
    {
        return {{"metadata",
            {{"name", name}, {"namespace", ns}, {"uid", uid}, {"resourceVersion", std::to_string(resourceVersion)},
                {"labels", m_labels}}}};
    }
    std::map<std::string, std::string> m_labels;
    std::string m_phase;
};

/// A server before a store filled by hand.
struct Rig {
    Store store;
    Faults faults;
    ApiServer server;

    explicit Rig(const std::string &version = "v1.36.2",
        std::chrono::milliseconds bookmarkEvery = std::chrono::minutes(1),
        std::shared_ptr<const Certificates> certificates = {}, std::size_t logLength = 1000)
        : store(900, logLength)
        , server(setup(version, bookmarkEvery, std::move(certificates)), store, faults)
    {
        if (!server.start()) {
            throw std::runtime_error("the server did not start");
        }
    }
    static ApiServer::Setup setup(const std::string &version, std::chrono::milliseconds bookmarkEvery,
        std::shared_ptr<const Certificates> certificates)
    {
        ApiServer::Setup out;
        out.version = version;
        out.bookmarkEvery = bookmarkEvery;
        out.certificates = std::move(certificates);
        out.now = [] { return Time(std::chrono::seconds(1'900'000'000)); };
        out.usage = [](bool nodes, const std::string &ns) {
            Usage one;
            one.name = nodes ? "n-1" : "web-1";
            one.ns = nodes ? "" : "team-a";
            one.labels = {{"app", "web"}};
            one.sampledAt = Time(std::chrono::seconds(1'899'999'990));
            one.windowSeconds = 15.02;
            one.containers = {{nodes ? "" : "main", 153'204'117, 201'344 * 1024}};
            return ns.empty() || ns == one.ns ? std::vector<Usage>{one} : std::vector<Usage>{};
        };
        return out;
    }
    std::uint64_t put(const std::string &ns, const std::string &name, std::map<std::string, std::string> labels = {},
        const std::string &phase = "Running")
    {
        return store.put(Resource::Pods, std::make_shared<Pod>(ns, name, std::move(labels), phase));
    }
    void remove(const std::string &ns, const std::string &name)
    {
        store.remove(Resource::Pods, ns, name, std::make_shared<Pod>(ns, name));
    }
    httplib::Client client() const
    {
        httplib::Client out("127.0.0.1", server.port());
        out.set_read_timeout(30);
        return out;
    }
    httplib::Result get(const std::string &path, const httplib::Headers &headers = {}) const
    {
        return client().Get(path, headers);
    }
    Json json(const std::string &path, int expected = 200) const
    {
        const auto answer = get(path);
        if (!answer || answer->status != expected) {
            return {{"unexpected", answer ? answer->status : -1}, {"body", answer ? answer->body : std::string()}};
        }
        return Json::parse(answer->body, nullptr, false);
    }
};

inline std::vector<std::string> names(const Json &list)
{
    std::vector<std::string> out;
    for (const auto &item : list.value("items", Json::array())) {
        const auto ns = item["metadata"].value("namespace", std::string());
        out.push_back((ns.empty() ? "" : ns + '/') + item["metadata"]["name"].get<std::string>());
    }
    return out;
}

/// One field of a protobuf message.
struct Field {
    int number = 0;
    std::uint64_t value = 0;
    std::string bytes;
};

/// The fields of a message; throws where it is cut or odd.
inline std::vector<Field> fields(std::string_view in)
{
    const auto varint = [&in] {
        std::uint64_t out = 0;
        for (int shift = 0;; shift += 7) {
            const auto byte = std::uint8_t(in.at(0));
            in.remove_prefix(1);
            out |= std::uint64_t(byte & 0x7f) << shift;
            if (byte < 0x80) {
                return out;
            }
        }
    };
    std::vector<Field> out;
    while (!in.empty()) {
        const auto tag = varint();
        Field one{int(tag >> 3), varint(), {}};
        if ((tag & 7) == 2) {
            if (one.value > in.size()) {
                throw std::out_of_range("a field that is longer than its message");
            }
            one.bytes = in.substr(0, one.value);
            in.remove_prefix(one.value);
        } else if ((tag & 7) != 0) {
            throw std::out_of_range("a wire type that is not used here");
        }
        out.push_back(std::move(one));
    }
    return out;
}

inline std::string bytesOf(const std::vector<Field> &all, int number)
{
    for (const auto &one : all) {
        if (one.number == number) {
            return one.bytes;
        }
    }
    return {};
}

/// {apiVersion/kind, raw} of a protobuf answer.
inline std::pair<std::string, std::string> opened(std::string_view envelope)
{
    if (!envelope.starts_with(std::string_view("k8s\0", 4))) {
        throw std::out_of_range("no envelope");
    }
    const auto outer = fields(envelope.substr(4));
    const auto type = fields(bytesOf(outer, 1));
    return {bytesOf(type, 1) + ' ' + bytesOf(type, 2), bytesOf(outer, 2)};
}

/// A watch read on a thread of its own.
class Watch {
public:
    Watch(const Rig &rig, const std::string &path, const httplib::Headers &headers = {})
        : m_client(rig.client())
        , m_thread([this, path, headers] {
            const auto answer = m_client.Get(
                path, headers,
                [this](const httplib::Response &response) {
                    const std::lock_guard lock(m_mutex);
                    m_status = response.status;
                    m_type = response.get_header_value("Content-Type");
                    m_encoding = response.get_header_value("Content-Encoding");
                    m_changed.notify_all();
                    return true;
                },
                [this](const char *data, std::size_t size) {
                    const std::lock_guard lock(m_mutex);
                    m_bytes.append(data, size);
                    m_changed.notify_all();
                    return true;
                });
            const std::lock_guard lock(m_mutex);
            m_ended = true;
            m_clean = bool(answer);
            m_changed.notify_all();
        })
    {
    }
    ~Watch()
    {
        m_client.stop();
        m_thread.join();
    }

    template <class F> bool wait(const F &holds)
    {
        std::unique_lock lock(m_mutex);
        return m_changed.wait_for(lock, std::chrono::seconds(20), holds);
    }
    /// Waits for so many complete JSON events.
    std::vector<Json> events(std::size_t count)
    {
        wait([&] { return std::size_t(std::count(m_bytes.begin(), m_bytes.end(), '\n')) >= count || m_ended; });
        const std::lock_guard lock(m_mutex);
        std::vector<Json> out;
        std::size_t begin = 0;
        for (auto end = m_bytes.find('\n'); end != std::string::npos; end = m_bytes.find('\n', begin)) {
            out.push_back(Json::parse(m_bytes.substr(begin, end - begin), nullptr, false));
            begin = end + 1;
        }
        return out;
    }
    /// Waits for so many bytes.
    std::string bytes(std::size_t count)
    {
        wait([&] { return m_bytes.size() >= count || m_ended; });
        const std::lock_guard lock(m_mutex);
        return m_bytes;
    }
    bool headers()
    {
        return wait([&] { return m_status != 0; });
    }
    bool ended()
    {
        return wait([&] { return m_ended; });
    }
    bool clean() const { return m_clean; }
    int status() const { return m_status; }
    const std::string &type() const { return m_type; }
    const std::string &encoding() const { return m_encoding; }

private:
    httplib::Client m_client;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::string m_bytes, m_type, m_encoding;
    int m_status = 0;
    bool m_ended = false;
    bool m_clean = false;
    std::thread m_thread; // last: uses all of the above
};

} // namespace sextant::simulator::test
