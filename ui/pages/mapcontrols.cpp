// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/mapcontrols.h"

#include "ui/pages/labelpicker.h"
#include "ui/theme/widgets.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QMenu>
#include <QPushButton>
#include <QSettings>
#include <QSignalBlocker>

#include <array>

namespace sextant::ui {

namespace {

using layout::Grouping;
using layout::SizeBy;

constexpr std::array<const char *, 3> kSizes{"cpu", "memory", "equal"};
constexpr std::array kLevels{
    layout::Level::Fleet, layout::Level::Nodes, layout::Level::Pods, layout::Level::Containers};
constexpr std::array<const char *, 4> kLevelIds{"fleet", "nodes", "pods", "containers"};
constexpr const char *kByLabel = "…"; ///< the entry that asks for a label

template <class Ids> int indexOf(const Ids &ids, const QString &id)
{
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (id == QLatin1String(ids[i])) {
            return static_cast<int>(i);
        }
    }
    return -1;
}

QString textOf(const Grouping &grouping) { return QString::fromStdString(layout::groupingText(grouping)); }

} // namespace

const char *sizeId(SizeBy size) { return kSizes[static_cast<std::size_t>(size)]; }

std::optional<SizeBy> sizeOf(const QString &id)
{
    const int index = indexOf(kSizes, id);
    return index < 0 ? std::nullopt : std::optional(static_cast<SizeBy>(index));
}

std::optional<layout::Level> levelOf(const QString &id)
{
    const int index = indexOf(kLevelIds, id);
    return index < 0 ? std::nullopt : std::optional(kLevels[static_cast<std::size_t>(index)]);
}

MapControls::MapControls(MapView &view, QWidget *parent)
    : QWidget(parent)
    , m_view(view)
    , m_groupLabel(new TextLabel(tr("Group"), TextRole::Table, Token::TextSecondary, this))
    , m_group(new QComboBox(this))
    , m_level(new QPushButton(this))
    , m_zoom(new QWidget(this))
{
    const Theme &theme = Theme::instance();
    setFixedHeight(theme.px(40));
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(theme.px(16), 0, theme.px(16), 0);
    row->setSpacing(theme.px(8));
    m_size = addChoice(tr("Size"), {tr("CPU"), tr("Memory"), tr("Equal")}, {});
    row->addSpacing(theme.px(8));
    QStringList lenses;
    QStringList tips;
    for (int i = 0; i < kLenses; ++i) {
        lenses << lensName(static_cast<Lens>(i));
        tips << lensTip(static_cast<Lens>(i));
    }
    m_colour = addChoice(tr("Colour"), lenses, tips);
    row->addSpacing(theme.px(8));

    m_groupLabel->setBuddy(m_group);
    m_group->setObjectName(QStringLiteral("mapGroup"));
    const std::pair<Grouping::Kind, QString> groups[] = {{Grouping::Pool, tr("cluster › pool")},
        {Grouping::Zone, tr("cluster › zone")}, {Grouping::InstanceType, tr("cluster › type")},
        {Grouping::Owner, tr("cluster › owner")}, {Grouping::Cluster, tr("cluster")}};
    for (const auto &[kind, text] : groups) {
        m_group->addItem(text, textOf(kind));
    }
    m_group->addItem(tr("cluster › label…"), QString::fromUtf8(kByLabel));
    m_group->setAccessibleName(tr("Group"));
    m_group->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_group->setMinimumContentsLength(14);
    row->addWidget(m_groupLabel);
    row->addWidget(m_group);
    row->addStretch(1);

    connect(m_size.segments, &Segments::currentChanged, this, [this](int index) {
        m_size.box->setCurrentIndex(index);
        m_view.setSizeBy(static_cast<SizeBy>(index));
        keep();
        Q_EMIT lensChanged();
    });
    connect(m_colour.segments, &Segments::currentChanged, this, [this](int index) {
        m_colour.box->setCurrentIndex(index);
        m_view.setLens(static_cast<Lens>(index));
        keep();
        Q_EMIT lensChanged();
    });
    connect(m_group, &QComboBox::currentIndexChanged, this, &MapControls::pickGroup);
    addZoom();
    setLevel(m_view.level());
    restore();
    fold();
}

void MapControls::addZoom()
{
    const Theme &theme = Theme::instance();
    auto *row = new QHBoxLayout(m_zoom);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(theme.px(8));
    auto *out = new IconButton(QStringLiteral("minus"), tr("Zoom out (−)"), this);
    out->setObjectName(QStringLiteral("zoomOut"));
    auto *in = new IconButton(QStringLiteral("plus"), tr("Zoom in (+)"), this);
    in->setObjectName(QStringLiteral("zoomIn"));
    auto *fit = new IconButton(QStringLiteral("fit"), tr("Show all (0)"), this);
    fit->setObjectName(QStringLiteral("zoomFit"));
    m_level->setObjectName(QStringLiteral("zoomLevel"));
    m_level->setAccessibleName(tr("Zoom"));
    auto *menu = new QMenu(m_level);
    int widest = 0;
    for (const auto level : kLevels) {
        QAction *action = menu->addAction(levelName(level));
        connect(action, &QAction::triggered, this, [this, level] { m_view.zoomTo(level); });
        widest = std::max(widest, QFontMetrics(theme.font(TextRole::TableStrong)).horizontalAdvance(levelName(level)));
    }
    m_level->setMenu(menu);
    m_level->setFixedWidth(widest + theme.px(40)); // so that the row does not move with the word
    for (QWidget *widget : std::initializer_list<QWidget *>{out, m_level, in, fit}) {
        row->addWidget(widget);
    }
    static_cast<QHBoxLayout *>(layout())->addWidget(m_zoom);
    connect(out, &QAbstractButton::clicked, &m_view, &MapView::zoomOut);
    connect(in, &QAbstractButton::clicked, &m_view, &MapView::zoomIn);
    connect(fit, &QAbstractButton::clicked, &m_view, &MapView::fit);
}

