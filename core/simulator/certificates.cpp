// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulator/certificates.h"

#include <cstring>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace sextant::simulator {

namespace {

struct Free {
    void operator()(EVP_PKEY *p) const { EVP_PKEY_free(p); }
    void operator()(X509 *p) const { X509_free(p); }
    void operator()(BIO *p) const { BIO_free(p); }
    void operator()(X509_EXTENSION *p) const { X509_EXTENSION_free(p); }
};
template <class T> using Owned = std::unique_ptr<T, Free>;

Owned<EVP_PKEY> newKey() { return Owned<EVP_PKEY>(EVP_EC_gen("P-256")); }

bool addExtension(X509 *certificate, X509 *issuer, int id, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const Owned<X509_EXTENSION> extension(X509V3_EXT_conf_nid(nullptr, &context, id, value));
    return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

void addName(X509_NAME *name, const char *field, const char *text)
{
    X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, reinterpret_cast<const unsigned char *>(text), -1, -1, 0);
}

/// Without an issuer: signs itself.
Owned<X509> newCertificate(long serial, const char *commonName, const char *organisation, EVP_PKEY *key, X509 *issuer,
    EVP_PKEY *issuerKey, const std::initializer_list<std::pair<int, const char *>> &extensions)
{
    Owned<X509> out(X509_new());
    X509_set_version(out.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(out.get()), serial);
    X509_gmtime_adj(X509_getm_notBefore(out.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(out.get()), 10L * 24 * 3600);
    X509_set_pubkey(out.get(), key);
    auto *name = X509_get_subject_name(out.get());
    if (organisation) {
        addName(name, "O", organisation);
    }
    addName(name, "CN", commonName);
    X509 *signer = issuer ? issuer : out.get();
    X509_set_issuer_name(out.get(), X509_get_subject_name(signer));
    for (const auto &[id, value] : extensions) {
        if (!addExtension(out.get(), signer, id, value)) {
            return {};
        }
    }
    if (X509_sign(out.get(), issuerKey, EVP_sha256()) <= 0) {
        return {};
    }
    return out;
}

std::string textOf(BIO *bio)
{
    char *data = nullptr;
    const auto size = BIO_get_mem_data(bio, &data);
    return {data, std::size_t(size)};
}

std::string pem(X509 *certificate)
{
    const Owned<BIO> bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(bio.get(), certificate);
    return textOf(bio.get());
}

std::string pem(EVP_PKEY *key)
{
    const Owned<BIO> bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
    return textOf(bio.get());
}

Owned<BIO> reading(const std::string &text) { return Owned<BIO>(BIO_new_mem_buf(text.data(), int(text.size()))); }

int chooseProtocol(
    SSL *, const unsigned char **out, unsigned char *outSize, const unsigned char *in, unsigned inSize, void *)
{
    static constexpr unsigned char kOurs[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    unsigned char *chosen = nullptr;
    if (SSL_select_next_proto(&chosen, outSize, kOurs, sizeof kOurs, in, inSize) != OPENSSL_NPN_NEGOTIATED) {
        return SSL_TLSEXT_ERR_NOACK;
    }
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

} // namespace

Result<std::shared_ptr<const Certificates>> Certificates::make()
{
    const auto caKey = newKey();
    const auto serverKey = newKey();
    const auto clientKey = newKey();
    if (!caKey || !serverKey || !clientKey) {
        return Error{ErrorCode::Internal, "no key could be made for the simulated servers"};
    }
    const auto ca = newCertificate(1, "Sextant simulator CA", nullptr, caKey.get(), nullptr, caKey.get(),
        {{NID_basic_constraints, "critical,CA:TRUE"}, {NID_key_usage, "critical,keyCertSign,cRLSign"},
            {NID_subject_key_identifier, "hash"}});
    if (!ca) {
        return Error{ErrorCode::Internal, "no authority could be made for the simulated servers"};
    }
    const auto server = newCertificate(2, "localhost", nullptr, serverKey.get(), ca.get(), caKey.get(),
        {{NID_basic_constraints, "CA:FALSE"}, {NID_ext_key_usage, "serverAuth"},
            {NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1"}, {NID_authority_key_identifier, "keyid"}});
    const auto client = newCertificate(3, "admin", "system:masters", clientKey.get(), ca.get(), caKey.get(),
        {{NID_basic_constraints, "CA:FALSE"}, {NID_ext_key_usage, "clientAuth"}});
    if (!server || !client) {
        return Error{ErrorCode::Internal, "no certificate could be made for the simulated servers"};
    }
    auto out = std::make_shared<Certificates>();
    out->m_caPem = pem(ca.get());
    out->m_serverPem = pem(server.get());
    out->m_serverKeyPem = pem(serverKey.get());
    out->m_clientPem = pem(client.get());
    out->m_clientKeyPem = pem(clientKey.get());
    return std::shared_ptr<const Certificates>(std::move(out));
}

std::shared_ptr<SSL_CTX> Certificates::serverContext() const
{
    const std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), [](SSL_CTX *p) { SSL_CTX_free(p); });
    if (!context) {
        return nullptr;
    }
    const auto bio = reading(m_serverPem);
    const auto keyBio = reading(m_serverKeyPem);
    const auto caBio = reading(m_caPem);
    const Owned<X509> certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    const Owned<EVP_PKEY> key(PEM_read_bio_PrivateKey(keyBio.get(), nullptr, nullptr, nullptr));
    const Owned<X509> ca(PEM_read_bio_X509(caBio.get(), nullptr, nullptr, nullptr));
    if (!certificate || !key || !ca || SSL_CTX_use_certificate(context.get(), certificate.get()) != 1
        || SSL_CTX_use_PrivateKey(context.get(), key.get()) != 1
        || X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), ca.get()) != 1) {
        return nullptr;
    }
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    SSL_CTX_add_client_CA(context.get(), ca.get());
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_session_id_context(context.get(), reinterpret_cast<const unsigned char *>("sextant"), 7);
    SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_alpn_select_cb(context.get(), chooseProtocol, nullptr);
    return context;
}

} // namespace sextant::simulator
