// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/samplefleet.h"
#include "ui/report/pdf.h"

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

using namespace sextant;

namespace {

report::Report sampleReport(FleetStore &store, bool history)
{
    test::fillSampleFleet(store);
    const PicturePtr picture = test::pictureOf(store);
    Recorder recorder;
    const Time now = wallNow();
    if (history) {
        std::vector<Sample> samples;
        for (int i = 360; i > 0; --i) {
            if (i > 180 && i < 210) {
                continue; // a gap
            }
            Sample sample = sampleOf(picture->sums({}), now - std::chrono::seconds(10 * i));
            sample.cpuUsed =
                static_cast<std::int64_t>(static_cast<double>(sample.cpuUsed) * (0.8 + 0.2 * std::sin(i / 30.0)));
            sample.simulated = true;
            samples.push_back(sample);
        }
        recorder.prefill(Scope{}, samples);
    }
    report::ReportOptions options;
    options.now = now;
    auto made = report::buildReport(*picture, &recorder, options);
    return std::move(made).value();
}

/// The share of pixels of an image that are not white.
double inked(const QImage &image)
{
    qint64 dark = 0;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            dark += image.pixel(x, y) != qRgb(255, 255, 255) ? 1 : 0;
        }
    }
    return static_cast<double>(dark) / (static_cast<double>(image.width()) * image.height());
}

} // namespace

class TestReportPdf : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void pagesArePaintedWithinTheirMargins();
    void pdfIsVectors();
    void anUnwritablePlaceIsSaid();
};

void TestReportPdf::pagesArePaintedWithinTheirMargins()
{
    FleetStore store;
    const auto report = sampleReport(store, true);
    const auto pages = ui::reportPages(report, 1190);
    QVERIFY(pages.size() >= 2);
    for (const QImage &page : pages) {
        QVERIFY(inked(page) > 0.001);
        QCOMPARE(inked(page.copy(0, 0, 80, page.height())), 0.0);
        QCOMPARE(inked(page.copy(page.width() - 80, 0, 80, page.height())), 0.0);
        QCOMPARE(inked(page.copy(0, page.height() - 70, page.width(), 70)), 0.0);
        QVERIFY2(inked(page.copy(80, page.height() - 140, page.width() - 160, 70)) > 0, "no foot");
    }
    if (const QByteArray folder = qgetenv("SEXTANT_SHOTS"); !folder.isEmpty()) {
        for (int i = 0; i < pages.size(); ++i) {
            pages[i].save(QString::fromLocal8Bit(folder) + QStringLiteral("/report-%1.png").arg(i + 1));
        }
    }
}

void TestReportPdf::pdfIsVectors()
{
    FleetStore store;
    const auto report = sampleReport(store, true);
    const QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("report.pdf"));
    QVERIFY(ui::writePdf(report, file));
    QFile pdf(file);
    QVERIFY(pdf.open(QIODevice::ReadOnly));
    const QByteArray bytes = pdf.readAll();
    QVERIFY(bytes.startsWith("%PDF-"));
    QVERIFY(!bytes.contains("/Subtype /Image")); // charts are not pixels
    QVERIFY(bytes.contains("/FontDescriptor")); // and texts are texts
}

void TestReportPdf::anUnwritablePlaceIsSaid()
{
    FleetStore store;
    const auto written = ui::writePdf(sampleReport(store, false), QStringLiteral("/nowhere/at/all.pdf"));
    QVERIFY(!written);
    QCOMPARE(written.error().subject, std::string("/nowhere/at/all.pdf"));
}

QTEST_MAIN(TestReportPdf)
#include "tst_reportpdf.moc"
