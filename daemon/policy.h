#pragma once
/*
 * Who may do what. A peer is who the kernel says it is, never who it says it is.
 */
#include <stdbool.h>
#include <sys/types.h>

#include "base/base.h"
#include "base/class.h"
#include "base/fault.h"
#include "config/config.h"

struct peer {
    pid_t pid;
    uid_t uid;
    gid_t gid;
};

/* Who may administer may load, who may load may run. */
struct rights {
    bool run, load, admin;
    enum job_class ceiling; /* the most urgent class that may be asked for */
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

/*
 * The class of a job that asks for WANTED; _CLASS_MAX: for none, which is interactive, or batch for
 * whom that is the most. 0 and *RET, or E_DENIED with the setting that says so.
 */
int policy_class(const struct rights *rights, enum job_class wanted, enum job_class *ret,
                 struct fault *fault);
/* The same for a class by name; an empty one asks for none. E_BAD_PARAMS for one that is not. */
int policy_class_named(const struct rights *rights, const char *name, size_t size,
                       enum job_class *ret, struct fault *fault);
/* 0 for who may administer, else E_DENIED; WHAT begins the sentence: "reload". */
int policy_admin(const struct rights *rights, const char *what, struct fault *fault);
