// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kubernetes/kubeconfig.h"

#include "core/base/format.h"
#include "core/kubernetes/kubeconfigentries.h"
#include "core/kubernetes/serverurl.h"
#include "core/kubernetes/textfile.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

namespace sextant::kubernetes {
namespace {

constexpr std::size_t kMaxKubeconfig = 16U << 20;
constexpr std::size_t kMaxPem = 1U << 20;

Error wrong(std::string where, std::string message, std::string remedy = {})
{
    return Error{.code = ErrorCode::Config,
        .message = std::move(message),
        .subject = std::move(where),
        .remedy = std::move(remedy)};
}

std::string inQuotes(const std::string &name) { return "\"" + sanitized(name.substr(0, 200)) + "\""; }

/// PEM given as base64 in the kubeconfig, or in a file beside it.
Result<std::string> readPem(const Written &data, const Written &file, const char *what)
{
    if (!data && !file) {
        return std::string();
    }
    std::string pem;
    if (data) {
        const auto decoded = decodeBase64(data.text);
        if (!decoded) {
            return wrong(data.where, std::string(what) + "-data is not base64");
        }
        pem = *decoded;
    } else {
        Result<std::string> text = readSmallFile(file.text, kMaxPem);
        if (!text) {
            return wrong(file.where, std::string(what) + " " + inQuotes(file.text) + ": " + text.error().message);
        }
        pem = std::move(*text);
    }
    if (pem.find("-----BEGIN ") == std::string::npos) {
        return wrong(data ? data.where : file.where, std::string(what) + (data ? "-data" : "") + " holds no PEM block");
    }
    return pem;
}

/// Percent-encodes what may not stand in a header's name, after lower-casing.
std::string headerKey(const std::string &key)
{
    std::string out;
    for (const char c : key) {
        const auto u = static_cast<unsigned char>(c);
        const char lower = u >= 'A' && u <= 'Z' ? static_cast<char>(u + 32) : c;
        const bool legal = (lower >= 'a' && lower <= 'z') || (u >= '0' && u <= '9')
            || std::string_view("!#$&'*+-.^_`|~").find(c) != std::string_view::npos;
        if (legal && u < 0x80) {
            out += lower;
        } else {
            constexpr std::string_view kHex = "0123456789ABCDEF";
            out += {'%', kHex[u >> 4U], kHex[u & 15U]};
        }
    }
    return out;
}

bool headerSafe(const std::string &value)
{
    return std::none_of(
        value.begin(), value.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

Result<void> addImpersonation(const Kubeconfig::User &user, Connection &out)
{
    if (!user.as) {
        if (!user.asWhere.empty()) {
            return wrong(user.asWhere,
                "user " + inQuotes(user.name) + " sets as-uid, as-groups or as-user-extra without \"as\"");
        }
        return {};
    }
    out.impersonate.emplace_back("Impersonate-User", user.as.text);
    if (user.asUid) {
        out.impersonate.emplace_back("Impersonate-Uid", user.asUid.text);
    }
    for (const std::string &group : user.asGroups) {
        out.impersonate.emplace_back("Impersonate-Group", group);
    }
    for (const auto &[key, values] : user.asExtra) {
        for (const std::string &value : values) {
            out.impersonate.emplace_back("Impersonate-Extra-" + headerKey(key), value);
        }
    }
    for (const auto &[name, value] : out.impersonate) {
        if (!headerSafe(value)) {
            return wrong(user.as.where, "what user " + inQuotes(user.name) + " impersonates holds a control character");
        }
    }
    return {};
}

Result<void> addTls(const Kubeconfig::Cluster &cluster, const Kubeconfig::User *user, Connection &out)
{
    if (cluster.caData && cluster.caFile) {
        return wrong(cluster.caFile.where,
            "cluster " + inQuotes(cluster.name) + " has both certificate-authority and certificate-authority-data",
            "Keep one of them");
    }
    if (cluster.insecure && (cluster.caData || cluster.caFile)) {
        return wrong(cluster.caData ? cluster.caData.where : cluster.caFile.where,
            "cluster " + inQuotes(cluster.name) + " names a certificate authority and insecure-skip-tls-verify",
            "Keep one of them");
    }
    Result<std::string> ca = readPem(cluster.caData, cluster.caFile, "certificate-authority");
    if (!ca) {
        return ca.error();
    }
    out.tls.caPem = std::move(*ca);
    out.tls.serverName = cluster.tlsServerName.text;
    out.tls.insecure = cluster.insecure;
    if (!user) {
        return {};
    }
    const auto both = [&](const Written &data, const Written &file, const char *what) -> Result<void> {
        if (data && file) {
            return wrong(file.where, "user " + inQuotes(user->name) + " has both " + what + " and " + what + "-data",
                "Keep one of them");
        }
        return {};
    };
    if (const auto r = both(user->certificateData, user->certificateFile, "client-certificate"); !r) {
        return r;
    }
    if (const auto r = both(user->keyData, user->keyFile, "client-key"); !r) {
        return r;
    }
    const bool hasCertificate = user->certificateData || user->certificateFile;
    const bool hasKey = user->keyData || user->keyFile;
    if (hasCertificate != hasKey) {
        return wrong(user->where,
            "user " + inQuotes(user->name)
                + " has a client certificate without its key, or a key without its certificate");
    }
    Result<std::string> certificate = readPem(user->certificateData, user->certificateFile, "client-certificate");
    if (!certificate) {
        return certificate.error();
    }
    Result<std::string> key = readPem(user->keyData, user->keyFile, "client-key");
    if (!key) {
        return key.error();
    }
    out.tls.clientCertificatePem = std::move(*certificate);
    out.tls.clientKeyPem = std::move(*key);
    return {};
}

Result<std::shared_ptr<const ExecConfig>> execOf(
    const Kubeconfig::User &user, const Kubeconfig::Cluster &cluster, const Connection &connection)
{
    const Kubeconfig::User::Exec &exec = *user.exec;
    const std::string who = "the credential plug-in of user " + inQuotes(user.name);
    if (!exec.command) {
        return wrong(exec.where, who + " has no command");
    }
    if (!exec.apiVersion) {
        return wrong(
            exec.where, who + " has no apiVersion", "Set client.authentication.k8s.io/v1 or what the plug-in speaks");
    }
    const std::string group = "client.authentication.k8s.io/";
    if (exec.apiVersion.text != group + "v1" && exec.apiVersion.text != group + "v1beta1"
        && exec.apiVersion.text != group + "v1alpha1") {
        return wrong(exec.apiVersion.where,
            who + " has apiVersion " + inQuotes(exec.apiVersion.text) + " where " + group
                + "v1 or v1beta1 was expected");
    }
    ExecConfig out;
    out.command = exec.command.text;
    out.args = exec.args;
    out.env = exec.env;
    out.apiVersion = exec.apiVersion.text;
    out.interactiveMode = exec.interactiveMode.text;
    out.installHint = exec.installHint.text;
    out.server = connection.server;
    if (out.interactiveMode.empty()) {
        if (out.apiVersion == group + "v1") {
            return wrong(
                exec.where, who + " has no interactiveMode, which v1 asks for", "Set Never, IfAvailable or Always");
        }
        out.interactiveMode = "IfAvailable";
    }
    if (out.interactiveMode != "Never" && out.interactiveMode != "IfAvailable" && out.interactiveMode != "Always") {
        return wrong(exec.interactiveMode.where,
            who + " has interactiveMode " + inQuotes(out.interactiveMode)
                + " where Never, IfAvailable or Always was expected");
    }
    if (exec.provideClusterInfo) {
        nlohmann::json info{{"server", connection.server}};
        if (!connection.tls.serverName.empty()) {
            info["tls-server-name"] = connection.tls.serverName;
        }
        if (connection.tls.insecure) {
            info["insecure-skip-tls-verify"] = true;
        }
        if (!connection.tls.caPem.empty()) {
            info["certificate-authority-data"] = encodeBase64(connection.tls.caPem);
        }
        if (cluster.proxyUrl) {
            info["proxy-url"] = cluster.proxyUrl.text;
        }
        if (cluster.disableCompression) {
            info["disable-compression"] = true;
        }
        if (!cluster.execExtension.empty()) {
            info["config"] = nlohmann::json::parse(cluster.execExtension, nullptr, false);
        }
        out.clusterJson = info.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    }
    return std::shared_ptr<const ExecConfig>(std::make_shared<ExecConfig>(std::move(out)));
}

Result<void> addProvider(const Kubeconfig::User &user, Connection &out)
{
    const Kubeconfig::User::Provider &provider = *user.provider;
    if (provider.name == "oidc") {
        for (const auto &[key, value] : provider.config) {
            if (key == "id-token") {
                out.credentials.idToken = std::string(trimmed(value));
            }
        }
        out.credentials.oidc = true;
        return {};
    }
    std::string remedy = "Use a credential plug-in (exec) instead";
    if (provider.name == "gcp") {
        remedy = "Install gke-gcloud-auth-plugin and run: gcloud container clusters get-credentials CLUSTER";
    } else if (provider.name == "azure") {
        remedy = "Install kubelogin and run: kubelogin convert-kubeconfig";
    }
    out.credentials.unusable = Error{.code = ErrorCode::Credential,
        .message = "the auth-provider " + inQuotes(provider.name) + " of user " + inQuotes(user.name)
            + " is no longer supported by Kubernetes",
        .subject = provider.where,
        .remedy = remedy};
    return {};
}

Result<void> addCredentials(const Kubeconfig::User &user, const Kubeconfig::Cluster &cluster, Connection &out)
{
    Credentials &to = out.credentials;
    if ((user.token || user.tokenFile) && (user.username || user.password)) {
        return wrong(user.where,
            "user " + inQuotes(user.name) + " has more than one of token and username with password",
            "Keep one of them");
    }
    if (user.exec && user.provider) {
        return wrong(
            user.exec->where, "user " + inQuotes(user.name) + " has both exec and auth-provider", "Keep one of them");
    }
    if (user.tokenFile) {
        to.tokenFile = user.tokenFile.text;
    } else if (user.token) {
        to.token = std::string(trimmed(user.token.text));
        if (!headerSafe(to.token)) {
            return wrong(user.token.where, "the token of user " + inQuotes(user.name) + " holds a control character");
        }
    }
    to.username = user.username.text;
    to.password = user.password.text;
    const bool other = user.token || user.tokenFile || user.username || !out.tls.clientCertificatePem.empty();
    if (user.exec) {
        Result<std::shared_ptr<const ExecConfig>> exec = execOf(user, cluster, out);
        if (!exec) {
            return exec.error();
        }
        if (!other) {
            to.exec = std::move(*exec);
        }
    }
    if (user.provider && !other) {
        return addProvider(user, out);
    }
    return {};
}

/// Proxy of the kubeconfig, else of the environment.
Result<void> addProxy(const Kubeconfig::Cluster *cluster, const Environment &environment, Connection &out)
{
    if (cluster && cluster->proxyUrl) {
        const std::string &url = cluster->proxyUrl.text;
        const auto scheme = url.substr(0, url.find("://"));
        if (url.find("://") == std::string::npos || (scheme != "http" && scheme != "https" && scheme != "socks5")) {
            return wrong(cluster->proxyUrl.where,
                "proxy-url of cluster " + inQuotes(cluster->name) + " is no http, https or socks5 URL");
        }
        out.proxy = url;
        return {};
    }
    Proxy proxy = environmentProxy(out.server, environment);
    out.proxy = std::move(proxy.url);
    out.noProxy = std::move(proxy.noProxy);
    return {};
}

} // namespace

Proxy environmentProxy(const std::string &server, const Environment &environment)
{
    Proxy out;
    const bool https = server.rfind("https://", 0) == 0;
    for (const char *name : https ? std::array{"HTTPS_PROXY", "https_proxy"} : std::array{"HTTP_PROXY", "http_proxy"}) {
        if (const auto value = environment.variable(name); value && !value->empty() && out.url.empty()) {
            out.url = value->find("://") == std::string::npos ? "http://" + *value : *value;
        }
    }
    for (const char *name : {"NO_PROXY", "no_proxy"}) {
        if (const auto value = environment.variable(name); value && out.noProxy.empty()) {
            out.noProxy = *value;
        }
    }
    if (!out.url.empty()) { // this machine is never reached through a proxy of the environment
        out.noProxy += std::string(out.noProxy.empty() ? "" : ",") + "localhost,127.0.0.0/8,::1";
    }
    return out;
}

Environment Environment::ofProcess()
{
    Environment out;
    out.variable = [](const std::string &name) -> std::optional<std::string> {
        const char *value = std::getenv(name.c_str()); // NOLINT(concurrency-mt-unsafe): nobody sets any
        return value ? std::optional<std::string>(value) : std::nullopt;
    };
    return out;
}

Result<Kubeconfig> Kubeconfig::load(const std::vector<std::string> &files, bool mustExist)
{
    Kubeconfig out;
    for (const std::string &file : files) {
        Result<std::string> text = readSmallFile(file, kMaxKubeconfig);
        if (!text) {
            if (text.error().code == ErrorCode::NotFound && !mustExist) {
                out.m_missing.push_back(file);
                continue;
            }
            Error error = text.error();
            error.code = ErrorCode::Config;
            error.message = "the kubeconfig " + error.message;
            return error;
        }
        if (const Result<void> read = Reader::read(file, *text, out); !read) {
            return read.error();
        }
        out.m_files.push_back(file);
    }
    return out;
}

Result<Kubeconfig> Kubeconfig::find(const std::string &file, const Environment &environment)
{
    if (!file.empty()) {
        return load({file}, true);
    }
    std::vector<std::string> files;
    if (const auto listed = environment.variable("KUBECONFIG"); listed && !listed->empty()) {
        std::string_view rest = *listed;
        while (!rest.empty()) {
            const std::string one(rest.substr(0, rest.find(':')));
            rest.remove_prefix(std::min(rest.size(), one.size() + 1));
            if (!one.empty() && std::find(files.begin(), files.end(), one) == files.end()) {
                files.push_back(one);
            }
        }
    } else if (const auto home = environment.variable("HOME"); home && !home->empty()) {
        files.push_back(*home + "/.kube/config");
    }
    return load(files, false);
}

std::vector<Kubeconfig::Context> Kubeconfig::contexts() const
{
    std::vector<Context> out;
    for (const auto &[name, entry] : m_contexts) {
        out.push_back({name, entry->cluster, entry->user, entry->ns, entry->file, name == m_current});
    }
    return out;
}

Result<Connection> Kubeconfig::connection(const std::string &context, const Environment &environment) const
{
    const std::string &name = context.empty() ? m_current : context;
    if (name.empty()) {
        return wrong(m_files.empty() ? std::string() : m_files.front(),
            "no context is named and the kubeconfig has no current-context", "Name one with --context");
    }
    const auto found = m_contexts.find(name);
    if (found == m_contexts.end()) {
        std::string known;
        for (const auto &[other, entry] : m_contexts) {
            known += (known.empty() ? "" : ", ") + sanitized(other);
            if (known.size() > 300) {
                known += ", …";
                break;
            }
        }
        return wrong(m_files.empty() ? std::string() : m_files.front(), "there is no context named " + inQuotes(name),
            known.empty() ? std::string() : "There are: " + known);
    }
    const ContextEntry &entry = *found->second;
    const auto cluster = m_clusters.find(entry.cluster);
    if (entry.cluster.empty() || cluster == m_clusters.end()) {
        return wrong(entry.where,
            "context " + inQuotes(name)
                + (entry.cluster.empty() ? std::string(" names no cluster")
                                         : " names the cluster " + inQuotes(entry.cluster) + ", which does not exist"));
    }
    const User *user = nullptr;
    if (!entry.user.empty()) {
        const auto at = m_users.find(entry.user);
        if (at == m_users.end()) {
            return wrong(entry.where,
                "context " + inQuotes(name) + " names the user " + inQuotes(entry.user) + ", which does not exist");
        }
        user = at->second.get();
    }
    if (!cluster->second->server) {
        return wrong(cluster->second->where, "cluster " + inQuotes(entry.cluster) + " has no server");
    }

    Connection out;
    out.name = name;
    out.context = name;
    out.ns = entry.ns;
    if (const Result<void> r = addTls(*cluster->second, user, out); !r) {
        return r.error();
    }
    const bool anyTls = !out.tls.caPem.empty() || !out.tls.clientCertificatePem.empty() || out.tls.insecure
        || !out.tls.serverName.empty();
    const auto url = parseServerUrl(cluster->second->server.text, anyTls);
    if (!url) {
        return wrong(
            cluster->second->server.where, "server of cluster " + inQuotes(entry.cluster) + " is no http or https URL");
    }
    out.server = url->base;
    out.compressed = !cluster->second->disableCompression && !url->loopback;
    if (const Result<void> r = addProxy(cluster->second.get(), environment, out); !r) {
        return r.error();
    }
    if (user) {
        if (const Result<void> r = addImpersonation(*user, out); !r) {
            return r.error();
        }
        if (const Result<void> r = addCredentials(*user, *cluster->second, out); !r) {
            return r.error();
        }
    }
    if (!url->https) { // credentials travel only over TLS
        out.credentials = {};
        out.tls = {};
    }
    return out;
}

std::optional<Result<Connection>> inClusterConnection(const Environment &environment)
{
    const auto host = environment.variable("KUBERNETES_SERVICE_HOST");
    const auto port = environment.variable("KUBERNETES_SERVICE_PORT");
    if (!host || host->empty() || !port || port->empty()) {
        return std::nullopt;
    }
    const std::string &folder = environment.serviceAccountFolder;
    Connection out;
    out.name = "in-cluster";
    out.server = "https://" + (host->find(':') == std::string::npos ? *host : "[" + *host + "]") + ":" + *port;
    out.credentials.tokenFile = folder + "/token";
    if (const Result<std::string> token = readSmallFile(out.credentials.tokenFile, kMaxPem); !token) {
        return Result<Connection>(token.error());
    }
    Result<std::string> ca = readSmallFile(folder + "/ca.crt", kMaxPem);
    if (!ca) {
        return Result<Connection>(ca.error());
    }
    out.tls.caPem = std::move(*ca);
    if (const Result<std::string> ns = readSmallFile(folder + "/namespace", 1024); ns) {
        out.ns = std::string(trimmed(*ns));
    }
    if (const Result<void> r = addProxy(nullptr, environment, out); !r) {
        return Result<Connection>(r.error());
    }
    return Result<Connection>(std::move(out));
}

} // namespace sextant::kubernetes
