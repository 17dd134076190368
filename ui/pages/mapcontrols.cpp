// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/mapcontrols.h"

#include "ui/theme/widgets.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QMenu>
#include <QPushButton>

#include <array>

namespace sextant::ui {

MapControls::MapControls(MapView &view, QWidget *parent)
    : QWidget(parent)
    , m_view(view)
    , m_group(new QComboBox(this))
    , m_level(new QPushButton(this))
{
    const Theme &theme = Theme::instance();
    setFixedHeight(theme.px(40));
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(theme.px(16), 0, theme.px(16), 0);
    row->setSpacing(theme.px(8));
    m_size = addChoice(tr("Size"), {tr("CPU"), tr("Memory"), tr("Equal")});
    row->addSpacing(theme.px(8));
    m_colour = addChoice(tr("Colour"), {tr("State"), tr("Requested"), tr("Used")});
    row->addSpacing(theme.px(8));

    auto *group = new TextLabel(tr("Group"), TextRole::Table, Token::TextSecondary, this);
    group->setBuddy(m_group);
    m_group->setObjectName(QStringLiteral("mapGroup"));
    m_group->addItems({tr("cluster › pool"), tr("cluster › zone"), tr("cluster › type"), tr("cluster")});
    m_group->setAccessibleName(tr("Group"));
    row->addWidget(group);
    row->addWidget(m_group);
    row->addStretch(1);

    static constexpr std::array kSizes{layout::SizeBy::Cpu, layout::SizeBy::Memory, layout::SizeBy::Equal};
    connect(m_size.segments, &Segments::currentChanged, this, [this](int index) {
        m_size.box->setCurrentIndex(index);
        m_view.setSizeBy(kSizes[static_cast<std::size_t>(index)]);
        Q_EMIT lensChanged();
    });
    static constexpr std::array kLenses{Lens::State, Lens::Requested, Lens::Used};
    connect(m_colour.segments, &Segments::currentChanged, this, [this](int index) {
        m_colour.box->setCurrentIndex(index);
        m_view.setLens(kLenses[static_cast<std::size_t>(index)]);
        Q_EMIT lensChanged();
    });
    static constexpr std::array kGroups{
        layout::Grouping::Pool, layout::Grouping::Zone, layout::Grouping::InstanceType, layout::Grouping::Cluster};
    connect(m_group, &QComboBox::currentIndexChanged, this,
        [this](int index) { m_view.setGrouping(kGroups[static_cast<std::size_t>(index)]); });

    auto *out = new IconButton(QStringLiteral("minus"), tr("Zoom out (−)"), this);
    out->setObjectName(QStringLiteral("zoomOut"));
    auto *in = new IconButton(QStringLiteral("plus"), tr("Zoom in (+)"), this);
    in->setObjectName(QStringLiteral("zoomIn"));
    auto *fit = new IconButton(QStringLiteral("fit"), tr("Show all (Home)"), this);
    fit->setObjectName(QStringLiteral("zoomFit"));
    m_level->setObjectName(QStringLiteral("zoomLevel"));
    m_level->setAccessibleName(tr("Zoom"));
    auto *menu = new QMenu(m_level);
    for (const auto level :
        {layout::Level::Fleet, layout::Level::Nodes, layout::Level::Pods, layout::Level::Containers}) {
        QAction *action = menu->addAction(levelName(level));
        connect(action, &QAction::triggered, this, [this, level] { m_view.zoomTo(level); });
    }
    m_level->setMenu(menu);
    int widest = 0;
    for (const auto level :
        {layout::Level::Fleet, layout::Level::Nodes, layout::Level::Pods, layout::Level::Containers}) {
        widest = std::max(widest, QFontMetrics(theme.font(TextRole::TableStrong)).horizontalAdvance(levelName(level)));
    }
    m_level->setFixedWidth(widest + theme.px(40)); // so that the row does not move with the word
    for (QWidget *widget : std::initializer_list<QWidget *>{out, m_level, in, fit}) {
        row->addWidget(widget);
    }
    connect(out, &QAbstractButton::clicked, &m_view, &MapView::zoomOut);
    connect(in, &QAbstractButton::clicked, &m_view, &MapView::zoomIn);
    connect(fit, &QAbstractButton::clicked, &m_view, &MapView::fit);
    setLevel(m_view.level());
    fold();
}

MapControls::Choice MapControls::addChoice(const QString &name, const QStringList &labels)
{
    Choice choice{new TextLabel(name, TextRole::Table, Token::TextSecondary, this), new Segments(labels, this),
        new QComboBox(this)};
    choice.segments->setAccessibleName(name);
    choice.box->setAccessibleName(name);
    choice.box->addItems(labels);
    connect(choice.box, &QComboBox::activated, choice.segments, &Segments::setCurrent);
    auto *row = static_cast<QHBoxLayout *>(layout());
    row->addWidget(choice.label);
    row->addWidget(choice.segments);
    row->addWidget(choice.box);
    return choice;
}

void MapControls::setLevel(layout::Level level) { m_level->setText(levelName(level)); }

void MapControls::fold()
{
    const bool narrow = width() < Theme::instance().px(940);
    for (const Choice &choice : {m_size, m_colour}) {
        choice.segments->setVisible(!narrow);
        choice.box->setVisible(narrow);
        choice.label->setVisible(width() >= Theme::instance().px(620));
    }
}

void MapControls::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    fold();
}

} // namespace sextant::ui
