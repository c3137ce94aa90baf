#include "daemon/entries.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "base/log.h"
#include "config/compare.h"
#include "daemon/load.h"
#include "daemon/server.h"

static void on_preloaded(struct load *load, int code)
{
    struct server *server = load->server;
    struct entries *entries = &server->entries;

    (void)code;
    if (++entries->n_preloaded == entries->n_preload)
        server_on_ready(server);
}

/* Its file of models.d is wrong; only a start goes on with one that is. */
static int list_wrong(struct server *server, const struct model_config *config, struct fault *fault)
{
    struct generation *spare = generation_new(config->name);

    if (!spare)
        return fail(fault, -ENOMEM, "models.d: out of memory");
    log_error("loader", "model %s: %s", config->name, config->fault.text);
    events_post_model_failed(&server->events, config->name, config->error, &config->fault);
    models_fail(&server->models, spare, &config->fault);
    return 0;
}

static int preload_one(struct server *server, const struct model_config *config,
                       struct fault *fault)
{
    struct load *load;
    int r;

    if (config->error < 0)
        return list_wrong(server, config, fault);
    r = load_of_config(server, config, &load, fault);
    if (r < 0)
        return r;
    load->on_end = on_preloaded;
    server->entries.n_preload++;
    list_append(&server->loads.waiting, &load->link);
    return 0;
}

int entries_start(struct server *server, struct models_config *take_models, struct fault *fault)
{
    int r = 0;

    server->entries.config = take_models;
    models_stamp(take_models, server->config->daemon_models);
    for (uint32_t i = 0; r == 0 && i < take_models->n; i++)
        r = preload_one(server, &take_models->models[i], fault);
    if (r < 0)
        return r;
    if (server->entries.n_preload == 0)
        server_on_ready(server);
    loads_advance(server);
    return 0;
}

static const struct model_config *find(const struct models_config *models, const char *name)
{
    for (uint32_t i = 0; models && i < models->n; i++)
        if (strcmp(models->models[i].name, name) == 0)
            return &models->models[i];
    return NULL;
}

bool entries_name(const struct entries *entries, const char *name)
{
    return find(entries->config, name) != NULL;
}

static struct generation *current(const struct server *server, const char *name)
{
    return models_find(&server->models, name, strlen(name));
}

/* Is it to be loaded: does it differ from what was applied, or is what was applied not there? */
static bool differs(const struct server *server, const struct model_config *before,
                    const struct model_config *after)
{
    const struct generation *generation = current(server, after->name);

    return !before || before->error < 0 || !generation || generation->failure.text[0] ||
           !model_config_equal(before, after) ||
           memcmp(&before->stamp, &after->stamp, sizeof(before->stamp)) != 0;
}

static void unload_gone(struct server *server, const struct models_config *before,
                        const struct models_config *after, entries_fn on_change)
{
    for (uint32_t i = 0; before && i < before->n; i++) {
        const char *name = before->models[i].name;
        struct generation *generation = current(server, name);

        if (!generation || find(after, name))
            continue;
        models_unload(&server->models, generation);
        on_change(server, name, "unloaded", NULL);
    }
}

static void on_reloaded(struct load *load, int code)
{
    const char *why = load->fault.text[0] ? load->fault.text : error_get(code).text;

    load->on_change(load->server, load->name, code < 0 ? "failed" : "loaded",
                    code < 0 ? why : NULL);
}

static bool reload_one(struct server *server, const struct model_config *config,
                       entries_fn on_change)
{
    struct fault fault = {""};
    struct load *load;

    if (load_of_config(server, config, &load, &fault) < 0) {
        on_change(server, config->name, "failed", fault.text);
        return false;
    }
    load->fresh = true;
    load->on_end = on_reloaded;
    load->on_change = on_change;
    list_append(&server->loads.waiting, &load->link);
    return true;
}

uint32_t entries_apply(struct server *server, struct models_config *take_models,
                       entries_fn on_change)
{
    struct models_config *before = server->entries.config;
    uint32_t n = 0;

    server->entries.config = take_models;
    unload_gone(server, before, take_models, on_change);
    for (uint32_t i = 0; i < take_models->n; i++) {
        const struct model_config *config = &take_models->models[i];

        if (differs(server, find(before, config->name), config))
            n += reload_one(server, config, on_change);
    }
    models_config_free(before);
    return n;
}

void entries_wake(struct server *server, const char *name)
{
    const struct generation *generation = current(server, name);
    const struct model_config *config = find(server->entries.config, name);
    struct load *load;

    if (!generation || generation->state != GENERATION_IDLE || !config)
        return;
    if (load_of_config(server, config, &load, NULL) == 0) /* else the client's own load says so */
        list_append(&server->loads.waiting, &load->link);
}

void entries_fail(struct load *load, int code, const struct fault *fault)
{
    struct models *models = &load->server->models;
    struct generation *generation = current(load->server, load->name);
    struct fault why;

    fail(&why, code, "%s", fault->text[0] ? fault->text : error_get(code).text);
    log_error("loader", "model %s: %s", load->name, why.text);
    if (generation && generation->state != GENERATION_FAILED)
        generation->failure = why; /* of the reload; what it has goes on */
    else
        models_fail(models, take_ptr(load->spare), &why);
}

void entries_done(struct entries *entries)
{
    models_config_free(entries->config);
}
