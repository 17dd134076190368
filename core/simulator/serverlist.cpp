// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulator/server.h"
#include "core/simulator/serverbody.h"
#include "core/simulator/servershape.h"

#include <algorithm>
#include <random>

namespace sextant::simulator {

namespace {

constexpr std::size_t kPiece = 64 * 1024;
constexpr std::size_t kKept = 16 << 20; // of what was encoded to be measured, so that short lists are encoded once

/// A protobuf list: its envelope says the length first, so items are measured before they are sent.
class ProtobufListBody final : public BodySource {
public:
    ProtobufListBody(std::vector<ObjectPtr> items, const Shaper &shaper, const std::string &meta)
        : m_items(std::move(items))
        , m_shaper(shaper)
    {
        std::string first;
        wire::appendField(first, 1, meta);
        std::size_t total = first.size();
        std::string one;
        for (const auto &item : m_items) {
            one.clear();
            m_shaper.message(*item, one);
            total += 1 + wire::varintSize(one.size()) + one.size();
            if (m_kept.size() < kKept) {
                wire::appendField(m_kept, 2, one);
                ++m_next;
            }
        }
        m_kept.insert(0, wire::envelopeHead(m_shaper.apiVersion(), m_shaper.listKind(), total) + first);
    }

    bool more(std::string &out) override
    {
        if (m_sent < m_kept.size()) {
            const auto n = std::min(kPiece, m_kept.size() - m_sent);
            out.append(m_kept, m_sent, n);
            m_sent += n;
            return true;
        }
        if (m_ended) {
            return false;
        }
        if (!m_kept.empty()) {
            std::string().swap(m_kept);
            m_sent = 0;
        }
        std::string one;
        for (const auto enough = out.size() + kPiece; m_next < m_items.size() && out.size() < enough; ++m_next) {
            one.clear();
            m_shaper.message(*m_items[m_next], one);
            wire::appendField(out, 2, one);
            m_items[m_next].reset();
        }
        if (m_next == m_items.size()) {
            out += wire::envelopeTail();
            m_ended = true;
        }
        return true;
    }

private:
    std::vector<ObjectPtr> m_items;
    Shaper m_shaper;
    std::string m_kept;
    std::size_t m_sent = 0;
    std::size_t m_next = 0;
    bool m_ended = false;
};

} // namespace

struct ApiServer::Page {
    std::vector<ObjectPtr> items;
    std::uint64_t version = 0;
    std::string token;
    std::int64_t remaining = -1;
};

bool ApiServer::objectsAt(
    Resource resource, std::uint64_t version, std::vector<ObjectPtr> &out, std::uint64_t &found) const
{
    out = m_store.list(resource, found);
    if (version == 0 || version >= found) {
        return true;
    }
    std::vector<Entry> since;
    if (!m_store.changesAfter(resource, version, std::size_t(-1), std::chrono::steady_clock::now(), since)) {
        return false;
    }
    // Undo what happened after `version`, the newest first.
    std::map<std::string, ObjectPtr> then;
    for (auto &object : out) {
        then.emplace(keyOf(*object), object);
    }
    for (auto it = since.rbegin(); it != since.rend(); ++it) {
        if (it->object->resourceVersion > found) {
            continue; // came after the picture was taken
        }
        if (it->previous) {
            then[keyOf(*it->object)] = it->previous;
        } else {
            then.erase(keyOf(*it->object));
        }
    }
    out.clear();
    for (auto &[key, object] : then) {
        out.push_back(std::move(object));
    }
    found = version;
    return true;
}

void ApiServer::list(Exchange &x, const ListOptions &options)
{
    Page page;
    const bool stored = x.info->source == ResourceInfo::Source::Stored;
    const bool cached = stored && x.info->stored != Resource::Events; // events have no watch cache
    if (options.number > 0 && !awaitVersion(x, options.number)) {
        return;
    }
    const bool continued = options.tokenVersion > 0;
    // With a limit and no match, a version means exactly that version: the older rule, kept.
    const bool exact = options.match == "Exact" || (options.number > 0 && options.match.empty() && options.limit > 0);
    const auto at = continued ? options.tokenVersion : exact ? options.number : 0;
    std::vector<ObjectPtr> all;
    if (!stored) {
        page.version = m_store.version();
    } else if (!objectsAt(x.info->stored, at, all, page.version)) {
        wire::Status gone{410, "Expired", {}, {}, {}, {}, {}, 0, {}};
        if (continued) {
            gone.message =
                "The provided continue parameter is too old to display a consistent list result. You can start a new "
                "list without the continue parameter, or use the continue token in this response to retrieve the "
                "remainder of the results. Continuing with the provided token results in an inconsistent list - "
                "objects that were created, modified, or deleted between the time the first chunk was returned and "
                "now may show up in the list.";
            gone.token = continueToken(m_store.version(), options.startAfter);
        } else {
            gone.message = "The resourceVersion for the provided list is too old.";
        }
        refuse(x, gone);
        return;
    }

    auto begin = all.begin();
    if (continued) {
        begin = std::upper_bound(all.begin(), all.end(), options.startAfter,
            [](const std::string &key, const ObjectPtr &object) { return key < keyOf(*object); });
    }
    const bool unlimited = options.limit <= 0 || (options.version == "0" && cached && !continued);
    std::int64_t left = unlimited ? std::numeric_limits<std::int64_t>::max() : options.limit;
    auto it = begin;
    for (; it != all.end() && left > 0; ++it) {
        const auto &object = **it;
        if ((x.target.ns.empty() || object.ns == x.target.ns) && options.matches(object)) {
            page.items.push_back(*it);
            --left;
        }
    }
    const auto inScope = [&](const ObjectPtr &object) { return x.target.ns.empty() || object->ns == x.target.ns; };
    const auto rest = std::count_if(it, all.end(), inScope);
    if (rest > 0 && !page.items.empty()) {
        page.token = continueToken(page.version, keyOf(*page.items.back()));
        if (!options.selecting()) {
            page.remaining = rest;
        }
    }
    all.clear();
    if (m_discovery.old() && cached && !options.version.empty() && !exact && !continued) {
        // The old cache is a hash map. The same order for the same version, so that a failing test can be run again.
        std::shuffle(page.items.begin(), page.items.end(), std::mt19937_64(m_setup.seed ^ page.version));
    }

    const Shaper shaper(*x.info, x.wanted, m_setup.now());
    x.response.status = 200;
    if (x.wanted.format == Wanted::Format::Protobuf) {
        const auto meta = wire::listMeta(std::to_string(page.version), page.token, page.remaining);
        sendBody(x.request, x.response, "application/vnd.kubernetes.protobuf",
            std::make_unique<ProtobufListBody>(std::move(page.items), shaper, meta), m_faults, x.link);
        return;
    }
    auto shared = std::make_shared<std::vector<ObjectPtr>>(std::move(page.items));
    const bool withObject = x.query.value("includeObject") != "None";
    const bool fullObject = x.query.value("includeObject") == "Object";
    const auto frame = shaper.listFrame(std::to_string(page.version), page.token, page.remaining);
    sendBody(x.request, x.response, "application/json",
        std::make_unique<JsonListBody>(
            frame, shared->size(),
            [shared, shaper, withObject, fullObject](
                std::size_t i) { return shaper.listItem(*(*shared)[i], withObject, fullObject); },
            x.pretty),
        m_faults, x.link);
}

void ApiServer::get(Exchange &x)
{
    const bool stored = x.info->source == ResourceInfo::Source::Stored;
    if (!x.target.subresource.empty() && x.target.subresource != "status") {
        refuse(x, {404, "NotFound", "the server could not find the requested resource", {}, {}, {}, {}, 0, {}});
        return;
    }
    if (const auto text = x.query.value("resourceVersion"); !text.empty()) {
        const auto version = std::strtoull(text.c_str(), nullptr, 10);
        if (!awaitVersion(x, version)) {
            return;
        }
    }
    const auto object = stored ? m_store.get(x.info->stored, x.target.ns, x.target.name) : nullptr;
    if (!object) {
        const auto full = x.target.resource + (x.target.group.empty() ? "" : '.' + x.target.group);
        refuse(x,
            {404, "NotFound", full + " \"" + x.target.name + "\" not found", x.target.name, x.target.group,
                x.target.resource, {}, 0, {}});
        return;
    }
    const Shaper shaper(*x.info, x.wanted, m_setup.now());
    x.response.status = 200;
    if (x.wanted.format == Wanted::Format::Protobuf) {
        sendText(
            x.request, x.response, "application/vnd.kubernetes.protobuf", shaper.envelope(*object), m_faults, x.link);
    } else {
        const auto include = x.query.value("includeObject");
        json(x, shaper.whole(*object, include != "None", include == "Object", true));
    }
}

} // namespace sextant::simulator
