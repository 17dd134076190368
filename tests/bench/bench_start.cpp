// SPDX-License-Identifier: GPL-3.0-or-later
// How long the program takes from its start to a window that shows the picture it kept of a big fleet, while the server
// does not answer; and what keeping that picture costs. The real program, under xcb in an X server of its own and
// offscreen; times are those of its log.
// usage: bench_start [--nodes N] [--pods N] [--runs N]
#include "core/fleet/store.h"
#include "core/lastpicture/shelf.h"
#include "tests/bench/benchserver.h"
#include "tests/bench/figures.h"

#include <QDateTime>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QThread>

#include <algorithm>
#include <netinet/in.h>
#include <optional>
#include <sys/socket.h>
#include <sys/stat.h>
#include <vector>

using namespace sextant;

namespace {

constexpr int kMostWaitMs = 300'000;

/// An X server on a display of its own.
class Display {
public:
    Display()
    {
        m_server.start(QStringLiteral("Xvfb"),
            {QStringLiteral("-displayfd"), QStringLiteral("1"), QStringLiteral("-screen"), QStringLiteral("0"),
                QStringLiteral("1920x1080x24"), QStringLiteral("-nolisten"), QStringLiteral("tcp")});
        if (m_server.waitForReadyRead(20'000)) {
            m_name = QLatin1Char(':') + QString::fromLatin1(m_server.readLine()).trimmed();
        }
    }
    ~Display()
    {
        m_server.kill();
        m_server.waitForFinished();
    }
    const QString &name() const { return m_name; } ///< empty: there is none

private:
    QProcess m_server;
    QString m_name;
};

/// Takes connections to a port and never says a word.
bool listenInSilence(int port)
{
    const int file = ::socket(AF_INET, SOCK_STREAM, 0);
    const int again = 1;
    ::setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &again, sizeof again);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return ::bind(file, reinterpret_cast<const sockaddr *>(&address), sizeof address) == 0 && ::listen(file, 64) == 0;
}

class Program {
public:
    explicit Program(const QString &folder, const QString &display)
        : m_log(folder + QStringLiteral("/sextant.log"))
    {
        QFile::remove(m_log);
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        for (const char *name : {"CONFIG", "CACHE", "STATE", "DATA"}) {
            environment.insert(QStringLiteral("XDG_%1_HOME").arg(QString::fromLatin1(name)),
                folder + QLatin1Char('/') + QString::fromLatin1(name).toLower());
        }
        environment.insert(QStringLiteral("KUBECONFIG"), folder + QStringLiteral("/kubeconfig"));
        environment.insert(
            QStringLiteral("QT_QPA_PLATFORM"), display.isEmpty() ? QStringLiteral("offscreen") : QStringLiteral("xcb"));
        environment.insert(QStringLiteral("DISPLAY"), display);
        m_process.setProcessEnvironment(environment);
        m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_process.setProgram(QStringLiteral(SEXTANT_PROGRAM));
        m_process.setArguments(
            {QStringLiteral("--log-level"), QStringLiteral("debug"), QStringLiteral("--log-file"), m_log});
        m_began = QDateTime::currentMSecsSinceEpoch();
        m_process.start();
    }
    ~Program()
    {
        m_process.kill();
        m_process.waitForFinished();
    }

