// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/tablestrip.h"

#include "ui/theme/theme.h"
#include "ui/theme/widgets.h"

#include <QApplication>
#include <QClipboard>
#include <QHelpEvent>
#include <QPainter>
#include <QPushButton>

#include <algorithm>

namespace sextant::ui {

namespace {

Theme &theme() { return Theme::instance(); }

constexpr int kGlyph = 12;

QStringList rulesOf(const std::vector<TableNote> &notes)
{
    QStringList rules;
    for (const TableNote &note : notes) {
        if (!note.rule.isEmpty()) {
            rules << note.rule;
        }
    }
    rules.removeDuplicates();
    return rules;
}

} // namespace

TableStrip::TableStrip(QWidget *parent)
    : QWidget(parent)
    , m_copy(new QPushButton(tr("Copy &rule"), this))
{
    setObjectName(QStringLiteral("tableStrip"));
    setFixedHeight(theme().px(32));
    m_copy->setObjectName(QStringLiteral("copyRule"));
    m_copy->setIcon(icon(QStringLiteral("copy")));
    m_copy->setAccessibleDescription(tr("Copies the rules of RBAC that are missing"));
    connect(m_copy, &QPushButton::clicked, this,
        [this] { QApplication::clipboard()->setText(rulesOf(m_notes).join(QLatin1Char('\n')) + QLatin1Char('\n')); });
    connect(&theme(), &Theme::changed, this, qOverload<>(&QWidget::update));
    hide();
}

void TableStrip::setNotes(std::vector<TableNote> notes)
{
    // What is worst first, then in the order of the clusters.
    std::stable_sort(notes.begin(), notes.end(),
        [](const TableNote &a, const TableNote &b) { return severity(a.state) > severity(b.state); });
    if (notes == m_notes) {
        return;
    }
    m_notes = std::move(notes);
    m_copy->setVisible(!rulesOf(m_notes).isEmpty());
    setAccessibleName(plainText());
    setVisible(!m_notes.empty());
    place();
    update();
}

QString TableStrip::plainText() const
{
    QStringList lines;
    for (const TableNote &note : m_notes) {
        lines << note.subject + QLatin1Char(' ') + note.text
                + (note.detail.isEmpty() ? QString() : QStringLiteral(" (") + note.detail + QLatin1Char(')'));
    }
    return lines.join(QLatin1Char('\n'));
}

void TableStrip::place()
{
    const QSize size = m_copy->sizeHint();
    const int high = theme().px(24);
    m_copy->setGeometry(width() - theme().px(16) - size.width(), (height() - 1 - high) / 2, size.width(), high);
}

void TableStrip::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    place();
}

bool TableStrip::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        Tip::showText(plainText(), QRect(mapToGlobal(QPoint(0, 0)), size()), this);
        return true;
    }
    if (event->type() == QEvent::Leave) {
        Tip::hideTip();
    }
    return QWidget::event(event);
}

void TableStrip::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), theme().color(Token::Surface));
    painter.fillRect(QRect(0, height() - theme().px(1), width(), theme().px(1)), theme().color(Token::Border));
    const QFont strong = theme().font(TextRole::TableStrong);
    const QFont plain = theme().font(TextRole::Table);
    int x = theme().px(16);
    const int end = m_copy->isVisibleTo(this) ? m_copy->x() - theme().px(12) : width() - theme().px(16);
    const auto text = [&](const QString &words, const QFont &font, Token color) {
        const QFontMetrics metrics(font);
        const int room = std::max(0, end - x);
        const int wanted = metrics.horizontalAdvance(words);
        painter.setFont(font);
        painter.setPen(theme().color(color));
        painter.drawText(QRect(x, 0, room, height() - 1), Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
            wanted <= room ? words : metrics.elidedText(words, Qt::ElideRight, room));
        x += std::min(wanted, room);
    };
    for (std::size_t i = 0; i < m_notes.size(); ++i) {
        const TableNote &note = m_notes[i];
        const int needed =
            theme().px(kGlyph + 6) + QFontMetrics(strong).horizontalAdvance(note.subject) + theme().px(60);
        if (i > 0 && x + needed > end) {
            text(QStringLiteral("+%1").arg(m_notes.size() - i), plain, Token::TextSecondary);
            break;
        }
        const int box = theme().px(kGlyph);
        paintState(painter, note.state, QRectF(x, (height() - 1 - box) / 2.0, box, box), theme().dark());
        x += box + theme().px(6);
        text(note.subject, strong, Token::Text);
        x += theme().px(6);
        text(note.text, plain, Token::Text);
        x += theme().px(20);
    }
}

} // namespace sextant::ui
