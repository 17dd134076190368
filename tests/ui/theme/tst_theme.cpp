// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/fonts.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QFontDatabase>
#include <QFontMetricsF>
#include <QLineEdit>
#include <QMainWindow>
#include <QPainter>
#include <QStyle>
#include <QTest>

#include <cmath>
#include <set>

using namespace sextant;
using namespace sextant::ui;

namespace {

double linear(double channel)
{
    return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}
/// Relative luminance and contrast as WCAG 2.1 defines them.
double luminance(const QColor &color)
{
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
}
double contrast(const QColor &a, const QColor &b)
{
    const double x = luminance(a) + 0.05;
    const double y = luminance(b) + 0.05;
    return x > y ? x / y : y / x;
}

QImage glyph(State state, int size, bool dark)
{
    QImage image(size, size, QImage::Format_ARGB32_Premultiplied);
    image.fill(Theme::color(Token::Surface, dark));
    QPainter painter(&image);
    paintState(painter, state, QRectF(0, 0, size, size), dark);
    return image;
}

/// Where there is ink, whatever its colour.
QByteArray shape(const QImage &image, const QColor &ground)
{
    QByteArray mask;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            const QColor color = image.pixelColor(x, y);
            const int far = std::abs(color.red() - ground.red()) + std::abs(color.green() - ground.green())
                + std::abs(color.blue() - ground.blue());
            mask.append(far > 60 ? '1' : '0');
        }
    }
    return mask;
}

} // namespace

