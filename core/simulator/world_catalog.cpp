// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulator/world_catalog.h"

#include "core/simulator/world_random.h"

#include <cmath>
#include <iterator>

namespace sextant::simulator {

std::vector<Product> products(int count)
{
    static const std::vector<Product> known{
        {"playlist", "cantina"},
        {"library", "lighthouse"},
        {"search", "foundry"},
        {"ads", "marble"},
        {"payments", "orrery"},
        {"recommendations", "tumbleweed"},
        {"offline", "driftwood"},
        {"ab", "saffron"},
        {"team-a", "saffron"},
        {"home", "tumbleweed"},
        {"profile", "lighthouse"},
        {"lyrics", "foundry"},
        {"podcasts", "driftwood"},
        {"royalties", "orrery"},
        {"events", "marble"},
        {"notifications", "cantina"},
        {"social", "saffron"},
        {"concerts", "driftwood"},
        {"catalog", "lighthouse"},
        {"radio", "tumbleweed"},
        {"checkout", "orrery"},
        {"audiobooks", "foundry"},
        {"charts", "marble"},
        {"taste", "tumbleweed"},
        {"canvas", "cantina"},
        {"artists", "lighthouse"},
        {"merch", "orrery"},
        {"fraud", "orrery"},
        {"transcode", "foundry"},
        {"crashlytics", "saffron"},
        {"onboarding", "cantina"},
        {"video", "driftwood"},
    };
    static const std::vector<std::string> suffixes{"staging", "batch", "labs", "partner", "edge", "internal", "legacy"};
    std::vector<Product> out;
    for (int i = 0; i < count; ++i) {
        auto product = known[std::size_t(i) % known.size()];
        const auto round = std::size_t(i) / known.size();
        if (round > 0) {
            product.name += '-' + suffixes[(round - 1) % suffixes.size()];
        }
        if (round > suffixes.size()) {
            product.name += '-' + std::to_string(round / suffixes.size() + 1);
        }
        out.push_back(std::move(product));
    }
    return out;
}

const std::vector<std::string> &serviceSuffixes()
{
    static const std::vector<std::string> suffixes{"service", "api", "worker", "gateway", "indexer", "cache", "view",
        "consumer", "scheduler", "ranker", "proxy", "sync", "loader", "edge", "session", "feed", "stats", "notifier",
        "resolver", "importer", "cleaner", "webhook", "shard", "router"};
    return suffixes;
}

const std::vector<std::string> &heliosSuffixes()
{
    static const std::vector<std::string> suffixes{"store", "lookup", "entity", "publisher", "collector", "mapper",
        "writer", "builder", "tracker", "registry", "planner", "merger", "signer", "auditor", "reader", "sampler"};
    return suffixes;
}

const std::vector<PoolShape> &poolShapes()
{
    static const std::vector<PoolShape> shapes{
        {"default", "n2-standard-32", 0.63, 32, 128, 0, false},
        {"memory", "n2-highmem-16", 0.18, 16, 128, 0, false},
        {"batch", "n2-standard-64", 0.14, 64, 256, 0, true},
        {"gpu", "n1-standard-16", 0.05, 16, 60, 4, true},
    };
    return shapes;
}

namespace {

// Fifty images, as many as a kubelet reports, in both formats.
void fillImages(NodeModel &model)
{
    Random random(hashOf(model.pool));
    JsonWriter json(model.imagesJson);
    ProtoWriter proto(model.imagesProto);
    const auto names = products(25);
    for (int i = 0; i < 50; ++i) {
        const auto base = "registry.example.com/" + names[std::size_t(i) % names.size()].name + '/'
            + serviceSuffixes()[std::size_t(i) % serviceSuffixes().size()];
        const auto digest = base + "@sha256:" + random.hex(64);
        const auto tag = base + ":2." + std::to_string(random.range(1, 60)) + ".0";
        const auto size = random.range(20'000'000, 900'000'000);
        json.open('{');
        json.array("names");
        json.text(digest);
        json.text(tag);
        json.close(']');
        json.member("sizeBytes", size);
        json.close('}');
        proto.message(8, [&] {
            proto.text(1, digest);
            proto.text(1, tag);
            proto.number(2, size);
        });
    }
}

} // namespace

std::shared_ptr<const NodeModel> nodeModel(const PoolShape &shape, const std::string &version, bool images)
{
    auto model = std::make_shared<NodeModel>();
    model->pool = shape.name;
    model->instanceType = shape.instanceType;
    model->cpu = shape.cores * 1000;
    model->allocatableCpu = shape.cores * 1000 - (shape.cores > 32 ? 230 : shape.cores > 16 ? 150 : 110);
    const std::int64_t gi = 1LL << 30;
    model->memory = shape.memoryGi * gi - 2'100'000LL * 1024 - shape.memoryGi * 1024LL * 4096 / 4;
    model->allocatableMemory = model->memory - (shape.memoryGi > 64 ? 6 : 4) * gi - 100 * (1LL << 20);
    model->gpus = shape.gpus;
    model->kernel = version.starts_with("v1.20.") ? "5.4.49+" : "6.6.72+";
    model->os = "Container-Optimized OS from Google";
    model->runtime = version.starts_with("v1.20.") ? "containerd://1.4.1" : "containerd://2.0.2";
    model->kubelet = version;
    if (images) {
        fillImages(*model);
    }
    model->derive();
    return model;
}

namespace {

template <class T> std::int64_t nearest(const T &sizes, double wanted, std::int64_t most)
{
    std::int64_t best = sizes[0];
    for (const auto size : sizes) {
        if (size <= most && std::abs(std::log(double(size) / wanted)) < std::abs(std::log(double(best) / wanted))) {
            best = size;
        }
    }
    return best;
}

} // namespace

std::int64_t niceMillicores(double millicores, std::int64_t most)
{
    static constexpr std::int64_t sizes[] = {10, 20, 25, 50, 75, 100, 150, 200, 250, 300, 400, 500, 600, 750, 800, 1000,
        1200, 1500, 2000, 2500, 3000, 4000, 5000, 6000, 8000, 10000, 12000, 16000};
    return nearest(sizes, std::max(millicores, 1.0), most);
}

std::int64_t niceBytes(double bytes, std::int64_t most)
{
    static constexpr std::int64_t Mi = 1 << 20;
    static constexpr std::int64_t sizes[] = {32 * Mi, 64 * Mi, 96 * Mi, 128 * Mi, 192 * Mi, 256 * Mi, 320 * Mi,
        384 * Mi, 512 * Mi, 640 * Mi, 768 * Mi, 1024 * Mi, 1280 * Mi, 1536 * Mi, 2048 * Mi, 2560 * Mi, 3072 * Mi,
        4096 * Mi, 5120 * Mi, 6144 * Mi, 8192 * Mi, 10240 * Mi, 12288 * Mi, 16384 * Mi, 24576 * Mi, 32768 * Mi,
        49152 * Mi, 65536 * Mi};
    return nearest(sizes, std::max(bytes, 1.0), most);
}

ManagedFieldsPtr managedFieldsOf(Resource resource, Time since)
{
    // The sets of fields name keys, not values, so one does for all objects of a kind.
    struct Writer {
        const char *manager, *apiVersion, *subresource;
        std::string fields;
    };
    std::vector<Writer> entries;
    const auto many = [](const char *prefix, std::initializer_list<const char *> names, const char *suffix) {
        std::string out;
        for (const auto *name : names) {
            out += (out.empty() ? "" : ",") + ('"' + std::string(prefix) + name + '"') + ':' + suffix;
        }
        return out;
    };
    if (resource == Resource::Pods) {
        std::string container = R"({".":{},)"
            + many(
                "f:", {"image", "imagePullPolicy", "name", "terminationMessagePath", "terminationMessagePolicy"}, "{}")
            + R"(,"f:env":{".":{})";
        for (const char *name :
            {"POD_NAMESPACE", "SERVICE_NAME", "LOG_LEVEL", "REGION", "CONFIG_SOURCE", "JAVA_OPTS"}) {
            container += R"(,"k:{\"name\":\")" + std::string(name) + R"(\"}":{".":{},"f:name":{},"f:value":{}})";
        }
        const std::string probe = "{"
            + many("f:", {"failureThreshold", "periodSeconds", "successThreshold", "timeoutSeconds"}, "{}")
            + R"(,"f:httpGet":{".":{},"f:path":{},"f:port":{},"f:scheme":{}}})";
        container += R"(},"f:livenessProbe":)" + probe + R"(,"f:readinessProbe":)" + probe
            + R"(,"f:ports":{".":{},"k:{\"containerPort\":8080,\"protocol\":\"TCP\"}":{".":{},"f:containerPort":{},"f:name":{},"f:protocol":{}}},)"
              R"("f:resources":{".":{},"f:limits":{".":{},"f:cpu":{},"f:memory":{}},"f:requests":{".":{},"f:cpu":{},"f:memory":{}}},)"
              R"("f:volumeMounts":{".":{},"k:{\"mountPath\":\"/tmp\"}":{".":{},"f:mountPath":{},"f:name":{}}}})";
        entries.push_back({"kube-controller-manager", "v1", "",
            R"({"f:metadata":{"f:annotations":{".":{},"f:prometheus.io/scrape":{}},"f:generateName":{},"f:labels":{".":{},)"
                + many("f:", {"app", "app.kubernetes.io/name", "owner", "pod-template-hash", "version"}, "{}")
                + R"(},"f:ownerReferences":{".":{},"k:{\"uid\":\"5f0e6c1e-0c1b-4d5a-9a3c-3c0f6a5b8d21\"}":{}}},"f:spec":{)"
                + R"("f:containers":{"k:{\"name\":\"main\"}":)" + container + R"(,"k:{\"name\":\"envoy\"}":)"
                + container + "},"
                + many("f:",
                    {"dnsPolicy", "enableServiceLinks", "restartPolicy", "schedulerName", "securityContext",
                        "serviceAccount", "serviceAccountName", "terminationGracePeriodSeconds"},
                    "{}")
                + R"(,"f:tolerations":{},"f:volumes":{".":{},"k:{\"name\":\"tmp\"}":{".":{},"f:emptyDir":{},"f:name":{}}}}})"});
        std::string conditions;
        for (const char *type : {"ContainersReady", "Initialized", "PodReadyToStartContainers", "Ready"}) {
            conditions += (conditions.empty() ? "" : ",")
                + (R"("k:{\"type\":\")" + std::string(type) + R"(\"}":{".":{},)")
                + many("f:", {"lastProbeTime", "lastTransitionTime", "observedGeneration", "status", "type"}, "{}")
                + "}";
        }
        entries.push_back({"kubelet", "v1", "status",
            R"({"f:status":{"f:conditions":{)" + conditions + "},"
                + many("f:",
                    {"containerStatuses", "hostIP", "hostIPs", "observedGeneration", "phase", "podIP", "startTime"},
                    "{}")
                + R"(,"f:podIPs":{".":{},"k:{\"ip\":\"10.64.0.2\"}":{".":{},"f:ip":{}}}}})"});
    } else {
        std::string conditions;
        for (const char *type : {"DiskPressure", "MemoryPressure", "PIDPressure", "Ready", "NetworkUnavailable"}) {
            conditions += (conditions.empty() ? "" : ",") + (R"("k:{\"type\":\")" + std::string(type) + R"(\"}":{)")
                + many("f:", {"lastHeartbeatTime", "lastTransitionTime", "message", "reason", "status"}, "{}") + "}";
        }
        entries.push_back({resource == Resource::Nodes ? "kubelet" : "kube-controller-manager", "v1", "",
            R"({"f:metadata":{"f:annotations":{".":{}},"f:labels":{".":{},)"
                + many("f:", {"kubernetes.io/arch", "kubernetes.io/hostname", "kubernetes.io/os", "owner"}, "{}")
                + "}}}"});
        entries.push_back({resource == Resource::Nodes ? "kubelet" : "kube-controller-manager", "v1", "status",
            R"({"f:status":{"f:conditions":{)" + conditions + "}}}"});
    }
    auto out = std::make_shared<ManagedFields>();
    JsonWriter json(out->json);
    ProtoWriter proto(out->proto);
    for (const auto &entry : entries) {
        json.open('{');
        json.member("manager", entry.manager);
        json.member("operation", "Update");
        json.member("apiVersion", entry.apiVersion);
        json.some("time", since);
        json.member("fieldsType", "FieldsV1");
        json.key("fieldsV1").raw(entry.fields);
        json.some("subresource", entry.subresource);
        json.close('}');
        proto.message(17, [&] {
            proto.text(1, entry.manager);
            proto.text(2, "Update");
            proto.text(3, entry.apiVersion);
            proto.time(4, since);
            proto.text(6, "FieldsV1");
            proto.message(7, [&] { proto.text(1, entry.fields); });
            proto.text(8, entry.subresource);
        });
    }
    return out;
}

} // namespace sextant::simulator
