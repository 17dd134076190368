// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/kubernetes/connection.h"
#include "core/kubernetes/execplugin.h"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace sextant::kubernetes {

/// What goes with one request.
struct Authorization {
    std::string header; ///< value of "Authorization"; empty: none
    std::string certificatePem, keyPem; ///< of a plug-in; empty: those of the connection
    std::uint64_t number = 0; ///< of the plug-in's run
};

/// Has the credential of a connection at hand, whatever kind it is: renewed as it ages, and when a server refuses it.
/// Threads: one (the feed's); `wake` of the constructor is called from any.
class CredentialSource {
public:
    using Clock = std::function<std::chrono::system_clock::time_point()>;
    /// @param wake called when a get() that was Waiting is worth another.
    CredentialSource(
        const Connection &connection, std::function<void()> wake, Clock clock = std::chrono::system_clock::now);
    /// Ends a plug-in's run that nobody else waits for.
    ~CredentialSource();
    CredentialSource(const CredentialSource &) = delete;
    CredentialSource &operator=(const CredentialSource &) = delete;

    enum class State { Ready, Waiting, Failed };
    /// Ready fills `out`, Failed fills `error`. A failure is told once; the next call tries anew.
    State get(Authorization &out, Error &error);
    /// The server answered 401 to `used`. True: there may be another credential, ask once more.
    bool refused(const Authorization &used);
    /// Ends a plug-in's run for everybody who waits.
    void cancel();
    /// A plug-in is running.
    bool running() const { return m_ticket != 0; }

private:
    struct Answer;
    State fromFile(Authorization &out, Error &error);
    State fromPlugin(Authorization &out, Error &error);
    State fromIdToken(Authorization &out, Error &error);

    Credentials m_credentials;
    std::string m_context;
    std::function<void()> m_wake;
    Clock m_clock;
    std::string m_fileToken;
    std::chrono::system_clock::time_point m_fileRead{};
    std::shared_ptr<ExecPlugin> m_plugin;
    std::shared_ptr<Answer> m_answer;
    ExecPlugin::Ticket m_ticket = 0;
};

/// "exp" of a JSON web token; nothing when it has none.
std::optional<std::chrono::system_clock::time_point> expiryOfIdToken(std::string_view token);

} // namespace sextant::kubernetes
