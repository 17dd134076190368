// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fleet/store.h"
#include "core/helios/heliosfeed.h"
#include "core/helios/picture.h"
#include "core/helios/session.h"

#include <chrono>
#include <deque>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace sextant::helios {

/// What one round leaves for the next.
struct RoundMemory {
    int chunk = 50; ///< hosts asked for at once
    std::set<std::string> culprits; ///< hosts that made a bulk read fail: asked alone, not in a chunk
    std::set<std::string> badGroups; ///< groups that could not be read in the last round
    bool bulk = true; ///< the master takes bulk reads
    bool whole = false; ///< a round has ended well
};

/// One reading of everything, from one master: hosts, jobs, statuses in chunks, groups, and the statuses of groups
/// where they are worth it. Ends by itself with `done`. Threads: the feed's.
class Round {
public:
    /// Called when something was read: what the master takes for a small question.
    using Heard = std::function<void(const Answer &)>;
    /// @param failure what makes this master useless for now; nothing: the round ended well.
    using Done = std::function<void(std::optional<Error> failure)>;

    Round(Session &session, Picture &picture, ClusterStore &store, const FeedOptions &options, std::string server,
        RoundMemory &memory, Heard heard, Done done);
    ~Round();
    Round(const Round &) = delete;
    Round &operator=(const Round &) = delete;

    void start();
    const std::string &server() const { return m_server; }

private:
    using Batch = std::vector<std::string>;
    using Millis = std::chrono::milliseconds;

    /// A read; a fast 500 is tried once more, since races make some. `then` is not called once the round has failed.
    void get(ResourceKind of, const std::string &path, std::function<void(Answer &&)> then, bool again = false);
    void ask(Ask ask, std::function<void(Answer &&)> then);
    void hostsAnswered(Answer &&answer);
    void jobsAnswered(Answer &&answer);
    void groupsAnswered(Answer &&answer);
    void groupAnswered(const std::string &name, Answer &&answer);
    void groupStatusAnswered(const std::string &name, Answer &&answer);
    void pump();
    bool sendBatch();
    void send(Batch batch, bool whole, bool again);
    void batchAnswered(Batch batch, bool whole, bool again, Answer &&answer);
    void oneAnswered(const std::string &host, bool again, Answer &&answer);
    void halve(const Batch &batch);
    void unreadable(const std::string &host);
    bool hopeless();
    void adapt(std::size_t hosts, Millis took);
    void finish();
    void fail(Error error);
    /// The master itself is of no use: no answer, a proxy's, or a 500 that came so late that it has lost ZooKeeper.
    std::optional<Error> masterFailure(const Answer &answer, const std::string &what) const;
    bool slow(const Answer &answer) const;
    void loading(ResourceKind kind);
    void live(ResourceKind kind, std::size_t count);
    void kindFailed(ResourceKind kind, const Error &error);
    ResourceStatus &status(ResourceKind kind) { return m_store.status().of(kind); }

    Session &m_session;
    Picture &m_picture;
    ClusterStore &m_store;
    const FeedOptions &m_options;
    const std::string m_server;
    RoundMemory &m_memory;
    const Heard m_heard;
    const Done m_done;

    std::set<Session::Key> m_open;
    std::vector<std::string> m_listed; ///< sorted
    std::deque<std::string> m_todo; ///< hosts that are asked for in chunks
    std::deque<Batch> m_parts; ///< halves of chunks that failed, and single ones
    std::deque<std::string> m_suspects; ///< hosts that failed before: each alone, after all others
    std::deque<std::string> m_groups, m_statuses; ///< to be asked
    bool m_jobsDone = false, m_groupsDone = false, m_groupsAbsent = false, m_groupsFailed = false;
    bool m_statusesChosen = false;
    bool m_ended = false;
    std::size_t m_hostsRead = 0;
    std::size_t m_hostsUnreadable = 0;
    bool m_probed = false; ///< hosts from all over the list were taken first
    std::size_t m_enough = 0; ///< unreadable ones then, with which the master is given up
};

} // namespace sextant::helios
