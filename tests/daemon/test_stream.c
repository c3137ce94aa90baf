/* Streams: order, state, and what becomes of frames that are too many. */
#include "base/clock.h"
#include "base/error.h"
#include "tests/daemon/visit.h"
#include "tests/support/suite.h"

START_TEST(a_state_goes_from_each_frame_to_the_next_and_a_reset_zeroes_it)
{
    struct visit visit;
    uint32_t stream;

    visit_begin(&visit, "cpu");
    stream = visit_open(&visit, 1, NULL);
    pushes_run(&visit.caller, stream, 5, 0);
    pushes_run(&visit.caller, stream, 6, 5);
    pushes_run(&visit.caller, stream, 7, 6);
    ck_assert_answers(&visit.caller, pushes_reset(&visit.caller, stream));
    pushes_run(&visit.caller, stream, 8, 0);
    pushes_run(&visit.caller, stream, 9, 8);
    visit_ck_counts(&visit, stream, &(struct stream_close_result){.pushed = 5, .done = 5});
    visit_end(&visit);
}
END_TEST

START_TEST(frames_run_in_the_order_pushed)
{
    uint32_t serials[40], stream;
    struct visit visit;

    visit_begin(&visit, "cpu");
    stream = visit_open(&visit, 64, "queue");
    for (uint32_t i = 0; i < ARRAY_SIZE(serials); i++)
        serials[i] = visit_push(&visit, stream, i + 1);
    for (uint32_t i = 0; i < ARRAY_SIZE(serials); i++)
        visit_ck_done(&visit, serials[i], i + 1, (float)i, 0);
    visit_end(&visit);
}
END_TEST

START_TEST(a_newer_frame_replaces_the_one_that_waits)
{
    uint32_t serials[5], stream;
    struct visit visit;

    visit_begin(&visit, "skel_b");
    stream = visit_open(&visit, 0, NULL); /* depth 1, newest */
    serials[1] = visit_push_held(&visit, stream, 1);
    for (uint32_t i = 2; i <= 4; i++)
        serials[i] = visit_push(&visit, stream, i);
    visit_ck_ended(&visit, serials[2], E_DROPPED,
                   "frame 2 was replaced by frame 3: stream 1 keeps the newest 1");
    visit_ck_ended(&visit, serials[3], E_DROPPED, "frame 3 was replaced by frame 4");
    visit_let_go();
    visit_ck_done(&visit, serials[1], 1, 0, 2);
    visit_ck_done(&visit, serials[4], 4, 1, 2);
    visit_ck_counts(&visit, stream,
                    &(struct stream_close_result){.pushed = 4, .done = 2, .dropped = 2});
    visit_end(&visit);
}
END_TEST

START_TEST(a_frame_in_the_devices_queue_waits_and_can_be_replaced)
{
    uint32_t other, stream, busy, serials[4];
    struct visit visit;

    visit_begin(&visit, "skel_b");
    other = visit_open(&visit, 1, NULL);
    stream = visit_open(&visit, 2, "newest");
    busy = visit_push_held(&visit, other, 9);
    for (uint32_t i = 1; i <= 3; i++)
        serials[i] = visit_push(&visit, stream, i);
    visit_ck_ended(&visit, serials[1], E_DROPPED, "frame 1 was replaced by frame 3");
    ck_assert_uint_eq(visit_look(&visit).queued, 1); /* one of a stream at a time */
    visit_let_go();
    visit_ck_done(&visit, busy, 9, 0, 0);
    visit_ck_done(&visit, serials[2], 2, 0, 1);
    visit_ck_done(&visit, serials[3], 3, 2, 1);
    visit_ck_counts(&visit, stream,
                    &(struct stream_close_result){.pushed = 3, .done = 2, .dropped = 1});
    visit_end(&visit);
}
END_TEST

START_TEST(the_newest_so_many_are_kept)
{
    uint32_t serials[8], stream;
    struct visit visit;

    visit_begin(&visit, "skel_b");
    stream = visit_open(&visit, 3, "newest");
    serials[1] = visit_push_held(&visit, stream, 1);
    for (uint32_t i = 2; i <= 7; i++)
        serials[i] = visit_push(&visit, stream, i);
    for (uint32_t i = 2; i <= 4; i++)
        visit_ck_ended(&visit, serials[i], E_DROPPED, "was replaced by");
    visit_let_go();
    visit_ck_done(&visit, serials[1], 1, 0, 3);
    visit_ck_done(&visit, serials[5], 5, 1, 3);
    visit_ck_done(&visit, serials[6], 6, 5, 3);
    visit_ck_done(&visit, serials[7], 7, 6, 3);
    visit_end(&visit);
}
END_TEST

START_TEST(a_queue_that_is_full_refuses_the_next)
{
    uint32_t serials[5], stream;
    struct visit visit;

    visit_begin(&visit, "skel_b");
    stream = visit_open(&visit, 2, "queue");
    serials[1] = visit_push_held(&visit, stream, 1);
    for (uint32_t i = 2; i <= 4; i++)
        serials[i] = visit_push(&visit, stream, i);
    visit_ck_ended(&visit, serials[4], E_QUEUE_FULL, "2 frames wait in stream 1, its depth");
    visit_let_go();
    for (uint32_t i = 1; i <= 3; i++)
        visit_ck_done(&visit, serials[i], i, (float)(i - 1), 0);
    visit_ck_counts(&visit, stream, &(struct stream_close_result){.pushed = 3, .done = 3});
    visit_end(&visit);
}
END_TEST

