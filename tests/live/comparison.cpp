// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/live/comparison.h"

#include <QRegularExpression>

using nlohmann::json;

namespace {

QString text(const json &value)
{
    return value.is_string() ? QString::fromStdString(value.get<std::string>())
        : value.is_null()    ? QString("null")
                             : QString::fromStdString(value.dump());
}

QString placeOf(const json &row)
{
    return row.contains("namespace") ? text(row["namespace"]) + '/' + text(row["name"]) : text(row["name"]);
}

QMap<QString, const json *> byPlace(const json &rows)
{
    QMap<QString, const json *> out;
    for (const json &row : rows) {
        out.insert(placeOf(row), &row);
    }
    return out;
}

struct Pair {
    const char *column; ///< the server's
    const char *key; ///< ours
};

Compared compareTable(
    const json &table, const json &exported, const std::initializer_list<Pair> &pairs, const Listed &listed)
{
    Compared out;
    if (!exported.is_array() || !table.contains("rows")) {
        out.differences << "one side has no rows at all";
        return out;
    }
    auto ours = byPlace(exported);
    for (const ServerRow &row : serverRows(table)) {
        const json *own = ours.take(row.place);
        if (own == nullptr) {
            out.differences << row.place + ": only the server has it";
            continue;
        }
        ++out.rows;
        for (const Pair &pair : pairs) {
            QString theirs = row.cells.value(QString::fromLatin1(pair.column), "no such column");
            if (QByteArray(pair.column) == "Restarts") {
                theirs = theirs.section(' ', 0, 0); // "3 (5m ago)"
            }
            const QString mine = text((*own)[pair.key]);
            if (theirs != mine && !(listed && listed(row.place, pair.column, theirs, mine))) {
                out.differences << QString("%1: %2: server '%3', ours '%4'").arg(row.place, pair.column, theirs, mine);
            }
        }
    }
    for (auto left = ours.cbegin(); left != ours.cend(); ++left) {
        out.differences << left.key() + ": only ours has it";
    }
    return out;
}

/// "500m (0%)" to whole units of `per` thousandths, rounded up.
std::optional<qint64> amount(const QString &field, int per)
{
    const auto value = thousandths(field.section(' ', 0, 0));
    if (!value) {
        return {};
    }
    return static_cast<qint64>((*value + per - 1) / per);
}

} // namespace

std::optional<Wide> thousandths(const QString &quantity)
{
    static const QRegularExpression form(
        "^([+-]?)(\\d*)(?:\\.(\\d*))?(?:(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)|[eE](-?\\d+))?$");
    const auto match = form.match(quantity);
    if (!match.hasMatch() || (match.captured(2).isEmpty() && match.captured(3).isEmpty())) {
        return {};
    }
    static const QMap<QString, int> powers{
        {"n", -9}, {"u", -6}, {"m", -3}, {"k", 3}, {"M", 6}, {"G", 9}, {"T", 12}, {"P", 15}, {"E", 18}};
    static const QString binaries = "KMGTPE";
    const QString suffix = match.captured(4);
    const QString digits = match.captured(2) + match.captured(3);
    int power = 3 - static_cast<int>(match.captured(3).size());
    Wide value = 0;
    for (const QChar digit : digits) {
        value = value * 10 + digit.digitValue();
    }
    if (suffix.endsWith('i')) {
        for (qsizetype i = 0; i <= binaries.indexOf(suffix.at(0)); ++i) {
            value *= 1024;
        }
    } else if (!suffix.isEmpty()) {
        power += powers.value(suffix);
    } else {
        power += match.captured(5).toInt();
    }
    bool rest = false;
    for (; power > 0; --power) {
        value *= 10;
    }
    for (; power < 0; ++power) {
        rest = rest || value % 10 != 0;
        value /= 10;
    }
    value += rest ? 1 : 0;
    return match.captured(1) == "-" ? -value : value;
}

QList<ServerRow> serverRows(const json &table)
{
    QStringList columns;
    for (const json &column : table["columnDefinitions"]) {
        columns << text(column["name"]);
    }
    QList<ServerRow> out;
    for (const json &row : table["rows"]) {
        ServerRow one;
        one.place = placeOf(row["object"]["metadata"]);
        for (qsizetype i = 0; i < columns.size(); ++i) {
            const QString cell = text(row["cells"][static_cast<std::size_t>(i)]);
            one.cells.insert(columns[i], cell == "<none>" ? QString("") : cell);
        }
        out << one;
    }
    return out;
}

