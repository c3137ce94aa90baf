#include "tests/ops/cases.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "base/mem.h"
#include "model/build.h"
#include "model/ops/input.h"
#include "tests/backends/rig.h"
#include "tests/support/numbers.h"
#include "tests/support/suite.h"

/* Where a case runs now; named when it fails. */
struct place {
    const struct rig_backend *backend;
    const char *isa;
    uint32_t n_threads;
};

/* What a case is made of, once for all places. */
struct built {
    const struct op_case *it;
    struct graph *graph;
    uint32_t n_in; /* that are not constants */
    struct edge in[RIG_EDGES];
    struct region in_regions[RIG_EDGES];
    struct span in_spans[RIG_EDGES];
};

static void fill(const struct case_in *in, void *to)
{
    struct random random = {in->seed};
    size_t n = shape_elements(&in->shape);

    if (in->given)
        memcpy(to, in->given, n * sizeof(float));
    else if (in->bytes)
        random_bytes(&random, to, n);
    else
        random_floats(&random, in->lo, in->hi, to, n);
}

static uint32_t add_constant(struct builder *builder, const struct case_in *in, const char *name)
{
    struct constant constant = {.name = name, .shape = in->shape, .dtype = DTYPE_F32};
    struct fault fault;
    uint32_t value;

    constant.blob = blob_new(shape_elements(&in->shape) * sizeof(float));
    ck_assert_ptr_nonnull(constant.blob);
    fill(in, blob_base(constant.blob));
    ck_assert_msg(build_constant(builder, &constant, &value, &fault) == 0, "%s", fault.text);
    blob_unref(constant.blob);
    return value;
}

static uint32_t add_input(struct builder *builder, const struct case_in *in, const char *name)
{
    int32_t dims[SHAPE_RANK_MAX];
    struct input_attrs attrs = {.shape = {dims, in->shape.rank}};
    const struct node_spec spec = {
        .name = name, .op = OP_INPUT, .attrs = &attrs, .outputs = &name, .n_outputs = 1};
    struct fault fault;
    uint32_t value;

    for (uint32_t i = 0; i < in->shape.rank; i++)
        dims[i] = (int32_t)in->shape.dim[i];
    ck_assert_msg(build_node(builder, &spec, &value, &fault) == 0, "%s", fault.text);
    return value;
}

/* An input of exactly its size, so that a read beyond it is an address sanitizer's. */
static void add_span(struct built *built, const struct case_in *in)
{
    struct region *region = &built->in_regions[built->n_in];
    size_t size = shape_elements(&in->shape) * (in->bytes ? 1 : sizeof(float));

    ck_assert_uint_lt(built->n_in, RIG_EDGES);
    *region = (struct region){.id = built->n_in + 1, .fd = -1, .size = size};
    ck_assert_int_eq(posix_memalign(&region->base, MEM_ALIGN, size), 0);
    fill(in, region->base);
    built->in[built->n_in].dtype = in->bytes ? DTYPE_U8 : DTYPE_F32;
    built->in_spans[built->n_in] = (struct span){.region = region, .size = size};
    built->n_in++;
}

static void add_node(struct builder *builder, const struct built *built, const uint32_t *inputs)
{
    static const char *const outputs[CASE_OUT_MAX] = {"y0", "y1", "y2"};
    const struct op_case *it = built->it;
    const struct node_spec spec = {
        .name = it->name,
        .op = it->op,
        .attrs = it->attrs,
        .inputs = inputs,
        .outputs = outputs,
        .n_inputs = it->n_in,
        .n_outputs = it->n_out,
    };
    uint32_t values[CASE_OUT_MAX];
    struct fault fault;

    ck_assert_msg(build_node(builder, &spec, values, &fault) == 0, "%s", fault.text);
    for (uint32_t i = 0; i < it->n_out; i++) {
        ck_assert_msg(shape_equal(&builder_value(builder, values[i])->shape, &it->out[i].shape),
                      "%s: output %u has another shape than the reference", it->name, i);
        ck_assert_int_eq(build_output(builder, values[i], NULL), 0);
    }
}

