/* Views: where the axes of a tensor lie. */
#include "convert/view.h"
#include "tests/support/suite.h"

START_TEST(channels_go_last_from_rank_3_on)
{
    const struct shape picture = {4, {1, 3, 224, 225}}, sound = {3, {2, 64, 100}};
    struct view view = view_channel_last(4);
    const struct shape want = {4, {1, 224, 225, 3}}, value = view_apply(&view, &picture);

    ck_assert(shape_equal(&value, &want));
    view = view_channel_last(3);
    ck_assert_uint_eq(view_apply(&view, &sound).dim[2], 64);
    view = view_channel_last(2);
    ck_assert(view_equal(&view, &(struct view){{0, 1}}, 2));
}
END_TEST

START_TEST(undoing_a_view_gives_the_tensor_s_sizes)
{
    const struct view view = {{2, 0, 3, 1}};
    const struct shape shape = {4, {5, 6, 7, 8}}, value = view_apply(&view, &shape);
    const struct shape back = view_undo(&view, &value);

    ck_assert_uint_eq(value.dim[2], 5);
    ck_assert_uint_eq(value.dim[0], 6);
    ck_assert(shape_equal(&back, &shape));
}
END_TEST

/* NHWC data of an NCHW tensor, transposed to NHWC by the model: nothing moves. */
START_TEST(a_transpose_may_undo_a_view)
{
    const uint8_t perm[] = {0, 2, 3, 1};
    struct view view = view_channel_last(4), plain = view_identity();

    view = view_transpose(&view, perm, 4);
    ck_assert(view_equal(&view, &plain, 4));
}
END_TEST

START_TEST(dropping_axes_keeps_the_order_of_the_rest)
{
    const struct view view = {{2, 0, 3, 1}}, left = view_drop(&view, 4, 1u << 1 | 1u << 2);

    ck_assert(view_equal(&left, &(struct view){{1, 0}}, 2));
}
END_TEST

START_TEST(axes_of_one_do_not_move_memory)
{
    struct view plain = view_identity(), last = view_channel_last(4);

    ck_assert(view_same_memory(&plain, &last, &(struct shape){4, {1, 1000, 1, 1}}));
    ck_assert(view_same_memory(&plain, &last, &(struct shape){4, {5, 1, 7, 8}}));
    ck_assert(!view_same_memory(&plain, &last, &(struct shape){4, {1, 2, 1, 3}}));
}
END_TEST

START_TEST(the_permutation_leads_from_one_view_to_the_other)
{
    const int32_t want[] = {0, 3, 1, 2};
    struct view plain = view_identity(), last = view_channel_last(4);
    int32_t perm[SHAPE_RANK_MAX];

    view_permutation(&last, &plain, 4, perm);
    ck_assert_mem_eq(perm, want, sizeof(want));
}
END_TEST

SUITE(channels_go_last_from_rank_3_on, undoing_a_view_gives_the_tensor_s_sizes,
      a_transpose_may_undo_a_view, dropping_axes_keeps_the_order_of_the_rest,
      axes_of_one_do_not_move_memory, the_permutation_leads_from_one_view_to_the_other);
