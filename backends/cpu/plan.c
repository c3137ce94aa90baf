/*
 * From a subgraph to steps: each node becomes one, except that a Relu or Clip goes along with the
 * sum before it, and a layer that moves no byte is another name for its input. Images of bytes
 * become floats in a first step of their own, and back in a last one.
 */
#include "backends/cpu/plan.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "backends/cpu/draft.h"
#include "base/base.h"
#include "base/error.h"
#include "base/pool.h"
#include "model/ops/user_defined.h"

/* Handing a slice to another core costs about as much as this many cheap operations. */
#define SLICE_WORK        16384
#define SLICES_PER_THREAD 4 /* so that a core that is taken away costs a part of its share */

static const char *type_name(enum dtype dtype)
{
    return dtype == DTYPE_TF8 ? "8-bit" : dtype == DTYPE_I32 ? "int32" : "uint8";
}

static bool constant_fits(const struct node *node, const struct value *value, struct fault *fault)
{
    if (!value->data || value->dtype == DTYPE_F32)
        return true;
    fail(fault, E_LAYER_UNSUPPORTED,
         "layer %.80s: its constant %.60s is %s and the cpu runtime computes in float32: "
         "dequantise first",
         node->name, value->name, type_name(value->dtype));
    return false;
}

bool cpu_plan_supports(const struct graph *graph, const struct node *node, struct fault *fault)
{
    const struct operation *operation = cpu_operation(node->op);

    if (node->op == OP_INPUT)
        return true;
    if (user_defined_refuse(node, fault) < 0)
        return false;
    if (!operation) {
        fail(fault, E_LAYER_UNSUPPORTED, "layer %.80s: the cpu runtime has no %s", node->name,
             op_get(node->op)->name);
        return false;
    }
    for (uint32_t i = 0; i < node->n_inputs; i++) {
        const struct value *value;

        if (node->inputs[i] == NO_VALUE)
            continue;
        value = &graph->values[node->inputs[i]];
        if (!constant_fits(node, value, fault))
            return false;
        if (i < 32 && (operation->constants >> i & 1) && !value->data) {
            fail(fault, E_LAYER_UNSUPPORTED,
                 "layer %.80s: its input %u, %.60s, has to be a constant on the cpu runtime; "
                 "convert the model with constants folded",
                 node->name, i, value->name);
            return false;
        }
    }
    return true;
}

static int check_edge(const struct draft *draft, const struct edge *edge, uint32_t value)
{
    if (edge->dtype == DTYPE_F32 || edge->dtype == DTYPE_U8)
        return 0;
    return fail(draft->fault, E_LAYER_UNSUPPORTED,
                "cpu: %.100s would be %s; its edges are float32 or uint8: dequantise first",
                draft->graph->values[value].name, type_name(edge->dtype));
}

static int check_request(const struct draft *draft)
{
    const struct compile_request *request = draft->request;
    const struct subgraph *subgraph = draft->subgraph;
    int r = 0;

    if (request->mode != MODE_FLOAT32)
        return fail(draft->fault, E_LAYER_UNSUPPORTED, "cpu: computes in float32 only");
    for (uint32_t i = 0; i < subgraph->n_inputs && r == 0; i++)
        r = check_edge(draft, &request->in[i], subgraph->inputs[i]);
    for (uint32_t i = 0; i < subgraph->n_outputs && r == 0; i++)
        r = check_edge(draft, &request->out[i], subgraph->outputs[i]);
    for (uint32_t i = 0; i < subgraph->n_nodes && r == 0; i++)
        if (!cpu_plan_supports(draft->graph, draft_node(draft, i), draft->fault))
            r = E_LAYER_UNSUPPORTED;
    return r;
}

static uint32_t count_slices(const struct draft *draft, size_t n_items, uint64_t work)
{
    uint64_t most = (uint64_t)draft->request->n_threads * SLICES_PER_THREAD;

    if (draft->request->n_threads <= 1 || !draft->plan->pool)
        return 1;
    if (most > work / SLICE_WORK)
        most = work / SLICE_WORK;
    if (most > n_items)
        most = n_items;
    return most < 1 ? 1 : (uint32_t)most;
}

