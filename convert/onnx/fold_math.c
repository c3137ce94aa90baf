/* Constants out of constants, by arithmetic: Add to Xor, Abs to Tan, Where. */
#include "convert/fold.h"
#include "convert/onnx/attrs.h"
#include "convert/onnx/kinds.h"
#include "convert/onnx/ops.h"

int fold_binary(struct conversion *c)
{
    const struct numbers *a, *b = NULL;
    int64_t broadcast;
    int r = fold_input(c, 0, &a);

    if (r == 0)
        r = fold_input(c, 1, &b);
    if (r == 0)
        r = attr_int(c, "broadcast", 0, &broadcast);
    if (r < 0)
        return r;
    if (c->node->n_inputs > 2 || (broadcast && attr_find(c, "axis")))
        return conversion_unsupported(c, "compute it before you export",
                                      "constants of this form cannot be computed here");
    return fold_pair(c, a, b, kind_binary(c->node->op));
}

int fold_unary(struct conversion *c)
{
    const struct numbers *x;
    int r = fold_input(c, 0, &x);

    return r < 0 ? r : fold_function(c, x, kind_unary(c->node->op));
}

int fold_where(struct conversion *c)
{
    const struct numbers *which, *a = NULL, *b = NULL;
    int r = fold_input(c, 0, &which);

    if (r == 0)
        r = fold_input(c, 1, &a);
    if (r == 0)
        r = fold_input(c, 2, &b);
    return r < 0 ? r : fold_choice(c, which, a, b);
}
