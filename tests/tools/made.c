#include "tests/tools/made.h"

#include <stdlib.h>

#include "model/build.h"
#include "model/dlc/dlc.h"
#include "model/ops/input.h"
#include "tests/support/suite.h"

static void add_path(struct builder *builder, const struct made_path *path)
{
    struct input_attrs input = {.shape = {path->dims, 0}};
    const char *layer = suite_text("relu_%s", path->in);
    struct fault fault = {""};
    uint32_t x, y;

    while (input.shape.n < 4 && path->dims[input.shape.n])
        input.shape.n++;
    ck_assert_msg(
        build_node(builder, &(struct node_spec){path->in, OP_INPUT, &input, NULL, &path->in, 0, 1},
                   &x, &fault) == 0 &&
            build_node(builder, &(struct node_spec){layer, OP_RELU, NULL, &x, &path->out, 1, 1}, &y,
                       &fault) == 0,
        "%s", fault.text);
}

void made_dlc(const char *file, const struct made_path *paths, uint32_t n)
{
    struct builder *builder;
    struct graph *graph;
    struct buf dlc = {0};
    struct fault fault = {""};

    ck_assert_int_eq(builder_new(&builder), 0);
    for (uint32_t i = 0; i < n; i++)
        add_path(builder, &paths[i]);
    ck_assert_msg(build_done(builder, &graph, &fault) == 0, "%s", fault.text);
    builder_free(builder);
    ck_assert_msg(dlc_write(graph, &(struct dlc_metadata){0}, &dlc, &fault) == 0, "%s", fault.text);
    graph_unref(graph);
    suite_write(suite_path(file), dlc.base, dlc.size);
    buf_done(&dlc);
}

void made_rows(const char *file, int32_t rows)
{
    made_dlc(file, &(struct made_path){"x", "y", {rows, 4}}, 1);
}

void made_raw(const char *file, float first, uint32_t n)
{
    float *x = malloc((n + 1) * sizeof(*x));

    ck_assert_ptr_nonnull(x);
    for (uint32_t i = 0; i < n; i++)
        x[i] = first + (float)i;
    suite_write(suite_path(file), x, n * sizeof(*x));
    free(x);
}

void made_check_relu(const char *file, float first, uint32_t n)
{
    size_t size;
    float *y = suite_read(suite_path(file), &size);

    ck_assert_uint_eq(size, n * sizeof(*y));
    for (uint32_t i = 0; i < n; i++) {
        float x = first + (float)i;

        ck_assert_msg(y[i] == (x > 0 ? x : 0), "%s: number %u is %g", file, i, (double)y[i]);
    }
    free(y);
}
