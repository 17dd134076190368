// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "ui/map/mappainter.h"

#include <QCoreApplication>
#include <QFontMetrics>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace sextant::ui {
namespace {

using layout::Item;
using layout::Rect;
using layout::SizeBy;
using layout::Tile;

QString tr(const char *text) { return QCoreApplication::translate("Map", text); }
QString text(const std::string &utf8) { return QString::fromStdString(utf8); }
/// Of what lies about a middle, on a whole pixel.
int topOf(int middle, int height) { return middle - height / 2; }

/// One line of words from the left (or to the right), elided where they do not fit. Moves `x` past what it wrote.
class Line {
public:
    Line(QPainter &painter, int left, int right, int middle)
        : m_painter(painter)
        , m_left(left)
        , m_right(right)
        , m_middle(middle)
    {
    }
    int left() const { return m_left; }
    int right() const { return m_right; }

    /// False: no room for anything.
    bool write(
        const QString &words, const QFont &font, QRgb color, int gapAfter, Qt::TextElideMode mode = Qt::ElideRight)
    {
        const QFontMetrics metrics(font);
        const QString shownText = metrics.elidedText(words, mode, m_right - m_left);
        if (shownText.size() < 2 && words.size() > 2) {
            return false;
        }
        draw(shownText, font, color, m_left);
        m_left += metrics.horizontalAdvance(shownText) + gapAfter;
        return true;
    }
    /// The first that has room, whole: a figure that is cut would be another one.
    void writeWhole(const QStringList &wordings, const QFont &font, QRgb color)
    {
        const QFontMetrics metrics(font);
        const auto fits = [&](const QString &words) { return metrics.horizontalAdvance(words) <= m_right - m_left; };
        const auto it = std::find_if(wordings.begin(), wordings.end(), fits);
        if (it != wordings.end()) {
            write(*it, font, color, 0);
        }
    }
    /// At the right end, whole or not at all.
    bool writeRight(const QString &words, const QFont &font, QRgb color, int gapBefore)
    {
        const int width = QFontMetrics(font).horizontalAdvance(words);
        if (m_right - m_left < width) {
            return false;
        }
        draw(words, font, color, m_right - width);
        m_right -= width + gapBefore;
        return true;
    }
    void skip(int pixels) { m_left += pixels; }
    void skipRight(int pixels) { m_right -= pixels; }

private:
    void draw(const QString &words, const QFont &font, QRgb color, int x)
    {
        const QFontMetrics metrics(font);
        m_painter.setFont(font);
        m_painter.setPen(QColor::fromRgb(color));
        m_painter.drawText(QPointF(x, m_middle + (metrics.ascent() - metrics.descent()) / 2.0), words);
    }
    QPainter &m_painter;
    int m_left, m_right, m_middle;
};

QString percent(double share)
{
    return share < 0 ? QString::fromUtf8(kUnknownText) : text(formatPercent(std::llround(share * 1000), 1000));
}

std::string amount(std::int64_t value, SizeBy size)
{
    return size == SizeBy::Memory ? formatBytes(Bytes(value)) : formatMilliCpu(MilliCpu(value));
}

QString freeText(std::int64_t value, SizeBy size)
{
    if (size == SizeBy::Memory) {
        return tr("%1 free").arg(text(formatBytes(Bytes(value))));
    }
    return tr("%1 cores free").arg(text(formatCores(MilliCpu(value))));
}

QString syncText(const ClusterStatus &status)
{
    const bool helios = status.orchestrator == Orchestrator::Helios;
    const auto reading = [&status, helios](ResourceKind kind) {
        const ResourceStatus &resource = status.of(kind);
        const QString read = text(formatCount(static_cast<std::int64_t>(resource.read)));
        const QString word = !helios      ? shown(resourceWord(kind))
            : kind == ResourceKind::Nodes ? tr("hosts")
                                          : tr("tasks");
        return resource.expected
            ? tr("reading %1: %2 of about %3")
                  .arg(word, read, text(formatCount(static_cast<std::int64_t>(*resource.expected))))
            : tr("reading %1: %2").arg(word, read);
    };
    for (const ResourceKind kind : {ResourceKind::Nodes, ResourceKind::Pods}) {
        if (status.of(kind).sync == Sync::Loading) {
            return reading(kind);
        }
    }
    const auto refused = [&status](ResourceKind kind) {
        const Sync sync = status.of(kind).sync;
        return sync == Sync::Forbidden || sync == Sync::Failed;
    };
    if (helios && (refused(ResourceKind::Nodes) || refused(ResourceKind::Pods))) {
        return tr("hosts could not be read");
    }
    if (refused(ResourceKind::Nodes)) {
        return tr("nodes may not be listed: pods by node name, sizes unknown");
    }
    if (refused(ResourceKind::Pods)) {
        return tr("pods may not be listed");
    }
    return {};
}

/// The state of a container as pods have it.
State stateOf(const ContainerView &container)
{
    switch (container.state) {
    case ContainerState::Running:
        return container.ready || container.kind == ContainerKind::Ephemeral ? State::Ok : State::Warning;
    case ContainerState::Terminated:
        return container.exitCode == 0 ? State::Completed : State::Failed;
    case ContainerState::Waiting:
        return container.reason.find("BackOff") != std::string_view::npos
                || container.reason.find("Err") != std::string_view::npos
            ? State::Failed
            : State::Pending;
    case ContainerState::Unknown:
        break;
    }
    return State::Unknown;
}

/// The containers of a pod, side by side at the foot of its cell, as wide as they ask for.
void paintContainers(
    QPainter &painter, const MapJob &job, const PodView &pod, const Rect &cell, int top, QRgb secondary)
{
    const MapPalette &palette = job.palette;
    std::vector<ContainerView> containers;
    for (const ContainerView &container : pod.containers()) {
        if (container.kind != ContainerKind::Init || container.state == ContainerState::Running) {
            containers.push_back(container);
        }
    }
    const bool memory = job.content->options.size == SizeBy::Memory;
    const auto asked = [memory](const ContainerView &c) {
        return static_cast<double>(
            std::max<std::int64_t>(0, memory ? c.memoryRequest.orZero() : c.cpuRequest.orZero()));
    };
    double sum = 0;
    for (const ContainerView &container : containers) {
        sum += asked(container);
    }
    const int pad = palette.px(8);
    const int gap = palette.px(2);
    const int bottom = cell.bottom() - palette.px(10);
    const int room = cell.w - 2 * pad;
    if (containers.empty() || bottom - top < palette.px(24) || room < palette.px(40)) {
        return;
    }
    // Each has room for its bar; the rest is shared by what they ask for.
    const double least = room * 0.15 / static_cast<double>(containers.size());
    double x = cell.x + pad;
    for (const ContainerView &container : containers) {
        const double share = sum > 0 ? asked(container) / sum : 1.0 / static_cast<double>(containers.size());
        const double width = least + share * room * 0.85;
        const State state = pod.state() == State::Unknown ? State::Unknown : stateOf(container);
        const auto at = static_cast<std::size_t>(state);
        const Rect box{static_cast<int>(std::lround(x)), top,
            std::max(gap + 1, static_cast<int>(std::lround(x + width)) - static_cast<int>(std::lround(x))) - gap,
            bottom - top};
        x += width;
        painter.fillRect(toRectF(box), QColor::fromRgb(mix(palette.state[at], palette.surface, 0.28)));
        painter.fillRect(QRectF(box.x, box.y, palette.px(3), box.h), QColor::fromRgb(palette.state[at]));
        if (box.w < palette.px(40)) {
            continue;
        }
        const int left = box.x + palette.px(7);
        Line name(painter, left, box.right() - palette.px(2), box.y + palette.px(10));
        name.write(shown(container.name), palette.caption, palette.text, 0, Qt::ElideMiddle);
        if (box.h >= palette.px(34)) {
            const std::int64_t value = memory ? container.memoryRequest.value : container.cpuRequest.value;
            QString line = value == Count::kUnknown ? tr("no request") : text(amount(value, job.content->options.size));
            if (!container.reason.empty()) {
                line = shown(container.reason);
            }
            Line numbers(painter, left, box.right() - palette.px(2), box.y + palette.px(24));
            numbers.write(line, palette.caption, secondary, 0);
        }
    }
}

QString stageText(std::uint8_t cls)
{
    switch (cls) {
    case LensClasses::kNotStarted:
        return shown(migration::stageWord(migration::Stage::NotStarted));
    case LensClasses::kInParallel:
        return shown(migration::stageWord(migration::Stage::InParallel));
    case LensClasses::kMigrated:
        return shown(migration::stageWord(migration::Stage::Migrated));
    case LensClasses::kRetired:
        return shown(migration::stageWord(migration::Stage::Retired));
    case LensClasses::kRolledBack:
        return shown(migration::stageWord(migration::Stage::RolledBack));
    default:
        return tr("in no service that moves");
    }
}

/// The second line of a pod that is well: what the lens is about.
QString lensText(const MapJob &job, const Tile &tile, const PodView &pod, std::uint8_t cls)
{
    const SizeBy size = job.content->options.size;
    const bool memory = size == SizeBy::Memory;
    const std::int64_t used = memory ? pod.memoryUsed().value : pod.cpuUsed().value;
    const std::int64_t requested = memory ? pod.memoryRequested().value : pod.cpuRequested().value;
    switch (job.classes->lens()) {
    case Lens::Restarts: {
        const QString since = pod.restarts() == 0 || pod.lastRestart() == kNoTime
            ? QString()
            : tr(" · %1 ago").arg(text(formatAge(pod.lastRestart(), job.now)));
        return pod.restartsKnown() ? QString(tr("%1 restarts").arg(text(formatCount(pod.restarts()))) + since)
                                   : QString::fromUtf8(kUnknownText);
    }
    case Lens::Age:
        return pod.created() == kNoTime ? QString::fromUtf8(kUnknownText) : text(formatAge(pod.created(), job.now));
    case Lens::Owner:
        return pod.team().empty() ? tr("no owner known") : shown(pod.team());
    case Lens::Stage:
        return stageText(cls);
    case Lens::Waste:
        if (!tile.ofCapacity && cls != LensClasses::kUnknown) {
            return used > requested ? tr("%1 more than requested").arg(text(amount(used - requested, size)))
                                    : tr("%1 not used").arg(text(amount(requested - used, size)));
        }
        break;
    case Lens::State:
    case Lens::Requested:
    case Lens::Used:
        break;
    }
    if (tile.ofCapacity) {
        return requested == Count::kUnknown ? tr("declares none")
                                            : tr("%1 declared").arg(text(amount(requested, size)));
    }
    return text(amount(used, size)) + QStringLiteral(" / ") + text(amount(requested, size));
}

void paintCellText(
    QPainter &painter, const MapJob &job, const Tile &tile, const Item &item, std::uint8_t cls, const Rect &cell)
{
    const MapPalette &palette = job.palette;
    if (cell.w < palette.px(40) || cell.h < palette.px(16)) {
        return;
    }
    const PodView pod = job.content->pod(tile, item);
    const bool stale = staleCluster(job.content->snapshot(tile));
    const bool dim = stale || item.state == State::Unknown;
    const QRgb color = dim ? palette.textSecondary : palette.text;
    const bool problem = severity(item.state) >= severity(State::Pending) && item.state != State::Unknown;
    const int left = cell.x + palette.px(7);
    const int right = cell.right() - palette.px(3);
    const int numbersFrom = palette.px(30);
    const bool two = cell.h >= numbersFrom && cell.w >= palette.px(70);
    const std::string_view workload = pod.workloadName();
    const std::string_view name = workload.empty() || cell.w >= palette.px(260) ? pod.name() : workload;
    const Orchestrator orchestrator = job.content->snapshot(tile).status().orchestrator;
    // In a low cell two lines stand close, so that the bar at the foot stays free.
    const bool close = two && cell.h < palette.px(36);
    const int first = cell.h < palette.px(20) ? cell.y + cell.h / 2 - palette.px(1)
        : close                               ? cell.y + palette.px(8)
                                              : cell.y + palette.px(10);
    Line(painter, left, right, first)
        .write(shownName(name, orchestrator), item.state == State::Failed ? palette.tableStrong : palette.table, color,
            0, Qt::ElideRight);
    if (!two) {
        return;
    }
    // What is wrong is said before any figure, but where restarts are asked for.
    const QString numbers =
        problem && job.classes->lens() != Lens::Restarts ? shown(pod.status()) : lensText(job, tile, pod, cls);
    Line(painter, left, right, cell.y + palette.px(close ? 20 : 24))
        .write(numbers, palette.caption, palette.textSecondary, 0);
    if (cell.w > palette.px(160) && cell.h > palette.px(90) && !tile.ofCapacity) { // a task is one container
        paintContainers(painter, job, pod, cell, cell.y + palette.px(38), palette.textSecondary);
    }
}

} // namespace

