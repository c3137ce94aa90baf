/* Lines of an input list to runs of a network that this test only describes. */
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "tests/support/suite.h"
#include "tests/tools/made.h"
#include "tools/batch.h"

#define ROWS 4 /* the batch; a row is 2 floats of input a and 3 of b */

static float a[ROWS * 2], b[ROWS * 3];
static const struct net_tensor inputs[] = {
    {"a", {2, {ROWS, 2}}, a, sizeof(a), -1},
    {"b", {2, {ROWS, 3}}, b, sizeof(b), -1},
};
static const struct net net_one = {.inputs = inputs, .n_inputs = 1};
static const struct net net_two = {.inputs = inputs, .n_inputs = 2};

static void read_list(const char *text, struct input_list *list)
{
    struct fault fault = {""};

    suite_write(suite_path("list"), text, strlen(text));
    ck_assert_msg(input_list_read("list", list, &fault) == 0, "%s", fault.text);
    suite_remove("list");
}

static void next(struct batch *batch, const struct net *net, const struct input_list *list,
                 int want)
{
    struct fault fault = {""};
    int r = batch_next(batch, net, list, &fault);

    ck_assert_msg(r == want, "%d: %s", r, fault.text);
}

/* The first run of TEXT is refused with CODE and a sentence that has WORDS in it. */
static void refuse(const struct net *net, const char *text, int code, const char *words)
{
    struct batch batch = {0};
    struct input_list list;
    struct fault fault = {""};
    int r;

    read_list(text, &list);
    r = batch_next(&batch, net, &list, &fault);
    ck_assert_msg(r == code, "%d: %s", r, fault.text);
    ck_assert_msg(strstr(fault.text, words) != NULL, "'%s' is not in '%s'", words, fault.text);
    input_list_done(&list);
}

START_TEST(a_file_of_the_whole_batch_is_a_run)
{
    struct batch batch = {0};
    struct input_list list;

    made_raw("x", 1, ROWS * 2);
    made_raw("y", 9, ROWS * 2);
    read_list("x\ny\n", &list);
    next(&batch, &net_one, &list, 1);
    ck_assert_uint_eq(batch.size, 1);
    ck_assert_uint_eq(batch.first, 0);
    ck_assert_uint_eq(batch.n_lines, 1);
    ck_assert(!batch.padded);
    ck_assert_float_eq(a[0], 1);
    ck_assert_float_eq(a[7], 8);
    next(&batch, &net_one, &list, 1);
    ck_assert_uint_eq(batch.first, 1);
    ck_assert_float_eq(a[0], 9);
    next(&batch, &net_one, &list, 0);
    next(&batch, &net_one, &list, 0);
    input_list_done(&list);
    suite_remove("x");
    suite_remove("y");
}
END_TEST

START_TEST(lines_of_one_element_join_and_the_last_run_is_padded)
{
    struct batch batch = {0};
    struct input_list list;

    made_raw("x", 1, 2);
    made_raw("y", 5, 2);
    read_list("x\ny\ny\nx\ny\nx\n", &list);
    next(&batch, &net_one, &list, 1);
    ck_assert_uint_eq(batch.size, ROWS);
    ck_assert_uint_eq(batch.n_lines, ROWS);
    ck_assert(!batch.padded);
    ck_assert_mem_eq(a, ((float[]){1, 2, 5, 6, 5, 6, 1, 2}), sizeof(a));
    next(&batch, &net_one, &list, 1);
    ck_assert_uint_eq(batch.first, ROWS);
    ck_assert_uint_eq(batch.n_lines, 2);
    ck_assert(batch.padded);
    ck_assert_mem_eq(a, ((float[]){5, 6, 1, 2, 0, 0, 0, 0}), sizeof(a));
    next(&batch, &net_one, &list, 0);
    input_list_done(&list);
    suite_remove("x");
    suite_remove("y");
}
END_TEST

START_TEST(all_inputs_of_a_line_join_at_the_same_place)
{
    struct batch batch = {0};
    struct input_list list;

    made_raw("x", 1, 2);
    made_raw("y", 5, 3);
    read_list("b:=y a:=x\na:=x b:=y\n", &list);
    next(&batch, &net_two, &list, 1);
    ck_assert(batch.padded);
    ck_assert_mem_eq(a, ((float[]){1, 2, 1, 2, 0, 0, 0, 0}), sizeof(a));
    ck_assert_mem_eq(b, ((float[]){5, 6, 7, 5, 6, 7, 0, 0, 0, 0, 0, 0}), sizeof(b));
    input_list_done(&list);
    suite_remove("x");
    suite_remove("y");
}
END_TEST

