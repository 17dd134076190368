// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/flowlayout.h"

#include <QWidget>

#include <algorithm>

namespace sextant::ui {

FlowLayout::FlowLayout(int least, int most, int gap, QWidget *parent)
    : QLayout(parent)
    , m_least(least)
    , m_most(most)
    , m_gap(gap)
{
    setContentsMargins(0, 0, 0, 0);
}

FlowLayout::~FlowLayout() { qDeleteAll(m_items); }

void FlowLayout::addItem(QLayoutItem *item) { m_items.push_back(item); }

QLayoutItem *FlowLayout::takeAt(int index)
{
    return index >= 0 && index < m_items.size() ? m_items.takeAt(index) : nullptr;
}

QSize FlowLayout::minimumSize() const
{
    QSize size(m_least, 0);
    for (const QLayoutItem *item : m_items) {
        size = size.expandedTo(item->minimumSize());
    }
    return size;
}

QSize FlowLayout::sizeHint() const { return {m_least * std::max(1, count()), minimumSize().height()}; }

void FlowLayout::setGeometry(const QRect &rect)
{
    QLayout::setGeometry(rect);
    arrange(rect, true);
}

int FlowLayout::arrange(const QRect &rect, bool apply) const
{
    QList<QLayoutItem *> items;
    for (QLayoutItem *item : m_items) {
        if (item->widget() == nullptr || !item->widget()->isHidden()) {
            items.push_back(item);
        }
    }
    if (items.isEmpty()) {
        return 0;
    }
    const int all = static_cast<int>(items.size());
    const int fit = std::clamp((rect.width() + m_gap) / (m_least + m_gap), 1, all);
    const int rows = (all + fit - 1) / fit;
    const int columns = (all + rows - 1) / rows; // rows as full as each other: four cards stand two by two
    const int share = (rect.width() - m_gap * (columns - 1)) / columns;
    // Few cards on a wide window keep a width one can read.
    const int width = rows > 1 ? share : std::min(m_most, share);
    int y = rect.top();
    for (int first = 0; first < items.size(); first += columns) {
        const int last = std::min<int>(first + columns, static_cast<int>(items.size()));
        int height = 0;
        for (int i = first; i < last; ++i) {
            QLayoutItem *item = items[i];
            height =
                std::max(height, item->hasHeightForWidth() ? item->heightForWidth(width) : item->sizeHint().height());
        }
        for (int i = first; apply && i < last; ++i) {
            items[i]->setGeometry(QRect(rect.left() + (i - first) * (width + m_gap), y, width, height));
        }
        y += height + (last < items.size() ? m_gap : 0);
    }
    return y - rect.top();
}

} // namespace sextant::ui
