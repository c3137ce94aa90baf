/* Pictures of a camera to what an input holds. The numbers are JFIF's: an orange of Y 150, U 44, V
 * 202 is R 150 + 1.402 * 74, G 150 + 0.344136 * 84 - 0.714136 * 74, B 150 - 1.772 * 84. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "model/color_space.h"
#include "tests/support/suite.h"
#include "tools/batch.h"
#include "tools/nv21.h"

#define RED   (150 + 1.402f * 74)
#define GREEN (150 + 0.344136f * 84 - 0.714136f * 74)
#define BLUE  (150 - 1.772f * 84)

/* 4 columns, 2 rows: white, orange of three lights and black at the edges of what is. */
static const uint8_t picture[12] = {255, 255, 150, 150, 255, 255, 150, 0, 128, 128, 202, 44};

static float data[2 * 2 * 4 * 3];

static struct net_tensor input_of(struct shape shape, const char *space)
{
    const struct color_space *found = space ? color_space_find(space) : NULL;
    size_t n = 1;

    for (uint32_t i = 0; i < shape.rank; i++)
        n *= shape.dim[i];
    return (struct net_tensor){"x", shape, data, n * sizeof(float), found ? found->code : -1};
}

static void check_pixel(const float *got, float a, float b, float c)
{
    ck_assert_float_eq_tol(got[0], a, 1e-3f);
    ck_assert_float_eq_tol(got[1], b, 1e-3f);
    ck_assert_float_eq_tol(got[2], c, 1e-3f);
}

static void read_picture(const struct net_tensor *input, uint32_t n_parts, uint32_t element)
{
    struct fault fault = {""};

    suite_write(suite_path("p"), (const char *)picture, sizeof(picture));
    ck_assert_msg(nv21_read("p", input, n_parts, element, &fault) == 0, "%s", fault.text);
    suite_remove("p");
}

START_TEST(a_picture_becomes_blue_green_and_red)
{
    struct net_tensor input = input_of((struct shape){4, {1, 2, 4, 3}}, "bgr");

    read_picture(&input, 1, 0);
    check_pixel(data, 255, 255, 255);
    check_pixel(data + 2 * 3, BLUE, GREEN, RED);
    check_pixel(data + 5 * 3, 255, 255, 255);
    check_pixel(data + 6 * 3, BLUE, GREEN, RED);
    check_pixel(data + 7 * 3, 0, 0, RED - 150);
}
END_TEST

START_TEST(or_red_green_and_blue_where_the_input_says_so)
{
    struct net_tensor input = input_of((struct shape){4, {2, 2, 4, 3}}, "rgb");

    memset(data, 0, sizeof(data));
    read_picture(&input, 2, 1);
    check_pixel(data, 0, 0, 0);
    check_pixel(data + (8 + 2) * 3, RED, GREEN, BLUE);
}
END_TEST

START_TEST(an_input_of_nv21_gets_the_bytes)
{
    struct net_tensor input = input_of((struct shape){4, {1, 3, 4, 1}}, "nv21");

    read_picture(&input, 1, 0);
    for (size_t i = 0; i < sizeof(picture); i++)
        ck_assert_float_eq(data[i], picture[i]);
    input.color_space = -1; /* of the daemon's, by its shape */
    read_picture(&input, 1, 0);
    ck_assert_float_eq(data[11], 44);
}
END_TEST

static void refuse(struct shape shape, const char *space, const char *words)
{
    struct net_tensor input = input_of(shape, space);
    struct fault fault = {""};
    size_t size = 7;

    ck_assert_int_eq(nv21_size(&input, &size, &fault), E_BAD_PARAMS);
    ck_assert_msg(strstr(fault.text, words) != NULL, "'%s' is not in '%s'", words, fault.text);
    ck_assert_uint_eq(size, 7);
}

START_TEST(inputs_that_are_no_pictures_are_refused)
{
    refuse((struct shape){2, {1, 12}}, "bgr", "input x, 1x12, takes no picture");
    refuse((struct shape){4, {1, 2, 4, 4}}, "rgba", "takes no picture of even sides");
    refuse((struct shape){4, {1, 3, 4, 3}}, "bgr", "takes no picture of even sides");
    refuse((struct shape){4, {1, 3, 4, 1}}, "bgr", "takes no picture of even sides");
    refuse((struct shape){4, {1, 2, 4, 3}}, "other", "takes no picture of even sides");
    refuse((struct shape){4, {1, 2, 4, 3}}, NULL, "the daemon does not say which it has");
}
END_TEST

START_TEST(pictures_join_to_a_batch)
{
    const struct net_tensor input = input_of((struct shape){4, {2, 2, 4, 3}}, "bgr");
    const struct net net = {.inputs = &input, .n_inputs = 1};
    struct batch batch = {.nv21 = true};
    struct input_list list;
    struct fault fault = {""};

    suite_write(suite_path("p"), (const char *)picture, sizeof(picture));
    suite_write(suite_path("list"), "p\n", 2);
    ck_assert_int_eq(input_list_read("list", &list, &fault), 0);
    memset(data, 1, sizeof(data));
    ck_assert_msg(batch_next(&batch, &net, &list, &fault) == 1, "%s", fault.text);
    ck_assert_uint_eq(batch.size, 2);
    ck_assert(batch.padded);
    check_pixel(data + 2 * 3, BLUE, GREEN, RED);
    check_pixel(data + 8 * 3, 0, 0, 0);
    suite_write(suite_path("p"), (const char *)picture, 11);
    batch = (struct batch){.nv21 = true};
    ck_assert_int_eq(batch_next(&batch, &net, &list, &fault), E_TENSOR_SIZE);
    ck_assert_msg(strstr(fault.text, "input x (nv21 for 2x2x4x3): ") != NULL, "%s", fault.text);
    input_list_done(&list);
    suite_remove("list");
    suite_remove("p");
}
END_TEST

SUITE(a_picture_becomes_blue_green_and_red, or_red_green_and_blue_where_the_input_says_so,
      an_input_of_nv21_gets_the_bytes, inputs_that_are_no_pictures_are_refused,
      pictures_join_to_a_batch);
