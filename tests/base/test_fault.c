#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "base/fault.h"
#include "base/list.h"
#include "tests/support/suite.h"

START_TEST(a_fault_holds_a_sentence_and_no_more)
{
    struct fault fault;
    char text[1000];

    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = 0;
    ck_assert_int_eq(fail(&fault, E_SHAPE, "axis %d", 3), E_SHAPE);
    ck_assert_str_eq(fault.text, "axis 3");
    ck_assert_int_eq(fail(&fault, -EIO, "%s", text), -EIO);
    ck_assert_uint_eq(strlen(fault.text), 255);
    ck_assert_int_eq(fail(NULL, E_SHAPE, "%s", text), E_SHAPE);
}
END_TEST

START_TEST(a_sentence_tells_no_terminal_what_to_do)
{
    struct fault fault;

    fail(&fault, -ENOENT, "cannot read %s", "a\x1b[31m\n\x7f\tb\xc3\xa9");
    ck_assert_str_eq(fault.text, "cannot read a?[31m???b\xc3\xa9");
}
END_TEST

START_TEST(any_negative_code_has_a_text)
{
    ck_assert_str_eq(error_get(E_DEADLINE).wire_name, "deadline");
    ck_assert(!error_get(E_DEADLINE).retryable);
    ck_assert(error_get(E_QUEUE_FULL).retryable);
    ck_assert_str_eq(error_get(-ENOENT).wire_name, "system");
    ck_assert_str_eq(error_get(-ENOENT).text, strerror(ENOENT));
    ck_assert(error_get(-ENOMEM).retryable);
}
END_TEST

struct item {
    int number;
    struct list entry;
};

static int sum_of(struct list *head)
{
    int sum = 0;

    list_foreach (it, head)
        sum = 10 * sum + list_entry(it, struct item, entry)->number;
    return sum;
}

START_TEST(lists_keep_their_order)
{
    struct item items[5] = {
        {.number = 1}, {.number = 2}, {.number = 3}, {.number = 4}, {.number = 5}};
    struct list one, other;

    list_init(&one);
    list_init(&other);
    for (int i = 0; i < 5; i++)
        list_append(i < 3 ? &one : &other, &items[i].entry);
    ck_assert_int_eq(sum_of(&one), 123);
    list_splice(&one, &other);
    ck_assert_int_eq(sum_of(&one), 12345);
    ck_assert(list_empty(&other));
    list_splice(&one, &other);
    list_remove(&items[2].entry);
    list_remove(&items[2].entry);
    ck_assert_int_eq(sum_of(&one), 1245);
    ck_assert_ptr_eq(list_pop(&one), &items[0].entry);
    list_foreach (it, &one)
        list_remove(it);
    ck_assert_ptr_null(list_pop(&one));
}
END_TEST

SUITE(a_fault_holds_a_sentence_and_no_more, a_sentence_tells_no_terminal_what_to_do,
      any_negative_code_has_a_text, lists_keep_their_order);
