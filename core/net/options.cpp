// SPDX-License-Identifier: GPL-3.0-or-later
// How curl is set up for one attempt.
#include "core/net/transfer.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace sextant::net {

namespace {

/// A peer that went away without a word is noticed after about 45 s, both idle (probes) and while sending.
int tuneSocket(void * /*unused*/, curl_socket_t socket, curlsocktype purpose)
{
    if (purpose == CURLSOCKTYPE_IPCXN) {
        const int probes = 3;
        const unsigned int unacknowledged = 45'000;
        setsockopt(socket, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof probes);
        setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &unacknowledged, sizeof unacknowledged);
    }
    return CURL_SOCKOPT_OK;
}

/// PEM text that outlives the handle; curl keeps no copy of it.
void setBlob(CURL *easy, CURLoption option, const std::string &pem)
{
    if (!pem.empty()) {
        curl_blob blob{
            .data = const_cast<char *>(pem.data()), .len = pem.size(), .flags = CURL_BLOB_NOCOPY}; // only read
        curl_easy_setopt(easy, option, &blob);
    }
}

} // namespace

void Transfer::setUp(CURL *easy)
{
    curl_easy_setopt(easy, CURLOPT_PRIVATE, this);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L); // a cancelled name look-up is not waited for
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, m_errorText.data());
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    curl_easy_setopt(easy, CURLOPT_HTTP09_ALLOWED, 0L);
    curl_easy_setopt(easy, CURLOPT_URL, m_target.url.c_str());
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(m_request.connectTimeout.count()));
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPIDLE, 30L);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPINTVL, 5L);
    curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, tuneSocket);
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 128L << 10);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "sextant/" SEXTANT_VERSION);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, onHeader);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, onBody);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
    if (m_request.http2 && m_target.tls) {
        curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
        curl_easy_setopt(easy, CURLOPT_PIPEWAIT, 1L);
    } else {
        curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    }
    if (m_request.method == Method::BulkReadPost) {
        curl_easy_setopt(easy, CURLOPT_POST, 1L);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(m_request.body.size()));
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, m_request.body.c_str());
    } else {
        curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
    }

    m_headerList.reset();
    bool complete = true;
    const auto add = [&](const std::string &line) {
        curl_slist *const list = curl_slist_append(m_headerList.get(), line.c_str());
        complete = complete && list != nullptr;
        if (list != nullptr) {
            static_cast<void>(m_headerList.release());
            m_headerList.reset(list);
        }
    };
    bool typed = false;
    for (const auto &[name, value] : m_request.headers) {
        if (equalsIgnoringCase(name, "User-Agent") || equalsIgnoringCase(name, "Accept-Encoding")) {
            continue; // ours to say
        }
        typed = typed || equalsIgnoringCase(name, "Content-Type");
        // A semicolon is how curl is told to send a header without a value.
        add(trimmed(value).empty() ? name + ";" : name + ": " + value);
    }
    if (m_request.compressed) {
        add("Accept-Encoding: gzip");
    }
    if (!m_target.hostHeader.empty()) {
        add("Host: " + m_target.hostHeader);
    }
    if (m_request.method == Method::BulkReadPost) {
        add("Expect:");
        if (!typed) {
            add("Content-Type: application/json");
        }
    }
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, m_headerList.get());

    // Said even when empty: otherwise curl would read the environment itself.
    curl_easy_setopt(easy, CURLOPT_PROXY, m_target.proxy.c_str());
    curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
    curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    m_connectList.reset(m_target.connectTo.empty() ? nullptr : curl_slist_append(nullptr, m_target.connectTo.c_str()));
    curl_easy_setopt(easy, CURLOPT_CONNECT_TO, m_connectList.get());
    setUpTls(easy);
}

void Transfer::setUpTls(CURL *easy)
{
    const Tls &tls = peer().tls;
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    curl_easy_setopt(easy, CURLOPT_PROXY_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, tls.insecure ? 0L : 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, tls.insecure ? 0L : 2L);
    if (!tls.caPem.empty()) {
        // The folder is trusted beside the given authority unless it is taken away.
        curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
        curl_easy_setopt(easy, CURLOPT_CAINFO, nullptr);
        setBlob(easy, CURLOPT_CAINFO_BLOB, tls.caPem);
    }
    setBlob(easy, CURLOPT_SSLCERT_BLOB, tls.clientCertificatePem);
    setBlob(easy, CURLOPT_SSLKEY_BLOB, tls.clientKeyPem);
    // An encrypted key fails instead of asking for its password on the terminal.
    curl_easy_setopt(easy, CURLOPT_KEYPASSWD, "");
}

} // namespace sextant::net
