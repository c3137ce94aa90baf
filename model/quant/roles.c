#include "model/quant/roles.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "model/ops/binary.h"
#include "model/ops/deconv.h"

static const struct stays {
    enum op op;
    uint32_t inputs, outputs;
    const char *what;
} stays[] = {
#define STAYS(op, inputs, outputs, what) {OP_##op, inputs, outputs, what},
#include "model/quant/stays.def"
#undef STAYS
};

static const struct stays *stays_of(enum op op)
{
    for (size_t i = 0; i < ARRAY_SIZE(stays); i++)
        if (stays[i].op == op)
            return &stays[i];
    return NULL;
}

/* Does OP only move numbers, so that what it gives is of the kind of its first input? */
static bool only_moves(enum op op)
{
    return op == OP_RESHAPE || op == OP_PERMUTE || op == OP_STRIDED_SLICE || op == OP_TILE ||
           op == OP_UNPACK || op == OP_PACK || op == OP_CONCAT;
}

static void set_float(struct value_role *role, const char *what)
{
    *role = (struct value_role){.role = ROLE_FLOAT, .why = what};
}

/* What NODE says of its inputs and outputs that stay float. */
static void mark_stays(const struct node *node, struct value_role *roles)
{
    const struct stays *row = stays_of(node->op);

    for (uint32_t i = 0; row && i < node->n_inputs && i < 32; i++)
        if (row->inputs >> i & 1 && node->inputs[i] != NO_VALUE)
            set_float(&roles[node->inputs[i]], row->what);
    for (uint32_t i = 0; row && i < node->n_outputs; i++)
        if (row->outputs >> i & 1)
            set_float(&roles[node->outputs[i]], row->what);
}

/* One that stays float goes on as that through NODE. */
static void mark_moved(const struct node *node, struct value_role *roles)
{
    const struct value_role *from = NULL;

    if (!only_moves(node->op))
        return;
    for (uint32_t i = 0; i < node->n_inputs; i++)
        if (node->inputs[i] != NO_VALUE && roles[node->inputs[i]].role == ROLE_FLOAT)
            from = &roles[node->inputs[i]];
    for (uint32_t i = 0; from && i < node->n_outputs; i++)
        roles[node->outputs[i]] = *from;
}

/* And came as that to NODE, if what it gives stays float. */
static void mark_before(const struct graph *graph, const struct node *node,
                        struct value_role *roles)
{
    const struct value_role *to = &roles[node->outputs[0]];

    if (!only_moves(node->op) || to->role != ROLE_FLOAT)
        return;
    for (uint32_t i = 0; i < node->n_inputs; i++)
        if (node->inputs[i] != NO_VALUE && graph->values[node->inputs[i]].dtype == DTYPE_F32)
            roles[node->inputs[i]] = *to;
}

static bool is_limit(const struct binary_attrs *attrs)
{
    return attrs->kind == BINARY_MIN || attrs->kind == BINARY_MAX;
}

/* The role of the constant that is input I of NODE. */
static struct value_role role_of_input(const struct graph *graph, const struct node *node,
                                       uint32_t i)
{
    const char *const *params = op_get(node->op)->params;
    const struct value *value = &graph->values[node->inputs[i]];
    struct value_role role = {.role = ROLE_PLAIN};

    switch (node->op) {
    case OP_CONV:
        role.axis = value->shape.rank - 1;
        break;
    case OP_DECONV:
        role.axis = ((const struct deconv_attrs *)node->attrs)->groups == 1 ? value->shape.rank - 1
                                                                            : NO_AXIS;
        break;
    case OP_FULLY_CONNECTED:
        break;
    case OP_BINARY:
        if (is_limit(node->attrs))
            role = (struct value_role){.role = ROLE_LIMIT, .of = node->outputs[0]};
        return role;
    default:
        return role;
    }
    if (params && params[i] && value->blob)
        role.role = strcmp(params[i], "bias") == 0 ? ROLE_BIAS : ROLE_WEIGHTS;
    return role;
}

/* Constants get the role that all their readers agree on. */
static void mark_constants(const struct graph *graph, struct value_role *roles, bool *seen)
{
    for (uint32_t i = 0; i < graph->n_nodes; i++)
        for (uint32_t k = 0; k < graph->nodes[i].n_inputs; k++) {
            uint32_t input = graph->nodes[i].inputs[k];
            struct value_role role;

            if (input == NO_VALUE || !graph->values[input].blob || roles[input].role == ROLE_FLOAT)
                continue;
            role = role_of_input(graph, &graph->nodes[i], k);
            if (!seen[input])
                roles[input] = role;
            else if (roles[input].role != role.role || roles[input].axis != role.axis ||
                     roles[input].of != role.of)
                roles[input] = (struct value_role){.role = ROLE_PLAIN};
            seen[input] = true;
        }
}

int roles_of(const struct graph *graph, struct value_role **ret)
{
    struct value_role *roles = calloc((size_t)graph->n_values + 1, sizeof(*roles));
    _cleanup_(freep) bool *seen = calloc((size_t)graph->n_values + 1, sizeof(*seen));

    if (!roles || !seen) {
        free(roles);
        return -ENOMEM;
    }
    for (uint32_t i = 0; i < graph->n_nodes; i++) {
        mark_stays(&graph->nodes[i], roles);
        mark_moved(&graph->nodes[i], roles);
    }
    for (uint32_t i = graph->n_nodes; i-- > 0;)
        mark_before(graph, &graph->nodes[i], roles);
    mark_constants(graph, roles, seen);
    *ret = roles;
    return 0;
}

bool roles_are_quantized(const struct graph *graph)
{
    for (uint32_t i = 0; i < graph->n_values; i++)
        if (graph->values[i].blob && graph->values[i].dtype == DTYPE_TF8)
            return true;
    return false;
}
