#include "convert/caffe/ops.h"

#include <stdlib.h>
#include <string.h>

static const struct ops_entry entries[] = {
#define CAFFE_OP(type, convert, weights, message, fields)                                          \
    {#type, convert, weights, message, fields},
#include "convert/caffe/ops.def"
#undef CAFFE_OP
};

static int compare(const void *key, const void *entry)
{
    return strcmp(key, ((const struct ops_entry *)entry)->type);
}

const struct ops_entry *caffe_ops_find(const char *type)
{
    return bsearch(type, entries, ARRAY_SIZE(entries), sizeof(entries[0]), compare);
}

int caffe_ops_print_names(struct buf *out)
{
    int r = buf_printf(out, "layer types that are supported:");

    for (size_t i = 0; r >= 0 && i < ARRAY_SIZE(entries); i++)
        r = buf_printf(out, "%s %s", i ? "," : "", entries[i].type);
    return r < 0 ? r : buf_append(out, "\n", 1);
}

int caffe_ops_check_blobs(struct conversion *c, uint32_t n_bottoms, uint32_t n_tops)
{
    if (c->node->n_inputs == n_bottoms && c->node->n_outputs == n_tops)
        return 0;
    return conversion_unsupported(c, WAY_REPLACE, "%u bottoms and %u tops; %u and %u are supported",
                                  c->node->n_inputs, c->node->n_outputs, n_bottoms, n_tops);
}
