// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kubernetes/execplugin.h"

#include "core/base/format.h"
#include "core/kubernetes/process.h"
#include "core/kubernetes/textfile.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <unistd.h>

extern char **environ; // NOLINT

namespace sextant::kubernetes {
namespace {

Error credentialError(const ExecConfig &config, std::string message, std::string remedy = {})
{
    return Error{.code = ErrorCode::Credential,
        .message = std::move(message),
        .subject = "credential plug-in " + sanitized(config.command),
        .remedy = std::move(remedy)};
}

/// stderr of a plug-in as one may show it: no escapes, short.
std::string shown(std::string_view text)
{
    std::string plain;
    bool escape = false;
    for (std::size_t i = 0; i < text.size(); ++i) { // whole escape sequences go, not only their first byte
        const char c = text[i];
        if (c == '\x1b') {
            escape = true;
            if (i + 1 < text.size() && (text[i + 1] == '[' || text[i + 1] == ']' || text[i + 1] == '(')) {
                ++i;
            }
        } else if (escape) {
            escape = !((c >= '@' && c <= '~') || c == '\a' || c == '\n');
        } else {
            plain += c == '\n' || c == '\t' || c == '\r' ? ' ' : c;
        }
    }
    std::string out = sanitized(trimmed(plain));
    constexpr std::size_t kMost = 600;
    if (out.size() > kMost) {
        std::size_t from = out.size() - kMost;
        while (from < out.size() && (static_cast<unsigned char>(out[from]) & 0xC0U) == 0x80U) {
            ++from;
        }
        out = "…" + out.substr(from);
    }
    return out;
}

std::string variable(const char *name)
{
    const char *value = std::getenv(name); // NOLINT(concurrency-mt-unsafe): nobody sets any
    return value ? value : "";
}

bool executable(const std::string &path)
{
    struct stat info { };
    return ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) && ::access(path.c_str(), X_OK) == 0;
}

std::string searched(const std::string &name, std::string_view path)
{
    while (!path.empty()) {
        const std::string_view folder = path.substr(0, path.find(':'));
        path.remove_prefix(std::min(path.size(), folder.size() + 1));
        if (folder.empty() || folder.front() != '/') {
            continue; // never what lies in the working directory
        }
        std::string file = std::string(folder) + "/" + name;
        if (executable(file)) {
            return file;
        }
    }
    return {};
}

/// PATH of a login shell: a session started from a launcher often has a shorter one than a terminal.
std::string loginPath(const CancelFlag &cancel)
{
    std::string shell = variable("SHELL");
    if (shell.empty() || shell.front() != '/' || !executable(shell)) {
        shell = "/bin/sh";
    }
    ProcessOptions options;
    options.program = shell;
    options.arguments = {"-l", "-c", "printf '\\n@PATH@%s@\\n' \"$PATH\""};
    for (char **one = environ; one && *one; ++one) {
        options.environment.emplace_back(*one);
    }
    options.timeout = std::chrono::seconds(5);
    options.maxOutput = 64U << 10;
    std::string errors;
    const Result<ProcessResult> ran = runProcess(options, cancel, errors);
    if (!ran) {
        return {};
    }
    constexpr std::string_view kMark = "\n@PATH@";
    const auto at = ran->output.rfind(kMark);
    if (at == std::string::npos) {
        return {};
    }
    const std::string rest = ran->output.substr(at + kMark.size());
    return rest.substr(0, rest.find('@'));
}

std::string textOf(const nlohmann::json &object, const char *key)
{
    const auto at = object.find(key);
    return at != object.end() && at->is_string() ? at->get<std::string>() : std::string();
}

std::vector<std::string> environmentFor(const ExecConfig &config, const std::string &path)
{
    std::map<std::string, std::string> variables;
    for (char **one = environ; one && *one; ++one) {
        const std::string_view text(*one);
        const auto equals = text.find('=');
        if (equals != std::string_view::npos) {
            variables.emplace(text.substr(0, equals), text.substr(equals + 1));
        }
    }
    if (!path.empty()) {
        variables["PATH"] = path;
    }
    for (const auto &[name, value] : config.env) {
        variables[name] = value;
    }
    nlohmann::json info{
        {"kind", "ExecCredential"}, {"apiVersion", config.apiVersion}, {"spec", {{"interactive", false}}}};
    if (!config.clusterJson.empty()) {
        info["spec"]["cluster"] = nlohmann::json::parse(config.clusterJson, nullptr, false);
    }
    variables["KUBERNETES_EXEC_INFO"] = info.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    std::vector<std::string> out;
    out.reserve(variables.size());
    for (const auto &[name, value] : variables) {
        std::string &one = out.emplace_back(name);
        one.append("=").append(value);
    }
    return out;
}

} // namespace

