// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/kubernetes/kubeconfigentries.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <yaml-cpp/yaml.h>

namespace sextant::kubernetes {
namespace {

/// Stops reading a file; becomes the Error of it.
struct Wrong {
    Error error;
};

class FileReader {
public:
    explicit FileReader(std::string file)
        : m_file(std::move(file))
        , m_folder(std::filesystem::absolute(m_file).parent_path())
    {
    }

    std::string where(const YAML::Node &node) const
    {
        const YAML::Mark mark = node.Mark();
        return mark.is_null() ? m_file : m_file + ":" + std::to_string(mark.line + 1);
    }
    [[noreturn]] void fail(const YAML::Node &node, const std::string &message) const
    {
        throw Wrong{Error{.code = ErrorCode::Config, .message = message, .subject = where(node)}};
    }
    /// The value of a key, or an undefined node when it is absent or null.
    static YAML::Node child(const YAML::Node &map, const char *key)
    {
        YAML::Node node = map[key];
        return node.IsDefined() && !node.IsNull() ? node : YAML::Node(YAML::NodeType::Undefined);
    }
    void needMap(const YAML::Node &node, const std::string &what) const
    {
        if (!node.IsMap()) {
            fail(node, what + " must be a mapping of keys to values");
        }
    }
    std::string text(const YAML::Node &map, const char *key) const
    {
        const YAML::Node node = child(map, key);
        if (!node.IsDefined()) {
            return {};
        }
        if (!node.IsScalar()) {
            fail(node, std::string("\"") + key + "\" must be a text");
        }
        return node.Scalar();
    }
    Written written(const YAML::Node &map, const char *key) const
    {
        std::string value = text(map, key);
        return value.empty() ? Written{} : Written{std::move(value), where(map[key])};
    }
    /// A path, relative to the folder of this file; no ~ and no $VAR, as kubectl has it.
    Written path(const YAML::Node &map, const char *key) const
    {
        Written out = written(map, key);
        if (out) {
            out.text = (m_folder / out.text).lexically_normal().string();
        }
        return out;
    }
    bool flag(const YAML::Node &map, const char *key) const
    {
        const std::string value = text(map, key);
        if (value.empty() || value == "false") {
            return false;
        }
        if (value != "true") {
            fail(map[key],
                std::string("\"") + key + "\" is \"" + sanitized(value.substr(0, 40))
                    + "\" where true or false was expected");
        }
        return true;
    }
    std::vector<std::string> texts(const YAML::Node &map, const char *key) const
    {
        std::vector<std::string> out;
        const YAML::Node node = child(map, key);
        if (!node.IsDefined()) {
            return out;
        }
        if (!node.IsSequence()) {
            fail(node, std::string("\"") + key + "\" must be a list of texts");
        }
        for (const YAML::Node &one : node) {
            if (!one.IsScalar()) {
                fail(one, std::string("\"") + key + "\" must be a list of texts");
            }
            out.push_back(one.Scalar());
        }
        return out;
    }
    const std::filesystem::path &folder() const { return m_folder; }

