// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QAbstractButton>
#include <QFrame>
#include <QLabel>
#include <QPointer>
#include <QPushButton>
#include <QStringList>
#include <QWidget>

#include <optional>
#include <utility>
#include <vector>

class QBoxLayout;
class QHBoxLayout;
class QVBoxLayout;

/// The small widgets every view is put together from. All follow the theme by themselves; texts are plain, never rich.
namespace sextant::ui {

/// A label in a role and a colour of the theme, plain text. Texts that may be longer than their place belong into an
/// ElidedLabel.
class TextLabel : public QLabel {
    Q_OBJECT
public:
    explicit TextLabel(TextRole role = TextRole::Table, Token color = Token::Text, QWidget *parent = nullptr);
    explicit TextLabel(
        const QString &text, TextRole role = TextRole::Table, Token color = Token::Text, QWidget *parent = nullptr);
    void setRole(TextRole role);
    void setColor(Token color);

private:
    void restyle();
    TextRole m_role;
    Token m_color;
};

/// One line that gives way: elided, in the middle for names. Elided at its end it first leaves out what stands behind
/// a " · ", whole: a figure that is cut would be another one. The whole text is its tip where something was left out.
class ElidedLabel : public QWidget {
    Q_OBJECT
public:
    explicit ElidedLabel(TextRole role = TextRole::Table, Token color = Token::Text, QWidget *parent = nullptr);
    QString text() const { return m_text; }
    void setText(const QString &text);
    void setElideMode(Qt::TextElideMode mode);
    void setAlignment(Qt::Alignment alignment);
    void setRole(TextRole role);
    void setColor(Token color);
    bool elided() const; ///< something is left out at this width
    QString shown() const; ///< what is left at this width
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    bool event(QEvent *event) override;

private:
    QString m_text;
    TextRole m_role;
    Token m_color;
    Qt::TextElideMode m_mode = Qt::ElideMiddle;
    Qt::Alignment m_alignment = Qt::AlignLeft | Qt::AlignVCenter;
};

/// The glyph of a state as a widget (10, 12, 14 or 16 wide), its word as accessible name.
class StateGlyph : public QWidget {
    Q_OBJECT
public:
    explicit StateGlyph(int size = 12, QWidget *parent = nullptr);
    void setState(State state);
    State state() const { return m_state; }
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    int m_size;
    State m_state = State::Unknown;
};

/// The mark of an orchestrator as a widget.
class MarkGlyph : public QWidget {
    Q_OBJECT
public:
    explicit MarkGlyph(int size = 14, QWidget *parent = nullptr);
    void setOrchestrator(Orchestrator orchestrator);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    int m_size;
    Orchestrator m_orchestrator = Orchestrator::Kubernetes;
};

/// A hairline, one device pixel thick whatever the scale.
class Hairline : public QWidget {
    Q_OBJECT
public:
    explicit Hairline(
        Qt::Orientation orientation = Qt::Horizontal, Token color = Token::Border, QWidget *parent = nullptr);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Qt::Orientation m_orientation;
    Token m_color;
};

/// Exclusive buttons in one frame; arrow keys move the choice. 26 high.
class Segments : public QWidget {
    Q_OBJECT
public:
    explicit Segments(const QStringList &labels, QWidget *parent = nullptr);
    int current() const { return m_current; }
    void setCurrent(int index); ///< emits when it changes
    int count() const { return static_cast<int>(m_labels.size()); }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

Q_SIGNALS:
    void currentChanged(int index);

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    int segmentAt(int x) const;
    int widthOf(int index) const;
    QStringList m_labels;
    int m_current = 0;
    int m_hover = -1;
    bool m_keyboardFocus = false;
};

/// A surface with a 1 px border of radius 6; with a title a head of 36 above a hairline. Contents go to body().
class Card : public QFrame {
    Q_OBJECT
public:
    explicit Card(const QString &title = {}, QWidget *parent = nullptr);
    void setTitle(const QString &title); ///< empty: no head
    void setNote(const QString &note); ///< right in the head, caption
    /// Free place in the head between title and note.
    QHBoxLayout *head() const { return m_headLayout; }
    /// 16 px of padding around, no spacing.
    QVBoxLayout *body() const { return m_body; }
    /// A progress line at the foot of the head, 2 px of accent: 0..1; below 0: none.
    void setProgress(double share);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QWidget *m_headWidget;
    QHBoxLayout *m_headLayout;
    ElidedLabel *m_title;
    TextLabel *m_note;
    QVBoxLayout *m_body;
    double m_progress = -1;
};

/// mark, name, glyph, age: a cluster in the top bar and wherever one is named; flat, with hover and focus ring.
class ChipButton : public QAbstractButton {
    Q_OBJECT
public:
    explicit ChipButton(QWidget *parent = nullptr);
    void setMark(std::optional<Orchestrator> mark);
    void setState(std::optional<State> state);
    std::optional<State> state() const { return m_state; }
    void setNote(const QString &note); ///< caption right of the glyph: "0.4 s", "41 %", "partial"
    QString note() const { return m_note; }
    void setCompact(bool compact); ///< mark and glyph only
    bool compact() const { return m_compact; }
    void setCurrent(bool current); ///< drawn on `selection`
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *event) override;
    void enterEvent(QEnterEvent *event) override;
    void leaveEvent(QEvent *event) override;

private:
    std::optional<Orchestrator> m_mark;
    std::optional<State> m_state;
    QString m_note;
    bool m_compact = false;
    bool m_current = false;
};

