// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulator/server.h"
#include "core/simulator/servershape.h"

#include <algorithm>
#include <random>

namespace sextant::simulator {

using Clock = std::chrono::steady_clock;

namespace {

constexpr std::size_t kBatch = 500;
constexpr std::size_t kPiece = 64 * 1024;
constexpr auto kLook = std::chrono::milliseconds(250); // how often a quiet watch looks at its client and its faults

} // namespace

/// One watch: what it has shown so far and what it says next.
class ApiServer::WatchBody {
public:
    WatchBody(ApiServer &server, const Exchange &x, const ListOptions &options)
        : m_server(server)
        , m_link(x.link)
        , m_options(options)
        , m_info(*x.info)
        , m_ns(x.target.ns)
        , m_wanted(x.wanted)
        , m_stored(x.info->source == ResourceInfo::Source::Stored)
        , m_bookmarks(options.bookmarks && !(m_stored && x.info->stored == Resource::Events))
    {
        const auto include = x.query.value("includeObject");
        m_withObject = include != "None";
        m_fullObject = include == "Object";
        auto length = std::chrono::milliseconds(std::chrono::seconds(options.timeoutSeconds));
        if (options.timeoutSeconds <= 0) {
            std::mt19937_64 random(server.m_setup.seed ^ server.requests());
            length = std::chrono::seconds(1800 + std::int64_t(random() % 1800));
        }
        m_begin = Clock::now();
        m_end = m_begin + length;
        m_lastBookmark = m_end - std::min<std::chrono::milliseconds>(std::chrono::seconds(2), length / 2);
        m_nextBookmark = m_begin + server.m_setup.bookmarkEvery;
        prepare();
    }

    /// Writes what there is to say, waiting a moment for it. False: the connection is to be cut.
    bool step(httplib::DataSink &sink)
    {
        if (m_link.over()) {
            m_link.abort();
            return false;
        }
        const auto now = Clock::now();
        const int seconds = m_server.m_faults.watchSeconds;
        const auto end = seconds > 0 ? m_begin + std::chrono::seconds(seconds) : m_end;
        if (now >= end) {
            sink.done();
            return true;
        }
        if (m_server.m_faults.silentWatches) {
            m_link.sleep(kLook);
            return true;
        }
        std::string out;
        bool goesOn = true;
        if (m_shown < m_initial.size()) {
            showInitial(out);
        } else {
            if (!std::exchange(m_initialEnded, true) && m_options.initialEvents && m_options.bookmarks) {
                event(out, "BOOKMARK", shaper().bookmark(m_position, true, m_server.m_discovery.old()));
            }
            goesOn = showChanges(out, std::min({now + kLook, end, m_bookmarks ? m_nextBookmark : end}));
        }
        if (!out.empty() && !sink.write(out.data(), out.size())) {
            return false;
        }
        if (!goesOn) {
            sink.done();
        }
        return true;
    }

private:
    Shaper shaper() const { return {m_info, m_wanted, m_server.m_setup.now()}; }

    /// Where the watch begins, and what it shows before that.
    void prepare()
    {
        const bool resumes = m_options.number > 0 && !m_options.initialEvents;
        m_resuming = resumes;
        if (resumes || !m_stored) {
            m_position = resumes ? m_options.number : m_server.m_store.version();
            return;
        }
        m_initial = m_server.m_store.list(m_info.stored, m_position);
        const bool unwanted = m_options.match == "NotOlderThan" && !m_options.initialEvents; // sendInitialEvents=false
        std::erase_if(m_initial,
            [&](const ObjectPtr &object) { return unwanted || !inScope(*object) || !m_options.matches(*object); });
        if (m_server.m_discovery.old()) {
            std::shuffle(m_initial.begin(), m_initial.end(), std::mt19937_64(m_server.m_setup.seed ^ m_position));
        }
    }

    bool inScope(const Object &object) const { return m_ns.empty() || object.ns == m_ns; }

    void event(std::string &out, std::string_view type, const std::string &object) const
    {
        if (m_wanted.format == Wanted::Format::Protobuf) {
            wire::appendFrame(out, type, object);
            return;
        }
        out.append(R"({"type":")").append(type).append(R"(","object":)").append(object).append("}\n");
    }

