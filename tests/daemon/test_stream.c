/* Streams: order, state, and what becomes of frames that are too many. */
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "tests/daemon/caller.h"
#include "tests/daemon/house.h"
#include "tests/daemon/made.h"
#include "tests/daemon/pushes.h"
#include "tests/support/suite.h"

struct visit {
    struct house house;
    struct caller caller, eye;
    uint32_t network;
};

/* A daemon whose skel_b holds the run that finds the file "hold", until "hold.held" is gone. */
static void begin(struct visit *visit, const char *runtime)
{
    house_open(&visit->house,
               suite_text("[runtime skel_b]\noptions = ops=all wedge=%s\n", suite_path("hold")));
    pushes_make_model();
    caller_open(&visit->eye, visit->house.socket);
    caller_open(&visit->caller, visit->house.socket);
    visit->network = pushes_load(&visit->caller, runtime);
}

static void end(struct visit *visit)
{
    caller_close(&visit->caller);
    caller_close(&visit->eye);
    house_close(&visit->house);
}

static uint32_t open_stream(struct visit *visit, uint32_t depth, const char *policy)
{
    return pushes_open(
        &visit->caller,
        &(struct pushes_open){.network = visit->network, .depth = depth, .policy = policy});
}

static uint32_t push(struct visit *visit, uint32_t stream, uint64_t frame)
{
    return pushes_send(&visit->caller, stream, frame, false);
}

/* What skel_b does now. */
static struct device_desc look(struct visit *visit)
{
    struct stats_result stats;

    ck_assert_answers(&visit->eye, caller_stats(&visit->eye, &stats));
    for (uint32_t i = 0; i < stats.n_devices; i++)
        if (stats.devices[i].name.size == 6 && memcmp(stats.devices[i].name.base, "skel_b", 6) == 0)
            return stats.devices[i];
    ck_abort_msg("status does not speak of skel_b");
}

/* From now on a run does not end until it is let go. */
static void hold(void)
{
    suite_write(suite_path("hold"), "", 0);
}

static void wait_held(void)
{
    const struct timespec pause = {0, 1000000};

    while (access(suite_path("hold.held"), F_OK) < 0)
        nanosleep(&pause, NULL);
}

static void let_go(void)
{
    suite_remove("hold.held");
}

/* A frame that runs until it is let go, so that those behind it wait. */
static uint32_t push_held(struct visit *visit, uint32_t stream, uint64_t frame)
{
    uint32_t serial;

    hold();
    serial = push(visit, stream, frame);
    wait_held();
    return serial;
}

/* Only the visit's own sessions are left. */
static void wait_gone(struct visit *visit)
{
    struct stats_result stats;

    do
        ck_assert_answers(&visit->eye, caller_stats(&visit->eye, &stats));
    while (stats.sessions > 2);
}

static void ck_done(struct visit *visit, uint32_t serial, uint64_t frame, float q, uint64_t dropped)
{
    struct pushes_answer answer;

    pushes_receive(&visit->caller, serial, &answer);
    ck_assert_msg(answer.code == 0, "frame %d: %d: %s", (int)frame, answer.code,
                  visit->caller.text);
    ck_assert_uint_eq(answer.frame, frame);
    ck_assert_float_eq(answer.q, q);
    ck_assert_uint_eq(answer.dropped, dropped);
    ck_assert_uint_ge(answer.age_us, answer.queue_us);
}

static void ck_ended(struct visit *visit, uint32_t serial, int code, const char *words)
{
    struct pushes_answer answer;

    pushes_receive(&visit->caller, serial, &answer);
    ck_assert_int_eq(answer.code, code);
    ck_assert_msg(strstr(visit->caller.text, words) != NULL, "'%s' is not in '%s'", words,
                  visit->caller.text);
}

static void ck_counts(struct visit *visit, uint32_t stream, const struct stream_close_result *want)
{
    struct stream_close_result counts;

    ck_assert_answers(&visit->caller, pushes_close(&visit->caller, stream, &counts));
    ck_assert_uint_eq(counts.pushed, want->pushed);
    ck_assert_uint_eq(counts.done, want->done);
    ck_assert_uint_eq(counts.dropped, want->dropped);
    ck_assert_uint_eq(counts.expired, want->expired);
    ck_assert_uint_eq(counts.cancelled, want->cancelled);
    ck_assert_uint_eq(counts.failed, want->failed);
}

