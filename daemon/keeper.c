#include "daemon/keeper.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/log.h"
#include "daemon/load.h"
#include "daemon/server.h"

static bool is_on(const struct ready *ready, enum device device)
{
    return network_device(ready->network, 0) == device;
}

/* Would READY be there if those that are marked were let go? */
static bool stays(const struct models *models, const struct ready *ready)
{
    uint32_t n_leaving = 0;

    list_foreach (it, &models->generations) {
        const struct generation *generation = list_entry(it, struct generation, link);

        n_leaving += generation->leaving && generation->kept == ready;
    }
    return ready->holds > n_leaving;
}

/* Are the weights of READY counted with an earlier network on its device? */
static bool weights_counted(const struct models *models, const struct ready *ready,
                            enum device device)
{
    list_foreach (it, &models->networks) {
        const struct ready *other = list_entry(it, struct ready, link);

        if (other == ready)
            return false;
        if (is_on(other, device) && stays(models, other) &&
            memcmp(&other->digest, &ready->digest, sizeof(ready->digest)) == 0)
            return true;
    }
    return false;
}

uint64_t keeper_used(const struct models *models, enum device device)
{
    uint64_t used = 0;

    list_foreach (it, &models->networks) {
        const struct ready *ready = list_entry(it, struct ready, link);

        if (!is_on(ready, device) || !stays(models, ready))
            continue;
        used += ready->bytes;
        used += weights_counted(models, ready, device) ? 0 : ready->model_bytes;
    }
    return used;
}

/* Kept, and only that: nobody holds it, and it may go. */
static bool is_spare(const struct generation *generation)
{
    return generation->state == GENERATION_READY && generation->keep && !generation->pin &&
           !generation->holders && generation->kept && !generation->leaving;
}

/* Is GENERATION's network held for other reasons than to keep it: by a job, by a remake? */
static bool is_busy(const struct models *models, const struct generation *generation)
{
    uint32_t n_kept = 0;

    list_foreach (it, &models->generations)
        n_kept += list_entry(it, struct generation, link)->kept == generation->kept;
    return generation->kept->holds > n_kept;
}

/* The spare one on DEVICE that was used longest ago and is not called NAME; or NULL. */
static struct generation *find_oldest(const struct models *models, enum device device,
                                      const char *name)
{
    struct generation *oldest = NULL;

    list_foreach (it, &models->generations) {
        struct generation *generation = list_entry(it, struct generation, link);

        if (is_spare(generation) && is_on(generation->kept, device) &&
            !is_busy(models, generation) && strcmp(generation->name, name) != 0 &&
            (!oldest || generation->used_ns < oldest->used_ns))
            oldest = generation;
    }
    return oldest;
}

static void let_go(struct server *server, struct generation *generation, const char *why)
{
    uint64_t bytes = generation->kept->bytes + generation->model_bytes;

    log_info("keeper", "%s generation %" PRIu64 " is let go of: %s", generation->name,
             generation->number, why);
    events_post_model_evicted(&server->events, generation->name, generation->number, bytes, why);
    if (entries_name(&server->entries, generation->name))
        models_rest(generation);
    else
        models_unload(&server->models, generation);
}

/* What LOAD is made for, as far as one knows before it is built. */
static enum device device_of(const struct load *load)
{
    return load->ready ? network_device(load->ready->network, 0)
                       : runtime_get(load->options.order[0])->device;
}

static bool has_lane(const struct server *server, enum device device)
{
    for (uint32_t i = 0; i < server->n_lanes; i++)
        if (server->lanes[i].device == device)
            return true;
    return false;
}

/* What is there under LOAD's name goes when LOAD is through, but only then. */
static void mark_replaced(const struct load *load)
{
    struct generation *current = models_find(&load->server->models, load->name, strlen(load->name));

    if (current && current->kept && !current->holders &&
        (load->keep || memcmp(&current->digest, &load->digest, sizeof(load->digest)) != 0))
        current->leaving = true;
}

/* Marks spare ones until MORE bytes fit below MOST. */
static bool mark_spare(const struct load *load, enum device device, uint64_t more, uint64_t most)
{
    const struct models *models = &load->server->models;
    struct generation *oldest;

    while (more > most || keeper_used(models, device) > most - more) {
        oldest = find_oldest(models, device, load->name);
        if (!oldest)
            return false;
        oldest->leaving = true;
    }
    return true;
}

/* Takes the marks away; with WHY, what bore one goes, but for LOAD's own name. */
static void settle_marks(const struct load *load, const char *why)
{
    struct server *server = load->server;

    list_foreach (it, &server->models.generations) {
        struct generation *generation = list_entry(it, struct generation, link);

        if (!generation->leaving)
            continue;
        generation->leaving = false;
        if (why && strcmp(generation->name, load->name) != 0)
            let_go(server, generation, why);
    }
}

