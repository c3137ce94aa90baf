#pragma once
/*
 * One conversion under way, of whatever framework: what every foreign tensor has become so far, and
 * the means by which the functions of one operator read their node and add to the graph. Functions
 * return 0 or a negative code; conversion_unsupported() notes what is wrong with the node and
 * returns E_CONVERT_LAYER, with which the caller goes on to the next node.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/mem.h"
#include "base/rows.h"
#include "convert/convert.h"
#include "convert/report.h"
#include "convert/unique.h"
#include "convert/view.h"
#include "model/build.h"
#include "model/names.h"

/*
 * A node of the foreign file, as everyone sees it; a framework embeds it in what it reads. Names of
 * tensors are unique: who writes a tensor twice gives it two names before.
 */
struct foreign_node {
    const char *name; /* "" if it has none */
    const char *op;
    const char *origin; /* the operator of the file that this is a part of; NULL: OP is it */
    const char *const *inputs, *const *outputs; /* "": left out */
    uint32_t n_inputs, n_outputs;
};

/* The 8-bit codes that numbers were made of: in the same order, an encoding for each place of AXIS.
 */
struct codes {
    const uint8_t *v;
    const struct encoding *encodings;
    uint32_t n_encodings, axis; /* one: of all */
};

/* A float that lies in a file, at any byte: so it is read. */
typedef float loose_float __attribute__((aligned(1)));

/* Numbers that are known while converting: weights, sizes, indices. */
struct numbers {
    struct shape shape; /* as in the foreign file; sizes may be 0 */
    size_t n;
    bool is_float;             /* else whole numbers, booleans too */
    const loose_float *f32;    /* if is_float */
    const int64_t *whole;      /* else */
    const struct codes *codes; /* NULL: they are numbers in the file too */
};

enum tensor_state {
    TENSOR_UNKNOWN, /* not made yet, or made by a node that could not be converted */
    TENSOR_NUMBERS, /* known while converting */
    TENSOR_VALUE,   /* a value of the graph */
};

/* What a foreign name stands for. */
struct tensor {
    const char *name;
    enum tensor_state state;
    bool needed;                   /* by an output of the network */
    bool spatial;                  /* a 4-D one should have its channels last, see plan.h */
    uint32_t node;                 /* that makes it; NO_NODE for inputs and constants of the file */
    uint32_t n_uses;               /* by inputs of needed nodes, and as outputs of the network */
    uint32_t user;                 /* the first of those nodes; NO_NODE: none */
    const void *record;            /* TENSOR_NUMBERS: where they lie, until they are read */
    const struct numbers *numbers; /* TENSOR_NUMBERS: once they are read */
    struct shape shape;            /* TENSOR_VALUE: as in the foreign file */
    uint32_t value;                /* TENSOR_VALUE: in the graph, under VIEW */
    struct view view;
    bool whole;                /* TENSOR_VALUE: in the foreign file whole numbers or booleans */
    bool placed;               /* TENSOR_NUMBERS: a constant of the graph bears its name */
    const struct quant *quant; /* TENSOR_VALUE: in the foreign file 8-bit codes; NULL: numbers */
    struct rows layouts;       /* struct layout: values that hold the same under other views */
};

struct conversion;
struct quant; /* a framework's: what its codes mean */

/* How an operator meets a picture [N,C,H,W] whose layout is still open. */
enum layout_wish {
    LAYOUT_SPATIAL, /* wants channels last */
    LAYOUT_THROUGH, /* does not mind: the next one decides */
    LAYOUT_PLAIN,   /* means the order that the foreign file has */
};

/* What a framework brings along. All slots are filled, but for READ where there are no records, and
 * ADVISE. */
struct frontend {
    bool plain_outputs; /* outputs lie as in the file, in which pictures have their channels last */
    /* Names what needs no node: the network's inputs, constants of the file (plan_define). */
    int (*define)(struct conversion *c);
    enum layout_wish (*wish)(const struct foreign_node *node);
    /* Adds the inputs that are needed to the graph. */
    int (*add_inputs)(struct conversion *c);
    /* Converts c->node. */
    int (*convert_node)(struct conversion *c);
    /* Reads the numbers of a tensor's record. */
    int (*read)(struct conversion *c, const void *record, struct numbers *ret);
    /* Lines behind the problems: what else there is to do. NULL: nothing. 0 or -ENOMEM. */
    int (*advise)(struct conversion *c, struct buf *out);
    /* One line: the operators that are supported. */
    int (*print_names)(struct buf *out);
    /* Outputs have their channels last only as pictures, of rank 4; else those of rank 3 may too.
     */
    bool only_pictures;
    bool joined_names; /* a layer that takes in a BatchNorm is called after both */
};

