/* Graphs to containers and back; what real containers say; what is refused, and how. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "model/dlc/dlc.h"
#include "model/dlc/types.h"
#include "model/ops/concat.h"
#include "model/ops/input.h"
#include "model/ops/reduce.h"
#include "model/ops/sum.h"
#include "tests/model/dlc/sample.h"
#include "tests/support/suite.h"

static void check_there_and_back(struct graph *graph)
{
    struct buf bytes = sample_bytes(graph);
    struct graph *back = sample_read(bytes.base, bytes.size);
    struct buf again = sample_bytes(back);

    sample_compare(graph, back);
    ck_assert_uint_eq(bytes.size, again.size);
    ck_assert_mem_eq(bytes.base, again.base, bytes.size);
    buf_done(&again);
    buf_done(&bytes);
    graph_unref(back);
    graph_unref(graph);
}

START_TEST(a_graph_with_every_operator_comes_back)
{
    struct graph *graph = sample_every();
    bool there[_OP_MAX] = {false};

    for (uint32_t i = 0; i < graph->n_nodes; i++)
        there[graph->nodes[i].op] = true;
    for (int i = 0; i < _OP_MAX; i++)
        ck_assert_msg(there[i], "the sample lacks %s", op_get((enum op)i)->name);
    check_there_and_back(graph);
}
END_TEST

START_TEST(encodings_come_back_bit_for_bit)
{
    check_there_and_back(sample_coded(0));
    check_there_and_back(sample_coded(1));
}
END_TEST

START_TEST(every_real_container_comes_back)
{
    const char *const *files = sample_files();

    for (; files && *files; files++) {
        size_t size;
        char *bytes = suite_read(*files, &size);

        check_there_and_back(sample_read(bytes, size));
        free(bytes);
    }
}
END_TEST

/* The smallest real file has nothing that we write in another way. */
START_TEST(a_real_container_is_written_byte_for_byte)
{
    const char *path = suite_data("dlc/add2_v3_float/model.dlc");
    struct dlc_metadata metadata;
    struct graph *graph = NULL;
    struct buf bytes = {NULL, 0, 0};
    size_t size;
    char *want;

    if (!path)
        return;
    want = suite_read(path, &size);
    ck_assert_int_eq(dlc_read(want, size, &graph, &metadata, NULL), 0);
    ck_assert_str_eq(metadata.converter_version, "1.53.2.2811");
    ck_assert_str_eq(metadata.quantizer_command, "N/A");
    ck_assert_int_eq(metadata.date, 1629128888); /* 2021-08-16 15:48:08 */
    ck_assert_int_eq(dlc_write(graph, &metadata, &bytes, NULL), 0);
    ck_assert_uint_eq(bytes.size, size);
    ck_assert_mem_eq(bytes.base, want, size);
    buf_done(&bytes);
    dlc_metadata_done(&metadata);
    graph_unref(graph);
    free(want);
}
END_TEST

static struct buf written(const struct graph *graph, const struct dlc_metadata *metadata)
{
    struct buf bytes = {NULL, 0, 0};

    ck_assert_int_eq(dlc_write(graph, metadata, &bytes, NULL), 0);
    return bytes;
}

/* What was written is written again byte for byte when it was read. BYTES is freed. */
static void check_stable(struct buf bytes)
{
    struct dlc_metadata metadata;
    struct graph *graph = NULL;
    struct fault fault = {""};
    struct buf again;

    ck_assert_int_eq(dlc_check(bytes.base, bytes.size, NULL), 0);
    ck_assert_msg(dlc_read(bytes.base, bytes.size, &graph, &metadata, &fault) == 0, "%s",
                  fault.text);
    again = written(graph, &metadata);
    ck_assert_uint_eq(again.size, bytes.size);
    ck_assert_mem_eq(again.base, bytes.base, bytes.size);
    dlc_metadata_done(&metadata);
    graph_unref(graph);
    buf_done(&again);
    buf_done(&bytes);
}

static void check_files_stable(const char *const *files)
{
    for (; files && *files; files++) {
        struct dlc_metadata metadata;
        struct graph *graph = NULL;
        size_t size;
        char *bytes = suite_read(*files, &size);

        ck_assert_int_eq(dlc_read(bytes, size, &graph, &metadata, NULL), 0);
        check_stable(written(graph, &metadata));
        dlc_metadata_done(&metadata);
        graph_unref(graph);
        free(bytes);
    }
}

