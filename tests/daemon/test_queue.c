/* Jobs that wait: deadlines, cancel, a full queue, a device that is lost. */
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "tests/daemon/caller.h"
#include "tests/daemon/house.h"
#include "tests/daemon/made.h"
#include "tests/support/suite.h"

#define MS 1000000ull

static const float x[4] = {1, -1, 2, -2};

struct visit {
    struct house house;
    struct caller caller;
    struct caller_loaded loaded;
};

static void begin(struct visit *visit, const char *settings)
{
    const struct caller_load load = {.name = "relu", .fd = -1, .runtime = "skel_b"};

    house_open(&visit->house, settings);
    made_relu_file(suite_path("models/relu"), 4, "one");
    caller_open(&visit->caller, visit->house.socket);
    ck_assert_answers(&visit->caller, caller_load(&visit->caller, &load, &visit->loaded));
    ck_assert_str_eq(visit->loaded.runtime, "skel_b");
}

static void end(struct visit *visit)
{
    caller_close(&visit->caller);
    house_close(&visit->house);
}

static uint32_t send_run(struct visit *visit, uint64_t deadline_ns)
{
    return caller_send_run(&visit->caller, &(struct caller_run){.network = visit->loaded.network,
                                                                .in = x,
                                                                .in_size = sizeof(x),
                                                                .deadline_ns = deadline_ns});
}

static const struct device_desc *device_of(const struct stats_result *stats, const char *name)
{
    for (uint32_t i = 0; i < stats->n_devices; i++)
        if (stats->devices[i].name.size == strlen(name) &&
            memcmp(stats->devices[i].name.base, name, strlen(name)) == 0)
            return &stats->devices[i];
    ck_abort_msg("status does not speak of %s", name);
}

START_TEST(a_deadline_that_has_passed_is_answered_without_a_run)
{
    struct stats_result stats;
    struct visit visit;

    begin(&visit, "[runtime skel_b]\noptions = ops=all\n");
    ck_assert_refused(&visit.caller, caller_answer(&visit.caller, send_run(&visit, 1)), E_DEADLINE,
                      "the deadline had passed");
    ck_assert_answers(&visit.caller, caller_stats(&visit.caller, &stats));
    ck_assert_uint_eq(device_of(&stats, "skel_b")->jobs, 2); /* with the warm-up */
    ck_assert_uint_eq(device_of(&stats, "skel_b")->failed, 0);
    ck_assert_uint_eq(device_of(&stats, "skel_b")->expired, 1);
    end(&visit);
}
END_TEST

START_TEST(a_deadline_that_passes_in_the_queue_is_answered_while_the_lane_is_busy)
{
    struct visit visit;
    uint32_t busy, late, far;

    begin(&visit, "[runtime skel_b]\noptions = ops=all delay_us=400000\n");
    busy = send_run(&visit, UINT64_MAX - 1);
    far = send_run(&visit, UINT64_MAX);
    late = send_run(&visit, clock_now_ns(&clock_monotonic) + 20 * MS);
    ck_assert_int_eq(caller_answer(&visit.caller, late), E_DEADLINE); /* first */
    ck_assert_answers(&visit.caller, caller_answer(&visit.caller, busy));
    ck_assert_answers(&visit.caller, caller_answer(&visit.caller, far));
    end(&visit);
}
END_TEST

START_TEST(an_answer_that_comes_too_late_is_no_success)
{
    struct visit visit;

    begin(&visit, "[runtime skel_b]\noptions = ops=all delay_us=100000\n");
    ck_assert_int_eq(
        caller_answer(&visit.caller, send_run(&visit, clock_now_ns(&clock_monotonic) + 30 * MS)),
        E_DEADLINE);
    end(&visit);
}
END_TEST

START_TEST(a_deadline_that_is_far_is_met)
{
    struct visit visit;

    begin(&visit, "[runtime skel_b]\noptions = ops=all\n");
    ck_assert_answers(&visit.caller,
                      caller_answer(&visit.caller,
                                    send_run(&visit, clock_now_ns(&clock_monotonic) + 20000 * MS)));
    ck_assert_answers(&visit.caller, caller_answer(&visit.caller, send_run(&visit, UINT64_MAX)));
    end(&visit);
}
END_TEST

static void cancel(struct visit *visit, uint32_t serial)
{
    const struct cancel_params params = {serial};

    ck_assert_int_eq(pack_cancel_params(&params, &visit->caller.map), 0);
    caller_send(&visit->caller, METHOD_CANCEL, NULL, 0, -1);
}

