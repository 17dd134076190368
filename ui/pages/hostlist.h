// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/migration/migration.h"
#include "ui/pages/rowlist.h"

#include <functional>
#include <optional>
#include <vector>

namespace sextant::ui {

/// Helios hosts, those that would be empty first: how many of their tasks stay, and which services keep them.
class HostList : public RowList {
    Q_OBJECT
public:
    explicit HostList(QWidget *parent = nullptr);
    /// @param keepers names what keeps a host; asked only for the rows that are seen.
    void show(const std::vector<migration::HostLeft> &hosts, std::function<QStringList(const NodeId &)> keepers);
    const std::vector<migration::HostLeft> &hosts() const { return m_hosts; }

private:
    const QStringList &keepersOf(std::size_t row) const;
    void paintHost(QPainter &painter, const QRect &box, int row) const;
    std::vector<migration::HostLeft> m_hosts;
    std::function<QStringList(const NodeId &)> m_keepers;
    mutable std::vector<std::optional<QStringList>> m_known;
};

} // namespace sextant::ui
