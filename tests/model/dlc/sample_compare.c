/* Of sample.h: what is found when graphs are read and compared. */
#include <string.h>

#include "model/dlc/dlc.h"
#include "tests/model/dlc/sample.h"
#include "tests/support/suite.h"

struct graph *sample_read(const void *base, size_t size)
{
    struct graph *graph = NULL;
    struct fault fault = {""};

    ck_assert_msg(dlc_read(base, size, &graph, NULL, &fault) == 0, "%s", fault.text);
    return graph;
}

static void compare_list(const struct node *of, const struct attr_spec *spec, const void *a,
                         const void *b)
{
    struct i32s left, right;

    memcpy(&left, a, sizeof(left));
    memcpy(&right, b, sizeof(right));
    ck_assert_msg(left.n == right.n && memcmp(left.v, right.v, left.n * 4) == 0, "%s: %s", of->name,
                  spec->name);
}

static void compare_texts(const struct node *of, const struct attr_spec *spec, const void *a,
                          const void *b)
{
    struct strings left = {a, 1}, right = {b, 1};

    if (spec->type == ATTR_STRINGS) {
        memcpy(&left, a, sizeof(left));
        memcpy(&right, b, sizeof(right));
    }
    ck_assert_msg(left.n == right.n, "%s: %s", of->name, spec->name);
    for (uint32_t i = 0; i < left.n; i++)
        ck_assert_msg(strcmp(left.v[i], right.v[i]) == 0, "%s: %s: %s and %s", of->name, spec->name,
                      left.v[i], right.v[i]);
}

static void compare_attrs(const struct node *a, const struct node *b)
{
    const struct attr_spec *spec = op_get(a->op)->attrs;

    for (; spec && spec->name; spec++) {
        const char *left = (const char *)a->attrs + spec->at;
        const char *right = (const char *)b->attrs + spec->at;

        if (spec->type == ATTR_I32S || spec->type == ATTR_F32S)
            compare_list(a, spec, left, right);
        else if (spec->type == ATTR_STRING || spec->type == ATTR_STRINGS)
            compare_texts(a, spec, left, right);
        else
            ck_assert_msg(memcmp(left, right, spec->type == ATTR_BOOL ? 1 : 4) == 0, "%s: %s",
                          a->name, spec->name);
    }
}

static void compare_encodings(const struct value *a, const struct value *b)
{
    ck_assert_msg(a->n_encodings == b->n_encodings, "%s: encodings", a->name);
    for (uint32_t i = 0; i < a->n_encodings; i++)
        ck_assert_msg(memcmp(&a->encodings[i], &b->encodings[i], sizeof(*a->encodings)) == 0,
                      "%s: encoding %u", a->name, i);
    ck_assert_uint_eq(a->encoding_axis, b->encoding_axis);
}

static void compare_values(const struct value *a, const struct value *b, bool stored)
{
    ck_assert_msg(stored || strcmp(a->name, b->name) == 0, "%s is %s", a->name, b->name);
    ck_assert_msg(shape_equal(&a->shape, &b->shape), "%s: shape", a->name);
    ck_assert_msg(a->dtype == b->dtype, "%s: type", a->name);
    ck_assert_msg(!a->blob == !b->blob, "%s: constant or not", a->name);
    if (a->blob)
        ck_assert_msg(blob_size(a->blob) == blob_size(b->blob) &&
                          memcmp(a->data, b->data, blob_size(a->blob)) == 0,
                      "%s: numbers", a->name);
    compare_encodings(a, b);
}

void sample_compare_nodes(const struct graph *a, uint32_t i, const struct graph *b, uint32_t twin)
{
    const struct node *left = &a->nodes[i], *right = &b->nodes[twin];
    const struct op_def *def = op_get(left->op);

    ck_assert_str_eq(left->name, right->name);
    ck_assert_msg(left->op == right->op, "%s: operator", left->name);
    ck_assert_msg(left->n_inputs == right->n_inputs, "%s: inputs", left->name);
    ck_assert_msg(left->n_outputs == right->n_outputs, "%s: outputs", left->name);
    compare_attrs(left, right);
    for (uint32_t k = 0; k < left->n_inputs; k++) {
        ck_assert_msg((left->inputs[k] == NO_VALUE) == (right->inputs[k] == NO_VALUE),
                      "%s: input %u is there or not", left->name, k);
        if (left->inputs[k] != NO_VALUE)
            compare_values(&a->values[left->inputs[k]], &b->values[right->inputs[k]],
                           def->params && def->params[k]);
    }
    for (uint32_t k = 0; k < left->n_outputs; k++)
        compare_values(&a->values[left->outputs[k]], &b->values[right->outputs[k]], false);
}

void sample_compare(const struct graph *a, const struct graph *b)
{
    ck_assert_uint_eq(a->n_nodes, b->n_nodes);
    for (uint32_t i = 0; i < a->n_nodes; i++)
        sample_compare_nodes(a, i, b, i);
    ck_assert_uint_eq(a->n_sections, b->n_sections);
    for (uint32_t i = 0; i < a->n_sections; i++) {
        ck_assert_str_eq(a->sections[i].name, b->sections[i].name);
        ck_assert_uint_eq(a->sections[i].size, b->sections[i].size);
        if (a->sections[i].size)
            ck_assert_mem_eq(a->sections[i].base, b->sections[i].base, a->sections[i].size);
    }
}

/* The paths of NAMES, which end with a NULL, into PATHS. */
static const char *const *find_files(const char *const *names, const char **paths)
{
    size_t i = 0;

    for (; names[i]; i++) {
        paths[i] = suite_data(suite_text("dlc/%s/model.dlc", names[i]));
        if (!paths[i])
            return NULL;
    }
    return paths;
}

const char *const *sample_files(void)
{
    static const char *paths[6];
    static const char *const names[] = {"add2_v3_float",
                                        "add2_v3_uint8",
                                        "driver_monitoring_v3_int8",
                                        "navigation_v3_int8",
                                        "sensifai_super_resolution_v3_float",
                                        NULL};

    return find_files(names, paths);
}

const char *const *sample_files_v2(void)
{
    static const char *paths[5];
    static const char *const names[] = {"driver_monitoring_v2_float", "driver_monitoring_v2_int8",
                                        "squeezenet_retrained_caffe_v2_float",
                                        "torque_mlp_v2_float", NULL};

    return find_files(names, paths);
}
