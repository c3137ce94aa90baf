#pragma once
/*
 * Who may do what. A peer is who the kernel says it is, never who it says it is.
 */
#include <stdbool.h>
#include <sys/types.h>

#include "base/base.h"
#include "base/fault.h"
#include "config/config.h"

struct peer {
    pid_t pid;
    uid_t uid;
    gid_t gid;
};

struct rights {
    bool run, load;
};

struct policy;

/* Finds the users and groups that the settings name in /etc/passwd and /etc/group; one that is not
 * there is logged and skipped. 0 and *RET, or -errno. */
int policy_new(const struct config *config, struct policy **ret);
void policy_free(struct policy *policy); /* NULL is fine */
DEFINE_CLEANUP(struct policy *, policy_free);

/* The peer of a connected socket and what it may do, by user and by every group that it is in. */
int policy_peer(const struct policy *policy, int fd, struct peer *ret_peer,
                struct rights *ret_rights);
