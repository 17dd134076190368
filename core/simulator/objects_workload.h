// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/simulator/objects.h"

namespace sextant::simulator {

/// What the workload kinds have in common.
class WorkloadObject : public MetaObject {
public:
    TemplatePtr plan;
    std::shared_ptr<const Labels> selector;
    std::int64_t observed = 0; ///< observedGeneration
    std::vector<Condition> conditions;

protected:
    void writeSelector(JsonWriter &json) const;
    void writeSelector(ProtoWriter &proto, int field) const;
    void writeTemplate(ProtoWriter &proto, int field) const;
    std::string selectorText() const;
};

class DeploymentObject final : public WorkloadObject {
public:
    int replicas = 1; ///< wanted
    int current = 0, updated = 0, ready = 0, available = 0, unavailable = 0;
    nlohmann::json tableCells(Time now) const override;

protected:
    void writeBody(JsonWriter &json) const override;
    void writeBody(ProtoWriter &proto) const override;
};

class ReplicaSetObject final : public WorkloadObject {
public:
    int replicas = 1;
    int current = 0, ready = 0, available = 0;
    nlohmann::json tableCells(Time now) const override;

protected:
    void writeBody(JsonWriter &json) const override;
    void writeBody(ProtoWriter &proto) const override;
};

class StatefulSetObject final : public WorkloadObject {
public:
    int replicas = 1;
    int current = 0, ready = 0, available = 0, updated = 0;
    std::string service, revision;
    nlohmann::json tableCells(Time now) const override;

protected:
    void writeBody(JsonWriter &json) const override;
    void writeBody(ProtoWriter &proto) const override;
};

class DaemonSetObject final : public WorkloadObject {
public:
    int desired = 0, current = 0, ready = 0, available = 0;
    nlohmann::json tableCells(Time now) const override;

protected:
    void writeBody(JsonWriter &json) const override;
    void writeBody(ProtoWriter &proto) const override;
};

class JobObject final : public WorkloadObject {
public:
    int parallelism = 1, completions = 1, backoffLimit = 2;
    int active = 0, readyPods = 0, succeeded = 0, failed = 0;
    Time started = kNoTime, completed = kNoTime, ended = kNoTime;
    nlohmann::json tableCells(Time now) const override;

protected:
    void writeBody(JsonWriter &json) const override;
    void writeBody(ProtoWriter &proto) const override;
};

class CronJobObject final : public WorkloadObject {
public:
    std::string schedule;
    int parallelism = 1, completions = 1;
    bool suspended = false;
    Time lastScheduled = kNoTime, lastSucceeded = kNoTime;
    struct Active {
        std::string name, uid;
        std::uint64_t version = 0;
    };
    std::vector<Active> active;
    nlohmann::json tableCells(Time now) const override;

protected:
    void writeBody(JsonWriter &json) const override;
    void writeBody(ProtoWriter &proto) const override;
};

} // namespace sextant::simulator
