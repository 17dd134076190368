// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/details/detailspanel.h"

#include "ui/details/rawview.h"
#include "ui/details/sectionwidget.h"
#include "ui/theme/breaking.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QVBoxLayout>

namespace sextant::ui {

namespace {

Theme &theme() { return Theme::instance(); }

/// Why it is not well: a frame with a 3 px bar in the state's colour; the rule to ask for below, where there is one.
class CauseBox final : public QWidget {
public:
    explicit CauseBox(QWidget *parent)
        : QWidget(parent)
        , m_text(new TextLabel(TextRole::Table, Token::Text, this))
        , m_copy(new QPushButton(icon(QStringLiteral("copy")), DetailsPanel::tr("Copy the Rule to Ask For"), this))
    {
        setObjectName(QStringLiteral("cause"));
        auto *layout = new QVBoxLayout(this);
        layout->setContentsMargins(theme().px(12), theme().px(8), theme().px(10), theme().px(8));
        layout->setSpacing(theme().px(8));
        m_text->setWordWrap(true);
        m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
        layout->addWidget(m_text);
        layout->addWidget(m_copy, 0, Qt::AlignLeft);
        connect(m_copy, &QPushButton::clicked, this, [this] { QApplication::clipboard()->setText(m_rule); });
        connect(&theme(), &Theme::changed, this, qOverload<>(&QWidget::update));
    }
    void setCause(const QString &text, State state, const QString &rule)
    {
        m_text->setText(breakable(text));
        m_state = state;
        m_rule = rule;
        m_copy->setVisible(!rule.isEmpty());
        m_copy->setToolTip(plainTip(rule));
        setAccessibleName(text);
        setVisible(!text.isEmpty() || !rule.isEmpty());
        update();
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setPen(theme().color(Token::Border));
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
        painter.fillRect(QRect(0, 0, 3, height()), theme().state(m_state));
    }

private:
    TextLabel *m_text;
    QPushButton *m_copy;
    QString m_rule;
    State m_state = State::Warning;
};

class Column final : public QWidget {
public:
    using QWidget::QWidget;

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.fillRect(rect(), theme().color(Token::Surface));
    }
};

} // namespace

DetailsPanel::DetailsPanel(FleetModel &fleet, QWidget *parent)
    : QWidget(parent)
    , m_fleet(fleet)
    , m_path(new ElidedLabel(TextRole::Caption, Token::TextSecondary))
    , m_glyph(new StateGlyph(12))
    , m_name(new ElidedLabel(TextRole::Title))
    , m_status(new ElidedLabel(TextRole::Table, Token::TextSecondary))
    , m_cause(new CauseBox(this))
    , m_scroll(new QScrollArea(this))
    , m_column(new Column)
    , m_columnLayout(new QVBoxLayout(m_column))
    , m_eventsSection(new SectionWidget(m_column))
    , m_companionPlace(new QWidget(m_column))
    , m_foot(new QWidget(this))
    , m_raw(new QPushButton(tr("&Raw Object"), m_foot))
    , m_jump(new QPushButton(m_foot))
    , m_copyName(new IconButton(QStringLiteral("copy"), tr("Copy Name"), this))
    , m_copyCommand(new QPushButton(tr("&kubectl"), m_foot))
{
    setObjectName(QStringLiteral("details"));
    setAccessibleName(tr("Details"));
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(1, 0, 0, 0);
    all->setSpacing(0);
    auto *head = new QVBoxLayout;
    head->setContentsMargins(theme().px(16), theme().px(6), theme().px(12), theme().px(8));
    head->setSpacing(theme().px(2));
    auto *pathRow = new QHBoxLayout;
    pathRow->setSpacing(0);
    auto *close = new IconButton(QStringLiteral("close"), tr("Close Details (Esc)"), this);
    close->setObjectName(QStringLiteral("closeDetails"));
    pathRow->addWidget(m_path, 1);
    pathRow->addWidget(m_copyName);
    pathRow->addWidget(close);
    head->addLayout(pathRow);
    m_name->setAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    head->addWidget(m_name);
    auto *statusRow = new QHBoxLayout;
    statusRow->setContentsMargins(0, theme().px(4), 0, 0);
    statusRow->setSpacing(theme().px(8));
    statusRow->addWidget(m_glyph);
    m_status->setElideMode(Qt::ElideRight);
    m_status->setColor(Token::Text);
    statusRow->addWidget(m_status, 1);
    head->addLayout(statusRow);
    all->addLayout(head);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_columnLayout->setContentsMargins(0, 0, 0, 0);
    m_columnLayout->setSpacing(0);
    auto *causeRow = new QHBoxLayout;
    causeRow->setContentsMargins(theme().px(16), theme().px(4), theme().px(16), theme().px(10));
    causeRow->addWidget(m_cause);
    m_columnLayout->addLayout(causeRow);
    m_columnLayout->addWidget(m_eventsSection);
    auto *place = new QVBoxLayout(m_companionPlace);
    place->setContentsMargins(0, 0, 0, 0);
    m_companionPlace->hide();
    m_columnLayout->addWidget(m_companionPlace);
    m_columnLayout->addStretch(1);
    m_scroll->setWidget(m_column);
    all->addWidget(m_scroll, 1);
    auto *foot = new QHBoxLayout(m_foot);
    foot->setContentsMargins(theme().px(12), theme().px(6), theme().px(8), theme().px(6));
    foot->setSpacing(theme().px(6));
    for (QPushButton *button : {m_raw, m_jump, m_copyCommand}) {
        foot->addWidget(button);
    }
    foot->addStretch(1);
    m_foot->setFixedHeight(theme().px(38));
    all->addWidget(m_foot);
    m_eventsSection->setButton(tr("Read Events"));
    m_eventsSection->button()->setObjectName(QStringLiteral("readEvents"));
    connect(close, &QAbstractButton::clicked, this, &DetailsPanel::closeWanted);
    connect(m_raw, &QPushButton::clicked, this, &DetailsPanel::openRaw);
    connect(m_jump, &QPushButton::clicked, this, [this] { Q_EMIT viewWanted(m_sheet.jumpView); });
    connect(m_copyName, &QAbstractButton::clicked, this, [this] {
        const ObjectRef ref = m_fleet.refOf(m_id);
        QApplication::clipboard()->setText(ref.name.empty() ? m_sheet.name : QString::fromStdString(ref.name));
    });
    connect(m_copyCommand, &QPushButton::clicked, this,
        [this] { QApplication::clipboard()->setText(m_fleet.kubectlCommand(m_id)); });
    connect(m_eventsSection->button(), &QPushButton::clicked, this, &DetailsPanel::readEvents);
    connect(m_eventsSection, &SectionWidget::linkClicked, this, [this](const AnyId &id) { m_fleet.select(id); });
    connect(&m_fleet, &FleetModel::selectionChanged, this, &DetailsPanel::selectionChanged);
    connect(&m_fleet, &FleetModel::pictureChanged, this, &DetailsPanel::refresh);
    connect(&m_fleet, &FleetModel::migrationChanged, this, [this] {
        if (!m_service.empty()) {
            refresh();
        }
    });
    connect(&m_fleet, &FleetModel::tick, this, &DetailsPanel::refresh);
    connect(&theme(), &Theme::changed, this, qOverload<>(&QWidget::update));
    selectionChanged();
}

