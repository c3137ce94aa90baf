#pragma once
/* What a converter's program says of the graph that it made: appended to OUT; 0 or -ENOMEM. */
#include "base/buf.h"
#include "model/graph.h"

/* Its inputs and outputs, and what a person should know of them. */
int convert_print_border(const struct graph *graph, struct buf *out);

/* A line for each node: its place, operator, name, and the sizes of its first output. */
int convert_print_layers(const struct graph *graph, struct buf *out);