struct conversion {
    const struct frontend *frontend;
    const struct convert_options *options;
    const struct foreign_node *const *nodes; /* each behind those whose outputs it reads */
    uint32_t n_nodes;
    const char *const *own_outputs; /* what the file says that it gives */
    uint32_t n_own_outputs;
    const struct foreign_node *node; /* the one that is being converted */
    struct arena arena;
    struct builder *builder;
    struct report report;
    struct names names;            /* of tensors: the index in TENSORS */
    struct rows tensors;           /* struct tensor */
    struct unique buffers, layers; /* names in the graph */
    bool *wanted;                  /* by node: an output of the network needs it */
    struct rows outputs;           /* of the network, in order: uint32_t, indices in TENSORS */
    struct rows renames;           /* struct rename */
    bool open;         /* an input has open sizes: no graph, but other problems are still found */
    bool refused;      /* an operator that we do not have */
    bool again;        /* the nodes have to be written anew: nothing else counts, -EAGAIN */
    size_t bytes_left; /* that may still be made out of nothing, see conversion_charge */
    struct fault *fault;
};

/* The node's name as a person finds it: its own, else that of its first output. */
const char *conversion_label(const struct foreign_node *node);

/* The operator, as the file spells it. */
const char *conversion_op(const struct foreign_node *node);

/* Notes a problem of the current node. E_CONVERT_LAYER, or -ENOMEM. */
int conversion_unsupported(struct conversion *c, const char *way, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Is it an output of the network? */
bool conversion_is_output(const struct conversion *c, const struct tensor *tensor);

/* Does --reorder_list name it? */
bool conversion_is_reordered(const struct conversion *c, const char *name);

/* Refuses the current node if its N inputs are more than MOST. */
#define MOST_ANY UINT32_MAX
int conversion_check_inputs(struct conversion *c, uint32_t n, uint32_t most);

/* Words for WAY that several operators share. */
#define WAY_CONSTANT "make it a constant when you export"
#define WAY_REPLACE  "replace it in the model, or cut the network before it with --out_node"

/* A conversion may make as many times the bytes that files hold... */
#define CONVERSION_SPREAD 8
/* ... and as many bytes more. */
#define CONVERSION_FREE_BYTES ((size_t)64 << 20)

/*
 * Before memory that the file did not pay for: what is computed from a few bytes (a filled tensor,
 * a repeated slope) is bounded all together. 0 or E_TOO_LARGE.
 */
int conversion_charge(struct conversion *c, size_t bytes);

/* The tensor of the current node's input I; NULL if it is left out. */
struct tensor *conversion_input(struct conversion *c, uint32_t i);
struct tensor *conversion_output(struct conversion *c, uint32_t i);

/* The numbers of a tensor that has them, read when first asked for. 0 and *RET. */
int conversion_numbers(struct conversion *c, struct tensor *tensor, const struct numbers **ret);

/*
 * Numbers of the current node's input I; *RET is NULL if the input is left out. What is computed by
 * the network is refused: WHAT is its name for a person ("the weights").
 */
int conversion_constant(struct conversion *c, uint32_t i, const char *what,
                        const struct numbers **ret);

/* The tensor of input I if the network computes it or can: one whose layout can be asked for. */
int conversion_activation(struct conversion *c, uint32_t i, struct tensor **ret);

/*
 * Adds the node SPEC describes (name and outputs are filled in here) as what makes output I of the
 * current node, which then lies in the graph under VIEW.
 */
int conversion_emit(struct conversion *c, uint32_t i, const struct node_spec *spec,
                    const struct view *view);

/* The same for a helper in front: its buffer and layer are called BASE.SUFFIX. */
int conversion_emit_helper(struct conversion *c, const char *base, const char *suffix,
                           const struct node_spec *spec, uint32_t *ret);

/*
 * The same for the part of a node that does its work, where a helper behind it makes the output:
 * the layer has the node's name, the buffer that of output 0 with .SUFFIX.
 */
int conversion_emit_main(struct conversion *c, const char *suffix, const struct node_spec *spec,
                         uint32_t *ret);

/* The same for a layer of SPEC->n_outputs outputs, which are called after the node, .SUFFIXES[i].
 */
int conversion_emit_many(struct conversion *c, const char *const *suffixes,
                         const struct node_spec *spec, uint32_t *ret);

/* VALUE, which a helper made and which lies under VIEW, as a tensor that nobody can name. */
int conversion_part(struct conversion *c, uint32_t value, const struct view *view,
                    struct tensor *ret);

/* Output I is TENSOR under another name: no layer. */
int conversion_alias(struct conversion *c, uint32_t i, const struct tensor *tensor);

/* Output I is NUMBERS, which live as long as the conversion. */
int conversion_set_numbers(struct conversion *c, uint32_t i, const struct numbers *numbers);

/*
 * A constant of the graph out of a blob of float32, whose reference is taken even on failure. One
 * with a NaN is none: whatever meets it is lost. Infinities are numbers, masks are made of them.
 */
int conversion_add_constant(struct conversion *c, const char *base, const struct shape *shape,
                            struct blob *take_blob, uint32_t *ret);

/* The same of 8-bit CODES, whose encodings lie along AXIS of SHAPE if there are several. */
int conversion_add_codes(struct conversion *c, const char *base, const struct shape *shape,
                         struct blob *take_blob, const struct codes *codes, uint32_t axis,
                         uint32_t *ret);

/* The sizes of a tensor in any state but TENSOR_UNKNOWN. */
int conversion_shape(struct conversion *c, struct tensor *tensor, struct shape *ret);
