#pragma once
/*
 * Nodes in other words, before anything is converted: operators that ONNX defines by others become
 * these, operators on 8-bit codes become DequantizeLinear, an operator on numbers and
 * QuantizeLinear, and an If whose condition is known becomes its branch. Only nodes and names are
 * looked at, no sizes and no numbers.
 */
#include "convert/onnx/model.h"
#include "convert/unique.h"

struct rewrite {
    struct onnx_model *model;     /* in whose arena all new things lie */
    const struct onnx_node *node; /* the one that is rewritten */
    struct unique tensors;        /* all names of tensors */
    struct rows nodes;            /* struct onnx_node: the new list */
    struct rows initializers;     /* struct onnx_tensor: of branches */
    struct fault *fault;
    int r; /* the first error of rewrite_put and the like; 0 */
};

/* An If, and the branch that it takes. */
struct taken {
    const struct onnx_node *node;
    const struct onnx_attr *branch;
};

/*
 * Rewrites all nodes of MODEL that can be; an If becomes the branch that TAKEN says, or stays. 0,
 * or E_CONVERT_SYNTAX, E_TOO_LARGE, E_NOT_BUILT (a branch), -ENOMEM; MODEL is then as it was.
 */
int rewrite_model(struct onnx_model *model, const struct taken *taken, uint32_t n_taken,
                  struct fault *fault);

/* Appends the names of operators that ops.def has not, each with a comma and blank before. */
int rewrite_print_names(struct buf *out);

/* For the functions of rewrite.def. */

/* The attribute of the node; NULL if there is none. */
const struct onnx_attr *rewrite_attr(const struct rewrite *w, const char *name);
int64_t rewrite_attr_int(const struct rewrite *w, const char *name, int64_t preset);
float rewrite_attr_float(const struct rewrite *w, const char *name, float preset);

/* The node's input or output I; "" if it has none. */
const char *rewrite_input(const struct rewrite *w, uint32_t i);
const char *rewrite_output(const struct rewrite *w, uint32_t i);

/* A new name of a tensor: output 0 with .SUFFIX. */
const char *rewrite_name(struct rewrite *w, const char *suffix);

/*
 * A node OP that makes OUT of N inputs ("" is left out); MAIN: it has the name of the node that is
 * rewritten. Returns its OUT.
 */
const char *rewrite_put(struct rewrite *w, bool main, const char *op, const char *out,
                        const char *const *inputs, uint32_t n);

#define REWRITE_PUT(w, main, op, out, ...)                                                         \
    rewrite_put(w, main, op, out, (const char *const[]){__VA_ARGS__},                              \
                sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

/* Attributes of the node that was put last. */
void rewrite_set_int(struct rewrite *w, const char *name, int64_t i);
void rewrite_set_ints(struct rewrite *w, const char *name, const int64_t *v, uint32_t n);
void rewrite_set_float(struct rewrite *w, const char *name, float f);

/* All attributes of the node that is rewritten but those of LIST, words with blanks between. */
void rewrite_copy_attrs(struct rewrite *w, const char *but);

/* A Constant of one float, of a list of them, or of a list of whole numbers. */
const char *rewrite_number(struct rewrite *w, const char *suffix, float f);
const char *rewrite_floats(struct rewrite *w, const char *suffix, const float *v, uint32_t n);
const char *rewrite_list(struct rewrite *w, const char *suffix, const int64_t *v, uint32_t n);

/* branch.c: what the branch of an If does, in its place. */
int rewrite_branch(struct rewrite *w, const struct onnx_attr *branch);

/* 1: done, 0: the node stays as it is, or negative. */
#define REWRITE(domain, op, function) int function(struct rewrite *w);
#include "convert/onnx/rewrite.def"
#undef REWRITE
