// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/capacity/accounting.h"

#include <QFrame>
#include <QString>

#include <cstdint>
#include <memory>
#include <vector>

class QLineEdit;
class QListWidget;

namespace sextant::ui {

/// A label key of nodes, and how many have it.
struct LabelCount {
    std::string key;
    std::uint32_t nodes = 0;
};
/// The keys of all nodes' labels, most frequent first, then by name. Any thread.
std::vector<LabelCount> nodeLabels(const Picture &picture);

/// A popup to choose a label of nodes: what is typed narrows the list, the arrows move in it, Return takes what is
/// marked. Only what some node has can be taken. Deletes itself when closed.
class LabelPicker final : public QFrame {
    Q_OBJECT
public:
    /// Counts beside the GUI thread; the list fills when that is done.
    explicit LabelPicker(PicturePtr picture, QWidget *parent = nullptr);

Q_SIGNALS:
    void chosen(const QString &key);

protected:
    bool eventFilter(QObject *object, QEvent *event) override;

private:
    void take(std::vector<LabelCount> labels);
    void narrow();
    void choose();
    std::vector<LabelCount> m_labels;
    QLineEdit *m_edit;
    QListWidget *m_list;
};

} // namespace sextant::ui
