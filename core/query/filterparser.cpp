// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/filter.h"
#include "core/query/filterlexer.h"
#include "core/query/filtervalues.h"

#include <algorithm>
#include <fmt/format.h>

namespace sextant {

namespace filter {

namespace {

constexpr int kDeepest = 32; ///< brackets and negations in one another

/// Code points; what is no UTF-8 counts a character a byte.
std::size_t characters(std::string_view text)
{
    std::size_t count = 0;
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i]);
        std::size_t length = lead >= 0xf0 && lead < 0xf8 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 1;
        length = lead >= 0xf8 ? 1 : length;
        for (std::size_t k = 1; k < length; ++k) {
            if (i + k >= text.size() || (static_cast<unsigned char>(text[i + k]) & 0xc0U) != 0x80U) {
                length = 1;
            }
        }
        i += length;
        ++count;
    }
    return count;
}

/// Recursive descent over the pieces. After an error everything ends.
class Parser {
public:
    Parser(std::string_view text, const Pieces &pieces)
        : m_text(text)
        , m_pieces(pieces)
        , m_wrong(pieces.wrong)
    {
    }

    Expression run()
    {
        Expression whole = alternatives(0);
        if (!failed() && m_at < m_pieces.pieces.size()) {
            fail(piece(), "no bracket is open here", "no )");
        }
        return whole;
    }
    /// What comes first in the text: what the cutting found lies behind all pieces.
    const std::optional<Wrong> &wrong() const { return m_parsed ? m_parsed : m_wrong; }

private:
    bool failed() const { return m_parsed.has_value(); }
    bool more() const { return m_at < m_pieces.pieces.size(); }
    const Piece &piece() const { return m_pieces.pieces[m_at]; }
    void fail(const Piece &at, std::string message, std::string expected)
    {
        m_parsed = Wrong{at.begin, at.length, std::move(message), std::move(expected), false};
    }
    /// The text ends where a term should stand. When the cutting stopped, its own words say why.
    void missing(std::string message, std::string expected)
    {
        m_parsed = m_wrong ? *m_wrong : Wrong{m_text.size(), 0, std::move(message), std::move(expected), true};
    }
    static bool isTerm(const Piece &piece) { return piece.kind != Piece::Kind::Or && piece.kind != Piece::Kind::Close; }

    Expression alternatives(int depth)
    {
        Expression any;
        any.kind = Expression::Kind::Any;
        any.parts.push_back(all(depth));
        while (!failed() && more() && piece().kind == Piece::Kind::Or) {
            const Piece &bar = piece();
            ++m_at;
            if (any.parts.size() == 1 && any.parts.front().parts.empty()
                && any.parts.front().kind == Expression::Kind::All) {
                fail(bar, "nothing stands before it", "a term on both sides of | or OR");
                break;
            }
            if (!more()) {
                missing(fmt::format("nothing stands behind “{}”", m_text.substr(bar.begin, bar.length)), "a term");
                break;
            }
            if (!isTerm(piece())) {
                fail(piece(), "a term is missing before it", "a term on both sides of | or OR");
                break;
            }
            any.parts.push_back(all(depth));
        }
        if (any.parts.size() == 1) {
            Expression one = std::move(any.parts.front());
            return one;
        }
        return any;
    }

    Expression all(int depth)
    {
        Expression all;
        while (!failed() && more() && isTerm(piece())) {
            Expression part = term(depth);
            if (part.kind == Expression::Kind::All) { // brackets that change nothing
                std::move(part.parts.begin(), part.parts.end(), std::back_inserter(all.parts));
            } else {
                all.parts.push_back(std::move(part));
            }
        }
        if (all.parts.size() == 1) {
            Expression one = std::move(all.parts.front());
            return one;
        }
        return all;
    }

    Expression term(int depth)
    {
        const Piece &here = piece();
        ++m_at;
        if (depth >= kDeepest) {
            fail(here, "too many brackets and negations in one another", fmt::format("at most {}", kDeepest));
            return {};
        }
        switch (here.kind) {
        case Piece::Kind::Not:
            return negation(here, depth);
        case Piece::Kind::Open:
            return group(here, depth);
        default:
            return leaf(here);
        }
    }

    Expression negation(const Piece &mark, int depth)
    {
        Expression negated;
        negated.kind = Expression::Kind::Not;
        if (!more()) {
            missing("nothing stands behind “!”", "a term");
        } else if (!isTerm(piece()) || piece().begin != mark.begin + 1) {
            fail(mark, "“!” stands alone", "a term right behind it: !ns:shop; or quotes around it");
        } else {
            negated.parts.push_back(term(depth + 1));
        }
        return negated;
    }

