/* load, unload, list, info. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base.h"
#include "base/error.h"
#include "client/ctl/ctl.h"
#include "client/ctl/table.h"
#include "client/ctl/units.h"

int ctl_check(struct ctl *ctl, int r)
{
    return r < 0 ? fail(ctl->fault, r, "%s", snpe_last_error(ctl->client)) : r;
}

int ctl_print_json(struct ctl *ctl, struct json *json)
{
    int r = json_end(json);

    if (r == 0)
        (void)fwrite(json->text.base, 1, json->text.size, ctl->out); /* main looks at ferror */
    json_done(json);
    return r;
}

void ctl_print_state(struct ctl *ctl, const char *state)
{
    const char *colour = strcmp(state, "ready") == 0    ? "32"
                         : strcmp(state, "failed") == 0 ? "31"
                                                        : "33";
    char clean[64];

    table_clean(state, clean, sizeof(clean));
    if (ctl->colour)
        fprintf(ctl->out, "\033[%sm%s\033[0m", colour, clean);
    else
        fputs(clean, ctl->out);
}

int ctl_load(struct ctl *ctl, const char *name, const char *path, bool keep,
             struct snpe_network **ret)
{
    const struct snpe_load_options options = {
        .size = sizeof(options),
        .runtimes = ctl->runtimes,
        .input_dims = ctl->dims,
        .outputs = ctl->outputs,
        .types = ctl->types,
        .n_runtimes = ctl->n_runtimes,
        .n_input_dims = ctl->n_dims,
        .n_outputs = ctl->n_outputs,
        .n_types = ctl->n_types,
        .keep = keep,
        .ttl_ms = ctl->ttl_ms,
        .perf = ctl->perf,
    };

    int r = path ? snpe_load_file(ctl->client, name, path, &options, ret)
                 : snpe_load(ctl->client, name, &options, ret);

    /* The daemon has only an fd, so it cannot say which file. */
    if (path && r < 0 && r != SNPE_E_DISCONNECTED && !strstr(snpe_last_error(ctl->client), path))
        return fail(ctl->fault, r, "'%.100s': %s", path, snpe_last_error(ctl->client));
    return ctl_check(ctl, r);
}

static void json_tensor(struct json *json, const struct snpe_tensor_info *tensor)
{
    json_object(json, NULL);
    json_text(json, "name", tensor->name);
    json_text(json, "type", tensor->type);
    json_list(json, "dims");
    for (uint32_t i = 0; i < tensor->dims.rank && i < SNPE_RANK_MAX; i++)
        json_u64(json, NULL, tensor->dims.dim[i]);
    json_list_end(json);
    json_u64(json, "size", tensor->size);
    if (strcmp(tensor->type, "tf8") == 0) {
        json_f64(json, "min", tensor->min);
        json_f64(json, "max", tensor->max);
    }
    json_object_end(json);
}

void ctl_json_tensors(struct json *json, const char *key,
                      const struct snpe_tensor_info *const *tensors, uint32_t n)
{
    json_list(json, key);
    for (uint32_t i = 0; i < n; i++)
        json_tensor(json, tensors[i]);
    json_list_end(json);
}

static void add_tensors(struct table *table, const char *kind,
                        const struct snpe_tensor_info *const *tensors, uint32_t n)
{
    char text[UNITS_SIZE];

    for (uint32_t i = 0; i < n; i++) {
        table_text(table, kind);
        table_text(table, tensors[i]->name);
        table_text(table, tensors[i]->type);
        table_text(table, units_dims(&tensors[i]->dims, text, sizeof(text)));
        table_printf(table, "%llu", (unsigned long long)tensors[i]->size);
    }
}

int ctl_print_tensors(struct ctl *ctl, const struct snpe_tensor_info *const *inputs,
                      uint32_t n_inputs, const struct snpe_tensor_info *const *outputs,
                      uint32_t n_outputs)
{
    static const char *const heads[] = {"TENSOR", "NAME", "TYPE", "DIMS", ">BYTES"};
    struct table table;
    int r;

    table_init(&table, heads, ARRAY_SIZE(heads));
    add_tensors(&table, "input", inputs, n_inputs);
    add_tensors(&table, "output", outputs, n_outputs);
    r = table_print(&table, ctl->colour, ctl->out);
    table_done(&table);
    return r;
}

static int print_network(struct ctl *ctl, const struct snpe_network_info *info)
{
    char name[256], why[300], took[UNITS_SIZE], memory[UNITS_SIZE];

    fprintf(ctl->out, "'%s' is loaded on %s", table_clean(info->name, name, sizeof(name)),
            info->runtime);
    if (info->load_us)
        fprintf(ctl->out, ": took %s and %s", units_us(info->load_us, took, sizeof(took)),
                units_bytes(info->memory_bytes, memory, sizeof(memory)));
    else
        fputs(" and was there already", ctl->out);
    fputc('\n', ctl->out);
    if (*info->why)
        fprintf(ctl->out, "why there: %s\n", table_clean(info->why, why, sizeof(why)));
    return ctl_print_tensors(ctl, info->inputs, info->n_inputs, info->outputs, info->n_outputs);
}

