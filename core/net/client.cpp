// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/client.h"

#include "core/base/thread.h"
#include "core/net/connections.h"
#include "core/net/inboxstate.h"
#include "core/net/target.h"
#include "core/net/transfer.h"

#include <algorithm>
#include <csignal>
#include <curl/curl.h>
#include <stdexcept>
#include <thread>
#include <unordered_map>

namespace sextant::net {

using namespace std::chrono_literals;

namespace {

CURLM *newMulti()
{
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
    CURLM *const multi = curl_multi_init();
    if (multi == nullptr) {
        throw std::runtime_error("libcurl cannot be initialised");
    }
    return multi;
}

/// Writing to a connection that the other side has closed must be an error of that connection, not of the process.
void blockBrokenPipeSignal()
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

} // namespace

struct Client::Impl {
    using Clock = Transfer::Clock;

    CURLM *multi = newMulti();
    std::shared_ptr<Mailbox> mailbox = std::make_shared<Mailbox>(multi);
    std::atomic<std::uint64_t> lastId = 0;
    Counters counters;
    std::jthread thread{[this] { run(); }};

    ~Impl()
    {
        mailbox->push({.kind = Command::Stop});
        thread.join();
        curl_multi_cleanup(multi);
    }

    void run()
    {
        nameThread("net");
        blockBrokenPipeSignal();
        Connections connections;
        Transfer::Machine machine{.multi = multi, .connections = connections, .counters = counters};
        std::unordered_map<TransferId, std::shared_ptr<Transfer>> transfers;
        bool stopping = false;
        while (!stopping) {
            stopping = obey(machine, transfers);
            int running = 0;
            curl_multi_perform(multi, &running);
            collect(machine);
            const auto next = tick(machine, transfers, connections);
            std::erase_if(transfers, [](const auto &entry) { return entry.second->over(); });
            if (!stopping) {
                const auto wait = std::clamp<Clock::duration>(next - Clock::now(), 0ms, 1h);
                curl_multi_poll(multi, nullptr, 0,
                    static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(wait).count()), nullptr);
            }
        }
        for (Command &command : mailbox->disconnect()) {
            if (command.kind == Command::Start) {
                command.transfer->cancel(machine, Clock::now());
            }
        }
        for (auto &[id, transfer] : transfers) {
            transfer->cancel(machine, Clock::now());
        }
    }

    /// @return whether to stop.
    bool obey(Transfer::Machine &machine, std::unordered_map<TransferId, std::shared_ptr<Transfer>> &transfers) const
    {
        bool stop = false;
        for (Command &command : mailbox->take()) {
            const auto now = Clock::now();
            if (command.kind == Command::Stop) {
                stop = true;
            } else if (command.kind == Command::Sweep) {
                for (auto &[id, transfer] : transfers) {
                    transfer->sweep(machine, now);
                }
            } else if (command.kind == Command::Start) {
                const auto &transfer = transfers.emplace(command.id, std::move(command.transfer)).first->second;
                transfer->begin(machine, now);
                transfer->sweep(machine, now); // its inbox may have gone while it was on its way here
            } else if (const auto found = transfers.find(command.id); found != transfers.end()) {
                if (command.kind == Command::Cancel) {
                    found->second->cancel(machine, now);
                } else {
                    found->second->resume(machine, now);
                }
            }
        }
        return stop;
    }

    void collect(Transfer::Machine &machine) const
    {
        int left = 0;
        while (const CURLMsg *message = curl_multi_info_read(multi, &left)) {
            if (message->msg == CURLMSG_DONE) {
                char *self = nullptr;
                const CURLcode code = message->data.result;
                curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &self);
                reinterpret_cast<Transfer *>(self)->attemptEnded(machine, code, Clock::now());
            }
        }
    }

    /// @return when to be called again at the latest.
    static Clock::time_point tick(Transfer::Machine &machine,
        const std::unordered_map<TransferId, std::shared_ptr<Transfer>> &transfers, Connections &connections)
    {
        const auto now = Clock::now();
        auto next = now + 1h;
        for (const auto &[id, transfer] : transfers) {
            if (transfer->nextTick() <= now) {
                transfer->tick(machine, now);
            }
            next = std::min(next, transfer->nextTick());
        }
        return connections.closeUnused(now) > 0 ? std::min(next, now + 30s) : next;
    }
};

Client::Client()
    : m_impl(std::make_unique<Impl>())
{
}

Client::~Client() = default;

TransferId Client::start(Request request, Inbox &inbox)
{
    const auto id = static_cast<TransferId>(m_impl->lastId.fetch_add(1, std::memory_order_relaxed) + 1);
    const std::shared_ptr<InboxState> state = inbox.m_state;
    auto target = inspect(request);
    if (!target) {
        Done done;
        done.error = std::make_shared<const Error>(target.error());
        done.attempts = 0;
        state->push(std::make_shared<Flow>(), {id, std::move(done)});
        return id;
    }
    state->attach(m_impl->mailbox);
    auto transfer = std::make_shared<Transfer>(id, std::move(request), std::move(*target), state, m_impl->mailbox);
    m_impl->mailbox->push({.kind = Command::Start, .id = id, .transfer = std::move(transfer)});
    return id;
}

void Client::cancel(TransferId transfer) { m_impl->mailbox->push({.kind = Command::Cancel, .id = transfer}); }

Client::Statistics Client::statistics() const
{
    return {.requests = m_impl->counters.requests.load(std::memory_order_relaxed),
        .wireBytes = m_impl->counters.wireBytes.load(std::memory_order_relaxed)};
}

} // namespace sextant::net