START_TEST(a_reset_counts_from_where_it_stands_among_the_pushes)
{
    uint32_t serials[5], stream, reset;
    struct visit visit;

    visit_begin(&visit, "skel_b");
    stream = visit_open(&visit, 8, "queue");
    serials[1] = visit_push_held(&visit, stream, 1);
    serials[2] = visit_push(&visit, stream, 2);
    reset = pushes_send_reset(&visit.caller, stream);
    serials[3] = visit_push(&visit, stream, 3);
    serials[4] = visit_push(&visit, stream, 4);
    ck_assert_answers(&visit.caller, caller_answer(&visit.caller, reset));
    visit_let_go();
    visit_ck_done(&visit, serials[1], 1, 0, 0);
    visit_ck_done(&visit, serials[2], 2, 1, 0); /* pushed before it */
    visit_ck_done(&visit, serials[3], 3, 0, 0);
    visit_ck_done(&visit, serials[4], 4, 3, 0);
    visit_end(&visit);
}
END_TEST

START_TEST(a_reset_outlives_the_frames_that_are_dropped_behind_it)
{
    uint32_t serials[4], stream, reset;
    struct visit visit;

    visit_begin(&visit, "skel_b");
    stream = visit_open(&visit, 1, "newest");
    serials[1] = visit_push_held(&visit, stream, 1);
    reset = pushes_send_reset(&visit.caller, stream);
    serials[2] = visit_push(&visit, stream, 2);
    serials[3] = visit_push(&visit, stream, 3);
    ck_assert_answers(&visit.caller, caller_answer(&visit.caller, reset));
    visit_ck_ended(&visit, serials[2], E_DROPPED, "");
    visit_let_go();
    visit_ck_done(&visit, serials[1], 1, 0, 1);
    visit_ck_done(&visit, serials[3], 3, 0, 1);
    visit_end(&visit);
}
END_TEST

START_TEST(a_frame_that_is_taken_back_leaves_the_state_as_it_was)
{
    uint32_t stream, runs, waits;
    struct visit visit;
    bool found;

    visit_begin(&visit, "skel_b");
    stream = visit_open(&visit, 4, "queue");
    pushes_run(&visit.caller, stream, 1, 0);
    runs = visit_push_held(&visit, stream, 2);
    waits = visit_push(&visit, stream, 3);
    ck_assert_answers(&visit.caller, caller_cancel(&visit.caller, waits, &found));
    ck_assert(found);
    ck_assert_answers(&visit.caller, caller_cancel(&visit.caller, runs, &found));
    ck_assert(found);
    visit_let_go();
    ck_assert_int_eq(caller_answer(&visit.caller, runs), E_CANCELLED);
    pushes_run(&visit.caller, stream, 4, 1);
    visit_ck_counts(&visit, stream,
                    &(struct stream_close_result){.pushed = 4, .done = 2, .cancelled = 2});
    visit_end(&visit);
}
END_TEST

START_TEST(a_frame_that_comes_too_late_is_no_success_and_leaves_the_state)
{
    struct pushes_open open = {.depth = 4, .policy = "queue", .period_us = 1000000};
    uint32_t stream, late, behind;
    struct visit visit;
    uint64_t end_ns;

    visit_begin(&visit, "skel_b");
    open.network = visit.network;
    stream = pushes_open(&visit.caller, &open);
    pushes_run(&visit.caller, stream, 1, 0);
    late = visit_push_held(&visit, stream, 2);
    behind = visit_push(&visit, stream, 3);
    end_ns = clock_now_ns(&clock_monotonic) + 1100000000; /* the period is the deadline */
    visit_ck_ended(&visit, visit_push(&visit, 9, 2), E_NO_STREAM,
                   ""); /* it has read the one before */
    while (clock_now_ns(&clock_monotonic) < end_ns)
        visit_look(&visit);
    visit_let_go();
    visit_ck_ended(&visit, late, E_DEADLINE, "");
    visit_ck_ended(&visit, behind, E_DEADLINE, "the deadline had passed");
    pushes_run(&visit.caller, stream, 4, 1);
    visit_ck_counts(&visit, stream,
                    &(struct stream_close_result){.pushed = 4, .done = 2, .expired = 2});
    visit_end(&visit);
}
END_TEST

START_TEST(two_streams_that_take_turns_are_each_like_one_alone)
{
    uint32_t one, two, serials[2][8];
    struct visit visit;

    visit_begin(&visit, "cpu");
    one = visit_open(&visit, 8, "queue");
    two = visit_open(&visit, 8, "queue");
    for (uint32_t i = 0; i < 8; i++) {
        serials[0][i] = visit_push(&visit, one, 10 + i);
        serials[1][i] = visit_push(&visit, two, 100 + i);
        visit_ck_done(&visit, serials[0][i], 10 + i, i ? (float)(9 + i) : 0, 0);
        visit_ck_done(&visit, serials[1][i], 100 + i, i ? (float)(99 + i) : 0, 0);
    }
    visit_end(&visit);
}
END_TEST

SUITE(a_state_goes_from_each_frame_to_the_next_and_a_reset_zeroes_it,
      frames_run_in_the_order_pushed, a_newer_frame_replaces_the_one_that_waits,
      a_frame_in_the_devices_queue_waits_and_can_be_replaced, the_newest_so_many_are_kept,
      a_queue_that_is_full_refuses_the_next, a_reset_counts_from_where_it_stands_among_the_pushes,
      a_reset_outlives_the_frames_that_are_dropped_behind_it,
      a_frame_that_is_taken_back_leaves_the_state_as_it_was,
      a_frame_that_comes_too_late_is_no_success_and_leaves_the_state,
      two_streams_that_take_turns_are_each_like_one_alone);
