#pragma once
/*
 * Quotas. What a client makes us hold is charged to its session, to its user and to the daemon at
 * once; the charge lies in the object that holds the thing, so freeing that object pays it back.
 * The loop's thread only.
 */
#include <stdint.h>
#include <sys/types.h>

#include "base/fault.h"
#include "base/list.h"
#include "config/config.h"

enum quota {
#define QUOTA(id, what, session, user, daemon) QUOTA_##id,
#include "daemon/quota.def"
    _QUOTA_MAX,
};

struct account {
    struct list link; /* a user's, in its quotas */
    struct account *parent;
    uint32_t refs; /* holders and charges */
    uid_t uid;
    const char *who;        /* "this connection", "this user", "the daemon" */
    const uint64_t *limits; /* 0: none */
    uint64_t used[_QUOTA_MAX];
};

struct quotas {
    struct list users;
    struct account daemon;
    uint64_t session_limits[_QUOTA_MAX], user_limits[_QUOTA_MAX], daemon_limits[_QUOTA_MAX];
};

/* A zeroed one charges nothing. */
struct charge {
    struct account *account;
    enum quota quota;
    uint64_t amount;
};

void quotas_init(struct quotas *quotas, const struct config *config);

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
