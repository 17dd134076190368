// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/scrolledcolumn.h"

#include "ui/theme/theme.h"

#include <QScrollArea>
#include <QVBoxLayout>

namespace sextant::ui {

QVBoxLayout *makeScrolledColumn(QWidget *page)
{
    const Theme &theme = Theme::instance();
    auto *scroll = new QScrollArea(page);
    auto *outer = new QVBoxLayout(page);
    outer->setContentsMargins(0, 0, 0, 0);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    outer->addWidget(scroll);
    auto *content = new QWidget(scroll);
    auto *column = new QVBoxLayout(content);
    column->setContentsMargins(theme.px(16), theme.px(16), theme.px(16), theme.px(16));
    column->setSpacing(theme.px(12));
    scroll->setWidget(content);
    return column;
}

} // namespace sextant::ui
