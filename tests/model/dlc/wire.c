#include "tests/model/dlc/wire.h"

#include <string.h>

#include "base/base.h"
#include "model/dlc/container.h"
#include "tests/support/suite.h"

static void put(struct buf *to, const void *from, size_t size)
{
    ck_assert_int_eq(size ? buf_append(to, from, size) : 0, 0);
}

static void put_varint(struct buf *to, uint64_t v)
{
    do {
        unsigned char byte = (unsigned char)(v & 0x7f);

        v >>= 7;
        byte |= v ? 0x80 : 0;
        put(to, &byte, 1);
    } while (v);
}

void wire_number(struct buf *to, uint32_t field, uint64_t v)
{
    put_varint(to, (uint64_t)field << 3);
    put_varint(to, v);
}

void wire_float(struct buf *to, uint32_t field, float v)
{
    put_varint(to, (uint64_t)field << 3 | 5);
    put(to, &v, sizeof(v));
}

void wire_bytes(struct buf *to, uint32_t field, const void *base, size_t size)
{
    put_varint(to, (uint64_t)field << 3 | 2);
    put_varint(to, size);
    put(to, base, size);
}

void wire_text(struct buf *to, uint32_t field, const char *text)
{
    wire_bytes(to, field, text, strlen(text));
}

void wire_inner(struct buf *to, uint32_t field, struct buf inner)
{
    wire_bytes(to, field, inner.base, inner.size);
    buf_done(&inner);
}

static void put_dims(struct buf *to, uint32_t field, const struct shape *dims)
{
    for (uint32_t i = 0; i < dims->rank; i++)
        wire_number(to, field, dims->dim[i]);
}

struct buf wire_floats(struct shape dims)
{
    struct buf blob = {NULL, 0, 0};
    size_t n = shape_elements(&dims);
    float *numbers = calloc(n + 1, sizeof(*numbers));

    for (size_t i = 0; i < n; i++)
        numbers[i] = 0.25f * (float)i - 1;
    put_dims(&blob, 1, &dims);
    wire_bytes(&blob, 2, numbers, n * sizeof(*numbers));
    free(numbers);
    return blob;
}

static struct buf encoding_message(const struct encoding *encoding)
{
    struct buf message = {NULL, 0, 0};

    wire_number(&message, 1, 8);
    wire_float(&message, 2, encoding->min);
    wire_float(&message, 3, encoding->max);
    wire_float(&message, 4, encoding->delta);
    wire_float(&message, 5, (float)encoding->offset);
    return message;
}

struct buf wire_codes(struct shape dims, const struct encoding *encoding)
{
    struct buf blob = {NULL, 0, 0}, codes = {NULL, 0, 0};
    size_t n = shape_elements(&dims);
    unsigned char *numbers = calloc(n + 1, 1);

    for (size_t i = 0; i < n; i++)
        numbers[i] = (unsigned char)(7 * i);
    put_dims(&blob, 1, &dims);
    wire_bytes(&codes, 3, numbers, n);
    wire_inner(&codes, 4, encoding_message(encoding));
    wire_inner(&blob, 3, codes);
    free(numbers);
    return blob;
}

void wire_add(struct buf *net, const struct wire_layer *layer)
{
    struct buf message = {NULL, 0, 0}, zero = {NULL, 0, 0}, output = {NULL, 0, 0};

    wire_text(&message, 1, layer->name);
    wire_number(&message, 2, layer->type);
    put_dims(&message, 3, &layer->dims);
    wire_number(&message, 6, layer->id);
    for (uint32_t i = 0; i < ARRAY_SIZE(layer->in) && layer->in[i]; i++)
        wire_text(&message, 7, layer->in[i]);
    for (uint32_t i = 0; i < ARRAY_SIZE(layer->out) && layer->out[i]; i++)
        wire_text(&message, 8, layer->out[i]);
    wire_number(&zero, 1, 0);
    wire_inner(&message, 9, zero);
    if (layer->encoding) {
        wire_inner(&output, 4, encoding_message(layer->encoding));
        wire_inner(&message, 10, output);
    }
    wire_bytes(&message, 13, NULL, 0);
    if (layer->field)
        wire_inner(&message, layer->field, layer->params);
    wire_inner(net, 5, message);
}

