// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulator/store.h"

#include <algorithm>

namespace sextant::simulator {

namespace {

// The order of etcd: bytes of "namespace/name".
std::string keyOf(const std::string &ns, const std::string &name) { return ns.empty() ? name : ns + '/' + name; }

} // namespace

struct Store::Shelf {
    std::map<std::string, ObjectPtr> objects;
    std::deque<Entry> log; // ascending by the object's resourceVersion
    std::uint64_t oldest = 0; // entries after this one are all in the log

    void append(Entry entry, std::size_t most)
    {
        log.push_back(std::move(entry));
        while (log.size() > most) {
            oldest = log.front().object->resourceVersion;
            log.pop_front();
        }
    }
};

Store::Store(std::uint64_t firstVersion, std::size_t logLength)
    : m_version(firstVersion)
    , m_logLength(std::max<std::size_t>(logLength, 1))
{
    for (int i = 0; i < kResources; ++i) {
        m_shelves.push_back(std::make_shared<Shelf>());
        m_shelves.back()->oldest = firstVersion;
    }
}

std::uint64_t Store::put(Resource resource, std::shared_ptr<Object> object)
{
    auto key = keyOf(object->ns, object->name);
    std::uint64_t version = 0;
    {
        const std::lock_guard lock(m_mutex);
        version = ++m_version;
        object->resourceVersion = version;
        auto &shelf = *m_shelves[std::size_t(resource)];
        auto &place = shelf.objects[std::move(key)];
        Entry entry{place ? Change::Modified : Change::Added, object, place};
        place = std::move(object);
        shelf.append(std::move(entry), m_logLength);
    }
    m_changed.notify_all();
    return version;
}

bool Store::remove(Resource resource, const std::string &ns, const std::string &name, std::shared_ptr<Object> last)
{
    {
        const std::lock_guard lock(m_mutex);
        auto &shelf = *m_shelves[std::size_t(resource)];
        const auto it = shelf.objects.find(keyOf(ns, name));
        if (it == shelf.objects.end()) {
            return false;
        }
        last->resourceVersion = ++m_version;
        shelf.append({Change::Deleted, std::move(last), std::move(it->second)}, m_logLength);
        shelf.objects.erase(it);
    }
    m_changed.notify_all();
    return true;
}

ObjectPtr Store::get(Resource resource, const std::string &ns, const std::string &name) const
{
    const auto key = keyOf(ns, name);
    const std::lock_guard lock(m_mutex);
    const auto &objects = m_shelves[std::size_t(resource)]->objects;
    const auto it = objects.find(key);
    return it == objects.end() ? nullptr : it->second;
}

std::vector<ObjectPtr> Store::list(Resource resource, std::uint64_t &version) const
{
    std::vector<ObjectPtr> out;
    const std::lock_guard lock(m_mutex);
    const auto &objects = m_shelves[std::size_t(resource)]->objects;
    out.reserve(objects.size());
    for (const auto &[key, object] : objects) {
        out.push_back(object);
    }
    version = m_version;
    return out;
}

std::uint64_t Store::version() const
{
    const std::lock_guard lock(m_mutex);
    return m_version;
}

std::uint64_t Store::oldest(Resource resource) const
{
    const std::lock_guard lock(m_mutex);
    return m_shelves[std::size_t(resource)]->oldest;
}

bool Store::changesAfter(Resource resource, std::uint64_t version, std::size_t most,
    std::chrono::steady_clock::time_point deadline, std::vector<Entry> &out) const
{
    std::unique_lock lock(m_mutex);
    const auto &shelf = *m_shelves[std::size_t(resource)];
    const auto behind = [&] { return !shelf.log.empty() && shelf.log.back().object->resourceVersion > version; };
    const auto woken = m_wakes;
    m_changed.wait_until(lock, deadline, [&] { return version < shelf.oldest || behind() || woken != m_wakes; });
    if (version < shelf.oldest) {
        return false;
    }
    auto it = std::upper_bound(shelf.log.begin(), shelf.log.end(), version,
        [](std::uint64_t v, const Entry &entry) { return v < entry.object->resourceVersion; });
    for (; it != shelf.log.end() && most > 0; ++it, --most) {
        out.push_back(*it);
    }
    return true;
}

void Store::compact()
{
    {
        const std::lock_guard lock(m_mutex);
        // One more, so that even who has seen everything holds a version from before.
        ++m_version;
        for (auto &shelf : m_shelves) {
            shelf->log.clear();
            shelf->oldest = m_version;
        }
    }
    m_changed.notify_all();
}

void Store::wake()
{
    {
        const std::lock_guard lock(m_mutex);
        ++m_wakes;
    }
    m_changed.notify_all();
}

std::uint64_t Store::count(Resource resource) const
{
    const std::lock_guard lock(m_mutex);
    return m_shelves[std::size_t(resource)]->objects.size();
}

} // namespace sextant::simulator