DetailsPanel::~DetailsPanel() = default;

void DetailsPanel::setCompanion(QWidget *companion)
{
    if (companion != nullptr && companion != m_companion) {
        if (m_companion != nullptr) {
            m_companion->hide();
        }
        m_companionPlace->layout()->addWidget(companion);
        m_companion = companion;
    }
    m_companionPlace->setVisible(companion != nullptr);
}

void DetailsPanel::selectionChanged()
{
    if (m_id != m_fleet.selection() || m_service != m_fleet.service()) {
        m_id = m_fleet.selection();
        m_service = m_fleet.service();
        m_sheet = {};
        clearEvents();
        m_scroll->verticalScrollBar()->setValue(0);
        follow();
    }
    refresh();
}

/// From now on its history is kept; what nobody has seen is not drawn.
void DetailsPanel::follow()
{
    if (const auto *node = std::get_if<NodeId>(&m_id)) {
        m_fleet.history().follow(*node, m_fleet.now());
    } else if (const auto *workload = std::get_if<WorkloadId>(&m_id)) {
        m_fleet.history().follow(*workload, m_fleet.now());
    }
}

void DetailsPanel::refresh()
{
    if (!m_service.empty()) {
        const migration::Service *service = m_fleet.migration()->find(m_service);
        apply(service != nullptr ? serviceSheet(*m_fleet.picture(), *service, m_fleet.now()) : goneSheet(m_sheet));
        return;
    }
    if (std::holds_alternative<std::monostate>(m_id)) {
        Sheet none;
        none.name = tr("Nothing selected");
        none.status = tr("Select a node, a pod, a workload or a service.");
        apply(std::move(none));
        return;
    }
    Sheet sheet = sheetOf(*m_fleet.picture(), m_id, &m_fleet.history(), m_fleet.now());
    if (!sheet.there) {
        sheet = goneSheet(m_sheet);
    }
    apply(std::move(sheet));
}

