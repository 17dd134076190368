// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/migrationstrip.h"

#include "core/base/format.h"
#include "ui/pages/migrationwords.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

namespace sextant::ui {

namespace {

QString q(const std::string &text) { return QString::fromStdString(text); }

} // namespace

MigrationStrip::MigrationStrip(QWidget *parent)
    : Card(QString(), parent)
{
    body()->setContentsMargins(0, 0, 0, 0);
    auto *row = new QHBoxLayout;
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    const QString names[] = {tr("Services"), tr("Instances"), tr("CPU declared"), tr("Memory declared")};
    for (std::size_t i = 0; i < m_parts.size(); ++i) {
        if (i > 0) {
            row->addWidget(new Hairline(Qt::Vertical, Token::Border, this));
        }
        auto *place = new QWidget(this);
        m_parts[i] = makePart(names[i]);
        auto *column = new QVBoxLayout(place);
        const Theme &theme = Theme::instance();
        column->setContentsMargins(theme.px(16), theme.px(10), theme.px(16), theme.px(10));
        column->setSpacing(theme.px(3));
        auto *name = new TextLabel(names[i], TextRole::Caption, Token::TextSecondary, place);
        column->addWidget(name);
        auto *line = new QHBoxLayout;
        line->setSpacing(theme.px(6));
        line->addWidget(m_parts[i].figure, 0, Qt::AlignBaseline);
        line->addWidget(m_parts[i].detail, 1, Qt::AlignBottom);
        column->addLayout(line);
        column->addWidget(m_parts[i].bar);
        column->addWidget(m_parts[i].note);
        row->addWidget(place, 1);
    }
    body()->addLayout(row);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

MigrationStrip::Part MigrationStrip::makePart(const QString &name)
{
    Part part{};
    part.figure = new TextLabel(TextRole::FigureSmall, Token::Text, this);
    part.detail = new ElidedLabel(TextRole::Caption, Token::TextSecondary, this);
    part.bar = new MovedBarWidget(8, this);
    part.note = new ElidedLabel(TextRole::Caption, Token::TextSecondary, this);
    part.bar->setAccessibleName(name);
    for (ElidedLabel *label : {part.detail, part.note}) {
        label->setElideMode(Qt::ElideRight);
    }
    return part;
}

void MigrationStrip::show(const migration::Progress &progress, bool stale)
{
    const auto fill = [&](Part &part, const migration::Share &share, const QString &detail, const QString &note) {
        part.figure->setText(moving::percent(share));
        part.figure->setColor(stale ? Token::TextSecondary : Token::Text);
        part.detail->setText(detail);
        part.bar->setBar(moving::barOf(share, stale));
        part.bar->setAccessibleDescription(moving::percent(share) + u' ' + detail);
        part.note->setText(note);
    };
    const auto of = [](const QString &moved, const QString &all) { return tr("%1 of %2").arg(moved, all); };
    const migration::Share &services = progress.byServices, &instances = progress.byInstances;
    fill(m_parts[0], services, of(moving::count(services.moved), moving::count(services.total)),
        tr("%1 moving · %2 on Helios alone")
            .arg(moving::count(services.moving), moving::count(services.total - services.moved - services.moving)));
    fill(m_parts[1], instances, of(moving::count(instances.moved), moving::count(instances.total)),
        instances.covered < instances.services
            ? tr("over %1 of %2 services: of the others a side is not seen")
                  .arg(moving::count(instances.covered), moving::count(instances.services))
            : tr("%1 of services that are moving").arg(moving::count(instances.moving)));
    // What declares nothing is not in the sums: they say over how many they are taken.
    const auto coverage = [](const migration::Share &share) {
        return share.covered == 0 ? tr("no service declares it on both sides")
                                  : tr("%1 of %2 services declare it on both sides")
                                        .arg(moving::count(share.covered), moving::count(share.services));
    };
    const auto cores = [](std::int64_t value) { return q(formatCores(MilliCpu(value))); };
    const auto bytes = [](std::int64_t value) { return q(formatBytes(Bytes(value))); };
    const migration::Share &cpu = progress.byCpu, &memory = progress.byMemory;
    fill(m_parts[2], cpu, cpu.covered == 0 ? QString() : tr("%1 of %2 cores").arg(cores(cpu.moved), cores(cpu.total)),
        coverage(cpu));
    fill(m_parts[3], memory, memory.covered == 0 ? QString() : of(bytes(memory.moved), bytes(memory.total)),
        coverage(memory));
}

} // namespace sextant::ui
