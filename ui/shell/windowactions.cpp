// SPDX-License-Identifier: GPL-3.0-or-later
// The actions, menus, dialogs and kept state of the window.
#include "core/engine/demohistory.h"
#include "ui/shell/bars.h"
#include "ui/shell/clusterdialog.h"
#include "ui/shell/mainwindow.h"
#include "ui/shell/scopebar.h"
#include "ui/shell/sheets.h"
#include "ui/shell/sidenav.h"
#include "ui/shell/topbar.h"
#include "ui/theme/widgets.h"

#include <QActionGroup>
#include <QApplication>
#include <QCloseEvent>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QSettings>
#include <QStandardPaths>

namespace sextant::ui {

namespace {

Theme &theme() { return Theme::instance(); }

QString settingsFile()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation)
        + QStringLiteral("/sextant/window.ini");
}

QString viewTitle(const QString &view)
{
    if (view == QLatin1String("overview")) {
        return MainWindow::tr("&Overview");
    }
    if (view == QLatin1String("map")) {
        return MainWindow::tr("&Map");
    }
    if (view == QLatin1String("nodes")) {
        return MainWindow::tr("&Nodes");
    }
    if (view == QLatin1String("pods")) {
        return MainWindow::tr("&Pods");
    }
    if (view == QLatin1String("workloads")) {
        return MainWindow::tr("&Workloads");
    }
    if (view == QLatin1String("capacity")) {
        return MainWindow::tr("&Capacity");
    }
    if (view == QLatin1String("migration")) {
        return MainWindow::tr("M&igration");
    }
    if (view == QLatin1String("reports")) {
        return MainWindow::tr("&Reports");
    }
    return MainWindow::tr("&Diagnostics");
}

} // namespace

QAction *MainWindow::add(
    const QString &name, const QString &text, const QList<QKeySequence> &keys, std::function<void()> run)
{
    auto *made = new QAction(text, this);
    made->setObjectName(name);
    made->setShortcuts(keys);
    made->setStatusTip(QString(text).remove(QLatin1Char('&')));
    connect(made, &QAction::triggered, this, [run = std::move(run)] { run(); });
    addAction(made);
    m_actions[name] = made;
    return made;
}

void MainWindow::makeActions()
{
    auto *viewGroup = new QActionGroup(this);
    const QStringList names = views();
    for (int i = 0; i < names.size(); ++i) {
        const QString view = names[i];
        QAction *made = add(QStringLiteral("view-") + view, viewTitle(view), {QKeySequence(Qt::Key_1 + i)},
            [this, view] { showView(view); });
        made->setCheckable(true);
        viewGroup->addAction(made);
    }
    const auto name = [](const char *text) { return QString::fromLatin1(text); };
    add(name("search"), tr("&Search or Jump To…"),
        {QKeySequence(Qt::CTRL | Qt::Key_K), QKeySequence(Qt::CTRL | Qt::Key_P)},
        [this] { m_topBar->search()->setFocus(Qt::ShortcutFocusReason); });
    add(name("filter"), tr("&Filter"), {QKeySequence(Qt::Key_Slash), QKeySequence(Qt::CTRL | Qt::Key_F)}, [this] {
        if (!m_scopeBar->filter()->isHidden()) {
            m_scopeBar->filter()->setFocus(Qt::ShortcutFocusReason);
            m_scopeBar->filter()->selectAll();
        }
    });
    add(name("down"), tr("Next Row"), {QKeySequence(Qt::Key_J)}, [this] { moveInTable(Qt::Key_Down); });
    add(name("up"), tr("Previous Row"), {QKeySequence(Qt::Key_K)}, [this] { moveInTable(Qt::Key_Up); });
    add(name("export"), tr("&Export This View…"), {QKeySequence(Qt::CTRL | Qt::Key_E)}, [this] {
        if (Page *shownPage = page(m_view)) {
            shownPage->exportView();
        }
    });
    add(name("whole-fleet"), tr("Show the Whole &Fleet"), {QKeySequence(Qt::CTRL | Qt::Key_0)},
        [this] { m_fleet.setScope({}); });
    add(name("back"), tr("&Back"), {QKeySequence(Qt::ALT | Qt::Key_Left)}, [this] { goTo(-1); });
    add(name("forward"), tr("F&orward"), {QKeySequence(Qt::ALT | Qt::Key_Right)}, [this] { goTo(1); });
    add(name("fold"), tr("Collapse"), {QKeySequence(Qt::CTRL | Qt::Key_B)}, [this] { foldSide(!m_side->folded()); });
    add(name("fullscreen"), tr("F&ull Screen"), {QKeySequence(Qt::Key_F11)},
        [this] { setWindowState(windowState() ^ Qt::WindowFullScreen); });
    add(name("shortcuts"), tr("&Keyboard Shortcuts"), {QKeySequence(Qt::Key_Question), QKeySequence(Qt::Key_F1)},
        [this] { showShortcuts(); });
    add(name("about"), tr("&About Sextant"), {}, [this] { showAbout(); });
    add(name("add-cluster"), tr("&Add a Cluster…"), {QKeySequence(Qt::CTRL | Qt::Key_N)}, [this] { addCluster(); });
    add(name("open-demo"), tr("Open the &Demo"), {}, [this] { openDemo(); });
    add(name("retry"), tr("&Try Every Cluster Again"), {QKeySequence(Qt::Key_F5)},
        [this] { m_fleet.engine().retry(); });
    add(name("quit"), tr("&Quit"), {QKeySequence(Qt::CTRL | Qt::Key_Q)}, [this] { close(); });
    auto *themeGroup = new QActionGroup(this);
    const std::pair<const char *, Theme::Mode> modes[] = {
        {"theme-system", Theme::Mode::System}, {"theme-light", Theme::Mode::Light}, {"theme-dark", Theme::Mode::Dark}};
    const QString titles[] = {tr("As the &System"), tr("&Light Theme"), tr("&Dark Theme")};
    for (std::size_t i = 0; i < std::size(modes); ++i) {
        QAction *made = add(
            QString::fromLatin1(modes[i].first), titles[i], {}, [mode = modes[i].second] { theme().setMode(mode); });
        made->setCheckable(true);
        made->setChecked(theme().mode() == modes[i].second);
        themeGroup->addAction(made);
    }
}

