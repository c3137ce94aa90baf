/*
 * Published networks that prepare their pictures themselves, as a user converts and runs them, held
 * against the same networks fed with a picture that was prepared before.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/numbers.h"
#include "tests/support/proc.h"
#include "tests/support/suite.h"

/* Of what comes out, a probability: sums in another order, and 1/255 of a value here or there. */
#define CLOSE 1e-4

static void run(const char *const *argv)
{
    struct proc *proc = proc_start(&(struct proc_spec){.argv = argv, .dir = suite_dir()});

    ck_assert_msg(proc_wait(proc) == 0, "%s: exit %d: %s", argv[0], proc_wait(proc),
                  proc_err(proc));
    proc_finish(proc, 0);
}

#define RUN(...) run((const char *const[]){__VA_ARGS__, NULL})

/* FILE of the shared data with all up to the first UNTIL replaced by HEAD. */
static void write_net(const char *file, const char *until, const char *head, const char *name)
{
    size_t size;
    char *net = suite_read(file, &size), *rest = strstr(net, until);
    const char *text;

    ck_assert_ptr_nonnull(rest);
    text = suite_text("%s%s", head, rest);
    suite_write(suite_path(name), text, strlen(text));
    free(net);
}

static void write_floats(const char *name, const float *x, size_t n)
{
    suite_write(suite_path(name), x, n * sizeof(*x));
}

/* What DLC makes of RAW at its output. */
static float *infer(const char *dlc, const char *raw, const char *output, size_t *ret_n)
{
    const char *line = suite_text("%s\n", raw);
    float *y;

    suite_write(suite_path("list.txt"), line, strlen(line));
    RUN(suite_bin("snpe-net-run"), "--container", dlc, "--input_list", "list.txt");
    y = suite_read(suite_path(suite_text("output/Result_0/%s.raw", output)), ret_n);
    *ret_n /= sizeof(*y);
    suite_remove("output");
    suite_remove("list.txt");
    return y;
}

/* PREPARED given RAW says what PLAIN says given READY. */
static void assert_same(const char *prepared, const char *raw, const char *plain, const char *ready,
                        const char *output)
{
    size_t n, n_want;
    float *got = infer(prepared, raw, output, &n), *want = infer(plain, ready, output, &n_want);

    ck_assert_uint_eq(n, n_want);
    ck_assert_floats_near(got, want, n, CLOSE);
    free(got);
    free(want);
}

/* A photograph as [H,W,3] floats in the folder raw, under its name. */
static void prepare(const char *photo, const char *size, const char *order)
{
    RUN(suite_bin("snpe-prepare-input"), "--size", size, "--order", order, photo);
}

#define W 64
#define H 48

/* RGB to NV21 by JFIF, to whole bytes; a V and a U of the mean of four pixels. */
static void make_nv21(const float *rgb, float *to)
{
    for (size_t i = 0; i < H * W; i++)
        to[i] = (float)lround(0.299 * rgb[3 * i] + 0.587 * rgb[3 * i + 1] + 0.114 * rgb[3 * i + 2]);
    for (size_t i = 0; i < H / 2; i++)
        for (size_t j = 0; j < W / 2; j++) {
            double sum[3] = {0}, *s = sum;

            for (size_t k = 0; k < 12; k++)
                s[k % 3] += rgb[((2 * i + k / 6) * W + 2 * j + k / 3 % 2) * 3 + k % 3] / 4;
            to[H * W + i * W + 2 * j] =
                (float)lround(fmin(128 + 0.5 * s[0] - 0.418688 * s[1] - 0.081312 * s[2], 255));
            to[H * W + i * W + 2 * j + 1] =
                (float)lround(fmin(128 - 0.168736 * s[0] - 0.331264 * s[1] + 0.5 * s[2], 255));
        }
}

/* Channel C of BGR of pixel I, J. */
static double bgr_at(const float *nv21, size_t i, size_t j, size_t c)
{
    const float *vu = nv21 + (H + i / 2) * W + j / 2 * 2;
    double y = nv21[i * W + j], v = vu[0] - 128, u = vu[1] - 128;
    const double bgr[] = {y + 1.772 * u, y - 0.344136 * u - 0.714136 * v, y + 1.402 * v};

    return fmin(fmax(bgr[c], 0), 255);
}

/* Where place I of SIZE lies among OF, pixels being areas. */
static double place(size_t i, size_t size, size_t of)
{
    return fmin(fmax(((double)i + 0.5) * (double)of / (double)size - 0.5, 0), (double)of - 1);
}