START_TEST(a_state_goes_from_each_frame_to_the_next_and_a_reset_zeroes_it)
{
    struct visit visit;
    uint32_t stream;

    begin(&visit, "cpu");
    stream = open_stream(&visit, 1, NULL);
    pushes_run(&visit.caller, stream, 5, 0);
    pushes_run(&visit.caller, stream, 6, 5);
    pushes_run(&visit.caller, stream, 7, 6);
    ck_assert_answers(&visit.caller, pushes_reset(&visit.caller, stream));
    pushes_run(&visit.caller, stream, 8, 0);
    pushes_run(&visit.caller, stream, 9, 8);
    ck_counts(&visit, stream, &(struct stream_close_result){.pushed = 5, .done = 5});
    end(&visit);
}
END_TEST

START_TEST(frames_run_in_the_order_pushed)
{
    uint32_t serials[40], stream;
    struct visit visit;

    begin(&visit, "cpu");
    stream = open_stream(&visit, 64, "queue");
    for (uint32_t i = 0; i < ARRAY_SIZE(serials); i++)
        serials[i] = push(&visit, stream, i + 1);
    for (uint32_t i = 0; i < ARRAY_SIZE(serials); i++)
        ck_done(&visit, serials[i], i + 1, (float)i, 0);
    end(&visit);
}
END_TEST

START_TEST(a_newer_frame_replaces_the_one_that_waits)
{
    uint32_t serials[5], stream;
    struct visit visit;

    begin(&visit, "skel_b");
    stream = open_stream(&visit, 0, NULL); /* depth 1, newest */
    serials[1] = push_held(&visit, stream, 1);
    for (uint32_t i = 2; i <= 4; i++)
        serials[i] = push(&visit, stream, i);
    ck_ended(&visit, serials[2], E_DROPPED,
             "frame 2 was replaced by frame 3: stream 1 keeps the newest 1");
    ck_ended(&visit, serials[3], E_DROPPED, "frame 3 was replaced by frame 4");
    let_go();
    ck_done(&visit, serials[1], 1, 0, 2);
    ck_done(&visit, serials[4], 4, 1, 2);
    ck_counts(&visit, stream, &(struct stream_close_result){.pushed = 4, .done = 2, .dropped = 2});
    end(&visit);
}
END_TEST

START_TEST(a_frame_in_the_devices_queue_waits_and_can_be_replaced)
{
    uint32_t other, stream, busy, serials[4];
    struct visit visit;

    begin(&visit, "skel_b");
    other = open_stream(&visit, 1, NULL);
    stream = open_stream(&visit, 2, "newest");
    busy = push_held(&visit, other, 9);
    for (uint32_t i = 1; i <= 3; i++)
        serials[i] = push(&visit, stream, i);
    ck_ended(&visit, serials[1], E_DROPPED, "frame 1 was replaced by frame 3");
    ck_assert_uint_eq(look(&visit).queued, 1); /* one of a stream at a time */
    let_go();
    ck_done(&visit, busy, 9, 0, 0);
    ck_done(&visit, serials[2], 2, 0, 1);
    ck_done(&visit, serials[3], 3, 2, 1);
    ck_counts(&visit, stream, &(struct stream_close_result){.pushed = 3, .done = 2, .dropped = 1});
    end(&visit);
}
END_TEST

START_TEST(the_newest_so_many_are_kept)
{
    uint32_t serials[8], stream;
    struct visit visit;

    begin(&visit, "skel_b");
    stream = open_stream(&visit, 3, "newest");
    serials[1] = push_held(&visit, stream, 1);
    for (uint32_t i = 2; i <= 7; i++)
        serials[i] = push(&visit, stream, i);
    for (uint32_t i = 2; i <= 4; i++)
        ck_ended(&visit, serials[i], E_DROPPED, "was replaced by");
    let_go();
    ck_done(&visit, serials[1], 1, 0, 3);
    ck_done(&visit, serials[5], 5, 1, 3);
    ck_done(&visit, serials[6], 6, 5, 3);
    ck_done(&visit, serials[7], 7, 6, 3);
    end(&visit);
}
END_TEST

START_TEST(a_queue_that_is_full_refuses_the_next)
{
    uint32_t serials[5], stream;
    struct visit visit;

    begin(&visit, "skel_b");
    stream = open_stream(&visit, 2, "queue");
    serials[1] = push_held(&visit, stream, 1);
    for (uint32_t i = 2; i <= 4; i++)
        serials[i] = push(&visit, stream, i);
    ck_ended(&visit, serials[4], E_QUEUE_FULL, "2 frames wait in stream 1, its depth");
    let_go();
    for (uint32_t i = 1; i <= 3; i++)
        ck_done(&visit, serials[i], i, (float)(i - 1), 0);
    ck_counts(&visit, stream, &(struct stream_close_result){.pushed = 3, .done = 3});
    end(&visit);
}
END_TEST

