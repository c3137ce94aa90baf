/* Graphs to containers and back; what real containers say; what is refused, and how. */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "model/dlc/dlc.h"
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

SUITE(a_graph_with_every_operator_comes_back, encodings_come_back_bit_for_bit,
      every_real_container_comes_back, a_real_container_is_written_byte_for_byte);
