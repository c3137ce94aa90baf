/* Streams that end: closed, unloaded, with their client, with the daemon. */
#include <signal.h>

#include "base/error.h"
#include "tests/daemon/visit.h"
#include "tests/support/suite.h"

START_TEST(a_close_takes_back_what_waits_and_lets_what_runs_end)
{
    uint32_t stream, runs, waits, closing;
    struct stream_close_result counts;
    struct visit visit;

    visit_begin(&visit, "skel_b");
    stream = visit_open(&visit, 2, NULL);
    runs = visit_push_held(&visit, stream, 1);
    waits = visit_push(&visit, stream, 2);
    closing = pushes_send_close(&visit.caller, stream);
    visit_ck_ended(&visit, waits, E_CANCELLED, "");
    ck_assert_answers(&visit.caller, caller_answer(&visit.caller, closing));
    ck_assert_int_eq(unpack_stream_close_result(visit.caller.frame.map, visit.caller.frame.map_size,
                                                &counts, NULL),
                     0);
    ck_assert_uint_eq(counts.pushed, 2);
    ck_assert_uint_eq(counts.cancelled, 1);
    ck_assert_uint_eq(counts.done, 0);
    visit_ck_ended(&visit, visit_push(&visit, stream, 3), E_NO_STREAM,
                   "stream 1 is none that this connection has open");
    visit_let_go();
    visit_ck_done(&visit, runs, 1, 0, 0);
    visit_end(&visit);
}
END_TEST

START_TEST(an_unload_closes_the_streams_of_its_network)
{
    uint32_t stream, runs, waits, unload;
    struct unload_params params;
    struct visit visit;

    visit_begin(&visit, "skel_b");
    stream = visit_open(&visit, 2, NULL);
    runs = visit_push_held(&visit, stream, 1);
    waits = visit_push(&visit, stream, 2);
    params = (struct unload_params){.network = visit.network};
    ck_assert_int_eq(pack_unload_params(&params, &visit.caller.map), 0);
    unload = caller_send(&visit.caller, METHOD_UNLOAD, NULL, 0, -1);
    visit_ck_ended(&visit, waits, E_CANCELLED, "");
    ck_assert_answers(&visit.caller, caller_answer(&visit.caller, unload));
    visit_ck_ended(&visit, visit_push(&visit, stream, 3), E_NO_STREAM, "its network was unloaded");
    visit_let_go();
    visit_ck_done(&visit, runs, 1, 0, 0);
    visit_end(&visit);
}
END_TEST

START_TEST(a_client_that_goes_takes_its_frames_with_it)
{
    struct caller guest;
    struct visit visit;
    uint32_t network, stream;

    visit_begin(&visit, "skel_b");
    caller_open(&guest, visit.house.socket);
    network = pushes_load(&guest, "skel_b");
    stream = pushes_open(&guest,
                         &(struct pushes_open){.network = network, .depth = 3, .policy = "queue"});
    visit_hold();
    for (uint32_t i = 1; i <= 4; i++)
        pushes_send(&guest, stream, i, false);
    visit_wait_held();
    caller_close(&guest);
    visit_wait_gone(&visit);
    visit_let_go();
    pushes_run(&visit.caller, visit_open(&visit, 1, NULL), 5, 0);
    ck_assert_uint_eq(visit_look(&visit).cancelled, 4);
    visit_end(&visit);
}
END_TEST

/* A guest whose two streams have frames that wait behind one that is held. */
static void welcome(struct visit *visit, struct caller *guest, uint32_t streams[2],
                    const struct pushes_open *how)
{
    struct pushes_open open = *how;

    caller_open(guest, visit->house.socket);
    open.network = pushes_load(guest, "skel_b");
    for (int i = 0; i < 2; i++)
        streams[i] = pushes_open(guest, &open);
    visit_hold();
    pushes_send(guest, streams[0], 1, false);
    visit_wait_held();
}

/* All that GUEST sends from here on is read when nobody is there for the answers. */
static void leave_unread(struct visit *visit, struct caller *guest, const uint32_t streams[2],
                         uint16_t last)
{
    const struct unload_params unload = {.network = 1};

    proc_signal(visit->house.proc, SIGSTOP);
    for (uint64_t i = 2; i < 8; i++)
        pushes_send(guest, streams[i % 2], i, false);
    if (last == METHOD_STREAM_CLOSE)
        pushes_send_close(guest, streams[0]);
    if (last == METHOD_UNLOAD) {
        ck_assert_int_eq(pack_unload_params(&unload, &guest->map), 0);
        caller_send(guest, METHOD_UNLOAD, NULL, 0, -1);
    }
    caller_close(guest);
    proc_signal(visit->house.proc, SIGCONT);
    visit_wait_gone(visit);
    visit_let_go();
}

START_TEST(answers_that_nobody_is_there_for_end_a_session_in_good_order)
{
    static const struct pushes_open ways[] = {
        {.depth = 1, .policy = "newest"},
        {.depth = 3, .policy = "newest"},
        {.depth = 8, .policy = "queue"},
    };
    static const uint16_t lasts[] = {METHOD_PING, METHOD_STREAM_CLOSE, METHOD_UNLOAD};
    struct visit visit;

    visit_begin(&visit, "skel_b");
    for (size_t i = 0; i < ARRAY_SIZE(ways) * ARRAY_SIZE(lasts); i++) {
        uint32_t streams[2];
        struct caller guest;

        welcome(&visit, &guest, streams, &ways[i / ARRAY_SIZE(lasts)]);
        leave_unread(&visit, &guest, streams, lasts[i % ARRAY_SIZE(lasts)]);
        pushes_run(&visit.caller, visit_open(&visit, 1, NULL), i, 0);
    }
    visit_end(&visit);
}
END_TEST

START_TEST(a_drain_ends_the_frames_that_were_taken)
{
    uint32_t stream, runs, waits;
    struct visit visit;

    visit_begin(&visit, "skel_b");
    stream = visit_open(&visit, 1, NULL);
    runs = visit_push_held(&visit, stream, 1);
    waits = visit_push(&visit, stream, 2);
    visit_ck_ended(&visit, visit_push(&visit, 9, 2), E_NO_STREAM,
                   ""); /* it has read the one before */
    proc_signal(visit.house.proc, SIGTERM);
    proc_wait_err(visit.house.proc, "ending what is under way");
    visit_let_go();
    visit_ck_done(&visit, runs, 1, 0, 0);
    visit_ck_done(&visit, waits, 2, 1, 0);
    ck_assert(caller_is_closed(&visit.caller));
    ck_assert_int_eq(proc_wait(visit.house.proc), 0);
    visit_end(&visit);
}
END_TEST

SUITE(a_close_takes_back_what_waits_and_lets_what_runs_end,
      an_unload_closes_the_streams_of_its_network, a_client_that_goes_takes_its_frames_with_it,
      answers_that_nobody_is_there_for_end_a_session_in_good_order,
      a_drain_ends_the_frames_that_were_taken);
