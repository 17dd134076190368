// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/tablepanel.h"

#include "core/report/export.h"
#include "ui/models/celltext.h"
#include "ui/models/tablemodel.h"
#include "ui/pages/columnchooser.h"
#include "ui/pages/tablefoot.h"
#include "ui/pages/tableheader.h"
#include "ui/pages/tablestrip.h"
#include "ui/pages/tableview.h"
#include "ui/theme/widgets.h"

#include <QApplication>
#include <QClipboard>
#include <QFileDialog>
#include <QFileInfo>
#include <QFutureWatcher>
#include <QMenu>
#include <QSaveFile>
#include <QVBoxLayout>
#include <QtConcurrentRun>

#include <algorithm>
#include <set>

namespace sextant::ui {

namespace {

report::ExportKind exportKind(TableKind table)
{
    switch (table) {
    case TableKind::Pods:
        return report::ExportKind::Pods;
    case TableKind::Nodes:
        return report::ExportKind::Nodes;
    case TableKind::Workloads:
        break;
    }
    return report::ExportKind::Workloads;
}

/// Any thread. Empty: written whole; else what went wrong, and the old file stands.
QString writeRows(const QString &name, const TableAnswer &rows)
{
    std::set<AnyId> kept;
    for (std::size_t row = 0; row < rows.rows().rows.size(); ++row) {
        kept.insert(idOf(rows, row));
    }
    QSaveFile file(name);
    if (!file.open(QIODevice::WriteOnly)) {
        return file.errorString();
    }
    const bool json = name.endsWith(QLatin1String(".json"), Qt::CaseInsensitive);
    report::writeExport(
        exportKind(rows.query().table), json ? report::ExportFormat::Json : report::ExportFormat::Csv, rows.picture(),
        rows.query().scope,
        [&](std::string_view text) {
            const auto size = static_cast<qint64>(text.size());
            return file.write(text.data(), size) == size;
        },
        [&](const AnyId &id) { return kept.count(id) > 0; });
    return file.commit() ? QString() : file.errorString();
}

} // namespace

TablePanel::TablePanel(std::unique_ptr<TableModel> model, const QString &name, QWidget *parent)
    : QWidget(parent)
    , m_model(std::move(model))
    , m_strip(new TableStrip(this))
    , m_view(new TableView(*m_model, name, this))
    , m_blank(new StatePanel(this))
    , m_foot(new TableFoot(this))
    , m_now(wallNow())
    , m_newest(m_model->picture())
{
    setObjectName(name + QStringLiteral("Panel"));
    m_blank->setObjectName(QStringLiteral("tableBlank"));
    m_blank->setAutoFillBackground(true);
    m_blank->setBackgroundRole(QPalette::Base);
    m_blank->setFocusPolicy(Qt::ClickFocus);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_strip);
    layout->addWidget(m_view, 1);
    layout->addWidget(m_blank, 1);
    layout->addWidget(m_foot);
    setFocusProxy(m_view);

    connect(m_model.get(), &TableModel::applied, this, &TablePanel::refreshState);
    connect(m_view, &TableView::currentIdChanged, this, &TablePanel::selected);
    connect(m_view, &TableView::detailsWanted, this, &TablePanel::detailsWanted);
    connect(m_view, &TableView::chooserWanted, this, &TablePanel::openChooser);
    connect(m_view, &TableView::columnsChanged, this, [this] {
        m_foot->setColumns(
            static_cast<int>(m_view->shownColumns().size()), m_view->columns().count(m_view->oneCluster()));
    });
    connect(m_view, &QWidget::customContextMenuRequested, this, &TablePanel::showMenu);
    connect(m_foot->columnsButton(), &QAbstractButton::clicked, this,
        [this] { openChooser(m_foot->columnsButton()->mapToGlobal(QPoint(0, 0))); });
    connect(m_foot->exportButton(), &QAbstractButton::clicked, this, &TablePanel::askExport);
    m_exportNoteTime.setSingleShot(true);
    connect(&m_exportNoteTime, &QTimer::timeout, this, [this] {
        m_exportNote.reset();
        refreshState();
    });
    connect(m_blank, &StatePanel::primaryClicked, this, [this] { act(true); });
    connect(m_blank, &StatePanel::secondaryClicked, this, [this] { act(false); });
    m_foot->setColumns(static_cast<int>(m_view->shownColumns().size()), m_view->columns().count(false));
    refreshState();
}

