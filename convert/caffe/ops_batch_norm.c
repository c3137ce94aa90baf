/* BatchNorm, Scale, Bias: a factor and a number more for each channel, or for each of more axes. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "convert/affine.h"
#include "convert/caffe/layer.h"
#include "convert/caffe/ops.h"
#include "convert/caffe/param.h"
#include "convert/layout.h"
#include "model/ops/binary.h"
#include "model/ops/instance_norm.h"

/* What happens to each channel. */
struct normal {
    struct affine by;
    bool measured; /* x is first normalised by its own mean and variance, not by the file's */
    float epsilon; /* of that */
};

/* Blobs: mean, variance, and one number that both were multiplied by. */
static int read_batch_norm(struct conversion *c, float epsilon, struct affine *affine)
{
    const struct caffe_blob *blob[3];
    const double *mean, *variance, *factor;
    double by;
    int r = layer_blob(c, 0, "the means", affine->n, &blob[0]);

    if (r == 0)
        r = layer_blob(c, 1, "the variances", affine->n, &blob[1]);
    if (r == 0)
        r = layer_blob(c, 2, "the scale factor", 1, &blob[2]);
    if (r == 0)
        r = layer_numbers(c, blob[0], affine->n, &mean);
    if (r == 0)
        r = layer_numbers(c, blob[1], affine->n, &variance);
    if (r == 0)
        r = layer_numbers(c, blob[2], 1, &factor);
    if (r < 0)
        return r;
    by = *factor == 0 ? 0 : 1 / *factor;
    for (uint32_t i = 0; i < affine->n; i++) {
        double deviation = variance[i] * by + epsilon;

        if (!(deviation > 0))
            return conversion_unsupported(c, "the caffemodel is damaged: get it again",
                                          "variance %u is not positive", i);
        affine->scale[i] = 1 / sqrt(deviation);
        affine->shift[i] = -mean[i] * by * affine->scale[i];
    }
    return 0;
}

/*
 * Whose mean and variance: the file's, unless use_global_stats says that those of what is there
 * count. Of one picture these are those of each channel.
 */
static int read_statistics(struct conversion *c, const struct tensor *x, struct normal *normal)
{
    bool global;
    int r = param_bool(c, "use_global_stats", true, &global);

    if (r == 0)
        r = param_f32(c, "eps", 1e-5f, &normal->epsilon);
    if (r < 0 || global)
        return r < 0 ? r : read_batch_norm(c, normal->epsilon, &normal->by);
    normal->measured = true;
    if (x->shape.rank != 4 || x->shape.dim[0] != 1)
        return conversion_unsupported(c, "set use_global_stats to true, or a batch of 1 (-d)",
                                      "use_global_stats false, for more than one picture");
    return 0;
}

/* Adds what a Scale layer does; its first blob is the factors, the second, if any, the biases. */
static int apply_scale(struct conversion *c, struct affine *affine)
{
    const struct caffe_blob *blob;
    const double *factor, *bias = NULL;
    bool has_bias;
    int r = param_bool(c, "bias_term", false, &has_bias);

    if (r == 0)
        r = layer_blob(c, 0, "the factors", affine->n, &blob);
    if (r == 0)
        r = layer_numbers(c, blob, affine->n, &factor);
    if (r == 0 && has_bias)
        r = layer_blob(c, 1, "the biases", affine->n, &blob);
    if (r == 0 && has_bias)
        r = layer_numbers(c, blob, affine->n, &bias);
    for (uint32_t i = 0; r == 0 && i < affine->n; i++) {
        affine->scale[i] *= factor[i];
        affine->shift[i] = affine->shift[i] * factor[i] + (bias ? bias[i] : 0);
    }
    return r;
}

/* X through NORMAL along AXIS to top 0 of the current layer. */
static int make_normal(struct conversion *c, struct tensor *x, uint32_t axis,
                       const struct normal *normal)
{
    const struct affine *by = &normal->by;
    struct view view = layout_axis_last(x, axis);
    uint32_t in[3];
    const struct instance_norm_attrs measured = {normal->epsilon};
    struct node_spec spec = {.op = OP_BATCH_NORM, .inputs = in, .n_inputs = 3};
    int r = layout_bring(c, x, &view, &in[0]);

    if (normal->measured) {
        spec.op = OP_INSTANCE_NORM;
        spec.attrs = &measured;
    }
    if (r == 0)
        r = layer_place(c, by->scale, by->n, "weights", &in[1]);
    if (r == 0)
        r = layer_place(c, by->shift, by->n, "bias", &in[2]);
    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}