    /// Walks clusters, users or contexts: name and body of each.
    template <class Each> void entries(const YAML::Node &root, const char *list, const char *body, Each each) const
    {
        const YAML::Node node = child(root, list);
        if (!node.IsDefined()) {
            return;
        }
        if (!node.IsSequence()) {
            fail(node, std::string("\"") + list + "\" must be a list");
        }
        std::set<std::string> names;
        for (const YAML::Node &entry : node) {
            needMap(entry, std::string("an entry of \"") + list + "\"");
            const std::string name = text(entry, "name");
            if (name.empty()) {
                fail(entry, std::string("an entry of \"") + list + "\" has no name");
            }
            if (!names.insert(name).second) {
                fail(entry,
                    std::string("the name \"") + sanitized(name) + "\" stands twice in \"" + list + "\" of this file");
            }
            YAML::Node inner = child(entry, body);
            if (!inner.IsDefined()) {
                inner = YAML::Node(YAML::NodeType::Map);
            } else {
                needMap(inner, std::string("\"") + body + "\" of \"" + sanitized(name) + "\"");
            }
            each(name, where(entry), inner);
        }
    }

private:
    std::string m_file;
    std::filesystem::path m_folder;
};

/// Plain YAML as JSON. `budget` bounds what aliases can blow a small file up to.
nlohmann::json jsonOf(const YAML::Node &node, int depth, int &budget)
{
    if (depth > 32 || --budget < 0) {
        throw YAML::Exception(node.Mark(), "the extension for credential plug-ins is too large");
    }
    switch (node.Type()) {
    case YAML::NodeType::Map: {
        nlohmann::json out = nlohmann::json::object();
        for (const auto &pair : node) {
            out[pair.first.IsScalar() ? pair.first.Scalar() : std::string()] = jsonOf(pair.second, depth + 1, budget);
        }
        return out;
    }
    case YAML::NodeType::Sequence: {
        nlohmann::json out = nlohmann::json::array();
        for (const YAML::Node &one : node) {
            out.push_back(jsonOf(one, depth + 1, budget));
        }
        return out;
    }
    case YAML::NodeType::Scalar: {
        if (node.Tag() == "!") { // quoted
            return node.Scalar();
        }
        bool yes = false;
        if (const std::string &text = node.Scalar();
            (text == "true" || text == "false") && YAML::convert<bool>::decode(node, yes)) {
            return yes;
        }
        nlohmann::json number = nlohmann::json::parse(node.Scalar(), nullptr, false);
        return number.is_number() ? number : nlohmann::json(node.Scalar());
    }
    default:
        return nullptr;
    }
}

std::shared_ptr<const Kubeconfig::Cluster> readCluster(
    const FileReader &in, const std::string &name, std::string where, const YAML::Node &body)
{
    auto cluster = std::make_shared<Kubeconfig::Cluster>();
    cluster->name = name;
    cluster->where = std::move(where);
    cluster->server = in.written(body, "server");
    cluster->tlsServerName = in.written(body, "tls-server-name");
    cluster->insecure = in.flag(body, "insecure-skip-tls-verify");
    cluster->caFile = in.path(body, "certificate-authority");
    cluster->caData = in.written(body, "certificate-authority-data");
    cluster->proxyUrl = in.written(body, "proxy-url");
    cluster->disableCompression = in.flag(body, "disable-compression");
    if (const YAML::Node list = FileReader::child(body, "extensions"); list.IsDefined() && list.IsSequence()) {
        for (const YAML::Node &one : list) {
            if (one.IsMap() && in.text(one, "name") == "client.authentication.k8s.io/exec") {
                int budget = 10'000;
                cluster->execExtension = jsonOf(FileReader::child(one, "extension"), 0, budget)
                                             .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
            }
        }
    }
    return cluster;
}

Kubeconfig::User::Exec readExec(const FileReader &in, const YAML::Node &body)
{
    in.needMap(body, "\"exec\"");
    Kubeconfig::User::Exec exec;
    exec.where = in.where(body);
    exec.command = in.written(body, "command");
    if (exec.command.text.find('/') != std::string::npos) {
        exec.command = in.path(body, "command");
    }
    exec.args = in.texts(body, "args");
    exec.apiVersion = in.written(body, "apiVersion");
    exec.interactiveMode = in.written(body, "interactiveMode");
    exec.installHint = in.written(body, "installHint");
    exec.provideClusterInfo = in.flag(body, "provideClusterInfo");
    if (const YAML::Node env = FileReader::child(body, "env"); env.IsDefined()) {
        if (!env.IsSequence()) {
            in.fail(env, "\"env\" must be a list of names and values");
        }
        for (const YAML::Node &one : env) {
            in.needMap(one, "an entry of \"env\"");
            exec.env.emplace_back(in.text(one, "name"), in.text(one, "value"));
            if (const std::string &key = exec.env.back().first; key.empty() || key.find('=') != std::string::npos) {
                in.fail(one, "an entry of \"env\" has no usable name");
            }
        }
    }
    return exec;
}

std::shared_ptr<const Kubeconfig::User> readUser(
    const FileReader &in, const std::string &name, std::string where, const YAML::Node &body)
{
    auto user = std::make_shared<Kubeconfig::User>();
    user->name = name;
    user->where = std::move(where);
    user->certificateFile = in.path(body, "client-certificate");
    user->certificateData = in.written(body, "client-certificate-data");
    user->keyFile = in.path(body, "client-key");
    user->keyData = in.written(body, "client-key-data");
    user->token = in.written(body, "token");
    user->tokenFile = in.path(body, "tokenFile");
    user->username = in.written(body, "username");
    user->password = in.written(body, "password");
    user->as = in.written(body, "as");
    user->asUid = in.written(body, "as-uid");
    user->asGroups = in.texts(body, "as-groups");
    for (const char *key : {"as-uid", "as-groups", "as-user-extra"}) {
        if (const YAML::Node node = FileReader::child(body, key); node.IsDefined() && user->asWhere.empty()) {
            user->asWhere = in.where(node);
        }
    }
    if (const YAML::Node extra = FileReader::child(body, "as-user-extra"); extra.IsDefined()) {
        in.needMap(extra, "\"as-user-extra\"");
        for (const auto &pair : extra) {
            const std::string key = pair.first.IsScalar() ? pair.first.Scalar() : std::string();
            user->asExtra.emplace_back(key, in.texts(extra, key.c_str()));
        }
    }
    if (const YAML::Node exec = FileReader::child(body, "exec"); exec.IsDefined()) {
        user->exec = readExec(in, exec);
    }
    if (const YAML::Node node = FileReader::child(body, "auth-provider"); node.IsDefined()) {
        in.needMap(node, "\"auth-provider\"");
        Kubeconfig::User::Provider provider;
        provider.where = in.where(node);
        provider.name = in.text(node, "name");
        if (const YAML::Node config = FileReader::child(node, "config"); config.IsDefined()) {
            in.needMap(config, "\"config\" of \"auth-provider\"");
            for (const auto &pair : config) {
                if (pair.first.IsScalar() && pair.second.IsScalar()) {
                    provider.config.emplace_back(pair.first.Scalar(), pair.second.Scalar());
                }
            }
        }
        user->provider = std::move(provider);
    }
    return user;
}

void checkHeader(const FileReader &in, const YAML::Node &root)
{
    if (const std::string kind = in.text(root, "kind"); !kind.empty() && kind != "Config") {
        in.fail(root["kind"],
            "kind is \"" + sanitized(kind.substr(0, 80)) + "\" where \"Config\" was expected: this is no kubeconfig");
    }
    if (const std::string version = in.text(root, "apiVersion"); !version.empty() && version != "v1") {
        in.fail(
            root["apiVersion"], "apiVersion is \"" + sanitized(version.substr(0, 80)) + "\" where \"v1\" was expected");
    }
}

} // namespace

Result<void> Kubeconfig::Reader::read(const std::string &file, const std::string &text, Kubeconfig &into)
{
    try {
        const YAML::Node root = YAML::Load(text);
        if (!root.IsDefined() || root.IsNull()) {
            return {};
        }
        const FileReader in(file);
        in.needMap(root, "a kubeconfig");
        checkHeader(in, root);
        in.entries(
            root, "clusters", "cluster", [&](const std::string &name, std::string where, const YAML::Node &body) {
                into.m_clusters.emplace(name, readCluster(in, name, std::move(where), body));
            });
        in.entries(root, "users", "user", [&](const std::string &name, std::string where, const YAML::Node &body) {
            into.m_users.emplace(name, readUser(in, name, std::move(where), body));
        });
        in.entries(
            root, "contexts", "context", [&](const std::string &name, std::string where, const YAML::Node &body) {
                auto context = std::make_shared<ContextEntry>();
                context->name = name;
                context->where = std::move(where);
                context->file = file;
                context->cluster = in.text(body, "cluster");
                context->user = in.text(body, "user");
                context->ns = in.text(body, "namespace");
                into.m_contexts.emplace(name, std::move(context));
            });
        if (into.m_current.empty()) {
            into.m_current = in.text(root, "current-context");
        }
        return {};
    } catch (const Wrong &wrong) {
        return wrong.error;
    } catch (const YAML::Exception &broken) {
        // Only where and what, never the text around it: it may be a credential.
        return Error{.code = ErrorCode::Config,
            .message = "is not valid YAML: " + broken.msg,
            .subject = broken.mark.is_null()
                ? file
                : file + ":" + std::to_string(broken.mark.line + 1) + ":" + std::to_string(broken.mark.column + 1)};
    }
}

} // namespace sextant::kubernetes
