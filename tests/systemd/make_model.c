/*
 * Writes a DLC of one layer, x [1,4] -> Relu -> y, for tests that want a model and not its numbers.
 */
#include <stdio.h>

#include "base/base.h"
#include "base/buf.h"
#include "model/build.h"
#include "model/dlc/dlc.h"
#include "model/ops/input.h"

static int build(struct graph **ret, struct fault *fault)
{
    static const int32_t dims[] = {1, 4};
    const struct input_attrs input = {.shape = {dims, 2}};
    const char *const names[] = {"x", "y"};
    const struct node_spec nodes[] = {
        {"x", OP_INPUT, &input, NULL, &names[0], 0, 1},
        {"relu", OP_RELU, NULL, (const uint32_t[]){0}, &names[1], 1, 1},
    };
    _cleanup_(builder_freep) struct builder *builder = NULL;
    int r = builder_new(&builder);

    for (int i = 0; r == 0 && i < 2; i++)
        r = build_node(builder, &nodes[i], NULL, fault);
    return r < 0 ? r : build_done(builder, ret, fault);
}

int main(int argc, char **argv)
{
    _cleanup_(graph_unrefp) struct graph *graph = NULL;
    _cleanup_(buf_done) struct buf dlc = {0};
    struct fault fault = {""};
    FILE *file = argc == 2 ? fopen(argv[1], "wbe") : NULL;
    int r = file ? build(&graph, &fault) : -1;

    if (r == 0)
        r = dlc_write(graph, &(struct dlc_metadata){0}, &dlc, &fault);
    if (r == 0 && fwrite(dlc.base, 1, dlc.size, file) != dlc.size)
        r = -1;
    if (file && fclose(file) != 0)
        r = -1;
    if (r < 0)
        fprintf(stderr, "make-model: %s\n", fault.text);
    return r < 0 ? 1 : 0;
}
