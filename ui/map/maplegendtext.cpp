// SPDX-License-Identifier: GPL-3.0-or-later
// What the legend says.
#include "core/base/format.h"
#include "ui/map/maplegend.h"

#include <algorithm>

namespace sextant::ui {

namespace {

using C = LensClasses;
using Kind = LegendEntry::Kind;

QString count(std::uint32_t number) { return QString::fromStdString(formatCount(number)); }
constexpr ClassMask bit(int cls) { return ClassMask(1) << cls; }

bool heliosOf(const layout::Content &content)
{
    return std::any_of(content.clusters.begin(), content.clusters.end(),
        [](const layout::Cluster &cluster) { return cluster.ofCapacity && cluster.tiles > 0; });
}

class Writer {
public:
    Writer(const layout::Content &content, const LensClasses &classes, layout::Level level)
        : m_content(content)
        , m_classes(classes)
        , m_level(level)
        , m_glyphs(level >= layout::Level::Pods)
        , m_resource(content.options.size == layout::SizeBy::Memory ? MapLegend::tr("memory") : MapLegend::tr("CPU"))
    {
    }

    LegendText run()
    {
        switch (m_classes.lens()) {
        case Lens::State:
            states();
            break;
        case Lens::Requested:
            shares(MapLegend::tr("%1 requested of the node's allocatable").arg(m_resource));
            entry(C::kOver, MapLegend::tr("over allocatable"));
            some(C::kUnknown, MapLegend::tr("size unknown"));
            break;
        case Lens::Used:
            shares(MapLegend::tr("%1 used of requested").arg(m_resource));
            entry(C::kOver, MapLegend::tr("over its request"));
            entry(C::kUnknown, MapLegend::tr("no sample or no request"));
            break;
        case Lens::Waste:
            ramp(MapLegend::tr("%1 requested and not used").arg(m_resource), 9, MapLegend::tr("wants more"),
                MapLegend::tr("gives back"));
            some(C::kUnknown, MapLegend::tr("no sample or no request"));
            break;
        case Lens::Restarts:
            restarts();
            break;
        case Lens::Age:
            ages();
            break;
        case Lens::Owner:
            owners();
            break;
        case Lens::Stage:
            stages();
            break;
        }
        nodes();
        notes();
        return std::move(m_out);
    }

private:
    void entry(int cls, const QString &word, ClassMask others = 0)
    {
        std::uint32_t n = 0;
        for (std::size_t i = 0; i < C::kMost; ++i) {
            n += ((bit(cls) | others) >> i & 1) != 0 ? m_classes.count(static_cast<std::uint8_t>(i)) : 0;
        }
        m_out.entries.push_back(
            {Kind::Class, static_cast<std::uint8_t>(cls), 1, bit(cls) | others, word, count(n), {}, {}, {}});
    }
    /// Only where there is one.
    void some(int cls, const QString &word)
    {
        if (m_classes.count(static_cast<std::uint8_t>(cls)) > 0) {
            entry(cls, word);
        }
    }
    void ramp(const QString &word, int steps, const QString &low, const QString &high)
    {
        LegendEntry entry{Kind::Ramp, C::kFirstStep, steps, 0, word, {}, low, high, {}};
        for (int i = 0; i < steps; ++i) {
            entry.counts.push_back(count(m_classes.count(static_cast<std::uint8_t>(C::kFirstStep + i))));
        }
        m_out.entries.push_back(std::move(entry));
    }
    void shares(const QString &word) { ramp(word, 11, QStringLiteral("0"), QStringLiteral("100 %")); }

    void states()
    {
        for (int i = kStates - 1; i >= 0; --i) {
            const auto state = static_cast<State>(i);
            if (state == State::Cordoned) {
                continue;
            }
            const QString word = shown(stateWord(state));
            state == State::Terminating ? some(i, word) : entry(i, word);
        }
        if (m_content.undeclared > 0 && !m_glyphs) {
            m_out.entries.push_back({Kind::Undeclared, static_cast<std::uint8_t>(State::Ok), 1, kUndeclaredPods,
                MapLegend::tr("declares nothing"), count(m_content.undeclared), {}, {}, {}});
        }
    }