START_TEST(a_reset_counts_from_where_it_stands_among_the_pushes)
{
    uint32_t serials[5], stream, reset;
    struct visit visit;

    begin(&visit, "skel_b");
    stream = open_stream(&visit, 8, "queue");
    serials[1] = push_held(&visit, stream, 1);
    serials[2] = push(&visit, stream, 2);
    reset = pushes_send_reset(&visit.caller, stream);
    serials[3] = push(&visit, stream, 3);
    serials[4] = push(&visit, stream, 4);
    ck_assert_answers(&visit.caller, caller_answer(&visit.caller, reset));
    let_go();
    ck_done(&visit, serials[1], 1, 0, 0);
    ck_done(&visit, serials[2], 2, 1, 0); /* pushed before it */
    ck_done(&visit, serials[3], 3, 0, 0);
    ck_done(&visit, serials[4], 4, 3, 0);
    end(&visit);
}
END_TEST

START_TEST(a_reset_outlives_the_frames_that_are_dropped_behind_it)
{
    uint32_t serials[4], stream, reset;
    struct visit visit;

    begin(&visit, "skel_b");
    stream = open_stream(&visit, 1, "newest");
    serials[1] = push_held(&visit, stream, 1);
    reset = pushes_send_reset(&visit.caller, stream);
    serials[2] = push(&visit, stream, 2);
    serials[3] = push(&visit, stream, 3);
    ck_assert_answers(&visit.caller, caller_answer(&visit.caller, reset));
    ck_ended(&visit, serials[2], E_DROPPED, "");
    let_go();
    ck_done(&visit, serials[1], 1, 0, 1);
    ck_done(&visit, serials[3], 3, 0, 1);
    end(&visit);
}
END_TEST

START_TEST(a_frame_that_is_taken_back_leaves_the_state_as_it_was)
{
    uint32_t stream, runs, waits;
    struct visit visit;
    bool found;

    begin(&visit, "skel_b");
    stream = open_stream(&visit, 4, "queue");
    pushes_run(&visit.caller, stream, 1, 0);
    runs = push_held(&visit, stream, 2);
    waits = push(&visit, stream, 3);
    ck_assert_answers(&visit.caller, caller_cancel(&visit.caller, waits, &found));
    ck_assert(found);
    ck_assert_answers(&visit.caller, caller_cancel(&visit.caller, runs, &found));
    ck_assert(found);
    let_go();
    ck_assert_int_eq(caller_answer(&visit.caller, runs), E_CANCELLED);
    pushes_run(&visit.caller, stream, 4, 1);
    ck_counts(&visit, stream,
              &(struct stream_close_result){.pushed = 4, .done = 2, .cancelled = 2});
    end(&visit);
}
END_TEST

START_TEST(a_frame_that_comes_too_late_is_no_success_and_leaves_the_state)
{
    struct pushes_open open = {.depth = 4, .policy = "queue", .period_us = 1000000};
    uint32_t stream, late, behind;
    struct visit visit;
    uint64_t end_ns;

    begin(&visit, "skel_b");
    open.network = visit.network;
    stream = pushes_open(&visit.caller, &open);
    pushes_run(&visit.caller, stream, 1, 0);
    late = push_held(&visit, stream, 2);
    behind = push(&visit, stream, 3);
    end_ns = clock_now_ns(&clock_monotonic) + 1100000000;  /* the period is the deadline */
    ck_ended(&visit, push(&visit, 9, 2), E_NO_STREAM, ""); /* it has read the one before */
    while (clock_now_ns(&clock_monotonic) < end_ns)
        look(&visit);
    let_go();
    ck_ended(&visit, late, E_DEADLINE, "");
    ck_ended(&visit, behind, E_DEADLINE, "the deadline had passed");
    pushes_run(&visit.caller, stream, 4, 1);
    ck_counts(&visit, stream, &(struct stream_close_result){.pushed = 4, .done = 2, .expired = 2});
    end(&visit);
}
END_TEST

START_TEST(two_streams_that_take_turns_are_each_like_one_alone)
{
    uint32_t one, two, serials[2][8];
    struct visit visit;

    begin(&visit, "cpu");
    one = open_stream(&visit, 8, "queue");
    two = open_stream(&visit, 8, "queue");
    for (uint32_t i = 0; i < 8; i++) {
        serials[0][i] = push(&visit, one, 10 + i);
        serials[1][i] = push(&visit, two, 100 + i);
        ck_done(&visit, serials[0][i], 10 + i, i ? (float)(9 + i) : 0, 0);
        ck_done(&visit, serials[1][i], 100 + i, i ? (float)(99 + i) : 0, 0);
    }
    end(&visit);
}
END_TEST

