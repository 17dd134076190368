// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/capacity/attention.h"

#include <chrono>
#include <utility>

namespace sextant::ui {

/// Says when it is worth while to look for what needs attention, which walks over every pod: not after a round of
/// samples, which moves nothing that needs it. What needs it because it lasts does so for minutes. GUI thread only.
class AttentionWatch {
public:
    /// To be told every picture. @return whether attention() may say something else than when looked() was called.
    bool due(const PicturePtr &picture, const Scope &scope, Time now)
    {
        constexpr std::chrono::seconds kLasts{30};
        const PicturePtr before = std::exchange(m_seen, picture);
        m_moved = m_moved || before == nullptr || !sameAttention(*before, *picture);
        return m_moved || scope != m_scope || now - m_at >= kLasts || now < m_at;
    }
    void looked(const Scope &scope, Time now)
    {
        m_moved = false;
        m_scope = scope;
        m_at = now;
    }
    /// Pictures will not be told for a while.
    void forget() { m_seen.reset(); }

private:
    PicturePtr m_seen;
    bool m_moved = false; ///< since looked()
    Scope m_scope;
    Time m_at{};
};

} // namespace sextant::ui
