// SPDX-License-Identifier: GPL-3.0-or-later
// The part of a report on the migration from Helios to Kubernetes.
#include "core/base/format.h"
#include "core/report/export.h"
#include "core/report/parts.h"

#include <algorithm>
#include <fmt/format.h>

namespace sextant::report {

namespace {

using migration::Service;
using migration::Share;
using migration::Stage;
using Row = std::vector<ReportTable::Cell>;

constexpr std::size_t kMostOwners = 25, kMostServices = 15, kMostUnmatched = 20, kMostHosts = 15;

std::string count(std::int64_t value) { return formatCount(value); }

std::string agreed(std::int64_t n, const char *one, const char *many) { return count(n) + (n == 1 ? one : many); }

std::string owned(const std::string &owner) { return owner.empty() ? kUnknownText : owner; }

void stageTable(MigrationPart &part)
{
    const auto &progress = part.progress;
    ReportTable table;
    table.title = "Services by stage";
    table.columns = {{"stage"}, {"services", true}, {"of all", true}, {"on Helios", true}, {"on Kubernetes", true}};
    const auto all = static_cast<std::int64_t>(progress.services.size());
    int helios = 0, kubernetes = 0, unseen = 0;
    for (const Stage stage :
        {Stage::NotStarted, Stage::InParallel, Stage::Migrated, Stage::Retired, Stage::RolledBack}) {
        int onHelios = 0, onKubernetes = 0;
        for (const Service &service : progress.services) {
            if (service.stage == stage) {
                onHelios += service.helios.instances;
                onKubernetes += service.kubernetes.instances;
                unseen += service.helios.seen && service.kubernetes.seen ? 0 : 1;
            }
        }
        helios += onHelios;
        kubernetes += onKubernetes;
        table.rows.push_back({{std::string(migration::stageWord(stage))}, {count(progress.count(stage))},
            {formatPercent(progress.count(stage), all)}, {count(onHelios)}, {count(onKubernetes)}});
    }
    table.rows.push_back({{"all"}, {count(all)}, {formatPercent(all, all)}, {count(helios)}, {count(kubernetes)}});
    table.lastIsTotal = true;
    table.note = "On Helios, on Kubernetes: instances that are wanted there.";
    if (unseen > 0) {
        table.note += " What " + agreed(unseen, " service has", " services have")
            + " on a side that could not be looked at is not in it.";
    }
    part.tables.push_back(std::move(table));
}

void shareTable(MigrationPart &part)
{
    const auto &progress = part.progress;
    ReportTable table;
    table.title = "Share moved";
    table.columns = {{"by"}, {"", false, true}, {"moved", true}, {"in parallel", true}, {"of", true},
        {"share moved", true}, {"taken over"}};
    const auto add = [&](const char *name, const Share &share, const std::function<std::string(std::int64_t)> &text) {
        const bool known = share.total > 0;
        const auto of = [&](std::int64_t part_) {
            return known ? static_cast<double>(part_) / static_cast<double>(share.total) : -1;
        };
        table.rows.push_back({{name}, {"", of(share.moved + share.moving), of(share.moved)},
            {known ? text(share.moved) : kUnknownText}, {known ? text(share.moving) : kUnknownText},
            {known ? text(share.total) : kUnknownText}, {formatPercent(share.moved, share.total)},
            {fmt::format("{} of {} services", count(share.covered), count(share.services))}});
    };
    add("services", progress.byServices, count);
    add("instances", progress.byInstances, count);
    add("CPU requested, cores", progress.byCpu, [](std::int64_t v) { return formatCores(MilliCpu(v)); });
    add("memory requested", progress.byMemory, [](std::int64_t v) { return formatBytes(Bytes(v)); });
    table.note =
        "Bars: moved (dark), in parallel (light). CPU and memory are declared, and taken over the services that "
        "declare them on both sides.";
    part.tables.push_back(std::move(table));
}

void ownerTable(MigrationPart &part)
{
    const auto &owners = part.progress.owners;
    if (owners.empty()) {
        return;
    }
    ReportTable table;
    table.title = "Migration by owner";
    table.columns = {{"owner"}, {"", false, true}, {"services", true}, {"moved", true}, {"in parallel", true},
        {"left", true}, {"rolled back", true}};
    const auto row = [&](const std::string &name, const migration::OwnerProgress &owner) {
        const auto of = [&](int n) { return static_cast<double>(n) / std::max(1, owner.services); };
        table.rows.push_back({{name}, {"", of(owner.moved + owner.moving), of(owner.moved)}, {count(owner.services)},
            {count(owner.moved)}, {count(owner.moving)}, {count(owner.services - owner.moved - owner.moving)},
            {count(owner.rolledBack)}});
    };
    for (std::size_t i = 0; i < std::min(kMostOwners, owners.size()); ++i) {
        row(owners[i].owner.empty() ? "without an owner" : owners[i].owner, owners[i]);
    }
    if (owners.size() > kMostOwners) {
        migration::OwnerProgress rest;
        for (std::size_t i = kMostOwners; i < owners.size(); ++i) {
            rest.services += owners[i].services;
            rest.moved += owners[i].moved;
            rest.moving += owners[i].moving;
            rest.rolledBack += owners[i].rolledBack;
        }
        row("other (" + count(static_cast<std::int64_t>(owners.size() - kMostOwners)) + ")", rest);
        table.lastIsTotal = true;
    }
    table.note = "Bars: moved (dark), in parallel (light). Left: not started or rolled back.";
    part.tables.push_back(std::move(table));
}

/// Services of one stage, those longest in it first. Who stood there when first seen is at least so long in it.
void longestTable(MigrationPart &part, Stage stage, const char *title, Time now)
{
    std::vector<const Service *> services;
    for (const Service &service : part.progress.services) {
        if (service.stage == stage) {
            services.push_back(&service);
        }
    }
    if (services.empty()) {
        return;
    }
    const auto began = [](const Service &service) {
        return service.since == kNoTime ? service.firstSeen : service.since;
    };
    std::stable_sort(
        services.begin(), services.end(), [&](const Service *a, const Service *b) { return began(*a) < began(*b); });
    ReportTable table;
    table.title = title;
    table.columns = {{"service"}, {"owner"}, {"for", true}, {"on Helios, healthy", true},
        {"on Kubernetes, healthy", true}, {"versions"}};
    for (std::size_t i = 0; i < std::min(kMostServices, services.size()); ++i) {
        const Service &service = *services[i];
        const bool atLeast = service.since == kNoTime;
        const auto side = [](const migration::Side &one) {
            return one.seen ? fmt::format("{} of {}", count(one.healthy), count(one.instances))
                            : std::string(kUnknownText);
        };
        const auto versions = [](const migration::Side &one) {
            return one.versions.empty() ? std::string(kUnknownText) : listed(one.versions);
        };
        table.rows.push_back({{service.name + (service.stale ? " (stale)" : "")}, {owned(service.owner)},
            {began(service) == kNoTime ? std::string(kUnknownText)
                                       : (atLeast ? "≥ " : "") + formatAge(began(service), now)},
            {side(service.helios)}, {side(service.kubernetes)},
            {versions(service.helios) + " → " + versions(service.kubernetes)}});
    }
    table.note =
        "For: since it was seen to enter the stage; ≥ since it was first seen at all. Versions: on Helios → on "
        "Kubernetes.";
    if (services.size() > kMostServices) {
        table.note +=
            " The longest " + count(kMostServices) + " of " + count(static_cast<std::int64_t>(services.size())) + ".";
    }
    part.tables.push_back(std::move(table));
}

void unmatchedTable(MigrationPart &part)
{
    const auto &unmatched = part.progress.unmatched;
    if (unmatched.empty()) {
        return;
    }
    ReportTable table;
    table.title = "Without a partner";
    table.columns = {{"only on"}, {"name"}, {"where"}, {"owner"}, {"instances", true}, {"best guess"}, {"alike", true},
        {"what pairs them"}};
    std::size_t helios = 0;
    // What can be paired first: what stands alone on Kubernetes may well never have been on Helios.
    std::vector<const migration::Unmatched *> order;
    for (const auto &one : unmatched) {
        helios += one.helios ? 1 : 0;
        if (one.helios || !one.guesses.empty()) {
            order.push_back(&one);
        }
    }
    for (std::size_t i = 0; i < std::min(kMostUnmatched, order.size()); ++i) {
        const auto &one = *order[i];
        const auto *guess = one.guesses.empty() ? nullptr : &one.guesses.front();
        table.rows.push_back({{one.helios ? "Helios" : "Kubernetes"}, {one.name},
            {one.ns.empty() ? one.cluster : one.cluster + " › " + one.ns}, {owned(one.owner)}, {count(one.instances)},
            {guess == nullptr ? std::string(kUnknownText) : guess->name},
            {guess == nullptr ? std::string(kUnknownText)
                              : formatPercent(static_cast<std::int64_t>(guess->likeness * 100), 100)},
            {guess == nullptr ? std::string(kUnknownText) : guess->rule}});
    }
    table.note = fmt::format("{} have only Helios and {} only Kubernetes. A guess is inferred from names, images and "
                             "registrations; its line goes below migration: match: in the configuration.",
        agreed(static_cast<std::int64_t>(helios), " service", " services"),
        agreed(static_cast<std::int64_t>(unmatched.size() - helios), " workload", " workloads"));
    if (order.size() > kMostUnmatched) {
        table.note += " The likeliest " + count(kMostUnmatched) + " are shown.";
    }
    part.tables.push_back(std::move(table));
}

void hostTable(MigrationPart &part)
{
    const auto &hosts = part.progress.hosts;
    if (hosts.empty()) {
        return;
    }
    ReportTable table;
    table.title = "Helios hosts by what keeps them";
    table.columns = {{"host"}, {"cluster"}, {"tasks", true}, {"that stay", true}};
    for (std::size_t i = 0; i < std::min(kMostHosts, hosts.size()); ++i) {
        table.rows.push_back({{hosts[i].name}, {hosts[i].cluster}, {count(hosts[i].tasks)}, {count(hosts[i].staying)}});
    }
    table.note =
        fmt::format("{} of {} hold no task that stays and would be empty. Tasks stay when their service has not "
                    "moved, or is not known.",
            count(part.progress.hostsEmpty), agreed(static_cast<std::int64_t>(hosts.size()), " host", " hosts"));
    if (hosts.size() > kMostHosts) {
        table.note += " The " + count(kMostHosts) + " with the fewest are shown.";
    }
    part.tables.push_back(std::move(table));
}

std::string summaryOf(const MigrationPart &part)
{
    const auto &progress = part.progress;
    const auto all = static_cast<std::int64_t>(progress.services.size());
    if (all == 0) {
        return "No service of this scope belongs to the migration.";
    }
    const auto moved = progress.byServices.moved;
    std::string text = fmt::format("{} of {} moved ({}), {} in parallel, {} not begun; {} rolled back.", count(moved),
        agreed(all, " service has", " services have"), formatPercent(moved, all),
        agreed(progress.count(Stage::InParallel), " runs", " run"),
        agreed(progress.count(Stage::NotStarted), " has", " have"),
        agreed(progress.count(Stage::RolledBack), " was", " were"));
    if (progress.byCpu.total > 0) {
        text += fmt::format(" By CPU requested it is {}, over the {} of {} services that declare it on both sides.",
            formatPercent(progress.byCpu.moved, progress.byCpu.total), count(progress.byCpu.covered), count(all));
    }
    if (part.whole && !progress.hosts.empty()) {
        text += fmt::format(" {} of {} would be empty.", count(progress.hostsEmpty),
            agreed(static_cast<std::int64_t>(progress.hosts.size()), " Helios host", " Helios hosts"));
    }
    if (!progress.missing.empty()) {
        text += " Not everything could be judged, as said below.";
    }
    return text;
}

} // namespace

std::string burnUpCaption(const MigrationPart &part)
{
    std::string text = "Services, as they were seen: moved, in parallel on top of them, and all that there are.";
    if (part.simulated) {
        text += " The part before the program started is simulated.";
    }
    return text;
}

void addMigration(Report &report, const Picture &picture, const ReportOptions &options)
{
    if (!options.migrationSection || !options.migration || !options.migration->applies) {
        return;
    }
    MigrationPart part;
    part.whole = options.scope.whole();
    part.progress = part.whole ? *options.migration
                               : migration::narrowed(*options.migration,
                                   [&](const Service &service) { return contains(options.scope, service, picture); });
    if (part.whole) {
        for (const auto &point : part.progress.burnUp) {
            if (options.period.count() == 0 || point.at >= options.now - options.period) {
                part.burnUp.push_back(point);
                part.simulated = part.simulated || point.simulated;
            }
        }
    }
    part.summary = summaryOf(part);
    stageTable(part);
    shareTable(part);
    ownerTable(part);
    longestTable(part, Stage::InParallel, "Longest in parallel", options.now);
    longestTable(part, Stage::RolledBack, "Rolled back", options.now);
    unmatchedTable(part);
    hostTable(part);
    for (const std::string &line : part.progress.missing) {
        report.missing.push_back("Migration: " + line);
    }
    for (const std::string &line : part.progress.ambiguous) {
        report.missing.push_back("Migration: " + line);
    }
    report.definitions.insert(report.definitions.end(),
        {"Migration, service: a Helios job (deployed or not) or what the configuration lists, and the workloads that "
         "rules "
         "or equal names pair with it. What only Kubernetes ever had is in no figure of it.",
            "Migration, stages: not started has healthy instances on Helios only, in parallel on both sides, migrated "
            "on "
            "Kubernetes only; retired is migrated with no Helios job left, rolled back is healthy on Helios only "
            "again. Two "
            "looks that agree, at least a minute apart, move a service on; what could not be read leaves it where it "
            "was.",
            "Migration, shares: a service weighs what it has on Kubernetes when it has moved, on Helios when it has "
            "not "
            "begun or was rolled back, on both sides in parallel. CPU and memory are declared, and taken over the "
            "services "
            "that declare them on both sides; on a side it has left counts what it last declared there."});
    report.migration = std::move(part);
}

} // namespace sextant::report
