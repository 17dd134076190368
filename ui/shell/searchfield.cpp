// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/searchfield.h"

#include "ui/shell/rowsmodel.h"
#include "ui/theme/widgets.h"

#include <QFocusEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QPointer>
#include <QStyledItemDelegate>

#include <algorithm>

namespace sextant::ui {

namespace {

Theme &theme() { return Theme::instance(); }
constexpr int kRowsShown = 14;

QString kindWord(const JumpTarget &target)
{
    const bool helios = target.orchestrator == Orchestrator::Helios;
    switch (target.kind) {
    case JumpTarget::Kind::View:
        return SearchField::tr("view");
    case JumpTarget::Kind::Action:
        return SearchField::tr("action");
    case JumpTarget::Kind::Cluster:
        return SearchField::tr("cluster");
    case JumpTarget::Kind::Node:
        return helios ? SearchField::tr("host") : SearchField::tr("node");
    case JumpTarget::Kind::Workload:
        return !helios ? SearchField::tr("workload") : target.group ? SearchField::tr("group") : SearchField::tr("job");
    case JumpTarget::Kind::Namespace:
        return SearchField::tr("namespace");
    case JumpTarget::Kind::Pod:
        return helios ? SearchField::tr("task") : SearchField::tr("pod");
    }
    return {};
}

} // namespace

class JumpModel final : public RowsModel<JumpTarget> {
public:
    using RowsModel::RowsModel;

protected:
    QVariant say(const JumpTarget &target, int role) const override
    {
        if (role == Qt::DisplayRole) {
            return target.title;
        }
        if (role == Qt::AccessibleTextRole) {
            return QString(kindWord(target) + QLatin1Char(' ') + target.title + QLatin1Char(' ') + target.place);
        }
        return {};
    }
};

namespace {

/// kind | glyph name | place.
class JumpDelegate final : public QStyledItemDelegate {
public:
    JumpDelegate(const JumpModel *model, QObject *parent)
        : QStyledItemDelegate(parent)
        , m_model(model)
    {
    }
    QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const override { return {100, theme().px(26)}; }
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        if (index.row() >= static_cast<int>(m_model->rows().size())) {
            return;
        }
        const JumpTarget &target = m_model->rows()[static_cast<std::size_t>(index.row())];
        const QRect r = option.rect;
        painter->save();
        if (option.state & QStyle::State_Selected) {
            painter->fillRect(r, theme().color(Token::Selection));
            painter->fillRect(QRect(r.left(), r.top(), 3, r.height()), theme().color(Token::Accent));
        } else if (option.state & QStyle::State_MouseOver) {
            painter->fillRect(r, theme().color(Token::Hover));
        }
        int x = r.left() + theme().px(12);
        painter->setFont(theme().font(TextRole::Caption));
        painter->setPen(theme().color(Token::TextSecondary));
        painter->drawText(QRect(x, r.top(), theme().px(72), r.height()), Qt::AlignVCenter, kindWord(target));
        x += theme().px(76);
        const bool object = target.kind == JumpTarget::Kind::Node || target.kind == JumpTarget::Kind::Workload
            || target.kind == JumpTarget::Kind::Pod;
        if (object) {
            const int side = theme().px(10);
            paintState(
                *painter, target.state, QRectF(x, r.top() + (r.height() - side) / 2.0, side, side), theme().dark());
            x += theme().px(16);
        }
        if (object || target.kind == JumpTarget::Kind::Cluster) {
            const int side = theme().px(12);
            paintMark(*painter, target.orchestrator, QRectF(x, r.top() + (r.height() - side) / 2.0, side, side),
                theme().dark());
            x += theme().px(17);
        }
        const int placeWidth = std::min(r.width() / 3,
            QFontMetrics(theme().font(TextRole::Caption)).horizontalAdvance(target.place) + theme().px(2));
        const QRect place(r.right() - theme().px(12) - placeWidth, r.top(), placeWidth, r.height());
        painter->drawText(place, Qt::AlignVCenter | Qt::AlignRight | Qt::TextSingleLine,
            painter->fontMetrics().elidedText(target.place, Qt::ElideMiddle, place.width()));
        painter->setFont(theme().font(TextRole::TableStrong));
        painter->setPen(theme().color(Token::Text));
        const QRect title(x, r.top(), std::max(0, place.left() - theme().px(8) - x), r.height());
        painter->drawText(title, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
            painter->fontMetrics().elidedText(target.title, Qt::ElideMiddle, title.width()));
        painter->restore();
    }

private:
    const JumpModel *m_model;
};

class JumpList final : public QListView {
public:
    using QListView::QListView;

protected:
    void paintEvent(QPaintEvent *event) override
    {
        QListView::paintEvent(event);
        QPainter painter(viewport());
        painter.setPen(theme().color(Token::BorderStrong));
        painter.drawRect(viewport()->rect().adjusted(0, 0, -1, -1));
    }
};

} // namespace

