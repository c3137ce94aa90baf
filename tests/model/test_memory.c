/*
 * Memory runs out at each allocation in turn: nothing crashes, leaks or is left half done. The
 * linker leads malloc and its kin here (see CMakeLists.txt).
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/build.h"
#include "model/derive.h"
#include "model/memplan.h"
#include "model/ops/conv.h"
#include "model/ops/input.h"
#include "model/ops/reshape.h"
#include "tests/support/suite.h"

static long countdown = -1; /* the allocation that fails; below 0: none */
static long n_held;         /* blocks that were handed out and not freed */

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
int __real_posix_memalign(void **ret, size_t align, size_t size);
void __real_free(void *p);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
int __wrap_posix_memalign(void **ret, size_t align, size_t size);
void __wrap_free(void *p);

static bool runs_out(void)
{
    return countdown >= 0 && countdown-- == 0;
}

void *__wrap_malloc(size_t size)
{
    void *p = runs_out() ? NULL : __real_malloc(size);

    n_held += p != NULL;
    return p;
}

void *__wrap_calloc(size_t n, size_t size)
{
    void *p = runs_out() ? NULL : __real_calloc(n, size);

    n_held += p != NULL;
    return p;
}

int __wrap_posix_memalign(void **ret, size_t align, size_t size)
{
    int r = runs_out() ? ENOMEM : __real_posix_memalign(ret, align, size);

    n_held += r == 0;
    return r;
}

void __wrap_free(void *p)
{
    n_held -= p != NULL;
    __real_free(p);
}

static int add_constant(struct builder *builder, const char *name, const struct shape *shape,
                        uint32_t *ret)
{
    static const struct encoding encodings[2] = {{0, 255, 1, 0}, {0, 255, 1, 0}};
    const bool codes = shape->rank == 3;
    const size_t n = shape_elements(shape) * (codes ? 1 : 4);
    _cleanup_(blob_unrefp) struct blob *blob = blob_new(n);
    const struct constant constant = {.name = name,
                                      .shape = *shape,
                                      .dtype = codes ? DTYPE_TF8 : DTYPE_F32,
                                      .blob = blob,
                                      .encodings = encodings,
                                      .n_encodings = codes ? 2 : 0};

    if (!blob)
        return -ENOMEM;
    memset(blob_base(blob), 0, n);
    return build_constant(builder, &constant, ret, NULL);
}

static int add_node(struct builder *builder, const char *name, enum op op, const void *attrs,
                    const uint32_t *inputs, uint32_t n_inputs, uint32_t *ret)
{
    return build_node(builder,
                      &(struct node_spec){.name = name,
                                          .op = op,
                                          .attrs = attrs,
                                          .inputs = inputs,
                                          .n_inputs = n_inputs,
                                          .outputs = &name,
                                          .n_outputs = 1},
                      ret, NULL);
}

/* x - conv - batch norm - reshape, with 8-bit codes that somebody adds. */
static int build_net(struct builder *builder)
{
    static const struct encoding encoding = {0, 255, 1, 0};
    const struct input_attrs input = {.shape = {(const int32_t[]){1, 4, 4, 2}, 4}};
    const struct reshape_attrs flat = {{(const int32_t[]){1, 48}, 2}};
    const struct conv_attrs k1 = {.window = {1, 1, 1, 1, 1, 1, 0, 0, 0, 0, PADDING_EXPLICIT},
                                  .groups = 1};
    uint32_t v[8];
    int r = add_node(builder, "x", OP_INPUT, &input, NULL, 0, &v[0]);

    r = r < 0 ? r : add_constant(builder, "w", &(struct shape){4, {1, 1, 2, 3}}, &v[1]);
    r = r < 0 ? r : add_node(builder, "conv", OP_CONV, &k1, v, 2, &v[2]);
    r = r < 0 ? r : add_constant(builder, "bn.w", &(struct shape){1, {3}}, &v[3]);
    r = r < 0 ? r : add_constant(builder, "bn.b", &(struct shape){1, {3}}, &v[4]);
    r = r < 0 ? r : add_node(builder, "bn", OP_BATCH_NORM, NULL, &v[2], 3, &v[5]);
    r = r < 0 ? r : add_constant(builder, "codes", &(struct shape){3, {2, 1, 1}}, &v[6]);
    r = r < 0 ? r : add_node(builder, "flat", OP_RESHAPE, &flat, &v[5], 1, &v[7]);
    r = r < 0 ? r : build_encoding(builder, v[7], &encoding, 1, 0, NULL);
    r = r < 0 ? r : build_output(builder, v[7], NULL);
    return r < 0 ? r : build_section(builder, "aip", "abc", 3, NULL);
}

