#include "convert/tensorflow/links.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

#define OUTPUTS_MAX 1024 /* of one node */

/* The colon before an output's number, else the end of the text. */
static const char *find_number(const char *text)
{
    const char *colon = strrchr(text, ':'), *end = text + strlen(text);

    if (!colon || !colon[1])
        return end;
    return colon[1 + strspn(colon + 1, "0123456789")] ? end : colon;
}

int links_find(const struct links *links, const char *text, struct link *ret, struct fault *fault)
{
    const char *end = find_number(text);
    unsigned long k = *end ? strtoul(end + 1, NULL, 10) : 0;
    char name[MESSAGE_TEXT_MAX + 1];
    uint32_t node;

    *ret = (struct link){.node = LINK_MISSING};
    if ((size_t)(end - text) > MESSAGE_TEXT_MAX)
        return 0;
    memcpy(name, text, (size_t)(end - text));
    name[end - text] = 0;
    node = names_find(&links->names, name);
    if (node == NAMES_NONE)
        return 0;
    if (k >= OUTPUTS_MAX)
        return fail(fault, E_TOO_LARGE, "\"%.120s\": a node has at most %d outputs", text,
                    OUTPUTS_MAX);
    *ret = (struct link){.node = node, .k = (uint32_t)k};
    return 0;
}

static bool is_way_back(const struct links *links, const struct graphdef_node *node, uint32_t from)
{
    return strstr(node->op, "Merge") && strstr(links->nodes[from].op, "NextIteration");
}

static int link_node(struct links *links, uint32_t at, struct arena *arena, struct fault *fault)
{
    const struct graphdef_node *node = &links->nodes[at];
    struct link *inputs = arena_alloc(arena, node->n_inputs * sizeof(*inputs) + 1);

    if (!inputs)
        return -ENOMEM;
    links->inputs[at] = inputs;
    for (uint32_t i = 0; i < node->n_inputs; i++) {
        int r = 0;

        inputs[i] = (struct link){.node = LINK_NONE};
        if (*node->inputs[i] != '^')
            r = links_find(links, node->inputs[i], &inputs[i], fault);
        if (r < 0)
            return r;
        inputs[i].is_back =
            inputs[i].node < LINK_MISSING && is_way_back(links, node, inputs[i].node);
    }
    return 0;
}

int links_make(const struct graphdef *graphdef, struct arena *arena, struct links *ret,
               struct fault *fault)
{
    struct links *links = ret;
    int r = 0;

    *links = (struct links){.nodes = graphdef->nodes, .n_nodes = graphdef->n_nodes};
    links->inputs = arena_alloc(arena, links->n_nodes * sizeof(struct link *) + 1);
    if (!links->inputs)
        return -ENOMEM;
    for (uint32_t i = 0; r == 0 && i < links->n_nodes; i++)
        r = names_add(&links->names, links->nodes[i].name);
    if (r == -EEXIST)
        return fail(fault, E_CONVERT_SYNTAX, "the graph has two nodes named \"%.120s\"",
                    links->nodes[links->names.n].name);
    for (uint32_t i = 0; r == 0 && i < links->n_nodes; i++)
        r = link_node(links, i, arena, fault);
    return r;
}

void links_done(struct links *links)
{
    names_done(&links->names);
}
