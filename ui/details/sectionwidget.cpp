// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/details/sectionwidget.h"

#include "core/base/units.h"
#include "ui/theme/breaking.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QHBoxLayout>
#include <QMenu>
#include <QPainter>
#include <QPainterPath>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace sextant::ui {

namespace {

Theme &theme() { return Theme::instance(); }
constexpr int kLabel = 92;
constexpr int kMeterLabel = 62;
constexpr int kMeterValue = 96;

struct Figures {
    std::int64_t used, requested, limit, allocatable;
};

Figures figuresOf(const Sample &sample, bool memory)
{
    return memory ? Figures{sample.memoryUsed, sample.memoryRequested, sample.memoryLimit, sample.memoryAllocatable}
                  : Figures{sample.cpuUsed, sample.cpuRequested, sample.cpuLimit, sample.cpuAllocatable};
}

} // namespace

RowWidget::RowWidget(QWidget *parent)
    : QAbstractButton(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setFocusPolicy(Qt::NoFocus);
    connect(&theme(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

bool RowWidget::link() const { return !std::holds_alternative<std::monostate>(m_row.link); }

void RowWidget::setRow(const DetailRow &row)
{
    const bool sizeMoved = row.kind != m_row.kind || row.caption.isEmpty() != m_row.caption.isEmpty()
        || (row.kind == DetailRow::Kind::Note && row.value != m_row.value);
    m_row = row;
    setFocusPolicy(link() ? Qt::TabFocus : Qt::NoFocus);
    setCursor(link() ? Qt::PointingHandCursor : Qt::ArrowCursor);
    setAccessibleName(QStringList{row.label, row.value, row.strong + row.rest, row.caption, row.right}
                          .join(QLatin1Char(' '))
                          .simplified());
    if (sizeMoved) {
        updateGeometry();
    }
    update();
}

QSize RowWidget::sizeHint() const
{
    int height = 22;
    switch (m_row.kind) {
    case DetailRow::Kind::Meter:
        height = m_row.caption.isEmpty() ? 24 : 40;
        break;
    case DetailRow::Kind::Chart:
        height = 40;
        break;
    case DetailRow::Kind::Note:
        return {theme().px(200), heightForWidth(std::max(width(), theme().px(248)))};
    default:
        break;
    }
    return {theme().px(248), theme().px(height)};
}

QSize RowWidget::minimumSizeHint() const
{
    return {theme().px(120), m_row.kind == DetailRow::Kind::Note ? theme().px(18) : sizeHint().height()};
}

int RowWidget::heightForWidth(int width) const
{
    if (m_row.kind != DetailRow::Kind::Note) {
        return sizeHint().height();
    }
    const QFontMetrics metrics(theme().font(TextRole::Caption));
    return metrics.boundingRect(QRect(0, 0, width, 4000), Qt::TextWordWrap, breakable(m_row.value)).height()
        + theme().px(6);
}

void RowWidget::paintMeter(QPainter &painter)
{
    const int lineHeight = theme().px(24);
    painter.setFont(theme().font(TextRole::Table));
    painter.setPen(theme().color(Token::TextSecondary));
    painter.drawText(
        QRect(0, 0, theme().px(kMeterLabel - 4), lineHeight), Qt::AlignVCenter | Qt::AlignLeft, m_row.label);
    const int restWidth = painter.fontMetrics().horizontalAdvance(m_row.rest);
    painter.drawText(
        QRect(width() - restWidth, 0, restWidth + 1, lineHeight), Qt::AlignVCenter | Qt::AlignLeft, m_row.rest);
    painter.setFont(theme().font(TextRole::TableStrong));
    painter.setPen(theme().color(m_row.bar.stale ? Token::TextSecondary : Token::Text));
    painter.drawText(QRect(0, 0, width() - restWidth, lineHeight), Qt::AlignVCenter | Qt::AlignRight, m_row.strong);
    const int values = std::max(
        theme().px(kMeterValue), restWidth + painter.fontMetrics().horizontalAdvance(m_row.strong) + theme().px(8));
    const int h = theme().px(12);
    const QRectF bar(theme().px(kMeterLabel), (lineHeight - h) / 2, width() - theme().px(kMeterLabel) - values, h);
    if (bar.width() > theme().px(12)) {
        paintBar(painter, m_row.bar, bar, theme().dark());
    }
    painter.setFont(theme().font(TextRole::Caption));
    painter.setPen(theme().color(Token::TextSecondary));
    const QRect caption(
        theme().px(kMeterLabel), lineHeight - theme().px(2), width() - theme().px(kMeterLabel), theme().px(16));
    painter.drawText(caption, Qt::AlignVCenter | Qt::AlignLeft,
        painter.fontMetrics().elidedText(m_row.caption, Qt::ElideRight, caption.width()));
}

void RowWidget::paintChart(QPainter &painter)
{
    painter.setFont(theme().font(TextRole::Table));
    painter.setPen(theme().color(Token::TextSecondary));
    painter.drawText(QRect(0, 0, theme().px(kMeterLabel - 4), height()), Qt::AlignVCenter | Qt::AlignLeft, m_row.label);
    painter.setFont(theme().font(TextRole::TableStrong));
    painter.setPen(theme().color(Token::Text));
    painter.drawText(rect(), Qt::AlignVCenter | Qt::AlignRight, m_row.right);
    const QRectF area(theme().px(kMeterLabel), 4, width() - theme().px(kMeterLabel) - theme().px(64), height() - 8);
    const std::vector<Sample> &all = m_row.samples;
    if (all.size() < 3 || area.width() < 20) {
        painter.setFont(theme().font(TextRole::Caption));
        painter.setPen(theme().color(Token::TextSecondary));
        painter.drawText(area, Qt::AlignVCenter | Qt::AlignLeft, tr("collecting"));
        return;
    }
    std::int64_t top = 1;
    for (const Sample &sample : all) {
        const Figures f = figuresOf(sample, m_row.memory);
        top = std::max({top, f.used, f.requested});
    }
    // A young line is short rather than stretched.
    const Time last = all.back().at;
    const double span = std::max<double>(static_cast<double>((last - all.front().at).count()), 120);
    const auto x = [&](Time at) {
        return area.right() - static_cast<double>((last - at).count()) / span * area.width();
    };
    const auto y = [&](std::int64_t n) {
        return area.bottom() - static_cast<double>(n) / static_cast<double>(top) * (area.height() - 2);
    };
    painter.setRenderHint(QPainter::Antialiasing);
    const auto runs = [&](auto member) {
        std::vector<QPolygonF> found(1);
        Time before = kNoTime;
        for (const Sample &sample : all) {
            const std::int64_t n = member(figuresOf(sample, m_row.memory));
            // A gap stays a gap.
            if (before != kNoTime && sample.at - before > 2 * Recorder::kEvery + std::chrono::seconds(60)) {
                found.emplace_back();
            }
            before = sample.at;
            if (n == Count::kUnknown) {
                if (!found.back().isEmpty()) {
                    found.emplace_back();
                }
                continue;
            }
            found.back() << QPointF(x(sample.at), y(n));
        }
        return found;
    };
    for (const QPolygonF &run : runs([](const Figures &f) { return f.used; })) {
        if (run.size() < 2) {
            continue;
        }
        QPolygonF filled = run;
        filled << QPointF(run.last().x(), area.bottom()) << QPointF(run.first().x(), area.bottom());
        QColor tint = theme().color(Token::Used);
        tint.setAlphaF(0.18F);
        painter.setPen(Qt::NoPen);
        painter.setBrush(tint);
        painter.drawPolygon(filled);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(theme().color(Token::Used), 1.25));
        painter.drawPolyline(run);
        if (run.last().x() >= area.right() - 1) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(theme().color(Token::Used));
            painter.drawEllipse(run.last(), 2, 2);
            painter.setBrush(Qt::NoBrush);
        }
    }
    painter.setPen(QPen(theme().color(Token::Requested), 1.25));
    for (const QPolygonF &run : runs([](const Figures &f) { return f.requested; })) {
        painter.drawPolyline(run);
    }
}

void RowWidget::paintLine(QPainter &painter)
{
    int x = 0;
    const int side = theme().px(10);
    if (m_row.glyph) {
        paintState(painter, *m_row.glyph, QRectF(x, (height() - side) / 2.0, side, side), theme().dark());
    }
    x += theme().px(18);
    painter.setFont(theme().font(TextRole::Table));
    const QFontMetrics metrics = painter.fontMetrics();
    const int right = std::min(metrics.horizontalAdvance(m_row.right) + 2, width() / 2);
    painter.setPen(theme().color(Token::TextSecondary));
    painter.drawText(QRect(width() - right, 0, right, height()), Qt::AlignVCenter | Qt::AlignRight,
        metrics.elidedText(m_row.right, Qt::ElideRight, right));
    const int room = width() - right - theme().px(8) - x;
    const bool strong = !m_row.value.isEmpty() || link();
    painter.setFont(theme().font(strong ? TextRole::TableStrong : TextRole::Table));
    const QFontMetrics own = painter.fontMetrics();
    const int labelWidth = m_row.value.isEmpty() ? room : std::min(own.horizontalAdvance(m_row.label) + 1, room / 2);
    painter.setPen(theme().color(Token::Text));
    painter.drawText(QRect(x, 0, labelWidth, height()), Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
        own.elidedText(m_row.label, Qt::ElideMiddle, labelWidth));
    if (!m_row.value.isEmpty()) {
        x += labelWidth + theme().px(8);
        painter.setFont(theme().font(TextRole::Table));
        painter.setPen(theme().color(Token::TextSecondary));
        const int rest = width() - right - theme().px(8) - x;
        painter.drawText(QRect(x, 0, rest, height()), Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
            metrics.elidedText(m_row.value, Qt::ElideRight, rest));
    }
}

void RowWidget::paintFact(QPainter &painter)
{
    painter.setFont(theme().font(TextRole::Table));
    painter.setPen(theme().color(Token::TextSecondary));
    const int label = theme().px(kLabel);
    painter.drawText(QRect(0, 0, label - theme().px(8), height()),
        Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
        painter.fontMetrics().elidedText(m_row.label, Qt::ElideMiddle, label - theme().px(8)));
    if (link()) {
        QFont font = theme().font(TextRole::Table);
        font.setUnderline(underMouse());
        painter.setFont(font);
    }
    painter.setPen(theme().color(Token::Text));
    const int chevron = link() ? theme().px(14) : 0;
    const int room = width() - label - chevron;
    painter.drawText(QRect(label, 0, room, height()), Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
        painter.fontMetrics().elidedText(m_row.value, Qt::ElideMiddle, room));
}

void RowWidget::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    if (link() && (underMouse() || isDown())) {
        painter.fillRect(rect().adjusted(-4, 0, 4, 0), theme().color(isDown() ? Token::Selection : Token::Hover));
    }
    switch (m_row.kind) {
    case DetailRow::Kind::Meter:
        paintMeter(painter);
        break;
    case DetailRow::Kind::Chart:
        paintChart(painter);
        break;
    case DetailRow::Kind::Line:
        paintLine(painter);
        break;
    case DetailRow::Kind::Fact:
        paintFact(painter);
        break;
    case DetailRow::Kind::Note:
        painter.setFont(theme().font(TextRole::Caption));
        painter.setPen(theme().color(Token::TextSecondary));
        painter.drawText(rect(), Qt::TextWordWrap, breakable(m_row.value));
        break;
    }
    if (link() && m_row.kind == DetailRow::Kind::Fact) {
        const int side = theme().px(12);
        sextant::ui::icon(QStringLiteral("chevron"))
            .paint(&painter, QRect(width() - side, (height() - side) / 2, side, side));
    }
    if (hasFocus()) {
        paintFocusRing(painter, QRectF(rect()).adjusted(1, 1, -1, -1), 3);
    }
}