static int build_all(struct graph **ret)
{
    _cleanup_(builder_freep) struct builder *builder = NULL;
    int r = builder_new(&builder);

    r = r < 0 ? r : build_net(builder);
    return r < 0 ? r : build_done(builder, ret, NULL);
}

/* Everything that allocates, once. */
static int use_everything(void)
{
    static const struct input_dims dims = {"x", {4, {3, 4, 4, 2}}};
    static const char *const outputs[] = {"flat"};
    const struct derive wish = {&dims, outputs, 1, 1};
    struct buffer buffers[] = {{100, 0, 1, 0}, {100, 1, 2, 0}};
    _cleanup_(graph_unrefp) struct graph *graph = NULL;
    _cleanup_(graph_unrefp) struct graph *floats = NULL;
    _cleanup_(graph_unrefp) struct graph *folded = NULL;
    _cleanup_(graph_unrefp) struct graph *derived = NULL;
    size_t size;
    int r = build_all(&graph);

    r = r < 0 ? r : graph_dequantize(graph, &floats, NULL);
    r = r < 0 ? r : graph_fold_batchnorm(floats, true, &folded, NULL);
    r = r < 0 ? r : graph_derive(folded, &wish, &derived, NULL);
    return r < 0 ? r : memplan(buffers, ARRAY_SIZE(buffers), &size, NULL);
}

START_TEST(every_allocation_may_fail)
{
    bool failed = true;
    long i;

    for (i = 0; failed && i < 10000; i++) {
        const long held = n_held; /* Check itself allocates between the rounds */
        long leaked;
        int r;

        countdown = i;
        r = use_everything();
        failed = countdown < 0;
        countdown = -1;
        leaked = n_held - held;
        ck_assert_msg(leaked == 0, "allocation %ld: %ld blocks leaked", i, leaked);
        ck_assert_msg(r == (failed ? -ENOMEM : 0), "allocation %ld: the answer was %d", i, r);
    }
    ck_assert(!failed);
    ck_assert_int_gt(i, 50);
}
END_TEST

/* A builder that a failed call left goes on as if the call had not been. */
START_TEST(a_builder_survives_each_failure)
{
    const struct input_attrs input = {.shape = {(const int32_t[]){1, 8}, 2}};
    long n_failed = 0;

    for (long i = 0; i < 30; i++) {
        struct builder *builder;
        struct graph *graph;
        uint32_t x, y;
        int r;

        ck_assert_int_eq(builder_new(&builder), 0);
        countdown = i;
        for (r = -ENOMEM; r < 0; n_failed += r < 0)
            r = add_node(builder, "x", OP_INPUT, &input, NULL, 0, &x);
        for (r = -ENOMEM; r < 0; n_failed += r < 0)
            r = add_node(builder, "y", OP_RELU, NULL, &x, 1, &y);
        for (r = -ENOMEM; r < 0; n_failed += r < 0)
            r = build_done(builder, &graph, NULL);
        countdown = -1;
        ck_assert_uint_eq(graph->n_nodes, 2);
        ck_assert_uint_eq(graph->n_values, 2);
        ck_assert_uint_eq(graph_find_value(graph, "y"), 1);
        graph_unref(graph);
        builder_free(builder);
    }
    ck_assert_int_gt(n_failed, 5);
}
END_TEST

SUITE(every_allocation_may_fail, a_builder_survives_each_failure);
