// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/tablefoot.h"

#include "ui/theme/theme.h"
#include "ui/theme/widgets.h"

#include <QIcon>
#include <QPainter>

#include <algorithm>

namespace sextant::ui {

namespace {

Theme &theme() { return Theme::instance(); }

QFont fontOf(const TextRun &run) { return theme().font(run.strong ? TextRole::TableStrong : TextRole::Table); }

QString textOf(const std::vector<TextRun> &runs)
{
    QString text;
    for (const TextRun &run : runs) {
        text += run.text;
    }
    return text;
}

int capWidth(const QString &key)
{
    return key.isEmpty() ? 0 : QFontMetrics(theme().font(TextRole::Caption)).horizontalAdvance(key) + theme().px(10);
}

} // namespace

FootButton::FootButton(const QString &iconName, const QString &text, const QString &key, QWidget *parent)
    : QAbstractButton(parent)
    , m_icon(iconName)
    , m_key(key)
{
    setText(text);
    setFocusPolicy(Qt::TabFocus);
    connect(&theme(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void FootButton::setIconName(const QString &name)
{
    m_icon = name;
    update();
}

QSize FootButton::sizeHint() const
{
    const int words = QFontMetrics(theme().font(TextRole::Table)).horizontalAdvance(text());
    const int cap = m_key.isEmpty() ? 0 : capWidth(m_key) + theme().px(8);
    return {theme().px(8 + 16 + 6 + 8) + words + cap, theme().px(24)};
}

void FootButton::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (isDown() || underMouse()) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme().color(isDown() ? Token::Selection : Token::Hover));
        painter.drawRoundedRect(rect(), 4, 4);
    }
    const int box = theme().px(16);
    ui::icon(m_icon).paint(&painter, QRect(theme().px(8), (height() - box) / 2, box, box));
    const QFont font = theme().font(TextRole::Table);
    painter.setFont(font);
    painter.setPen(theme().color(isEnabled() ? Token::TextSecondary : Token::TextDisabled));
    const int left = theme().px(8 + 16 + 6);
    const int words = QFontMetrics(font).horizontalAdvance(text());
    painter.drawText(
        QRect(left, 0, words + 2, height()), Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, text());
    if (!m_key.isEmpty()) {
        const int tall = theme().px(16);
        const QRectF cap(
            left + words + theme().px(8) + 0.5, (height() - tall) / 2 + 0.5, capWidth(m_key) - 1, tall - 1);
        painter.setPen(QPen(theme().color(Token::Border), 1));
        painter.setBrush(theme().color(Token::Surface));
        painter.drawRoundedRect(cap, 3, 3);
        painter.setFont(theme().font(TextRole::Caption));
        painter.setPen(theme().color(Token::TextSecondary));
        painter.drawText(cap, Qt::AlignCenter, m_key);
    }
    if (hasFocus()) {
        paintFocusRing(painter, QRectF(rect()).adjusted(2, 2, -2, -2));
    }
}

void FootButton::enterEvent(QEnterEvent *event)
{
    QAbstractButton::enterEvent(event);
    update();
}

void FootButton::leaveEvent(QEvent *event)
{
    QAbstractButton::leaveEvent(event);
    update();
}

TableFoot::TableFoot(QWidget *parent)
    : QWidget(parent)
    , m_columns(new FootButton(QStringLiteral("columns"), {}, {}, this))
    , m_export(new FootButton(QStringLiteral("export"), tr("Export"), tr("Ctrl E"), this))
{
    setObjectName(QStringLiteral("tableFoot"));
    setFixedHeight(theme().px(28));
    m_columns->setObjectName(QStringLiteral("columnsButton"));
    m_export->setObjectName(QStringLiteral("exportButton"));
    m_export->setAccessibleDescription(tr("Saves what is filtered as CSV or JSON"));
    connect(&theme(), &Theme::changed, this, [this] {
        setFixedHeight(theme().px(28));
        place();
        update();
    });
}

void TableFoot::setSums(std::vector<TextRun> runs)
{
    if (runs == m_runs) {
        return;
    }
    m_runs = std::move(runs);
    setAccessibleName(sumsText());
    choose();
}

void TableFoot::setColumns(int shown, int all)
{
    m_columns->setText(tr("%1 of %2 columns").arg(shown).arg(all));
    place();
}

QString TableFoot::sumsText() const { return textOf(m_runs); }
QString TableFoot::shownText() const { return textOf(m_shown); }

int TableFoot::sumsLeft() const { return theme().px(16); }
int TableFoot::sumsRight() const { return m_columns->x() - theme().px(12); }

/// Leaves out what yields until the rest has room.
void TableFoot::choose()
{
    m_shown = m_runs;
    const auto width = [this] {
        int sum = 0;
        for (const TextRun &run : m_shown) {
            sum += QFontMetrics(fontOf(run)).horizontalAdvance(run.text);
        }
        return sum;
    };
    while (width() > sumsRight() - sumsLeft()) {
        const auto first = std::max_element(
            m_shown.begin(), m_shown.end(), [](const TextRun &a, const TextRun &b) { return a.yields < b.yields; });
        if (first == m_shown.end() || first->yields == 0) {
            break;
        }
        std::erase_if(m_shown, [most = first->yields](const TextRun &run) { return run.yields == most; });
    }
    setToolTip(m_shown.size() < m_runs.size() ? sumsText().trimmed() : QString());
    update();
}

void TableFoot::place()
{
    int right = width() - theme().px(8);
    for (FootButton *button : {m_export, m_columns}) {
        const QSize size = button->sizeHint();
        right -= size.width();
        button->setGeometry(right, (height() + 1 - size.height()) / 2, size.width(), size.height());
        right -= theme().px(8);
    }
    choose();
}

void TableFoot::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    place();
}

void TableFoot::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), theme().color(Token::Bg));
    painter.fillRect(QRect(0, 0, width(), theme().px(1)), theme().color(Token::Border));
    int x = sumsLeft();
    const int end = sumsRight();
    for (const TextRun &run : m_shown) {
        const QFont font = fontOf(run);
        const QFontMetrics metrics(font);
        const int wanted = metrics.horizontalAdvance(run.text);
        const bool fits = x + wanted <= end;
        painter.setFont(font);
        painter.setPen(theme().color(run.strong ? Token::Text : Token::TextSecondary));
        painter.drawText(QRect(x, 0, std::max(0, end - x), height()),
            Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
            fits ? run.text : metrics.elidedText(run.text, Qt::ElideRight, std::max(0, end - x)));
        if (!fits) {
            break;
        }
        x += wanted;
    }
}

} // namespace sextant::ui
