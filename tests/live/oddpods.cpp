// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/live/oddobjects.h"

namespace {

// The parts that return below; "main" is the one container of a pod without a word about it.
#define STATUSES(...) "\"containerStatuses\":[" __VA_ARGS__ "]"
#define INITS(...) "\"initContainerStatuses\":[" __VA_ARGS__ "]"
#define ONE(name, ready, restarts, state)                                                                              \
    "{\"name\":\"" name "\",\"image\":\"i\",\"imageID\":\"\",\"ready\":" ready ",\"restartCount\":" restarts           \
    ",\"state\":" state "}"
#define SIDE(name, ready, started, restarts, state)                                                                    \
    "{\"name\":\"" name "\",\"image\":\"i\",\"imageID\":\"\",\"ready\":" ready ",\"started\":" started                 \
    ",\"restartCount\":" restarts ",\"state\":" state "}"
#define AGAIN(name, ready, restarts, state, last)                                                                      \
    "{\"name\":\"" name "\",\"image\":\"i\",\"imageID\":\"\",\"ready\":" ready ",\"restartCount\":" restarts           \
    ",\"state\":" state ",\"lastState\":" last "}"
#define WAITING(reason) "{\"waiting\":{\"reason\":\"" reason "\",\"message\":\"so it is\"}}"
#define RUNNING "{\"running\":{\"startedAt\":\"2026-01-02T03:04:05Z\"}}"
#define ENDED(reason, code)                                                                                            \
    "{\"terminated\":{\"reason\":\"" reason "\",\"exitCode\":" code                                                    \
    ",\"startedAt\":\"2026-01-02T03:04:05Z\",\"finishedAt\":\"2026-01-02T04:04:05Z\"}}"
#define ENDED_LATER(reason, code)                                                                                      \
    "{\"terminated\":{\"reason\":\"" reason "\",\"exitCode\":" code                                                    \
    ",\"startedAt\":\"2026-01-02T03:04:05Z\",\"finishedAt\":\"2026-03-02T04:04:05Z\"}}"
#define MUTE(code, signal) "{\"terminated\":{\"exitCode\":" code ",\"signal\":" signal "}}"
#define PHASE(phase) "\"phase\":\"" phase "\""
#define CONDITION(type, status, reason)                                                                                \
    "{\"type\":\"" type "\",\"status\":\"" status "\",\"reason\":\"" reason                                            \
    "\",\"lastTransitionTime\":\"2026-01-02T03:04:05Z\"}"
#define READY(status) "\"conditions\":[" CONDITION("Ready", status, "") "]"
#define INITIALIZED(status) "\"conditions\":[" CONDITION("Initialized", status, "") "]"
#define TWO "{\"containers\":[{\"name\":\"main\",\"image\":\"i\"},{\"name\":\"second\",\"image\":\"i\"}]}"
#define TWO_INITS "{\"initContainers\":[{\"name\":\"first\",\"image\":\"i\"},{\"name\":\"next\",\"image\":\"i\"}]}"
#define SIDECAR                                                                                                        \
    "{\"initContainers\":[{\"name\":\"side\",\"image\":\"i\",\"restartPolicy\":\"Always\"},"                           \
    "{\"name\":\"next\",\"image\":\"i\"}]}"
#define SIDECAR_ONLY "{\"initContainers\":[{\"name\":\"side\",\"image\":\"i\",\"restartPolicy\":\"Always\"}]}"

// A waiting or ended container whose reason is the word.
#define WAITS(name, reason)                                                                                            \
    {                                                                                                                  \
        name, "", "{" PHASE("Pending") "," STATUSES(ONE("main", "false", "0", WAITING(reason))) "}", reason            \
    }
#define ENDS(name, reason, code)                                                                                       \
    {                                                                                                                  \
        name, "", "{" PHASE("Running") "," STATUSES(ONE("main", "false", "0", ENDED(reason, code))) "}", reason        \
    }
#define REASON(name, reason)                                                                                           \
    {                                                                                                                  \
        name, "", "{" PHASE("Failed") ",\"reason\":\"" reason "\",\"message\":\"so it is\"}", reason                   \
    }

// A container with these requests and limits.
#define ASKS(name, resources)                                                                                          \
    {                                                                                                                  \
        name,                                                                                                          \
            "{\"nodeName\":\"odd-2\",\"containers\":[{\"name\":\"main\",\"image\":\"i\",\"resources\":" resources      \
            "}]}",                                                                                                     \
            "", "Pending"                                                                                              \
    }
#define CPU(amount) "{\"requests\":{\"cpu\":\"" amount "\"}}"
#define MEMORY(amount) "{\"requests\":{\"memory\":\"" amount "\"}}"
#define LIMITED(cpu, memory) "{\"limits\":{\"cpu\":\"" cpu "\",\"memory\":\"" memory "\"}}"
#define INIT(name, cpu) "{\"name\":\"" name "\",\"image\":\"i\",\"resources\":" CPU(cpu) "}"
#define INIT_SIDE(name, cpu)                                                                                           \
    "{\"name\":\"" name "\",\"image\":\"i\",\"restartPolicy\":\"Always\",\"resources\":" CPU(cpu) "}"
#define TWO_ASK                                                                                                        \
    "\"nodeName\":\"odd-2\",\"runtimeClassName\":\"odd-overhead\",\"containers\":["                                    \
    "{\"name\":\"main\",\"image\":\"i\",\"resources\":" CPU(                                                           \
        "300m") "},"                                                                                                   \
                "{\"name\":\"second\",\"image\":\"i\",\"resources\":" CPU("200m") "}]"

// A container that is to have 500m and 512Mi, and a status that says otherwise.
#define RESIZED                                                                                                        \
    "{\"nodeName\":\"odd-3\",\"containers\":[{\"name\":\"main\",\"image\":\"i\",\"resources\":{\"requests\":"          \
    "{\"cpu\":\"500m\",\"memory\":\"512Mi\"},\"limits\":{\"cpu\":\"1\",\"memory\":\"1Gi\"}}}]}"
#define ACTUATED(cpu, memory, limitCpu, limitMemory, more)                                                             \
    "{\"name\":\"main\",\"image\":\"i\",\"imageID\":\"\",\"ready\":true,\"started\":true,\"restartCount\":0,"          \
    "\"state\":" RUNNING ",\"resources\":{\"requests\":{\"cpu\":\"" cpu "\",\"memory\":\"" memory                      \
    "\"},\"limits\":{\"cpu\":\"" limitCpu "\",\"memory\":\"" limitMemory "\"}}" more "}"
#define ALLOCATED(cpu, memory) ",\"allocatedResources\":{\"cpu\":\"" cpu "\",\"memory\":\"" memory "\"}"

} // namespace

