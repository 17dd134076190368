// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/tableview.h"

#include "ui/models/tablemodel.h"
#include "ui/pages/tabledelegate.h"
#include "ui/pages/tableheader.h"
#include "ui/theme/theme.h"
#include "ui/theme/widgets.h"

#include <QAccessible>
#include <QApplication>
#include <QClipboard>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QScrollBar>
#include <QStyleHints>

#include <algorithm>
#include <set>

namespace sextant::ui {

namespace {

Theme &theme() { return Theme::instance(); }

constexpr int kRow = 24;
constexpr int kNarrowestName = 140;
constexpr int kWideName = 320;
constexpr int kAnchors = 64; ///< rows remembered below the top one, should it go

} // namespace

TableView::TableView(TableModel &model, const QString &name, QWidget *parent)
    : QTableView(parent)
    , m_model(model)
    , m_columns(name, model.columns())
    , m_head(new TableHeader(this))
    , m_delegate(new TableDelegate(*this, model))
    , m_nameColumn(model.columnOf(QStringLiteral("name")))
{
    setObjectName(name + QStringLiteral("Table"));
    setFrameShape(QFrame::NoFrame);
    setShowGrid(false);
    setAlternatingRowColors(false);
    setWordWrap(false);
    setCornerButtonEnabled(false);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::ExtendedSelection);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    setTabKeyNavigation(false);
    setContextMenuPolicy(Qt::CustomContextMenu);
    setMouseTracking(true);
    m_head->setTable(&model);
    setHorizontalHeader(m_head);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setMinimumSectionSize(theme().px(kRow));
    verticalHeader()->setDefaultSectionSize(theme().px(kRow));
    setItemDelegate(m_delegate);
    setModel(&model);
    verticalScrollBar()->setSingleStep(theme().px(kRow));

    connect(m_head, &QHeaderView::sectionClicked, this, &TableView::sortBy);
    connect(m_head, &QHeaderView::sectionMoved, this, &TableView::moved);
    connect(
        m_head, &QHeaderView::sectionResized, this, [this](int logical, int, int width) { resized(logical, width); });
    connect(m_head, &QWidget::customContextMenuRequested, this,
        [this](const QPoint &place) { Q_EMIT chooserWanted(m_head->mapToGlobal(place)); });
    connect(&model, &TableModel::sortChanged, m_head->viewport(), qOverload<>(&QWidget::update));
    connect(&model, &TableModel::aboutToApply, this, &TableView::keepPlace);
    connect(&model, &TableModel::applied, this, &TableView::restorePlace);
    connect(&model, &QAbstractItemModel::modelAboutToBeReset, this, [this] {
        // By itself the selection stays with its objects, but not over this.
        for (const QModelIndex &index : selectionModel()->selectedRows()) {
            m_place.selected.push_back(m_model.idAt(index.row()));
        }
        m_place.reset = true;
    });
    connect(&model, &QAbstractItemModel::modelReset, this, [this] {
        viewport()->setAttribute(Qt::WA_UpdatesDisabled, false);
        viewport()->update();
    });
    connect(&theme(), &Theme::changed, viewport(), qOverload<>(&QWidget::update));
    applyColumns();
}

TableView::~TableView() = default;

std::vector<int> TableView::shownColumns() const
{
    std::vector<int> out;
    for (int visual = 0; visual < m_head->count(); ++visual) {
        const int logical = m_head->logicalIndex(visual);
        if (!m_head->isSectionHidden(logical)) {
            out.push_back(logical);
        }
    }
    return out;
}

void TableView::applyColumns()
{
    const int room = qRound(viewport()->width() / theme().scale());
    const int window = qRound(this->window()->width() / theme().scale());
    const std::vector<int> wanted = m_columns.shown(window, room, m_fleet);
    const bool same = wanted == shownColumns();
    m_arranging = true;
    if (!same) {
        for (int logical = 0; logical < m_head->count(); ++logical) {
            m_head->setSectionHidden(logical, std::find(wanted.begin(), wanted.end(), logical) == wanted.end());
        }
        for (std::size_t place = 0; place < wanted.size(); ++place) {
            m_head->moveSection(m_head->visualIndex(wanted[place]), static_cast<int>(place));
        }
    }
    for (const int logical : wanted) {
        if (logical != m_nameColumn) {
            const int edge = logical == wanted.front() ? TableHeader::edgePadding() - TableHeader::cellPadding() : 0;
            m_head->resizeSection(logical, theme().px(m_columns.width(logical)) + edge);
        }
    }
    m_arranging = false;
    stretchNames();
    if (!same) {
        viewport()->update();
        Q_EMIT columnsChanged();
    }
}

