#pragma once
/*
 * Cases of make_onnx_cases.py and its like: a small model, what a converter is told, what goes in,
 * what has to come out.
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

struct convert_case {
    char *text; /* the whole file; freed by case_done */
    float *numbers;
    convert_fn convert;          /* which converter; ONNX's if the file does not say */
    const void *model, *weights; /* weights: the second file, NULL if there is none */
    size_t model_size, weights_size;
    struct input_dims dims[CASE_TENSORS_MAX];
    const char *out_nodes[CASE_TENSORS_MAX], *ops[CASE_OPS_MAX];
    struct convert_input inputs[CASE_TENSORS_MAX];
    const char *reordered[CASE_TENSORS_MAX];
    const struct color_space *encoding;
    bool prepare;
    const char *folder;   /* of mean files */
    struct shape picture; /* W H */
    struct case_tensor in[CASE_TENSORS_MAX], out[CASE_TENSORS_MAX];
    uint32_t n_dims, n_out_nodes, n_ops, n_in, n_out, n_inputs, n_reordered;
};

/* Fails the test if the file is not such a case. */
void case_read(const char *path, struct convert_case *ret);
void case_done(struct convert_case *c);

/* tests/convert/data/NAME.case */
const char *case_path(const char *name);

/*
 * Names of all cases in tests/convert/data, or in FOLDER ("caffe/") there, in order; N of them in
 * *RET_N. They live until the test ends.
 */
const char *const *case_names(const char *folder, size_t *ret_n);

/* What the converter says to the case; FAULT and REPORT may be NULL. */
int case_convert(const struct convert_case *c, struct graph **ret, struct buf *report,
                 struct fault *fault);
