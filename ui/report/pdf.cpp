// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/report/pdf.h"

#include "ui/report/reportdocument.h"

#include <QFileInfo>
#include <QPageLayout>
#include <QPainter>
#include <QPdfWriter>
#include <QSaveFile>

namespace sextant::ui {

namespace {
constexpr int kDotsPerMeter = 2835; // 72 dots an inch, so that a point is a unit before scaling
}

Result<void> writePdf(const report::Report &report, const QString &file)
{
    QSaveFile out(file);
    const auto failed = [&] {
        return Error{ErrorCode::Io, out.errorString().toStdString(), file.toStdString(), "Name another place"};
    };
    if (!out.open(QIODevice::WriteOnly)) {
        return failed();
    }
    {
        QPdfWriter writer(&out);
        writer.setTitle(QString::fromStdString(report.title + ", " + report.scope));
        writer.setCreator(QStringLiteral("Sextant " SEXTANT_VERSION));
        writer.setPageLayout(QPageLayout(QPageSize(QPageSize::A4), QPageLayout::Portrait, QMarginsF()));
        // One device unit is one point: texts and SVG stay vectors, so resolution costs nothing.
        writer.setResolution(72);
        const ReportDocument document(report);
        QPainter painter(&writer);
        for (int page = 0; page < document.pages(); ++page) {
            if (page > 0) {
                writer.newPage();
            }
            document.paint(painter, page);
        }
    }
    if (!out.commit()) {
        return failed();
    }
    return {};
}

QList<QImage> reportPages(const report::Report &report, int width, int most)
{
    const ReportDocument document(report);
    const qreal factor = width / document.pageSize().width();
    QList<QImage> pages;
    for (int page = 0; page < std::min(document.pages(), most); ++page) {
        QImage image((document.pageSize() * factor).toSize(), QImage::Format_RGB32);
        image.setDotsPerMeterX(kDotsPerMeter);
        image.setDotsPerMeterY(kDotsPerMeter);
        image.fill(Qt::white);
        QPainter painter(&image);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.scale(factor, factor);
        document.paint(painter, page);
        pages.push_back(image);
    }
    return pages;
}

} // namespace sextant::ui
