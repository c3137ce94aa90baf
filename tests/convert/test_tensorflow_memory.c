/* Every allocation of a conversion fails once: no crash, no leak, and the next one succeeds. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tests/convert/case.h"
#include "tests/support/faults.h"
#include "tests/support/suite.h"

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
    static const char *const some[] = {
        "dilation_cropped",
        "norm_chain",
        "norm_steps_places",
        "instance_norm_raised",
        "moments_all",
        "l2_norm",
        "prelu_abs",
        "prelu_abs_places",
        "clip_min_max",
        "swish_beta",
        "tensordot",
        "fold_move",
        "fold_choice",
        "strided_new_axis",
        "dropout_old",
        "deconv_nchw",
        "cut",
        "fake_quant",
        "list_half",
    };

    for (size_t i = 0; i < ARRAY_SIZE(some); i++) {
        struct convert_case c;

        case_read(case_path(suite_text("tensorflow/%s", some[i])), &c);
        faults_each(convert, &c);
        case_done(&c);
    }
}
END_TEST

/* A refused graph needs memory for its sentences. */
static int refuse(void *context)
{
    const struct convert_case *c = context;
    const struct convert_options none = {0};
    struct graph *graph = NULL;
    struct buf report = {0};
    struct fault fault = {""};
    int r = tensorflow_convert(c->model, c->model_size, &none, &graph, &report, &fault);

    graph_unref(graph);
    buf_done(&report);
    return r == -ENOMEM ? r : 0;
}

START_TEST(so_it_is_while_a_refusal_is_written)
{
    static const char *const some[] = {"refuse_many", "refuse_wav", "refuse_loop", "refuse_open"};

    for (size_t i = 0; i < ARRAY_SIZE(some); i++) {
        struct convert_case c = {0};
        const char *path = suite_text("tests/convert/data/tensorflow/%s.pb", some[i]);
        void *bytes = suite_read(suite_source(path), &c.model_size);

        c.model = bytes;
        faults_each(refuse, &c);
        free(bytes);
    }
}
END_TEST

SUITE_WITH_FAULTS(the_end_of_memory_is_an_error_and_nothing_more,
                  so_it_is_while_a_refusal_is_written);
