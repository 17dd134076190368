// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/overviewpage.h"

#include "core/base/format.h"
#include "core/report/report.h"
#include "ui/bridge/fleetmodel.h"
#include "ui/bridge/freshness.h"
#include "ui/pages/attentionlist.h"
#include "ui/pages/clustercard.h"
#include "ui/pages/flowlayout.h"
#include "ui/pages/migrationcard.h"
#include "ui/pages/migrationwords.h"
#include "ui/pages/scrolledcolumn.h"
#include "ui/theme/widgets.h"

#include <QHBoxLayout>
#include <QVBoxLayout>
#include <QtConcurrent>

#include <algorithm>

namespace sextant::ui {

namespace {

QString q(const std::string &text) { return QString::fromStdString(text); }

Bar barOf(const ResourceSums &sums)
{
    const auto share = [&](std::int64_t part) {
        const auto percent = percentOf(part, sums.whole());
        return percent ? *percent / 100 : -1;
    };
    Bar bar;
    bar.requested = share(sums.requestedOfWhole());
    bar.used = share(sums.used);
    return bar;
}

} // namespace

Page *makeOverviewPage(FleetModel &fleet, QWidget *parent) { return new OverviewPage(fleet, parent); }

OverviewPage::OverviewPage(FleetModel &fleet, QWidget *parent)
    : Page(parent)
    , m_fleet(fleet)
{
    setObjectName(QStringLiteral("overviewPage"));
    const Theme &theme = Theme::instance();
    QVBoxLayout *column = makeScrolledColumn(this);
    QWidget *content = column->parentWidget();

    auto *answers = new QHBoxLayout;
    answers->setSpacing(theme.px(12));
    m_well = makeAnswer(tr("Is the fleet well?"), false);
    m_cpu = makeAnswer(tr("How full is its CPU?"), true);
    m_memory = makeAnswer(tr("How full is its memory?"), true);
    for (const Answer &answer : {m_well, m_cpu, m_memory}) {
        answers->addWidget(answer.card, 1);
    }
    m_far = new MigrationAnswer(content);
    answers->addWidget(m_far, 1);
    column->addLayout(answers);

    m_cardsHolder = new QWidget(content);
    auto *flow = new FlowLayout(theme.px(340), theme.px(640), theme.px(12), m_cardsHolder);
    m_cardsHolder->setLayout(flow);
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    m_cardsHolder->setSizePolicy(policy);
    column->addWidget(m_cardsHolder);

    m_attention = new Card(tr("Needs attention"), content);
    m_attention->body()->setContentsMargins(0, 0, 0, theme.px(6));
    m_list = new AttentionList(m_attention);
    m_good = new StatePanel(m_attention);
    m_good->hide();
    m_attention->body()->addWidget(m_list);
    m_attention->body()->addWidget(m_good);
    m_attention->body()->addStretch(1);
    m_attention->setMinimumHeight(theme.px(240));
    m_migration = new MigrationCard(content);
    auto *below = new QHBoxLayout;
    below->setSpacing(theme.px(12));
    below->addWidget(m_attention, 2);
    below->addWidget(m_migration, 1, Qt::AlignTop);
    column->addLayout(below, 1);
    m_far->hide();
    m_migration->hide();

    connect(m_list, &AttentionList::activated, this, [this](const AnyId &object) {
        m_fleet.select(object);
        Q_EMIT viewWanted(std::holds_alternative<NodeId>(object) ? QStringLiteral("nodes")
                : std::holds_alternative<WorkloadId>(object)     ? QStringLiteral("workloads")
                                                                 : QStringLiteral("pods"));
    });
    connect(&m_fleet, &FleetModel::pictureChanged, this, &OverviewPage::refresh);
    connect(&m_fleet, &FleetModel::scopeChanged, this, [this] {
        m_pause.stop();
        refresh();
    });
    m_pause.setSingleShot(true);
    m_pause.setInterval(1000);
    connect(&m_pause, &QTimer::timeout, this, [this] {
        if (m_again && isVisible()) {
            askAttention();
        }
    });
    connect(&m_fleet, &FleetModel::tick, this, [this] {
        if (isVisible()) {
            refreshCards();
        }
    });
    connect(&m_fleet, &FleetModel::migrationChanged, this, [this] {
        if (isVisible()) {
            refreshMigration();
        }
    });
    const auto openMigration = [this] { Q_EMIT viewWanted(QStringLiteral("migration")); };
    connect(m_far, &MigrationAnswer::opened, this, openMigration);
    connect(m_migration, &MigrationCard::opened, this, openMigration);
}

OverviewPage::~OverviewPage() { m_jobs.waitForDone(); }

OverviewPage::Answer OverviewPage::makeAnswer(const QString &question, bool bar)
{
    const Theme &theme = Theme::instance();
    Answer answer{};
    answer.card = new Card(QString(), this);
    answer.card->setMinimumHeight(theme.px(132));
    auto *body = answer.card->body();
    body->setContentsMargins(theme.px(16), theme.px(12), theme.px(16), theme.px(12));
    body->setSpacing(theme.px(6));
    answer.question = new TextLabel(question, TextRole::Caption, Token::TextSecondary, answer.card);
    body->addWidget(answer.question);
    auto *line = new QHBoxLayout;
    line->setSpacing(theme.px(8));
    answer.glyph = new StateGlyph(14, answer.card);
    answer.glyph->setVisible(!bar);
    answer.figure = new TextLabel(TextRole::Figure, Token::Text, answer.card);
    answer.detail = new ElidedLabel(TextRole::Body, Token::TextSecondary, answer.card);
    line->addWidget(answer.glyph, 0, Qt::AlignVCenter);
    line->addWidget(answer.figure);
    line->addWidget(answer.detail, 1, Qt::AlignBottom);
    answer.detail->setElideMode(Qt::ElideRight);
    body->addLayout(line);
    answer.bar = new BarWidget(12, answer.card);
    answer.bar->setVisible(bar);
    body->addWidget(answer.bar);
    answer.line = new ElidedLabel(TextRole::Table, Token::Text, answer.card);
    answer.legend = new ElidedLabel(TextRole::Caption, Token::TextSecondary, answer.card);
    for (ElidedLabel *label : {answer.line, answer.legend}) {
        label->setElideMode(Qt::ElideRight);
        body->addWidget(label);
    }
    answer.line->setVisible(!bar);
    body->addStretch(1);
    return answer;
}

QString OverviewPage::summary() const { return {}; }
void OverviewPage::focusContent() { m_list->setFocus(); }

void OverviewPage::showEvent(QShowEvent *event)
{
    Page::showEvent(event);
    refresh();
}

void OverviewPage::resizeEvent(QResizeEvent *event)
{
    Page::resizeEvent(event);
    arrange();
}

void OverviewPage::arrange()
{
    // Four answers need room for their words; memory stands in every cluster's card as well.
    m_memory.card->setVisible(!m_fleet.migration()->applies || width() >= Theme::instance().px(1400));
}

void OverviewPage::refreshMigration()
{
    const bool applies = m_fleet.migration()->applies;
    m_far->setVisible(applies);
    m_migration->setVisible(applies);
    arrange();
    if (applies) {
        const migration::ProgressPtr narrowed = moving::scoped(m_fleet);
        m_far->show(*narrowed);
        m_migration->show(*m_fleet.migration(), narrowed->stages, m_fleet.now());
    }
}

void OverviewPage::settle()
{
    refreshMigration();
    refreshAnswers();
    refreshCards();
    m_jobs.waitForDone();
    showAttention(attention(*m_fleet.picture(), m_fleet.scope(), m_fleet.now()));
}

void OverviewPage::refresh()
{
    if (!isVisible()) {
        m_watch.forget();
        return;
    }
    refreshMigration();
    refreshAnswers();
    refreshCards();
    if (m_watch.due(m_fleet.picture(), m_fleet.scope(), m_fleet.now())) {
        askAttention();
    }
}

void OverviewPage::refreshAnswers()
{
    const Picture &picture = *m_fleet.picture();
    const Sums sums = picture.sums(m_fleet.scope());
    const bool open = sumsOpen(picture);
    const QString plus = open ? QStringLiteral("+") : QString();
    int problems = 0, warnings = 0;
    Time worst = kNoTime;
    for (const Attention &line : m_lines) {
        (line.problem ? problems : warnings) += 1;
        if (line.problem && line.since != kNoTime && (worst == kNoTime || line.since < worst)) {
            worst = line.since;
        }
    }
    const bool nothing = sums.nodes == 0 && sums.podsTotal == 0;
    m_well.glyph->setState(nothing ? State::Unknown
            : problems > 0         ? State::Failed
            : warnings > 0         ? State::Warning
                                   : State::Ok);
    m_well.figure->setText(nothing ? QStringLiteral("—")
            : problems > 0         ? tr("%n problem(s)", nullptr, problems)
                                 .replace(QStringLiteral("(s)"), problems == 1 ? QString() : QStringLiteral("s"))
            : warnings > 0 ? tr("%n warning(s)", nullptr, warnings)
                                 .replace(QStringLiteral("(s)"), warnings == 1 ? QString() : QStringLiteral("s"))
                           : tr("All well"));
    QStringList detail;
    if (problems > 0 && warnings > 0) {
        detail << (warnings == 1 ? tr("1 warning") : tr("%1 warnings").arg(warnings));
    }
    if (problems > 0 && worst != kNoTime) {
        detail << tr("oldest %1").arg(q(formatAge(worst, m_fleet.now())));
    }
    m_well.detail->setText(detail.join(QStringLiteral(" · ")));
    const bool helios = heliosIn(picture, m_fleet.scope()), kubernetes = kubernetesIn(picture, m_fleet.scope());
    m_well.line->setText((helios && !kubernetes ? tr("%1 / %2 hosts up    %3 / %4 tasks running")
                                                : tr("%1 / %2 nodes ready    %3 / %4 pods ready"))
                             .arg(q(formatCount(sums.nodesReady)), q(formatCount(sums.nodes)) + plus,
                                 q(formatCount(sums.podsReady)), q(formatCount(sums.pods)) + plus));
    const auto of = [&](State state) { return sums.podStates[static_cast<std::size_t>(state)]; };
    if (helios && !kubernetes) {
        m_well.legend->setText(tr("tasks: %1 failed · %2 not ready · %3 starting · %4 unknown")
                                   .arg(q(formatCount(of(State::Failed))), q(formatCount(of(State::Warning))),
                                       q(formatCount(of(State::Pending))), q(formatCount(of(State::Unknown)))));
    } else {
        m_well.legend->setText(tr("pods: %1 failed · %2 not ready · %3 starting · %4 find no node")
                                   .arg(q(formatCount(of(State::Failed))), q(formatCount(of(State::Warning))),
                                       q(formatCount(of(State::Pending))), q(formatCount(sums.unscheduled))));
    }

    const bool clusters = !m_fleet.scope().ns.empty() || !m_fleet.scope().team.empty();
    const auto fill = [&](Answer &answer, const ResourceSums &r, const QString &what, const QString &free) {
        answer.figure->setText(q(formatPercent(r.requestedOfWhole(), r.whole())));
        answer.bar->setBar(barOf(r));
        if (helios && !kubernetes) {
            answer.detail->setText(tr("of %1 capacity declared").arg(what));
            const bool some = r.undeclared > 0;
            answer.legend->setText(some ? tr("use is not measured · %1 of %2 tasks declare none")
                                              .arg(q(formatCount(r.undeclared)), q(formatCount(sums.pods)))
                                        : tr("use is not measured"));
            return;
        }
        answer.detail->setText(r.allocatable == Count::kUnknown
                ? tr("allocatable is not known")
                : tr("of %1 requested, %2 used")
                      .arg(what, r.used == Count::kUnknown ? tr("unknown") : q(formatPercent(r.used, r.allocatable))));
        answer.legend->setText((clusters ? tr("of the clusters' allocatable · ") : QString()) + free
            + (helios ? tr(" · Kubernetes only") : QString()));
    };
    const auto left = [](const ResourceSums &r) {
        return r.allocatable == Count::kUnknown ? Count::kUnknown : r.allocatable - r.charged;
    };
    fill(m_cpu, sums.cpu, tr("CPU"),
        (heliosIn(picture, m_fleet.scope()) ? tr("free: %1 of %2 cores")
                                            : tr("used inside requested · free: %1 of %2 cores"))
            .arg(q(formatCores(MilliCpu(left(sums.cpu)))), q(formatCores(MilliCpu(sums.cpu.allocatable))) + plus));
    fill(m_memory, sums.memory, tr("memory"),
        (heliosIn(picture, m_fleet.scope()) ? tr("free: %1 of %2") : tr("used inside requested · free: %1 of %2"))
            .arg(q(formatBytes(Bytes(left(sums.memory)))), q(formatBytes(Bytes(sums.memory.allocatable))) + plus));
}

void OverviewPage::refreshCards()
{
    const Picture &picture = *m_fleet.picture();
    std::vector<std::size_t> wanted;
    for (std::size_t i = 0; i < picture.clusters(); ++i) {
        if (m_fleet.scope().cluster == ClusterId::None || m_fleet.scope().cluster == picture.cluster(i).id()) {
            wanted.push_back(i);
        }
    }
    const bool moved = m_cards.size() != wanted.size();
    while (m_cards.size() < wanted.size()) {
        auto *card = new ClusterCard(m_cardsHolder);
        connect(card, &ClusterCard::opened, this, [this](ClusterId cluster) {
            m_fleet.select(cluster);
            Scope scope = m_fleet.scope();
            scope.cluster = cluster;
            m_fleet.setScope(scope);
        });
        m_cardsHolder->layout()->addWidget(card);
        m_cards.push_back(card);
    }
    while (m_cards.size() > wanted.size()) {
        delete m_cards.back();
        m_cards.pop_back();
    }
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        Scope scope;
        scope.cluster = picture.cluster(wanted[i]).id();
        m_cards[i]->show(picture.cluster(wanted[i]), picture.accounting(wanted[i]),
            m_fleet.history().series(SeriesKey(scope)), m_fleet.now());
        m_cards[i]->setVisible(true);
    }
    if (moved) {
        m_cardsHolder->updateGeometry();
    }
}

