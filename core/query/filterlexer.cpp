// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/filterlexer.h"

#include <algorithm>
#include <fmt/format.h>

namespace sextant::filter {

namespace {

constexpr std::string_view kBlanks = " \t\r\n\v\f";
constexpr std::string_view kEnds = " \t\r\n\v\f()|\""; ///< what no bare word holds

bool isBlank(char c) { return kBlanks.find(c) != std::string_view::npos; }
bool isLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool isDigit(char c) { return c >= '0' && c <= '9'; }

class Lexer {
public:
    explicit Lexer(std::string_view text)
        : m_text(text)
    {
    }

    Pieces run()
    {
        while (!m_out.wrong) {
            while (m_at < m_text.size() && isBlank(m_text[m_at])) {
                ++m_at;
            }
            if (m_at == m_text.size()) {
                break;
            }
            next();
        }
        return std::move(m_out);
    }

private:
    char at(std::size_t i) const { return i < m_text.size() ? m_text[i] : '\0'; }

    void wrong(
        std::size_t begin, std::size_t length, std::string message, std::string expected, bool incomplete = false)
    {
        m_out.wrong = Wrong{begin, length, std::move(message), std::move(expected), incomplete};
    }

    void single(Piece::Kind kind)
    {
        m_out.pieces.push_back({kind, m_at, 1, 0, 0, Op::Contains, {}});
        ++m_at;
    }

    void next()
    {
        switch (m_text[m_at]) {
        case '(':
            return single(Piece::Kind::Open);
        case ')':
            return single(Piece::Kind::Close);
        case '|':
            return single(Piece::Kind::Or);
        case '!':
            return single(Piece::Kind::Not);
        case ':':
        case '=':
        case '<':
        case '>':
            return wrong(m_at, m_text[m_at] != ':' && at(m_at + 1) == '=' ? 2 : 1, "a key is missing before it",
                "a key, without a blank between: ns:shop, cpu>80%");
        default:
            break;
        }
        const std::size_t begin = m_at;
        if (m_text[m_at] == '"') {
            Value value;
            if (quoted(value)) {
                end({Piece::Kind::Quoted, begin, m_at - begin, 0, 0, Op::Contains, {std::move(value)}});
            }
            return;
        }
        if (const std::size_t key = keyHere()) {
            condition(key);
            return;
        }
        Value value = bare("");
        const bool alternative = value.text == "OR";
        end({alternative ? Piece::Kind::Or : Piece::Kind::Word, begin, m_at - begin, 0, 0, Op::Contains,
            {std::move(value)}});
    }

    /// Takes the piece when a blank, a bracket or the end follows: `ns:"a"b` is a slip.
    void end(Piece piece)
    {
        if (m_at < m_text.size() && !isBlank(m_text[m_at]) && m_text[m_at] != ')' && m_text[m_at] != '|') {
            wrong(m_at, 1, fmt::format("“{}” stands inside a word", m_text[m_at]),
                "a blank, or quotes around the whole text");
            return;
        }
        m_out.pieces.push_back(std::move(piece));
    }

    /// Length of the operator at `i`, and what it is. 0: there is none.
    std::size_t opAt(std::size_t i, Op &op) const
    {
        const std::size_t colon = at(i) == ':' && (at(i + 1) == '=' || at(i + 1) == '<' || at(i + 1) == '>') ? 1 : 0;
        const char c = at(i + colon);
        const bool equal = at(i + colon + 1) == '=';
        switch (c) {
        case ':':
            op = Op::Contains;
            return 1;
        case '=':
            op = Op::Equals;
            return colon + 1;
        case '!':
            op = Op::NotEquals;
            return equal ? 2 : 0;
        case '>':
            op = equal ? Op::GreaterOrEqual : Op::Greater;
            return colon + (equal ? 2U : 1U);
        case '<':
            op = equal ? Op::LessOrEqual : Op::Less;
            return colon + (equal ? 2U : 1U);
        default:
            return 0;
        }
    }

    /// Bytes of the key that begins here; 0: a plain word. An IPv6 address is one.
    std::size_t keyHere() const
    {
        if (!isLetter(m_text[m_at])) {
            return 0;
        }
        std::size_t i = m_at;
        bool digits = false, hex = true;
        for (; isLetter(at(i)) || isDigit(at(i)) || at(i) == '.' || at(i) == '_' || at(i) == '-'; ++i) {
            digits = digits || isDigit(at(i));
            hex = hex && (isDigit(at(i)) || (at(i) >= 'a' && at(i) <= 'f') || (at(i) >= 'A' && at(i) <= 'F'));
        }
        Op op = Op::Contains;
        if (opAt(i, op) == 0 || (at(i) == ':' && (at(i + 1) == ':' || (digits && hex)))) {
            return 0;
        }
        return i - m_at;
    }

    /// Up to the next blank, bracket, bar, quote or one of `also`.
    Value bare(std::string_view also)
    {
        const std::size_t begin = m_at;
        while (m_at < m_text.size() && kEnds.find(m_text[m_at]) == std::string_view::npos
            && also.find(m_text[m_at]) == std::string_view::npos) {
            ++m_at;
        }
        return {std::string(m_text.substr(begin, m_at - begin)), false, begin, m_at - begin};
    }

    /// `"` up to the next one; `\"` and `\\` stand for themselves.
    bool quoted(Value &value)
    {
        const std::size_t begin = m_at++;
        for (; m_at < m_text.size() && m_text[m_at] != '"'; ++m_at) {
            if (m_text[m_at] == '\\' && (at(m_at + 1) == '"' || at(m_at + 1) == '\\')) {
                ++m_at;
            }
            value.text += m_text[m_at];
        }
        if (m_at == m_text.size()) {
            wrong(begin, m_at - begin, "the quotes are not closed", "\" at the end of the text", true);
            return false;
        }
        ++m_at;
        value.quoted = true;
        value.begin = begin;
        value.length = m_at - begin;
        if (value.text.empty() && !m_inCondition) {
            wrong(begin, 2, "there is no text between the quotes", "some text");
            return false;
        }
        return true;
    }

    void condition(std::size_t key)
    {
        Piece piece;
        piece.kind = Piece::Kind::Condition;
        piece.begin = m_at;
        piece.key = key;
        m_at += key;
        piece.op = opAt(m_at, piece.relation);
        m_at += piece.op;
        m_inCondition = true;
        for (;;) {
            Value value;
            if (at(m_at) == '"') {
                if (!quoted(value)) {
                    break;
                }
            } else {
                value = bare(",");
            }
            piece.values.push_back(std::move(value));
            if (at(m_at) != ',') {
                break;
            }
            ++m_at;
        }
        m_inCondition = false;
        if (!m_out.wrong) {
            piece.length = m_at - piece.begin;
            end(std::move(piece));
        }
    }

    std::string_view m_text;
    std::size_t m_at = 0;
    bool m_inCondition = false;
    Pieces m_out;
};

} // namespace

Pieces cut(std::string_view text) { return Lexer(text).run(); }

} // namespace sextant::filter
