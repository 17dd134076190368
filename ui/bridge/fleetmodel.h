// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/capacity/accounting.h"
#include "core/diagnostics/diagnostics.h"
#include "core/engine/engine.h"
#include "core/fleet/feed.h"
#include "core/history/recorder.h"
#include "core/migration/migration.h"
#include "core/query/filter.h"

#include <QObject>
#include <QString>

#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace sextant::ui {

/// The window's view of the fleet: the picture of this moment, and what the user has narrowed, chosen and typed.
/// The only meeting of core's threads and Qt: sums are made on a worker, the GUI takes the newest picture at most five
/// times a second; nothing here waits for the network or a lock held elsewhere.
class FleetModel final : public QObject {
    Q_OBJECT
public:
    explicit FleetModel(Engine &engine, QObject *parent = nullptr);
    ~FleetModel() override;

    /// Judges how far the migration is; called on the worker's thread, never twice at once.
    using Judge = std::function<migration::ProgressPtr(const Picture &, Time)>;

    const PicturePtr &picture() const { return m_picture; } ///< never null
    /// How far the migration is; never null. Looked at about once a second, less often where a look takes long.
    const migration::ProgressPtr &migration() const { return m_migration; }
    /// Another judge than the engine, for tests.
    void setJudge(Judge judge);
    Engine &engine() { return m_engine; }
    Recorder &history();
    Time now() const; ///< the clock ages are shown by
    /// Another clock, for tests and for pictures that must not change; empty: the machine's.
    void setClock(std::function<Time()> clock);
    /// Takes what the store holds at this moment without waiting for the worker; for a picture without a display and
    /// for tests, not for the window.
    void refreshNow();

    const Scope &scope() const { return m_scope; }
    void setScope(const Scope &scope);
    const AnyId &selection() const { return m_selection; }
    void select(const AnyId &id);
    /// A service of the migration is chosen in place of an object; empty: none.
    const std::string &service() const { return m_service; }
    void selectService(const std::string &name);
    /// An object or a service is chosen.
    bool somethingSelected() const
    {
        return !m_service.empty() || !std::holds_alternative<std::monostate>(m_selection);
    }
    /// What every view is filtered by, as typed; always a right one.
    const QString &filter() const { return m_filter; }
    const Filter &parsedFilter() const { return m_parsedFilter; }
    /// A text that is no filter changes nothing.
    /// @return what is wrong with it.
    std::optional<FilterError> setFilter(const QString &filter);

    /// Reads on demand; `done` comes on the GUI thread, or never when `context` is gone first.
    void readObject(const AnyId &id, QObject *context, std::function<void(Result<std::string>)> done);
    void readEvents(const AnyId &id, QObject *context, std::function<void(Result<std::vector<EventRow>>)> done);

    /// The object behind an id: "Pod", namespace, name, uid; empty kind when it is gone.
    ObjectRef refOf(const AnyId &id) const;
    /// The kubectl command that shows the object: "kubectl --context gke-eu -n playlist get pod x -o yaml"; empty for
    /// none.
    QString kubectlCommand(const AnyId &id) const;
    /// Changes per second over the last ten seconds, all clusters.
    double changesPerSecond() const { return m_changesPerSecond; }
    /// How Sextant itself is doing; of the scope's cluster alone where there is one.
    Diagnostics diagnostics() const;

Q_SIGNALS:
    void pictureChanged(); ///< at most five times a second
    void migrationChanged(); ///< about once a second
    void tick(); ///< once a second: ages moved
    void scopeChanged();
    void selectionChanged(); ///< object or service
    void filterChanged();

private:
    class Worker;
    struct Made {
        PicturePtr picture; ///< null: nothing new
        migration::ProgressPtr migration; ///< null: nothing new
    };
    void take(Made made);
    void takePicture(PicturePtr picture);
    void everySecond();
    Engine &m_engine;
    std::unique_ptr<Worker> m_worker;
    std::function<Time()> m_clock;
    std::vector<std::pair<std::int64_t, std::uint64_t>> m_changeLog; ///< milliseconds, changes so far; oldest first
    MinuteLog m_minute;
    std::uint64_t m_pictures = 0; ///< shown so far
    PicturePtr m_picture;
    migration::ProgressPtr m_migration;
    Scope m_scope;
    AnyId m_selection;
    std::string m_service;
    QString m_filter;
    Filter m_parsedFilter;
    double m_changesPerSecond = 0;
};

} // namespace sextant::ui