void OverviewPage::askAttention()
{
    if (m_asking || m_pause.isActive()) {
        m_again = true;
        return;
    }
    m_asking = true;
    m_again = false;
    const PicturePtr picture = m_fleet.picture();
    m_watch.looked(m_fleet.scope(), m_fleet.now());
    QtConcurrent::run(&m_jobs, [picture, scope = m_fleet.scope(), now = m_fleet.now()] {
        return attention(*picture, scope, now);
    }).then(this, [this, asked = m_fleet.scope()](std::vector<Attention> lines) {
        m_asking = false;
        showAttention(std::move(lines));
        if (m_fleet.scope() != asked) {
            askAttention();
        } else {
            m_pause.start();
        }
    });
}

void OverviewPage::showAttention(std::vector<Attention> lines)
{
    m_lines = std::move(lines);
    m_list->setLines(m_lines, m_fleet.picture()->snapshot(), m_fleet.now());
    const bool none = m_lines.empty();
    m_list->setVisible(!none);
    m_good->setVisible(none);
    m_attention->setNote(
        none ? QString() : tr("worst first · %1").arg(q(formatCount(static_cast<std::int64_t>(m_lines.size())))));
    if (none) {
        const Picture &picture = *m_fleet.picture();
        const Sums sums = picture.sums(m_fleet.scope());
        const QString where = q(report::scopeText(picture, m_fleet.scope()));
        if (sums.nodes == 0 && sums.podsTotal == 0) {
            const auto missing = report::missingParts(picture, m_fleet.scope(), m_fleet.now());
            if (sumsOpen(picture) && picture.clusters() > 0
                && !std::all_of(picture.snapshot().clusters().begin(), picture.snapshot().clusters().end(),
                    [](const auto &c) { return c->status().connection == Connection::Failed; })) {
                m_good->showLoading(tr("Reading the fleet"), tr("nothing has arrived yet"), QString(), -1);
            } else {
                m_good->showPartial(tr("Nothing was read of %1.").arg(where),
                    missing.empty() ? tr("It is empty.") : q(missing.front()));
            }
        } else {
            const bool helios = !kubernetesIn(picture, m_fleet.scope());
            m_good->showGood(tr("Nothing needs attention in %1.").arg(where),
                (helios ? tr("%1 hosts and %2 tasks were looked at.%3") : tr("%1 nodes and %2 pods were looked at.%3"))
                    .arg(q(formatCount(sums.nodes)), q(formatCount(sums.podsTotal)),
                        sumsOpen(picture) ? tr(" Some clusters are not complete yet.") : QString()));
        }
    }
    refreshAnswers();
}

} // namespace sextant::ui
