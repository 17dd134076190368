// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/rowlist.h"

#include <QAbstractItemDelegate>
#include <QAbstractListModel>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QScrollBar>

#include <algorithm>

namespace sextant::ui {

namespace {

Theme &theme() { return Theme::instance(); }

} // namespace

class RowList::Model final : public QAbstractListModel {
public:
    using QAbstractListModel::QAbstractListModel;

    const std::vector<Row> &rows() const { return m_rows; }
    /// True: the same rows as before, with other words at most.
    bool same(const std::vector<Row> &rows) const
    {
        return std::equal(rows.begin(), rows.end(), m_rows.begin(), m_rows.end(),
            [](const Row &a, const Row &b) { return a.key == b.key && a.head == b.head; });
    }
    void change(std::vector<Row> rows)
    {
        m_rows = std::move(rows);
        if (!m_rows.empty()) {
            Q_EMIT dataChanged(index(0), index(static_cast<int>(m_rows.size()) - 1));
        }
    }
    void reset(std::vector<Row> rows)
    {
        beginResetModel();
        m_rows = std::move(rows);
        endResetModel();
    }
    int rowCount(const QModelIndex &parent) const override
    {
        return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
    }
    QVariant data(const QModelIndex &index, int role) const override
    {
        if (!index.isValid() || (role != Qt::DisplayRole && role != Qt::AccessibleTextRole)) {
            return {};
        }
        return m_rows[static_cast<std::size_t>(index.row())].text;
    }
    Qt::ItemFlags flags(const QModelIndex &index) const override
    {
        return index.isValid() && m_rows[static_cast<std::size_t>(index.row())].head
            ? Qt::NoItemFlags
            : Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren;
    }

private:
    std::vector<Row> m_rows;
};

class RowList::Delegate final : public QAbstractItemDelegate {
public:
    explicit Delegate(RowList &list)
        : QAbstractItemDelegate(&list)
        , m_list(list)
    {
    }
    QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const override
    {
        return {1, theme().px(m_list.m_rowHeight)};
    }
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        ++m_list.m_rowsPainted;
        const Row &row = m_list.rows()[static_cast<std::size_t>(index.row())];
        Look look;
        look.chosen = !row.head && !m_list.m_chosen.isEmpty() && row.key == m_list.m_chosen;
        look.hovered = !row.head && m_list.m_hovered == index.row();
        look.ringed = m_list.m_keyboard && m_list.hasFocus() && m_list.currentRow() == index.row();
        const QRect &box = option.rect;
        painter->save();
        if (look.chosen || look.hovered) {
            painter->fillRect(box, theme().color(look.chosen ? Token::Selection : Token::Hover));
        }
        if (look.chosen) {
            painter->fillRect(QRect(box.left(), box.top(), theme().px(3), box.height()), theme().color(Token::Accent));
        }
        if (m_list.m_painter) {
            m_list.m_painter(*painter, box, index.row(), look);
        }
        if (look.ringed) {
            paintFocusRing(*painter, QRectF(box).adjusted(2, 2, -2, -2));
        }
        painter->restore();
    }

private:
    RowList &m_list;
};

RowList::RowList(int rowHeight, QWidget *parent)
    : QListView(parent)
    , m_model(new Model(this))
    , m_rowHeight(rowHeight)
{
    setModel(m_model);
    setItemDelegate(new Delegate(*this));
    setFrameShape(QFrame::NoFrame);
    setUniformItemSizes(true);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setMouseTracking(true);
    viewport()->setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Ignored);
    setMinimumHeight(theme().px(rowHeight));
    connect(verticalScrollBar(), &QScrollBar::valueChanged, this, &RowList::seenChanged);
    connect(verticalScrollBar(), &QScrollBar::rangeChanged, this, &RowList::seenChanged);
    connect(&theme(), &Theme::changed, viewport(), qOverload<>(&QWidget::update));
}

const std::vector<RowList::Row> &RowList::rows() const { return m_model->rows(); }

void RowList::setRows(std::vector<Row> rows)
{
    if (m_model->same(rows)) {
        m_model->change(std::move(rows));
        return;
    }
    const int at = currentRow();
    const QString current = at >= 0 ? this->rows()[static_cast<std::size_t>(at)].key : QString();
    const int place = verticalScrollBar()->value();
    m_quiet = true;
    m_hovered = -1;
    m_model->reset(std::move(rows));
    doItemsLayout();
    const auto &all = this->rows();
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const Row &row) { return !row.head && row.key == current; });
    if (at >= 0 && found != all.end()) {
        selectionModel()->setCurrentIndex(
            m_model->index(static_cast<int>(found - all.begin())), QItemSelectionModel::NoUpdate);
    }
    verticalScrollBar()->setValue(place);
    m_quiet = false;
    Q_EMIT seenChanged();
}

