#pragma once
/*
 * Cases of operators: a node, what goes in, what has to come out. Each runs as a network of that
 * node alone on every backend of this build that supports it, at every instruction set that this
 * machine has, with one thread and with two, from float and from byte edges; what lies beside the
 * outputs must stay as it was, and every run must give the same bits.
 *
 * The tables are written by make_cases.py and make_box_cases.py, whose numbers come from
 * onnxruntime and numpy.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/base.h"
#include "base/shape.h"
#include "model/op.h"

#define CASE_IN_MAX  7
#define CASE_OUT_MAX 3

/* random_floats from SEED, or random_bytes if BYTES; seed 0: what is given, else no such input. */
struct case_in {
    struct shape shape;
    uint64_t seed;
    float lo, hi;
    bool constant;
    bool bytes; /* a uint8 edge */
    const float *given;
};

struct case_out {
    struct shape shape;
    const float *want;
    bool bytes; /* a uint8 edge: WANT holds whole numbers */
};

struct op_case {
    const char *name;
    enum op op;
    const void *attrs;
    uint32_t n_in, n_out;
    struct case_in in[CASE_IN_MAX];
    struct case_out out[CASE_OUT_MAX];
    double most; /* that a number may be off, relative to the output's range */
};

void cases_run(const struct op_case *cases, size_t n);
