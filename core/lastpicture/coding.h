// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/fleet/snapshot.h"
#include "core/fleet/store.h"

#include <cstdint>
#include <string>

/// What a kept picture consists of: the rows of the model as they lie, words numbered anew for the file. Never raw
/// objects, credentials, environments or errors.
namespace sextant::lastpicture {

/// What must be the same when a picture is read as when it was written.
struct About {
    std::string identity; ///< which cluster
    std::string program; ///< which program: what it decodes into may differ from one to the next
    std::string settings; ///< what else decides how objects are read (which labels name a team, ...)
};

/// Writes `cluster` as it stood at `at` into an open, empty file. Errors: Io.
Result<void> write(int file, const About &about, const ClusterSnapshot &cluster, Time at);

/// Brings the picture in an open file of `size` bytes into an empty store, and publishes nothing. A file that is not
/// whole, not ours or about something else leaves the store empty. @return when it was current. Errors: Decode, with
/// what is wrong in words.
Result<Time> read(int file, std::uint64_t size, const About &about, ClusterStore &store);

} // namespace sextant::lastpicture