TablePanel::~TablePanel() = default;

bool TablePanel::showsRows() const { return !m_state.blank.has_value(); }

void TablePanel::setPicture(const PicturePtr &picture)
{
    m_newest = picture;
    m_model->setPicture(picture);
    if (m_model->active()) {
        refreshState();
    }
}

void TablePanel::setActive(bool active)
{
    m_model->setActive(active);
    if (active) {
        refreshState();
    }
}

void TablePanel::setNow(Time now)
{
    m_now = now;
    m_model->setNow(now);
    refreshState();
}

QString TablePanel::summary() const { return m_summary; }

void TablePanel::refreshState()
{
    m_view->setFleet({m_newest->clusters() <= 1, hasHelios(*m_newest)});
    TableQuery query;
    query.table = m_model->kind();
    query.scope = m_model->scope();
    query.filter = m_model->filter();
    m_state = tableState(*m_newest, query, m_model->rows(), m_now);
    // Rows that are about to come are not an empty table.
    if (m_state.blank && m_state.blank->kind == TableBlank::Kind::Empty && m_model->busy()) {
        m_state.blank.reset();
    }
    std::vector<TableNote> notes = m_state.notes;
    if (m_state.blank && m_state.blank->kind == TableBlank::Kind::Partial) {
        notes.clear(); // said in full below
    } else if (m_windowNames) {
        notes.erase(std::remove_if(notes.begin(), notes.end(), [](const TableNote &note) { return note.everywhere; }),
            notes.end());
    }
    if (m_exportNote) {
        notes.insert(notes.begin(), *m_exportNote);
    }
    m_strip->setNotes(std::move(notes));
    m_view->head().setProgress(m_state.progress);
    if (m_state.blank) {
        const TableBlank &blank = *m_state.blank;
        switch (blank.kind) {
        case TableBlank::Kind::Loading:
            m_blank->showLoading(blank.title, blank.text, blank.note, blank.share);
            break;
        case TableBlank::Kind::Empty:
            m_blank->showEmpty(blank.title, blank.text, blank.primary, blank.secondary);
            break;
        case TableBlank::Kind::Partial:
            m_blank->showPartial(blank.title, blank.text, blank.rule, blank.secondary);
            break;
        }
    }
    const bool rows = !m_state.blank.has_value();
    // The keyboard stays in the middle whichever of the two is there.
    const bool focused = m_view->hasFocus() || m_blank->hasFocus();
    m_blank->setVisible(!rows);
    if (focused && !rows) {
        m_blank->setFocus(Qt::OtherFocusReason);
    }
    m_view->setVisible(rows);
    if (focused && rows) {
        m_view->setFocus(Qt::OtherFocusReason);
    }
    m_foot->setSums(tableSums(*m_newest, query, m_model->rows(), m_state.more));
    const QString summary = tableSummary(*m_newest, query, m_model->rows(), m_state.more);
    if (summary != m_summary) {
        m_summary = summary;
        Q_EMIT summaryChanged();
    }
}

void TablePanel::setWindowNamesClusters(bool names)
{
    m_windowNames = names;
    refreshState();
}

void TablePanel::act(bool primary)
{
    if (m_state.blank) {
        Q_EMIT blankAction(primary ? m_state.blank->primaryAction : m_state.blank->secondaryAction);
    }
}

