#include <string.h>

#include "base/base.h"
#include "protocol/frame.h"
#include "protocol/method.h"
#include "tests/support/suite.h"

static const uint16_t numbers[] = {
#define METHOD(id, number, name, params, result, fds, flags, text) METHOD_##id,
#include "protocol/methods.def"
#undef METHOD
};

START_TEST(the_numbers_of_a_release_stay)
{
    ck_assert_int_eq(METHOD_HELLO, 1);
    ck_assert_int_eq(METHOD_RUN, 9);
    ck_assert_int_eq(METHOD_STATS, 11);
    ck_assert_str_eq(method_get(METHOD_RUN)->name, "run");
    ck_assert_str_eq(method_get(METHOD_REGION_ADD)->name, "region-add");
}
END_TEST

START_TEST(each_number_and_each_name_is_there_once)
{
    for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
        const struct method *method = method_get(numbers[i]);

        ck_assert_ptr_nonnull(method);
        ck_assert_uint_eq(method->number, numbers[i]);
        ck_assert_uint_ne(method->number, 0);
        for (size_t k = 0; k < i; k++)
            ck_assert_str_ne(method_get(numbers[k])->name, method->name);
    }
}
END_TEST

START_TEST(an_unknown_number_has_no_method)
{
    ck_assert_ptr_null(method_get(0));
    ck_assert_ptr_null(method_get(UINT16_MAX));
}
END_TEST

START_TEST(a_method_is_done_in_one_place_and_only_hello_comes_first)
{
    const uint32_t places = METHOD_NOW | METHOD_LOADS | METHOD_RUNS | METHOD_ADMIN;

    for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
        const struct method *method = method_get(numbers[i]);

        ck_assert_int_eq(__builtin_popcount(method->flags & places), 1);
        ck_assert_int_eq((method->flags & METHOD_BEFORE_HELLO) != 0,
                         method->number == METHOD_HELLO);
        ck_assert_uint_le(method->fds_most, FRAME_FDS_MAX);
    }
}
END_TEST

SUITE(the_numbers_of_a_release_stay, each_number_and_each_name_is_there_once,
      an_unknown_number_has_no_method, a_method_is_done_in_one_place_and_only_hello_comes_first);
