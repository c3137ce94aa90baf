#pragma once
/*
 * Lines of an input list to runs. A file may hold the whole of its input, or one element of its
 * batch; then as many lines as the batch make one run, and what is missing at the end is zeros.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "tools/input_list.h"
#include "tools/net.h"

struct batch {
    uint32_t first;   /* line of the list, and number of the first Result */
    uint32_t n_lines; /* of this run */
    uint32_t size;    /* lines that make a full run: 1, or the network's batch */
    bool padded;
    bool nv21; /* files are pictures of a camera, see nv21.h; for the caller to set */
};

/* Reads the inputs of the next run. 1: there is one; 0: the list is done; or an error. */
int batch_next(struct batch *batch, const struct net *net, const struct input_list *list,
               struct fault *fault);

struct batch_piece {
    const void *data;
    size_t size;
};

/* The part of OUTPUT that belongs to line ELEMENT of the run. */
struct batch_piece batch_output(const struct batch *batch, const struct net_tensor *output,
                                uint32_t element);
