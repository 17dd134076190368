// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/map/mapaccessible.h"

#include "core/base/format.h"
#include "ui/map/mapview.h"

#include <QAccessible>
#include <QAccessibleWidget>

#include <algorithm>
#include <map>
#include <numeric>

namespace sextant::ui {

namespace {

using layout::Content;

/// A part of the map: what it is, and who. Groups go by their name in a cluster, which may be empty.
struct Part {
    enum class Kind : std::uint8_t { Cluster, Group, Node, Pod } kind = Kind::Cluster;
    ClusterId cluster = ClusterId::None;
    std::string name; ///< of a group, and of a node that is known by its name only
    AnyId id; ///< of a node and of a pod
    auto operator<=>(const Part &) const = default;
};

/// Where a part stands in the content of this moment; -1: gone.
struct Place {
    int cluster = -1, group = -1, tile = -1, item = -1;
};

template <class T> auto at(const std::vector<T> &all, int index) -> const T &
{
    return all[static_cast<std::size_t>(index)];
}

/// Nodes without a pool and nodes that are known by their names only both stand in a group without a name.
std::string nameOf(const layout::Group &group) { return group.orphans ? "\n" : group.name; }

Place placeOf(const MapView &view, const Part &part)
{
    const Content &content = view.content();
    Place place;
    for (std::size_t c = 0; c < content.clusters.size(); ++c) {
        if (content.clusters[c].id == part.cluster) {
            place.cluster = static_cast<int>(c);
        }
    }
    if (place.cluster < 0 || part.kind == Part::Kind::Cluster) {
        return place;
    }
    const layout::Cluster &cluster = at(content.clusters, place.cluster);
    if (part.kind == Part::Kind::Group) {
        for (std::uint32_t g = cluster.firstGroup; g < cluster.firstGroup + cluster.groups; ++g) {
            if (nameOf(content.groups[g]) == part.name) {
                place.group = static_cast<int>(g);
                break;
            }
        }
        return place;
    }
    const MapView::Hit hit = view.hitOf(part.id);
    place.tile = hit.tile;
    place.item = part.kind == Part::Kind::Pod ? hit.item : -1;
    for (std::uint32_t t = cluster.firstTile; part.id.index() == 0 && t < cluster.firstTile + cluster.tiles; ++t) {
        if (content.tiles[t].nodeSlot == kNoSlot && content.tiles[t].name == part.name) {
            place.tile = static_cast<int>(t);
        }
    }
    if (place.tile >= 0) {
        place.group = static_cast<int>(at(content.tiles, place.tile).group);
    }
    return place;
}

/// How many pods can be asked: none while they are a sketch.
int named(std::span<const layout::Item> items)
{
    return items.empty() || !items.front().named() ? 0 : static_cast<int>(items.size());
}

Part partOfTile(const MapView &view, std::uint32_t index)
{
    const layout::Tile &tile = view.content().tiles[index];
    const AnyId id = view.idOf({static_cast<int>(index), -1, -1});
    return {Part::Kind::Node, view.content().clusters[tile.cluster].id,
        id.index() == 0 ? std::string(tile.name) : std::string(), id};
}

class MapInterface;

class PartInterface final : public QAccessibleInterface, public QAccessibleActionInterface {
public:
    PartInterface(MapInterface &map, Part part)
        : m_map(map)
        , m_part(std::move(part))
    {
    }
    bool isValid() const override;
    QObject *object() const override { return nullptr; }
    QWindow *window() const override;
    QAccessibleInterface *parent() const override;
    int childCount() const override;
    QAccessibleInterface *child(int index) const override;
    int indexOfChild(const QAccessibleInterface *child) const override;
    QAccessibleInterface *childAt(int x, int y) const override;
    QRect rect() const override;
    QAccessible::Role role() const override { return QAccessible::TreeItem; }
    QAccessible::State state() const override;
    QString text(QAccessible::Text kind) const override;
    void setText(QAccessible::Text, const QString &) override { }
    void *interface_cast(QAccessible::InterfaceType type) override
    {
        return type == QAccessible::ActionInterface ? static_cast<QAccessibleActionInterface *>(this) : nullptr;
    }
    QStringList actionNames() const override
    {
        return m_part.kind == Part::Kind::Group ? QStringList() : QStringList{pressAction(), setFocusAction()};
    }
    void doAction(const QString &name) override;
    QStringList keyBindingsForAction(const QString &) const override { return {}; }

