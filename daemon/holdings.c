#include "daemon/holdings.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "daemon/models.h"

void holdings_init(struct holdings *holdings)
{
    list_init(&holdings->list);
    holdings->last = 0;
}

struct holding *holdings_find(const struct holdings *holdings, uint32_t number)
{
    list_foreach (it, &holdings->list) {
        struct holding *holding = list_entry(it, struct holding, link);

        if (holding->number == number)
            return holding;
    }
    return NULL;
}

int holdings_get(const struct holdings *holdings, uint32_t number, struct holding **ret,
                 struct fault *fault)
{
    struct holding *holding = holdings_find(holdings, number);

    if (!holding)
        return fail(fault, E_NO_MODEL,
                    "network %u is none that this connection holds: load it first, or it was "
                    "unloaded",
                    number);
    if (holding->ready->out)
        return fail(fault, holding->ready->out, "%s", holding->ready->out_fault.text);
    *ret = holding;
    return 0;
}

struct holding *holdings_find_digest(const struct holdings *holdings, const struct digest *digest)
{
    list_foreach (it, &holdings->list) {
        struct holding *holding = list_entry(it, struct holding, link);

        if (memcmp(&holding->ready->digest, digest, sizeof(*digest)) == 0)
            return holding;
    }
    return NULL;
}

void holdings_add(struct holdings *holdings, struct holding *take_holding)
{
    take_holding->owner = holdings;
    take_holding->number = ++holdings->last;
    list_append(&holdings->list, &take_holding->link);
}

/* The model's memory stays charged while the session holds another network of it. */
static void pass_on(struct holding *holding)
{
    struct holding *other =
        holding->owner ? holdings_find_digest(holding->owner, &holding->ready->digest) : NULL;

    if (!other || !holding->model.amount)
        return;
    charge_return(&other->model);
    other->model = holding->model;
    holding->model = (struct charge){.account = NULL};
}

void holding_free(struct models *models, struct holding *holding)
{
    struct generation *generation = holding->generation;

    list_remove(&holding->link);
    pass_on(holding);
    if (generation) {
        generation->holders--;
        generation->used_ns = clock_now_ns(models->clock);
        if (generation->keep_to_first && !generation->holders) {
            generation->keep = generation->keep_to_first = false;
            ready_release(take_ptr(generation->kept));
        }
        models_settle(models, generation);
    }
    ready_release(holding->ready);
    charge_return(&holding->count);
    charge_return(&holding->bytes);
    charge_return(&holding->model);
    free(holding);
}

void holdings_drop_all(struct models *models, struct holdings *holdings)
{
    struct list *link;

    while ((link = list_pop(&holdings->list)))
        holding_free(models, list_entry(link, struct holding, link));
}