START_TEST(what_we_wrote_comes_back_byte_for_byte)
{
    struct graph *samples[] = {sample_every(), sample_coded(0), sample_coded(1), sample_small()};

    for (size_t i = 0; i < ARRAY_SIZE(samples); i++) {
        check_stable(written(samples[i], NULL));
        graph_unref(samples[i]);
    }
    check_files_stable(sample_files());
    check_files_stable(sample_files_v2());
}
END_TEST

static int64_t date_of(struct buf bytes)
{
    struct dlc_metadata metadata;
    struct graph *graph = NULL;
    int64_t date;

    ck_assert_int_eq(dlc_read(bytes.base, bytes.size, &graph, &metadata, NULL), 0);
    date = metadata.date;
    dlc_metadata_done(&metadata);
    graph_unref(graph);
    buf_done(&bytes);
    return date;
}

START_TEST(records_are_dated_as_they_are_told)
{
    const struct dlc_metadata metadata = {.date = 1000000000};
    struct graph *graph = sample_small();

    unsetenv("SOURCE_DATE_EPOCH");
    ck_assert_int_eq(date_of(written(graph, NULL)), 315532800); /* 1980 */
    setenv("SOURCE_DATE_EPOCH", "1234567890", 1);
    ck_assert_int_eq(date_of(written(graph, NULL)), 1234567890);
    ck_assert_int_eq(date_of(written(graph, &metadata)), 1000000000);
    setenv("SOURCE_DATE_EPOCH", "yesterday", 1);
    ck_assert_int_eq(date_of(written(graph, NULL)), 315532800);
    graph_unref(graph);
}
END_TEST

static uint32_t add(struct builder *builder, enum op op, const char *name, const void *attrs,
                    const uint32_t *inputs, uint32_t n_inputs)
{
    const struct node_spec spec = {name, op, attrs, inputs, &name, n_inputs, 1};
    struct fault fault = {""};
    uint32_t value;

    ck_assert_msg(build_node(builder, &spec, &value, &fault) == 0, "%s", fault.text);
    return value;
}

static uint32_t add_input(struct builder *builder, struct i32s shape)
{
    const struct input_attrs attrs = {.shape = shape};

    return add(builder, OP_INPUT, "x", &attrs, NULL, 0);
}

/* Finishes BUILDER, writes the graph and reads that. */
static struct graph *there_and_back(struct builder *take_builder)
{
    struct graph *graph = NULL, *back;
    struct buf bytes;

    ck_assert_int_eq(build_done(take_builder, &graph, NULL), 0);
    bytes = sample_bytes(graph);
    back = sample_read(bytes.base, bytes.size);
    builder_free(take_builder);
    graph_unref(graph);
    buf_done(&bytes);
    return back;
}

/* Axes from the front, each by name; every coefficient. */
START_TEST(what_a_graph_leaves_open_is_written_out)
{
    static const int32_t dims[] = {1, 2, 3, 4};
    struct builder *builder = NULL;
    const struct reduce_attrs *reduce;
    const struct sum_attrs *sum;
    struct graph *back;
    uint32_t in[2];

    ck_assert_int_eq(builder_new(&builder), 0);
    in[0] = in[1] = add_input(builder, (struct i32s){dims, 4});
    in[0] = add(builder, OP_SUM, "sum", NULL, in, 2);
    in[0] = add(builder, OP_CONCAT, "concat", &(struct concat_attrs){-2}, in, 1);
    add(builder, OP_REDUCE, "some", &(struct reduce_attrs){REDUCE_SUM, true, {(int32_t[]){-1}, 1}},
        in, 1);
    add(builder, OP_REDUCE, "all", NULL, in, 1);
    back = there_and_back(builder);
    sum = back->nodes[1].attrs;
    ck_assert_uint_eq(sum->coeffs.n, 2);
    ck_assert_float_eq(sum->coeffs.v[1], 1);
    ck_assert_int_eq(((const struct concat_attrs *)back->nodes[2].attrs)->axis, 2);
    reduce = back->nodes[3].attrs;
    ck_assert_uint_eq(reduce->axes.n, 1);
    ck_assert_int_eq(reduce->axes.v[0], 3);
    reduce = back->nodes[4].attrs;
    ck_assert_uint_eq(reduce->axes.n, 4);
    ck_assert_int_eq(reduce->axes.v[3], 3);
    graph_unref(back);
}
END_TEST