QString groupText(const layout::Content &content, const layout::Group &group)
{
    const SizeBy size = content.options.size;
    const QString nodes = text(formatCount(group.nodes));
    if (group.each > 0 && size != SizeBy::Equal) {
        return size == SizeBy::Memory ? nodes + QStringLiteral(" × ") + text(formatBytes(Bytes(group.each)))
                                      : tr("%1 × %2 cores").arg(nodes, text(formatCores(MilliCpu(group.each))));
    }
    if (content.clusters[group.cluster].ofCapacity) {
        return group.nodes == 1 ? tr("1 host") : tr("%1 hosts").arg(nodes);
    }
    return group.nodes == 1 ? tr("1 node") : tr("%1 nodes").arg(nodes);
}

QString captionText(const layout::Content &content, const layout::Group &group)
{
    QString name = shown(group.name);
    if (name.isEmpty()) {
        switch (content.options.grouping.kind) {
        case layout::Grouping::Pool:
            name = tr("no pool");
            break;
        case layout::Grouping::Zone:
            name = tr("no zone");
            break;
        case layout::Grouping::InstanceType:
            name = tr("no type");
            break;
        case layout::Grouping::Owner:
            name = tr("no owner");
            break;
        case layout::Grouping::Label:
            name = tr("no label %1").arg(shown(content.options.grouping.key));
            break;
        case layout::Grouping::Cluster:
            name = content.clusters[group.cluster].ofCapacity ? tr("all hosts") : tr("all nodes");
            break;
        }
        if (group.orphans) {
            name = tr("by node name");
        }
    }
    return name;
}

