#include "tests/model/dlc/net.h"

#include <string.h>

#include "base/base.h"
#include "model/dlc/container.h"
#include "model/dlc/flat_build.h"
#include "model/dlc/v3_format.h"
#include "tests/support/suite.h"

struct v3_branch *net_add(struct net *net, const struct net_layer *layer)
{
    struct net_layer *copy = &net->layers[net->n_layers];
    struct v3_branch *attrs = v3_tree_root(&net->tree), *dims;

    ck_assert_uint_lt(net->n_layers, NET_LAYERS_MAX);
    *copy = *layer;
    dims = v3_tree_list(&net->tree, attrs, "OutputDims");
    for (uint32_t i = 0; i < 3 && copy->out[i]; i++)
        v3_tree_u32s(&net->tree, dims, v3_tree_number(&net->tree, i), copy->dims[i].dim,
                     copy->dims[i].rank);
    net->attrs[net->n_layers++] = attrs;
    return attrs;
}

void net_add_input(struct net *net, struct shape dims)
{
    net_add(net, &(struct net_layer){"x", "Input", {"x"}, {"x"}, {dims}, 0});
}

void net_add_zeros(struct net *net, const char *layer, const char *name, struct shape dims)
{
    static const float zeros[4096];
    uint32_t n = (uint32_t)shape_elements(&dims);

    ck_assert_uint_le(n, ARRAY_SIZE(zeros));
    ck_assert_uint_lt(net->n_tensors, NET_TENSORS_MAX);
    net->tensors[net->n_tensors++] =
        (struct net_tensor){layer, name, dims, V3_DTYPE_F32, zeros, n, NULL};
}

static uint32_t build_names(struct flat_build *build, const char *const *names)
{
    uint32_t places[3], n = 0;

    while (n < 3 && names[n]) {
        places[n] = flat_build_string(build, names[n]);
        n++;
    }
    return flat_build_refs(build, places, n);
}

static uint32_t build_layer(struct net *net, uint32_t i, struct flat_build *build)
{
    const struct net_layer *layer = &net->layers[i];
    uint32_t id = layer->id ? (uint32_t)layer->id : i;
    uint32_t name = flat_build_string(build, layer->name);
    uint32_t type = flat_build_string(build, layer->type);
    uint32_t in = build_names(build, layer->in), out = build_names(build, layer->out);
    uint32_t attrs = v3_tree_build(&net->tree, net->attrs[i], build);

    flat_build_u32(build, V3_LAYER_ID, id);
    flat_build_ref(build, V3_LAYER_NAME, name);
    flat_build_ref(build, V3_LAYER_TYPE, type);
    flat_build_ref(build, V3_LAYER_INPUTS, in);
    flat_build_ref(build, V3_LAYER_OUTPUTS, out);
    flat_build_ref(build, V3_LAYER_ATTRS, attrs);
    return flat_build_table(build);
}

static void build_model(struct net *net, struct flat_build *build)
{
    uint32_t places[NET_LAYERS_MAX], layers;

    for (uint32_t i = 0; i < net->n_layers; i++)
        places[i] = build_layer(net, i, build);
    layers = flat_build_refs(build, places, net->n_layers);
    flat_build_ref(build, V3_NET_LAYERS, layers);
    flat_build_finish(build, flat_build_table(build), "NETD");
}

static uint32_t build_tensor(struct net *net, const struct net_tensor *tensor,
                             struct flat_build *build)
{
    bool codes = tensor->dtype == V3_DTYPE_U8;
    uint32_t name = flat_build_string(build, tensor->name);
    uint32_t dims = flat_build_vector(build, tensor->dims.dim, tensor->dims.rank, 4);
    uint32_t numbers = flat_build_vector(build, tensor->numbers, tensor->n, codes ? 1 : 4), data;
    uint32_t attrs;

    flat_build_u8(build, V3_DATA_DTYPE, tensor->dtype);
    flat_build_ref(build, codes ? V3_DATA_BYTES : V3_DATA_FLOATS, numbers);
    data = flat_build_table(build);
    attrs = tensor->attrs ? v3_tree_build(&net->tree, tensor->attrs, build) : 0;
    flat_build_ref(build, V3_TENSOR_NAME, name);
    flat_build_ref(build, V3_TENSOR_DIMS, dims);
    flat_build_ref(build, V3_TENSOR_DATA, data);
    flat_build_ref(build, V3_TENSOR_ATTRS, attrs);
    return flat_build_table(build);
}