void MainWindow::makeMenus()
{
    const auto of = [this](const char *name) { return m_actions[QString::fromLatin1(name)]; };
    m_settings = new QMenu(this);
    m_settings->setObjectName(QStringLiteral("settingsMenu"));
    m_settings->addAction(of("add-cluster"));
    m_settings->addAction(of("open-demo"));
    m_settings->addAction(of("retry"));
    m_settings->addSeparator();
    m_settings->addActions({of("theme-system"), of("theme-light"), of("theme-dark")});
    m_settings->addSeparator();
    m_settings->addActions({of("export"), of("fullscreen"), of("shortcuts"), of("about")});
    m_settings->addSeparator();
    m_settings->addAction(of("quit"));
    connect(m_settings, &QMenu::aboutToShow, this, [this, of] {
        of("open-demo")->setEnabled(!m_fleet.engine().demo());
        const Theme::Mode mode = theme().mode();
        of(mode == Theme::Mode::System       ? "theme-system"
                : mode == Theme::Mode::Light ? "theme-light"
                                             : "theme-dark")
            ->setChecked(true);
    });
}

void MainWindow::addCluster()
{
    auto *dialog = new ClusterDialog(m_fleet, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &ClusterDialog::opened, this, [this](ClusterId) { m_openError.clear(); });
    dialog->open();
}

void MainWindow::openDemo()
{
    if (m_openingDemo || m_fleet.engine().demo()) {
        return;
    }
    m_openingDemo = true;
    refreshEmpty();
    m_jobs.start([this, &engine = m_fleet.engine(), &history = m_fleet.history()] {
        auto answer = std::make_shared<Result<std::vector<ClusterId>>>(engine.addDemo());
        if (*answer) {
            prefillDemo(engine, history);
        }
        QMetaObject::invokeMethod(
            this,
            [this, answer] {
                m_openingDemo = false;
                opened(*answer ? std::optional<Error>() : std::optional(answer->error()));
            },
            Qt::QueuedConnection);
    });
}

void MainWindow::askToRemove(ClusterId id)
{
    const ClusterSnapshot *cluster = m_fleet.picture()->snapshot().cluster(id);
    if (cluster == nullptr) {
        return;
    }
    auto *question = new QMessageBox(this);
    question->setObjectName(QStringLiteral("removeQuestion"));
    question->setAttribute(Qt::WA_DeleteOnClose);
    question->setWindowTitle(tr("Remove Cluster"));
    question->setTextFormat(Qt::PlainText);
    question->setText(tr("Remove %1 from Sextant?").arg(shown(cluster->name()).left(120)));
    question->setInformativeText(
        tr("It is no longer watched or shown. The cluster itself and your kubeconfig stay as they are."));
    QPushButton *remove = question->addButton(tr("&Remove"), QMessageBox::DestructiveRole);
    QPushButton *keep = question->addButton(tr("&Keep"), QMessageBox::RejectRole);
    question->setDefaultButton(keep);
    question->setEscapeButton(keep);
    connect(remove, &QPushButton::clicked, this,
        [this, id] { m_jobs.start([&engine = m_fleet.engine(), id] { engine.removeCluster(id); }); });
    question->open();
}