void paintClusterHead(QPainter &painter, const MapJob &job, std::size_t index)
{
    const layout::Content &content = *job.content;
    const layout::Cluster &cluster = content.clusters[index];
    const ClusterSnapshot &snapshot = content.picture->cluster(cluster.index);
    const ClusterStatus &status = snapshot.status();
    const Rect &head = job.geometry->clusters[index].head;
    const MapPalette &palette = job.palette;
    const bool stale = staleCluster(snapshot);
    const bool loading =
        status.of(ResourceKind::Pods).sync == Sync::Loading || status.of(ResourceKind::Nodes).sync == Sync::Loading;
    const QRgb identity = status.orchestrator == Orchestrator::Helios ? palette.helios : palette.kubernetes;
    painter.fillRect(QRectF(head.x, head.y, head.w, palette.px(2)),
        QColor::fromRgb(stale ? mix(identity, palette.bg, 0.5) : identity));

    const QRgb main = stale ? palette.textSecondary : palette.text;
    const int mark = palette.px(14);
    const int firstMiddle = head.y + palette.px(16);
    paintMark(painter, status.orchestrator, QRectF(head.x, topOf(firstMiddle, mark), mark, mark), palette.dark);
    Line first(painter, head.x + palette.px(22), head.right(), firstMiddle);
    if (cluster.unscheduled > 0) {
        first.writeRight(
            tr("%1 unscheduled").arg(text(formatCount(cluster.unscheduled))), palette.table, main, palette.px(4));
        const int glyph = palette.px(12);
        paintState(painter, State::Pending, QRectF(first.right() - glyph, topOf(firstMiddle, glyph), glyph, glyph),
            palette.dark);
        first.skipRight(glyph + palette.px(8));
    }
    first.write(shown(status.name), palette.section, main, palette.px(8), Qt::ElideMiddle);
    if (stale) {
        const int glyph = palette.px(10);
        paintState(
            painter, State::Unknown, QRectF(first.left(), topOf(firstMiddle, glyph), glyph, glyph), palette.dark);
        first.skip(glyph + palette.px(4));
        first.write(tr("%1 old").arg(text(formatAge(status.heard, job.now))), palette.table, palette.textSecondary,
            palette.px(8));
    }
    const QString plus = loading ? QStringLiteral("+") : QString();
    const QString nodes = cluster.nodes == 0 && cluster.tiles > 0 ? QString::fromUtf8(kUnknownText)
                                                                  : text(formatCount(cluster.nodes)) + plus;
    first.writeWhole({(cluster.ofCapacity ? tr("%1 hosts · %2 tasks") : tr("%1 nodes · %2 pods"))
                             .arg(nodes, text(formatCount(cluster.pods)) + plus),
                         (cluster.ofCapacity ? tr("%1 hosts") : tr("%1 nodes")).arg(nodes)},
        palette.table, palette.textSecondary);

    const int secondMiddle = head.y + palette.px(34);
    Line second(painter, head.x, head.right(), secondMiddle);
    if (const QString sync = syncText(status); !sync.isEmpty()) {
        second.write(sync, palette.table, palette.textSecondary, 0);
        return;
    }
    const bool memory = content.options.size == SizeBy::Memory;
    second.write(memory ? tr("Memory") : tr("CPU"), palette.table, palette.textSecondary, palette.px(8));
    const bool known = cluster.allocatable > 0;
    const auto share = [&](std::int64_t value) {
        return !known || value == Count::kUnknown
            ? -1
            : static_cast<double>(value) / static_cast<double>(cluster.allocatable);
    };
    const int barWidth = std::min(palette.px(170), (second.right() - second.left()) / 3);
    const int barHeight = palette.px(8);
    Bar bar;
    bar.requested = share(cluster.requested);
    bar.used = share(cluster.used);
    bar.stale = stale;
    painter.save();
    paintBar(painter, bar, QRectF(second.left(), topOf(secondMiddle, barHeight), barWidth, barHeight), palette.dark);
    painter.restore();
    second.skip(barWidth + palette.px(8));
    if (known) {
        const bool least = cluster.undeclared > 0 && bar.requested >= 0;
        second.write(percent(bar.requested) + (least ? QStringLiteral("+") : QString()), palette.tableStrong, main,
            palette.px(8));
        if (cluster.ofCapacity) {
            second.writeWhole(bar.requested < 0 ? QStringList{tr("nothing declared")}
                                                : QStringList{tr("of capacity declared"), tr("of capacity")},
                palette.table, palette.textSecondary);
            return;
        }
        second.writeWhole(
            {bar.used < 0 ? tr("requested, use unknown") : tr("requested, %1 used").arg(percent(bar.used)),
                tr("requested")},
            palette.table, palette.textSecondary);
    }
}