/// A flat button with an icon of ours and a tip; 26 square.
class IconButton : public QAbstractButton {
    Q_OBJECT
public:
    IconButton(const QString &iconName, const QString &tip, QWidget *parent = nullptr);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *event) override;
    void enterEvent(QEnterEvent *event) override;
    void leaveEvent(QEvent *event) override;
};

/// The one filled button of a panel.
class PrimaryButton : public QPushButton {
    Q_OBJECT
public:
    explicit PrimaryButton(const QString &text, QWidget *parent = nullptr);
};

/// A bar as a widget, 12 high in cards, 8 in rows.
class BarWidget : public QWidget {
    Q_OBJECT
public:
    explicit BarWidget(int height = 12, QWidget *parent = nullptr);
    void setBar(const Bar &bar);
    const Bar &bar() const { return m_bar; }
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    int m_height;
    Bar m_bar;
};

/// What has moved, is moving and is left, as a widget.
class MovedBarWidget : public QWidget {
    Q_OBJECT
public:
    explicit MovedBarWidget(int height = 12, QWidget *parent = nullptr);
    void setBar(const MovedBar &bar);
    const MovedBar &bar() const { return m_bar; }
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    int m_height;
    MovedBar m_bar;
};

/// label 62 | bar | value 84 right: "CPU ▬▬▬ 79 % / 44 %", with an optional caption line under the bar.
class MeterRow : public QWidget {
    Q_OBJECT
public:
    explicit MeterRow(const QString &label, QWidget *parent = nullptr);
    void setBar(const Bar &bar);
    const Bar &bar() const { return m_barWidget->bar(); }
    /// `strong` in Medium, `rest` plain after it: "79 %" and " / 44 %".
    void setValue(const QString &strong, const QString &rest = {});
    QString value() const { return m_strong + m_rest; }
    void setCaption(const QString &caption); ///< empty: no line
    QString caption() const;
    void setStale(bool stale);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    QString m_label, m_strong, m_rest, m_caption;
    BarWidget *m_barWidget;
    bool m_stale = false;
};

/// Our own tip: 256 wide, surface, strong border; beside what it explains and never over it. One at a time.
class Tip : public QWidget {
    Q_OBJECT
public:
    struct Row {
        QString label, value; ///< label empty: a plain line
        std::optional<State> state; ///< glyph before the line
    };
    struct Content {
        QString title;
        std::optional<State> state;
        QString subtitle;
        std::vector<Row> rows;
        std::optional<Bar> cpu, memory; ///< drawn with their names after the rows
    };
    /// Shows beside `anchor` (global coordinates), on the side with room.
    static void show(const Content &content, const QRect &anchor, QWidget *owner);
    static void showText(const QString &text, const QRect &anchor, QWidget *owner);
    static void hideTip();
    static Tip *current(); ///< null when none is shown
    QString plainText() const; ///< what it says, for tests and readers

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    explicit Tip(QWidget *owner);
    QSize layoutSize() const;
    Content m_content;
    QPointer<QWidget> m_owner;
};

/// What a view shows in place of its content, or a card in place of its body: loading, empty, partial, stale.
class StatePanel : public QWidget {
    Q_OBJECT
public:
    enum class Kind { None, Loading, Empty, EmptyGood, Partial, Stale };

    explicit StatePanel(QWidget *parent = nullptr);
    /// "pods: 1,124 of about 2,740", "18 MB · about 4 s"; share below 0: no bar but the words.
    void showLoading(const QString &title, const QString &counts, const QString &note, double share);
    /// What is empty and where, what exists nearby, and one or two next steps (emits primaryClicked, secondaryClicked).
    void showEmpty(
        const QString &title, const QString &text, const QString &primary = {}, const QString &secondary = {});
    /// Empty and that is good: says what was looked at.
    void showGood(const QString &title, const QString &text);
    /// Refused or missing: the answer and its time, what follows from it, and the rule to ask for with a copy button.
    void showPartial(const QString &title, const QString &text, const QString &rule = {}, const QString &retry = {});
    void showStale(const QString &title, const QString &text, const QString &retry = {});
    Kind kind() const { return m_kind; }
    QString plainText() const; ///< all its words, for tests and screen readers

Q_SIGNALS:
    void primaryClicked();
    void secondaryClicked();

private:
    void rebuild(Kind kind, std::optional<State> glyph, const QString &title, const QString &text, const QString &rule,
        const QString &primary, const QString &secondary, const QString &note, double share);
    Kind m_kind = Kind::None;
    QStringList m_words;
    QPointer<QWidget> m_content;
};

/// `text` as a QToolTip that shows it as it is, line by line, whatever markup it looks like.
QString plainTip(const QString &text);
/// Draws the 2 px accent ring of keyboard focus, 1 px outside `rect` and with `radius`.
void paintFocusRing(QPainter &painter, const QRectF &rect, double radius = 4);
/// The rule of RBAC to ask for: "- apiGroups: [\"\"]\n  resources: [nodes]\n  verbs: [get, list, watch]".
QString accessRule(const QString &apiGroup, const QString &resource);

} // namespace sextant::ui
