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
    static const char *const some[] = {
        "batch_norm_folded", "conv_lists",  "eltwise_coeff", "head_train",      "head_v0",
        "in_place",          "lstm_states", "mvn_across",    "permute_reshape", "prelu",
        "product_axis",      "proposal",    "scale_axes",    "slice_even",      "ssd",
        "scale_pair",        "blob_double", "embed",         "normalize_all",   "reduce_abs",
    };

    for (size_t i = 0; i < ARRAY_SIZE(some); i++) {
        struct convert_case c;

        case_read(case_path(suite_text("caffe/%s", some[i])), &c);
        faults_each(convert, &c);
        case_done(&c);
    }
}
END_TEST

START_TEST(so_it_is_for_pictures_that_are_prepared)
{
    static const char *const some[] = {"caffe_all",         "caffe_mean_file_of_crop",
                                       "caffe_means_scale", "caffe2_image_nv21",
                                       "caffe2_image_gpu",  "onnx_rgba"};

    for (size_t i = 0; i < ARRAY_SIZE(some); i++) {
        struct convert_case c;

        case_read(case_path(suite_text("pictures/%s", some[i])), &c);
        faults_each(convert, &c);
        case_done(&c);
    }
}
END_TEST

static const char net[] = "input: 'data' input_dim: 1 input_dim: 3 input_dim: 8 input_dim: 8\n"
                          "layer { name: 'x' type: 'Frobnicate' bottom: 'data' top: 'x' frob_param "
                          "{ a: 1 b { c: '2' } } }\n"
                          "layer { name: 'c' type: 'Convolution' bottom: 'data' top: 'c'\n"
                          "  convolution_param { num_output: 4 kernel_size: 3 surprise: 1 } }\n";

/* A refused model needs memory for its sentences, a layer of one's own for its parameters. */
static int keep_or_refuse(void *context)
{
    struct graph *graph = NULL;
    struct buf report = {0};
    struct fault fault = {""};
    int r = caffe_convert(net, sizeof(net) - 1, context, &graph, &report, &fault);

    graph_unref(graph);
    buf_done(&report);
    return r == -ENOMEM ? r : 0;
}

START_TEST(so_it_is_for_refusals_and_for_layers_of_one_s_own)
{
    const struct input_dims dims = {.name = "x", .shape = {2, {1, 7}}};
    const char *const outputs[] = {"x"};
    struct convert_options keep = {.dims = &dims, .outputs = outputs, .n_dims = 1, .n_outputs = 1};

    faults_each(keep_or_refuse, &(struct convert_options){0});
    faults_each(keep_or_refuse, &keep);
}
END_TEST

SUITE_WITH_FAULTS(the_end_of_memory_is_an_error_and_nothing_more,
                  so_it_is_for_pictures_that_are_prepared,
                  so_it_is_for_refusals_and_for_layers_of_one_s_own);
