/* Numbers of a file: read where they lie, laid out in any order. */
#include <stdlib.h>
#include <string.h>

#include "convert/numbers.h"
#include "convert/raw.h"
#include "convert/walk.h"
#include "tests/support/numbers.h"
#include "tests/support/suite.h"

/* All weights of a network: a copy of them would be the most that a conversion holds. */
START_TEST(floats_at_any_byte_are_read_where_they_lie)
{
    static const float three[] = {1.5f, -2, 3e9f};
    struct conversion c = {0}; /* without a byte to spend */
    uint8_t file[sizeof(three) + sizeof(float)];
    struct numbers numbers;

    for (size_t at = 0; at < sizeof(float); at++) {
        memcpy(file + at, three, sizeof(three));
        ck_assert_int_eq(numbers_read(&c, &(struct shape){1, {3}}, RAW_F32, file + at, &numbers),
                         0);
        ck_assert_ptr_eq(numbers.f32, file + at);
        for (size_t i = 0; i < ARRAY_SIZE(three); i++)
            ck_assert(numbers.f32[i] == three[i]);
    }
}
END_TEST

/* Axes in some order, of sizes around those of the tiles. */
static struct walk random_walk(struct random *random)
{
    struct walk walk = {.shape = {.rank = 1 + (uint32_t)random_below(random, 4)}};
    uint8_t order[SHAPE_RANK_MAX];
    ptrdiff_t step = 1;

    for (uint32_t i = 0; i < walk.shape.rank; i++) {
        uint32_t k = (uint32_t)random_below(random, i + 1);

        walk.shape.dim[i] = 1 + (uint32_t)random_below(random, walk.shape.rank < 3 ? 150 : 20);
        order[i] = order[k];
        order[k] = (uint8_t)i;
    }
    for (uint32_t i = walk.shape.rank; i-- > 0; step *= walk.shape.dim[order[i]])
        walk.stride[order[i]] = step;
    return walk;
}

START_TEST(each_number_gets_to_its_place)
{
    struct conversion c = {.bytes_left = SIZE_MAX};
    struct random random = {11};

    for (int round = 0; round < 300; round++) {
        struct walk walk = random_walk(&random), at = walk;
        size_t n = shape_elements(&walk.shape);
        char *file = malloc(1 + n * sizeof(float));
        struct numbers from = {.n = n, .is_float = true};
        struct blob *blob;
        const float *laid;

        for (size_t i = 0; i < n; i++)
            memcpy(file + 1 + i * sizeof(float), &(float){(float)i}, sizeof(float));
        from.f32 = (const loose_float *)(file + 1);
        ck_assert_int_eq(numbers_lay_out(&c, &from, &walk, round % 2 ? 0.5f : 1, &blob), 0);
        laid = blob_base(blob);
        for (size_t i = 0; i < n; i++, walk_next(&at))
            ck_assert(laid[i] == (float)at.offset * (round % 2 ? 0.5f : 1));
        blob_unref(blob);
        free(file);
    }
}
END_TEST

SUITE(floats_at_any_byte_are_read_where_they_lie, each_number_gets_to_its_place);