    void restarts()
    {
        const QString words[] = {MapLegend::tr("none"), QStringLiteral("1–2"), QStringLiteral("3–9"),
            QStringLiteral("10–49"), QStringLiteral("50+")};
        for (int step = 4; step >= 0; --step) {
            entry(C::kNoRestart + step, step == 4 ? MapLegend::tr("restarts %1").arg(words[step]) : words[step],
                step > 0 ? bit(C::kNoRestart + step + C::kRecentRestarts) : 0);
        }
        LegendEntry recent{Kind::Recent, C::kLoopRestarts, 1, 0, MapLegend::tr("in the last hour"), {}, {}, {}, {}};
        std::uint32_t n = 0;
        for (int step = 1; step <= 4; ++step) {
            const int cls = C::kNoRestart + step + C::kRecentRestarts;
            recent.classes |= bit(cls);
            n += m_classes.count(static_cast<std::uint8_t>(cls));
        }
        recent.count = count(n);
        m_out.entries.push_back(recent);
        some(C::kUnknown, MapLegend::tr("not counted"));
    }

    void ages()
    {
        for (int cls = C::kNewest; cls >= C::kOlder; --cls) {
            entry(cls, stepText(Lens::Age, static_cast<std::uint8_t>(cls)));
        }
        some(C::kUnknown, MapLegend::tr("not known"));
    }

    void owners()
    {
        std::vector<int> order;
        for (std::size_t i = 0; i < C::kOwners; ++i) {
            if (!m_classes.owners()[i].empty()) {
                order.push_back(C::kFirstOwner + static_cast<int>(i));
            }
        }
        std::sort(order.begin(), order.end(), [this](int a, int b) {
            return m_classes.count(static_cast<std::uint8_t>(a)) > m_classes.count(static_cast<std::uint8_t>(b));
        });
        for (const int cls : order) {
            const QString name = shown(m_classes.owners()[static_cast<std::size_t>(cls - C::kFirstOwner)]);
            entry(cls, name.size() > 24 ? QString(name.left(23) + QChar(0x2026)) : name);
        }
        some(C::kOtherOwner, MapLegend::tr("others"));
        some(C::kUnknown, MapLegend::tr("no owner known"));
    }

    void stages()
    {
        const auto word = [](migration::Stage stage) { return shown(migration::stageWord(stage)); };
        entry(C::kRolledBack, word(migration::Stage::RolledBack));
        entry(C::kInParallel, word(migration::Stage::InParallel));
        entry(C::kNotStarted, word(migration::Stage::NotStarted));
        entry(C::kMigrated, word(migration::Stage::Migrated));
        some(C::kRetired, word(migration::Stage::Retired));
        entry(C::kUnknown, MapLegend::tr("in no service that moves"));
    }

    void nodes()
    {
        const layout::NodeCounts &nodes = m_content.marked;
        node(Kind::Silent, kSilentNodes, nodes.silent,
            m_content.loads || heliosOf(m_content) ? MapLegend::tr("silent or down") : MapLegend::tr("silent"));
        node(Kind::NotReady, kNotReadyNodes, nodes.notReady, MapLegend::tr("node not ready"));
        node(Kind::UnderPressure, kNodesUnderPressure, nodes.underPressure, MapLegend::tr("under pressure"));
        node(Kind::Cordoned, kCordonedNodes, nodes.cordoned, MapLegend::tr("cordoned"));
        if (m_glyphs) {
            m_out.entries.push_back({Kind::UsedBar, 0, 1, 0, MapLegend::tr("used of it"), {}, {}, {}, {}});
        }
    }

    /// Only where there is one.
    void node(Kind kind, ClassMask mark, std::uint32_t nodes, const QString &word)
    {
        if (nodes > 0) {
            m_out.entries.push_back({kind, 0, 1, mark, word, count(nodes), {}, {}, {}});
        }
    }

    /// What a lens cannot tell of Helios; empty: nothing.
    QStringList heliosNotes() const
    {
        switch (m_classes.lens()) {
        case Lens::State:
        case Lens::Owner:
        case Lens::Stage:
            return {};
        case Lens::Requested:
            return {MapLegend::tr("Helios has no allocatable: its cells take what is declared of the host's capacity"),
                MapLegend::tr("Helios: declared of capacity")};
        case Lens::Used:
            return {MapLegend::tr("Helios measures hosts, not tasks: its cells take their host's load by its CPUs"),
                MapLegend::tr("Helios measures hosts, not tasks")};
        case Lens::Waste:
            return {MapLegend::tr("Helios measures no tasks: what they waste is not known"),
                MapLegend::tr("Helios measures no tasks")};
        case Lens::Restarts:
            return {MapLegend::tr("Helios counts no restarts")};
        case Lens::Age:
            return {
                MapLegend::tr("Helios does not say when a task was created"), MapLegend::tr("Helios: age not known")};
        }
        return {};
    }