static double scaled_at(const float *nv21, size_t i, size_t j, size_t c, size_t h, size_t w)
{
    double y = place(i, h, H), x = place(j, w, W), dy = y - floor(y), dx = x - floor(x);
    size_t top = (size_t)y, left = (size_t)x;
    size_t bottom = top + 1 < H ? top + 1 : top, right = left + 1 < W ? left + 1 : left;

    return (1 - dy) * ((1 - dx) * bgr_at(nv21, top, left, c) + dx * bgr_at(nv21, top, right, c)) +
           dy * ((1 - dx) * bgr_at(nv21, bottom, left, c) + dx * bgr_at(nv21, bottom, right, c));
}

/* 44 wide and 36 high, of which the middle 32 by 32, (x - 127.5) / 128. */
static void make_ready(const float *nv21, float *to)
{
    for (size_t i = 0; i < 32; i++)
        for (size_t j = 0; j < 32; j++)
            for (size_t c = 0; c < 3; c++)
                *to++ = (float)((scaled_at(nv21, i + 2, j + 6, c, 36, 44) - 127.5) * 0.0078125);
}

START_TEST(a_face_detector_takes_what_a_phone_gives)
{
    static float nv21[H * W * 3 / 2], ready[32 * 32 * 3];
    const char *net = suite_data("models/camera/mtcnn/det1.prototxt");
    const char *weights = suite_data("models/camera/mtcnn/det1.caffemodel");
    const char *photo = suite_data("images/scenes/hopper.jpg");
    float *rgb;
    size_t size;

    if (!net || !weights || !photo)
        return;
    write_net(net, "layer {",
              "layer { name: 'data' type: 'Input' top: 'data'\n"
              "  input_param { shape { dim: 1 dim: 3 dim: 36 dim: 44 } }\n"
              "  transform_param { crop_size: 32 mean_value: 127.5 scale: 0.0078125 } }\n",
              "prepared.prototxt");
    RUN(suite_bin("snpe-caffe-to-dlc"), "-i", "prepared.prototxt", "-b", weights,
        "--enable_preprocessing", "--input_size", "64", "48", "-e", "data", "nv21");
    RUN(suite_bin("snpe-caffe-to-dlc"), "-i", net, "-b", weights, "-o", "plain.dlc", "-d", "data",
        "1,3,32,32");
    prepare(photo, "64x48", "rgb");
    rgb = suite_read(suite_path("raw/hopper.raw"), &size);
    ck_assert_uint_eq(size, H * W * 3 * sizeof(float));
    make_nv21(rgb, nv21);
    make_ready(nv21, ready);
    free(rgb);
    write_floats("nv21.raw", nv21, H * W * 3 / 2);
    write_floats("ready.raw", ready, 32 * 32 * 3);
    assert_same("prepared.dlc", "nv21.raw", "plain.dlc", "ready.raw", "prob1");
    for (const char *const *name =
             (const char *const[]){"prepared.prototxt", "prepared.dlc", "plain.dlc", "nv21.raw",
                                   "ready.raw", "raw", NULL};
         *name; name++)
        suite_remove(*name);
}
END_TEST

/* Our own tool, whose scaling is Pillow's, prepares the other picture. */
START_TEST(a_classifier_cuts_and_normalises_a_photograph)
{
    const char *folder = "models/imagenet/squeezenet_v1.1/squeezenet_v1.1";
    const char *net = suite_data(suite_text("%s_deploy.prototxt", folder));
    const char *weights = suite_data(suite_text("%s.caffemodel", folder));
    const char *photo = suite_data("images/scenes/chelsea.jpg");

    if (!net || !weights || !photo)
        return;
    write_net(net, "layer {\n  name: \"conv1\"",
              "layer { name: 'data' type: 'Input' top: 'data'\n"
              "  input_param { shape { dim: 1 dim: 3 dim: 256 dim: 256 } }\n"
              "  transform_param { crop_size: 227\n"
              "    mean_value: 104 mean_value: 117 mean_value: 123 } }\n",
              "prepared.prototxt");
    RUN(suite_bin("snpe-caffe-to-dlc"), "-i", "prepared.prototxt", "-b", weights,
        "--enable_preprocessing", "-e", "data", "rgb");
    RUN(suite_bin("snpe-caffe-to-dlc"), "-i", net, "-b", weights, "-o", "plain.dlc", "-d", "data",
        "1,3,227,227");
    prepare(photo, "256x256", "rgb");
    RUN(suite_bin("snpe-prepare-input"), "--size", "256x256", "--crop", "227x227", "--order", "bgr",
        "--mean", "104,117,123", "--out", "ready", photo);
    assert_same("prepared.dlc", "raw/chelsea.raw", "plain.dlc", "ready/chelsea.raw", "prob");
    for (const char *const *name = (const char *const[]){"prepared.prototxt", "prepared.dlc",
                                                         "plain.dlc", "raw", "ready", NULL};
         *name; name++)
        suite_remove(*name);
}
END_TEST

SUITE(a_face_detector_takes_what_a_phone_gives, a_classifier_cuts_and_normalises_a_photograph);
