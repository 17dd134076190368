// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/clustercard.h"

#include "core/base/format.h"
#include "ui/bridge/freshness.h"
#include "ui/charts/sparkline.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>
#include <set>

namespace sextant::ui {

namespace {

/// How far back the small line reaches: as long as one looks back while something is going wrong.
constexpr std::chrono::minutes kSpark{15};

QString q(const std::string &text) { return QString::fromStdString(text); }

Bar barOf(const ResourceSums &sums, bool stale)
{
    const auto share = [&](std::int64_t part) {
        const auto percent = percentOf(part, sums.whole());
        return percent ? *percent / 100 : -1;
    };
    Bar bar;
    bar.requested = share(sums.requestedOfWhole());
    bar.used = share(sums.used);
    bar.stale = stale;
    return bar;
}

std::string placeOf(const ClusterSnapshot &cluster)
{
    std::set<std::string_view> regions;
    for (const NodeView node : cluster.nodes()) {
        if (const std::string_view region = node.region(); !region.empty()) {
            regions.insert(region);
        }
    }
    std::string text;
    for (const std::string_view region : regions) {
        text += text.empty() ? "" : ", ";
        text += region;
    }
    return text;
}

} // namespace

StateBar::StateBar(QWidget *parent)
    : QWidget(parent)
{
    setFixedHeight(Theme::instance().px(10));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void StateBar::setCounts(const std::array<int, kStates> &counts, bool stale)
{
    if (counts == m_counts && stale == m_stale) {
        return;
    }
    m_counts = counts;
    m_stale = stale;
    update();
}

QSize StateBar::sizeHint() const { return {Theme::instance().px(160), Theme::instance().px(10)}; }

void StateBar::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::instance();
    QPainter painter(this);
    painter.setOpacity(m_stale ? 0.5 : 1);
    painter.fillRect(rect(), theme.color(Token::Track));
    double total = 0;
    int troubles = 0;
    for (int i = 0; i < kStates; ++i) {
        total += m_counts[static_cast<std::size_t>(i)];
        troubles += i != static_cast<int>(State::Ok) && m_counts[static_cast<std::size_t>(i)] > 0 ? 1 : 0;
    }
    if (total <= 0) {
        return;
    }
    // Whatever is not ready keeps 3 px, or nobody would see one pod of thousands.
    const double least = 3, gap = 1;
    const double room = width() - troubles * (least + gap);
    double x = 0;
    for (int i = 0; i < kStates; ++i) {
        const int count = m_counts[static_cast<std::size_t>(i)];
        if (count == 0) {
            continue;
        }
        const auto state = static_cast<State>(i);
        const double w = room * count / total + (state == State::Ok ? 0 : least);
        painter.fillRect(
            QRectF(std::round(x), 0, std::max(1.0, std::round(x + w) - std::round(x)), height()), theme.cell(state));
        x += w + gap;
    }
}

StateCounts::StateCounts(QWidget *parent)
    : QWidget(parent)
{
    setFixedHeight(Theme::instance().px(16));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void StateCounts::setCounts(std::vector<std::pair<State, QString>> counts)
{
    if (counts == m_counts) {
        return;
    }
    m_counts = std::move(counts);
    setAccessibleName(text());
    update();
}

QString StateCounts::text() const
{
    QStringList words;
    for (const auto &[state, word] : m_counts) {
        words << word;
    }
    return words.join(QStringLiteral(", "));
}

QSize StateCounts::sizeHint() const { return {Theme::instance().px(160), Theme::instance().px(16)}; }

void StateCounts::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::instance();
    QPainter painter(this);
    painter.setFont(theme.font(TextRole::Caption));
    const QFontMetrics metrics = painter.fontMetrics();
    // Right-aligned, the worst first; what does not fit is left out from the mild end.
    std::size_t fits = m_counts.size();
    const auto widthOf = [&](std::size_t n) {
        int width = 0;
        for (std::size_t i = 0; i < n; ++i) {
            width += theme.px(14) + metrics.horizontalAdvance(m_counts[i].second) + (i == 0 ? 0 : theme.px(10));
        }
        return width;
    };
    while (fits > 1 && widthOf(fits) > width()) {
        --fits;
    }
    int x = width() - widthOf(fits);
    for (std::size_t i = 0; i < fits; ++i) {
        const double glyph = theme.px(10);
        paintState(painter, m_counts[i].first, QRectF(x, (height() - glyph) / 2.0, glyph, glyph), theme.dark());
        x += theme.px(14);
        painter.setPen(theme.color(Token::TextSecondary));
        const int w = metrics.horizontalAdvance(m_counts[i].second);
        painter.drawText(QRect(x, 0, w + 2, height()), Qt::AlignVCenter, m_counts[i].second);
        x += w + theme.px(10);
    }
}

ClusterCard::ClusterCard(QWidget *parent)
    : Card(QStringLiteral(" "), parent)
    , m_mark(new MarkGlyph(16, this))
    , m_version(new TextLabel(TextRole::Caption, Token::TextSecondary, this))
    , m_fresh(new StateGlyph(10, this))
    , m_age(new TextLabel(TextRole::Caption, Token::Text, this))
    , m_nodesLabel(new TextLabel(TextRole::Table, Token::TextSecondary, this))
    , m_nodes(new TextLabel(TextRole::TableStrong, Token::Text, this))
    , m_nodeCounts(new StateCounts(this))
    , m_podsLabel(new TextLabel(TextRole::Table, Token::TextSecondary, this))
    , m_pods(new StateBar(this))
    , m_podTotal(new TextLabel(TextRole::TableStrong, Token::Text, this))
    , m_podCounts(new StateCounts(this))
    , m_cpu(new MeterRow(tr("CPU"), this))
    , m_memory(new MeterRow(tr("Memory"), this))
    , m_spark(new Sparkline(this))
    , m_sparkLabel(new TextLabel(tr("Used 15m"), TextRole::Table, Token::TextSecondary, this))
    , m_sparkValue(new TextLabel(TextRole::Caption, Token::TextSecondary, this))
    , m_used(new QWidget(this))
    , m_said(new QWidget(this))
    , m_load(new TextLabel(TextRole::TableStrong, Token::Text, this))
    , m_inUse(new TextLabel(TextRole::TableStrong, Token::Text, this))
    , m_foot(new TextLabel(TextRole::Caption, Token::TextSecondary, this))
{
    const Theme &theme = Theme::instance();
    setCursor(Qt::PointingHandCursor);
    head()->insertWidget(0, m_mark);
    head()->insertWidget(2, m_version); // right after the name
    head()->addWidget(m_fresh);
    head()->addWidget(m_age);

    const int labelWidth = theme.px(62), valueWidth = theme.px(84 + 8);
    body()->setContentsMargins(theme.px(16), theme.px(10), theme.px(16), theme.px(10));
    body()->setSpacing(theme.px(6));
    auto *nodes = new QHBoxLayout;
    nodes->setSpacing(0); // bars of all lines share their left end with the meters'
    m_nodesLabel->setFixedWidth(labelWidth);
    nodes->addWidget(m_nodesLabel);
    nodes->addWidget(m_nodes);
    nodes->addWidget(m_nodeCounts, 1);
    body()->addLayout(nodes);
    m_podTotal->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_podTotal->setFixedWidth(valueWidth);
    m_podsLabel->setFixedWidth(labelWidth);
    auto *pods = new QHBoxLayout;
    pods->setSpacing(0);
    pods->addWidget(m_podsLabel);
    pods->addWidget(m_pods, 1);
    pods->addWidget(m_podTotal);
    body()->addLayout(pods);
    body()->addWidget(m_podCounts);
    body()->addWidget(m_cpu);
    body()->addWidget(m_memory);
    auto *spark = new QHBoxLayout(m_used);
    spark->setContentsMargins(0, 0, 0, 0);
    spark->setSpacing(0);
    m_sparkLabel->setFixedWidth(labelWidth);
    m_sparkValue->setFixedWidth(valueWidth);
    m_sparkValue->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    spark->addWidget(m_sparkLabel);
    spark->addWidget(m_spark, 1);
    spark->addWidget(m_sparkValue);
    body()->addWidget(m_used);
    auto *said = new QGridLayout(m_said);
    said->setContentsMargins(0, 0, 0, 0);
    said->setHorizontalSpacing(0);
    said->setVerticalSpacing(theme.px(6));
    said->setColumnMinimumWidth(0, labelWidth);
    said->setColumnStretch(1, 1);
    said->addWidget(new TextLabel(tr("Load"), TextRole::Table, Token::TextSecondary, m_said), 0, 0);
    said->addWidget(m_load, 0, 1);
    said->addWidget(new TextLabel(tr("In use"), TextRole::Table, Token::TextSecondary, m_said), 1, 0);
    said->addWidget(m_inUse, 1, 1);
    body()->addWidget(m_said);
    m_foot->setWordWrap(true);
    body()->addWidget(m_foot);
    body()->addStretch(1);
}

void ClusterCard::show(
    const ClusterSnapshot &cluster, const ClusterAccounting &accounting, const std::vector<Sample> &history, Time now)
{
    if (m_cluster != cluster.id() || m_placed != cluster.dataGeneration()) {
        m_place = placeOf(cluster); // walks over every node
        m_placed = cluster.dataGeneration();
    }
    m_cluster = cluster.id();
    const ClusterStatus &status = cluster.status();
    const Freshness fresh = freshnessOf(status, now);
    const Sums &sums = accounting.cluster;
    const bool stale = fresh.kind == Freshness::Kind::Stale;
    const bool helios = status.orchestrator == Orchestrator::Helios;
    const bool open = sumsOpen(status);
    const QString plus = open ? QStringLiteral("+") : QString();

    setTitle(shown(cluster.name()));
    m_mark->setOrchestrator(status.orchestrator);
    QStringList version;
    if (!status.version.empty()) {
        version << (helios ? versionText(status) : shown(status.version));
    }
    if (!status.masters.empty()) {
        version << (status.masters.size() == 1 ? tr("1 master") : tr("%1 masters").arg(status.masters.size()));
    }
    if (!m_place.empty()) {
        version << shown(m_place);
    }
    m_version->setText(version.join(QStringLiteral(" · ")));
    m_fresh->setState(fresh.state);
    m_age->setText(fresh.note);
    setToolTip(plainTip(fresh.tip));
    setProgress(fresh.kind == Freshness::Kind::Loading ? loadedShare(status) : -1);

    const bool nodesKnown = status.of(ResourceKind::Nodes).sync != Sync::Forbidden
        && status.of(ResourceKind::Nodes).sync != Sync::Failed && status.of(ResourceKind::Nodes).sync != Sync::Waiting;
    const Token ink = stale ? Token::TextSecondary : Token::Text;
    m_nodesLabel->setText(helios ? tr("Hosts") : tr("Nodes"));
    m_podsLabel->setText(helios ? tr("Tasks") : tr("Pods"));
    for (TextLabel *label : {m_nodes, m_podTotal, m_load, m_inUse}) {
        label->setColor(ink);
    }
    m_nodes->setText(nodesKnown ? (helios ? tr("%1 / %2 up") : tr("%1 / %2 ready"))
                                      .arg(q(formatCount(sums.nodesReady)), q(formatCount(sums.nodes)) + plus)
                                : tr("— not known"));
    std::vector<std::pair<State, QString>> nodeCounts;
    for (const State state : {State::Failed, State::Warning, State::Unknown, State::Cordoned}) {
        if (const int n = sums.nodeStates[static_cast<std::size_t>(state)]; n > 0) {
            nodeCounts.emplace_back(state, q(formatCount(n)));
        }
    }
    m_nodeCounts->setCounts(std::move(nodeCounts));

    m_pods->setCounts(sums.podStates, stale);
    const bool podsKnown = sums.podsTotal > 0 || status.settled();
    m_podTotal->setText(podsKnown ? q(formatCount(sums.podsTotal)) + plus : QStringLiteral("—"));
    std::vector<std::pair<State, QString>> podCounts;
    for (const State state : {State::Failed, State::Warning, State::Pending, State::Unknown, State::Terminating}) {
        if (const int n = sums.podStates[static_cast<std::size_t>(state)]; n > 0) {
            podCounts.emplace_back(state, q(formatCount(n)) + u' ' + shown(stateWord(state)));
        }
    }
    if (podCounts.empty() && sums.podsTotal > 0) {
        podCounts.emplace_back(State::Ok, helios ? tr("all running or stopped") : tr("all ready or completed"));
    }
    m_podCounts->setCounts(std::move(podCounts));

    showMeter(m_cpu, cluster, sums, false, stale);
    showMeter(m_memory, cluster, sums, true, stale);

    m_used->setVisible(!helios);
    m_said->setVisible(helios);
    m_load->setText(sums.loadHundredths == Count::kUnknown
            ? QStringLiteral("—")
            : tr("%1 on %2 cores")
                  .arg(
                      q(formatCores(MilliCpu(sums.loadHundredths * 10))), q(formatCores(MilliCpu(sums.cpu.capacity)))));
    m_load->setToolTip(plainTip(tr("Sum of the load averages of the hosts that are up, over one minute")));
    m_inUse->setText(sums.memoryInUse == Count::kUnknown
            ? QStringLiteral("—")
            : tr("%1 of %2, with caches")
                  .arg(q(formatBytes(Bytes(sums.memoryInUse))), q(formatBytes(Bytes(sums.memory.capacity)))));
    m_inUse->setToolTip(plainTip(tr("Memory in use on the hosts that are up, as they say: total less free, so caches "
                                    "count. What tasks use is not measured.")));
    std::vector<double> line;
    for (const Sample &sample : history) {
        if (sample.at < now - kSpark) {
            continue;
        }
        line.push_back(sample.cpuUsed == Count::kUnknown ? std::nan("") : static_cast<double>(sample.cpuUsed));
    }
    m_spark->setValues(std::move(line));
    m_spark->setStale(stale);
    m_sparkValue->setText(sums.cpu.used == Count::kUnknown
            ? tr("no usage")
            : tr("%1 of\n%2 cores")
                  .arg(q(formatCores(MilliCpu(sums.cpu.used))), q(formatCores(MilliCpu(sums.cpu.allocatable)))));
    m_foot->setText(fresh.kind == Freshness::Kind::Live ? QString() : fresh.strip);
    m_foot->setVisible(!m_foot->text().isEmpty());
}

void ClusterCard::showMeter(MeterRow *row, const ClusterSnapshot &cluster, const Sums &sums, bool memory, bool stale)
{
    const ResourceSums &r = memory ? sums.memory : sums.cpu;
    const auto amount = [memory](std::int64_t n) {
        return memory ? q(formatBytes(Bytes(n))) : tr("%1 cores").arg(q(formatCores(MilliCpu(n))));
    };
    row->setBar(barOf(r, stale));
    row->setStale(stale);
    if (cluster.status().orchestrator == Orchestrator::Helios) {
        const QString least = r.undeclared > 0 && r.requested != Count::kUnknown ? QStringLiteral("+") : QString();
        const QString share = q(formatPercent(r.requestedOfWhole(), r.whole()));
        row->setValue(share == QStringLiteral("—") ? share : QString(share + least));
        const QString of = r.capacity == Count::kUnknown ? tr("a capacity nobody tells") : amount(r.capacity);
        row->setCaption(sums.pods == 0 ? QString()
                : r.requested == Count::kUnknown
                ? tr("nothing declared, of %1").arg(of)
                : (memory ? tr("declared, of %1") : tr("declared as shares, of %1")).arg(of));
        row->setToolTip(plainTip(tr("What its jobs declare, of the capacity of its hosts; %1 of %2 tasks declare none")
                                     .arg(q(formatCount(r.undeclared)), q(formatCount(sums.pods)))));
        return;
    }
    if (r.allocatable == Count::kUnknown) {
        row->setValue(QStringLiteral("—"));
        row->setCaption(
            sums.pods > 0 ? tr("%1 requested; allocatable is not known").arg(amount(r.requested)) : QString());
    } else {
        row->setValue(q(formatPercent(r.requested, r.allocatable)),
            QStringLiteral(" / ") + q(formatPercent(r.used, r.allocatable)));
        row->setCaption(QString());
    }
    row->setToolTip(plainTip(tr("requested / used, of allocatable")));
}

void ClusterCard::mouseReleaseEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton && rect().contains(event->position().toPoint())) {
        Q_EMIT opened(m_cluster);
    }
    Card::mouseReleaseEvent(event);
}

} // namespace sextant::ui
