/* Real containers say to us what they say to another reader (make_facts.py), weights and all. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/dlc/dlc.h"
#include "model/dlc/zip.h"
#include "tests/model/dlc/sample.h"
#include "tests/support/suite.h"

struct lines {
    char *line[1024];
    uint32_t n;
};

static void add_line(struct lines *lines, struct buf *text)
{
    ck_assert_uint_lt(lines->n, ARRAY_SIZE(lines->line));
    ck_assert_int_eq(buf_append(text, "", 1), 0);
    lines->line[lines->n++] = (char *)text->base;
    *text = (struct buf){NULL, 0, 0};
}

static void add_dims(struct buf *text, const struct shape *shape)
{
    for (uint32_t i = 0; i < shape->rank; i++)
        buf_printf(text, "%s%u", i ? "x" : "", shape->dim[i]);
}

static void add_node(struct lines *lines, const struct graph *graph, const struct node *node)
{
    const struct op_def *def = op_get(node->op);
    struct buf text = {NULL, 0, 0};
    const char *comma = "";

    buf_printf(&text, "%s|", node->name);
    for (uint32_t i = 0; i < node->n_inputs; i++) {
        if (def->params && def->params[i])
            continue;
        buf_printf(&text, "%s%s", comma, graph->values[node->inputs[i]].name);
        comma = ",";
    }
    buf_printf(&text, "|");
    for (uint32_t i = 0; i < node->n_outputs; i++) {
        const struct value *value = &graph->values[node->outputs[i]];

        buf_printf(&text, "%s%s ", i ? "," : "", value->name);
        add_dims(&text, &value->shape);
    }
    add_line(lines, &text);
}

static void add_constant(struct lines *lines, const struct value *value)
{
    struct buf text = {NULL, 0, 0};

    buf_printf(&text, "%s|", value->name);
    add_dims(&text, &value->shape);
    buf_printf(&text, "|%s|%08x", value->dtype == DTYPE_F32 ? "f32" : "tf8",
               zip_crc(value->data, blob_size(value->blob)));
    add_line(lines, &text);
}

static uint32_t bits(float x)
{
    uint32_t word;

    memcpy(&word, &x, sizeof(word));
    return word;
}

static void add_encoding(struct lines *lines, const struct value *value)
{
    const struct encoding *e = value->encodings;
    struct buf text = {NULL, 0, 0};

    ck_assert_uint_eq(value->n_encodings, 1);
    buf_printf(&text, "%s|%08x %08x %08x|%d", value->name, bits(e->min), bits(e->max),
               bits(e->delta), e->offset);
    add_line(lines, &text);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The lines are N and have the CRC; they are let go. SNPED_TEST_SHOW prints them. */
static void check_lines(struct lines *lines, uint32_t n, uint32_t crc, const char *what)
{
    struct buf all = {NULL, 0, 0};

    qsort(lines->line, lines->n, sizeof(lines->line[0]), by_text);
    for (uint32_t i = 0; i < lines->n; i++) {
        buf_printf(&all, "%s\n", lines->line[i]);
        if (getenv("SNPED_TEST_SHOW"))
            puts(lines->line[i]);
        free(lines->line[i]);
    }
    ck_assert_msg(lines->n == n, "%s: %u, not %u", what, lines->n, n);
    ck_assert_msg(zip_crc(all.base, all.size) == crc, "%s differ", what);
    buf_done(&all);
    lines->n = 0;
}

struct facts {
    const char *name;
    uint32_t n_nodes, nodes, n_constants, constants, n_encodings, encodings;
};

static void check_facts(const struct facts *facts, const struct graph *graph)
{
    static struct lines nodes, constants, encodings;

    for (uint32_t i = 0; i < graph->n_nodes; i++)
        add_node(&nodes, graph, &graph->nodes[i]);
    for (uint32_t i = 0; i < graph->n_values; i++) {
        if (graph->values[i].blob)
            add_constant(&constants, &graph->values[i]);
        if (graph->values[i].n_encodings)
            add_encoding(&encodings, &graph->values[i]);
    }
    check_lines(&nodes, facts->n_nodes, facts->nodes, "nodes");
    check_lines(&constants, facts->n_constants, facts->constants, "constants");
    check_lines(&encodings, facts->n_encodings, facts->encodings, "encodings");
}

START_TEST(real_containers_say_what_they_say_to_others)
{
    static const struct facts all[] = {
#define FILE(...) {__VA_ARGS__},
#include "tests/model/dlc/facts.def"
#undef FILE
    };

    for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
        const char *path = suite_data(suite_text("dlc/%s/model.dlc", all[i].name));
        struct graph *graph, *back;
        struct buf again;
        size_t size;
        char *bytes;

        if (!path)
            return;
        bytes = suite_read(path, &size);
        graph = sample_read(bytes, size);
        free(bytes);
        check_facts(&all[i], graph);
        again = sample_bytes(graph);
        back = sample_read(again.base, again.size);
        check_facts(&all[i], back);
        buf_done(&again);
        graph_unref(graph);
        graph_unref(back);
    }
}
END_TEST

SUITE(real_containers_say_what_they_say_to_others);
