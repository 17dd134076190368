// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kubernetes/requests.h"

#include "core/kubernetes/quantity.h"

#include <algorithm>
#include <optional>
#include <unordered_map>

namespace sextant::kubernetes {

namespace {

using Maybe = std::optional<Quantity>;

/// The walk for one resource of one pod.
class Walk {
public:
    Walk(const wire::Pod &pod, std::string_view resource)
        : m_pod(pod)
        , m_resource(resource)
    {
        const auto resize = std::find_if(pod.conditions.begin(), pod.conditions.end(),
            [](const wire::Condition &condition) { return condition.type == "PodResizePending"; });
        m_infeasible = resize != pod.conditions.end() && resize->reason == "Infeasible";
        for (const auto &status : pod.containerStatuses) {
            addStatus(status);
        }
        for (const auto &status : pod.initStatuses) {
            addStatus(status);
        }
    }

    Quantity requested()
    {
        m_unreadable = false;
        Maybe total = aggregate([this](const wire::Container &container) { return requestOf(container); });
        for (const auto &claim : m_pod.claimResources) {
            add(total, in(claim));
        }
        if (m_pod.resources && has(m_pod.resources->requests)) {
            total = in(m_pod.resources->requests);
            if (m_pod.actuated) {
                const Maybe inForce = highest(in(m_pod.actuated->requests), in(m_pod.allocated));
                total = m_infeasible ? inForce : highest(total, inForce);
            }
        }
        add(total, in(m_pod.overhead));
        return total.value_or(Quantity());
    }

    Maybe limit(std::vector<std::string> &unlimited)
    {
        m_unreadable = false;
        const auto limits = [this](const wire::Container &container) { return limitOf(container); };
        Maybe total = aggregate(limits);
        const bool podLevel = m_pod.resources && has(m_pod.resources->limits);
        if (podLevel) {
            total = in(m_pod.resources->limits);
            if (m_pod.actuated) {
                const Maybe inForce = in(m_pod.actuated->limits);
                total = m_infeasible ? inForce : highest(total, inForce);
            }
        } else {
            for (const auto &container : m_pod.initContainers) {
                if (container.alwaysRestart && !limitOf(container)) {
                    unlimited.emplace_back(container.name);
                }
            }
            for (const auto &container : m_pod.containers) {
                if (!limitOf(container)) {
                    unlimited.emplace_back(container.name);
                }
            }
        }
        if (total && !total->isZero()) {
            add(total, in(m_pod.overhead));
        }
        return total;
    }

    /// A quantity that mattered to the last figure could not be read: it is not known.
    bool unreadable() const { return m_unreadable; }

private:
    void addStatus(const wire::ContainerStatus &status)
    {
        if (status.resources) {
            m_statuses[status.name] = &status;
        }
    }

    bool has(const wire::ResourceList &list) const { return wire::find(list, m_resource).has_value(); }

    Maybe in(const wire::ResourceList &list)
    {
        const auto text = wire::find(list, m_resource);
        if (!text) {
            return std::nullopt;
        }
        auto quantity = parseQuantity(*text);
        if (!quantity) {
            m_unreadable = true;
            return Quantity();
        }
        return *quantity;
    }

    static Maybe highest(Maybe a, Maybe b)
    {
        if (!a || !b) {
            return a ? a : b;
        }
        return *a < *b ? b : a;
    }

    static void add(Maybe &sum, Maybe more)
    {
        if (more) {
            sum = sum.value_or(Quantity());
            *sum += *more;
        }
    }

    const wire::ContainerStatus *statusOf(const wire::Container &container) const
    {
        const auto found = m_statuses.find(container.name);
        return found == m_statuses.end() ? nullptr : found->second;
    }

    Maybe requestOf(const wire::Container &container)
    {
        const Maybe wanted = in(container.resources.requests);
        const auto *status = statusOf(container);
        if (!status) {
            return wanted;
        }
        const Maybe inForce = highest(in(status->resources->requests), in(status->allocated));
        return m_infeasible ? inForce : highest(wanted, inForce);
    }

    Maybe limitOf(const wire::Container &container)
    {
        const Maybe wanted = in(container.resources.limits);
        const auto *status = statusOf(container);
        if (!status) {
            return wanted;
        }
        const Maybe inForce = in(status->resources->limits);
        return m_infeasible ? inForce : highest(wanted, inForce);
    }

    template <class Of> Maybe aggregate(Of of)
    {
        Maybe own, sidecars, peak;
        for (const auto &container : m_pod.containers) {
            add(own, of(container));
        }
        for (const auto &container : m_pod.initContainers) {
            if (container.alwaysRestart) {
                const Maybe figure = of(container);
                add(own, figure);
                add(sidecars, figure);
                peak = highest(peak, sidecars);
            } else {
                // An ordinary init container ends before any resize: only its spec counts.
                Maybe figure = specOnly(container, of);
                add(figure, sidecars);
                peak = highest(peak, figure);
            }
        }
        return highest(own, peak);
    }

    template <class Of> Maybe specOnly(const wire::Container &container, Of of)
    {
        const auto kept = m_statuses.find(container.name);
        if (kept == m_statuses.end()) {
            return of(container);
        }
        const auto *status = kept->second;
        m_statuses.erase(kept);
        const Maybe figure = of(container);
        m_statuses[container.name] = status;
        return figure;
    }

    const wire::Pod &m_pod;
    std::string_view m_resource;
    std::unordered_map<std::string_view, const wire::ContainerStatus *> m_statuses; ///< those that have resources
    bool m_infeasible = false;
    bool m_unreadable = false;
};

template <class Figure>
PodResource<Figure> resourceOf(const wire::Pod &pod, std::string_view name, std::int64_t (Quantity::*rounded)() const)
{
    PodResource<Figure> out;
    Walk walk(pod, name);
    const Quantity requested = walk.requested();
    out.requested = walk.unreadable() ? Figure() : Figure((requested.*rounded)());
    const Maybe limit = walk.limit(out.unlimited);
    if (limit && !walk.unreadable()) {
        out.limit = Figure(((*limit).*rounded)());
    }
    return out;
}

} // namespace

PodResource<MilliCpu> podCpuOf(const wire::Pod &pod) { return resourceOf<MilliCpu>(pod, "cpu", &Quantity::milli); }

PodResource<Bytes> podMemoryOf(const wire::Pod &pod) { return resourceOf<Bytes>(pod, "memory", &Quantity::whole); }

} // namespace sextant::kubernetes
