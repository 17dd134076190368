// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/map/maplegend.h"

#include "core/base/format.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace sextant::ui {

namespace {

QString count(std::uint32_t number) { return QString::fromStdString(formatCount(number)); }

bool heliosOf(const layout::Content &content)
{
    return std::any_of(content.clusters.begin(), content.clusters.end(),
        [](const layout::Cluster &cluster) { return cluster.ofCapacity && cluster.tiles > 0; });
}

} // namespace

MapLegend::MapLegend(QWidget *parent)
    : QWidget(parent)
{
    setFixedHeight(Theme::instance().px(32));
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        setFixedHeight(Theme::instance().px(32));
        update();
    });
}

void MapLegend::show(const layout::Content &content, Lens lens, layout::Level level)
{
    using Kind = Entry::Kind;
    m_entries.clear();
    m_glyphs = level >= layout::Level::Pods;
    const bool memory = content.options.size == layout::SizeBy::Memory;
    const QString resource = memory ? tr("memory") : tr("CPU");
    if (lens == Lens::State) {
        for (int i = kStates - 1; i >= 0; --i) {
            const auto state = static_cast<State>(i);
            const std::uint32_t n = content.states[static_cast<std::size_t>(i)];
            if (state == State::Cordoned || (n == 0 && state == State::Terminating)) {
                continue;
            }
            m_entries.push_back({Kind::Swatch, state, shown(stateWord(state)), count(n)});
        }
    } else {
        m_entries.push_back({Kind::Ramp, State::Ok,
            lens == Lens::Used ? tr("%1 used of requested").arg(resource)
                               : tr("%1 requested of the node's allocatable").arg(resource),
            {}});
        m_entries.push_back(
            {Kind::Over, State::Ok, lens == Lens::Used ? tr("over its request") : tr("over allocatable"), {}});
        m_entries.push_back(
            {Kind::Hollow, State::Ok, lens == Lens::Used ? tr("no sample or no request") : tr("size unknown"), {}});
    }
    if (content.undeclared > 0 && lens == Lens::State && !m_glyphs) {
        m_entries.push_back({Kind::Undeclared, State::Ok, tr("declares nothing"), count(content.undeclared)});
    }
    if (content.cordoned > 0) {
        m_entries.push_back({Kind::Cordoned, State::Cordoned, tr("cordoned"), count(content.cordoned)});
    }
    if (content.silent > 0) {
        m_entries.push_back({Kind::Silent, State::Failed,
            content.loads || heliosOf(content) ? tr("silent or down") : tr("silent"), count(content.silent)});
    }
    if (m_glyphs) {
        m_entries.push_back({Kind::UsedBar, State::Ok, tr("used of it"), {}});
    }
    const QString area = content.options.size == layout::SizeBy::Equal
        ? tr("cell = pod, of the pods that fit · empty = free")
        : m_glyphs ? tr("area = %1 requested").arg(resource)
                   : tr("tile = node, width and filled area = %1 requested · empty = free").arg(resource);
    m_note = content.unsized ? tr("hollow sizes: nodes not readable · %1").arg(area) : area;
    const bool onlyHelios = heliosOf(content)
        && std::all_of(content.clusters.begin(), content.clusters.end(),
            [](const layout::Cluster &cluster) { return cluster.ofCapacity; });
    if (onlyHelios && lens == Lens::State && content.options.size != layout::SizeBy::Equal) {
        m_note = m_glyphs ? tr("area = %1 declared").arg(resource)
                          : tr("tile = host, width = its %1, filled area = what is declared").arg(resource);
    }
    if (lens == Lens::Used && heliosOf(content)) {
        m_note = tr("Helios measures hosts, not tasks: its cells take their host's load by its CPUs");
    } else if (lens == Lens::Requested && heliosOf(content)) {
        m_note = tr("Helios has no allocatable: its cells take what is declared of the host's capacity");
    }
    setAccessibleName(tr("Legend"));
    setAccessibleDescription(plainText());
    update();
}

QString MapLegend::plainText() const
{
    QStringList words;
    for (const Entry &entry : m_entries) {
        words << (entry.count.isEmpty() ? entry.word : QString(entry.word + QLatin1Char(' ') + entry.count));
    }
    words << m_note;
    return words.join(QStringLiteral(", "));
}

