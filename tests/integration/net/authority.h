// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <string>

/// A certificate with its key, made on the spot.
struct Identity {
    std::string certificatePem;
    std::string keyPem;
};

/// A certificate authority that lives as long as a test.
class Authority {
public:
    explicit Authority(const std::string &name);
    const std::string &pem() const { return m_self.certificatePem; }
    /// @param altNames as in OpenSSL's configuration: "DNS:localhost,IP:127.0.0.1"; empty for a client's certificate.
    /// @param days valid for so long from now; negative: expired so long ago.
    Identity issue(const std::string &name, const std::string &altNames, int days = 1) const;

private:
    using Key = std::shared_ptr<EVP_PKEY>;
    using Certificate = std::shared_ptr<X509>;
    static Key newKey();
    static Certificate sign(const std::string &name, const std::string &altNames, int days, const Key &subject,
        const Key &issuerKey, const Certificate &issuer);
    static Identity written(const Certificate &certificate, const Key &key);

    Key m_key;
    Certificate m_certificate;
    Identity m_self;
};