    Expression group(const Piece &open, int depth)
    {
        Expression inside = alternatives(depth + 1);
        if (failed()) {
            return inside;
        }
        if (!more()) {
            missing(fmt::format("the bracket at column {} is not closed", characters(m_text.substr(0, open.begin)) + 1),
                ")");
        } else if (inside.kind == Expression::Kind::All && inside.parts.empty()) {
            fail(piece(), "there is nothing between the brackets", "a term");
        }
        ++m_at;
        return inside;
    }

    Expression leaf(const Piece &here)
    {
        Expression expression;
        expression.kind = Expression::Kind::Leaf;
        Term &term = expression.term;
        term.begin = here.begin;
        term.length = here.length;
        term.values = here.values;
        if (here.kind == Piece::Kind::Condition) {
            const std::string name(m_text.substr(here.begin, here.key));
            const KeySpec *spec = findKey(name);
            if (spec == nullptr) {
                unknownKey(here, name);
                return expression;
            }
            term.key = spec->key;
            term.op = here.relation;
            if (!takes(*spec, term.op)) {
                const Piece op{Piece::Kind::Word, here.begin + here.key, here.op, 0, 0, Op::Contains, {}};
                fail(op, fmt::format("“{}” has no order", spec->name), orderless(*spec));
                return expression;
            }
            if (term.op == Op::Contains && spec->kind != ValueKind::Text && spec->kind != ValueKind::Label) {
                term.op = Op::Equals; // the same there
            }
            if (spec->kind == ValueKind::Duration && !isOrder(term.op)) {
                const Piece op{Piece::Kind::Word, here.begin + here.key, here.op, 0, 0, Op::Contains, {}};
                fail(op, fmt::format("“{}” is never exact", spec->name), ">, >=, < or <=");
                return expression;
            }
            if (isOrder(term.op) && term.values.size() > 1) {
                const Piece comma{Piece::Kind::Word, term.values[1].begin - 1, 1, 0, 0, Op::Contains, {}};
                fail(comma, "an order is held against one value", "a blank and another condition");
                return expression;
            }
        }
        if (auto bad = compile(term)) {
            bad->incomplete = bad->incomplete && bad->begin + bad->length == m_text.size();
            m_parsed = std::move(bad);
        }
        return expression;
    }

    static bool takes(const KeySpec &spec, Op op) { return isNumber(spec.kind) || !isOrder(op); }
    static std::string orderless(const KeySpec &spec)
    {
        return spec.kind == ValueKind::Text || spec.kind == ValueKind::Label ? ": for a part of it, = or !="
                                                                             : ": or !=";
    }

    void unknownKey(const Piece &here, const std::string &name)
    {
        const KeySpec *near = nearestKey(name);
        const bool begun = here.begin + here.length == m_text.size() && here.length == here.key + here.op;
        m_parsed = Wrong{here.begin, here.key, fmt::format("“{}” is no key", name),
            (near != nullptr ? fmt::format("{}, ", near->name) : std::string("a key such as name, ns, status or cpu, "))
                + (begun ? "or the text in quotes"
                         : fmt::format(
                             "or the text in quotes: {}", Filter::word(m_text.substr(here.begin, here.length)))),
            false};
    }

    std::string_view m_text;
    const Pieces &m_pieces;
    std::size_t m_at = 0;
    std::optional<Wrong> m_wrong; ///< of the cutting
    std::optional<Wrong> m_parsed; ///< of the parsing, which is before it in the text
};

FilterError located(std::string_view text, const Wrong &wrong)
{
    FilterError error;
    error.begin = wrong.begin;
    error.bytes = wrong.length;
    error.column = characters(text.substr(0, wrong.begin));
    error.length = characters(text.substr(wrong.begin, wrong.length));
    error.message = wrong.message;
    error.expected = wrong.expected;
    error.incomplete = wrong.incomplete;
    return error;
}

} // namespace

} // namespace filter

FilterParse Filter::parse(std::string_view text)
{
    if (text.size() > kLongest) {
        return filter::located(text,
            {kLongest, text.size() - kLongest, "the filter is too long", fmt::format("at most {} bytes", kLongest),
                false});
    }
    const filter::Pieces pieces = filter::cut(text);
    filter::Parser parser(text, pieces);
    filter::Expression expression = parser.run();
    if (parser.wrong()) {
        return filter::located(text, *parser.wrong());
    }
    Filter parsed;
    if (expression.kind != filter::Expression::Kind::All || !expression.parts.empty()) {
        parsed.m_data = std::make_shared<const Data>(Data{std::string(text), std::move(expression)});
    }
    return parsed;
}

} // namespace sextant
