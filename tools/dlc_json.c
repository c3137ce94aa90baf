#include "tools/dlc_json.h"

#include <errno.h>

#include "tools/dlc_params.h"

static void write_dims(const struct shape *shape, struct json *json)
{
    json_list(json, "dims");
    for (uint32_t i = 0; i < shape->rank; i++)
        json_u64(json, NULL, shape->dim[i]);
    json_list_end(json);
}

/* Nothing if the value has none. */
static void write_encodings(const struct value *value, struct json *json)
{
    if (value->n_encodings == 0)
        return;
    if (value->n_encodings > 1)
        json_u64(json, "encoding_axis", value->encoding_axis);
    json_list(json, "encodings");
    for (uint32_t i = 0; i < value->n_encodings; i++) {
        json_object(json, NULL);
        json_f64(json, "min", (double)value->encodings[i].min);
        json_f64(json, "max", (double)value->encodings[i].max);
        json_f64(json, "delta", (double)value->encodings[i].delta);
        json_i64(json, "offset", value->encodings[i].offset);
        json_u64(json, "bits", 8);
        json_object_end(json);
    }
    json_list_end(json);
}

static void write_value(const char *name, const struct value *value, struct json *json)
{
    json_object(json, NULL);
    json_text(json, "name", name);
    write_dims(&value->shape, json);
    json_text(json, "type", params_dtype(value->dtype));
    write_encodings(value, json);
    json_object_end(json);
}

static void write_inputs(const struct graph *graph, const struct node *node, struct json *json)
{
    json_list(json, "inputs");
    for (uint32_t i = 0; node && i < node->n_inputs; i++)
        if (node->inputs[i] != NO_VALUE && !layers_stored(graph, node, i))
            json_text(json, NULL, graph->values[node->inputs[i]].name);
    json_list_end(json);
}

static void write_outputs(const struct graph *graph, const struct layer *layer, struct json *json)
{
    json_list(json, "outputs");
    if (!layer->node)
        write_value(graph->values[layer->value].name, &graph->values[layer->value], json);
    for (uint32_t i = 0; layer->node && i < layer->node->n_outputs; i++) {
        const struct value *value = &graph->values[layer->node->outputs[i]];

        write_value(value->name, value, json);
    }
    json_list_end(json);
}

static void write_tensors(const struct graph *graph, const struct layer *layer, struct json *json)
{
    const struct node *node = layer->node;

    json_list(json, "tensors");
    if (!node)
        write_value("value", &graph->values[layer->value], json);
    for (uint32_t i = 0; node && i < node->n_inputs; i++) {
        const char *name = layers_stored(graph, node, i);

        if (name)
            write_value(name, &graph->values[node->inputs[i]], json);
    }
    json_list_end(json);
}

static void write_runtimes(uint32_t bits, struct json *json)
{
    json_list(json, "runtimes");
    for (uint32_t i = 0; i < _RUNTIME_MAX; i++)
        if (bits & 1u << i)
            json_text(json, NULL, runtime_get(i)->name);
    json_list_end(json);
}

/* A list, for user-defined layers may say a name twice. */
static int write_params(const struct dlc_facts *facts, uint32_t i, struct json *json)
{
    struct params params = {.n = 0};
    int r = params_list(facts, i, PARAMS_ATTRS, &params);

    json_list(json, "parameters");
    for (uint32_t k = 0; r == 0 && k < params.n; k++) {
        json_object(json, NULL);
        json_text(json, "name", params.v[k].name);
        json_text(json, "value", params.v[k].value);
        json_object_end(json);
    }
    json_list_end(json);
    params_done(&params);
    return r;
}

static int write_type(const struct layer *layer, struct json *json)
{
    struct arena arena = {NULL};
    const char *type = params_type(layer, &arena);

    if (type)
        json_text(json, "type", type);
    json_text(json, "operator", layer->node ? op_get(layer->node->op)->name : "Const");
    arena_done(&arena);
    return type ? 0 : -ENOMEM;
}

static int write_layer(const struct dlc_facts *facts, uint32_t i, dlc_json_more more, void *context,
                       struct json *json)
{
    const struct layer *layer = &facts->layers.v[i];
    int r;

    json_object(json, NULL);
    json_u64(json, "id", i);
    json_text(json, "name", layer->name);
    r = write_type(layer, json);
    write_inputs(facts->graph, layer->node, json);
    write_outputs(facts->graph, layer, json);
    write_runtimes(facts->of[i].runtimes, json);
    if (r == 0)
        r = write_params(facts, i, json);
    write_tensors(facts->graph, layer, json);
    json_u64(json, "param_count", facts->of[i].n_params);
    json_u64(json, "param_bytes", facts->of[i].param_bytes);
    json_u64(json, "macs", facts->of[i].macs);
    if (more)
        more(context, facts, i, json);
    json_object_end(json);
    return r;
}

static void write_metadata(const struct dlc_metadata *metadata, struct json *json)
{
    json_object(json, "metadata");
    json_text(json, "model_version", metadata->model_version);
    json_text(json, "model_copyright", metadata->model_copyright);
    json_text(json, "converter_command", metadata->converter_command);
    json_text(json, "converter_version", metadata->converter_version);
    json_text(json, "quantizer_command",
              metadata->quantizer_command ? metadata->quantizer_command : "N/A");
    json_text(json, "others", metadata->others ? metadata->others : "");
    json_object_end(json);
}

static void write_records(const struct graph *graph, struct json *json)
{
    json_list(json, "other_records");
    for (uint32_t i = 0; i < graph->n_sections; i++) {
        json_object(json, NULL);
        json_text(json, "name", graph->sections[i].name);
        json_u64(json, "size", graph->sections[i].size);
        json_object_end(json);
    }
    json_list_end(json);
}

int dlc_json_write(const struct dlc_facts *facts, const char *key, dlc_json_more more,
                   void *context, struct json *json)
{
    int r = 0;

    json_object(json, key);
    json_text(json, "file", facts->path);
    json_u64(json, "file_size", facts->file_size);
    json_u64(json, "container_version", facts->metadata->version);
    json_bool(json, "quantized", facts->is_quantized);
    write_metadata(facts->metadata, json);
    write_records(facts->graph, json);
    write_runtimes(facts->runtimes, json);
    json_object(json, "totals");
    json_u64(json, "param_count", facts->n_params);
    json_u64(json, "macs", facts->macs);
    json_u64(json, "batch", facts->batch);
    json_u64(json, "weight_bytes", facts->weight_bytes);
    json_u64(json, "buffer_bytes", facts->buffer_bytes);
    json_object_end(json);
    json_list(json, "layers");
    for (uint32_t i = 0; r == 0 && i < facts->layers.n; i++)
        r = write_layer(facts, i, more, context, json);
    json_list_end(json);
    json_object_end(json);
    return r < 0 ? r : json->error;
}