/* A step of its own at an edge of the plan; COPY looks at the items one by one. */
static void add_edge_step(struct draft *draft, kernel_run_fn copy, const uint32_t *value,
                          uint32_t from_input, uint32_t to_output)
{
    struct draft_step *step = &draft->steps[draft->n_steps++];

    *step = (struct draft_step){
        .step = {.run = copy, .n_in = 1, .n_out = 1},
        .in = value,
        .out = value,
        .n_in = 1,
        .n_out = 1,
        .from_input = from_input,
        .to_output = to_output,
        .workspace = NONE,
    };
    step->step.n_items = shape_elements(&draft->graph->values[*value].shape);
    step->work = step->step.n_items;
}

static void add_inputs(struct draft *draft)
{
    const struct subgraph *subgraph = draft->subgraph;

    for (uint32_t i = 0; i < subgraph->n_inputs; i++) {
        if (draft->request->in[i].dtype != DTYPE_U8)
            continue;
        draft->values[subgraph->inputs[i]].step = draft->n_steps;
        add_edge_step(draft, cpu_u8_to_f32, &subgraph->inputs[i], i, NONE);
    }
}

/* What no kernel could write where it was asked for: bytes, inputs, constants, and doubles. */
static void add_outputs(struct draft *draft)
{
    const struct subgraph *subgraph = draft->subgraph;

    for (uint32_t i = 0; i < subgraph->n_outputs; i++) {
        bool bytes = draft->request->out[i].dtype == DTYPE_U8;

        if (bytes || draft_root(draft, subgraph->outputs[i])->output != i)
            add_edge_step(draft, bytes ? cpu_f32_to_u8 : cpu_copy_f32, &subgraph->outputs[i], NONE,
                          i);
    }
}

/* Does the only reader of what NODE gives limit it? Then its position, else NONE. */
static uint32_t find_clamp(const struct draft *draft, const struct node *node, struct clamp *ret)
{
    const struct draft_value *value = &draft->values[node->outputs[0]];

    if (!cpu_operation(node->op)->takes_clamp || value->n_readers != 1 || value->asked_for)
        return NONE;
    return cpu_clamp_of(draft_node(draft, value->reader), ret) ? value->reader : NONE;
}

