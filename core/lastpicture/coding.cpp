// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/lastpicture/coding.h"

#include "core/fleet/keptrows.h"
#include "core/fleet/podrecord.h"
#include "core/lastpicture/drafts.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <unistd.h>
#include <vector>

namespace sextant::lastpicture {

namespace {

constexpr std::uint32_t kFormat = 2;
constexpr std::size_t kLeastWord = 4, kLeastDraft = 64, kLeastPod = 64;
constexpr std::uint32_t kEnd = 0x444e4521;

/// The first bytes of a file. All of it is under the checksum, too.
struct Prelude {
    std::array<char, 8> magic{'S', 'X', 'T', 'P', 'I', 'C', 'T', '\n'};
    std::uint32_t format = kFormat;
    std::uint32_t order = 0x01020304; ///< another machine's numbers read differently
    std::uint64_t size = 0; ///< of the file
    std::uint64_t words = 0; ///< where the words begin; the rest lies before them
    std::uint64_t checksum = 0; ///< of all that follows, and of the members before this one

    std::uint64_t sealed(std::uint64_t body) const
    {
        Checksum sum;
        Prelude copy = *this;
        copy.checksum = body;
        sum.add(reinterpret_cast<const char *>(&copy), sizeof copy);
        return sum.value();
    }
};
static_assert(sizeof(Prelude) == 40);

Error ioError(int reason)
{
    return Error{.code = ErrorCode::Io, .message = std::string("cannot be written: ") + std::strerror(reason)};
}

Error bad(const std::string &what) { return Error{.code = ErrorCode::Decode, .message = what}; }

/// Words in the order in which a file first needs them.
class Words {
public:
    explicit Words(const StringPool &pool)
        : m_pool(pool)
        , m_number(pool.size(), 0)
    {
    }
    /// 0 is the empty word, in a file as in a pool.
    StringId number(StringId word)
    {
        const auto at = static_cast<std::size_t>(word);
        if (word == StringId::Empty || at >= m_number.size()) {
            return StringId::Empty;
        }
        if (m_number[at] == 0) {
            m_words.push_back(word);
            m_number[at] = static_cast<std::uint32_t>(m_words.size());
        }
        return StringId(m_number[at]);
    }
    void write(Writer &out) const
    {
        out.value(static_cast<std::uint32_t>(m_words.size()));
        for (const StringId word : m_words) {
            out.text(m_pool.view(word));
        }
    }

private:
    const StringPool &m_pool;
    std::vector<std::uint32_t> m_number; ///< by number in the pool; 0: not used yet
    std::vector<StringId> m_words;
};

/// Which workload a slot is in the file.
std::uint32_t ordinal(const std::vector<std::uint32_t> &ordinals, std::uint32_t slot)
{
    return slot < ordinals.size() ? ordinals[slot] : kNoSlot;
}

void writeKinds(DraftWriter &way, const ClusterStatus &status)
{
    for (const ResourceStatus &kind : status.resources) {
        way(kind.sync, kind.namespaces, kind.unreadable);
    }
}

void writePods(Writer &out, const ClusterSnapshot &cluster, Words &words, const std::vector<std::uint32_t> &workloads)
{
    const auto number = [&words](StringId word) { return words.number(word); };
    std::string record;
    out.value(static_cast<std::uint32_t>(cluster.pods().size()));
    for (const PodView pod : cluster.pods()) {
        const KeptPod kept = keptPod(pod);
        const auto controller = ordinal(workloads, kept.controller);
        // One whose controller is not among the workloads would not find it later: it is to be read anew.
        PodRecord::renumber(kept.record, number, controller != kNoSlot || !kept.owned, record);
        out.value(kept.uid.high);
        out.value(kept.uid.low);
        for (const StringId word : {kept.ns, kept.node, kept.status, kept.team}) {
            out.value(words.number(word));
        }
        out.value(kept.state);
        out.value(kept.flags);
        out.value(kept.ready);
        out.value(kept.total);
        out.value(kept.restarts);
        out.value(kept.created);
        out.value(kept.cpuRequested);
        out.value(kept.cpuLimit);
        out.value(kept.memoryRequested);
        out.value(kept.memoryLimit);
        out.value(kept.cpuUsed);
        out.value(kept.memoryUsed);
        out.value(kept.usageTime);
        out.value(controller);
        out.text(record);
    }
}

class Reading {
public:
    Reading(Reader &in, ClusterStore &store, std::vector<StringId> words)
        : m_in(in)
        , m_way(in)
        , m_store(store)
        , m_words(std::move(words))
    {
    }