START_TEST(a_close_takes_back_what_waits_and_lets_what_runs_end)
{
    uint32_t stream, runs, waits, closing;
    struct stream_close_result counts;
    struct visit visit;

    begin(&visit, "skel_b");
    stream = open_stream(&visit, 2, NULL);
    runs = push_held(&visit, stream, 1);
    waits = push(&visit, stream, 2);
    closing = pushes_send_close(&visit.caller, stream);
    ck_ended(&visit, waits, E_CANCELLED, "");
    ck_assert_answers(&visit.caller, caller_answer(&visit.caller, closing));
    ck_assert_int_eq(unpack_stream_close_result(visit.caller.frame.map, visit.caller.frame.map_size,
                                                &counts, NULL),
                     0);
    ck_assert_uint_eq(counts.pushed, 2);
    ck_assert_uint_eq(counts.cancelled, 1);
    ck_assert_uint_eq(counts.done, 0);
    ck_ended(&visit, push(&visit, stream, 3), E_NO_STREAM,
             "stream 1 is none that this connection has open");
    let_go();
    ck_done(&visit, runs, 1, 0, 0);
    end(&visit);
}
END_TEST

START_TEST(an_unload_closes_the_streams_of_its_network)
{
    uint32_t stream, runs, waits, unload;
    struct unload_params params;
    struct visit visit;

    begin(&visit, "skel_b");
    stream = open_stream(&visit, 2, NULL);
    runs = push_held(&visit, stream, 1);
    waits = push(&visit, stream, 2);
    params = (struct unload_params){.network = visit.network};
    ck_assert_int_eq(pack_unload_params(&params, &visit.caller.map), 0);
    unload = caller_send(&visit.caller, METHOD_UNLOAD, NULL, 0, -1);
    ck_ended(&visit, waits, E_CANCELLED, "");
    ck_assert_answers(&visit.caller, caller_answer(&visit.caller, unload));
    ck_ended(&visit, push(&visit, stream, 3), E_NO_STREAM, "its network was unloaded");
    let_go();
    ck_done(&visit, runs, 1, 0, 0);
    end(&visit);
}
END_TEST

START_TEST(a_client_that_goes_takes_its_frames_with_it)
{
    struct caller guest;
    struct visit visit;
    uint32_t network, stream;

    begin(&visit, "skel_b");
    caller_open(&guest, visit.house.socket);
    network = pushes_load(&guest, "skel_b");
    stream = pushes_open(&guest,
                         &(struct pushes_open){.network = network, .depth = 3, .policy = "queue"});
    hold();
    for (uint32_t i = 1; i <= 4; i++)
        pushes_send(&guest, stream, i, false);
    wait_held();
    caller_close(&guest);
    wait_gone(&visit);
    let_go();
    pushes_run(&visit.caller, open_stream(&visit, 1, NULL), 5, 0);
    ck_assert_uint_eq(look(&visit).cancelled, 4);
    end(&visit);
}
END_TEST

START_TEST(a_drain_ends_the_frames_that_were_taken)
{
    uint32_t stream, runs, waits;
    struct visit visit;

    begin(&visit, "skel_b");
    stream = open_stream(&visit, 1, NULL);
    runs = push_held(&visit, stream, 1);
    waits = push(&visit, stream, 2);
    ck_ended(&visit, push(&visit, 9, 2), E_NO_STREAM, ""); /* it has read the one before */
    proc_signal(visit.house.proc, SIGTERM);
    proc_wait_err(visit.house.proc, "ending what is under way");
    let_go();
    ck_done(&visit, runs, 1, 0, 0);
    ck_done(&visit, waits, 2, 1, 0);
    ck_assert(caller_is_closed(&visit.caller));
    ck_assert_int_eq(proc_wait(visit.house.proc), 0);
    end(&visit);
}
END_TEST

SUITE(a_state_goes_from_each_frame_to_the_next_and_a_reset_zeroes_it,
      frames_run_in_the_order_pushed, a_newer_frame_replaces_the_one_that_waits,
      a_frame_in_the_devices_queue_waits_and_can_be_replaced, the_newest_so_many_are_kept,
      a_queue_that_is_full_refuses_the_next, a_reset_counts_from_where_it_stands_among_the_pushes,
      a_reset_outlives_the_frames_that_are_dropped_behind_it,
      a_frame_that_is_taken_back_leaves_the_state_as_it_was,
      a_frame_that_comes_too_late_is_no_success_and_leaves_the_state,
      two_streams_that_take_turns_are_each_like_one_alone,
      a_close_takes_back_what_waits_and_lets_what_runs_end,
      an_unload_closes_the_streams_of_its_network, a_client_that_goes_takes_its_frames_with_it,
      a_drain_ends_the_frames_that_were_taken);
