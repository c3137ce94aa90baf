#pragma once
/*
 * A prototxt as a list of layers: whichever generation of the format wrote it, as the newest would;
 * only the layers of the test phase; blobs that are written in place under a name for each time.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/mem.h"
#include "convert/caffe/weights.h"
#include "convert/conversion.h"
#include "convert/pbtext.h"

struct caffe_layer {
    struct foreign_node node; /* first: caffe_layer_of() */
    const struct pbtext_field
        *text;                /* its message, parameters in it as the newest format has them */
    const struct rows *blobs; /* struct caffe_blob; NULL: none in the caffemodel */
    uint32_t line;
};

/* What a run brings. */
struct caffe_input {
    const char *name;
    struct rows dims; /* int64_t; none: the file does not say. What is below 1 is open */
    uint32_t line;
    /* The data layer whose first top it is: what it says of pictures; NULL: none. */
    const struct pbtext_field *layer;
};

struct caffe_net {
    struct arena arena;
    struct rows inputs;         /* struct caffe_input */
    struct rows layers;         /* struct caffe_layer, each behind those whose blobs it reads */
    const char *const *outputs; /* blobs that no layer reads */
    uint32_t n_outputs;
};

static inline const struct caffe_layer *caffe_layer_of(const struct foreign_node *node)
{
    return (const struct caffe_layer *)node;
}

/*
 * ASKED: the blobs that a user wants as outputs, which are then called exactly so. 0 and *RET, or
 * what pbtext_parse says, E_CONVERT_SYNTAX (not a network; a blob that is made twice, or never, or
 * too late), -ENOMEM.
 */
int caffe_net_read(const char *bytes, size_t size, const char *const *asked, uint32_t n_asked,
                   struct caffe_net *ret, struct fault *fault);
void caffe_net_done(struct caffe_net *net);
