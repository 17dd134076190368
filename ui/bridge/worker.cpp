// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bridge/worker.h"

namespace sextant::ui {

namespace {

constexpr std::chrono::milliseconds kShortest{200}; ///< between two pictures
constexpr std::chrono::seconds kLongest{1}; ///< history is sampled even when nothing changes

} // namespace

FleetModel::Worker::Worker(Engine &engine, std::function<void()> wake)
    : m_engine(engine)
    , m_wake(std::move(wake))
    , m_last(std::make_shared<Picture>())
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

PicturePtr FleetModel::Worker::take()
{
    const std::lock_guard lock(m_boxMutex);
    return std::exchange(m_box, nullptr);
}

PicturePtr FleetModel::Worker::makeNow()
{
    PicturePtr picture = make();
    const std::lock_guard lock(m_boxMutex);
    m_box = nullptr;
    return picture;
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
        PicturePtr picture = make();
        if (changed) {
            bool wake = false;
            {
                const std::lock_guard lock(m_boxMutex);
                wake = m_box == nullptr;
                m_box = std::move(picture);
            }
            if (wake) {
                m_wake();
            }
        }
        std::unique_lock lock(m_bell->mutex);
        m_bell->rang.wait_for(lock, stop, kShortest, [] { return false; });
    }
}

} // namespace sextant::ui
