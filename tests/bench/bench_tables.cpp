// SPDX-License-Identifier: GPL-3.0-or-later
// How fast the table of pods is sorted, filtered and kept up to date, at 150,000 and 1,000,000 pods in seven clusters,
// and what of it the GUI thread does.
// usage: bench_tables [PODS...]
#include "core/base/format.h"
#include "core/query/query.h"
#include "tests/bench/bigfleet.h"
#include "tests/bench/figures.h"
#include "ui/models/podtablemodel.h"
#include "ui/pages/tablepanel.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QEventLoop>
#include <QTimer>

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <functional>
#include <malloc.h>

using namespace sextant;
using namespace sextant::ui;

namespace {

struct Spent {
    double wall = 0, cpu = 0; ///< milliseconds; cpu of this thread
};

double threadMs()
{
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

/// The median of several times.
Spent timed(const std::function<void()> &does)
{
    constexpr int kTimes = 7;
    std::vector<double> wall, cpu;
    for (int i = 0; i < kTimes; ++i) {
        const auto began = std::chrono::steady_clock::now();
        const double before = threadMs();
        does();
        cpu.push_back(threadMs() - before);
        wall.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began).count());
    }
    std::sort(wall.begin(), wall.end());
    std::sort(cpu.begin(), cpu.end());
    return {wall[kTimes / 2], cpu[kTimes / 2]};
}

void say(const std::string &figure, const Spent &spent, const std::optional<double> &most, const std::string &more = {})
{
    const std::string cpu = fmt::format("{:.1f} ms of processor time{}", spent.cpu, more.empty() ? "" : "; " + more);
    if (most) {
        bench::print(figure, spent.wall, "%.1f ms", bench::atMost(*most), cpu);
    } else {
        bench::print(figure, bench::text("%.1f ms", spent.wall) + "; " + cpu);
    }
}

TableQuery query(PodColumn column, const char *filter, bool descending = false)
{
    TableQuery query;
    query.filter = *Filter::parse(filter);
    query.column = static_cast<int>(column);
    query.descending = descending;
    query.now = bench::BigFleet::now();
    return query;
}

struct Named {
    const char *name;
    PodColumn column;
};
constexpr Named kColumns[] = {{"name", PodColumn::Name}, {"status", PodColumn::Status}, {"age", PodColumn::Age},
    {"CPU requested", PodColumn::CpuRequested}, {"restarts", PodColumn::Restarts}, {"memory used", PodColumn::Memory},
    {"node", PodColumn::Node}, {"owner", PodColumn::Owner}};

void sorts(const PicturePtr &picture, double most)
{
    TableAnswerPtr first;
    say("the table is opened: by name, without a past",
        timed([&] { first = answer(picture, query(PodColumn::Name, ""), nullptr); }), {});
    const TableAnswerPtr other = answer(picture, query(PodColumn::Age, ""), first);
    for (const Named &column : kColumns) {
        for (const bool descending : {false, true}) {
            const TableAnswerPtr &from = column.column == PodColumn::Name ? other : first;
            say(fmt::format("sort by {}{}", column.name, descending ? ", down" : ""),
                timed([&] { (void)answer(picture, query(column.column, "", descending), from); }), most);
        }
    }
}

void filters(const PicturePtr &picture, double most)
{
    TableAnswerPtr shown = answer(picture, query(PodColumn::Name, ""), nullptr);
    for (const char *text : {"c", "ch", "che", "chec", "check", "checkout-w", "chec", "", "status:crash", "restarts>3",
             "restarts>3 lib", "10.1", "zzz", ""}) {
        TableAnswerPtr next;
        const Spent spent = timed([&] { next = answer(picture, query(PodColumn::Name, text), shown); });
        say(fmt::format("filter \"{}\" after \"{}\"", text, shown->query().filter.text()), spent, most,
            fmt::format("{} rows", formatCount(static_cast<std::int64_t>(next->rows().rows.size()))));
        shown = next;
    }
}

void pictures(bench::BigFleet &fleet)
{
    for (const int changes : {200, 1000}) {
        const PicturePtr old = fleet.picture();
        fleet.change(changes);
        const PicturePtr now = fleet.picture();
        for (const Named &column : {kColumns[0], kColumns[4]}) {
            for (const char *filter : {"", "check"}) {
                const TableAnswerPtr shown = answer(old, query(column.column, filter), nullptr);
                say(fmt::format("a picture with {} changes, by {}{}{}", changes, column.name,
                        *filter != 0 ? ", filtered by " : "", filter),
                    timed([&] { (void)answer(now, query(column.column, filter), shown); }), {});
            }
        }
    }
    const PicturePtr old = fleet.picture();
    fleet.measure();
    const PicturePtr now = fleet.picture();
    for (const Named &column : {kColumns[0], kColumns[5]}) {
        const TableAnswerPtr shown = answer(old, query(column.column, ""), nullptr);
        say(fmt::format("a picture with new usage of all pods, by {}", column.name),
            timed([&] { (void)answer(now, query(column.column, ""), shown); }), {});
    }
}