void TableView::stretchNames()
{
    // What is left over goes to the names, where it is needed: all of it to the object's own up to a length that few
    // exceed, then to the others as well.
    int room = viewport()->width();
    std::vector<int> others;
    for (const int logical : shownColumns()) {
        const bool reference = m_model.columns()[static_cast<std::size_t>(logical)].look == CellLook::Reference;
        if (logical == m_nameColumn) {
            continue;
        }
        room -= m_head->sectionSize(logical);
        if (reference && !m_columns.resized(logical)) {
            others.push_back(logical);
        }
    }
    if (m_nameColumn < 0 || m_head->isSectionHidden(m_nameColumn)) {
        return;
    }
    int name = std::max(theme().px(kNarrowestName), room);
    const int spare = name - theme().px(kWideName);
    m_arranging = true;
    if (spare > 0 && !others.empty()) {
        const int each = spare / static_cast<int>(others.size() + 1);
        for (const int logical : others) {
            m_head->resizeSection(logical, m_head->sectionSize(logical) + each);
            name -= each;
        }
    }
    m_head->resizeSection(m_nameColumn, name);
    m_arranging = false;
}

void TableView::chooseColumns(const std::vector<int> &columns)
{
    if (!columns.empty()) {
        m_columns.choose(columns);
        applyColumns();
    }
}

void TableView::resetColumns()
{
    m_columns.reset();
    applyColumns();
}

void TableView::setFleet(const TableColumns::Fleet &fleet)
{
    if (!(m_fleet == fleet)) {
        m_fleet = fleet;
        applyColumns();
        Q_EMIT columnsChanged();
    }
}

void TableView::moved()
{
    if (!m_arranging) {
        m_columns.choose(shownColumns());
        applyColumns();
        Q_EMIT columnsChanged();
    }
}

void TableView::resized(int logical, int width)
{
    if (m_arranging || m_head->isSectionHidden(logical) || width == 0) {
        return;
    }
    const int edge = isFirstColumn(logical) ? TableHeader::edgePadding() - TableHeader::cellPadding() : 0;
    m_columns.setWidth(logical, qRound((width - edge) / theme().scale()));
    if (logical != m_nameColumn) {
        applyColumns();
    }
}

void TableView::sortBy(int logical)
{
    const bool down = m_model.columns()[static_cast<std::size_t>(logical)].descendingFirst;
    Qt::SortOrder order = down ? Qt::DescendingOrder : Qt::AscendingOrder;
    if (m_model.sortColumn() == logical) {
        order = m_model.sortOrder() == Qt::AscendingOrder ? Qt::DescendingOrder : Qt::AscendingOrder;
    }
    m_model.sort(logical, order);
}

AnyId TableView::currentId() const { return m_model.idAt(currentIndex().row()); }

