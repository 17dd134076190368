// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/migrationcard.h"

#include "ui/charts/burnupchart.h"
#include "ui/pages/migrationwords.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QVBoxLayout>

namespace sextant::ui {

namespace {

Theme &theme() { return Theme::instance(); }

/// The mark of a stage as a widget.
class StageGlyph final : public QWidget {
public:
    StageGlyph(migration::Stage stage, QWidget *parent)
        : QWidget(parent)
        , m_stage(stage)
    {
        setFixedSize(theme().px(12), theme().px(12));
        connect(&theme(), &Theme::changed, this, qOverload<>(&QWidget::update));
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        moving::paintStage(painter, m_stage, rect());
    }

private:
    migration::Stage m_stage;
};

} // namespace

MovedLegend::MovedLegend(QWidget *parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    connect(&theme(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void MovedLegend::setShare(const migration::Share &share)
{
    m_words = {tr("moved %1").arg(moving::count(share.moved)), tr("moving %1").arg(moving::count(share.moving)),
        tr("on Helios %1").arg(moving::count(share.total - share.moved - share.moving))};
    setAccessibleName(text());
    update();
}

QString MovedLegend::text() const { return QStringList(m_words.begin(), m_words.end()).join(QStringLiteral(" · ")); }
QSize MovedLegend::sizeHint() const { return {theme().px(220), theme().px(14)}; }

void MovedLegend::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setFont(theme().font(TextRole::Caption));
    const int side = theme().px(9);
    int x = 0;
    for (std::size_t i = 0; i < m_words.size(); ++i) {
        const MovedBar swatch{i == 0 ? 1.0 : 0.0, i == 1 ? 1.0 : 0.0, i == 2 ? 1.0 : 0.0, false};
        paintMovedBar(painter, swatch, QRectF(x, (height() - side) / 2, side, side), theme().dark());
        x += side + theme().px(6);
        painter.setPen(theme().color(Token::TextSecondary));
        painter.drawText(QRect(x, 0, width() - x, height()), Qt::AlignVCenter | Qt::AlignLeft, m_words[i]);
        x += painter.fontMetrics().horizontalAdvance(m_words[i]) + theme().px(16);
    }
}

MigrationAnswer::MigrationAnswer(QWidget *parent)
    : Card(QString(), parent)
    , m_figure(new TextLabel(TextRole::Figure, Token::Text, this))
    , m_detail(new ElidedLabel(TextRole::Body, Token::TextSecondary, this))
    , m_bar(new MovedBarWidget(12, this))
    , m_legend(new MovedLegend(this))
{
    setMinimumHeight(theme().px(132));
    setFocusPolicy(Qt::TabFocus);
    setCursor(Qt::PointingHandCursor);
    setAccessibleName(tr("How far is the migration?"));
    body()->setContentsMargins(theme().px(16), theme().px(12), theme().px(16), theme().px(12));
    body()->setSpacing(theme().px(6));
    body()->addWidget(new TextLabel(tr("How far is the migration?"), TextRole::Caption, Token::TextSecondary, this));
    auto *line = new QHBoxLayout;
    line->setSpacing(theme().px(8));
    line->addWidget(m_figure);
    line->addWidget(m_detail, 1, Qt::AlignBottom);
    m_detail->setElideMode(Qt::ElideRight);
    body()->addLayout(line);
    body()->addWidget(m_bar);
    body()->addWidget(m_legend);
    body()->addStretch(1);
}

void MigrationAnswer::show(const migration::Progress &progress)
{
    const migration::Share &services = progress.byServices;
    m_figure->setText(moving::percent(services));
    QString detail = tr("%1 of %2 services").arg(moving::count(services.moved), moving::count(services.total));
    if (progress.byCpu.covered > 0) {
        detail += tr(", %1 of declared CPU").arg(moving::percent(progress.byCpu));
    }
    m_detail->setText(detail);
    m_bar->setBar(moving::barOf(services));
    m_legend->setShare(services);
    setAccessibleDescription(m_figure->text() + u' ' + detail + QStringLiteral(": ") + m_legend->text());
}

void MigrationAnswer::mouseReleaseEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton && rect().contains(event->position().toPoint())) {
        Q_EMIT opened();
    }
}

void MigrationAnswer::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter || event->key() == Qt::Key_Space) {
        Q_EMIT opened();
    } else {
        Card::keyPressEvent(event);
    }
}

void MigrationAnswer::paintEvent(QPaintEvent *event)
{
    Card::paintEvent(event);
    if (hasFocus()) {
        QPainter painter(this);
        paintFocusRing(painter, QRectF(rect()).adjusted(2, 2, -2, -2), 5);
    }
}

MigrationCard::MigrationCard(QWidget *parent)
    : Card(tr("Migration"), parent)
    , m_chart(new TimeChart(this))
{
    setNote(tr("services moved to Kubernetes"));
    setFixedHeight(theme().px(320));
    setCursor(Qt::PointingHandCursor);
    body()->setContentsMargins(0, theme().px(8), 0, theme().px(10));
    m_chart->setEmptyText(tr("nothing was seen yet"));
    m_chart->viewport()->installEventFilter(this);
    body()->addWidget(m_chart, 1);
    body()->addSpacing(theme().px(6));
    body()->addWidget(new Hairline(Qt::Horizontal, Token::Border, this));
    auto *grid = new QGridLayout;
    grid->setContentsMargins(theme().px(16), theme().px(8), theme().px(16), 0);
    grid->setHorizontalSpacing(theme().px(8));
    grid->setVerticalSpacing(theme().px(4));
    for (int i = 0; i < migration::kStages; ++i) {
        const auto stage = static_cast<migration::Stage>(i);
        const int column = i % 2 * 4;
        grid->addWidget(new StageGlyph(stage, this), i / 2, column);
        grid->addWidget(
            new TextLabel(moving::stageText(stage), TextRole::Table, Token::TextSecondary, this), i / 2, column + 1);
        m_counts[static_cast<std::size_t>(i)] = new TextLabel(TextRole::TableStrong, Token::Text, this);
        grid->addWidget(m_counts[static_cast<std::size_t>(i)], i / 2, column + 2, Qt::AlignRight);
    }
    grid->setColumnStretch(1, 1);
    grid->setColumnStretch(5, 1);
    grid->setColumnMinimumWidth(3, theme().px(16));
    body()->addLayout(grid);
}

void MigrationCard::show(const migration::Progress &whole, const std::array<int, migration::kStages> &stages, Time now)
{
    m_chart->setData(burnUpData(whole.burnUp, now));
    for (std::size_t i = 0; i < stages.size(); ++i) {
        m_counts[i]->setText(moving::count(stages[i]));
    }
}

void MigrationCard::mouseReleaseEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton && rect().contains(event->position().toPoint())) {
        Q_EMIT opened();
    }
}

bool MigrationCard::eventFilter(QObject *object, QEvent *event)
{
    if (event->type() == QEvent::MouseButtonRelease && static_cast<QMouseEvent *>(event)->button() == Qt::LeftButton) {
        Q_EMIT opened(); // a click on the chart is one on the card
        return true;
    }
    return Card::eventFilter(object, event);
}

} // namespace sextant::ui
