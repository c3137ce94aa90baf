#include "model/dlc/types.h"

#include <string.h>

#include "base/base.h"
#include "model/dlc/v3.h"

const struct dlc_type types_table[] = {
#define TYPE(op, name, selector, code, read, write)                                                \
    {name, selector, OP_##op, code, v3_read_##read, v3_write_##write},
#define OWN(op, attribute, first)
#define V2(op, code, kind, read)
#include "model/dlc_types.def"
#undef TYPE
#undef OWN
#undef V2
    {NULL, NULL, _OP_MAX, 0, NULL, NULL},
};

static const struct own {
    enum op op;
    const char *attribute;
    uint32_t first;
} owns[] = {
#define TYPE(op, name, selector, code, read, write)
#define OWN(op, attribute, first) {OP_##op, attribute, first},
#define V2(op, code, kind, read)
#include "model/dlc_types.def"
#undef TYPE
#undef OWN
#undef V2
};

const char *types_name(const struct node *node)
{
    const struct dlc_type *type = types_of_op(node->op);

    if (node->op == OP_RESIZE && !v3_resize_is_scaling(node->attrs))
        return "Resize";
    return type ? type->name : NULL;
}

const struct dlc_type *types_of_op(enum op op)
{
    for (const struct dlc_type *type = types_table; type->name; type++)
        if (type->op == op)
            return type;
    return NULL;
}

static const struct own *find_own(enum op op, const char *attribute)
{
    for (size_t i = 0; i < ARRAY_SIZE(owns); i++)
        if (owns[i].op == op && strcmp(owns[i].attribute, attribute) == 0)
            return &owns[i];
    return NULL;
}

int64_t types_kind(enum op op, const char *attribute, int64_t code)
{
    const struct own *own = find_own(op, attribute);

    if (!own || (code >= 0 && code < own->first))
        return code;
    return code - CODE_OWN >= own->first ? code - CODE_OWN : -1;
}

uint32_t types_code(enum op op, const char *attribute, uint32_t kind)
{
    const struct own *own = find_own(op, attribute);

    return own && kind >= own->first ? kind + CODE_OWN : kind;
}
