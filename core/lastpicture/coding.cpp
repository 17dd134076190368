// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/lastpicture/coding.h"

#include "core/fleet/draftrecord.h"
#include "core/fleet/keptrows.h"
#include "core/fleet/podrecord.h"
#include "core/lastpicture/drafts.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <type_traits>
#include <unistd.h>
#include <vector>

namespace sextant::lastpicture {

namespace {

constexpr std::uint32_t kFormat = 2;
constexpr std::size_t kLeastWord = 4, kLeastDraft = 64, kLeastRow = 40, kLeastPod = 64;
constexpr std::uint32_t kEnd = 0x444e4521;

/// The first bytes of a file.
struct Prelude {
    std::array<char, 8> magic{'S', 'X', 'T', 'P', 'I', 'C', 'T', '\n'};
    std::uint32_t format = kFormat;
    std::uint32_t order = 0x01020304; ///< another machine's numbers read differently
    std::uint64_t size = 0; ///< of the file
    std::uint64_t words = 0; ///< where the words begin; the rows lie before them
    std::uint64_t rowsSum = 0, wordsSum = 0; ///< checksums
    std::uint64_t seal = 0; ///< checksum of the members before this one

    std::uint64_t sealed() const
    {
        Checksum sum;
        Prelude copy = *this;
        copy.seal = 0;
        sum.add(reinterpret_cast<const char *>(&copy), sizeof copy);
        return sum.value();
    }
};
static_assert(sizeof(Prelude) == 56);

Error ioError(int reason)
{
    return Error{.code = ErrorCode::Io, .message = std::string("cannot be written: ") + std::strerror(reason)};
}

Error bad(const std::string &what) { return Error{.code = ErrorCode::Decode, .message = what}; }

/// Words in the order in which a file first needs them, after those that every fleet begins with: read before anything
/// else, all of them have the same numbers again.
class Words {
public:
    explicit Words(const StringPool &from)
        : m_from(from)
        , m_numbers(from.size(), StringId::Empty)
    {
        for (const std::string_view word : FleetStore::commonWords()) {
            m_words.intern(word);
        }
    }
    /// The file's number of a word of the fleet.
    StringId number(StringId word)
    {
        const auto at = static_cast<std::size_t>(word);
        if (at >= m_numbers.size()) {
            return StringId::Empty;
        }
        if (m_numbers[at] == StringId::Empty) {
            m_numbers[at] = m_words.intern(m_from.view(word));
        }
        return m_numbers[at];
    }
    /// A packed draft with its words under the file's numbers. Valid until the next one.
    template <class Draft> std::string_view renumbered(std::string_view record)
    {
        packDraft(unpackDraft<Draft>(record, m_from), m_words, m_record);
        return m_record;
    }
    void write(Writer &out) const
    {
        const auto words = static_cast<std::uint32_t>(m_words.size() - 1); // but for the empty one, which is 0
        out.value(words);
        for (std::uint32_t i = 1; i <= words; ++i) {
            out.text(m_words.view(StringId(i)));
        }
    }

private:
    const StringPool &m_from;
    StringPool m_words;
    std::vector<StringId> m_numbers; ///< by number in `m_from`; Empty: not used yet, or empty
    std::string m_record;
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

/// The cells that a kept row lists, words under the file's numbers.
template <class Kept> auto cellWriter(Writer &out, Words &words, const Kept &kept)
{
    return [&](auto, auto member) {
        if constexpr (std::is_same_v<std::remove_cvref_t<decltype(kept.*member)>, StringId>) {
            out.value(words.number(kept.*member));
        } else {
            out.value(kept.*member);
        }
    };
}

void write(Writer &out, Uid uid)
{
    out.value(uid.high);
    out.value(uid.low);
}

void writeNodes(Writer &out, const ClusterSnapshot &cluster, Words &words)
{
    out.value(static_cast<std::uint32_t>(cluster.nodes().size()));
    for (const NodeView node : cluster.nodes()) {
        const KeptNode kept = keptNode(node);
        write(out, kept.uid);
        KeptNode::cells(cellWriter(out, words, kept));
        out.text(words.renumbered<NodeDraft>(kept.record));
    }
}

/// @return which workload a slot is in the file.
std::vector<std::uint32_t> writeWorkloads(Writer &out, const ClusterSnapshot &cluster, Words &words)
{
    std::vector<std::uint32_t> ordinals(cluster.workloadSlots(), kNoSlot);
    std::uint32_t next = 0;
    out.value(static_cast<std::uint32_t>(cluster.workloads().size()));
    for (const WorkloadView workload : cluster.workloads()) {
        ordinals[workload.slot()] = next++;
        const KeptWorkload kept = keptWorkload(workload);
        write(out, kept.uid);
        write(out, kept.owner);
        KeptWorkload::cells(cellWriter(out, words, kept));
        out.text(words.renumbered<WorkloadDraft>(kept.record));
    }
    return ordinals;
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
        write(out, kept.uid);
        const auto put = cellWriter(out, words, kept);
        KeptPod::cells(put);
        KeptPod::usage(put);
        out.value(controller);
        out.text(record);
    }
}

/// The words of a file, as they are numbered there and here.
class ReadWords {
public:
    /// False: they are not what was written, and none was interned.
    bool read(Reader in, std::uint64_t checksum, StringPool &strings)
    {
        const auto count = in.count(kLeastWord);
        m_texts.reserve(count);
        for (std::uint32_t i = 0; i < count && !in.failed(); ++i) {
            m_texts.emplace_back(in.text());
        }
        if (in.value<std::uint32_t>() != kEnd || in.failed() || in.left() != 0 || in.checksum() != checksum) {
            return false;
        }
        m_numbers = {StringId::Empty};
        m_numbers.reserve(m_texts.size() + 1);
        for (const std::string &text : m_texts) {
            const StringId here = strings.intern(text);
            m_same = m_same && here == StringId(static_cast<std::uint32_t>(m_numbers.size()));
            m_numbers.push_back(here);
        }
        if (!m_same) {
            for (const std::string &text : m_texts) {
                m_ofFile.intern(text);
            }
        }
        return true;
    }
    StringId operator[](StringId number) const
    {
        const auto at = static_cast<std::size_t>(number);
        return at < m_numbers.size() ? m_numbers[at] : StringId::Empty;
    }
    bool same() const { return m_same; } ///< all of them: nothing else was interned here before
    const StringPool &ofFile() const { return m_ofFile; } ///< unless they are the same

private:
    std::vector<std::string> m_texts;
    std::vector<StringId> m_numbers; ///< here, by their number in the file
    bool m_same = true;
    StringPool m_ofFile;
};

class Reading {
public:
    Reading(Reader &in, ClusterStore &store, const ReadWords &words)
        : m_in(in)
        , m_way(in)
        , m_store(store)
        , m_words(words)
    {
    }

