// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/kubernetes/connection.h"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace sextant::kubernetes {

class CancelFlag;

/// What a plug-in answered; kept in memory alone.
struct ExecCredential {
    std::string token;
    std::string certificatePem, keyPem;
    std::optional<std::chrono::system_clock::time_point> expires; ///< nothing: until the program ends
    std::uint64_t number = 0; ///< grows with every run
};

/// Reads a plug-in's stdout. Errors: Credential, without a word of the text itself.
Result<ExecCredential> parseExecCredential(std::string_view text, const std::string &apiVersion);

/// One credential plug-in for one cluster: runs it on a thread of its own, one run at a time however many ask, and
/// keeps the answer until it expires or the server refuses it. Threads: any. Callbacks come from the plug-in's thread
/// (or at once) and must only hand over.
class ExecPlugin {
public:
    using Done = std::function<void(const Result<ExecCredential> &)>;
    using Ticket = std::uint64_t;

    explicit ExecPlugin(ExecConfig config, std::chrono::milliseconds timeout = std::chrono::minutes(5));
    /// Ends a run that is under way.
    ~ExecPlugin();
    ExecPlugin(const ExecPlugin &) = delete;
    ExecPlugin &operator=(const ExecPlugin &) = delete;

    /// The one plug-in of this configuration and cluster, shared by whoever uses it now.
    static std::shared_ptr<ExecPlugin> of(const ExecConfig &config);

    /// The credential at hand, unless it has expired.
    std::optional<ExecCredential> current() const;
    /// Gets a credential: the one at hand, or of the run under way, or of a new one.
    Ticket request(Done done);
    /// `done` of that ticket is not called any more once this returns; a run that nobody else waits for is ended.
    void drop(Ticket ticket);
    /// The server refused credential `number`: it is not used again.
    void invalidate(std::uint64_t number);
    /// Ends the run under way; all who wait get Cancelled.
    void cancel();
    int runs() const; ///< started so far

private:
    struct Waiter {
        Ticket ticket;
        Done done;
    };
    void work(const std::stop_token &stop);
    Result<ExecCredential> run(const CancelFlag &cancel) const;

    const ExecConfig m_config;
    const std::chrono::milliseconds m_timeout;
    mutable std::mutex m_mutex;
    std::condition_variable_any m_wake;
    std::vector<Waiter> m_waiters;
    std::shared_ptr<CancelFlag> m_running; ///< of the run under way
    std::optional<ExecCredential> m_credential;
    Ticket m_lastTicket = 0;
    std::uint64_t m_number = 0;
    int m_runs = 0;
    std::jthread m_thread; ///< last: ends before what it uses
};

} // namespace sextant::kubernetes
