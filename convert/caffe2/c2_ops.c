#include "convert/caffe2/c2_ops.h"

#include <stdlib.h>
#include <string.h>

#include "convert/words.h"

#define C2_PADS_ARGS "pad pad_b pad_l pad_r pad_t pads"
#define C2_WINDOW_ARGS                                                                             \
    C2_PADS_ARGS " dilation dilation_h dilation_w dilations kernel kernel_h kernel_w kernels"      \
                 " legacy_pad stride stride_h stride_w strides"

static const struct c2_entry entries[] = {
#define C2_OP(name, convert, most, args) {#name, convert, most, args},
#include "convert/caffe2/c2_ops.def"
#undef C2_OP
};

/* What any operator may say: the order of axes, and how fast Caffe2 shall be. */
static const char common[] =
    "order is_test allow_broadcast_fastpath algo algorithm cudnn_exhaustive_search "
    "cudnn_state deterministic device_id enable_tensor_core exhaustive_search float16_compute "
    "init_params math no_bias shared_buffer use_cudnn ws_nbytes_limit";

static int compare(const void *key, const void *entry)
{
    return strcmp(key, ((const struct c2_entry *)entry)->op);
}

const struct c2_entry *c2_ops_find(const char *op)
{
    return bsearch(op, entries, ARRAY_SIZE(entries), sizeof(entries[0]), compare);
}

int c2_ops_check_args(struct conversion *c, const struct c2_entry *entry)
{
    const struct rows *rows = &c2_op_of(c->node)->args;
    const struct c2_arg *args = rows->base;
    int r = 0;

    for (uint32_t i = 0; i < rows->n; i++)
        if (!words_have(entry->args, args[i].name) && !words_have(common, args[i].name))
            r = conversion_unsupported(c, WAY_REPLACE, "argument %.80s is not supported",
                                       args[i].name);
    return r < 0 ? r : conversion_check_inputs(c, c->node->n_inputs, entry->most);
}

int c2_ops_print_names(struct buf *out)
{
    int r = buf_printf(out, "operators that are supported:");

    for (size_t i = 0; r >= 0 && i < ARRAY_SIZE(entries); i++)
        r = buf_printf(out, "%s %s", i ? "," : "", entries[i].op);
    return r < 0 ? r : buf_append(out, "\n", 1);
}
