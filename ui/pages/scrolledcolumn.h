// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QVBoxLayout;
class QWidget;

namespace sextant::ui {

/// Fills a page with one column of cards that scrolls, with the margins all such pages have. What stands in it is a
/// child of the column's parentWidget().
QVBoxLayout *makeScrolledColumn(QWidget *page);

} // namespace sextant::ui
