// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fleet/draft.h"

#include <concepts>
#include <type_traits>

/// What each draft consists of, listed once for all ways of writing and reading one: packed in memory (draftrecord.h),
/// in a kept picture on disk.
namespace sextant {

// What a text is, for a way that can make use of it; to others it is a text.

/// A text that many objects share: there are few of them however long one watches.
template <class T> struct WordField {
    T &of;
};
/// The uid of an object: nearly always a UUID.
template <class T> struct UidField {
    T &of;
};
/// A resourceVersion: nearly always a number.
template <class T> struct VersionField {
    T &of;
};
/// Of a list of texts or of labels: each of them.
template <class T> WordField<T> asWord(T &text) { return {text}; }
template <class T> UidField<T> asUid(T &text) { return {text}; }
template <class T> VersionField<T> asVersion(T &text) { return {text}; }

template <class D, class... T>
concept IsOneOf = (std::same_as<std::remove_const_t<D>, T> || ...);

struct ConditionView;
struct TaintView;

// What is looked for most often stands first: it is found soonest.

template <class Way, IsOneOf<ConditionDraft, ConditionView> D> void fields(Way &way, D &d)
{
    way(asWord(d.type), asWord(d.status), asWord(d.reason), d.message, d.since);
}
template <class Way, IsOneOf<OwnerDraft> D> void fields(Way &way, D &d) { way(asWord(d.kind), d.name, asUid(d.uid)); }
template <class Way, IsOneOf<TaintDraft, TaintView> D> void fields(Way &way, D &d)
{
    way(asWord(d.key), asWord(d.value), asWord(d.effect), d.added);
}
template <class Way, IsOneOf<ResourcesDraft> D> void fields(Way &way, D &d)
{
    way(d.cpu, d.memory, d.pods, d.ephemeralStorage, d.extended);
}
template <class Way, IsOneOf<NodeDraft> D> void fields(Way &way, D &d)
{
    way(asWord(d.status), d.created, d.memoryInUse, d.reported, d.loadAverage, asWord(d.team), asWord(d.instanceType),
        asWord(d.region), asWord(d.roles), asWord(d.version), d.internalIp, d.externalIp, asWord(d.osImage),
        asWord(d.kernel), asWord(d.runtime), asWord(d.architecture), asVersion(d.resourceVersion), d.capacity,
        d.allocatable, d.hasAllocatable, d.taints, d.conditions, asWord(d.labels), asUid(d.uid), asWord(d.name),
        d.state, d.silent, d.cordoned, asWord(d.pool), asWord(d.zone));
}
template <class Way, IsOneOf<RolloutDraft::Host> D> void fields(Way &way, D &d)
{
    way(asWord(d.name), d.job, asWord(d.state), d.updated, d.failed);
}
template <class Way, IsOneOf<RolloutDraft> D> void fields(Way &way, D &d)
{
    way(asWord(d.status), d.error, asWord(d.reason), d.job, d.selectors, d.parallelism, d.timeoutSeconds, d.overlap,
        d.migrate, d.hosts, asWord(d.hostsDown));
}
template <class Way, IsOneOf<WorkloadDraft> D> void fields(Way &way, D &d)
{
    way(d.name, d.created, d.desired, d.ready, d.status, asVersion(d.resourceVersion), d.version, asWord(d.images),
        asWord(d.containers), d.rollout, d.jobName, d.registrations, d.revision, d.current, d.updated, d.available,
        asWord(d.team), d.paused, d.schedule, asWord(d.timeZone), d.lastSchedule, d.started, d.finished, d.completions,
        asWord(d.nodeSelector), d.selector, d.labels, d.controller, d.conditions, asUid(d.uid), asWord(d.ns), d.kind,
        asWord(d.kindText), d.state);
}
template <class Way, IsOneOf<NamespaceDraft> D> void fields(Way &way, D &d)
{
    way(asUid(d.uid), asWord(d.name), asVersion(d.resourceVersion), asWord(d.status), asWord(d.team), d.created,
        d.labels);
}

} // namespace sextant