class TestTheme : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        // A window that stands already is measured anew while the style is set, and asks the theme for sizes.
        QMainWindow before;
        before.show();
        Theme::instance();
    }

    void textPassesAa_data()
    {
        QTest::addColumn<int>("text");
        QTest::addColumn<int>("ground");
        for (const Token text : {Token::Text, Token::TextSecondary}) {
            for (const Token ground :
                {Token::Bg, Token::Surface, Token::Raised, Token::Hover, Token::Selection, Token::TintReady}) {
                QTest::addRow("%d on %d", static_cast<int>(text), static_cast<int>(ground))
                    << static_cast<int>(text) << static_cast<int>(ground);
            }
        }
        QTest::addRow("primary button") << static_cast<int>(Token::AccentText) << static_cast<int>(Token::Accent);
    }
    void textPassesAa()
    {
        QFETCH(int, text);
        QFETCH(int, ground);
        for (const bool dark : {false, true}) {
            const double found =
                contrast(Theme::color(static_cast<Token>(text), dark), Theme::color(static_cast<Token>(ground), dark));
            QVERIFY2(found >= 4.5, qPrintable(QStringLiteral("%1 in %2").arg(found).arg(dark ? 1 : 0)));
        }
    }

    void marksAndRingsStandOut()
    {
        // WCAG 1.4.11: what carries meaning without words reaches 3 : 1 on what it stands on.
        for (const bool dark : {false, true}) {
            for (const Token mark : {Token::Ok, Token::Pending, Token::Warning, Token::Failed, Token::Unknown,
                     Token::Gone, Token::Kubernetes, Token::Helios, Token::Accent, Token::Requested}) {
                for (const Token ground : {Token::Surface, Token::Bg}) {
                    const double found = contrast(Theme::color(mark, dark), Theme::color(ground, dark));
                    QVERIFY2(
                        found >= 2.95, qPrintable(QStringLiteral("%1: %2").arg(static_cast<int>(mark)).arg(found)));
                }
            }
        }
    }

    void glyphsDifferInShape()
    {
        // Never by colour alone: the inked pixels of each pair differ.
        for (const int size : {10, 12, 16}) {
            std::set<QByteArray> shapes;
            for (int i = 0; i < kStates; ++i) {
                const QByteArray mask =
                    shape(glyph(static_cast<State>(i), size, false), Theme::color(Token::Surface, false));
                QVERIFY(mask.contains('1'));
                QVERIFY2(shapes.insert(mask).second, qPrintable(QString::number(i)));
            }
        }
    }

    void marksDiffer()
    {
        QImage a(16, 16, QImage::Format_ARGB32_Premultiplied);
        a.fill(Qt::white);
        QImage b = a;
        QPainter pa(&a);
        paintMark(pa, Orchestrator::Kubernetes, QRectF(0, 0, 16, 16), false);
        pa.end();
        QPainter pb(&b);
        paintMark(pb, Orchestrator::Helios, QRectF(0, 0, 16, 16), false);
        pb.end();
        QVERIFY(shape(a, Qt::white) != shape(b, Qt::white));
    }

    void barPartsLieInsideEachOther()
    {
        QImage image(100, 12, QImage::Format_ARGB32_Premultiplied);
        image.fill(Qt::white);
        QPainter painter(&image);
        paintBar(painter, Bar{0.6, 0.3}, QRectF(0, 0, 100, 12), false);
        painter.end();
        QCOMPARE(image.pixelColor(20, 6), Theme::color(Token::Used, false));
        QCOMPARE(image.pixelColor(20, 2), Theme::color(Token::Requested, false));
        QCOMPARE(image.pixelColor(45, 6), Theme::color(Token::Requested, false));
        QCOMPARE(image.pixelColor(80, 6), Theme::color(Token::Track, false));
    }

    void barSaysOverAndUnknown()
    {
        QImage image(100, 12, QImage::Format_ARGB32_Premultiplied);
        image.fill(Qt::white);
        QPainter painter(&image);
        paintBar(painter, Bar{0.4, 0.7}, QRectF(0, 0, 100, 12), false);
        painter.end();
        QCOMPARE(image.pixelColor(55, 6), Theme::color(Token::Over, false));
        QCOMPARE(image.pixelColor(20, 6), Theme::color(Token::Used, false));
        image.fill(Qt::white);
        QPainter again(&image);
        paintBar(again, Bar{}, QRectF(0, 0, 100, 12), false);
        again.end();
        QCOMPARE(image.pixelColor(50, 6), QColor(Qt::white)); // hollow: unknown is not zero
        image.fill(Qt::white);
        QPainter nothing(&image);
        paintBar(nothing, Bar{0, 0}, QRectF(0, 0, 100, 12), false);
        nothing.end();
        QCOMPARE(image.pixelColor(50, 6), Theme::color(Token::Track, false));
    }

    void rampAndScalesAreBounded()
    {
        Theme &theme = Theme::instance();
        theme.setMode(Theme::Mode::Light);
        QCOMPARE(theme.ramp(0), QColor(0xEA, 0xEF, 0xE6));
        QCOMPARE(theme.ramp(1), QColor(0x15, 0x23, 0x3F));
        QCOMPARE(theme.ramp(1.01), theme.color(Token::Over));
        QCOMPARE(theme.ramp(-3), theme.ramp(0));
        QCOMPARE(theme.ramp(std::nan("")), theme.ramp(0));
        QCOMPARE(theme.diverging(0), QColor(0xEE, 0xF0, 0xF2));
        QCOMPARE(theme.diverging(-9), QColor(0x8A, 0x3B, 0x00));
        QCOMPARE(theme.series(10), theme.color(Token::Unknown));
        QCOMPARE(theme.series(-1), theme.color(Token::Unknown));
        // High is always the stronger contrast to the surface.
        for (const bool dark : {false, true}) {
            theme.setMode(dark ? Theme::Mode::Dark : Theme::Mode::Light);
            for (int i = 1; i <= 10; ++i) {
                QVERIFY(contrast(theme.ramp(i / 10.0), theme.color(Token::Surface))
                    > contrast(theme.ramp((i - 1) / 10.0), theme.color(Token::Surface)));
            }
        }
    }

    void paletteFollowsMode()
    {
        Theme &theme = Theme::instance();
        int told = 0;
        connect(&theme, &Theme::changed, this, [&told] { ++told; });
        theme.setMode(Theme::Mode::Dark);
        QCOMPARE(QApplication::palette().color(QPalette::Window), QColor(0x13, 0x15, 0x19));
        QVERIFY(theme.dark());
        theme.setMode(Theme::Mode::Light);
        QCOMPARE(QApplication::palette().color(QPalette::Window), QColor(0xF2, 0xF3, 0xF5));
        QCOMPARE(QApplication::palette().color(QPalette::Disabled, QPalette::Text), theme.color(Token::TextDisabled));
        QCOMPARE(told, 2);
        disconnect(&theme, nullptr, this, nullptr);
    }

    void widgetsThatStandFollowAtOnce()
    {
        Theme &theme = Theme::instance();
        theme.setMode(Theme::Mode::Light);
        QMainWindow window; // never shown
        auto *field = new QLineEdit(&window);
        theme.setMode(Theme::Mode::Dark);
        QCOMPARE(window.palette().color(QPalette::Window), theme.color(Token::Bg));
        QCOMPARE(field->palette().color(QPalette::Base), theme.color(Token::Surface));
        QCOMPARE(field->palette().color(QPalette::PlaceholderText), theme.color(Token::TextSecondary));
        QCOMPARE(field->font().family(), theme.font(TextRole::Table).family());
        theme.setMode(Theme::Mode::Light);
        QCOMPARE(field->palette().color(QPalette::Base), theme.color(Token::Surface));
    }

    void movedBarTellsMovedMovingAndLeft()
    {
        for (const bool dark : {false, true}) {
            const auto painted = [dark](const MovedBar &bar) {
                QImage image(200, 12, QImage::Format_RGB32);
                image.fill(Theme::color(Token::Bg, dark));
                QPainter painter(&image);
                paintMovedBar(painter, bar, QRectF(image.rect()), dark);
                return image;
            };
            const QColor kubernetes = Theme::color(Token::Kubernetes, dark), helios = Theme::color(Token::Helios, dark);
            const QImage image = painted({0.5, 0.25, 0.25, false});
            QCOMPARE(image.pixelColor(2, 6), kubernetes);
            QCOMPARE(image.pixelColor(97, 6), kubernetes);
            QCOMPARE(image.pixelColor(152, 6), helios);
            QCOMPARE(image.pixelColor(199, 6), helios);
            // What moves is hatched: blue and ground in turn, and no violet.
            int blue = 0, ground = 0;
            for (int x = 102; x < 148; ++x) {
                blue += image.pixelColor(x, 6) == kubernetes ? 1 : 0;
                ground += image.pixelColor(x, 6) == Theme::color(Token::Surface, dark) ? 1 : 0;
                QVERIFY(image.pixelColor(x, 6) != helios);
            }
            QVERIFY2(blue >= 5 && ground >= 5, qPrintable(QStringLiteral("%1 %2").arg(blue).arg(ground)));
            // One of thousands is still seen; what is unknown has no colour of either side.
            QCOMPARE(painted({0.0005, 0, 0.9995, false}).pixelColor(0, 6), kubernetes);
            const QImage unknown = painted({});
            for (int x = 0; x < unknown.width(); ++x) {
                QVERIFY(unknown.pixelColor(x, 0) != kubernetes && unknown.pixelColor(x, 0) != helios);
            }
            QVERIFY(painted({0.5, 0.25, 0.25, true}).pixelColor(2, 6) != kubernetes);
        }
    }

    void iconsAreThereAndFollowTheTheme()
    {
        Theme &theme = Theme::instance();
        for (const char *name : {"overview", "map", "nodes", "pods", "workloads", "capacity", "migration", "reports",
                 "diagnostics", "search", "settings", "close", "copy", "export", "columns", "plus", "minus", "fit",
                 "chevron", "collapse", "add"}) {
            const QIcon made = icon(QString::fromLatin1(name));
            QVERIFY2(!made.isNull(), name);
            theme.setMode(Theme::Mode::Light);
            const QImage light = made.pixmap(32, 32).toImage();
            theme.setMode(Theme::Mode::Dark);
            const QImage dark = made.pixmap(32, 32).toImage();
            QVERIFY2(light != dark, name);
        }
        QVERIFY(icon(QStringLiteral("no-such")).isNull());
    }

    void chosenFontKeepsFiguresAndNames()
    {
        const FontChoice choice = chooseFont();
        if (!QFontDatabase::families().contains(choice.family)) {
            QSKIP("no scalable font here");
        }
        QVERIFY(fontFits(choice.family));
        const QFontMetricsF metrics(Theme::instance().font(TextRole::Table));
        for (char digit = '1'; digit <= '9'; ++digit) {
            QVERIFY(
                std::abs(metrics.horizontalAdvance(QLatin1Char(digit)) - metrics.horizontalAdvance(QLatin1Char('0')))
                < 0.5);
        }
        // Medium or, where the family has none, DemiBold: never Regular under another name.
        const QFontMetricsF plain(Theme::instance().font(TextRole::Body));
        const QFontMetricsF strong(Theme::instance().font(TextRole::BodyStrong));
        const QString sample = QStringLiteral("Needs attention");
        QVERIFY(std::abs(plain.horizontalAdvance(sample) - strong.horizontalAdvance(sample)) > 0.1);
    }

    void proportionalFiguresAreRefused()
    {
        // A face whose 1 is narrow must not be taken: found among what is installed, where there is one.
        bool found = false;
        for (const QString &family : QFontDatabase::families()) {
            const QFontMetricsF metrics(QFont(family, 36));
            if (std::abs(metrics.horizontalAdvance(QLatin1Char('1')) - metrics.horizontalAdvance(QLatin1Char('0')))
                > 1) {
                found = true;
                QVERIFY2(!fontFits(family), qPrintable(family));
            }
        }
        if (!found) {
            QSKIP("every installed font has even figures");
        }
    }

    void outsideTextIsMadeVisible()
    {
        const QString text = shown("a\x1b[31mb\xe2\x80\xae"
                                   "c\n\x07");
        QVERIFY(!text.contains(QChar(0x1b)));
        QVERIFY(!text.contains(QChar(0x202e)));
        QVERIFY(!text.contains(QLatin1Char('\n')));
        QCOMPARE(shown("<b>x</b>"), QStringLiteral("<b>x</b>"));
        QVERIFY(shown("\xff\xfe").contains(QChar(0xfffd)));
    }
};

QTEST_MAIN(TestTheme)
#include "tst_theme.moc"