    void rows()
    {
        each(kLeastDraft, [this] {
            NamespaceDraft draft;
            m_way(draft);
            m_store.upsert(std::move(draft));
        });
        each(kLeastRow, [this] { node(); });
        each(kLeastRow, [this] { workload(); });
        m_store.joinRestored();
        each(kLeastPod, [this] { pod(); });
    }

private:
    template <class Read> void each(std::size_t least, const Read &read)
    {
        const auto count = m_in.count(least);
        for (std::uint32_t i = 0; i < count && !m_in.failed(); ++i) {
            read();
        }
    }
    Uid uid()
    {
        Uid uid;
        uid.high = m_in.value<std::uint64_t>();
        uid.low = m_in.value<std::uint64_t>();
        return uid;
    }
    /// The cells that a kept row lists, words under their numbers here.
    template <class Kept> auto cells(Kept &kept)
    {
        return [this, &kept](auto, auto member) {
            if constexpr (std::is_same_v<std::remove_cvref_t<decltype(kept.*member)>, StringId>) {
                kept.*member = m_words[StringId(m_in.value<std::uint32_t>())];
            } else {
                m_way(kept.*member);
            }
        };
    }
    /// With the words under their numbers here.
    template <class Draft> std::string_view record()
    {
        const std::string_view kept = m_in.text();
        if (m_words.same()) {
            return kept;
        }
        packDraft(unpackDraft<Draft>(kept, m_words.ofFile()), m_store.strings(), m_record);
        return m_record;
    }
    void node()
    {
        KeptNode kept;
        kept.uid = uid();
        KeptNode::cells(cells(kept));
        kept.record = record<NodeDraft>();
        if (!m_in.failed()) {
            m_store.restore(kept);
        }
    }
    void workload()
    {
        KeptWorkload kept;
        kept.uid = uid();
        kept.owner = uid();
        KeptWorkload::cells(cells(kept));
        kept.record = record<WorkloadDraft>();
        if (!m_in.failed()) {
            m_workloads.push_back(m_store.restore(kept));
        }
    }
    void pod()
    {
        KeptPod kept;
        kept.uid = uid();
        const auto get = cells(kept);
        KeptPod::cells(get);
        KeptPod::usage(get);
        const auto controller = m_in.value<std::uint32_t>();
        kept.controller = controller < m_workloads.size() ? m_workloads[controller] : kNoSlot;
        kept.record = m_in.text();
        if (!m_words.same()) {
            PodRecord::renumber(
                kept.record, [this](StringId number) { return m_words[number]; }, true, m_record);
            kept.record = m_record;
        }
        if (!m_in.failed()) {
            m_store.restore(kept);
        }
    }

    Reader &m_in;
    DraftReader m_way;
    ClusterStore &m_store;
    const ReadWords &m_words;
    std::vector<std::uint32_t> m_workloads; ///< slots, by their order in the file
    std::string m_record;
};

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
    writeNodes(out, cluster, words);
    const std::vector<std::uint32_t> workloads = writeWorkloads(out, cluster, words);
    writePods(out, cluster, words, workloads);
    out.value(kEnd);
    if (const int reason = out.finish(); reason != 0) {
        return ioError(reason);
    }
    prelude.words = sizeof prelude + out.size();
    Writer after(file);
    words.write(after);
    after.value(kEnd);
    if (const int reason = after.finish(); reason != 0) {
        return ioError(reason);
    }
    prelude.size = prelude.words + after.size();
    prelude.rowsSum = out.checksum();
    prelude.wordsSum = after.checksum();
    prelude.seal = prelude.sealed();
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
    if (prelude.seal != prelude.sealed()) {
        return bad("it is damaged");
    }
    if (prelude.size != size || prelude.words < sizeof prelude || prelude.words > size) {
        return bad("it is cut short");
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
    ReadWords words;
    if (in.failed() || !words.read(Reader(file, prelude.words, size), prelude.wordsSum, store.strings())) {
        return bad("it is damaged");
    }
    const Time at = std::min(kept.at, wallNow()); // whatever the clock did meanwhile, it was before now
    if (at <= Time()) {
        return bad("it does not say of when it is");
    }
    kept.at = at;
    Reading(in, store, words).rows();
    if (in.value<std::uint32_t>() != kEnd || in.failed() || in.left() != 0 || in.checksum() != prelude.rowsSum) {
        store.forgetRows();
        return bad("it is damaged");
    }
    store.restored(std::move(kept));
    return at;
}

} // namespace sextant::lastpicture
