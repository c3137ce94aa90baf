#include "daemon/policy.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/error.h"
#include "base/log.h"
#include "base/str.h"

#define IDS_MAX    (VALUE_WORDS_MAX + 2)
#define GROUPS_MAX 1024 /* of one peer; beyond, only its first group counts */

struct ids {
    uint32_t ids[IDS_MAX];
    uint32_t n;
};

/* What [policy] says of somebody: NAME_users and NAME_groups are the settings. */
#define LISTS(X) X(RUN, run) X(LOAD, load) X(ADMIN, admin) X(REALTIME, realtime) X(BATCH, batch)

enum list {
#define LIST_ID(id, name) LIST_##id,
    LISTS(LIST_ID)
#undef LIST_ID
        _LIST_MAX,
};

struct policy {
    struct ids users[_LIST_MAX], groups[_LIST_MAX];
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

static int resolve_all(const struct config *config, struct policy *policy)
{
    const struct {
        const struct words *users, *groups;
    } words[] = {
#define LIST_WORDS(id, name) {&config->policy_##name##_users, &config->policy_##name##_groups},
        LISTS(LIST_WORDS)
#undef LIST_WORDS
    };
    int r = 0;

    for (int i = 0; r == 0 && i < _LIST_MAX; i++) {
        r = resolve(words[i].users, "/etc/passwd", &policy->users[i]);
        if (r == 0)
            r = resolve(words[i].groups, "/etc/group", &policy->groups[i]);
    }
    return r;
}

int policy_new(const struct config *config, struct policy **ret)
{
    _cleanup_(policy_freep) struct policy *policy = calloc(1, sizeof(*policy));
    const struct ids always = {{0, getuid()}, 2};
    int r;

    if (!policy)
        return -ENOMEM;
    for (int i = 0; i < _LIST_MAX; i++)
        if (i != LIST_BATCH) /* nobody is held down unasked */
            policy->users[i] = always;
    r = resolve_all(config, policy);
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

/* Who asks, by all that the kernel says. */
struct asker {
    struct ucred cred;
    gid_t groups[GROUPS_MAX];
    size_t n_groups;
};

static bool is_on(const struct policy *policy, enum list list, const struct asker *asker)
{
    if (has(&policy->users[list], asker->cred.uid) || has(&policy->groups[list], asker->cred.gid))
        return true;
    for (size_t i = 0; i < asker->n_groups; i++)
        if (has(&policy->groups[list], asker->groups[i]))
            return true;
    return false;
}

static enum job_class ceiling(const struct policy *policy, const struct asker *asker)
{
    if (is_on(policy, LIST_BATCH, asker))
        return CLASS_BATCH;
    return is_on(policy, LIST_REALTIME, asker) ? CLASS_REALTIME : CLASS_INTERACTIVE;
}

int policy_peer(const struct policy *policy, int fd, struct peer *ret_peer,
                struct rights *ret_rights)
{
    struct asker asker;
    socklen_t size = sizeof(asker.cred), groups_size = sizeof(asker.groups);
    struct rights rights;

    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &asker.cred, &size) < 0)
        return -errno;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, asker.groups, &groups_size) < 0)
        groups_size = 0;
    asker.n_groups = groups_size / sizeof(asker.groups[0]);
    rights.admin = is_on(policy, LIST_ADMIN, &asker);
    rights.load = rights.admin || is_on(policy, LIST_LOAD, &asker);
    rights.run = rights.load || is_on(policy, LIST_RUN, &asker);
    rights.ceiling = ceiling(policy, &asker);
    *ret_peer = (struct peer){asker.cred.pid, asker.cred.uid, asker.cred.gid};
    *ret_rights = rights;
    return 0;
}

int policy_class(const struct rights *rights, enum job_class wanted, enum job_class *ret,
                 struct fault *fault)
{
    if (wanted == _CLASS_MAX)
        wanted = rights->ceiling > CLASS_INTERACTIVE ? rights->ceiling : CLASS_INTERACTIVE;
    if (wanted >= rights->ceiling) {
        *ret = wanted;
        return 0;
    }
    if (rights->ceiling == CLASS_BATCH)
        return fail(fault, E_DENIED,
                    "class %s is more than this user may ask for, which is %s: see [policy] "
                    "batch_users and batch_groups in snped.conf",
                    class_name(wanted), class_name(rights->ceiling));
    return fail(fault, E_DENIED,
                "class %s is more than this user may ask for, which is %s: see [policy] "
                "realtime_users and realtime_groups in snped.conf",
                class_name(wanted), class_name(rights->ceiling));
}

int policy_class_named(const struct rights *rights, const char *name, size_t size,
                       enum job_class *ret, struct fault *fault)
{
    enum job_class wanted = class_find(name, size);

    if (size > 0 && wanted == _CLASS_MAX)
        return fail(fault, E_BAD_PARAMS,
                    "class \"%.*s\" is none: it can be realtime, interactive or batch",
                    (int)(size < 40 ? size : 40), name);
    return policy_class(rights, wanted, ret, fault);
}

int policy_admin(const struct rights *rights, const char *what, struct fault *fault)
{
    if (rights->admin)
        return 0;
    return fail(fault, E_DENIED,
                "%s is for administrators: see [policy] admin_users and admin_groups in snped.conf",
                what);
}
