// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/clusterdialog.h"

#include "ui/theme/widgets.h"

#include <QDialogButtonBox>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QListWidget>
#include <QPainter>
#include <QStackedWidget>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

namespace sextant::ui {

namespace {

Theme &theme() { return Theme::instance(); }
constexpr int kPlaceRole = Qt::UserRole + 1;
constexpr int kIndexRole = Qt::UserRole + 2;

/// context name | server; what cannot be opened in secondary text with its reason.
class ContextDelegate final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const override { return {200, theme().px(28)}; }
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const QRect r = option.rect;
        const bool enabled = index.flags() & Qt::ItemIsEnabled;
        painter->save();
        if (enabled && (option.state & QStyle::State_Selected)) {
            painter->fillRect(r, theme().color(Token::Selection));
            painter->fillRect(QRect(r.left(), r.top(), 3, r.height()), theme().color(Token::Accent));
        } else if (enabled && (option.state & QStyle::State_MouseOver)) {
            painter->fillRect(r, theme().color(Token::Hover));
        }
        const int side = theme().px(14);
        paintMark(*painter, Orchestrator::Kubernetes,
            QRectF(r.left() + theme().px(12), r.top() + (r.height() - side) / 2.0, side, side), theme().dark());
        const int x = r.left() + theme().px(34);
        const int half = (r.right() - x) / 2;
        painter->setFont(theme().font(TextRole::TableStrong));
        painter->setPen(theme().color(enabled ? Token::Text : Token::TextSecondary));
        const QString name = index.data(Qt::DisplayRole).toString();
        painter->drawText(QRect(x, r.top(), half - theme().px(8), r.height()),
            Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
            painter->fontMetrics().elidedText(name, Qt::ElideMiddle, half - theme().px(8)));
        painter->setFont(theme().font(TextRole::Caption));
        painter->setPen(theme().color(Token::TextSecondary));
        const QRect place(x + half, r.top(), r.right() - theme().px(12) - x - half, r.height());
        painter->drawText(place, Qt::AlignVCenter | Qt::AlignRight | Qt::TextSingleLine,
            painter->fontMetrics().elidedText(index.data(kPlaceRole).toString(), Qt::ElideMiddle, place.width()));
        painter->restore();
    }
};

} // namespace

ClusterDialog::ClusterDialog(FleetModel &fleet, QWidget *parent)
    : QDialog(parent)
    , m_fleet(fleet)
    , m_which(new Segments({tr("Kubernetes context"), tr("Helios masters")}, this))
    , m_pages(new QStackedWidget(this))
    , m_masters(new QLineEdit(this))
    , m_name(new QLineEdit(this))
    , m_search(new QLineEdit(this))
    , m_list(new QListWidget(this))
    , m_source(new ElidedLabel(TextRole::Caption, Token::TextSecondary, this))
    , m_message(new TextLabel(TextRole::Table, Token::Text, this))
    , m_open(nullptr)
    , m_file(nullptr)
{
    setObjectName(QStringLiteral("clusterDialog"));
    setWindowTitle(tr("Add a Cluster"));
    resize(theme().px(560), theme().px(420));
    m_jobs.setMaxThreadCount(1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme().px(16), theme().px(16), theme().px(16), theme().px(16));
    layout->setSpacing(theme().px(8));
    m_which->setObjectName(QStringLiteral("whichKind"));
    m_which->setAccessibleName(tr("What kind of cluster"));
    layout->addWidget(m_which, 0, Qt::AlignLeft);
    m_pages->addWidget(makeContexts());
    m_pages->addWidget(makeMasters());
    layout->addWidget(m_pages, 1);
    m_message->setObjectName(QStringLiteral("message"));
    m_message->setWordWrap(true);
    m_message->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_message->hide();
    layout->addWidget(m_message);
    auto *buttons = new QDialogButtonBox(this);
    m_file = buttons->addButton(tr("Choose a &Kubeconfig File…"), QDialogButtonBox::ResetRole);
    m_file->setObjectName(QStringLiteral("chooseFile"));
    m_file->setAutoDefault(false);
    auto *cancel = buttons->addButton(tr("&Close"), QDialogButtonBox::RejectRole);
    cancel->setAutoDefault(false);
    m_open = new PrimaryButton(tr("&Open Cluster"), this);
    buttons->addButton(m_open, QDialogButtonBox::ActionRole);
    m_open->setDefault(true);
    layout->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_open, &QPushButton::clicked, this, &ClusterDialog::openWanted);
    connect(m_which, &Segments::currentChanged, this, &ClusterDialog::turn);
    connect(m_file, &QPushButton::clicked, this, [this] {
        auto *chooser = new QFileDialog(this, tr("Choose a Kubeconfig File"));
        chooser->setAttribute(Qt::WA_DeleteOnClose);
        chooser->setFileMode(QFileDialog::ExistingFile);
        connect(chooser, &QFileDialog::fileSelected, this, &ClusterDialog::readContexts);
        chooser->open();
    });
    connect(m_search, &QLineEdit::textChanged, this, &ClusterDialog::filterRows);
    connect(m_list, &QListWidget::currentRowChanged, this, &ClusterDialog::refreshButtons);
    connect(m_list, &QListWidget::itemActivated, this, &ClusterDialog::openChosen);
    connect(m_masters, &QLineEdit::textChanged, this, [this] {
        m_message->hide(); // it was about what stood there before
        refreshButtons();
    });
    m_search->setFocus();
    refreshButtons();
    readContexts({});
}

