#include "model/ops/recurrent.h"

#include "base/error.h"
#include "model/graph.h"

int recurrent_check_dims(const struct infer *node, uint32_t i, uint32_t dim0, uint32_t dim1,
                         struct fault *fault)
{
    const struct shape *shape = &node->in[i]->shape;
    int r = op_check_rank(node, i, 2, fault);

    if (r == 0 && (shape->dim[0] != dim0 || shape->dim[1] != dim1))
        return fail(fault, E_SHAPE, "input %u (%.60s) is %ux%u, not %ux%u", i, node->in[i]->name,
                    shape->dim[0], shape->dim[1], dim0, dim1);
    return r;
}

static int check_weights(const struct recurrent *kind, const struct infer *node, uint32_t hidden,
                         struct fault *fault)
{
    uint32_t inputs = node->in[RECURRENT_X]->shape.dim[2], columns = kind->gates * hidden;
    int r = recurrent_check_dims(node, RECURRENT_MATRIX, hidden, columns, fault);

    if (r == 0)
        r = recurrent_check_dims(node, RECURRENT_WEIGHTS, inputs, columns, fault);
    if (r == 0)
        r = op_check_count(node, RECURRENT_BIAS, "the bias", kind->biases * (uint64_t)hidden,
                           fault);
    return r;
}

static int check_states(const struct recurrent *kind, const struct infer *node, uint32_t hidden,
                        struct fault *fault)
{
    uint32_t batch = node->in[RECURRENT_X]->shape.dim[0];
    int r = 0;

    for (uint32_t i = 0; r == 0 && i < kind->n_states; i++)
        if (kind->states[i] < node->n_in && node->in[kind->states[i]])
            r = recurrent_check_dims(node, kind->states[i], batch, hidden, fault);
    return r;
}

int recurrent_infer(const struct recurrent *kind, const struct infer *node, struct shape *out,
                    struct fault *fault)
{
    const uint32_t *x = node->in[RECURRENT_X]->shape.dim;
    uint32_t hidden;
    int r = op_check_rank(node, RECURRENT_X, 3, fault);

    if (r == 0)
        r = op_check_rank(node, RECURRENT_MATRIX, 2, fault);
    if (r < 0)
        return r;
    hidden = node->in[RECURRENT_MATRIX]->shape.dim[0];
    if (hidden > UINT32_MAX / kind->gates)
        return fail(fault, E_SHAPE, "a state of %u numbers is too large", hidden);
    r = check_weights(kind, node, hidden, fault);
    if (r == 0)
        r = check_states(kind, node, hidden, fault);
    if (r < 0)
        return r;
    out[0] = (struct shape){3, {x[0], x[1], hidden}};
    for (uint32_t i = 1; i < node->n_out; i++)
        out[i] = (struct shape){2, {x[0], hidden}};
    return 0;
}

uint64_t recurrent_macs(const struct recurrent *kind, const struct infer *node,
                        const struct shape *out)
{
    const uint32_t inputs = node->in[RECURRENT_X]->shape.dim[2], hidden = out[0].dim[2];

    return (uint64_t)shape_elements(&out[0]) * kind->gates * ((uint64_t)inputs + hidden);
}
