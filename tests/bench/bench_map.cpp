// SPDX-License-Identifier: GPL-3.0-or-later
// The map of a big fleet: its content made anew and carried on, the whole picture drawn, a pan and a zoom, hits, and
// what it takes of a processor while a thousand pods a second change. Without a server: the stores are filled directly.
#include "tests/bench/allocated.h"
#include "tests/bench/figures.h"
#include "tests/support/samplefleet.h"
#include "ui/map/mapview.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QScrollBar>

#include <algorithm>
#include <functional>
#include <random>

using namespace sextant;
using namespace sextant::ui;

namespace {

/// Processor time of this thread, in ms.
double threadMs()
{
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

/// The middle of several measurements.
struct Times {
    std::vector<double> cpu, wall;
    void take(const std::function<void()> &work)
    {
        QElapsedTimer timer;
        timer.start();
        const double from = threadMs();
        work();
        cpu.push_back(threadMs() - from);
        wall.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
    }
    static double part(std::vector<double> values, double share)
    {
        std::sort(values.begin(), values.end());
        return values.empty() ? 0 : values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
    }
    /// The clock's time in the middle, of what more than one thread does; this one's processor time beside it.
    void printClock(const std::string &figure, double aim) const
    {
        const std::string own = bench::text("%.2f ms of this thread's processor time", part(cpu, 0.5));
        if (aim > 0) {
            bench::print(figure, part(wall, 0.5), "%.2f ms", bench::atMost(aim), own);
        } else {
            bench::print(figure, bench::text("%.2f ms", part(wall, 0.5)) + "; " + own);
        }
    }
    /// Processor time in the middle; with the wall clock's beside it.
    void print(const std::string &figure, double aim) const
    {
        const std::string wallText = "by the clock " + bench::text("%.2f ms", part(wall, 0.5));
        if (aim > 0) {
            bench::print(figure, part(cpu, 0.5), "%.2f ms", bench::atMost(aim), wallText);
        } else {
            bench::print(figure, bench::text("%.2f ms", part(cpu, 0.5)) + "; " + wallText);
        }
    }
};

class Fleet {
public:
    explicit Fleet(const test::SampleOptions &options)
        : m_truth(test::fillSampleFleet(m_store, options))
    {
        m_picture = std::make_shared<const Picture>(m_store.snapshot(), nullptr);
        for (std::size_t i = 0; i < m_truth.clusters.size(); ++i) {
            const ClusterSnapshot &snapshot = m_picture->cluster(i);
            for (const PodView pod : snapshot.pods()) {
                if (pod.scheduled()) {
                    m_pods.push_back({i, pod.slot()});
                }
            }
        }
    }
    PicturePtr picture() const { return m_picture; }

    /// Changes the state of so many pods: a new pod in place of an old one, as a roll-out does, every third time.
    void change(int pods)
    {
        for (int i = 0; i < pods; ++i) {
            auto &[cluster, slot] = m_pods[m_random() % m_pods.size()];
            const PodView pod(m_picture->cluster(cluster), slot);
            if (!PodView::columns(m_picture->cluster(cluster)).occupied(slot)) {
                continue;
            }
            auto draft = test::samplePod(std::string(pod.ns()), "p-" + std::to_string(++m_number),
                std::string(pod.node()), pod.cpuRequested().known() ? pod.cpuRequested().value : 0,
                pod.memoryRequested().known() ? pod.memoryRequested().value >> 20 : 0, wallNow());
            if (i % 3 == 0) {
                m_truth.clusters[cluster]->remove(ResourceKind::Pods, pod.uid());
            } else {
                draft.uid = pod.uid();
                draft.name = pod.name();
                draft.resourceVersion = std::to_string(m_number);
                draft.state = m_random() % 8 == 0 ? State::Pending : State::Ok;
            }
            m_truth.clusters[cluster]->upsert(std::move(draft));
        }
        for (const auto &cluster : m_truth.clusters) {
            cluster->publish();
        }
        m_picture = std::make_shared<const Picture>(m_store.snapshot(), m_picture.get());
    }

private:
    FleetStore m_store;
    test::SampleTruth m_truth;
    PicturePtr m_picture;
    std::vector<std::pair<std::size_t, std::uint32_t>> m_pods; ///< cluster, slot
    std::mt19937 m_random{5};
    int m_number = 0;
};

void finish(MapView &view)
{
    do {
        QApplication::processEvents(view.busy() ? QEventLoop::WaitForMoreEvents : QEventLoop::AllEvents);
    } while (view.busy() || view.zooming());
}

void contents(Fleet &fleet)
{
    Times anew;
    Times carried;
    layout::Content content;
    const double before = bench::allocatedBytes();
    content = layout::collect(fleet.picture(), {});
    bench::print("memory of the content", bench::text("%.1f MB", (bench::allocatedBytes() - before) / 1e6));
    for (int i = 0; i < 5; ++i) {
        anew.take([&] { layout::collect(fleet.picture(), {}); });
    }
    for (int i = 0; i < 15; ++i) {
        fleet.change(200);
        layout::Content next;
        carried.take([&] { next = layout::collect(fleet.picture(), {}, &content); });
        content = std::move(next);
    }
    anew.print("content made anew", 0);
    carried.print("content carried on over 200 changed pods", 0);
}

void redraws(MapView &view, double aim)
{
    const layout::Metrics metrics = view.metrics();
    MapJob job;
    job.content = std::make_shared<const layout::Content>(view.content());
    job.metrics = metrics;
    job.palette = MapPalette::current(1);
    job.now = wallNow();
    job.classes = LensClasses::make(job.content, Lens::State, nullptr, job.now);
    const auto arrangement = layout::arrange(*job.content, 1920, 1080, metrics);
    for (const auto &[name, height] :
        {std::pair("at fit", arrangement.baseHeight), std::pair("Fleet", 10), std::pair("Nodes, 28 px", 28),
            std::pair("Nodes, 80 px", 80), std::pair("Pods", 217), std::pair("Containers", 800)}) {
        const auto geometry =
            std::make_shared<const layout::Geometry>(layout::place(*job.content, arrangement, height, metrics));
        job.geometry = geometry;
        job.area = {0, std::max(0, geometry->height / 2 - 540), 1920, 1080};
        Times times;
        for (int i = 0; i < 15; ++i) {
            times.take([&] { paintMap(job); });
        }
        times.printClock(std::string("full redraw at 1920×1080, ") + name
                + (height == arrangement.baseHeight ? " (tiles of " + std::to_string(height) + " px)" : ""),
            height == arrangement.baseHeight ? aim : 0);
    }
    Times arranging;
    Times placing;
    for (int i = 0; i < 5; ++i) {
        arranging.take([&] { layout::arrange(*job.content, 1920, 1080, metrics); });
        placing.take([&] { layout::place(*job.content, arrangement, 28, metrics); });
    }
    arranging.print("GUI thread: rows and columns found for a window", 8);
    placing.print("GUI thread: every tile placed for a zoom", 8);
}

void frames(MapView &view)
{
    view.zoomTo(layout::Level::Nodes);
    finish(view);
    Times pan;
    for (int i = 0; i < 40; ++i) {
        QScrollBar *bar = view.verticalScrollBar();
        bar->setValue(bar->value() + (i < 20 ? 24 : -24));
        pan.take([&] { view.viewport()->repaint(); });
        QApplication::processEvents();
    }
    finish(view);
    pan.print("a frame of a pan", 8);
    Times zoom;
    for (int i = 0; i < 6; ++i) {
        view.zoomBy(i % 2 == 0 ? 2.0 : 0.5, QPointF(900, 500));
        while (view.zooming()) {
            Times one;
            one.take([] { QApplication::processEvents(QEventLoop::WaitForMoreEvents); });
            if (one.cpu.front() > 0.2) { // not a wake-up without a frame
                zoom.cpu.push_back(one.cpu.front());
                zoom.wall.push_back(one.wall.front());
            }
        }
        finish(view);
    }
    zoom.print("a frame of a zoom", 8);
    bench::print(
        "the longest frames of the zooms (99th percentile)", Times::part(zoom.cpu, 0.99), "%.2f ms", bench::atMost(8));
    Times hits;
    std::mt19937 random(3);
    for (int i = 0; i < 20; ++i) {
        hits.take([&] {
            for (int n = 0; n < 100; ++n) {
                view.hitAt(QPointF(random() % 1920, random() % 1080));
            }
        });
    }
    hits.print("100 hits", 0);
}

void churn(MapView &view, Fleet &fleet, int pictures)
{
    view.fit();
    finish(view);
    double cpu = 0;
    std::vector<double> gui;
    view.setPicture(fleet.picture(), wallNow());
    finish(view);
    for (int i = 0; i < pictures; ++i) {
        const PicturePtr former = fleet.picture(); // what it costs to free is not the map's
        fleet.change(200);
        const double all = bench::cpuSeconds();
        double longest = 0;
        const auto step = [&](const std::function<void()> &work) {
            const double from = threadMs();
            work();
            longest = std::max(longest, threadMs() - from);
        };
        step([&] { view.setPicture(fleet.picture(), wallNow()); });
        while (view.busy()) {
            step([] { QApplication::processEvents(QEventLoop::WaitForMoreEvents); });
        }
        step([] { QApplication::processEvents(); });
        cpu += bench::cpuSeconds() - all;
        gui.push_back(longest);
    }
    bench::print("1,000 pod changes a second, five pictures: the open map's share of a core", cpu / pictures * 5 * 100,
        "%.2f %%", bench::atMost(4));
    bench::print(
        "the longest part on the GUI thread (99th percentile)", Times::part(gui, 0.99), "%.2f ms", bench::atMost(8));
    view.hide();
    fleet.change(200);
    view.setPicture(fleet.picture(), wallNow()); // lets go of what it showed
    const int hidden = 20;
    double cost = 0;
    for (int i = 0; i < hidden; ++i) {
        const PicturePtr former = fleet.picture(); // what it costs to free is not the map's
        fleet.change(200);
        const double before = bench::cpuSeconds();
        view.setPicture(fleet.picture(), wallNow());
        QApplication::processEvents();
        cost += bench::cpuSeconds() - before;
    }
    bench::print("the same hidden", cost / hidden * 5 * 100, "%.3f %%", bench::atMost(0.1));
}

void measure(int nodes, int pods, int clusters, double redraw)
{
    test::SampleOptions options;
    options.nodes = nodes;
    options.pods = pods;
    options.clusters = clusters;
    Fleet fleet(options);
    bench::printHead("Map of " + std::to_string(pods) + " pods on " + std::to_string(nodes) + " nodes in "
        + std::to_string(clusters) + (clusters == 1 ? " cluster" : " clusters") + " (processor time)");
    contents(fleet);
    MapView view;
    view.resize(1920, 1080);
    view.show();
    view.setPicture(fleet.picture(), wallNow());
    finish(view);
    redraws(view, redraw);
    frames(view);
    churn(view, fleet, bench::quick() ? 5 : 30);
}

} // namespace

int main(int argc, char **argv)
{
    qputenv("QT_QPA_PLATFORM", qgetenv("SEXTANT_BENCH_PLATFORM").isEmpty() ? "offscreen" : "xcb");
    QApplication app(argc, argv);
    Theme::instance().setMode(Theme::Mode::Light);
    if (bench::quick()) {
        measure(300, 9'000, 1, 5);
        return 0;
    }
    measure(5'000, 150'000, 1, 5);
    measure(35'000, 1'000'000, 7, 15);
    return 0;
}
