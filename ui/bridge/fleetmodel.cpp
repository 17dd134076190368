// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bridge/fleetmodel.h"

#include "core/diagnostics/process.h"
#include "core/helios/showcommand.h"
#include "ui/bridge/application.h"
#include "ui/bridge/worker.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QPointer>
#include <QTimer>

#include <algorithm>

namespace sextant::ui {

namespace {

std::int64_t steadyMs()
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

/// Wraps a word for a POSIX shell. Control characters stay inside the quotes, where they mean nothing.
QString quoted(std::string_view word)
{
    const bool plain = !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
            || std::string_view("._/:@%+=,-").find(c) != std::string_view::npos;
    });
    QString text = QString::fromUtf8(word.data(), static_cast<qsizetype>(word.size()));
    if (plain) {
        return text;
    }
    text.replace(QLatin1Char('\''), QLatin1String("'\\''"));
    return QLatin1Char('\'') + text + QLatin1Char('\'');
}

/// Carries an answer from a feed's thread to the GUI thread; dropped there when `context` is gone.
template <class T> std::function<void(Result<T>)> toGui(QObject *context, std::function<void(Result<T>)> done)
{
    struct Way {
        QPointer<QObject> context;
        std::function<void(Result<T>)> done;
    };
    auto way = std::make_shared<Way>(Way{context, std::move(done)});
    return [way](Result<T> answer) {
        QCoreApplication *app = QCoreApplication::instance();
        if (app == nullptr) {
            return;
        }
        auto kept = std::make_shared<Result<T>>(std::move(answer));
        QMetaObject::invokeMethod(
            app,
            [way, kept] {
                if (way->context != nullptr && way->done) {
                    way->done(std::move(*kept));
                }
            },
            Qt::QueuedConnection);
    };
}

ClusterId clusterOf(const AnyId &id)
{
    return std::visit(
        [](const auto &one) {
            using T = std::decay_t<decltype(one)>;
            if constexpr (std::is_same_v<T, std::monostate>) {
                return ClusterId::None;
            } else if constexpr (std::is_same_v<T, ClusterId>) {
                return one;
            } else {
                return one.cluster;
            }
        },
        id);
}

} // namespace

FleetModel::FleetModel(Engine &engine, QObject *parent)
    : QObject(parent)
    , m_engine(engine)
    , m_picture(std::make_shared<Picture>())
    , m_migration(std::make_shared<migration::Progress>())
{
    // The worker is joined before this object goes, so the call never finds it gone.
    m_worker = std::make_unique<Worker>(engine, [this] {
        QMetaObject::invokeMethod(
            this, [this] { take(m_worker->take()); }, Qt::QueuedConnection);
    });
    auto *timer = new QTimer(this);
    timer->setInterval(1000);
    connect(timer, &QTimer::timeout, this, &FleetModel::everySecond);
    timer->start();
}

FleetModel::~FleetModel() = default;

Recorder &FleetModel::history() { return m_worker->history(); }
Time FleetModel::now() const { return m_clock ? m_clock() : wallNow(); }
void FleetModel::setClock(std::function<Time()> clock) { m_clock = std::move(clock); }
void FleetModel::refreshNow() { take(m_worker->makeNow()); }
void FleetModel::setJudge(Judge judge) { m_worker->setJudge(std::move(judge)); }

void FleetModel::take(Made made)
{
    const bool looked = made.migration != nullptr;
    if (looked) {
        m_migration = std::move(made.migration);
    }
    if (made.picture != nullptr) {
        takePicture(std::move(made.picture));
    }
    if (looked) {
        Q_EMIT migrationChanged();
    }
}

void FleetModel::takePicture(PicturePtr picture)
{
    m_picture = std::move(picture);
    ++m_pictures;
    if (m_scope.cluster != ClusterId::None && m_picture->snapshot().cluster(m_scope.cluster) == nullptr) {
        setScope({});
    }
    const ClusterId chosen = clusterOf(m_selection);
    if (chosen != ClusterId::None && m_picture->snapshot().cluster(chosen) == nullptr) {
        select({});
    }
    Q_EMIT pictureChanged();
}

void FleetModel::everySecond()
{
    constexpr std::int64_t kWindowMs = 10000;
    const std::int64_t now = steadyMs();
    const std::uint64_t changes = m_picture->changes();
    if (!m_changeLog.empty() && changes < m_changeLog.back().second) {
        m_changeLog.clear(); // a cluster was removed
    }
    m_changeLog.emplace_back(now, changes);
    while (m_changeLog.size() > 2 && m_changeLog[1].first <= now - kWindowMs) {
        m_changeLog.erase(m_changeLog.begin());
    }
    const auto &first = m_changeLog.front();
    const double seconds = static_cast<double>(now - first.first) / 1000;
    m_changesPerSecond = seconds > 0 ? static_cast<double>(changes - first.second) / seconds : 0;
    m_minute.sample(m_picture->snapshot(), m_pictures, process::processorSeconds(), MinuteLog::Clock::now());
    Q_EMIT tick();
}

