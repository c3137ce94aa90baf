/*
 * snpe-prepare-input as a user runs it. What it must make lies in data/, made by
 * make_prepare_data.py with Pillow and numpy.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base.h"
#include "tests/support/numbers.h"
#include "tests/support/proc.h"
#include "tests/support/suite.h"

/* What it says on stderr; it must end with STATUS. */
static const char *run(int status, const char *const *args)
{
    const char *argv[24] = {suite_bin("snpe-prepare-input")};
    struct proc *proc;
    const char *err;
    size_t n = 1;

    while (*args)
        argv[n++] = *args++;
    proc = proc_start(&(struct proc_spec){.argv = argv});
    ck_assert_msg(proc_wait(proc) == status, "exit %d, not %d: %s", proc_wait(proc), status,
                  proc_err(proc));
    err = proc_err(proc);
    proc_finish(proc, status);
    return err;
}

#define RUN(status, ...) run(status, (const char *const[]){__VA_ARGS__, NULL})

static const char *data(const char *name)
{
    return suite_source(suite_text("tests/tools/data/%s", name));
}

static void assert_says(const char *text, const char *what)
{
    ck_assert_msg(strstr(text, what) != NULL, "\"%s\" is not in: %s", what, text);
}

static void assert_same(const char *got_path, const char *want_path)
{
    size_t n_got, n_want;
    uint8_t *got = suite_read(got_path, &n_got), *want = suite_read(want_path, &n_want);

    ck_assert_uint_eq(n_got, n_want);
    for (size_t i = 0; i < n_got; i++)
        ck_assert_msg(got[i] == want[i], "%s: byte %zu is %u, not %u", want_path, i, got[i],
                      want[i]);
    free(got);
    free(want);
}

static void assert_text(const char *path, const char *want)
{
    size_t size;
    char *got = suite_read(path, &size);

    ck_assert_str_eq(got, want);
    free(got);
}