void wire_add_input(struct buf *net, struct shape dims)
{
    struct buf params = {NULL, 0, 0};

    wire_number(&params, 1, 0);
    wire_number(&params, 2, 4);
    wire_number(&params, 3, 4);
    wire_number(&params, 4, 1);
    wire_add(net, &(struct wire_layer){.name = "x",
                                       .type = 60,
                                       .in = {"x"},
                                       .out = {"x"},
                                       .dims = dims,
                                       .field = 40,
                                       .params = params});
}

struct buf wire_archive(struct buf *net)
{
    static const unsigned char header[CONTAINER_HEADER_SIZE] = {0xd5, 0x0a, 2, 0, 5};
    struct buf record = {NULL, 0, 0}, archive = {NULL, 0, 0};

    put(&record, header, sizeof(header));
    put(&record, net->base, net->size);
    buf_done(net);
    {
        const struct zip_record records[] = {
            {CONTAINER_METADATA, "converter-version=1.22.0.212\n", 29},
            {CONTAINER_MODEL, record.base, record.size},
        };

        ck_assert_int_eq(zip_write(records, 2, ZIP_STAMP_MIN, &archive, NULL), 0);
    }
    buf_done(&record);
    return archive;
}

/* While wire_every writes. */
struct every {
    struct buf net;
    struct encoding encoding;
    bool coded;
    uint32_t n;
};

static struct buf tensor(const struct every *every, struct shape dims)
{
    return every->coded ? wire_codes(dims, &every->encoding) : wire_floats(dims);
}

static struct buf weights(const struct every *every, struct shape of, uint32_t n_bias)
{
    struct buf pair = {NULL, 0, 0};

    wire_inner(&pair, 1, tensor(every, of));
    wire_inner(&pair, 2, tensor(every, (struct shape){1, {n_bias}}));
    return pair;
}

/* The next layer; its output is NAME:0, its inputs are of the same form. */
static void add(struct every *every, const char *name, uint32_t type, const char *in,
                struct shape dims, uint32_t field, struct buf params)
{
    wire_add(&every->net, &(struct wire_layer){.name = name,
                                               .type = type,
                                               .in = {in},
                                               .out = {suite_text("%s:0", name)},
                                               .dims = dims,
                                               .id = ++every->n,
                                               .field = field,
                                               .params = params,
                                               .encoding = every->coded ? &every->encoding : NULL});
}

static struct buf numbers(const uint64_t *v, uint32_t n)
{
    struct buf message = {NULL, 0, 0};

    for (uint32_t i = 0; i < n; i++)
        wire_number(&message, i + 1, v[i]);
    return message;
}
#define NUMBERS(...)                                                                               \
    numbers((const uint64_t[]){__VA_ARGS__}, sizeof((uint64_t[]){__VA_ARGS__}) / sizeof(uint64_t))

static struct buf neuron(uint32_t type, float a, float clamp_4, float clamp_5)
{
    struct buf message = {NULL, 0, 0};

    wire_number(&message, 1, type);
    wire_float(&message, 2, a);
    wire_float(&message, 3, 0);
    wire_float(&message, 4, clamp_4);
    wire_float(&message, 5, clamp_5);
    return message;
}

static void add_convs(struct every *every)
{
    struct buf conv = NUMBERS(3, 3, 2, 2, 1, 1, 1, 1, 1, 0, 4);

    wire_inner(&conv, 20, weights(every, (struct shape){4, {3, 3, 2, 4}}, 4));
    add(every, "conv", 40, "x", (struct shape){4, {1, 4, 4, 4}}, 30, conv);
    /* depthwise, dilated over columns; SAME, whose leading pads are in the file */
    conv = NUMBERS(3, 3, 1, 1, 1, 2, 1, 4, 2, 0, 3);
    wire_inner(&conv, 20, weights(every, (struct shape){4, {3, 3, 1, 4}}, 4));
    add(every, "depthwise", 40, "conv:0", (struct shape){4, {1, 4, 4, 4}}, 30, conv);
}

