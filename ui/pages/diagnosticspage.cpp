// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/diagnosticspage.h"

#include "core/base/format.h"
#include "ui/bridge/fleetmodel.h"
#include "ui/pages/figuretable.h"
#include "ui/pages/rowlist.h"
#include "ui/pages/scrolledcolumn.h"
#include "ui/theme/widgets.h"

#include <QClipboard>
#include <QGridLayout>
#include <QGuiApplication>
#include <QSaveFile>
#include <QVBoxLayout>

#include <algorithm>

namespace sextant::ui {

namespace {

QString text(const std::string &utf8) { return shown(utf8); }
QString count(std::uint64_t number) { return text(formatCount(static_cast<std::int64_t>(number))); }
QString bytes(std::optional<std::uint64_t> number)
{
    return text(formatBytes(number ? Bytes(static_cast<std::int64_t>(*number)) : Bytes()));
}
QString keyOf(ClusterId id) { return QString::number(static_cast<qulonglong>(id)); }

std::vector<FigureTable::Column> clusterColumns()
{
    using P = DiagnosticsPage;
    return {{P::tr("CLUSTER"), false, 0}, {P::tr("STATE"), false, 0}, {P::tr("VERSION"), false, 5},
        {P::tr("HEARD"), true, 0}, {P::tr("ANSWERS IN"), true, 2}, {P::tr("CLOCK"), true, 6},
        {P::tr("REQUESTS"), true, 0}, {P::tr("REFUSED (429)"), true, 4}, {P::tr("LISTS"), true, 7},
        {P::tr("WATCHES"), true, 7}, {P::tr("RECEIVED"), true, 0}, {P::tr("UNPACKED"), true, 8},
        {P::tr("LAST MINUTE"), true, 1}, {P::tr("OBJECTS"), true, 0}, {P::tr("CHANGES"), true, 3}};
}

std::vector<FigureTable::Column> kindColumns()
{
    using P = DiagnosticsPage;
    return {{P::tr("KIND"), false, 0}, {P::tr("STATE"), false, 0}, {P::tr("READ"), true, 0},
        {P::tr("LAST LIST"), true, 2}, {P::tr("RECEIVED"), true, 3}, {P::tr("HEARD"), true, 0},
        {P::tr("REQUESTS"), true, 5}, {P::tr("LISTS"), true, 4}, {P::tr("WATCHES"), true, 4},
        {P::tr("NEXT TRY"), true, 1}, {P::tr("PROBLEM"), false, 0}};
}

} // namespace

DiagnosticsPage::DiagnosticsPage(FleetModel &fleet, QWidget *parent)
    : Page(parent)
    , m_fleet(fleet)
{
    const Theme &theme = Theme::instance();
    QVBoxLayout *column = makeScrolledColumn(this);
    QWidget *content = column->parentWidget();

    makeProgram(content);
    auto *clustersCard = new Card(tr("Clusters"), content);
    clustersCard->setNote(tr("since Sextant began to watch them"));
    clustersCard->body()->setContentsMargins(0, 0, 0, theme.px(6));
    m_clusters = new FigureTable(clusterColumns(), tr("Clusters"), clustersCard);
    clustersCard->body()->addWidget(m_clusters);
    m_kindsCard = new Card(QStringLiteral(" "), content);
    m_kindsCard->body()->setContentsMargins(0, 0, 0, theme.px(6));
    m_kinds = new FigureTable(kindColumns(), tr("Kinds of objects"), m_kindsCard);
    m_kindsCard->body()->addWidget(m_kinds);
    m_problem = new TextLabel(TextRole::Table, Token::Text, m_kindsCard);
    m_problem->setWordWrap(true);
    m_problem->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_problem->setContentsMargins(theme.px(16), theme.px(8), theme.px(16), theme.px(6));
    m_kindsCard->body()->addWidget(m_problem);
    column->addWidget(m_program);
    column->addWidget(clustersCard);
    column->addWidget(m_kindsCard);
    column->addStretch(1);

    connect(m_clusters, &FigureTable::chosen, this, [this](const QString &key) {
        m_chosen = static_cast<ClusterId>(key.toULongLong());
        m_chosenKind.clear();
        showKinds();
    });
    connect(m_kinds, &FigureTable::chosen, this, [this](const QString &key) {
        m_chosenKind = key;
        showKinds();
    });
    const auto whenSeen = [this] {
        if (isVisible()) {
            refresh();
        }
    };
    connect(&m_fleet, &FleetModel::tick, this, whenSeen);
    connect(&m_fleet, &FleetModel::scopeChanged, this, whenSeen);
}

void DiagnosticsPage::makeProgram(QWidget *parent)
{
    const Theme &theme = Theme::instance();
    m_program = new Card(tr("Sextant itself"), parent);
    auto *copyAll = new QPushButton(tr("&Copy Diagnostics"), m_program);
    copyAll->setToolTip(tr("All of it as text, without credentials"));
    connect(copyAll, &QPushButton::clicked, this, &DiagnosticsPage::copy);
    m_program->head()->addWidget(copyAll);

    auto *figures = new QHBoxLayout;
    figures->setSpacing(theme.px(24));
    for (const QString &label : {tr("memory"), tr("processor"), tr("pictures"), tr("longest stall"), tr("strings")}) {
        auto *value = new TextLabel(TextRole::FigureSmall, Token::Text, m_program);
        value->setAccessibleName(label);
        auto *pair = new QVBoxLayout;
        pair->setSpacing(theme.px(2));
        pair->addWidget(value);
        pair->addWidget(new TextLabel(label, TextRole::Caption, Token::TextSecondary, m_program));
        figures->addLayout(pair, 1);
        m_facts.push_back({label, value});
    }
    m_facts[0].value->setToolTip(tr("resident now"));
    m_facts[1].value->setToolTip(tr("of one core, over the last minute"));
    m_facts[2].value->setToolTip(tr("of the fleet, shown a second over the last minute"));
    m_facts[3].value->setToolTip(tr("how long one event held the window, at most, in the last minute"));
    m_facts[4].value->setToolTip(tr("interned: each distinct word is kept once"));
    m_program->body()->addLayout(figures);
    m_program->body()->addSpacing(theme.px(12));

    auto *log = new QHBoxLayout;
    log->setSpacing(theme.px(8));
    log->addWidget(new TextLabel(tr("log"), TextRole::Caption, Token::TextSecondary, m_program));
    m_log = new ElidedLabel(TextRole::Table, Token::Text, m_program);
    log->addWidget(m_log, 1);
    m_copyLog = new IconButton(QStringLiteral("copy"), tr("Copy the path of the log"), m_program);
    connect(static_cast<IconButton *>(m_copyLog), &QAbstractButton::clicked, this,
        [this] { QGuiApplication::clipboard()->setText(QString::fromStdString(m_shown.program.logFile)); });
    log->addWidget(m_copyLog);
    m_program->body()->addLayout(log);
}

QString DiagnosticsPage::summary() const
{
    std::uint64_t requests = 0, received = 0;
    for (const ClusterDiagnosis &cluster : m_shown.clusters) {
        requests += cluster.status.requests;
        received += cluster.status.bytes;
    }
    return m_shown.clusters.empty() ? QString() : tr("%1 requests · %2").arg(count(requests), bytes(received));
}

void DiagnosticsPage::showEvent(QShowEvent *event)
{
    Page::showEvent(event);
    refresh();
}

void DiagnosticsPage::focusContent() { m_clusters->list()->takeKeyboard(); }

void DiagnosticsPage::refresh()
{
    m_shown = m_fleet.diagnostics();
    showProgram();
    showClusters();
    showKinds();
    Q_EMIT summaryChanged();
}

void DiagnosticsPage::showProgram()
{
    const ProgramFigures &program = m_shown.program;
    const QString values[] = {bytes(program.resident),
        program.processorShare ? QString::number(*program.processorShare * 100, 'f', 1) + QChar(0x202f) + u'%'
                               : QString::fromUtf8(kUnknownText),
        text(formatPerSecond(program.picturesPerSecond)),
        program.longestStall
            ? count(static_cast<std::uint64_t>(program.longestStall->count())) + QChar(0x202f) + QStringLiteral("ms")
            : QString::fromUtf8(kUnknownText),
        count(program.strings)};
    for (std::size_t i = 0; i < m_facts.size(); ++i) {
        m_facts[i].value->setText(values[i]);
    }
    m_log->setText(program.logFile.empty() ? tr("none is written") : text(program.logFile));
    m_copyLog->setVisible(!program.logFile.empty());
}

void DiagnosticsPage::showClusters()
{
    std::vector<FigureTable::Row> rows;
    for (const ClusterDiagnosis &cluster : m_shown.clusters) {
        const ClusterStatus &status = cluster.status;
        const auto rate = [&](double MinuteLog::Traffic::*which) {
            return cluster.traffic ? std::optional(*cluster.traffic.*which) : std::nullopt;
        };
        FigureTable::Row row;
        row.key = keyOf(cluster.id);
        row.stale = status.connection == Connection::Stale;
        row.cells = {{text(status.name), {}, status.orchestrator, true}, {text(cluster.connection), cluster.state},
            {status.version.empty() ? QString::fromUtf8(kUnknownText) : text(status.version)},
            {text(formatHeard(status.heard, m_shown.at))}, {text(formatAnswerTime(status.latency))},
            {text(formatSkew(status))}, {count(status.requests)}, {count(status.throttled)}, {count(cluster.lists)},
            {count(cluster.watches)}, {bytes(status.bytes)}, {bytes(status.unpacked)},
            {text(formatRate(rate(&MinuteLog::Traffic::bytesPerSecond)))}, {count(cluster.objects)},
            {text(formatPerSecond(rate(&MinuteLog::Traffic::changesPerSecond)))}};
        rows.push_back(std::move(row));
    }
    const bool there = std::any_of(m_shown.clusters.begin(), m_shown.clusters.end(),
        [this](const ClusterDiagnosis &cluster) { return cluster.id == m_chosen; });
    if (!there) {
        m_chosen = m_shown.clusters.empty() ? ClusterId::None : m_shown.clusters.front().id;
        m_chosenKind.clear();
    }
    m_clusters->setRows(std::move(rows));
    m_clusters->list()->choose(keyOf(m_chosen));
}

void DiagnosticsPage::showKinds()
{
    const auto found = std::find_if(m_shown.clusters.begin(), m_shown.clusters.end(),
        [this](const ClusterDiagnosis &cluster) { return cluster.id == m_chosen; });
    m_kindsCard->setVisible(found != m_shown.clusters.end());
    if (found == m_shown.clusters.end()) {
        return;
    }
    const ClusterDiagnosis &cluster = *found;
    m_kindsCard->setTitle(tr("What %1 was asked for").arg(text(cluster.status.name)));
    m_kindsCard->setNote(cluster.polling.empty() ? QString() : tr("polled %1").arg(text(cluster.polling)));
    std::vector<FigureTable::Row> rows;
    QString problem;
    bool chosen = false;
    for (const KindDiagnosis &kind : cluster.kinds) {
        const ResourceStatus &status = kind.status;
        const QString next = status.nextTry
            ? tr("in %1").arg(text(formatDuration(std::max(*status.nextTry - m_shown.at, std::chrono::seconds(0)))))
            : QString();
        FigureTable::Row row;
        row.key = text(kind.word);
        row.stale = status.sync == Sync::Stale;
        row.cells = {{text(kind.word), {}, {}, true}, {text(kind.sync), kind.state}, {text(formatRead(status))},
            {bytes(status.bytes)}, {bytes(status.traffic.wire)}, {text(formatHeard(status.heard, m_shown.at))},
            {count(status.traffic.requests)}, {count(status.lists)}, {count(status.watches)}, {next},
            {text(kind.problem)}};
        if (row.key == m_chosenKind || (!chosen && problem.isEmpty() && !kind.problem.empty())) {
            chosen = row.key == m_chosenKind;
            problem = kind.problem.empty() ? QString() : row.key + QStringLiteral(": ") + text(kind.problem);
        }
        rows.push_back(std::move(row));
    }
    QStringList lines;
    if (cluster.status.error) {
        lines << text(cluster.status.error->text());
    }
    if (!problem.isEmpty() && !lines.contains(problem)) {
        lines << problem;
    }
    for (const std::string &master : cluster.masters) {
        lines << tr("master %1").arg(text(master));
    }
    m_kinds->setRows(std::move(rows));
    m_kinds->list()->choose(m_chosenKind);
    m_problem->setText(lines.join(u'\n'));
    m_problem->setVisible(!lines.isEmpty());
}

QString DiagnosticsPage::figure(const QString &label) const
{
    const auto found =
        std::find_if(m_facts.begin(), m_facts.end(), [&](const Fact &fact) { return fact.label == label; });
    return found == m_facts.end() ? QString() : found->value->text();
}

QString DiagnosticsPage::problemText() const { return m_problem->isHidden() ? QString() : m_problem->text(); }

void DiagnosticsPage::copy()
{
    QGuiApplication::clipboard()->setText(QString::fromStdString(diagnosticsText(m_fleet.diagnostics())));
}

Page::SaveOffer DiagnosticsPage::saveOffer() const
{
    return {tr("Save diagnostics"), QStringLiteral("sextant-diagnostics.txt"), tr("Text (*.txt)")};
}

Result<void> DiagnosticsPage::save(const QString &file)
{
    QSaveFile out(file);
    const std::string words = diagnosticsText(m_fleet.diagnostics());
    if (!out.open(QIODevice::WriteOnly)
        || out.write(words.data(), static_cast<qint64>(words.size())) != static_cast<qint64>(words.size())
        || !out.commit()) {
        return notSaved(file, out.errorString());
    }
    return {};
}

Page *makeDiagnosticsPage(FleetModel &fleet, QWidget *parent) { return new DiagnosticsPage(fleet, parent); }

} // namespace sextant::ui
