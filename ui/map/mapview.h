// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/query/filter.h"
#include "ui/map/mappatches.h"

#include <QAbstractScrollArea>
#include <QPointF>
#include <QThreadPool>
#include <QTimer>
#include <QVariantAnimation>

#include <optional>
#include <stop_token>

namespace sextant::ui {

/// All nodes with their pods inside, drawn by level of detail. Content and cells are made by jobs on an immutable
/// picture; the image before is shown scaled until the next is there. There is no object per pod: hits are found by
/// geometry. GUI thread.
class MapView final : public QAbstractScrollArea {
    Q_OBJECT
public:
    explicit MapView(QWidget *parent = nullptr);
    ~MapView() override;

    void setPicture(PicturePtr picture, Time now);
    void setScope(const Scope &scope);
    /// A text that is no filter (see core/query/filter.h) changes nothing.
    void setFilter(const QString &filter);
    void setGrouping(const layout::Grouping &grouping);
    void setSizeBy(layout::SizeBy size);
    void setLens(Lens lens);
    void setMigration(migration::ProgressPtr progress); ///< what Lens::Stage goes by
    void setSeen(ClassMask seen); ///< the pods of other classes fade; kAllClasses: none do
    /// Shows what is selected, wherever it was selected; does not move the map (reveal does) and emits nothing.
    void setSelection(const AnyId &id);
    /// Brings a node or a pod into the middle, at a level where it can be seen.
    void reveal(const AnyId &id);

    const layout::Grouping &grouping() const { return m_options.grouping; }
    layout::SizeBy sizeBy() const { return m_options.size; }
    Lens lens() const { return m_lens; }
    ClassMask seen() const { return m_seen; }
    /// Of what is drawn, which may be a moment older than content(); never null.
    const LensClassesPtr &classes() const { return m_classes; }
    layout::Level level() const;
    int tileHeight() const { return m_geometry->tileHeight; } ///< device pixels
    void zoomTo(layout::Level level);
    void zoomBy(double factor, const QPointF &at); ///< `at` stays where it is, in the viewport's pixels
    void zoomIn();
    void zoomOut();
    void fit(); ///< all of it in the window, as far as it fits

    const layout::Content &content() const { return *m_content; }
    const layout::Geometry &geometry() const { return *m_geometry; }
    layout::Metrics metrics() const;

    /// What lies under a point.
    struct Hit {
        int tile = -1;
        int item = -1; ///< in Content::itemsOf(tile); only where pods are big enough to be meant
        int clusterHead = -1; ///< in Content::clusters
        bool operator==(const Hit &) const = default;
        bool somewhere() const { return tile >= 0 || clusterHead >= 0; }
    };
    Hit hitAt(const QPointF &viewportPoint) const;
    /// Where a tile or a pod in it is, in the viewport's pixels; empty when it is not drawn at this level.
    QRectF rectOf(const Hit &hit) const;
    AnyId idOf(const Hit &hit) const;
    /// In words, for readers and tests: "node gke-default-0055, Ready, CPU 76 % requested".
    QString describe(const Hit &hit) const;
    Hit current() const { return m_current; } ///< the keyboard's
    Hit selectedHit() const { return m_selectedHit; }
    Hit hitOf(const AnyId &id) const; ///< of a node, a pod or a cluster's head; nowhere: not on the map
    QRectF toViewport(const layout::Rect &rect) const; ///< from the map's pixels
    void moveTo(const Hit &hit); ///< the keyboard, and the map so that it is seen
    /// Selects it for all; of a cluster that has pods no node takes, asks for these. True: it is selected.
    bool activate(const Hit &hit);
    /// Escape is for them first.
    void setDetailsOpen(bool open) { m_detailsOpen = open; }