START_TEST(a_queued_call_is_taken_back_at_once_and_a_running_one_when_it_ends)
{
    struct stats_result stats;
    struct visit visit;
    uint32_t running, queued;
    bool found;

    begin(&visit, "[runtime skel_b]\noptions = ops=all delay_us=300000\n");
    running = send_run(&visit, 0);
    queued = send_run(&visit, 0);
    cancel(&visit, queued);
    ck_assert_int_eq(caller_answer(&visit.caller, queued), E_CANCELLED);
    ck_assert_int_eq(caller_answer(&visit.caller, queued + 1), 0);
    do /* until the lane has it */
        ck_assert_answers(&visit.caller, caller_stats(&visit.caller, &stats));
    while (device_of(&stats, "skel_b")->running == 0);
    cancel(&visit, running);
    ck_assert_int_eq(caller_answer(&visit.caller, visit.caller.serial), 0); /* found */
    ck_assert_int_eq(caller_answer(&visit.caller, running), E_CANCELLED);
    caller_cancel(&visit.caller, running, &found);
    ck_assert(!found);
    ck_assert_answers(&visit.caller, caller_stats(&visit.caller, &stats));
    ck_assert_uint_eq(device_of(&stats, "skel_b")->cancelled, 2);
    end(&visit);
}
END_TEST

START_TEST(a_full_queue_refuses_the_next)
{
    struct visit visit;
    struct stats_result stats;
    uint32_t first;

    begin(&visit, "[queue]\ndepth = 2\n[runtime skel_b]\noptions = ops=all delay_us=200000\n");
    first = send_run(&visit, 0);
    do
        ck_assert_answers(&visit.caller, caller_stats(&visit.caller, &stats));
    while (device_of(&stats, "skel_b")->running == 0);
    send_run(&visit, 0);
    send_run(&visit, 0);
    ck_assert_refused(&visit.caller, caller_answer(&visit.caller, send_run(&visit, 0)),
                      E_QUEUE_FULL, "2 jobs wait for this device");
    ck_assert_answers(&visit.caller, caller_answer(&visit.caller, first));
    ck_assert_int_eq(caller_receive(&visit.caller), 1);
    ck_assert_int_eq(visit.caller.code, 0);
    ck_assert_int_eq(caller_receive(&visit.caller), 1);
    ck_assert_int_eq(visit.caller.code, 0);
    end(&visit);
}
END_TEST

START_TEST(a_client_that_goes_takes_its_jobs_along)
{
    struct stats_result stats;
    struct visit visit;
    struct caller guest;

    begin(&visit, "[runtime skel_b]\noptions = ops=all delay_us=50000\n");
    proc_note(visit.house.proc);
    caller_open(&guest, visit.house.socket);
    ck_assert_answers(
        &guest,
        caller_load(&guest, &(struct caller_load){.name = "relu", .fd = -1, .runtime = "skel_b"},
                    NULL));
    for (int i = 0; i < 8; i++)
        caller_send_run(&guest, &(struct caller_run){.network = 1, .in = x, .in_size = sizeof(x)});
    ck_assert_answers(&visit.caller, caller_ping(&visit.caller));
    caller_close(&guest);
    do
        ck_assert_answers(&visit.caller, caller_stats(&visit.caller, &stats));
    while (stats.sessions > 1 || device_of(&stats, "skel_b")->running ||
           device_of(&stats, "skel_b")->queued);
    ck_assert_uint_ge(device_of(&stats, "skel_b")->cancelled, 6);
    proc_clean_after(visit.house.proc);
    end(&visit);
}
END_TEST

START_TEST(a_job_whose_network_has_no_free_slot_lets_others_pass)
{
    struct visit visit;
    struct caller_loaded other;
    uint32_t last;

    begin(&visit, "[device skel_a]\nlanes = 2\n"
                  "[runtime skel_a]\noptions = ops=all delay_us=20000\n"
                  "[runtime skel_b]\noptions = ops=all\n");
    ck_assert_answers(
        &visit.caller,
        caller_load(&visit.caller,
                    &(struct caller_load){.name = "relu", .fd = -1, .n = 8, .runtime = "skel_a"},
                    &other));
    for (int i = 0; i < 6; i++)
        last = caller_send_run(
            &visit.caller,
            &(struct caller_run){.network = other.network, .in = (float[8]){0}, .in_size = 32});
    for (int i = 0; i < 6; i++) {
        ck_assert_int_eq(caller_receive(&visit.caller), 1);
        ck_assert_int_eq(visit.caller.code, 0);
    }
    ck_assert_uint_le(visit.caller.frame.head.serial, last);
    end(&visit);
}
END_TEST

SUITE(a_deadline_that_has_passed_is_answered_without_a_run,
      a_deadline_that_passes_in_the_queue_is_answered_while_the_lane_is_busy,
      an_answer_that_comes_too_late_is_no_success, a_deadline_that_is_far_is_met,
      a_queued_call_is_taken_back_at_once_and_a_running_one_when_it_ends,
      a_full_queue_refuses_the_next, a_client_that_goes_takes_its_jobs_along,
      a_job_whose_network_has_no_free_slot_lets_others_pass);
