// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/filter.h"

#include "core/query/filterlexer.h"

#include <algorithm>
#include <fmt/format.h>

namespace sextant {

namespace filter {

namespace {

/// @param inside an alternative among others, or a part of a negation: needs brackets when it is more than a term.
void printTo(std::string &out, const Expression &expression, bool inside)
{
    using Kind = Expression::Kind;
    switch (expression.kind) {
    case Kind::Leaf: {
        const Term &term = expression.term;
        const std::string behind =
            term.key == Key::Text ? std::string() : fmt::format("{}{}", specOf(term.key).name, opWord(term.op));
        out += behind;
        for (std::size_t i = 0; i < term.values.size(); ++i) {
            out += i == 0 ? "" : ",";
            out += printValue(term.values[i], behind);
        }
        return;
    }
    case Kind::Not:
        out += '!';
        printTo(out, expression.parts.front(), true);
        return;
    case Kind::All:
    case Kind::Any: {
        const bool any = expression.kind == Kind::Any;
        const std::string_view between = any ? " | " : " ";
        out += inside ? "(" : "";
        for (std::size_t i = 0; i < expression.parts.size(); ++i) {
            out += i == 0 ? std::string_view() : between;
            printTo(out, expression.parts[i], !any || expression.parts[i].kind == Kind::Any);
        }
        out += inside ? ")" : "";
        return;
    }
    }
}

void collect(const Expression &expression, FilterTable table, std::vector<std::string> &out)
{
    for (const Expression &part : expression.parts) {
        collect(part, table, out);
    }
    if (expression.kind != Expression::Kind::Leaf) {
        return;
    }
    const auto say = [&](const KeySpec &spec, bool share) {
        std::string sentence = share ? fmt::format("{} have no percentage of {}", filterTableWord(table), spec.noun)
                                     : fmt::format("{} have no {}", filterTableWord(table), spec.noun);
        if (std::find(out.begin(), out.end(), sentence) == out.end()) {
            out.push_back(std::move(sentence));
        }
    };
    const KeySpec &spec = specOf(expression.term.key);
    const auto &bounds = expression.term.bounds;
    if (!has(spec.tables, table)) {
        say(spec, false);
    } else if (!has(spec.shares, table)
        && std::any_of(bounds.begin(), bounds.end(), [](const Bounds &one) { return one.share; })) {
        say(spec, true);
    }
    for (const Key key : expression.term.keys) {
        if (!has(specOf(key).tables, table)) {
            say(specOf(key), false);
        }
    }
}

bool negated(const Expression &expression)
{
    return expression.kind == Expression::Kind::Not
        || (expression.kind == Expression::Kind::Leaf && expression.term.op == Op::NotEquals)
        || std::any_of(expression.parts.begin(), expression.parts.end(), negated);
}

} // namespace

std::string_view opWord(Op op)
{
    switch (op) {
    case Op::Contains:
        return ":";
    case Op::Equals:
        return "=";
    case Op::NotEquals:
        return "!=";
    case Op::Greater:
        return ">";
    case Op::GreaterOrEqual:
        return ">=";
    case Op::Less:
        return "<";
    case Op::LessOrEqual:
        return "<=";
    }
    return {};
}

std::string printValue(const Value &value, std::string_view behind)
{
    // Whether it reads back as what it is, is for the reader to say.
    if (!value.quoted) {
        const Pieces pieces = cut(std::string(behind) + value.text);
        if (!pieces.wrong && pieces.pieces.size() == 1
            && pieces.pieces[0].kind == (behind.empty() ? Piece::Kind::Word : Piece::Kind::Condition)
            && pieces.pieces[0].values.size() == 1 && pieces.pieces[0].values[0] == value) {
            return value.text;
        }
    }
    std::string out = "\"";
    for (const char c : value.text) {
        out += c == '"' || c == '\\' ? std::string{'\\', c} : std::string{c};
    }
    return out + '"';
}

std::string print(const Expression &expression)
{
    std::string out;
    printTo(out, expression, false);
    return out;
}

} // namespace filter

Filter::Filter() = default;

const std::string &Filter::text() const
{
    static const std::string none;
    return m_data ? m_data->text : none;
}

std::string Filter::canonical() const { return filter::print(expression()); }

std::string Filter::word(std::string_view text)
{
    return text.empty() ? std::string() : filter::printValue({std::string(text), false, 0, 0}, {});
}

std::string Filter::value(std::string_view text)
{
    const bool quoted = text.empty() || text.find('*') != std::string_view::npos;
    return filter::printValue({std::string(text), quoted, 0, 0}, "ns:");
}

const filter::Expression &Filter::expression() const
{
    static const filter::Expression everything;
    return m_data ? m_data->expression : everything;
}

bool Filter::negates() const { return filter::negated(expression()); }

std::vector<std::string> Filter::inapplicable(FilterTable table) const
{
    std::vector<std::string> out;
    filter::collect(expression(), table, out);
    return out;
}

std::vector<std::string> Filter::inapplicable(FilterTables tables) const
{
    std::vector<std::string> out;
    for (const FilterTable table :
        {FilterTable::Pods, FilterTable::Nodes, FilterTable::Workloads, FilterTable::Services}) {
        if (!has(tables, table)) {
            continue;
        }
        const std::vector<std::string> missing = inapplicable(table);
        if (missing.empty()) {
            return {};
        }
        out.insert(out.end(), missing.begin(), missing.end());
    }
    return out;
}

bool Filter::operator==(const Filter &other) const
{
    return m_data == other.m_data || expression() == other.expression();
}

} // namespace sextant