QMenu *TablePanel::menuFor(const QModelIndex &index)
{
    auto *menu = new QMenu(this);
    const AnyId id = m_model->idAt(index.row());
    const bool helios = m_model->isHelios(index.row());
    const auto add = [&](const QString &name, const QString &text, auto &&does) {
        QAction *action = menu->addAction(text);
        action->setObjectName(name);
        connect(action, &QAction::triggered, this, std::forward<decltype(does)>(does));
        return action;
    };
    const auto copy = [](const QString &text) { QApplication::clipboard()->setText(text); };
    const QString cell = m_model->cell(index.row(), index.column()).whole();
    const QString name = m_model->nameAt(index.row());
    add(QStringLiteral("copyCell"), tr("&Copy cell"), [copy, cell] { copy(cell); });
    add(QStringLiteral("copyName"), tr("Copy &name"), [copy, name] { copy(name); });
    const QString command = m_command ? m_command(id) : QString();
    add(QStringLiteral("copyCommand"),
        command.startsWith(QLatin1String("helios")) ? tr("Copy &helios command") : tr("Copy &kubectl command"),
        [copy, command] { copy(command); })
        ->setEnabled(!command.isEmpty());
    add(QStringLiteral("copyRows"), tr("Copy selected &rows"), [this] {
        m_view->copySelection();
    })->setShortcut(QKeySequence::Copy);
    menu->addSeparator();
    add(QStringLiteral("showDetails"), tr("Show &details"), [this, id] { Q_EMIT detailsWanted(id); });
    if (m_model->kind() != TableKind::Workloads) {
        add(QStringLiteral("showOnMap"), tr("Show on &map"), [this, id] { Q_EMIT mapWanted(id); });
    }
    QAction *related = add(QStringLiteral("showRelated"),
        m_model->kind() == TableKind::Pods ? (helios ? tr("Show its h&ost") : tr("Show its n&ode"))
                                           : (helios ? tr("Show its &tasks") : tr("Show its &pods")),
        [this, id] { Q_EMIT relatedWanted(id); });
    if (m_model->kind() == TableKind::Pods) {
        const auto *pod = std::get_if<PodId>(&id);
        const auto found = pod != nullptr ? m_model->picture()->snapshot().find(*pod) : std::nullopt;
        related->setEnabled(found && found->nodeSlot() != kNoSlot);
    }
    return menu;
}

void TablePanel::showMenu(const QPoint &place)
{
    const QModelIndex index = m_view->indexAt(place);
    if (!index.isValid()) {
        return;
    }
    QMenu *menu = menuFor(index);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->popup(m_view->viewport()->mapToGlobal(place));
}

void TablePanel::openChooser(const QPoint &globalPlace)
{
    auto *chooser = new ColumnChooser(*m_view, this);
    chooser->open(globalPlace);
}

void TablePanel::exportTo(const QString &file)
{
    auto *watcher = new QFutureWatcher<QString>(this);
    connect(watcher, &QFutureWatcherBase::finished, this, [this, watcher, file] {
        sayExported(file, watcher->result());
        watcher->deleteLater();
    });
    watcher->setFuture(QtConcurrent::run([file, rows = m_model->shownAnswer()] { return writeRows(file, *rows); }));
}

void TablePanel::sayExported(const QString &file, const QString &problem)
{
    constexpr int kLongEnough = 8000; // to be read; a failure stays until the next try
    TableNote note;
    note.subject = QFileInfo(file).fileName();
    note.state = problem.isEmpty() ? State::Completed : State::Failed;
    note.text = problem.isEmpty() ? tr("saved") : tr("could not be saved: %1").arg(problem);
    note.detail = file;
    m_exportNote = note;
    if (problem.isEmpty()) {
        m_exportNoteTime.start(kLongEnough);
    } else {
        m_exportNoteTime.stop();
    }
    refreshState();
    Q_EMIT exported(file, problem);
}

void TablePanel::askExport()
{
    // Not modal by a nested loop: the window goes on meanwhile.
    auto *dialog = new QFileDialog(this, tr("Export what is filtered"));
    dialog->setObjectName(QStringLiteral("exportDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters({tr("CSV (*.csv)"), tr("JSON (*.json)")});
    dialog->setDefaultSuffix(QStringLiteral("csv"));
    const QString kind = m_model->kind() == TableKind::Pods ? QStringLiteral("pods")
        : m_model->kind() == TableKind::Nodes               ? QStringLiteral("nodes")
                                                            : QStringLiteral("workloads");
    dialog->selectFile(kind + QStringLiteral(".csv"));
    connect(dialog, &QFileDialog::filterSelected, dialog, [dialog](const QString &filter) {
        dialog->setDefaultSuffix(
            filter.contains(QLatin1String("json")) ? QStringLiteral("json") : QStringLiteral("csv"));
    });
    connect(dialog, &QFileDialog::fileSelected, this, &TablePanel::exportTo);
    dialog->open();
}

} // namespace sextant::ui
