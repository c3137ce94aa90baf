#include "convert/tensorflow/advice.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "convert/plan.h"
#include "convert/tensorflow/tf_attr.h"

#define CUTS_MOST 4 /* more would be no advice */

/* Tensors at which to cut, and what is left then. */
struct advice {
    const char *tensors[CUTS_MOST];
    uint32_t n, n_nodes;
    bool no_way;
};

static void add_cut(struct advice *advice, const char *tensor)
{
    for (uint32_t i = 0; i < advice->n; i++)
        if (strcmp(advice->tensors[i], tensor) == 0)
            return;
    if (advice->n == CUTS_MOST)
        advice->no_way = true;
    else
        advice->tensors[advice->n++] = tensor;
}

static const struct tf_node *node_at(struct conversion *c, uint32_t i)
{
    return &tf_source_of(c)->nodes[i];
}

static bool is_known(struct conversion *c, const char *tensor)
{
    const struct tensor *found = plan_find(c, tensor);

    return found && found->state != TENSOR_UNKNOWN;
}

/* What could not be converted although everything that it reads could. */
static bool is_broken(struct conversion *c, uint32_t i)
{
    const struct foreign_node *node = &node_at(c, i)->node;

    if (!node_at(c, i)->op)
        return true;
    for (uint32_t k = 0; k < node->n_inputs; k++)
        if (*node->inputs[k] && !is_known(c, node->inputs[k]))
            return false;
    for (uint32_t k = 0; k < node->n_outputs; k++)
        if (*node->outputs[k] && plan_find(c, node->outputs[k])->n_uses &&
            !is_known(c, node->outputs[k]))
            return true;
    return false;
}

/*
 * From the outputs back to what is broken: that, as an input, would begin the rest. REACHED: by
 * node, whether the rest needs it.
 */
static void look_behind(struct conversion *c, bool *reached, struct advice *advice)
{
    for (uint32_t i = 0; i < tf_source_of(c)->n_outputs; i++) {
        const struct tensor *output = plan_find(c, c->own_outputs[i]);

        if (output && output->node != NO_NODE)
            reached[output->node] = true;
    }
    for (uint32_t i = c->n_nodes; i-- > 0;) {
        const struct foreign_node *node = &node_at(c, i)->node;

        if (!reached[i])
            continue;
        if (is_broken(c, i)) {
            advice->no_way = true; /* an output of the network itself */
            return;
        }
        advice->n_nodes += !node_at(c, i)->is_static;
        for (uint32_t k = 0; k < node->n_inputs; k++) {
            const struct tensor *input = plan_find(c, node->inputs[k]);

            if (!input || input->node == NO_NODE)
                continue;
            if (is_broken(c, input->node))
                add_cut(advice, input->name);
            else
                reached[input->node] = true;
        }
    }
}

static int64_t find_number(const struct graphdef_node *def, const char *name, int64_t preset)
{
    const struct graphdef_attr *attr = tf_attr_find(def, name);

    return attr && attr->kind == GRAPHDEF_INT && attr->i > 0 && attr->i < INT32_MAX ? attr->i
                                                                                    : preset;
}

static const struct tf_node *maker(struct conversion *c, const struct tf_node *node)
{
    const struct tensor *input = node->node.n_inputs ? plan_find(c, node->node.inputs[0]) : NULL;

    return input && input->node != NO_NODE ? node_at(c, input->node) : NULL;
}

/* The sizes that an audio front-end gives, where its nodes say how long a clip is. */
static void print_sizes(struct conversion *c, const char *tensor, char *out, size_t size)
{
    const struct tensor *found = plan_find(c, tensor);
    const struct tf_node *mfcc = node_at(c, found->node), *spectrogram, *wav;
    int64_t samples, window, stride;

    snprintf(out, size, "SIZES");
    if (strcmp(mfcc->node.op, "Mfcc") != 0)
        return;
    spectrogram = maker(c, mfcc);
    wav = spectrogram ? maker(c, spectrogram) : NULL;
    if (!wav || strcmp(spectrogram->node.op, "AudioSpectrogram") != 0)
        return;
    samples = find_number(wav->def, "desired_samples", 0);
    window = find_number(spectrogram->def, "window_size", 0);
    stride = find_number(spectrogram->def, "stride", 0);
    if (!window || !stride || samples < window)
        return;
    snprintf(out, size, "%" PRId64 ",%" PRId64 ",%" PRId64,
             find_number(wav->def, "desired_channels", 1), 1 + (samples - window) / stride,
             find_number(mfcc->def, "dct_coefficient_count", 13));
}

/* "x:0" as a person writes it. */
static int length_of(const char *tensor)
{
    size_t length = strlen(tensor);

    return (int)(length > 2 && strcmp(tensor + length - 2, ":0") == 0 ? length - 2 : length);
}

int advice_print(struct conversion *c, struct buf *out)
{
    bool *reached = arena_alloc(&c->arena, c->n_nodes + 1);
    struct advice advice = {0};
    char sizes[64];
    int r = 0;

    if (!reached)
        return -ENOMEM;
    look_behind(c, reached, &advice);
    if (advice.no_way || !advice.n || !advice.n_nodes)
        return 0;
    for (uint32_t i = 0; r >= 0 && i < advice.n; i++) {
        const char *tensor = advice.tensors[i];

        print_sizes(c, tensor, sizes, sizeof(sizes));
        r = buf_printf(out, "%s-d %.*s %s", i ? " " : "it can be cut: ", length_of(tensor), tensor,
                       sizes);
    }
    return r < 0 ? r
                 : buf_printf(out, " leaves %u node%s, of supported operators\n", advice.n_nodes,
                              advice.n_nodes > 1 ? "s" : "");
}
