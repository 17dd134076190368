// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/unmatchedlist.h"

#include "ui/pages/migrationwords.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace sextant::ui {

namespace {

Theme &theme() { return Theme::instance(); }
constexpr int kPad = 16;

QString placeOf(const migration::Unmatched &one)
{
    return one.ns.empty() ? moving::text(one.cluster)
                          : moving::text(one.cluster) + QStringLiteral(" › ") + moving::text(one.ns);
}

QString likenessOf(const migration::Guess &guess)
{
    return QStringLiteral("%1\u202f%").arg(qRound(guess.likeness * 100));
}

} // namespace

UnmatchedList::UnmatchedList(QWidget *parent)
    : QWidget(parent)
    , m_list(new RowList(23, this))
    , m_foot(new QWidget(this))
    , m_rule(new ElidedLabel(TextRole::Caption, Token::TextSecondary, m_foot))
    , m_copy(new QPushButton(icon(QStringLiteral("copy")), tr("Copy rule"), m_foot))
{
    auto *rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(0);
    rows->addWidget(m_list, 1);
    auto *foot = new QHBoxLayout(m_foot);
    foot->setContentsMargins(theme().px(kPad), theme().px(5), theme().px(12), theme().px(4));
    foot->setSpacing(theme().px(8));
    foot->addWidget(m_rule, 1);
    foot->addWidget(m_copy);
    rows->addWidget(m_foot);
    m_rule->setElideMode(Qt::ElideRight);
    m_copy->setObjectName(QStringLiteral("copyRule"));
    m_copy->setAccessibleDescription(tr("Copies the line of YAML that pairs them, for migration › match"));
    m_list->setAccessibleName(tr("Unmatched"));
    m_list->setPainter(
        [this](QPainter &painter, const QRect &box, int row, const RowList::Look &) { paintLine(painter, box, row); });
    m_list->setTips([this](int row) {
        const Line &line = m_lines[static_cast<std::size_t>(row)];
        Tip::Content content;
        if (line.guess != nullptr) {
            content.title = moving::text(line.guess->name);
            content.subtitle = tr("Its name is alike by %1. This line under migration › match pairs them:")
                                   .arg(likenessOf(*line.guess));
            content.rows.push_back({{}, moving::text(line.guess->rule), std::nullopt});
        } else {
            content.title = moving::text(line.one->name);
            content.subtitle = placeOf(*line.one);
            content.rows.push_back({tr("instances"), moving::count(line.one->instances), std::nullopt});
            content.rows.push_back({tr("owner"),
                line.one->owner.empty() ? QStringLiteral("—") : moving::text(line.one->owner), std::nullopt});
            if (line.one->guesses.empty()) {
                content.rows.push_back({{}, tr("Nothing on the other side has a name like it."), std::nullopt});
            }
        }
        return content;
    });
    connect(m_list, &RowList::chosen, this, &UnmatchedList::choose);
    connect(m_list, &RowList::opened, this, [this](int row) {
        const Line &line = m_lines[static_cast<std::size_t>(row)];
        Q_EMIT wanted(line.guess != nullptr ? line.guess->workload : line.one->workload);
    });
    connect(m_copy, &QPushButton::clicked, this, [this] {
        for (std::size_t i = 0; i < m_lines.size(); ++i) {
            if (m_lines[i].guess != nullptr && m_list->rows()[i].key == m_list->chosenKey()) {
                QGuiApplication::clipboard()->setText(QString::fromStdString(m_lines[i].guess->rule) + u'\n');
            }
        }
    });
    connect(&theme(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void UnmatchedList::show(const std::vector<migration::Unmatched> &unmatched)
{
    m_unmatched = unmatched;
    m_lines.clear();
    std::vector<RowList::Row> rows;
    for (const bool helios : {true, false}) {
        const auto count = std::count_if(m_unmatched.begin(), m_unmatched.end(),
            [helios](const migration::Unmatched &one) { return one.helios == helios; });
        if (count == 0) {
            continue;
        }
        Line head;
        head.caption = helios ? tr("On Helios only, %1").arg(moving::count(count))
                              : tr("On Kubernetes only, %1, counted nowhere").arg(moving::count(count));
        rows.push_back({head.caption, head.caption, true});
        m_lines.push_back(std::move(head));
        for (const migration::Unmatched &one : m_unmatched) {
            if (one.helios != helios) {
                continue;
            }
            const QString key = QString::fromStdString(one.cluster + '/' + one.ns + '/' + one.name);
            m_lines.push_back({&one, nullptr, {}});
            rows.push_back({key, moving::text(one.name) + u' ' + placeOf(one)});
            for (const migration::Guess &guess : one.guesses) {
                m_lines.push_back({&one, &guess, {}});
                rows.push_back({key + QStringLiteral(" = ") + QString::fromStdString(guess.name),
                    tr("perhaps %1, %2").arg(moving::text(guess.name), likenessOf(guess))});
            }
        }
    }
    m_list->setRows(std::move(rows));
    // What was chosen stands; at the start the best guess of all.
    int at = -1, best = -1;
    for (std::size_t i = 0; i < m_lines.size(); ++i) {
        if (m_list->rows()[i].key == m_list->chosenKey() && m_lines[i].one != nullptr) {
            at = static_cast<int>(i);
        }
        if (m_lines[i].guess != nullptr
            && (best < 0 || m_lines[i].guess->likeness > m_lines[static_cast<std::size_t>(best)].guess->likeness)) {
            best = static_cast<int>(i);
        }
    }
    choose(at >= 0 ? at : best);
}

void UnmatchedList::choose(int row)
{
    m_foot->setVisible(row >= 0);
    if (row < 0) {
        m_list->choose({});
        return;
    }
    const Line &line = m_lines[static_cast<std::size_t>(row)];
    m_list->choose(m_list->rows()[static_cast<std::size_t>(row)].key);
    const migration::Guess *guess = line.guess;
    m_copy->setEnabled(guess != nullptr);
    m_rule->setText(guess != nullptr    ? moving::text(guess->rule)
            : line.one->guesses.empty() ? tr("Nothing on the other side has a name like it")
                                        : tr("Choose a guess below it, and its rule stands here"));
}

void UnmatchedList::paintLine(QPainter &painter, const QRect &box, int row) const
{
    const Line &line = m_lines[static_cast<std::size_t>(row)];
    const int pad = theme().px(kPad), gap = theme().px(8), glyph = theme().px(12);
    const int right = box.right() + 1 - pad;
    int x = box.left() + pad;
    const auto text = [&](int left, int room, const QString &words, TextRole role, Token color, Qt::Alignment side,
                          Qt::TextElideMode elide) {
        painter.setFont(theme().font(role));
        painter.setPen(theme().color(color));
        painter.drawText(QRect(left, box.top(), std::max(0, room), box.height()),
            side | Qt::AlignVCenter | Qt::TextSingleLine, painter.fontMetrics().elidedText(words, elide, room));
        return painter.fontMetrics().horizontalAdvance(words);
    };
    if (line.one == nullptr) {
        text(x, right - x, line.caption, TextRole::Caption, Token::TextSecondary, Qt::AlignLeft, Qt::ElideRight);
        return;
    }
    const int number = theme().px(40);
    if (line.guess != nullptr) {
        x += glyph + gap;
        const QString words = tr("perhaps");
        const int width = QFontMetrics(theme().font(TextRole::Table)).horizontalAdvance(words);
        text(x, width + 1, words, TextRole::Table, Token::TextSecondary, Qt::AlignLeft, Qt::ElideRight);
        x += width + theme().px(5);
        text(x, right - number - x, moving::text(line.guess->name), TextRole::Table, Token::Text, Qt::AlignLeft,
            Qt::ElideMiddle);
        text(right - number, number, likenessOf(*line.guess), TextRole::Table, Token::TextSecondary, Qt::AlignRight,
            Qt::ElideRight);
        return;
    }
    paintMark(painter, line.one->helios ? Orchestrator::Helios : Orchestrator::Kubernetes,
        QRectF(x, box.center().y() - glyph / 2.0 + 0.5, glyph, glyph), theme().dark());
    x += glyph + gap;
    const int room = right - number - x;
    const int most = std::min(room,
        std::max(
            room / 2, room - QFontMetrics(theme().font(TextRole::Table)).horizontalAdvance(placeOf(*line.one)) - gap));
    const int taken = std::min(most,
        text(
            x, most, moving::text(line.one->name), TextRole::TableStrong, Token::Text, Qt::AlignLeft, Qt::ElideMiddle));
    text(x + taken + gap, room - taken - gap, placeOf(*line.one), TextRole::Table, Token::TextSecondary, Qt::AlignLeft,
        Qt::ElideMiddle);
    text(right - number, number, moving::count(line.one->instances), TextRole::Table, Token::TextSecondary,
        Qt::AlignRight, Qt::ElideRight);
}

void UnmatchedList::paintEvent(QPaintEvent *)
{
    if (m_foot->isVisible()) {
        QPainter painter(this);
        painter.fillRect(QRect(0, m_foot->y(), width(), 1), theme().color(Token::Border));
    }
}

} // namespace sextant::ui
