/* Parameters of user-defined layers, and what is wrong with some. */
#include <string.h>

#include "base/error.h"
#include "model/ops/user_defined.h"
#include "tests/model/net.h"
#include "tests/support/suite.h"

#define WORDS(...)                                                                                 \
    (struct strings)                                                                               \
    {                                                                                              \
        (const char *const[]){__VA_ARGS__},                                                        \
            sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *)                            \
    }
#define SHAPES(...)                                                                                \
    (struct i32s)                                                                                  \
    {                                                                                              \
        (const int32_t[]){__VA_ARGS__}, sizeof((const int32_t[]){__VA_ARGS__}) / sizeof(int32_t)   \
    }

static const struct {
    enum user_kind kind;
    const char *text;
    int64_t n;
    uint32_t bits[3];
} texts[] = {
    {USER_BOOL, "true", 1, {1}},
    {USER_BOOL, "false", 1, {0}},
    {USER_BOOL, "1", -1, {0}},
    {USER_I32, "-2147483648", 1, {0x80000000}},
    {USER_I32, "2147483648", -1, {0}},
    {USER_I32, "99999999999999999999", -1, {0}},
    {USER_I32, "", -1, {0}},
    {USER_I32, "1 2", -1, {0}},
    {USER_I32, "1.5", -1, {0}},
    {USER_U32, "4294967295", 1, {0xffffffff}},
    {USER_U32, "-1", -1, {0}},
    {USER_F32, "1.5", 1, {0x3fc00000}},
    {USER_F32, "-inf", 1, {0xff800000}},
    {USER_F32, "x", -1, {0}},
    {USER_I32S, "", 0, {0}},
    {USER_I32S, "-1 0 7", 3, {0xffffffff, 0, 7}},
    {USER_I32S, "-1  7", -1, {0}},
    {USER_I32S, "1 ", -1, {0}},
    {USER_I32S, " 1", -1, {0}},
    {USER_F32S, "1 -2", 2, {0x3f800000, 0xc0000000}},
    {USER_LIST, "3", 1, {3}},
    {USER_LIST, "", -1, {0}},
};

START_TEST(texts_are_the_numbers_they_say_or_none)
{
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        uint32_t bits[3] = {0};
        int64_t n = user_numbers(texts[i].kind, texts[i].text, NULL);

        ck_assert_msg(n == texts[i].n, "\"%s\", a %s, has %lld numbers", texts[i].text,
                      user_kinds[texts[i].kind], (long long)n);
        if (n < 0)
            continue;
        ck_assert_int_eq(user_numbers(texts[i].kind, texts[i].text, bits), n);
        ck_assert_mem_eq(bits, texts[i].bits, sizeof(bits));
    }
    ck_assert_int_eq(user_kind_of("f32s"), USER_F32S);
    ck_assert_int_eq(user_kind_of("list"), USER_LIST);
    ck_assert_int_eq(user_kind_of("double"), -1);
}
END_TEST

static const struct {
    struct user_defined_attrs attrs;
    int error;
    const char *sentence;
} refusals[] = {
    {{.shapes = SHAPES(1, 4)}, E_OP_ATTR, "type: a user-defined layer needs one"},
    {{.type = "T", .shapes = SHAPES(1, 4), .params = WORDS("a", "bool")},
     E_OP_ATTR,
     "params: 2 strings are no names, kinds and values"},
    {{.type = "T", .shapes = SHAPES(1, 4), .params = WORDS("a", "double", "1")},
     E_OP_ATTR,
     "params: a is of no kind called \"double\""},
    {{.type = "T", .shapes = SHAPES(1, 4), .params = WORDS("a", "u32", "-1")},
     E_OP_ATTR,
     "params: a, a u32, is \"-1\""},
    {{.type = "T", .shapes = SHAPES(1, 4), .params = WORDS("OutputDims", "u32", "1")},
     E_OP_ATTR,
     "params: a container has another use for the name OutputDims"},
    {{.type = "T", .shapes = SHAPES(1, 4), .params = WORDS("a", "list", "1")},
     E_OP_ATTR,
     "params: a list is longer than what is left"},
    {{.type = "T",
      .shapes = SHAPES(1, 4),
      .params = WORDS("a", "list", "1", "b", "list", "2", "c", "i32", "0")},
     E_OP_ATTR,
     "params: a list is longer than what is left"},
    {{.type = "T",
      .shapes = SHAPES(1, 4),
      .params =
          WORDS("1", "list", "1", "2", "list", "1", "3", "list", "1", "4", "list", "1", "5", "list",
                "1", "6", "list", "1", "7", "list", "1", "8", "list", "1", "9", "list", "0")},
     E_OP_ATTR,
     "params: 9 is a list in 8 others"},
    {{.type = "T"}, E_OP_ATTR, "shapes: number 0 is no rank with its sizes"},
    {{.type = "T", .shapes = SHAPES(2, 4)},
     E_OP_ATTR,
     "shapes: number 0 is no rank with its sizes"},
    {{.type = "T", .shapes = SHAPES(7, 1, 1, 1, 1, 1, 1, 1)},
     E_OP_ATTR,
     "shapes: number 0 is no rank with its sizes"},
    {{.type = "T", .shapes = SHAPES(1, 4, 0)},
     E_OP_ATTR,
     "shapes: 3 numbers for 1 outputs are too many"},
    {{.type = "T", .shapes = SHAPES(1, 4), .tensors = WORDS("a")},
     E_OP_ARITY,
     "input 0 is stored with it, but is no constant"},
    {{.type = "T", .shapes = SHAPES(1, 4), .tensors = WORDS("a", "b")},
     E_OP_ARITY,
     "it stores 2 tensors, but has 1 inputs"},
    {{.type = "T",
      .shapes = SHAPES(1, 4),
      .tensors = WORDS("a", "b", "c", "d", "e", "f", "g", "h", "i")},
     E_OP_ATTR,
     "tensors: 9 are more than the 8 that there may be"},
};

