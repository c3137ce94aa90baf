/* Every allocation of a conversion fails once: no crash, no leak, and the next one succeeds. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tests/convert/case.h"
#include "tests/support/faults.h"

static int convert(void *context)
{
    const struct convert_case *c = context;
    struct graph *graph = NULL;
    struct buf report = {0};
    struct fault fault = {""};
    int r = case_convert(c, &graph, &report, &fault);

    graph_unref(graph);
    buf_done(&report);
    return r;
}

START_TEST(the_end_of_memory_is_an_error_and_nothing_more)
{
    static const char *const some[] = {"conv_1d",
                                       "conv_twice",
                                       "batch_norm_folded",
                                       "prelu_each",
                                       "sum_three",
                                       "gemm_rows",
                                       "reshape_chain",
                                       "identity_outputs",
                                       "split_2",
                                       "pad_18",
                                       "fold_where",
                                       "fold_floats",
                                       "lstm",
                                       "names_twice",
                                       "transpose_nhwc",
                                       "conv_folded_half",
                                       "if_scopes",
                                       "qgemm",
                                       "qdq",
                                       "gru_both_states",
                                       "resize_linear",
                                       "shuffle",
                                       "chain_1d",
                                       "dense",
                                       "group_norm",
                                       "fold_reduce"};

    for (size_t i = 0; i < ARRAY_SIZE(some); i++) {
        struct convert_case c;

        case_read(case_path(some[i]), &c);
        faults_each(convert, &c);
        case_done(&c);
    }
}
END_TEST

/* A refused model needs memory for its sentences. */
static int refuse(void *context)
{
    const struct convert_case *c = context;
    struct graph *graph = NULL;
    struct buf report = {0};
    struct fault fault = {""};
    const struct convert_options options = {0};
    int r = onnx_convert(c->model, c->model_size, &options, &graph, &report, &fault);

    graph_unref(graph);
    buf_done(&report);
    return r == -ENOMEM ? r : 0;
}

START_TEST(so_it_is_while_a_refusal_is_written)
{
    struct convert_case c = {0};
    size_t size;
    void *bytes = suite_read(suite_source("tests/convert/data/refuse_many.onnx"), &size);

    c.model = bytes;
    c.model_size = size;
    faults_each(refuse, &c);
    free(bytes);
}
END_TEST

SUITE_WITH_FAULTS(the_end_of_memory_is_an_error_and_nothing_more,
                  so_it_is_while_a_refusal_is_written);
