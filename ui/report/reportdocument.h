// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/report/report.h"

#include <QImage>
#include <QPainter>
#include <QSizeF>

#include <memory>

class QTextDocument;

namespace sextant::ui {

/// A report laid out in pages, to be painted on anything: a PDF, a picture. Sizes in points.
class ReportDocument {
public:
    /// @param page A4 in points; margins are inside.
    explicit ReportDocument(const report::Report &report, QSizeF page = QSizeF(595, 842));
    ~ReportDocument();

    int pages() const;
    QSizeF pageSize() const { return m_page; }
    /// Paints page `number` (from 0) with its foot; the painter's unit is the point.
    void paint(QPainter &painter, int number) const;

private:
    QSizeF m_page;
    QString m_foot;
    QImage m_device; ///< of one point a unit: what texts are measured by, wherever they are painted
    std::unique_ptr<QTextDocument> m_document;
};

} // namespace sextant::ui