QWidget *ClusterDialog::makeContexts()
{
    auto *page = new QWidget(m_pages);
    auto *layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, theme().px(4), 0, 0);
    layout->setSpacing(theme().px(8));
    layout->addWidget(new TextLabel(tr("Contexts of your kubeconfig"), TextRole::Section, Token::Text, page));
    layout->addWidget(m_source);
    m_search->setPlaceholderText(tr("Find a context"));
    m_search->setAccessibleName(tr("Find a context"));
    m_search->addAction(icon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    layout->addWidget(m_search);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setItemDelegate(new ContextDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setMouseTracking(true);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setAccessibleName(tr("Contexts"));
    layout->addWidget(m_list, 1);
    return page;
}

QWidget *ClusterDialog::makeMasters()
{
    auto *page = new QWidget(m_pages);
    auto *layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, theme().px(4), 0, 0);
    layout->setSpacing(theme().px(8));
    auto *head = new QHBoxLayout;
    head->setSpacing(theme().px(8));
    auto *mark = new MarkGlyph(14, page);
    mark->setOrchestrator(Orchestrator::Helios);
    head->addWidget(mark);
    head->addWidget(new TextLabel(tr("Masters of one Helios cluster"), TextRole::Section, Token::Text, page), 1);
    layout->addLayout(head);
    const auto field = [&](QLineEdit *edit, const char *name, const QString &title, const QString &placeholder) {
        auto *label = new TextLabel(title, TextRole::Table, Token::TextSecondary, page);
        label->setBuddy(edit);
        edit->setObjectName(QString::fromLatin1(name));
        edit->setPlaceholderText(placeholder);
        edit->setAccessibleName(title);
        layout->addWidget(label);
        layout->addWidget(edit);
    };
    field(m_masters, "masters", tr("Their URLs, or the domain they are found in"),
        tr("http://master-1:5801,http://master-2:5801 or domain://example.net"));
    field(m_name, "name", tr("Name to show (optional)"), tr("the first master's host, or the domain"));
    auto *note =
        new TextLabel(tr("Masters are tried in turn: the next one when one does not answer. They are only read. A "
                         "CA, a client certificate or a token file for a proxy before them is named in the "
                         "configuration file."),
            TextRole::Caption, Token::TextSecondary, page);
    note->setWordWrap(true);
    layout->addWidget(note);
    layout->addStretch(1);
    return page;
}

bool ClusterDialog::helios() const { return m_which->current() == 1; }

void ClusterDialog::turn()
{
    m_pages->setCurrentIndex(m_which->current());
    m_file->setVisible(!helios());
    if (!m_busy) {
        m_message->hide();
    }
    (helios() ? m_masters : m_search)->setFocus();
    refreshButtons();
}

ClusterDialog::~ClusterDialog() { m_jobs.waitForDone(); }

QString ClusterDialog::message() const { return m_message->isHidden() ? QString() : m_message->text(); }

void ClusterDialog::readContexts(const QString &kubeconfig)
{
    m_busy = true;
    m_message->hide();
    m_source->setText(kubeconfig.isEmpty() ? tr("Reading the kubeconfig…") : tr("Reading %1…").arg(kubeconfig));
    // The destructor waits for the job, and its queued call goes with this object.
    m_jobs.start([this, &engine = m_fleet.engine(), kubeconfig] {
        auto answer =
            std::make_shared<Result<std::vector<ContextInfo>>>(engine.availableContexts(kubeconfig.toStdString()));
        QMetaObject::invokeMethod(
            this, [this, kubeconfig, answer] { take(kubeconfig, std::move(*answer)); }, Qt::QueuedConnection);
    });
}

