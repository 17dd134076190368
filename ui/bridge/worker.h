// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/bridge/fleetmodel.h"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace sextant::ui {

/// Sums the newest snapshot on a thread of its own and leaves the picture in a box of one place: whoever is slow finds
/// the newest, never a queue.
class FleetModel::Worker {
public:
    /// `wake` is called on the worker's thread when the empty box was filled.
    Worker(Engine &engine, std::function<void()> wake);
    ~Worker();
    Worker(const Worker &) = delete;
    Worker &operator=(const Worker &) = delete;

    /// What lies in the box, which is empty afterwards.
    Made take();
    /// Picture and migration of this moment, made on the calling thread.
    Made makeNow();
    void setJudge(Judge judge);
    Recorder &history() { return m_history; }

private:
    /// What the store's callback holds: it may run once more while the worker ends.
    struct Bell {
        std::mutex mutex;
        std::condition_variable_any rang;
        bool changed = true;
    };
    void run(const std::stop_token &stop);
    void hand(Made made); ///< puts it into the box
    PicturePtr make();
    migration::ProgressPtr look(const Picture &picture, bool now);

    Engine &m_engine;
    std::function<void()> m_wake;
    Recorder m_history;
    std::shared_ptr<Bell> m_bell = std::make_shared<Bell>();
    std::mutex m_makeMutex; ///< m_last
    PicturePtr m_last;
    std::mutex m_lookMutex; ///< m_judge, m_nextLook
    Judge m_judge;
    std::chrono::steady_clock::time_point m_nextLook;
    std::mutex m_boxMutex;
    Made m_box;
    std::jthread m_thread; ///< last: ends before what it uses
};

} // namespace sextant::ui
