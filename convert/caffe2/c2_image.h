#pragma once
/* What the net's ImageInput says of its pictures, as the layers at the head of the graph. */
#include "convert/caffe2/c2_source.h"
#include "convert/head.h"

/*
 * What to do with the input NAME, whose foreign SHAPE is the picture before anything is cut out of
 * it: what the ImageInput says whose pictures it is, else nothing. 0 and *RET, which lives as long
 * as the conversion; or E_CONVERT_OPTION with FAULT naming the argument, -ENOMEM.
 */
int c2_image_read(struct conversion *c, const char *name, const struct shape *shape,
                  struct head *ret);
