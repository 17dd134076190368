// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/filternarrows.h"

#include <algorithm>
#include <span>

namespace sextant {

namespace {

using filter::Expression;
using filter::Op;
using filter::Pattern;
using filter::Term;

bool isPart(const Term &term)
{
    return term.op == Op::Contains && term.patterns.size() == 1 && term.patterns.front().way == Pattern::Way::Part
        && filter::specOf(term.key).kind == filter::ValueKind::Text;
}

/// Whatever fits `a` fits `b`.
bool implies(const Expression &a, const Expression &b)
{
    if (a == b) {
        return true;
    }
    return a.kind == Expression::Kind::Leaf && b.kind == Expression::Kind::Leaf && a.term.key == b.term.key
        && isPart(a.term) && isPart(b.term)
        && a.term.patterns.front().folded.find(b.term.patterns.front().folded) != std::string::npos;
}

std::span<const Expression> partsOf(const Expression &expression)
{
    return expression.kind == Expression::Kind::All ? std::span(expression.parts) : std::span(&expression, 1);
}

} // namespace

bool narrows(const Filter &now, const Filter &before)
{
    const auto terms = partsOf(now.expression());
    const auto wanted = partsOf(before.expression());
    return std::all_of(wanted.begin(), wanted.end(), [&](const Expression &old) {
        return std::any_of(terms.begin(), terms.end(), [&](const Expression &term) { return implies(term, old); });
    });
}

bool askedOfTime(const Filter &filter)
{
    const auto asks = [](const Expression &expression, const auto &self) -> bool {
        if (expression.kind == Expression::Kind::Leaf) {
            return expression.term.key == filter::Key::Age;
        }
        return std::any_of(
            expression.parts.begin(), expression.parts.end(), [&](const Expression &part) { return self(part, self); });
    };
    return asks(filter.expression(), asks);
}

} // namespace sextant
