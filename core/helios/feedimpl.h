// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/timers.h"
#include "core/helios/heliosfeed.h"
#include "core/helios/picture.h"
#include "core/helios/reader.h"
#include "core/helios/round.h"
#include "core/helios/session.h"

#include <chrono>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

/// The feed behind makeHeliosFeed. Of use to heliosfeed.cpp alone.
namespace sextant::helios {

class FeedImpl final : public Feed {
public:
    FeedImpl(Masters masters, FeedOptions options, net::Client &client, std::shared_ptr<ClusterStore> store);
    ~FeedImpl() override;

    void start() override;
    void retry() override;
    void readObject(ObjectRef object, std::function<void(Result<std::string>)> done) override;
    void readEvents(ObjectRef object, std::function<void(Result<std::vector<EventRow>>)> done) override;

private:
    using Clock = std::chrono::steady_clock;
    using Millis = std::chrono::milliseconds;

    void run();
    void publishIfDue(bool force = false);
    void updateConnection();

    void begin(); ///< a round, or the look-up that must come before it
    void nextMaster(); ///< the one that is asked now was asked in vain
    bool passOver(); ///< those that want to be left alone; false: no other is left of this turn
    Millis restOfAll(Clock::time_point now) const; ///< until one of the masters may be asked again
    void lookUp();
    void found(Result<std::vector<std::string>> urls);
    void roundEnded(std::optional<Error> failure);
    void heard(const Answer &answer);
    void failed(const Error &error);
    void markStale(const Error &error, std::optional<Time> next);
    void retryNow();
    void listen(); ///< looks whether the master still says something
    std::string server() const;
    Millis paceAfter(Millis took) const;
    Millis scaled(Millis wait) const;
    void schedule(Millis wait);

    const Masters m_masters;
    const FeedOptions m_options;
    net::Client &m_client;
    std::shared_ptr<ClusterStore> m_store;
    std::mt19937_64 m_random;
    net::Backoff m_backoff;
    net::Inbox m_inbox;

    // Of the feed's thread alone.
    Timers m_timers;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<Picture> m_picture;
    std::unique_ptr<Reader> m_reader;
    std::unique_ptr<Round> m_round;
    std::uint64_t m_rounds = 0; ///< begun so far
    RoundMemory m_memory;
    std::vector<std::string> m_urls; ///< of the masters
    std::size_t m_at = 0; ///< the master that is asked now
    std::size_t m_triedInVain = 0; ///< masters in a row
    std::map<std::string, Clock::time_point> m_resting; ///< masters that said when they may be asked again
    Timers::Id m_next = Timers::Id::None;
    Timers::Id m_listening = Timers::Id::None;
    Clock::time_point m_roundBegan{};
    Clock::time_point m_lastSign{}; ///< last byte of any answer
    Millis m_smallest{0}; ///< what a small question took in this round
    std::optional<Error> m_failure;
    bool m_everAnswered = false;
    bool m_silent = false; ///< the master of the round under way has said nothing for long
    bool m_lookingUp = false;
    bool m_lookAgain = false; ///< no master of the domain answered: they are looked up before the next try
    bool m_dirty = true;
    std::string m_logged; ///< the last failure that went into the log
    Clock::time_point m_published{};
    std::jthread m_lookup;
    std::thread m_thread;
};

} // namespace sextant::helios
