#pragma once
/*
 * A Caffe2 net as its file tells it: operators with their arguments. A blob that is written again
 * is another tensor each time: the last one bears the blob's name, those before it "OPERATOR.BLOB".
 */
#include <stdbool.h>
#include <stdint.h>

#include "convert/conversion.h"
#include "model/message.h"

struct c2_arg {
    const char *name;
    bool has_f, has_i;
    float f;
    int64_t i;
    const char *s;      /* NULL: not given */
    struct rows floats; /* float */
    struct rows ints;   /* int64_t */
};

struct c2_op {
    struct foreign_node node;    /* first: c2_op_of() */
    struct rows args;            /* struct c2_arg */
    struct rows inputs, outputs; /* const char *: blobs, as the file names them */
};

struct c2_net {
    struct arena arena;
    struct rows ops;                /* struct c2_op */
    struct rows inputs, outputs;    /* const char *: external ones */
    struct rows brought;            /* const char *: blobs that are read before they are written */
    struct rows images;             /* struct c2_op: ImageInput, if it was taken out of OPS */
    const char *const *own_outputs; /* of the net, as tensors */
    uint32_t n_own_outputs;
};

static inline const struct c2_op *c2_op_of(const struct foreign_node *node)
{
    return (const struct c2_op *)node;
}

/*
 * WHAT: "predict net" or "init net", for sentences. TAKE_IMAGES: what reads pictures in training is
 * taken out, so that what it makes is brought. 0 and *RET, which points into BYTES; or
 * E_CONVERT_SYNTAX, E_TOO_LARGE, -ENOMEM.
 */
int c2_net_read(const void *bytes, size_t size, const char *what, bool take_images,
                struct c2_net *ret, struct fault *fault);
void c2_net_done(struct c2_net *net);
