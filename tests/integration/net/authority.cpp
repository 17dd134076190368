// SPDX-License-Identifier: GPL-3.0-or-later
#include "authority.h"

#include <atomic>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

Authority::Authority(const std::string &name)
    : m_key(newKey())
    , m_certificate(sign(name, {}, 1, m_key, m_key, {}))
    , m_self(written(m_certificate, m_key))
{
}

Identity Authority::issue(const std::string &name, const std::string &altNames, int days) const
{
    const Key key = newKey();
    return written(sign(name, altNames, days, key, m_key, m_certificate), key);
}

Authority::Key Authority::newKey() { return {EVP_EC_gen("P-256"), EVP_PKEY_free}; }

Authority::Certificate Authority::sign(const std::string &name, const std::string &altNames, int days,
    const Key &subject, const Key &issuerKey, const Certificate &issuer)
{
    static std::atomic<long> serial = 1;
    const Certificate certificate(X509_new(), X509_free);
    X509_set_version(certificate.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial++);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -86400L * 10);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 86400L * days);
    X509_set_pubkey(certificate.get(), subject.get());
    X509_NAME *const subjectName = X509_get_subject_name(certificate.get());
    X509_NAME_add_entry_by_txt(
        subjectName, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char *>(name.c_str()), -1, -1, 0);
    X509_set_issuer_name(certificate.get(), issuer ? X509_get_subject_name(issuer.get()) : subjectName);
    const auto extend = [&](int what, const char *value) {
        X509V3_CTX context;
        X509V3_set_ctx(&context, issuer ? issuer.get() : certificate.get(), certificate.get(), nullptr, nullptr, 0);
        X509_EXTENSION *const extension = X509V3_EXT_conf_nid(nullptr, &context, what, value);
        X509_add_ext(certificate.get(), extension, -1);
        X509_EXTENSION_free(extension);
    };
    extend(NID_basic_constraints, issuer ? "critical,CA:FALSE" : "critical,CA:TRUE");
    extend(NID_subject_key_identifier, "hash");
    if (!altNames.empty()) {
        extend(NID_subject_alt_name, altNames.c_str());
    }
    X509_sign(certificate.get(), issuerKey.get(), EVP_sha256());
    return certificate;
}

Identity Authority::written(const Certificate &certificate, const Key &key)
{
    const auto text = [](auto write) {
        BIO *const memory = BIO_new(BIO_s_mem());
        write(memory);
        char *data = nullptr;
        const long size = BIO_get_mem_data(memory, &data);
        std::string out(data, static_cast<std::size_t>(size));
        BIO_free(memory);
        return out;
    };
    return {text([&](BIO *out) { PEM_write_bio_X509(out, certificate.get()); }),
        text([&](BIO *out) { PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr); })};
}
