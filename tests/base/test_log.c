#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base.h"
#include "base/log.h"
#include "tests/support/hands.h"
#include "tests/support/suite.h"

/* stderr led to a file of this test's own, which the suite does not look at. */
static int captured, suite_stderr;

static void capture(void)
{
    captured = memfd_create("captured", MFD_CLOEXEC);
    suite_stderr = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    ck_assert_int_eq(dup2(captured, STDERR_FILENO), STDERR_FILENO);
}

/* What was written since capture, which it ends; freed by free(). */
static char *release(void)
{
    struct stat st;
    char *text;

    ck_assert_int_eq(dup2(suite_stderr, STDERR_FILENO), STDERR_FILENO);
    ck_assert_int_eq(fstat(captured, &st), 0);
    text = calloc(1, (size_t)st.st_size + 1);
    ck_assert_int_eq(pread(captured, text, (size_t)st.st_size, 0), st.st_size);
    close(captured);
    close(suite_stderr);
    return text;
}

static void check_release(const char *wanted)
{
    _cleanup_(freep) char *text = release();

    ck_assert_str_eq(text, wanted);
}

START_TEST(levels_have_words)
{
    enum log_level level = LOG_LEVEL_ERROR;

    ck_assert_int_eq(log_level_parse("debug", &level), 0);
    ck_assert_int_eq(level, 7);
    ck_assert_int_eq(log_level_parse("error", &level), 0);
    ck_assert_int_eq(level, 3);
    ck_assert_int_eq(log_level_parse("err", &level), -EINVAL);
    ck_assert_int_eq(log_level_parse("", &level), -EINVAL);
    ck_assert_int_eq(level, 3);
}
END_TEST

START_TEST(lines_below_the_least_level_are_not_written)
{
    unsetenv("SNPED_LOG");
    capture();
    log_info("topic", "no");
    log_notice("topic", "one");
    log_set_level(LOG_LEVEL_DEBUG);
    log_debug("topic", "two %d", 2);
    log_set_level(LOG_LEVEL_ERROR);
    log_warning("topic", "no");
    log_error("topic", "three");
    check_release("<5>topic: one\n<7>topic: two 2\n<3>topic: three\n");
}
END_TEST

START_TEST(the_environment_sets_the_level)
{
    setenv("SNPED_LOG", "debug", 1);
    capture();
    log_debug("topic", "yes");
    check_release("<7>topic: yes\n");
}
END_TEST

START_TEST(a_wrong_word_in_the_environment_changes_nothing)
{
    setenv("SNPED_LOG", "loud", 1);
    capture();
    log_debug("topic", "no");
    log_notice("topic", "yes");
    check_release("<5>topic: yes\n");
}
END_TEST

START_TEST(people_get_words)
{
    unsetenv("SNPED_LOG_PREFIX");
    setenv("JOURNAL_STREAM", "1:1", 1);
    capture();
    log_notice("topic", "one");
    log_warning("topic", "two");
    log_error("topic", "three");
    check_release("topic: one\nwarning: topic: two\nerror: topic: three\n");
}
END_TEST

START_TEST(a_journal_gets_levels)
{
    struct stat st;

    unsetenv("SNPED_LOG_PREFIX");
    capture();
    ck_assert_int_eq(fstat(STDERR_FILENO, &st), 0);
    setenv("JOURNAL_STREAM", suite_text("%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino), 1);
    log_notice("topic", "one");
    check_release("<5>topic: one\n");
}
END_TEST

START_TEST(a_name_cannot_begin_a_line)
{
    capture();
    log_notice("topic", "model \"%s\"", "a\n<0>kernel: b\r\x1b[31m\x7f\xc3\xa9");
    check_release("<5>topic: model \"a?<0>kernel: b??[31m?\xc3\xa9\"\n");
}
END_TEST

START_TEST(long_lines_are_cut)
{
    char text[3000];
    _cleanup_(freep) char *got = NULL;

    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = 0;
    capture();
    log_notice("topic", "%s", text);
    got = release();
    ck_assert_uint_eq(strlen(got), 1001);
    ck_assert_int_eq(got[1000], '\n');
    ck_assert_int_eq(got[999], 'x');
}
END_TEST

START_TEST(errno_survives)
{
    capture();
    close(STDERR_FILENO);
    errno = 42;
    log_notice("topic", "nobody hears it");
    ck_assert_int_eq(errno, 42);
    check_release("");
}
END_TEST

static size_t count_of(const char *text, const char *part)
{
    size_t n = 0;

    for (const char *at = text; (at = strstr(at, part)); at++)
        n++;
    return n;
}

START_TEST(a_place_that_repeats_itself_is_cut_short)
{
    struct hands hands;
    _cleanup_(freep) char *text = NULL;

    hands_init(&hands, 0);
    log_set_clock(&hands.clock);
    capture();
    for (int i = 0; i < 35; i++) {
        log_warning("topic", "again %d", i);
        log_notice("topic", "another place");
    }
    hands_turn_ms(&hands, 9999);
    log_warning("topic", "again %d", 35);
    hands_turn_ms(&hands, 1);
    log_notice("other", "elsewhere");
    log_set_clock(&clock_monotonic);
    text = release();
    ck_assert_uint_eq(count_of(text, "<4>topic: again "), 20);
    ck_assert_uint_eq(count_of(text, "<5>topic: another place\n"), 20);
    ck_assert_uint_eq(count_of(text, "<4>topic: 15 more lines like \"again %d\" were left out\n"),
                      0);
    ck_assert_uint_eq(count_of(text, "<4>topic: 16 more lines like \"again %d\" were left out\n"),
                      1);
    ck_assert_uint_eq(count_of(text, "<5>topic: 15 more lines like \"another place\" were left"),
                      1);
    ck_assert_uint_eq(count_of(text, "<5>other: elsewhere\n"), 1);
}
END_TEST

START_TEST(after_the_time_it_speaks_again)
{
    struct hands hands;
    _cleanup_(freep) char *text = NULL;

    hands_init(&hands, 0);
    log_set_clock(&hands.clock);
    capture();
    for (int i = 0; i < 60; i++) {
        log_notice("topic", "tick");
        hands_turn_ms(&hands, 500);
    }
    log_set_clock(&clock_monotonic);
    text = release();
    ck_assert_uint_eq(count_of(text, "<5>topic: tick\n"), 60);
}
END_TEST

#define N_THREADS 4

static void *log_often(void *context)
{
    for (int i = 0; i < 5; i++)
        log_notice("topic", "from %s %d", (const char *)context, i);
    return NULL;
}

START_TEST(lines_of_many_threads_are_whole)
{
    char names[N_THREADS][2] = {"a", "b", "c", "d"};
    pthread_t threads[N_THREADS];
    _cleanup_(freep) char *text = NULL;

    capture();
    for (int i = 0; i < N_THREADS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, log_often, names[i]), 0);
    for (int i = 0; i < N_THREADS; i++)
        pthread_join(threads[i], NULL);
    text = release();
    ck_assert_uint_eq(count_of(text, "<5>topic: from "), N_THREADS * 5);
    ck_assert_uint_eq(strlen(text), N_THREADS * 5 * strlen("<5>topic: from a 0\n"));
}
END_TEST

SUITE(levels_have_words, lines_below_the_least_level_are_not_written,
      the_environment_sets_the_level, a_wrong_word_in_the_environment_changes_nothing,
      people_get_words, a_journal_gets_levels, a_name_cannot_begin_a_line, long_lines_are_cut,
      errno_survives, a_place_that_repeats_itself_is_cut_short, after_the_time_it_speaks_again,
      lines_of_many_threads_are_whole);
