// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/columnchooser.h"

#include "ui/models/tablemodel.h"
#include "ui/pages/tableview.h"
#include "ui/theme/theme.h"
#include "ui/theme/widgets.h"

#include <QCheckBox>
#include <QPainter>
#include <QPushButton>
#include <QScreen>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include <algorithm>

namespace sextant::ui {

namespace {

Theme &theme() { return Theme::instance(); }

} // namespace

ColumnChooser::ColumnChooser(TableView &view, QWidget *parent)
    : QFrame(parent, Qt::Popup | Qt::FramelessWindowHint)
    , m_view(view)
{
    setObjectName(QStringLiteral("columnChooser"));
    setAccessibleName(tr("Columns"));
    setAttribute(Qt::WA_DeleteOnClose);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme().px(12), theme().px(10), theme().px(12), theme().px(10));
    layout->setSpacing(theme().px(8));
    layout->addWidget(new TextLabel(tr("Columns"), TextRole::Section, Token::Text, this));

    auto *inside = new QWidget;
    auto *list = new QVBoxLayout(inside);
    list->setContentsMargins(0, 0, theme().px(12), 0);
    list->setSpacing(theme().px(2));
    const auto &columns = view.table().columns();
    for (int column = 0; column < static_cast<int>(columns.size()); ++column) {
        const ColumnInfo &info = columns[static_cast<std::size_t>(column)];
        auto *box = new QCheckBox(
            info.titleNote.isEmpty() ? info.title : QString(info.title + QLatin1Char(' ') + info.titleNote), inside);
        box->setObjectName(info.id);
        box->setAccessibleDescription(info.tip);
        box->setFont(theme().font(TextRole::Table));
        box->setVisible(!(view.oneCluster() && info.id == QLatin1String("cluster")));
        connect(box, &QCheckBox::toggled, this, [this, column](bool on) { toggle(column, on); });
        list->addWidget(box);
        m_boxes.push_back(box);
    }
    auto *scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(inside);
    scroll->viewport()->setAutoFillBackground(false);
    inside->setAutoFillBackground(false);
    const int most = theme().px(520);
    scroll->setMinimumHeight(std::min(most, inside->sizeHint().height()));
    scroll->setMinimumWidth(inside->sizeHint().width() + theme().px(20));
    layout->addWidget(scroll, 1);

    auto *back = new QPushButton(tr("&Default columns"), this);
    back->setObjectName(QStringLiteral("defaultColumns"));
    connect(back, &QPushButton::clicked, this, [this] {
        m_view.resetColumns();
        showState();
    });
    layout->addWidget(back, 0, Qt::AlignLeft);
    showState();
}

void ColumnChooser::showState()
{
    const std::vector<int> shown = m_view.shownColumns();
    for (int column = 0; column < static_cast<int>(m_boxes.size()); ++column) {
        QCheckBox *box = m_boxes[static_cast<std::size_t>(column)];
        const QSignalBlocker quiet(box);
        const bool in = std::find(shown.begin(), shown.end(), column) != shown.end();
        box->setChecked(in);
        // A table without any column could not be brought back from its head.
        box->setEnabled(!(in && shown.size() == 1));
    }
}

void ColumnChooser::toggle(int column, bool shown)
{
    std::vector<int> columns = m_view.shownColumns();
    const auto it = std::find(columns.begin(), columns.end(), column);
    if (shown && it == columns.end()) {
        // Where it stands by default: before the first shown one that comes after it.
        columns.insert(
            std::find_if(columns.begin(), columns.end(), [column](int other) { return other > column; }), column);
    } else if (!shown && it != columns.end() && columns.size() > 1) {
        columns.erase(it);
    }
    m_view.chooseColumns(columns);
    showState();
}

void ColumnChooser::open(const QPoint &globalPlace)
{
    adjustSize();
    QPoint place = globalPlace;
    const QRect screen = m_view.screen()->availableGeometry();
    if (place.y() + height() > screen.bottom()) {
        place.setY(std::max(screen.top(), globalPlace.y() - height()));
    }
    place.setX(std::clamp(place.x(), screen.left(), std::max(screen.left(), screen.right() - width())));
    move(place);
    show();
    for (QCheckBox *box : m_boxes) {
        if (box->isVisibleTo(this) && box->isEnabled()) {
            box->setFocus(Qt::PopupFocusReason);
            break;
        }
    }
}

void ColumnChooser::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), theme().color(Token::Surface));
    painter.setPen(theme().color(Token::BorderStrong));
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
}

} // namespace sextant::ui
