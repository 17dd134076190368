// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fleet/podrecord.h"

#include "core/base/varint.h"
#include "core/fleet/draftrecord.h"

#include <algorithm>
#include <array>

namespace sextant {

namespace {

/// Which fields follow the name; in a block they stand in this order.
enum Field : std::uint32_t {
    UidText = 1U << 0,
    VersionNumber = 1U << 1,
    VersionText = 1U << 2,
    Ip = 1U << 3,
    HostIp = 1U << 4,
    Phase = 1U << 5,
    Qos = 1U << 6,
    ServiceAccount = 1U << 7,
    PriorityClass = 1U << 8,
    NominatedNode = 1U << 9,
    OwnerKind = 1U << 10,
    OwnerPrefix = 1U << 11, ///< the owner's name is so many bytes of the pod's
    OwnerText = 1U << 12,
    Deleted = 1U << 13,
    LastRestart = 1U << 14,
    ReadinessGates = 1U << 15,
    StatusMessage = 1U << 16,
    WideCpuRequested = 1U << 17,
    WideCpuLimit = 1U << 18,
    WideMemoryRequested = 1U << 19,
    WideMemoryLimit = 1U << 20
};
constexpr std::size_t kFieldBytes = 3;

/// Of a condition: the place of its status in kStatuses (0: the word follows), then what follows.
enum ConditionField : std::uint32_t { ConditionReason = 4, ConditionSince = 8, ConditionMessage = 16 };
constexpr std::array<std::string_view, 4> kStatuses{"", "True", "False", "Unknown"};

/// Of a container, likewise; its kind, state and flags are in a byte before them.
enum ContainerField : std::uint32_t {
    Image = 1U << 0,
    Reason = 1U << 1,
    Since = 1U << 2,
    CpuRequest = 1U << 3,
    CpuLimit = 1U << 4,
    MemoryRequest = 1U << 5,
    MemoryLimit = 1U << 6,
    Restarts = 1U << 7,
    LastReason = 1U << 8,
    LastExitCode = 1U << 9,
    LastSignal = 1U << 10,
    LastFinished = 1U << 11,
    ExitCode = 1U << 12,
    Message = 1U << 13
};
constexpr std::size_t kContainerFieldBytes = 2;
enum ContainerBit : std::uint32_t { Ready = 16, HasLast = 32, CpuUnlimited = 64, MemoryUnlimited = 128 };

class Writer {
public:
    Writer(std::string &out, StringPool &strings, Time created)
        : m_out(out)
        , m_strings(strings)
        , m_created(packTime(created))
    {
    }
    void number(std::uint64_t value) { putVarint(m_out, value); }
    void signedNumber(std::int64_t value) { number(zigzag(value)); }
    void text(std::string_view text)
    {
        number(text.size());
        m_out += text;
    }
    void word(std::string_view word) { number(static_cast<std::uint64_t>(m_strings.intern(word))); }
    void bytes(std::int64_t value) // whole KiB nearly always
    {
        number(value % 1024 == 0 ? zigzag(value / 1024) << 1 : 1);
        if (value % 1024 != 0) {
            signedNumber(value);
        }
    }
    void time(Time time) { signedNumber(std::int64_t(packTime(time)) - m_created); }

