#include "convert/affine.h"

#include <errno.h>
#include <math.h>

#include "convert/layout.h"
#include "convert/numbers.h"

int affine_new(struct conversion *c, uint32_t n, struct affine *ret)
{
    int r = conversion_charge(c, (size_t)n * 2 * sizeof(double));

    if (r < 0)
        return r;
    *ret = (struct affine){
        .n = n,
        .scale = arena_alloc(&c->arena, (size_t)n * sizeof(double)),
        .shift = arena_alloc(&c->arena, (size_t)n * sizeof(double)),
    };
    if (!ret->scale || !ret->shift)
        return -ENOMEM;
    for (uint32_t i = 0; i < n; i++)
        ret->scale[i] = 1;
    return 0;
}

/* FROM as a constant of the graph. */
static int place(struct conversion *c, const double *from, uint32_t n, const char *name,
                 uint32_t *ret)
{
    struct blob *blob;
    float *to;
    int r = conversion_charge(c, (size_t)n * sizeof(*to));

    if (r < 0)
        return r;
    blob = blob_new((size_t)n * sizeof(*to));
    if (!blob)
        return -ENOMEM;
    to = blob_base(blob);
    for (uint32_t i = 0; i < n; i++)
        to[i] = (float)from[i];
    return conversion_add_constant(c, name, &(struct shape){1, {n}}, blob, ret);
}

int affine_emit(struct conversion *c, struct tensor *x, uint32_t axis, const struct affine *affine,
                const char *weights, const char *bias)
{
    struct view view = layout_axis_last(x, axis);
    uint32_t in[3];
    struct node_spec spec = {.op = OP_BATCH_NORM, .inputs = in, .n_inputs = 3};
    int r = layout_bring(c, x, &view, &in[0]);

    if (r == 0)
        r = place(c, affine->scale, affine->n, weights, &in[1]);
    if (r == 0)
        r = place(c, affine->shift, affine->n, bias, &in[2]);
    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}

int affine_emit_statistics(struct conversion *c, struct tensor *x, uint32_t axis,
                           const struct affine_statistics *s, const char *weights, const char *bias)
{
    struct affine affine;
    int r = affine_new(c, x->shape.dim[axis], &affine);

    for (uint32_t i = 0; r == 0 && i < affine.n; i++) {
        double scale = s->scale ? numbers_at(s->scale, i) : 1;

        affine.scale[i] = scale / sqrt(numbers_at(s->variance, i) + (double)s->epsilon);
        affine.shift[i] = numbers_at(s->shift, i) - numbers_at(s->mean, i) * affine.scale[i];
    }
    return r < 0 ? r : affine_emit(c, x, axis, &affine, weights, bias);
}
