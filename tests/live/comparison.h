// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/live/livecluster.h"

#include <QMap>
#include <QString>
#include <QStringList>

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>

/// What the program exported beside what the server and kubectl say of the same moment.
struct Compared {
    int rows = 0; ///< that both sides have
    QStringList differences; ///< "place: column: the server's, ours"
};

/// A row of a server's table, by the names of its columns; "<none>" is "".
struct ServerRow {
    QString place; ///< "namespace/name", or "name"
    QMap<QString, QString> cells;
};
QList<ServerRow> serverRows(const nlohmann::json &table);

/// Whether a difference is one that is known and named; place, column, the server's word, ours.
using Listed = std::function<bool(const QString &, const QString &, const QString &, const QString &)>;

/// Namespace, name, READY, STATUS, RESTARTS, NODE, IP of all pods. `exported`: the array of `export pods`.
Compared comparePods(const nlohmann::json &table, const nlohmann::json &exported, const Listed &listed = {});
/// STATUS, ROLES, VERSION of all nodes.
Compared compareNodes(const nlohmann::json &table, const nlohmann::json &exported, const Listed &listed = {});
/// The rows of pods of `kubectl describe nodes`: count, requests and limits.
Compared compareDescription(
    const QByteArray &description, const nlohmann::json &pods, const nlohmann::json &nodes, const Listed &listed = {});
/// `kubectl top nodes --no-headers` or `kubectl top pods -A --no-headers`.
Compared compareTop(const QByteArray &top, const nlohmann::json &exported, bool pods);

/// `export KIND --format json` of the context admin. Null when it failed; `why` then says so.
nlohmann::json exported(const LiveCluster &cluster, const QString &kind, QString &why);

__extension__ using Wide = __int128;

/// A quantity in thousandths, rounded away from zero; read by rules of its own. Nothing: it is none.
std::optional<Wide> thousandths(const QString &quantity);
