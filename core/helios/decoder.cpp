// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/helios/decoder.h"

#include "core/base/format.h"
#include "core/base/json.h"
#include "core/helios/mask.h"

#include <algorithm>
#include <limits>
#include <map>

namespace sextant::helios {

namespace {

using json::eachItem;
using json::eachMember;
using json::Element;
using json::textOf;
using Key = std::string_view;

constexpr std::size_t kLongestName = 1024; ///< of a host, a job or a group; longer ones are no names
constexpr std::size_t kLongestWord = 64; ///< of a state or a goal
constexpr std::size_t kLongestText = 4096; ///< of an error
constexpr double kHighestLoad = 1e6; ///< of a host; a higher one is no load

std::string word(Element element) { return std::string(textOf(element).substr(0, kLongestWord)); }
std::string name(Element element)
{
    const auto text = textOf(element);
    return text.size() > kLongestName ? std::string() : std::string(text);
}
/// What went wrong, in Docker's words: they may quote an environment.
std::string errorText(Element element) { return maskedText(textOf(element).substr(0, kLongestText)); }
bool isName(Key key) { return !key.empty() && key.size() <= kLongestName; }

bool truthOf(Element element)
{
    bool value = false;
    return element.get(value) == simdjson::SUCCESS && value;
}

/// A whole number that is not negative; nothing for any other.
std::optional<std::int64_t> wholeOf(Element element)
{
    std::int64_t whole = 0;
    if (element.get(whole) == simdjson::SUCCESS) {
        return whole >= 0 ? std::optional(whole) : std::nullopt;
    }
    double number = 0;
    if (element.get(number) == simdjson::SUCCESS && number >= 0 && number < 9e15) {
        return static_cast<std::int64_t>(number);
    }
    return std::nullopt;
}

/// The same, where 0 says that nothing was set.
std::optional<std::int64_t> positiveOf(Element element)
{
    const auto value = wholeOf(element);
    return value && *value > 0 ? value : std::nullopt;
}

/// The end of what the model keeps as a time, 2106.
constexpr std::int64_t kLatest = std::numeric_limits<std::uint32_t>::max();

Time timeOfMillis(std::optional<std::int64_t> millis)
{
    return millis && *millis >= 1000 && *millis / 1000 <= kLatest ? Time(std::chrono::seconds(*millis / 1000))
                                                                  : kNoTime;
}

/// Milliseconds, or ISO 8601 as other mappers of the same server write it.
Time timeOf(Element element)
{
    if (!element.is_string()) {
        return timeOfMillis(positiveOf(element));
    }
    std::string text(textOf(element).substr(0, kLongestWord));
    if (text.size() > 5 && (text[text.size() - 5] == '+' || text[text.size() - 5] == '-')) {
        text.insert(text.size() - 2, ":"); // "+0000"
    }
    return parseTime(text);
}

/// Text of what is a scalar: labels and the like are written as text, but nobody makes sure.
std::string scalarText(Element element)
{
    if (element.is_string()) {
        return std::string(textOf(element).substr(0, kLongestText));
    }
    if (element.is_null() || element.is_object() || element.is_array()) {
        return {};
    }
    return simdjson::minify(element);
}

void readLabels(Element element, std::map<std::string, std::string> &out)
{
    eachMember(element, [&](Key key, Element value) {
        if (isName(key)) {
            out.insert_or_assign(std::string(key), scalarText(value));
        }
    });
}

MilliCpu cpuOfShares(std::int64_t shares)
{
    constexpr std::int64_t kWhole = 1024; // Docker's weight of one
    return shares > std::int64_t(1) << 40 ? MilliCpu() : MilliCpu((shares * 1000 + kWhole - 1) / kWhole);
}

Job readJob(std::string_view id, Element element)
{
    Job job;
    job.id = id;
    const auto colon = id.find(':');
    job.name = id.substr(0, colon);
    if (colon != std::string_view::npos) {
        const auto rest = id.substr(colon + 1);
        job.version = rest.substr(0, rest.find(':'));
    }
    std::map<std::string, std::string> labels, metadata;
    eachMember(element, [&](Key key, Element value) {
        if (key == "image") {
            job.image = name(value);
        } else if (key == "created") {
            job.created = timeOf(value);
        } else if (key == "expires") {
            job.expires = timeOf(value);
        } else if (key == "resources") {
            eachMember(value, [&](Key resource, Element figure) {
                const auto amount = positiveOf(figure);
                if (resource == "memory") {
                    job.memory = amount ? Bytes(*amount) : Bytes();
                } else if (resource == "cpuShares") {
                    job.cpu = amount ? cpuOfShares(*amount) : MilliCpu();
                }
            });
        } else if (key == "registration") {
            eachMember(value, [&](Key service, Element) {
                if (isName(service)) {
                    job.registrations.emplace_back(service);
                }
            });
        } else if (key == "labels") {
            readLabels(value, labels);
        } else if (key == "metadata") {
            readLabels(value, metadata);
        }
    });
    labels.merge(metadata);
    for (auto &[key, value] : labels) {
        job.labels.emplace_back(key, looksSecret(key) && !value.empty() ? std::string(kMasked) : maskedText(value));
    }
    std::sort(job.registrations.begin(), job.registrations.end());
    job.registrations.erase(std::unique(job.registrations.begin(), job.registrations.end()), job.registrations.end());
    return job;
}

JobPtr knownJob(std::string_view id, Element element, JobCatalog &catalog)
{
    if (JobPtr known = catalog.find(id)) {
        return known;
    }
    return element.is_object() ? catalog.add(readJob(id, element)) : nullptr;
}

HostInfo readInfo(Element element)
{
    HostInfo info;
    eachMember(element, [&](Key key, Element value) {
        if (key == "osName") {
            info.osName = name(value);
        } else if (key == "osVersion") {
            info.osVersion = name(value);
        } else if (key == "architecture") {
            info.architecture = name(value);
        } else if (key == "cpus") {
            const auto cpus = positiveOf(value);
            info.cpus = cpus && *cpus <= 1'000'000 ? MilliCpu(*cpus * 1000) : MilliCpu();
        } else if (key == "loadAvg") {
            double load = -1;
            const bool good = value.get(load) == simdjson::SUCCESS && load >= 0 && load <= kHighestLoad;
            info.load = good ? std::optional(load) : std::nullopt;
        } else if (key == "memoryTotalBytes") {
            const auto bytes = positiveOf(value);
            info.memory = bytes ? Bytes(*bytes) : Bytes();
        } else if (key == "memoryFreeBytes") {
            const auto bytes = wholeOf(value);
            info.memoryFree = bytes ? Bytes(*bytes) : Bytes();
        } else if (key == "dockerVersion") {
            eachMember(value, [&](Key inner, Element detail) {
                if (inner == "version") {
                    info.dockerVersion = name(detail);
                }
            });
        }
    });
    return info;
}

void readAgent(Element element, HostStatus &out)
{
    std::optional<std::int64_t> start, uptime;
    eachMember(element, [&](Key key, Element value) {
        if (key == "version") {
            out.agentVersion = name(value);
        } else if (key == "startTime") {
            start = positiveOf(value);
        } else if (key == "uptime") {
            uptime = wholeOf(value);
        }
    });
    std::int64_t reported = 0;
    if (start && !__builtin_add_overflow(*start, uptime.value_or(0), &reported)) {
        out.reported = timeOfMillis(reported);
    }
}

HostStatus readHost(Element element, JobCatalog &catalog)
{
    HostStatus out;
    std::map<std::string_view, Task> tasks;
    std::map<std::string, std::string> labels;
    eachMember(element, [&](Key key, Element value) {
        if (key == "status") {
            out.status = word(value);
        } else if (key == "hostInfo") {
            out.info = readInfo(value);
        } else if (key == "agentInfo") {
            readAgent(value, out);
        } else if (key == "labels") {
            readLabels(value, labels);
        } else if (key == "jobs") {
            eachMember(value, [&](Key id, Element deployment) {
                if (!isName(id) || !deployment.is_object()) {
                    return;
                }
                Task &task = tasks[id];
                task.deployed = true;
                eachMember(deployment, [&](Key inner, Element detail) {
                    if (inner == "goal") {
                        task.goal = word(detail);
                    } else if (inner == "deploymentGroupName") {
                        task.group = name(detail);
                    }
                });
            });
        } else if (key == "statuses") {
            eachMember(value, [&](Key id, Element status) {
                if (!isName(id) || !status.is_object()) {
                    return;
                }
                Task &task = tasks[id];
                task.reported = true;
                eachMember(status, [&](Key inner, Element detail) {
                    if (inner == "goal") {
                        task.agentGoal = word(detail);
                    } else if (inner == "state") {
                        task.state = word(detail);
                    } else if (inner == "throttled") {
                        task.throttled = word(detail);
                    } else if (inner == "containerError") {
                        task.error = errorText(detail);
                    } else if (inner == "job") {
                        task.job = knownJob(id, detail, catalog);
                    }
                });
            });
        }
    });
    out.labels.assign(labels.begin(), labels.end());
    out.tasks.reserve(tasks.size());
    for (auto &[id, task] : tasks) {
        task.jobId = id;
        if (!task.job) {
            task.job = catalog.find(id);
        }
        out.tasks.push_back(std::move(task));
    }
    return out;
}

Group readGroup(Element element)
{
    Group out;
    eachMember(element, [&](Key key, Element value) {
        if (key == "name") {
            out.name = name(value);
        } else if (key == "jobId") {
            out.jobId = name(value);
        } else if (key == "rollingUpdateReason") {
            out.reason = word(value);
        } else if (key == "hostSelectors") {
            out.selectors.clear();
            eachItem(value, [&](Element item) {
                Selector selector;
                eachMember(item, [&](Key inner, Element detail) {
                    if (inner == "label") {
                        selector.label = name(detail);
                    } else if (inner == "operator") {
                        selector.op = word(detail);
                    } else if (inner == "operand" && detail.is_string()) {
                        selector.operands = {name(detail)};
                    } else if (inner == "operand") {
                        selector.operands.clear();
                        eachItem(detail, [&](Element one) { selector.operands.push_back(name(one)); });
                    }
                });
                std::sort(selector.operands.begin(), selector.operands.end());
                out.selectors.push_back(std::move(selector));
            });
        } else if (key == "rolloutOptions") {
            eachMember(value, [&](Key inner, Element detail) {
                const auto figure = wholeOf(detail);
                if (inner == "timeout") {
                    out.timeout = figure ? Count(*figure) : Count();
                } else if (inner == "parallelism") {
                    out.parallelism = figure ? Count(*figure) : Count();
                } else if (inner == "overlap") {
                    out.overlap = truthOf(detail);
                } else if (inner == "migrate") {
                    out.migrate = truthOf(detail);
                }
            });
        }
    });
    return out;
}

Error notWhatWasAsked(const char *wanted)
{
    return {.code = ErrorCode::Decode, .message = std::string("the answer is not ") + wanted};
}

/// More is said behind it.
std::string withoutStop(std::string words)
{
    while (!words.empty() && (words.back() == '.' || words.back() == ' ')) {
        words.pop_back();
    }
    return words;
}

/// Parses and hands on what is of the wanted type.
template <class Value, class Read>
Result<Value> read(std::string_view json, bool object, const char *wanted, Read reader)
{
    simdjson::dom::parser parser;
    const Result<Element> root = json::parseJson(parser, json);
    if (!root) {
        return root.error();
    }
    if (object ? !root->is_object() : !root->is_array()) {
        return notWhatWasAsked(wanted);
    }
    return reader(*root);
}

} // namespace

JobPtr JobCatalog::find(std::string_view id) const
{
    const auto at = m_jobs.find(id);
    return at == m_jobs.end() ? nullptr : at->second;
}

JobPtr JobCatalog::add(Job job)
{
    std::string id = job.id;
    JobPtr &held = m_jobs[std::move(id)];
    held = std::make_shared<const Job>(std::move(job));
    return held;
}

void JobCatalog::sweep()
{
    std::erase_if(m_jobs, [](const auto &entry) { return entry.second.use_count() == 1; });
}

Result<std::vector<std::string>> decodeNames(std::string_view json)
{
    return read<std::vector<std::string>>(json, false, "a list of names", [](Element root) {
        std::vector<std::string> out;
        eachItem(root, [&](Element item) {
            if (isName(textOf(item))) {
                out.emplace_back(textOf(item));
            }
        });
        std::sort(out.begin(), out.end());
        out.erase(std::unique(out.begin(), out.end()), out.end());
        return out;
    });
}

Result<std::vector<JobPtr>> decodeJobs(std::string_view json, JobCatalog &catalog)
{
    return read<std::vector<JobPtr>>(json, true, "a list of jobs", [&](Element root) {
        std::map<std::string_view, JobPtr> jobs;
        eachMember(root, [&](Key id, Element value) {
            if (isName(id)) {
                if (JobPtr job = knownJob(id, value, catalog)) {
                    jobs[id] = std::move(job);
                }
            }
        });
        std::vector<JobPtr> out;
        out.reserve(jobs.size());
        for (auto &[id, job] : jobs) {
            out.push_back(std::move(job));
        }
        return out;
    });
}

Result<std::vector<std::pair<std::string, HostStatus>>> decodeHostStatuses(std::string_view json, JobCatalog &catalog)
{
    using Hosts = std::vector<std::pair<std::string, HostStatus>>;
    return read<Hosts>(json, true, "the statuses of hosts", [&](Element root) {
        std::map<std::string, HostStatus> hosts;
        eachMember(root, [&](Key key, Element value) {
            if (isName(key) && value.is_object()) {
                hosts.insert_or_assign(std::string(key), readHost(value, catalog));
            }
        });
        Hosts out;
        out.reserve(hosts.size());
        for (auto &[key, host] : hosts) {
            out.emplace_back(key, std::move(host));
        }
        return out;
    });
}

Result<HostStatus> decodeHostStatus(std::string_view json, JobCatalog &catalog)
{
    return read<HostStatus>(json, true, "the status of a host", [&](Element root) { return readHost(root, catalog); });
}

Result<Group> decodeGroup(std::string_view json)
{
    return read<Group>(json, true, "a deployment group", [](Element root) { return readGroup(root); });
}

Result<GroupStatus> decodeGroupStatus(std::string_view json)
{
    return read<GroupStatus>(json, true, "the status of a deployment group", [](Element root) {
        GroupStatus out;
        std::string_view error;
        eachMember(root, [&](Key key, Element value) {
            if (key == "status") {
                out.status = word(value);
            } else if (key == "error") {
                error = textOf(value).substr(0, kLongestText);
            } else if (key == "hostStatuses") {
                out.hosts.clear();
                eachItem(value, [&](Element item) {
                    GroupStatus::Host host;
                    eachMember(item, [&](Key inner, Element detail) {
                        if (inner == "host") {
                            host.name = name(detail);
                        } else if (inner == "jobId") {
                            host.jobId = name(detail);
                        } else if (inner == "state") {
                            host.state = word(detail);
                        }
                    });
                    if (!host.name.empty()) {
                        out.hosts.push_back(std::move(host));
                    }
                });
            }
        });
        // It begins with a host, whose name is no secret whatever it is called.
        std::size_t named = 0;
        for (const GroupStatus::Host &host : out.hosts) {
            const bool first = error.size() > host.name.size() && error.substr(0, host.name.size()) == host.name
                && error[host.name.size()] == ':';
            named = first ? host.name.size() + 1 : named;
        }
        out.error = std::string(error.substr(0, named)) + maskedText(error.substr(named));
        return out;
    });
}

Result<std::vector<HistoryEvent>> decodeHistory(std::string_view json)
{
    return read<std::vector<HistoryEvent>>(json, true, "the history of a job", [](Element root) {
        std::vector<HistoryEvent> out;
        eachMember(root, [&](Key key, Element value) {
            if (key != "events") {
                return;
            }
            eachItem(value, [&](Element item) {
                HistoryEvent event;
                eachMember(item, [&](Key inner, Element detail) {
                    if (inner == "host") {
                        event.host = name(detail);
                    } else if (inner == "timestamp") {
                        event.at = timeOf(detail);
                    } else if (inner == "status") {
                        eachMember(detail, [&](Key what, Element said) {
                            if (what == "goal") {
                                event.goal = word(said);
                            } else if (what == "state") {
                                event.state = word(said);
                            } else if (what == "throttled") {
                                event.throttled = word(said);
                            } else if (what == "containerError") {
                                event.error = errorText(said);
                            } else if (what == "containerId") {
                                event.containerId = name(said);
                            }
                        });
                    }
                });
                if (item.is_object()) {
                    out.push_back(std::move(event));
                }
            });
        });
        std::stable_sort(
            out.begin(), out.end(), [](const HistoryEvent &a, const HistoryEvent &b) { return a.at < b.at; });
        return out;
    });
}

std::string bounded(std::string_view text, std::size_t longest)
{
    std::string out = sanitized(text.substr(0, 4 * longest));
    if (out.size() > longest) {
        auto end = longest;
        while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0U) == 0x80) {
            --end; // not in the middle of a character
        }
        out.resize(end);
        out += "…";
    }
    return out;
}

std::string errorWords(std::string_view body)
{
    if (!body.empty() && body.front() == '<') {
        return "a page, not an answer of a master"; // a proxy's
    }
    if (!body.empty() && body.front() == '{' && body.size() < 64 * 1024) {
        simdjson::dom::parser parser;
        if (const Result<Element> root = json::parseJson(parser, body)) {
            std::string said;
            eachMember(*root, [&](Key key, Element value) {
                if (key == "message") {
                    said = textOf(value);
                }
            });
            return withoutStop(bounded(said));
        }
    }
    return withoutStop(bounded(body));
}

} // namespace sextant::helios
