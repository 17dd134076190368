// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/connections.h"

namespace sextant::net {

Connections::~Connections()
{
    for (auto &[key, pool] : m_pools) {
        curl_share_cleanup(pool.share);
    }
}

CURLSH *Connections::acquire(const std::string &key, bool http2)
{
    Pool &pool = m_pools[{key, http2}];
    if (pool.share == nullptr) {
        pool.share = curl_share_init();
        if (pool.share == nullptr) {
            m_pools.erase({key, http2});
            return nullptr;
        }
        curl_share_setopt(pool.share, CURLSHOPT_SHARE, CURL_LOCK_DATA_CONNECT);
        curl_share_setopt(pool.share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
    }
    ++pool.users;
    return pool.share;
}

void Connections::release(CURLSH *share, Clock::time_point now)
{
    for (auto &[key, pool] : m_pools) {
        if (pool.share == share) {
            --pool.users;
            pool.lastUse = now;
            return;
        }
    }
}

std::size_t Connections::closeUnused(Clock::time_point now)
{
    constexpr auto patience = std::chrono::minutes(2);
    std::size_t unused = 0;
    for (auto i = m_pools.begin(); i != m_pools.end();) {
        Pool &pool = i->second;
        if (pool.users == 0 && now - pool.lastUse >= patience) {
            curl_share_cleanup(pool.share);
            i = m_pools.erase(i);
            continue;
        }
        unused += pool.users == 0 ? 1 : 0;
        ++i;
    }
    return unused;
}

} // namespace sextant::net
