#include "daemon/models.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "daemon/events.h"
#include "daemon/job.h"

/* Of running times, what a job is expected to take: later ones would make a device look fuller than
 * it is, earlier ones promise what is not kept. */
#define COST_QUANTILE 0.95

void models_init(struct models *models, const struct models *parts)
{
    *models = *parts;
    list_init(&models->generations);
    list_init(&models->networks);
}

struct generation *models_find(const struct models *models, const char *name, size_t size)
{
    if (size > 4 && memcmp(name + size - 4, ".dlc", 4) == 0) /* of a file; a model has none */
        size -= 4;
    list_foreach (it, &models->generations) {
        struct generation *generation = list_entry(it, struct generation, link);

        if (generation->state != GENERATION_OLD && strlen(generation->name) == size &&
            memcmp(generation->name, name, size) == 0)
            return generation;
    }
    return NULL;
}

struct ready *models_find_network(const struct models *models, const char *key)
{
    list_foreach (it, &models->networks) {
        struct ready *ready = list_entry(it, struct ready, link);

        if (strcmp(ready->key, key) == 0)
            return ready;
    }
    return NULL;
}

static bool same_digest(const struct digest *a, const struct digest *b)
{
    return memcmp(a->bytes, b->bytes, DIGEST_SIZE) == 0;
}

struct model *models_find_digest(const struct models *models, const struct digest *digest)
{
    list_foreach (it, &models->generations) {
        struct generation *generation = list_entry(it, struct generation, link);

        if (generation->model && same_digest(&generation->digest, digest))
            return generation->model;
    }
    list_foreach (it, &models->networks) {
        struct ready *ready = list_entry(it, struct ready, link);

        if (same_digest(&ready->digest, digest))
            return network_model(ready->network);
    }
    return NULL;
}

int models_room(const struct models *models, struct fault *fault)
{
    if (models->n_names < models->names_most)
        return 0;
    return fail(fault, E_QUOTA,
                "%" PRIu64 " names of models are in use, the most there may be: unload one, or "
                "raise [quota] models in snped.conf",
                models->names_most);
}

struct generation *generation_new(const char *name)
{
    struct generation *generation = calloc(1, sizeof(*generation));

    if (generation)
        generation->name = strdup(name);
    if (!generation || !generation->name) {
        free(generation);
        return NULL;
    }
    list_init(&generation->link);
    return generation;
}

void generation_free(struct generation *generation)
{
    if (!generation)
        return;
    model_unref(generation->model);
    free(generation->name);
    free(generation);
}

static void generation_trash(struct loader_task *task)
{
    generation_free(container_of(task, struct generation, trash));
    mem_give_back(); /* what a model held belongs to whoever needs memory now */
}

void models_settle(struct models *models, struct generation *generation)
{
    if (generation->holders)
        return;
    if (generation->keep) {
        if (models->on_rest)
            models->on_rest(models, generation);
        return;
    }
    if (generation->state != GENERATION_OLD) {
        models->n_names--;
        events_post_model_unloaded(models->events, generation->name, generation->number);
    }
    list_remove(&generation->link);
    generation->trash.run = generation_trash;
    loader_post(models->loader, &generation->trash); /* gigabytes take a while to unmap */
}

/* GENERATION has no name from now on. */
static void retire(struct models *models, struct generation *generation)
{
    generation->state = GENERATION_OLD;
    generation->keep = false;
    ready_release(take_ptr(generation->kept));
    models->n_names--;
    models_settle(models, generation);
}

void models_rest(struct generation *generation)
{
    generation->state = GENERATION_IDLE;
    model_unref(take_ptr(generation->model)); /* not the last: the network's goes after it */
    ready_release(take_ptr(generation->kept));
}

void models_unload(struct models *models, struct generation *generation)
{
    events_post_model_unloaded(models->events, generation->name, generation->number);
    retire(models, generation);
}

static void put_name(struct models *models, struct generation *generation)
{
    struct generation *before = models_find(models, generation->name, strlen(generation->name));

    generation->number = before ? before->number + 1 : 1;
    if (before)
        retire(models, before);
    list_append(&models->generations, &generation->link);
    models->n_names++;
}

/* Were GENERATION's bytes those? */
static bool is_of(const struct generation *generation, const struct digest *digest)
{
    return (generation->state == GENERATION_READY || generation->state == GENERATION_IDLE) &&
           same_digest(&generation->digest, digest);
}

uint64_t models_next_number(const struct models *models, const char *name,
                            const struct digest *digest)
{
    const struct generation *current = models_find(models, name, strlen(name));

    if (!current)
        return 1;
    return is_of(current, digest) ? current->number : current->number + 1;
}

static void keep(struct generation *generation, const struct publication *what)
{
    bool kept_before = generation->keep;

    generation->keep_to_first = generation->keep_to_first && what->keep_to_first;
    generation->keep = true;
    if (what->listed || !kept_before) {
        generation->keep_to_first = what->keep_to_first;
        generation->pin = what->pin;
        generation->perf = what->perf;
        generation->ttl_ms = what->ttl_ms;
    } else if (what->ttl_ms) {
        generation->ttl_ms = what->ttl_ms;
    }
    ready_hold(what->ready);
    ready_release(generation->kept);
    generation->kept = what->ready;
}

struct generation *models_publish(struct models *models, struct generation *take_spare,
                                  const struct publication *what)
{
    struct generation *current = models_find(models, take_spare->name, strlen(take_spare->name));
    bool was_kept = current && current->keep;

    if (current && is_of(current, &what->ready->digest)) {
        generation_free(take_spare);
    } else {
        put_name(models, take_spare);
        current = take_spare;
    }
    if (!current->model) {
        current->state = GENERATION_READY;
        current->model = model_ref(network_model(what->ready->network));
        current->digest = what->ready->digest;
        digest_text(&current->digest, current->digest_text);
        current->model_bytes = what->ready->model_bytes;
    }
    /* A name that stays keeps staying when its bytes change. */
    if (what->keep || (was_kept && (!current->keep || !current->kept)))
        keep(current, what);
    current->used_ns = clock_now_ns(models->clock);
    if (what->listed)
        current->failure = (struct fault){""};
    return current;
}