START_TEST(pictures_are_scaled_as_pillow_does)
{
    static const struct {
        const char *file, *size, *order;
    } cases[] = {
        {"noise.png", "20x11", "rgb"},  {"noise.png", "60x9", "bgr"},
        {"noise.png", "5x47", "gray"},  {"palette.png", "33x33", "rgb"},
        {"alpha.png", "7x7", "rgb"},    {"grey.png", "16x40", "rgb"},
        {"colour.jpg", "24x18", "rgb"}, {"colour.jpg", "48x36", "gray"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        const char *stem = suite_text("%.*s", (int)strcspn(cases[i].file, "."), cases[i].file);

        RUN(0, "--size", cases[i].size, "--order", cases[i].order, "--type", "uint8", "--out", "o",
            data(cases[i].file));
        assert_same(suite_path(suite_text("o/%s.raw", stem)),
                    data(suite_text("%s.%s.%s", cases[i].file, cases[i].size, cases[i].order)));
        suite_remove("o");
    }
}
END_TEST

/* (x - mean) * scale of bytes HEIGHT x WIDTH x 3 in B, G, R, planes apart and cropped by hand. */
static void check_planes(const uint8_t *rgb, const float *got)
{
    static const float mean[] = {104, 117, 123};

    for (size_t c = 0; c < 3; c++)
        for (size_t y = 0; y < 4; y++)
            for (size_t x = 0; x < 7; x++) {
                float byte = rgb[((y + 3) * 20 + x + 6) * 3 + 2 - c];

                ck_assert_float_eq(got[(c * 4 + y) * 7 + x], (byte - mean[c]) * 0.5f);
            }
}

START_TEST(mean_scale_crop_and_layout_are_applied_in_that_order)
{
    size_t size;
    uint8_t *rgb = suite_read(data("noise.png.20x11.rgb"), &size);
    float *got;

    RUN(0, "--size", "20x11", "--crop=7x4", "--order", "bgr", "--mean", "104,117,123", "--scale",
        "0.5", "--layout", "nchw", "--out", "o", data("noise.png"));
    got = suite_read(suite_path("o/noise.raw"), &size);
    ck_assert_uint_eq(size, 3 * 4 * 7 * sizeof(float));
    check_planes(rgb, got);
    free(got);
    free(rgb);
    suite_remove("o");
}
END_TEST

START_TEST(the_short_side_keeps_proportions)
{
    size_t size;

    RUN(0, "--short-side", "10", "--type", "uint8", "--out", "o", data("noise.png"),
        data("grey.png"));
    free(suite_read(suite_path("o/noise.raw"), &size)); /* 37 x 23 */
    ck_assert_uint_eq(size, 16 * 10 * 3);
    free(suite_read(suite_path("o/grey.raw"), &size)); /* 11 x 21 */
    ck_assert_uint_eq(size, 10 * 19 * 3);
    suite_remove("o");
}
END_TEST

START_TEST(a_list_names_every_file_in_order)
{
    RUN(0, "--out", "o", data("noise.png"), data("colour.jpg"));
    assert_text(suite_path("o/raw_list.txt"), "o/noise.raw\no/colour.raw\n");
    RUN(0, "--out", "o", "--append", "--input-name", "data:0", data("grey.png"));
    assert_text(suite_path("o/raw_list.txt"), "o/noise.raw\no/colour.raw\ndata:0:=o/grey.raw\n");
    RUN(0, "--out", "o", data("alpha.png"));
    assert_text(suite_path("o/raw_list.txt"), "o/alpha.raw\n");
    suite_remove("o");
}
END_TEST

static void check_mfcc(const char *want_path)
{
    size_t n_got, n_want;
    float *got = suite_read(suite_path("o/chirp.raw"), &n_got);
    float *want = suite_read(want_path, &n_want);

    ck_assert_uint_eq(n_got, n_want);
    ck_assert_floats_near(got, want, n_got / sizeof(float), 1e-4);
    free(got);
    free(want);
    suite_remove("o");
}

START_TEST(mfcc_are_those_of_tensorflow)
{
    RUN(0, "--mfcc", "--samples", "0", "--out", "o", data("chirp.wav"));
    check_mfcc(data("chirp.640-320.mfcc"));
    RUN(0, "--mfcc", "--samples", "3200", "--frames", "400", "--hop", "160", "--bins", "26",
        "--band", "300", "8000", "--coefficients", "13", "--out", "o", data("chirp.wav"));
    check_mfcc(data("chirp.400-160.mfcc"));
}
END_TEST

START_TEST(mfcc_are_what_keyword_models_were_trained_with)
{
    const char *wav = suite_data("audio/tflm_yes.wav");
    const char *want_path = suite_data("inputs/mfcc_tflm_yes_1x49x10.f32");
    size_t size;
    float *got, *want;

    if (!wav || !want_path)
        return;
    RUN(0, "--mfcc", "--out", "o", wav);
    got = suite_read(suite_path("o/tflm_yes.raw"), &size);
    ck_assert_uint_eq(size, 49 * 10 * sizeof(float));
    want = suite_read(want_path, &size);
    ck_assert_floats_near(got, want, 490, 1e-4);
    free(got);
    free(want);
    suite_remove("o");
}
END_TEST

/* A WAV of 16-bit PCM; sample I of every channel is VALUE(I). */
static void write_wav(const char *name, uint32_t rate, uint16_t channels, uint32_t n,
                      int16_t (*value)(uint32_t))
{
    uint32_t bytes = n * channels * 2, size = 36 + bytes, sixteen = 16,
             second = rate * channels * 2;
    uint16_t one = 1, align = (uint16_t)(channels * 2), bits = 16;
    uint8_t *wav = calloc(1, 44 + bytes);

    memcpy(wav, "RIFF....WAVEfmt ....", 20);
    memcpy(wav + 4, &size, 4);
    memcpy(wav + 16, &sixteen, 4);
    memcpy(wav + 20, &one, 2);
    memcpy(wav + 22, &channels, 2);
    memcpy(wav + 24, &rate, 4);
    memcpy(wav + 28, &second, 4);
    memcpy(wav + 32, &align, 2);
    memcpy(wav + 34, &bits, 2);
    memcpy(wav + 36, "data", 4);
    memcpy(wav + 40, &bytes, 4);
    for (uint32_t i = 0; i < n * channels; i++)
        ((int16_t *)(void *)(wav + 44))[i] = value(i / channels);
    suite_write(suite_path(name), wav, 44 + bytes);
    free(wav);
}

static int16_t count_up(uint32_t i)
{
    return (int16_t)(i * 8);
}

static int16_t sine(uint32_t i) /* 500 Hz at 8 kHz */
{
    return (int16_t)lrint(16384 * sin(2 * M_PI * i / 16));
}

START_TEST(sounds_become_windows_with_what_came_before)
{
    static const float second[] = {3 * 8, 4 * 8, 5 * 8, 6 * 8, 7 * 8, 8 * 8};
    static const float last[] = {7 * 8, 8 * 8, 9 * 8, 0, 0, 0};
    float got[6];
    size_t size;

    write_wav("x.wav", 16000, 2, 10, count_up);
    RUN(0, "--frames", "5", "--hop", "4", "--context", "1", "--out", "o", "x.wav");
    assert_text(suite_path("o/raw_list.txt"), "o/x_00000.raw\no/x_00001.raw\no/x_00002.raw\n");
    for (int i = 1; i <= 2; i++) {
        float *raw = suite_read(suite_path(suite_text("o/x_%05d.raw", i)), &size);

        ck_assert_uint_eq(size, sizeof(got));
        for (int k = 0; k < 6; k++)
            ck_assert_float_eq(raw[k] * 32768, (i == 1 ? second : last)[k]);
        free(raw);
    }
    suite_remove("o");
    suite_remove("x.wav");
}
END_TEST

START_TEST(a_resampled_sine_is_the_same_sine)
{
    float *got, want[1600];
    size_t size;

    write_wav("x.wav", 8000, 1, 800, sine);
    RUN(0, "--frames", "1600", "--rate", "16000", "--out", "o", "x.wav");
    got = suite_read(suite_path("o/x_00000.raw"), &size);
    ck_assert_uint_eq(size, sizeof(want));
    for (size_t i = 0; i < 1600; i++)
        want[i] = (float)(0.5 * sin(2 * M_PI * (double)i / 32));
    ck_assert_floats_near(got + 300, want + 300, 1000, 1e-3); /* away from where it begins */
    free(got);
    suite_remove("o");
    suite_remove("x.wav");
}
END_TEST

/* FILE, cut to SIZE bytes, as NAME. */
static void write_cut(const char *name, const char *file, size_t cut)
{
    size_t size;
    void *bytes = suite_read(data(file), &size);

    suite_write(suite_path(name), bytes, cut < size ? cut : size);
    free(bytes);
}

START_TEST(what_is_broken_is_told_and_leaves_nothing_behind)
{
    static const struct {
        const char *file, *says;
        size_t cut;
    } cases[] = {
        {"noise.png", "damaged or no PNG", 1000},      {"noise.png", "damaged or no PNG", 20},
        {"colour.jpg", "damaged or no JPEG", 500},     {"colour.jpg", "damaged or no JPEG", 20},
        {"chirp.wav", "neither a JPEG nor a PNG", 99}, {"chirp.wav", "neither a JPEG nor a PNG", 0},
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        write_cut("bad", cases[i].file, cases[i].cut);
        assert_says(RUN(1, "--out", "o", data("grey.png"), "bad"), cases[i].says);
        ck_assert_int_ne(access("o/grey.raw", F_OK), 0);
        ck_assert_int_ne(access("o/raw_list.txt", F_OK), 0);
        assert_says(RUN(1, "--mfcc", "--out", "o", "bad"),
                    strcmp(cases[i].file, "chirp.wav") == 0 && cases[i].cut ? "cut short"
                                                                            : "not a WAV file");
        suite_remove("bad");
    }
    suite_remove("o");
    assert_says(RUN(1, "none.png"), "cannot read none.png: No such file");
    assert_says(RUN(1, "--crop", "99x9", data("noise.png")), "is 37x23 by now");
    assert_says(RUN(1, data("noise.png"), data("noise.png")), "would both become noise.raw");
    assert_says(RUN(1, "--short-side", "16000", data("noise.png")), "cannot be scaled");
}
END_TEST

START_TEST(options_that_cannot_be_are_refused)
{
    static const char *const cases[][4] = {
        {"--size", "0x5", "WIDTHxHEIGHT is wanted", "x"},
        {"--size", "99999x5", "WIDTHxHEIGHT is wanted", "x"},
        {"--short-side", "0", "from 1 to", "x"},
        {"--mean", "1,2", "1 or 3", "x"},
        {"--mean", "1,", "finite", "x"},
        {"--scale", "nan", "finite", "x"},
        {"--order", "grb", "there is no grb", "x"},
        {"--hop", "3", "is for --frames and --mfcc", "x"},
        {"--out", "a b", "cannot hold such a path", "x"},
        {"--input-name", "a b", "not a tensor's name", "x"},
        {"--mfcc", "--crop=3x3", "is for pictures", "x"},
        {"--mfcc", "--hop=0", "from 1 to", "x"},
        {"--mfcc", "--coefficients=41", "the number of mel bins", "x"},
        {"--size=3x3", "--short-side=3", "exclude each other", "x"},
        {"--type=uint8", "--scale=2", "no --scale", "x"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        assert_says(RUN(2, cases[i][0], cases[i][1], cases[i][3]), cases[i][2]);
    assert_says(RUN(2, "--mfcc"), "no file is named");
}
END_TEST

SUITE(pictures_are_scaled_as_pillow_does, mean_scale_crop_and_layout_are_applied_in_that_order,
      the_short_side_keeps_proportions, a_list_names_every_file_in_order,
      mfcc_are_those_of_tensorflow, mfcc_are_what_keyword_models_were_trained_with,
      sounds_become_windows_with_what_came_before, a_resampled_sine_is_the_same_sine,
      what_is_broken_is_told_and_leaves_nothing_behind, options_that_cannot_be_are_refused);
