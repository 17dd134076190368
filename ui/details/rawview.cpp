// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/details/rawview.h"

#include "ui/theme/widgets.h"

#include <QApplication>
#include <QClipboard>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QShortcut>
#include <QTextCursor>
#include <QVBoxLayout>

namespace sextant::ui {

namespace {

Theme &theme() { return Theme::instance(); }
constexpr std::size_t kMostShown = 4U << 20U;

/// Lines stay lines; every other control or bidirectional character is made visible.
QString shownLines(const std::string &text)
{
    QString out;
    out.reserve(static_cast<qsizetype>(text.size()));
    std::size_t from = 0;
    while (from <= text.size()) {
        const std::size_t end = std::min(text.find('\n', from), text.size());
        out += shown(std::string_view(text).substr(from, end - from));
        if (end == text.size()) {
            break;
        }
        out += QLatin1Char('\n');
        from = end + 1;
    }
    return out;
}

} // namespace

RawView::RawView(const QString &title, QWidget *parent)
    : QDialog(parent)
    , m_text(new QPlainTextEdit(this))
    , m_find(new QLineEdit(this))
    , m_message(new TextLabel(TextRole::Table, Token::TextSecondary, this))
    , m_retry(new QPushButton(tr("&Try Again"), this))
{
    setObjectName(QStringLiteral("rawView"));
    setWindowTitle(title.left(200));
    resize(theme().px(720), theme().px(640));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    auto *bar = new QHBoxLayout;
    bar->setContentsMargins(theme().px(12), theme().px(7), theme().px(12), theme().px(7));
    bar->setSpacing(theme().px(8));
    m_find->setPlaceholderText(tr("Find"));
    m_find->setAccessibleName(tr("Find in the object"));
    m_find->addAction(icon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    m_find->setMaximumWidth(theme().px(260));
    m_find->installEventFilter(this);
    auto *copy = new QPushButton(icon(QStringLiteral("copy")), tr("&Copy All"), this);
    copy->setAutoDefault(false);
    m_retry->setAutoDefault(false);
    bar->addWidget(m_find, 1);
    bar->addWidget(m_message, 1);
    bar->addWidget(m_retry);
    bar->addWidget(copy);
    layout->addLayout(bar);
    layout->addWidget(new Hairline(Qt::Horizontal, Token::Border, this));
    m_text->setReadOnly(true);
    m_text->setUndoRedoEnabled(false);
    m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_text->setFrameShape(QFrame::NoFrame);
    m_text->document()->setDocumentMargin(theme().px(12));
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_text->setAccessibleName(title);
    QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    font.setPixelSize(theme().px(12));
    m_text->setFont(font);
    layout->addWidget(m_text, 1);
    connect(copy, &QPushButton::clicked, this, [this] { QApplication::clipboard()->setText(m_text->toPlainText()); });
    connect(m_retry, &QPushButton::clicked, this, &RawView::retryWanted);
    connect(m_find, &QLineEdit::textEdited, this, [this] {
        QTextCursor cursor = m_text->textCursor();
        cursor.setPosition(cursor.selectionStart());
        m_text->setTextCursor(cursor);
        findNext();
    });
    auto *find = new QShortcut(QKeySequence::Find, this);
    connect(find, &QShortcut::activated, this, [this] {
        m_find->setFocus();
        m_find->selectAll();
    });
    showLoading();
}

void RawView::showLoading()
{
    m_retry->hide();
    m_message->setText(tr("Reading from the cluster…"));
    m_text->clear();
}

void RawView::showAnswer(const Result<std::string> &answer)
{
    if (!answer) {
        m_message->setText(shown(answer.error().text()).left(400));
        m_message->setToolTip(plainTip(shown(answer.error().text())));
        m_retry->show();
        return;
    }
    m_retry->hide();
    m_message->clear();
    const bool cut = answer->size() > kMostShown;
    m_text->setPlainText(shownLines(cut ? answer->substr(0, kMostShown) : answer.value()));
    if (cut) {
        m_message->setText(tr("The first 4 MiB are shown."));
    }
}

QString RawView::text() const { return m_text->toPlainText(); }
QString RawView::message() const { return m_message->text(); }

bool RawView::findNext(bool backwards)
{
    const QString wanted = m_find->text();
    if (wanted.isEmpty()) {
        return false;
    }
    const QTextDocument::FindFlags flags = backwards ? QTextDocument::FindBackward : QTextDocument::FindFlags();
    bool found = m_text->find(wanted, flags);
    if (!found) {
        const QTextCursor before = m_text->textCursor();
        m_text->moveCursor(backwards ? QTextCursor::End : QTextCursor::Start);
        found = m_text->find(wanted, flags);
        if (!found) {
            m_text->setTextCursor(before);
        }
    }
    m_message->setText(found ? QString() : tr("not found"));
    return found;
}

bool RawView::eventFilter(QObject *object, QEvent *event)
{
    if (object == m_find && event->type() == QEvent::KeyPress) {
        const auto *key = static_cast<QKeyEvent *>(event);
        if (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) {
            findNext(key->modifiers() & Qt::ShiftModifier);
            return true;
        }
    }
    return QDialog::eventFilter(object, event);
}

} // namespace sextant::ui