Compared comparePods(const json &table, const json &exported, const Listed &listed)
{
    return compareTable(table, exported,
        {{"Ready", "ready"}, {"Status", "status"}, {"Restarts", "restarts"}, {"Node", "node"}, {"IP", "ip"}}, listed);
}

Compared compareNodes(const json &table, const json &exported, const Listed &listed)
{
    return compareTable(table, exported, {{"Status", "status"}, {"Roles", "roles"}, {"Version", "version"}}, listed);
}

Compared compareDescription(const QByteArray &description, const json &pods, const json &nodes, const Listed &listed)
{
    Compared out;
    const auto ours = byPlace(pods), oursOfNodes = byPlace(nodes);
    static const QRegularExpression gap("\\s{2,}"), count("^Non-terminated Pods:\\s+\\((\\d+) in total\\)");
    QString node;
    bool rows = false;
    const auto differ = [&](const QString &place, const QString &what, const QString &theirs, const QString &mine) {
        if (theirs != mine && !(listed && listed(place, what, theirs, mine))) {
            out.differences << QString("%1: %2: kubectl '%3', ours '%4'").arg(place, what, theirs, mine);
        }
    };
    for (const QString &line : QString::fromUtf8(description).split('\n')) {
        if (line.startsWith("Name:")) {
            node = line.section(gap, 1, 1).trimmed();
        } else if (const auto total = count.match(line); total.hasMatch()) {
            const json *own = oursOfNodes.value(node);
            differ(node, "pods", total.captured(1), own == nullptr ? QString("no such node") : text((*own)["pods"]));
            rows = true;
        } else if (!line.startsWith("  ")) {
            rows = false;
        } else if (rows) {
            const QStringList fields = line.trimmed().split(gap);
            if (fields.size() < 6 || fields[0] == "Namespace" || fields[0].startsWith("---")) {
                continue;
            }
            const QString place = fields[0] + '/' + fields[1];
            const json *own = ours.value(place);
            if (own == nullptr) {
                out.differences << place + ": only kubectl has it on " + node;
                continue;
            }
            ++out.rows;
            differ(place, "node", node, text((*own)["node"]));
            const struct {
                int field, per;
                const char *key;
            } figures[] = {{2, 1, "cpu_requested_millicores"}, {3, 1, "cpu_limit_millicores"},
                {4, 1000, "memory_requested_bytes"}, {5, 1000, "memory_limit_bytes"}};
            for (const auto &figure : figures) {
                const auto theirs = amount(fields[figure.field], figure.per);
                const json &mine = (*own)[figure.key];
                // No limit is 0 in a description, and unknown in an export.
                differ(place, figure.key, theirs ? QString::number(*theirs) : fields[figure.field],
                    mine.is_null() && QByteArray(figure.key).contains("limit") ? QString("0") : text(mine));
            }
        }
    }
    return out;
}

Compared compareTop(const QByteArray &top, const json &exported, bool pods)
{
    Compared out;
    const auto ours = byPlace(exported);
    for (const QString &line : QString::fromUtf8(top).split('\n', Qt::SkipEmptyParts)) {
        const QStringList fields = line.simplified().split(' ');
        const QString place = pods ? fields.value(0) + '/' + fields.value(1) : fields.value(0);
        const QString cpu = fields.value(pods ? 2 : 1);
        QString memory; // where a share cannot be told its column is blank
        for (const QString &field : fields) {
            memory = memory.isEmpty() && field.endsWith("Mi") ? field : memory;
        }
        const json *own = ours.value(place);
        if (own == nullptr) {
            out.differences << place + ": only kubectl has it";
            continue;
        }
        ++out.rows;
        const json &ownCpu = (*own)["cpu_used_millicores"], &ownMemory = (*own)["memory_used_bytes"];
        const QString mine = (ownCpu.is_null() ? QString("null") : text(ownCpu) + 'm') + ' '
            + (ownMemory.is_null() ? QString("null") : QString::number(ownMemory.get<qint64>() >> 20) + "Mi");
        if (cpu + ' ' + memory != mine) {
            out.differences << QString("%1: kubectl '%2 %3', ours '%4'").arg(place, cpu, memory, mine);
        }
    }
    return out;
}

json exported(const LiveCluster &cluster, const QString &kind, QString &why)
{
    const auto output = sextantProgram(cluster, {"export", kind, "--format", "json", "--context", "admin"});
    if (output.exitCode != 0 && output.exitCode != 3) {
        why = QString("export %1 ended with %2: %3").arg(kind).arg(output.exitCode).arg(QString::fromUtf8(output.err));
        return nullptr;
    }
    return json::parse(output.out.constBegin(), output.out.constEnd(), nullptr, false);
}
