/* InnerProduct and Embed. */
#include <string.h>

#include "convert/caffe/layer.h"
#include "convert/caffe/ops.h"
#include "convert/caffe/param.h"
#include "convert/layout.h"
#include "model/ops/binary.h"
#include "model/ops/gather.h"

struct product {
    int32_t n_outputs;
    bool bias, transpose;
    uint32_t axis;    /* the first that is flattened */
    uint32_t columns; /* what it and those behind it hold */
};

static int read_product(struct conversion *c, const struct tensor *x, struct product *ret)
{
    int r = param_i32(c, "num_output", 0, 1, INT32_MAX, &ret->n_outputs);

    if (r == 0)
        r = param_bool(c, "bias_term", true, &ret->bias);
    if (r == 0)
        r = param_bool(c, "transpose", false, &ret->transpose);
    if (r == 0)
        r = param_axis(c, "axis", 1, x->shape.rank, &ret->axis);
    if (r < 0)
        return r;
    if (!ret->n_outputs)
        return conversion_unsupported(c, "check the prototxt", "it has no num_output");
    if (x->shape.rank - ret->axis >= SHAPE_RANK_MAX)
        return conversion_unsupported(c, WAY_REPLACE, "%u axes flattened", x->shape.rank);
    ret->columns = 1;
    for (uint32_t i = ret->axis; i < x->shape.rank; i++)
        ret->columns *= x->shape.dim[i]; /* all of a tensor fits 32 bits */
    return 0;
}

/*
 * The weights [out,in] (or [in,out]), whose columns Caffe counts along the axes of X in its order,
 * for a value that lies under VIEW: the columns move, so that X need not.
 */
static int place_weights(struct conversion *c, const struct product *product, const struct shape *x,
                         const struct view *view, uint32_t *ret)
{
    const ptrdiff_t row = product->transpose ? 1 : (ptrdiff_t)product->columns;
    ptrdiff_t column = product->transpose ? product->n_outputs : 1;
    const struct shape shape = {2, {(uint32_t)product->n_outputs, product->columns}};
    struct walk walk = {.shape = {.rank = x->rank - product->axis + 1}};
    const struct caffe_blob *blob;
    int r = layer_blob(c, 0, "the weights", (uint64_t)shape.dim[0] * shape.dim[1], &blob);

    if (r < 0)
        return r;
    walk.shape.dim[0] = shape.dim[0];
    walk.stride[0] = row;
    for (uint32_t i = x->rank; i-- > product->axis; column *= x->dim[i]) {
        uint32_t place = view->order[i] - product->axis + 1u;

        walk.shape.dim[place] = x->dim[i];
        walk.stride[place] = column;
    }
    return layer_lay_out(c, blob, &walk, &shape, "weights", ret);
}

/* Do the axes in front of AXIS lie in front in the value too, in their order? */
static bool keeps_front(const struct view *view, uint32_t axis)
{
    for (uint32_t i = 0; i < axis; i++)
        if (view->order[i] != i)
            return false;
    return true;
}

/* Rows are what lies before the axis; the operator flattens all but the first. */
static int bring_rows(struct conversion *c, struct tensor *x, const struct product *product,
                      const struct view *view, uint32_t *ret)
{
    struct shape rows = {2, {1, product->columns}};
    int r = layout_bring(c, x, view, ret);

    if (r < 0 || product->axis == 1)
        return r;
    for (uint32_t i = 0; i < product->axis; i++)
        rows.dim[0] *= x->shape.dim[i];
    return layout_reshape(c, x->name, "rows", *ret, &rows, ret);
}

static int make_product(struct conversion *c, const struct node_spec *spec, const struct tensor *x,
                        const struct product *product)
{
    struct shape y = {.rank = product->axis + 1};
    struct view plain = view_identity();
    uint32_t value;
    int r;

    if (product->axis == 1)
        return conversion_emit(c, 0, spec, &plain);
    r = conversion_emit_main(c, "rows", spec, &value);
    if (r < 0)
        return r;
    for (uint32_t i = 0; i < product->axis; i++)
        y.dim[i] = x->shape.dim[i];
    y.dim[product->axis] = (uint32_t)product->n_outputs;
    return layout_emit_reshape(c, 0, value, &y, &plain);
}

int convert_caffe_product(struct conversion *c)
{
    struct product product;
    struct tensor *x;
    struct view view;
    uint32_t in[3];
    struct node_spec spec = {.op = OP_FULLY_CONNECTED, .inputs = in, .n_inputs = 3};
    int r = caffe_ops_check_blobs(c, 1, 1);

    if (r == 0)
        r = conversion_activation(c, 0, &x);
    if (r == 0)
        r = read_product(c, x, &product);
    if (r < 0)
        return r;
    view = layout_own(x);
    if (!keeps_front(&view, product.axis))
        view = view_identity();
    r = bring_rows(c, x, &product, &view, &in[0]);
    if (r == 0)
        r = place_weights(c, &product, &x->shape, &view, &in[1]);
    if (r == 0)
        r = layer_place_bias(c, 1, product.bias, (uint32_t)product.n_outputs, &in[2]);
    return r < 0 ? r : make_product(c, &spec, x, &product);
}

/* Rows of a table by index, then a bias for each column. */
static int make_embed(struct conversion *c, uint32_t index, uint32_t table, uint32_t n_outputs,
                      bool bias)
{
    struct gather_attrs gather = {.axis = 0};
    struct binary_attrs add = {BINARY_ADD};
    uint32_t in[2] = {table, index};
    struct node_spec spec = {.op = OP_GATHER, .attrs = &gather, .inputs = in, .n_inputs = 2};
    struct node_spec sum = {.op = OP_BINARY, .attrs = &add, .inputs = in, .n_inputs = 2};
    struct view plain = view_identity();
    int r;

    if (!bias)
        return conversion_emit(c, 0, &spec, &plain);
    r = conversion_emit_main(c, "rows", &spec, &in[0]);
    if (r == 0)
        r = layer_place_bias(c, 1, true, n_outputs, &in[1]);
    return r < 0 ? r : conversion_emit(c, 0, &sum, &plain);
}

int convert_caffe_embed(struct conversion *c)
{
    int32_t n_outputs, n_inputs;
    struct walk walk = {.shape = {.rank = 2}};
    const struct caffe_blob *blob;
    struct tensor *x;
    struct view plain = view_identity();
    uint32_t index, table;
    bool bias;
    int r = caffe_ops_check_blobs(c, 1, 1);

    if (r == 0)
        r = conversion_activation(c, 0, &x);
    if (r == 0)
        r = param_i32(c, "num_output", 1, 1, INT32_MAX, &n_outputs);
    if (r == 0)
        r = param_i32(c, "input_dim", 1, 1, INT32_MAX, &n_inputs);
    if (r == 0)
        r = param_bool(c, "bias_term", true, &bias);
    if (r == 0)
        r = layer_blob(c, 0, "the weights", (uint64_t)n_inputs * (uint64_t)n_outputs, &blob);
    if (r < 0)
        return r;
    walk.shape.dim[0] = (uint32_t)n_inputs;
    walk.shape.dim[1] = (uint32_t)n_outputs;
    walk_strides(&walk.shape, walk.stride);
    r = layout_bring(c, x, &plain, &index);
    if (r == 0)
        r = layer_lay_out(c, blob, &walk, &walk.shape, "weights", &table);
    return r < 0 ? r : make_embed(c, index, table, (uint32_t)n_outputs, bias);
}
