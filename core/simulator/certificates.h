// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <memory>
#include <string>

using SSL_CTX = struct ssl_ctx_st;

namespace sextant::simulator {

/// A certificate authority of one simulator's own and what it signed: a server certificate for localhost and 127.0.0.1
/// and a client certificate for the user "admin". Lives in memory only.
class Certificates {
public:
    /// Makes keys and certificates, good from an hour ago for ten days. Errors: Internal, from the TLS library.
    static Result<std::shared_ptr<const Certificates>> make();

    const std::string &caPem() const { return m_caPem; }
    const std::string &clientCertificatePem() const { return m_clientPem; }
    const std::string &clientKeyPem() const { return m_clientKeyPem; }

    /// A context for a server: asks for a client certificate without insisting, speaks HTTP/1.1.
    std::shared_ptr<SSL_CTX> serverContext() const;

private:
    std::string m_caPem;
    std::string m_serverPem;
    std::string m_serverKeyPem;
    std::string m_clientPem;
    std::string m_clientKeyPem;
};

} // namespace sextant::simulator
