// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/fonts.h"

#include <QFont>
#include <QFontDatabase>
#include <QFontInfo>
#include <QFontMetricsF>
#include <QGlyphRun>
#include <QRawFont>
#include <QTextLayout>

#include <cmath>

namespace sextant::ui {

namespace {

QFont probe(const QString &family, QFont::Weight weight = QFont::Normal)
{
    QFont font(family);
    font.setPixelSize(48);
    font.setWeight(weight);
    font.setHintingPreference(QFont::PreferNoHinting);
    return font;
}

bool installed(const QString &family) { return QFontDatabase::families().contains(family, Qt::CaseInsensitive); }

QList<quint32> shaped(const QFont &font, const QString &text)
{
    QTextLayout layout(text, font);
    layout.beginLayout();
    layout.createLine();
    layout.endLayout();
    QList<quint32> glyphs;
    for (const QGlyphRun &run : layout.glyphRuns()) {
        glyphs += run.glyphIndexes();
    }
    return glyphs;
}

} // namespace

bool fontFits(const QString &family)
{
    const QFont font = probe(family);
    const QFontMetricsF metrics(font);
    const double zero = metrics.horizontalAdvance(QLatin1Char('0'));
    for (char digit = '1'; digit <= '9'; ++digit) {
        if (std::abs(metrics.horizontalAdvance(QLatin1Char(digit)) - zero) > 0.01) {
            return false;
        }
    }
    const QString sample = QStringLiteral("1x4");
    const QList<quint32> plain = QRawFont::fromFont(font).glyphIndexesForString(sample);
    return shaped(font, sample) == plain;
}

bool hasMedium(const QString &family)
{
    const QString sample = QStringLiteral("Needs attention 0123456789");
    return std::abs(QFontMetricsF(probe(family)).horizontalAdvance(sample)
               - QFontMetricsF(probe(family, QFont::Medium)).horizontalAdvance(sample))
        > 0.5;
}

FontChoice chooseFont()
{
    const QString system = QFontInfo(QFontDatabase::systemFont(QFontDatabase::GeneralFont)).family();
    for (const QString &family :
        {QStringLiteral("Roboto"), QStringLiteral("Noto Sans"), system, QStringLiteral("DejaVu Sans")}) {
        if (installed(family) && fontFits(family)) {
            return {family, hasMedium(family)};
        }
    }
    return {system, hasMedium(system)};
}

} // namespace sextant::ui
