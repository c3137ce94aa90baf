#include "daemon/policy.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

/* The number behind "NAME:x:" in LINE, if that is how it begins. */
static bool parse_entry(const char *line, const char *name, uint32_t *ret)
{
    size_t size = strlen(name);
    const char *at = line + size, *end;
    char text[16];
    uint64_t number;

    if (strncmp(line, name, size) != 0 || *at != ':')
        return false;
    at = strchr(at + 1, ':');
    end = at ? strchr(at + 1, ':') : NULL;
    if (!end || (size_t)(end - at) > sizeof(text))
        return false;
    memcpy(text, at + 1, (size_t)(end - at - 1));
    text[end - at - 1] = 0;
    if (str_u64(text, 0, UINT32_MAX - 1, &number) < 0)
        return false;
    *ret = (uint32_t)number;
    return true;
}

/*
 * Name to number as PATH (passwd or group) has it. Not by getpwnam and getgrnam: these load
 * modules into the process and end it when memory runs out. 1: found, 0: not, or -errno.
 */
static int find_id(const char *path, const char *name, uint32_t *ret)
{
    FILE *file = fopen(path, "re");
    bool at_begin = true, found = false;
    char line[512];

    if (!file)
        return errno == ENOENT ? 0 : -errno;
    while (!found && fgets(line, sizeof(line), file)) {
        found = at_begin && parse_entry(line, name, ret);
        at_begin = strchr(line, '\n') != NULL; /* a group of many members takes several */
    }
    fclose(file);
    return found;
}

static int resolve(const struct words *words, const char *path, struct ids *ids)
{
    for (uint32_t i = 0; i < words->n; i++) {
        const char *word = words->words[i];
        uint64_t number;
        int r;

        if (str_u64(word, 0, UINT32_MAX - 1, &number) == 0) {
            ids->ids[ids->n++] = (uint32_t)number;
            continue;
        }
        r = find_id(path, word, &ids->ids[ids->n]);
        if (r < 0)
            return r;
        if (r == 0)
            log_info("policy", "%s names no %s: nobody is let in by that word", path, word);
        ids->n += (uint32_t)r;
    }
    return 0;
}

int policy_new(const struct config *config, struct policy **ret)
{
    static const char passwd[] = "/etc/passwd", group[] = "/etc/group";
    _cleanup_(policy_freep) struct policy *policy = calloc(1, sizeof(*policy));
    const struct ids always = {{0, getuid()}, 2};
    int r;

    if (!policy)
        return -ENOMEM;
    policy->run_users = policy->load_users = always;
    r = resolve(&config->policy_run_users, passwd, &policy->run_users);
    if (r == 0)
        r = resolve(&config->policy_load_users, passwd, &policy->load_users);
    if (r == 0)
        r = resolve(&config->policy_run_groups, group, &policy->run_groups);
    if (r == 0)
        r = resolve(&config->policy_load_groups, group, &policy->load_groups);
    if (r < 0)
        return r;
    *ret = take_ptr(policy);
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