START_TEST(a_layer_that_says_nonsense_is_refused)
{
    struct builder *builder = net_new();
    uint32_t x = net_input(builder, "x", SHAPE(1, 4)), y;
    struct node_spec spec = {.name = "n",
                             .op = OP_USER_DEFINED,
                             .inputs = &x,
                             .outputs = (const char *[]){"y"},
                             .n_inputs = 1,
                             .n_outputs = 1};

    for (size_t i = 0; i < ARRAY_SIZE(refusals); i++) {
        struct fault fault = {""};

        spec.attrs = &refusals[i].attrs;
        ck_assert_int_eq(build_node(builder, &spec, &y, &fault), refusals[i].error);
        ck_assert_str_eq(fault.text, suite_text("n (UserDefined): %s", refusals[i].sentence));
    }
    builder_free(builder);
}
END_TEST

START_TEST(outputs_have_the_shapes_that_are_said_and_texts_are_copied)
{
    char type[] = "Thing", name[] = "a list", value[] = "2";
    const struct user_defined_attrs attrs = {.type = type,
                                             .params = WORDS(name, "list", value, "x", "i32", "1",
                                                             "y", "string", "", "z", "f32s", "1 2"),
                                             .shapes = SHAPES(2, 3, 5, 0)};
    struct builder *builder = net_new();
    struct node_spec spec = {.name = "n",
                             .op = OP_USER_DEFINED,
                             .attrs = &attrs,
                             .outputs = (const char *[]){"y", "z"},
                             .n_outputs = 2};
    const struct user_defined_attrs *copy;
    struct graph *graph;
    uint32_t y[2];

    ck_assert_int_eq(build_node(builder, &spec, y, NULL), 0);
    ck_assert(shape_equal(&builder_value(builder, y[0])->shape, &SHAPE(3, 5)));
    ck_assert_uint_eq(builder_value(builder, y[1])->shape.rank, 0);
    memset(type, 0, sizeof(type));
    memset(name, 0, sizeof(name));
    memset(value, 0, sizeof(value));
    graph = net_done(builder);
    copy = graph->nodes[0].attrs;
    ck_assert_str_eq(copy->type, "Thing");
    ck_assert_str_eq(copy->package, "");
    ck_assert_str_eq(copy->params.v[0], "a list");
    ck_assert_str_eq(copy->params.v[2], "2");
    graph_unref(graph);
}
END_TEST

START_TEST(whoever_is_asked_says_what_the_layer_needs)
{
    const struct user_defined_attrs attrs = {.type = "Selu", .shapes = SHAPES(1, 4)};
    const struct node node = {.name = "act", .op = OP_USER_DEFINED, .attrs = &attrs};
    const struct node other = {.name = "act", .op = OP_RELU};
    struct fault fault;

    ck_assert_int_eq(user_defined_refuse(&other, &fault), 0);
    ck_assert_int_eq(user_defined_refuse(&node, &fault), E_UDL_MISSING);
    ck_assert_str_eq(fault.text,
                     "layer act: Selu is a user-defined layer (UDO): it needs a handler that a "
                     "client registers, which this version cannot run yet");
}
END_TEST

SUITE(texts_are_the_numbers_they_say_or_none, a_layer_that_says_nonsense_is_refused,
      outputs_have_the_shapes_that_are_said_and_texts_are_copied,
      whoever_is_asked_says_what_the_layer_needs);
