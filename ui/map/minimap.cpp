// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/map/minimap.h"

#include "core/base/format.h"
#include "ui/theme/widgets.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace sextant::ui {

namespace {

/// How striking a tile is, and what it is painted with.
struct Spot {
    std::uint8_t rank = 0;
    QRgb color = 0;
};

class Spots {
public:
    explicit Spots(const MapView &view, const MapPalette &palette)
        : m_content(view.content())
        , m_classes(*view.classes())
        , m_seen(view.seen())
        , m_palette(palette)
        , m_colors(m_classes.lens(), palette)
        , m_served(m_classes.of(m_content))
    {
    }
    Spot operator()(std::uint32_t index) const
    {
        const layout::Tile &tile = m_content.tiles[index];
        const ClassMask ofNode = seenIn(tile, m_seen);
        const ClassMask seen = m_served ? m_classes.seenOf(index, m_seen) : 0;
        if (!tile.kept || !m_served || (seen == 0 && ofNode != kAllClasses)) {
            return {0, m_palette.track};
        }
        const bool byState = m_classes.lens() == Lens::State;
        const std::uint8_t own = m_classes.ofTile(index);
        std::uint8_t cls = seen == 0            ? std::uint8_t{0}
            : byState || (seen >> own & 1) == 0 ? mostStriking(m_classes.lens(), seen)
                                                : own;
        if (byState && ofNode == kAllClasses && severity(tile.state) > static_cast<int>(cls)
            && severity(tile.state) >= severity(State::Pending)) {
            cls = static_cast<std::uint8_t>(tile.state);
        }
        const LensLook &look = m_colors[cls];
        return {static_cast<std::uint8_t>(rankOf(m_classes.lens(), cls) + 1), byState ? look.cell : look.bar};
    }

private:
    const layout::Content &m_content;
    const LensClasses &m_classes;
    const ClassMask m_seen;
    const MapPalette &m_palette;
    const LensColors m_colors;
    const bool m_served;
};

} // namespace

MiniMap::MiniMap(MapView &view, QWidget *parent)
    : QWidget(parent)
    , m_view(view)
{
    setObjectName(QStringLiteral("miniMap"));
    setAccessibleName(tr("Minimap"));
    setFocusPolicy(Qt::TabFocus);
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    const auto old = [this] {
        m_old = true;
        follow();
    };
    connect(&view, &MapView::contentChanged, this, old);
    connect(&view, &MapView::classesChanged, this, old);
    connect(&Theme::instance(), &Theme::changed, this, old);
    for (QScrollBar *bar : {view.horizontalScrollBar(), view.verticalScrollBar()}) {
        connect(bar, &QScrollBar::valueChanged, this, &MiniMap::follow);
        connect(bar, &QScrollBar::rangeChanged, this, &MiniMap::follow);
    }
    follow();
}

bool MiniMap::needed() const
{
    return !m_view.content().tiles.empty()
        && (m_view.horizontalScrollBar()->maximum() > 0 || m_view.verticalScrollBar()->maximum() > 0);
}

void MiniMap::follow()
{
    if (needed() != m_needed) {
        m_needed = needed();
        Q_EMIT neededChanged();
    }
    if (isVisible()) {
        update();
    }
}

int MiniMap::heightForWidth(int width) const
{
    const layout::Geometry &geometry = m_view.geometry();
    const double shape =
        geometry.width <= 0 || geometry.height <= 0 ? 0.5 : static_cast<double>(geometry.height) / geometry.width;
    const Theme &theme = Theme::instance();
    return std::clamp(static_cast<int>(std::lround(width * shape)), theme.px(48), theme.px(200));
}

QSize MiniMap::sizeHint() const
{
    const int width = Theme::instance().px(200);
    return {width, heightForWidth(width)};
}

QRectF MiniMap::place() const
{
    const layout::Geometry &geometry = m_view.geometry();
    if (geometry.width <= 0 || geometry.height <= 0) {
        return {};
    }
    const double scale =
        std::min(static_cast<double>(width()) / geometry.width, static_cast<double>(height()) / geometry.height);
    const QSizeF size(geometry.width * scale, geometry.height * scale);
    return {QPointF((width() - size.width()) / 2, (height() - size.height()) / 2), size};
}

