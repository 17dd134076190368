// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/filterpanel.h"

#include "ui/shell/rowsmodel.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include <algorithm>

namespace sextant::ui {

namespace {

Theme &theme() { return Theme::instance(); }
constexpr int kRowsShown = 10;

} // namespace

class FilterOffers final : public RowsModel<FilterOffer> {
public:
    using RowsModel::RowsModel;

protected:
    QVariant say(const FilterOffer &offer, int role) const override
    {
        if (role == Qt::DisplayRole) {
            return shown(offer.label);
        }
        if (role == Qt::UserRole || role == Qt::AccessibleDescriptionRole) {
            return offer.count > 0 ? QLocale(QLocale::English).toString(static_cast<qlonglong>(offer.count))
                                   : shown(offer.detail);
        }
        return {};
    }
};

namespace {

/// label | what it is, or how many.
class OfferDelegate final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const override { return {100, theme().px(24)}; }
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const QRect r = option.rect;
        painter->save();
        if (option.state & QStyle::State_Selected) {
            painter->fillRect(r, theme().color(Token::Selection));
            painter->fillRect(QRect(r.left(), r.top(), 3, r.height()), theme().color(Token::Accent));
        } else if (option.state & QStyle::State_MouseOver) {
            painter->fillRect(r, theme().color(Token::Hover));
        }
        const QString detail = index.data(Qt::UserRole).toString();
        const QRect inner = r.adjusted(theme().px(10), 0, -theme().px(10), 0);
        painter->setFont(theme().font(TextRole::Caption));
        const int wanted = painter->fontMetrics().horizontalAdvance(detail);
        const int label = QFontMetrics(theme().font(TextRole::Table)).horizontalAdvance(index.data().toString());
        const int room = std::max(inner.width() / 3, inner.width() - label - theme().px(16));
        painter->setPen(theme().color(Token::TextSecondary));
        painter->drawText(inner, Qt::AlignVCenter | Qt::AlignRight | Qt::TextSingleLine,
            painter->fontMetrics().elidedText(detail, Qt::ElideRight, room));
        painter->setFont(theme().font(TextRole::Table));
        painter->setPen(theme().color(Token::Text));
        const int left = inner.width() - std::min(wanted, room) - theme().px(8);
        painter->drawText(inner, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
            painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideMiddle, left));
        painter->restore();
    }
};

} // namespace

FilterPanel::FilterPanel(QWidget *window)
    : QWidget(window)
    , m_offers(new FilterOffers(this))
    , m_glyph(new StateGlyph(12, this))
    , m_text(new TextLabel(TextRole::Table, Token::Text, this))
    , m_line(new QWidget(this))
    , m_list(new QListView(this))
{
    setObjectName(QStringLiteral("filterPanel"));
    setFocusPolicy(Qt::NoFocus);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(1, 1, 1, 1);
    column->setSpacing(0);
    auto *line = new QHBoxLayout(m_line);
    line->setContentsMargins(theme().px(10), theme().px(6), theme().px(10), theme().px(6));
    line->setSpacing(theme().px(8));
    line->addWidget(m_glyph, 0, Qt::AlignTop);
    m_text->setWordWrap(true);
    line->addWidget(m_text, 1);
    column->addWidget(m_line);
    m_list->setModel(m_offers);
    m_list->setItemDelegate(new OfferDelegate(m_list));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setUniformItemSizes(true);
    m_list->setMouseTracking(true);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setAccessibleName(tr("What may follow in the filter"));
    column->addWidget(m_list);
    m_line->hide();
    m_list->hide();
    hide();
    connect(m_list, &QListView::clicked, this, [this](const QModelIndex &index) { Q_EMIT chosen(index.row()); });
}

void FilterPanel::setMessage(std::optional<State> state, const QString &text)
{
    m_glyph->setVisible(state.has_value());
    if (state) {
        m_glyph->setState(*state);
    }
    m_text->setText(text);
    m_line->setVisible(!text.isEmpty());
}

void FilterPanel::setOffers(std::vector<FilterOffer> offers)
{
    m_offers->reset(std::move(offers));
    m_list->setCurrentIndex({});
    m_list->setVisible(!m_offers->rows().empty());
}

const std::vector<FilterOffer> &FilterPanel::offers() const { return m_offers->rows(); }

void FilterPanel::move(int step)
{
    const int rows = m_offers->rowCount();
    if (rows > 0) {
        const int from = current() < 0 ? (step > 0 ? -1 : 0) : current();
        m_list->setCurrentIndex(m_offers->index((from + step + rows) % rows));
    }
}

void FilterPanel::place(const QWidget &field)
{
    QWidget *window = field.window();
    if (parentWidget() != window) {
        setParent(window);
    }
    if (m_text->text().isEmpty() && m_offers->rows().empty()) {
        hide();
        return;
    }
    const int edge = theme().px(8);
    const int width = std::min(std::max(field.width(), theme().px(420)), window->width() - 2 * edge);
    const QPoint at = field.mapTo(window, QPoint(0, field.height() + theme().px(4)));
    const int rows = std::min(static_cast<int>(m_offers->rows().size()), kRowsShown);
    m_list->setFixedHeight(rows * theme().px(24));
    const int x = std::clamp(at.x(), edge, std::max(edge, window->width() - width - edge));
    const int inner = width - 2 - theme().px(20 + 8 + 12);
    const int words = m_text->text().isEmpty()
        ? 0
        : m_text->fontMetrics().boundingRect(QRect(0, 0, inner, 10000), Qt::TextWordWrap, m_text->text()).height()
            + theme().px(12) + 2;
    setGeometry(x, at.y(), width, 2 + words + m_list->height() * (rows > 0 ? 1 : 0));
    show();
    raise();
}

void FilterPanel::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), theme().color(Token::Surface));
    painter.setPen(theme().color(Token::BorderStrong));
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
}

} // namespace sextant::ui
