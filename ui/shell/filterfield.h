// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/bridge/fleetmodel.h"
#include "ui/shell/filterpanel.h"

#include <QLineEdit>
#include <QThreadPool>
#include <QTimer>

#include <optional>
#include <stop_token>

namespace sextant::ui {

/// The field the filter is typed in: conditions stand in boxes, what is wrong is underlined and told below, and what
/// may follow is offered (Tab, arrows and Enter, or the mouse; Ctrl+Space asks for it). A wrong text changes nothing:
/// the last right one stays applied. Values are looked for on a job's thread.
class FilterField final : public QLineEdit {
    Q_OBJECT
public:
    explicit FilterField(FleetModel &fleet, QWidget *parent = nullptr);
    ~FilterField() override;

    void setTables(FilterTables tables); ///< what the view asks the filter about
    const std::optional<FilterError> &error() const { return m_error; }
    FilterPanel *panel() const { return m_panel; }
    /// What is told about the text: what is wrong, what is missing, what does not apply here. Empty: nothing.
    QString words() const;
    /// Waits for the job under way; for tests.
    void finish() { m_jobs.waitForDone(); }

Q_SIGNALS:
    void left(); ///< Esc in an empty field or Enter: the keyboard goes back to the view

protected:
    bool event(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    void changed();
    void spaceWords();
    void apply();
    void judge();
    void offer(bool asked);
    void take(quint64 question, std::vector<FilterOffer> offers);
    void accept(int row);
    void closeOffers();
    void tell();

    FleetModel &m_fleet;
    FilterPanel *m_panel;
    FilterTables m_tables = 0;
    Filter m_typed; ///< what stands in the field, where it is right
    std::optional<FilterError> m_error;
    FilterPlace m_place;
    quint64 m_question = 0;
    std::stop_source m_stop;
    QTimer m_delay;
    QThreadPool m_jobs;
};

} // namespace sextant::ui
