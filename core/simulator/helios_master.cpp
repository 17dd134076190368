// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulator/helios_master.h"

#include "core/simulator/helios_routes.h"
#include "core/simulator/serverbody.h"

#include <algorithm>
#include <sstream>

namespace sextant::simulator {

namespace {

constexpr std::size_t kLogged = 10'000;
constexpr const char *kMethods = "OPTIONS,GET,PUT,POST,DELETE,HEAD";

/// Whether a request's Accept lets an answer of this type through.
bool accepts(const std::string &accept, const std::string &type)
{
    if (accept.empty()) {
        return true;
    }
    std::istringstream in(accept);
    std::string part;
    while (std::getline(in, part, ',')) {
        std::string name = part.substr(0, part.find(';'));
        std::erase(name, ' ');
        if (name == "*/*" || name == type || name == type.substr(0, type.find('/')) + "/*") {
            return true;
        }
    }
    return false;
}

/// What this master makes of a client's version.
std::string judged(const HeliosVersion &server, const HeliosVersion &client)
{
    if (client == server) {
        return "EQUAL";
    }
    if (client.major != server.major) {
        return "INCOMPATIBLE";
    }
    return client.minor <= server.minor ? "COMPATIBLE" : "MAYBE";
}

std::string errorPage(int code, const std::string &reason, const std::string &path)
{
    const auto number = std::to_string(code);
    return "<html>\n<head>\n<meta http-equiv=\"Content-Type\" content=\"text/html; "
           "charset=ISO-8859-1\"/>\n<title>Error "
        + number + ' ' + reason + "</title>\n</head>\n<body><h2>HTTP ERROR " + number + "</h2>\n<p>Problem accessing "
        + path + ". Reason:\n<pre>    " + reason
        + "</pre></p><hr><i><small>Powered by Jetty://</small></i><hr/>\n\n</body>\n</html>\n";
}

} // namespace

void HeliosLog::add(std::string line)
{
    const std::lock_guard lock(m_mutex);
    ++m_requests;
    m_lines.push_back(std::move(line));
    if (m_lines.size() > kLogged) {
        m_lines.pop_front();
    }
}

std::uint64_t HeliosLog::requests() const
{
    const std::lock_guard lock(m_mutex);
    return m_requests;
}

std::vector<std::string> HeliosLog::lines() const
{
    const std::lock_guard lock(m_mutex);
    return {m_lines.begin(), m_lines.end()};
}

HeliosMaster::HeliosMaster(HeliosWorld &world, HeliosFaults &faults, HeliosLog &log, int number, std::uint64_t seed)
    : m_world(world)
    , m_faults(faults)
    , m_log(log)
    , m_number(number)
    , m_seed(seed)
    , m_version(HeliosVersion::parse(world.options().version).value_or(HeliosVersion{0, 9, 282, false}))
{
}

HeliosMaster::~HeliosMaster() { stop(); }

Result<void> HeliosMaster::start(int port, int threads)
{
    m_http = std::make_unique<HttpServer>([this](const httplib::Request &request, httplib::Response &response,
                                              Link &link) { handle(request, response, link); },
        nullptr, threads, m_wire, m_world.options().idle);
    const auto got = m_http->start(port);
    if (!got) {
        m_http.reset();
        return got.error();
    }
    m_port = *got;
    return {};
}

void HeliosMaster::stop()
{
    if (m_http) {
        m_http->stop();
        m_http.reset();
    }
}

const HeliosMaster::Route *HeliosMaster::find(const std::vector<std::string> &path)
{
    for (const auto &route : routes()) {
        bool fits = route.path.size() == path.size();
        for (std::size_t i = 0; fits && i < path.size(); ++i) {
            fits = route.path[i] == "*" || route.path[i] == path[i];
        }
        if (fits) {
            return &route;
        }
    }
    return nullptr;
}

void HeliosMaster::handle(const httplib::Request &request, httplib::Response &response, Link &link)
{
    if (m_wire.down) {
        link.abort();
        return;
    }
    m_log.add(std::to_string(m_number) + ' ' + request.method + ' ' + request.target);
    Exchange x{request, response, link, {}};
    std::istringstream in(request.target.substr(0, request.target.find('?')));
    std::string segment;
    while (std::getline(in, segment, '/')) {
        if (!segment.empty()) {
            x.path.push_back(httplib::detail::decode_url(segment, false));
        }
    }
    const auto *const route = find(x.path);
    const auto &method = request.method;
    const bool reads = method == "GET" || method == "HEAD" || method == "OPTIONS"
        || (method == "POST" && route && route->read == "POST");
    if (!reads) {
        m_log.refuse();
    }
    response.set_header("Date", httpDate());
    if (refuseVersion(x) || inTrouble(x)) {
        return;
    }
    cors(x);
    if (!route || (route->groups && !since(8, 397))) {
        response.status = 404;
        return;
    }
    if (method == "OPTIONS") {
        response.status = 204;
        response.set_header("Allow", route->options);
        return;
    }
    if (!reads && route->writes.find(method) != std::string::npos) {
        response.status = 403;
        return;
    }
    const bool head = method == "HEAD" && route->read == "GET";
    if (method != route->read && !head) {
        response.status = 405;
        response.set_header("Allow", route->allow);
        return;
    }
    if (head) { // the real one trips over it
        response.status = 500;
        response.set_header("Content-Type", route->type);
        return;
    }
    if (route->read == "POST" && !request.get_header_value("Content-Type").starts_with("application/json")) {
        response.status = 415;
        return;
    }
    if (!accepts(request.get_header_value("Accept"), route->type)) {
        response.status = 406;
        return;
    }
    if (route->zooKeeper && m_faults.zooKeeperAway) {
        link.sleep(std::chrono::milliseconds(m_faults.awayMs));
        failed(x);
        return;
    }
    if (route->zooKeeper && takeOne(m_faults.answer500)) {
        failed(x);
        return;
    }
    (this->*route->answer)(x);
}

bool HeliosMaster::refuseVersion(Exchange &x)
{
    const auto text = x.request.get_header_value("Helios-Version");
    const auto own = m_world.options().version;
    std::string status = "MISSING", reason;
    int code = 0;
    if (!text.empty()) {
        const auto client = HeliosVersion::parse(text);
        status = client ? judged(m_version, *client) : "INVALID";
        if (!client) {
            code = 400;
            reason = "Helios client version format is bogus - expect n.n.n";
        } else if (status == "INCOMPATIBLE") {
            code = 426;
            reason = "Your client version is incompatible with the server version " + own;
        }
    }
    x.response.set_header("Helios-Server-Version", own);
    x.response.set_header("Helios-Version-Status", status);
    if (code == 0) {
        return false;
    }
    raw(x, code, reason, "text/html; charset=ISO-8859-1",
        errorPage(code, reason, x.request.target.substr(0, x.request.target.find('?'))));
    return true;
}

bool HeliosMaster::inTrouble(Exchange &x)
{
    if (m_faults.proxyError) {
        x.response.status = 502;
        x.response.set_content("<html>\n<head><title>502 Bad Gateway</title></head>\n<body>no live upstream</body>\n"
                               "</html>\n",
            "text/html");
        return true;
    }
    if (m_faults.unauthorized) {
        x.response.status = 401;
        return true;
    }
    return false;
}

void HeliosMaster::cors(Exchange &x) const
{
    const auto origin = x.request.get_header_value("Origin");
    if (origin.empty()) {
        return;
    }
    x.response.set_header("Access-Control-Allow-Origin", origin);
    x.response.set_header("Access-Control-Allow-Credentials", "true");
    if (x.request.method == "OPTIONS") {
        x.response.set_header("Access-Control-Max-Age", "1800");
        x.response.set_header("Access-Control-Allow-Methods", kMethods);
        x.response.set_header("Access-Control-Allow-Headers", "X-Requested-With,Content-Type,Accept,Origin");
    } else {
        x.response.set_header("Access-Control-Expose-Headers", "");
    }
}

void HeliosMaster::ok(Exchange &x, std::string body, const char *type)
{
    x.response.status = 200;
    if (m_faults.garbled) {
        body = body.substr(0, body.size() / 2) + "}]~";
    }
    x.response.set_header("Vary", "Accept-Encoding");
    const bool post = x.request.method == "POST";
    if (x.request.get_header_value("X-Accepted-Encoding").find("gzip") != std::string::npos
        && (!post || since(8, 127))) {
        x.response.set_header("Content-Encoding", "gzip");
        body = gzipped(std::move(body));
    }
    const auto whole = std::make_shared<const std::string>(std::move(body));
    const bool cut = m_faults.cutBodies;
    const auto write = [whole, cut, &link = x.link](std::size_t, httplib::DataSink &sink) {
        sink.write(whole->data(), cut ? whole->size() / 2 : whole->size());
        if (cut) {
            link.abort();
            return false;
        }
        sink.done();
        return true;
    };
    if (x.request.get_header_value("Connection") == "close") {
        x.response.set_content_provider(type, write); // the body ends with the connection
    } else {
        x.response.set_chunked_content_provider(type, write);
    }
}

void HeliosMaster::plain(Exchange &x, int code, std::string body, bool labelled)
{
    x.response.status = code;
    if (body.empty()) {
        if (labelled) {
            x.response.set_header("Content-Type", "application/json");
        }
        return;
    }
    const auto whole = std::make_shared<const std::string>(std::move(body));
    x.response.set_chunked_content_provider("application/json", [whole](std::size_t, httplib::DataSink &sink) {
        sink.write(whole->data(), whole->size());
        sink.done();
        return true;
    });
}

void HeliosMaster::failed(Exchange &x)
{
    Random random(mixed(m_seed ^ ++m_answers));
    plain(x, 500,
        R"({"message":"There was an error processing your request. It has been logged (ID )" + random.hex(16)
            + R"()."})");
}

void HeliosMaster::raw(Exchange &x, int code, const std::string &reason, const char *type, const std::string &body)
{
    std::string out = "HTTP/1.1 " + std::to_string(code) + ' ' + reason + "\r\n";
    for (const auto &[key, value] : x.response.headers) {
        out.append(key).append(": ").append(value).append("\r\n");
    }
    out.append("Content-Type: ").append(type).append("\r\n");
    out += "Content-Length: " + std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" + body;
    x.link.answerRaw(out);
}

void HeliosMaster::charge(Exchange &x, std::int64_t reads)
{
    if (const auto each = m_faults.readMicroseconds.load(); each > 0) {
        x.link.sleep(std::chrono::milliseconds(reads * each / 1000));
    }
}

std::unique_ptr<HeliosMaster::Writer> HeliosMaster::writer()
{
    return std::make_unique<Writer>(m_version, mixed(m_seed ^ ++m_answers));
}

} // namespace sextant::simulator
