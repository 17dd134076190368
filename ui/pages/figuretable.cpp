// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/figuretable.h"

#include "ui/pages/rowlist.h"

#include <QPainter>
#include <QVBoxLayout>

#include <algorithm>
#include <numeric>

namespace sextant::ui {

namespace {

Theme &theme() { return Theme::instance(); }
constexpr int kHead = 28, kRow = 24, kPadding = 16, kGap = 16, kMark = 14, kGlyph = 11;
constexpr int kLeast = 40; ///< of the last column, which gives way

int glyphRoom(const FigureTable::Cell &cell) { return cell.mark ? kMark + 6 : cell.state ? kGlyph + 6 : 0; }

} // namespace

FigureTable::FigureTable(std::vector<Column> columns, const QString &name, QWidget *parent)
    : QWidget(parent)
    , m_columns(std::move(columns))
    , m_wanted(m_columns.size(), 0)
    , m_places(m_columns.size())
    , m_list(new RowList(kRow, this))
{
    m_list->setAccessibleName(name);
    m_list->setPainter(
        [this](QPainter &painter, const QRect &box, int row, const RowList::Look &) { paintRow(painter, box, row); });
    m_list->setTips([this](int row) {
        const Row &shownRow = m_rows[static_cast<std::size_t>(row)];
        Tip::Content content;
        content.title = shownRow.cells.front().text;
        for (std::size_t i = 1; i < m_columns.size(); ++i) {
            if (!shownRow.cells[i].text.isEmpty()) {
                content.rows.push_back({m_columns[i].title.toLower(), shownRow.cells[i].text, shownRow.cells[i].state});
            }
        }
        return content;
    });
    connect(m_list, &RowList::chosen, this, [this](int row) {
        m_list->choose(m_rows[static_cast<std::size_t>(row)].key);
        Q_EMIT chosen(m_rows[static_cast<std::size_t>(row)].key);
    });
    connect(&theme(), &Theme::changed, this, [this] {
        measure();
        update();
    });
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
}

void FigureTable::setRows(std::vector<Row> rows)
{
    const bool grown = rows.size() != m_rows.size();
    m_rows = std::move(rows);
    std::vector<RowList::Row> lines;
    lines.reserve(m_rows.size());
    for (const Row &row : m_rows) {
        QStringList words;
        for (std::size_t i = 0; i < row.cells.size(); ++i) {
            if (!row.cells[i].text.isEmpty()) {
                words << (i == 0 ? row.cells[i].text : m_columns[i].title.toLower() + u' ' + row.cells[i].text);
            }
        }
        lines.push_back({row.key, words.join(QStringLiteral(", "))});
    }
    measure();
    m_list->setRows(std::move(lines));
    m_list->viewport()->update();
    if (grown) {
        updateGeometry();
    }
}

QSize FigureTable::sizeHint() const
{
    return {theme().px(480), theme().px(kHead) + theme().px(kRow) * std::max(1, static_cast<int>(m_rows.size()))};
}

bool FigureTable::columnShown(int column) const { return m_places[static_cast<std::size_t>(column)].width >= 0; }

void FigureTable::measure()
{
    const QFontMetrics head(theme().font(TextRole::CaptionStrong));
    const QFontMetrics plain(theme().font(TextRole::Table));
    const QFontMetrics strong(theme().font(TextRole::TableStrong));
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        int &wanted = m_wanted[i];
        wanted = std::max(wanted, head.horizontalAdvance(m_columns[i].title) + 2);
        for (const Row &row : m_rows) {
            const Cell &cell = row.cells[i];
            wanted = std::max(
                wanted, (cell.strong ? strong : plain).horizontalAdvance(cell.text) + theme().px(glyphRoom(cell)) + 1);
        }
    }
    arrange();
}

void FigureTable::arrange()
{
    const int gap = theme().px(kGap), most = theme().px(260);
    std::vector<int> widths(m_columns.size());
    for (std::size_t i = 0; i < widths.size(); ++i) {
        widths[i] = i + 1 == widths.size() && !m_columns[i].figure ? std::max(theme().px(kLeast),
                        QFontMetrics(theme().font(TextRole::CaptionStrong)).horizontalAdvance(m_columns[i].title))
                                                                   : std::min(m_wanted[i], most);
    }
    const int room = width() - 2 * theme().px(kPadding);
    const auto taken = [&] {
        const auto kept = std::count_if(widths.begin(), widths.end(), [](int w) { return w >= 0; });
        return std::accumulate(widths.begin(), widths.end(), 0, [](int sum, int w) { return sum + std::max(w, 0); })
            + gap * static_cast<int>(kept - 1);
    };
    while (taken() > room) {
        std::size_t least = widths.size();
        for (std::size_t i = 0; i < widths.size(); ++i) {
            if (widths[i] >= 0 && m_columns[i].rank > 0
                && (least == widths.size() || m_columns[i].rank >= m_columns[least].rank)) {
                least = i;
            }
        }
        if (least == widths.size()) {
            widths.front() = std::max(theme().px(60), widths.front() - (taken() - room)); // names are elided
            break;
        }
        widths[least] = -1;
    }
    int x = theme().px(kPadding);
    for (std::size_t i = 0; i < widths.size(); ++i) {
        m_places[i] = {x, widths[i]};
        x += widths[i] >= 0 ? widths[i] + gap : 0;
    }
    if (m_places.back().width >= 0 && !m_columns.back().figure) {
        m_places.back().width = std::max(0, width() - theme().px(kPadding) - m_places.back().left);
    }
}

void FigureTable::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    m_list->setGeometry(0, theme().px(kHead), width(), std::max(0, height() - theme().px(kHead)));
    arrange();
}

void FigureTable::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setFont(theme().font(TextRole::CaptionStrong));
    painter.setPen(theme().color(Token::TextSecondary));
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        const Place &place = m_places[i];
        if (place.width < 0) {
            continue;
        }
        painter.drawText(QRect(place.left, 0, place.width, theme().px(kHead)),
            (m_columns[i].figure ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter | Qt::TextSingleLine,
            painter.fontMetrics().elidedText(m_columns[i].title, Qt::ElideRight, place.width));
    }
    painter.fillRect(QRect(0, theme().px(kHead) - 1, width(), 1), theme().color(Token::Border));
}

void FigureTable::paintRow(QPainter &painter, const QRect &box, int row) const
{
    const Row &content = m_rows[static_cast<std::size_t>(row)];
    painter.fillRect(QRect(box.left(), box.bottom(), box.width(), 1), theme().color(Token::Rule));
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        const Place &place = m_places[i];
        if (place.width < 0) {
            continue;
        }
        const Cell &cell = content.cells[i];
        int left = box.left() + place.left;
        const int side = theme().px(cell.mark ? kMark : kGlyph);
        const QRectF glyph(left, box.center().y() - side / 2.0 + 0.5, side, side);
        if (cell.mark) {
            paintMark(painter, *cell.mark, glyph, theme().dark());
        } else if (cell.state) {
            paintState(painter, *cell.state, glyph, theme().dark());
        }
        left += theme().px(glyphRoom(cell));
        const int room = box.left() + place.left + place.width - left;
        painter.setFont(theme().font(cell.strong ? TextRole::TableStrong : TextRole::Table));
        painter.setPen(theme().color(content.stale ? Token::TextSecondary : Token::Text));
        painter.drawText(QRect(left, box.top(), room, box.height()),
            (m_columns[i].figure ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter | Qt::TextSingleLine,
            painter.fontMetrics().elidedText(cell.text, i == 0 ? Qt::ElideMiddle : Qt::ElideRight, room));
    }
}

} // namespace sextant::ui
