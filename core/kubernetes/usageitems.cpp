// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kubernetes/usageitems.h"

#include "core/kubernetes/protobuffields.h"
#include "core/kubernetes/quantity.h"

#include <optional>

namespace sextant::kubernetes {

namespace {

/// What one container, or a node as a whole, says it uses; as written. Absent: nothing was said.
struct Said {
    std::optional<std::string_view> cpu, memory;

    void take(std::string_view resource, std::string_view quantity)
    {
        if (resource == "cpu") {
            cpu = quantity;
        } else if (resource == "memory") {
            memory = quantity;
        }
    }
};

/// The sum of one resource over the containers; without one of its parts the whole is not known.
class Total {
public:
    void add(const std::optional<std::string_view> &text)
    {
        m_any = true;
        if (!m_known) {
            return;
        }
        if (!text) {
            m_known = false;
        } else if (const auto quantity = parseQuantity(*text)) {
            m_sum += *quantity;
        } else {
            m_known = false;
        }
    }
    bool known() const { return m_any && m_known; }
    Quantity sum() const { return m_sum; }

private:
    Quantity m_sum;
    bool m_any = false, m_known = true;
};

struct Totals {
    Total cpu, memory;

    void add(const Said &said)
    {
        cpu.add(said.cpu);
        memory.add(said.memory);
    }
    void fill(UsageDraft &draft) const
    {
        if (cpu.known()) {
            draft.cpu = MilliCpu(cpu.sum().milli());
        }
        if (memory.known()) {
            draft.memory = Bytes(memory.sum().whole());
        }
    }
};

using Reader = protozero::pbf_reader;

/// One entry of a map<string, Quantity>.
void readEntry(std::string_view bytes, Said &said)
{
    std::string_view resource, quantity;
    protobuf::eachField(bytes, [&](Reader &reader, std::uint32_t field) {
        switch (field) {
        case protobuf::text(1):
            resource = protobuf::viewOf(reader);
            return true;
        case protobuf::message(2):
            protobuf::eachField(protobuf::viewOf(reader), [&](Reader &inner, std::uint32_t innerField) {
                if (innerField != protobuf::text(1)) {
                    return false;
                }
                quantity = protobuf::viewOf(inner);
                return true;
            });
            return true;
        default:
            return false;
        }
    });
    said.take(resource, quantity);
}

void readContainer(std::string_view bytes, Totals &totals)
{
    Said said;
    protobuf::eachField(bytes, [&](Reader &reader, std::uint32_t field) {
        if (field != protobuf::message(2)) {
            return false;
        }
        readEntry(protobuf::viewOf(reader), said);
        return true;
    });
    totals.add(said);
}

void readNames(std::string_view bytes, UsageDraft &draft)
{
    protobuf::eachField(bytes, [&](Reader &reader, std::uint32_t field) {
        switch (field) {
        case protobuf::text(1):
            draft.name = protobuf::viewOf(reader);
            return true;
        case protobuf::text(3):
            draft.ns = protobuf::viewOf(reader);
            return true;
        default:
            return false;
        }
    });
}

void readAmounts(json::Element element, Said &said, json::Texts &texts)
{
    json::eachMember(element, [&](std::string_view resource, json::Element value) {
        if (resource == "cpu" || resource == "memory") {
            said.take(resource, json::quantityOf(value, texts));
        }
    });
}

} // namespace

UsageDraft usageOf(std::string_view bytes, bool ofPod)
{
    UsageDraft draft;
    Totals totals;
    Said ofNode;
    protobuf::eachField(bytes, [&](Reader &reader, std::uint32_t field) {
        switch (field) {
        case protobuf::message(1):
            readNames(protobuf::viewOf(reader), draft);
            return true;
        case protobuf::message(2):
            draft.sampledAt = protobuf::timeOf(protobuf::viewOf(reader));
            return true;
        case protobuf::message(4):
            ofPod ? readContainer(protobuf::viewOf(reader), totals) : readEntry(protobuf::viewOf(reader), ofNode);
            return true;
        default:
            return false;
        }
    });
    if (!ofPod) {
        totals.add(ofNode);
    }
    totals.fill(draft);
    return draft;
}

UsageDraft usageOf(json::Element object, bool ofPod)
{
    UsageDraft draft;
    Totals totals;
    Said ofNode;
    json::Texts texts;
    json::eachMember(object, [&](std::string_view key, json::Element value) {
        if (key == "metadata") {
            json::eachMember(value, [&](std::string_view name, json::Element text) {
                if (name == "name") {
                    draft.name = json::textOf(text);
                } else if (name == "namespace") {
                    draft.ns = json::textOf(text);
                }
            });
        } else if (key == "timestamp") {
            draft.sampledAt = json::timeOf(value);
        } else if (key == "usage" && !ofPod) {
            readAmounts(value, ofNode, texts);
        } else if (key == "containers" && ofPod) {
            totals = {};
            json::eachItem(value, [&](json::Element item) {
                Said said;
                json::eachMember(item, [&](std::string_view inner, json::Element detail) {
                    if (inner == "usage") {
                        readAmounts(detail, said, texts);
                    }
                });
                totals.add(said);
            });
        }
    });
    if (!ofPod) {
        totals.add(ofNode);
    }
    totals.fill(draft);
    return draft;
}

} // namespace sextant::kubernetes
