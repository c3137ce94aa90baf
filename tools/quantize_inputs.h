#pragma once
/* The calibration inputs of snpe-dlc-quantize: an input list held against a network. */
#include "engine/calibrate.h"
#include "model/graph.h"
#include "tools/input_list.h"

struct quantize_inputs {
    struct input_list list;
    const struct graph *graph;
    const char **paths; /* of each line, of each of the graph's inputs */
};

/*
 * Reads the list at PATH and looks at every file that it names, so that nothing runs for minutes
 * before a file turns out to be missing. 0, or the list's error, E_NO_TENSOR, E_TENSOR_SIZE, the
 * file's error, with the line and the file.
 */
int quantize_inputs_read(const char *path, const struct graph *graph, struct quantize_inputs *ret,
                         struct fault *fault);
void quantize_inputs_done(struct quantize_inputs *inputs); /* a zeroed struct is fine */

/* calibration.fill and calibration.name; CONTEXT is the struct. */
int quantize_inputs_fill(void *context, uint32_t run, uint32_t input, void *data, size_t size,
                         struct fault *fault);
const char *quantize_inputs_name(void *context, uint32_t run, uint32_t input);
