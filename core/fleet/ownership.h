// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fleet/ids.h"
#include "core/fleet/slottable.h"
#include "core/fleet/uid.h"

#include <cstdint>
#include <vector>

namespace sextant {

/// Which slots a controller's uid owns, whether or not the controller is known: lists threaded through the slots.
/// Threads: one.
class Ownership {
public:
    /// From now on `slot` belongs to `owner`, and no longer to another; Uid{}: to nobody.
    void set(std::uint32_t slot, Uid owner);
    void reserve(std::uint32_t slots) { m_links.reserve(slots); }
    Uid ownerOf(std::uint32_t slot) const; ///< Uid{}: nobody
    /// The slots of an owner, in no order.
    std::vector<std::uint32_t> of(Uid owner) const;

private:
    struct Link {
        std::uint32_t owner = kNoSlot; ///< in m_owners; kNoSlot: nobody
        std::uint32_t next = kNoSlot, previous = kNoSlot;
    };
    struct Owner {
        Uid uid;
        std::uint32_t first = kNoSlot; ///< slot; where nobody is here, the next free place
    };
    std::uint32_t find(Uid owner) const;
    void leave(std::uint32_t slot);

    std::vector<Link> m_links; ///< by slot
    std::vector<Owner> m_owners;
    std::uint32_t m_free = kNoSlot; ///< first free place in m_owners
    SlotTable m_byUid; ///< of m_owners
};

} // namespace sextant