static void add_neurons(struct every *every)
{
    const struct shape dims = {4, {1, 4, 4, 4}};

    add(every, "relu", 150, "depthwise:0", dims, 90, neuron(3, 0, 0, 0));
    add(every, "relu6", 150, "relu:0", dims, 90, neuron(3, 0, 0, 6));
    add(every, "clamped", 150, "relu6:0", dims, 90, neuron(9, 0, 4, 0));
    add(every, "sigmoid", 150, "clamped:0", dims, 90, neuron(2, 1, 0, 0));
    add(every, "elu", 150, "sigmoid:0", dims, 90, neuron(6, 0.5f, 0, 0));
}

/* Caffe's windows are rounded up, ONNX's down. */
static void add_pools(struct every *every)
{
    struct buf norm = {NULL, 0, 0};

    add(every, "max", 130, "x", (struct shape){4, {1, 4, 4, 2}}, 110,
        NUMBERS(3, 3, 2, 2, 0, 0, 0, 1));
    add(every, "average", 10, "x", (struct shape){4, {1, 4, 4, 2}}, 110,
        NUMBERS(3, 3, 2, 2, 1, 1, 1, 4));
    wire_inner(&norm, 1, tensor(every, (struct shape){4, {1, 1, 2, 1}}));
    wire_inner(&norm, 2, tensor(every, (struct shape){4, {1, 1, 2, 1}}));
    for (uint32_t i = 3; i <= 5; i++)
        wire_number(&norm, i, i > 3);
    add(every, "norm", 20, "max:0", (struct shape){4, {1, 4, 4, 2}}, 20, norm);
}

static void add_joins(struct every *every)
{
    struct buf sum = {NULL, 0, 0};

    wire_number(&sum, 1, 2);
    wire_float(&sum, 2, 1);
    wire_float(&sum, 2, -0.5f);
    wire_add(&every->net, &(struct wire_layer){.name = "sum",
                                               .type = 90,
                                               .in = {"norm:0", "average:0"},
                                               .out = {"sum:0"},
                                               .dims = {4, {1, 4, 4, 2}},
                                               .id = ++every->n,
                                               .field = 60,
                                               .params = sum});
    wire_add(&every->net, &(struct wire_layer){.name = "concat",
                                               .type = 30,
                                               .in = {"sum:0", "elu:0"},
                                               .out = {"concat:0"},
                                               .dims = {4, {1, 4, 4, 6}},
                                               .id = ++every->n,
                                               .field = 25,
                                               .params = NUMBERS(3)});
}

static void add_tail(struct every *every)
{
    const struct buf none = {NULL, 0, 0};
    struct buf order = {NULL, 0, 0};
    static const uint32_t axes[] = {0, 3, 1, 2};

    for (uint32_t i = 0; i < 4; i++)
        wire_number(&order, 1, axes[i]);
    add(every, "permute", 155, "concat:0", (struct shape){4, {1, 6, 4, 4}}, 115, order);
    add(every, "reshape", 163, "permute:0", (struct shape){2, {1, 96}}, 0, none);
    add(every, "fc", 100, "reshape:0", (struct shape){2, {1, 3}}, 70,
        weights(every, (struct shape){2, {3, 96}}, 3));
    add(every, "softmax", 170, "fc:0", (struct shape){2, {1, 3}}, 0, none);
}

struct buf wire_every(bool coded)
{
    struct every every = {.coded = coded};

    ck_assert_int_eq(encoding_of_range(-0.5, 1.25, &every.encoding), 0);
    wire_add_input(&every.net, (struct shape){4, {1, 8, 8, 2}});
    add_convs(&every);
    add_neurons(&every);
    add_pools(&every);
    add_joins(&every);
    add_tail(&every);
    if (coded)
        wire_number(&every.net, 13, 1);
    return wire_archive(&every.net);
}
