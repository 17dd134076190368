// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/map/mapview.h"

#include "core/query/filternarrows.h"
#include "core/query/filterrun.h"
#include "ui/map/mapaccessible.h"
#include "ui/theme/widgets.h"

#include <QEvent>
#include <QScrollBar>

#include <algorithm>
#include <cmath>

namespace sextant::ui {

namespace {

/// A filter that asks for ages is asked anew although nothing else changed.
constexpr std::chrono::seconds kAgesMove{10};

ContentPtr makeContent(PicturePtr picture, layout::ContentOptions options, const Filter &filter, Time now,
    const layout::Content *before, const std::stop_token &stop = {})
{
    FilterRun run(filter, *picture, now);
    if (!filter.empty()) {
        options.keepsPod = [&run](const PodView &pod) { return run.matches(pod); };
        // That a node is not something says nothing of its pods.
        options.keepsNode = [&run, whole = !filter.negates()](
                                const NodeView &node) { return whole && run.matches(node); };
    }
    return std::make_shared<const layout::Content>(layout::collect(std::move(picture), options, before, stop));
}

} // namespace

QString levelName(layout::Level level)
{
    switch (level) {
    case layout::Level::Fleet:
        return MapView::tr("Fleet");
    case layout::Level::Nodes:
        return MapView::tr("Nodes");
    case layout::Level::Pods:
        return MapView::tr("Pods");
    case layout::Level::Containers:
        return MapView::tr("Containers");
    }
    return {};
}

MapView::MapView(QWidget *parent)
    : QAbstractScrollArea(parent)
    , m_content(std::make_shared<const layout::Content>())
    , m_geometry(std::make_shared<const layout::Geometry>())
{
    m_classes = LensClasses::make(m_content, Lens::State, nullptr, kNoTime);
    m_jobs.setMaxThreadCount(2);
    installMapAccessibility();
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Map"));
    viewport()->setMouseTracking(true);
    viewport()->setAttribute(Qt::WA_OpaquePaintEvent);
    viewport()->grabGesture(Qt::PinchGesture);
    m_tipTimer.setSingleShot(true);
    m_tipTimer.setInterval(250);
    connect(&m_tipTimer, &QTimer::timeout, this, &MapView::showTip);
    m_zoom.setEasingCurve(QEasingCurve::OutCubic);
    connect(&m_zoom, &QVariantAnimation::valueChanged, this, [this](const QVariant &value) {
        setTileHeight(static_cast<int>(std::lround(std::exp(value.toDouble()))), m_zoomAt);
    });
    connect(&m_zoom, &QVariantAnimation::finished, this, &MapView::wantImage);
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        m_palette = MapPalette::current(ratio());
        m_imageOld = true;
        m_rearrange = true; // sizes may have changed with the font
        arrangeAgain();
    });
    m_palette = MapPalette::current(ratio());
}

MapView::~MapView()
{
    // Jobs paint with fonts, which must not outlive the application.
    m_jobs.waitForDone();
}

layout::Metrics MapView::metrics() const
{
    layout::Metrics metrics;
    metrics.scale = m_palette.scale;
    return metrics;
}

layout::Level MapView::level() const { return metrics().level(m_geometry->tileHeight); }

void MapView::setPicture(PicturePtr picture, Time now)
{
    m_now = now;
    if (picture != m_picture) {
        m_picture = std::move(picture);
        wantContent();
    } else if (askedOfTime(m_filter) && now >= m_asked + kAgesMove) {
        wantContent();
    } else if (!m_classes->serves(m_content, m_lens, m_progress, m_now)) {
        m_imageOld = true; // ages have moved
        wantImage();
    }
}

void MapView::setScope(const Scope &scope)
{
    if (scope != m_options.scope) {
        m_options.scope = scope;
        m_fitted = true;
        layOutAnew();
    }
}

void MapView::setFilter(const QString &filter)
{
    const auto parsed = Filter::parse(filter.toStdString());
    if (parsed && *parsed != m_filter) {
        m_filter = *parsed;
        m_collectStop.request_stop(); // what is under way answers another question
        wantContent();
    }
}

void MapView::setGrouping(const layout::Grouping &grouping)
{
    if (grouping != m_options.grouping) {
        m_options.grouping = grouping;
        layOutAnew();
    }
}

void MapView::setSizeBy(layout::SizeBy size)
{
    if (size != m_options.size) {
        m_options.size = size;
        layOutAnew();
    }
}

