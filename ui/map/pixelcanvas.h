// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/layout/mapgeometry.h"

#include <QImage>

#include <algorithm>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace sextant::ui {

/// Plain rectangles written straight into an opaque image: a fleet is a hundred thousand of them. Everything is cut at
/// the image's edges. Coordinates are those of the map; the image shows it from `origin` on.
class PixelCanvas {
public:
    PixelCanvas(QImage &image, int originX, int originY)
        : m_bits(reinterpret_cast<QRgb *>(image.bits()))
        , m_stride(static_cast<int>(image.bytesPerLine() / 4))
        , m_width(image.width())
        , m_height(image.height())
        , m_originX(originX)
        , m_originY(originY)
    {
    }

    void fill(const layout::Rect &rect, QRgb color)
    {
        const int x0 = std::max(0, rect.x - m_originX);
        const int x1 = std::min(m_width, rect.right() - m_originX);
        const int y1 = std::min(m_height, rect.bottom() - m_originY);
        for (int y = std::max(0, rect.y - m_originY); y < y1 && x0 < x1; ++y) {
            fillRow(row(y) + x0, x1 - x0, color);
        }
    }

    /// The same of one that lies wholly in the image, a few pixels wide.
    void fillInside(const layout::Rect &rect, QRgb color)
    {
        QRgb *line = row(rect.y - m_originY) + (rect.x - m_originX);
        for (int y = 0; y < rect.h; ++y, line += m_stride) {
            fillRow(line, rect.w, color);
        }
    }
    bool holds(const layout::Rect &rect) const
    {
        return rect.x >= m_originX && rect.y >= m_originY && rect.right() <= m_originX + m_width
            && rect.bottom() <= m_originY + m_height;
    }

    void frame(const layout::Rect &rect, int thick, QRgb color)
    {
        fill({rect.x, rect.y, rect.w, thick}, color);
        fill({rect.x, rect.bottom() - thick, rect.w, thick}, color);
        fill({rect.x, rect.y, thick, rect.h}, color);
        fill({rect.right() - thick, rect.y, thick, rect.h}, color);
    }

    /// A frame of dashes `on` long with `off` between, running round.
    void dashedFrame(const layout::Rect &rect, int thick, int on, int off, QRgb color)
    {
        for (int x = rect.x; x < rect.right(); x += on + off) {
            const int length = std::min(on, rect.right() - x);
            fill({x, rect.y, length, thick}, color);
            fill({x, rect.bottom() - thick, length, thick}, color);
        }
        for (int y = rect.y; y < rect.bottom(); y += on + off) {
            const int length = std::min(on, rect.bottom() - y);
            fill({rect.x, y, thick, length}, color);
            fill({rect.right() - thick, y, thick, length}, color);
        }
    }

    /// Rising lines, `thick` wide, every `step`; they meet across neighbouring rectangles.
    void hatch(const layout::Rect &rect, int thick, int step, QRgb color)
    {
        const int x0 = std::max(0, rect.x - m_originX);
        const int x1 = std::min(m_width, rect.right() - m_originX);
        const int y1 = std::min(m_height, rect.bottom() - m_originY);
        for (int y = std::max(0, rect.y - m_originY); y < y1; ++y) {
            for (int x = x0; x < x1; ++x) {
                if ((x + m_originX + y + m_originY) % step < thick) {
                    row(y)[x] = color;
                }
            }
        }
    }

    /// A right triangle in the upper right corner: what is cut off a cell.
    void cutCorner(const layout::Rect &rect, int side, QRgb color)
    {
        for (int i = 0; i < side; ++i) {
            fill({rect.right() - side + i, rect.y + i, side - i, 1}, color);
        }
    }

    /// A triangle standing on its base.
    void triangle(const layout::Rect &rect, QRgb color)
    {
        for (int i = 0; i < rect.h; ++i) {
            const int w = std::max(1, rect.w * (i + 1) / std::max(1, rect.h));
            fill({rect.x + (rect.w - w) / 2, rect.y + i, w, 1}, color);
        }
    }

    void disc(const layout::Rect &rect, QRgb color)
    {
        for (int y = 0; y < rect.h; ++y) {
            for (int x = 0; x < rect.w; ++x) {
                const double dx = (x + 0.5) / rect.w - 0.5;
                const double dy = (y + 0.5) / rect.h - 0.5;
                if (dx * dx + dy * dy <= 0.25) {
                    fill({rect.x + x, rect.y + y, 1, 1}, color);
                }
            }
        }
    }

private:
    /// Four pixels a store: most rows are a few pixels, and there are a million of them.
    static void fillRow(QRgb *at, int count, QRgb color)
    {
#ifdef __SSE2__
        if (count >= 4) {
            const __m128i four = _mm_set1_epi32(static_cast<int>(color));
            const auto store = [&](QRgb *to) { _mm_storeu_si128(reinterpret_cast<__m128i *>(to), four); };
            QRgb *last = at + count - 4; // may cover some a second time
            for (; at < last; at += 4) {
                store(at);
            }
            store(last);
            return;
        }
#endif
        for (int i = 0; i < count; ++i) {
            at[i] = color;
        }
    }
    QRgb *row(int y) { return m_bits + static_cast<std::ptrdiff_t>(y) * m_stride; }
    QRgb *m_bits;
    int m_stride, m_width, m_height, m_originX, m_originY;
};

} // namespace sextant::ui
