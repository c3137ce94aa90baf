#pragma once
/*
 * A caffemodel: the blobs of each layer, by the layer's name. The numbers stay in the file, which
 * must live as long; everything else belongs to the arena.
 */
#include <stdint.h>

#include "base/fault.h"
#include "base/mem.h"
#include "model/message.h"
#include "model/names.h"

struct caffe_blob {
    struct rows dims;       /* int64_t; none negative */
    struct rows f32s, f64s; /* struct bytes: pieces of float or double */
    size_t n_f32s, n_f64s;  /* numbers in them */
};

struct caffe_weights_layer {
    const char *name;
    struct rows blobs; /* struct caffe_blob */
};

struct caffe_weights {
    struct arena arena;
    struct names names;
    struct rows layers; /* struct caffe_weights_layer, those that have blobs */
};

/*
 * 0 and *RET, which points into BYTES; or E_CONVERT_SYNTAX, E_TOO_LARGE with FAULT naming the byte
 * or the layer, -ENOMEM.
 */
int caffe_weights_read(const void *bytes, size_t size, struct caffe_weights *ret,
                       struct fault *fault);

/*
 * One blob alone, a binaryproto: 0 and *RET, whose pieces point into BYTES, or as above. That its
 * sizes say as many numbers as it has is not looked at.
 */
int caffe_blob_read(const void *bytes, size_t size, struct arena *arena, struct caffe_blob *ret,
                    struct fault *fault);

void caffe_weights_done(struct caffe_weights *weights);

/* NULL: no layer of that name, or one without blobs. */
const struct caffe_weights_layer *caffe_weights_find(const struct caffe_weights *weights,
                                                     const char *name);
