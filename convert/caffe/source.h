#pragma once
/* What Caffe adds to a conversion: the parameters of the current layer, and its blobs. */
#include "convert/caffe/net.h"
#include "convert/conversion.h"

struct caffe_source {
    struct conversion conversion; /* first: caffe_source_of() */
    const struct caffe_net *net;
    const struct pbtext_field *param; /* of the current layer; NULL: it has none */
    bool has_weights;                 /* a caffemodel was given */
    bool prepares;                    /* --enable_preprocessing had something to do */
};

static inline const struct caffe_source *caffe_source_of(const struct conversion *c)
{
    return (const struct caffe_source *)c;
}
