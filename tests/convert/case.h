#pragma once
/*
 * Cases of make_onnx_cases.py: a small model, what a converter is told, what goes in, what has to
 * come out.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/shape.h"
#include "convert/convert.h"

#define CASE_TENSORS_MAX 8
#define CASE_OPS_MAX     16

struct case_tensor {
    const char *name;
    struct shape shape; /* as the container has it */
    const float *data;  /* aligned for float */
};

struct onnx_case {
    char *text; /* the whole file; freed by case_done */
    float *numbers;
    const void *model;
    size_t model_size;
    struct input_dims dims[CASE_TENSORS_MAX];
    const char *out_nodes[CASE_TENSORS_MAX], *ops[CASE_OPS_MAX];
    struct case_tensor in[CASE_TENSORS_MAX], out[CASE_TENSORS_MAX];
    uint32_t n_dims, n_out_nodes, n_ops, n_in, n_out;
};

/* Fails the test if the file is not such a case. */
void case_read(const char *path, struct onnx_case *ret);
void case_done(struct onnx_case *onnx_case);

/* tests/convert/data/NAME.case */
const char *case_path(const char *name);

/* Names of all cases, in order; N of them in *RET_N. They live until the test ends. */
const char *const *case_names(size_t *ret_n);

/* What onnx_convert says to the case; FAULT and REPORT may be NULL. */
int case_convert(const struct onnx_case *onnx_case, struct graph **ret, struct buf *report,
                 struct fault *fault);