Diagnostics FleetModel::diagnostics() const
{
    return diagnose(m_picture->snapshot(), &m_minute, now(), m_scope.cluster, Application::longestStall());
}

void FleetModel::setScope(const Scope &scope)
{
    if (scope != m_scope) {
        m_scope = scope;
        Q_EMIT scopeChanged();
    }
}

void FleetModel::select(const AnyId &id)
{
    if (id != m_selection || !m_service.empty()) {
        m_selection = id;
        m_service.clear();
        Q_EMIT selectionChanged();
    }
}

void FleetModel::selectService(const std::string &name)
{
    if (name != m_service) {
        m_selection = {};
        m_service = name;
        Q_EMIT selectionChanged();
    }
}

std::optional<FilterError> FleetModel::setFilter(const QString &filter)
{
    if (filter == m_filter) {
        return {};
    }
    const auto parsed = Filter::parse(filter.toStdString());
    if (!parsed) {
        return parsed.error();
    }
    m_filter = filter;
    m_parsedFilter = *parsed;
    Q_EMIT filterChanged();
    return {};
}

void FleetModel::readObject(const AnyId &id, QObject *context, std::function<void(Result<std::string>)> done)
{
    m_engine.readObject(clusterOf(id), refOf(id), toGui(context, std::move(done)));
}

void FleetModel::readEvents(const AnyId &id, QObject *context, std::function<void(Result<std::vector<EventRow>>)> done)
{
    m_engine.readEvents(clusterOf(id), refOf(id), toGui(context, std::move(done)));
}

ObjectRef FleetModel::refOf(const AnyId &id) const
{
    const Snapshot &snapshot = m_picture->snapshot();
    if (const auto *pod = std::get_if<PodId>(&id)) {
        if (const auto view = snapshot.find(*pod)) {
            return {"Pod", std::string(view->ns()), std::string(view->name()), view->uid()};
        }
    } else if (const auto *node = std::get_if<NodeId>(&id)) {
        if (const auto view = snapshot.find(*node)) {
            return {"Node", {}, std::string(view->name()), view->uid()};
        }
    } else if (const auto *workload = std::get_if<WorkloadId>(&id)) {
        if (const auto view = snapshot.find(*workload)) {
            return {std::string(view->kindText()), std::string(view->ns()), std::string(view->name()), view->uid()};
        }
    } else if (const auto *ns = std::get_if<NamespaceId>(&id)) {
        if (const auto view = snapshot.find(*ns)) {
            return {"Namespace", {}, view->draft().name, view->draft().uid};
        }
    }
    return {};
}

QString FleetModel::kubectlCommand(const AnyId &id) const
{
    const ClusterSnapshot *cluster = m_picture->snapshot().cluster(clusterOf(id));
    if (cluster == nullptr) {
        return {};
    }
    if (cluster->status().orchestrator == Orchestrator::Helios) {
        const ObjectRef ref = refOf(id);
        return ref.kind.empty() && !std::holds_alternative<ClusterId>(id)
            ? QString()
            : QString::fromStdString(helios::showCommand(cluster->status(), ref));
    }
    QString command = QStringLiteral("kubectl");
    if (const std::string &context = cluster->status().context; !context.empty()) {
        command +=
            (context.front() == '-' ? QStringLiteral(" --context=") : QStringLiteral(" --context ")) + quoted(context);
    }
    if (std::holds_alternative<ClusterId>(id)) {
        return command + QStringLiteral(" get nodes -o wide");
    }
    const ObjectRef ref = refOf(id);
    if (ref.kind.empty()) {
        return {};
    }
    if (!ref.ns.empty()) {
        command += QStringLiteral(" -n ") + quoted(ref.ns);
    }
    const QString kind = quoted(ref.kind).toLower();
    if (!ref.name.empty() && ref.name.front() == '-') {
        return command + QStringLiteral(" get -o yaml ") + kind + QStringLiteral(" -- ") + quoted(ref.name);
    }
    return command + QStringLiteral(" get ") + kind + QLatin1Char(' ') + quoted(ref.name) + QStringLiteral(" -o yaml");
}

} // namespace sextant::ui
