#include "daemon/quota.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/error.h"

static const char *const whats[] = {
#define QUOTA(id, what, session, user, daemon) [QUOTA_##id] = what,
#include "daemon/quota.def"
};

void quotas_set(struct quotas *quotas, const struct config *config)
{
    const uint64_t limits[_QUOTA_MAX][3] = {
#define QUOTA(id, what, session, user, daemon) [QUOTA_##id] = {session, user, daemon},
#include "daemon/quota.def"
    };

    for (int i = 0; i < _QUOTA_MAX; i++) {
        quotas->session_limits[i] = limits[i][0];
        quotas->user_limits[i] = limits[i][1];
        quotas->daemon_limits[i] = limits[i][2];
    }
    quotas->device_share = config->quota_user_device_share;
}

void quotas_init(struct quotas *quotas, const struct config *config)
{
    *quotas = (struct quotas){.device_share = 100};
    quotas_set(quotas, config);
    list_init(&quotas->users);
    list_init(&quotas->daemon.link);
    quotas->daemon.refs = 1; /* never goes */
    quotas->daemon.quotas = quotas;
    quotas->daemon.who = "the daemon";
    quotas->daemon.limits = quotas->daemon_limits;
}

void quotas_done(struct quotas *quotas)
{
    struct list *link;

    while ((link = list_pop(&quotas->users)))
        free(list_entry(link, struct account, link));
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
    account->quotas = parent->quotas;
    account->uid = uid;
    account->who = who;
    account->limits = limits;
    for (int i = 0; i < _DEVICE_MAX; i++)
        queue_client_init(&account->queues[i]);
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

/* Only a user's account has run anything; then it stays, with nobody who holds it. */
void account_unref(struct account *account)
{
    while (account && --account->refs == 0 && !account->n_ran) {
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

#define WINDOW_NS 1000000000

/* The user's, which stands between a session's account and the daemon's. */
static struct account *find_user(const struct account *account)
{
    struct account *parent = account->parent;

    return parent && parent->parent ? parent : NULL;
}

const struct account *account_user(const struct account *account)
{
    return find_user(account);
}

/* A second's worth of the share is the most that a bucket holds or owes. */
static void add_time(struct share *share, int64_t amount, uint64_t percent)
{
    int64_t most = (int64_t)(WINDOW_NS * percent), left = share->left + amount;

    left = left > most ? most : left;
    share->left = left < -most ? -most : left;
}

/* What has come in since; a bucket that owes all it can is full after two seconds. */
static void fill(struct share *share, uint64_t percent, uint64_t now_ns)
{
    uint64_t since_ns = now_ns - share->filled_ns;

    if (!share->filled_ns || since_ns > 2 * (uint64_t)WINDOW_NS)
        since_ns = 2 * (uint64_t)WINDOW_NS;
    add_time(share, (int64_t)(since_ns * percent), percent);
    share->filled_ns = now_ns;
}

enum job_class quota_class(struct account *account, enum job_class class, enum device device,
                           uint64_t now_ns)
{
    struct account *user = account ? find_user(account) : NULL;
    uint64_t percent = user ? user->quotas->device_share : 100;

    if (percent >= 100 || class == CLASS_BATCH)
        return class;
    fill(&user->shares[device], percent, now_ns);
    if (user->shares[device].left >= 0)
        return class;
    user->n_demoted++;
    return CLASS_BATCH;
}

void account_ran(struct account *account, enum device device, uint64_t run_ns, uint64_t now_ns)
{
    struct account *user = account ? find_user(account) : NULL;
    uint64_t percent = user ? user->quotas->device_share : 100;

    if (!user)
        return;
    user->n_ran++;
    user->device_ns[device] += run_ns;
    if (percent >= 100)
        return;
    fill(&user->shares[device], percent, now_ns);
    if (run_ns > 2 * (uint64_t)WINDOW_NS) /* more than it can owe */
        run_ns = 2 * (uint64_t)WINDOW_NS;
    add_time(&user->shares[device], -(int64_t)(run_ns * 100), percent);
}
