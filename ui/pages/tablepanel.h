// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/capacity/accounting.h"
#include "core/fleet/ids.h"
#include "ui/pages/tablestate.h"

#include <QTimer>
#include <QWidget>

#include <functional>
#include <memory>
#include <optional>

class QMenu;

namespace sextant::ui {

class StatePanel;
class TableFoot;
class TableModel;
class TableStrip;
class TableView;

/// A table with all that belongs to it: the strip that says what is amiss, head and rows or what stands in their place,
/// and the foot. Knows pictures, not where they come from.
class TablePanel final : public QWidget {
    Q_OBJECT
public:
    /// `name`: of the settings and widgets ("pods").
    TablePanel(std::unique_ptr<TableModel> model, const QString &name, QWidget *parent = nullptr);
    ~TablePanel() override;

    TableModel &model() { return *m_model; }
    TableView &view() { return *m_view; }
    TableFoot &foot() { return *m_foot; }
    TableStrip &strip() { return *m_strip; }
    StatePanel &blank() { return *m_blank; }
    /// Rows are on screen, not what stands in their place.
    bool showsRows() const;

    void setPicture(const PicturePtr &picture);
    void setNow(Time now);
    /// Seen or not: what nobody sees takes note of the newest picture and does nothing with it.
    void setActive(bool active);
    /// "182 of 6,919 pods"
    QString summary() const;
    /// The command that shows an object, for the context menu.
    void setCommand(std::function<QString(const AnyId &)> command) { m_command = std::move(command); }
    /// The window names clusters that are old or gone by itself; the strip then keeps to what is of this table.
    void setWindowNamesClusters(bool names);
    /// The menu of a cell; the caller owns it.
    QMenu *menuFor(const QModelIndex &index);
    void openChooser(const QPoint &globalPlace);
    /// Writes what is filtered, as CSV, or as JSON where the name ends so, in a job; `exported` says how it went.
    void exportTo(const QString &file);
    /// Asks for a file, then exports.
    void askExport();

Q_SIGNALS:
    void summaryChanged();
    void selected(const sextant::AnyId &id); ///< by the user
    void detailsWanted(const sextant::AnyId &id);
    void mapWanted(const sextant::AnyId &id);
    /// The node of a pod, the pods of a node or a workload.
    void relatedWanted(const sextant::AnyId &id);
    void blankAction(sextant::ui::TableBlank::Action action);
    void exported(const QString &file, const QString &problem); ///< problem empty: done

private:
    void refreshState();
    void sayExported(const QString &file, const QString &problem);
    void act(bool primary);
    void showMenu(const QPoint &place);

    std::unique_ptr<TableModel> m_model;
    TableStrip *m_strip;
    TableView *m_view;
    StatePanel *m_blank;
    TableFoot *m_foot;
    TableState m_state;
    std::optional<TableNote> m_exportNote; ///< how the last export went, for a while
    QTimer m_exportNoteTime;
    QString m_summary;
    Time m_now;
    bool m_windowNames = false;
    PicturePtr m_newest; ///< its rows may still be on their way; what it says of the clusters holds at once
    std::function<QString(const AnyId &)> m_command;
};

} // namespace sextant::ui
