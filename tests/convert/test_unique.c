/* Names that must not repeat, and what is collected on the way. */
#include <errno.h>
#include <string.h>

#include "convert/report.h"
#include "convert/unique.h"
#include "tests/support/suite.h"

START_TEST(a_name_in_use_gets_a_number)
{
    struct arena arena = {0};
    struct unique unique = {.arena = &arena};

    ck_assert_str_eq(unique_add(&unique, "a"), "a");
    ck_assert_str_eq(unique_add(&unique, "a"), "a_1");
    ck_assert_str_eq(unique_add(&unique, "a_2"), "a_2");
    ck_assert_str_eq(unique_add(&unique, "a"), "a_3");
    ck_assert_str_eq(unique_add(&unique, "a_1"), "a_1_1");
    ck_assert_int_eq(unique_reserve(&unique, "b"), 0);
    ck_assert_int_eq(unique_reserve(&unique, "b"), -EEXIST);
    ck_assert_str_eq(unique_add(&unique, "b"), "b_1");
    unique_done(&unique);
    arena_done(&arena);
}
END_TEST

START_TEST(the_same_name_a_hundred_thousand_times_takes_no_time)
{
    struct arena arena = {0};
    struct unique unique = {.arena = &arena};

    for (int i = 0; i < 100000; i++)
        ck_assert_ptr_nonnull(unique_add(&unique, "same"));
    ck_assert_str_eq(unique_add(&unique, "same"), "same_100000");
    unique_done(&unique);
    arena_done(&arena);
}
END_TEST

START_TEST(problems_are_grouped_by_operator_and_counted)
{
    static const char want[] =
        "operator A, nodes \"1\", \"3\": x; do y\n"
        "operator A, node \"4\": other; do y\n"
        "operator B, nodes \"2\", \"5\", \"6\", \"7\", \"8\" and 2 more: x; do y\n"
        "input \"i\": open; say it\n";
    struct arena arena = {0};
    struct report report = {.arena = &arena};
    struct fault fault = {""};
    struct buf buf = {0};

    report_add(&report, "A", "1", "x", "do y");
    report_add(&report, "B", "2", "x", "do y");
    report_add(&report, "A", "3", "x", "do y");
    report_add(&report, "A", "4", "other", "do y");
    for (int i = 5; i <= 10; i++)
        report_add(&report, "B", suite_text("%d", i), "x", "do y");
    report_add(&report, REPORT_INPUT, "i", "open", "say it");
    ck_assert_int_eq(report_print(&report, &buf), 0);
    ck_assert_uint_eq(buf.size, strlen(want));
    ck_assert_mem_eq(buf.base, want, buf.size);
    report_fault(&report, -1, &fault);
    ck_assert_str_eq(fault.text, "operator A, \"1\": x; do y (and other problems)");
    buf_done(&buf);
    arena_done(&arena);
}
END_TEST

SUITE(a_name_in_use_gets_a_number, the_same_name_a_hundred_thousand_times_takes_no_time,
      problems_are_grouped_by_operator_and_counted);
