#pragma once
/* What Caffe2 adds to a conversion, and the arguments of the current operator. */
#include "convert/axes.h"
#include "convert/caffe2/c2_net.h"

#define C2_WAY_CHECK "check the net"

struct c2_source {
    struct conversion conversion; /* first: c2_source_of() */
    const struct c2_net *net, *init;
    bool channels_last; /* an operator says order NHWC: pictures lie in the graph as in the net */
};

static inline const struct c2_source *c2_source_of(const struct conversion *c)
{
    return (const struct c2_source *)c;
}

/* NULL if OP has no such argument. */
const struct c2_arg *c2_arg_find(const struct c2_op *op, const char *name);

/* The current operator's; PRESET if it has none. 0 and *RET, or E_CONVERT_LAYER. */
int c2_arg_int(struct conversion *c, const char *name, int64_t least, int64_t most, int64_t preset,
               int64_t *ret);
int c2_arg_float(struct conversion *c, const char *name, float preset, float *ret);
int c2_arg_ints(struct conversion *c, const char *name, struct ints *ret);
const char *c2_arg_text(const struct conversion *c, const char *name, const char *preset);
bool c2_arg_given(const struct conversion *c, const char *name);

/* The channels of the current operator's pictures: axis 1, or the last with order NHWC. */
bool c2_is_channels_last(const struct conversion *c);
struct view c2_picture_view(const struct conversion *c);

/* The axis of channels in a tensor of RANK, 2 or more. */
uint32_t c2_channel_axis(const struct conversion *c, uint32_t rank);

/* Whole numbers of an argument, or else of input I, a constant; not given if there is neither. */
int c2_ints_or_input(struct conversion *c, const char *name, uint32_t i, struct ints *ret);

/* A problem of the node if anyone reads output I, which is WHAT for a person. */
int c2_refuse_output(struct conversion *c, uint32_t i, const char *what);

/* Numbers of a fill operator of the init net: the slot of struct frontend. */
int c2_fill_read(struct conversion *c, const void *record, struct numbers *ret);

/* How many inputs an operator must have at least. */
int c2_check_inputs(struct conversion *c, uint32_t least);
