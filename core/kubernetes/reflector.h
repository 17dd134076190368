// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/timers.h"
#include "core/fleet/store.h"
#include "core/kubernetes/discovery.h"
#include "core/kubernetes/kubernetesfeed.h"
#include "core/kubernetes/session.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace sextant::kubernetes {

class Reflector;

/// What a reflector needs of the feed it is part of. Threads: the feed's.
class ReflectorHost {
public:
    virtual ~ReflectorHost() = default;
    virtual Session &session() = 0;
    virtual Timers &timers() = 0;
    virtual ClusterStore &store() = 0;
    virtual const FeedOptions &options() const = 0;
    /// 0 <= n < below, for jitter.
    virtual std::uint64_t random(std::uint64_t below) = 0;
    /// Something was written that is to be seen: `changes` objects by a watch, or a status.
    virtual void wrote(std::uint64_t changes) = 0;
    /// A sign of life.
    virtual void heard() = 0;
    /// The server answered as it should.
    virtual void answered() = 0;
    /// The server could not be reached, refused us or is in trouble.
    virtual void failed(const Error &error) = 0;
    /// A connection broke: before anybody goes on, it is made sure that the same cluster answers.
    virtual void suspect() = 0;
    /// Calls released() once the server is known to answer and to be the same cluster.
    virtual void gate(Reflector &reflector) = 0;
    /// Calls slotGranted() when it is this one's turn to list; few lists run at once.
    virtual void requestSlot(Reflector &reflector) = 0;
    virtual void releaseSlot(Reflector &reflector) = 0;
    /// The whole cluster was refused, or could be read again.
    virtual void accessChanged(Reflector &reflector) = 0;
};

/// Keeps one kind, of the whole cluster or of one namespace, current: lists once, watches from there, and lists again
/// only when the server no longer knows where we were.
class Reflector {
public:
    Reflector(ReflectorHost &host, ResourceKind kind, Endpoint endpoint, std::string ns);
    ~Reflector();
    Reflector(const Reflector &) = delete;
    Reflector &operator=(const Reflector &) = delete;

    ResourceKind kind() const { return m_kind; }
    const std::string &ns() const { return m_ns; }
    const Endpoint &endpoint() const { return m_endpoint; }
    /// Status of this reflector alone; the feed puts those of one kind together.
    const ResourceStatus &status() const { return m_status; }
    /// An answer is streaming in, or the last one ended well a moment ago.
    bool open() const { return m_open; }
    bool complete() const { return m_complete; }

    void start(std::chrono::milliseconds after);
    /// Whatever waits is tried now.
    void retry();
    /// Forgets all it knew of the cluster and begins anew; rows are the feed's to drop.
    void restart();
    /// Another cluster may answer, and there is no way to tell: what does not stream is listed again, not watched on.
    void doubt();
    void released();
    void slotGranted();
    /// How many objects the first list will have, where that was found out beside it.
    void expect(std::uint64_t objects);
    /// The server cannot be reached: says so and until when.
    void disconnected(const Error &error, std::optional<Time> nextTry);

private:
    enum class Action { List, Watch };
    enum class ListMode {
        Cached, ///< resourceVersion=0
        NotOlder, ///< at least as fresh as what we have
        Latest, ///< the most recent state
        Paged,
    };

    void sync(Sync state, std::optional<Error> error = {});
    void after(std::chrono::milliseconds wait, Action action);
    void afterFailure(Action action, std::optional<std::chrono::milliseconds> asked = {});
    void proceed(Action action);
    std::chrono::milliseconds jitter(std::chrono::milliseconds most);
    void drop();

    void sendList();
    void listHead(const net::Head &head);
    void listPiece(std::string_view piece);
    void listDone(Answer &&answer);
    void listRefused(const Answer &answer);
    void listBroken(Error error, bool answered, std::chrono::milliseconds elapsed);
    void listComplete(const ListMeta &meta);
    void abandonList();
    void relist(ListMode mode);
    ListMode relistMode() const { return m_paged ? ListMode::Paged : ListMode::NotOlder; }

    void sendWatch();
    void watchHead(const net::Head &head);
    void watchPiece(std::string_view piece);
    void watchEvent(WatchEvent event);
    void watchDone(Answer &&answer);
    void watchRefused(const Answer &answer);
    void watchSilent();
    void armWatchdog();

    void forbidden(const ApiStatus &status);
    void absent();
    void store(Item &&item);
    void forget(const Item &item);
    Error errorOf(const Answer &answer, const ApiStatus &status) const;
    std::string label() const;

    ReflectorHost &m_host;
    const ResourceKind m_kind;
    const Endpoint m_endpoint;
    const std::string m_ns;
    ResourceStatus m_status;
    net::Backoff m_backoff;

    Session::Key m_key = 0; ///< of what is under way
    Timers::Id m_timer = Timers::Id::None;
    Timers::Id m_watchdog = Timers::Id::None;
    Action m_action = Action::List; ///< what the timer, the gate or the slot leads to
    bool m_waiting = false; ///< for a timer
    bool m_slot = false;
    bool m_open = false;
    bool m_complete = false; ///< a whole list was read
    std::string m_version; ///< to watch from

    ListMode m_mode = ListMode::Cached;
    std::unique_ptr<ListDecoder> m_list;
    std::optional<Error> m_broken; ///< why the stream under way was given up
    bool m_replacing = false;
    bool m_listed = false; ///< items came
    std::uint64_t m_items = 0;
    std::string m_continue;
    bool m_paged = false; ///< whole lists were cut: by pages from now on
    int m_pageSize;
    int m_pageRestarts = 0;
    int m_cuts = 0; ///< lists cut short in a row
    int m_failures = 0; ///< in a row
    std::chrono::steady_clock::time_point m_began{};

    std::unique_ptr<WatchDecoder> m_watch;
    bool m_watchOpen = false;
    bool m_progress = false; ///< an event or a bookmark came on this watch
    std::optional<ApiStatus> m_watchError;
    std::chrono::steady_clock::time_point m_lastByte{};
    std::uint64_t m_epoch = 0;
    int m_silent = 0; ///< silent watches in a row
    int m_troubles = 0; ///< watches in a row that ended in an error or at once
};

} // namespace sextant::kubernetes
