// SPDX-License-Identifier: GPL-3.0-or-later
// What is rare in a real cluster and must not surprise a client: odd hosts, jobs, tasks and groups.
#include "core/simulator/helios_world_impl.h"

#include <algorithm>

namespace sextant::simulator {

HeliosHost &HeliosWorld::Impl::oddHost(const std::string &name)
{
    auto &host = addHost(name);
    host.labels = {{"role", "odd"}, {"zone", options.zones.substr(0, options.zones.find(','))}};
    return host;
}

void HeliosWorld::Impl::makeOdd()
{
    const auto nameOf = [&](const char *what) { return "odd-" + std::string(what) + '.' + options.domain; };
    const auto plain = [&](const char *name) {
        HeliosJob made;
        made.name = name;
        made.version = "1";
        made.image = "registry.example.com:5000/odd/" + std::string(name) + ":1";
        made.created = now - seconds(86400);
        return made;
    };

    // Jobs.
    auto full = plain("odd-everything");
    full.image = "registry.example.com:5000/odd/everything@sha256:" + random.hex(64);
    full.hostname = "odd-everything";
    full.command = {"serve", "--motto", "it's \"here\""};
    full.env = {{"API_KEY", "sim-secret-" + random.hex(12)}, {"EMPTY", ""}, {"GREETING", "grüß\tGott"}};
    full.resources = HeliosResources{2LL << 30, 4LL << 30, 0, "0-3"};
    full.ports = {{"http", {"127.0.0.1", 8080, 18'080, "tcp"}}, {"dns", {{}, 53, {}, "udp"}}};
    full.registration = {{"odd-everything/http", {{"http", std::vector<std::string>{"canary", "v1"}}}},
        {"odd-everything/dns", {{"dns", {}}}}};
    full.gracePeriod = 30;
    full.volumes = {{"/data", "/srv/odd"}, {"/etc/tls:ro", "/etc/tls"}, {"/scratch", ""}};
    full.expires = 4'070'908'800'123;
    full.registrationDomain = "services.example.net";
    full.creatingUser = "amelia";
    full.token = "sim-secret-" + random.hex(12);
    full.healthCheck = HeliosHealthCheck{"exec", {}, {}, {"/bin/check", "--fast"}};
    full.securityOpt = {"label:disable"};
    full.networkMode = "host";
    full.metadata = {{"team", "marble"}};
    full.addCapabilities = {"SYS_NICE", "IPC_LOCK"};
    full.dropCapabilities = {"NET_RAW"};
    full.labels = {{"com.example.tier", "gold"}};
    full.secondsToWaitBeforeKill = 20;
    full.ramdisks = {{"/fast", "size=64m"}};
    full.rolloutOptions = HeliosRolloutOptions{{}, 3, {}, true, {}, {}};
    full.runtime = "accelerated";
    const auto everything = job(addJob(full));
    auto old = plain("odd-very-old");
    old.created = kNoTime;
    const auto veryOld = job(addJob(old));
    const auto steady = job(addJob(plain("odd-steady")));
    auto missing = plain("odd-missing-image");
    missing.conduct = HeliosConduct::ImageMissing;
    const auto noImage = job(addJob(missing));
    auto clashing = plain("odd-port-clash");
    clashing.ports = {{"http", {{}, 8080, 18'080, "tcp"}}};
    clashing.conduct = HeliosConduct::Clashes;
    const auto clashes = job(addJob(clashing));
    auto gone = plain("odd-removed");
    gone.hash = jobHash(gone);
    const auto removed = std::make_shared<const HeliosJob>(gone); // no longer in the list of jobs

    // Hosts.
    state.hosts[nameOf("half")].name = nameOf("half");
    state.hosts[nameOf("half")].registered = false;
    auto &mute = oddHost(nameOf("no-info"));
    mute.silent = true;
    mute.info.reset();
    mute.agent.reset();
    mute.labels.clear();
    mute.environment.clear();
    auto &blind = oddHost(nameOf("no-load"));
    blind.machine.loadAvg = -1;
    blind.machine.docker.reset();
    blind.process.version.reset();
    report(blind, now - seconds(20));
    auto &zero = oddHost(nameOf("zeros"));
    zero.machine.cpus = 0;
    zero.machine.memoryTotal = 0;
    report(zero, now - seconds(20));
    plant(zero, everything, {}, now - seconds(9000));
    plant(zero, clashes, {}, now - seconds(9000));
    auto &down = oddHost(nameOf("down"));
    down.up = false;
    down.silent = true; // and does not come back by itself
    report(down, now - seconds(7200));
    plant(down, steady, {}, now - seconds(9000));
    plant(down, veryOld, {}, now - seconds(9000));
    auto &spelled = oddHost("odd höst + blank." + options.domain);
    plant(spelled, steady, {}, now - seconds(9000));
    plant(spelled, noImage, {}, now - seconds(9000));

    // An agent that hangs: whatever it last said stays beside what is wanted.
    auto &stuck = oddHost(nameOf("stuck"));
    stuck.silent = true;
    deploy(stuck, steady, "START", {}); // pending
    plant(stuck, veryOld, {}, now - seconds(9000));
    stuck.jobs[veryOld->id()].goal = "STOP"; // not yet heard of
    plant(stuck, everything, {}, now - seconds(9000));
    stuck.jobs.erase(everything->id()); // being undeployed
    stuck.statuses[everything->id()].goal = "UNDEPLOY";
    stuck.statuses[everything->id()].state = "STOPPING";
    stuck.statuses[removed->id()] = HeliosTask();
    stuck.statuses[removed->id()].job = removed;
    stuck.statuses[removed->id()].goal = "UNDEPLOY";
    stuck.statuses[removed->id()].state = "STOPPED";
    auto &parked = oddHost(nameOf("parked"));
    plant(parked, steady, {}, now - seconds(9000));
    parked.jobs[steady->id()].goal = "STOP";
    parked.statuses[steady->id()].goal = "STOP";
    parked.statuses[steady->id()].state = "STOPPED";
    deploy(parked, veryOld, "STOP", {}); // so from the start: never a status

    // Every state and every throttle, as an agent that hangs left them.
    auto &states = oddHost(nameOf("states"));
    states.silent = true;
    const char *throttle[] = {"NO", "FLAPPING", "IMAGE_MISSING", "IMAGE_PULL_FAILED"};
    int number = 0;
    for (const char *one : {"PULLING_IMAGE", "CREATING", "STARTING", "HEALTHCHECKING", "RUNNING", "EXITED", "STOPPING",
             "STOPPED", "FAILED", "UNKNOWN"}) {
        auto made = plain("odd-state");
        made.version = std::to_string(++number);
        const auto what = job(addJob(made));
        plant(states, what, {}, now - seconds(9000));
        auto &task = states.statuses[what->id()];
        task.state = one;
        task.throttled = throttle[number % 4];
        task.containerError = number % 3 == 0 ? "OCI runtime: exec format error" : "";
        if (number < 3) {
            task.containerId.reset();
        }
    }
    auto future = plain("odd-future");
    const auto newer = job(addJob(future));
    plant(states, newer, {}, now - seconds(9000));
    states.statuses[newer->id()].state = "HIBERNATING";
    states.statuses[newer->id()].unreadable = true;

    // Groups.
    const auto group = [&](const char *name, std::vector<HeliosSelector> selectors) -> HeliosGroup & {
        auto &made = state.groups[name];
        made.name = name;
        made.selectors = std::move(selectors);
        findMembers(made);
        return made;
    };
    group("odd-idle", {{"role", "IN", {"no-such-role", "none-either"}}});
    group("odd-nobody", {});
    const auto members = std::vector<HeliosSelector>{{"role", "EQUALS", {"odd"}}, {"zone", "NOT_EQUALS", {"mars"}}};
    const auto told = [&](HeliosGroup &one, const char *taskState, std::optional<std::string> error) {
        one.job = steady;
        one.options = {300, 1, false, false, "", false};
        one.reason = "MANUAL";
        one.state = taskState;
        one.error = std::move(error);
    };
    told(group("odd-failed", members), "FAILED",
        nameOf("zeros")
            + ": timed out waiting for job to reach state RUNNING (terminal job state FAILED, previous states: "
              "PULLING_IMAGE->CREATING->STARTING->FAILED) container error: exec format error");
    told(group("odd-stopped", members), "FAILED", "Stopped by user");
    auto &done = group("odd-partly-down", {{"role", "EQUALS", {"odd"}}, {"zone", "NOT_IN", {"mars", "venus"}}});
    told(done, "DONE", {});
    done.reason.clear(); // last rolled by an old master
    down.jobs[steady->id()].group = done.name;
    down.jobs[steady->id()].deployerUser.reset();
}

} // namespace sextant::simulator