void paintCaption(QPainter &painter, const MapJob &job, std::size_t index)
{
    const layout::Group &group = job.content->groups[index];
    const Rect &caption = job.geometry->captions[index];
    const MapPalette &palette = job.palette;
    const bool stale = staleCluster(job.content->picture->cluster(job.content->clusters[group.cluster].index));
    const int middle = caption.y + caption.h / 2 - palette.px(1);
    Line line(painter, caption.x, caption.right(), middle);
    if (group.allocatable > 0) {
        line.writeRight(text(formatPercent(group.requested, group.allocatable)), palette.table, palette.textSecondary,
            palette.px(8));
    }
    const QString name = captionText(*job.content, group);
    line.write(name, palette.tableStrong, stale ? palette.textSecondary : palette.text, palette.px(8), Qt::ElideMiddle);
    line.write(groupText(*job.content, group), palette.table, palette.textSecondary, 0);
}

void paintTileText(
    QPainter &painter, const MapJob &job, std::size_t index, const Rect &inside, const std::vector<layout::Cell> &cells)
{
    const layout::Content &content = *job.content;
    const Tile &tile = content.tiles[index];
    const Rect &rect = job.geometry->tiles[index];
    const MapPalette &palette = job.palette;
    const ClusterSnapshot &snapshot = content.snapshot(tile);
    const bool stale = staleCluster(snapshot);
    const bool quiet = stale || !tile.kept;
    const int middle = rect.y + job.metrics.tileHead() / 2 - palette.px(1);
    const int glyph = palette.px(10);
    const ClassMask seen = seenIn(tile, job.seen);
    if (tile.kept && seen == kAllClasses) {
        paintState(painter, stale ? State::Unknown : tile.state,
            QRectF(rect.x + palette.px(9), topOf(middle, glyph), glyph, glyph), palette.dark);
    }
    Line head(painter, rect.x + palette.px(26), rect.right() - palette.px(8), middle);
    QString note;
    QString strong;
    const auto node = tile.nodeSlot == kNoSlot ? std::nullopt : snapshot.nodeBySlot(tile.nodeSlot);
    if (node && (tile.state == State::Failed || tile.state == State::Warning)) {
        Time since = kNoTime;
        for (const ConditionView &condition : node->conditions()) {
            const bool behind = tile.underPressure() ? pressing(condition) : condition.type == "Ready";
            since = behind ? condition.since : since;
        }
        since = since == kNoTime ? node->reported() : since;
        strong = nodeStatusText(*node);
        if (since != kNoTime) {
            strong += QStringLiteral(" · ") + text(formatAge(since, job.now));
        }
    } else if (tile.ofCapacity) {
        const QString load = tile.load < 0 ? QString() : tr(", load %1").arg(percent(static_cast<double>(tile.load)));
        strong = tile.requested < 0 ? QString() : percent(static_cast<double>(tile.requested));
        strong += tile.requested >= 0 && tile.undeclared > 0 ? QStringLiteral("+") : QString();
        note = (tile.requested < 0 ? tr("nothing declared") : tr(" declared")) + load;
    } else if (tile.requested >= 0) {
        strong = percent(static_cast<double>(tile.requested));
        note =
            tile.used < 0 ? tr(" requested") : tr(" requested, %1 used").arg(percent(static_cast<double>(tile.used)));
    } else {
        note = tr("size unknown");
    }
    const QFontMetrics nameMetrics(palette.tableStrong);
    const int nameWidth = nameMetrics.horizontalAdvance(shown(tile.name)) + palette.px(12);
    const int noteWidth = QFontMetrics(palette.table).horizontalAdvance(note);
    const int strongWidth = nameMetrics.horizontalAdvance(strong);
    const int room = head.right() - head.left();
    if (room >= nameWidth + noteWidth + strongWidth) {
        head.writeRight(note, palette.table, palette.textSecondary, 0);
    }
    if (room >= strongWidth + std::min(nameWidth, palette.px(70))) {
        head.writeRight(strong, palette.tableStrong, quiet ? palette.textSecondary : palette.text, palette.px(8));
    }
    head.write(shown(tile.name), palette.tableStrong, quiet ? palette.textSecondary : palette.text, 0, Qt::ElideMiddle);

    // What is free, where there is room to say it.
    const auto &size = content.options.size;
    const double top = layout::topOf(cells);
    if (node && tile.sized && tile.requested >= 0 && tile.undeclared == 0 && size != SizeBy::Equal
        && top * inside.h >= palette.px(18)) {
        const std::int64_t whole = size == SizeBy::Memory ? node->memoryWhole().value : node->cpuWhole().value;
        const double left = static_cast<double>(whole) * std::max(0.0, 1 - static_cast<double>(tile.requested));
        const QString words = tile.cordoned ? tr("cordoned, %1").arg(freeText(std::llround(left), size))
                                            : freeText(std::llround(left), size);
        if (tile.cordoned) {
            const int width = QFontMetrics(palette.caption).horizontalAdvance(words) + palette.px(8);
            painter.fillRect(
                QRectF(inside.x, inside.y, std::min(width, inside.w), palette.px(18)), QColor::fromRgb(palette.bg));
        }
        Line(painter, inside.x + palette.px(5), inside.right() - palette.px(5), inside.y + palette.px(9))
            .write(words, palette.caption, palette.textSecondary, 0);
    }
    const auto items = content.itemsOf(tile);
    for (const layout::Cell &cell : cells) {
        const Rect at = cellRect(inside, cell, job.metrics);
        if (at.intersects(job.area) && items[cell.item].named()) {
            const std::uint8_t cls = job.classes->ofItem(static_cast<std::uint32_t>(index), cell.item);
            if (isSeen(items[cell.item], cls, seen)) {
                paintCellText(painter, job, tile, items[cell.item], cls, at);
            }
        }
    }
}

} // namespace sextant::ui