    /// When the log said so, in ms since the start; nothing: it did not.
    std::optional<double> said(const QString &words) const
    {
        QElapsedTimer waited;
        for (waited.start(); waited.elapsed() < kMostWaitMs; QThread::msleep(20)) {
            QFile file(m_log);
            if (!file.open(QIODevice::ReadOnly)) {
                continue;
            }
            for (const QString &line : QString::fromUtf8(file.readAll()).split(QLatin1Char('\n'))) {
                if (line.contains(words)) {
                    const QDateTime at = QDateTime::fromString(line.section(QLatin1Char(' '), 0, 0), Qt::ISODateWithMs);
                    return static_cast<double>(at.toMSecsSinceEpoch() - m_began);
                }
            }
        }
        std::fprintf(stderr, "the program never said: %s\n", qPrintable(words));
        return std::nullopt;
    }
    /// A number of milliseconds that the log tells.
    std::optional<double> told(const QString &pattern) const
    {
        QFile file(m_log);
        const QString log = file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
        const auto match = QRegularExpression(pattern).match(log);
        return match.hasMatch() ? std::optional(match.captured(1).toDouble()) : std::nullopt;
    }

private:
    QString m_log;
    QProcess m_process;
    qint64 m_began = 0;
};

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return values.empty() ? 0 : values[values.size() / 2];
}

} // namespace

int main(int argc, char **argv)
{
    int nodes = bench::quick() ? 50 : 5000, pods = bench::quick() ? 1000 : 150'000, runs = bench::quick() ? 2 : 7;
    for (int i = 1; i + 1 < argc; i += 2) {
        const QByteArray word = argv[i];
        (word == "--nodes" ? nodes : word == "--pods" ? pods : runs) = std::stoi(argv[i + 1]);
    }
    auto server = std::make_optional<BenchServer>(nodes, pods, 0);
    if (!server->ready()) {
        return 1;
    }
    const QTemporaryDir work;
    const std::string url = server->url();
    QFile::copy(QString::fromStdString(server->kubeconfig()), work.filePath(QStringLiteral("kubeconfig")));
    const QString folder = work.path();
    std::optional<double> keeping;
    {
        const Program first(folder, {});
        if (!first.said(QStringLiteral("its picture is kept"))) {
            return 1;
        }
        keeping = first.told(QStringLiteral("its picture is kept .([0-9]+) ms"));
    }
    server.reset();
    if (!listenInSilence(std::stoi(url.substr(url.rfind(':') + 1)))) {
        std::fprintf(stderr, "its port cannot be taken\n");
        return 1;
    }
    const QDir kept(folder + QStringLiteral("/cache/sextant/pictures"));
    const QFileInfoList files = kept.entryInfoList(QDir::Files);
    bench::printHead("Start with the picture kept of " + std::to_string(nodes) + " nodes, " + std::to_string(pods)
        + " pods; the server does not answer; median of " + std::to_string(runs));
    if (!files.isEmpty()) {
        bench::print("the kept picture on disk",
            bench::text("%.1f MB", static_cast<double>(files.first().size()) / 1e6)
                + bench::text(", %.0f bytes a pod", static_cast<double>(files.first().size()) / pods));
    }
    if (keeping) {
        bench::print("keeping it (least priority, once in ten minutes)", *keeping / 6000, "%.2f %% of a core",
            bench::atMost(1), bench::text("%.0f ms each", *keeping));
    }
    const Display display;
    for (const bool xcb : {true, false}) {
        if (xcb && display.name().isEmpty()) {
            bench::print("under xcb", "there is no Xvfb");
            continue;
        }
        std::vector<double> up, painted, read;
        for (int run = 0; run < runs; ++run) {
            const Program program(folder, xcb ? display.name() : QString());
            const auto first = program.said(QStringLiteral("start: the first picture is painted"));
            const auto window = program.said(QStringLiteral("start: the window is up"));
            if (!first || !window) {
                return 1;
            }
            up.push_back(*window);
            painted.push_back(*first);
            read.push_back(program.told(QStringLiteral("pods, ([0-9]+) ms")).value_or(0));
        }
        const std::string where = xcb ? "xcb" : "offscreen";
        bench::print(where + ": window up", bench::text("%.0f ms", median(up)));
        bench::print(where + ": reading the kept picture, beside it", median(read), "%.0f ms", bench::atMost(100));
        bench::print(where + ": that picture painted", median(painted), "%.0f ms", bench::atMost(300));
    }
    return 0;
}
