/* Protobuf's text form: what is a field, what is not, and where. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "base/error.h"
#include "convert/pbtext.h"
#include "tests/support/suite.h"

static struct arena arena;
static struct fault fault;

static const struct pbtext_field *parse(const char *text)
{
    struct pbtext_field *root = NULL;
    int r = pbtext_parse(text, strlen(text), "prototxt", &arena, &root, &fault);

    ck_assert_msg(r == 0, "%s: %s", text, fault.text);
    return root;
}

static void assert_wrong(int code, const char *text, const char *sentence)
{
    struct pbtext_field *root = NULL;

    ck_assert_int_eq(pbtext_parse(text, strlen(text), "prototxt", &arena, &root, &fault), code);
    ck_assert_ptr_null(root);
    ck_assert_msg(strstr(fault.text, sentence) != NULL, "%s", fault.text);
    arena_done(&arena);
}

static void assert_text(const struct pbtext_field *message, const char *name, const char *text)
{
    const struct pbtext_field *field = pbtext_find(message, name);

    ck_assert_ptr_nonnull(field);
    ck_assert_str_eq(field->text, text);
}

START_TEST(messages_and_scalars_are_told_apart_in_all_their_forms)
{
    const struct pbtext_field *root =
        parse("a: 1 b { c: x d: { e: -2 } } # none: 3\nb: <c: y>; f: [1, 2, 3], g: []h:0x1F");

    assert_text(root, "a", "1");
    assert_text(pbtext_find(root, "b"), "c", "x");
    assert_text(pbtext_find(pbtext_find(root, "b"), "d"), "e", "-2");
    ck_assert_uint_eq(pbtext_count(root, "b"), 2);
    assert_text(pbtext_next(pbtext_find(root, "b")), "c", "y");
    ck_assert_uint_eq(pbtext_count(root, "f"), 3);
    ck_assert_str_eq(pbtext_next(pbtext_next(pbtext_find(root, "f")))->text, "3");
    ck_assert_ptr_null(pbtext_find(root, "g"));
    ck_assert_ptr_null(pbtext_find(root, "none"));
    ck_assert_ptr_null(pbtext_find(NULL, "a"));
    assert_text(root, "h", "0x1F");
    ck_assert_uint_eq(pbtext_find(root, "h")->line, 2);
    arena_done(&arena);
}
END_TEST

START_TEST(strings_have_pieces_and_escapes)
{
    const struct pbtext_field *root =
        parse("\xef\xbb\xbf"
              "a: 'it\\'s' \"# no \\\"comment\\\"\"\n b: \"\\x41\\102\\n\\t\" c: \"\"");

    assert_text(root, "a", "it's# no \"comment\"");
    ck_assert(pbtext_find(root, "a")->quoted);
    assert_text(root, "b", "AB\n\t");
    assert_text(root, "c", "");
    arena_done(&arena);
}
END_TEST

START_TEST(what_is_wrong_is_named_with_its_line)
{
    assert_wrong(E_CONVERT_SYNTAX, "a: 1\nb {\n c: 2\n", "inside \"b\", which begins in line 2");
    assert_wrong(E_CONVERT_SYNTAX, "a: 1\n}", "line 2: \"}\" has no place here");
    assert_wrong(E_CONVERT_SYNTAX, "a { b: 1 >", "\">\" has no place here");
    assert_wrong(E_CONVERT_SYNTAX, "a\nb: 1", "line 1: \"a\" is followed by no value");
    assert_wrong(E_CONVERT_SYNTAX, "a: ", "ends in the middle of a field");
    assert_wrong(E_CONVERT_SYNTAX, "a: [1 2]", "\"2\" has no place here");
    assert_wrong(E_CONVERT_SYNTAX, "9: 1", "\"9\" has no place here");
    assert_wrong(E_CONVERT_SYNTAX, "\x08\x07", "a byte 0x08 has no place here");
    assert_wrong(E_CONVERT_SYNTAX, "PK\x03\x04", "\"PK\" is followed by no value");
    assert_wrong(E_CONVERT_SYNTAX, "a: \"x\ny\"", "line 1: a string that does not end");
    assert_wrong(E_CONVERT_SYNTAX, "a: \"x", "a string that does not end");
    assert_wrong(E_CONVERT_SYNTAX, "a: \"\\q\"", "a backslash");
    assert_wrong(E_CONVERT_SYNTAX, "a: \"\\0\"", "a zero byte");
    assert_wrong(E_NOT_BUILT, "[a.b]: 1", "extensions");
    assert_wrong(E_NOT_BUILT, "a: [{b: 1}]", "messages in brackets");
}
END_TEST

START_TEST(nesting_and_size_are_bounded)
{
    char text[4 * 64 + 1] = "";

    for (int i = 0; i < 64; i++)
        memcpy(text + 4 * i, "a { ", 5);
    assert_wrong(E_TOO_LARGE, text, "messages nest deeper than 32");
    ck_assert_int_eq(pbtext_parse("", PBTEXT_SIZE_MAX + 1, "prototxt", &arena,
                                  &(struct pbtext_field *){0}, &fault),
                     E_TOO_LARGE);
    arena_done(&arena);
}
END_TEST

START_TEST(numbers_are_what_they_look_like)
{
    static const struct {
        const char *text;
        double real;   /* NAN: none */
        int64_t whole; /* -99: none */
    } cases[] = {
        {"12", 12, 12},           {"-3", -3, -3},    {"0x10", 16, 16},    {"017", 17, 15},
        {"0.5", 0.5, -99},        {".5f", 0.5, -99}, {"1e-3", 1e-3, -99}, {"2.", 2, -99},
        {"MAX", NAN, -99},        {"1a", NAN, -99},  {"--1", NAN, -99},   {"inf", INFINITY, -99},
        {"-inf", -INFINITY, -99}, {"'1'", NAN, -99},
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        const struct pbtext_field *field =
            pbtext_find(parse(suite_text("a: %s", cases[i].text)), "a");
        double real = NAN;
        int64_t whole = -99;

        ck_assert_int_eq(pbtext_real(field, &real) == 0, !isnan(cases[i].real));
        ck_assert_msg(isnan(cases[i].real) || real == cases[i].real, "%s", cases[i].text);
        ck_assert_int_eq(pbtext_whole(field, &whole) == 0, cases[i].whole != -99);
        ck_assert_msg(whole == cases[i].whole, "%s", cases[i].text);
        arena_done(&arena);
    }
}
END_TEST

START_TEST(truth_has_many_spellings)
{
    static const char *const words[] = {"true", "t", "1", "True", "false", "f", "0", "False"};
    bool truth;

    for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
        ck_assert_int_eq(
            pbtext_bool(pbtext_find(parse(suite_text("a: %s", words[i])), "a"), &truth), 0);
        ck_assert_int_eq(truth, i < 4);
        arena_done(&arena);
    }
    ck_assert_int_lt(pbtext_bool(pbtext_find(parse("a: 'true'"), "a"), &truth), 0);
    ck_assert_int_lt(pbtext_bool(pbtext_find(parse("a: yes"), "a"), &truth), 0);
    arena_done(&arena);
}
END_TEST

SUITE(messages_and_scalars_are_told_apart_in_all_their_forms, strings_have_pieces_and_escapes,
      what_is_wrong_is_named_with_its_line, nesting_and_size_are_bounded,
      numbers_are_what_they_look_like, truth_has_many_spellings);
