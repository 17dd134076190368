// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/report/reportdocument.h"

#include "core/base/format.h"
#include "ui/theme/theme.h"

#include <QAbstractTextDocumentLayout>
#include <QSvgRenderer>
#include <QTextBlock>
#include <QTextCursor>
#include <QTextDocument>
#include <QTextTable>
#include <QtMath>

namespace sextant::ui {

namespace {

constexpr qreal kMargin = 45; // 16 mm
constexpr qreal kFoot = 26;
constexpr int kDotsPerMeter = 2835; // 72 dots an inch: one unit is one point
constexpr int kSvgObject = QTextFormat::UserObject + 1;
constexpr int kSvgProperty = QTextFormat::UserProperty + 1;
constexpr int kSizeProperty = QTextFormat::UserProperty + 2;

/// Draws SVG inside a text document, as vectors.
class SvgObject final : public QObject, public QTextObjectInterface {
    Q_OBJECT
    Q_INTERFACES(QTextObjectInterface)
public:
    using QObject::QObject;
    QSizeF intrinsicSize(QTextDocument *, int, const QTextFormat &format) override
    {
        return format.property(kSizeProperty).toSizeF();
    }
    void drawObject(QPainter *painter, const QRectF &rect, QTextDocument *, int, const QTextFormat &format) override
    {
        QSvgRenderer renderer(format.property(kSvgProperty).toByteArray());
        renderer.render(painter, rect);
    }
};

QColor ink() { return Theme::color(Token::Text, false); }
QColor secondary() { return Theme::color(Token::TextSecondary, false); }

QTextCharFormat chars(qreal points, const QColor &color, bool strong = false)
{
    QTextCharFormat format;
    QFont font = Theme::instance().font(strong ? TextRole::TableStrong : TextRole::Table);
    font.setPointSizeF(points);
    font.setHintingPreference(QFont::PreferNoHinting);
    format.setFont(font);
    format.setForeground(color);
    return format;
}

QTextBlockFormat block(qreal above, qreal below, Qt::Alignment alignment = Qt::AlignLeft)
{
    QTextBlockFormat format;
    format.setTopMargin(above);
    format.setBottomMargin(below);
    format.setAlignment(alignment);
    return format;
}

/// Writes into a document from top to bottom.
class Writer {
public:
    explicit Writer(QTextDocument &document)
        : m_cursor(&document)
    {
    }
    void paragraph(const QString &text, const QTextCharFormat &format, const QTextBlockFormat &shape)
    {
        if (m_first) {
            m_cursor.setBlockFormat(shape);
            m_first = false;
        } else {
            m_cursor.movePosition(QTextCursor::End);
            m_cursor.insertBlock(shape);
        }
        m_cursor.insertText(text, format);
    }
    void heading(const QString &text)
    {
        paragraph(text, chars(11, ink(), true), block(14, 4));
        m_headings.push_back(m_cursor.block().blockNumber());
    }
    /// Block numbers of the headings so far.
    const QList<int> &headings() const { return m_headings; }
    void note(const QString &text) { paragraph(text, chars(7.5, secondary()), block(3, 2)); }
    void svg(const std::string &text, QSizeF size)
    {
        m_cursor.movePosition(QTextCursor::End);
        m_cursor.insertBlock(block(0, 0));
        insertSvg(m_cursor, text, size);
    }
    static void insertSvg(QTextCursor &cursor, const std::string &text, QSizeF size)
    {
        QTextCharFormat format;
        format.setObjectType(kSvgObject);
        format.setProperty(kSvgProperty, QByteArray::fromStdString(text));
        format.setProperty(kSizeProperty, size);
        format.setVerticalAlignment(QTextCharFormat::AlignMiddle);
        cursor.insertText(QString(QChar::ObjectReplacementCharacter), format);
    }
    QTextTable *table(int rows, int columns, int headRows)
    {
        QTextTableFormat format;
        format.setBorder(0);
        format.setCellPadding(2);
        format.setCellSpacing(0);
        format.setHeaderRowCount(headRows);
        format.setWidth(QTextLength(QTextLength::PercentageLength, 100));
        format.setBorderCollapse(true);
        m_cursor.movePosition(QTextCursor::End);
        m_cursor.insertBlock(block(0, 0));
        QTextTable *made = m_cursor.insertTable(rows, columns, format);
        return made;
    }

private:
    QTextCursor m_cursor;
    QList<int> m_headings;
    bool m_first = true;
};

/// Sends a heading to the next page when what it heads begins there; a first glance at a page must not find it alone.
void keepHeadings(QTextDocument &document, const QList<int> &headings)
{
    auto *layout = document.documentLayout();
    const qreal height = document.pageSize().height();
    const auto pageOf = [&](const QTextBlock &line, qreal ahead) {
        const QRectF rect = layout->blockBoundingRect(line);
        return qFloor((rect.top() + ahead) / height);
    };
    for (const int number : headings) {
        const QTextBlock heading = document.findBlockByNumber(number);
        // The line after the heading is an empty one before a table; the one after that is its first cell.
        QTextBlock next = heading.next();
        while (next.isValid() && next.length() <= 1 && next.next().isValid()) {
            next = next.next();
        }
        if (next.isValid() && pageOf(heading, 0) != pageOf(next, layout->blockBoundingRect(next).height() + 24)) {
            QTextCursor cursor(heading);
            QTextBlockFormat shape = cursor.blockFormat();
            shape.setPageBreakPolicy(QTextFormat::PageBreak_AlwaysBefore);
            cursor.setBlockFormat(shape);
        }
    }
}

void rule(QTextTable *table, int row, int column, const QColor &color, qreal width)
{
    QTextTableCellFormat format = table->cellAt(row, column).format().toTableCellFormat();
    format.setBottomBorder(width);
    format.setBottomBorderStyle(QTextFrameFormat::BorderStyle_Solid);
    format.setBottomBorderBrush(color);
    table->cellAt(row, column).setFormat(format);
}

/// @param gap keeps text that begins at the left off the figures that end right before it.
void fill(QTextTable *table, int row, int column, const QString &text, const QTextCharFormat &format, bool right,
    qreal gap = 0)
{
    QTextCursor cursor = table->cellAt(row, column).firstCursorPosition();
    QTextBlockFormat shape = block(0, 0, right ? Qt::AlignRight : Qt::AlignLeft);
    shape.setLeftMargin(gap);
    cursor.setBlockFormat(shape);
    cursor.insertText(text, format);
}

void writeTable(Writer &writer, const report::ReportTable &table)
{
    writer.heading(shown(table.title));
    QTextTable *made = writer.table(static_cast<int>(table.rows.size()) + 1, static_cast<int>(table.columns.size()), 1);
    const auto gapBefore = [&](std::size_t c) {
        return c > 0 && table.columns[c - 1].right && !table.columns[c].right ? 8.0 : 0.0;
    };
    for (int c = 0; c < static_cast<int>(table.columns.size()); ++c) {
        const auto &column = table.columns[static_cast<std::size_t>(c)];
        const qreal gap = gapBefore(static_cast<std::size_t>(c));
        fill(made, 0, c, shown(column.name), chars(7.5, secondary()), column.right, gap);
        rule(made, 0, c, ink(), 0.75);
    }
    for (int r = 0; r < static_cast<int>(table.rows.size()); ++r) {
        const bool total = table.lastIsTotal && r + 1 == static_cast<int>(table.rows.size());
        const auto &row = table.rows[static_cast<std::size_t>(r)];
        for (int c = 0; c < static_cast<int>(row.size()); ++c) {
            const auto &cell = row[static_cast<std::size_t>(c)];
            const auto &column = table.columns[static_cast<std::size_t>(c)];
            if (column.bar) {
                QTextCursor cursor = made->cellAt(r + 1, c).firstCursorPosition();
                QTextBlockFormat shape = cursor.blockFormat();
                shape.setLeftMargin(gapBefore(static_cast<std::size_t>(c)));
                cursor.setBlockFormat(shape);
                Writer::insertSvg(cursor, report::barSvg(cell.requested, cell.used, 88, 9), QSizeF(66, 7));
            } else {
                fill(made, r + 1, c, shown(cell.text), chars(8, ink(), total || c == 0), column.right,
                    gapBefore(static_cast<std::size_t>(c)));
            }
            rule(made, r + 1, c, Theme::color(total ? Token::Text : Token::Rule, false), 0.5);
        }
    }
    if (!table.note.empty()) {
        writer.note(shown(table.note));
    }
}

void writeFigures(Writer &writer, const std::vector<report::KeyFigure> &figures)
{
    QTextTable *made = writer.table(3, static_cast<int>(figures.size()), 0);
    for (int c = 0; c < static_cast<int>(figures.size()); ++c) {
        const auto &figure = figures[static_cast<std::size_t>(c)];
        fill(made, 0, c, shown(figure.label), chars(8, secondary()), false);
        fill(made, 1, c, shown(figure.value), chars(17, ink(), true), false);
        fill(made, 2, c, shown(figure.detail), chars(8, secondary()), false);
        QTextTableCellFormat top = made->cellAt(0, c).format().toTableCellFormat();
        top.setTopBorder(1);
        top.setTopBorderStyle(QTextFrameFormat::BorderStyle_Solid);
        top.setTopBorderBrush(ink());
        made->cellAt(0, c).setFormat(top);
        rule(made, 2, c, Theme::color(Token::Border, false), 0.75);
    }
}

void writeList(Writer &writer, const QString &title, const std::vector<std::string> &lines)
{
    if (lines.empty()) {
        return;
    }
    writer.heading(title);
    for (const auto &line : lines) {
        writer.paragraph(shown(line), chars(8, secondary()), block(1, 1));
    }
}

} // namespace

ReportDocument::ReportDocument(const report::Report &report, QSizeF page)
    : m_page(page)
    , m_device(1, 1, QImage::Format_RGB32)
    , m_document(std::make_unique<QTextDocument>())
{
    m_device.setDotsPerMeterX(kDotsPerMeter);
    m_device.setDotsPerMeterY(kDotsPerMeter);
    m_document->documentLayout()->setPaintDevice(&m_device);
    m_document->setUseDesignMetrics(true);
    m_document->documentLayout()->registerHandler(kSvgObject, new SvgObject(m_document.get()));
    m_document->setDocumentMargin(0);
    m_document->setDefaultFont(chars(9, ink()).font());
    m_document->setPageSize(QSizeF(page.width() - 2 * kMargin, page.height() - 2 * kMargin - kFoot));
    const qreal width = page.width() - 2 * kMargin;
    // One edit in all: otherwise every cell lays the document out anew.
    QTextCursor whole(m_document.get());
    whole.beginEditBlock();
    Writer writer(*m_document);
    const Sums &sums = report.total.sums;
    const QString head =
        QStringLiteral("Sextant%1  ·  %2 clusters · %3 nodes · %4 pods")
            .arg(report.demo ? QStringLiteral("  ·  DEMO, simulated data") : QString(),
                QString::fromStdString(formatCount(static_cast<std::int64_t>(report.clusters.size()))),
                QString::fromStdString(formatCount(sums.nodes)), QString::fromStdString(formatCount(sums.podsTotal)));
    writer.paragraph(head, chars(8.5, secondary()), block(0, 10));
    writer.paragraph(shown(report.title), chars(19, ink(), true), block(0, 0));
    writer.paragraph(shown(report.scope + " · " + report.period), chars(9, secondary()), block(0, 8));
    writer.paragraph(shown(report.summary), chars(10.5, ink()), block(0, 8));
    writeFigures(writer, report.figures);
    for (const report::Chart &chart : report.charts) {
        writer.heading(shown(chart.title));
        writer.svg(report::chartSvg(chart, qFloor(width * 4 / 3), 240), QSizeF(width, 180));
        if (chart.simulated) {
            writer.note(QStringLiteral("The part before the program started is simulated."));
        }
    }
    for (const report::Distribution &distribution : report.distributions) {
        writer.heading(shown(distribution.title));
        writer.svg(report::distributionSvg(distribution, qFloor(width * 4 / 3), 150), QSizeF(width, 112));
        writer.note(shown(distribution.caption()));
    }
    for (const report::ReportTable &table : report.tables) {
        writeTable(writer, table);
    }
    if (report.migration) {
        const report::MigrationPart &part = *report.migration;
        writer.heading(QStringLiteral("Migration from Helios"));
        writer.paragraph(shown(part.summary), chars(9, ink()), block(0, 6));
        if (part.burnUp.size() > 1) {
            writer.svg(report::burnUpSvg(part.burnUp, qFloor(width * 4 / 3), 240), QSizeF(width, 180));
            writer.note(shown(report::burnUpCaption(part)));
        }
        for (const report::ReportTable &table : part.tables) {
            writeTable(writer, table);
        }
    }
    writeList(writer, QStringLiteral("What is missing"), report.missing);
    writeList(writer, QStringLiteral("Sources"), report.sources);
    writeList(writer, QStringLiteral("What the figures mean"), report.definitions);
    whole.endEditBlock();
    keepHeadings(*m_document, writer.headings());
    m_foot =
        QStringLiteral("Sextant %1 · %2 · made %3%4")
            .arg(QStringLiteral(SEXTANT_VERSION), shown(report.scope), QString::fromStdString(formatTime(report.made)),
                report.demo ? QStringLiteral(" · DEMO") : QString());
}

ReportDocument::~ReportDocument() = default;

int ReportDocument::pages() const { return m_document->pageCount(); }

void ReportDocument::paint(QPainter &painter, int number) const
{
    const QSizeF body = m_document->pageSize();
    painter.save();
    painter.translate(kMargin, kMargin);
    painter.save();
    painter.translate(0, -number * body.height());
    QAbstractTextDocumentLayout::PaintContext context;
    context.clip = QRectF(0, number * body.height(), body.width(), body.height());
    painter.setClipRect(context.clip);
    context.palette.setColor(QPalette::Text, ink());
    m_document->documentLayout()->draw(&painter, context);
    painter.restore();
    const qreal y = body.height() + kFoot;
    painter.setPen(QPen(Theme::color(Token::Border, false), 0.75));
    painter.drawLine(QPointF(0, y - 14), QPointF(body.width(), y - 14));
    painter.setPen(secondary());
    painter.setFont(chars(7.5, secondary()).font());
    const QRectF foot(0, y - 12, body.width(), 12);
    const QString pageOf = QStringLiteral("%1 of %2").arg(number + 1).arg(pages());
    painter.drawText(foot, Qt::AlignRight | Qt::AlignVCenter, pageOf);
    const QFontMetricsF metrics(painter.font(), painter.device());
    painter.drawText(
        foot, Qt::AlignLeft | Qt::AlignVCenter, metrics.elidedText(m_foot, Qt::ElideMiddle, body.width() - 60));
    painter.restore();
}

} // namespace sextant::ui

#include "reportdocument.moc"