void MapLegend::paintKey(QPainter &painter, const Entry &entry, const QRectF &box) const
{
    const Theme &theme = Theme::instance();
    const QColor strong = theme.color(Token::BorderStrong);
    painter.save();
    switch (entry.kind) {
    case Entry::Kind::Swatch:
        if (m_glyphs) {
            paintState(painter, entry.state, box, theme.dark());
        } else if (entry.state == State::Unknown) {
            painter.setPen(QPen(strong, 1));
            painter.setBrush(theme.color(Token::Surface));
            painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5));
        } else {
            painter.fillRect(box, theme.cell(entry.state));
            const QRectF shape(box.center().x() - 2, box.center().y() - 2, 4, 4);
            painter.setRenderHint(QPainter::Antialiasing);
            painter.setPen(Qt::NoPen);
            painter.setBrush(theme.color(Token::Surface));
            if (entry.state == State::Failed) {
                painter.drawRect(shape);
            } else if (entry.state == State::Warning) {
                painter.drawPolygon(
                    QPolygonF({shape.bottomLeft(), shape.bottomRight(), QPointF(shape.center().x(), shape.top())}));
            } else if (entry.state == State::Pending) {
                painter.drawEllipse(shape);
            }
        }
        break;
    case Entry::Kind::Over: {
        QPainterPath path;
        const double cut = box.width() / 2;
        path.moveTo(box.topLeft());
        path.lineTo(box.right() - cut, box.top());
        path.lineTo(box.right(), box.top() + cut);
        path.lineTo(box.bottomRight());
        path.lineTo(box.bottomLeft());
        path.closeSubpath();
        painter.setRenderHint(QPainter::Antialiasing);
        painter.fillPath(path, theme.color(Token::Over));
        break;
    }
    case Entry::Kind::Undeclared: {
        const QRgb ready = theme.cell(State::Ok).rgb();
        painter.fillRect(box, QColor::fromRgb(ready));
        painter.fillRect(
            box.adjusted(1, 1, -1, -1), QColor::fromRgb(mix(ready, theme.color(Token::Surface).rgb(), 0.35)));
        break;
    }
    case Entry::Kind::Hollow:
        painter.setPen(QPen(strong, 1));
        painter.setBrush(theme.color(Token::Surface));
        painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5));
        break;
    case Entry::Kind::Cordoned:
        painter.setPen(QPen(theme.color(Token::TextSecondary), 1));
        painter.setBrush(theme.color(Token::Surface));
        painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5));
        painter.setClipRect(box);
        painter.setRenderHint(QPainter::Antialiasing);
        for (double x = -box.height(); x < box.width(); x += 4) {
            painter.drawLine(QPointF(box.left() + x, box.bottom()), QPointF(box.left() + x + box.height(), box.top()));
        }
        break;
    case Entry::Kind::Silent: {
        QPen pen(theme.state(State::Failed), 2, Qt::SolidLine, Qt::FlatCap);
        pen.setDashPattern({1.5, 1});
        painter.setPen(pen);
        painter.setBrush(theme.color(Token::Surface));
        painter.drawRect(box.adjusted(1, 1, -1, -1));
        break;
    }
    case Entry::Kind::UsedBar:
        painter.fillRect(QRectF(box.left(), box.center().y() - 1, box.width(), 2), theme.color(Token::Track));
        painter.fillRect(QRectF(box.left(), box.center().y() - 1, box.width() * 0.6, 2), theme.color(Token::Used));
        break;
    case Entry::Kind::Ramp:
        for (int i = 0; i < 11; ++i) {
            const double x0 = std::round(box.left() + box.width() * i / 11);
            const double x1 = std::round(box.left() + box.width() * (i + 1) / 11);
            painter.fillRect(QRectF(x0, box.top(), x1 - x0, box.height()), theme.ramp(i / 10.0));
        }
        break;
    }
    painter.restore();
}

void MapLegend::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::instance();
    QPainter painter(this);
    painter.fillRect(rect(), theme.color(Token::Bg));
    painter.fillRect(QRectF(0, 0, width(), 1), theme.color(Token::Border));
    int x = theme.px(16);
    const int right = width() - theme.px(16);
    const auto write = [&](const QString &text, TextRole role, Token color) {
        painter.setFont(theme.font(role));
        painter.setPen(theme.color(color));
        const int w = painter.fontMetrics().horizontalAdvance(text);
        painter.drawText(QRect(x, 1, w + 2, height() - 1), Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine, text);
        x += w;
    };
    const auto advance = [&theme](const QString &text, TextRole role) {
        return QFontMetrics(theme.font(role)).horizontalAdvance(text);
    };
    for (const Entry &entry : m_entries) {
        const bool ramp = entry.kind == Entry::Kind::Ramp;
        const int key = ramp ? theme.px(180) : entry.kind == Entry::Kind::UsedBar ? theme.px(26) : theme.px(12);
        const int words = advance(entry.word, TextRole::Caption)
            + (entry.count.isEmpty() ? 0 : theme.px(5) + advance(entry.count, TextRole::CaptionStrong))
            + (ramp ? theme.px(80) : 0);
        if (x + key + theme.px(6) + words > right) {
            break;
        }
        const QRectF box(x, std::round((height() - theme.px(12)) / 2.0), key, theme.px(12));
        if (ramp) {
            write(entry.word, TextRole::Caption, Token::TextSecondary);
            x += theme.px(10);
            write(QStringLiteral("0"), TextRole::Caption, Token::TextSecondary);
            x += theme.px(6);
            paintKey(painter, entry, QRectF(x, box.top(), key, box.height()));
            x += key + theme.px(6);
            write(QStringLiteral("100 %"), TextRole::Caption, Token::TextSecondary);
        } else {
            paintKey(painter, entry, box);
            x += key + theme.px(6);
            write(entry.word, TextRole::Caption, Token::TextSecondary);
            if (!entry.count.isEmpty()) {
                x += theme.px(5);
                write(entry.count, TextRole::CaptionStrong, Token::Text);
            }
        }
        x += theme.px(16);
    }
    if (const int w = advance(m_note, TextRole::Caption); right - w > x) {
        x = right - w;
        write(m_note, TextRole::Caption, Token::TextSecondary);
    }
}

} // namespace sextant::ui
