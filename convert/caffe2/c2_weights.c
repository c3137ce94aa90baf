#include "convert/caffe2/c2_weights.h"

int c2_weights_read(struct conversion *c, uint32_t i, const char *what, uint32_t rank,
                    const struct numbers **ret)
{
    int r = conversion_constant(c, i, what, ret);

    if (r < 0)
        return r;
    if (!*ret)
        return conversion_unsupported(c, C2_WAY_CHECK, "input %u (%s) is missing", i, what);
    if ((*ret)->shape.rank != rank || (*ret)->n == 0)
        return conversion_unsupported(c, C2_WAY_CHECK, "%s (%.80s) have %u dimensions, not %u",
                                      what, c->node->inputs[i], (*ret)->shape.rank, rank);
    return 0;
}

int c2_weights_place(struct conversion *c, uint32_t i, const struct numbers *numbers,
                     struct walk *walk, const struct shape *shape, uint32_t *ret)
{
    struct blob *blob;
    int r = numbers_lay_out(c, numbers, walk, 1, &blob);

    return r < 0 ? r : conversion_add_constant(c, c->node->inputs[i], shape, blob, ret);
}

int c2_weights_bias(struct conversion *c, uint32_t i, uint32_t n, uint32_t *ret)
{
    const struct numbers *bias;
    struct numbers zeros = {.n = n, .is_float = true, .f32 = &(float){0}};
    struct walk walk = {.shape = {1, {n}}};
    struct blob *blob;
    int r = conversion_constant(c, i, "the bias", &bias);

    if (r < 0)
        return r;
    if (bias && bias->n != n)
        return conversion_unsupported(c, C2_WAY_CHECK, "%zu biases for %u channels", bias->n, n);
    walk.stride[0] = bias != NULL; /* one zero is walked on the spot */
    r = numbers_lay_out(c, bias ? bias : &zeros, &walk, 1, &blob);
    return r < 0 ? r
                 : conversion_add_constant(c, bias ? c->node->inputs[i] : "zeros", &walk.shape,
                                           blob, ret);
}
