/* make_relu FILE N: writes the DLC of a network x [1, N] -> Relu -> y [1, N], for tests that are no
 * C. */
#include <stdio.h>
#include <stdlib.h>

#include "base/base.h"
#include "base/buf.h"
#include "model/build.h"
#include "model/dlc/dlc.h"
#include "model/ops/input.h"

static int make(int32_t n, struct buf *dlc, struct fault *fault)
{
    const int32_t dims[] = {1, n};
    const struct input_attrs input = {.shape = {dims, 2}};
    const char *const names[] = {"x", "y"};
    const uint32_t first = 0;
    const struct node_spec nodes[] = {
        {"x", OP_INPUT, &input, NULL, &names[0], 0, 1},
        {"y", OP_RELU, NULL, &first, &names[1], 1, 1},
    };
    _cleanup_(builder_freep) struct builder *builder = NULL;
    _cleanup_(graph_unrefp) struct graph *graph = NULL;
    int r = builder_new(&builder);

    for (size_t i = 0; r == 0 && i < ARRAY_SIZE(nodes); i++)
        r = build_node(builder, &nodes[i], NULL, fault);
    if (r == 0)
        r = build_done(builder, &graph, fault);
    return r < 0 ? r : dlc_write(graph, &(struct dlc_metadata){0}, dlc, fault);
}

int main(int argc, char **argv)
{
    struct fault fault = {"wrong usage"};
    struct buf dlc = {0};
    int r = argc == 3 ? make((int32_t)strtol(argv[2], NULL, 10), &dlc, &fault) : -1;
    FILE *file = r == 0 ? fopen(argv[1], "wb") : NULL;

    if (!file || fwrite(dlc.base, 1, dlc.size, file) != dlc.size || fclose(file) != 0) {
        fprintf(stderr, "make_relu: %s\n", r < 0 ? fault.text : "the file cannot be written");
        return 1;
    }
    buf_done(&dlc);
    return 0;
}
