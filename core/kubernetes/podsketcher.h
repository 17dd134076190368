// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fleet/sketch.h"
#include "core/kubernetes/podtable.h"
#include "core/kubernetes/reflector.h"

#include <functional>
#include <set>
#include <string>

namespace sextant::kubernetes {

/// Fills the store's PodSketch from one Table list while the pods themselves are still being read. It is a courtesy:
/// whatever is refused, cut or odd about it goes into the log, and the cluster is none the worse for it.
/// Threads: the feed's.
class PodSketcher {
public:
    enum class Step { Comes, Whole, GivenUp };
    /// `went`: called when the Table begins to come, when it is whole and when it is given up.
    PodSketcher(ReflectorHost &host, std::string path, std::function<void(Step)> went);
    ~PodSketcher();
    PodSketcher(const PodSketcher &) = delete;
    PodSketcher &operator=(const PodSketcher &) = delete;

    std::uint64_t rows() const { return m_sketch.rows.size(); }
    /// Puts what has been read since the last time where snapshots show it, as long as it is more than the pods say.
    void flush();

private:
    void piece(std::string_view bytes);
    void done(const Answer &answer);
    void giveUp(const std::string &why);

    ReflectorHost &m_host;
    std::function<void(Step)> m_went;
    PodTable m_table;
    PodSketch m_sketch;
    std::set<StringId> m_silent; ///< nodes whose pods are shown as Unknown
    bool m_dirty = false;
    bool m_json = false; ///< what comes is JSON
    Session::Key m_key = 0;
};

} // namespace sextant::kubernetes
