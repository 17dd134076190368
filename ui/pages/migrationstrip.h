// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/migration/migration.h"
#include "ui/theme/widgets.h"

#include <array>

namespace sextant::ui {

/// The shares of services, instances, CPU and memory beside each other, each as figure, count, bar and what it is taken
/// over.
class MigrationStrip : public Card {
    Q_OBJECT
public:
    explicit MigrationStrip(QWidget *parent = nullptr);
    void show(const migration::Progress &progress, bool stale);

private:
    struct Part {
        TextLabel *figure;
        ElidedLabel *detail;
        MovedBarWidget *bar;
        ElidedLabel *note;
    };
    Part makePart(const QString &name);
    std::array<Part, 4> m_parts{}; ///< services, instances, CPU, memory
};

} // namespace sextant::ui
