#include <float.h>
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/shape.h"
#include "model/op.h"
#include "model/ops/reduce.h"
#include "model/ops/relu.h"
#include "model/ops/sum.h"
#include "model/ops/window.h"
#include "tests/support/suite.h"

struct texts {
    const char *text;
    struct strings list;
};

static struct reduce_attrs reduce;
static struct fault fault;

static int set(const char *name, const struct attr_value *value)
{
    return attrs_set(op_reduce.attrs, &reduce, name, value, &fault);
}

START_TEST(each_type_of_attribute_lands_in_its_member)
{
    const struct i32s h_and_w = {(const int32_t[]){1, -2}, 2};

    attrs_preset(op_reduce.attrs, &reduce);
    ck_assert_int_eq(reduce.kind, REDUCE_MEAN);
    ck_assert_uint_eq(reduce.axes.n, 0);
    ck_assert_int_eq(set("kind", &(struct attr_value){.type = ATTR_ENUM, .word = "max"}), 0);
    ck_assert_int_eq(set("keep_dims", &(struct attr_value){.type = ATTR_BOOL, .number = 1}), 0);
    ck_assert_int_eq(set("axes", &(struct attr_value){.type = ATTR_I32S, .list = h_and_w}), 0);
    ck_assert_int_eq(reduce.kind, REDUCE_MAX);
    ck_assert(reduce.keep_dims);
    ck_assert_ptr_eq(reduce.axes.v, h_and_w.v);
    ck_assert_uint_eq(reduce.axes.n, 2);
}
END_TEST

START_TEST(an_enum_may_be_said_by_number)
{
    attrs_preset(op_reduce.attrs, &reduce);
    ck_assert_int_eq(set("kind", &(struct attr_value){.type = ATTR_ENUM, .number = 2}), 0);
    ck_assert_int_eq(reduce.kind, REDUCE_PROD);
    ck_assert_int_eq(set("kind", &(struct attr_value){.type = ATTR_ENUM, .number = 99}), E_OP_ATTR);
    ck_assert_str_eq(fault.text, "kind: there is no kind 99");
    ck_assert_int_eq(set("kind", &(struct attr_value){.type = ATTR_ENUM, .number = 4294967295.0}),
                     E_OP_ATTR);
    ck_assert_str_eq(fault.text, "kind: there is no kind 4294967295");
    ck_assert_int_eq(reduce.kind, REDUCE_PROD);
}
END_TEST

START_TEST(what_is_wrong_is_named)
{
    const struct i32s far = {(const int32_t[]){1, 9}, 2};

    attrs_preset(op_reduce.attrs, &reduce);
    ck_assert_int_eq(set("axes", &(struct attr_value){.type = ATTR_I32S, .list = far}), E_OP_ATTR);
    ck_assert_str_eq(fault.text, "axes[1]: 9 is outside -6..5");
    ck_assert_int_eq(set("kind", &(struct attr_value){.type = ATTR_ENUM, .word = "mode"}),
                     E_OP_ATTR);
    ck_assert_str_eq(fault.text, "kind: no such word as \"mode\"");
    ck_assert_int_eq(set("axis", &(struct attr_value){.type = ATTR_I32}), E_OP_ATTR);
    ck_assert_str_eq(fault.text, "there is no attribute axis");
    ck_assert_int_eq(set("kind", &(struct attr_value){.type = ATTR_I32}), E_OP_ATTR);
    ck_assert_str_eq(fault.text, "kind: wrong type");
}
END_TEST

START_TEST(max_is_unbounded_until_somebody_says_otherwise)
{
    struct relu_attrs relu;

    attrs_preset(op_relu.attrs, &relu);
    ck_assert_float_infinite(relu.max);
    ck_assert_int_eq(attrs_set(op_relu.attrs, &relu, "max",
                               &(struct attr_value){.type = ATTR_I32, .number = 6}, &fault),
                     0);
    ck_assert_float_eq(relu.max, 6);
    ck_assert_int_eq(attrs_set(op_relu.attrs, &relu, "max",
                               &(struct attr_value){.type = ATTR_F32, .number = -1}, &fault),
                     E_OP_ATTR);
    ck_assert_str_eq(fault.text, "max: -1 is outside 0..inf");
    ck_assert_int_eq(attrs_set(op_relu.attrs, &relu, "max",
                               &(struct attr_value){.type = ATTR_F32, .number = NAN}, &fault),
                     E_OP_ATTR);
    ck_assert_float_eq(relu.max, 6);
}
END_TEST

START_TEST(a_list_of_reals_is_bounded_number_by_number)
{
    const struct f32s fine = {(const float[]){1, -FLT_MAX, 0.5f}, 3};
    const struct f32s wrong = {(const float[]){1, INFINITY}, 2};
    struct sum_attrs sum;

    attrs_preset(op_sum.attrs, &sum);
    ck_assert_uint_eq(sum.coeffs.n, 0);
    ck_assert_int_eq(attrs_set(op_sum.attrs, &sum, "coeffs",
                               &(struct attr_value){.type = ATTR_F32S, .reals = fine}, &fault),
                     0);
    ck_assert_ptr_eq(sum.coeffs.v, fine.v);
    ck_assert_int_eq(attrs_set(op_sum.attrs, &sum, "coeffs",
                               &(struct attr_value){.type = ATTR_F32S, .reals = wrong}, &fault),
                     E_OP_ATTR);
    ck_assert_str_eq(fault.text, "coeffs[1]: inf is outside -3.402823466e+38..3.402823466e+38");
    ck_assert_uint_eq(sum.coeffs.n, 3);
}
END_TEST