SearchField::SearchField(FleetModel &fleet, QWidget *parent)
    : QLineEdit(parent)
    , m_fleet(fleet)
    , m_model(new JumpModel(this))
    , m_list(new JumpList(parent != nullptr ? parent->window() : this))
{
    setPlaceholderText(tr("Search or jump to…"));
    setAccessibleName(tr("Search or jump to"));
    setMaxLength(256);
    addAction(icon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    setTextMargins(0, 0, 0, 0);
    m_jobs.setMaxThreadCount(1);
    m_list->setModel(m_model);
    m_list->setItemDelegate(new JumpDelegate(m_model, m_list));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setUniformItemSizes(true);
    m_list->setMouseTracking(true);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setAccessibleName(tr("Places to jump to"));
    m_list->hide();
    connect(this, &QLineEdit::textEdited, this, &SearchField::ask);
    connect(m_list, &QListView::clicked, this, [this](const QModelIndex &index) { choose(index.row()); });
}

SearchField::~SearchField() { m_jobs.waitForDone(); }

void SearchField::setFixed(std::vector<JumpTarget> fixed) { m_fixed = std::move(fixed); }
const std::vector<JumpTarget> &SearchField::shownTargets() const { return m_model->rows(); }
void SearchField::finish() { m_jobs.waitForDone(); }

void SearchField::ask()
{
    const quint64 question = ++m_question;
    m_jobs.clear(); // what is not begun yet answers an older question
    m_jobs.start([this, question, picture = m_fleet.picture(), fixed = m_fixed, query = text(),
                     self = QPointer<SearchField>(this)] {
        auto targets = std::make_shared<std::vector<JumpTarget>>(jumpTargets(*picture, fixed, query));
        // The destructor waits for this job, so `this` stands here; the queued call goes with it.
        QMetaObject::invokeMethod(
            this, [this, question, targets] { take(question, std::move(*targets)); }, Qt::QueuedConnection);
    });
}

void SearchField::take(quint64 question, std::vector<JumpTarget> targets)
{
    if (question != m_question || !hasFocus()) {
        return;
    }
    m_model->reset(std::move(targets));
    place();
    if (m_model->rowCount() > 0) {
        m_list->setCurrentIndex(m_model->index(0));
        m_list->scrollToTop();
    }
}

void SearchField::place()
{
    QWidget *window = this->window();
    if (m_list->parentWidget() != window) {
        m_list->setParent(window);
    }
    const int rows = std::min(m_model->rowCount(), kRowsShown);
    const QPoint at = mapTo(window, QPoint(0, height() + theme().px(4)));
    const int width = std::min(std::max(this->width(), theme().px(520)), window->width() - at.x() - theme().px(8));
    m_list->setGeometry(at.x(), at.y(), width, std::max(rows, 1) * theme().px(26) + 2);
    m_list->setVisible(rows > 0);
    m_list->raise();
}

void SearchField::choose(int row)
{
    if (row < 0 || row >= m_model->rowCount()) {
        return;
    }
    const JumpTarget target = m_model->rows()[static_cast<std::size_t>(row)];
    closeList();
    Q_EMIT chosen(target);
}

void SearchField::closeList()
{
    ++m_question;
    m_list->hide();
    clear();
    if (hasFocus()) {
        clearFocus();
    }
}

void SearchField::keyPressEvent(QKeyEvent *event)
{
    const int rows = m_model->rowCount();
    const int row = m_list->currentIndex().row();
    switch (event->key()) {
    case Qt::Key_Down:
    case Qt::Key_Up:
        if (rows > 0) {
            const int step = event->key() == Qt::Key_Down ? 1 : rows - 1;
            m_list->setCurrentIndex(m_model->index((row + step) % rows));
        }
        return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_list->isVisible()) {
            choose(row);
        }
        return;
    case Qt::Key_Escape:
        closeList();
        return;
    default:
        QLineEdit::keyPressEvent(event);
    }
}

void SearchField::focusInEvent(QFocusEvent *event)
{
    QLineEdit::focusInEvent(event);
    ask();
}

void SearchField::focusOutEvent(QFocusEvent *event)
{
    QLineEdit::focusOutEvent(event);
    if (event->reason() != Qt::PopupFocusReason) {
        m_list->hide();
    }
}

void SearchField::paintEvent(QPaintEvent *event)
{
    QLineEdit::paintEvent(event);
    if (hasFocus() || !text().isEmpty() || width() < theme().px(240)) {
        return;
    }
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(theme().font(TextRole::Caption));
    const QString key = tr("Ctrl K");
    const int w = painter.fontMetrics().horizontalAdvance(key) + theme().px(10);
    const QRectF cap(width() - w - theme().px(6) + 0.5, (height() - theme().px(17)) / 2.0, w, theme().px(17));
    painter.setPen(QPen(theme().color(Token::Border), 1));
    painter.setBrush(theme().color(Token::Bg));
    painter.drawRoundedRect(cap, 3, 3);
    painter.setPen(theme().color(Token::TextSecondary));
    painter.drawText(cap, Qt::AlignCenter, key);
}

} // namespace sextant::ui
