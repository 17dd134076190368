// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kubernetes/credentials.h"

#include "core/base/format.h"
#include "core/kubernetes/textfile.h"

#include <algorithm>
#include <mutex>
#include <nlohmann/json.hpp>

namespace sextant::kubernetes {
namespace {
/// A minute's cache that is renewed ten seconds early.
constexpr std::chrono::seconds kTokenFileEvery{50};
constexpr std::size_t kMaxToken = 1U << 20;
} // namespace

/// Where the plug-in's thread leaves its answer.
struct CredentialSource::Answer {
    std::mutex mutex;
    std::optional<Result<ExecCredential>> result;
};

CredentialSource::CredentialSource(const Connection &connection, std::function<void()> wake, Clock clock)
    : m_credentials(connection.credentials)
    , m_context(connection.context)
    , m_wake(std::move(wake))
    , m_clock(std::move(clock))
{
    if (m_credentials.exec) {
        m_plugin = ExecPlugin::of(*m_credentials.exec);
        m_answer = std::make_shared<Answer>();
    }
}

CredentialSource::~CredentialSource()
{
    if (m_plugin && m_ticket != 0) {
        m_plugin->drop(m_ticket);
    }
}

CredentialSource::State CredentialSource::get(Authorization &out, Error &error)
{
    out = {};
    if (m_credentials.unusable) {
        error = *m_credentials.unusable;
        return State::Failed;
    }
    if (!m_credentials.tokenFile.empty()) {
        return fromFile(out, error);
    }
    if (!m_credentials.token.empty()) {
        out.header = "Bearer " + m_credentials.token;
        return State::Ready;
    }
    if (!m_credentials.username.empty()) {
        out.header = "Basic " + encodeBase64(m_credentials.username + ":" + m_credentials.password);
        return State::Ready;
    }
    if (m_plugin) {
        return fromPlugin(out, error);
    }
    if (m_credentials.oidc) {
        return fromIdToken(out, error);
    }
    return State::Ready;
}

CredentialSource::State CredentialSource::fromFile(Authorization &out, Error &error)
{
    const auto now = m_clock();
    if (m_fileToken.empty() || now - m_fileRead >= kTokenFileEvery || now < m_fileRead) {
        const Result<std::string> text = readSmallFile(m_credentials.tokenFile, kMaxToken);
        std::string token = text ? std::string(trimmed(*text)) : std::string();
        const bool usable = !token.empty() && std::none_of(token.begin(), token.end(), [](char c) {
            return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f;
        });
        if (usable) {
            m_fileToken = std::move(token);
            m_fileRead = now;
        } else if (m_fileToken.empty()) {
            error = text
                ? Error{.code = ErrorCode::Credential, .message = "holds no token", .subject = m_credentials.tokenFile}
                : text.error();
            error.code = ErrorCode::Credential;
            return State::Failed;
        } // else the last good one stays in use, and the file is tried again next time
    }
    out.header = "Bearer " + m_fileToken;
    return State::Ready;
}

CredentialSource::State CredentialSource::fromPlugin(Authorization &out, Error &error)
{
    const auto take = [&](const ExecCredential &credential) {
        out.header = credential.token.empty() ? std::string() : "Bearer " + credential.token;
        out.certificatePem = credential.certificatePem;
        out.keyPem = credential.keyPem;
        out.number = credential.number;
        return State::Ready;
    };
    if (m_ticket != 0) {
        std::optional<Result<ExecCredential>> answer;
        {
            const std::lock_guard lock(m_answer->mutex);
            answer = std::move(m_answer->result);
            m_answer->result.reset();
        }
        if (!answer) {
            return State::Waiting;
        }
        m_ticket = 0;
        if (answer->ok()) {
            return take(answer->value());
        }
        error = answer->error();
        if (error.code == ErrorCode::Cancelled) {
            error.code = ErrorCode::Credential;
            error.remedy = "Try again to log in";
        }
        return State::Failed;
    }
    if (const auto current = m_plugin->current()) {
        return take(*current);
    }
    m_ticket = m_plugin->request([answer = m_answer, wake = m_wake](const Result<ExecCredential> &result) {
        {
            const std::lock_guard lock(answer->mutex);
            answer->result.emplace(result);
        }
        wake();
    });
    if (m_ticket == 0) { // another's run ended in between
        const std::lock_guard lock(m_answer->mutex);
        const ExecCredential credential = m_answer->result->value();
        m_answer->result.reset();
        return take(credential);
    }
    return State::Waiting;
}

CredentialSource::State CredentialSource::fromIdToken(Authorization &out, Error &error)
{
    const std::string run = "Log in again with the tool that wrote the kubeconfig, or run: kubectl"
        + (m_context.empty() ? std::string() : " --context " + sanitized(m_context)) + " version";
    if (m_credentials.idToken.empty()) {
        error = {.code = ErrorCode::Credential,
            .message = "the kubeconfig holds no id-token for its oidc provider",
            .remedy = run};
        return State::Failed;
    }
    if (const auto expires = expiryOfIdToken(m_credentials.idToken); expires && m_clock() >= *expires) {
        error = {.code = ErrorCode::Credential,
            .message = "the id-token of the kubeconfig's oidc provider expired at "
                + formatTime(std::chrono::floor<std::chrono::seconds>(*expires))
                + "; it is not refreshed here, since that is no read",
            .remedy = run};
        return State::Failed;
    }
    out.header = "Bearer " + m_credentials.idToken;
    return State::Ready;
}

bool CredentialSource::refused(const Authorization &used)
{
    if (m_plugin) {
        m_plugin->invalidate(used.number);
        return true;
    }
    if (!m_credentials.tokenFile.empty()) {
        m_fileRead = {};
        Authorization fresh;
        Error error;
        return fromFile(fresh, error) == State::Ready && fresh.header != used.header;
    }
    return false;
}

void CredentialSource::cancel()
{
    if (m_plugin) {
        m_plugin->cancel();
    }
}

std::optional<std::chrono::system_clock::time_point> expiryOfIdToken(std::string_view token)
{
    const auto first = token.find('.');
    const auto second = first == std::string_view::npos ? first : token.find('.', first + 1);
    if (second == std::string_view::npos) {
        return std::nullopt;
    }
    std::string payload(token.substr(first + 1, second - first - 1));
    std::replace(payload.begin(), payload.end(), '-', '+');
    std::replace(payload.begin(), payload.end(), '_', '/');
    payload.append((4 - payload.size() % 4) % 4, '=');
    const auto text = decodeBase64(payload);
    if (!text) {
        return std::nullopt;
    }
    const nlohmann::json claims = nlohmann::json::parse(*text, nullptr, false);
    if (!claims.is_object() || !claims.contains("exp") || !claims["exp"].is_number()) {
        return std::nullopt;
    }
    const double seconds = claims["exp"].get<double>();
    if (!(seconds > 0 && seconds < 1e11)) {
        return std::nullopt;
    }
    return std::chrono::system_clock::time_point(std::chrono::seconds(static_cast<std::int64_t>(seconds)));
}

} // namespace sextant::kubernetes
