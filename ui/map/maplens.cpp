// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/map/maplens.h"

#include <QCoreApplication>

#include <array>

namespace sextant::ui {

namespace {

struct Row {
    const char *id, *name, *tip;
};
constexpr std::array<Row, kLenses> kRows{{
    {"state", QT_TRANSLATE_NOOP("MapLens", "State"), QT_TRANSLATE_NOOP("MapLens", "What each pod is in")},
    {"requested", QT_TRANSLATE_NOOP("MapLens", "Requested"),
        QT_TRANSLATE_NOOP("MapLens", "How much of its node is requested")},
    {"used", QT_TRANSLATE_NOOP("MapLens", "Used"), QT_TRANSLATE_NOOP("MapLens", "How much of its request a pod uses")},
    {"waste", QT_TRANSLATE_NOOP("MapLens", "Waste"),
        QT_TRANSLATE_NOOP("MapLens", "What a pod requests and does not use, or uses beyond its request")},
    {"restarts", QT_TRANSLATE_NOOP("MapLens", "Restarts"),
        QT_TRANSLATE_NOOP("MapLens", "How often the containers of a pod were started anew")},
    {"age", QT_TRANSLATE_NOOP("MapLens", "Age"), QT_TRANSLATE_NOOP("MapLens", "How long ago a pod was created")},
    {"owner", QT_TRANSLATE_NOOP("MapLens", "Owner"), QT_TRANSLATE_NOOP("MapLens", "Which team a pod belongs to")},
    {"stage", QT_TRANSLATE_NOOP("MapLens", "Stage"),
        QT_TRANSLATE_NOOP("MapLens", "How far the service of a pod has moved from Helios to Kubernetes")},
}};

const Row &rowOf(Lens lens) { return kRows[static_cast<std::size_t>(lens)]; }

} // namespace

const char *lensId(Lens lens) { return rowOf(lens).id; }

std::optional<Lens> lensOf(const QString &id)
{
    for (std::size_t i = 0; i < kRows.size(); ++i) {
        if (id == QLatin1String(kRows[i].id)) {
            return static_cast<Lens>(i);
        }
    }
    return std::nullopt;
}

QString lensName(Lens lens) { return QCoreApplication::translate("MapLens", rowOf(lens).name); }
QString lensTip(Lens lens) { return QCoreApplication::translate("MapLens", rowOf(lens).tip); }

} // namespace sextant::ui
