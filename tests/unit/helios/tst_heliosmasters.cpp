// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/helios/findmasters.h"
#include "core/helios/masters.h"
#include "core/helios/session.h"

#include <QTest>

using namespace sextant;
using namespace sextant::helios;

class TestHeliosMasters : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void good_data();
    void good();
    void bad_data();
    void bad();
    void passwordsAreNotRepeated();
    void srvNames();
    void segments();
};

void TestHeliosMasters::good_data()
{
    QTest::addColumn<QString>("given");
    QTest::addColumn<QString>("urls");
    QTest::addColumn<QString>("domain");
    QTest::addColumn<QString>("name");
    const auto row = [](const char *given, const char *urls, const char *domain, const char *name) {
        QTest::newRow(given) << given << urls << domain << name;
    };
    row("http://a:5801", "http://a:5801", "", "a");
    row("http://a", "http://a:5801", "", "a");
    row("HTTPS://A.Example", "https://a.example:5801", "", "a.example");
    row("http://a:80/helios/", "http://a:80/helios", "", "a");
    row(" http://a , https://b:443/x ", "http://a:5801 https://b:443/x", "", "a");
    row("http://a,http://a:5801", "http://a:5801", "", "a");
    row("http://[::1]:25801", "http://[::1]:25801", "", "[::1]");
    row("http://127.0.0.1:1", "http://127.0.0.1:1", "", "127.0.0.1");
    row("domain://example.net", "", "example.net", "example.net");
    row("domain://Example.net./", "", "example.net", "example.net");
}

void TestHeliosMasters::good()
{
    QFETCH(QString, given);
    const auto masters = parseMasters(given.toStdString());
    QVERIFY2(masters.ok(), masters ? "" : masters.error().text().c_str());
    QStringList urls;
    for (const std::string &url : masters->urls) {
        urls << QString::fromStdString(url);
    }
    QTEST(urls.join(QLatin1Char(' ')), "urls");
    QTEST(QString::fromStdString(masters->domain), "domain");
    QTEST(QString::fromStdString(masters->name), "name");
}

void TestHeliosMasters::bad_data()
{
    QTest::addColumn<QString>("says");
    const auto row = [](const char *given, const char *says) { QTest::newRow(given) << says; };
    row("", "no Helios master is named");
    row("a:5801", "begins with http");
    row("ftp://a", "URLs of kind");
    row("http://", "names no host");
    row("http://:5801", "names no host");
    row("http://u@a", "user information");
    row("http://a:0", "port");
    row("http://a:70000", "port");
    row("http://a:b", "port");
    row("http://a?x=1", "no query");
    row("http://a b", "blank");
    row("http://a,,http://b", "missing beside a comma");
    row("http://a,", "missing beside a comma");
    row("http://a,domain://b", "cannot stand beside");
    row("domain://a,http://b", "cannot stand beside");
    row("domain://", "no DNS domain");
    row("domain://a:53", "no DNS domain");
    row("http://a<b", "no host name");
}

void TestHeliosMasters::bad()
{
    QFETCH(QString, says);
    const auto masters = parseMasters(QTest::currentDataTag());
    QVERIFY(!masters.ok());
    QCOMPARE(masters.error().code, ErrorCode::Usage);
    const QString words = QString::fromStdString(masters.error().text());
    QVERIFY2(words.contains(says), qPrintable(words));
    QVERIFY(words.contains(QStringLiteral("domain://NAME")));
}

void TestHeliosMasters::passwordsAreNotRepeated()
{
    for (const char *given : {"http://me:hunter2@a:1", "ftp://me:hunter2@a", "me:hunter2@a", "http://me:hunter2@"}) {
        const auto masters = parseMasters(given);
        QVERIFY2(!masters.ok() && masters.error().text().find("hunter2") == std::string::npos, given);
    }
}

void TestHeliosMasters::srvNames()
{
    const auto none = [](const char *) { return std::string(); };
    QCOMPARE(srvName("example.net", true, none), std::string("_helios._https.example.net"));
    QCOMPARE(srvName("example.net", false, none), std::string("_helios._http.example.net"));
    const auto own = [](const char *name) {
        return std::string(name) == "HELIOS_HTTPS_SRV_FORMAT" ? std::string("_%s-tls._tcp.%s")
                                                              : std::string("%2$s.x.%1$s.%d");
    };
    QCOMPARE(srvName("d", true, own), std::string("_helios-tls._tcp.d"));
    QCOMPARE(srvName("d", false, own), std::string("d.x.helios.%d"));
}

void TestHeliosMasters::segments()
{
    QCOMPARE(pathSegment("a:1.0:bc"), std::string("a:1.0:bc"));
    QCOMPARE(pathSegment("a b+c/d?é"), std::string("a%20b%2Bc%2Fd%3F%C3%A9"));
    QCOMPARE(pathSegment(".."), std::string("%2E%2E"));
}

QTEST_APPLESS_MAIN(TestHeliosMasters)
#include "tst_heliosmasters.moc"
