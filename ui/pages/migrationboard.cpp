// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/migrationboard.h"

#include "ui/pages/migrationwords.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QPushButton>
#include <QScrollBar>
#include <QVBoxLayout>

#include <algorithm>

namespace sextant::ui {

namespace {

Theme &theme() { return Theme::instance(); }
constexpr int kCard = 42;
constexpr int kHead = 34;
constexpr int kPad = 12;
constexpr int kBar = 44;

using migration::Service;

/// Longest in the stage first; who stood there when first seen has been there longer than anybody knows.
bool before(const Service *a, const Service *b)
{
    const auto since = [](const Service *one) {
        return one->since == kNoTime ? std::pair(0, one->firstSeen) : std::pair(1, one->since);
    };
    return std::pair(since(a), std::string_view(a->name)) < std::pair(since(b), std::string_view(b->name));
}

QString cardText(const Service &service, Time now)
{
    return QStringLiteral("%1, %2, %3: %4 Helios, %5 Kubernetes%6")
        .arg(moving::text(service.name), moving::age(service, now),
            service.owner.empty() ? StageColumn::tr("no owner") : moving::text(service.owner),
            moving::instances(service.helios), moving::instances(service.kubernetes),
            service.stale ? StageColumn::tr(", old") : QString());
}

} // namespace

StageColumn::StageColumn(migration::Stage stage, QWidget *parent)
    : QWidget(parent)
    , m_stage(stage)
    , m_list(new RowList(kCard, this))
    , m_more(new QPushButton(this))
{
    auto *rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, theme().px(kHead), 0, 0);
    rows->setSpacing(0);
    rows->addWidget(m_list, 1);
    m_more->setFlat(true);
    m_more->setFocusPolicy(Qt::NoFocus);
    m_more->setFixedHeight(theme().px(26));
    auto *foot = new QHBoxLayout;
    foot->setContentsMargins(theme().px(kPad) - theme().px(8), 0, 0, theme().px(2));
    foot->addWidget(m_more);
    foot->addStretch(1);
    rows->addLayout(foot);
    setMinimumWidth(theme().px(120));
    m_list->setPainter(
        [this](QPainter &painter, const QRect &box, int row, const RowList::Look &) { paintCard(painter, box, row); });
    m_list->setTips([this](int row) { return moving::tip(*m_services[static_cast<std::size_t>(row)], m_now); });
    connect(m_list, &RowList::seenChanged, this, &StageColumn::refreshMore);
    connect(m_more, &QPushButton::clicked, this, [this] {
        QScrollBar *bar = m_list->verticalScrollBar();
        bar->setValue(bar->value() + bar->pageStep());
    });
    connect(&theme(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void StageColumn::show(std::vector<const Service *> services, Time now)
{
    m_services = std::move(services);
    m_now = now;
    std::sort(m_services.begin(), m_services.end(), before);
    int helios = 0, kubernetes = 0;
    std::vector<RowList::Row> rows;
    rows.reserve(m_services.size());
    for (const Service *service : m_services) {
        helios = std::max(helios, service->helios.instances);
        kubernetes = std::max(kubernetes, service->kubernetes.instances);
        rows.push_back({QString::fromStdString(service->name), cardText(*service, now)});
    }
    const QFontMetrics metrics(theme().font(TextRole::Table));
    m_heliosWidth = metrics.horizontalAdvance(moving::count(helios));
    m_kubernetesWidth = metrics.horizontalAdvance(moving::count(kubernetes));
    for (const Service *service : m_services) { // a dash is wider than a digit
        m_heliosWidth = std::max(m_heliosWidth, metrics.horizontalAdvance(moving::instances(service->helios)));
        m_kubernetesWidth =
            std::max(m_kubernetesWidth, metrics.horizontalAdvance(moving::instances(service->kubernetes)));
    }
    m_list->setAccessibleName(tr("%1, %2 services").arg(moving::stageText(m_stage)).arg(m_services.size()));
    m_list->setRows(std::move(rows));
    refreshMore();
    update();
}

QString StageColumn::moreText() const { return m_more->text(); }

void StageColumn::refreshMore()
{
    const int below = m_list->below();
    m_more->setText(below > 0 ? tr("%1 more").arg(moving::count(below)) : QString());
    // It keeps its place, so that the last cards do not move under the mouse.
    m_more->setEnabled(below > 0);
}

void StageColumn::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const int head = theme().px(kHead), pad = theme().px(kPad), glyph = theme().px(12);
    moving::paintStage(painter, m_stage, QRectF(pad, (head - glyph) / 2.0, glyph, glyph));
    painter.setFont(theme().font(TextRole::TableStrong));
    painter.setPen(theme().color(Token::Text));
    const int left = pad + glyph + theme().px(8);
    painter.drawText(
        QRect(left, 0, width() - left - pad, head), Qt::AlignVCenter | Qt::AlignLeft, moving::stageText(m_stage));
    painter.setFont(theme().font(TextRole::Table));
    painter.setPen(theme().color(Token::TextSecondary));
    painter.drawText(QRect(left, 0, width() - left - pad, head), Qt::AlignVCenter | Qt::AlignRight,
        moving::count(static_cast<std::int64_t>(m_services.size())));
    painter.fillRect(QRect(0, head - 1, width(), 1), theme().color(Token::Border));
}

void StageColumn::paintCard(QPainter &painter, const QRect &box, int row) const
{
    const Service &service = *m_services[static_cast<std::size_t>(row)];
    const int pad = theme().px(kPad), line = theme().px(17);
    // A scroll bar takes its place out of the margin, so that figures stand below the head's.
    const int margin = std::max(theme().px(2), pad - (m_list->width() - box.width()));
    const QRect first(box.left() + pad, box.top() + theme().px(3), box.width() - pad - margin, line);
    const QRect second = first.translated(0, line);
    painter.fillRect(QRect(box.left(), box.bottom(), box.width(), 1), theme().color(Token::Rule));

    painter.setFont(theme().font(TextRole::Table));
    painter.setPen(theme().color(Token::TextSecondary));
    const QString age = moving::age(service, m_now);
    const int ageWidth = painter.fontMetrics().horizontalAdvance(age);
    painter.drawText(first, Qt::AlignRight | Qt::AlignVCenter, age);
    int x = first.left();
    if (service.stale) {
        const int glyph = theme().px(10);
        paintState(
            painter, State::Unknown, QRectF(x, first.center().y() - glyph / 2.0 + 0.5, glyph, glyph), theme().dark());
        x += glyph + theme().px(5);
    }
    painter.setFont(theme().font(TextRole::TableStrong));
    painter.setPen(theme().color(service.stale ? Token::TextSecondary : Token::Text));
    const int nameRoom = std::max(0, first.right() + 1 - ageWidth - theme().px(8) - x);
    painter.drawText(QRect(x, first.top(), nameRoom, line), Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
        painter.fontMetrics().elidedText(moving::text(service.name), Qt::ElideMiddle, nameRoom));

    // `25 ▬▬ 5`: instances on Helios, on Kubernetes.
    painter.setFont(theme().font(TextRole::Table));
    painter.setPen(theme().color(Token::TextSecondary));
    const int gap = theme().px(6), barWidth = theme().px(kBar), barHeight = theme().px(6);
    int right = second.right() + 1;
    painter.drawText(QRect(right - m_kubernetesWidth, second.top(), m_kubernetesWidth, line),
        Qt::AlignRight | Qt::AlignVCenter, moving::instances(service.kubernetes));
    right -= m_kubernetesWidth + gap;
    const QRect bar(right - barWidth, second.center().y() - barHeight / 2, barWidth, barHeight);
    const double helios = service.helios.instances, kubernetes = service.kubernetes.instances;
    painter.save();
    if (service.stale) {
        painter.setOpacity(0.5);
    }
    if (helios + kubernetes > 0) {
        int split = qRound(bar.width() * helios / (helios + kubernetes));
        split = std::clamp(split, helios > 0 ? 2 : 0, kubernetes > 0 ? bar.width() - 2 : bar.width());
        const int gapPixel = helios > 0 && kubernetes > 0 ? 1 : 0;
        painter.fillRect(QRect(bar.left(), bar.top(), split, bar.height()), theme().color(Token::Helios));
        painter.fillRect(QRect(bar.left() + split + gapPixel, bar.top(), bar.width() - split - gapPixel, bar.height()),
            theme().color(Token::Kubernetes));
    } else {
        painter.fillRect(bar, theme().color(Token::Track));
    }
    painter.restore();
    right -= barWidth + gap;
    painter.drawText(QRect(right - m_heliosWidth, second.top(), m_heliosWidth, line), Qt::AlignRight | Qt::AlignVCenter,
        moving::instances(service.helios));
    right -= m_heliosWidth + gap;
    const int ownerRoom = std::max(0, right - second.left());
    painter.drawText(QRect(second.left(), second.top(), ownerRoom, line),
        Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
        painter.fontMetrics().elidedText(moving::text(service.owner), Qt::ElideRight, ownerRoom));
}

MigrationBoard::MigrationBoard(QWidget *parent)
    : QWidget(parent)
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        if (i > 0) {
            row->addWidget(new Hairline(Qt::Vertical, Token::Border, this));
        }
        auto *column = new StageColumn(static_cast<migration::Stage>(i), this);
        row->addWidget(column, 1);
        m_columns[i] = column;
        connect(column->list(), &RowList::chosen, this,
            [this, column](int at) { Q_EMIT chosen(column->services()[static_cast<std::size_t>(at)]->name); });
        connect(column->list(), &RowList::opened, this,
            [this, column](int at) { Q_EMIT opened(column->services()[static_cast<std::size_t>(at)]->name); });
        connect(column->list(), &RowList::sideways, this, [this, i](int step) { goSideways(i, step); });
    }
    setAccessibleName(tr("Services by stage"));
}

