// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/diagnostics/diagnostics.h"
#include "ui/pages/page.h"

#include <vector>

namespace sextant::ui {

class Card;
class ElidedLabel;
class FigureTable;
class TextLabel;

/// How Sextant itself is doing: what it takes of this machine, what every cluster was asked and sent, and how each kind
/// of objects of the chosen cluster stands. Made anew once a second while it is seen; narrowed by the scope's cluster.
class DiagnosticsPage : public Page {
    Q_OBJECT
public:
    explicit DiagnosticsPage(FleetModel &fleet, QWidget *parent = nullptr);

    QString summary() const override;
    void focusContent() override;
    void settle() override { refresh(); }

    void copy(); ///< all of it to the clipboard, as text
    /// Writes the text of copy(). Errors: Io.
    Result<void> save(const QString &file) override;

    FigureTable *clusters() const { return m_clusters; }
    FigureTable *kinds() const { return m_kinds; }
    /// A figure of the program by its label, as shown: "memory", "processor", "pictures", "longest stall", "strings".
    QString figure(const QString &label) const;
    QString problemText() const; ///< what is said below the kinds

protected:
    SaveOffer saveOffer() const override;
    void showEvent(QShowEvent *event) override;

private:
    struct Fact {
        QString label;
        TextLabel *value;
    };
    void makeProgram(QWidget *parent);
    void refresh();
    void showProgram();
    void showClusters();
    void showKinds();

    FleetModel &m_fleet;
    Diagnostics m_shown;
    ClusterId m_chosen = ClusterId::None; ///< None: the first one
    QString m_chosenKind;
    std::vector<Fact> m_facts;
    ElidedLabel *m_log;
    QWidget *m_copyLog;
    Card *m_program;
    FigureTable *m_clusters;
    Card *m_kindsCard;
    FigureTable *m_kinds;
    TextLabel *m_problem;
};

} // namespace sextant::ui
