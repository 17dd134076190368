// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/migration/matching.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <unordered_map>

namespace sextant::migration {

namespace {

constexpr std::size_t kMostLetters = 64; ///< of a name that are compared
constexpr std::size_t kMostOfAWord = 48; ///< a word that more workloads have tells nothing
constexpr std::size_t kMostCompared = 96; ///< partners looked at for one name
constexpr std::size_t kMostGuesses = 3;
constexpr double kLeast = 0.45;

std::vector<std::string_view> wordsOf(std::string_view name)
{
    std::vector<std::string_view> out;
    while (!name.empty()) {
        const auto end = std::min(name.find_first_of("-_./:"), name.size());
        if (end > 0 && out.size() < 12) {
            out.push_back(name.substr(0, end));
        }
        name.remove_prefix(std::min(end + 1, name.size()));
    }
    return out;
}

std::size_t edits(std::string_view a, std::string_view b)
{
    std::array<std::uint16_t, kMostLetters + 1> row{};
    std::iota(row.begin(), row.end(), std::uint16_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::uint16_t corner = row[0];
        row[0] = static_cast<std::uint16_t>(i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::uint16_t above = row[j];
            const auto changed = static_cast<std::uint16_t>(corner + (a[i - 1] == b[j - 1] ? 0 : 1));
            row[j] =
                std::min({static_cast<std::uint16_t>(row[j] + 1), static_cast<std::uint16_t>(row[j - 1] + 1), changed});
            corner = above;
        }
    }
    return row[b.size()];
}

/// "registry:5000/team/playlist:1.2@sha256:..." → "playlist".
std::string_view repositoryOf(std::string_view image)
{
    image = image.substr(0, image.find('@'));
    if (const auto slash = image.rfind('/'); slash != std::string_view::npos) {
        image.remove_prefix(slash + 1);
    }
    return image.substr(0, image.find(':'));
}

template <class Use> void eachImage(const WorkloadView &workload, Use use)
{
    std::string_view rest = workload.images();
    while (!rest.empty()) {
        const auto comma = std::min(rest.find(','), rest.size());
        if (const auto repository = repositoryOf(rest.substr(0, comma)); !repository.empty()) {
            use(repository);
        }
        rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
}

class Guessing {
public:
    Guessing(const Picture &picture, std::vector<Unmatched> &helios, std::vector<Unmatched> &kubernetes)
        : m_picture(picture)
        , m_helios(helios)
        , m_kubernetes(kubernetes)
    {
        for (std::uint32_t i = 0; i < kubernetes.size(); ++i) {
            for (const auto word : wordsOf(kubernetes[i].name)) {
                m_byWord[word].push_back(i);
            }
            if (const auto workload = picture.snapshot().find(kubernetes[i].workload)) {
                eachImage(*workload, [&](std::string_view repository) { m_byImage[repository].push_back(i); });
            }
        }
    }

    void run()
    {
        std::vector<int> score(m_kubernetes.size(), 0);
        for (Unmatched &one : m_helios) {
            const auto job = m_picture.snapshot().find(one.workload);
            std::vector<std::uint32_t> candidates;
            const auto add = [&](const auto &index, std::string_view key, int weight) {
                const auto found = index.find(key);
                if (found == index.end() || found->second.size() > kMostOfAWord) {
                    return;
                }
                for (const auto i : found->second) {
                    if (score[i] == 0) {
                        candidates.push_back(i);
                    }
                    score[i] += weight;
                }
            };
            for (const auto word : wordsOf(one.name)) {
                add(m_byWord, word, 1);
            }
            if (job) {
                eachImage(*job, [&](std::string_view repository) {
                    add(m_byImage, repository, 4);
                    for (const auto word : wordsOf(repository)) {
                        add(m_byWord, word, 1);
                    }
                });
                for (const std::string_view registration : job->registrations()) {
                    for (const auto word : wordsOf(registration.substr(0, registration.rfind('/')))) {
                        add(m_byWord, word, 1);
                    }
                }
            }
            if (candidates.size() > kMostCompared) {
                std::nth_element(candidates.begin(), candidates.begin() + kMostCompared, candidates.end(),
                    [&](auto a, auto b) { return score[a] != score[b] ? score[a] > score[b] : a < b; });
            }
            for (std::size_t k = 0; k < candidates.size(); ++k) {
                if (k < kMostCompared) {
                    consider(one, job, m_kubernetes[candidates[k]]);
                }
                score[candidates[k]] = 0;
            }
        }
        for (auto *list : {&m_helios, &m_kubernetes}) {
            for (Unmatched &one : *list) {
                std::stable_sort(one.guesses.begin(), one.guesses.end(), [](const Guess &a, const Guess &b) {
                    return a.likeness != b.likeness ? a.likeness > b.likeness : a.name < b.name;
                });
                one.guesses.resize(std::min(one.guesses.size(), kMostGuesses));
            }
        }
    }

private:
    void consider(Unmatched &helios, const std::optional<WorkloadView> &job, Unmatched &kubernetes)
    {
        double likely = likeness(helios.name, kubernetes.name);
        if (job) {
            for (const std::string_view registration : job->registrations()) {
                likely =
                    std::max(likely, 0.95 * likeness(registration.substr(0, registration.rfind('/')), kubernetes.name));
            }
            if (const auto workload = m_picture.snapshot().find(kubernetes.workload)) {
                bool same = false;
                eachImage(*job, [&](std::string_view mine) {
                    eachImage(*workload, [&](std::string_view other) { same = same || mine == other; });
                });
                likely = same ? std::max(likely, 0.6 + 0.4 * likely) : likely;
            }
        }
        if (likely < kLeast) {
            return;
        }
        const std::string place = kubernetes.cluster + "/" + kubernetes.ns + "/" + kubernetes.name;
        const std::string rule = "- pair: {service: " + yamlText(helios.name) + ", helios: " + yamlText(helios.name)
            + ", kubernetes: " + yamlText(place) + "}";
        helios.guesses.push_back({place, kubernetes.workload, likely, rule});
        kubernetes.guesses.push_back({helios.name, helios.workload, likely, rule});
    }

    const Picture &m_picture;
    std::vector<Unmatched> &m_helios;
    std::vector<Unmatched> &m_kubernetes;
    std::unordered_map<std::string_view, std::vector<std::uint32_t>> m_byWord, m_byImage;
};

} // namespace

double likeness(std::string_view a, std::string_view b)
{
    if (a.empty() || b.empty()) {
        return 0;
    }
    if (a == b) {
        return 1;
    }
    const auto ofA = wordsOf(a), ofB = wordsOf(b);
    std::size_t common = 0;
    for (const auto word : ofA) {
        common += std::find(ofB.begin(), ofB.end(), word) != ofB.end() ? 1 : 0;
    }
    const std::size_t words = ofA.size() + ofB.size();
    const double byWords = words == 0 ? 0 : 2.0 * static_cast<double>(common) / static_cast<double>(words);
    const auto shortA = a.substr(0, kMostLetters), shortB = b.substr(0, kMostLetters);
    const auto longest = static_cast<double>(std::max(shortA.size(), shortB.size()));
    const double byLetters = 1 - static_cast<double>(edits(shortA, shortB)) / longest;
    return std::min(0.99, std::max(0.9 * byWords, 0.5 * byWords + 0.5 * byLetters));
}

std::vector<Unmatched> guessed(const Picture &picture, std::vector<Unmatched> helios, std::vector<Unmatched> unmatched)
{
    Guessing(picture, helios, unmatched).run();
    const auto best = [](const Unmatched &a, const Unmatched &b) {
        const double x = a.guesses.empty() ? 0 : a.guesses.front().likeness;
        const double y = b.guesses.empty() ? 0 : b.guesses.front().likeness;
        return x > y;
    };
    std::stable_sort(helios.begin(), helios.end(), best);
    std::stable_sort(unmatched.begin(), unmatched.end(), best);
    helios.insert(helios.end(), std::make_move_iterator(unmatched.begin()), std::make_move_iterator(unmatched.end()));
    return helios;
}

} // namespace sextant::migration
