/* snpe-show-results as a user runs it, on tensors that are made by hand. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base.h"
#include "tests/support/proc.h"
#include "tests/support/suite.h"
#include "tools/picture.h"

struct answer {
    const char *out, *err;
};

static struct answer run(int status, const char *const *args)
{
    const char *argv[24] = {suite_bin("snpe-show-results")};
    struct answer answer;
    struct proc *proc;
    size_t n = 1;

    while (*args)
        argv[n++] = *args++;
    proc = proc_start(&(struct proc_spec){.argv = argv});
    ck_assert_msg(proc_wait(proc) == status, "exit %d, not %d: %s", proc_wait(proc), status,
                  proc_err(proc));
    answer = (struct answer){proc_out(proc), proc_err(proc)};
    proc_finish(proc, status);
    return answer;
}

#define RUN(status, ...) run(status, (const char *const[]){__VA_ARGS__, NULL})

static void assert_says(const char *text, const char *what)
{
    ck_assert_msg(strstr(text, what) != NULL, "\"%s\" is not in: %s", what, text);
}

#define WRITE_FLOATS(name, ...)                                                                    \
    suite_write(suite_path(name), (const float[]){__VA_ARGS__},                                    \
                sizeof((const float[]){__VA_ARGS__}))

static void write_text(const char *name, const char *text)
{
    suite_write(suite_path(name), text, strlen(text));
}

START_TEST(the_best_come_first_and_of_equal_ones_the_lower_index)
{
    WRITE_FLOATS("x.raw", 0.125f, 0.25f, NAN, 0.25f, 0, 0.375f);
    write_text("labels", "cat\ndog\r\nowl\nfox\n");
    ck_assert_str_eq(RUN(0, "--top", "3", "--labels", "labels", "x.raw").out,
                     "x.raw\n"
                     "    0.375000       5  \n"
                     "    0.250000       1  dog\n"
                     "    0.250000       3  fox\n");
    ck_assert_str_eq(RUN(0, "--top=2", "--labels=labels", "--json", "x.raw").out,
                     "{\"results\":[{\"file\":\"x.raw\",\"top\":["
                     "{\"index\":5,\"score\":0.375},"
                     "{\"index\":1,\"label\":\"dog\",\"score\":0.25}]}]}\n");
    suite_remove("x.raw");
    suite_remove("labels");
}
END_TEST

static void make_results(void)
{
    for (int i = 0; i < 12; i++) {
        const char *folder = suite_text("o/Result_%d", i);

        ck_assert_int_eq(mkdir("o", 0777) == 0 || i > 0, 1);
        ck_assert_int_eq(mkdir(folder, 0777), 0);
        WRITE_FLOATS(suite_text("%s/y.raw", folder), i >= 3 && i < 7 ? 0.75f : 0.25f,
                     i == 11 ? 0.5f : 0);
    }
}

START_TEST(results_are_read_in_order_of_their_numbers)
{
    const char *out;

    make_results();
    out = RUN(0, "--top", "1", "o").out;
    assert_says(out, "o/Result_10/y.raw\n    0.250000       0  \no/Result_11/y.raw\n");
    ck_assert_str_eq(RUN(0, "--top=1", "--tensor=y", "o/Result_3").out,
                     "o/Result_3/y.raw\n    0.750000       0  \n");
    WRITE_FLOATS("o/Result_0/z.raw", 1);
    assert_says(RUN(1, "o").err, "choose by --tensor");
    assert_says(RUN(1, "--tensor", "z", "o").err, "cannot read o/Result_1/z.raw");
    suite_remove("o");
}
END_TEST

START_TEST(events_last_as_long_as_they_reach_the_threshold)
{
    make_results();
    ck_assert_str_eq(RUN(0, "--events", "--hop", "0.5", "o").out,
                     "      1.500 -     3.500 s  0.750000      0  \n"
                     "      5.500 -     6.000 s  0.500000      1  \n");
    suite_remove("o");
    WRITE_FLOATS("x.raw", 0, 0.5f, 1, 0);
    ck_assert_str_eq(RUN(0, "--events", "--json", "x.raw").out,
                     "{\"events\":[{\"start\":1,\"end\":3,\"index\":0,\"peak\":1}]}\n");
    assert_says(RUN(1, "--events", "--classes=3", "x.raw").err, "no multiple of 3");
    suite_remove("x.raw");
}
END_TEST

static void check_pixel(const struct picture *picture, uint32_t x, uint32_t y, bool drawn)
{
    const uint8_t *pixel = picture->pixels + (y * picture->width + x) * 3;

    ck_assert_msg((pixel[0] + pixel[1] + pixel[2] > 90) == drawn, "(%u, %u) is %u %u %u", x, y,
                  pixel[0], pixel[1], pixel[2]);
}

START_TEST(boxes_are_drawn_where_they_are)
{
    struct picture picture = {0};

    ck_assert_int_eq(picture_new(40, 20, 3, &picture), 0);
    memset(picture.pixels, 0, 40 * 20 * 3);
    ck_assert_int_eq(picture_write(&picture, "in.png", NULL), 0);
    picture_done(&picture);
    /* image label score x0 y0 x1 y1: too little, in another image, one behind the last */
    WRITE_FLOATS("x.raw", 0, 1, 0.75f, 0.25f, 0.25f, 0.75f, 0.75f, 0, 1, 0.25f, 0, 0, 1, 1, 1, 1,
                 0.5f, 0, 0, 1, 1, -1, 0, 1, 0, 0, 1, 1);
    ck_assert_str_eq(RUN(0, "--boxes", "--picture", "in.png", "--out", "out.png", "x.raw").out,
                     "x.raw\n"
                     "  0.750000  image 0  (0.2500, 0.2500) - (0.7500, 0.7500)  1  \n"
                     "  0.500000  image 1  (0.0000, 0.0000) - (1.0000, 1.0000)  1  \n");
    ck_assert_int_eq(picture_read("out.png", &picture, NULL), 0);
    check_pixel(&picture, 10, 5, true);
    check_pixel(&picture, 30, 15, true);
    check_pixel(&picture, 20, 10, false);
    check_pixel(&picture, 0, 0, false);
    check_pixel(&picture, 9, 4, false);
    picture_done(&picture);
    suite_remove("in.png");
    suite_remove("out.png");
    suite_remove("x.raw");
}
END_TEST

