/* The ring of records, and the load of late. */
#include <string.h>

#include "daemon/busy.h"
#include "daemon/history.h"
#include "tests/support/suite.h"

#define MS 1000000ull

static void add_job(struct history *history, uint64_t job)
{
    history_add(history, HISTORY_JOB)->job = job;
}

START_TEST(the_ring_keeps_the_newest)
{
    struct history history;

    ck_assert_int_eq(history_init(&history, 4), 0);
    ck_assert_uint_eq(history_first(&history), 0);
    for (uint64_t job = 1; job <= 10; job++)
        add_job(&history, job);
    ck_assert_uint_eq(history.n, 10);
    ck_assert_uint_eq(history_first(&history), 6);
    for (uint64_t n = 6; n < 10; n++)
        ck_assert_uint_eq(history_get(&history, n)->job, n + 1);
    ck_assert_ptr_null(history_find_job(&history, 6));
    ck_assert_ptr_eq(history_find_job(&history, 7), history_get(&history, 6));
    ck_assert_ptr_null(history_find_job(&history, 11));
    history_done(&history);
}
END_TEST

START_TEST(a_record_begins_empty)
{
    struct history history;
    struct history_record *record;

    ck_assert_int_eq(history_init(&history, 1), 0);
    record = history_add(&history, HISTORY_STEP);
    memset(record, 0xa5, sizeof(*record));
    record = history_add(&history, HISTORY_LOOP);
    ck_assert_int_eq(record->kind, HISTORY_LOOP);
    ck_assert_uint_eq(record->job, 0);
    ck_assert_uint_eq(record->ended_ns, 0);
    ck_assert_str_eq(record->model, "");
    ck_assert_ptr_null(history_find_job(&history, 0)); /* the loop's is no job's */
    history_done(&history);
}
END_TEST

START_TEST(a_long_name_is_cut_behind_a_whole_character)
{
    char out[6];

    history_copy_name(out, sizeof(out), "face");
    ck_assert_str_eq(out, "face");
    history_copy_name(out, sizeof(out), "faces");
    ck_assert_str_eq(out, "faces");
    history_copy_name(out, sizeof(out), "facets");
    ck_assert_str_eq(out, "facet");
    history_copy_name(out, sizeof(out), "abcd\xc3\xa9");
    ck_assert_str_eq(out, "abcd");
    history_copy_name(out, sizeof(out), "\xff\xff\xff\xff\xff\xff");
    ck_assert_str_eq(out, "\xff\xff\xff\xff\xff");
}
END_TEST

START_TEST(work_is_counted_when_it_was_done)
{
    static struct busy busy;

    busy_add(&busy, 50000 * MS, 50250 * MS);
    ck_assert_uint_eq(busy_sum(&busy, 50250 * MS, 1000 * MS), 250 * MS);
    ck_assert_uint_eq(busy_sum(&busy, 51000 * MS, 1000 * MS), 250 * MS);
    ck_assert_uint_eq(busy_sum(&busy, 51100 * MS, 1000 * MS), 150 * MS);
    ck_assert_uint_eq(busy_sum(&busy, 51150 * MS, 1000 * MS), 100 * MS); /* half of 100 ms */
    ck_assert_uint_eq(busy_sum(&busy, 51300 * MS, 1000 * MS), 0);
    ck_assert_uint_eq(busy_sum(&busy, 60000 * MS, 10000 * MS), 250 * MS);
    ck_assert_uint_eq(busy_sum(&busy, 60300 * MS, 10000 * MS), 0);
}
END_TEST

START_TEST(two_lanes_add_up_and_an_idle_hour_is_forgotten)
{
    static struct busy busy;

    busy_add(&busy, 0, 1000 * MS);
    busy_add(&busy, 0, 1000 * MS);
    ck_assert_uint_eq(busy_sum(&busy, 1000 * MS, 1000 * MS), 2000 * MS);
    busy_add(&busy, 3600000 * MS, 3600001 * MS);
    ck_assert_uint_eq(busy_sum(&busy, 3600001 * MS, 10000 * MS), 1 * MS);
    busy_add(&busy, 1000 * MS, 1000 * MS); /* nothing */
    busy_add(&busy, 1000 * MS, 2000 * MS); /* older than what is kept */
    ck_assert_uint_eq(busy_sum(&busy, 3600001 * MS, 10000 * MS), 1 * MS);
}
END_TEST

START_TEST(work_of_a_minute_fills_the_window_and_no_more)
{
    static struct busy busy;

    busy_add(&busy, 100000 * MS, 160000 * MS);
    ck_assert_uint_eq(busy_sum(&busy, 160000 * MS, 10000 * MS), 10000 * MS);
    ck_assert_uint_eq(busy_sum(&busy, 160000 * MS, 1000 * MS), 1000 * MS);
    ck_assert_uint_eq(busy_sum(&busy, 165000 * MS, 10000 * MS), 5000 * MS);
}
END_TEST

SUITE(the_ring_keeps_the_newest, a_record_begins_empty, a_long_name_is_cut_behind_a_whole_character,
      work_is_counted_when_it_was_done, two_lanes_add_up_and_an_idle_hour_is_forgotten,
      work_of_a_minute_fills_the_window_and_no_more);