static void build_params(struct net *net, struct flat_build *build)
{
    uint32_t places[NET_TENSORS_MAX], tensors[NET_TENSORS_MAX], n = 0, i = 0, name, list;

    while (i < net->n_tensors) {
        const char *layer = net->tensors[i].layer;
        uint32_t k = 0;

        name = flat_build_string(build, layer);
        for (; i < net->n_tensors && net->tensors[i].layer == layer; i++)
            tensors[k++] = build_tensor(net, &net->tensors[i], build);
        list = flat_build_refs(build, tensors, k);
        flat_build_ref(build, V3_STORED_NAME, name);
        flat_build_ref(build, V3_STORED_TENSORS, list);
        places[n++] = flat_build_table(build);
    }
    list = flat_build_refs(build, places, n);
    flat_build_ref(build, V3_PARAMS_LAYERS, list);
    flat_build_finish(build, flat_build_table(build), "NETP");
}

struct buf net_bytes(struct net *net)
{
    struct flat_build model = {0}, params = {0};
    struct buf bytes;

    build_model(net, &model);
    build_params(net, &params);
    flat_build_prefix(&model, container_header, CONTAINER_HEADER_SIZE);
    flat_build_prefix(&params, container_header, CONTAINER_HEADER_SIZE);
    bytes =
        net_archive(flat_build_bytes(&model), model.size, flat_build_bytes(&params), params.size);
    flat_build_done(&model);
    flat_build_done(&params);
    v3_tree_done(&net->tree);
    *net = (struct net){.n_layers = 0};
    return bytes;
}

struct buf net_archive(const void *model, size_t model_size, const void *params, size_t params_size)
{
    struct zip_record records[3] = {{CONTAINER_METADATA, "model-version=1\n", 16}};
    struct buf bytes = {NULL, 0, 0};
    size_t n = 1;

    if (model)
        records[n++] = (struct zip_record){CONTAINER_MODEL, model, model_size};
    if (params)
        records[n++] = (struct zip_record){CONTAINER_PARAMS, params, params_size};
    ck_assert_int_eq(zip_write(records, n, ZIP_STAMP_MIN, &bytes, NULL), 0);
    return bytes;
}

static void patch(unsigned char *base, size_t size, const void *from, const void *to, size_t n,
                  uint32_t nth)
{
    uint32_t seen = 0;

    for (size_t at = size >= n ? size - n + 1 : 0; at-- > 0;) {
        if (memcmp(base + at, from, n) != 0)
            continue;
        seen++;
        if (nth == 0 || seen == nth)
            memcpy(base + at, to, n);
        if (seen == nth)
            return;
    }
    ck_assert_msg(nth == 0 && seen > 0, "what was to be patched is not there");
}

struct buf net_patched(const struct buf *bytes, const char *record, const void *from,
                       const void *to, size_t n, uint32_t nth)
{
    struct zip_record records[8];
    struct buf patched = {NULL, 0, 0};
    unsigned char *copy = NULL;
    struct zip zip;

    ck_assert_int_eq(zip_read(bytes->base, bytes->size, &zip, NULL), 0);
    ck_assert_uint_le(zip.n_entries, ARRAY_SIZE(records));
    for (size_t i = 0; i < zip.n_entries; i++) {
        const struct zip_entry *entry = &zip.entries[i];

        records[i] = (struct zip_record){entry->name, entry->base, entry->size};
        if (strcmp(entry->name, record) != 0)
            continue;
        copy = malloc(entry->size);
        memcpy(copy, entry->base, entry->size);
        patch(copy, entry->size, from, to, n, nth);
        records[i].base = copy;
    }
    ck_assert_ptr_nonnull(copy);
    ck_assert_int_eq(zip_write(records, zip.n_entries, ZIP_STAMP_MIN, &patched, NULL), 0);
    zip_done(&zip);
    free(copy);
    return patched;
}
