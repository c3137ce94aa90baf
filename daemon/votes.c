#include "daemon/votes.h"

void votes_begin(struct votes *votes, enum perf_profile profile)
{
    votes->n_jobs[profile]++;
}

void votes_end(struct votes *votes, enum perf_profile profile, uint64_t now_ns, uint64_t due_ns)
{
    votes->n_jobs[profile]--;
    votes->ended_ns[profile] = now_ns;
    if (due_ns > votes->due_ns[profile])
        votes->due_ns[profile] = due_ns;
}

static uint64_t later(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* SUM votes for PROFILE until UNTIL_NS, if that is yet to come. */
static enum perf_profile add(enum perf_profile sum, enum perf_profile profile, uint64_t until_ns,
                             uint64_t now_ns, uint64_t *next)
{
    if (now_ns >= until_ns)
        return sum;
    if (*next == 0 || until_ns < *next)
        *next = until_ns;
    return perf_max(sum, profile);
}

enum perf_profile votes_sum(const struct votes *votes, const struct votes_rules *rules,
                            uint64_t now_ns, uint64_t *ret_next)
{
    enum perf_profile sum = PERF_POWER_SAVER;

    *ret_next = 0;
    for (int i = 0; i < _PERF_MAX; i++) {
        uint64_t idle_ns = votes->ended_ns[i] + rules->idle_ns;
        uint64_t hold_ns = i == PERF_BURST ? votes->ended_ns[i] + rules->hold_ns : idle_ns;

        if (votes->n_jobs[i])
            sum = perf_max(sum, i);
        else if (votes->ended_ns[i] && i != PERF_POWER_SAVER)
            sum = add(sum, i, later(hold_ns, votes->due_ns[i]), now_ns, ret_next);
        if (i == PERF_BURST && !votes->n_jobs[i] && votes->ended_ns[i])
            sum = add(sum, PERF_BALANCED, idle_ns, now_ns, ret_next);
    }
    return sum;
}
