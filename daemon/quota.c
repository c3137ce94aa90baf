#include "daemon/quota.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/error.h"

static const char *const whats[] = {
#define QUOTA(id, what, session, user, daemon) [QUOTA_##id] = what,
#include "daemon/quota.def"
};

void quotas_init(struct quotas *quotas, const struct config *config)
{
    *quotas = (struct quotas){
        .session_limits =
            {
#define QUOTA(id, what, session, user, daemon) [QUOTA_##id] = session,
#include "daemon/quota.def"
            },
        .user_limits =
            {
#define QUOTA(id, what, session, user, daemon) [QUOTA_##id] = user,
#include "daemon/quota.def"
            },
        .daemon_limits =
            {
#define QUOTA(id, what, session, user, daemon) [QUOTA_##id] = daemon,
#include "daemon/quota.def"
            },
    };
    list_init(&quotas->users);
    list_init(&quotas->daemon.link);
    quotas->daemon.refs = 1; /* never goes */
    quotas->daemon.who = "the daemon";
    quotas->daemon.limits = quotas->daemon_limits;
}

static struct account *account_new(struct account *parent, uid_t uid, const char *who,
                                   const uint64_t *limits)
{
    struct account *account = calloc(1, sizeof(*account));

    if (!account)
        return NULL;
    list_init(&account->link);
    account->parent = account_ref(parent);
    account->refs = 1;
    account->uid = uid;
    account->who = who;
    account->limits = limits;
    return account;
}

/* The user's account, with a reference for the caller. */
static struct account *user_account(struct quotas *quotas, uid_t uid)
{
    struct account *user;

    list_foreach (it, &quotas->users) {
        user = list_entry(it, struct account, link);
        if (user->uid == uid)
            return account_ref(user);
    }
    user = account_new(&quotas->daemon, uid, "this user", quotas->user_limits);
    if (user)
        list_append(&quotas->users, &user->link);
    return user;
}

int quotas_account(struct quotas *quotas, uid_t uid, struct account **ret)
{
    struct account *user = user_account(quotas, uid);
    struct account *session =
        user ? account_new(user, uid, "this connection", quotas->session_limits) : NULL;

    account_unref(user);
    if (!session)
        return -ENOMEM;
    *ret = session;
    return 0;
}

struct account *account_ref(struct account *account)
{
    account->refs++;
    return account;
}

void account_unref(struct account *account)
{
    while (account && --account->refs == 0) {
        struct account *parent = account->parent;

        list_remove(&account->link);
        free(account);
        account = parent;
    }
}

static int check(const struct account *account, enum quota quota, uint64_t amount,
                 struct fault *fault)
{
    for (; account; account = account->parent) {
        uint64_t limit = account->limits[quota], used = account->used[quota];

        if (limit && (amount > limit || used > limit - amount))
            return fail(fault, E_QUOTA,
                        "%s has used %" PRIu64 " of its %" PRIu64 " %s, %" PRIu64
                        " more are too many: let go of some, or raise [quota] in snped.conf",
                        account->who, used, limit, whats[quota], amount);
    }
    return 0;
}

static void add(struct account *account, enum quota quota, uint64_t amount)
{
    for (; account; account = account->parent)
        account->used[quota] += amount;
}

int charge_take(struct account *account, enum quota quota, uint64_t amount, struct charge *ret,
                struct fault *fault)
{
    int r = check(account, quota, amount, fault);

    if (r < 0)
        return r;
    add(account, quota, amount);
    *ret = (struct charge){account ? account_ref(account) : NULL, quota, amount};
    return 0;
}

void charge_return(struct charge *charge)
{
    add(charge->account, charge->quota, -charge->amount);
    account_unref(charge->account);
    *charge = (struct charge){.account = NULL};
}

uint64_t account_room(const struct account *account, enum quota quota)
{
    uint64_t room = UINT64_MAX;

    for (; account; account = account->parent) {
        uint64_t limit = account->limits[quota], used = account->used[quota];

        if (limit && (used >= limit || limit - used < room))
            room = used >= limit ? 0 : limit - used;
    }
    return room;
}
