// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace sextant {

/// What kind of failure an Error is; decides what a caller does next, never what a person reads.
enum class ErrorCode {
    Cancelled, ///< asked for; not shown
    Usage, ///< a command line or an argument is wrong
    Config, ///< a configuration or kubeconfig is wrong
    NotFound, ///< the object, group or file does not exist
    Unreachable, ///< no connection: DNS, refused, reset, network gone
    Tls, ///< the certificate or the handshake was refused
    Timeout, ///< a deadline or the low-speed limit was hit
    Unauthorized, ///< 401
    Forbidden, ///< 403
    Gone, ///< 410: a resource version or token too old
    TooManyRequests, ///< 429
    Server, ///< any other answer of 400 and above
    Protocol, ///< an answer that breaks the protocol: cut short, wrong type
    Decode, ///< bytes that cannot be read as what they should be
    TooLarge, ///< a bound was exceeded
    Credential, ///< a credential is missing, expired, or its plug-in failed
    Io, ///< a local file
    Internal, ///< a mistake of ours
};

/// A failure in words that name what it is about and what to do. Never holds a credential.
struct Error {
    ErrorCode code = ErrorCode::Internal;
    std::string message; ///< one sentence, what happened
    std::string subject; ///< what it is about: cluster, object, file:line or URL without credentials; may be empty
    std::string remedy; ///< what the user can do; may be empty
    int httpStatus = 0; ///< 0: no answer
    std::optional<std::chrono::milliseconds> retryAfter; ///< what the server asked for

    /// "subject: message. remedy", with the empty parts left out.
    std::string text() const
    {
        std::string out = subject.empty() ? message : subject + ": " + message;
        if (!remedy.empty()) {
            out += ". " + remedy;
        }
        return out;
    }
};

/// A value or an Error. The accessors assume the right alternative, as std::get does.
template <class T> class [[nodiscard]] Result {
public:
    Result(T value) // NOLINT(google-explicit-constructor): a value is a result
        : m_state(std::in_place_index<0>, std::move(value))
    {
    }
    Result(Error error) // NOLINT(google-explicit-constructor): so is an error
        : m_state(std::in_place_index<1>, std::move(error))
    {
    }

    bool ok() const { return m_state.index() == 0; }
    explicit operator bool() const { return ok(); }
    T &value() & { return std::get<0>(m_state); }
    const T &value() const & { return std::get<0>(m_state); }
    T &&value() && { return std::get<0>(std::move(m_state)); }
    T &operator*() & { return value(); }
    const T &operator*() const & { return value(); }
    T *operator->() { return &value(); }
    const T *operator->() const { return &value(); }
    const Error &error() const { return std::get<1>(m_state); }
    T valueOr(T other) const { return ok() ? value() : std::move(other); }

private:
    std::variant<T, Error> m_state;
};

template <> class [[nodiscard]] Result<void> {
public:
    Result() = default;
    Result(Error error) // NOLINT(google-explicit-constructor)
        : m_error(std::move(error))
    {
    }
    bool ok() const { return !m_error; }
    explicit operator bool() const { return ok(); }
    const Error &error() const { return *m_error; }

private:
    std::optional<Error> m_error;
};

} // namespace sextant
