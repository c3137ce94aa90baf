#pragma once
/*
 * Quotas. What a client makes us hold is charged to its session, to its user and to the daemon at
 * once; the charge lies in the object that holds the thing, so freeing that object pays it back.
 *
 * Device time is another matter: it is used up and not given back. A user who takes more than its
 * share of a device, over about a second, has the class of its next jobs lowered to batch, which
 * blocks nobody and leaves it all that others do not want. A user who ran something keeps its
 * account when it goes, so that coming back is no way around the share. The loop's thread only.
 */
#include <stdint.h>
#include <sys/types.h>

#include "base/class.h"
#include "base/fault.h"
#include "base/list.h"
#include "base/runtime.h"
#include "config/config.h"
#include "sched/queue.h"

enum quota {
#define QUOTA(id, what, session, user, daemon) QUOTA_##id,
#include "daemon/quota.def"
    _QUOTA_MAX,
};

/* What is left of a user's share of a device's time: a bucket that fills by the share and holds a
 * second of it, and owes as much at most. */
struct share {
    int64_t left; /* in hundredths of a nanosecond, so that a percent of one is a whole number */
    uint64_t filled_ns; /* when it was filled last; 0: never */
};

struct account {
    struct list link; /* a user's, in its quotas */
    const struct quotas *quotas;
    struct account *parent;
    uint32_t refs; /* holders and charges */
    uid_t uid;
    const char *who;        /* "this connection", "this user", "the daemon" */
    const uint64_t *limits; /* 0: none */
    uint64_t used[_QUOTA_MAX];
    /* Of a user, over all that it ran since the daemon began; see account_user. */
    struct share shares[_DEVICE_MAX];
    uint64_t device_ns[_DEVICE_MAX];
    uint64_t n_ran, n_demoted;               /* jobs */
    struct queue_client queues[_DEVICE_MAX]; /* a session's: its place at each device */
};

struct quotas {
    struct list users;
    struct account daemon;
    uint64_t session_limits[_QUOTA_MAX], user_limits[_QUOTA_MAX], daemon_limits[_QUOTA_MAX];
    uint64_t device_share; /* percent of a device's time that a user gets; 100: no limit */
};

/* A zeroed one charges nothing. */
struct charge {
    struct account *account;
    enum quota quota;
    uint64_t amount;
};

void quotas_init(struct quotas *quotas, const struct config *config);
/* Other limits, for what is charged from now on. */
void quotas_set(struct quotas *quotas, const struct config *config);
void quotas_done(struct quotas *quotas); /* when no session is left */

/* An account for a session of UID. 0 and *RET, or -ENOMEM. Undone by account_unref. */
int quotas_account(struct quotas *quotas, uid_t uid, struct account **ret);
struct account *account_ref(struct account *account);
void account_unref(struct account *account); /* NULL is fine */

/*
 * 0 and *RET, or E_QUOTA with a sentence that says whose share, how much of it is used and how much
 * was asked for. ACCOUNT may be NULL: nothing is charged.
 */
int charge_take(struct account *account, enum quota quota, uint64_t amount, struct charge *ret,
                struct fault *fault);
void charge_return(struct charge *charge); /* CHARGE is then zero */
/* How much more could be charged now. */
uint64_t account_room(const struct account *account, enum quota quota);

/*
 * The class of the next job on DEVICE that asks for CLASS: batch, and counted, while the account's
 * user is over its share of that device. ACCOUNT may be NULL: nobody's.
 */
enum job_class quota_class(struct account *account, enum job_class class, enum device device,
                           uint64_t now_ns);
/* A job of ACCOUNT took RUN_NS of DEVICE. NULL is fine. */
void account_ran(struct account *account, enum device device, uint64_t run_ns, uint64_t now_ns);
/* The user's part of a session's account: device_ns, n_ran, n_demoted. */
const struct account *account_user(const struct account *account);
