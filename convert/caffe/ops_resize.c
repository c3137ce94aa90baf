/* Interp and Upsample: pictures in another size. */
#include <string.h>

#include "convert/caffe/ops.h"
#include "convert/caffe/param.h"
#include "convert/emit.h"
#include "model/ops/resize.h"

/* What Interp says: sizes, or by how much to shrink, then to grow. */
struct interp {
    int32_t height, width, shrink, zoom;
};

static int read_interp(struct conversion *c, struct interp *ret)
{
    int32_t before, behind;
    int r = param_i32(c, "height", 0, 1, INT16_MAX, &ret->height);

    if (r == 0)
        r = param_i32(c, "width", 0, 1, INT16_MAX, &ret->width);
    if (r == 0)
        r = param_i32(c, "shrink_factor", 1, 1, INT16_MAX, &ret->shrink);
    if (r == 0)
        r = param_i32(c, "zoom_factor", 1, 1, INT16_MAX, &ret->zoom);
    if (r == 0)
        r = param_i32(c, "pad_beg", 0, INT16_MIN, 0, &before);
    if (r == 0)
        r = param_i32(c, "pad_end", 0, INT16_MIN, 0, &behind);
    if (r == 0 && (before || behind))
        r = conversion_unsupported(c, "cut with a Crop or Slice layer before it",
                                   "pad_beg, pad_end");
    if (r == 0 && !ret->height != !ret->width)
        r = conversion_unsupported(c, "check the prototxt", "only one of height and width");
    return r;
}

static int64_t interp_size(int64_t size, const struct interp *interp)
{
    size = (size - 1) / interp->shrink + 1;
    return size + (size - 1) * (interp->zoom - 1);
}

/* Bilinear, corner to corner; a second bottom lends its size. */
int convert_caffe_interp(struct conversion *c)
{
    struct resize_attrs attrs = {.mode = RESIZE_BILINEAR, .coordinates = RESIZE_ALIGN_CORNERS};
    struct interp interp;
    struct tensor *x, *like = NULL;
    int r = c->node->n_inputs == 2 ? 0 : caffe_ops_check_blobs(c, 1, 1);

    if (r == 0)
        r = conversion_activation(c, 0, &x);
    if (r == 0 && c->node->n_inputs == 2)
        r = conversion_activation(c, 1, &like);
    if (r == 0 && (x->shape.rank != 4 || (like && like->shape.rank != 4)))
        r = conversion_unsupported(c, "check the prototxt", "its bottom is no picture");
    if (r == 0)
        r = read_interp(c, &interp);
    if (r < 0)
        return r;
    for (uint32_t i = 2; i < 4; i++) {
        int64_t said = i == 2 ? interp.height : interp.width;
        int64_t size = like   ? like->shape.dim[i]
                       : said ? said
                              : interp_size(x->shape.dim[i], &interp);

        if (size > INT32_MAX)
            return conversion_unsupported(c, "check the prototxt", "a size beyond any picture");
        *(i == 2 ? &attrs.height : &attrs.width) = (int32_t)size;
    }
    return emit_resize(c, x, 2, 3, &attrs);
}

/* Every place as often as scale says. */
int convert_caffe_upsample(struct conversion *c)
{
    struct resize_attrs attrs = {
        .mode = RESIZE_NEAREST, .coordinates = RESIZE_ASYMMETRIC, .rounding = RESIZE_FLOOR};
    struct tensor *x;
    int32_t scale;
    int r = caffe_ops_check_blobs(c, 1, 1);

    if (r == 0)
        r = conversion_activation(c, 0, &x);
    if (r == 0)
        r = param_i32(c, "scale", 2, 1, INT16_MAX, &scale);
    if (r == 0 &&
        (x->shape.rank != 4 || x->shape.dim[2] > INT16_MAX || x->shape.dim[3] > INT16_MAX))
        r = conversion_unsupported(c, "check the prototxt", "its bottom is no picture");
    if (r < 0)
        return r;
    attrs.height = (int32_t)x->shape.dim[2] * scale;
    attrs.width = (int32_t)x->shape.dim[3] * scale;
    return emit_resize(c, x, 2, 3, &attrs);
}
