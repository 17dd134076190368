// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/options.h"

#include <memory>

namespace sextant::app {

/// A run without a window: opens what the command line names, waits until it is read, and keeps it live.
class Headless {
public:
    /// Opens the clusters and waits, at most Options::timeout, saying how far it is on stderr when that is a terminal.
    /// @return nothing when all went so wrong that exitCode() is the program's.
    static std::unique_ptr<Headless> open(const Options &options);
    static int lastExitCode();

    Engine &engine() { return *m_engine; }
    const Picture &picture() const { return m_picture; }
    const Scope &scope() const { return m_scope; }
    /// Done, or Partial after naming on stderr what is missing.
    int exitCode() const;

private:
    std::unique_ptr<Engine> m_engine;
    Picture m_picture;
    Scope m_scope;
};

/// The configuration, its rules of the migration compiled once: what is wrong with it is said before anything is
/// opened.
Result<Config> readConfig(const Options &options);
/// "sextant: TEXT" on stderr, control characters made visible.
void say(const std::string &text);
/// Says what Options::filter asks for and nothing it is asked of has.
void sayInapplicable(const Options &options);

} // namespace sextant::app