QRectF MiniMap::frame() const
{
    const QRectF all = place();
    if (all.isEmpty()) {
        return {};
    }
    const auto span = [](const QScrollBar *bar, double whole, double size) {
        const double from = bar->value() / whole;
        return std::pair(from * size, std::min(1.0, (bar->value() + bar->pageStep()) / whole) * size);
    };
    const layout::Geometry &geometry = m_view.geometry();
    const auto [left, right] = span(m_view.horizontalScrollBar(), geometry.width, all.width());
    const auto [top, bottom] = span(m_view.verticalScrollBar(), geometry.height, all.height());
    return {QPointF(all.x() + left, all.y() + top), QPointF(all.x() + right, all.y() + bottom)};
}

/// Spots of a pixel or more, the most striking on top where several share one.
void MiniMap::draw()
{
    const double ratio = devicePixelRatioF();
    const layout::Geometry &geometry = m_view.geometry();
    const QRectF all = place();
    const MapPalette palette = MapPalette::current(ratio);
    m_image = QImage((QSizeF(size()) * ratio).toSize(), QImage::Format_RGB32);
    m_image.fill(palette.surface);
    m_drawnOf = QSize(geometry.width, geometry.height);
    m_old = false;
    ++m_drawn;
    if (all.isEmpty() || m_image.isNull()) {
        return;
    }
    const double scale = all.width() * ratio / geometry.width;
    const QPointF origin = all.topLeft() * ratio;
    const Spots spots(m_view, palette);
    std::vector<std::uint8_t> ranks(
        static_cast<std::size_t>(m_image.width()) * static_cast<std::size_t>(m_image.height()));
    const std::size_t tiles = std::min(geometry.tiles.size(), m_view.content().tiles.size());
    for (std::uint32_t t = 0; t < tiles; ++t) {
        const layout::Rect &tile = geometry.tiles[t];
        const int x0 = std::clamp(static_cast<int>(origin.x() + tile.x * scale), 0, m_image.width() - 1);
        const int y0 = std::clamp(static_cast<int>(origin.y() + tile.y * scale), 0, m_image.height() - 1);
        const int x1 = std::clamp(static_cast<int>(origin.x() + tile.right() * scale), x0 + 1, m_image.width());
        const int y1 = std::clamp(static_cast<int>(origin.y() + tile.bottom() * scale), y0 + 1, m_image.height());
        if (m_view.content().tiles[t].gone) {
            continue;
        }
        const Spot spot = spots(t);
        for (int y = y0; y < y1; ++y) {
            auto *line = reinterpret_cast<QRgb *>(m_image.scanLine(y));
            std::uint8_t *rank = ranks.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(m_image.width());
            for (int x = x0; x < x1; ++x) {
                if (spot.rank >= rank[x]) {
                    rank[x] = spot.rank;
                    line[x] = spot.color;
                }
            }
        }
    }
    m_image.setDevicePixelRatio(ratio);
}

