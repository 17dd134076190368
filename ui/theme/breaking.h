// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace sextant::ui {

/// `text` with places to break inside words longer than `longest`, so that a wrapped text keeps whole words where it
/// can and never grows wider than its place.
inline QString breakable(const QString &text, int longest = 24)
{
    QString soft;
    soft.reserve(text.size());
    int run = 0;
    for (const QChar c : text) {
        soft += c;
        run = c.isSpace() ? 0 : run + 1;
        if (run >= longest && !c.isHighSurrogate()) {
            soft += QChar(0x200b);
            run = 0;
        }
    }
    return soft;
}

} // namespace sextant::ui
