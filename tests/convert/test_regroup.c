/* Reshapes under views: held against the numbers themselves, place by place. */
#include "convert/regroup.h"
#include "tests/support/numbers.h"
#include "tests/support/suite.h"

#define NUMBERS 1024 /* of a tensor here, at most */

/* Where in memory the place AT of a tensor of SHAPE lies whose value has VIEW. */
static size_t place_of(const struct shape *shape, const struct view *view, size_t at)
{
    struct shape value = view_apply(view, shape);
    size_t stride[SHAPE_RANK_MAX], step = 1, place = 0;

    for (uint32_t i = value.rank; i-- > 0; step *= value.dim[i])
        stride[i] = step;
    for (uint32_t i = shape->rank; i-- > 0; at /= shape->dim[i])
        place += at % shape->dim[i] * stride[view->order[i]];
    return place;
}

/* Is place AT of X under FROM where the same place of Y under TO is, for all of them? */
static bool agree(const struct shape *x, const struct view *from, const struct shape *y,
                  const struct view *to)
{
    for (size_t i = 0; i < shape_elements(x); i++)
        if (place_of(x, from, i) != place_of(y, to, i))
            return false;
    return true;
}

static struct view random_view(struct random *random, uint32_t rank)
{
    struct view view = view_identity();

    for (uint32_t i = rank; i-- > 1;) {
        size_t k = random_below(random, i + 1);
        uint8_t swapped = view.order[i];

        view.order[i] = view.order[k];
        view.order[k] = swapped;
    }
    return view;
}

/* N numbers, none above NUMBERS, cut into a shape in some way. */
static struct shape random_shape(struct random *random, uint32_t n)
{
    struct shape shape = {.rank = 1, .dim = {n}};

    while (shape.rank < SHAPE_RANK_MAX && random_below(random, 4) > 0) {
        size_t axis = random_below(random, shape.rank);
        uint32_t part = 1;

        for (uint32_t k = 2; k <= shape.dim[axis]; k++)
            if (shape.dim[axis] % k == 0 && random_below(random, 3) == 0)
                part = k;
        for (size_t i = shape.rank; i > axis; i--)
            shape.dim[i] = shape.dim[i - 1];
        shape.rank++;
        shape.dim[axis] /= part;
        shape.dim[axis + 1] = part;
    }
    return shape;
}

START_TEST(each_number_stays_where_it_is)
{
    struct random random = {31};
    size_t n_still = 0;

    for (int round = 0; round < 20000; round++) {
        uint32_t n = 1 + (uint32_t)random_below(&random, NUMBERS - 1);
        struct shape x = random_shape(&random, n), y = random_shape(&random, n);
        struct view view = random_view(&random, x.rank), from, to;

        ck_assert(regroup(&x, &view, &y, &from, &to));
        ck_assert(agree(&x, &from, &y, &to));
        n_still += view_equal(&from, &view, x.rank);
        /* What can stay where it is stays: any other way to lie would have to be the same. */
        if (view_same_memory(&from, &view, &x))
            ck_assert(view_equal(&from, &view, x.rank));
    }
    ck_assert_uint_gt(n_still, 1000);
}
END_TEST

START_TEST(channels_last_are_cut_where_they_lie)
{
    const struct shape x = {4, {1, 6, 5, 7}}, y = {3, {3, 2, 35}};
    struct view last = view_channel_last(4), from, to;

    ck_assert(regroup(&x, &last, &y, &from, &to));
    ck_assert(view_equal(&from, &last, 4));
    ck_assert(view_equal(&to, &(struct view){{1, 2, 0}}, 3));
}
END_TEST

START_TEST(channels_that_become_one_axis_with_others_move)
{
    const struct shape x = {4, {1, 6, 5, 7}}, y = {2, {1, 210}};
    struct view last = view_channel_last(4), plain = view_identity(), from, to;

    ck_assert(regroup(&x, &last, &y, &from, &to));
    ck_assert(view_equal(&from, &plain, 4));
    ck_assert(view_equal(&to, &plain, 2));
}
END_TEST

START_TEST(another_number_of_numbers_is_no_reshape)
{
    struct view plain = view_identity(), from, to;

    ck_assert(!regroup(&(struct shape){2, {2, 3}}, &plain, &(struct shape){2, {2, 4}}, &from, &to));
    ck_assert(!regroup(&(struct shape){2, {2, 3}}, &plain, &(struct shape){1, {12}}, &from, &to));
    ck_assert(!regroup(&(struct shape){1, {12}}, &plain, &(struct shape){1, {6}}, &from, &to));
}
END_TEST

SUITE(each_number_stays_where_it_is, channels_last_are_cut_where_they_lie,
      channels_that_become_one_axis_with_others_move, another_number_of_numbers_is_no_reshape);
