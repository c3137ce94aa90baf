/* Memory that runs out at every place in the life of snpe-prepare-input and snpe-show-results. */
#include <string.h>
#include <unistd.h>

#include "tests/support/faults.h"
#include "tests/support/proc.h"
#include "tests/support/suite.h"

/* Runs ARGV to its end. What failed says a sentence (faults_end) and leaves no file FILES names. */
static void run(struct faults *faults, const char *const *argv, const char *const *files)
{
    const char *more[] = {
        suite_text("LSAN_OPTIONS=suppressions=%s", suite_source("tests/tools/media.lsan")), NULL};
    struct proc *proc =
        proc_start(&(struct proc_spec){.argv = argv, .env = faults_env(faults, more)});
    bool did = faults_end(faults, proc) == 0;

    for (; *files; files++) {
        bool there = access(*files, F_OK) == 0;

        ck_assert_msg(there == did, "%s: %s", *files, did ? "is missing" : "is left behind");
    }
}

static const char *data(const char *name)
{
    return suite_source(suite_text("tests/tools/data/%s", name));
}

static void remove_if_there(const char *name)
{
    if (access(suite_path(name), F_OK) == 0)
        suite_remove(name);
}

static void life_of_pictures(void *context, struct faults *faults)
{
    const char *argv[] = {suite_bin("snpe-prepare-input"),
                          "--size",
                          "9x9",
                          "--out",
                          "o",
                          data("noise.png"),
                          data("colour.jpg"),
                          NULL};
    const char *files[] = {"o/noise.raw", "o/colour.raw", "o/raw_list.txt", NULL};

    (void)context;
    run(faults, argv, files);
    remove_if_there("o");
}

static void life_of_sounds(void *context, struct faults *faults)
{
    const char *mfcc[] = {
        suite_bin("snpe-prepare-input"), "--mfcc", "--out", "o", data("chirp.wav"), NULL};
    const char *windows[] = {suite_bin("snpe-prepare-input"),
                             "--frames",
                             "500",
                             "--rate=8000",
                             "--out",
                             "p",
                             data("chirp.wav"),
                             NULL};
    const char *made[] = {"o/chirp.raw", "o/raw_list.txt", NULL};
    const char *cut[] = {"p/chirp_00000.raw", "p/chirp_00003.raw", "p/raw_list.txt", NULL};

    (void)context;
    run(faults, mfcc, made);
    remove_if_there("o");
    run(faults, windows, cut);
    remove_if_there("p");
}

static void life_of_results(void *context, struct faults *faults)
{
    static const float rows[] = {0, 1, 0.75f, 0.25f, 0.25f, 0.75f, 0.75f}, map[] = {0, 1, 2, 3};
    const char *boxes[] = {suite_bin("snpe-show-results"),
                           "--json",
                           "--boxes",
                           "--picture",
                           data("noise.png"),
                           "--out",
                           "b.jpg",
                           "x.raw",
                           NULL};
    const char *segments[] = {suite_bin("snpe-show-results"),
                              "--segmentation=2x2",
                              "--labels=labels",
                              "--out=s.png",
                              "y.raw",
                              NULL};

    (void)context;
    suite_write(suite_path("x.raw"), rows, sizeof(rows));
    suite_write(suite_path("y.raw"), map, sizeof(map));
    suite_write(suite_path("labels"), "a\nb\n", 4);
    run(faults, boxes, (const char *const[]){"b.jpg", NULL});
    run(faults, segments, (const char *const[]){"s.png", NULL});
    remove_if_there("b.jpg");
    remove_if_there("s.png");
    suite_remove("x.raw");
    suite_remove("y.raw");
    suite_remove("labels");
}

START_TEST(pictures_bear_the_failure_of_each_allocation)
{
    if (faults_work())
        faults_all(suite_bin("snpe-prepare-input"), life_of_pictures, NULL);
}
END_TEST

START_TEST(sounds_bear_the_failure_of_each_allocation)
{
    if (faults_work())
        faults_all(suite_bin("snpe-prepare-input"), life_of_sounds, NULL);
}
END_TEST

START_TEST(results_bear_the_failure_of_each_allocation)
{
    if (faults_work())
        faults_all(suite_bin("snpe-show-results"), life_of_results, NULL);
}
END_TEST

SUITE_WITHIN(200, pictures_bear_the_failure_of_each_allocation,
             sounds_bear_the_failure_of_each_allocation,
             results_bear_the_failure_of_each_allocation);