START_TEST(lines_that_do_not_fit_the_inputs_are_refused)
{
    made_raw("x", 1, ROWS * 2);
    refuse(&net_two, "x\n", E_NO_TENSOR, "line 1: the network has 2 inputs (a, ...)");
    refuse(&net_two, "a:=x\n", E_NO_TENSOR, "line 1: 1 of 2 inputs are given");
    refuse(&net_two, "a:=x c:=x\n", E_NO_TENSOR, "line 1: the network has no input c");
    refuse(&net_two, "a:=x a:=x\n", E_BAD_PARAMS, "line 1: input a is given twice");
    refuse(&net_one, "a:=x a:=x\n", E_BAD_PARAMS, "line 1: input a is given twice");
    refuse(&net_one, "\nc:=x\n", E_NO_TENSOR, "line 2: the network has no input c");
    refuse(&net_one, "none\n", -2, "cannot read none: No such file or directory");
    refuse(&net_one, ".\n", -22, "cannot read .: it is not a file");
    suite_remove("x");
}
END_TEST

START_TEST(a_wrong_size_says_what_was_expected_and_what_came)
{
    made_raw("x", 1, ROWS * 2);
    made_raw("row", 1, 2);
    made_raw("short", 1, 3);
    made_raw("long", 1, ROWS * 2 + 1);
    refuse(&net_one, "short\n", E_TENSOR_SIZE,
           "input a (float32 4x2): short: expected 32 bytes, the file has 12");
    refuse(&net_one, "long\n", E_TENSOR_SIZE,
           "input a (float32 4x2): long: expected 32 bytes, the file has 36");
    /* The first line says whether lines join. */
    refuse(&net_one, "row\nx\n", E_TENSOR_SIZE, "x: expected 8 bytes, the file has 32");
    refuse(&net_two, "a:=row b:=x\n", E_TENSOR_SIZE, "input b (float32 4x3): x: expected 12 bytes");
    suite_remove("x");
    suite_remove("row");
    suite_remove("short");
    suite_remove("long");
}
END_TEST

START_TEST(an_input_of_another_batch_cannot_join)
{
    static float c[3];
    const struct net_tensor odd[] = {inputs[0], {"c", {2, {1, 3}}, c, sizeof(c), -1}};
    const struct net net = {.inputs = odd, .n_inputs = 2};

    made_raw("row", 1, 2);
    made_raw("c", 1, 3);
    refuse(&net, "a:=row c:=c\n", E_TENSOR_SIZE, "input c has another batch than the first");
    suite_remove("row");
    suite_remove("c");
}
END_TEST

START_TEST(an_output_of_the_batch_is_cut_and_another_is_whole)
{
    static float y[ROWS * 6];
    const struct batch batch = {.n_lines = ROWS, .size = ROWS}, single = {.n_lines = 1, .size = 1};
    const struct net_tensor cut = {"y", {2, {ROWS, 6}}, y, sizeof(y), -1};
    const struct net_tensor flat = {"y", {1, {ROWS * 6}}, y, sizeof(y), -1};
    const struct net_tensor whole = {"y", {2, {1, ROWS * 6}}, y, sizeof(y), -1};
    const struct net_tensor scalar = {"y", {0}, y, sizeof(y[0]), -1};
    struct batch_piece piece = batch_output(&batch, &cut, 3);

    ck_assert_ptr_eq(piece.data, y + 18);
    ck_assert_uint_eq(piece.size, 24);
    piece = batch_output(&batch, &flat, 1);
    ck_assert_ptr_eq(piece.data, y + 6);
    ck_assert_uint_eq(piece.size, 24);
    piece = batch_output(&batch, &whole, 3);
    ck_assert_ptr_eq(piece.data, y);
    ck_assert_uint_eq(piece.size, sizeof(y));
    piece = batch_output(&batch, &scalar, 3);
    ck_assert_ptr_eq(piece.data, y);
    ck_assert_uint_eq(piece.size, 4);
    piece = batch_output(&single, &cut, 0);
    ck_assert_uint_eq(piece.size, sizeof(y));
}
END_TEST

SUITE(a_file_of_the_whole_batch_is_a_run, lines_of_one_element_join_and_the_last_run_is_padded,
      all_inputs_of_a_line_join_at_the_same_place, lines_that_do_not_fit_the_inputs_are_refused,
      a_wrong_size_says_what_was_expected_and_what_came, an_input_of_another_batch_cannot_join,
      an_output_of_the_batch_is_cut_and_another_is_whole);
