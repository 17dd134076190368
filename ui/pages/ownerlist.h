// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/migration/migration.h"
#include "ui/pages/rowlist.h"

namespace sextant::ui {

/// Owners beside each other: moved, moving and left as one bar on a common scale, n / m, a triangle where something was
/// rolled back.
class OwnerList : public RowList {
    Q_OBJECT
public:
    explicit OwnerList(QWidget *parent = nullptr);
    void show(const std::vector<migration::OwnerProgress> &owners);
    const std::vector<migration::OwnerProgress> &owners() const { return m_owners; }

private:
    void paintOwner(QPainter &painter, const QRect &box, int row) const;
    std::vector<migration::OwnerProgress> m_owners;
    int m_most = 1;
};

} // namespace sextant::ui
