/* Each case of data/infer_cases.def as a graph of Inputs and one node. */
#include <stdbool.h>
#include <stdio.h>

#include "base/error.h"
#include "base/str.h"
#include "model/build.h"
#include "model/ops/arg_max.h"
#include "model/ops/binary.h"
#include "model/ops/concat.h"
#include "model/ops/conv.h"
#include "model/ops/deconv.h"
#include "model/ops/depth_to_space.h"
#include "model/ops/gather.h"
#include "model/ops/input.h"
#include "model/ops/matmul.h"
#include "model/ops/pack.h"
#include "model/ops/pad.h"
#include "model/ops/permute.h"
#include "model/ops/pool.h"
#include "model/ops/reduce.h"
#include "model/ops/reshape.h"
#include "model/ops/resize.h"
#include "model/ops/space_to_depth.h"
#include "model/ops/strided_slice.h"
#include "model/ops/tile.h"
#include "tests/support/suite.h"

#define INPUTS_MOST 5

struct infer_case {
    enum op op;
    const void *attrs;
    uint32_t n_inputs;
    struct shape inputs[INPUTS_MOST];
    bool welcome; /* false: another implementation refuses it too, or nothing would be left */
    struct shape output;
};

static const struct infer_case cases[] = {
#include "tests/model/data/infer_cases.def"
};

static uint32_t add_input(struct builder *builder, const struct shape *shape, uint32_t i)
{
    int32_t sizes[SHAPE_RANK_MAX];
    const struct input_attrs attrs = {.shape = {sizes, shape->rank}};
    char name[16];
    uint32_t value;

    snprintf(name, sizeof(name), "x%u", i);
    for (uint32_t k = 0; k < shape->rank; k++)
        sizes[k] = (int32_t)shape->dim[k];
    ck_assert_int_eq(build_node(builder,
                                &(struct node_spec){.name = name,
                                                    .op = OP_INPUT,
                                                    .attrs = &attrs,
                                                    .outputs = (const char *[]){name},
                                                    .n_outputs = 1},
                                &value, NULL),
                     0);
    return value;
}

static void check_case(const struct infer_case *c, size_t number)
{
    char got[STR_SHAPE_SIZE] = "", want[STR_SHAPE_SIZE];
    _cleanup_(builder_freep) struct builder *builder = NULL;
    struct node_spec spec = {.name = "node",
                             .op = c->op,
                             .attrs = c->attrs,
                             .n_inputs = c->n_inputs,
                             .outputs = (const char *[]){"y"},
                             .n_outputs = 1};
    uint32_t inputs[INPUTS_MOST], value;
    struct fault fault = {""};
    int r;

    ck_assert_int_eq(builder_new(&builder), 0);
    for (uint32_t i = 0; i < c->n_inputs; i++)
        inputs[i] = add_input(builder, &c->inputs[i], i);
    spec.inputs = inputs;
    r = build_node(builder, &spec, &value, &fault);
    if (r == 0)
        str_shape(&builder_value(builder, value)->shape, got, sizeof(got));
    ck_assert_msg((r == 0) == c->welcome, "case %zu, %s: got %d %s%s", number, op_get(c->op)->name,
                  r, fault.text, got);
    ck_assert_msg(r == 0 || r == E_SHAPE || r == E_OP_ATTR, "case %zu: %d", number, r);
    ck_assert_msg(r == 0 || fault.text[0], "case %zu is refused without a word", number);
    if (r == 0)
        ck_assert_msg(shape_equal(&builder_value(builder, value)->shape, &c->output),
                      "case %zu, %s: got %s, not %s", number, op_get(c->op)->name, got,
                      str_shape(&c->output, want, sizeof(want)));
}

START_TEST(shapes_are_those_of_other_implementations)
{
    ck_assert_uint_gt(ARRAY_SIZE(cases), 400);
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        check_case(&cases[i], i);
}
END_TEST

SUITE(shapes_are_those_of_other_implementations);