START_TEST(a_copy_owns_its_lists)
{
    int32_t axes[] = {0, 3};
    const struct reduce_attrs from = {.kind = REDUCE_SUM, .axes = {axes, 2}};
    struct arena arena = {0};
    const struct reduce_attrs *copy = attrs_copy(op_reduce.attrs, &from, sizeof(from), &arena);

    ck_assert_ptr_nonnull(copy);
    axes[1] = 1;
    ck_assert_int_eq(copy->kind, REDUCE_SUM);
    ck_assert_uint_eq(copy->axes.n, 2);
    ck_assert_int_eq(copy->axes.v[1], 3);
    arena_done(&arena);
}
END_TEST

START_TEST(a_struct_that_was_filled_by_hand_is_checked_too)
{
    const int32_t far[] = {-7};
    struct relu_attrs relu = {.max = -0.5f};

    attrs_preset(op_reduce.attrs, &reduce);
    ck_assert_int_eq(attrs_check(op_reduce.attrs, &reduce, &fault), 0);
    reduce.axes = (struct i32s){far, 1};
    ck_assert_int_eq(attrs_check(op_reduce.attrs, &reduce, &fault), E_OP_ATTR);
    ck_assert_str_eq(fault.text, "axes[0]: -7 is outside -6..5");
    reduce = (struct reduce_attrs){.kind = 99};
    ck_assert_int_eq(attrs_check(op_reduce.attrs, &reduce, &fault), E_OP_ATTR);
    ck_assert_int_eq(attrs_check(op_relu.attrs, &relu, &fault), E_OP_ATTR);
}
END_TEST

static size_t member_size(enum attr_type type)
{
    switch (type) {
    case ATTR_BOOL:
        return sizeof(bool);
    case ATTR_I32S:
    case ATTR_F32S:
    case ATTR_STRINGS:
        return sizeof(struct i32s);
    case ATTR_STRING:
        return sizeof(const char *);
    default:
        return sizeof(int32_t);
    }
}

START_TEST(texts_are_taken_as_they_are_and_copied)
{
    static const struct attr_spec specs[] = {
        {"text", NULL, ATTR_STRING, offsetof(struct texts, text), .help = "a text"},
        {"list", NULL, ATTR_STRINGS, offsetof(struct texts, list), .help = "some texts"},
        {0},
    };
    const struct attr_value text = {.type = ATTR_STRING, .word = "one"};
    const struct attr_value list = {.type = ATTR_STRINGS,
                                    .words = {(const char *const[]){"two", NULL}, 2}};
    struct arena arena = {NULL};
    struct texts texts, *copy;

    attrs_preset(specs, &texts);
    ck_assert_str_eq(texts.text, "");
    ck_assert_uint_eq(texts.list.n, 0);
    ck_assert_int_eq(attrs_set(specs, &texts, "text", &text, &fault), 0);
    ck_assert_int_eq(attrs_set(specs, &texts, "list", &list, &fault), 0);
    ck_assert_int_eq(attrs_set(specs, &texts, "list", &text, &fault), E_OP_ATTR);
    ck_assert_int_eq(attrs_check(specs, &texts, &fault), 0);
    copy = attrs_copy(specs, &texts, sizeof(texts), &arena);
    ck_assert_str_eq(copy->text, "one");
    ck_assert_ptr_ne(copy->text, texts.text);
    ck_assert_str_eq(copy->list.v[0], "two");
    ck_assert_ptr_ne(copy->list.v[0], texts.list.v[0]);
    ck_assert_str_eq(copy->list.v[1], "");
    arena_done(&arena);
}
END_TEST

START_TEST(every_row_of_every_operator_lies_in_its_struct_and_has_a_legal_preset)
{
    char attrs[256];

    for (int op = 0; op < _OP_MAX; op++) {
        const struct op_def *def = op_get(op);

        ck_assert_uint_le(def->attrs_size, sizeof(attrs));
        ck_assert_int_eq(def->attrs_size != 0, def->attrs != NULL);
        for (const struct attr_spec *spec = def->attrs; spec && spec->name; spec++) {
            ck_assert_uint_le(spec->at + member_size(spec->type), def->attrs_size);
            ck_assert_ptr_nonnull(spec->help);
            ck_assert_int_eq(spec->type == ATTR_ENUM, spec->words != NULL);
        }
        memset(attrs, 0xa5, sizeof(attrs));
        attrs_preset(def->attrs, attrs);
        ck_assert_msg(attrs_check(def->attrs, attrs, &fault) == 0, "%s: %s", def->name, fault.text);
    }
}
END_TEST

START_TEST(the_words_of_paddings_stand_at_the_numbers_of_containers)
{
    ck_assert_str_eq(window_paddings[PADDING_CAFFE], "caffe");
    ck_assert_str_eq(window_paddings[PADDING_VALID], "valid");
    ck_assert_str_eq(window_paddings[PADDING_SAME], "same");
    ck_assert_str_eq(window_paddings[PADDING_EXPLICIT], "explicit");
}
END_TEST

SUITE(texts_are_taken_as_they_are_and_copied, each_type_of_attribute_lands_in_its_member,
      an_enum_may_be_said_by_number, what_is_wrong_is_named,
      max_is_unbounded_until_somebody_says_otherwise, a_list_of_reals_is_bounded_number_by_number,
      a_copy_owns_its_lists, a_struct_that_was_filled_by_hand_is_checked_too,
      every_row_of_every_operator_lies_in_its_struct_and_has_a_legal_preset,
      the_words_of_paddings_stand_at_the_numbers_of_containers);