    void rows()
    {
        drafts<NamespaceDraft>();
        const auto nodes = m_in.count(kLeastDraft);
        for (std::uint32_t i = 0; i < nodes && !m_in.failed(); ++i) {
            NodeDraft draft;
            std::int64_t cpu = 0, memory = 0;
            PackedTime sampled = 0;
            m_way(draft, cpu, memory, sampled);
            UsageDraft usage{.ns = {}, .name = draft.name, .cpu = MilliCpu(cpu), .memory = Bytes(memory)};
            m_store.upsert(std::move(draft));
            if (sampled != 0) {
                m_store.addUsage(ResourceKind::NodeMetrics, usage, unpackTime(sampled));
            }
        }
        drafts<WorkloadDraft>();
        const auto pods = m_in.count(kLeastPod);
        for (std::uint32_t i = 0; i < pods && !m_in.failed(); ++i) {
            pod();
        }
    }

private:
    StringId word()
    {
        const auto number = m_in.value<std::uint32_t>();
        return number < m_words.size() ? m_words[number] : StringId::Empty;
    }
    template <class Draft> void drafts()
    {
        const auto count = m_in.count(kLeastDraft);
        for (std::uint32_t i = 0; i < count && !m_in.failed(); ++i) {
            Draft draft;
            m_way(draft);
            if constexpr (std::is_same_v<Draft, WorkloadDraft>) {
                m_uids.emplace_back(draft.kind == WorkloadKind::Pod ? Uid{} : packUid(draft.uid));
            }
            m_store.upsert(std::move(draft));
        }
    }
    void pod()
    {
        KeptPod kept;
        kept.uid.high = m_in.value<std::uint64_t>();
        kept.uid.low = m_in.value<std::uint64_t>();
        for (StringId *one : {&kept.ns, &kept.node, &kept.status, &kept.team}) {
            *one = word();
        }
        m_way(kept.state, kept.flags, kept.ready, kept.total, kept.restarts, kept.created, kept.cpuRequested,
            kept.cpuLimit, kept.memoryRequested, kept.memoryLimit, kept.cpuUsed, kept.memoryUsed, kept.usageTime);
        const auto controller = m_in.value<std::uint32_t>();
        kept.owner = controller < m_uids.size() ? m_uids[controller] : Uid{};
        PodRecord::renumber(
            m_in.text(),
            [this](StringId number) {
                const auto place = static_cast<std::size_t>(number);
                return place < m_words.size() ? m_words[place] : StringId::Empty;
            },
            true, m_record);
        kept.record = m_record;
        if (!m_in.failed()) {
            m_store.restore(kept);
        }
    }