Result<ExecCredential> parseExecCredential(std::string_view text, const std::string &apiVersion)
{
    const auto broken = [](std::string message) {
        return Error{.code = ErrorCode::Credential, .message = std::move(message)};
    };
    const nlohmann::json answer = nlohmann::json::parse(text, nullptr, false);
    if (!answer.is_object()) {
        return broken(trimmed(text).empty() ? "answered nothing" : "did not answer one JSON object");
    }
    if (textOf(answer, "kind") != "ExecCredential") {
        return broken("answered no ExecCredential");
    }
    if (textOf(answer, "apiVersion") != apiVersion) {
        return broken("answered apiVersion \"" + sanitized(textOf(answer, "apiVersion").substr(0, 80)) + "\" where \""
            + apiVersion + "\" was configured");
    }
    const auto status = answer.find("status");
    if (status == answer.end() || !status->is_object()) {
        return broken("answered without a status");
    }
    ExecCredential out;
    out.token = std::string(trimmed(textOf(*status, "token")));
    out.certificatePem = textOf(*status, "clientCertificateData");
    out.keyPem = textOf(*status, "clientKeyData");
    if (out.certificatePem.empty() != out.keyPem.empty()) {
        return broken("answered a client certificate without its key, or a key without its certificate");
    }
    if (out.token.empty() && out.certificatePem.empty()) {
        return broken("answered neither a token nor a client certificate");
    }
    if (std::any_of(out.token.begin(), out.token.end(),
            [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f; })) {
        return broken("answered a token with white space or control characters in it");
    }
    if (!out.certificatePem.empty()
        && (out.certificatePem.find("-----BEGIN ") == std::string::npos
            || out.keyPem.find("-----BEGIN ") == std::string::npos)) {
        return broken("answered a certificate or key that is no PEM text");
    }
    if (const std::string when = textOf(*status, "expirationTimestamp"); !when.empty()) {
        const Time time = parseTime(when);
        if (time == kNoTime) {
            return broken("answered an expirationTimestamp that is no time");
        }
        out.expires = time;
    }
    return out;
}

ExecPlugin::ExecPlugin(ExecConfig config, std::chrono::milliseconds timeout)
    : m_config(std::move(config))
    , m_timeout(timeout)
    , m_thread([this](const std::stop_token &stop) { work(stop); })
{
}

ExecPlugin::~ExecPlugin()
{
    m_thread.request_stop();
    const std::lock_guard lock(m_mutex);
    if (m_running) {
        m_running->raise();
    }
}

std::shared_ptr<ExecPlugin> ExecPlugin::of(const ExecConfig &config)
{
    static std::mutex mutex;
    static std::vector<std::pair<ExecConfig, std::weak_ptr<ExecPlugin>>> known;
    const std::lock_guard lock(mutex);
    std::erase_if(known, [](const auto &one) { return one.second.expired(); });
    for (const auto &[other, plugin] : known) {
        if (other == config) {
            if (auto alive = plugin.lock()) {
                return alive;
            }
        }
    }
    auto made = std::make_shared<ExecPlugin>(config);
    known.emplace_back(config, made);
    return made;
}

std::optional<ExecCredential> ExecPlugin::current() const
{
    const std::lock_guard lock(m_mutex);
    if (m_credential && m_credential->expires && std::chrono::system_clock::now() > *m_credential->expires) {
        return std::nullopt;
    }
    return m_credential;
}

ExecPlugin::Ticket ExecPlugin::request(Done done)
{
    if (const auto at = current()) {
        done(*at);
        return 0;
    }
    const std::lock_guard lock(m_mutex);
    m_waiters.push_back({++m_lastTicket, std::move(done)});
    m_wake.notify_all();
    return m_lastTicket;
}