/* Is the layer a Scale of channel after channel, with weights of its own? */
static bool scales_channels(const struct foreign_node *node)
{
    const struct pbtext_field *param = pbtext_find(caffe_layer_of(node)->text, "scale_param");

    return strcmp(node->op, "Scale") == 0 && node->n_inputs == 1 && node->n_outputs == 1 &&
           !pbtext_find(param, "axis") && !pbtext_find(param, "num_axes");
}

/* The Scale that alone reads what the current layer makes; NULL if there is none. */
static const struct foreign_node *find_scale(struct conversion *c)
{
    const struct tensor *y = conversion_output(c, 0);

    if (!y || y->n_uses != 1 || y->user == NO_NODE || !scales_channels(c->nodes[y->user]))
        return NULL;
    return c->nodes[y->user];
}

/*
 * A BatchNorm and the Scale behind it are one layer, called BATCHNORM.SCALE as SNPE's converter
 * calls it. The Scale is then the current layer, and needs no conversion any more.
 */
static int make_joined(struct conversion *c, struct tensor *x, struct normal *normal,
                       const struct foreign_node *scale)
{
    const struct foreign_node *first = c->node;
    const uint32_t user = conversion_output(c, 0)->user;
    size_t size = strlen(first->name) + strlen(scale->name) + 2;
    struct caffe_layer joined = *caffe_layer_of(scale);
    char *name = arena_alloc(&c->arena, size);
    int r;

    if (!name)
        return -ENOMEM;
    snprintf(name, size, "%s.%s", first->name, scale->name);
    r = caffe_ops_enter(c, scale);
    if (r == 0)
        r = apply_scale(c, &normal->by);
    joined.node.name = name;
    c->node = &joined.node;
    if (r == 0)
        r = make_normal(c, x, 1, normal);
    c->wanted[user] = false;
    c->node = first;
    conversion_output(c, 0)->needed = false;
    return r;
}

int convert_caffe_batch_norm(struct conversion *c)
{
    const struct foreign_node *scale;
    struct normal normal = {.measured = false};
    struct tensor *x;
    int r = caffe_ops_check_blobs(c, 1, 1);

    if (r == 0)
        r = conversion_activation(c, 0, &x);
    if (r == 0 && x->shape.rank < 2)
        r = conversion_unsupported(c, "check the prototxt", "its bottom has no channels");
    if (r == 0)
        r = affine_new(c, x->shape.dim[1], &normal.by);
    if (r == 0)
        r = read_statistics(c, x, &normal);
    if (r < 0)
        return r;
    scale = find_scale(c);
    return scale ? make_joined(c, x, &normal, scale) : make_normal(c, x, 1, &normal);
}

/* Which axes of X the blob has: AXIS and N behind it. */
struct span {
    uint32_t axis, n;
    uint64_t count;
};

static int read_span(struct conversion *c, const struct shape *x, struct span *ret)
{
    int32_t n;
    int r = param_axis(c, "axis", 1, x->rank, &ret->axis);

    if (r == 0)
        r = param_i32(c, "num_axes", 1, -1, SHAPE_RANK_MAX, &n);
    if (r < 0)
        return r;
    ret->n = n < 0 ? x->rank - ret->axis : (uint32_t)n;
    if (ret->axis + ret->n > x->rank)
        return conversion_unsupported(c, "check the prototxt",
                                      "%u axes from axis %u on, of a blob of %u dimensions", ret->n,
                                      ret->axis, x->rank);
    ret->count = 1;
    for (uint32_t i = 0; i < ret->n; i++)
        ret->count *= x->dim[ret->axis + i];
    return 0;
}

/* Blob I as a constant that spreads over X under VIEW. */
static int place_span(struct conversion *c, const struct shape *x, const struct span *span,
                      const struct view *view, const struct caffe_blob *blob, const char *suffix,
                      uint32_t *ret)
{
    struct walk walk = {.shape = {.rank = x->rank}};
    ptrdiff_t stride = 1;

    for (uint32_t i = x->rank; i-- > 0;) {
        bool inside = i >= span->axis && i < span->axis + span->n;
        uint32_t place = view->order[i];

        walk.shape.dim[place] = inside ? x->dim[i] : 1;
        walk.stride[place] = inside ? stride : 0;
        stride *= inside ? (ptrdiff_t)x->dim[i] : 1;
    }
    return layer_lay_out(c, blob, &walk, &walk.shape, suffix, ret);
}

