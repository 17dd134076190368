// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/theme.h"

#include <QFile>
#include <QHash>
#include <QIconEngine>
#include <QPixmapCache>
#include <QSvgRenderer>

namespace sextant::ui {

namespace {

QByteArray svgOf(const QString &name)
{
    static QHash<QString, QByteArray> sources;
    auto found = sources.find(name);
    if (found == sources.end()) {
        QFile file(QStringLiteral(":/sextant/icons/") + name + QStringLiteral(".svg"));
        found = sources.insert(name, file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray());
    }
    return *found;
}

/// Draws the SVG in the theme's colour of this moment, so that a switch of theme needs no new icons.
class Engine final : public QIconEngine {
public:
    explicit Engine(QString name)
        : m_name(std::move(name))
    {
    }
    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State state) override
    {
        QByteArray source = svgOf(m_name);
        if (source.isEmpty()) {
            return;
        }
        const Token token = mode == QIcon::Disabled                                  ? Token::TextDisabled
            : mode == QIcon::Active || mode == QIcon::Selected || state == QIcon::On ? Token::Text
                                                                                     : Token::TextSecondary;
        source.replace("currentColor", Theme::instance().color(token).name().toLatin1());
        QSvgRenderer renderer(source);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        const int side = std::min(rect.width(), rect.height());
        renderer.render(painter,
            QRectF(rect.x() + (rect.width() - side) / 2.0, rect.y() + (rect.height() - side) / 2.0, side, side));
        painter->restore();
    }
    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State state) override
    {
        const QString key = QStringLiteral("sextant/%1/%2x%3/%4/%5/%6")
                                .arg(m_name)
                                .arg(size.width())
                                .arg(size.height())
                                .arg(static_cast<int>(mode))
                                .arg(static_cast<int>(state))
                                .arg(Theme::instance().dark());
        QPixmap pixmap;
        if (!QPixmapCache::find(key, &pixmap)) {
            pixmap = QPixmap(size);
            pixmap.fill(Qt::transparent);
            QPainter painter(&pixmap);
            paint(&painter, QRect(QPoint(), size), mode, state);
            painter.end();
            QPixmapCache::insert(key, pixmap);
        }
        return pixmap;
    }
    QIconEngine *clone() const override { return new Engine(m_name); }
    QString iconName() override { return m_name; }
    bool isNull() override { return svgOf(m_name).isEmpty(); }
    QString key() const override { return QStringLiteral("SextantIcon"); }

private:
    QString m_name;
};

class MarkEngine final : public QIconEngine {
public:
    explicit MarkEngine(Orchestrator orchestrator)
        : m_orchestrator(orchestrator)
    {
    }
    void paint(QPainter *painter, const QRect &rect, QIcon::Mode, QIcon::State) override
    {
        const double side = std::min(rect.width(), rect.height()) * 0.875; // 14 of 16
        paintMark(*painter, m_orchestrator,
            QRectF(rect.x() + (rect.width() - side) / 2.0, rect.y() + (rect.height() - side) / 2.0, side, side),
            Theme::instance().dark());
    }
    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State state) override
    {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect(QPoint(), size), mode, state);
        return pixmap;
    }
    QIconEngine *clone() const override { return new MarkEngine(m_orchestrator); }
    bool isNull() override { return false; }

private:
    Orchestrator m_orchestrator;
};

} // namespace

QIcon icon(const QString &name) { return QIcon(new Engine(name)); }
QIcon markIcon(Orchestrator orchestrator) { return QIcon(new MarkEngine(orchestrator)); }

} // namespace sextant::ui