START_TEST(of_boxes_that_overlap_the_best_stays)
{
    /* The second covers 0.8 of the first; the third is elsewhere; class 0 is the background. */
    WRITE_FLOATS("b.raw", 0, 0, 100, 100, 0, 0, 100, 80, 0, 100, 100, 200);
    WRITE_FLOATS("s.raw", 1, 0.5f, 1, 0.75f, 1, 0.625f);
    ck_assert_str_eq(RUN(0, "--boxes", "--scores", "s", "--pixels", "200x200", "b.raw").out,
                     "b.raw\n"
                     "  0.750000  image 0  (0.0000, 0.0000) - (0.5000, 0.4000)  1  \n"
                     "  0.625000  image 0  (0.0000, 0.5000) - (0.5000, 1.0000)  1  \n");
    assert_says(RUN(0, "--boxes", "--scores=s", "--overlap=0.9", "b.raw").out, "0.500000");
    assert_says(RUN(0, "--boxes", "--scores=s", "--no-background", "b.raw").out, "1.000000");
    assert_says(RUN(1, "--boxes", "b.raw").err, "no multiple of 7");
    assert_says(RUN(1, "--boxes", "--scores=none", "b.raw").err, "cannot read none.raw");
    suite_remove("b.raw");
    suite_remove("s.raw");
}
END_TEST

static void check_map(const char *file)
{
    struct picture picture = {0};

    ck_assert_str_eq(RUN(0, "--segmentation", "2x2", "--out", "out.png", file).out,
                     suite_text("%s\n"
                                "   25.0 %%         1 pixels      0  \n"
                                "   75.0 %%         3 pixels      1  \n",
                                file));
    ck_assert_int_eq(picture_read("out.png", &picture, NULL), 0);
    /* PASCAL VOC: background black, class 1 (128, 0, 0) */
    ck_assert_mem_eq(picture.pixels, "\x80\0\0\0\0\0\x80\0\0\x80\0\0", 12);
    picture_done(&picture);
    suite_remove("out.png");
    suite_remove(file);
}

START_TEST(maps_of_bytes_labels_and_scores_are_the_same_picture)
{
    suite_write(suite_path("x.raw"), "\1\0\1\1", 4);
    check_map("x.raw");
    WRITE_FLOATS("y.raw", 1, 0, 1, 1);
    check_map("y.raw");
    WRITE_FLOATS("z.raw", -1, 2, 3, 3, 0, 1, -5, -4);
    check_map("z.raw");
}
END_TEST

START_TEST(what_cannot_be_is_told_and_leaves_no_picture)
{
    WRITE_FLOATS("x.raw", 1, -1, 3, 4);
    write_text("bad", "abc");
    assert_says(RUN(1, "none").err, "cannot read none: No such file");
    assert_says(RUN(1, "bad").err, "has 3 bytes, which are no floats");
    assert_says(RUN(1, "--labels", "none", "x.raw").err, "cannot read none");
    assert_says(RUN(1, "--segmentation=2x2", "--out=o.png", "x.raw").err, "-1 is no label");
    assert_says(RUN(1, "--segmentation=3x2", "--out=o.png", "x.raw").err, "no map of 3x2");
    assert_says(RUN(1, "--segmentation=3x2", "--out=o.png", "x.raw", "x.raw").err, "one picture");
    WRITE_FLOATS("b.raw", 0, 1, 1, 0, 0, 1, 1);
    assert_says(RUN(1, "--boxes", "--picture=bad", "--out=o.jpg", "b.raw").err, "neither a JPEG");
    ck_assert_int_ne(access("o.png", F_OK), 0);
    ck_assert_int_ne(access("o.jpg", F_OK), 0);
    suite_remove("x.raw");
    suite_remove("b.raw");
    suite_remove("bad");
}
END_TEST

START_TEST(options_that_cannot_be_are_refused)
{
    static const char *const cases[][3] = {
        {"--top", "0", "from 1 to 1000"},
        {"--top", "1001", "from 1 to 1000"},
        {"--segmentation", "0x2", "WIDTHxHEIGHT is wanted"},
        {"--threshold", "0.5", "needs --boxes or --events"},
        {"--events", "--hop=0", "more than 0"},
        {"--events", "--threshold=x", "finite number"},
        {"--events", "--boxes", "exclude each other"},
        {"--boxes", "--picture=x", "belong together"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        assert_says(RUN(2, cases[i][0], cases[i][1], "x").err, cases[i][2]);
    assert_says(RUN(2, "--json").err, "no result is named");
}
END_TEST

SUITE(the_best_come_first_and_of_equal_ones_the_lower_index,
      results_are_read_in_order_of_their_numbers, events_last_as_long_as_they_reach_the_threshold,
      boxes_are_drawn_where_they_are, of_boxes_that_overlap_the_best_stays,
      maps_of_bytes_labels_and_scores_are_the_same_picture,
      what_cannot_be_is_told_and_leaves_no_picture, options_that_cannot_be_are_refused);
