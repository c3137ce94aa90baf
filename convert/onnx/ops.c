#include "convert/onnx/ops.h"

#include <stdlib.h>
#include <string.h>

static const struct ops_entry entries[] = {
#define ONNX_OP(name, layout, convert, fold, attrs) {#name, LAYOUT_##layout, convert, fold, attrs},
#include "convert/onnx/ops.def"
#undef ONNX_OP
};

static int compare(const void *key, const void *entry)
{
    return strcmp(key, ((const struct ops_entry *)entry)->op);
}

const struct ops_entry *ops_find(const struct onnx_node *node)
{
    if (*node->domain && strcmp(node->domain, "ai.onnx") != 0)
        return NULL;
    return bsearch(node->op, entries, ARRAY_SIZE(entries), sizeof(entries[0]), compare);
}
