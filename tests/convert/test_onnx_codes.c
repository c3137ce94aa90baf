/* 8-bit models: their codes are kept, with the encodings that the file gives them. */
#include <math.h>
#include <string.h>

#include "tests/convert/case.h"
#include "tests/support/suite.h"

static struct graph *convert(const char *name)
{
    struct graph *graph = NULL;
    struct fault fault = {""};
    struct convert_case c;

    case_read(case_path(name), &c);
    ck_assert_msg(case_convert(&c, &graph, NULL, &fault) == 0, "%s", fault.text);
    case_done(&c);
    return graph;
}

static const struct value *find(const struct graph *graph, const char *name)
{
    uint32_t at = graph_find_value(graph, name);

    ck_assert_msg(at != NO_VALUE, "no value %s", name);
    return &graph->values[at];
}

/* Constant I of the layer that OP is, of which there is one. */
static const struct value *constant_of(const struct graph *graph, enum op op, uint32_t i)
{
    for (uint32_t k = 0; k < graph->n_nodes; k++)
        if (graph->nodes[k].op == op)
            return &graph->values[graph->nodes[k].inputs[i]];
    ck_abort_msg("there is no such layer");
    return NULL;
}

/* Code q means (q + OFFSET) * STEP. */
static void assert_encoding(const struct encoding *encoding, double step, int32_t offset)
{
    ck_assert_int_eq(encoding->offset, offset);
    ck_assert_float_eq(encoding->delta, (float)step);
    ck_assert_double_le(fabs((double)encoding->min - offset * step), 1e-6);
    ck_assert_double_le(fabs((double)encoding->max - (255 + offset) * step), 1e-6);
}

START_TEST(weights_stay_codes_with_a_step_for_each_channel)
{
    static const float steps[] = {0.01f, 0.02f, 0.005f};
    struct graph *graph = convert("qdq");
    const struct value *weights = constant_of(graph, OP_CONV, 1);
    const struct value *bias = constant_of(graph, OP_CONV, 2);

    ck_assert_int_eq(weights->dtype, DTYPE_TF8);
    ck_assert_uint_eq(weights->n_encodings, 3);
    ck_assert_uint_eq(weights->encoding_axis, 3);
    for (int i = 0; i < 3; i++)
        assert_encoding(&weights->encodings[i], steps[i], -128);
    ck_assert_int_eq(bias->dtype, DTYPE_F32);
    graph_unref(graph);
}
END_TEST

START_TEST(activations_have_the_encodings_of_the_file)
{
    struct graph *graph = convert("qdq");
    const struct value *x = find(graph, "xq"), *r = find(graph, "rq");

    ck_assert_uint_eq(x->n_encodings, 1);
    assert_encoding(&x->encodings[0], 0.02f, -100);
    ck_assert_uint_eq(r->n_encodings, 1);
    assert_encoding(&r->encodings[0], 0.05f, 0);
    graph_unref(graph);
}
END_TEST

START_TEST(signed_codes_count_from_their_least)
{
    struct graph *graph = convert("qlinear_matmul");
    const struct value *y = find(graph, "y");
    const struct value *w = constant_of(graph, OP_FULLY_CONNECTED, 1);

    assert_encoding(&y->encodings[0], 0.5, -108);
    ck_assert_int_eq(w->dtype, DTYPE_TF8);
    ck_assert_uint_eq(w->n_encodings, 1);
    assert_encoding(&w->encodings[0], 0.03f, -120);
    graph_unref(graph);
}
END_TEST

SUITE(weights_stay_codes_with_a_step_for_each_channel, activations_have_the_encodings_of_the_file,
      signed_codes_count_from_their_least);
