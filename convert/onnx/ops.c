#include "convert/onnx/ops.h"

#include <stdlib.h>
#include <string.h>

#include "convert/onnx/rewrite.h"

static const struct ops_entry entries[] = {
#define ONNX_OP(name, layout, convert, fold, most, attrs)                                          \
    {#name, LAYOUT_##layout, convert, fold, most, attrs},
#include "convert/onnx/ops.def"
#undef ONNX_OP
};

static int compare(const void *key, const void *entry)
{
    return strcmp(key, ((const struct ops_entry *)entry)->op);
}

bool ops_is_own(const struct foreign_node *node)
{
    const char *domain = onnx_node_of(node)->domain;

    return !*domain || strcmp(domain, "ai.onnx") == 0;
}

static const struct ops_entry *find(const char *op)
{
    return bsearch(op, entries, ARRAY_SIZE(entries), sizeof(entries[0]), compare);
}

bool ops_has(const char *op)
{
    return find(op) != NULL;
}

const struct ops_entry *ops_find(const struct foreign_node *node)
{
    return ops_is_own(node) ? find(node->op) : NULL;
}

int ops_print_names(struct buf *out)
{
    int r = buf_printf(out, "operators that are supported:");

    for (size_t i = 0; r >= 0 && i < ARRAY_SIZE(entries); i++)
        r = buf_printf(out, "%s %s", i ? "," : "", entries[i].op);
    if (r >= 0)
        r = rewrite_print_names(out);
    return r < 0 ? r : buf_append(out, "\n", 1);
}
