// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/net/connections.h"
#include "core/net/gunzip.h"
#include "core/net/inboxstate.h"
#include "core/net/target.h"

#include <array>
#include <memory>
#include <optional>

namespace sextant::net {

/// What a client counts, for all its transfers.
struct Counters {
    std::atomic<std::uint64_t> requests = 0;
    std::atomic<std::uint64_t> wireBytes = 0;
};

/// One transfer with all its attempts: prepares curl's handle, takes what it delivers, keeps the bounds and the
/// deadlines. On the net thread only, but for its construction.
class Transfer {
public:
    using Clock = std::chrono::steady_clock;

    /// The net thread's own things, which all transfers use.
    struct Machine {
        CURLM *multi = nullptr;
        Connections &connections;
        Counters &counters;
    };

    Transfer(TransferId id, Request request, Target target, const std::shared_ptr<InboxState> &inbox,
        const std::shared_ptr<Mailbox> &mailbox);
    Transfer(const Transfer &) = delete;
    Transfer &operator=(const Transfer &) = delete;

    TransferId id() const { return m_flow->id; }
    /// After each of these the transfer may be over; then it has said its Done and is to be dropped.
    bool over() const { return m_phase == Phase::Over; }

    void begin(Machine &machine, Clock::time_point now);
    /// Curl has ended the running attempt.
    void attemptEnded(Machine &machine, CURLcode code, Clock::time_point now);
    /// The reader has caught up.
    void resume(Machine &machine, Clock::time_point now);
    /// Deadlines, watchdogs and retries that are due.
    void tick(Machine &machine, Clock::time_point now);
    /// When tick() is wanted next; time_point::max(): not at all.
    Clock::time_point nextTick() const { return m_nextTick; }
    void cancel(Machine &machine, Clock::time_point now);
    /// Ends it when nobody reads its inbox any more.
    void sweep(Machine &machine, Clock::time_point now);

private:
    enum class Phase { Idle, Running, Draining, Resting, Over };

    struct EasyDeleter {
        void operator()(CURL *easy) const { curl_easy_cleanup(easy); }
    };
    struct ListDeleter {
        void operator()(curl_slist *list) const { curl_slist_free_all(list); }
    };
    using List = std::unique_ptr<curl_slist, ListDeleter>;

    static std::size_t onHeader(char *data, std::size_t size, std::size_t count, void *self);
    static std::size_t onBody(char *data, std::size_t size, std::size_t count, void *self);

    void startAttempt(Machine &machine, Clock::time_point now);
    void dropAttempt(Machine &machine, Clock::time_point now);
    void setUp(CURL *easy);
    void setUpTls(CURL *easy);
    bool takeHeaderLine(std::string_view line);
    bool takeHead();
    std::size_t takeBody(std::string_view piece);
    bool deliver(std::string_view piece);
    /// @return whether all that came is unpacked; false: the reader must catch up first, or m_failure says why not.
    bool unpackPending();
    bool retryLater(Machine &machine, Clock::time_point now, std::chrono::milliseconds wait);
    void finish(Machine &machine, Clock::time_point now, std::optional<Error> error);
    void watch(Machine &machine, Clock::time_point now);
    void scheduleTick(Clock::time_point now);
    Error failure(ErrorCode code, std::string message, std::string remedy = {}) const;
    const Peer &peer() const;

    Request m_request;
    Target m_target;
    std::weak_ptr<InboxState> m_inbox;
    std::shared_ptr<Flow> m_flow;
    Phase m_phase = Phase::Idle;
    Clock::time_point m_begun;
    Clock::time_point m_deadline = Clock::time_point::max();
    Clock::time_point m_nextTick = Clock::time_point::max();
    Clock::time_point m_retryAt;
    Backoff m_backoff;
    int m_attempts = 0;

    std::unique_ptr<CURL, EasyDeleter> m_easy;
    CURLSH *m_share = nullptr;
    List m_headerList;
    List m_connectList;
    std::array<char, CURL_ERROR_SIZE> m_errorText{};

    // Of the attempt that runs.
    Counters *m_counters = nullptr;
    Head m_head;
    std::size_t m_headerBytes = 0;
    bool m_headDelivered = false;
    bool m_skipping = false; ///< this answer is not the last: its body is thrown away
    std::uint64_t m_skipped = 0;
    std::chrono::milliseconds m_wait{0};
    bool m_paused = false; ///< curl holds the body back
    Clock::time_point m_pausedSince;
    std::optional<Error> m_failure; ///< why a callback ended the attempt
    std::unique_ptr<Gunzip> m_gunzip;
    std::string m_packed; ///< one piece of curl's, not unpacked yet
    std::size_t m_packedTaken = 0;
    std::uint64_t m_wireBytes = 0;
    std::uint64_t m_bodyBytes = 0;
    std::uint64_t m_seenBytes = 0;
    Clock::time_point m_seenAt;
    Clock::time_point m_lively; ///< when it was last fast enough
};

} // namespace sextant::net