static int print_network_json(struct ctl *ctl, const struct snpe_network_info *info)
{
    struct json json = {0};

    json_object(&json, NULL);
    json_text(&json, "name", info->name);
    json_text(&json, "digest", info->digest);
    json_u64(&json, "generation", info->generation);
    json_text(&json, "runtime", info->runtime);
    json_text(&json, "why", info->why);
    json_u64(&json, "load_us", info->load_us);
    json_u64(&json, "memory_bytes", info->memory_bytes);
    ctl_json_tensors(&json, "inputs", info->inputs, info->n_inputs);
    ctl_json_tensors(&json, "outputs", info->outputs, info->n_outputs);
    json_object_end(&json);
    return ctl_print_json(ctl, &json);
}

/* "models/det1.dlc" is called det1. */
static char *name_of_path(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *name = strdup(slash ? slash + 1 : path);
    size_t length = name ? strlen(name) : 0;

    if (length > 4 && strcmp(name + length - 4, ".dlc") == 0)
        name[length - 4] = '\0';
    return name;
}

/* A name of the repository has no slash; what ends like a file and is one is a file. */
static bool is_path(const char *word)
{
    size_t length = strlen(word);
    bool ends_so = length > 4 && strcmp(word + length - 4, ".dlc") == 0;

    return strchr(word, '/') || (ends_so && access(word, F_OK) == 0);
}

int command_load(struct ctl *ctl)
{
    const char *path = ctl->n_words > 1 ? ctl->words[1] : NULL;
    _cleanup_(freep) char *name = NULL;
    struct snpe_network *network;
    int r;

    if (!path && is_path(ctl->words[0])) {
        path = ctl->words[0];
        name = name_of_path(path);
    } else {
        name = strdup(ctl->words[0]);
    }
    if (!name)
        return -ENOMEM;
    if (path && access(path, F_OK) < 0 && !strchr(path, '/'))
        return fail(ctl->fault, -ENOENT,
                    "there is no file '%.80s' here; a model of the daemon's repository is loaded "
                    "under its own name: snpectl load %.60s",
                    path, path);
    r = ctl_load(ctl, name, path, true, &network);
    if (r < 0)
        return r;
    if (ctl->json)
        return print_network_json(ctl, snpe_network_get_info(network));
    return print_network(ctl, snpe_network_get_info(network));
}

int command_unload(struct ctl *ctl)
{
    struct json json = {0};
    char name[256];
    int r = ctl_check(ctl, snpe_unload(ctl->client, ctl->words[0]));

    if (r < 0)
        return r;
    if (!ctl->json) {
        fprintf(ctl->out, "'%s' is unloaded\n", table_clean(ctl->words[0], name, sizeof(name)));
        return 0;
    }
    json_object(&json, NULL);
    json_text(&json, "unloaded", ctl->words[0]);
    json_object_end(&json);
    return ctl_print_json(ctl, &json);
}

static void json_model(struct json *json, const char *key, const struct snpe_model *model)
{
    json_object(json, key);
    json_text(json, "name", model->name);
    json_text(json, "state", model->state);
    json_u64(json, "generation", model->generation);
    json_text(json, "digest", model->digest);
    json_text(json, "runtime", model->runtime);
    json_u64(json, "networks", model->networks);
    json_u64(json, "memory_bytes", model->memory_bytes);
    json_u64(json, "runs", model->runs);
    json_bool(json, "keep", model->keep);
    json_text(json, "error", model->error);
    json_object_end(json);
}

static int print_models_json(struct ctl *ctl, const struct snpe_models *models)
{
    struct json json = {0};

    json_object(&json, NULL);
    json_list(&json, "models");
    for (uint32_t i = 0; i < models->n_models; i++)
        json_model(&json, NULL, models->models[i]);
    json_list_end(&json);
    json_object_end(&json);
    return ctl_print_json(ctl, &json);
}

static int print_models(struct ctl *ctl, const struct snpe_models *models)
{
    static const char *const heads[] = {"NAME",    "STATE", "RUNTIME", ">NETWORKS",
                                        ">MEMORY", ">RUNS", "KEPT",    "DIGEST"};
    struct table table;
    char text[300];
    int r;

    table_init(&table, heads, ARRAY_SIZE(heads));
    for (uint32_t i = 0; i < models->n_models; i++) {
        const struct snpe_model *model = models->models[i];

        table_text(&table, model->name);
        table_text(&table, model->state);
        table_text(&table, *model->runtime ? model->runtime : "-");
        table_printf(&table, "%u", model->networks);
        table_text(&table, units_bytes(model->memory_bytes, text, sizeof(text)));
        table_printf(&table, "%llu", (unsigned long long)model->runs);
        table_text(&table, model->keep ? "yes" : "no");
        table_printf(&table, "%.12s", *model->digest ? model->digest : "-");
    }
    r = table_print(&table, ctl->colour, ctl->out);
    table_done(&table);
    for (uint32_t i = 0; i < models->n_models && r == 0; i++)
        if (*models->models[i]->error) {
            fprintf(ctl->out,
                    "%s failed: ", table_clean(models->models[i]->name, text, sizeof(text)));
            fprintf(ctl->out, "%s\n", table_clean(models->models[i]->error, text, sizeof(text)));
        }
    return r;
}

