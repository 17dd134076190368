// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/jump.h"

#include "ui/theme/theme.h"

#include <QStringList>

#include <algorithm>
#include <array>

namespace sextant::ui {

namespace {

bool boundary(QChar c) { return !c.isLetterOrNumber(); }

/// Letters of `word` in order; the number of gaps between them, below 0 when one is missing.
int gaps(const QString &word, const QString &text)
{
    qsizetype at = -1;
    int count = 0;
    for (const QChar c : word) {
        const qsizetype next = text.indexOf(c, at + 1);
        if (next < 0) {
            return -1;
        }
        count += next != at + 1 ? 1 : 0;
        at = next;
    }
    return count;
}

int wordScore(const QString &word, const QString &text, bool loose)
{
    const qsizetype at = text.indexOf(word);
    if (at == 0) {
        return text.size() == word.size() ? 0 : 1;
    }
    if (at > 0) {
        return boundary(text.at(at - 1)) ? 2 : 4;
    }
    if (loose && word.size() > 1) {
        const int found = gaps(word, text);
        return found < 0 ? -1 : 6 + found;
    }
    return -1;
}

QString fold(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())).toLower();
}

/// The best `limit` of one kind, without keeping the rest.
class Best {
public:
    explicit Best(std::size_t limit)
        : m_limit(limit)
    {
    }
    template <class Make> void offer(int score, std::size_t length, const Make &make)
    {
        const int rank = score * 1000 + static_cast<int>(std::min<std::size_t>(length, 999));
        if (m_found.size() == m_limit && rank >= m_found.back().score) {
            return;
        }
        JumpTarget target = make();
        target.score = rank;
        const auto at = std::upper_bound(m_found.begin(), m_found.end(), rank,
            [](int value, const JumpTarget &other) { return value < other.score; });
        m_found.insert(at, std::move(target));
        if (m_found.size() > m_limit) {
            m_found.pop_back();
        }
    }
    std::vector<JumpTarget> take() { return std::move(m_found); }

private:
    std::size_t m_limit;
    std::vector<JumpTarget> m_found;
};

} // namespace

int jumpScore(const QString &query, const QString &text, bool loose)
{
    const QString folded = text.toLower();
    int sum = 0;
    for (const QString &word : query.toLower().split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
        const int score = wordScore(word, folded, loose);
        if (score < 0) {
            return -1;
        }
        sum += score;
    }
    return sum;
}

std::vector<JumpTarget> jumpTargets(
    const Picture &picture, const std::vector<JumpTarget> &fixed, const QString &query, int perKind)
{
    const auto limit = static_cast<std::size_t>(std::max(perKind, 1));
    const bool nothingTyped = query.trimmed().isEmpty();
    std::vector<JumpTarget> all;
    for (const JumpTarget &target : fixed) {
        const int score = jumpScore(query, target.title, true);
        if (score >= 0) {
            all.push_back(target);
            all.back().score = score * 1000;
        }
    }
    std::array<Best, 5> best{Best(limit), Best(limit), Best(limit), Best(limit), Best(limit)};
    using Kind = JumpTarget::Kind;
    for (std::size_t i = 0; i < picture.clusters(); ++i) {
        const ClusterSnapshot &cluster = picture.cluster(i);
        const QString name = shown(cluster.name());
        const auto offer = [&](Kind kind, std::string_view title, bool loose, const auto &make) {
            const int score = jumpScore(query, fold(title), loose);
            if (score >= 0) {
                const auto index = static_cast<std::size_t>(kind) - static_cast<std::size_t>(Kind::Cluster);
                best[index].offer(score, title.size(), [&] {
                    JumpTarget target;
                    target.kind = kind;
                    target.title = shownName(title, cluster.status().orchestrator);
                    target.place = name;
                    target.orchestrator = cluster.status().orchestrator;
                    make(target);
                    return target;
                });
            }
        };
        offer(Kind::Cluster, cluster.name(), true, [&](JumpTarget &target) {
            target.id = cluster.id();
            target.place = shown(cluster.status().server);
        });
        if (nothingTyped) {
            continue;
        }
        for (const NodeView node : cluster.nodes()) {
            offer(Kind::Node, node.name(), false, [&](JumpTarget &target) {
                target.id = node.id();
                target.state = node.state();
            });
        }
        for (const WorkloadView workload : cluster.workloads()) {
            if (workload.topmost()
                || workload.kind() == WorkloadKind::HeliosJob) { // jobs of groups have no other place
                offer(Kind::Workload, workload.name(), false, [&](JumpTarget &target) {
                    target.id = workload.id();
                    target.state = workload.state();
                    target.group = workload.kind() == WorkloadKind::DeploymentGroup;
                    if (!workload.ns().empty()) {
                        target.place += QStringLiteral(" › ") + shown(workload.ns());
                    }
                });
            }
        }
        for (const NamespaceView ns : cluster.namespaces()) {
            offer(Kind::Namespace, ns.draft().name, true, [&](JumpTarget &target) { target.id = ns.id(); });
        }
        for (const PodView pod : cluster.pods()) {
            offer(Kind::Pod, pod.name(), false, [&](JumpTarget &target) {
                target.id = pod.id();
                target.state = pod.state();
                // A task's name is its job's: the host tells them apart.
                const bool helios = cluster.status().orchestrator == Orchestrator::Helios;
                target.place += QStringLiteral(" › ") + shown(helios ? pod.node() : pod.ns());
            });
        }
    }
    for (Best &kind : best) {
        for (JumpTarget &target : kind.take()) {
            all.push_back(std::move(target));
        }
    }
    // The kinds keep their order, but what answers best comes first.
    std::stable_sort(all.begin(), all.end(), [](const JumpTarget &a, const JumpTarget &b) {
        const int x = a.score / 1000;
        const int y = b.score / 1000;
        return x != y ? x < y : a.kind != b.kind ? a.kind < b.kind : a.score < b.score;
    });
    return all;
}

} // namespace sextant::ui
