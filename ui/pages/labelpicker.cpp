// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/labelpicker.h"

#include "core/base/format.h"
#include "ui/theme/widgets.h"

#include <QApplication>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QPointer>
#include <QThreadPool>
#include <QVBoxLayout>

#include <algorithm>
#include <unordered_map>

namespace sextant::ui {

std::vector<LabelCount> nodeLabels(const Picture &picture)
{
    std::unordered_map<std::string_view, std::uint32_t> counts;
    for (const auto &cluster : picture.snapshot().clusters()) {
        for (const NodeView node : cluster->nodes()) {
            for (const auto &[key, value] : node.labels()) {
                ++counts[key];
            }
        }
    }
    std::vector<LabelCount> out;
    out.reserve(counts.size());
    for (const auto &[key, nodes] : counts) {
        out.push_back({std::string(key), nodes});
    }
    std::sort(out.begin(), out.end(), [](const LabelCount &a, const LabelCount &b) {
        return a.nodes != b.nodes ? a.nodes > b.nodes : a.key < b.key;
    });
    return out;
}

LabelPicker::LabelPicker(PicturePtr picture, QWidget *parent)
    : QFrame(parent, Qt::Popup | Qt::FramelessWindowHint)
    , m_edit(new QLineEdit(this))
    , m_list(new QListWidget(this))
{
    const Theme &theme = Theme::instance();
    setObjectName(QStringLiteral("labelPicker"));
    setAccessibleName(tr("Group by a label of the nodes"));
    setAttribute(Qt::WA_DeleteOnClose);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(theme.px(12), theme.px(10), theme.px(12), theme.px(12));
    column->setSpacing(theme.px(8));
    column->addWidget(new TextLabel(tr("Group by a label of the nodes"), TextRole::Section, Token::Text, this));
    m_edit->setPlaceholderText(tr("Part of a label's name"));
    m_edit->setAccessibleName(tr("Label"));
    m_edit->installEventFilter(this);
    column->addWidget(m_edit);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setFont(theme.font(TextRole::Table));
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setAccessibleName(tr("Labels"));
    m_list->setMinimumSize(theme.px(360), theme.px(240));
    column->addWidget(m_list, 1);
    connect(m_edit, &QLineEdit::textChanged, this, &LabelPicker::narrow);
    connect(m_list, &QListWidget::itemClicked, this, &LabelPicker::choose);
    setFocusProxy(m_edit);
    QThreadPool::globalInstance()->start([picture = std::move(picture), self = QPointer<LabelPicker>(this)] {
        auto labels = std::make_shared<std::vector<LabelCount>>(nodeLabels(*picture));
        // Only the GUI thread may ask whether it is still there.
        QMetaObject::invokeMethod(
            qApp,
            [self, labels] {
                if (self != nullptr) {
                    self->take(std::move(*labels));
                }
            },
            Qt::QueuedConnection);
    });
}

void LabelPicker::take(std::vector<LabelCount> labels)
{
    m_labels = std::move(labels);
    narrow();
}

void LabelPicker::narrow()
{
    constexpr int kMost = 500;
    m_list->clear();
    const QString part = m_edit->text().trimmed();
    for (const LabelCount &label : m_labels) {
        const QString key = QString::fromStdString(label.key);
        if (!key.contains(part, Qt::CaseInsensitive)) {
            continue;
        }
        auto *item = new QListWidgetItem(
            tr("%1  ·  %2 nodes").arg(shown(label.key), QString::fromStdString(formatCount(label.nodes))), m_list);
        item->setData(Qt::UserRole, key);
        if (m_list->count() == kMost) {
            break;
        }
    }
    if (m_list->count() == 0 && !m_labels.empty()) {
        auto *none = new QListWidgetItem(tr("No node has a label like that."), m_list);
        none->setFlags(Qt::NoItemFlags);
    }
    m_list->setCurrentRow(0);
}

void LabelPicker::choose()
{
    const QListWidgetItem *item = m_list->currentItem();
    if (item == nullptr || item->data(Qt::UserRole).toString().isEmpty()) {
        return;
    }
    Q_EMIT chosen(item->data(Qt::UserRole).toString());
    close();
}

bool LabelPicker::eventFilter(QObject *object, QEvent *event)
{
    if (object == m_edit && event->type() == QEvent::KeyPress) {
        const auto *press = static_cast<QKeyEvent *>(event);
        const int row = m_list->currentRow();
        switch (press->key()) {
        case Qt::Key_Down:
            m_list->setCurrentRow(std::min(row + 1, m_list->count() - 1));
            return true;
        case Qt::Key_Up:
            m_list->setCurrentRow(std::max(row - 1, 0));
            return true;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            choose();
            return true;
        default:
            break;
        }
    }
    return QFrame::eventFilter(object, event);
}

} // namespace sextant::ui
