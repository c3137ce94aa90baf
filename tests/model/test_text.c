#include "base/base.h"
#include "model/text.h"
#include "tests/support/suite.h"

/* Limits of each length, and of what is left out, from the table in RFC 3629, section 4. */
START_TEST(text_is_utf8_without_control_characters)
{
    static const struct {
        const char *text;
        size_t size, good;
    } cases[] = {
        {"", 0, 0},
        {"conv/BiasAdd:0 ~", 16, 16},
        {"a\0b", 3, 1},
        {"a\nb", 3, 1},
        {"\x1b[2J", 4, 0},
        {"a\x7f", 2, 1},
        {"\x80", 1, 0},
        {"\xc2\x9f", 2, 0}, /* a control character of two bytes */
        {"\xc2\xa0", 2, 2},
        {"\xc1\xbf", 2, 0},
        {"\xdf\xbf", 2, 2},
        {"\xe0\x9f\xbf", 3, 0},
        {"\xe0\xa0\x80", 3, 3},
        {"\xed\x9f\xbf", 3, 3},
        {"\xed\xa0\x80", 3, 0},
        {"\xee\x80\x80", 3, 3},
        {"\xf0\x8f\xbf\xbf", 4, 0},
        {"\xf0\x90\x80\x80", 4, 4},
        {"\xf4\x8f\xbf\xbf", 4, 4},
        {"\xf4\x90\x80\x80", 4, 0},
        {"\xf8\x88\x80\x80\x80", 5, 0},
        {"ab\xe2\x82", 4, 2}, /* cut short */
        {"ab\xe2\x82z", 5, 2},
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        ck_assert_msg(text_good(cases[i].text, cases[i].size) == cases[i].good, "case %zu", i);
}
END_TEST

SUITE(text_is_utf8_without_control_characters);
