/*
 * Where the values of a plan lie. A value that is an output is written straight into the output's
 * span, and read from there if somebody reads it too; what only passes between steps shares one
 * block of scratch with what does not live at the same time.
 */
#include <errno.h>

#include "backends/cpu/draft.h"
#include "base/base.h"

static void know_inputs_and_constants(struct draft *draft)
{
    const struct graph *graph = draft->graph;

    for (uint32_t i = 0; i < graph->n_values; i++)
        draft->values[i] = (struct draft_value){
            .root = i,
            .input = NONE,
            .output = NONE,
            .step = NONE,
            .buffer = NONE,
            .known = graph->values[i].data != NULL,
        };
    for (uint32_t i = 0; i < draft->subgraph->n_inputs; i++) {
        draft->values[draft->subgraph->inputs[i]].input = i;
        draft->values[draft->subgraph->inputs[i]].known = true;
    }
}

static int know_node(struct draft *draft, uint32_t position)
{
    const struct node *node = draft_node(draft, position);
    const struct operation *operation = cpu_operation(node->op);

    for (uint32_t i = 0; i < node->n_inputs; i++) {
        struct draft_value *value;

        if (node->inputs[i] == NO_VALUE)
            continue;
        value = &draft->values[node->inputs[i]];
        if (!value->known)
            return fail(draft->fault, E_GRAPH, "layer %.80s reads %.80s, which nothing gave yet",
                        node->name, draft->graph->values[node->inputs[i]].name);
        value->n_readers++;
        value->reader = position;
    }
    for (uint32_t i = 0; i < node->n_outputs; i++)
        draft->values[node->outputs[i]].known = true;
    if (operation && operation->moves_nothing && operation->moves_nothing(draft->graph, node))
        draft->values[node->outputs[0]].root = draft->values[node->inputs[0]].root;
    return 0;
}

/* Does a step write ROOT, in floats? Then an output may be where it does. */
static bool can_lie_in_output(const struct draft *draft, uint32_t root)
{
    return draft->values[root].input == NONE && !draft->graph->values[root].data;
}

static int know_outputs(struct draft *draft)
{
    const struct subgraph *subgraph = draft->subgraph;

    for (uint32_t i = 0; i < subgraph->n_outputs; i++) {
        struct draft_value *value = &draft->values[subgraph->outputs[i]];
        struct draft_value *root = &draft->values[value->root];

        if (!value->known)
            return fail(draft->fault, E_GRAPH, "output %.100s is given by no layer",
                        draft->graph->values[subgraph->outputs[i]].name);
        value->asked_for = true;
        if (draft->request->out[i].dtype == DTYPE_F32 && root->output == NONE &&
            can_lie_in_output(draft, value->root))
            root->output = i;
    }
    return 0;
}

int cpu_draft_values(struct draft *draft)
{
    int r = 0;

    draft->values = arena_alloc(&draft->arena, draft->graph->n_values * sizeof(*draft->values));
    if (!draft->values)
        return draft_no_memory(draft);
    know_inputs_and_constants(draft);
    for (uint32_t i = 0; i < draft->subgraph->n_nodes && r == 0; i++)
        r = know_node(draft, i);
    return r < 0 ? r : know_outputs(draft);
}

/* Does ROOT lie in scratch? An input of bytes does, as the floats of its first step. */
static bool is_in_scratch(const struct draft *draft, uint32_t root)
{
    const struct draft_value *value = &draft->values[root];

    if (value->input != NONE)
        return draft->request->in[value->input].dtype == DTYPE_U8;
    return !draft->graph->values[root].data && value->output == NONE;
}

static void use_value(struct draft *draft, uint32_t step, uint32_t value)
{
    uint32_t root = draft->values[value].root;
    struct draft_value *known = &draft->values[root];

    if (!is_in_scratch(draft, root))
        return;
    if (known->buffer == NONE) {
        known->buffer = draft->n_buffers++;
        draft->buffers[known->buffer] = (struct buffer){
            .size = shape_elements(&draft->graph->values[root].shape) * sizeof(float),
            .first = step,
        };
    }
    draft->buffers[known->buffer].last = step;
}

