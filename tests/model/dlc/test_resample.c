/* Deconvolutions and scalings of containers, where the file says less than we do. */
#include "model/dlc/layers.h"
#include "model/ops/deconv.h"
#include "model/ops/resize.h"
#include "tests/model/dlc/net.h"
#include "tests/model/dlc/sample.h"
#include "tests/support/suite.h"

static struct graph *read_net(struct net *net)
{
    struct buf bytes = net_bytes(net);
    struct graph *graph = sample_read(bytes.base, bytes.size);

    buf_done(&bytes);
    return graph;
}

struct deconvolution {
    uint32_t kernel, stride, pad, strategy, out;
    int32_t trail, extra; /* that are read */
};

/* As before 1.68, which has no output_padding. */
static void add_deconvolution(struct net *net, const struct deconvolution *d)
{
    struct v3_branch *attrs;

    net_add_input(net, (struct shape){4, {1, 5, 5, 2}});
    attrs = net_add(
        net,
        &(struct net_layer){"up", "Deconvolution", {"x"}, {"y"}, {{4, {1, d->out, d->out, 3}}}, 0});
    v3_tree_i32(&net->tree, attrs, "kernel_size", (int32_t)d->kernel);
    v3_tree_i32(&net->tree, attrs, "kernel_size_y", (int32_t)d->kernel);
    v3_tree_i32(&net->tree, attrs, "stride", (int32_t)d->stride);
    v3_tree_i32(&net->tree, attrs, "stride_y", (int32_t)d->stride);
    v3_tree_i32(&net->tree, attrs, "padding", (int32_t)d->pad);
    v3_tree_i32(&net->tree, attrs, "padding_y", (int32_t)d->pad);
    v3_tree_i32(&net->tree, attrs, "groups", 1);
    v3_tree_u32(&net->tree, attrs, "padding_strategy", d->strategy);
    net_add_zeros(net, "up", "bias", (struct shape){1, {3}});
    net_add_zeros(net, "up", "weights_0", (struct shape){4, {d->kernel, d->kernel, 2, 3}});
}

/* (5 - 1) * stride + kernel is all that the places of x reach. */
START_TEST(what_a_deconvolution_cuts_off_follows_from_the_output_size)
{
    static const struct deconvolution cases[] = {
        {4, 2, 1, 4, 10, 1, 0},  /* 12, one off on each side */
        {3, 2, 1, 4, 10, 0, 0},  /* 11, one off in front only */
        {3, 2, 1, 4, 12, 0, 2},  /* 11, one off in front, and two more behind */
        {4, 2, 1, 4, 8, 3, 0},   /* 12, three off behind */
        {3, 2, 6, 4, 5, 0, 0},   /* 11, more than half of it in front */
        {3, 2, 6, 4, 1, 4, 0},   /* ... and four behind */
        {4, 2, 1, 1, 10, 1, 0},  /* Caffe's are explicit */
        {4, 2, 0, 3, 10, 0, 0},  /* SAME says 10, and cuts by itself */
        {4, 2, 7, 3, 10, 0, 0},  /* ... whatever the file says */
        {3, 2, 0, 3, 9, 0, -1},  /* ... or one less */
        {3, 2, 0, 2, 11, 0, 0},  /* VALID has them all */
        {2, 3, 0, 2, 14, 0, -1}, /* ... and SNPE's may be shorter than TensorFlow's 15 */
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct net net = {.n_layers = 0};
        const struct deconv_attrs *deconv;
        struct graph *graph;

        add_deconvolution(&net, &cases[i]);
        graph = read_net(&net);
        deconv = graph->nodes[1].attrs;
        ck_assert_msg(deconv->window.pad_bottom == cases[i].trail, "case %zu", i);
        ck_assert_msg(deconv->window.pad_right == cases[i].trail, "case %zu", i);
        ck_assert_msg(deconv->output_pad_h == cases[i].extra, "case %zu", i);
        ck_assert_msg(deconv->output_pad_w == cases[i].extra, "case %zu", i);
        graph_unref(graph);
    }
}
END_TEST

/* What the only layer behind the input is called in a container. */
static void check_type(const struct graph *graph, const char *want)
{
    struct layers layers = {.n = 0};

    ck_assert_int_eq(layers_init(graph, &layers), 0);
    ck_assert_uint_eq(layers.n, 2);
    ck_assert_str_eq(layers.v[1].type, want);
    layers_done(&layers);
}

START_TEST(two_flags_say_where_a_scaling_has_its_samples)
{
    static const struct {
        bool nearest, corners, half;
        enum resize_coordinates coordinates;
        enum resize_rounding rounding;
    } cases[] = {
        {false, false, false, RESIZE_ASYMMETRIC, RESIZE_FLOOR},
        {false, true, false, RESIZE_ALIGN_CORNERS, RESIZE_FLOOR},
        {false, false, true, RESIZE_HALF_PIXEL, RESIZE_FLOOR},
        {true, false, false, RESIZE_ASYMMETRIC, RESIZE_FLOOR},
        {true, true, false, RESIZE_ALIGN_CORNERS, RESIZE_ROUND_PREFER_CEIL},
        {true, false, true, RESIZE_TF_HALF_PIXEL_FOR_NN, RESIZE_FLOOR},
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct net net = {.n_layers = 0};
        const struct resize_attrs *resize;
        struct v3_branch *attrs;
        struct graph *graph;

        net_add_input(&net, (struct shape){4, {1, 4, 6, 2}});
        attrs = net_add(&net,
                        &(struct net_layer){"it", "Scaling", {"x"}, {"y"}, {{4, {1, 8, 9, 2}}}, 0});
        v3_tree_u32(&net.tree, attrs, "resize_mode", cases[i].nearest);
        v3_tree_bool(&net.tree, attrs, "align_corners", cases[i].corners);
        v3_tree_bool(&net.tree, attrs, "half_pixel_centers", cases[i].half);
        v3_tree_f32(&net.tree, attrs, "scale_h", 2);
        graph = read_net(&net);
        resize = graph->nodes[1].attrs;
        ck_assert_msg(resize->mode == (cases[i].nearest ? RESIZE_NEAREST : RESIZE_BILINEAR) &&
                          resize->coordinates == cases[i].coordinates &&
                          resize->rounding == cases[i].rounding,
                      "case %zu", i);
        ck_assert(resize->height == 8 && resize->width == 9);
        check_type(graph, cases[i].nearest ? "Resize" : "Scaling");
        ck_assert(resize->scale_h == 0 && resize->scale_w == 0);
        graph_unref(graph);
    }
}
END_TEST

SUITE(what_a_deconvolution_cuts_off_follows_from_the_output_size,
      two_flags_say_where_a_scaling_has_its_samples);
