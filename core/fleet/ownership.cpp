// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fleet/ownership.h"

namespace sextant {

std::uint32_t Ownership::find(Uid owner) const
{
    return m_byUid.find(hashOf(owner), [&](std::uint32_t at) { return m_owners[at].uid == owner; });
}

Uid Ownership::ownerOf(std::uint32_t slot) const
{
    return slot < m_links.size() && m_links[slot].owner != kNoSlot ? m_owners[m_links[slot].owner].uid : Uid{};
}

std::vector<std::uint32_t> Ownership::of(Uid owner) const
{
    std::vector<std::uint32_t> slots;
    if (const auto at = find(owner); at != kNoSlot) {
        for (auto slot = m_owners[at].first; slot != kNoSlot; slot = m_links[slot].next) {
            slots.push_back(slot);
        }
    }
    return slots;
}

void Ownership::set(std::uint32_t slot, Uid owner)
{
    if (ownerOf(slot) == owner) {
        return;
    }
    leave(slot);
    if (owner == Uid{}) {
        return;
    }
    auto at = find(owner);
    if (at == kNoSlot) {
        if (m_free == kNoSlot) {
            at = static_cast<std::uint32_t>(m_owners.size());
            m_owners.push_back({owner, kNoSlot});
        } else {
            at = m_free;
            m_free = m_owners[at].first;
            m_owners[at] = {owner, kNoSlot};
        }
        m_byUid.insert(hashOf(owner), at, [this](std::uint32_t entry) { return hashOf(m_owners[entry].uid); });
    }
    if (slot >= m_links.size()) {
        m_links.resize(slot + 1);
    }
    const auto first = m_owners[at].first;
    m_links[slot] = {at, first, kNoSlot};
    if (first != kNoSlot) {
        m_links[first].previous = slot;
    }
    m_owners[at].first = slot;
}

void Ownership::leave(std::uint32_t slot)
{
    if (slot >= m_links.size() || m_links[slot].owner == kNoSlot) {
        return;
    }
    const Link link = m_links[slot];
    m_links[slot] = {};
    (link.previous == kNoSlot ? m_owners[link.owner].first : m_links[link.previous].next) = link.next;
    if (link.next != kNoSlot) {
        m_links[link.next].previous = link.previous;
    }
    if (m_owners[link.owner].first == kNoSlot) {
        const auto rehash = [this](std::uint32_t entry) { return hashOf(m_owners[entry].uid); };
        m_byUid.erase(hashOf(m_owners[link.owner].uid), link.owner, rehash);
        m_owners[link.owner] = {Uid{}, m_free};
        m_free = link.owner;
    }
}

} // namespace sextant