void ClusterDialog::take(const QString &kubeconfig, Result<std::vector<ContextInfo>> contexts)
{
    m_busy = false;
    m_kubeconfig = kubeconfig;
    m_list->clear();
    m_contexts.clear();
    if (!contexts) {
        m_source->setText(kubeconfig);
        m_message->setText(shown(contexts.error().text()));
        m_message->show();
    } else {
        m_contexts = std::move(contexts.value());
        m_source->setText(m_contexts.empty()
                ? tr("No context is in it.")
                : (kubeconfig.isEmpty() ? shown(m_contexts.front().kubeconfig) : kubeconfig));
        for (std::size_t i = 0; i < m_contexts.size(); ++i) {
            const ContextInfo &context = m_contexts[i];
            auto *item = new QListWidgetItem(shown(context.name), m_list);
            QString place = context.opened ? tr("open already")
                : context.problem.empty()  ? shown(context.server)
                                           : shown(context.problem);
            if (context.current && !context.opened) {
                place = tr("current · %1").arg(place);
            }
            item->setData(kPlaceRole, place);
            item->setData(kIndexRole, static_cast<int>(i));
            item->setToolTip(plainTip(QString(shown(context.name) + QLatin1Char('\n') + place)));
            if (context.opened) {
                item->setFlags(Qt::NoItemFlags);
            }
        }
    }
    filterRows();
    refreshButtons();
    Q_EMIT contextsRead();
}

void ClusterDialog::filterRows()
{
    int first = -1;
    for (int row = 0; row < m_list->count(); ++row) {
        QListWidgetItem *item = m_list->item(row);
        const bool fits = item->text().contains(m_search->text(), Qt::CaseInsensitive)
            || item->data(kPlaceRole).toString().contains(m_search->text(), Qt::CaseInsensitive);
        item->setHidden(!fits);
        if (fits && first < 0 && (item->flags() & Qt::ItemIsEnabled)) {
            first = row;
        }
    }
    const QListWidgetItem *current = m_list->currentItem();
    if (current == nullptr || current->isHidden()) {
        m_list->setCurrentRow(first);
    }
}

void ClusterDialog::refreshButtons()
{
    if (helios()) {
        m_open->setEnabled(!m_busy && !m_masters->text().trimmed().isEmpty());
        return;
    }
    const QListWidgetItem *item = m_list->currentItem();
    m_open->setEnabled(!m_busy && item != nullptr && !item->isHidden() && (item->flags() & Qt::ItemIsEnabled));
}

void ClusterDialog::openChosen()
{
    const QListWidgetItem *item = m_list->currentItem();
    if (m_busy || item == nullptr || !(item->flags() & Qt::ItemIsEnabled)) {
        return;
    }
    const ContextInfo &context = m_contexts[static_cast<std::size_t>(item->data(kIndexRole).toInt())];
    ClusterConfig config;
    config.name = context.name;
    config.context = context.name;
    config.kubeconfig = m_kubeconfig.toStdString();
    add(config, shown(context.name));
}

void ClusterDialog::openWanted() { helios() ? openMasters() : openChosen(); }

void ClusterDialog::openMasters()
{
    if (m_busy || m_masters->text().trimmed().isEmpty()) {
        return;
    }
    ClusterConfig config;
    config.helios = m_masters->text().trimmed().toStdString();
    config.name = m_name->text().trimmed().toStdString();
    add(config, shown(config.name.empty() ? config.helios : config.name));
}

void ClusterDialog::add(const ClusterConfig &config, const QString &name)
{
    m_busy = true;
    refreshButtons();
    m_message->setText(tr("Opening %1…").arg(name));
    m_message->show();
    m_jobs.start([this, &engine = m_fleet.engine(), config] {
        auto answer = std::make_shared<Result<ClusterId>>(engine.addCluster(config));
        QMetaObject::invokeMethod(
            this,
            [this, answer] {
                m_busy = false;
                if (!*answer) {
                    m_message->setText(shown(answer->error().text()));
                    refreshButtons();
                    return;
                }
                Q_EMIT opened(answer->value());
                accept();
            },
            Qt::QueuedConnection);
    });
}

} // namespace sextant::ui