void ExecPlugin::drop(Ticket ticket)
{
    const std::lock_guard lock(m_mutex);
    const auto dropped = std::erase_if(m_waiters, [ticket](const Waiter &one) { return one.ticket == ticket; });
    if (dropped > 0 && m_waiters.empty() && m_running) {
        m_running->raise();
    }
}

void ExecPlugin::invalidate(std::uint64_t number)
{
    const std::lock_guard lock(m_mutex);
    if (m_credential && m_credential->number == number) {
        m_credential.reset();
    }
}

void ExecPlugin::cancel()
{
    const std::lock_guard lock(m_mutex);
    if (m_running) {
        m_running->raise();
    }
}

int ExecPlugin::runs() const
{
    const std::lock_guard lock(m_mutex);
    return m_runs;
}

void ExecPlugin::work(const std::stop_token &stop)
{
    std::unique_lock lock(m_mutex);
    while (m_wake.wait(lock, stop, [this] { return !m_waiters.empty(); }) && !stop.stop_requested()) {
        // Only those who asked before it began get the answer of a run that was ended; others get a run of their own.
        const Ticket last = m_lastTicket;
        m_running = std::make_shared<CancelFlag>();
        const auto flag = m_running;
        ++m_runs;
        lock.unlock();
        Result<ExecCredential> result = run(*flag);
        lock.lock();
        m_running.reset();
        if (result) {
            result->number = ++m_number;
            m_credential = *result;
        }
        std::vector<Waiter> served;
        for (auto one = m_waiters.begin(); one != m_waiters.end();) {
            if (result.ok() || one->ticket <= last || result.error().code != ErrorCode::Cancelled) {
                served.push_back(std::move(*one));
                one = m_waiters.erase(one);
            } else {
                ++one;
            }
        }
        // Under the lock: after drop() has returned nobody is called.
        for (Waiter &one : served) {
            one.done(result);
        }
    }
}

Result<ExecCredential> ExecPlugin::run(const CancelFlag &cancel) const
{
    if (m_config.interactiveMode == "Always") {
        return credentialError(m_config, "asks for a terminal (interactiveMode: Always), which a window does not have",
            "Log in with it in a terminal, or set interactiveMode to IfAvailable");
    }
    std::string program = m_config.command;
    const std::string path = variable("PATH");
    std::string useful = path;
    if (program.find('/') == std::string::npos) {
        program = searched(m_config.command, path);
        if (program.empty()) {
            const std::string login = loginPath(cancel);
            program = searched(m_config.command, login);
            useful = login.empty() ? path : path + (path.empty() ? "" : ":") + login;
        }
    }
    if (program.empty() || !executable(program)) {
        std::string remedy = shown(m_config.installHint);
        return credentialError(m_config,
            program.empty() ? "was not found in PATH nor in the login shell's (searched: " + sanitized(useful) + ")"
                            : "does not exist or cannot be executed",
            remedy);
    }
    ProcessOptions options;
    options.program = program;
    options.arguments = m_config.args;
    options.environment = environmentFor(m_config, useful);
    options.timeout = m_timeout;
    std::string errors;
    const Result<ProcessResult> ran = runProcess(options, cancel, errors);
    const std::string said = shown(errors);
    if (!ran) {
        Error error = credentialError(m_config, ran.error().message + (said.empty() ? "" : "; it said: " + said));
        if (ran.error().code == ErrorCode::Cancelled) {
            error.code = ErrorCode::Cancelled;
        }
        return error;
    }
    if (ran->exitCode != 0 || ran->signal != 0) {
        return credentialError(m_config,
            (ran->signal != 0 ? "was ended by signal " + std::to_string(ran->signal)
                              : "failed with exit code " + std::to_string(ran->exitCode))
                + (said.empty() ? "" : "; it said: " + said));
    }
    Result<ExecCredential> answer = parseExecCredential(ran->output, m_config.apiVersion);
    if (!answer) {
        return credentialError(m_config, answer.error().message + (said.empty() ? "" : "; it said: " + said));
    }
    return answer;
}

} // namespace sextant::kubernetes
