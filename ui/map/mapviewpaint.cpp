// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "ui/map/mapview.h"

#include <QPainter>

#include <cmath>

namespace sextant::ui {

layout::Rect MapView::visibleArea() const
{
    const QPointF at = offset();
    const QSizeF size = screenSize();
    return {static_cast<int>(at.x()), static_cast<int>(at.y()), static_cast<int>(std::ceil(size.width())),
        static_cast<int>(std::ceil(size.height()))};
}

MapJob MapView::jobFor(const layout::Rect &area) const
{
    return {m_content, m_geometry, metrics(), m_palette, m_classes, m_seen, area, m_now};
}

MapJob MapView::classified(MapJob job, Lens lens, const migration::ProgressPtr &progress)
{
    if (!job.classes->serves(job.content, lens, progress, job.now)) {
        job.classes = LensClasses::make(job.content, lens, progress, job.now, job.classes.get());
    }
    return job;
}

void MapView::wantImage()
{
    const layout::Rect seen = visibleArea();
    const layout::Rect &have = m_painted.job.area;
    const int right = std::min(seen.right(), std::max(m_geometry->width, 1));
    const int bottom = std::min(seen.bottom(), std::max(m_geometry->height, 1));
    const bool covered = !m_painted.image.isNull() && seen.x >= have.x && seen.y >= have.y && right <= have.right()
        && bottom <= have.bottom();
    if ((covered && !m_imageOld) || seen.w <= 0 || seen.h <= 0 || !isVisible()) {
        return;
    }
    if (m_rendering) {
        m_renderAgain = true;
        if (m_renderHeight != m_geometry->tileHeight) {
            m_renderStop.request_stop(); // of a zoom that is over
        }
        return;
    }
    startRendering();
}

void MapView::startRendering()
{
    m_rendering = true;
    m_renderAgain = false;
    m_imageOld = false;
    // A little more than is seen, so that a pan has something to show at once.
    const layout::Rect seen = visibleArea();
    const int moreX = seen.w / 8;
    const int moreY = seen.h / 8;
    const int x0 = std::max(0, seen.x - moreX);
    const int y0 = std::max(0, seen.y - moreY);
    const int x1 = std::max(seen.right(), std::min(m_geometry->width, seen.right() + moreX));
    const int y1 = std::max(seen.bottom(), std::min(m_geometry->height, seen.bottom() + moreY));
    const MapJob wanted = jobFor({x0, y0, x1 - x0, y1 - y0});
    m_renderHeight = m_geometry->tileHeight;
    m_renderStop = std::stop_source();
    const std::uint64_t number = ++m_renderNumber;
    std::optional<MapJob> before;
    if (!m_painted.image.isNull()) {
        before = m_painted.job;
    }
    m_jobs.start([this, number, wanted, before = std::move(before), lens = m_lens, progress = m_progress,
                     stop = m_renderStop.get_token()] {
        const MapJob job = classified(wanted, lens, progress);
        auto patches = before ? paintChanges(*before, job, stop) : std::nullopt;
        const QImage image = patches ? QImage() : paintMap(job, stop);
        QMetaObject::invokeMethod(
            this,
            [this, number, job, image, patches = std::move(patches), stopped = stop.stop_requested()] {
                if (number != m_renderNumber) {
                    return;
                }
                m_rendering = false;
                if (stopped || (!patches && image.isNull()) || (patches && m_painted.image.isNull())) {
                    m_imageOld = true;
                    m_renderAgain = true;
                } else if (patches) {
                    takePatches(job, *patches);
                } else {
                    takeImage({image, job});
                }
                if (m_renderAgain) {
                    m_renderAgain = false;
                    wantImage();
                }
            },
            Qt::QueuedConnection);
    });
}

void MapView::takeImage(Painted painted)
{
    m_painted = std::move(painted);
    if (m_painted.job.classes != m_classes) {
        m_classes = m_painted.job.classes;
        Q_EMIT classesChanged();
    }
    viewport()->update();
}

/// Only what changed is copied, and only that is drawn again.
void MapView::takePatches(MapJob job, const std::vector<MapPatch> &patches)
{
    applyPatches(m_painted.image, job.area, patches);
    m_painted.job = std::move(job);
    if (m_painted.job.classes != m_classes) {
        m_classes = m_painted.job.classes;
        Q_EMIT classesChanged();
    }
    for (const MapPatch &patch : patches) {
        viewport()->update(toViewport(patch.area).toAlignedRect());
    }
}

QRectF MapView::toViewport(const layout::Rect &rect) const
{
    const QPointF at = offset();
    const double r = ratio();
    return QRectF((rect.x - at.x()) / r, (rect.y - at.y()) / r, rect.w / r, rect.h / r);
}

void MapView::paintEvent(QPaintEvent *)
{
    QPainter painter(viewport());
    painter.fillRect(viewport()->rect(), QColor::fromRgb(m_palette.bg));
    if (!m_painted.image.isNull()) {
        const double r = ratio();
        const QPointF at = offset();
        if (m_painted.job.geometry->tileHeight == m_geometry->tileHeight) {
            // Device pixel on device pixel.
            const QPointF where = QPointF(m_painted.job.area.x, m_painted.job.area.y) - at;
            painter.save();
            painter.scale(1 / r, 1 / r);
            painter.drawImage(where, m_painted.image);
            painter.restore();
        } else if (m_painted.job.geometry->tileHeight > 0) {
            // The picture of another zoom, laid so that the point under the pointer fits.
            const QPointF keep = toMap(m_zoomAt);
            Anchor anchor = anchorAt(*m_geometry, keep);
            if (static_cast<std::size_t>(anchor.tile) < m_painted.job.geometry->tiles.size() && anchor.tile >= 0) {
                const QPointF then = pointOf(*m_painted.job.geometry, anchor);
                const double scale = static_cast<double>(m_geometry->tileHeight) / m_painted.job.geometry->tileHeight;
                const QPointF corner =
                    m_zoomAt * r + (QPointF(m_painted.job.area.x, m_painted.job.area.y) - then) * scale;
                painter.save();
                painter.scale(1 / r, 1 / r);
                painter.drawImage(QRectF(corner, QSizeF(m_painted.image.size()) * scale), m_painted.image);
                painter.restore();
            }
        }
    }
    paintOverlay(painter);
}

void MapView::paintMarked(QPainter &painter)
{
    painter.setPen(QPen(QColor::fromRgb(m_palette.accent), 1));
    painter.setBrush(Qt::NoBrush);
    const QRectF seen(viewport()->rect());
    for (const Hit &hit : m_marked) {
        const QRectF rect = toViewport(m_geometry->tiles[static_cast<std::size_t>(hit.tile)]);
        if (!rect.intersects(seen)) {
            continue;
        }
        const QRectF cell = rectOf(hit);
        painter.drawRect((cell.isEmpty() ? rect : cell).adjusted(-0.5, -0.5, 0.5, 0.5));
    }
}

void MapView::paintOverlay(QPainter &painter)
{
    painter.setRenderHint(QPainter::Antialiasing, false);
    paintMarked(painter);
    const auto ring = [&](QRectF rect) {
        // 2 px of ink, with 1 px of surface between it and what it marks.
        painter.setBrush(Qt::NoBrush);
        rect = QRectF(std::round(rect.x()), std::round(rect.y()), std::round(rect.width()), std::round(rect.height()));
        painter.setPen(QPen(QColor::fromRgb(m_palette.surface), 1));
        painter.drawRect(rect.adjusted(-1, -1, 0, 0));
        painter.setPen(QPen(QColor::fromRgb(m_palette.accent), 2, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
        painter.drawRect(rect.adjusted(-2, -2, 2, 2));
    };
    const auto place = [this](const Hit &hit) {
        const QRectF rect = rectOf(hit);
        return rect.isEmpty() ? rectOf({hit.tile, -1, -1}) : rect;
    };
    if (m_hover.tile >= 0 && m_hover != m_selectedHit) {
        painter.setPen(QPen(QColor::fromRgb(m_palette.accent), 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(place(m_hover).adjusted(-1, -1, 0, 0));
    }
    if (m_selectedHit.somewhere()) {
        ring(place(m_selectedHit));
    }
    if (m_keyboard && hasFocus() && m_current.somewhere() && m_current != m_selectedHit) {
        QPen pen(QColor::fromRgb(m_palette.accent), 2);
        pen.setJoinStyle(Qt::MiterJoin);
        painter.setPen(pen);
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(place(m_current).adjusted(-2, -2, 2, 2));
    }
    if (level() >= layout::Level::Pods) {
        paintStickyHead(painter);
    }
}

/// Where one is, once heads and captions have scrolled away.
void MapView::paintStickyHead(QPainter &painter)
{
    // What the bar itself covers does not count.
    layout::Rect seen = visibleArea();
    const int covered = m_palette.px(26);
    seen.y += covered;
    seen.h -= covered;
    int first = -1;
    int last = -1;
    m_geometry->forTiles(seen, [&](std::uint32_t tile) {
        first = first < 0 ? static_cast<int>(tile) : first;
        last = static_cast<int>(tile);
    });
    if (first < 0) {
        return;
    }
    const auto &tile = m_content->tiles[static_cast<std::size_t>(first)];
    const auto &group = m_content->groups[tile.group];
    if (m_geometry->captions[tile.group].y >= seen.y) {
        return;
    }
    const double r = ratio();
    const int height = static_cast<int>(m_palette.px(26) / r);
    const QRectF bar(0, 0, viewport()->width(), height);
    painter.fillRect(bar, QColor::fromRgb(m_palette.bg));
    painter.fillRect(QRectF(0, height - 1, viewport()->width(), 1), QColor::fromRgb(m_palette.border));
    const auto &status = m_content->snapshot(tile).status();
    const Theme &theme = Theme::instance();
    const int side = theme.px(14);
    int x = theme.px(16);
    paintMark(painter, status.orchestrator, QRectF(x, (height - side) / 2.0, side, side), theme.dark());
    x += theme.px(22);
    const auto write = [&](const QString &text, TextRole role, Token color) {
        painter.setFont(theme.font(role));
        painter.setPen(theme.color(color));
        const QFontMetrics fm(painter.font());
        const QString elided =
            fm.elidedText(text, Qt::ElideMiddle, std::max(0, viewport()->width() - x - theme.px(16)));
        painter.drawText(QRect(x, 0, fm.horizontalAdvance(elided) + 2, height),
            Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine, elided);
        x += fm.horizontalAdvance(elided) + theme.px(8);
    };
    write(shown(status.name), TextRole::Table, Token::TextSecondary);
    if (!group.name.empty()) {
        write(QStringLiteral("›"), TextRole::Table, Token::TextSecondary);
        write(shown(group.name), TextRole::TableStrong, Token::Text);
    }
    write(groupText(*m_content, group), TextRole::Table, Token::TextSecondary);
    const auto &lastTile = m_content->tiles[static_cast<std::size_t>(last)];
    const QString span = last == first ? shown(tile.name) : tr("%1 … %2").arg(shown(tile.name), shown(lastTile.name));
    const int width = QFontMetrics(theme.font(TextRole::Table)).horizontalAdvance(span);
    if (const int left = viewport()->width() - theme.px(16) - width; left > x) {
        x = left;
        write(span, TextRole::Table, Token::TextSecondary);
    }
}

} // namespace sextant::ui