/* One or two steps: times blob 0, then plus blob 1; FIRST and LAST say which. */
static int make_spread(struct conversion *c, struct tensor *x, const struct span *span,
                       bool multiply, bool add)
{
    static const struct binary_attrs kinds[] = {{BINARY_MUL}, {BINARY_ADD}};
    static const char *const names[] = {"weights", "bias"};
    struct view view = layout_own(x);
    const struct caffe_blob *blob;
    uint32_t in[2], n_done = 0;
    int r = layout_bring(c, x, &view, &in[0]);

    for (uint32_t i = 0; r == 0 && i < 2; i++) {
        struct node_spec spec = {.op = OP_BINARY, .attrs = &kinds[i], .inputs = in, .n_inputs = 2};

        if (!(i == 0 ? multiply : add))
            continue;
        r = layer_blob(c, n_done++, i == 0 ? "the factors" : "the biases", span->count, &blob);
        if (r == 0)
            r = place_span(c, &x->shape, span, &view, blob, names[i], &in[1]);
        if (r == 0)
            r = i == 0 && add ? conversion_emit_main(c, "scaled", &spec, &in[0])
                              : conversion_emit(c, 0, &spec, &view);
    }
    return r;
}

/* Bottom 1 over bottom 0 from an axis on. */
static int make_pair(struct conversion *c, struct tensor *x, enum binary_kind kind)
{
    const struct binary_attrs attrs = {kind};
    struct view view = layout_own(x);
    struct shape shape = {.rank = x->shape.rank};
    struct tensor *y;
    uint32_t in[2], axis = 0;
    struct node_spec spec = {.op = OP_BINARY, .attrs = &attrs, .inputs = in, .n_inputs = 2};
    int r = conversion_activation(c, 1, &y);

    if (r == 0 && y->shape.rank)
        r = param_axis(c, "axis", 1, x->shape.rank, &axis);
    if (r == 0 && axis + y->shape.rank > x->shape.rank)
        r = conversion_unsupported(c, "check the prototxt",
                                   "bottom 1 has more axes than bottom 0 from axis %u on", axis);
    if (r < 0)
        return r;
    for (uint32_t i = 0; i < shape.rank; i++)
        shape.dim[i] = i >= axis && i < axis + y->shape.rank ? y->shape.dim[i - axis] : 1;
    r = layout_bring(c, x, &view, &in[0]);
    if (r == 0)
        r = layout_bring_shaped(c, y, &shape, &view, &in[1]);
    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}

/* As wide as a channel: one layer, which a convolution before it can take in. */
static int make_channels(struct conversion *c, struct tensor *x, const struct span *span,
                         bool multiply)
{
    struct normal normal = {.measured = false};
    struct affine *affine = &normal.by;
    const struct caffe_blob *blob;
    const double *bias;
    int r = affine_new(c, (uint32_t)span->count, affine);

    if (r == 0 && multiply)
        r = apply_scale(c, affine);
    if (r == 0 && !multiply)
        r = layer_blob(c, 0, "the biases", affine->n, &blob);
    if (r == 0 && !multiply)
        r = layer_numbers(c, blob, affine->n, &bias);
    for (uint32_t i = 0; r == 0 && !multiply && i < affine->n; i++)
        affine->shift[i] = bias[i];
    return r < 0 ? r : make_normal(c, x, span->axis, &normal);
}

static int convert_spread(struct conversion *c, bool multiply)
{
    bool bias = !multiply;
    struct tensor *x;
    struct span span;
    int r = c->node->n_inputs == 2 ? 0 : caffe_ops_check_blobs(c, 1, 1);

    if (r == 0)
        r = conversion_activation(c, 0, &x);
    if (r == 0 && multiply)
        r = param_bool(c, "bias_term", false, &bias);
    if (r < 0)
        return r;
    if (c->node->n_inputs == 2 && multiply && bias)
        return conversion_unsupported(c, "put the bias into a layer of its own",
                                      "bias_term with a factor that is computed");
    if (c->node->n_inputs == 2)
        return make_pair(c, x, multiply ? BINARY_MUL : BINARY_ADD);
    r = read_span(c, &x->shape, &span);
    if (r < 0)
        return r;
    return span.n == 1 && span.axis == 1 ? make_channels(c, x, &span, multiply)
                                         : make_spread(c, x, &span, multiply, bias);
}

int convert_caffe_scale(struct conversion *c)
{
    return convert_spread(c, true);
}

int convert_caffe_bias(struct conversion *c)
{
    return convert_spread(c, false);
}
