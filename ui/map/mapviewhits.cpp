// SPDX-License-Identifier: GPL-3.0-or-later
// What lies under a point, and what is said of it.
#include "core/base/format.h"
#include "ui/map/mapview.h"
#include "ui/theme/widgets.h"

#include <algorithm>
#include <cmath>

namespace sextant::ui {

namespace {

QString text(const std::string &utf8) { return QString::fromStdString(utf8); }

QString percent(double share)
{
    return share < 0 ? QString::fromUtf8(kUnknownText) : text(formatPercent(std::llround(share * 1000), 1000));
}

double shareOf(std::int64_t part, std::int64_t whole)
{
    return part == Count::kUnknown || whole == Count::kUnknown || whole <= 0
        ? -1
        : static_cast<double>(part) / static_cast<double>(whole);
}

QString ageOf(Time created, Time now)
{
    return created == kNoTime ? QString::fromUtf8(kUnknownText) : text(formatAge(created, now));
}

/// Of a Helios host: what is declared of its capacity, and what it says of itself.
void heliosTip(Tip::Content &tip, const NodeView &host, const Sums &sums, std::uint32_t failed, Time now)
{
    const NodeDraft draft = host.draft();
    const double cpu = shareOf(sums.cpu.requested, host.cpuWhole().value);
    const double memory = shareOf(sums.memory.requested, host.memoryWhole().value);
    tip.title = shown(host.name());
    tip.state = host.state();
    tip.subtitle = draft.reported == kNoTime
        ? shown(draft.status)
        : MapView::tr("%1 · reported %2 ago").arg(shown(draft.status), ageOf(draft.reported, now));
    tip.rows.push_back({MapView::tr("Declared"),
        MapView::tr("%1 CPU, %2 memory, of capacity").arg(percent(cpu), percent(memory)), {}});
    if (sums.cpu.undeclared > 0) {
        tip.rows.push_back(
            {{}, MapView::tr("%1 tasks declare no CPU").arg(text(formatCount(sums.cpu.undeclared))), {}});
    }
    tip.rows.push_back({MapView::tr("Load"),
        draft.loadAverage && !draft.silent
            ? MapView::tr("%1 on %2 cores")
                  .arg(QString::number(*draft.loadAverage, 'f', 2), text(formatCores(draft.capacity.cpu)))
            : QString::fromUtf8(kUnknownText),
        {}});
    tip.rows.push_back({MapView::tr("In use"),
        draft.memoryInUse.known() && !draft.silent
            ? MapView::tr("%1, with caches").arg(text(formatBytes(draft.memoryInUse)))
            : QString::fromUtf8(kUnknownText),
        {}});
    tip.rows.push_back({MapView::tr("Tasks"), text(formatCount(sums.podsTotal)), {}});
    if (failed > 0) {
        tip.rows.push_back({{}, MapView::tr("%1 failed").arg(text(formatCount(failed))), State::Failed});
    }
    Bar bar;
    bar.requested = cpu;
    tip.cpu = bar;
    bar.requested = memory;
    tip.memory = bar;
}

} // namespace

bool pressing(const ConditionView &condition)
{
    return condition.status != "False"
        && (condition.type.ends_with("Pressure") || condition.type == "NetworkUnavailable");
}

QString nodeStatusText(const NodeView &node)
{
    QString words = shown(node.status());
    for (const ConditionView &condition : node.conditions()) {
        if (pressing(condition)) {
            words += QStringLiteral(", ") + shown(condition.type);
        }
    }
    return words;
}

QString clusterText(const layout::Content &content, const layout::Cluster &cluster)
{
    const ClusterSnapshot &snapshot = content.picture->cluster(cluster.index);
    QString words =
        (cluster.ofCapacity ? MapView::tr("cluster %1, %2 hosts, %3 tasks")
                            : MapView::tr("cluster %1, %2 nodes, %3 pods"))
            .arg(shown(snapshot.status().name), text(formatCount(cluster.nodes)), text(formatCount(cluster.pods)));
    if (cluster.unscheduled > 0) {
        words += MapView::tr(", %1 unscheduled").arg(text(formatCount(cluster.unscheduled)));
    }
    return staleCluster(snapshot) ? MapView::tr("%1, not up to date").arg(words) : words;
}

MapView::Hit MapView::hitAt(const QPointF &viewportPoint) const
{
    const QPointF point = toMap(viewportPoint);
    const int x = static_cast<int>(std::floor(point.x()));
    const int y = static_cast<int>(std::floor(point.y()));
    Hit hit;
    hit.clusterHead = m_geometry->clusterHeadAt(x, y);
    hit.tile = m_geometry->tileAt(x, y);
    const auto at = level();
    if (hit.tile < 0 || at == layout::Level::Fleet) {
        return hit;
    }
    const auto &tile = m_content->tiles[static_cast<std::size_t>(hit.tile)];
    const auto metrics = this->metrics();
    const auto inside = tileInside(m_geometry->tiles[static_cast<std::size_t>(hit.tile)], at, metrics);
    if (!inside.contains(x, y)) {
        return hit;
    }
    std::vector<layout::Cell> cells;
    cellsOf(tile, at, cells);
    const int cell = layout::cellAt(
        cells, (x - inside.x + 0.5) / (inside.w + metrics.px(1)), (y - inside.y + 0.5) / (inside.h + metrics.px(1)));
    if (cell < 0) {
        return hit;
    }
    // A pod is meant where it can be aimed at; a failing one already where it can be seen.
    const auto &item = m_content->itemsOf(tile)[cells[static_cast<std::size_t>(cell)].item];
    const auto rect = cellRect(inside, cells[static_cast<std::size_t>(cell)], metrics);
    const bool problem = severity(item.state) >= severity(State::Pending) && item.state != State::Unknown;
    const int least = metrics.px(problem ? 5 : 14);
    if (!item.named()) {
        return hit;
    }
    if (at >= layout::Level::Pods || (rect.w >= least && rect.h >= least)) {
        hit.item = static_cast<int>(cells[static_cast<std::size_t>(cell)].item);
    }
    return hit;
}

QRectF MapView::rectOf(const Hit &hit) const
{
    if (hit.tile < 0 && static_cast<std::size_t>(hit.clusterHead) < m_geometry->clusters.size()) {
        return toViewport(m_geometry->clusters[static_cast<std::size_t>(hit.clusterHead)].head);
    }
    if (hit.tile < 0 || static_cast<std::size_t>(hit.tile) >= m_geometry->tiles.size()) {
        return {};
    }
    const auto &rect = m_geometry->tiles[static_cast<std::size_t>(hit.tile)];
    if (hit.item < 0) {
        return toViewport(rect);
    }
    const auto at = level();
    if (at == layout::Level::Fleet) {
        return {};
    }
    const auto &tile = m_content->tiles[static_cast<std::size_t>(hit.tile)];
    const auto inside = tileInside(rect, at, metrics());
    std::vector<layout::Cell> cells;
    cellsOf(tile, at, cells);
    const auto index = static_cast<std::size_t>(hit.item);
    return index < cells.size() ? toViewport(cellRect(inside, cells[index], metrics())) : QRectF();
}

AnyId MapView::idOf(const Hit &hit) const
{
    if (hit.tile < 0 && static_cast<std::size_t>(hit.clusterHead) < m_content->clusters.size()) {
        return m_content->clusters[static_cast<std::size_t>(hit.clusterHead)].id;
    }
    if (hit.tile < 0 || static_cast<std::size_t>(hit.tile) >= m_content->tiles.size()) {
        return {};
    }
    const auto &tile = m_content->tiles[static_cast<std::size_t>(hit.tile)];
    if (const auto items = m_content->itemsOf(tile);
        hit.item >= 0 && static_cast<std::size_t>(hit.item) < items.size()) {
        // A row of a sketch names no pod: its node is meant.
        if (const auto &item = items[static_cast<std::size_t>(hit.item)]; item.named()) {
            return m_content->pod(tile, item).id();
        }
    }
    if (tile.nodeSlot == kNoSlot) {
        return {};
    }
    return NodeView(m_content->snapshot(tile), tile.nodeSlot).id();
}

MapView::Hit MapView::hitOf(const AnyId &id) const
{
    Hit hit;
    if (const auto *node = std::get_if<NodeId>(&id)) {
        hit.tile = m_content->tileOf(*node);
    } else if (const auto *pod = std::get_if<PodId>(&id)) {
        hit.tile = m_content->tileOf(*pod);
        if (hit.tile >= 0) {
            const auto &tile = m_content->tiles[static_cast<std::size_t>(hit.tile)];
            const auto items = m_content->itemsOf(tile);
            const auto it = std::find_if(
                items.begin(), items.end(), [&pod](const layout::Item &item) { return item.slot == pod->slot; });
            hit.item = it == items.end() ? -1 : static_cast<int>(it - items.begin());
        }
    } else if (const auto *cluster = std::get_if<ClusterId>(&id)) {
        const auto &all = m_content->clusters;
        const auto it =
            std::find_if(all.begin(), all.end(), [cluster](const layout::Cluster &one) { return one.id == *cluster; });
        hit.clusterHead = it == all.end() ? -1 : static_cast<int>(it - all.begin());
    }
    return hit;
}

void MapView::setSelection(const AnyId &id)
{
    m_selection = id;
    const Hit chosen = hitOf(id);
    const bool moved = chosen != m_selectedHit || !m_marked.empty() || std::holds_alternative<WorkloadId>(id);
    m_selectedHit = chosen;
    m_marked.clear();
    if (const auto *workload = std::get_if<WorkloadId>(&id); workload != nullptr && m_content->picture) {
        const auto *accounting = m_content->picture->accounting(workload->cluster);
        const auto *cluster = m_content->picture->snapshot().cluster(workload->cluster);
        if (accounting != nullptr && cluster != nullptr && cluster->find(*workload)) {
            const auto pods = accounting->byWorkload.pods(workload->slot);
            for (const auto slot : pods.first(std::min<std::size_t>(pods.size(), 2000))) {
                const Hit hit = hitOf(PodView(*cluster, slot).id());
                if (hit.tile >= 0) {
                    m_marked.push_back(hit);
                }
            }
        }
    }
    if (moved) {
        viewport()->update();
    }
}

QString MapView::describe(const Hit &hit) const
{
    const AnyId id = idOf(hit);
    if (std::holds_alternative<ClusterId>(id)) {
        return clusterText(*m_content, m_content->clusters[static_cast<std::size_t>(hit.clusterHead)]);
    }
    if (const auto *podId = std::get_if<PodId>(&id)) {
        const auto pod = m_content->picture->snapshot().find(*podId);
        if (pod && pod->cluster().status().orchestrator == Orchestrator::Helios) {
            return tr("task %1 on host %2, %3, %4 CPU declared")
                .arg(shownName(pod->name(), Orchestrator::Helios), shown(pod->node()), shown(pod->status()),
                    text(formatMilliCpu(pod->cpuRequested())));
        }
        if (pod) {
            return tr("pod %1, namespace %2, %3, CPU %4 of %5 requested")
                .arg(shown(pod->name()), shown(pod->ns()), shown(pod->status()), text(formatMilliCpu(pod->cpuUsed())),
                    text(formatMilliCpu(pod->cpuRequested())));
        }
    }
    if (hit.tile < 0 || static_cast<std::size_t>(hit.tile) >= m_content->tiles.size()) {
        return {};
    }
    const auto &tile = m_content->tiles[static_cast<std::size_t>(hit.tile)];
    if (const auto *nodeId = std::get_if<NodeId>(&id)) {
        const auto node = m_content->picture->snapshot().find(*nodeId);
        if (node) {
            const QString failed = tile.failed > 0 ? tr(", %1 failed").arg(tile.failed) : QString();
            if (tile.ofCapacity) {
                return tr("host %1, %2, %3 of capacity declared, load %4, %5 tasks%6")
                    .arg(shown(tile.name), shown(node->status()), percent(static_cast<double>(tile.requested)),
                        percent(static_cast<double>(tile.load)), QString::number(tile.items), failed);
            }
            return tr("node %1, %2, %3 requested, %4 used, %5 pods%6")
                .arg(shown(tile.name), nodeStatusText(*node), percent(static_cast<double>(tile.requested)),
                    percent(static_cast<double>(tile.used)), QString::number(tile.items), failed);
        }
    }
    return tr("node %1, not listed, %2 pods").arg(shown(tile.name)).arg(tile.items);
}

void MapView::showTip()
{
    if (m_hover.tile < 0 || m_dragging || !isVisible()
        || static_cast<std::size_t>(m_hover.tile) >= m_content->tiles.size()) {
        return;
    }
    const auto &tile = m_content->tiles[static_cast<std::size_t>(m_hover.tile)];
    Tip::Content tip;
    const AnyId id = idOf(m_hover);
    if (const auto *podId = std::get_if<PodId>(&id)) {
        const auto pod = m_content->picture->snapshot().find(*podId);
        if (!pod) {
            return;
        }
        const auto of = [](const std::string &used, const std::string &requested) -> QString {
            return text(used) + QStringLiteral(" / ") + text(requested);
        };
        const bool helios = tile.ofCapacity;
        tip.title = shownName(pod->name(), pod->cluster().status().orchestrator);
        tip.state = pod->state();
        tip.subtitle = helios ? shown(pod->status()) : tr("%1 · %2").arg(shown(pod->ns()), shown(pod->status()));
        if (const auto message = pod->statusMessage();
            !message.empty() && severity(pod->state()) >= severity(State::Pending)) {
            tip.subtitle += QStringLiteral("\n") + shown(message).left(200);
        }
        if (helios) {
            const auto declared = [](bool known, const std::string &amount) {
                return known ? tr("%1 declared").arg(text(amount)) : tr("not declared");
            };
            tip.rows.push_back(
                {tr("CPU"), declared(pod->cpuRequested().known(), formatMilliCpu(pod->cpuRequested())), {}});
            tip.rows.push_back(
                {tr("Memory"), declared(pod->memoryRequested().known(), formatBytes(pod->memoryRequested())), {}});
            if (!pod->workloadName().empty()) {
                tip.rows.push_back(
                    {pod->workloadKind() == workloadKindWord(WorkloadKind::DeploymentGroup) ? tr("Group") : tr("Job"),
                        shownName(pod->workloadName(), Orchestrator::Helios), {}});
            }
            tip.rows.push_back({tr("Host"), shown(pod->node()), {}});
        } else {
            tip.rows.push_back(
                {tr("CPU"), of(formatMilliCpu(pod->cpuUsed()), formatMilliCpu(pod->cpuRequested())), {}});
            tip.rows.push_back(
                {tr("Memory"), of(formatBytes(pod->memoryUsed()), formatBytes(pod->memoryRequested())), {}});
            tip.rows.push_back({tr("Restarts"), text(formatCount(pod->restarts())), {}});
            tip.rows.push_back({tr("Age"), ageOf(pod->created(), m_now), {}});
            tip.rows.push_back({tr("Node"), shown(pod->node()), {}});
        }
    } else if (const auto *nodeId = std::get_if<NodeId>(&id)) {
        const auto node = m_content->picture->snapshot().find(*nodeId);
        const auto sums = m_content->picture->of(*nodeId);
        if (!node || !sums) {
            return;
        }
        if (tile.ofCapacity) {
            heliosTip(tip, *node, *sums, tile.failed, m_now);
        } else {
            const double cpu = shareOf(sums->cpu.requested, node->cpuAllocatable().value);
            const double cpuUsed = shareOf(node->cpuUsed().value, node->cpuAllocatable().value);
            const double memory = shareOf(sums->memory.requested, node->memoryAllocatable().value);
            const double memoryUsed = shareOf(node->memoryUsed().value, node->memoryAllocatable().value);
            tip.title = shown(node->name());
            tip.state = node->state();
            tip.subtitle = tr("%1 · %2").arg(nodeStatusText(*node), ageOf(node->created(), m_now));
            tip.rows.push_back({tr("Requested"), tr("%1 CPU, %2 memory").arg(percent(cpu), percent(memory)), {}});
            tip.rows.push_back({tr("Used"), tr("%1 CPU, %2 memory").arg(percent(cpuUsed), percent(memoryUsed)), {}});
            tip.rows.push_back({tr("Pods"),
                text(formatCount(sums->pods)) + QStringLiteral(" / ")
                    + text(node->podsAllocatable().known() ? formatCount(node->podsAllocatable().value) : kUnknownText),
                {}});
            if (tile.failed > 0) {
                tip.rows.push_back({{}, tr("%1 failed").arg(text(formatCount(tile.failed))), State::Failed});
            }
            Bar bar;
            bar.requested = cpu;
            bar.used = cpuUsed;
            tip.cpu = bar;
            bar.requested = memory;
            bar.used = memoryUsed;
            tip.memory = bar;
        }
    } else {
        tip.title = shown(tile.name);
        tip.state = State::Unknown;
        tip.subtitle = tr("known by its pods only; its size cannot be read");
        tip.rows.push_back({tr("Pods"), text(formatCount(tile.items)), {}});
    }
    QRectF rect = rectOf(m_hover);
    if (m_hover.item < 0 || level() < layout::Level::Pods) {
        rect = rectOf({m_hover.tile, -1, -1}); // beside the tile, never over it
    }
    const QRect anchor = rect.intersected(viewport()->rect()).toAlignedRect();
    Tip::show(tip, QRect(viewport()->mapToGlobal(anchor.topLeft()), anchor.size()), this);
}

} // namespace sextant::ui