void MapView::setLens(Lens lens)
{
    if (lens != m_lens) {
        m_lens = lens;
        m_seen = kAllClasses;
        m_imageOld = true;
        wantImage();
    }
}

void MapView::setMigration(migration::ProgressPtr progress)
{
    m_progress = std::move(progress);
    if (m_lens == Lens::Stage && !m_classes->serves(m_content, m_lens, m_progress, m_now)) {
        m_imageOld = true;
        wantImage();
    }
}

void MapView::setSeen(ClassMask seen)
{
    if (seen != m_seen) {
        m_seen = seen;
        m_imageOld = true;
        wantImage();
        Q_EMIT seenChanged();
    }
}

void MapView::layOutAnew()
{
    m_anew = true;
    m_rearrange = true;
    m_collectStop.request_stop();
    wantContent();
}

void MapView::wantContent()
{
    // A hidden map costs nothing: it is made when it is shown, or when somebody asks (settle).
    if (m_collecting || !isVisible()) {
        m_collectAgain = true;
        if (!m_collecting) {
            forget();
        }
        return;
    }
    startCollecting();
}

/// Lets go of a picture that is no longer the newest: it would keep a whole former fleet in memory. The zoom stays.
void MapView::forget()
{
    if (m_content->tiles.empty()) {
        return;
    }
    const AnyId current = idOf(m_current);
    auto geometry = std::make_shared<layout::Geometry>();
    geometry->tileHeight = m_geometry->tileHeight;
    m_geometry = std::move(geometry);
    m_content = std::make_shared<const layout::Content>();
    m_classes = LensClasses::make(m_content, m_lens, m_progress, m_now, m_classes.get());
    m_painted = {};
    ++m_renderNumber; // what is painted now would bring it back
    m_rendering = false;
    m_renderAgain = false;
    m_hover = {};
    m_currentHeld = current;
    m_current = {};
    m_selectedHit = {};
    m_marked.clear();
    m_anew = true;
    m_imageOld = true;
}

void MapView::startCollecting()
{
    m_collecting = true;
    m_collectAgain = false;
    m_collectStop = std::stop_source();
    m_collectingAnew = std::exchange(m_anew, false);
    m_asked = m_now;
    const std::uint64_t number = ++m_collectNumber;
    m_jobs.start([this, number, picture = m_picture, options = m_options, filter = m_filter, now = m_now,
                     before = m_collectingAnew ? nullptr : m_content, stop = m_collectStop.get_token()] {
        const ContentPtr content = makeContent(picture, options, filter, now, before.get(), stop);
        QMetaObject::invokeMethod(
            this,
            [this, number, content, stopped = stop.stop_requested()] {
                if (number != m_collectNumber) {
                    return; // settle() was faster
                }
                m_collecting = false;
                if (stopped) {
                    m_anew = m_anew || m_collectingAnew;
                } else {
                    takeContent(content, m_collectingAnew);
                }
                if (m_collectAgain && isVisible()) {
                    startCollecting();
                }
            },
            Qt::QueuedConnection);
    });
}

void MapView::takeContent(ContentPtr content, bool anew)
{
    // What lies in the middle stays there when rows break anew.
    const QPointF middle(screenSize().width() / 2, screenSize().height() / 2);
    const Anchor before = anchorAt(*m_geometry, offset() + middle);
    AnyId held;
    if (before.tile >= 0) {
        const auto &tile = m_content->tiles[static_cast<std::size_t>(before.tile)];
        held = tile.nodeSlot == kNoSlot ? AnyId() : AnyId(NodeView(m_content->snapshot(tile), tile.nodeSlot).id());
    }
    const AnyId current = m_content->tiles.empty() ? std::exchange(m_currentHeld, AnyId()) : idOf(m_current);
    const AnyId hover = idOf(m_hover);
    m_content = std::move(content);
    m_rearrange = m_rearrange || anew;
    m_imageOld = true;
    if (m_rearrange || !m_arrangement.serves(*m_content)) {
        m_rearrange = true;
        arrangeAgain();
        if (!m_fitted) {
            if (const auto *node = std::get_if<NodeId>(&held)) {
                const int tile = m_content->tileOf(*node);
                const QPointF now = pointOf(*m_geometry, {tile, before.fx, before.fy});
                scrollTo(now.x() - middle.x(), now.y() - middle.y());
            }
        }
    } else {
        placeAt(m_geometry->tileHeight);
    }
    const Hit ring = std::exchange(m_current, hitOf(current));
    const Hit under = std::exchange(m_hover, hitOf(hover));
    if (ring != m_current || under != m_hover) {
        viewport()->update();
    }
    setSelection(m_selection);
    if (m_revealWanted.index() != 0) {
        reveal(std::exchange(m_revealWanted, AnyId()));
    }
    Q_EMIT contentChanged();
    wantImage();
}