const std::vector<OddPod> &oddPods()
{
    using F = OddPod;
    static const std::vector<OddPod> pods = {
        // Waiting for a node, for the kubelet, for images.
        {"unscheduled", R"({"nodeName":null,"nodeSelector":{"nowhere":"at-all"}})", "", "Pending"},
        {"unseen", "", "", "Pending"},
        {"gated", R"({"nodeName":null,"schedulingGates":[{"name":"example.com/wait"}]})", "", "SchedulingGated",
            F::Modern},
        {"nominated", R"({"nodeName":null,"nodeSelector":{"nowhere":"at-all"}})", R"({"nominatedNodeName":"odd-1"})",
            "Pending"},
        WAITS("creating", "ContainerCreating"),
        {"initializing", TWO_INITS,
            "{" PHASE("Pending") "," INITS(ONE("first", "true", "0", ENDED("Completed", "0")) "," ONE("next", "true",
                "0", ENDED("Completed", "0"))) "," STATUSES(ONE("main", "false", "0", WAITING("PodInitializing"))) "}",
            "PodInitializing"},
        WAITS("image-1", "ErrImagePull"),
        WAITS("image-2", "ImagePullBackOff"),
        WAITS("image-3", "ErrImageNeverPull"),
        WAITS("image-4", "InvalidImageName"),
        WAITS("image-5", "ImageInspectError"),
        WAITS("image-6", "RegistryUnavailable"),
        WAITS("start-1", "CreateContainerConfigError"),
        WAITS("start-2", "CreateContainerError"),
        WAITS("start-3", "RunContainerError"),
        WAITS("start-4", "CreatePodSandboxError"),
        WAITS("start-5", "PostStartHookError"),
        {"stateless", "", "{" PHASE("Pending") "," STATUSES(ONE("main", "false", "0", "{}")) "}", "Pending"},
        {"no-reason", "", "{" PHASE("Pending") "," STATUSES(ONE("main", "false", "0", "{\"waiting\":{}}")) "}",
            "Pending"},

        // Running, well and not.
        {"well", "", "{" PHASE("Running") "," READY("True") "," STATUSES(ONE("main", "true", "0", RUNNING)) "}",
            "Running"},
        {"not-ready", "", "{" PHASE("Running") "," READY("False") "," STATUSES(ONE("main", "false", "0", RUNNING)) "}",
            "Running"},
        {"crashing", "",
            "{" PHASE("Running") "," STATUSES(
                AGAIN("main", "false", "17", WAITING("CrashLoopBackOff"), ENDED("Error", "1"))) "}",
            "CrashLoopBackOff"},
        {"restarted", TWO,
            "{" PHASE("Running") "," READY("True") "," STATUSES(AGAIN("main", "true", "2", RUNNING,
                ENDED("OOMKilled", "137")) "," AGAIN("second", "true", "3", RUNNING, ENDED_LATER("Error", "1"))) "}",
            "Running"},
        {"restarted-mute", "",
            "{" PHASE("Running") "," READY("True") "," STATUSES(ONE("main", "true", "4", RUNNING)) "}", "Running"},
        {"never-counted", "",
            "{" PHASE("Running") "," READY("True") "," STATUSES(
                AGAIN("main", "true", "0", RUNNING, ENDED("Error", "1"))) "}",
            "Running"},
        ENDS("ended-1", "OOMKilled", "137"),
        ENDS("ended-2", "Error", "1"),
        ENDS("ended-3", "Completed", "0"),
        ENDS("ended-4", "ContainerCannotRun", "127"),
        ENDS("ended-5", "DeadlineExceeded", "143"),
        ENDS("ended-6", "StartError", "128"),
        ENDS("ended-7", "ContainerStatusUnknown", "137"),
        {"signal", "", "{" PHASE("Running") "," STATUSES(ONE("main", "false", "0", MUTE("137", "9"))) "}", "Signal:9"},
        {"exit-code", "", "{" PHASE("Running") "," STATUSES(ONE("main", "false", "0", MUTE("3", "0"))) "}",
            "ExitCode:3"},
        {"exit-zero", "", "{" PHASE("Running") "," STATUSES(ONE("main", "false", "0", MUTE("0", "0"))) "}",
            "ExitCode:0"},
        {"ended-ready", "", "{" PHASE("Succeeded") "," STATUSES(ONE("main", "true", "0", ENDED("Completed", "0"))) "}",
            "Completed"},

        // Several containers: the first has the last word.
        {"first-waits", TWO,
            "{" PHASE("Pending") "," STATUSES(ONE("main", "false", "0", WAITING("ImagePullBackOff")) "," ONE(
                "second", "false", "0", WAITING("CrashLoopBackOff"))) "}",
            "ImagePullBackOff"},
        {"first-ended", TWO,
            "{" PHASE("Running") "," STATUSES(ONE("main", "false", "0", ENDED("Error", "1")) "," ONE(
                "second", "false", "0", WAITING("CrashLoopBackOff"))) "}",
            "Error"},
        {"second-waits", TWO,
            "{" PHASE("Running") "," STATUSES(
                ONE("main", "true", "0", RUNNING) "," ONE("second", "false", "6", WAITING("CrashLoopBackOff"))) "}",
            "CrashLoopBackOff"},
        {"half-done", TWO,
            "{" PHASE("Running") "," READY("True") "," STATUSES(
                ONE("main", "false", "0", ENDED("Completed", "0")) "," ONE("second", "true", "0", RUNNING)) "}",
            "Running"},
        {"half-done-not-ready", TWO,
            "{" PHASE("Running") "," READY("False") "," STATUSES(
                ONE("main", "false", "0", ENDED("Completed", "0")) "," ONE("second", "true", "0", RUNNING)) "}",
            "NotReady"},
        {"done-and-failed", TWO,
            "{" PHASE("Failed") "," STATUSES(ONE("main", "false", "0", ENDED("Completed", "0")) "," ONE(
                "second", "false", "0", ENDED("Error", "1"))) "}",
            "Error"},
        {"other-order", TWO,
            "{" PHASE("Running") "," STATUSES(
                ONE("second", "true", "1", RUNNING) "," ONE("main", "false", "2", WAITING("RunContainerError"))) "}",
            "RunContainerError"},

        // Words of the pod itself.
        REASON("reason-1", "Evicted"),
        REASON("reason-2", "NodeAffinity"),
        REASON("reason-3", "Shutdown"),
        REASON("reason-4", "Terminated"),
        REASON("reason-5", "Preempting"),
        REASON("reason-6", "OutOfcpu"),
        REASON("reason-7", "OutOfmemory"),
        REASON("reason-8", "OutOfpods"),
        REASON("reason-9", "UnexpectedAdmissionError"),
        REASON("reason-10", "NodeLost"),
        {"reason-and-container", "",
            "{" PHASE("Failed") ",\"reason\":\"Evicted\"," STATUSES(
                ONE("main", "false", "0", ENDED("Error", "137"))) "}",
            "Error"},
        {"phase-failed", "", "{" PHASE("Failed") "}", "Failed"},
        {"phase-succeeded", "", "{" PHASE("Succeeded") "}", "Succeeded"},
        {"phase-unknown", "", "{" PHASE("Unknown") "}", "Unknown"},

        // Init containers.
        {"init-0", TWO_INITS,
            "{" PHASE("Pending") "," INITS(ONE("first", "false", "0", RUNNING) "," ONE("next", "false", "0",
                WAITING("PodInitializing"))) "," STATUSES(ONE("main", "false", "0", WAITING("PodInitializing"))) "}",
            "Init:0/2"},
        {"init-1", TWO_INITS,
            "{" PHASE("Pending") "," INITS(AGAIN("first", "true", "2", ENDED("Completed", "0"),
                ENDED("Error", "1")) "," AGAIN("next", "false", "3", RUNNING,
                ENDED_LATER("Error", "1"))) "," STATUSES(ONE("main", "false", "5", WAITING("PodInitializing"))) "}",
            "Init:1/2"},
        {"init-waits", TWO_INITS,
            "{" PHASE("Pending") "," INITS(ONE("first", "false", "0", WAITING("ImagePullBackOff")) "," ONE(
                "next", "false", "0", WAITING("PodInitializing"))) "}",
            "Init:ImagePullBackOff"},
        {"init-crashes", TWO_INITS,
            "{" PHASE("Pending") "," INITS(AGAIN("first", "false", "9", WAITING("CrashLoopBackOff"),
                ENDED("Error", "1")) "," ONE("next", "false", "0", WAITING("PodInitializing"))) "}",
            "Init:CrashLoopBackOff"},
        {"init-error", TWO_INITS, "{" PHASE("Pending") "," INITS(ONE("first", "false", "0", ENDED("Error", "1"))) "}",
            "Init:Error"},
        {"init-signal", TWO_INITS, "{" PHASE("Pending") "," INITS(ONE("first", "false", "0", MUTE("134", "6"))) "}",
            "Init:Signal:6"},
        {"init-exit", TWO_INITS, "{" PHASE("Pending") "," INITS(ONE("first", "false", "0", MUTE("2", "0"))) "}",
            "Init:ExitCode:2"},
        {"init-plain", TWO_INITS, "{" PHASE("Pending") "," INITS(ONE("first", "false", "0", "{\"waiting\":{}}")) "}",
            "Init:0/2"},
        {"init-over", TWO_INITS,
            "{" PHASE("Running") "," READY("True") "," INITS(ONE("first", "true", "1", ENDED("Completed", "0")) "," ONE(
                "next", "true", "2", ENDED("Completed", "0"))) "," STATUSES(ONE("main", "true", "3", RUNNING)) "}",
            "Running"},
        {"init-although-initialized", TWO_INITS,
            "{" PHASE("Running") "," INITIALIZED("True") "," INITS(ONE("first", "false", "1", RUNNING)) "," STATUSES(
                ONE("main", "false", "4", WAITING("CrashLoopBackOff"))) "}",
            "CrashLoopBackOff"},
        {"init-failed-although-initialized", TWO_INITS,
            "{" PHASE("Running") "," INITIALIZED("True") "," INITS(
                ONE("first", "false", "1", ENDED("Error", "1"))) "," STATUSES(ONE("main", "true", "4", RUNNING)) "}",
            "Init:Error"},

        // Sidecars.
        {"side-ready", SIDECAR,
            "{" PHASE("Running") "," READY("True") "," INITS(SIDE("side", "true", "true", "2", RUNNING) "," ONE(
                "next", "true", "5", ENDED("Completed", "0"))) "," STATUSES(ONE("main", "true", "3", RUNNING)) "}",
            "Running", F::Modern},
        {"side-not-ready", SIDECAR_ONLY,
            "{" PHASE("Running") "," READY("False") "," INITS(SIDE("side", "false", "true", "2", RUNNING)) "," STATUSES(
                ONE("main", "true", "0", RUNNING)) "}",
            "Running", F::Modern},
        {"side-starting", SIDECAR,
            "{" PHASE("Pending") "," INITS(SIDE("side", "false", "false", "0", RUNNING) "," ONE(
                "next", "false", "0", WAITING("PodInitializing"))) "}",
            "Init:0/2", F::Modern},
        {"side-then-init", SIDECAR,
            "{" PHASE("Pending") "," INITS(
                SIDE("side", "true", "true", "1", RUNNING) "," ONE("next", "false", "2", RUNNING)) "}",
            "Init:1/2", F::Modern},
        {"side-crashes", SIDECAR_ONLY,
            "{" PHASE("Pending") "," INITS(SIDE("side", "false", "false", "7", WAITING("CrashLoopBackOff"))) "}",
            "Init:CrashLoopBackOff", F::Modern},
        {"side-crashes-later", SIDECAR_ONLY,
            "{" PHASE("Running") "," INITIALIZED("True") "," INITS(AGAIN("side", "false", "7",
                WAITING("CrashLoopBackOff"), ENDED("Error", "1"))) "," STATUSES(ONE("main", "true", "2", RUNNING)) "}",
            "Init:CrashLoopBackOff", F::Modern},
        {"side-ended", SIDECAR_ONLY,
            "{" PHASE("Succeeded") "," INITS(SIDE("side", "false", "false", "0", ENDED("Completed", "0"))) "," STATUSES(
                ONE("main", "false", "0", ENDED("Completed", "0"))) "}",
            "Completed", F::Modern},
        {"side-killed", SIDECAR_ONLY,
            "{" PHASE("Succeeded") "," INITS(SIDE("side", "false", "false", "0", ENDED("Error", "137"))) "," STATUSES(
                ONE("main", "false", "0", ENDED("Completed", "0"))) "}",
            "Init:Error", F::Modern},

        // On their way out.
        {"leaving", "", "{" PHASE("Running") "," READY("True") "," STATUSES(ONE("main", "true", "0", RUNNING)) "}",
            "Terminating", F::Deleted},
        {"leaving-pending", R"({"nodeName":null,"nodeSelector":{"nowhere":"at-all"}})", "", "Terminating", F::Deleted},
        {"leaving-lost", "",
            "{" PHASE("Running") ",\"reason\":\"NodeLost\"," STATUSES(ONE("main", "true", "0", RUNNING)) "}", "Unknown",
            F::Deleted},
        {"leaving-done", "",
            "{" PHASE("Succeeded") "," STATUSES(ONE("main", "false", "0", ENDED("Completed", "0"))) "}", "Completed",
            F::Deleted},
        {"leaving-failed", "", "{" PHASE("Failed") "," STATUSES(ONE("main", "false", "0", ENDED("Error", "1"))) "}",
            "Error", F::Deleted},
        {"leaving-crashing", "",
            "{" PHASE("Running") "," STATUSES(ONE("main", "false", "3", WAITING("CrashLoopBackOff"))) "}",
            "Terminating", F::Deleted},

        // What stands beside.
        {"gates", R"({"readinessGates":[{"conditionType":"example.com/a"},{"conditionType":"example.com/b"}]})",
            "{" PHASE("Running") ",\"conditions\":[" CONDITION("example.com/a", "True", "") "]," STATUSES(
                ONE("main", "true", "0", RUNNING)) "}",
            "Running"},
        {"addresses", R"({"hostNetwork":true})",
            "{" PHASE("Running") ",\"hostIP\":\"10.128.0.9\",\"podIP\":\"10.128.0.9\",\"podIPs\":[{\"ip\":\"10.128.0."
                                 "9\"},{\"ip\":\"fd00::9\"}]," READY("True") "," STATUSES(
                                     ONE("main", "true", "0", RUNNING)) "}",
            "Running"},
        {"debugged", "", "{" PHASE("Running") "," READY("True") "," STATUSES(ONE("main", "true", "0", RUNNING)) "}",
            "Running", F::Modern | F::Debugged},

        // Quantities.
        ASKS("cpu-half", CPU("0.5")),
        ASKS("cpu-u", CPU("100u")),
        ASKS("cpu-uu", CPU("1500u")),
        ASKS("cpu-n", CPU("1n")),
        ASKS("cpu-point", CPU(".5")),
        ASKS("cpu-five", CPU("5.0")),
        ASKS("cpu-k", CPU("1k")),
        ASKS("cpu-e", CPU("1e-1")),
        ASKS("cpu-long", CPU("1.23456789")),
        ASKS("cpu-plus", CPU("+2")),
        ASKS("cpu-zero", CPU("0")),
        ASKS("mem-half", MEMORY("0.5Gi")),
        ASKS("mem-more", MEMORY("1.5Gi")),
        ASKS("mem-1000", MEMORY("1000")),
        ASKS("mem-1024", MEMORY("1024")),
        ASKS("mem-milli", MEMORY("1.1Ki")),
        ASKS("mem-zero", MEMORY("0Ki")),
        ASKS("mem-exp", MEMORY("1E3")),
        ASKS("mem-small-exp", MEMORY("1e3")),
        ASKS("mem-plain", MEMORY("128974848")),
        ASKS("mem-e6", MEMORY("129e6")),
        ASKS("mem-g", MEMORY("1G")),
        ASKS("mem-m", MEMORY("123456789m")),
        ASKS("mem-t", MEMORY("1.5Ti")),
        ASKS("mem-p", MEMORY("2Pi")),
        {"mem-most",
            "{\"nodeName\":\"odd-4\",\"containers\":[{\"name\":\"main\",\"image\":\"i\",\"resources\":" MEMORY(
                "7Ei") "}]}",
            "", "Pending"},
        ASKS("limit-only", LIMITED("250m", "64Mi")),
        ASKS("limit-odd", LIMITED("1500u", "1.1Ki")),
        ASKS("both", R"({"requests":{"cpu":"100m","memory":"1G"},"limits":{"cpu":"2","memory":"2Gi"}})"),

        // Effective requests: order of init containers, overhead, sidecars, the pod's own level.
        {"order-asb",
            "{" TWO_ASK ",\"initContainers\":[" INIT("a", "900m") "," INIT_SIDE("s", "100m") "," INIT("b", "700m") "]}",
            "", "Pending", F::Modern},
        {"order-sab",
            "{" TWO_ASK ",\"initContainers\":[" INIT_SIDE("s", "100m") "," INIT("a", "900m") "," INIT("b", "700m") "]}",
            "", "Pending", F::Modern},
        {"order-old",
            "{" TWO_ASK ",\"initContainers\":[" INIT("a", "900m") "," INIT("s", "100m") "," INIT("b", "700m") "]}", "",
            "Pending"},
        {"pod-level",
            "{" TWO_ASK ",\"resources\":{\"requests\":{\"cpu\":\"1200m\"}},\"initContainers\":[" INIT(
                "a", "900m") "," INIT_SIDE("s", "100m") "]}",
            "", "Pending", F::Modern},
        {"pod-level-limits",
            R"({"nodeName":"odd-2","resources":{"requests":{"cpu":"1","memory":"1Gi"},"limits":{"cpu":"3","memory":"3Gi"}},
                "containers":[{"name":"main","image":"i"},{"name":"second","image":"i","resources":{"requests":{"cpu":"100m"}}}]})",
            "", "Pending", F::Modern},
        {"pod-level-memory",
            R"({"nodeName":"odd-2","resources":{"limits":{"memory":"1Gi"}},
                "containers":[{"name":"main","image":"i","resources":{"requests":{"cpu":"100m","memory":"64Mi"},"limits":{"cpu":"1"}}}]})",
            "", "Pending", F::Modern},
        {"overhead-limit",
            R"({"nodeName":"odd-2","runtimeClassName":"odd-overhead","containers":[{"name":"main","image":"i",
                "resources":{"requests":{"cpu":"100m"},"limits":{"cpu":"200m"}}}]})",
            "", "Pending"},
        {"overhead-alone", R"({"nodeName":"odd-2","runtimeClassName":"odd-overhead"})", "", "Pending"},
        {"one-unlimited",
            R"({"nodeName":"odd-2","containers":[{"name":"main","image":"i","resources":{"limits":{"cpu":"200m","memory":"1Gi"}}},
                {"name":"second","image":"i","resources":{"requests":{"cpu":"10m"}}}]})",
            "", "Pending"},
        {"init-limits",
            R"({"nodeName":"odd-2","initContainers":[{"name":"a","image":"i","resources":{"limits":{"cpu":"4","memory":"4Gi"}}}],
                "containers":[{"name":"main","image":"i","resources":{"limits":{"cpu":"1","memory":"1Gi"}}}]})",
            "", "Pending"},
        {"rounds-each-pod",
            R"({"nodeName":"odd-2","containers":[{"name":"main","image":"i","resources":{"requests":{"memory":"1.5m"}}},
                {"name":"second","image":"i","resources":{"requests":{"memory":"1.5m"}}}]})",
            "", "Pending"},

        // Resizes.
        {"resize-none", RESIZED,
            "{" PHASE("Running") "," STATUSES(ACTUATED("500m", "512Mi", "1", "1Gi", ALLOCATED("500m", "512Mi"))) "}",
            "Running", F::Modern},
        {"resize-deferred", RESIZED,
            "{" PHASE("Running") ",\"conditions\":[" CONDITION("PodResizePending", "True", "Deferred") "]," STATUSES(
                ACTUATED("300m", "256Mi", "600m", "512Mi", ALLOCATED("300m", "256Mi"))) "}",
            "Running", F::Modern},
        {"resize-infeasible", RESIZED,
            "{" PHASE("Running") ",\"conditions\":[" CONDITION("PodResizePending", "True", "Infeasible") "]," STATUSES(
                ACTUATED("300m", "256Mi", "600m", "512Mi", ALLOCATED("350m", "300Mi"))) "}",
            "Running", F::Modern},
        {"resize-in-progress", RESIZED,
            "{" PHASE("Running") ",\"conditions\":[" CONDITION("PodResizeInProgress", "True", "") "]," STATUSES(
                ACTUATED("300m", "256Mi", "600m", "512Mi", ALLOCATED("500m", "512Mi"))) "}",
            "Running", F::Modern},
        {"resize-in-trouble", RESIZED,
            "{" PHASE("Running") ",\"conditions\":[" CONDITION("PodResizeInProgress", "True", "Error") "]," STATUSES(
                ACTUATED("300m", "256Mi", "600m", "512Mi", ALLOCATED("500m", "512Mi"))) "}",
            "Running", F::Modern},
        {"resize-down", RESIZED,
            "{" PHASE("Running") ",\"conditions\":[" CONDITION("PodResizeInProgress", "True", "") "]," STATUSES(
                ACTUATED("900m", "900Mi", "2", "2Gi", ALLOCATED("500m", "512Mi"))) "}",
            "Running", F::Modern},
        {"resize-down-infeasible", RESIZED,
            "{" PHASE("Running") ",\"conditions\":[" CONDITION("PodResizePending", "True", "Infeasible") "]," STATUSES(
                ACTUATED("900m", "256Mi", "2", "512Mi", ALLOCATED("700m", "300Mi"))) "}",
            "Running", F::Modern},
        {"resize-without-allocated", RESIZED,
            "{" PHASE("Running") "," STATUSES(ACTUATED("900m", "256Mi", "2", "512Mi", "")) "}", "Running", F::Modern},
        {"resize-sidecar",
            R"({"nodeName":"odd-3","initContainers":[{"name":"side","image":"i","restartPolicy":"Always",
                "resources":{"requests":{"cpu":"100m"}}},{"name":"a","image":"i","resources":{"requests":{"cpu":"450m"}}}],
                "containers":[{"name":"main","image":"i","resources":{"requests":{"cpu":"200m"}}}]})",
            R"({"phase":"Running","initContainerStatuses":[{"name":"side","image":"i","imageID":"","ready":true,"started":true,
                "restartCount":0,"state":{"running":{}},"allocatedResources":{"cpu":"400m"},"resources":{"requests":{"cpu":"300m"}}},
                {"name":"a","image":"i","imageID":"","ready":true,"restartCount":0,"state":{"terminated":{"exitCode":0,"reason":"Completed"}}}],
                "containerStatuses":[{"name":"main","image":"i","imageID":"","ready":true,"started":true,"restartCount":0,
                "state":{"running":{}},"allocatedResources":{"cpu":"250m"},"resources":{"requests":{"cpu":"200m"}}}]})",
            "Running", F::Modern},
        {"resize-pod-level",
            R"({"nodeName":"odd-3","resources":{"requests":{"cpu":"1"},"limits":{"cpu":"2"}},
                "containers":[{"name":"main","image":"i","resources":{"requests":{"cpu":"200m"}}}]})",
            R"({"phase":"Running","resources":{"requests":{"cpu":"1500m"},"limits":{"cpu":"3"}},"allocatedResources":{"cpu":"1200m"},
                "containerStatuses":[{"name":"main","image":"i","imageID":"","ready":true,"started":true,"restartCount":0,
                "state":{"running":{}},"allocatedResources":{"cpu":"200m"},"resources":{"requests":{"cpu":"200m"}}}]})",
            "Running", F::Modern},
    };
    return pods;
}
