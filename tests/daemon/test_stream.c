/* Streams: order, state, and what becomes of frames that are too many. */
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "tests/daemon/caller.h"
#include "tests/daemon/house.h"
#include "tests/daemon/made.h"
#include "tests/daemon/pushes.h"
#include "tests/support/suite.h"

#define SLOW "[runtime skel_b]\noptions = ops=all delay_us=100000\n"

struct visit {
    struct house house;
    struct caller caller;
    uint32_t network;
};

static void begin(struct visit *visit, const char *runtime, const char *settings)
{
    house_open(&visit->house, settings);
    pushes_make_model();
    caller_open(&visit->caller, visit->house.socket);
    visit->network = pushes_load(&visit->caller, runtime);
}

static void end(struct visit *visit)
{
    caller_close(&visit->caller);
    house_close(&visit->house);
}

static uint32_t open_stream(struct visit *visit, uint32_t depth, const char *policy)
{
    return pushes_open(
        &visit->caller,
        &(struct pushes_open){.network = visit->network, .depth = depth, .policy = policy});
}

START_TEST(a_state_goes_from_each_frame_to_the_next_and_a_reset_zeroes_it)
{
    struct visit visit;
    struct stream_close_result counts;
    uint32_t stream;

    begin(&visit, "cpu", "");
    stream = open_stream(&visit, 1, NULL);
    pushes_run(&visit.caller, stream, 5, 0);
    pushes_run(&visit.caller, stream, 6, 5);
    pushes_run(&visit.caller, stream, 7, 6);
    ck_assert_answers(&visit.caller, pushes_reset(&visit.caller, stream));
    pushes_run(&visit.caller, stream, 8, 0);
    pushes_run(&visit.caller, stream, 9, 8);
    ck_assert_answers(&visit.caller, pushes_close(&visit.caller, stream, &counts));
    ck_assert_uint_eq(counts.pushed, 5);
    ck_assert_uint_eq(counts.done, 5);
    end(&visit);
}
END_TEST

SUITE(a_state_goes_from_each_frame_to_the_next_and_a_reset_zeroes_it);
