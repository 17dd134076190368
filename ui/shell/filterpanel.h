// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/query/filtercomplete.h"
#include "ui/theme/widgets.h"

#include <QListView>
#include <QWidget>

#include <vector>

namespace sextant::ui {

class FilterOffers;

/// What stands under the filter field while it is typed in: a sentence about what is typed, and what may follow. Part
/// of the window, never takes the keyboard.
class FilterPanel final : public QWidget {
    Q_OBJECT
public:
    explicit FilterPanel(QWidget *window);

    void setMessage(std::optional<State> state, const QString &text); ///< empty: none
    QString message() const { return m_text->text(); }
    void setOffers(std::vector<FilterOffer> offers); ///< none is chosen at first
    const std::vector<FilterOffer> &offers() const;
    QListView *list() const { return m_list; }
    int current() const { return m_list->currentIndex().row(); } ///< -1: none
    void move(int step); ///< to the next or last offer, around the ends
    /// Shows itself under `field`, or hides when it has nothing to say.
    void place(const QWidget &field);

Q_SIGNALS:
    void chosen(int row); ///< by the mouse

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    FilterOffers *m_offers;
    StateGlyph *m_glyph;
    TextLabel *m_text;
    QWidget *m_line;
    QListView *m_list;
};

} // namespace sextant::ui