void MapView::arrangeAgain()
{
    const QSize size = screenSize().toSize();
    if (size.isEmpty()) {
        return;
    }
    const auto before = level();
    if (m_rearrange || (m_fitted && size != m_arrangedFor)) {
        m_arrangement = layout::arrange(*m_content, size.width(), size.height(), metrics());
        m_arrangedFor = size;
        m_rearrange = false;
    }
    placeAt(m_fitted ? m_arrangement.baseHeight : m_geometry->tileHeight);
    m_imageOld = true;
    wantImage();
    if (level() != before) {
        Q_EMIT levelChanged();
    }
}

void MapView::placeAt(int height)
{
    auto geometry =
        std::make_shared<const layout::Geometry>(layout::place(*m_content, m_arrangement, height, metrics()));
    const bool moved = geometry->tileHeight != m_geometry->tileHeight || geometry->tiles != m_geometry->tiles;
    m_geometry = std::move(geometry);
    updateScrollBars();
    if (moved) {
        viewport()->update();
    }
}

void MapView::updateScrollBars()
{
    const QSizeF size = screenSize();
    m_placing = true;
    const auto set = [](QScrollBar *bar, int whole, double page) {
        bar->setPageStep(static_cast<int>(page));
        bar->setSingleStep(std::max(1, static_cast<int>(page / 20)));
        bar->setRange(0, std::max(0, whole - static_cast<int>(page)));
    };
    set(horizontalScrollBar(), m_geometry->width, size.width());
    set(verticalScrollBar(), m_geometry->height, size.height());
    m_placing = false;
}

QSizeF MapView::screenSize() const { return QSizeF(viewport()->size()) * ratio(); }

QPointF MapView::offset() const { return QPointF(horizontalScrollBar()->value(), verticalScrollBar()->value()); }

void MapView::scrollTo(double x, double y)
{
    horizontalScrollBar()->setValue(static_cast<int>(std::lround(x)));
    verticalScrollBar()->setValue(static_cast<int>(std::lround(y)));
}

void MapView::scrollContentsBy(int, int)
{
    if (!m_placing) {
        setHover({});
        wantImage();
    }
    viewport()->update();
}

QPointF MapView::toMap(const QPointF &viewportPoint) const { return viewportPoint * ratio() + offset(); }

MapView::Anchor MapView::anchorAt(const layout::Geometry &geometry, const QPointF &mapPoint) const
{
    const auto place = geometry.placeOf(mapPoint.x(), mapPoint.y());
    if (place.tile < 0) {
        return {};
    }
    const auto level = metrics().level(geometry.tileHeight);
    const auto inside = tileInside(geometry.tiles[static_cast<std::size_t>(place.tile)], level, metrics());
    return {place.tile, (mapPoint.x() - inside.x) / std::max(1, inside.w),
        (mapPoint.y() - inside.y) / std::max(1, inside.h)};
}

QPointF MapView::pointOf(const layout::Geometry &geometry, const Anchor &anchor) const
{
    if (anchor.tile < 0 || static_cast<std::size_t>(anchor.tile) >= geometry.tiles.size()) {
        return offset();
    }
    const auto level = metrics().level(geometry.tileHeight);
    const auto inside = tileInside(geometry.tiles[static_cast<std::size_t>(anchor.tile)], level, metrics());
    return {inside.x + anchor.fx * inside.w, inside.y + anchor.fy * inside.h};
}

int MapView::leastHeight() const { return std::min(std::max(1, m_arrangement.baseHeight), metrics().px(8)); }

void MapView::setTileHeight(int height, const QPointF &keep)
{
    height = std::clamp(height, leastHeight(), metrics().mostTile());
    if (height == m_geometry->tileHeight || m_content->tiles.empty()) {
        return;
    }
    const auto before = level();
    const Anchor anchor = anchorAt(*m_geometry, toMap(keep));
    m_fitted = false;
    placeAt(height);
    const QPointF now = pointOf(*m_geometry, anchor) - keep * ratio();
    scrollTo(now.x(), now.y());
    m_imageOld = true;
    if (m_zoom.state() != QAbstractAnimation::Running) {
        wantImage();
    }
    if (level() != before) {
        Q_EMIT levelChanged();
    }
}