    const Part &part() const { return m_part; }
    Place place() const;

private:
    MapView::Hit hit() const; ///< nowhere: the keyboard cannot stand on it
    MapInterface &m_map;
    Part m_part;
};

class MapInterface final : public QAccessibleWidget {
public:
    explicit MapInterface(MapView *view)
        : QAccessibleWidget(view, QAccessible::Tree)
    {
    }
    ~MapInterface() override { forget(); }

    MapView &view() const { return *static_cast<MapView *>(widget()); }

    QAccessibleInterface *of(const Part &part)
    {
        if (m_parts.size() > kMost) {
            forget(); // somebody walks through all of it: what was asked for long ago is asked for again
        }
        const auto found = m_parts.find(part);
        if (found != m_parts.end()) {
            return QAccessible::accessibleInterface(found->second);
        }
        auto *made = new PartInterface(*this, part);
        m_parts.emplace(part, QAccessible::registerAccessibleInterface(made));
        return made;
    }
    QAccessibleInterface *ofHit(const MapView::Hit &hit)
    {
        const Content &content = view().content();
        if (hit.tile < 0 && static_cast<std::size_t>(hit.clusterHead) < content.clusters.size()) {
            return child(hit.clusterHead);
        }
        if (hit.tile < 0 || static_cast<std::size_t>(hit.tile) >= content.tiles.size()) {
            return nullptr;
        }
        if (hit.item >= 0) {
            return of(
                {Part::Kind::Pod, content.clusters[at(content.tiles, hit.tile).cluster].id, {}, view().idOf(hit)});
        }
        return of(partOfTile(view(), static_cast<std::uint32_t>(hit.tile)));
    }

