/* The parts of snpectl: JSON, UTF-8, tables, units. */
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "base/json.h"
#include "base/utf8.h"
#include "client/ctl/table.h"
#include "client/ctl/units.h"
#include "tests/support/suite.h"

START_TEST(characters_are_those_of_rfc_3629)
{
    static const struct {
        const char *text;
        size_t size;
    } cases[] = {
        {"a", 1},
        {"\x7f", 1},
        {"\xc2\xa0", 2},
        {"\xe0\xa0\x80", 3},
        {"\xef\xbf\xbf", 3},
        {"\xf0\x90\x80\x80", 4},
        {"\xf4\x8f\xbf\xbf", 4},
        {"\x80", 0},             /* a second byte first */
        {"\xc0\x80", 0},         /* 0, overlong */
        {"\xc1\xbf", 0},         /* overlong */
        {"\xe0\x9f\xbf", 0},     /* overlong */
        {"\xed\xa0\x80", 0},     /* a surrogate */
        {"\xf0\x8f\xbf\xbf", 0}, /* overlong */
        {"\xf4\x90\x80\x80", 0}, /* above U+10FFFF */
        {"\xf5\x80\x80\x80", 0},
        {"\xff", 0},
        {"\xc2", 0}, /* cut */
        {"\xe2\x82", 0},
        {"\xf0\x90\x80", 0},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        ck_assert_msg(utf8_size(cases[i].text) == cases[i].size, "case %zu", i);
}
END_TEST

START_TEST(json_is_written_with_its_commas)
{
    struct json json = {0};

    json_object(&json, NULL);
    json_list(&json, "empty");
    json_list_end(&json);
    json_object(&json, "none");
    json_object_end(&json);
    json_list(&json, "l");
    json_u64(&json, NULL, UINT64_MAX);
    json_i64(&json, NULL, -5);
    json_f64(&json, NULL, 0.1);
    json_f64(&json, NULL, HUGE_VAL);
    json_bool(&json, NULL, true);
    json_object(&json, NULL);
    json_text(&json, "k\n", "\"\\\x01\xff/");
    json_object_end(&json);
    json_list_end(&json);
    json_text(&json, "t", "");
    json_object_end(&json);
    ck_assert_int_eq(json_end(&json), 0);
    ck_assert_int_eq(buf_append(&json.text, "", 1), 0);
    ck_assert_str_eq((char *)json.text.base,
                     "{\"empty\":[],\"none\":{},\"l\":[18446744073709551615,-5,0.1,null,true,"
                     "{\"k\\u000a\":\"\\\"\\\\\\u0001\\ufffd/\"}],\"t\":\"\"}\n");
    json_done(&json);
}
END_TEST

static void speak_utf8(void)
{
    ck_assert_ptr_nonnull(setlocale(LC_CTYPE, "C.UTF-8"));
}

START_TEST(columns_are_as_wide_as_their_widest_cell)
{
    static const char *const heads[] = {"A", ">B", "C"};
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    struct table table;

    speak_utf8();
    table_init(&table, heads, 3);
    table_text(&table, "\xc3\xa4\xc3\xb6");
    table_printf(&table, "%d", 1234);
    table_text(&table, "x");
    table_text(&table, "longer");
    table_printf(&table, "%d", 5);
    table_text(&table, "");
    ck_assert_int_eq(table_print(&table, false, out), 0);
    fclose(out);
    ck_assert_str_eq(text, "A          B  C\n"
                           "\xc3\xa4\xc3\xb6      1234  x\n"
                           "longer     5  \n");
    free(text);
    table_done(&table);
}
END_TEST

START_TEST(clean_text_fits_and_holds_whole_characters)
{
    char out[8];

    speak_utf8();
    ck_assert_str_eq(table_clean("abcdefghij", out, sizeof(out)), "abcd");
    ck_assert_str_eq(table_clean("abc\xf0\x90\x80\x80zzz", out, sizeof(out)),
                     "abc\xf0\x90\x80\x80");
    ck_assert_str_eq(table_clean("\t\x80\xc2\x85", out, sizeof(out)), "???");
}
END_TEST

START_TEST(what_leads_a_terminal_astray_becomes_a_question_mark)
{
    static const char *const bad[] = {
        "\x01",         "\x1b",         "\x7f",         "\xc2\x80",         "\xc2\x9f",
        "\xc2\xad",     "\xe2\x80\x8b", "\xe2\x80\x8f", "\xe2\x80\xa8",     "\xe2\x80\xae",
        "\xe2\x81\xa6", "\xd7\x90",     "\xd8\xa7",     "\xef\xbb\xbf",     "\xef\xbf\xb9",
        "\xef\xac\x9d", "\xff",         "\xe2\x82",     "\xf3\xa0\x80\x81", "\xf0\x90\xa0\x80",
    };
    static const char *const good[] = {
        "a", "~", "\xc2\xa0", "\xc3\xa9", "\xe6\x97\xa5", "\xe2\x82\xac", "\xf0\x9f\x98\x80"};
    char out[16];

    speak_utf8();
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
        ck_assert_msg(strspn(table_clean(bad[i], out, sizeof(out)), "?") == strlen(out), "case %zu",
                      i);
    for (size_t i = 0; i < ARRAY_SIZE(good); i++)
        ck_assert_str_eq(table_clean(good[i], out, sizeof(out)), good[i]);
    setlocale(LC_CTYPE, "C");
    ck_assert_str_eq(table_clean("a\xc3\xa9 \xe6\x97\xa5", out, sizeof(out)), "a? ?");
}
END_TEST

static const char *print_name(const char *name, size_t most)
{
    static const char *const heads[] = {"N", "X"};
    static char text[200];
    FILE *out = fmemopen(text, sizeof(text), "w");
    struct table table;

    table_init(&table, heads, 2);
    table_name(&table, name, most);
    table_text(&table, "x");
    ck_assert_int_eq(table_print(&table, false, out), 0);
    fclose(out);
    table_done(&table);
    return strchr(text, '\n') + 1;
}

START_TEST(long_names_are_cut_by_columns_and_not_by_bytes)
{
    speak_utf8();
    ck_assert_str_eq(print_name("", 5), "-  x\n");
    ck_assert_str_eq(print_name("abcde", 5), "abcde  x\n");
    ck_assert_str_eq(print_name("abcdef", 5), "abcd+  x\n");
    ck_assert_str_eq(print_name("\xc3\xa9\xc3\xa9\xc3\xa9", 3), "\xc3\xa9\xc3\xa9\xc3\xa9  x\n");
    /* Two columns each. */
    ck_assert_str_eq(print_name("\xe6\x97\xa5\xe6\x9c\xac", 4), "\xe6\x97\xa5\xe6\x9c\xac  x\n");
    ck_assert_str_eq(print_name("\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e", 4), "\xe6\x97\xa5+  x\n");
}
END_TEST

START_TEST(numbers_come_with_their_units)
{
    char out[UNITS_SIZE];
    const struct snpe_dims dims = {4, {1, 224, 224, 3}}, scalar = {0, {0}}, wild = {99, {0}};

    ck_assert_str_eq(units_bytes(0, out, sizeof(out)), "0 B");
    ck_assert_str_eq(units_bytes(1023, out, sizeof(out)), "1023 B");
    ck_assert_str_eq(units_bytes(1536, out, sizeof(out)), "1.5 KiB");
    ck_assert_str_eq(units_bytes(UINT64_MAX, out, sizeof(out)), "16777216.0 TiB");
    ck_assert_str_eq(units_count(999, out, sizeof(out)), "999");
    ck_assert_str_eq(units_count(1500000, out, sizeof(out)), "1.5 M");
    ck_assert_str_eq(units_us(999, out, sizeof(out)), "999 us");
    ck_assert_str_eq(units_us(1500, out, sizeof(out)), "1.5 ms");
    ck_assert_str_eq(units_us(1500000, out, sizeof(out)), "1.5 s");
    ck_assert_str_eq(units_us(61000000, out, sizeof(out)), "1 min 1 s");
    ck_assert_str_eq(units_us(3660000000, out, sizeof(out)), "1 h 1 min");
    ck_assert_str_eq(units_us(90000000000, out, sizeof(out)), "1 days 1 h");
    ck_assert_str_eq(units_dims(&dims, out, sizeof(out)), "1x224x224x3");
    ck_assert_str_eq(units_dims(&scalar, out, sizeof(out)), "scalar");
    (void)units_dims(&wild, out, sizeof(out)); /* from a daemon that lies */
}
END_TEST

SUITE(characters_are_those_of_rfc_3629, json_is_written_with_its_commas,
      columns_are_as_wide_as_their_widest_cell, clean_text_fits_and_holds_whole_characters,
      what_leads_a_terminal_astray_becomes_a_question_mark,
      long_names_are_cut_by_columns_and_not_by_bytes, numbers_come_with_their_units);
