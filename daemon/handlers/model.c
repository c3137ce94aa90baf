#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "base/error.h"
#include "base/log.h"
#include "daemon/describe.h"
#include "daemon/handlers/handlers.h"
#include "daemon/load.h"
#include "daemon/server.h"
#include "daemon/session.h"

static void free_memory(void *p)
{
    free(*(void **)p);
}

int handle_load(struct request *request, struct fault *fault)
{
    struct load_params params;
    struct load *load;
    int r = unpack_load_params(request->frame->map, request->frame->map_size, &params, fault);

    if (r == 0)
        r = load_of_request(request, &params, &load, fault);
    if (r < 0)
        return r;
    loads_submit(request->to.session->server, load);
    return 0;
}

static int unload_network(struct session *session, uint32_t number, struct fault *fault)
{
    struct holding *holding;

    streams_close(&session->streams, number); /* whose answers may end the session */
    holding = holdings_find(&session->holdings, number);
    if (!holding)
        return fail(fault, E_NO_MODEL, "network %u is none that this connection holds", number);
    holding_free(&session->server->models, holding);
    return 0;
}

static int unload_name(struct session *session, const struct text *name, struct fault *fault)
{
    struct models *models = &session->server->models;
    struct generation *generation = models_find(models, name->base, name->size);

    if (!session->rights.load)
        return fail(fault, E_DENIED,
                    "user %u may run but not unload models: see [policy] load_users in snped.conf",
                    session->peer.uid);
    if (!generation)
        return fail(fault, E_NO_MODEL, "no model %.*s is loaded",
                    (int)(name->size < 100 ? name->size : 100), name->base);
    log_info("session", "session %llu unloads %s", (unsigned long long)session->number,
             generation->name);
    models_unload(models, generation);
    return 0;
}

int handle_unload(struct request *request, struct fault *fault)
{
    const struct unload_result result = {0};
    struct unload_params params;
    int r = unpack_unload_params(request->frame->map, request->frame->map_size, &params, fault);

    if (r < 0)
        return r;
    if (params.network)
        r = unload_network(request->to.session, params.network, fault);
    else
        r = unload_name(request->to.session, &params.name, fault);
    if (r == 0) /* last: frames of streams may have been answered */
        r = pack_unload_result(&result, reply_map(&request->to));
    return r < 0 ? r : reply_send(&request->to, NULL, 0);
}

static bool listed(const struct list_result *result, const char *name)
{
    for (uint32_t i = 0; i < result->n_models; i++)
        if (result->models[i].name.size == strlen(name) &&
            memcmp(result->models[i].name.base, name, strlen(name)) == 0)
            return true;
    return false;
}

/* A name that is only being loaded has no generation yet. */
static void list_loading(struct list_result *result, const struct load *load)
{
    if (!load || result->n_models == MESSAGE_MODELS_MAX || listed(result, load->name))
        return;
    result->models[result->n_models++] = (struct model_desc){
        .name = text_of(load->name),
        .state = text_of("loading"),
        .digest = text_of(""),
        .runtime = text_of(""),
        .error = text_of(""),
    };
}

static void list_all(const struct server *server, struct list_result *result)
{
    list_foreach (it, &server->models.generations) {
        const struct generation *generation = list_entry(it, struct generation, link);

        if (generation->state != GENERATION_OLD && result->n_models < MESSAGE_MODELS_MAX)
            describe_model(server, generation, &result->models[result->n_models++]);
    }
    list_loading(result, server->loads.active);
    list_foreach (it, &server->loads.waiting)
        list_loading(result, list_entry(it, struct load, link));
}

int handle_list(struct request *request, struct fault *fault)
{
    _cleanup_(free_memory) struct list_result *result = NULL;
    struct list_params params;
    int r = unpack_list_params(request->frame->map, request->frame->map_size, &params, fault);

    if (r < 0)
        return r;
    result = calloc(1, sizeof(*result));
    if (!result)
        return -ENOMEM;
    list_all(request->to.session->server, result);
    r = pack_list_result(result, reply_map(&request->to));
    return r < 0 ? r : reply_send(&request->to, NULL, 0);
}

static void describe_networks(const struct models *models, const struct generation *generation,
                              struct info_result *result)
{
    list_foreach (it, &models->networks) {
        const struct ready *ready = list_entry(it, struct ready, link);

        if (memcmp(&ready->digest, &generation->digest, sizeof(ready->digest)) == 0 &&
            result->n_networks < MESSAGE_NETWORKS_MAX)
            describe_network(ready, &result->networks[result->n_networks++]);
    }
}

int handle_info(struct request *request, struct fault *fault)
{
    const struct models *models = &request->to.session->server->models;
    _cleanup_(free_memory) struct info_result *result = NULL;
    const struct generation *generation;
    struct info_params params;
    int r = unpack_info_params(request->frame->map, request->frame->map_size, &params, fault);

    if (r < 0)
        return r;
    generation = models_find(models, params.name.base, params.name.size);
    if (!generation)
        return fail(fault, E_NO_MODEL, "no model %.*s is loaded",
                    (int)(params.name.size < 100 ? params.name.size : 100), params.name.base);
    result = calloc(1, sizeof(*result));
    if (!result)
        return -ENOMEM;
    describe_model(request->to.session->server, generation, &result->model);
    result->version = text_of(generation->model ? model_version(generation->model) : "");
    result->weight_bytes = generation->model_bytes;
    if (generation->model)
        describe_networks(models, generation, result);
    r = pack_info_result(result, reply_map(&request->to));
    return r < 0 ? r : reply_send(&request->to, NULL, 0);
}