/* What the networks of GENERATION's bytes take on DEVICE. */
static uint64_t bytes_of(const struct models *models, const struct generation *generation,
                         enum device device)
{
    uint64_t bytes = 0;

    list_foreach (it, &models->networks) {
        const struct ready *ready = list_entry(it, struct ready, link);

        if (generation->model && is_on(ready, device) &&
            memcmp(&ready->digest, &generation->digest, sizeof(ready->digest)) == 0)
            bytes += ready->bytes + (bytes ? 0 : ready->model_bytes);
    }
    return bytes;
}

/* " face (12345)" of those that have something on DEVICE, as many as fit. */
static void name_users(const struct models *models, enum device device, char *out, size_t size)
{
    size_t used = 0;

    out[0] = 0;
    list_foreach (it, &models->generations) {
        const struct generation *generation = list_entry(it, struct generation, link);
        uint64_t bytes = bytes_of(models, generation, device);
        int n = 0;

        if (bytes)
            n = snprintf(out + used, size - used, " %.24s (%" PRIu64 ")", generation->name, bytes);
        if (used + (size_t)n >= size) {
            out[used] = 0;
            return;
        }
        used += (size_t)n;
    }
}

static int refuse(const struct load *load, enum device device, uint64_t more, uint64_t most,
                  struct fault *fault)
{
    const struct models *models = &load->server->models;
    uint64_t own = load->ready ? load->added_bytes : more;
    uint64_t used = keeper_used(models, device) - (load->ready ? own : 0);
    const char *name = device_get(device)->name;
    char users[72];

    name_users(models, device, users, sizeof(users));
    return fail(fault, E_QUOTA,
                "%.40s takes %" PRIu64 " bytes on device %s, which may hold %" PRIu64
                " ([device %s] memory) and holds %" PRIu64 ":%s; unload what nobody needs",
                load->name, own, name, most, name, used, users);
}

int keeper_make_room(struct load *load, struct fault *fault)
{
    enum device device = device_of(load);
    uint64_t most = load->server->config->devices[device].memory;
    uint64_t more = load->ready || load->model ? 0 : load->size;
    char why[MODEL_NAME_MAX + 32];
    bool fits;

    if (!most || !has_lane(load->server, device))
        return 0;
    mark_replaced(load);
    fits = mark_spare(load, device, more, most);
    snprintf(why, sizeof(why), "%s takes its memory", load->name);
    settle_marks(load, fits ? why : NULL);
    return fits ? 0 : refuse(load, device, more, most, fault);
}

/* When GENERATION's time is over; 0: never, or not while it is held. */
static uint64_t end_of(const struct generation *generation)
{
    if (!is_spare(generation) || !generation->ttl_ms)
        return 0;
    return generation->used_ns + generation->ttl_ms * 1000000;
}

static void on_timer(uv_timer_t *timer);

static void arm(struct server *server, uint64_t end_ns)
{
    struct keeper *keeper = &server->keeper;
    uint64_t now_ns = clock_now_ns(server->clock);

    if (keeper->next_ns && keeper->next_ns <= end_ns)
        return;
    keeper->next_ns = end_ns;
    uv_update_time(&server->loop);
    uv_timer_start(&keeper->timer, on_timer, end_ns > now_ns ? (end_ns - now_ns) / 1000000 + 1 : 0,
                   0);
}

static void on_timer(uv_timer_t *timer)
{
    struct server *server = timer->data;
    uint64_t now_ns = clock_now_ns(server->clock), next_ns = 0;

    server->keeper.next_ns = 0;
    list_foreach (it, &server->models.generations) {
        struct generation *generation = list_entry(it, struct generation, link);
        uint64_t end_ns = end_of(generation);
        char why[64];

        if (end_ns && end_ns <= now_ns) {
            snprintf(why, sizeof(why), "not used for %" PRIu64 " ms", generation->ttl_ms);
            let_go(server, generation, why);
        } else if (end_ns && (!next_ns || end_ns < next_ns)) {
            next_ns = end_ns;
        }
    }
    if (next_ns)
        arm(server, next_ns);
}

static void on_rest(struct models *models, struct generation *generation)
{
    struct server *server = container_of(models, struct server, models);
    uint64_t end_ns = end_of(generation);

    if (end_ns && server->state < SERVER_DRAINING)
        arm(server, end_ns);
}

int keeper_init(struct server *server)
{
    server->keeper.timer.data = server;
    server->models.on_rest = on_rest;
    return uv_timer_init(&server->loop, &server->keeper.timer);
}
