#include "daemon/policy.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "base/str.h"

#define IDS_MAX    (VALUE_WORDS_MAX + 2)
#define GROUPS_MAX 1024 /* of one peer; beyond, only its first group counts */

struct ids {
    uint32_t ids[IDS_MAX];
    uint32_t n;
};

struct policy {
    struct ids run_users, run_groups, load_users, load_groups;
};

static bool find_user(const char *name, uint32_t *ret)
{
    const struct passwd *entry = getpwnam(name);

    if (entry)
        *ret = entry->pw_uid;
    return entry != NULL;
}

static bool find_group(const char *name, uint32_t *ret)
{
    const struct group *entry = getgrnam(name);

    if (entry)
        *ret = entry->gr_gid;
    return entry != NULL;
}

static void resolve(const struct words *words, bool (*find)(const char *, uint32_t *),
                    struct ids *ids)
{
    for (uint32_t i = 0; i < words->n; i++) {
        const char *word = words->words[i];
        uint64_t number;

        if (str_u64(word, 0, UINT32_MAX - 1, &number) == 0)
            ids->ids[ids->n++] = (uint32_t)number;
        else if (find(word, &ids->ids[ids->n]))
            ids->n++;
        else
            log_info("policy", "there is no user or group %s on this machine", word);
    }
}

int policy_new(const struct config *config, struct policy **ret)
{
    struct policy *policy = calloc(1, sizeof(*policy));
    const struct ids always = {{0, getuid()}, 2};

    if (!policy)
        return -ENOMEM;
    policy->run_users = policy->load_users = always;
    resolve(&config->policy_run_users, find_user, &policy->run_users);
    resolve(&config->policy_load_users, find_user, &policy->load_users);
    resolve(&config->policy_run_groups, find_group, &policy->run_groups);
    resolve(&config->policy_load_groups, find_group, &policy->load_groups);
    *ret = policy;
    return 0;
}

void policy_free(struct policy *policy)
{
    free(policy);
}

static bool has(const struct ids *ids, uint32_t id)
{
    for (uint32_t i = 0; i < ids->n; i++)
        if (ids->ids[i] == id)
            return true;
    return false;
}

static bool has_any(const struct ids *ids, const gid_t *groups, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (has(ids, groups[i]))
            return true;
    return false;
}

int policy_peer(const struct policy *policy, int fd, struct peer *ret_peer,
                struct rights *ret_rights)
{
    gid_t groups[GROUPS_MAX];
    struct ucred cred;
    socklen_t size = sizeof(cred), groups_size = sizeof(groups);
    struct rights rights;

    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &size) < 0)
        return -errno;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &groups_size) < 0)
        groups_size = 0;
    rights.load = has(&policy->load_users, cred.uid) || has(&policy->load_groups, cred.gid) ||
                  has_any(&policy->load_groups, groups, groups_size / sizeof(groups[0]));
    rights.run = rights.load || has(&policy->run_users, cred.uid) ||
                 has(&policy->run_groups, cred.gid) ||
                 has_any(&policy->run_groups, groups, groups_size / sizeof(groups[0]));
    *ret_peer = (struct peer){cred.pid, cred.uid, cred.gid};
    *ret_rights = rights;
    return 0;
}
