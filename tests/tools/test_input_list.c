#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "tests/support/suite.h"
#include "tools/input_list.h"

static void write_list(const char *text)
{
    suite_write(suite_path("list"), text, strlen(text));
}

static void read_list(const char *text, struct input_list *list)
{
    struct fault fault = {""};

    write_list(text);
    ck_assert_msg(input_list_read("list", list, &fault) == 0, "%s", fault.text);
    suite_remove("list");
}

/* TEXT is refused with CODE and a sentence that has WORDS in it. */
static void refuse(const char *text, int code, const char *words)
{
    struct input_list list = {.n_lines = 99};
    struct fault fault = {""};

    write_list(text);
    ck_assert_int_eq(input_list_read("list", &list, &fault), code);
    ck_assert_msg(strstr(fault.text, words) != NULL, "'%s' is not in '%s'", words, fault.text);
    ck_assert_uint_eq(list.n_lines, 99); /* untouched */
    suite_remove("list");
}

static void check_item(const struct input_list *list, uint32_t line, uint32_t item,
                       const char *name, const char *path)
{
    ck_assert_uint_lt(line, list->n_lines);
    ck_assert_uint_lt(item, list->lines[line].n_items);
    ck_assert_pstr_eq(list->lines[line].items[item].name, name);
    ck_assert_pstr_eq(list->lines[line].items[item].path, path);
}

START_TEST(a_bare_path_a_line_is_one_inference_each)
{
    struct input_list list;

    read_list("one.raw\nfolder/two.raw\n/three.raw", &list);
    ck_assert_uint_eq(list.n_lines, 3);
    ck_assert_uint_eq(list.n_outputs, 0);
    check_item(&list, 0, 0, NULL, "one.raw");
    check_item(&list, 1, 0, NULL, "folder/two.raw");
    check_item(&list, 2, 0, NULL, "/three.raw");
    input_list_done(&list);
}
END_TEST

START_TEST(names_before_paths_give_several_inputs)
{
    struct input_list list;

    read_list("a:0:=x.raw \tb/c:=y:=z.raw\n", &list);
    ck_assert_uint_eq(list.n_lines, 1);
    ck_assert_uint_eq(list.lines[0].n_items, 2);
    check_item(&list, 0, 0, "a:0", "x.raw");
    check_item(&list, 0, 1, "b/c", "y:=z.raw");
    input_list_done(&list);
}
END_TEST

START_TEST(first_lines_with_a_sign_name_outputs)
{
    struct input_list list;

    read_list("#fc7  prob\n%fc7:0\nx.raw\n", &list);
    ck_assert_uint_eq(list.n_outputs, 3);
    ck_assert_str_eq(list.outputs[0], "fc7");
    ck_assert_str_eq(list.outputs[1], "prob");
    ck_assert_str_eq(list.outputs[2], "fc7:0");
    ck_assert_uint_eq(list.n_lines, 1);
    input_list_done(&list);
}
END_TEST

START_TEST(blanks_blank_lines_and_carriage_returns_are_nothing)
{
    struct input_list list;

    read_list("# prob \r\n\r\n  \t\n  x.raw  \r\n\ny.raw\r\n\n", &list);
    ck_assert_uint_eq(list.n_outputs, 1);
    ck_assert_str_eq(list.outputs[0], "prob");
    ck_assert_uint_eq(list.n_lines, 2);
    check_item(&list, 0, 0, NULL, "x.raw");
    check_item(&list, 1, 0, NULL, "y.raw");
    ck_assert_uint_eq(list.lines[0].number, 4);
    ck_assert_uint_eq(list.lines[1].number, 6);
    input_list_done(&list);
}
END_TEST

START_TEST(a_list_may_be_long)
{
    static char text[40000];
    struct input_list list;

    for (int i = 0; i < 10000; i++)
        memcpy(text + 4 * i, i % 2 ? "odd\n" : "ev.\n", 4);
    text[sizeof(text) - 1] = '\0';
    read_list(text, &list);
    ck_assert_uint_eq(list.n_lines, 10000);
    check_item(&list, 9998, 0, NULL, "ev.");
    check_item(&list, 9999, 0, NULL, "odd");
    input_list_done(&list);
}
END_TEST

START_TEST(what_is_no_list_is_refused_with_file_and_line)
{
    refuse("", E_BAD_PARAMS, "list: names no input");
    refuse("\n \n", E_BAD_PARAMS, "list: names no input");
    refuse("#prob\n", E_BAD_PARAMS, "list: names no input");
    refuse("x.raw\na:=x.raw y.raw\n", E_BAD_PARAMS, "list:2: y.raw has no name:= before it");
    refuse("x.raw\n\n:=x.raw\n", E_BAD_PARAMS, "list:3: expected name:=path");
    refuse("a:=\n", E_BAD_PARAMS, "list:1: expected name:=path");
}
END_TEST

START_TEST(a_binary_file_is_refused)
{
    struct input_list list;
    struct fault fault = {""};

    suite_write(suite_path("list"), "x.raw\n\0y.raw\n", 13);
    ck_assert_int_eq(input_list_read("list", &list, &fault), E_BAD_PARAMS);
    ck_assert_str_eq(fault.text, "list: not a text file");
    suite_remove("list");
}
END_TEST

START_TEST(a_file_that_cannot_be_read_is_named)
{
    struct input_list list;
    struct fault fault = {""};

    ck_assert_int_eq(input_list_read("none", &list, &fault), -ENOENT);
    ck_assert_str_eq(fault.text, "cannot read none: No such file or directory");
    ck_assert_int_lt(input_list_read(suite_dir(), &list, &fault), 0);
    ck_assert_ptr_nonnull(strstr(fault.text, "it is not a file"));
    ck_assert_int_eq(mkfifo("pipe", 0600), 0);
    ck_assert_int_lt(input_list_read("pipe", &list, &fault), 0); /* and does not wait */
    ck_assert_str_eq(fault.text, "cannot read pipe: it is not a file");
    suite_remove("pipe");
}
END_TEST

/* N times WORD. */
static const char *times(const char *word, unsigned int n)
{
    const char *text = "";

    while (n--)
        text = suite_text("%s%s", text, word);
    return text;
}

START_TEST(a_line_holds_at_most_64_names)
{
    struct input_list list;

    read_list(suite_text("#%s\n%s\n", times("y ", 64), times("a:=b ", 64)), &list);
    ck_assert_uint_eq(list.n_outputs, 64);
    ck_assert_uint_eq(list.lines[0].n_items, 64);
    input_list_done(&list);
    refuse(suite_text("%s\n", times("a:=b ", 65)), E_BAD_PARAMS, "list:1: more than 64 inputs");
    refuse(suite_text("#y\n#%s\nx\n", times("y ", 64)), E_BAD_PARAMS,
           "list:2: more than 64 outputs");
}
END_TEST

SUITE(a_bare_path_a_line_is_one_inference_each, names_before_paths_give_several_inputs,
      first_lines_with_a_sign_name_outputs, blanks_blank_lines_and_carriage_returns_are_nothing,
      a_list_may_be_long, what_is_no_list_is_refused_with_file_and_line, a_binary_file_is_refused,
      a_file_that_cannot_be_read_is_named, a_line_holds_at_most_64_names);
