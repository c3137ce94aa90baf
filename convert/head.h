#pragma once
/*
 * The layers at the head of a network that make of a picture, as a camera gives it, what the
 * network was trained with. SNPE's order: colours, size, what is cut out, what is subtracted.
 */
#include "convert/affine.h"
#include "convert/conversion.h"
#include "model/ops/input.h"

/* What to do; zeros: nothing of that kind. */
struct head {
    bool channels_last;     /* the foreign file has the channels of this input last */
    uint32_t width, height; /* of the picture that a run brings; then scaled to the input's sizes */
    uint32_t crop;          /* the side of a square that is then cut out of the middle */
    const float *mean;      /* then subtracted: an image [height,width,channels] of what is left */
    const struct affine *by; /* then a factor and a number more for each channel */
};

/* Has an input its channels last in the foreign file? */
bool head_is_channels_last(const struct conversion *c, const struct head *head);

/* [N,H,W,C] of the picture that an input of SHAPE is in the foreign file. 0, or E_CONVERT_OPTION.
 */
int head_picture(struct conversion *c, const char *name, const struct head *head,
                 const struct shape *shape, struct shape *ret);

/* Adds an input of SHAPE, which is the graph's. ATTRS: the shape in it is filled in here. */
int head_emit_input(struct conversion *c, const char *name, const struct shape *shape,
                    struct input_attrs *attrs, uint32_t *ret);

/*
 * Adds TENSOR, an input whose foreign SHAPE is that of the picture once it is scaled, with ATTRS,
 * of which the shape is filled in here; what HEAD makes of it is what the network reads. 0, or
 * E_CONVERT_OPTION with FAULT saying why this cannot be done to such an input, or as build_node.
 */
int head_emit(struct conversion *c, struct tensor *tensor, const struct shape *shape,
              struct input_attrs *attrs, const struct head *head);
