// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "ui/bridge/attentionwatch.h"
#include "ui/bridge/fleetmodel.h"
#include "ui/pages/page.h"

#include <QAction>
#include <QImage>
#include <QMainWindow>
#include <QStringList>
#include <QThreadPool>

#include <functional>
#include <map>
#include <optional>
#include <vector>

class QActionGroup;
class QMenu;
class QSettings;
class QSplitter;
class QStackedWidget;

namespace sextant::ui {

class DetailsPanel;
class ScopeBar;
class SideNav;
class StatePanel;
class StatusBar;
class Strip;
class TopBar;
struct JumpTarget;

/// Makes the page of a view ("overview", "map", "nodes", "pods", "workloads", "capacity", "migration", "reports",
/// "diagnostics");
/// null: no such view.
using PageMaker = std::function<Page *(const QString &view, FleetModel &fleet, QWidget *parent)>;
/// The pages of ui/pages.
Page *makePage(const QString &view, FleetModel &fleet, QWidget *parent);

struct WindowOptions {
    PageMaker pages = makePage;
    bool persist = true; ///< size, theme, fold and view are kept in $XDG_CONFIG_HOME/sextant/window.ini
};

/// The window: top bar, navigation, scope, pages, details, status. Owns the actions of the whole program.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    explicit MainWindow(FleetModel &fleet, WindowOptions options = {}, QWidget *parent = nullptr);
    ~MainWindow() override;

    /// The views in order: what 1…9 choose.
    static QStringList views();
    /// Shows a view; an unknown name is ignored. Makes its page the first time.
    void showView(const QString &view);
    QString currentView() const { return m_view; }
    Page *page(const QString &view) const; ///< null until it was shown once

    /// The clusters that were asked for are open, or why not; until then the empty page says that they are being
    /// opened.
    void opened(const std::optional<Error> &error);
    void setOpening(bool opening);
    void setOpenError(const Error &error) { opened(error); }

    /// A picture of a view at that size, with or without a display. Changes the window's size and, where `dark` says
    /// so, the theme.
    QImage grabView(const QString &view, const QSize &size, std::optional<bool> dark = {});
    /// The same onto a painter, for vector pictures.
    void renderView(const QString &view, const QSize &size, QPainter &painter);

    void openDetails();
    void closeDetails();
    bool detailsOpen() const;

    // Parts, for tests.
    TopBar *topBar() const { return m_topBar; }
    SideNav *sideNav() const { return m_side; }
    ScopeBar *scopeBar() const { return m_scopeBar; }
    Strip *strip() const { return m_strip; }
    StatusBar *statusBarWidget() const { return m_status; }
    DetailsPanel *details() const { return m_details; }
    StatePanel *emptyPage() const { return m_empty; }
    /// An action by name: "view-pods", "search", "filter", "export", "fold", "fullscreen", "shortcuts", ...
    QAction *action(const QString &name) const;

protected:
    void resizeEvent(QResizeEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void closeEvent(QCloseEvent *event) override;
    bool eventFilter(QObject *object, QEvent *event) override;

private:
    QAction *add(const QString &name, const QString &text, const QList<QKeySequence> &keys, std::function<void()> run);
    void makeActions();
    void makeMenus();
    void makeLayout();
    void loadState();
    void saveState();
    void pictureChanged();
    void settleView(const QString &view, const QSize &size);
    void refreshCounts();
    void refreshProblems();
    void refreshEmpty();
    void refreshSummary();
    void layOut();
    void foldSide(bool folded);
    void jump(const JumpTarget &target);
    void showObject(const AnyId &id, bool open);
    void goTo(int step);
    void moveInTable(int key);
    void escape();
    void askToRemove(ClusterId id);
    void addCluster();
    void openDemo();
    void showShortcuts();
    void showAbout();

    FleetModel &m_fleet;
    WindowOptions m_options;
    std::map<QString, QAction *> m_actions;
    std::map<QString, Page *> m_pages;
    QString m_view;
    QStringList m_trail; ///< views shown, for back and forward
    int m_at = -1;
    TopBar *m_topBar = nullptr;
    SideNav *m_side = nullptr;
    ScopeBar *m_scopeBar = nullptr;
    Strip *m_strip = nullptr;
    StatusBar *m_status = nullptr;
    DetailsPanel *m_details = nullptr;
    QSplitter *m_splitter = nullptr;
    QWidget *m_content = nullptr;
    QStackedWidget *m_stack = nullptr;
    StatePanel *m_empty = nullptr;
    QMenu *m_settings = nullptr;
    QMenu *m_shownMenu = nullptr;
    bool m_opening = true;
    bool m_openingDemo = false;
    QString m_openError;
    bool m_detailsOpen = false;
    bool m_overlay = false;
    bool m_foldWanted = false;
    bool m_byMouse = false; ///< the last input was a mouse press
    int m_detailsWidth = 312;
    bool m_countingProblems = false;
    Time m_problemsAt = kNoTime;
    AttentionWatch m_watch;
    bool m_started = false;
    QThreadPool m_jobs; ///< last: waits for its jobs first
};

} // namespace sextant::ui
