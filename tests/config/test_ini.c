#include <stdio.h>
#include <string.h>

#include "base/base.h"
#include "base/error.h"
#include "config/ini.h"
#include "tests/support/suite.h"

struct seen {
    char text[4096];
    uint32_t n;
};

static int note(void *context, const struct ini_line *line, struct fault *fault)
{
    struct seen *seen = context;
    size_t used = strlen(seen->text);

    if (strcmp(line->key, "refuse") == 0)
        return fail(fault, E_SETTING, "refused");
    snprintf(seen->text + used, sizeof(seen->text) - used, "%u:%s.%s=%s;", line->number,
             line->section, line->key, line->value);
    seen->n++;
    return 0;
}

static int parse(const char *text, struct seen *seen, struct fault *fault)
{
    memset(seen, 0, sizeof(*seen));
    return ini_parse_bytes("a.conf", text, strlen(text), note, seen, fault);
}

START_TEST(lines_come_with_section_key_value_and_number)
{
    struct seen seen;
    struct fault fault = {""};

    ck_assert_int_eq(
        parse("# first\n[daemon]\nsocket = /x y\n\n; more\n[queue]\r\ndepth=3 ; few\r\n", &seen,
              &fault),
        0);
    ck_assert_str_eq(seen.text, "3:daemon.socket=/x y;7:queue.depth=3;");
}
END_TEST

START_TEST(a_file_may_end_without_a_newline)
{
    struct seen seen;
    struct fault fault = {""};

    ck_assert_int_eq(parse("[a]\nb = c", &seen, &fault), 0);
    ck_assert_str_eq(seen.text, "2:a.b=c;");
}
END_TEST

START_TEST(an_empty_file_has_no_lines)
{
    struct seen seen;
    struct fault fault = {""};

    ck_assert_int_eq(parse("", &seen, &fault), 0);
    ck_assert_uint_eq(seen.n, 0);
}
END_TEST

START_TEST(a_line_of_195_bytes_is_whole_and_a_longer_one_is_refused_before_anything_is_used)
{
    struct seen seen;
    struct fault fault = {""};
    char text[512] = "[a]\nfirst = 1\nb = ";
    char *line = strstr(text, "b = ");

    memset(line + 4, 'v', 192);
    line[196] = '\n'; /* 196 and the newline fill the parser's 200 bytes with its two ends */
    ck_assert_int_eq(parse(text, &seen, &fault), 0);
    ck_assert_uint_eq(seen.n, 2);
    ck_assert_uint_eq(strlen(strrchr(seen.text, '=') + 1), 193); /* the value and the ; */

    line[196] = 'v';
    line[197] = '\n';
    ck_assert_int_eq(parse(text, &seen, &fault), E_SETTING);
    ck_assert_str_eq(fault.text, "a.conf:3: the line is longer than 195 bytes");
    ck_assert_uint_eq(seen.n, 0);
}
END_TEST

START_TEST(what_is_no_setting_is_named_by_line)
{
    struct seen seen;
    struct fault fault = {""};

    ck_assert_int_eq(parse("[a]\nb = 1\nnonsense\n", &seen, &fault), E_SETTING);
    ck_assert_ptr_nonnull(strstr(fault.text, "a.conf:3:"));
    ck_assert_uint_eq(seen.n, 0);
    ck_assert_int_eq(parse("[a\n", &seen, &fault), E_SETTING);
    ck_assert_ptr_nonnull(strstr(fault.text, "a.conf:1:"));
}
END_TEST

START_TEST(a_byte_zero_is_refused)
{
    static const char text[] = "[a]\nb = 1\0 2\n";
    struct seen seen = {"", 0};
    struct fault fault = {""};

    ck_assert_int_eq(ini_parse_bytes("a.conf", text, sizeof(text) - 1, note, &seen, &fault),
                     E_SETTING);
    ck_assert_ptr_nonnull(strstr(fault.text, "a.conf:2:"));
    ck_assert_uint_eq(seen.n, 0);
}
END_TEST

START_TEST(a_refusal_of_the_taker_ends_the_reading)
{
    struct seen seen;
    struct fault fault = {""};

    ck_assert_int_eq(parse("[a]\nb = 1\nrefuse = 2\nc = 3\n", &seen, &fault), E_SETTING);
    ck_assert_str_eq(fault.text, "refused");
    ck_assert_uint_eq(seen.n, 1);
}
END_TEST

START_TEST(more_than_1024_settings_are_refused)
{
    char text[1025 * 4 + 8] = "[a]\n";
    struct seen seen;
    struct fault fault = {""};

    for (int i = 0; i < 1025; i++)
        strncat(text, "a=1\n", sizeof(text) - strlen(text) - 1);
    ck_assert_int_eq(parse(text, &seen, &fault), E_SETTING);
    ck_assert_ptr_nonnull(strstr(fault.text, "a.conf:1026:"));
}
END_TEST

START_TEST(a_file_that_is_not_there_is_named)
{
    struct fault fault = {""};
    struct seen seen = {"", 0};

    ck_assert_int_lt(ini_parse_path("/nowhere/a.conf", note, &seen, &fault), 0);
    ck_assert_ptr_nonnull(strstr(fault.text, "/nowhere/a.conf"));
}
END_TEST

SUITE(lines_come_with_section_key_value_and_number, a_file_may_end_without_a_newline,
      an_empty_file_has_no_lines,
      a_line_of_195_bytes_is_whole_and_a_longer_one_is_refused_before_anything_is_used,
      what_is_no_setting_is_named_by_line, a_byte_zero_is_refused,
      a_refusal_of_the_taker_ends_the_reading, more_than_1024_settings_are_refused,
      a_file_that_is_not_there_is_named);
