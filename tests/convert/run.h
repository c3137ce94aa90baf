#pragma once
/* A converted graph, put to the test: written to a container, read again, run on the cpu. */
#include "engine/engine.h"
#include "tests/convert/case.h"

/*
 * Runs GRAPH once on IN and compares each of OUT, which lie in the container's layout, to CLOSE of
 * its range. NULL, or what is wrong.
 */
const char *run_graph(const struct graph *graph, struct engine *engine,
                      const struct case_tensor *in, uint32_t n_in, const struct case_tensor *out,
                      uint32_t n_out, double close);

/*
 * Every case of FOLDER, of which there are LEAST or more: converted, compared with what it says of
 * names, sizes and layers, run. Fails the test after all of them, each wrong one named on stderr.
 */
void run_cases(const char *folder, size_t least);
