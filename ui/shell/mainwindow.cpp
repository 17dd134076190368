// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/mainwindow.h"

#include "core/capacity/attention.h"
#include "ui/bridge/freshness.h"
#include "ui/details/detailspanel.h"
#include "ui/shell/bars.h"
#include "ui/shell/scopebar.h"
#include "ui/shell/sidenav.h"
#include "ui/shell/topbar.h"
#include "ui/theme/widgets.h"

#include <QApplication>
#include <QKeyEvent>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <atomic>

namespace sextant::ui {

namespace {

Theme &theme() { return Theme::instance(); }
constexpr int kNarrow = 1280; ///< below: folded side, details over the view
constexpr int kWide = 1920; ///< from here on details are docked

/// The window's own ground; the bars draw theirs.
class Ground final : public QWidget {
public:
    using QWidget::QWidget;
};

} // namespace

QStringList MainWindow::views()
{
    return {QStringLiteral("overview"), QStringLiteral("map"), QStringLiteral("nodes"), QStringLiteral("pods"),
        QStringLiteral("workloads"), QStringLiteral("capacity"), QStringLiteral("migration"), QStringLiteral("reports"),
        QStringLiteral("diagnostics")};
}

MainWindow::MainWindow(FleetModel &fleet, WindowOptions options, QWidget *parent)
    : QMainWindow(parent)
    , m_fleet(fleet)
    , m_options(std::move(options))
{
    theme(); // palette and style stand before anything is shown
    setObjectName(QStringLiteral("sextant"));
    setWindowTitle(QStringLiteral("Sextant"));
    setWindowIcon(QIcon(QStringLiteral(":/sextant/icons/sextant.svg")));
    resize(1440, 900);
    setMinimumSize(theme().px(800), theme().px(520));
    makeActions();
    makeMenus();
    makeLayout();
    qApp->installEventFilter(this);

    connect(&m_fleet, &FleetModel::pictureChanged, this, &MainWindow::pictureChanged);
    connect(&m_fleet, &FleetModel::scopeChanged, this, [this] {
        m_problemsAt = kNoTime;
        refreshProblems();
    });
    connect(&m_fleet, &FleetModel::selectionChanged, this, [this] {
        const bool some = m_fleet.somethingSelected();
        if (!some) {
            closeDetails();
        } else if (m_byMouse || width() >= theme().px(kWide)) {
            openDetails();
        }
    });
    loadState();
    if (m_view.isEmpty()) {
        showView(views().constFirst());
    }
    pictureChanged();
    m_started = true;
}

MainWindow::~MainWindow()
{
    qApp->removeEventFilter(this);
    m_jobs.waitForDone();
}

void MainWindow::makeLayout()
{
    auto *central = new Ground(this);
    auto *rows = new QVBoxLayout(central);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(0);
    m_topBar = new TopBar(m_fleet, m_settings, central);
    rows->addWidget(m_topBar);

    auto *middle = new QHBoxLayout;
    middle->setContentsMargins(0, 0, 0, 0);
    middle->setSpacing(0);
    m_side = new SideNav(central);
    const QStringList names = views();
    for (const QString &view : names) {
        if (view == QLatin1String("nodes") || view == QLatin1String("capacity") || view == QLatin1String("reports")) {
            m_side->addGap();
        }
        m_side->add(view, m_actions[QStringLiteral("view-") + view], view);
    }
    m_side->addFold(m_actions[QStringLiteral("fold")]);
    middle->addWidget(m_side);

    m_splitter = new QSplitter(Qt::Horizontal, central);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setHandleWidth(1);
    m_content = new QWidget(m_splitter);
    auto *column = new QVBoxLayout(m_content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_scopeBar = new ScopeBar(m_fleet, m_content);
    m_strip = new Strip(m_fleet, m_content);
    m_stack = new QStackedWidget(m_content);
    m_empty = new StatePanel(m_stack);
    m_stack->addWidget(m_empty);
    column->addWidget(m_scopeBar);
    column->addWidget(m_strip);
    column->addWidget(m_stack, 1);
    m_splitter->addWidget(m_content);
    m_details = new DetailsPanel(m_fleet, m_splitter);
    m_details->setMinimumWidth(theme().px(280));
    m_details->setMaximumWidth(theme().px(480));
    m_splitter->addWidget(m_details);
    m_splitter->setStretchFactor(0, 1);
    m_splitter->setStretchFactor(1, 0);
    m_details->hide();
    middle->addWidget(m_splitter, 1);
    rows->addLayout(middle, 1);
    m_status = new StatusBar(m_fleet, central);
    rows->addWidget(m_status);
    setCentralWidget(central);

    std::vector<JumpTarget> fixed;
    for (const QString &view : names) {
        QString title = m_actions[QStringLiteral("view-") + view]->text();
        title.remove(QLatin1Char('&'));
        fixed.push_back({JumpTarget::Kind::View, title, QString::number(names.indexOf(view) + 1), view, {}, {}, 0});
    }
    for (const char *name : {"add-cluster", "open-demo", "export", "whole-fleet", "theme-light", "theme-dark",
             "theme-system", "fold", "fullscreen", "shortcuts", "about", "retry"}) {
        const QString key = QString::fromLatin1(name);
        QString title = m_actions[key]->text();
        title.remove(QLatin1Char('&'));
        fixed.push_back({JumpTarget::Kind::Action, title, m_actions[key]->shortcut().toString(QKeySequence::NativeText),
            key, {}, {}, 0});
    }
    m_topBar->search()->setFixed(std::move(fixed));

    connect(m_topBar->search(), &SearchField::chosen, this, &MainWindow::jump);
    connect(m_topBar, &TopBar::addWanted, this, &MainWindow::addCluster);
    connect(m_topBar, &TopBar::removeWanted, this, &MainWindow::askToRemove);
    connect(m_topBar, &TopBar::detailsWanted, this, [this](ClusterId id) { showObject(id, true); });
    connect(m_strip, &Strip::detailsWanted, this, [this](ClusterId id) { showObject(id, true); });
    connect(m_scopeBar, &ScopeBar::filterLeft, this, [this] {
        if (Page *shownPage = page(m_view)) {
            shownPage->focusContent();
        }
    });
    connect(m_details, &DetailsPanel::closeWanted, this, &MainWindow::closeDetails);
    connect(m_details, &DetailsPanel::viewWanted, this, &MainWindow::showView);
    connect(m_splitter, &QSplitter::splitterMoved, this, [this] {
        if (!m_overlay && m_details->isVisible()) {
            m_detailsWidth = m_details->width();
        }
    });
    connect(m_empty, &StatePanel::primaryClicked, this, &MainWindow::addCluster);
    connect(m_empty, &StatePanel::secondaryClicked, this, &MainWindow::openDemo);
}

Page *MainWindow::page(const QString &view) const
{
    const auto found = m_pages.find(view);
    return found == m_pages.end() ? nullptr : found->second;
}

void MainWindow::showView(const QString &view)
{
    if (!views().contains(view)) {
        return;
    }
    Page *&made = m_pages[view];
    if (made == nullptr && m_options.pages) {
        made = m_options.pages(view, m_fleet, m_stack);
        if (made != nullptr) {
            m_stack->addWidget(made);
            connect(made, &Page::summaryChanged, this, &MainWindow::refreshSummary);
            connect(made, &Page::viewWanted, this, [this](const QString &wanted) {
                if (QAction *run = action(wanted)) {
                    run->trigger();
                    return;
                }
                showView(wanted);
                // Whoever asks for another view has chosen something there.
                if (m_fleet.somethingSelected()) {
                    openDetails();
                }
            });
        }
    }
    if (view != m_view) {
        m_view = view;
        if (m_at < 0 || m_trail.value(m_at) != view) {
            m_trail = m_trail.mid(0, m_at + 1);
            m_trail << view;
            if (m_trail.size() > 50) {
                m_trail.removeFirst();
            }
            m_at = static_cast<int>(m_trail.size()) - 1;
        }
    }
    m_side->setCurrent(view);
    QAction *chosen = m_actions[QStringLiteral("view-") + view];
    chosen->setChecked(true);
    QString title = chosen->text();
    title.remove(QLatin1Char('&'));
    setWindowTitle(QStringLiteral("%1 — Sextant").arg(title));
    m_scopeBar->setFilterTables(made != nullptr ? made->filterTables() : FilterTables(0));
    m_actions[QStringLiteral("back")]->setEnabled(m_at > 0);
    m_actions[QStringLiteral("forward")]->setEnabled(m_at + 1 < m_trail.size());
    refreshEmpty();
    refreshSummary();
    layOut();
    if (made != nullptr && m_stack->currentWidget() == made && m_started) {
        made->focusContent();
    }
}

void MainWindow::refreshEmpty()
{
    const bool none = m_fleet.picture()->clusters() == 0;
    Page *shownPage = page(m_view);
    // Reports and the like say themselves what they lack; without a cluster there is nothing to say.
    if (!none && shownPage != nullptr) {
        if (m_stack->currentWidget() != shownPage) {
            m_stack->setCurrentWidget(shownPage);
        }
        m_scopeBar->setFilterTables(shownPage->filterTables());
        return;
    }
    m_scopeBar->setFilterTables(0);
    if (m_openingDemo) {
        m_empty->showLoading(tr("Starting the demo fleet"), tr("Its simulated clusters are being peopled."), {}, -1);
    } else if (m_opening) {
        m_empty->showLoading(tr("Opening clusters"), tr("The kubeconfig is being read."), {}, -1);
    } else if (!m_openError.isEmpty()) {
        m_empty->showEmpty(tr("No cluster could be opened"), m_openError, tr("Add a Cluster…"), tr("Open the Demo"));
    } else {
        m_empty->showEmpty(tr("No cluster is open"),
            tr("Sextant shows the clusters of your kubeconfig; its current context was not found. Add a cluster from "
               "one of its contexts, from another file or by the masters of a Helios cluster, or look around in a "
               "simulated fleet first."),
            tr("Add a Cluster…"), tr("Open the Demo"));
    }
    m_stack->setCurrentWidget(m_empty);
}

void MainWindow::opened(const std::optional<Error> &error)
{
    m_opening = false;
    m_openError = error ? shown(error->text()) : QString();
    refreshEmpty();
}

void MainWindow::setOpening(bool opening)
{
    m_opening = opening;
    refreshEmpty();
}

void MainWindow::pictureChanged()
{
    refreshEmpty();
    refreshCounts();
    refreshProblems();
}

void MainWindow::refreshCounts()
{
    const Picture &picture = *m_fleet.picture();
    std::int64_t nodes = 0;
    std::int64_t pods = 0;
    std::int64_t workloads = 0;
    for (std::size_t i = 0; i < picture.clusters(); ++i) {
        nodes += picture.accounting(i).cluster.nodes;
        pods += picture.accounting(i).cluster.podsTotal;
        workloads += static_cast<std::int64_t>(picture.accounting(i).workloads);
    }
    const bool open = sumsOpen(picture);
    const bool any = picture.clusters() > 0;
    const auto set = [&](const char *view, std::int64_t count) {
        if (NavItem *item = m_side->item(QString::fromLatin1(view))) {
            item->setCount(any ? countText(count, open) : QString());
        }
    };
    set("nodes", nodes);
    set("pods", pods);
    set("workloads", workloads);
}

void MainWindow::refreshProblems()
{
    const Time now = m_fleet.now();
    if (!m_watch.due(m_fleet.picture(), m_fleet.scope(), now) || m_countingProblems
        || (m_problemsAt != kNoTime && now - m_problemsAt < std::chrono::seconds(1) && now >= m_problemsAt)) {
        return;
    }
    m_countingProblems = true;
    m_problemsAt = now;
    m_watch.looked(m_fleet.scope(), now);
    // The destructor waits for the job; the queued call goes with the window.
    m_jobs.start([this, picture = m_fleet.picture(), scope = m_fleet.scope(), now] {
        const std::vector<Attention> all = attention(*picture, scope, now);
        const auto problems = std::count_if(all.begin(), all.end(), [](const Attention &one) { return one.problem; });
        const auto warnings = static_cast<std::ptrdiff_t>(all.size()) - problems;
        QMetaObject::invokeMethod(
            this,
            [this, problems, warnings] {
                m_countingProblems = false;
                NavItem *item = m_side->item(QStringLiteral("overview"));
                if (problems > 0) {
                    item->setCount(QString::number(problems), State::Failed);
                } else if (warnings > 0) {
                    item->setCount(QString::number(warnings), State::Warning);
                } else {
                    item->setCount({});
                }
            },
            Qt::QueuedConnection);
    });
}

void MainWindow::refreshSummary()
{
    const Page *shownPage = page(m_view);
    const bool there = shownPage != nullptr && m_stack->currentWidget() == shownPage;
    m_scopeBar->setSummary(there ? shownPage->summary() : QString());
}

void MainWindow::openDetails()
{
    m_detailsOpen = true;
    layOut();
}

void MainWindow::closeDetails()
{
    const bool hadFocus = m_details->isAncestorOf(QApplication::focusWidget());
    m_detailsOpen = false;
    layOut();
    if (hadFocus) {
        if (Page *shownPage = page(m_view)) {
            shownPage->focusContent();
        }
    }
}

bool MainWindow::detailsOpen() const { return m_detailsOpen; }

void MainWindow::layOut()
{
    const bool narrow = width() < theme().px(kNarrow);
    m_topBar->setNarrow(narrow);
    m_side->setFolded(narrow || m_foldWanted);
    if (narrow != m_overlay) {
        m_overlay = narrow;
        if (narrow) {
            m_details->setParent(centralWidget());
        } else {
            m_splitter->addWidget(m_details);
        }
    }
    Page *shownPage = page(m_view);
    m_details->setCompanion(m_detailsOpen && shownPage != nullptr ? shownPage->companion() : nullptr);
    m_details->setVisible(m_detailsOpen);
    if (shownPage != nullptr) {
        shownPage->setDetailsShown(m_detailsOpen);
    }
    if (!m_detailsOpen) {
        return;
    }
    if (m_overlay) {
        const QRect room(m_side->geometry().right() + 1, m_topBar->height(), width() - m_side->width(),
            centralWidget()->height() - m_topBar->height() - m_status->height());
        const int w = std::min(theme().px(312), room.width());
        m_details->setGeometry(centralWidget()->width() - w, room.top(), w, room.height());
        m_details->raise();
    } else if (m_details->width() != m_detailsWidth) {
        const int all = m_splitter->width();
        m_splitter->setSizes({all - m_detailsWidth - 1, m_detailsWidth});
    }
}

void MainWindow::foldSide(bool folded)
{
    m_foldWanted = folded;
    layOut();
}

void MainWindow::resizeEvent(QResizeEvent *event)
{
    QMainWindow::resizeEvent(event);
    layOut();
    // The overlay's place follows what the layout makes of the new size.
    if (m_overlay && m_detailsOpen) {
        QMetaObject::invokeMethod(this, &MainWindow::layOut, Qt::QueuedConnection);
    }
}

void MainWindow::keyPressEvent(QKeyEvent *event)
{
    switch (event->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_fleet.somethingSelected()) {
            openDetails();
        }
        return;
    case Qt::Key_Escape:
        escape();
        return;
    default:
        QMainWindow::keyPressEvent(event);
    }
}

bool MainWindow::eventFilter(QObject *object, QEvent *event)
{
    if (event->type() == QEvent::MouseButtonPress) {
        m_byMouse = true;
    } else if (event->type() == QEvent::KeyPress || event->type() == QEvent::ShortcutOverride) {
        m_byMouse = false;
    }
    return QMainWindow::eventFilter(object, event);
}

void MainWindow::escape()
{
    if (m_detailsOpen) {
        closeDetails();
    } else if (!m_fleet.filter().isEmpty()) {
        m_scopeBar->filter()->clear();
    } else if (!m_scopeBar->up() && m_actions[QStringLiteral("back")]->isEnabled()) {
        goTo(-1);
    }
}

void MainWindow::goTo(int step)
{
    const int at = m_at + step;
    if (at >= 0 && at < m_trail.size()) {
        m_at = at;
        showView(m_trail.at(at));
    }
}

void MainWindow::moveInTable(int key)
{
    Page *shownPage = page(m_view);
    if (shownPage == nullptr || m_stack->currentWidget() != shownPage) {
        return;
    }
    QWidget *focus = QApplication::focusWidget();
    if (focus == nullptr || !shownPage->isAncestorOf(focus)) {
        shownPage->focusContent();
        focus = QApplication::focusWidget();
    }
    if (focus != nullptr && shownPage->isAncestorOf(focus)) {
        QKeyEvent press(QEvent::KeyPress, key, Qt::NoModifier);
        QApplication::sendEvent(focus, &press);
        QKeyEvent release(QEvent::KeyRelease, key, Qt::NoModifier);
        QApplication::sendEvent(focus, &release);
    }
}

void MainWindow::showObject(const AnyId &id, bool open)
{
    m_fleet.select(id);
    if (open) {
        openDetails();
    }
}

void MainWindow::jump(const JumpTarget &target)
{
    using Kind = JumpTarget::Kind;
    switch (target.kind) {
    case Kind::View:
        showView(target.key);
        return;
    case Kind::Action:
        if (QAction *chosen = action(target.key)) {
            chosen->trigger();
        }
        return;
    case Kind::Cluster: {
        Scope scope;
        scope.cluster = std::get<ClusterId>(target.id);
        m_fleet.setScope(scope);
        break;
    }
    case Kind::Namespace: {
        const NamespaceId id = std::get<NamespaceId>(target.id);
        if (const auto ns = m_fleet.picture()->snapshot().find(id)) {
            Scope scope;
            scope.cluster = id.cluster;
            scope.ns = ns->draft().name;
            m_fleet.setScope(scope);
        }
        break;
    }
    case Kind::Node:
        showView(QStringLiteral("nodes"));
        break;
    case Kind::Workload:
        showView(QStringLiteral("workloads"));
        break;
    case Kind::Pod:
        showView(QStringLiteral("pods"));
        break;
    }
    showObject(target.id, true);
    if (Page *shownPage = page(m_view)) {
        shownPage->focusContent();
    }
}

void MainWindow::settleView(const QString &view, const QSize &size)
{
    if (!isVisible()) {
        setAttribute(Qt::WA_DontShowOnScreen);
        show();
    }
    resize(size);
    showView(view);
    layOut();
    // Sizes settle from the outside in; a second round finds what the first one moved.
    for (int round = 0; round < 2; ++round) {
        QCoreApplication::sendPostedEvents(nullptr, QEvent::LayoutRequest);
        if (Page *shownPage = page(view)) {
            shownPage->settle();
        }
    }
    m_jobs.waitForDone();
    QCoreApplication::sendPostedEvents(this, QEvent::MetaCall);
}

QImage MainWindow::grabView(const QString &view, const QSize &size, std::optional<bool> dark)
{
    if (dark) {
        theme().setMode(*dark ? Theme::Mode::Dark : Theme::Mode::Light);
    }
    settleView(view, size);
    return grab().toImage();
}

void MainWindow::renderView(const QString &view, const QSize &size, QPainter &painter)
{
    settleView(view, size);
    render(&painter);
}

QAction *MainWindow::action(const QString &name) const
{
    const auto found = m_actions.find(name);
    return found == m_actions.end() ? nullptr : found->second;
}

} // namespace sextant::ui