void MiniMap::paintEvent(QPaintEvent *)
{
    const layout::Geometry &geometry = m_view.geometry();
    if (m_old || m_drawnOf != QSize(geometry.width, geometry.height)
        || m_image.size() != (QSizeF(size()) * devicePixelRatioF()).toSize()) {
        draw();
    }
    QPainter painter(this);
    painter.drawImage(0, 0, m_image);
    if (m_framed) {
        painter.setPen(Theme::instance().color(Token::BorderStrong));
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
    const QRectF seen = frame();
    if (!seen.isEmpty()) {
        QPen pen(Theme::instance().color(Token::Accent), 2);
        pen.setJoinStyle(Qt::MiterJoin);
        painter.setPen(pen);
        const QRectF whole(rect());
        QRectF box = seen;
        if (box.width() < 6) {
            box.adjust(box.width() / 2 - 3, 0, 3 - box.width() / 2, 0);
        }
        if (box.height() < 6) {
            box.adjust(0, box.height() / 2 - 3, 0, 3 - box.height() / 2);
        }
        painter.drawRect(box.toRect().toRectF().intersected(whole).adjusted(1, 1, -1, -1));
    }
    if (m_keyboard && hasFocus()) {
        paintFocusRing(painter, QRectF(rect()).adjusted(3, 3, -3, -3), 0);
    }
}

void MiniMap::mousePressEvent(QMouseEvent *event)
{
    m_keyboard = false;
    if (event->button() != Qt::LeftButton) {
        return;
    }
    m_pressed = true;
    // The frame is held where it is grasped; beside it, its middle comes to the pointer.
    const QRectF seen = frame();
    m_grip = seen.contains(event->position()) ? event->position() - seen.center() : QPointF();
    mouseMoveEvent(event);
}

void MiniMap::mouseMoveEvent(QMouseEvent *event)
{
    const QRectF all = place();
    if (!m_pressed || all.isEmpty()) {
        return;
    }
    const QPointF middle = event->position() - m_grip - all.topLeft();
    const auto set = [](QScrollBar *bar, double part, int whole) {
        bar->setValue(static_cast<int>(std::lround(part * whole - bar->pageStep() / 2.0)));
    };
    const layout::Geometry &geometry = m_view.geometry();
    set(m_view.horizontalScrollBar(), middle.x() / all.width(), geometry.width);
    set(m_view.verticalScrollBar(), middle.y() / all.height(), geometry.height);
}

void MiniMap::mouseReleaseEvent(QMouseEvent *) { m_pressed = false; }

void MiniMap::moveBy(double dx, double dy)
{
    const auto move = [](QScrollBar *bar, double by) {
        bar->setValue(bar->value() + static_cast<int>(std::lround(by * bar->pageStep())));
    };
    move(m_view.horizontalScrollBar(), dx);
    move(m_view.verticalScrollBar(), dy);
}

void MiniMap::keyPressEvent(QKeyEvent *event)
{
    const double step = event->modifiers().testFlag(Qt::ShiftModifier) ? 1.0 / 16 : 0.25;
    switch (event->key()) {
    case Qt::Key_Left:
        moveBy(-step, 0);
        break;
    case Qt::Key_Right:
        moveBy(step, 0);
        break;
    case Qt::Key_Up:
        moveBy(0, -step);
        break;
    case Qt::Key_Down:
        moveBy(0, step);
        break;
    case Qt::Key_PageUp:
        moveBy(0, -1);
        break;
    case Qt::Key_PageDown:
        moveBy(0, 1);
        break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        m_view.setFocus(Qt::OtherFocusReason);
        break;
    default:
        QWidget::keyPressEvent(event);
        return;
    }
    event->accept();
}

void MiniMap::focusInEvent(QFocusEvent *event)
{
    QWidget::focusInEvent(event);
    m_keyboard = event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason;
    update();
}

void MiniMap::focusOutEvent(QFocusEvent *event)
{
    QWidget::focusOutEvent(event);
    update();
}

MiniMapSection::MiniMapSection(MapView &view, QWidget *parent)
    : QWidget(parent)
    , m_view(view)
    , m_map(new MiniMap(view, this))
    , m_note(new TextLabel(TextRole::Caption, Token::TextSecondary, this))
{
    const Theme &theme = Theme::instance();
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(theme.px(16), theme.px(10), theme.px(16), theme.px(12));
    column->setSpacing(theme.px(8));
    auto *head = new QHBoxLayout;
    head->addWidget(new TextLabel(tr("On the map"), TextRole::Section, Token::Text, this), 1);
    head->addWidget(m_note);
    column->addLayout(head);
    column->addWidget(m_map);
    connect(m_map, &MiniMap::neededChanged, this, &MiniMapSection::refresh);
    connect(&view, &MapView::contentChanged, this, &MiniMapSection::refresh);
}

QString MiniMapSection::note() const { return m_note->text(); }

void MiniMapSection::refresh()
{
    setVisible(m_map->needed());
    if (!isVisible()) {
        return;
    }
    const MapView::Hit hit = m_view.selectedHit();
    QString note;
    const layout::Content &content = m_view.content();
    if (hit.tile >= 0 && static_cast<std::size_t>(hit.tile) < content.tiles.size()) {
        const layout::Tile &tile = content.tiles[static_cast<std::size_t>(hit.tile)];
        const layout::Group &group = content.groups[tile.group];
        const auto number = [](std::int64_t n) { return QString::fromStdString(formatCount(n)); };
        const auto first = content.tiles.begin() + group.firstTile;
        const auto before = std::count_if(first, content.tiles.begin() + hit.tile,
            [](const layout::Tile &other) { return !other.gone; }); // places may be free
        note =
            (tile.ofCapacity ? tr("host %1 of %2") : tr("node %1 of %2")).arg(number(before + 1), number(group.nodes));
    }
    m_note->setText(note);
    m_map->updateGeometry();
}

void MiniMapSection::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    refresh();
}

void MiniMapSection::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(QRect(0, 0, width(), 1), Theme::instance().color(Token::Rule));
}

} // namespace sextant::ui
