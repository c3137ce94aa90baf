#pragma once
/*
 * One test file is one suite: START_TEST blocks, then SUITE(first, second, ...).
 *
 * Every test runs in its own process, in a private directory that is its working directory and its
 * TMPDIR, and fails if it leaves an open file descriptor, a child process, a thread, a shared or
 * file-backed mapping or a file there, or if a line of base/log's at warning or above is on its
 * stderr that it did not announce (clean.h and logs.h; a process that a test starts by proc.h is
 * held to the same). What it wrote to stderr is shown when there is more in it than announced
 * lines. CK_RUN_CASE=NAME runs one test. libuv keeps a pipe of its own once a loop was made: end
 * such a test with uv_library_shutdown().
 */
#include <stdbool.h>
#include <stddef.h>

#include <check.h>
#undef fail /* an old word of Check's; ours is in base/fault.h */

/* The texts live until the test ends. */
const char *suite_text(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void *suite_copy(const void *from, size_t size);
const char *suite_dir(void);                   /* the private directory, empty at first */
const char *suite_path(const char *name);      /* NAME in it */
const char *suite_bin(const char *program);    /* a program of the build: SNPED_BIN/PROGRAM */
const char *suite_helper(const char *program); /* a program of the tests, beside this one */
const char *suite_source(const char *path);    /* a file of the source tree: SNPED_SOURCE/PATH */

/*
 * PATH below the shared data (SNPED_SHARED, else ../shared beside the source tree; then data/), or
 * NULL after saying "SKIP test: shared data is not there": the test then returns, and the summary
 * of the suite counts it.
 */
const char *suite_data(const char *path);

/* Says "SKIP test: WHY" and counts it; the test then returns. */
void suite_skip(const char *why);

/* Removes a file, or a folder and all below it, of the private directory; it must be there. */
void suite_remove(const char *name);

/* All bytes of a file, freed by free(); a 0 behind them is not counted. The test fails if it
 * cannot. */
void *suite_read(const char *path, size_t *ret_size);
void suite_write(const char *path, const void *base, size_t size);

/*
 * This test makes the code under test log a line at warning or above with TEXT in it: it must come,
 * any number of times, and is then no failure.
 */
void expect_log(const char *text);

/* Whether a line with TEXT in it, of any level that is on, is on this test's stderr by now. */
bool suite_logged(const char *text);

/* From now on NAME in the private directory, made for it, is this process's private directory. */
void suite_enter_dir(const char *name);

/*
 * PREPARE may replace the process (faults.h) and may be NULL. A test takes at most TIMEOUT_S; give
 * a longer one to snped_tests(TIMEOUT) too.
 */
int suite_run(const char *file, const TTest *const tests[], size_t n_tests, unsigned int timeout_s,
              void (*prepare)(void));

#define SUITE_TIMEOUT_S                                                                            \
    60 /* a test takes milliseconds; sanitizers and a busy machine stretch it                      \
        */

#define SUITE_THAT(timeout_s, prepare, ...)                                                        \
    int main(void)                                                                                 \
    {                                                                                              \
        const TTest *const tests[] = {__VA_ARGS__};                                                \
                                                                                                   \
        return suite_run(__FILE__, tests, sizeof(tests) / sizeof(tests[0]), timeout_s, prepare);   \
    }                                                                                              \
    struct suite_needs_a_semicolon

#define SUITE(...) SUITE_THAT(SUITE_TIMEOUT_S, NULL, __VA_ARGS__)

/* The same with a longer limit. */
#define SUITE_WITHIN(timeout_s, ...) SUITE_THAT(timeout_s, NULL, __VA_ARGS__)