static uint32_t add_constant(struct builder *builder, const char *name, enum dtype dtype,
                             struct shape shape)
{
    static const struct encoding encoding = {0, 2.55f, 0.01f, 0};
    size_t size = shape_elements(&shape) * dtype_size(dtype);
    _cleanup_(blob_unrefp) struct blob *blob = blob_new(size);
    const struct constant constant = {name, shape, dtype, blob, &encoding, dtype == DTYPE_TF8, 0};
    struct fault fault = {""};
    uint32_t value;

    memset(blob_base(blob), 0, size);
    ck_assert_msg(build_constant(builder, &constant, &value, &fault) == 0, "%s", fault.text);
    return value;
}

START_TEST(a_missing_bias_of_codes_is_zeros_with_their_encoding)
{
    static const int32_t dims[] = {1, 4};
    struct builder *builder = NULL;
    const struct value *bias;
    struct graph *back;
    uint32_t in[2];

    ck_assert_int_eq(builder_new(&builder), 0);
    in[0] = add_input(builder, (struct i32s){dims, 2});
    in[1] = add_constant(builder, "w", DTYPE_TF8, (struct shape){2, {3, 4}});
    add(builder, OP_FULLY_CONNECTED, "fc", NULL, in, 2);
    back = there_and_back(builder);
    bias = &back->values[back->nodes[1].inputs[2]];
    ck_assert_int_eq(bias->dtype, DTYPE_TF8);
    ck_assert_float_eq(bias->encodings->max, 0.01f);
    ck_assert_int_eq(((const uint8_t *)bias->data)[2], 0);
    graph_unref(back);
}
END_TEST

/* Fails to write the builder's graph, with the sentence; OUT stays empty. */
static void check_unwritable(struct builder *take_builder, int code, const char *text)
{
    struct graph *graph = NULL;
    struct buf bytes = {NULL, 0, 0};
    struct fault fault = {""};

    ck_assert_int_eq(build_done(take_builder, &graph, NULL), 0);
    ck_assert_int_eq(dlc_write(graph, NULL, &bytes, &fault), code);
    ck_assert_msg(strstr(fault.text, text), "%s", fault.text);
    ck_assert_uint_eq(bytes.size, 0);
    buf_done(&bytes);
    builder_free(take_builder);
    graph_unref(graph);
}

START_TEST(a_section_called_like_a_record_is_refused)
{
    static const int32_t dims[] = {1, 4};
    struct builder *builder = NULL;

    ck_assert_int_eq(builder_new(&builder), 0);
    add_input(builder, (struct i32s){dims, 2});
    ck_assert_int_eq(build_section(builder, "model.params", "x", 1, NULL), 0);
    check_unwritable(builder, E_DLC_ARCHIVE, "two records would have the name model.params");
}
END_TEST

/* So that nobody who adds a row forgets the page. */
START_TEST(the_page_names_every_type)
{
    size_t size;
    char *page = suite_read(suite_source("docs/DLC.md"), &size);

    for (const struct dlc_type *type = types_table; type->name; type++) {
        ck_assert_msg(strstr(page, type->name), "docs/DLC.md does not name %s", type->name);
        if (type->code >= CODE_OWN)
            ck_assert_msg(strstr(page, suite_text("**%s %u**", type->selector, type->code)),
                          "docs/DLC.md does not name %s %u", type->name, type->code);
    }
    free(page);
}
END_TEST

SUITE(what_we_wrote_comes_back_byte_for_byte, a_graph_with_every_operator_comes_back,
      encodings_come_back_bit_for_bit, every_real_container_comes_back,
      a_real_container_is_written_byte_for_byte, records_are_dated_as_they_are_told,
      what_a_graph_leaves_open_is_written_out, a_missing_bias_of_codes_is_zeros_with_their_encoding,
      a_section_called_like_a_record_is_refused, the_page_names_every_type);
