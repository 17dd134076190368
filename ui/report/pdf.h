// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/report/report.h"

#include <QImage>
#include <QList>
#include <QString>

namespace sextant::ui {

/// Writes a report as PDF: A4, light theme, vector charts, repeated table heads, "n of m" in the foot. Needs a
/// QApplication (any platform). Errors: Io when the file cannot be written.
Result<void> writePdf(const report::Report &report, const QString &file);
/// The pages as pictures for a preview, `width` device pixels each; at most `most` pages.
QList<QImage> reportPages(const report::Report &report, int width, int most = 50);

} // namespace sextant::ui
