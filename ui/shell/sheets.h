// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

#include <utility>
#include <vector>

namespace sextant::ui {

/// Which keys do what, in groups.
class ShortcutSheet : public QDialog {
    Q_OBJECT
public:
    struct Group {
        QString title;
        std::vector<std::pair<QString, QString>> keys; ///< key, what it does
    };
    ShortcutSheet(const std::vector<Group> &groups, QWidget *parent = nullptr);
};

/// Name, version, what it promises, licence.
class AboutDialog : public QDialog {
    Q_OBJECT
public:
    explicit AboutDialog(QWidget *parent = nullptr);
};

} // namespace sextant::ui
