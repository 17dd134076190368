// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/filterfield.h"

#include "core/query/filterlexer.h"

#include <QFocusEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QTextLayout>

#include <algorithm>

namespace sextant::ui {

namespace {

Theme &theme() { return Theme::instance(); }
constexpr std::size_t kMostOffers = 50;
constexpr int kPause = 150; ///< milliseconds without a key before what is typed applies

/// A place in the UTF-8 of a text as one in the text itself.
int indexOf(const std::string &utf8, std::size_t byte)
{
    return static_cast<int>(QString::fromUtf8(utf8.data(), static_cast<qsizetype>(byte)).size());
}

QString sentence(std::string text)
{
    if (!text.empty() && text.front() >= 'a' && text.front() <= 'z') {
        text.front() = static_cast<char>(text.front() - 'a' + 'A');
    }
    return shown(text) + QLatin1Char('.');
}

} // namespace

FilterField::FilterField(FleetModel &fleet, QWidget *parent)
    : QLineEdit(parent)
    , m_fleet(fleet)
    , m_panel(new FilterPanel(parent != nullptr ? parent->window() : this))
{
    setPlaceholderText(tr("Filter: text, ns:shop, cpu>80%"));
    setAccessibleName(tr("Filter"));
    setMaxLength(static_cast<int>(Filter::kLongest));
    addAction(icon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    setTextMargins(0, 0, theme().px(36), 0);
    setMinimumWidth(theme().px(120));
    setMaximumWidth(theme().px(560));
    setText(fleet.filter()); // of a command that asks for a filtered view
    spaceWords();
    m_jobs.setMaxThreadCount(1);
    m_delay.setSingleShot(true);
    m_delay.setInterval(kPause);
    connect(this, &QLineEdit::textChanged, this, &FilterField::changed);
    connect(this, &QLineEdit::textEdited, this, [this] { // comes before textChanged
        judge();
        offer(false);
    });
    connect(&m_delay, &QTimer::timeout, this, &FilterField::apply);
    connect(m_panel, &FilterPanel::chosen, this, &FilterField::accept);
    connect(&fleet, &FleetModel::filterChanged, this, [this] {
        if (!m_delay.isActive() && text() != m_fleet.filter()) {
            setText(m_fleet.filter());
        }
    });
}

FilterField::~FilterField()
{
    m_stop.request_stop();
    m_jobs.waitForDone();
}

void FilterField::setTables(FilterTables tables)
{
    if (tables != m_tables) {
        m_tables = tables;
        closeOffers();
        judge();
    }
}

/// Conditions have room for the edges of two boxes between them; the words of the placeholder stand as words do.
void FilterField::spaceWords()
{
    QFont spaced = font();
    spaced.setWordSpacing(text().isEmpty() ? 0 : theme().px(4));
    if (spaced != font()) {
        setFont(spaced);
    }
}

void FilterField::changed()
{
    spaceWords();
    judge();
    if (text().isEmpty()) {
        apply();
    } else {
        m_delay.start();
    }
}

void FilterField::apply()
{
    m_delay.stop();
    m_fleet.setFilter(text());
    judge();
}

/// What is wrong is known at every key; that takes microseconds.
void FilterField::judge()
{
    const auto parsed = Filter::parse(text().toStdString());
    m_error = parsed ? std::nullopt : std::optional(parsed.error());
    m_typed = parsed ? *parsed : Filter();
    const QString told = words();
    setAccessibleDescription(told);
    setToolTip(told.isEmpty() ? QString() : plainTip(told));
    tell();
    update();
}

QString FilterField::words() const
{
    if (m_error && m_error->incomplete) {
        return tr("Not finished: expected %1.").arg(shown(m_error->expected));
    }
    if (m_error) {
        QString told = sentence(m_error->text());
        if (!m_fleet.filter().isEmpty()) {
            told += QLatin1Char(' ') + tr("Still filtered by “%1”.").arg(shown(m_fleet.filter().toStdString()));
        }
        return told;
    }
    QStringList told;
    for (const std::string &one : m_typed.inapplicable(m_tables)) {
        told << sentence(one);
    }
    return told.join(QLatin1Char(' '));
}

void FilterField::tell()
{
    const QString told = hasFocus() ? words() : QString();
    m_panel->setMessage(!m_error ? State::Warning : m_error->incomplete ? State::Pending : State::Failed, told);
    if (hasFocus()) {
        m_panel->place(*this);
    } else {
        m_panel->hide();
    }
}

void FilterField::offer(bool asked)
{
    const quint64 question = ++m_question;
    m_stop.request_stop();
    m_jobs.clear(); // what is not begun yet answers an older question
    const std::string utf8 = text().toStdString();
    const auto cursor = static_cast<std::size_t>(text().left(cursorPosition()).toUtf8().size());
    m_place = filterPlace(utf8, cursor);
    if (m_place.kind == FilterPlace::Kind::Value) {
        m_stop = {};
        m_jobs.start([this, question, place = m_place, picture = m_fleet.picture(), scope = m_fleet.scope(),
                         tables = m_tables, stop = m_stop.get_token()] {
            auto offers = offerValues(place, *picture, scope, tables, kMostOffers, stop);
            if (!offers) {
                return;
            }
            auto shared = std::make_shared<std::vector<FilterOffer>>(std::move(*offers));
            // The destructor waits for this job, so `this` stands here; the queued call goes with it.
            QMetaObject::invokeMethod(
                this, [this, question, shared] { take(question, std::move(*shared)); }, Qt::QueuedConnection);
        });
        return;
    }
    take(question, asked || !m_place.begun.empty() ? offerKeys(m_place, m_tables) : std::vector<FilterOffer>());
}

void FilterField::take(quint64 question, std::vector<FilterOffer> offers)
{
    if (question != m_question) {
        return;
    }
    // A value that stands there already is no offer; a key still lacks its operator.
    if (m_place.kind == FilterPlace::Kind::Value && offers.size() == 1
        && QByteArray::fromStdString(offers[0].label).toLower().toStdString() == m_place.begun) {
        offers.clear();
    }
    m_panel->setOffers(hasFocus() ? std::move(offers) : std::vector<FilterOffer>());
    tell();
}

void FilterField::accept(int row)
{
    if (row < 0 || row >= static_cast<int>(m_panel->offers().size())) {
        return;
    }
    const std::string utf8 = text().toStdString();
    const FilterPlace place = m_place;
    QString put = QString::fromStdString(m_panel->offers()[static_cast<std::size_t>(row)].text);
    const int from = indexOf(utf8, place.begin), to = indexOf(utf8, std::min(place.end, utf8.size()));
    if (place.kind == FilterPlace::Kind::Value && to == text().size()) {
        put += QLatin1Char(' ');
    }
    m_panel->setOffers({});
    setSelection(from, to - from);
    insert(put); // as if typed: what may follow is offered
}

void FilterField::closeOffers()
{
    ++m_question;
    m_stop.request_stop();
    m_panel->setOffers({});
    tell();
}

bool FilterField::event(QEvent *event)
{
    if (event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        if (key == Qt::Key_Tab && !m_panel->offers().empty()) {
            accept(std::max(0, m_panel->current()));
            return true;
        }
    }
    return QLineEdit::event(event);
}

void FilterField::keyPressEvent(QKeyEvent *event)
{
    const bool offering = !m_panel->offers().empty();
    switch (event->key()) {
    case Qt::Key_Down:
    case Qt::Key_Up:
        if (offering) {
            m_panel->move(event->key() == Qt::Key_Down ? 1 : -1);
            return;
        }
        if (event->key() == Qt::Key_Up) {
            break;
        }
        [[fallthrough]];
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (offering && m_panel->current() >= 0) {
            accept(m_panel->current());
            return;
        }
        closeOffers();
        apply();
        if (!m_error) {
            Q_EMIT left();
        }
        return;
    case Qt::Key_Escape:
        if (offering) {
            closeOffers();
        } else if (text().isEmpty()) {
            Q_EMIT left();
        } else {
            clear();
        }
        return;
    case Qt::Key_Space:
        if (event->modifiers() == Qt::ControlModifier) {
            offer(true);
            return;
        }
        break;
    default:
        break;
    }
    QLineEdit::keyPressEvent(event);
}

void FilterField::focusInEvent(QFocusEvent *event)
{
    QLineEdit::focusInEvent(event);
    tell();
}

void FilterField::focusOutEvent(QFocusEvent *event)
{
    QLineEdit::focusOutEvent(event);
    closeOffers();
}

void FilterField::paintEvent(QPaintEvent *event)
{
    QLineEdit::paintEvent(event);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    // Conditions in boxes, what is wrong underlined; where the letters stand is asked of the same layout.
    const std::string utf8 = text().toStdString();
    if (!utf8.empty()) {
        QTextLayout layout(text(), font());
        layout.beginLayout();
        QTextLine line = layout.createLine();
        layout.endLayout();
        constexpr int kCursorMargin = 5; // QLineEdit's rectangle of the cursor begins so far left of it
        const qreal origin = cursorRect().x() + kCursorMargin - line.cursorToX(cursorPosition());
        const auto span = [&](std::size_t begin, std::size_t bytes) {
            const qreal from = origin + line.cursorToX(indexOf(utf8, begin));
            return std::pair(from, origin + line.cursorToX(indexOf(utf8, begin + bytes)));
        };
        painter.save();
        painter.setClipRect(rect().adjusted(theme().px(26), 0, -theme().px(36), 0));
        const int side = theme().px(18);
        const int top = (height() - side) / 2, under = height() / 2 + theme().px(8);
        QColor fill = theme().color(Token::Accent);
        fill.setAlpha(18);
        for (const filter::Piece &piece : filter::cut(utf8).pieces) {
            const bool known = piece.kind == filter::Piece::Kind::Condition
                && filter::findKey(std::string_view(utf8).substr(piece.begin, piece.key)) != nullptr;
            if (!known || (m_error && piece.begin + piece.length > m_error->begin)) {
                continue;
            }
            const auto [from, to] = span(piece.begin, piece.length);
            painter.setPen(QPen(theme().color(Token::BorderStrong), 1));
            painter.setBrush(fill);
            painter.drawRoundedRect(QRectF(from - 2.5, top + 0.5, to - from + 5, side - 1), 3, 3);
        }
        if (m_error && !m_error->incomplete) {
            auto [from, to] = span(m_error->begin, m_error->bytes);
            to = std::max(to, from + theme().px(6)); // something is missing there
            painter.fillRect(QRectF(from, under, to - from, 2), theme().color(Token::Failed));
        }
        painter.restore();
    }
    painter.setFont(theme().font(TextRole::Caption));
    const QString key = !text().isEmpty() || hasFocus() ? tr("Esc") : QStringLiteral("/");
    const int w = painter.fontMetrics().horizontalAdvance(key) + theme().px(9);
    const QRectF cap(width() - w - theme().px(6) + 0.5, (height() - theme().px(17)) / 2.0, w, theme().px(17));
    painter.setPen(QPen(theme().color(Token::Border), 1));
    painter.setBrush(theme().color(Token::Bg));
    painter.drawRoundedRect(cap, 3, 3);
    painter.setPen(theme().color(Token::TextSecondary));
    painter.drawText(cap, Qt::AlignCenter, key);
}

} // namespace sextant::ui