    /// Begins a set of fields that are there only when they are set.
    void begin(std::size_t fieldBytes)
    {
        m_fields = 0;
        m_place = m_out.size();
        m_out.append(fieldBytes, '\0');
    }
    template <class Write> void put(std::uint32_t field, bool set, Write write)
    {
        if (set) {
            m_fields |= field;
            write();
        }
    }
    void put(std::uint32_t field, Time value)
    {
        put(field, packTime(value) != 0, [&] { time(value); });
    }
    void putText(std::uint32_t field, std::string_view value)
    {
        put(field, !value.empty(), [&] { text(value); });
    }
    void putWord(std::uint32_t field, std::string_view value)
    {
        put(field, !value.empty(), [&] { word(value); });
    }
    void putSigned(std::uint32_t field, std::int64_t value, std::int64_t unset)
    {
        put(field, value != unset, [&] { signedNumber(value); });
    }
    void putBytes(std::uint32_t field, Bytes value)
    {
        put(field, value.known(), [&] { bytes(value.value); });
    }
    void end(std::size_t fieldBytes)
    {
        for (std::size_t i = 0; i < fieldBytes; ++i) {
            m_out[m_place + i] = static_cast<char>(m_fields >> (8 * i));
        }
    }

private:
    std::string &m_out;
    StringPool &m_strings;
    std::int64_t m_created;
    std::size_t m_place = 0;
    std::uint32_t m_fields = 0;
};

class Reader {
public:
    Reader(std::string_view block, PackedTime created)
        : m_at(block.data())
        , m_end(block.data() + block.size())
        , m_created(created)
    {
    }
    std::uint64_t number() { return takeVarint(m_at, m_end); }
    std::int64_t signedNumber() { return unzigzag(number()); }
    std::string_view text()
    {
        const auto wanted = number();
        const auto length = std::min(wanted, static_cast<std::uint64_t>(m_end - m_at));
        const std::string_view text(m_at, static_cast<std::size_t>(length));
        m_at += length;
        return text;
    }
    StringId word() { return static_cast<StringId>(number()); }
    std::int64_t bytes()
    {
        const auto packed = number();
        return packed == 1 ? signedNumber() : unzigzag(packed >> 1) * 1024;
    }
    Time time() { return unpackTime(static_cast<PackedTime>(signedNumber() + m_created)); }
    std::uint32_t fields(std::size_t fieldBytes)
    {
        std::uint32_t fields = 0;
        for (std::size_t i = 0; i < fieldBytes && m_at != m_end; ++i) {
            fields |= std::uint32_t(static_cast<unsigned char>(*m_at++)) << (8 * i);
        }
        return fields;
    }
    bool ended() const { return m_at == m_end; }
    const char *at() const { return m_at; }
    std::string_view rest() const { return {m_at, static_cast<std::size_t>(m_end - m_at)}; }

private:
    const char *m_at;
    const char *m_end;
    std::int64_t m_created;
};

void pack(Writer &writer, const ConditionDraft &condition)
{
    const auto status = std::find(kStatuses.begin() + 1, kStatuses.end(), condition.status);
    const auto known = status == kStatuses.end() ? 0U : static_cast<unsigned>(status - kStatuses.begin());
    writer.number(known | (condition.reason.empty() ? 0U : ConditionReason)
        | (packTime(condition.since) == 0 ? 0U : ConditionSince) | (condition.message.empty() ? 0U : ConditionMessage));
    writer.word(condition.type);
    if (known == 0) {
        writer.word(condition.status);
    }
    if (!condition.reason.empty()) {
        writer.word(condition.reason);
    }
    if (packTime(condition.since) != 0) {
        writer.time(condition.since);
    }
    if (!condition.message.empty()) {
        writer.text(condition.message);
    }
}

bool has(const std::vector<std::string> &names, const std::string &name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

void pack(Writer &writer, const ContainerDraft &container, const PodDraft &pod)
{
    const bool runs = container.kind == ContainerKind::Regular || container.kind == ContainerKind::Sidecar;
    writer.number(static_cast<unsigned>(container.kind) | static_cast<unsigned>(container.state) << 2
        | (container.ready ? Ready : 0U) | (container.hasLast ? HasLast : 0U)
        | (runs && has(pod.unlimitedCpu, container.name) ? CpuUnlimited : 0U)
        | (runs && has(pod.unlimitedMemory, container.name) ? MemoryUnlimited : 0U));
    writer.word(container.name);
    writer.begin(kContainerFieldBytes);
    writer.putWord(Image, container.image);
    writer.putWord(Reason, container.reason);
    writer.put(Since, container.since);
    writer.putSigned(CpuRequest, container.cpuRequest.value, MilliCpu::kUnknown);
    writer.putSigned(CpuLimit, container.cpuLimit.value, MilliCpu::kUnknown);
    writer.putBytes(MemoryRequest, container.memoryRequest);
    writer.putBytes(MemoryLimit, container.memoryLimit);
    writer.put(Restarts, container.restarts != 0, [&] { writer.number(container.restarts); });
    writer.putWord(LastReason, container.lastReason);
    writer.putSigned(LastExitCode, container.lastExitCode, 0);
    writer.putSigned(LastSignal, container.lastSignal, 0);
    writer.put(LastFinished, container.lastFinished);
    writer.putSigned(ExitCode, container.exitCode, 0);
    writer.putText(Message, container.message);
    writer.end(kContainerFieldBytes);
}

std::vector<PodRecord::Condition> conditionsAt(Reader &reader)
{
    std::vector<PodRecord::Condition> conditions;
    for (auto left = reader.number(); left > 0 && !reader.ended(); --left) {
        PodRecord::Condition &condition = conditions.emplace_back();
        const auto fields = static_cast<std::uint32_t>(reader.number());
        condition.type = reader.word();
        condition.knownStatus = kStatuses[fields & 3U];
        condition.status = (fields & 3U) == 0 ? reader.word() : StringId::Empty;
        condition.reason = (fields & ConditionReason) != 0 ? reader.word() : StringId::Empty;
        condition.since = (fields & ConditionSince) != 0 ? reader.time() : kNoTime;
        condition.message = (fields & ConditionMessage) != 0 ? reader.text() : std::string_view();
    }
    return conditions;
}

PodRecord::Container containerAt(Reader &reader)
{
    PodRecord::Container container;
    const auto flags = static_cast<std::uint32_t>(reader.number());
    container.kind = static_cast<ContainerKind>(flags & 3U);
    container.state = static_cast<ContainerState>(flags >> 2 & 3U);
    container.ready = (flags & Ready) != 0;
    container.hasLast = (flags & HasLast) != 0;
    container.cpuUnlimited = (flags & CpuUnlimited) != 0;
    container.memoryUnlimited = (flags & MemoryUnlimited) != 0;
    container.name = reader.word();
    const auto fields = reader.fields(kContainerFieldBytes);
    const auto get = [fields](ContainerField field, auto &&read) {
        if ((fields & field) != 0) {
            read();
        }
    };
    get(Image, [&] { container.image = reader.word(); });
    get(Reason, [&] { container.reason = reader.word(); });
    get(Since, [&] { container.since = reader.time(); });
    get(CpuRequest, [&] { container.cpuRequest = MilliCpu(reader.signedNumber()); });
    get(CpuLimit, [&] { container.cpuLimit = MilliCpu(reader.signedNumber()); });
    get(MemoryRequest, [&] { container.memoryRequest = Bytes(reader.bytes()); });
    get(MemoryLimit, [&] { container.memoryLimit = Bytes(reader.bytes()); });
    get(Restarts, [&] { container.restarts = static_cast<std::uint32_t>(reader.number()); });
    get(LastReason, [&] { container.lastReason = reader.word(); });
    get(LastExitCode, [&] { container.lastExitCode = static_cast<int>(reader.signedNumber()); });
    get(LastSignal, [&] { container.lastSignal = static_cast<int>(reader.signedNumber()); });
    get(LastFinished, [&] { container.lastFinished = reader.time(); });
    get(ExitCode, [&] { container.exitCode = static_cast<int>(reader.signedNumber()); });
    get(Message, [&] { container.message = reader.text(); });
    return container;
}

} // namespace

void PodRecord::pack(const PodDraft &draft, StringPool &strings, std::string &out)
{
    out.clear();
    Writer writer(out, strings, draft.created);
    writer.text(draft.name);
    writer.begin(kFieldBytes);
    writer.putText(UidText, packUid(draft.uid).high == 0 ? draft.uid : std::string());
    if (const auto version = numberIn(draft.resourceVersion)) {
        writer.put(VersionNumber, true, [&] { writer.number(*version); });
    } else {
        writer.putText(VersionText, draft.resourceVersion);
    }
    writer.putText(Ip, draft.ip);
    writer.putWord(HostIp, draft.hostIp);
    writer.putWord(Phase, draft.phase);
    writer.putWord(Qos, draft.qos);
    writer.putWord(ServiceAccount, draft.serviceAccount);
    writer.putWord(PriorityClass, draft.priorityClass);
    writer.putWord(NominatedNode, draft.nominatedNode);
    writer.putWord(OwnerKind, draft.controller.kind);
    const std::string &owner = draft.controller.name;
    if (draft.name.compare(0, owner.size(), owner) == 0) {
        writer.put(OwnerPrefix, !owner.empty(), [&] { writer.number(owner.size()); });
    } else {
        writer.putText(OwnerText, owner);
    }
    writer.put(Deleted, draft.deleted);
    writer.put(LastRestart, draft.lastRestart);
    writer.putText(ReadinessGates, draft.readinessGates);
    writer.putText(StatusMessage, draft.statusMessage);
    const auto putWideCpu = [&writer](Field field, MilliCpu cpu) {
        writer.put(field, PackedCpu::of(cpu) == PackedCpu::kWide, [&] { writer.signedNumber(cpu.value); });
    };
    const auto putWideMemory = [&writer](Field field, Bytes memory) {
        writer.put(field, PackedMemory::of(memory) == PackedMemory::kWide, [&] { writer.bytes(memory.value); });
    };
    putWideCpu(WideCpuRequested, draft.cpuRequested);
    putWideCpu(WideCpuLimit, draft.cpuLimit);
    putWideMemory(WideMemoryRequested, draft.memoryRequested);
    putWideMemory(WideMemoryLimit, draft.memoryLimit);
    writer.end(kFieldBytes);
    writer.number(draft.conditions.size());
    for (const ConditionDraft &condition : draft.conditions) {
        sextant::pack(writer, condition);
    }
    for (const ContainerDraft &container : draft.containers) {
        sextant::pack(writer, container, draft);
    }
}

void PodRecord::renumber(
    std::string_view block, const std::function<StringId(StringId)> &number, bool versioned, std::string &out)
{
    out.clear();
    Reader reader(block, 0);
    const char *copied = block.data();
    const auto copy = [&] {
        out.append(copied, reader.at());
        copied = reader.at();
    };
    const auto word = [&] {
        copy();
        putVarint(out, static_cast<std::uint64_t>(number(reader.word())));
        copied = reader.at();
    };
    reader.text();
    copy();
    auto fields = reader.fields(kFieldBytes);
    for (std::size_t i = 0; i < kFieldBytes; ++i) {
        const auto kept = versioned ? fields : fields & ~std::uint32_t(VersionNumber | VersionText);
        out += static_cast<char>(kept >> (8 * i));
    }
    copied = reader.at();
    const auto skip = [&](std::uint32_t field, auto &&read) {
        if ((fields & field) != 0) {
            read();
        }
    };
    skip(UidText, [&] { reader.text(); });
    copy();
    skip(VersionNumber, [&] { reader.number(); });
    skip(VersionText, [&] { reader.text(); });
    copied = versioned ? copied : reader.at();
    skip(Ip, [&] { reader.text(); });
    for (const Field field : {HostIp, Phase, Qos, ServiceAccount, PriorityClass, NominatedNode, OwnerKind}) {
        skip(field, word);
    }
    skip(OwnerPrefix, [&] { reader.number(); });
    skip(OwnerText, [&] { reader.text(); });
    skip(Deleted, [&] { reader.number(); });
    skip(LastRestart, [&] { reader.number(); });
    skip(ReadinessGates, [&] { reader.text(); });
    skip(StatusMessage, [&] { reader.text(); });
    skip(WideCpuRequested, [&] { reader.number(); });
    skip(WideCpuLimit, [&] { reader.number(); });
    skip(WideMemoryRequested, [&] { reader.bytes(); });
    skip(WideMemoryLimit, [&] { reader.bytes(); });
    for (auto left = reader.number(); left > 0 && !reader.ended(); --left) {
        fields = static_cast<std::uint32_t>(reader.number());
        word(); // type
        if ((fields & 3U) == 0) {
            word(); // status
        }
        skip(ConditionReason, word);
        skip(ConditionSince, [&] { reader.number(); });
        skip(ConditionMessage, [&] { reader.text(); });
    }
    while (!reader.ended()) {
        reader.number(); // kind, state and flags
        word(); // name
        fields = reader.fields(kContainerFieldBytes);
        skip(Image, word);
        skip(Reason, word);
        for (const ContainerField field : {Since, CpuRequest, CpuLimit}) {
            skip(field, [&] { reader.number(); });
        }
        skip(MemoryRequest, [&] { reader.bytes(); });
        skip(MemoryLimit, [&] { reader.bytes(); });
        skip(Restarts, [&] { reader.number(); });
        skip(LastReason, word);
        for (const ContainerField field : {LastExitCode, LastSignal, LastFinished, ExitCode}) {
            skip(field, [&] { reader.number(); });
        }
        skip(Message, [&] { reader.text(); });
    }
    copy();
}

std::string_view PodRecord::nameIn(std::string_view block) { return Reader(block, 0).text(); }

namespace {

/// Reads on to the IP, from behind the field set.
std::string_view ipAt(Reader &reader, std::uint32_t fields)
{
    if ((fields & UidText) != 0) {
        reader.text();
    }
    if ((fields & VersionNumber) != 0) {
        reader.number();
    }
    if ((fields & VersionText) != 0) {
        reader.text();
    }
    return (fields & Ip) != 0 ? reader.text() : std::string_view();
}

} // namespace

std::string_view PodRecord::ipIn(std::string_view block)
{
    Reader reader(block, 0);
    reader.text();
    return ipAt(reader, reader.fields(kFieldBytes));
}

PodDigest PodRecord::digestIn(std::string_view block)
{
    Reader reader(block, 0);
    const std::string_view name = reader.text();
    const auto fields = reader.fields(kFieldBytes);
    const std::string_view ip = ipAt(reader, fields);
    if ((fields & OwnerPrefix) == 0) {
        return PodDigest::of(name, {}, ip);
    }
    for (const Field field : {HostIp, Phase, Qos, ServiceAccount, PriorityClass, NominatedNode, OwnerKind}) {
        if ((fields & field) != 0) {
            reader.number();
        }
    }
    return PodDigest::of(name, name.substr(0, static_cast<std::size_t>(reader.number())), ip);
}

PodRecord::PodRecord(std::string_view block, PackedTime created)
    : m_created(created)
{
    Reader reader(block, created);
    name = reader.text();
    const auto fields = reader.fields(kFieldBytes);
    const auto get = [fields](Field field, auto &&read) {
        if ((fields & field) != 0) {
            read();
        }
    };
    get(UidText, [&] { uid = reader.text(); });
    get(VersionNumber, [&] { m_version = reader.number(); });
    get(VersionText, [&] { m_versionText = reader.text(); });
    get(Ip, [&] { ip = reader.text(); });
    get(HostIp, [&] { hostIp = reader.word(); });
    get(Phase, [&] { phase = reader.word(); });
    get(Qos, [&] { qos = reader.word(); });
    get(ServiceAccount, [&] { serviceAccount = reader.word(); });
    get(PriorityClass, [&] { priorityClass = reader.word(); });
    get(NominatedNode, [&] { nominatedNode = reader.word(); });
    get(OwnerKind, [&] { ownerKind = reader.word(); });
    get(OwnerPrefix, [&] { ownerName = name.substr(0, static_cast<std::size_t>(reader.number())); });
    get(OwnerText, [&] { ownerName = reader.text(); });
    get(Deleted, [&] { deleted = reader.time(); });
    get(LastRestart, [&] { lastRestart = reader.time(); });
    get(ReadinessGates, [&] { readinessGates = reader.text(); });
    get(StatusMessage, [&] { statusMessage = reader.text(); });
    get(WideCpuRequested, [&] { cpuRequested = MilliCpu(reader.signedNumber()); });
    get(WideCpuLimit, [&] { cpuLimit = MilliCpu(reader.signedNumber()); });
    get(WideMemoryRequested, [&] { memoryRequested = Bytes(reader.bytes()); });
    get(WideMemoryLimit, [&] { memoryLimit = Bytes(reader.bytes()); });
    m_rest = reader.rest();
}

std::string PodRecord::resourceVersion() const
{
    return m_version ? std::to_string(*m_version) : std::string(m_versionText);
}

bool PodRecord::isVersion(std::string_view text) const
{
    return m_version ? numberIn(text) == m_version : text == m_versionText;
}

std::vector<PodRecord::Condition> PodRecord::conditions() const
{
    Reader reader(m_rest, m_created);
    return conditionsAt(reader);
}

std::vector<PodRecord::Container> PodRecord::containers() const
{
    Reader reader(m_rest, m_created);
    conditionsAt(reader);
    std::vector<Container> containers;
    while (!reader.ended()) {
        containers.push_back(containerAt(reader));
    }
    return containers;
}

} // namespace sextant