void TableView::setCurrentId(const AnyId &id)
{
    if (id == currentId()) {
        return;
    }
    if (m_model.rowCount() == 0) { // they are on their way
        m_place.current = id;
        m_place.selected = {id};
        return;
    }
    const int row = m_model.rowOf(id);
    m_applying = true;
    if (row < 0) {
        selectionModel()->clear();
    } else {
        const QModelIndex index = m_model.index(row, std::max(0, m_nameColumn));
        selectionModel()->setCurrentIndex(index, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
        scrollTo(index);
    }
    m_applying = false;
}

bool TableView::isFirstColumn(int logical) const
{
    for (int visual = 0; visual < m_head->count(); ++visual) {
        if (!m_head->isSectionHidden(m_head->logicalIndex(visual))) {
            return m_head->logicalIndex(visual) == logical;
        }
    }
    return false;
}

bool TableView::isLastColumn(int logical) const
{
    for (int visual = m_head->count() - 1; visual >= 0; --visual) {
        if (!m_head->isSectionHidden(m_head->logicalIndex(visual))) {
            return m_head->logicalIndex(visual) == logical;
        }
    }
    return false;
}

bool TableView::ringsRow(int row) const { return m_keyboard && hasFocus() && currentIndex().row() == row; }

std::pair<int, int> TableView::rowsSeen() const
{
    const int first = rowAt(0);
    const int last = rowAt(viewport()->height() - 1);
    return first < 0 ? std::pair(0, -1) : std::pair(first, last < 0 ? m_model.rowCount() - 1 : last);
}

std::vector<TableView::Seen> TableView::seen() const
{
    std::vector<Seen> out;
    const auto [first, last] = rowsSeen();
    for (int row = first; row <= last; ++row) {
        out.push_back({rowViewportPosition(row), m_model.idAt(row), m_model.stampAt(row)});
    }
    return out;
}

void TableView::repaintRows(const std::vector<Seen> &before, const std::vector<Seen> &after)
{
    const auto same = [](const std::vector<Seen> &rows, const Seen &row) {
        return std::find(rows.begin(), rows.end(), row) != rows.end();
    };
    const int height = theme().px(kRow);
    QRegion region;
    for (const auto *rows : {&before, &after}) {
        for (const Seen &row : *rows) {
            if (!same(rows == &before ? after : before, row)) {
                region += QRect(0, row.y, viewport()->width(), height);
            }
        }
    }
    viewport()->update(region);
}

void TableView::keepPlace()
{
    m_applying = true;
    if (m_model.rowCount() == 0) {
        return; // it is still that of the rows that were there
    }
    // Whatever a view does with all its rows, only those that look different are painted again.
    m_seen = seen();
    m_hoveredAt = m_hovered < 0 ? -1 : rowViewportPosition(m_hovered);
    viewport()->setAttribute(Qt::WA_UpdatesDisabled);
    m_place = {};
    m_place.current = currentId();
    if (verticalScrollBar()->value() > 0) {
        const int top = rowAt(0);
        const int seen = viewport()->height() / std::max(1, theme().px(kRow));
        const int current = currentIndex().row();
        const bool currentSeen = current >= top && current < top + seen;
        const int anchor = currentSeen ? current : top;
        m_place.offset = rowViewportPosition(anchor);
        if (currentSeen) {
            m_place.anchors.push_back(m_place.current);
        }
        for (int row = top; top >= 0 && row < std::min(top + kAnchors, m_model.rowCount()); ++row) {
            m_place.anchors.push_back(m_model.idAt(row));
        }
    }
}

void TableView::restorePlace()
{
    if (m_model.rowCount() == 0) {
        m_applying = false; // the place waits for the rows to come back
        return;
    }
    executeDelayedItemsLayout();
    for (const AnyId &anchor : m_place.anchors) {
        const int at = m_model.rowOf(anchor);
        if (at >= 0) {
            updateGeometries();
            verticalScrollBar()->setValue(verticalHeader()->sectionPosition(at) - m_place.offset);
            break;
        }
    }
    m_hovered = m_hoveredAt < 0 ? -1 : rowAt(m_hoveredAt);
    viewport()->setAttribute(Qt::WA_UpdatesDisabled, false);
    if (m_place.reset) {
        restoreSelection();
    } else {
        repaintRows(m_seen, seen());
    }
    setAutoScroll(false); // what is current may be far from what is looked at
    const int row = m_model.rowOf(m_place.current);
    if (row >= 0 && row != currentIndex().row()) {
        selectionModel()->setCurrentIndex(m_model.index(row, std::max(0, m_nameColumn)), QItemSelectionModel::NoUpdate);
    } else if (row < 0 && currentIndex().isValid()) {
        // The one that was looked at is gone: its neighbour was never chosen.
        const bool one = selectionModel()->selectedRows().size() <= 1;
        selectionModel()->clearCurrentIndex();
        if (one) {
            selectionModel()->clearSelection();
        }
    }
    setAutoScroll(true);
    m_place = {};
    m_seen.clear();
    m_hoveredAt = -1;
    m_applying = false;
}

void TableView::restoreSelection()
{
    if (m_place.selected.empty()) {
        return;
    }
    const std::set<AnyId> wanted(m_place.selected.begin(), m_place.selected.end());
    QItemSelection selection;
    const int last = m_model.columnCount() - 1;
    int from = -1;
    for (int row = 0; row <= m_model.rowCount(); ++row) {
        const bool in = row < m_model.rowCount() && wanted.count(m_model.idAt(row)) > 0;
        if (in && from < 0) {
            from = row;
        } else if (!in && from >= 0) {
            selection.select(m_model.index(from, 0), m_model.index(row - 1, last));
            from = -1;
        }
    }
    selectionModel()->select(selection, QItemSelectionModel::ClearAndSelect);
}

void TableView::dataChanged(const QModelIndex &first, const QModelIndex &last, const QList<int> &roles)
{
    if (QAccessible::isActive()) {
        QTableView::dataChanged(first, last, roles);
        return;
    }
    const auto [top, bottom] = rowsSeen();
    const int from = std::max(top, first.row());
    const int to = std::min(bottom, last.row());
    if (from > to || m_applying) {
        return;
    }
    const bool oneColumn = first.column() == last.column();
    const int y = rowViewportPosition(from);
    viewport()->update(oneColumn ? columnViewportPosition(first.column()) : 0, y,
        oneColumn ? columnWidth(first.column()) : viewport()->width(), rowViewportPosition(to) + theme().px(kRow) - y);
}

void TableView::currentChanged(const QModelIndex &current, const QModelIndex &previous)
{
    QTableView::currentChanged(current, previous);
    if (!m_applying && current.isValid() && current.row() != previous.row()) {
        Q_EMIT currentIdChanged(m_model.idAt(current.row()));
    }
    viewport()->update();
}

QString TableView::selectedText() const
{
    const auto field = [](QString text) {
        return text.replace(QLatin1Char('\t'), QLatin1Char(' '))
            .replace(QLatin1Char('\n'), QLatin1Char(' '))
            .replace(QLatin1Char('\r'), QLatin1Char(' '));
    };
    const std::vector<int> columns = shownColumns();
    QStringList rows{};
    QStringList cells;
    for (const int column : columns) {
        cells << field(m_model.headerData(column, Qt::Horizontal).toString());
    }
    rows << cells.join(QLatin1Char('\t'));
    QModelIndexList selected = selectionModel()->selectedRows();
    std::sort(selected.begin(), selected.end());
    for (const QModelIndex &index : selected) {
        cells.clear();
        for (const int column : columns) {
            cells << field(m_model.cell(index.row(), column).whole());
        }
        rows << cells.join(QLatin1Char('\t'));
    }
    return rows.join(QLatin1Char('\n')) + QLatin1Char('\n');
}

void TableView::copySelection() const
{
    if (selectionModel()->hasSelection()) {
        QApplication::clipboard()->setText(selectedText());
    }
}

void TableView::resizeEvent(QResizeEvent *event)
{
    QTableView::resizeEvent(event);
    applyColumns();
}

void TableView::keyPressEvent(QKeyEvent *event)
{
    m_keyboard = true;
    if (event->matches(QKeySequence::Copy)) {
        copySelection();
        event->accept();
        return;
    }
    const bool typing =
        m_typedAt.isValid() && m_typedAt.elapsed() < QGuiApplication::styleHints()->keyboardInputInterval();
    if (event->modifiers() == Qt::NoModifier) {
        switch (event->key()) {
        case Qt::Key_Return:
        case Qt::Key_Enter:
            if (currentIndex().isValid()) {
                Q_EMIT detailsWanted(currentId());
            }
            event->accept();
            return;
        case Qt::Key_J:
        case Qt::Key_K:
            // vi's keys, unless a name is being typed.
            if (!typing) {
                QKeyEvent arrow(event->type(), event->key() == Qt::Key_J ? Qt::Key_Down : Qt::Key_Up, Qt::NoModifier);
                QTableView::keyPressEvent(&arrow);
                event->accept();
                return;
            }
            break;
        case Qt::Key_Left:
        case Qt::Key_Right: {
            QScrollBar *bar = horizontalScrollBar();
            bar->setValue(bar->value() + (event->key() == Qt::Key_Left ? -1 : 1) * theme().px(64));
            event->accept();
            return;
        }
        default:
            break;
        }
    }
    QTableView::keyPressEvent(event);
}

void TableView::keyboardSearch(const QString &search)
{
    if (!m_typedAt.isValid() || m_typedAt.elapsed() >= QGuiApplication::styleHints()->keyboardInputInterval()) {
        m_typed.clear();
    }
    m_typed += search;
    m_typedAt.start();
    const int rows = m_model.rowCount();
    const int from = std::max(0, currentIndex().row()) + (m_typed.size() == 1 && currentIndex().isValid() ? 1 : 0);
    for (int i = 0; i < rows; ++i) {
        const int row = (from + i) % rows;
        if (m_model.nameAt(row).startsWith(m_typed, Qt::CaseInsensitive)) {
            setCurrentIndex(m_model.index(row, std::max(0, m_nameColumn)));
            return;
        }
    }
}

QModelIndex TableView::moveCursor(CursorAction action, Qt::KeyboardModifiers modifiers)
{
    const int rows = m_model.rowCount();
    const int column = std::max(0, m_nameColumn);
    if (rows > 0 && action == MoveHome) {
        return m_model.index(0, column);
    }
    if (rows > 0 && action == MoveEnd) {
        return m_model.index(rows - 1, column);
    }
    return QTableView::moveCursor(action, modifiers);
}

void TableView::mousePressEvent(QMouseEvent *event)
{
    m_keyboard = false;
    Tip::hideTip();
    QTableView::mousePressEvent(event);
}

void TableView::mouseDoubleClickEvent(QMouseEvent *event)
{
    QTableView::mouseDoubleClickEvent(event);
    if (event->button() == Qt::LeftButton && indexAt(event->position().toPoint()).isValid()) {
        Q_EMIT detailsWanted(currentId());
    }
}

void TableView::focusInEvent(QFocusEvent *event)
{
    if (event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason
        || event->reason() == Qt::ShortcutFocusReason) {
        startOnRow();
    }
    QTableView::focusInEvent(event);
}

void TableView::takeKeyboard()
{
    startOnRow();
    setFocus(Qt::ShortcutFocusReason);
}

void TableView::startOnRow()
{
    m_keyboard = true;
    if (!currentIndex().isValid() && m_model.rowCount() > 0) {
        // A place to start from, not a choice.
        m_applying = true;
        selectionModel()->setCurrentIndex(m_model.index(0, std::max(0, m_nameColumn)), QItemSelectionModel::NoUpdate);
        m_applying = false;
    }
    viewport()->update();
}

void TableView::setHovered(int row)
{
    if (m_hovered != row) {
        m_hovered = row;
        viewport()->update();
    }
}

bool TableView::viewportEvent(QEvent *event)
{
    switch (event->type()) {
    case QEvent::MouseMove:
        setHovered(rowAt(static_cast<QMouseEvent *>(event)->position().toPoint().y()));
        break;
    case QEvent::Leave:
        setHovered(-1);
        Tip::hideTip();
        break;
    case QEvent::ToolTip: {
        const QModelIndex index = indexAt(static_cast<QHelpEvent *>(event)->pos());
        if (!index.isValid()) {
            Tip::hideTip();
            return true;
        }
        const QRect cell = visualRect(index);
        QString text = m_model.tip(index.row(), index.column());
        if (text.isEmpty() && m_delegate->elided(index, cell.width())) {
            text = m_model.cell(index.row(), index.column()).whole();
        }
        if (text.isEmpty()) {
            Tip::hideTip();
        } else {
            Tip::showText(text, QRect(viewport()->mapToGlobal(cell.topLeft()), cell.size()), this);
        }
        return true;
    }
    default:
        break;
    }
    return QTableView::viewportEvent(event);
}

void TableView::paintEvent(QPaintEvent *event)
{
    {
        QPainter ground(viewport());
        ground.fillRect(viewport()->rect(), theme().color(Token::Surface));
    }
    QTableView::paintEvent(event);
}

} // namespace sextant::ui
