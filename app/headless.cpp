// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/headless.h"

#include "core/base/format.h"
#include "core/config/config.h"
#include "core/diagnostics/diagnostics.h"

#include <csignal>
#include <cstdio>
#include <stop_token>
#include <unistd.h>

namespace sextant::app {

namespace {

int s_exitCode = Done;

void progress(const Snapshot &snapshot)
{
    std::string line;
    for (const auto &cluster : snapshot.clusters()) {
        line += "  " + formatLoaded(*cluster);
    }
    std::fprintf(stderr, "\r\033[K%.300s", line.c_str());
}

bool reached(const ClusterSnapshot &cluster)
{
    const auto connection = cluster.status().connection;
    return connection == Connection::Live || connection == Connection::Stale;
}

} // namespace

void say(const std::string &text) { std::fprintf(stderr, "sextant: %s\n", sanitized(text).c_str()); }

void sayInapplicable(const Options &options)
{
    for (const std::string &line : options.filter.inapplicable(options.filterTables)) {
        say(line + ": such a condition fits none");
    }
}

Result<Config> readConfig(const Options &options)
{
    auto config = loadConfig(options.configFile);
    if (config) {
        if (const auto rules = migration::Rules::compile(config->migration); !rules) {
            return rules.error();
        }
    }
    return config;
}

int Headless::lastExitCode() { return s_exitCode; }

std::unique_ptr<Headless> Headless::open(const Options &options)
{
    const auto leave = [](int code) {
        s_exitCode = code;
        return nullptr;
    };
    auto config = readConfig(options);
    if (!config) {
        say(config.error().text());
        return leave(UsageError);
    }
    auto self = std::make_unique<Headless>();
    self->m_engine = std::make_unique<Engine>(EngineOptions{.config = std::move(*config)});
    const auto opened = self->m_engine->open(options.sources);
    if (!opened) {
        say(opened.error().text());
        const auto code = opened.error().code;
        return leave(
            code == ErrorCode::Config || code == ErrorCode::NotFound || code == ErrorCode::Usage ? UsageError : Failed);
    }
    if (opened->empty()) {
        say("no cluster: no kubeconfig names one and the configuration has none. Name one with --kubeconfig, "
            "--context or --helios, or try --demo");
        return leave(UsageError);
    }
    const bool terminal = isatty(STDERR_FILENO) == 1;
    const auto deadline = std::chrono::steady_clock::now() + options.timeout;
    bool settled = false;
    while (!settled && std::chrono::steady_clock::now() < deadline) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
        settled = self->m_engine->waitSettled(std::min(left, std::chrono::milliseconds(200)));
        if (terminal) {
            progress(self->m_engine->store().snapshot());
        }
    }
    if (terminal) {
        std::fputs("\r\033[K", stderr);
    }
    self->m_picture = Picture(self->m_engine->store().snapshot(), nullptr);
    bool any = false;
    for (const auto &cluster : self->m_picture.snapshot().clusters()) {
        any = any || reached(*cluster);
    }
    if (!any) {
        for (const auto &line : report::missingParts(self->m_picture, {}, wallNow())) {
            say(line);
        }
        return leave(Unreachable);
    }

    Scope &scope = self->m_scope;
    if (!options.cluster.empty()) {
        std::string known;
        for (const auto &cluster : self->m_picture.snapshot().clusters()) {
            known += (known.empty() ? "" : ", ") + cluster->name();
            if (cluster->name() == options.cluster) {
                scope.cluster = cluster->id();
            }
        }
        if (scope.cluster == ClusterId::None) {
            say("--cluster: no cluster is named '" + options.cluster + "'; there are: " + known);
            return leave(UsageError);
        }
    }
    scope.ns = options.scopeNamespace;
    scope.pool = options.pool;
    scope.team = options.owner;
    return self;
}

int Headless::exitCode() const
{
    const auto missing = report::missingParts(m_picture, m_scope, wallNow());
    for (const auto &line : missing) {
        say(line);
    }
    return missing.empty() ? Done : Partial;
}

} // namespace sextant::app
