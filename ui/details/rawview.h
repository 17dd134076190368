// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <QDialog>

class QLineEdit;
class QPlainTextEdit;
class QPushButton;

namespace sextant::ui {

class TextLabel;

/// The object as its server has it, as text to read, find in and copy. Not modal: the window goes on beside it.
class RawView : public QDialog {
    Q_OBJECT
public:
    RawView(const QString &title, QWidget *parent = nullptr);
    void showLoading();
    void showAnswer(const Result<std::string> &answer);
    QString text() const;
    QString message() const;
    /// Marks the next place with the text of the find field; wraps around.
    bool findNext(bool backwards = false);
    QLineEdit *findField() const { return m_find; }

Q_SIGNALS:
    void retryWanted();

protected:
    bool eventFilter(QObject *object, QEvent *event) override;

private:
    QPlainTextEdit *m_text;
    QLineEdit *m_find;
    TextLabel *m_message;
    QPushButton *m_retry;
};

} // namespace sextant::ui
