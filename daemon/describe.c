#include "daemon/describe.h"

#include <string.h>

#include "daemon/models.h"
#include "daemon/request.h"
#include "daemon/server.h"

static const char *const type_names[_DTYPE_MAX] = {
    [DTYPE_F32] = "float32",
    [DTYPE_U8] = "uint8",
    [DTYPE_TF8] = "tf8",
    [DTYPE_I32] = "int32",
};

void describe_tensors(const struct tensor_info *infos, uint32_t n, struct tensor_desc *ret,
                      uint32_t *ret_n)
{
    for (uint32_t i = 0; i < n; i++)
        ret[i] = (struct tensor_desc){
            .name = text_of(infos[i].name),
            .type = text_of(type_names[infos[i].dtype]),
            .dims = infos[i].shape,
            .size = infos[i].size,
            .min = infos[i].dtype == DTYPE_TF8 ? (double)infos[i].encoding.min : 0,
            .max = infos[i].dtype == DTYPE_TF8 ? (double)infos[i].encoding.max : 0,
        };
    *ret_n = n;
}

static const char *state_of(const struct server *server, const struct ready *ready)
{
    enum device device = network_device(ready->network, 0);

    if (ready->out)
        return "quarantined";
    return server->recovery.devices[device].state == RECOVERY_READY ? "ready" : "recovering";
}

static void add_network(const struct server *server, const struct ready *ready,
                        struct model_desc *ret)
{
    const char *state = state_of(server, ready);

    if (ret->networks++ == 0)
        ret->runtime = text_of(runtime_get(network_info(ready->network)->runtime)->name);
    if (strcmp(state, "ready") != 0)
        ret->state = text_of(state);
    ret->memory_bytes += ready->bytes;
    ret->runs += ready->runs;
}

void describe_model(const struct server *server, const struct generation *generation,
                    struct model_desc *ret)
{
    static const char *const states[] = {
        [GENERATION_READY] = "ready",
        [GENERATION_IDLE] = "idle",
        [GENERATION_OLD] = "old",
        [GENERATION_FAILED] = "failed",
    };
    bool failed = generation->state == GENERATION_FAILED;

    *ret = (struct model_desc){
        .name = text_of(generation->name),
        .state = text_of(states[generation->state]),
        .generation = generation->number,
        .digest = text_of(generation->digest_text),
        .runtime = text_of(""),
        .memory_bytes = generation->model ? generation->model_bytes : 0,
        .keep = generation->keep && !failed,
        .pin = generation->pin,
        .ttl_ms = generation->ttl_ms,
        .error = text_of(generation->failure.text),
    };
    list_foreach (it, &server->models.networks) {
        const struct ready *ready = list_entry(it, struct ready, link);

        if (!failed && memcmp(&ready->digest, &generation->digest, sizeof(ready->digest)) == 0)
            add_network(server, ready, ret);
    }
}

void describe_network(const struct ready *ready, struct network_desc *ret)
{
    const struct network_info *info = network_info(ready->network);

    *ret = (struct network_desc){
        .runtime = text_of(runtime_get(info->runtime)->name),
        .why = text_of(info->why),
        .plan_bytes = info->plan_bytes,
        .slot_bytes = info->slot_bytes,
        .slots = info->n_slots,
        .launches = info->n_launches,
        .macs = info->macs,
        .runs = ready->runs,
        .run_p50_us = hist_quantile(&ready->run_times, 500) / 1000,
        .run_p99_us = hist_quantile(&ready->run_times, 990) / 1000,
    };
    describe_tensors(info->inputs, info->n_inputs, ret->inputs, &ret->n_inputs);
    describe_tensors(info->outputs, info->n_outputs, ret->outputs, &ret->n_outputs);
}
