#pragma once
/* Layers of Caffe's two older formats as the newest would write them. */
#include "convert/pbtext.h"

/*
 * The type of a layer as its string: "Convolution" for CONVOLUTION and for conv. TYPE itself if it
 * is new already, or nobody's.
 */
const char *upgrade_type(const char *type);

/*
 * A V0 layer (a `layers` message with a `layer` in it): *LAYER then has its name, type and
 * parameters where the newest format has them. Others stay as they are. 0 or -ENOMEM.
 */
int upgrade_layer(struct arena *arena, struct pbtext_field *layer);