    void notes()
    {
        m_out.notes = heliosOf(m_content) ? heliosNotes() : QStringList();
        if (m_out.notes.isEmpty() && m_level == layout::Level::Fleet) {
            m_out.notes = fleetNotes();
        }
        if (m_out.notes.isEmpty()) {
            m_out.notes = areaNotes();
        }
    }

    /// What a tile that is drawn as one stands for; empty: see areaNotes.
    QStringList fleetNotes() const
    {
        switch (m_classes.lens()) {
        case Lens::Restarts:
            return {MapLegend::tr("tile = node, as its pod with the most restarts")};
        case Lens::Age:
            return {MapLegend::tr("tile = node, as its newest pod")};
        case Lens::Owner:
            return {MapLegend::tr("tile = node, as the owner that holds most of it"),
                MapLegend::tr("tile = who holds most of it")};
        case Lens::Stage:
            return {MapLegend::tr("tile = node, as the first of these stages that is on it"),
                MapLegend::tr("tile = first of these stages")};
        default:
            return {};
        }
    }

    QStringList areaNotes() const
    {
        const bool onlyHelios = heliosOf(m_content)
            && std::all_of(m_content.clusters.begin(), m_content.clusters.end(),
                [](const layout::Cluster &cluster) { return cluster.ofCapacity; });
        QStringList area;
        if (m_content.options.size == layout::SizeBy::Equal) {
            area = {MapLegend::tr("cell = pod, of the pods that fit · empty = free"), MapLegend::tr("cell = pod")};
        } else if (onlyHelios) {
            area = {MapLegend::tr("tile = host, width = its %1, filled area = what is declared").arg(m_resource),
                MapLegend::tr("area = %1 declared").arg(m_resource)};
        } else {
            area = {MapLegend::tr("tile = node, width and filled area = %1 requested · empty = free").arg(m_resource),
                MapLegend::tr("area = %1 requested").arg(m_resource)};
        }
        if (m_glyphs) {
            area = {m_content.options.size == layout::SizeBy::Equal ? area.front() : area.back()};
        }
        return m_content.unsized && !onlyHelios
            ? QStringList{MapLegend::tr("hollow sizes: nodes not readable · %1").arg(area.front()),
                MapLegend::tr("hollow sizes: nodes not readable")}
            : area;
    }

    const layout::Content &m_content;
    const LensClasses &m_classes;
    const layout::Level m_level;
    const bool m_glyphs;
    const QString m_resource;
    LegendText m_out;
};

} // namespace

LegendText legendOf(const layout::Content &content, const LensClasses &classes, layout::Level level)
{
    return Writer(content, classes, level).run();
}

QString stepText(Lens lens, std::uint8_t cls)
{
    const int step = cls - C::kFirstStep;
    if (lens == Lens::Age && cls >= C::kOlder && cls <= C::kNewest) {
        const QString words[] = {MapLegend::tr("older"), MapLegend::tr("< 30 d"), MapLegend::tr("< 7 d"),
            MapLegend::tr("< 1 d"), MapLegend::tr("< 6 h"), MapLegend::tr("< 1 h"), MapLegend::tr("age < 10 min")};
        return words[cls - C::kOlder];
    }
    if ((lens == Lens::Requested || lens == Lens::Used) && step >= 0 && step <= 10) {
        const int least = step * 10 - 5;
        return least < 0 ? MapLegend::tr("less than 5 %")
                         : MapLegend::tr("%1 to %2 %").arg(least).arg(std::min(100, least + 10));
    }
    if (lens == Lens::Waste && step >= 0 && step <= 8) {
        // Each step is a quarter of the request wide, about its middle.
        const double middle = (step - 4) * 25;
        if (step == 4) {
            return MapLegend::tr("uses about what it requests");
        }
        return step < 4 ? MapLegend::tr("uses about %1 % more than it requests").arg(-middle)
                        : MapLegend::tr("uses about %1 % less than it requests").arg(middle);
    }
    return {};
}

} // namespace sextant::ui