static void use_values(struct draft *draft, uint32_t step)
{
    struct draft_step *it = &draft->steps[step];

    for (uint32_t i = 0; i < it->n_in && it->from_input == NONE; i++)
        if (it->in[i] != NO_VALUE)
            use_value(draft, step, it->in[i]);
    for (uint32_t i = 0; i < it->n_out && it->to_output == NONE; i++)
        use_value(draft, step, it->out[i]);
    if (it->workspace_size == 0)
        return;
    it->workspace = draft->n_buffers++;
    draft->buffers[it->workspace] = (struct buffer){it->workspace_size, step, step, 0};
}

int cpu_draft_places(struct draft *draft)
{
    size_t most = (size_t)draft->graph->n_values + draft->n_steps;

    draft->buffers = arena_alloc(&draft->arena, most * sizeof(*draft->buffers));
    if (!draft->buffers)
        return draft_no_memory(draft);
    for (uint32_t i = 0; i < draft->n_steps; i++)
        use_values(draft, i);
    return memplan(draft->buffers, draft->n_buffers, &draft->plan->scratch_size, draft->fault);
}

static struct operand locate(const struct draft *draft, uint32_t value)
{
    const struct draft_value *root;

    if (value == NO_VALUE)
        return (struct operand){.place = PLACE_NONE};
    root = draft_root(draft, value);
    if (draft->graph->values[draft->values[value].root].data)
        return (struct operand){.place = PLACE_CONSTANT,
                                .data = draft->graph->values[draft->values[value].root].data};
    if (root->buffer != NONE)
        return (struct operand){.place = PLACE_SCRATCH,
                                .offset = draft->buffers[root->buffer].offset};
    if (root->output != NONE)
        return (struct operand){.place = PLACE_OUTPUT, .index = root->output};
    return (struct operand){.place = PLACE_INPUT, .index = root->input};
}

static void write_operands(const struct draft *draft, const struct draft_step *from,
                           struct operand *in, struct operand *out)
{
    for (uint32_t i = 0; i < from->step.n_in; i++)
        in[i] = locate(draft, i < from->n_in ? from->in[i] : NO_VALUE);
    for (uint32_t i = 0; i < from->step.n_out; i++)
        out[i] = locate(draft, i < from->n_out ? from->out[i] : NO_VALUE);
    if (from->from_input != NONE)
        in[0] = (struct operand){.place = PLACE_INPUT, .index = from->from_input};
    if (from->to_output != NONE)
        out[0] = (struct operand){.place = PLACE_OUTPUT, .index = from->to_output};
}

int cpu_draft_operands(struct draft *draft)
{
    struct plan *plan = draft->plan;
    struct operand *operands;
    struct step *steps;

    for (uint32_t i = 0; i < draft->n_steps; i++)
        plan->n_operands += draft->steps[i].step.n_in + draft->steps[i].step.n_out;
    steps = arena_alloc(&plan->arena, (draft->n_steps + 1) * sizeof(*steps));
    operands = arena_alloc(&plan->arena, (plan->n_operands + 1) * sizeof(*operands));
    if (!steps || !operands)
        return draft_no_memory(draft);
    plan->steps = steps;
    plan->n_steps = draft->n_steps;
    plan->bytes += draft->n_steps * sizeof(*steps) + plan->n_operands * sizeof(*operands);
    for (uint32_t i = 0; i < draft->n_steps; i++) {
        const struct draft_step *from = &draft->steps[i];

        steps[i] = from->step;
        steps[i].in = operands;
        steps[i].out = operands + from->step.n_in;
        write_operands(draft, from, operands, operands + from->step.n_in);
        operands += from->step.n_in + from->step.n_out;
        if (from->workspace != NONE)
            steps[i].workspace = (struct operand){.place = PLACE_SCRATCH,
                                                  .offset = draft->buffers[from->workspace].offset};
    }
    return 0;
}