    int childCount() const override { return static_cast<int>(view().content().clusters.size()); }
    QAccessibleInterface *child(int index) const override
    {
        return index >= 0 && index < childCount() ? const_cast<MapInterface *>(this)->of(
                   {Part::Kind::Cluster, at(view().content().clusters, index).id, {}, {}})
                                                  : nullptr;
    }
    int indexOfChild(const QAccessibleInterface *child) const override
    {
        const auto *part = dynamic_cast<const PartInterface *>(child);
        return part != nullptr && part->part().kind == Part::Kind::Cluster ? part->place().cluster : -1;
    }
    QAccessibleInterface *childAt(int x, int y) const override
    {
        const QPoint point = view().viewport()->mapFromGlobal(QPoint(x, y));
        return view().viewport()->rect().contains(point) ? const_cast<MapInterface *>(this)->ofHit(view().hitAt(point))
                                                         : nullptr;
    }
    QAccessibleInterface *focusChild() const override
    {
        return view().hasFocus() ? const_cast<MapInterface *>(this)->ofHit(view().current()) : nullptr;
    }
    QString text(QAccessible::Text kind) const override
    {
        const QString current = view().describe(view().current());
        switch (kind) {
        case QAccessible::Name:
            return current.isEmpty() ? view().accessibleName()
                                     : MapView::tr("%1: %2").arg(view().accessibleName(), current);
        case QAccessible::Description:
            return MapView::tr("%1 nodes, %2 pods; T shows the same in rows").arg(nodes()).arg(view().content().pods);
        case QAccessible::Value:
            return levelName(view().level());
        default:
            return QAccessibleWidget::text(kind);
        }
    }

private:
    static constexpr std::size_t kMost = 10000;
    /// Without the places that nodes left free.
    std::uint32_t nodes() const
    {
        const auto &groups = view().content().groups;
        return std::accumulate(groups.begin(), groups.end(), 0U,
            [](std::uint32_t sum, const layout::Group &group) { return sum + group.nodes; });
    }
    void forget()
    {
        for (const auto &[part, id] : m_parts) {
            QAccessible::deleteAccessibleInterface(id);
        }
        m_parts.clear();
    }
    std::map<Part, QAccessible::Id> m_parts;
};

Place PartInterface::place() const { return placeOf(m_map.view(), m_part); }

MapView::Hit PartInterface::hit() const
{
    const Place here = place();
    return {here.tile, here.item, m_part.kind == Part::Kind::Cluster ? here.cluster : -1};
}

bool PartInterface::isValid() const
{
    if (!m_map.isValid()) {
        return false;
    }
    const Place at = place();
    switch (m_part.kind) {
    case Part::Kind::Cluster:
        return at.cluster >= 0;
    case Part::Kind::Group:
        return at.group >= 0;
    case Part::Kind::Node:
        return at.tile >= 0;
    case Part::Kind::Pod:
        return at.item >= 0;
    }
    return false;
}

QWindow *PartInterface::window() const { return m_map.window(); }

QAccessibleInterface *PartInterface::parent() const
{
    const Place here = place();
    const Content &content = m_map.view().content();
    switch (m_part.kind) {
    case Part::Kind::Cluster:
        return &m_map;
    case Part::Kind::Group:
        return m_map.of({Part::Kind::Cluster, m_part.cluster, {}, {}});
    case Part::Kind::Node:
        return here.group < 0
            ? nullptr
            : m_map.of({Part::Kind::Group, m_part.cluster, nameOf(at(content.groups, here.group)), {}});
    case Part::Kind::Pod:
        return here.tile < 0 ? nullptr : m_map.of(partOfTile(m_map.view(), static_cast<std::uint32_t>(here.tile)));
    }
    return nullptr;
}

int PartInterface::childCount() const
{
    const Place here = place();
    const Content &content = m_map.view().content();
    switch (m_part.kind) {
    case Part::Kind::Cluster:
        return here.cluster < 0 ? 0 : static_cast<int>(at(content.clusters, here.cluster).groups);
    case Part::Kind::Group:
        return here.group < 0 ? 0 : static_cast<int>(at(content.groups, here.group).nodes);
    case Part::Kind::Node:
        return here.tile < 0 ? 0 : named(content.itemsOf(at(content.tiles, here.tile)));
    case Part::Kind::Pod:
        break;
    }
    return 0;
}

QAccessibleInterface *PartInterface::child(int index) const
{
    if (index < 0 || index >= childCount()) {
        return nullptr;
    }
    const Place here = place();
    const Content &content = m_map.view().content();
    const auto number = static_cast<std::uint32_t>(index);
    switch (m_part.kind) {
    case Part::Kind::Cluster: {
        const std::uint32_t group = at(content.clusters, here.cluster).firstGroup + number;
        return m_map.of({Part::Kind::Group, m_part.cluster, nameOf(content.groups[group]), {}});
    }
    case Part::Kind::Group: {
        std::uint32_t tile = at(content.groups, here.group).firstTile;
        for (std::uint32_t left = number;; ++tile) { // over places that are free
            if (!content.tiles[tile].gone && left-- == 0) {
                return m_map.of(partOfTile(m_map.view(), tile));
            }
        }
    }
    case Part::Kind::Node:
        return m_map.ofHit({here.tile, index, -1});
    case Part::Kind::Pod:
        break;
    }
    return nullptr;
}

int PartInterface::indexOfChild(const QAccessibleInterface *child) const
{
    const auto *other = dynamic_cast<const PartInterface *>(child);
    if (other == nullptr || other->m_part.cluster != m_part.cluster) {
        return -1;
    }
    const Place here = place();
    const Place there = other->place();
    const Content &content = m_map.view().content();
    const auto within = [](int index, std::uint32_t first, std::uint32_t count) {
        const int number = index - static_cast<int>(first);
        return number >= 0 && number < static_cast<int>(count) ? number : -1;
    };
    if (m_part.kind == Part::Kind::Cluster && other->m_part.kind == Part::Kind::Group && here.cluster >= 0) {
        const auto &cluster = at(content.clusters, here.cluster);
        return within(there.group, cluster.firstGroup, cluster.groups);
    }
    if (m_part.kind == Part::Kind::Group && other->m_part.kind == Part::Kind::Node && here.group >= 0) {
        const auto &group = at(content.groups, here.group);
        const int number = within(there.tile, group.firstTile, group.tiles);
        const auto first = content.tiles.begin() + group.firstTile;
        return number < 0 ? -1
                          : number
                - static_cast<int>(
                    std::count_if(first, first + number, [](const layout::Tile &tile) { return tile.gone; }));
    }
    if (m_part.kind == Part::Kind::Node && other->m_part.kind == Part::Kind::Pod && here.tile >= 0) {
        return there.tile == here.tile ? there.item : -1;
    }
    return -1;
}

QAccessibleInterface *PartInterface::childAt(int x, int y) const { return m_map.childAt(x, y); }

QRect PartInterface::rect() const
{
    MapView &view = m_map.view();
    const Place here = place();
    QRectF box;
    switch (m_part.kind) {
    case Part::Kind::Cluster:
        box = here.cluster < 0 ? QRectF() : view.toViewport(at(view.geometry().clusters, here.cluster).rect);
        break;
    case Part::Kind::Group:
        box = here.group < 0 ? QRectF() : view.toViewport(at(view.geometry().captions, here.group));
        break;
    case Part::Kind::Node:
    case Part::Kind::Pod:
        box = view.rectOf({here.tile, here.item, -1});
        break;
    }
    const QRect in = box.toAlignedRect();
    return {view.viewport()->mapToGlobal(in.topLeft()), in.size()};
}

QAccessible::State PartInterface::state() const
{
    QAccessible::State state;
    if (!isValid()) {
        state.invalid = true;
        return state;
    }
    MapView &view = m_map.view();
    state.expandable = m_part.kind != Part::Kind::Pod;
    state.expanded = state.expandable;
    state.offscreen = !rect().intersects(QRect(view.viewport()->mapToGlobal(QPoint(0, 0)), view.viewport()->size()));
    if (const MapView::Hit hit = this->hit(); hit.somewhere()) {
        state.focusable = true;
        state.selectable = true;
        state.focused = view.hasFocus() && view.current() == hit;
        state.selected = view.selectedHit() == hit;
    }
    return state;
}

QString PartInterface::text(QAccessible::Text kind) const
{
    if (kind != QAccessible::Name || !isValid()) {
        return {};
    }
    const MapView &view = m_map.view();
    const Content &content = view.content();
    const Place here = place();
    const auto count = [](std::int64_t n) { return QString::fromStdString(formatCount(n)); };
    switch (m_part.kind) {
    case Part::Kind::Cluster:
        return clusterText(content, at(content.clusters, here.cluster));
    case Part::Kind::Group: {
        const layout::Group &group = at(content.groups, here.group);
        const QString name = captionText(content, group);
        std::int64_t failed = 0;
        for (std::uint32_t t = group.firstTile; t < group.firstTile + group.tiles; ++t) {
            failed += content.tiles[t].failed;
        }
        const QString words = MapView::tr("%1, %2").arg(name, groupText(content, group));
        return failed > 0 ? MapView::tr("%1, %2 failed").arg(words, count(failed)) : words;
    }
    case Part::Kind::Node:
    case Part::Kind::Pod:
        return view.describe({here.tile, here.item, -1});
    }
    return {};
}

void PartInterface::doAction(const QString &name)
{
    const MapView::Hit hit = this->hit();
    if (!hit.somewhere()) {
        return;
    }
    MapView &view = m_map.view();
    view.moveTo(hit);
    if (name == pressAction()) {
        view.activate(view.current());
    }
}

QAccessibleInterface *make(const QString &, QObject *object)
{
    auto *view = qobject_cast<MapView *>(object);
    return view != nullptr ? new MapInterface(view) : nullptr;
}

} // namespace

void installMapAccessibility()
{
    static const bool installed = [] {
        QAccessible::installFactory(make);
        return true;
    }();
    Q_UNUSED(installed)
}

void announceCurrent(MapView &view)
{
    if (!QAccessible::isActive()) {
        return;
    }
    QAccessibleEvent name(&view, QAccessible::NameChanged);
    QAccessible::updateAccessibility(&name);
    auto *map = dynamic_cast<MapInterface *>(QAccessible::queryAccessibleInterface(&view));
    if (QAccessibleInterface *part = map != nullptr ? map->ofHit(view.current()) : nullptr) {
        QAccessibleEvent focus(part, QAccessible::Focus);
        QAccessible::updateAccessibility(&focus);
    }
}

} // namespace sextant::ui
