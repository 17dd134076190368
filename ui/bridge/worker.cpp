// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bridge/worker.h"

#include "core/base/thread.h"

#include <algorithm>

namespace sextant::ui {

namespace {

constexpr std::chrono::milliseconds kShortest{200}; ///< between two pictures
constexpr std::chrono::seconds kLongest{1}; ///< history is sampled even when nothing changes
constexpr std::chrono::milliseconds kBetweenLooks{900}; ///< at the migration

bool holdsPods(const Picture &picture)
{
    const auto &clusters = picture.snapshot().clusters();
    return std::any_of(
        clusters.begin(), clusters.end(), [](const auto &cluster) { return cluster->pods().size() > 0; });
}

} // namespace

FleetModel::Worker::Worker(Engine &engine, std::function<void()> wake)
    : m_engine(engine)
    , m_wake(std::move(wake))
    , m_last(std::make_shared<Picture>())
    , m_judge([&engine](const Picture &picture, Time now) { return engine.migration(picture, now); })
{
    m_engine.store().onChanged([bell = m_bell] {
        {
            const std::lock_guard lock(bell->mutex);
            bell->changed = true;
        }
        bell->rang.notify_one();
    });
    m_thread = std::jthread([this](const std::stop_token &stop) { run(stop); });
}

FleetModel::Worker::~Worker()
{
    m_engine.store().onChanged({});
    m_thread.request_stop();
    m_bell->rang.notify_all();
}

FleetModel::Made FleetModel::Worker::take()
{
    const std::lock_guard lock(m_boxMutex);
    return std::exchange(m_box, {});
}

FleetModel::Made FleetModel::Worker::makeNow()
{
    Made made{make(), nullptr};
    made.migration = look(*made.picture, true);
    const std::lock_guard lock(m_boxMutex);
    m_box = {};
    return made;
}

void FleetModel::Worker::setJudge(Judge judge)
{
    const std::lock_guard lock(m_lookMutex);
    m_judge = std::move(judge);
    m_nextLook = {};
}

/// Null when it is too early for the next look, or nobody judges.
migration::ProgressPtr FleetModel::Worker::look(const Picture &picture, bool now)
{
    const std::lock_guard lock(m_lookMutex);
    const auto began = std::chrono::steady_clock::now();
    if (!m_judge || (!now && began < m_nextLook)) {
        return nullptr;
    }
    migration::ProgressPtr progress = m_judge(picture, wallNow());
    // Looking takes a fortieth of the time at most, however big the fleet.
    const auto ended = std::chrono::steady_clock::now();
    m_nextLook = ended + std::max<std::chrono::steady_clock::duration>(kBetweenLooks, 40 * (ended - began));
    return progress;
}

void FleetModel::Worker::hand(Made made)
{
    bool wake = false;
    {
        const std::lock_guard lock(m_boxMutex);
        wake = m_box.picture == nullptr && m_box.migration == nullptr;
        m_box.picture = made.picture != nullptr ? std::move(made.picture) : m_box.picture;
        m_box.migration = made.migration != nullptr ? std::move(made.migration) : m_box.migration;
    }
    if (wake) {
        m_wake();
    }
}

PicturePtr FleetModel::Worker::make()
{
    const std::lock_guard lock(m_makeMutex);
    Snapshot snapshot = m_engine.store().snapshot();
    if (!snapshot.sameAs(m_last->snapshot())) {
        m_last = std::make_shared<Picture>(std::move(snapshot), m_last.get());
    }
    m_history.record(*m_last, wallNow());
    return m_last;
}

void FleetModel::Worker::run(const std::stop_token &stop)
{
    nameThread("sums");
    while (!stop.stop_requested()) {
        bool changed = false;
        {
            std::unique_lock lock(m_bell->mutex);
            m_bell->rang.wait_for(lock, stop, kLongest, [this] { return m_bell->changed; });
            changed = std::exchange(m_bell->changed, false);
        }
        if (stop.stop_requested()) {
            return;
        }
        const PicturePtr picture = make();
        if (changed) {
            hand({picture, nullptr});
        }
        if (migration::ProgressPtr progress = look(*picture, false)) { // not before it: a look takes longer
            hand({nullptr, std::move(progress)});
        }
        if (!holdsPods(*picture)) {
            continue; // what comes first is awaited
        }
        std::unique_lock lock(m_bell->mutex);
        m_bell->rang.wait_for(lock, stop, kShortest, [] { return false; });
    }
}

} // namespace sextant::ui