void MainWindow::showShortcuts()
{
    const std::vector<ShortcutSheet::Group> groups{
        {tr("Views"),
            {{QStringLiteral("1 … 9"),
                 tr("Overview, Map, Nodes, Pods, Workloads, Capacity, Migration, Reports, Diagnostics")},
                {tr("Alt ←"), tr("the view before")}, {tr("Alt →"), tr("the view after")},
                {tr("Ctrl B"), tr("collapse the navigation")}, {QStringLiteral("F11"), tr("full screen")},
                {QStringLiteral("F5"), tr("try every cluster again")}}},
        {tr("Finding"),
            {{tr("Ctrl K"), tr("search or jump to anything")}, {QStringLiteral("/"), tr("filter this view")},
                {QStringLiteral("Esc"), tr("close details, clear the filter, one scope up, back")},
                {tr("Ctrl 0"), tr("the whole fleet")}, {tr("Ctrl N"), tr("add a cluster")}}},
        {tr("The filter"),
            {{QStringLiteral("api \"two words\""), tr("texts that occur, all of them; !api: does not")},
                {QStringLiteral("ns:shop,web"), tr("a part of any of them; ns=shop: the whole; ns:shop-*")},
                {QStringLiteral("cpu>80%  mem>2Gi"), tr("more; age<1h  restarts>=5  has:mem.limit")},
                {QStringLiteral("(a | b) !c"), tr("either, and not")},
                {tr("Ctrl Space"), tr("what may follow; Tab takes it")}}},
        {tr("Map"),
            {{tr("Arrows"), tr("node or pod beside it; with Ctrl the map moves")},
                {tr("Home  End"), tr("first, last of the row; with Ctrl of the map")},
                {tr("n  N"), tr("next, previous problem or match")}, {QStringLiteral("+  −  0"), tr("zoom, show all")},
                {tr("Enter"), tr("details")}, {QStringLiteral("Esc"), tr("to the node, to the whole map")},
                {QStringLiteral("t"), tr("the same in rows")}}},
        {tr("Tables"),
            {{QStringLiteral("j  k"), tr("next, previous row")}, {tr("Enter"), tr("details")},
                {tr("Ctrl C"), tr("copy")}, {tr("Ctrl E"), tr("export")}, {QStringLiteral("?"), tr("these keys")}}},
    };
    auto *sheet = new ShortcutSheet(groups, this);
    sheet->setAttribute(Qt::WA_DeleteOnClose);
    sheet->open();
}

void MainWindow::showAbout()
{
    auto *dialog = new AboutDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void MainWindow::loadState()
{
    if (!m_options.persist) {
        return;
    }
    const QSettings settings(settingsFile(), QSettings::IniFormat);
    const QString mode = settings.value(QStringLiteral("theme")).toString();
    // Without a choice kept, what the program was started with stands.
    if (!mode.isEmpty()) {
        theme().setMode(mode == QLatin1String("dark") ? Theme::Mode::Dark
                : mode == QLatin1String("light")      ? Theme::Mode::Light
                                                      : Theme::Mode::System);
    }
    restoreGeometry(settings.value(QStringLiteral("geometry")).toByteArray());
    m_foldWanted = settings.value(QStringLiteral("folded")).toBool();
    m_detailsWidth = std::clamp(
        settings.value(QStringLiteral("detailsWidth"), theme().px(312)).toInt(), theme().px(280), theme().px(480));
    const QString view = settings.value(QStringLiteral("view")).toString();
    if (views().contains(view)) {
        showView(view);
    }
    layOut();
}

void MainWindow::saveState()
{
    if (!m_options.persist) {
        return;
    }
    QSettings settings(settingsFile(), QSettings::IniFormat);
    const Theme::Mode mode = theme().mode();
    settings.setValue(QStringLiteral("theme"),
        mode == Theme::Mode::Dark        ? QStringLiteral("dark")
            : mode == Theme::Mode::Light ? QStringLiteral("light")
                                         : QStringLiteral("system"));
    settings.setValue(QStringLiteral("geometry"), saveGeometry());
    settings.setValue(QStringLiteral("folded"), m_foldWanted);
    settings.setValue(QStringLiteral("detailsWidth"), m_detailsWidth);
    settings.setValue(QStringLiteral("view"), m_view);
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    saveState();
    QMainWindow::closeEvent(event);
}

} // namespace sextant::ui
