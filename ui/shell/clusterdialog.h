// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/bridge/fleetmodel.h"

#include <QDialog>
#include <QThreadPool>

#include <vector>

class QLineEdit;
class QListWidget;
class QPushButton;
class QStackedWidget;

namespace sextant::ui {

class ElidedLabel;
class Segments;
class StatePanel;
class TextLabel;

/// Chooses a context of a kubeconfig, or takes the masters of a Helios cluster, and opens it. Files are read and
/// clusters are opened on a job's thread; what goes wrong is said in the dialog.
class ClusterDialog : public QDialog {
    Q_OBJECT
public:
    explicit ClusterDialog(FleetModel &fleet, QWidget *parent = nullptr);
    ~ClusterDialog() override;

    /// Reads the contexts of `kubeconfig`; empty: as kubectl finds it.
    void readContexts(const QString &kubeconfig);
    const std::vector<ContextInfo> &contexts() const { return m_contexts; }
    bool busy() const { return m_busy; }
    QString message() const;

Q_SIGNALS:
    void contextsRead();
    void opened(sextant::ClusterId id);

private:
    void take(const QString &kubeconfig, Result<std::vector<ContextInfo>> contexts);
    void filterRows();
    QWidget *makeContexts();
    QWidget *makeMasters();
    bool helios() const;
    void turn();
    void openWanted();
    void openChosen();
    void openMasters();
    void add(const ClusterConfig &config, const QString &name);
    void refreshButtons();

    FleetModel &m_fleet;
    Segments *m_which;
    QStackedWidget *m_pages;
    QLineEdit *m_masters;
    QLineEdit *m_name;
    QLineEdit *m_search;
    QListWidget *m_list;
    ElidedLabel *m_source;
    TextLabel *m_message;
    QPushButton *m_open;
    QPushButton *m_file;
    QString m_kubeconfig;
    std::vector<ContextInfo> m_contexts;
    bool m_busy = false;
    QThreadPool m_jobs;
};

} // namespace sextant::ui
