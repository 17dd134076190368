// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kubernetes/podsketcher.h"

#include "core/base/format.h"

#include <spdlog/spdlog.h>

namespace sextant::kubernetes {
namespace {
/// More rows than any cluster has pods; what comes beyond is not kept.
constexpr std::size_t kMostRows = 2'000'000;
} // namespace

PodSketcher::PodSketcher(ReflectorHost &host, std::string path, std::function<void(Step)> went)
    : m_host(host)
    , m_went(std::move(went))
    , m_table([this](std::string_view node, State state) {
        if (m_sketch.rows.size() < kMostRows) {
            m_sketch.rows.push_back({m_host.store().strings().intern(node), state});
        }
        m_dirty = true;
    })
{
    m_key = m_host.session().start({.path = std::move(path) + kPodTableQuery,
                                       .accept = kTableAccept,
                                       .kind = Ask::Kind::List,
                                       .of = ResourceKind::Pods},
        {.head =
                [this](const net::Head &head) {
                    const Result<WireFormat> format = wireFormatOf(head.contentType);
                    m_json = format && *format == WireFormat::Json;
                    m_went(Step::Comes);
                },
            .piece = [this](std::string_view bytes) { piece(bytes); },
            .done = [this](Answer &&answer) { done(answer); }});
}

PodSketcher::~PodSketcher()
{
    m_host.session().cancel(m_key);
    m_host.store().setSketch(nullptr);
    m_host.wrote(0);
}

void PodSketcher::flush()
{
    if (!m_sketch.complete && m_sketch.rows.size() <= m_host.store().count(ResourceKind::Pods)) {
        m_host.store().setSketch(nullptr);
        return;
    }
    const ClusterSnapshotPtr cluster = m_host.store().current();
    if (cluster->status().of(ResourceKind::Nodes).sync != Sync::Live) {
        m_host.wrote(0); // nodes may come after the rows, and are looked at once they are published
    }
    std::set<StringId> silent;
    for (const NodeView node : cluster->nodes()) {
        if (node.silent()) {
            silent.insert(m_host.store().strings().intern(node.name()));
        }
    }
    if (!m_dirty && silent == m_silent) {
        return;
    }
    m_dirty = false;
    m_silent = std::move(silent);
    auto sketch = std::make_shared<PodSketch>(m_sketch);
    for (PodSketch::Row &row : sketch->rows) { // as PodView::state() has it
        if ((row.state == State::Ok || row.state == State::Warning) && m_silent.contains(row.node)) {
            row.state = State::Unknown;
        }
    }
    m_host.store().setSketch(std::move(sketch));
}

void PodSketcher::piece(std::string_view bytes)
{
    m_host.heard();
    if (!m_json) {
        giveUp("the answer is no JSON");
    } else if (const Result<void> fed = m_table.feed(bytes); !fed) {
        giveUp(fed.error().message);
    } else {
        m_host.wrote(0);
    }
}

void PodSketcher::done(const Answer &answer)
{
    m_key = 0;
    if (answer.error) {
        giveUp(answer.error->message);
    } else if (!answer.ok()) {
        giveUp("the server answered " + std::to_string(answer.status));
    } else if (const Result<void> finished = m_table.finish(); !finished) {
        giveUp(finished.error().message);
    } else {
        m_sketch.complete = true;
        m_dirty = true;
        m_host.wrote(0);
        m_went(Step::Whole);
    }
}

/// A part of the picture would pass for the whole, so it is taken back.
void PodSketcher::giveUp(const std::string &why)
{
    spdlog::info("{}: no first picture from a Table: {}", sanitized(m_host.store().status().name), sanitized(why));
    m_host.session().cancel(m_key);
    m_key = 0;
    m_dirty = false;
    m_sketch = {};
    m_host.store().setSketch(nullptr);
    m_host.wrote(0);
    m_went(Step::GivenUp);
}

} // namespace sextant::kubernetes