/* For the shell's completion: a name that a terminal cannot show is none that a person types. */
static void print_names(struct ctl *ctl, const struct snpe_models *models)
{
    char clean[256];

    for (uint32_t i = 0; i < models->n_models; i++)
        fprintf(ctl->out, "%s\n", table_clean(models->models[i]->name, clean, sizeof(clean)));
}

int command_list(struct ctl *ctl)
{
    struct snpe_models *models = NULL;
    int r = ctl_check(ctl, snpe_list(ctl->client, &models));

    if (r < 0)
        return r;
    if (ctl->names)
        print_names(ctl, models);
    else if (ctl->json)
        r = print_models_json(ctl, models);
    else if (models->n_models == 0)
        fputs("no models are loaded; 'snpectl load NAME FILE' loads one\n", ctl->out);
    else
        r = print_models(ctl, models);
    snpe_free(models);
    return r;
}

static void json_network(struct json *json, const struct snpe_model_network *network)
{
    json_object(json, NULL);
    json_text(json, "runtime", network->runtime);
    json_text(json, "why", network->why);
    ctl_json_tensors(json, "inputs", network->inputs, network->n_inputs);
    ctl_json_tensors(json, "outputs", network->outputs, network->n_outputs);
    json_u64(json, "plan_bytes", network->plan_bytes);
    json_u64(json, "slot_bytes", network->slot_bytes);
    json_u64(json, "slots", network->slots);
    json_u64(json, "launches", network->launches);
    json_u64(json, "macs", network->macs);
    json_u64(json, "runs", network->runs);
    json_u64(json, "run_p50_us", network->run_p50_us);
    json_u64(json, "run_p99_us", network->run_p99_us);
    json_object_end(json);
}

static int print_info_json(struct ctl *ctl, const struct snpe_model_info *info)
{
    struct json json = {0};

    json_object(&json, NULL);
    json_model(&json, "model", info->model);
    json_text(&json, "version", info->version);
    json_u64(&json, "weight_bytes", info->weight_bytes);
    json_list(&json, "networks");
    for (uint32_t i = 0; i < info->n_networks; i++)
        json_network(&json, info->networks[i]);
    json_list_end(&json);
    json_object_end(&json);
    return ctl_print_json(ctl, &json);
}

static int print_info_network(struct ctl *ctl, uint32_t i, const struct snpe_model_network *network)
{
    char a[300], b[UNITS_SIZE], c[UNITS_SIZE];

    fprintf(ctl->out, "\nnetwork %u on %s: %s multiply-accumulates, %u launches, plan %s, ", i + 1,
            network->runtime, units_count(network->macs, a, sizeof(a)), network->launches,
            units_bytes(network->plan_bytes, b, sizeof(b)));
    fprintf(ctl->out, "%u job slots of %s each\n", network->slots,
            units_bytes(network->slot_bytes, a, sizeof(a)));
    if (*network->why)
        fprintf(ctl->out, "why there: %s\n", table_clean(network->why, a, sizeof(a)));
    if (network->runs)
        fprintf(ctl->out, "%llu runs: half within %s, 99 of 100 within %s\n",
                (unsigned long long)network->runs, units_us(network->run_p50_us, b, sizeof(b)),
                units_us(network->run_p99_us, c, sizeof(c)));
    return ctl_print_tensors(ctl, network->inputs, network->n_inputs, network->outputs,
                             network->n_outputs);
}

static int print_info(struct ctl *ctl, const struct snpe_model_info *info)
{
    const struct snpe_model *model = info->model;
    char a[300], b[UNITS_SIZE];
    int r = 0;

    fprintf(ctl->out, "%s: ", table_clean(model->name, a, sizeof(a)));
    ctl_print_state(ctl, model->state);
    fprintf(ctl->out, ", generation %llu, version %s\n", (unsigned long long)model->generation,
            table_clean(*info->version ? info->version : "N/A", a, sizeof(a)));
    fprintf(ctl->out, "digest %s\n", *model->digest ? model->digest : "-");
    fprintf(ctl->out, "weights %s, memory in all %s, %s\n",
            units_bytes(info->weight_bytes, a, sizeof(a)),
            units_bytes(model->memory_bytes, b, sizeof(b)),
            model->keep ? "kept" : "goes with the session that loaded it");
    if (*model->error)
        fprintf(ctl->out, "failed: %s\n", table_clean(model->error, a, sizeof(a)));
    for (uint32_t i = 0; i < info->n_networks && r == 0; i++)
        r = print_info_network(ctl, i, info->networks[i]);
    return r;
}

int command_info(struct ctl *ctl)
{
    struct snpe_model_info *info = NULL;
    int r = ctl_check(ctl, snpe_info(ctl->client, ctl->words[0], &info));

    if (r < 0)
        return r;
    r = ctl->json ? print_info_json(ctl, info) : print_info(ctl, info);
    snpe_free(info);
    return r;
}
