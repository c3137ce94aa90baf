#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "model/dlc/v3.h"
#include "model/dlc/v3_encoding.h"
#include "model/dlc/v3_format.h"

int v3_params_open(struct v3_reader *reader)
{
    for (uint32_t i = 0; i < reader->stored.n && !reader->params.bad; i++) {
        struct flat_table table = flat_vector_table(&reader->stored, i);
        const char *name = flat_string(&table, V3_STORED_NAME);
        int r = reader->params.bad ? 0 : names_add(&reader->stored_names, name);

        if (r == -EEXIST)
            return fail(reader->fault, E_DLC_RECORD,
                        "record model.params: there are two entries for layer %.100s", name);
        if (r < 0)
            return r;
    }
    return flat_error(&reader->params, CONTAINER_PARAMS, reader->fault);
}

struct flat_vector v3_params_of(const struct v3_layer *layer)
{
    struct v3_reader *reader = layer->reader;
    uint32_t number = names_find(&reader->stored_names, layer->name);
    struct flat_table table;

    if (number == NAMES_NONE)
        return (struct flat_vector){.flat = &reader->params, .element_size = 4};
    table = flat_vector_table(&reader->stored, number);
    return flat_vector(&table, V3_STORED_TENSORS, 4);
}

bool v3_params_find(const struct flat_vector *tensors, const char *name, struct flat_table *ret)
{
    for (uint32_t i = 0; i < tensors->n && !tensors->flat->bad; i++) {
        *ret = flat_vector_table(tensors, i);
        if (strcmp(flat_string(ret, V3_TENSOR_NAME), name) == 0)
            return !tensors->flat->bad;
    }
    return false;
}

/* The numbers of a tensor where they lie in the record. */
struct numbers {
    enum dtype dtype;
    struct flat_vector v;
};

static int find_numbers(const struct flat_table *tensor, struct numbers *ret, struct fault *fault)
{
    struct flat_table data = flat_child(tensor, V3_TENSOR_DATA);
    uint8_t code = flat_u8(&data, V3_DATA_DTYPE);

    if (code == V3_DTYPE_U8)
        *ret = (struct numbers){DTYPE_TF8, flat_vector(&data, V3_DATA_BYTES, 1)};
    else if (code == V3_DTYPE_F32)
        *ret = (struct numbers){DTYPE_F32, flat_vector(&data, V3_DATA_FLOATS, 4)};
    else
        return fail(fault, E_DLC_RECORD,
                    "its numbers are of type %u; 6 (8-bit codes) and 9 (float32) can be read",
                    code);
    return 0;
}

/* The dims, which must hold as many numbers as there are, and a tensor's limits. */
static int take_shape(const struct flat_table *tensor, const struct numbers *numbers,
                      struct shape *ret, struct fault *fault)
{
    struct flat_vector dims = flat_vector(tensor, V3_TENSOR_DIMS, 4);
    size_t bytes = 0;

    if (dims.n > SHAPE_RANK_MAX)
        return fail(fault, E_DLC_RECORD, "it has %u dims; at most %d are possible", dims.n,
                    SHAPE_RANK_MAX);
    *ret = (struct shape){.rank = dims.n};
    for (uint32_t i = 0; i < dims.n; i++)
        ret->dim[i] = flat_vector_u32(&dims, i);
    if (shape_check(ret, numbers->v.element_size, &bytes) < 0 ||
        bytes != (size_t)numbers->v.n * numbers->v.element_size)
        return fail(fault, E_DLC_RECORD, "its dims do not hold the %u numbers that it has",
                    numbers->v.n);
    return 0;
}

/* All that can be wrong with a tensor, before memory is taken for it. */
static int check_tensor(struct v3_layer *layer, const struct flat_table *tensor,
                        struct numbers *numbers, struct shape *shape, struct v3_encoding *encoding,
                        struct fault *fault)
{
    struct flat_vector attrs = flat_vector(tensor, V3_TENSOR_ATTRS, 4);
    struct v3_reader *reader = layer->reader;
    int r = find_numbers(tensor, numbers, fault);

    if (r == 0)
        r = take_shape(tensor, numbers, shape, fault);
    if (r == 0)
        r = v3_encoding_read(&attrs, 0, shape, &reader->scratch, encoding, fault);
    if (r < 0)
        return r;
    reader->n_bytes += (uint64_t)numbers->v.n * numbers->v.element_size;
    if (reader->n_bytes > reader->params.size)
        return fail(fault, E_DLC_RECORD, "tensors share their bytes: the record is damaged");
    return 0;
}

static int copy_out(struct v3_layer *layer, const char *name, const struct numbers *numbers,
                    const struct shape *shape, const struct v3_encoding *encoding, uint32_t *ret)
{
    size_t size = (size_t)numbers->v.n * numbers->v.element_size;
    _cleanup_(blob_unrefp) struct blob *blob = blob_new(size);
    const struct constant constant = {
        .name = name,
        .shape = *shape,
        .dtype = numbers->dtype,
        .blob = blob,
        .encodings = encoding->v,
        .n_encodings = encoding->n,
        .encoding_axis = encoding->axis,
    };

    if (!blob)
        return -ENOMEM;
    if (size && !layer->reader->structure)
        memcpy(blob_base(blob), flat_vector_bytes(&numbers->v), size);
    return build_constant(layer->reader->builder, &constant, ret, layer->reader->fault);
}

int v3_params_constant(struct v3_layer *layer, const struct flat_table *tensor, const char *name,
                       const struct v3_encoding *fallback, uint32_t *ret)
{
    struct v3_encoding encoding = {0};
    struct fault wrong, inner;
    struct numbers numbers;
    struct shape shape;
    int r = check_tensor(layer, tensor, &numbers, &shape, &encoding, &wrong);

    if (r == -ENOMEM)
        return r;
    if (v3_reader_error(layer->reader) < 0)
        return E_DLC_RECORD;
    if (r < 0) {
        fail(&inner, 0, "tensor %.40s: %.150s", flat_string(tensor, V3_TENSOR_NAME), wrong.text);
        return v3_layer_fail(layer, r, &inner);
    }
    if (encoding.n == 0 && fallback)
        encoding = *fallback;
    return copy_out(layer, name, &numbers, &shape, &encoding, ret);
}