    Reader &m_in;
    DraftReader m_way;
    ClusterStore &m_store;
    std::vector<StringId> m_words; ///< by their number in the file
    std::vector<Uid> m_uids; ///< of controllers, by their order in the file; nobody's for bare pods
    std::string m_record;
};

std::vector<StringId> readWords(Reader in, ClusterStore &store)
{
    std::vector<StringId> words{StringId::Empty};
    const auto count = in.count(kLeastWord);
    words.reserve(std::size_t(count) + 1);
    for (std::uint32_t i = 0; i < count && !in.failed(); ++i) {
        words.push_back(store.intern(in.text()));
    }
    return in.failed() ? std::vector<StringId>() : words;
}

} // namespace

Result<void> write(int file, const About &about, const ClusterSnapshot &cluster, Time at)
{
    Prelude prelude;
    if (::lseek(file, sizeof prelude, SEEK_SET) < 0) {
        return ioError(errno);
    }
    Writer out(file);
    DraftWriter way(out);
    Words words(cluster.strings());
    const ClusterStatus &status = cluster.status();
    way(about.identity, about.program, about.settings, at, status.orchestrator, status.uid, status.version,
        status.namespaces);
    writeKinds(way, status);
    out.value(static_cast<std::uint32_t>(cluster.namespaces().size()));
    for (const NamespaceView ns : cluster.namespaces()) {
        way(ns.draft());
    }
    out.value(static_cast<std::uint32_t>(cluster.nodes().size()));
    for (const NodeView node : cluster.nodes()) {
        way(node.draft(), node.cpuUsed(), node.memoryUsed(), packTime(node.usageSampledAt()));
    }
    std::vector<std::uint32_t> workloads(cluster.workloadSlots(), kNoSlot);
    std::uint32_t next = 0;
    out.value(static_cast<std::uint32_t>(cluster.workloads().size()));
    for (const WorkloadView workload : cluster.workloads()) {
        workloads[workload.slot()] = next++;
        way(workload.draft());
    }
    writePods(out, cluster, words, workloads);
    out.value(kEnd);
    prelude.words = sizeof prelude + out.size();
    words.write(out);
    out.value(kEnd);
    if (const int reason = out.finish(); reason != 0) {
        return ioError(reason);
    }
    prelude.size = sizeof prelude + out.size();
    prelude.checksum = prelude.sealed(out.checksum());
    return ::pwrite(file, &prelude, sizeof prelude, 0) == sizeof prelude ? Result<void>() : ioError(errno);
}

Result<Time> read(int file, std::uint64_t size, const About &about, ClusterStore &store)
{
    Prelude prelude;
    if (size < sizeof prelude || ::pread(file, &prelude, sizeof prelude, 0) != sizeof prelude) {
        return bad("it is cut short");
    }
    if (prelude.magic != Prelude().magic || prelude.order != Prelude().order) {
        return bad("it is no kept picture of this machine");
    }
    if (prelude.format != kFormat) {
        return bad("it has the format " + std::to_string(prelude.format) + ", not " + std::to_string(kFormat));
    }
    std::uint64_t sum = 0;
    if (prelude.size != size || prelude.words < sizeof prelude || prelude.words > size
        || !checksumOf(file, sizeof prelude, size, sum)) {
        return bad("it is cut short");
    }
    if (prelude.sealed(sum) != prelude.checksum) {
        return bad("it is damaged");
    }
    Reader in(file, sizeof prelude, prelude.words);
    DraftReader way(in);
    About found;
    KeptPicture kept;
    way(found.identity, found.program, found.settings, kept.at, kept.orchestrator, kept.uid, kept.version,
        kept.namespaces);
    if (found.identity != about.identity) {
        return bad("it is of another cluster");
    }
    if (found.program != about.program) {
        return bad("it was written by another version of the program");
    }
    if (found.settings != about.settings) {
        return bad("it was read under another configuration");
    }
    for (KeptPicture::Kind &kind : kept.kinds) {
        way(kind.sync, kind.namespaces, kind.unreadable);
    }
    std::vector<StringId> words = readWords(Reader(file, prelude.words, size), store);
    if (words.empty() || in.failed()) {
        return bad("it is damaged");
    }
    const Time at = std::min(kept.at, wallNow()); // whatever the clock did meanwhile, it was before now
    if (at <= Time()) {
        return bad("it does not say of when it is");
    }
    kept.at = at;
    Reading(in, store, std::move(words)).rows();
    if (in.value<std::uint32_t>() != kEnd || in.failed() || in.left() != 0) {
        store.forgetRows();
        return bad("it is damaged");
    }
    store.restored(std::move(kept));
    return at;
}

} // namespace sextant::lastpicture
