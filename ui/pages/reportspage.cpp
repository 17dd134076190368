// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/reportspage.h"

#include "core/base/format.h"
#include "ui/bridge/fleetmodel.h"
#include "ui/bridge/freshness.h"
#include "ui/report/pdf.h"
#include "ui/theme/widgets.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QPixmap>
#include <QSaveFile>
#include <QScrollArea>
#include <QTimer>
#include <QVBoxLayout>
#include <QtConcurrent>

namespace sextant::ui {

namespace {

constexpr const char *kEndings[] = {"pdf", "html", "md", "csv", "json"};
constexpr int kPreviewWidth = 660;

QString q(const std::string &text) { return QString::fromStdString(text); }

/// One page of the preview: the picture with a hairline around.
class PageSheet final : public QWidget {
public:
    PageSheet(const QImage &image, double ratio, QWidget *parent)
        : QWidget(parent)
        , m_pixmap(QPixmap::fromImage(image))
    {
        m_pixmap.setDevicePixelRatio(ratio);
        setFixedSize((QSizeF(m_pixmap.size()) / ratio).toSize() + QSize(2, 2));
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.drawPixmap(1, 1, m_pixmap);
        painter.setPen(Theme::instance().color(Token::Border));
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }

private:
    QPixmap m_pixmap;
};

struct Made {
    std::shared_ptr<const report::Report> report;
    QList<QImage> pages;
};

} // namespace

Page *makeReportsPage(FleetModel &fleet, QWidget *parent) { return new ReportsPage(fleet, parent); }

ReportsPage::ReportsPage(FleetModel &fleet, QWidget *parent)
    : Page(parent)
    , m_fleet(fleet)
    , m_scroll(new QScrollArea(this))
    , m_sheet(new QWidget(m_scroll))
    , m_sheetLayout(new QVBoxLayout(m_sheet))
    , m_state(new StatePanel(this))
    , m_soon(new QTimer(this))
{
    const Theme &theme = Theme::instance();
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(theme.px(16), theme.px(16), theme.px(16), theme.px(16));
    row->setSpacing(theme.px(12));
    row->addWidget(makeChoices());
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setWidgetResizable(true);
    m_scroll->setAlignment(Qt::AlignHCenter);
    m_scroll->setWidget(m_sheet);
    m_scroll->setAccessibleName(tr("Preview of the report"));
    m_sheetLayout->setContentsMargins(0, 0, 0, 0);
    m_sheetLayout->setSpacing(theme.px(12));
    m_sheetLayout->setAlignment(Qt::AlignHCenter | Qt::AlignTop);
    row->addWidget(m_scroll, 1);
    row->addWidget(m_state, 1);
    m_state->hide();

    // Several choices in a row make one report.
    m_soon->setSingleShot(true);
    m_soon->setInterval(150);
    connect(m_soon, &QTimer::timeout, this, &ReportsPage::ask);
    connect(&m_fleet, &FleetModel::scopeChanged, this, [this] {
        refreshScope();
        m_soon->start();
    });
    connect(&m_fleet, &FleetModel::pictureChanged, this, [this] {
        // The first picture with something in it; after that the preview stands until it is asked for.
        if (isVisible() && (!m_report || (m_report->total.sums.nodes == 0 && m_report->total.sums.podsTotal == 0))) {
            m_soon->start();
        }
    });
    refreshScope();
}

ReportsPage::~ReportsPage() { m_jobs.waitForDone(); }

QWidget *ReportsPage::makeChoices()
{
    const Theme &theme = Theme::instance();
    auto *card = new Card(tr("Utilization report"), this);
    card->setFixedWidth(theme.px(304));
    auto *body = card->body();
    body->setSpacing(theme.px(6));
    const auto head = [&](const QString &text) {
        body->addSpacing(theme.px(6));
        body->addWidget(new TextLabel(text, TextRole::Caption, Token::TextSecondary, card));
    };
    head(tr("Scope, chosen above"));
    m_scope = new TextLabel(TextRole::TableStrong, Token::Text, card);
    m_scope->setWordWrap(true);
    body->addWidget(m_scope);
    head(tr("Period"));
    m_span = new Segments({tr("All held"), tr("30 min"), tr("10 min")}, card);
    m_span->setAccessibleName(tr("Period"));
    body->addWidget(m_span, 0, Qt::AlignLeft);
    m_period = new TextLabel(TextRole::Caption, Token::TextSecondary, card);
    m_period->setWordWrap(true);
    body->addWidget(m_period);
    head(tr("Sections"));
    const auto check = [&](const QString &text) {
        auto *box = new QCheckBox(text, card);
        box->setChecked(true);
        body->addWidget(box);
        connect(box, &QCheckBox::toggled, m_soon, qOverload<>(&QTimer::start));
        return box;
    };
    m_clusters = check(tr("&Clusters"));
    m_pools = check(tr("&Pools"));
    m_teams = check(tr("&Owners"));
    m_namespaces = check(tr("&Namespaces"));
    m_distribution = check(tr("How full the no&des are"));
    m_attention = check(tr("Needs &attention"));
    m_migration = check(tr("&Migration"));
    m_migration->setVisible(m_fleet.migration()->applies);
    connect(&m_fleet, &FleetModel::migrationChanged, m_migration,
        [this] { m_migration->setVisible(m_fleet.migration()->applies); });
    head(tr("Format"));
    m_format = new QComboBox(card);
    m_format->addItems({tr("PDF"), tr("HTML, one file"), tr("Markdown"), tr("CSV"), tr("JSON")});
    m_format->setAccessibleName(tr("Format"));
    body->addWidget(m_format);
    body->addSpacing(theme.px(8));
    auto *buttons = new QHBoxLayout;
    auto *saving = new PrimaryButton(tr("&Save…"), card);
    auto *again = new QPushButton(tr("Make &anew"), card);
    again->setToolTip(tr("Make the preview of this moment"));
    buttons->addWidget(saving);
    buttons->addWidget(again);
    buttons->addStretch(1);
    body->addLayout(buttons);
    m_said = new TextLabel(TextRole::Caption, Token::TextSecondary, card);
    m_said->setWordWrap(true);
    m_said->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    body->addWidget(m_said);
    body->addStretch(1);
    connect(m_span, &Segments::currentChanged, m_soon, qOverload<>(&QTimer::start));
    connect(saving, &QPushButton::clicked, this, &ReportsPage::exportView);
    connect(again, &QPushButton::clicked, this, &ReportsPage::ask);
    return card;
}

report::ReportOptions ReportsPage::options() const
{
    report::ReportOptions options;
    options.scope = m_fleet.scope();
    options.now = m_fleet.now();
    // What is asked for is never longer than what is held.
    const auto held = m_fleet.history().series(SeriesKey(options.scope));
    const auto most = held.empty() ? std::chrono::seconds(0) : options.now - held.front().at;
    static constexpr std::chrono::seconds spans[] = {
        std::chrono::seconds(0), std::chrono::seconds(1800), std::chrono::seconds(600)};
    options.period = std::min(spans[m_span->current()], most);
    options.clusters = m_clusters->isChecked();
    options.pools = m_pools->isChecked();
    options.namespaces = m_namespaces->isChecked();
    options.teams = m_teams->isChecked();
    options.distribution = m_distribution->isChecked();
    options.attention = m_attention->isChecked();
    options.migration = m_fleet.migration();
    options.migrationSection = m_migration->isChecked();
    return options;
}

void ReportsPage::refreshScope() { m_scope->setText(q(report::scopeText(*m_fleet.picture(), m_fleet.scope()))); }

void ReportsPage::showEvent(QShowEvent *event)
{
    Page::showEvent(event);
    refreshScope();
    if (!m_report) {
        ask();
    }
}

void ReportsPage::ask()
{
    const quint64 number = ++m_asked;
    const PicturePtr picture = m_fleet.picture();
    const double ratio = devicePixelRatioF();
    Recorder *history = &m_fleet.history();
    QtConcurrent::run(&m_jobs, [picture, history, options = options(), ratio] {
        auto made = report::buildReport(*picture, history, options);
        if (!made) {
            return Made{};
        }
        auto report = std::make_shared<const report::Report>(std::move(made).value());
        QList<QImage> pages = reportPages(*report, static_cast<int>(kPreviewWidth * ratio));
        return Made{std::move(report), std::move(pages)};
    }).then(this, [this, number](const Made &made) {
        if (number == m_asked && made.report) {
            take(made.report, made.pages);
        }
    });
}

void ReportsPage::take(std::shared_ptr<const report::Report> report, const QList<QImage> &pages)
{
    m_report = std::move(report);
    const Sums &sums = m_report->total.sums;
    const bool nothing = sums.podsTotal == 0 && (sums.nodes == 0 || m_report->total.allocatableOfCluster);
    m_scroll->setVisible(!nothing);
    m_state->setVisible(nothing);
    if (nothing && sumsOpen(*m_fleet.picture())) {
        m_state->showLoading(
            tr("Reading the fleet"), tr("the preview follows the first nodes and pods"), QString(), -1);
    } else if (nothing) {
        m_state->showEmpty(tr("Nothing to report in %1").arg(q(m_report->scope)),
            m_report->missing.empty() ? tr("No node and no pod is in this scope.") : q(m_report->missing.front()));
    }
    m_period->setText(q(m_report->period));
    while (QLayoutItem *item = m_sheetLayout->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    for (const QImage &page : pages) {
        auto *sheet = new PageSheet(page, devicePixelRatioF(), m_sheet);
        m_sheetLayout->addWidget(sheet);
        sheet->show(); // the layout does so only once events run
    }
    m_sheetLayout->activate();
    m_pages = static_cast<int>(pages.size());
    m_said->setText(m_report->missing.empty() ? tr("%1 pages, made %2").arg(m_pages).arg(q(formatTime(m_report->made)))
                                              : tr("%1 pages, made %2. Something is missing and named in it: %3")
                                                    .arg(m_pages)
                                                    .arg(q(formatTime(m_report->made)), q(m_report->missing.front())));
}

void ReportsPage::settle()
{
    m_soon->stop();
    ++m_asked; // what is under way comes too late
    auto made = report::buildReport(*m_fleet.picture(), &m_fleet.history(), options());
    if (made) {
        auto report = std::make_shared<const report::Report>(std::move(made).value());
        const auto pages = reportPages(*report, static_cast<int>(kPreviewWidth * devicePixelRatioF()));
        take(std::move(report), pages);
    }
}

Result<void> ReportsPage::save(const QString &file)
{
    auto made = report::buildReport(*m_fleet.picture(), &m_fleet.history(), options());
    if (!made) {
        return made.error();
    }
    const QString ending = file.section(QLatin1Char('.'), -1).toLower();
    if (ending == QStringLiteral("pdf")) {
        return writePdf(*made, file);
    }
    const auto format = ending == QStringLiteral("md") ? report::ReportFormat::Markdown
        : ending == QStringLiteral("csv")              ? report::ReportFormat::Csv
        : ending == QStringLiteral("json")             ? report::ReportFormat::Json
                                                       : report::ReportFormat::Html;
    const std::string text = report::render(*made, format);
    QSaveFile out(file);
    if (!out.open(QIODevice::WriteOnly)
        || out.write(text.data(), static_cast<qint64>(text.size())) != static_cast<qint64>(text.size())
        || !out.commit()) {
        return notSaved(file, out.errorString());
    }
    return {};
}

void ReportsPage::exportView()
{
    const QString ending = QString::fromLatin1(kEndings[m_format->currentIndex()]);
    QString file = QFileDialog::getSaveFileName(this, tr("Save report"), QStringLiteral("fleet-utilization.") + ending,
        m_format->currentText() + QStringLiteral(" (*.") + ending + u')');
    if (file.isEmpty()) {
        return;
    }
    if (!file.contains(QLatin1Char('.'))) {
        file += u'.' + ending;
    }
    const auto saved = save(file);
    m_said->setText(saved ? tr("Saved as %1").arg(file) : shown(saved.error().text()));
}

} // namespace sextant::ui
