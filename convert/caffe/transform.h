#pragma once
/* What a data layer says of its pictures, as the layers at the head of the graph:
 * --enable_preprocessing. */
#include "convert/caffe/source.h"
#include "convert/head.h"

/*
 * What to do with INPUT, whose foreign SHAPE is the picture before anything is cut out of it. 0 and
 * *RET, which lives as long as the conversion (zeros if the file says nothing); or
 * E_CONVERT_OPTION, E_CONVERT_SYNTAX with FAULT naming the line, -ENOMEM.
 */
int caffe_transform_read(struct conversion *c, const struct caffe_input *input,
                         const struct shape *shape, struct head *ret);
