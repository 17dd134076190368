// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/helios/masters.h"

namespace sextant::helios {

Result<Masters> parseMasters(std::string_view text)
{
    return Error{.code = ErrorCode::Usage, .message = "not implemented yet", .subject = std::string(text)};
}

} // namespace sextant::helios