    void objectEvent(std::string &out, std::string_view type, const Object &object, std::uint64_t version)
    {
        const auto form = shaper();
        const bool other = version != object.resourceVersion;
        if (m_wanted.format == Wanted::Format::Protobuf) {
            std::string raw;
            form.message(object, raw);
            event(out, type,
                wire::envelope(form.apiVersion(), form.kind(), other ? wire::withVersionProtobuf(raw, version) : raw));
            return;
        }
        const auto json = form.whole(object, m_withObject, m_fullObject, !std::exchange(m_columnsShown, true));
        event(out, type, other ? wire::withVersionJson(json, object.resourceVersion, version) : json);
    }

    void showInitial(std::string &out)
    {
        for (; m_shown < m_initial.size() && out.size() < kPiece; ++m_shown) {
            const auto object = std::move(m_initial[m_shown]);
            objectEvent(out, "ADDED", *object, object->resourceVersion);
        }
    }

    /// False: the watch ends here.
    bool showChanges(std::string &out, Clock::time_point deadline)
    {
        std::vector<Entry> entries;
        if (!m_stored) {
            m_link.sleep(std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()));
            m_position = m_server.m_store.version();
        } else {
            const auto version = m_server.m_store.version();
            if (!m_server.m_store.changesAfter(m_info.stored, m_position, kBatch, deadline, entries)) {
                if (m_resuming) {
                    expired(out);
                }
                return false; // one that fell behind is dropped without a word
            }
            m_resuming = false;
            for (const auto &entry : entries) {
                change(out, entry);
                m_position = entry.object->resourceVersion;
            }
            if (entries.size() < kBatch) {
                m_position = std::max(m_position, version);
            }
        }
        const auto now = Clock::now();
        if (m_bookmarks && (now >= m_nextBookmark || (now >= m_lastBookmark && !m_lastShown))) {
            m_lastShown = m_lastShown || now >= m_lastBookmark;
            m_nextBookmark = now + m_server.m_setup.bookmarkEvery;
            if (m_position > m_server.m_store.version()) {
                return true; // asked for a version of the future: silence until it comes
            }
            event(out, "BOOKMARK", shaper().bookmark(m_position, false, m_server.m_discovery.old()));
        }
        return true;
    }

    void change(std::string &out, const Entry &entry)
    {
        if (!inScope(*entry.object)) {
            return;
        }
        const auto version = entry.object->resourceVersion;
        const bool was = entry.previous && m_options.matches(*entry.previous);
        const bool is = entry.change != Change::Deleted && m_options.matches(*entry.object);
        if (is) {
            objectEvent(out, was ? "MODIFIED" : "ADDED", *entry.object, version);
        } else if (was && entry.change == Change::Deleted) {
            objectEvent(out, "DELETED", *entry.object, version);
        } else if (was) {
            objectEvent(out, "DELETED", *entry.previous, version); // left the selection: the old state, the new version
        }
    }

    void expired(std::string &out) const
    {
        const auto oldest = m_server.m_store.oldest(m_info.stored);
        const wire::Status status{410, "Expired",
            "too old resource version: " + std::to_string(m_position) + " (" + std::to_string(oldest) + ')', {}, {}, {},
            {}, 0, {}};
        event(out, "ERROR", m_wanted.format == Wanted::Format::Protobuf ? status.protobuf() : status.json());
    }

    ApiServer &m_server;
    Link &m_link;
    ListOptions m_options;
    const ResourceInfo &m_info;
    std::string m_ns;
    Wanted m_wanted;
    bool m_stored;
    bool m_bookmarks;
    bool m_withObject = true;
    bool m_fullObject = false;
    bool m_columnsShown = false;
    bool m_resuming = false;
    bool m_initialEnded = false;
    bool m_lastShown = false;
    Clock::time_point m_begin, m_end, m_lastBookmark, m_nextBookmark;
    std::uint64_t m_position = 0; // everything up to here is shown
    std::vector<ObjectPtr> m_initial;
    std::size_t m_shown = 0;
};

void ApiServer::watch(Exchange &x, const ListOptions &options)
{
    if (options.initialEvents && options.number > 0 && !awaitVersion(x, options.number)) {
        return;
    }
    x.response.status = 200;
    const auto body = std::make_shared<WatchBody>(*this, x, options);
    x.response.set_chunked_content_provider(x.wanted.format == Wanted::Format::Protobuf
            ? "application/vnd.kubernetes.protobuf;stream=watch"
            : "application/json",
        [body](std::size_t, httplib::DataSink &sink) { return body->step(sink); });
}

} // namespace sextant::simulator
