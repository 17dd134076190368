// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulator/serverbody.h"

#include "core/simulator/serverwire.h"

#include <stdexcept>
#include <zlib.h>

namespace sextant::simulator {

namespace {

constexpr std::size_t kGzipOver = 128 * 1024;
constexpr std::size_t kPiece = 64 * 1024;

class Gzip {
public:
    Gzip()
    {
        if (deflateInit2(&m_stream, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
            throw std::runtime_error("zlib");
        }
    }
    ~Gzip() { deflateEnd(&m_stream); }
    Gzip(const Gzip &) = delete;
    Gzip &operator=(const Gzip &) = delete;

    std::string packed(std::string &in, bool last)
    {
        std::string out;
        m_stream.next_in = reinterpret_cast<Bytef *>(in.data());
        m_stream.avail_in = uInt(in.size());
        do {
            const auto had = out.size();
            out.resize(had + 32 * 1024);
            m_stream.next_out = reinterpret_cast<Bytef *>(out.data() + had);
            m_stream.avail_out = 32 * 1024;
            deflate(&m_stream, last ? Z_FINISH : Z_NO_FLUSH);
            out.resize(out.size() - m_stream.avail_out);
        } while (m_stream.avail_out == 0);
        return out;
    }

private:
    z_stream m_stream{};
};

class Text final : public BodySource {
public:
    explicit Text(std::string text)
        : m_text(std::move(text))
    {
    }
    bool more(std::string &out) override
    {
        if (m_text.empty()) {
            return false;
        }
        out += std::exchange(m_text, {});
        return true;
    }

private:
    std::string m_text;
};

/// What is left of a body while the library asks for it.
struct Sending {
    std::unique_ptr<BodySource> source;
    std::string pending;
    bool ended = false;
    std::unique_ptr<Gzip> gzip;
    std::int64_t left = -1; // until the cut; -1: none
};

} // namespace

JsonListBody::JsonListBody(
    const std::string &frame, std::size_t count, std::function<std::string(std::size_t)> item, bool pretty)
    : m_count(count)
    , m_item(std::move(item))
    , m_pretty(pretty)
{
    constexpr std::string_view kMark = "\"@\"";
    auto text = frame;
    if (count == 0) {
        text.erase(text.find(kMark), kMark.size());
    }
    if (pretty) {
        text = wire::pretty(text);
    }
    text += '\n';
    const auto at = count == 0 ? text.size() : text.find(kMark);
    m_head = text.substr(0, at);
    m_tail = count == 0 ? std::string() : text.substr(at + kMark.size());
}

bool JsonListBody::more(std::string &out)
{
    if (m_ended) {
        return false;
    }
    if (!m_begun) {
        out += m_head;
        m_begun = true;
    }
    for (const auto enough = out.size() + kPiece; m_next < m_count && out.size() < enough; ++m_next) {
        if (m_next > 0) {
            out += m_pretty ? ",\n    " : ",";
        }
        if (!m_pretty) {
            out += m_item(m_next);
            continue;
        }
        for (const char c : wire::pretty(m_item(m_next))) {
            out += c;
            if (c == '\n') {
                out += "    ";
            }
        }
    }
    if (m_next == m_count) {
        out += m_tail;
        m_ended = true;
    }
    return true;
}

void sendBody(const httplib::Request &request, httplib::Response &response, const std::string &contentType,
    std::unique_ptr<BodySource> source, Faults &faults, Link &link)
{
    auto sending = std::make_shared<Sending>();
    sending->source = std::move(source);
    while (!sending->ended && sending->pending.size() <= kGzipOver) {
        sending->ended = !sending->source->more(sending->pending);
    }
    const bool gzips = sending->pending.size() > kGzipOver
        && request.get_header_value("X-Accepted-Encoding").find("gzip") != std::string::npos
        && !request.has_header("Range");
    const auto cut = faults.cutAfterBytes.load();
    if (sending->ended && !gzips && (cut <= 0 || std::int64_t(sending->pending.size()) <= cut)) {
        response.set_content(sending->pending, contentType);
        return;
    }
    if (gzips) {
        sending->gzip = std::make_unique<Gzip>();
        response.set_header("Content-Encoding", "gzip");
        response.set_header("Vary", "Accept-Encoding");
    }
    sending->left = cut > 0 ? cut : -1;
    response.set_chunked_content_provider(contentType, [sending, &link](std::size_t, httplib::DataSink &sink) {
        if (!sending->ended && sending->pending.empty()) {
            sending->ended = !sending->source->more(sending->pending);
        }
        std::string piece = std::exchange(sending->pending, {});
        if (sending->gzip) {
            piece = sending->gzip->packed(piece, sending->ended);
        }
        if (sending->left >= 0 && std::int64_t(piece.size()) > sending->left) {
            sink.write(piece.data(), std::size_t(sending->left));
            link.abort();
            return false;
        }
        sending->left -= sending->left >= 0 ? std::int64_t(piece.size()) : 0;
        if (!piece.empty() && !sink.write(piece.data(), piece.size())) {
            return false;
        }
        if (sending->ended) {
            sink.done();
        }
        return true;
    });
}

void sendText(const httplib::Request &request, httplib::Response &response, const std::string &contentType,
    std::string text, Faults &faults, Link &link)
{
    sendBody(request, response, contentType, std::make_unique<Text>(std::move(text)), faults, link);
}

std::string gzipped(std::string text) { return Gzip().packed(text, true); }

} // namespace sextant::simulator
