/* MaxPool, MaxPoolV2 and AvgPool. */
#include <string.h>

#include "convert/tensorflow/tf_attr.h"
#include "convert/tensorflow/tf_ops.h"
#include "convert/tensorflow/tf_window.h"
#include "model/ops/pool.h"

int tf_pool(struct conversion *c)
{
    struct pool_attrs attrs = {.kind =
                                   strcmp(c->node->op, "AvgPool") == 0 ? POOL_AVERAGE : POOL_MAX};
    uint32_t in;
    struct node_spec spec = {.op = OP_POOL, .attrs = &attrs, .inputs = &in, .n_inputs = 1};
    int32_t kernel_h, kernel_w;
    struct tensor *x;
    struct view view;
    int r = tf_window_input(c, 0, &x, &in, &view);

    if (r == 0)
        r = tf_window_pair(c, "ksize", 0, &kernel_h, &kernel_w);
    if (r == 0)
        r = tf_window_read(c, kernel_h, kernel_w, &attrs.window);
    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}