MapControls::Choice MapControls::addChoice(const QString &name, const QStringList &labels, const QStringList &tips)
{
    Choice choice{new TextLabel(name, TextRole::Table, Token::TextSecondary, this), new Segments(labels, this),
        new QComboBox(this)};
    choice.segments->setAccessibleName(name);
    choice.box->setAccessibleName(name);
    choice.box->addItems(labels);
    for (int i = 0; i < tips.size(); ++i) {
        choice.box->setItemData(i, plainTip(tips[i]), Qt::ToolTipRole);
    }
    connect(choice.box, &QComboBox::activated, choice.segments, &Segments::setCurrent);
    auto *row = static_cast<QHBoxLayout *>(layout());
    row->addWidget(choice.label);
    row->addWidget(choice.segments);
    row->addWidget(choice.box);
    return choice;
}

void MapControls::setLevel(layout::Level level) { m_level->setText(levelName(level)); }

void MapControls::choose(const MapChoice &choice)
{
    m_keeps = false;
    if (choice.size) {
        m_size.segments->setCurrent(static_cast<int>(*choice.size));
    }
    if (choice.lens) {
        m_colour.segments->setCurrent(static_cast<int>(*choice.lens));
    }
    if (choice.grouping) {
        if (choice.grouping->kind == Grouping::Label) {
            addLabel(QString::fromStdString(choice.grouping->key));
        }
        m_group->setCurrentIndex(m_group->findData(textOf(*choice.grouping)));
    }
    m_keeps = true;
}

/// Puts a label among the groups, above the entry that asks for one.
void MapControls::addLabel(const QString &key)
{
    const Grouping grouping(Grouping::Label, key.toStdString());
    if (m_group->findData(textOf(grouping)) < 0) {
        const QSignalBlocker quiet(m_group);
        m_group->insertItem(m_group->count() - 1, tr("cluster › %1").arg(shown(grouping.key)), textOf(grouping));
        m_group->setItemData(m_group->count() - 2, plainTip(shown(grouping.key)), Qt::ToolTipRole);
    }
}

void MapControls::showGroup()
{
    const QSignalBlocker quiet(m_group);
    m_group->setCurrentIndex(m_group->findData(textOf(m_view.grouping())));
}

void MapControls::pickGroup(int index)
{
    const QString text = m_group->itemData(index).toString();
    if (text != QString::fromUtf8(kByLabel)) {
        if (const auto grouping = layout::parseGrouping(text.toStdString())) {
            m_view.setGrouping(*grouping);
            keep();
        }
        return;
    }
    showGroup(); // until one is chosen
    auto *picker = new LabelPicker(m_view.content().picture, this);
    connect(picker, &LabelPicker::chosen, this, [this](const QString &key) {
        choose({{}, {}, Grouping(Grouping::Label, key.toStdString()), {}});
        keep();
    });
    picker->adjustSize();
    picker->move(m_group->mapToGlobal(QPoint(0, m_group->height() + 2)));
    picker->show();
    picker->setFocus(Qt::PopupFocusReason);
}

QSize MapControls::minimumSizeHint() const { return {Theme::instance().px(420), height()}; }

void MapControls::fold()
{
    const Theme &theme = Theme::instance();
    const auto widthOf = [&theme](const QWidget *widget) { return widget->sizeHint().width() + theme.px(8); };
    // What gives way first: the colours, then the sizes, then the words before them.
    const int rest = theme.px(32 + 16 + 24) + widthOf(m_group) + widthOf(m_zoom);
    const int words = widthOf(m_size.label) + widthOf(m_colour.label) + widthOf(m_groupLabel);
    const bool size = rest + words + widthOf(m_size.segments) + widthOf(m_colour.box) <= width();
    const bool colour = size && rest + words + widthOf(m_size.segments) + widthOf(m_colour.segments) <= width();
    const bool named = rest + words + widthOf(m_size.box) + widthOf(m_colour.box) <= width();
    m_size.segments->setVisible(size);
    m_size.box->setVisible(!size);
    m_colour.segments->setVisible(colour);
    m_colour.box->setVisible(!colour);
    for (TextLabel *label : {m_size.label, m_colour.label, m_groupLabel}) {
        label->setVisible(named);
    }
}

void MapControls::restore()
{
    QSettings settings;
    settings.beginGroup(QStringLiteral("map"));
    choose({sizeOf(settings.value(QStringLiteral("size")).toString()),
        lensOf(settings.value(QStringLiteral("colour")).toString()),
        layout::parseGrouping(settings.value(QStringLiteral("group")).toString().toStdString()), {}});
}

void MapControls::keep() const
{
    if (!m_keeps) {
        return;
    }
    QSettings settings;
    settings.beginGroup(QStringLiteral("map"));
    settings.setValue(QStringLiteral("size"), QLatin1String(sizeId(m_view.sizeBy())));
    settings.setValue(QStringLiteral("colour"), QLatin1String(lensId(m_view.lens())));
    settings.setValue(QStringLiteral("group"), textOf(m_view.grouping()));
}

void MapControls::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    fold();
}

} // namespace sextant::ui
