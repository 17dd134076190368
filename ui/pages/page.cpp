// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/page.h"

#include "ui/theme/widgets.h"

#include <QFileDialog>
#include <QPainter>
#include <QSaveFile>
#include <QSvgGenerator>

namespace sextant::ui {

namespace {

bool draw(QWidget &view, QIODevice &out)
{
    QSvgGenerator generator;
    generator.setOutputDevice(&out);
    generator.setSize(view.size());
    generator.setViewBox(view.rect());
    QPainter painter;
    if (!painter.begin(&generator)) {
        return false;
    }
    view.render(&painter);
    return painter.end();
}

} // namespace

Page::SaveOffer Page::saveOffer() const
{
    return {tr("Save a picture of this view"), objectName().remove(QStringLiteral("Page")) + QStringLiteral(".png"),
        tr("Picture (*.png);;Drawing (*.svg)")};
}

Result<void> Page::save(const QString &file)
{
    const bool svg = file.endsWith(QStringLiteral(".svg"), Qt::CaseInsensitive);
    if (!svg && !file.endsWith(QStringLiteral(".png"), Qt::CaseInsensitive)) {
        return notSaved(file, tr("it is called neither .png nor .svg"));
    }
    QSaveFile out(file);
    if (!out.open(QIODevice::WriteOnly) || !(svg ? draw(*this, out) : grab().save(&out, "PNG")) || !out.commit()) {
        return notSaved(file, out.errorString());
    }
    return {};
}

void Page::exportView()
{
    const SaveOffer offer = saveOffer();
    const QString file = QFileDialog::getSaveFileName(this, offer.title, offer.name, offer.kinds);
    if (file.isEmpty()) {
        return;
    }
    if (const auto saved = save(file); !saved) {
        Tip::showText(shown(saved.error().text()), QRect(mapToGlobal(QPoint(0, 0)), QSize(width(), 1)), this);
    }
}

Error Page::notSaved(const QString &file, const QString &why)
{
    return {ErrorCode::Io, why.toStdString(), file.toStdString(), "Name another place"};
}

} // namespace sextant::ui
