/* Concat, of what the network computes and of what is known. */
#include <errno.h>
#include <string.h>

#include "convert/caffe/ops.h"
#include "convert/caffe/param.h"
#include "convert/emit.h"
#include "convert/fold.h"

/* All bottoms, which must have the same rank. */
static int take_bottoms(struct conversion *c, struct tensor **x, bool *ret_known)
{
    int r = 0;

    *ret_known = true;
    for (uint32_t i = 0; r == 0 && i < c->node->n_inputs; i++) {
        r = conversion_activation(c, i, &x[i]);
        if (r == 0 && x[i]->shape.rank != x[0]->shape.rank)
            r = conversion_unsupported(c, "check the prototxt", "bottom %u has another rank", i);
        *ret_known &= r == 0 && x[i]->state == TENSOR_NUMBERS;
    }
    return r;
}

/* PriorBox makes numbers, which stay numbers. */
static int join_numbers(struct conversion *c, struct tensor *const *x, uint32_t axis)
{
    uint32_t n = c->node->n_inputs;
    const struct numbers **numbers = arena_alloc(&c->arena, n * sizeof(*numbers));

    if (!numbers)
        return -ENOMEM;
    for (uint32_t i = 0; i < n; i++)
        numbers[i] = x[i]->numbers;
    return fold_joined(c, numbers, n, axis);
}

int convert_caffe_concat(struct conversion *c)
{
    uint32_t n = c->node->n_inputs, axis;
    struct tensor **x = arena_alloc(&c->arena, (n + 1) * sizeof(struct tensor *));
    bool known = false;
    int r = x ? caffe_ops_check_blobs(c, n ? n : 1, 1) : -ENOMEM;

    if (r == 0)
        r = take_bottoms(c, x, &known);
    if (r == 0)
        r = param_axis(c, param_given(c, "concat_dim") ? "concat_dim" : "axis", 1, x[0]->shape.rank,
                       &axis);
    if (r < 0)
        return r;
    return known ? join_numbers(c, x, axis) : emit_concat(c, x, n, axis);
}