void RowList::choose(const QString &key)
{
    if (key != m_chosen) {
        m_chosen = key;
        viewport()->update();
    }
}

void RowList::takeKeyboard()
{
    m_keyboard = true;
    if (!currentIndex().isValid()) {
        const auto &all = rows();
        int wanted = -1;
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (!all[i].head && (wanted < 0 || (!m_chosen.isEmpty() && all[i].key == m_chosen))) {
                wanted = static_cast<int>(i);
            }
        }
        m_quiet = true; // a place to start from, not a choice
        selectionModel()->setCurrentIndex(m_model->index(wanted), QItemSelectionModel::NoUpdate);
        m_quiet = false;
    }
    setFocus(Qt::ShortcutFocusReason);
    viewport()->update();
}

void RowList::goTo(int row)
{
    takeKeyboard();
    m_quiet = true;
    setCurrentIndex(m_model->index(row));
    m_quiet = false;
    told(row);
}

QRect RowList::rectOf(int row) const { return visualRect(m_model->index(row)); }

int RowList::below() const
{
    const int height = theme().px(m_rowHeight);
    const int seen = (verticalScrollBar()->value() + viewport()->height()) / height;
    return std::max(0, static_cast<int>(rows().size()) - seen);
}

void RowList::told(int row)
{
    if (row >= 0 && !rows()[static_cast<std::size_t>(row)].head) {
        Q_EMIT chosen(row);
    }
}

void RowList::currentChanged(const QModelIndex &current, const QModelIndex &previous)
{
    QListView::currentChanged(current, previous);
    if (!m_quiet) {
        told(current.row());
    }
}

void RowList::keyPressEvent(QKeyEvent *event)
{
    m_keyboard = true;
    switch (event->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (currentRow() >= 0) {
            told(currentRow());
            Q_EMIT opened(currentRow());
        }
        return;
    case Qt::Key_Left:
    case Qt::Key_Right:
        Q_EMIT sideways(event->key() == Qt::Key_Left ? -1 : 1);
        return;
    default:
        QListView::keyPressEvent(event);
        viewport()->update();
    }
}

void RowList::mousePressEvent(QMouseEvent *event)
{
    m_keyboard = false;
    Tip::hideTip();
    const int before = currentRow();
    QListView::mousePressEvent(event);
    const QModelIndex at = indexAt(event->position().toPoint());
    if (event->button() == Qt::LeftButton && at.isValid() && at.row() == before) {
        told(before); // the same row again: whoever lost sight of it sees it
    }
}

void RowList::mouseDoubleClickEvent(QMouseEvent *event)
{
    QListView::mouseDoubleClickEvent(event);
    const QModelIndex at = indexAt(event->position().toPoint());
    if (event->button() == Qt::LeftButton && at.isValid() && !rows()[static_cast<std::size_t>(at.row())].head) {
        Q_EMIT opened(at.row());
    }
}

void RowList::focusInEvent(QFocusEvent *event)
{
    if (event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason) {
        takeKeyboard();
    }
    // Without our own place to start, Qt would choose the first row, captions included.
    m_quiet = true;
    QListView::focusInEvent(event);
    m_quiet = false;
    viewport()->update();
}

void RowList::focusOutEvent(QFocusEvent *event)
{
    QListView::focusOutEvent(event);
    viewport()->update();
}

void RowList::resizeEvent(QResizeEvent *event)
{
    QListView::resizeEvent(event);
    // No row is cut at the foot while the list stands at its top.
    const int rest = height() % theme().px(m_rowHeight);
    if (viewportMargins().bottom() != rest) {
        setViewportMargins(0, 0, 0, rest);
    }
    Q_EMIT seenChanged();
}

void RowList::setHovered(int row)
{
    if (row != m_hovered) {
        m_hovered = row;
        viewport()->update();
    }
}

bool RowList::viewportEvent(QEvent *event)
{
    switch (event->type()) {
    case QEvent::MouseMove:
        setHovered(indexAt(static_cast<QMouseEvent *>(event)->position().toPoint()).row());
        break;
    case QEvent::Leave:
        setHovered(-1);
        Tip::hideTip();
        break;
    case QEvent::ToolTip: {
        const QModelIndex at = indexAt(static_cast<QHelpEvent *>(event)->pos());
        if (!at.isValid() || !m_tips || rows()[static_cast<std::size_t>(at.row())].head) {
            Tip::hideTip();
            return true;
        }
        const QRect box = visualRect(at);
        Tip::show(m_tips(at.row()), QRect(viewport()->mapToGlobal(box.topLeft()), box.size()), this);
        return true;
    }
    default:
        break;
    }
    return QListView::viewportEvent(event);
}

void RowList::paintEvent(QPaintEvent *event)
{
    {
        QPainter ground(viewport());
        ground.fillRect(event->rect(), theme().color(Token::Surface));
    }
    QListView::paintEvent(event);
}

} // namespace sextant::ui