void MigrationBoard::show(migration::ProgressPtr progress, const std::vector<const Service *> &services, Time now)
{
    std::array<std::vector<const Service *>, migration::kStages> parts;
    for (const Service *service : services) {
        parts[static_cast<std::size_t>(service->stage)].push_back(service);
    }
    for (std::size_t i = 0; i < parts.size(); ++i) {
        m_columns[i]->show(std::move(parts[i]), now);
    }
    m_progress = std::move(progress); // the one before may go now: nothing points into it any more
}

void MigrationBoard::choose(const std::string &service)
{
    for (StageColumn *column : m_columns) {
        column->list()->choose(QString::fromStdString(service));
    }
}

void MigrationBoard::takeKeyboard()
{
    for (StageColumn *column : m_columns) {
        if (!column->services().empty()) {
            column->list()->takeKeyboard();
            return;
        }
    }
}

/// To the next stage that has services, at the same height.
void MigrationBoard::goSideways(std::size_t from, int step)
{
    RowList *here = m_columns[from]->list();
    const int y = here->rectOf(std::max(0, here->currentRow())).center().y();
    for (int i = static_cast<int>(from) + step; i >= 0 && i < static_cast<int>(m_columns.size()); i += step) {
        RowList *there = m_columns[static_cast<std::size_t>(i)]->list();
        const int rows = static_cast<int>(there->rows().size());
        if (rows == 0) {
            continue;
        }
        const QModelIndex at = there->indexAt(QPoint(theme().px(kPad), std::max(0, y)));
        there->goTo(at.isValid() ? at.row() : rows - 1);
        return;
    }
}

} // namespace sextant::ui
