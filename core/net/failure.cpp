// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/failure.h"

#include <fmt/format.h>
#include <openssl/x509_vfy.h>

namespace sextant::net {

namespace {

struct Words {
    ErrorCode code = ErrorCode::Unreachable;
    std::string message;
    std::string remedy;
};

bool says(std::string_view detail, std::string_view what) { return detail.find(what) != std::string_view::npos; }

std::string seconds(std::chrono::milliseconds time)
{
    return fmt::format("{:.3g} s", static_cast<double>(time.count()) / 1000.0);
}

Words untrusted(const Symptom &symptom, const Target &target, const Tls &tls)
{
    constexpr auto code = ErrorCode::Tls;
    const bool ownCa = !tls.caPem.empty();
    switch (symptom.verifyResult) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
        return {code, fmt::format("the certificate of {} has expired", target.hostPort),
            "Renew the server's certificate, or correct this machine's clock"};
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return {
            code, fmt::format("the certificate of {} is not valid yet", target.hostPort), "Check this machine's clock"};
    case X509_V_ERR_CERT_REVOKED:
        return {code, fmt::format("the certificate of {} was revoked", target.hostPort), "Ask who runs the server"};
    case X509_V_OK:
    case X509_V_ERR_UNSPECIFIED: // what curl leaves there when it looks at the name itself
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        return {code, fmt::format("the certificate of {} is for another name than {}", target.hostPort, target.tlsName),
            "Use a name that the certificate holds in the server's URL, or set tls-server-name to one"};
    default:
        break;
    }
    const std::string reason = X509_verify_cert_error_string(symptom.verifyResult);
    return {code,
        ownCa ? fmt::format(
            "the certificate of {} is not signed by the given certificate authority ({})", target.hostPort, reason)
              : fmt::format("the certificate of {} is not trusted by this system ({})", target.hostPort, reason),
        ownCa ? "Give the authority that signs this server's certificate as certificate-authority; the cluster may "
                "have been set up anew"
              : "Give the server's authority as certificate-authority or certificate-authority-data"};
}

Words handshake(const Symptom &symptom, const Target &target, const Tls &tls)
{
    if (says(symptom.detail, "wrong version number") || says(symptom.detail, "unknown protocol")
        || says(symptom.detail, "http request")) {
        return {ErrorCode::Tls, fmt::format("{} does not speak TLS", target.hostPort),
            "Check the port, or use an http:// URL if the server is meant to be unencrypted"};
    }
    if (says(symptom.detail, "unsupported protocol") || says(symptom.detail, "protocol version")) {
        return {ErrorCode::Tls, fmt::format("{} speaks only versions of TLS older than 1.2", target.hostPort),
            "Let the server offer TLS 1.2 or newer"};
    }
    if (says(symptom.detail, "reset") || says(symptom.detail, "SYSCALL") || says(symptom.detail, "unexpected eof")) {
        return {ErrorCode::Unreachable,
            fmt::format("{} closed the connection during the TLS handshake", target.hostPort),
            "Check that the server is up and that nothing between refuses the connection"};
    }
    if (says(symptom.detail, "alert")) {
        return {ErrorCode::Tls, fmt::format("{} refused the TLS handshake", target.hostPort),
            tls.clientCertificatePem.empty()
                ? "The server may ask for a client certificate: set client-certificate and client-key"
                : "Check client-certificate and client-key, and tls-server-name if it is set"};
    }
    return {ErrorCode::Tls, fmt::format("the TLS handshake with {} failed", target.hostPort),
        "Check the server's certificate and its TLS settings"};
}

bool certificateRefused(std::string_view detail)
{
    return says(detail, "certificate required") || says(detail, "bad certificate") || says(detail, "alert unknown ca")
        || says(detail, "certificate expired") || says(detail, "certificate revoked")
        || says(detail, "certificate unknown");
}

Words lost(const Symptom &symptom, const Target &target, const Tls &tls)
{
    if (symptom.proxyStatus >= 300) {
        const bool login = symptom.proxyStatus == 407;
        return {login ? ErrorCode::Credential : ErrorCode::Unreachable,
            fmt::format("the proxy {} refused to connect to {} (HTTP {})", target.proxyText, target.hostPort,
                symptom.proxyStatus),
            login ? "Put the proxy's user and password into its URL" : "Check the proxy, or except this host from it"};
    }
    if (certificateRefused(symptom.detail)) {
        return {ErrorCode::Tls,
            tls.clientCertificatePem.empty() ? fmt::format("{} asks for a client certificate", target.hostPort)
                                             : fmt::format("{} refused the client certificate", target.hostPort),
            tls.clientCertificatePem.empty() ? "Set client-certificate and client-key"
                                             : "Renew client-certificate and client-key"};
    }
    // With TLS 1.3 a server's refusal can be lost in the reset that follows it.
    const bool unnamed = target.tls && !symptom.answered && tls.clientCertificatePem.empty();
    return {ErrorCode::Unreachable,
        symptom.answered ? fmt::format("the connection to {} was lost in the middle of an answer", target.hostPort)
                         : fmt::format("{} closed the connection without an answer", target.hostPort),
        unnamed
            ? "Check that the server is up and the network between; the server may also ask for a client certificate"
            : "Check that the server is up and the network between"};
}

Words words(const Symptom &symptom, const Target &target, const Tls &tls)
{
    const std::string &peer = target.hostPort;
    const std::string via = target.proxy.empty() ? std::string() : " through the proxy " + target.proxyText;
    switch (symptom.code) {
    case CURLE_COULDNT_RESOLVE_HOST:
        return {ErrorCode::Unreachable, fmt::format("the name of {} cannot be resolved", peer),
            "Check the host's name in the server's URL and this machine's DNS"};
    case CURLE_COULDNT_RESOLVE_PROXY:
        return {ErrorCode::Unreachable, fmt::format("the name of the proxy {} cannot be resolved", target.proxyText),
            "Check the proxy's URL and this machine's DNS"};
    case CURLE_PROXY:
        return {ErrorCode::Unreachable, fmt::format("the proxy {} did not connect to {}", target.proxyText, peer),
            "Check the proxy, or except this host from it"};
    case CURLE_COULDNT_CONNECT: {
        if (symptom.proxyStatus >= 300) {
            return lost(symptom, target, tls);
        }
        const bool refused = says(symptom.detail, "refused") || says(symptom.detail, "Couldn't connect");
        return {ErrorCode::Unreachable,
            refused ? fmt::format("{} refused the connection{}", peer, via)
                    : fmt::format("no connection to {}{}", peer, via),
            target.proxy.empty() ? "Check that the server is up and its port in the URL"
                                 : "Check the proxy and that the server is up"};
    }
    case CURLE_OPERATION_TIMEDOUT:
        return {ErrorCode::Timeout,
            fmt::format("no connection to {}{} within {}", peer, via, seconds(symptom.connectTimeout)),
            "Check the network, a VPN or a firewall between"};
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
        return untrusted(symptom, target, tls);
    case CURLE_SSL_CERTPROBLEM:
        return {ErrorCode::Credential, fmt::format("the client certificate or key for {} cannot be used", peer),
            "Check client-certificate and client-key: PEM, unencrypted, and made for each other"};
    case CURLE_SSL_CACERT_BADFILE:
        return {ErrorCode::Tls, fmt::format("the certificate authority given for {} cannot be read", peer),
            "Check certificate-authority or certificate-authority-data: PEM, at least one certificate"};
    case CURLE_SSL_CONNECT_ERROR:
        return certificateRefused(symptom.detail) ? lost(symptom, target, tls) : handshake(symptom, target, tls);
    case CURLE_PARTIAL_FILE:
        return {ErrorCode::Protocol, fmt::format("the answer of {} was cut short", peer),
            "Try again; the server may be overloaded"};
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
        return {symptom.answered ? ErrorCode::Protocol : ErrorCode::Unreachable,
            symptom.answered ? fmt::format("the answer of {} was cut short", peer)
                             : fmt::format("{} reset the request without an answer", peer),
            "Try again; the server may be overloaded or restarting"};
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
        return lost(symptom, target, tls);
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
        return {ErrorCode::Protocol, fmt::format("{} did not answer with HTTP", peer),
            target.tls ? "Check the port in the server's URL" : "Check the port; the server may want https://"};
    case CURLE_FILESIZE_EXCEEDED:
        return {ErrorCode::TooLarge, fmt::format("the answer of {} is too large", peer), {}};
    case CURLE_OUT_OF_MEMORY:
        // What curl calls so here is a header line over its own bound; memory does not run out on Linux.
        return {ErrorCode::TooLarge, fmt::format("{} sent headers that are too large", peer),
            "Check what answers at this address"};
    default:
        return {symptom.answered ? ErrorCode::Protocol : ErrorCode::Unreachable,
            fmt::format("the request to {} failed ({})", peer, curl_easy_strerror(symptom.code)), {}};
    }
}

} // namespace

Error describe(const Symptom &symptom, const Target &target, const Tls &tls)
{
    Words said = words(symptom, target, tls);
    return {.code = said.code,
        .message = std::move(said.message),
        .subject = target.display,
        .remedy = std::move(said.remedy)};
}

} // namespace sextant::net
