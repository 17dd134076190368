// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/page.h"

#include "ui/theme/widgets.h"

#include <QFileDialog>
#include <QPainter>
#include <QRegularExpression>
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

/// "png" of "Picture (*.png)"; of several the first.
QString endingOf(const QString &kind)
{
    static const QRegularExpression pattern(QStringLiteral("\\*\\.(\\w+)"));
    return pattern.match(kind).captured(1);
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
    const bool open = out.open(QIODevice::WriteOnly);
    const bool drawn = open && (svg ? draw(*this, out) : grab().save(&out, "PNG"));
    if (!drawn || !out.commit()) {
        const bool ofFile = out.error() != QFileDevice::NoError;
        return notSaved(file, ofFile ? out.errorString() : tr("the picture cannot be drawn"));
    }
    return {};
}

void Page::exportView()
{
    const SaveOffer offer = saveOffer();
    // Not modal by a nested loop: the window goes on meanwhile.
    auto *dialog = new QFileDialog(this, offer.title);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters(offer.kinds.split(QStringLiteral(";;")));
    dialog->selectFile(offer.name);
    // The ending is the dialogue's to give, so that it asks before it writes over what is there.
    const auto end = [dialog](const QString &kind) { dialog->setDefaultSuffix(endingOf(kind)); };
    end(dialog->selectedNameFilter());
    connect(dialog, &QFileDialog::filterSelected, dialog, end);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString &file) {
        if (const auto saved = save(file); !saved) {
            Tip::showText(shown(saved.error().text()), QRect(mapToGlobal(QPoint(0, 0)), QSize(width(), 1)), this);
        }
    });
    dialog->open();
}

Error Page::notSaved(const QString &file, const QString &why)
{
    return {ErrorCode::Io, why.toStdString(), file.toStdString(), "Name another place"};
}

} // namespace sextant::ui
