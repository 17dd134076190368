// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulator/simulator.h"

#include <QTest>

class TestSimulator : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void starts() { }
};

QTEST_GUILESS_MAIN(TestSimulator)
#include "tst_simulator.moc"
