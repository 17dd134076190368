// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/sheets.h"

#include "ui/theme/widgets.h"

#include <QDialogButtonBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QPainter>
#include <QSvgRenderer>
#include <QVBoxLayout>

namespace sextant::ui {

namespace {

Theme &theme() { return Theme::instance(); }

class KeyCap final : public TextLabel {
public:
    KeyCap(const QString &key, QWidget *parent)
        : TextLabel(key, TextRole::Caption, Token::Text, parent)
    {
        setAlignment(Qt::AlignCenter);
        setContentsMargins(theme().px(6), 0, theme().px(6), 0);
        setFixedHeight(theme().px(18));
    }

protected:
    void paintEvent(QPaintEvent *event) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(theme().color(Token::Border), 1));
        painter.setBrush(theme().color(Token::Surface));
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
        painter.end();
        TextLabel::paintEvent(event);
    }
};

class AppIcon final : public QWidget {
public:
    explicit AppIcon(QWidget *parent)
        : QWidget(parent)
    {
        setFixedSize(theme().px(56), theme().px(56));
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        QSvgRenderer(QStringLiteral(":/sextant/icons/sextant.svg")).render(&painter, QRectF(rect()));
    }
};

} // namespace

ShortcutSheet::ShortcutSheet(const std::vector<Group> &groups, QWidget *parent)
    : QDialog(parent)
{
    setObjectName(QStringLiteral("shortcutSheet"));
    setWindowTitle(tr("Keyboard Shortcuts"));
    auto *layout = new QVBoxLayout(this);
    const int pad = theme().px(16);
    layout->setContentsMargins(pad, pad, pad, pad);
    layout->setSpacing(pad);
    auto *columns = new QHBoxLayout;
    columns->setSpacing(theme().px(32));
    for (const Group &group : groups) {
        auto *column = new QGridLayout;
        column->setHorizontalSpacing(theme().px(16));
        column->setVerticalSpacing(theme().px(6));
        column->addWidget(new TextLabel(group.title, TextRole::Section, Token::Text, this), 0, 0, 1, 2);
        int row = 1;
        for (const auto &[key, what] : group.keys) {
            auto *cap = new KeyCap(key, this);
            column->addWidget(cap, row, 0, Qt::AlignLeft | Qt::AlignVCenter);
            column->addWidget(new TextLabel(what, TextRole::Table, Token::Text, this), row, 1);
            ++row;
        }
        column->setRowStretch(row, 1);
        column->setColumnStretch(1, 1);
        columns->addLayout(column);
    }
    layout->addLayout(columns);
    auto *buttons = new QDialogButtonBox(this);
    buttons->addButton(tr("&Close"), QDialogButtonBox::RejectRole);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    layout->addWidget(buttons);
}

AboutDialog::AboutDialog(QWidget *parent)
    : QDialog(parent)
{
    setObjectName(QStringLiteral("aboutDialog"));
    setWindowTitle(tr("About Sextant"));
    auto *layout = new QVBoxLayout(this);
    const int pad = theme().px(24);
    layout->setContentsMargins(pad, pad, pad, theme().px(16));
    layout->setSpacing(theme().px(12));
    auto *head = new QHBoxLayout;
    head->setSpacing(theme().px(16));
    head->addWidget(new AppIcon(this));
    auto *names = new QVBoxLayout;
    names->setSpacing(theme().px(2));
    names->addWidget(new TextLabel(QStringLiteral("Sextant"), TextRole::Title, Token::Text, this));
    names->addWidget(new TextLabel(
        tr("Version %1").arg(QStringLiteral(SEXTANT_VERSION)), TextRole::Table, Token::TextSecondary, this));
    head->addLayout(names);
    head->addStretch(1);
    layout->addLayout(head);
    for (const QString &line : {tr("One picture of the container fleets you run."),
             tr("It reads and never writes: nothing in a cluster is changed, and no Secret is asked for."),
             tr("Free software under the GNU General Public License, version 3 or later.")}) {
        auto *label = new TextLabel(line, TextRole::Table, Token::Text, this);
        label->setWordWrap(true);
        label->setMinimumWidth(theme().px(360));
        layout->addWidget(label);
    }
    auto *buttons = new QDialogButtonBox(this);
    buttons->addButton(tr("&Close"), QDialogButtonBox::RejectRole);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    layout->addWidget(buttons);
}

} // namespace sextant::ui
