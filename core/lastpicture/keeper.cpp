// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/lastpicture/keeper.h"

#include "core/base/format.h"

#include <algorithm>
#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <unistd.h>

namespace sextant::lastpicture {

namespace {

using Clock = std::chrono::steady_clock;

/// A picture that is worth keeping: whole, and of this run.
bool worthKeeping(const ClusterStatus &status)
{
    const auto there = [&status](ResourceKind kind) {
        const Sync sync = status.of(kind).sync;
        return sync == Sync::Live || sync == Sync::Stale;
    };
    return status.kept == kNoTime && (status.connection == Connection::Live || status.connection == Connection::Stale)
        && status.settled() && (there(ResourceKind::Nodes) || there(ResourceKind::Pods));
}

} // namespace

Keeper::Keeper(std::string folder, std::chrono::milliseconds first, std::chrono::milliseconds every)
    : m_shelf(std::move(folder))
    , m_first(first)
    , m_every(every)
    , m_thread([this](const std::stop_token &stop) { run(stop); })
{
}

Keeper::~Keeper()
{
    m_thread.request_stop();
    m_thread.join();
    forget();
    for (const auto &one : m_clusters) {
        keep(*one, true);
    }
}

void Keeper::fetch(const About &about, ClusterStore &store) const
{
    const auto began = Clock::now();
    const std::string name = sanitized(std::as_const(store).status().name);
    const Result<Time> at = m_shelf.fetch(about, store);
    if (at) {
        spdlog::info("{}: shows its picture of {} until it is read anew ({} pods, {} ms)", name, formatTime(*at),
            store.count(ResourceKind::Pods),
            std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - began).count());
    } else if (at.error().code != ErrorCode::NotFound) {
        spdlog::warn("{}: the picture kept of it is not shown: {}", name, sanitized(at.error().text()));
    }
}

void Keeper::add(About about, std::shared_ptr<ClusterStore> store)
{
    auto kept = std::make_shared<Kept>();
    kept->about = std::move(about);
    kept->store = std::move(store);
    kept->due = Clock::now() + m_first;
    {
        const std::scoped_lock lock(m_mutex);
        m_clusters.push_back(std::move(kept));
    }
    m_wake.notify_all();
}

void Keeper::remove(ClusterId id, bool andForget)
{
    {
        const std::scoped_lock lock(m_mutex);
        const auto gone = std::find_if(
            m_clusters.begin(), m_clusters.end(), [id](const auto &one) { return one->store->id() == id; });
        if (gone == m_clusters.end()) {
            return;
        }
        if (andForget) {
            m_forgotten.push_back((*gone)->about.identity);
        }
        m_clusters.erase(gone);
    }
    m_wake.notify_all();
}

void Keeper::forget()
{
    std::vector<std::string> forgotten;
    {
        const std::scoped_lock lock(m_mutex);
        forgotten.swap(m_forgotten);
    }
    for (const std::string &identity : forgotten) {
        m_shelf.remove(identity);
    }
}

void Keeper::run(const std::stop_token &stop)
{
    // On Linux of this thread alone. Not the least priority: beside two compilers it would write for a minute, and hold
    // a second copy of all that changes meanwhile.
    constexpr int kNice = 5;
    ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kNice);
    m_shelf.tidy();
    std::unique_lock lock(m_mutex);
    while (!stop.stop_requested()) {
        auto next = Clock::now() + m_every;
        for (const auto &one : m_clusters) {
            next = std::min(next, one->due);
        }
        m_wake.wait_until(lock, stop, next,
            [this, count = m_clusters.size()] { return m_clusters.size() != count || !m_forgotten.empty(); });
        const std::vector<std::shared_ptr<Kept>> all = m_clusters;
        lock.unlock();
        forget();
        for (const auto &one : all) {
            if (one->due <= Clock::now() && !stop.stop_requested()) {
                keep(*one, false);
            }
        }
        // What was taken away while it was being written.
        forget();
        lock.lock();
    }
}

void Keeper::keep(Kept &one, bool last)
{
    const ClusterSnapshotPtr cluster = one.store->current();
    const ClusterStatus &status = cluster->status();
    const bool worth = worthKeeping(status);
    one.due = Clock::now() + (worth ? m_every : m_first);
    if (!worth) {
        return;
    }
    const Time at = status.connection == Connection::Live ? wallNow() : status.heard;
    // At the end a quiet cluster's picture is written once more: it was current until now.
    if (cluster->dataGeneration() == one.generation && (!last || at == one.at)) {
        return;
    }
    const auto began = Clock::now();
    if (const Result<void> done = m_shelf.put(one.about, *cluster, at); !done) {
        spdlog::warn("{}: its picture is not kept: {}", sanitized(status.name), sanitized(done.error().text()));
        return;
    }
    one.generation = cluster->dataGeneration();
    one.at = at;
    spdlog::debug("{}: its picture is kept ({} ms)", sanitized(status.name),
        std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - began).count());
    spdlog::default_logger()->flush();
}

} // namespace sextant::lastpicture
