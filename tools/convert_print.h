#pragma once
/* What a converter's program says of the graph that it made, on stdout. */
#include "model/graph.h"

/* Its inputs and outputs, and what a person should know of them. */
void convert_print_border(const struct graph *graph);

/* A line for each node: its place, operator, name, and the sizes of its first output. */
void convert_print_layers(const struct graph *graph);
