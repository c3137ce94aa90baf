#include "daemon/choose.h"

#include "base/error.h"
#include "daemon/models.h"
#include "daemon/server.h"
#include "daemon/session.h"

/* Another network is clearly sooner if it ends an eighth of the time earlier. */
#define HYSTERESIS 8

static bool same_tensors(const struct tensor_info *a, const struct tensor_info *b, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (a[i].size != b[i].size || a[i].dtype != b[i].dtype)
            return false;
    return true;
}

static int check_alike(const struct holding *first, const struct holding *other,
                       struct fault *fault)
{
    const struct network_info *a = network_info(first->ready->network);
    const struct network_info *b = network_info(other->ready->network);

    if (a->n_inputs == b->n_inputs && a->n_outputs == b->n_outputs &&
        same_tensors(a->inputs, b->inputs, a->n_inputs) &&
        same_tensors(a->outputs, b->outputs, a->n_outputs))
        return 0;
    return fail(fault, E_TENSOR_SIZE,
                "network %u has other inputs or outputs than network %u: any_of is for networks "
                "that can stand for each other",
                other->number, first->number);
}

static uint64_t end_ns(const struct session *session, const struct holding *holding,
                       const struct run_params *params, enum job_class class)
{
    enum device device = network_device(holding->ready->network, 0);

    return sched_wait_ns(&session->server->sched, device, class, params->deadline_ns) +
           ready_cost_ns(holding->ready);
}

/* The sooner of BEST, that was found so far (NULL: none), and OTHER. */
static struct holding *sooner(const struct session *session, const struct run_params *params,
                              enum job_class class, struct holding *best, struct holding *other,
                              uint32_t chosen)
{
    uint64_t best_ns, other_ns;

    if (!best)
        return other;
    best_ns = end_ns(session, best, params, class);
    other_ns = end_ns(session, other, params, class);
    best_ns -= best->number == chosen ? best_ns / HYSTERESIS : 0;
    other_ns -= other->number == chosen ? other_ns / HYSTERESIS : 0;
    return other_ns < best_ns ? other : best;
}

int choose_network(struct session *session, const struct run_params *params, enum job_class class,
                   struct holding **ret, struct fault *fault)
{
    struct holding *first = holdings_find(&session->holdings, params->network), *best = NULL;
    int lost = holdings_get(&session->holdings, params->network, &best, fault);

    if (!first || params->n_any_of == 0) {
        *ret = best;
        return lost;
    }
    for (uint32_t i = 0; i < params->n_any_of; i++) {
        struct holding *other = NULL;
        int r = holdings_get(&session->holdings, params->any_of[i].network, &other, fault);

        if (r == 0)
            r = check_alike(first, other, fault);
        if (r == 0)
            best = sooner(session, params, class, best, other, first->chosen);
        else if (r != E_DEVICE_LOST && r != E_QUARANTINED)
            return r;
    }
    if (!best)
        return lost;
    first->chosen = best->number;
    *ret = best;
    return 0;
}