static uint32_t more_of(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

static int add_node(struct draft *draft, uint32_t position)
{
    const struct node *node = draft_node(draft, position);
    const struct operation *operation = cpu_operation(node->op);
    struct draft_step *step = &draft->steps[draft->n_steps];
    struct prepare prepare = {
        .graph = draft->graph,
        .node = node,
        .clamp = {-INFINITY, INFINITY},
        .isa = draft->isa,
        .arena = &draft->plan->arena,
        .fault = draft->fault,
    };
    uint32_t clamp = find_clamp(draft, node, &prepare.clamp);
    int r = operation->prepare(&prepare);

    if (r < 0)
        return r;
    *step = (struct draft_step){
        .step = {prepare.run, prepare.params, .n_items = prepare.n_items},
        .in = node->inputs,
        .out = node->outputs,
        .n_in = node->n_inputs,
        .n_out = node->n_outputs,
        .from_input = NONE,
        .to_output = NONE,
        .work = prepare.work,
        .workspace_size = prepare.workspace_size,
        .workspace = NONE,
    };
    step->step.n_in = more_of(node->n_inputs, operation->n_in);
    step->step.n_out = more_of(node->n_outputs, operation->n_out);
    draft->launch_of[position] = draft->n_steps;
    if (clamp != NONE) {
        step->out = draft_node(draft, clamp)->outputs;
        draft->goes_along[clamp] = true;
        draft->launch_of[clamp] = draft->n_steps;
    }
    for (uint32_t i = 0; i < step->n_out; i++)
        draft_root(draft, step->out[i])->step = draft->n_steps;
    draft->plan->bytes += prepare.params_size;
    draft->n_steps++;
    return 0;
}

static int add_nodes(struct draft *draft)
{
    for (uint32_t i = 0; i < draft->subgraph->n_nodes; i++) {
        const struct node *node = draft_node(draft, i);
        const struct draft_value *root = draft_root(draft, node->outputs[0]);
        int r;

        if (draft->goes_along[i])
            continue;
        if (node->op == OP_INPUT || draft->values[node->outputs[0]].root != node->outputs[0]) {
            draft->launch_of[i] = root->step == NONE ? 0 : root->step;
            continue;
        }
        r = add_node(draft, i);
        if (r < 0)
            return r;
    }
    return 0;
}

static void cut_steps(struct draft *draft)
{
    for (uint32_t i = 0; i < draft->n_steps; i++) {
        struct draft_step *step = &draft->steps[i];

        step->step.n_slices = count_slices(draft, step->step.n_items, step->work);
    }
}

static const size_t *sizes_of(struct draft *draft, const uint32_t *values, const struct edge *edges,
                              uint32_t n)
{
    size_t *sizes = arena_alloc(&draft->plan->arena, n * sizeof(*sizes));

    for (uint32_t i = 0; sizes && i < n; i++)
        sizes[i] =
            shape_elements(&draft->graph->values[values[i]].shape) * dtype_size(edges[i].dtype);
    return sizes;
}

static int begin(struct draft *draft)
{
    const struct subgraph *subgraph = draft->subgraph;
    size_t most = (size_t)subgraph->n_nodes + subgraph->n_inputs + subgraph->n_outputs;
    struct plan *plan = draft->plan;

    plan->n_inputs = subgraph->n_inputs;
    plan->n_outputs = subgraph->n_outputs;
    plan->in_sizes = sizes_of(draft, subgraph->inputs, draft->request->in, subgraph->n_inputs);
    plan->out_sizes = sizes_of(draft, subgraph->outputs, draft->request->out, subgraph->n_outputs);
    draft->launch_of = arena_alloc(&plan->arena, (subgraph->n_nodes + 1) * sizeof(uint32_t));
    plan->launch_of = draft->launch_of;
    draft->goes_along = arena_alloc(&draft->arena, subgraph->n_nodes + 1);
    draft->steps = arena_alloc(&draft->arena, (most + 1) * sizeof(*draft->steps));
    if (!plan->in_sizes || !plan->out_sizes || !draft->launch_of || !draft->goes_along ||
        !draft->steps)
        return draft_no_memory(draft);
    return cpu_draft_values(draft);
}

static int compile(struct draft *draft)
{
    int r = check_request(draft);

    if (r == 0)
        r = begin(draft);
    if (r < 0)
        return r;
    add_inputs(draft);
    r = add_nodes(draft);
    if (r < 0)
        return r;
    add_outputs(draft);
    cut_steps(draft);
    r = cpu_draft_places(draft);
    if (r == 0)
        r = cpu_draft_operands(draft);
    return r;
}

int cpu_plan_new(struct pool *pool, enum isa isa, const struct compile_request *request,
                 struct plan **ret, struct fault *fault)
{
    _cleanup_(cpu_plan_freep) struct plan *plan = calloc(1, sizeof(*plan));
    struct draft draft = {
        .request = request,
        .subgraph = request->subgraph,
        .graph = request->subgraph->graph,
        .fault = fault,
        .plan = plan,
        .isa = isa,
    };
    int r;

    if (!plan)
        return draft_no_memory(&draft);
    plan->pool = pool;
    plan->bytes = sizeof(*plan);
    r = compile(&draft);
    arena_done(&draft.arena);
    if (r < 0)
        return r;
    *ret = take_ptr(plan);
    return 0;
}

void cpu_plan_free(struct plan *plan)
{
    if (!plan)
        return;
    arena_done(&plan->arena);
    free(plan);
}