bool RowWidget::event(QEvent *event)
{
    switch (event->type()) {
    case QEvent::ToolTip:
        if (!m_row.tip.isEmpty() && m_row.kind != DetailRow::Kind::Note) {
            Tip::showText(m_row.tip, QRect(mapToGlobal(QPoint(0, 0)), size()), this);
        }
        return true;
    case QEvent::Enter:
    case QEvent::Leave:
        if (event->type() == QEvent::Leave && Tip::current() != nullptr) {
            Tip::hideTip();
        }
        update();
        break;
    case QEvent::MouseButtonPress:
        Tip::hideTip();
        break;
    default:
        break;
    }
    return QAbstractButton::event(event);
}

void RowWidget::contextMenuEvent(QContextMenuEvent *event)
{
    const QString text = m_row.kind == DetailRow::Kind::Line ? m_row.label
        : m_row.kind == DetailRow::Kind::Meter               ? QString(m_row.strong + m_row.rest)
                                                             : m_row.value;
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(sextant::ui::icon(QStringLiteral("copy")), tr("&Copy"), this,
        [text] { QApplication::clipboard()->setText(text); });
    if (!m_row.tip.isEmpty() && m_row.tip != text) {
        menu->addAction(tr("Copy &All of It"), this, [all = m_row.tip] { QApplication::clipboard()->setText(all); });
    }
    menu->popup(event->globalPos());
}