void memory(const PicturePtr &picture, int pods)
{
    malloc_trim(0);
    const double before = bench::residentMb();
    const TableAnswerPtr byAge = answer(picture, query(PodColumn::Age, ""), nullptr);
    const TableAnswerPtr filtered = answer(picture, query(PodColumn::Age, "c"), byAge);
    malloc_trim(0);
    const double held = bench::residentMb() - before;
    bench::print("held by a table, sorted and filtered",
        bench::text("%.1f MB", held) + fmt::format("; {:.0f} bytes a pod", held * 1e6 / pods));
}

/// The window's part: a panel with the table, shown; the fleet changes.
void window(bench::BigFleet &fleet, double mostOfAFrame)
{
    const auto live = [](int milliseconds) {
        QEventLoop loop;
        QTimer::singleShot(milliseconds, &loop, &QEventLoop::quit);
        loop.exec();
    };
    TablePanel panel(std::make_unique<PodTableModel>(), QStringLiteral("pods"));
    panel.resize(1920, 1000);
    panel.show();
    panel.setPicture(fleet.picture());
    while (panel.model().busy()) {
        live(20);
    }
    live(500);
    constexpr int kPictures = 40;
    double worst = 0;
    std::vector<double> turns;
    QObject::connect(&panel.model(), &TableModel::aboutToApply, &panel, [&] { turns.push_back(-threadMs()); });
    QObject::connect(&panel.model(), &TableModel::applied, &panel, [&] { turns.back() += threadMs(); });
    int hidden = 0;
    double gui = -threadMs(), all = -bench::cpuSeconds(), making = 0;
    for (int i = 0; i < kPictures; ++i) {
        const double before = bench::cpuSeconds(), own = threadMs();
        fleet.change(200);
        const PicturePtr picture = fleet.picture();
        making += bench::cpuSeconds() - before;
        gui += own - threadMs();
        panel.setPicture(picture);
        panel.setNow(bench::BigFleet::now() + std::chrono::seconds(i / 5));
        live(200);
    }
    gui += threadMs();
    all += bench::cpuSeconds() - making;
    std::sort(turns.begin(), turns.end());
    worst = turns.empty() ? 0 : turns[turns.size() * 99 / 100];
    const double share = all / (kPictures * 0.2);
    bench::print("the table shown, 1,000 changes a second: share of a core, job and GUI thread", 100 * share, "%.1f %%",
        bench::atMost(4),
        fmt::format("GUI thread {:.1f} %, {} updates", 100 * gui / 1e3 / (kPictures * 0.2), turns.size()));
    bench::print("an update on the GUI thread, 99th percentile", worst, "%.1f ms", bench::atMost(mostOfAFrame));
    panel.setActive(false);
    panel.hide();
    live(100);
    QObject::connect(&panel.model(), &TableModel::aboutToApply, &panel, [&] { ++hidden; });
    double idle = -threadMs();
    for (int i = 0; i < kPictures; ++i) {
        panel.setPicture(std::make_shared<Picture>(*fleet.picture()));
    }
    live(100);
    idle += threadMs();
    bench::print("the table hidden, as many pictures", fmt::format("{} updates; {:.2f} ms", hidden, idle));
}

void run(int pods)
{
    bench::BigFleet fleet(pods);
    fleet.measure();
    const bool big = pods > 400'000;
    bench::printHead("Tables: " + formatCount(pods) + " pods in seven clusters");
    {
        const PicturePtr picture = fleet.picture();
        memory(picture, pods);
        sorts(picture, big ? 110 : 20);
        filters(picture, big ? 20 : 10);
    }
    pictures(fleet);
    window(fleet, 8);
}

} // namespace

int main(int argc, char **argv)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    const QApplication app(argc, argv);
    Theme::instance();
    std::vector<int> sizes;
    for (int i = 1; i < argc; ++i) {
        sizes.push_back(std::max(1, std::atoi(argv[i])));
    }
    if (sizes.empty()) {
        sizes = bench::quick() ? std::vector{10'000} : std::vector{150'000, 1'000'000};
    }
    for (const int pods : sizes) {
        run(pods);
    }
}