void DetailsPanel::apply(Sheet sheet)
{
    m_sheet = std::move(sheet);
    m_path->setText(m_sheet.path);
    m_name->setText(m_sheet.name);
    m_status->setText(m_sheet.status);
    m_status->setColor(m_sheet.stale || !m_sheet.there ? Token::TextSecondary : Token::Text);
    m_glyph->setVisible(m_sheet.state.has_value());
    if (m_sheet.state) {
        m_glyph->setState(*m_sheet.state);
    }
    static_cast<CauseBox *>(m_cause)->setCause(m_sheet.cause, m_sheet.causeState, m_sheet.rule);
    const std::size_t wanted = m_sheet.sections.size();
    while (m_sections.size() > wanted) {
        SectionWidget *section = m_sections.back();
        m_sections.pop_back();
        m_columnLayout->removeWidget(section);
        section->hide();
        section->deleteLater();
    }
    for (std::size_t i = 0; i < wanted; ++i) {
        if (i == m_sections.size()) {
            auto *section = new SectionWidget(m_column);
            connect(section, &SectionWidget::linkClicked, this, [this](const AnyId &id) { m_fleet.select(id); });
            const int after = i == 0 ? 0 : m_columnLayout->indexOf(m_sections.back());
            m_columnLayout->insertWidget(after + 1, section);
            m_sections.push_back(section);
            section->show();
        }
        m_sections[i]->setSection(m_sheet.sections[i]);
    }
    // Events stand before what is only for reference.
    std::size_t at = 0;
    while (at < wanted && m_sheet.sections[at].key != QLatin1String("facts")) {
        ++at;
    }
    const int place = static_cast<int>(at) + 1;
    if (m_columnLayout->indexOf(m_eventsSection) != place) {
        m_columnLayout->removeWidget(m_eventsSection);
        m_columnLayout->insertWidget(place, m_eventsSection);
    }
    m_eventsSection->setVisible(m_sheet.events || m_sheet.history);
    showEvents();
    m_foot->setVisible(m_sheet.there);
    m_copyName->setVisible(!m_sheet.path.isEmpty());
    m_raw->setVisible(m_sheet.object);
    m_jump->setText(m_sheet.jumpText);
    m_jump->setVisible(!m_sheet.jumpView.isEmpty());
    const QString command = m_fleet.kubectlCommand(m_id);
    m_copyCommand->setVisible(!command.isEmpty());
    const bool helios = command.startsWith(QLatin1String("helios"));
    m_copyCommand->setText(helios ? tr("&helios") : tr("&kubectl"));
    m_copyCommand->setAccessibleName(helios ? tr("Copy the helios command") : tr("Copy the kubectl command"));
    m_copyCommand->setToolTip(plainTip(tr("Copy: %1").arg(shown(command.toStdString()))));
    update();
}

void DetailsPanel::clearEvents()
{
    delete m_asking.data();
    m_eventState = Events::Closed;
    m_eventRows.clear();
    m_eventError.clear();
}

void DetailsPanel::readEvents()
{
    if (!m_sheet.events && !m_sheet.history) {
        return;
    }
    delete m_asking.data();
    auto *asking = new QObject(this);
    m_asking = asking;
    m_eventState = Events::Loading;
    showEvents();
    m_fleet.readEvents(m_id, asking, [this](Result<std::vector<EventRow>> answer) {
        if (answer) {
            m_eventState = Events::There;
            m_eventRows = std::move(answer.value());
        } else {
            m_eventState = Events::Failed;
            m_eventError = shown(answer.error().text());
        }
        if (m_asking != nullptr) {
            m_asking->deleteLater();
        }
        showEvents();
    });
}

void DetailsPanel::showEvents()
{
    DetailSection section;
    section.key = QStringLiteral("events");
    section.title = m_sheet.history ? tr("History") : tr("Events");
    const auto note = [&section](const QString &text) {
        DetailRow row;
        row.kind = DetailRow::Kind::Note;
        row.value = text;
        section.rows.push_back(std::move(row));
    };
    QString button = tr("Read Again");
    switch (m_eventState) {
    case Events::Closed:
        button = m_sheet.history ? tr("Read History") : tr("Read Events");
        break;
    case Events::Loading:
        button.clear();
        note(tr("Reading from the cluster…"));
        break;
    case Events::Failed:
        button = tr("Try Again");
        note(m_eventError);
        break;
    case Events::There:
        section.rows = eventRows(m_eventRows, m_fleet.now());
        section.note = QString::number(m_eventRows.size());
        if (m_eventRows.empty()) {
            note(m_sheet.history ? tr("Its agents kept no history of it.")
                                 : tr("The cluster holds no events about it; they are kept for an hour, as a rule."));
        }
        break;
    }
    m_eventsSection->setSection(section);
    m_eventsSection->setButton(button);
}

QString DetailsPanel::eventsText() const
{
    return m_eventState == Events::Closed ? QString() : m_eventsSection->plainText();
}

RawView *DetailsPanel::rawView() const { return m_rawView; }

void DetailsPanel::openRaw()
{
    if (!m_sheet.object) {
        return;
    }
    if (m_rawView != nullptr) {
        m_rawView->close();
    }
    auto *view = new RawView(m_sheet.name, window());
    m_rawView = view;
    view->setAttribute(Qt::WA_DeleteOnClose);
    const AnyId id = m_id;
    const auto read = [this, id, view] {
        view->showLoading();
        m_fleet.readObject(id, view, [view](const Result<std::string> &answer) { view->showAnswer(answer); });
    };
    connect(view, &RawView::retryWanted, this, read);
    view->show();
    read();
}

void DetailsPanel::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), theme().color(Token::Surface));
    painter.fillRect(QRect(0, 0, 1, height()), theme().color(Token::Border));
    painter.fillRect(QRect(0, m_foot->y(), width(), m_foot->isHidden() ? 0 : 1), theme().color(Token::Border));
}

} // namespace sextant::ui