void models_fail(struct models *models, struct generation *take_spare, const struct fault *fault)
{
    put_name(models, take_spare);
    take_spare->state = GENERATION_FAILED;
    take_spare->keep = true; /* until a load of that name succeeds, or it is unloaded */
    take_spare->failure = *fault;
}

static void ready_free(struct ready *ready)
{
    struct list *link;

    while ((link = list_pop(&ready->free_jobs)))
        free(list_entry(link, struct job, link));
    network_unref(ready->network);
    free(ready->key);
    free(ready);
}

static void ready_trash(struct loader_task *task)
{
    ready_free(container_of(task, struct ready, trash));
    mem_give_back();
}

/* The tail of a reply that carries all outputs. */
static size_t inline_size(const struct network_info *info)
{
    size_t size = 0;

    for (uint32_t i = 0; i < info->n_outputs; i++)
        size += mem_round(info->outputs[i].size);
    return size;
}

static size_t bytes_of(const struct network_info *info)
{
    return info->plan_bytes + info->n_slots * info->slot_bytes;
}

int models_add_network(struct models *models, struct network *take_network, const char *key,
                       size_t model_bytes, struct ready **ret)
{
    struct ready *ready = calloc(1, sizeof(*ready));
    const struct network_info *info = network_info(take_network);

    if (ready)
        ready->key = strdup(key);
    if (!ready || !ready->key) {
        free(ready);
        return -ENOMEM;
    }
    ready->models = models;
    ready->network = take_network;
    ready->digest = *model_digest(network_model(take_network));
    digest_text(&ready->digest, ready->digest_text);
    ready->holds = 1;
    list_init(&ready->free_jobs);
    ready->model_bytes = model_bytes;
    ready->bytes = bytes_of(info);
    list_init(&ready->remake.link);
    ready->inline_size = inline_size(info);
    estimate_init(&ready->cost, COST_QUANTILE);
    list_append(&models->networks, &ready->link);
    *ret = ready;
    return 0;
}

struct ready *ready_hold(struct ready *ready)
{
    ready->holds++;
    return ready;
}

void ready_release(struct ready *ready)
{
    if (!ready || --ready->holds)
        return;
    list_remove(&ready->link);
    ready->trash.run = ready_trash;
    loader_post(ready->models->loader, &ready->trash);
}

void ready_learn(struct ready *ready, uint64_t ns)
{
    if (ready->cost.n == 1 && !ready->warm) { /* the first stands for itself alone: it was cold */
        estimate_init(&ready->cost, COST_QUANTILE);
        ready->warm = true;
    }
    estimate_add(&ready->cost, ns);
    if (ns > atomic_load_explicit(&ready->most_ns, memory_order_relaxed))
        atomic_store_explicit(&ready->most_ns, ns, memory_order_relaxed);
    atomic_store_explicit(&ready->cost_ns, estimate_get(&ready->cost), memory_order_relaxed);
}

uint64_t ready_cost_ns(const struct ready *ready)
{
    return atomic_load_explicit(&ready->cost_ns, memory_order_relaxed);
}

void ready_swap(struct ready *ready)
{
    struct network *before = ready->network;

    ready->network = ready->remake.network;
    ready->remake.network = before;
    ready->bytes = bytes_of(network_info(ready->network));
    ready->out = 0;
    estimate_init(&ready->cost, COST_QUANTILE); /* it may be another runtime */
    ready->warm = false;
    atomic_store_explicit(&ready->cost_ns, 0, memory_order_relaxed);
}

void models_done(struct models *models)
{
    list_foreach (it, &models->generations) {
        struct generation *generation = list_entry(it, struct generation, link);

        if (generation->state != GENERATION_OLD)
            retire(models, generation);
    }
}

uint32_t models_count(const struct models *models, enum generation_state state)
{
    uint32_t n = 0;

    list_foreach (it, &models->generations)
        n += list_entry(it, struct generation, link)->state == state;
    return n;
}

/* Is READY's model counted already, by a generation or an earlier network? */
static bool counted(const struct models *models, const struct ready *ready)
{
    list_foreach (it, &models->generations) {
        const struct generation *generation = list_entry(it, struct generation, link);

        if (generation->model && same_digest(&generation->digest, &ready->digest))
            return true;
    }
    list_foreach (it, &models->networks) {
        const struct ready *other = list_entry(it, struct ready, link);

        if (other == ready)
            break;
        if (same_digest(&other->digest, &ready->digest))
            return true;
    }
    return false;
}

static bool repeated(const struct models *models, const struct generation *generation)
{
    list_foreach (it, &models->generations) {
        const struct generation *other = list_entry(it, struct generation, link);

        if (other == generation)
            return false;
        if (other->model && same_digest(&other->digest, &generation->digest))
            return true;
    }
    return false;
}

uint64_t models_memory(const struct models *models)
{
    uint64_t bytes = 0;

    list_foreach (it, &models->generations) {
        const struct generation *generation = list_entry(it, struct generation, link);

        if (generation->model && !repeated(models, generation))
            bytes += generation->model_bytes;
    }
    list_foreach (it, &models->networks) {
        const struct ready *ready = list_entry(it, struct ready, link);

        bytes += ready->bytes + (counted(models, ready) ? 0 : ready->model_bytes);
    }
    return bytes;
}
