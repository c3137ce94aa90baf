#include "convert/tensorflow/tf_ops.h"

#include <stdlib.h>
#include <string.h>

#include "convert/tensorflow/tf_attr.h"

static const struct tf_op entries[] = {
#define TF_OP(name, convert, fold, most, attrs)   {#name, convert, fold, most, attrs},
#define TF_FOLD(name, convert, fold, most, attrs) {#name, convert, fold, most, attrs},
#include "convert/tensorflow/tf_ops.def"
#undef TF_OP
#undef TF_FOLD
};

static int compare(const void *key, const void *entry)
{
    return strcmp(key, ((const struct tf_op *)entry)->op);
}

const struct tf_op *tf_ops_find(const char *op)
{
    return bsearch(op, entries, ARRAY_SIZE(entries), sizeof(entries[0]), compare);
}

int tf_ops_print_names(struct buf *out)
{
    int r = buf_printf(out, "operators that are supported:");

    for (size_t i = 0; r >= 0 && i < ARRAY_SIZE(entries); i++)
        r = buf_printf(out, "%s %s", i ? "," : "", entries[i].op);
    return r < 0 ? r : buf_append(out, "\n", 1);
}

static bool is_one_of(const char *op, const char *const *list)
{
    while (*list && strcmp(*list, op) != 0)
        list++;
    return *list != NULL;
}

uint32_t tf_ops_count_outputs(const struct graphdef_node *def)
{
    static const char *const names[] = {"num_split", "num"};

    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        const struct graphdef_attr *attr = tf_attr_find(def, names[i]);

        if (attr && attr->kind == GRAPHDEF_INT && attr->i > 1 && attr->i <= 1024)
            return (uint32_t)attr->i;
    }
    return 1;
}

bool tf_ops_is_placeholder(const struct graphdef_node *def)
{
    return is_one_of(def->op, (const char *const[]){"Placeholder", "PlaceholderV2", NULL});
}

bool tf_ops_is_constant(const struct graphdef_node *def)
{
    return is_one_of(def->op,
                     (const char *const[]){"Const", "Variable", "VariableV2", "VarHandleOp", NULL});
}

bool tf_ops_is_random(const struct graphdef_node *def)
{
    return strstr(def->op, "Random") || strstr(def->op, "Multinomial");
}

bool tf_ops_is_result(const struct graphdef_node *def)
{
    static const char *const others[] = {
        "Assert",      "Assign",        "NoOp",
        "Placeholder", "PlaceholderV2", "PlaceholderWithDefault",
        "RestoreV2",   "SaveV2",        "MergeV2Checkpoints",
        NULL,
    };

    return !tf_ops_is_constant(def) && !strstr(def->op, "Summary") && !is_one_of(def->op, others);
}
