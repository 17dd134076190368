// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/widgets.h"

#include <QAction>
#include <QWidget>

#include <map>

class QVBoxLayout;

namespace sextant::ui {

/// One line of the side navigation: icon, name, a count or problems at the right.
class NavItem : public QAbstractButton {
    Q_OBJECT
public:
    NavItem(QAction *action, const QString &iconName, QWidget *parent);
    void setCount(const QString &count, std::optional<State> glyph = {});
    QString count() const { return m_count; }
    void setCurrent(bool current);
    bool current() const { return m_current; }
    void setFolded(bool folded);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void enterEvent(QEnterEvent *event) override;
    void leaveEvent(QEvent *event) override;

private:
    QString m_iconName, m_count;
    std::optional<State> m_glyph;
    bool m_current = false;
    bool m_folded = false;
};

/// The views, in groups, and the fold button below. 160 wide, 48 folded.
class SideNav : public QWidget {
    Q_OBJECT
public:
    explicit SideNav(QWidget *parent = nullptr);
    void add(const QString &view, QAction *action, const QString &iconName);
    void addGap();
    /// At the foot, with its shortcut.
    void addFold(QAction *action);
    NavItem *item(const QString &view) const;
    void setCurrent(const QString &view);
    void setFolded(bool folded);
    bool folded() const { return m_folded; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QVBoxLayout *m_layout;
    std::map<QString, NavItem *> m_items;
    std::vector<NavItem *> m_all;
    bool m_folded = false;
};

} // namespace sextant::ui
