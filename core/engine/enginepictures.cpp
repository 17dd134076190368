// SPDX-License-Identifier: GPL-3.0-or-later
// The last pictures of clusters: which is whose.
#include "core/engine/engineimpl.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace sextant {

namespace {

std::string listOf(const std::vector<std::string> &words) { return fmt::format("{}", fmt::join(words, "\n")); }

} // namespace

std::optional<lastpicture::About> Engine::Impl::pictureOf(const Entry &entry) const
{
    const bool known = entry.helios() ? !entry.masters.empty() : !entry.server.empty();
    if (!keeper || entry.demo >= 0 || !known) {
        return std::nullopt;
    }
    lastpicture::About about;
    // By how it is reached: who answers there is asked before anything of it counts as current.
    about.identity =
        entry.helios() ? "helios\n" + listOf(entry.masters) : "kubernetes\n" + entry.server + "\n" + entry.context;
    about.program = lastpicture::thisProgram();
    about.settings = fmt::format("pool\n{}\nteam\n{}\nkept\n{}", listOf(options.config.poolLabels),
        listOf(options.config.teamLabels), listOf(migration::labelKeys(options.config.migration)));
    return about;
}

void Engine::Impl::bringPicture(const Entry &entry, ClusterStore &fresh) const
{
    if (const auto about = pictureOf(entry)) {
        keeper->fetch(*about, fresh);
    }
}

void Engine::Impl::keepPicture(const Entry &entry)
{
    if (auto about = pictureOf(entry)) {
        keeper->add(std::move(*about), entry.store);
    }
}

} // namespace sextant
