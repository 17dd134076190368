// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/widgets.h"

#include <QClipboard>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QPainter>
#include <QVBoxLayout>

#include <algorithm>

namespace sextant::ui {

namespace {

Theme &theme() { return Theme::instance(); }

/// 3 px of track with what is read in accent.
class Progress final : public QWidget {
public:
    Progress(double share, QWidget *parent)
        : QWidget(parent)
        , m_share(share)
    {
        setFixedHeight(3);
        setFixedWidth(theme().px(264));
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.fillRect(rect(), theme().color(Token::Track));
        painter.fillRect(
            QRect(0, 0, qRound(width() * std::clamp(m_share, 0.0, 1.0)), height()), theme().color(Token::Accent));
    }

private:
    double m_share;
};

/// A rule to copy, in the fixed font on the window's ground.
class Code final : public QLabel {
public:
    Code(const QString &text, QWidget *parent)
        : QLabel(text, parent)
    {
        setTextFormat(Qt::PlainText);
        setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
        QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
        font.setPixelSize(theme().px(11));
        setFont(font);
        const int pad = theme().px(10);
        setContentsMargins(pad, pad - 2, pad, pad - 2);
    }

protected:
    void paintEvent(QPaintEvent *event) override
    {
        QPainter painter(this);
        painter.setPen(theme().color(Token::Border));
        painter.setBrush(theme().color(Token::Bg));
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
        painter.end();
        QLabel::paintEvent(event);
    }
};

TextLabel *wrapped(const QString &text, TextRole role, Token color, QWidget *parent)
{
    auto *label = new TextLabel(text, role, color, parent);
    label->setWordWrap(true);
    label->setMaximumWidth(theme().px(520));
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

} // namespace

QString accessRule(const QString &apiGroup, const QString &resource)
{
    return QStringLiteral("- apiGroups: [\"%1\"]\n  resources: [%2]\n  verbs: [get, list, watch]")
        .arg(apiGroup, resource);
}

StatePanel::StatePanel(QWidget *parent)
    : QWidget(parent)
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme().px(16), theme().px(16), theme().px(16), theme().px(16));
}

void StatePanel::showLoading(const QString &title, const QString &counts, const QString &note, double share)
{
    rebuild(Kind::Loading, State::Pending, title, counts, {}, {}, {}, note, share);
}

void StatePanel::showEmpty(const QString &title, const QString &text, const QString &primary, const QString &secondary)
{
    rebuild(Kind::Empty, {}, title, text, {}, primary, secondary, {}, -1);
}

void StatePanel::showGood(const QString &title, const QString &text)
{
    rebuild(Kind::EmptyGood, State::Ok, title, text, {}, {}, {}, {}, -1);
}

void StatePanel::showPartial(const QString &title, const QString &text, const QString &rule, const QString &retry)
{
    rebuild(Kind::Partial, State::Warning, title, text, rule, {}, retry, {}, -1);
}

void StatePanel::showStale(const QString &title, const QString &text, const QString &retry)
{
    rebuild(Kind::Stale, State::Unknown, title, text, {}, {}, retry, {}, -1);
}

QString StatePanel::plainText() const { return m_words.join(QLatin1Char('\n')); }

void StatePanel::rebuild(Kind kind, std::optional<State> glyph, const QString &title, const QString &text,
    const QString &rule, const QString &primary, const QString &secondary, const QString &note, double share)
{
    QStringList words;
    for (const QString &word : {title, text, note, rule, primary, secondary}) {
        if (!word.isEmpty()) {
            words << word;
        }
    }
    if (share >= 0) {
        words << QString::number(share, 'f', 3);
    }
    if (kind == m_kind && words == m_words) {
        return;
    }
    m_kind = kind;
    m_words = words;
    if (share >= 0) {
        m_words.removeLast();
    }
    setAccessibleName(m_words.join(QLatin1Char(' ')));
    // A button of the old content may be the one whose click got us here: let it end first.
    if (m_content != nullptr) {
        layout()->removeWidget(m_content);
        m_content->hide();
        m_content->deleteLater();
    }
    auto *content = new QWidget(this);
    m_content = content;
    const bool left = kind == Kind::Partial || kind == Kind::Stale;
    const Qt::Alignment side = left ? Qt::AlignLeft : Qt::AlignHCenter;
    auto *column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(theme().px(8));
    if (!left) {
        column->addStretch(1);
    }
    auto *titleRow = new QHBoxLayout;
    titleRow->setSpacing(theme().px(8));
    if (!left) {
        titleRow->addStretch(1);
    }
    if (glyph) {
        auto *mark = new StateGlyph(12, content);
        mark->setState(*glyph);
        titleRow->addWidget(mark, 0, Qt::AlignVCenter);
    }
    auto *titleLabel = new TextLabel(title, TextRole::BodyStrong, Token::Text, content);
    titleRow->addWidget(titleLabel);
    titleRow->addStretch(1);
    column->addLayout(titleRow);
    const int indent = left ? theme().px(20) : 0;
    const auto add = [&](QWidget *widget) {
        auto *row = new QHBoxLayout;
        row->setContentsMargins(indent, 0, 0, 0);
        row->addWidget(widget, 0, side);
        if (left) {
            row->addStretch(1);
        }
        column->addLayout(row);
    };
    if (share >= 0) {
        add(new Progress(share, content));
    }
    if (!text.isEmpty()) {
        TextLabel *label = wrapped(text, TextRole::Table, Token::TextSecondary, content);
        // A wrapped label in a box with an alignment does not grow with its lines: give it the size of its text.
        const int wide = std::min(theme().px(left ? 420 : 480),
            QFontMetrics(theme().font(TextRole::Table)).horizontalAdvance(text) + theme().px(4));
        label->setFixedWidth(wide);
        label->setMinimumHeight(label->heightForWidth(wide));
        label->setAlignment(left ? Qt::AlignLeft : Qt::AlignHCenter);
        add(label);
    }
    if (!note.isEmpty()) {
        add(new TextLabel(note, TextRole::Caption, Token::TextSecondary, content));
    }
    if (!rule.isEmpty()) {
        add(new TextLabel(tr("The rule to ask for"), TextRole::Caption, Token::TextSecondary, content));
        add(new Code(rule, content));
    }
    if (!rule.isEmpty() || !primary.isEmpty() || !secondary.isEmpty()) {
        auto *row = new QWidget(content);
        auto *buttons = new QHBoxLayout(row);
        buttons->setContentsMargins(0, theme().px(4), 0, 0);
        buttons->setSpacing(theme().px(8));
        if (!rule.isEmpty()) {
            auto *copy = new QPushButton(icon(QStringLiteral("copy")), tr("Copy rule"), row);
            connect(copy, &QPushButton::clicked, this, [rule] { QGuiApplication::clipboard()->setText(rule); });
            buttons->addWidget(copy);
        }
        if (!primary.isEmpty()) {
            auto *button = new PrimaryButton(primary, row);
            connect(button, &QPushButton::clicked, this, &StatePanel::primaryClicked);
            buttons->addWidget(button);
        }
        if (!secondary.isEmpty()) {
            auto *button = new QPushButton(secondary, row);
            connect(button, &QPushButton::clicked, this, &StatePanel::secondaryClicked);
            buttons->addWidget(button);
        }
        add(row);
    }
    column->addStretch(1);
    layout()->addWidget(content);
    content->show();
}

} // namespace sextant::ui