    /// Finishes all jobs at once, for a picture without a display.
    void settle();
    bool zooming() const { return m_zoom.state() == QAbstractAnimation::Running; }
    bool busy() const { return m_collecting || m_rendering || m_collectAgain || m_renderAgain; }

Q_SIGNALS:
    void selected(const AnyId &id);
    void contentChanged(); ///< counts moved
    void classesChanged(); ///< what is drawn has other classes, or other counts of them
    void levelChanged();
    void seenChanged(); ///< other classes are lit up
    void listWanted(); ///< somebody asks for what is shown in rows
    void unscheduledWanted(ClusterId cluster); ///< somebody asks for the pods that wait

protected:
    bool viewportEvent(QEvent *event) override;
    bool event(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void scrollContentsBy(int dx, int dy) override;

private:
    /// A point of the map that stays put while everything around it changes.
    struct Anchor {
        int tile = -1;
        double fx = 0, fy = 0; ///< in parts of the tile's inside
    };
    struct Painted {
        QImage image;
        MapJob job; ///< it shows
    };

    // Content and geometry (mapview.cpp)
    void wantContent();
    void layOutAnew();
    void forget();
    void startCollecting();
    void takeContent(ContentPtr content, bool anew);
    void arrangeAgain();
    void setTileHeight(int height, const QPointF &keep);
    void animateTo(double height, const QPointF &keep);
    void placeAt(int height);
    void updateScrollBars();
    void scrollTo(double x, double y);
    QPointF offset() const; ///< device pixels
    QPointF toMap(const QPointF &viewportPoint) const;
    Anchor anchorAt(const layout::Geometry &geometry, const QPointF &mapPoint) const;
    QPointF pointOf(const layout::Geometry &geometry, const Anchor &anchor) const;
    int leastHeight() const;
    double ratio() const { return viewport()->devicePixelRatioF(); }
    QSizeF screenSize() const; ///< of the viewport in device pixels

    // Painting (mapviewpaint.cpp)
    MapJob jobFor(const layout::Rect &area) const;
    layout::Rect visibleArea() const;
    void wantImage();
    void startRendering();
    /// The job with its classes, made anew unless those it has serve.
    static MapJob classified(MapJob job, Lens lens, const migration::ProgressPtr &progress);
    void takeImage(Painted painted);
    void takePatches(MapJob job, const std::vector<MapPatch> &patches);
    void paintOverlay(QPainter &painter);
    void paintStickyHead(QPainter &painter);
    void paintMarked(QPainter &painter);

    // Pointing (mapviewinput.cpp)
    void setHover(const Hit &hit);
    void showTip();

    // The keyboard (mapviewkeys.cpp)
    bool beginAtKeyboard();
    void moveCurrent(int dx, int dy);
    void movePage(int direction);
    void moveToEnd(bool last, bool whole);
    void moveToNext(int direction);
    bool stopsAt(int tile, int item) const;
    bool goUp();
    int nearestItem(int tile, const QRectF &to) const;
    int tileBeside(int tile, int dx, int dy) const;
    bool moveOverHeads(int dx, int dy);
    int currentTile() const;
    int firstTileOf(int cluster) const;
    QRectF currentRect() const;
    void ensureVisible(const Hit &hit);
    void announce();

    PicturePtr m_picture;
    layout::ContentOptions m_options;
    Filter m_filter;
    Lens m_lens = Lens::State;
    migration::ProgressPtr m_progress;
    ClassMask m_seen = kAllClasses;
    LensClassesPtr m_classes;
    AnyId m_selection;
    Time m_now = kNoTime;
    Time m_asked = kNoTime; ///< the filter

    ContentPtr m_content;
    layout::Arrangement m_arrangement;
    GeometryPtr m_geometry;
    bool m_fitted = true; ///< nobody has zoomed
    bool m_rearrange = true; ///< what it was made for has changed
    QSize m_arrangedFor;
    QVariantAnimation m_zoom;
    QPointF m_zoomAt;
    double m_zoomTarget = 0;
    bool m_placing = false;
    AnyId m_revealWanted;

    bool m_anew = true; ///< the next content is laid out anew, not carried on
    bool m_collectingAnew = false; ///< so is the one that is made
    bool m_collecting = false, m_collectAgain = false;
    bool m_rendering = false, m_renderAgain = false;
    bool m_imageOld = true; ///< the image shows something else than it should
    QThreadPool m_jobs; ///< ends before anything the jobs report to
    std::uint64_t m_collectNumber = 0, m_renderNumber = 0;
    std::stop_source m_collectStop, m_renderStop; ///< of the job under way
    int m_renderHeight = 0; ///< height of a tile in the image that is made
    Painted m_painted;
    MapPalette m_palette;

    Hit m_hover;
    Hit m_current;
    AnyId m_currentHeld; ///< the same, while the map is hidden and forgotten
    Hit m_selectedHit;
    std::vector<Hit> m_marked; ///< pods of a selected workload
    QTimer m_tipTimer;
    QPointF m_pressAt;
    QPointF m_pressOffset;
    bool m_pressed = false;
    bool m_dragging = false;
    bool m_detailsOpen = false;
    bool m_keyboard = false; ///< the ring of the current one is shown
};

QString levelName(layout::Level level);

} // namespace sextant::ui