static void build(const struct op_case *it, struct built *ret)
{
    static const char *const names[CASE_IN_MAX] = {"x0", "x1", "x2", "x3", "x4", "x5", "x6"};
    _cleanup_(builder_freep) struct builder *builder = NULL;
    uint32_t inputs[CASE_IN_MAX];
    struct fault fault;

    *ret = (struct built){.it = it};
    ck_assert_int_eq(builder_new(&builder), 0);
    for (uint32_t i = 0; i < it->n_in; i++) {
        const struct case_in *in = &it->in[i];

        if (in->seed == 0 && !in->given)
            inputs[i] = NO_VALUE;
        else if (in->constant)
            inputs[i] = add_constant(builder, in, names[i]);
        else {
            inputs[i] = add_input(builder, in, names[i]);
            add_span(ret, in);
        }
    }
    add_node(builder, ret, inputs);
    ck_assert_msg(build_done(builder, &ret->graph, &fault) == 0, "%s", fault.text);
}

static void unbuild(struct built *built)
{
    for (uint32_t i = 0; i < built->n_in; i++)
        free(built->in_regions[i].base);
    graph_unref(built->graph);
}

static void check_numbers(const struct place *place, const struct op_case *it, uint32_t i,
                          const void *got)
{
    const struct case_out *out = &it->out[i];
    size_t n = shape_elements(&out->shape);
    float *reals = malloc(n * sizeof(*reals) + 1);

    ck_assert_ptr_nonnull(reals);
    for (size_t k = 0; k < n; k++)
        reals[k] = out->bytes ? ((const uint8_t *)got)[k] : ((const float *)got)[k];
    ck_assert_msg(numbers_apart_in_range(reals, out->want, n) <= it->most,
                  "%s: output %u on %s %s with %u threads is %g off in its range", it->name, i,
                  place->backend->ops->name, place->isa, place->n_threads,
                  numbers_apart_in_range(reals, out->want, n));
    free(reals);
}

/* The first output bytes are kept in FIRST, the next are held to them. */
static void check_bits(const struct place *place, const struct op_case *it, const struct span *span,
                       void **first)
{
    if (!*first) {
        *first = malloc(span->size);
        ck_assert_ptr_nonnull(*first);
        memcpy(*first, span_base(span), span->size);
    }
    ck_assert_msg(memcmp(*first, span_base(span), span->size) == 0,
                  "%s: other bits with %u threads", it->name, place->n_threads);
}

static void run_plan(const struct place *place, const struct built *built, const struct rig *rig,
                     void **first)
{
    struct rig_memory memory;
    struct binding *binding;

    rig_memory_init(rig, &memory);
    memcpy(memory.in, built->in_spans, sizeof(memory.in));
    binding = rig_bind(rig, &memory);
    for (int turn = 0; turn < 2; turn++)
        rig_run(rig, binding);
    rig->ops->binding_free(binding);
    rig_memory_check(rig, &memory);
    for (uint32_t i = 0; i < built->it->n_out; i++) {
        check_numbers(place, built->it, i, span_base(&memory.out[i]));
        check_bits(place, built->it, &memory.out[i], &first[i]);
    }
    rig_memory_done(&memory);
}

/* The cpu backend must take every case, the others may. */
static void run_threads(const struct place *place, const struct built *built, void **first)
{
    struct fault fault;
    struct rig rig;
    bool taken;

    rig_init(&rig, place->backend, graph_ref(built->graph), place->n_threads);
    memcpy(rig.in, built->in, sizeof(rig.in));
    for (uint32_t i = 0; i < built->it->n_out; i++)
        rig.out[i].dtype = built->it->out[i].bytes ? DTYPE_U8 : DTYPE_F32;
    taken = rig_try_compile(&rig, &fault);
    ck_assert_msg(taken || strcmp(rig.ops->name, "cpu") != 0, "%s", fault.text);
    if (taken)
        run_plan(place, built, &rig, first);
    rig_done(&rig);
}

/* The bits may differ between instruction sets, but not with the number of threads. */
static void run_isa(struct place *place, const struct built *built)
{
    void *first[CASE_OUT_MAX] = {NULL};

    setenv("SNPED_ISA", place->isa, 1);
    if (place->backend->ops->probe(&(struct backend_options){.options = place->backend->options},
                                   NULL) == 0)
        for (place->n_threads = 1; place->n_threads <= 2; place->n_threads++)
            run_threads(place, built, first);
    for (uint32_t i = 0; i < CASE_OUT_MAX; i++)
        free(first[i]);
}

void cases_run(const struct op_case *cases, size_t n)
{
    static const char *const isas[] = {"portable", "avx2", "avx512"};

    for (size_t i = 0; i < n; i++) {
        struct built built;

        build(&cases[i], &built);
        for (const struct rig_backend *it = rig_backends(); it->ops; it++)
            for (size_t k = 0; k < ARRAY_SIZE(isas); k++)
                run_isa(&(struct place){.backend = it, .isa = isas[k]}, &built);
        unbuild(&built);
    }
}
