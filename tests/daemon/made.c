#include "tests/daemon/made.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "model/build.h"
#include "model/dlc/dlc.h"
#include "model/ops/input.h"
#include "model/ops/relu.h"
#include "tests/support/suite.h"

static uint32_t add_input(struct builder *builder, const char *name, uint32_t n)
{
    const int32_t dims[] = {1, (int32_t)n};
    const struct input_attrs input = {.shape = {dims, 2}};
    const struct node_spec spec = {name, OP_INPUT, &input, NULL, &name, 0, 1};
    struct fault fault = {""};
    uint32_t value = 0;

    ck_assert_msg(build_node(builder, &spec, &value, &fault) == 0, "%s", fault.text);
    return value;
}

static uint32_t add_relu(struct builder *builder, const char *name, uint32_t x)
{
    const struct node_spec spec = {name, OP_RELU, NULL, &x, &name, 1, 1};
    struct fault fault = {""};
    uint32_t value = 0;

    ck_assert_msg(build_node(builder, &spec, &value, &fault) == 0, "%s", fault.text);
    return value;
}

static void finish(struct builder *take_builder, const char *tag, struct buf *ret)
{
    char version[64];
    struct dlc_metadata metadata = {.model_version = version};
    struct fault fault = {""};
    struct graph *graph;

    snprintf(version, sizeof(version), "%s", tag);
    ck_assert_msg(build_done(take_builder, &graph, &fault) == 0, "%s", fault.text);
    builder_free(take_builder);
    ck_assert_msg(dlc_write(graph, &metadata, ret, &fault) == 0, "%s", fault.text);
    graph_unref(graph);
}

void made_relu(uint32_t n, const char *tag, struct buf *ret)
{
    struct builder *builder;

    *ret = (struct buf){0};
    ck_assert_int_eq(builder_new(&builder), 0);
    add_relu(builder, "y", add_input(builder, "x", n));
    finish(builder, tag, ret);
}

void made_pair(uint32_t n, struct buf *ret)
{
    struct builder *builder;
    uint32_t a, b;

    *ret = (struct buf){0};
    ck_assert_int_eq(builder_new(&builder), 0);
    a = add_input(builder, "a", n);
    b = add_input(builder, "b", n);
    add_relu(builder, "p", a);
    add_relu(builder, "q", b);
    finish(builder, "pair", ret);
}

void made_relu_file(const char *path, uint32_t n, const char *tag)
{
    struct buf dlc;

    made_relu(n, tag, &dlc);
    suite_write(path, dlc.base, dlc.size);
    buf_done(&dlc);
}

void made_numbers(float *x, float *want, uint32_t n, float shift)
{
    for (uint32_t i = 0; i < n; i++) {
        x[i] = (float)i - (float)(n / 2) + shift;
        want[i] = x[i] > 0 ? x[i] : 0;
    }
}

int made_memfd(const void *from, size_t size, int sealed)
{
    int fd = memfd_create("made", MFD_CLOEXEC | MFD_ALLOW_SEALING);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(ftruncate(fd, (off_t)size), 0);
    if (from)
        ck_assert_int_eq(pwrite(fd, from, size, 0), (ssize_t)size);
    if (sealed)
        ck_assert_int_eq(fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW), 0);
    return fd;
}