void MapView::animateTo(double height, const QPointF &keep)
{
    height = std::clamp(height, static_cast<double>(leastHeight()), static_cast<double>(metrics().mostTile()));
    setHover({});
    m_zoomTarget = height;
    m_zoomAt = keep;
    m_zoom.stop();
    const int duration = isVisible() ? Theme::instance().animationMs() : 0;
    if (duration == 0) {
        setTileHeight(static_cast<int>(std::lround(height)), keep);
        return;
    }
    m_zoom.setDuration(duration);
    m_zoom.setStartValue(std::log(std::max(1, m_geometry->tileHeight)));
    m_zoom.setEndValue(std::log(height));
    m_zoom.start();
}

void MapView::zoomBy(double factor, const QPointF &at)
{
    const bool running = m_zoom.state() == QAbstractAnimation::Running;
    const double from = running ? m_zoomTarget : m_geometry->tileHeight;
    double to = from * factor;
    if (std::abs(to - from) < 1) {
        to = factor > 1 ? from + 1 : from - 1;
    }
    animateTo(to, at);
}

void MapView::zoomTo(layout::Level level)
{
    const Hit &hit = m_current.somewhere() ? m_current : m_selectedHit;
    const QRectF rect = rectOf(hit);
    const bool seen = rect.isValid() && QRectF(viewport()->rect()).intersects(rect);
    animateTo(metrics().heightOf(level), seen ? rect.center() : QRectF(viewport()->rect()).center());
}

void MapView::zoomIn() { zoomBy(1.5, QRectF(viewport()->rect()).center()); }
void MapView::zoomOut() { zoomBy(1 / 1.5, QRectF(viewport()->rect()).center()); }

void MapView::fit()
{
    m_zoom.stop();
    setHover({});
    m_fitted = true;
    m_rearrange = true;
    arrangeAgain();
    scrollTo(0, 0);
    m_anew = true; // free places are closed, nodes stand by name again
    wantContent();
}

void MapView::reveal(const AnyId &id)
{
    if (busy() && m_content->tiles.empty()) {
        m_revealWanted = id;
        return;
    }
    const Hit hit = hitOf(id);
    if (hit.tile < 0) {
        return;
    }
    const auto wanted = hit.item >= 0 ? layout::Level::Pods : layout::Level::Nodes;
    if (level() < wanted) {
        m_zoom.stop();
        setTileHeight(metrics().heightOf(wanted), QRectF(viewport()->rect()).center());
    }
    const auto &rect = m_geometry->tiles[static_cast<std::size_t>(hit.tile)];
    scrollTo(rect.x + rect.w / 2.0 - screenSize().width() / 2, rect.y + rect.h / 2.0 - screenSize().height() / 2);
    moveTo(hit);
}

void MapView::settle()
{
    if (zooming()) {
        m_zoom.stop();
        setTileHeight(static_cast<int>(std::lround(m_zoomTarget)), m_zoomAt);
    }
    m_jobs.waitForDone();
    if (m_collecting || m_collectAgain) {
        ++m_collectNumber; // what is under way is not waited for twice
        const bool anew = std::exchange(m_anew, false) || (m_collecting && m_collectingAnew);
        m_collecting = false;
        m_collectAgain = false;
        m_asked = m_now;
        takeContent(makeContent(m_picture, m_options, m_filter, m_now, anew ? nullptr : m_content.get()), anew);
    }
    arrangeAgain();
    m_jobs.waitForDone();
    ++m_renderNumber;
    m_rendering = false;
    m_renderAgain = false;
    const MapJob job = classified(jobFor(visibleArea()), m_lens, m_progress);
    takeImage({paintMap(job), job});
    m_imageOld = false;
}

void MapView::resizeEvent(QResizeEvent *event)
{
    QAbstractScrollArea::resizeEvent(event);
    if (m_fitted) {
        m_zoom.stop();
        arrangeAgain();
    } else {
        updateScrollBars();
        wantImage();
    }
}

void MapView::showEvent(QShowEvent *event)
{
    QAbstractScrollArea::showEvent(event);
    if (const auto palette = MapPalette::current(ratio()); palette != m_palette) {
        m_palette = palette;
        m_rearrange = true;
    }
    // Nobody has watched: what came and went meanwhile finds its best place.
    if (m_collectAgain) {
        m_anew = true;
        if (!m_collecting) {
            startCollecting();
        }
    }
    arrangeAgain();
}

void MapView::changeEvent(QEvent *event)
{
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::EnabledChange) {
        viewport()->update();
    }
}

} // namespace sextant::ui
