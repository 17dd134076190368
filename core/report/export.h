// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/capacity/accounting.h"
#include "core/migration/migration.h"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What leaves the program: the rows of the export contract and the report, from a picture and nothing else.
namespace sextant::report {

enum class ExportKind { Pods, Nodes, Workloads, Capacity, Migration };
enum class ExportFormat { Csv, Json, Table };

/// By their names on the command line; nothing for any other word.
std::optional<ExportKind> exportKindOf(std::string_view word);
std::optional<ExportFormat> exportFormatOf(std::string_view word);

/// A value of a row. Null is unknown; a known nothing is "" or 0. Texts live as long as the call that passes them on.
struct Cell {
    enum class Type { Null, Integer, Real, Text } type = Type::Null;
    std::int64_t integer = 0;
    std::string_view text; ///< of Real: the number as JSON writes it

    static Cell of(std::int64_t value) { return value == Count::kUnknown ? Cell{} : Cell{Type::Integer, value, {}}; }
    template <class Tag> static Cell of(Amount<Tag> amount) { return of(amount.value); }
    static Cell of(std::string_view value) { return {Type::Text, 0, value}; }
};

/// The columns of a kind, in the contract's order.
const std::vector<std::string_view> &exportColumns(ExportKind kind);
/// Calls `row` for each row of the scope, sorted by cluster, namespace, name, node. What Helios does not know is null,
/// and of a host that is down load and memory in use, too: what it said last is no figure of now. A task without
/// `resources.memory` names its container (its job) among the unlimited; of CPU none is named, since Helios limits
/// none. `keep` (may be null) drops pods, nodes and workloads the caller filters out, by their ids. Services (kind
/// Migration) are those of `progress`, by name; a scope narrows them by owner, by the clusters and by the namespaces
/// they are in.
void exportRows(ExportKind kind, const Picture &picture, const Scope &scope,
    const std::function<void(std::span<const Cell>)> &row, const std::function<bool(const AnyId &)> &keep = nullptr,
    const migration::Progress *progress = nullptr);

/// Receives finished text, piece by piece; false stops (the reader has gone).
using Sink = std::function<bool(std::string_view)>;
/// The rows in a format. CSV: RFC 4180 with LF, a header, unknown empty, formulas disarmed with '. JSON: one array of
/// objects, unknown null. Table: aligned for a terminal, unknown "—", control characters made visible.
void writeExport(ExportKind kind, ExportFormat format, const Picture &picture, const Scope &scope, const Sink &sink,
    const std::function<bool(const AnyId &)> &keep = nullptr, const migration::Progress *progress = nullptr);
/// The service is of a scope.
bool contains(const Scope &scope, const migration::Service &service, const Picture &picture);

/// A field of CSV, quoted where RFC 4180 asks for it and disarmed where a spreadsheet would compute it.
std::string csvField(std::string_view text);

} // namespace sextant::report
