// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulator/server.h"

#include "core/simulator/serverbody.h"

#include <array>

namespace sextant::simulator {

namespace {

constexpr std::size_t kLogged = 10'000;

} // namespace

ApiServer::ApiServer(Setup setup, Store &store, Faults &faults)
    : m_setup(std::move(setup))
    , m_discovery(m_setup.version)
    , m_store(store)
    , m_faults(faults)
    , m_port(m_setup.port)
{
    if (m_setup.certificates) {
        m_tls = m_setup.certificates->serverContext();
    }
}

ApiServer::~ApiServer() { stop(); }

Result<void> ApiServer::start()
{
    if (m_setup.certificates && !m_tls) {
        return Error{ErrorCode::Internal, "the simulated server's certificate was refused by the TLS library"};
    }
    m_http = std::make_unique<HttpServer>([this](const httplib::Request &request, httplib::Response &response,
                                              Link &link) { handle(request, response, link); },
        m_tls, m_setup.threads, m_faults);
    const auto port = m_http->start(this->port());
    if (!port) {
        m_http.reset();
        return port.error();
    }
    const std::lock_guard lock(m_mutex);
    m_port = *port;
    return {};
}

void ApiServer::stop()
{
    if (m_http) {
        m_http->stop([this] { m_store.wake(); });
        m_http.reset();
    }
}

Result<void> ApiServer::restart(const std::function<void()> &between)
{
    stop();
    if (between) {
        between();
    }
    return start();
}

int ApiServer::port() const
{
    const std::lock_guard lock(m_mutex);
    return m_port;
}

std::uint64_t ApiServer::requests() const
{
    const std::lock_guard lock(m_mutex);
    return m_requests;
}

std::vector<std::string> ApiServer::requestLog() const
{
    const std::lock_guard lock(m_mutex);
    return {m_log.begin(), m_log.end()};
}

void ApiServer::text(httplib::Response &response, int code, const std::string &words) const
{
    response.status = code;
    response.set_content(words, "text/plain; charset=utf-8");
}

void ApiServer::json(Exchange &x, const std::string &compact)
{
    x.response.status = 200;
    sendText(x.request, x.response, "application/json", (x.pretty ? wire::pretty(compact) : compact) + '\n', m_faults,
        x.link);
}

void ApiServer::refuse(Exchange &x, const wire::Status &status) const
{
    x.response.status = status.code;
    if (status.retryAfterSeconds > 0) {
        x.response.set_header("Retry-After", std::to_string(status.retryAfterSeconds));
    }
    if (x.wanted.format == Wanted::Format::Protobuf) {
        x.response.set_content(status.protobuf(), "application/vnd.kubernetes.protobuf");
    } else {
        const auto body = status.json();
        x.response.set_content((x.pretty ? wire::pretty(body) : body) + '\n', "application/json");
    }
}

bool ApiServer::inTrouble(const httplib::Request &, httplib::Response &response, Link &link)
{
    if (m_faults.down) {
        link.abort();
        return true;
    }
    if (const int wait = m_faults.latencyMs; wait > 0) {
        link.sleep(std::chrono::milliseconds(wait));
    }
    if (m_faults.htmlErrors) {
        response.status = 502;
        response.set_content("<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad "
                             "Gateway</h1></center>\r\n<hr><center>proxy</center>\r\n</body>\r\n</html>\r\n",
            "text/html");
        return true;
    }
    if (takeOne(m_faults.answer429)) {
        response.set_header("Retry-After", "1");
        text(response, 429, "Too many requests, please try again later.\n");
        return true;
    }
    if (takeOne(m_faults.answer503)) {
        text(response, 503, "service unavailable\n");
        return true;
    }
    return false;
}

bool ApiServer::authenticate(const httplib::Request &request, const Link &link, std::string &user) const
{
    if (m_faults.unauthorized) {
        return false;
    }
    const auto header = request.get_header_value("Authorization");
    if (header.empty()) {
        user = m_tls ? link.certificateUser() : "admin";
        return !user.empty();
    }
    for (const std::string_view name : {"admin", "viewer", "team-a"}) {
        if (header == "Bearer " + std::string(name) + "-token") {
            user = name;
            return true;
        }
    }
    return false;
}

bool ApiServer::allowed(const Exchange &x) const
{
    if (x.info && x.info->source == ResourceInfo::Source::Secret) {
        return false; // a client that only shows a fleet has no business with them
    }
    if (x.user == "admin") {
        return true;
    }
    if (x.user == "viewer") {
        return x.info && x.info->namespaced;
    }
    return x.info && x.user == "team-a"
        && (x.info->namespaced ? x.target.ns == "team-a"
                               : x.target.resource == "namespaces" && x.target.name == "team-a");
}

void ApiServer::handle(const httplib::Request &request, httplib::Response &response, Link &link)
{
    std::array<char, 48> audit{};
    {
        const std::lock_guard lock(m_mutex);
        std::snprintf(audit.data(), audit.size(), "00000000-0000-4000-8000-%012llx",
            static_cast<unsigned long long>(++m_requests));
        m_log.push_back(request.method + ' ' + request.target);
        if (m_log.size() > kLogged) {
            m_log.pop_front();
        }
    }
    response.set_header("Date", httpDate());
    response.set_header("Audit-Id", audit.data());
    response.set_header("Cache-Control", "no-cache, private");
    if (inTrouble(request, response, link)) {
        return;
    }
    Exchange x{request, response, link, Query(request.target), {}, nullptr, {}, {}, false};
    const auto agent = request.get_header_value("User-Agent");
    const auto asked = x.query.value("pretty");
    x.pretty = x.query.has("pretty")
        ? asked != "0" && asked != "false"
        : agent.starts_with("curl") || agent.starts_with("Wget") || agent.starts_with("Mozilla/5.0");
    const auto accept = request.get_header_value("Accept");
    const auto wanted = Wanted::parse(accept, !m_faults.jsonOnly);
    x.wanted = wanted.value_or(Wanted{});
    if (!authenticate(request, link, x.user)) {
        refuse(x, {401, "Unauthorized", "Unauthorized", {}, {}, {}, {}, 0, {}});
        return;
    }
    if (request.method != "GET") {
        link.closeAfter(); // the body that may follow is not read
        refuse(x,
            {405, "MethodNotAllowed", "the server does not allow this method on the requested resource", {}, {}, {}, {},
                0, {}});
        return;
    }
    if (answerDocument(x)) {
        return;
    }
    auto target = Target::parse(request.path);
    if (!target) {
        text(response, 404, "404 page not found\n");
        return;
    }
    x.target = std::move(*target);
    x.info = m_discovery.find(x.target.group, x.target.version, x.target.resource);
    if (x.info && x.info->source == ResourceInfo::Source::Metrics && m_faults.metricsAbsent) {
        x.info = nullptr;
    }
    if (!allowed(x)) {
        const auto &t = x.target;
        const bool watching = x.query.flag("watch");
        const std::string verb = !t.name.empty() ? "get" : watching ? "watch" : "list";
        const auto full = t.resource + (t.group.empty() ? "" : '.' + t.group);
        const auto slash = t.subresource.empty() ? t.resource : t.resource + '/' + t.subresource;
        const auto ns = t.resource == "namespaces" ? t.name : t.ns;
        refuse(x,
            {403, "Forbidden",
                full + (t.name.empty() ? "" : " \"" + t.name + '"') + " is forbidden: User \"" + x.user + "\" cannot "
                    + verb + " resource \"" + slash + "\" in API group \"" + t.group + "\" "
                    + (ns.empty() ? "at the cluster scope" : "in the namespace \"" + ns + '"'),
                t.name, t.group, t.resource, {}, 0, {}});
        return;
    }
    if (!x.info || (!x.info->namespaced && !x.target.ns.empty())
        || (x.info->namespaced && x.target.ns.empty() && !x.target.name.empty())) {
        text(response, 404, "404 page not found\n");
        return;
    }
    if (x.info->source == ResourceInfo::Source::Metrics && m_faults.metricsDown) {
        text(response, 503, "service unavailable\n");
        return;
    }
    if (!wanted) {
        refuse(x,
            {406, "NotAcceptable",
                "only the following media types are accepted: application/json, application/vnd.kubernetes.protobuf",
                {}, {}, {}, {}, 0, {}});
        return;
    }
    answerResource(x);
}

bool ApiServer::answerDocument(Exchange &x)
{
    const auto &path = x.request.path;
    const auto bare = path.size() > 1 && path.ends_with('/') ? path.substr(0, path.size() - 1) : path;
    const bool metrics = !m_faults.metricsAbsent;
    if (bare == "/version") {
        x.pretty = true;
        json(x, m_discovery.version());
        return true;
    }
    if (bare == "/livez" || bare == "/readyz" || bare == "/healthz") {
        text(x.response, 200,
            x.query.has("verbose") ? "[+]ping ok\n[+]etcd ok\n" + bare.substr(1) + " check passed\n" : "ok");
        return true;
    }
    if (bare == "/api" || bare == "/apis") {
        const bool core = bare == "/api";
        const auto form = m_discovery.old() ? std::string() : wantedDiscovery(x.request.get_header_value("Accept"));
        if (form.empty()) {
            json(x, core ? m_discovery.versions() : m_discovery.groups(metrics));
            return true;
        }
        const auto body = m_discovery.aggregated(core, form, metrics, m_faults.metricsDown);
        const auto tag = '"' + std::to_string(std::hash<std::string>{}(body)) + '"';
        x.response.set_header("ETag", tag);
        x.response.set_header("Vary", "Accept");
        if (x.request.get_header_value("If-None-Match") == tag) {
            x.response.status = 304;
            return true;
        }
        x.response.status = 200;
        sendText(x.request, x.response,
            "application/json;g=apidiscovery.k8s.io;v=" + form + ";as=APIGroupDiscoveryList", body + '\n', m_faults,
            x.link);
        return true;
    }
    std::string group;
    std::string version;
    if (path.starts_with("/apis/")) {
        const auto slash = bare.find('/', 6);
        group = bare.substr(6, slash == std::string::npos ? std::string::npos : slash - 6);
        version = slash == std::string::npos ? "" : bare.substr(slash + 1);
    } else if (path.starts_with("/api/")) {
        version = bare.substr(5);
    } else {
        return false;
    }
    if (version.find('/') != std::string::npos || (group.empty() && version.empty())) {
        return false;
    }
    const auto body = version.empty() ? m_discovery.group(group) : m_discovery.resources(group, version);
    if (body.empty() || (group == "metrics.k8s.io" && !metrics)) {
        text(x.response, 404, "404 page not found\n");
    } else if (group == "metrics.k8s.io" && !version.empty() && m_faults.metricsDown) {
        text(x.response, 503, "service unavailable\n");
    } else {
        json(x, body);
    }
    return true;
}

void ApiServer::answerResource(Exchange &x)
{
    const bool watchList = !m_faults.watchListOff;
    auto parsed = ListOptions::parse(x.query, *x.info, m_discovery.old(), watchList);
    if (const auto *refusal = std::get_if<wire::Status>(&parsed)) {
        refuse(x, *refusal);
        return;
    }
    const auto &options = std::get<ListOptions>(parsed);
    if (x.info->source == ResourceInfo::Source::Metrics) {
        metrics(x, options);
    } else if (!x.target.name.empty()) {
        get(x);
    } else if (options.watch) {
        watch(x, options);
    } else {
        list(x, options);
    }
}

bool ApiServer::awaitVersion(Exchange &x, std::uint64_t version)
{
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(3);
    auto current = m_store.version();
    while (current < version && std::chrono::steady_clock::now() < deadline && !x.link.over()) {
        x.link.sleep(std::chrono::milliseconds(20));
        current = m_store.version();
    }
    if (current >= version) {
        return true;
    }
    refuse(x,
        {504, "Timeout",
            "Timeout: Too large resource version: " + std::to_string(version) + ", current: " + std::to_string(current),
            {}, {}, {}, {{"ResourceVersionTooLarge", "Too large resource version", {}}}, 1, {}});
    return false;
}

} // namespace sextant::simulator
