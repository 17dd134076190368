// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/migration/migration.h"
#include "ui/theme/widgets.h"

#include <QString>

namespace sextant::ui {
class FleetModel;
}

/// Words, marks and bars that everything about the migration shares.
namespace sextant::ui::moving {

QString text(std::string_view utf8); ///< from outside, as it may be shown
QString count(std::int64_t n); ///< "1,204"
QString instances(const migration::Side &side); ///< "—" where it could not be looked at
QString stageText(migration::Stage stage); ///< "in parallel"
/// Violet square, both halves, blue square, tick, triangle.
void paintStage(QPainter &painter, migration::Stage stage, const QRectF &box);
/// "61 %"; "—" when nothing is known of it.
QString percent(const migration::Share &share);
MovedBar barOf(const migration::Share &share, bool stale = false);
/// Age in its stage: "41d"; "—" when it stood there when it was first seen.
QString age(const migration::Service &service, Time now);
/// "2.1.0, 2.2.0" or "—".
QString versions(const migration::Side &side);
Tip::Content tip(const migration::Service &service, Time now);
/// The migration narrowed to the scope: by cluster, owner and, of what is on Kubernetes, namespace; pools do not narrow
/// services. Unmatched, hosts and burn-up stay the whole fleet's.
migration::ProgressPtr scoped(const FleetModel &fleet);

} // namespace sextant::ui::moving
