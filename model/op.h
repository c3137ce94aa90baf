#pragma once
/*
 * What a layer means, apart from who runs it. One struct op_def per operator, one file per
 * struct, one line per file in model/ops.def. Nothing here touches tensor data, except that infer
 * may read a constant.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/shape.h"
#include "model/attr.h"

struct value;

enum op {
#define OP(id, name) OP_##id,
#include "model/ops.def"
#undef OP
    _OP_MAX,
};

#define OUTPUTS_MOST 32 /* of any operator; a test holds the table to it */

struct range {
    uint8_t least, most;
};

/* A node as infer sees it. */
struct infer {
    const void *attrs;
    const struct value *const *in;
    uint32_t n_in, n_out;
};

struct op_def {
    const char *name; /* as dumps, logs and faults spell it */

    /*
     * For each input the name under which a container stores it with the layer when it is a
     * constant ("weights_0", "bias"); NULL: an input proper, a constant there is a Const layer.
     * params is NULL if no input is stored so.
     */
    const char *const *params;
    struct range n_inputs;
    struct range n_outputs;
    size_t attrs_size; /* of struct <op>_attrs; 0 if none */
    const struct attr_spec *attrs;

    /*
     * Computes OUT[0..n_outputs) from the node's attributes and inputs. Pure: same node, same
     * answer. Arity is already checked; IN[i] is NULL for an optional input that is not there.
     * 0, or E_SHAPE or E_OP_ATTR with FAULT naming the axis.
     */
    int (*infer)(const struct infer *node, struct shape *out, struct fault *fault);

    /* Multiply-accumulates of one run, for tables and scheduling; NULL: none worth counting. */
    uint64_t (*macs)(const struct infer *node, const struct shape *out);
};

/* Never NULL for OP below _OP_MAX. */
const struct op_def *op_get(enum op op);

/*
 * What infer functions share. A shape that reaches infer as an input has no axis of size 0 and fits
 * SHAPE_BYTES_MAX; build_node checks the same of each shape that comes out.
 */

/* An infer for operators whose output has the shape of input 0. */
int op_infer_same(const struct infer *node, struct shape *out, struct fault *fault);

/* 0, or E_SHAPE if input I has another rank. */
int op_check_rank(const struct infer *node, uint32_t i, uint32_t rank, struct fault *fault);

/* 0, or E_SHAPE if input I, which FAULT calls WHAT, does not hold N numbers; an absent one may. */
int op_check_count(const struct infer *node, uint32_t i, const char *what, uint64_t n,
                   struct fault *fault);

/* 0, or E_SHAPE or E_OP_ARITY if not all inputs are there and of one shape. */
int op_check_alike(const struct infer *node, struct fault *fault);

/*
 * AXES (negative ones count from the end; none: all) as bits of RET; one may be there twice.
 * E_OP_ATTR if one is outside X.
 */
int op_axes(const struct shape *x, struct i32s axes, uint32_t *ret, struct fault *fault);

/* X without the axes whose bits are set, or with 1 in their place. */
void op_without_axes(const struct shape *x, uint32_t axes, bool keep_dims, struct shape *ret);

/*
 * Numpy's broadcasting: shapes are aligned at the last axis, and an axis that is 1 or not there
 * repeats. 0, or -1 and RET untouched if A and B differ elsewhere; RET may be one of them.
 */
int op_broadcast(const struct shape *a, const struct shape *b, struct shape *ret);

/* An infer for operators whose output is as large as their inputs are when they repeat so. */
int op_infer_broadcast(const struct infer *node, struct shape *out, struct fault *fault);

/* Sets the size of an axis that was worked out in 64 bits; E_SHAPE if it is too large or 0. */
int op_set_dim(struct shape *shape, uint32_t axis, uint64_t size, struct fault *fault);

#define OP(id, name) extern const struct op_def op_##name;
#include "model/ops.def"
#undef OP
