#include <stdlib.h>

#include "tests/ops/data/conv.h"
#include "tests/support/numbers.h"
#include "tests/support/suite.h"

START_TEST(every_case_gives_the_reference)
{
    cases_run(conv_cases, ARRAY_SIZE(conv_cases));
}
END_TEST

/* What a random convolution consists of. */
struct drawn {
    struct conv_attrs attrs;
    struct shape x, w, y;
    int32_t top, left;
    float *px, *pw, *pb, *py;
};

static uint32_t between(struct random *random, uint32_t least, uint32_t most)
{
    return least + (uint32_t)random_below(random, most - least + 1);
}

/* The definition: one output, by seven loops in double. */
static float one_output(const struct drawn *d, uint32_t n, uint32_t oh, uint32_t ow, uint32_t m)
{
    const struct window *window = &d->attrs.window;
    uint32_t cg = d->w.dim[2], group = m / (d->w.dim[3] / (uint32_t)d->attrs.groups);
    double sum = d->pb[m];

    for (int32_t i = 0; i < window->kernel_h; i++)
        for (int32_t j = 0; j < window->kernel_w; j++) {
            int32_t h = (int32_t)oh * window->stride_h - d->top + i * window->dilation_h;
            int32_t w = (int32_t)ow * window->stride_w - d->left + j * window->dilation_w;

            if (h < 0 || h >= (int32_t)d->x.dim[1] || w < 0 || w >= (int32_t)d->x.dim[2])
                continue;
            for (uint32_t c = 0; c < cg; c++) {
                size_t at =
                    ((n * d->x.dim[1] + (uint32_t)h) * d->x.dim[2] + (uint32_t)w) * d->x.dim[3] +
                    group * cg + c;
                size_t weight = ((size_t)(i * window->kernel_w + j) * cg + c) * d->w.dim[3] + m;

                sum += (double)d->px[at] * d->pw[weight];
            }
        }
    return (float)sum;
}

static void draw_window(struct random *random, struct drawn *d)
{
    struct window *window = &d->attrs.window;
    struct window_axis h, w;

    do {
        *window = (struct window){
            .kernel_h = (int32_t)between(random, 1, 4),
            .kernel_w = (int32_t)between(random, 1, 5),
            .stride_h = (int32_t)between(random, 1, 3),
            .stride_w = (int32_t)between(random, 1, 2),
            .dilation_h = (int32_t)between(random, 1, 2),
            .dilation_w = (int32_t)between(random, 1, 3),
            .pad_top = (int32_t)between(random, 0, 2),
            .pad_left = (int32_t)between(random, 0, 3),
            .pad_bottom = (int32_t)between(random, 0, 2),
            .pad_right = (int32_t)between(random, 0, 2),
            .padding = (enum padding)between(random, PADDING_CAFFE, PADDING_EXPLICIT),
        };
    } while (window_infer(window, 0, d->x.dim[1], d->x.dim[2], &h, &w, NULL) < 0);
    d->top = h.lead;
    d->left = w.lead;
    d->y = (struct shape){4, {d->x.dim[0], h.out, w.out, d->w.dim[3]}};
    d->w.dim[0] = (uint32_t)window->kernel_h;
    d->w.dim[1] = (uint32_t)window->kernel_w;
}

static void draw(struct random *random, struct drawn *d)
{
    uint32_t kind = between(random, 0, 3), groups = kind < 2 ? 1 : between(random, 2, 37);
    uint32_t in = kind == 2 ? 1 : between(random, 1, kind == 3 ? 4 : 80);
    uint32_t out = kind == 2 ? 1 : between(random, 1, kind == 3 ? 5 : 70);

    *d = (struct drawn){.attrs.groups = (int32_t)groups};
    d->x = (struct shape){
        4, {between(random, 1, 2), between(random, 1, 13), between(random, 1, 14), in * groups}};
    d->w = (struct shape){4, {0, 0, in, out * groups}};
    draw_window(random, d);
}

static float *filled(const struct case_in *in)
{
    size_t n = shape_elements(&in->shape);
    float *x = malloc(n * sizeof(*x));
    struct random random = {in->seed};

    ck_assert_ptr_nonnull(x);
    random_floats(&random, in->lo, in->hi, x, n);
    return x;
}

static void check(struct drawn *d, uint64_t seed)
{
    struct op_case it = {
        .name = suite_text("drawn %llu", (unsigned long long)seed),
        .op = OP_CONV,
        .attrs = &d->attrs,
        .n_in = 3,
        .n_out = 1,
        .in =
            {{.shape = d->x, .seed = seed, .lo = -1, .hi = 1},
             {.shape = d->w, .seed = seed + 1, .lo = -1, .hi = 1, .constant = true},
             {.shape = {1, {d->w.dim[3]}}, .seed = seed + 2, .lo = -1, .hi = 1, .constant = true}},
        .most = 2e-6,
    };
    size_t at = 0;

    d->px = filled(&it.in[0]);
    d->pw = filled(&it.in[1]);
    d->pb = filled(&it.in[2]);
    d->py = malloc(shape_elements(&d->y) * sizeof(*d->py));
    for (uint32_t n = 0; n < d->y.dim[0]; n++)
        for (uint32_t h = 0; h < d->y.dim[1]; h++)
            for (uint32_t w = 0; w < d->y.dim[2]; w++)
                for (uint32_t m = 0; m < d->y.dim[3]; m++)
                    d->py[at++] = one_output(d, n, h, w, m);
    it.out[0] = (struct case_out){.shape = d->y, .want = d->py};
    cases_run(&it, 1);
    free(d->px);
    free(d->pw);
    free(d->pb);
    free(d->py);
}

START_TEST(drawn_convolutions_agree_with_the_definition)
{
    struct random random = {2024};

    for (uint64_t i = 0; i < 48; i++) {
        struct drawn drawn;

        draw(&random, &drawn);
        check(&drawn, 100 + 10 * i);
    }
}
END_TEST

SUITE(every_case_gives_the_reference, drawn_convolutions_agree_with_the_definition);
