/*
 * Job slots: the memory of one job at a time, and the bindings made of it. A slot belongs to one
 * job from slot_take to slot_release, and to one lane while it runs; so nothing here locks.
 */
#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "engine/inside.h"

static uint32_t n_spans(const struct slot *slot)
{
    return slot->network->info.n_inputs + slot->network->info.n_outputs;
}

int slot_init(struct slot *slot, struct network *network)
{
    slot->network = network;
    atomic_init(&slot->taken, false);
    for (uint32_t i = 0; i < SLOT_BINDINGS; i++) {
        slot->bindings[i].keys =
            arena_alloc(&network->arena, n_spans(slot) * sizeof(struct span_key));
        if (!slot->bindings[i].keys)
            return -ENOMEM;
    }
    slot->own = arena_alloc(&network->arena, n_spans(slot) * sizeof(struct span));
    return slot->own ? 0 : -ENOMEM;
}

void slot_unbind(struct slot *slot)
{
    const struct step *step = &slot->network->step;

    for (uint32_t i = 0; i < SLOT_BINDINGS; i++) {
        if (slot->bindings[i].binding)
            step->instance->ops->binding_free(slot->bindings[i].binding);
        slot->bindings[i].binding = NULL;
    }
}

void slot_done(struct slot *slot)
{
    slot_unbind(slot);
    mem_free(slot->memory);
}

bool slot_is_free(const struct network *network)
{
    for (uint32_t i = 0; i < network->n_slots; i++)
        if (!atomic_load_explicit(&network->slots[i].taken, memory_order_relaxed))
            return true;
    return false;
}

struct slot *slot_take(struct network *network)
{
    for (uint32_t i = 0; i < network->n_slots; i++)
        if (!atomic_exchange_explicit(&network->slots[i].taken, true, memory_order_acquire))
            return &network->slots[i];
    return NULL;
}

void slot_release(struct slot *slot)
{
    atomic_store_explicit(&slot->taken, false, memory_order_release);
}

static size_t lay_out(struct slot *slot, const struct tensor_info *infos, uint32_t n,
                      struct span *spans, size_t offset)
{
    for (uint32_t i = 0; i < n; i++) {
        spans[i] = (struct span){&slot->region, NULL, offset, infos[i].size};
        offset += mem_round(infos[i].size);
    }
    return offset;
}

/* Scratch first, then inputs and outputs. Cleared, so that no run ever shows another's old bytes.
 */
static int allocate(struct slot *slot)
{
    const struct network_info *info = &slot->network->info;
    size_t offset = mem_round(slot->network->step.info.scratch_size);

    if (slot->memory)
        return 0;
    slot->memory = mem_alloc(info->slot_bytes);
    if (!slot->memory)
        return -ENOMEM;
    memset(slot->memory, 0, info->slot_bytes);
    slot->region =
        (struct region){.id = 0, .fd = -1, .base = slot->memory, .size = info->slot_bytes};
    offset = lay_out(slot, info->inputs, info->n_inputs, slot->own, offset);
    lay_out(slot, info->outputs, info->n_outputs, slot->own + info->n_inputs, offset);
    return 0;
}

const struct span *slot_inputs(struct slot *slot)
{
    return allocate(slot) < 0 ? NULL : slot->own;
}

const struct span *slot_outputs(struct slot *slot)
{
    return allocate(slot) < 0 ? NULL : slot->own + slot->network->info.n_inputs;
}

static struct span_key key_of(const struct span *span)
{
    return (struct span_key){span->region->id, span_base(span), span->size};
}

static bool same_spans(const struct span_key *keys, const struct span *spans, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (keys[i].region != spans[i].region->id || keys[i].base != span_base(&spans[i]) ||
            keys[i].size != spans[i].size)
            return false;
    return true;
}

static struct slot_binding *find(struct slot *slot, const struct span *in, const struct span *out)
{
    const struct network_info *info = &slot->network->info;

    for (uint32_t i = 0; i < SLOT_BINDINGS; i++) {
        struct slot_binding *kept = &slot->bindings[i];

        if (kept->binding && same_spans(kept->keys, in, info->n_inputs) &&
            same_spans(kept->keys + info->n_inputs, out, info->n_outputs))
            return kept;
    }
    return NULL;
}

/* The place for a new binding: a free one, else the one that was not used for longest. */
static struct slot_binding *oldest(struct slot *slot)
{
    struct slot_binding *found = &slot->bindings[0];

    for (uint32_t i = 0; i < SLOT_BINDINGS && found->binding; i++)
        if (!slot->bindings[i].binding || slot->bindings[i].used < found->used)
            found = &slot->bindings[i];
    return found;
}

static int bind(struct slot *slot, const struct span *in, const struct span *out,
                struct slot_binding **ret)
{
    const struct step *step = &slot->network->step;
    const struct network_info *info = &slot->network->info;
    const struct binding_spans spans = {
        .in = in,
        .out = out,
        .scratch = {&slot->region, NULL, 0, step->info.scratch_size},
    };
    struct slot_binding *kept = oldest(slot);
    struct binding *binding;
    int r;

    r = step->instance->ops->binding_new(step->plan, &spans, &binding);
    if (r < 0)
        return r;
    if (kept->binding)
        step->instance->ops->binding_free(kept->binding);
    kept->binding = binding;
    for (uint32_t i = 0; i < info->n_inputs; i++)
        kept->keys[i] = key_of(&in[i]);
    for (uint32_t i = 0; i < info->n_outputs; i++)
        kept->keys[info->n_inputs + i] = key_of(&out[i]);
    *ret = kept;
    return 0;
}

int slot_run(struct slot *slot, uint32_t step, const struct span *in, const struct span *out,
             struct run_times *times)
{
    const struct instance *instance = slot->network->step.instance;
    const struct clock *clock = slot->network->clock;
    struct slot_binding *kept;
    struct run_stats stats = {0};
    uint64_t begin;
    int r;

    (void)step;
    if (atomic_load_explicit(&instance->lost, memory_order_acquire))
        return E_DEVICE_LOST;
    r = allocate(slot);
    if (r < 0)
        return r;
    *times = (struct run_times){0};
    kept = find(slot, in, out);
    if (!kept) {
        r = bind(slot, in, out, &kept);
        if (r < 0)
            return r;
        times->bound = true;
    }
    kept->used = ++slot->n_runs;
    begin = clock_now_ns(clock);
    r = instance->ops->run(kept->binding, &stats);
    times->run_ns = stats.device_ns ? stats.device_ns : clock_now_ns(clock) - begin;
    times->copied_bytes = stats.copied_bytes;
    return r;
}