SectionWidget::SectionWidget(QWidget *parent)
    : QWidget(parent)
    , m_head(new QWidget(this))
    , m_title(new TextLabel(TextRole::Section, Token::Text, m_head))
    , m_note(new TextLabel(TextRole::Caption, Token::TextSecondary, m_head))
    , m_button(new QPushButton(m_head))
    , m_layout(new QVBoxLayout(this))
{
    m_layout->setContentsMargins(theme().px(16), theme().px(6), theme().px(16), theme().px(8));
    m_layout->setSpacing(0);
    auto *head = new QHBoxLayout(m_head);
    head->setContentsMargins(0, 0, 0, 0);
    head->addWidget(m_title);
    head->addStretch(1);
    head->addWidget(m_note);
    head->addWidget(m_button);
    m_head->setFixedHeight(theme().px(26));
    m_button->setFlat(true);
    m_button->hide();
    m_layout->addWidget(m_head);
}

void SectionWidget::setButton(const QString &text)
{
    m_button->setText(text);
    m_button->setVisible(!text.isEmpty());
}

void SectionWidget::setSection(const DetailSection &section)
{
    m_key = section.key;
    setObjectName(QStringLiteral("section-") + section.key);
    m_head->setVisible(!section.title.isEmpty());
    m_title->setText(section.title);
    m_note->setText(section.note);
    while (m_rows.size() > section.rows.size()) {
        RowWidget *row = m_rows.back();
        m_rows.pop_back();
        m_layout->removeWidget(row);
        row->hide();
        row->deleteLater(); // its click may be what led here
    }
    for (std::size_t i = 0; i < section.rows.size(); ++i) {
        if (i == m_rows.size()) {
            auto *row = new RowWidget(this);
            connect(row, &QAbstractButton::clicked, this, [this, row] {
                if (row->link()) {
                    Q_EMIT linkClicked(row->row().link);
                }
            });
            m_layout->addWidget(row);
            m_rows.push_back(row);
            row->show();
        }
        m_rows[i]->setRow(section.rows[i]);
    }
}

QString SectionWidget::plainText() const
{
    QStringList lines;
    for (const RowWidget *row : m_rows) {
        lines << row->accessibleName();
    }
    return lines.join(QLatin1Char('\n'));
}

void SectionWidget::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(QRect(0, 0, width(), 1), theme().color(Token::Border));
}

} // namespace sextant::ui
