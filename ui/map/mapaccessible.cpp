// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/map/mapaccessible.h"

#include "ui/map/mapview.h"

#include <QAccessible>
#include <QAccessibleWidget>

namespace sextant::ui {

namespace {

class MapInterface final : public QAccessibleWidget {
public:
    explicit MapInterface(MapView *view)
        : QAccessibleWidget(view, QAccessible::Canvas)
    {
    }
    QString text(QAccessible::Text kind) const override
    {
        const auto *view = static_cast<const MapView *>(widget());
        const QString current = view->describe(view->current());
        switch (kind) {
        case QAccessible::Name:
            return current.isEmpty() ? view->accessibleName()
                                     : MapView::tr("%1: %2").arg(view->accessibleName(), current);
        case QAccessible::Description:
            return MapView::tr("%1 nodes, %2 pods; the tables of nodes and pods say the same in rows")
                .arg(view->content().tiles.size())
                .arg(view->content().pods);
        case QAccessible::Value:
            return levelName(view->level());
        default:
            return QAccessibleWidget::text(kind);
        }
    }
};

QAccessibleInterface *make(const QString &, QObject *object)
{
    auto *view = qobject_cast<MapView *>(object);
    return view != nullptr ? new MapInterface(view) : nullptr;
}

} // namespace

void installMapAccessibility()
{
    static const bool installed = [] {
        QAccessible::installFactory(make);
        return true;
    }();
    Q_UNUSED(installed)
}

} // namespace sextant::ui
