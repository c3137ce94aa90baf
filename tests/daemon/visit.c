#include "tests/daemon/visit.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/support/suite.h"

/* A daemon whose skel_b holds the run that finds the file "hold", until "hold.held" is gone. */
void visit_begin(struct visit *visit, const char *runtime)
{
    house_open(&visit->house,
               suite_text("[runtime skel_b]\noptions = ops=all wedge=%s\n", suite_path("hold")));
    pushes_make_model();
    caller_open(&visit->eye, visit->house.socket);
    caller_open(&visit->caller, visit->house.socket);
    visit->network = pushes_load(&visit->caller, runtime);
}

void visit_end(struct visit *visit)
{
    caller_close(&visit->caller);
    caller_close(&visit->eye);
    house_close(&visit->house);
}

uint32_t visit_open(struct visit *visit, uint32_t depth, const char *policy)
{
    return pushes_open(
        &visit->caller,
        &(struct pushes_open){.network = visit->network, .depth = depth, .policy = policy});
}

uint32_t visit_push(struct visit *visit, uint32_t stream, uint64_t frame)
{
    return pushes_send(&visit->caller, stream, frame, false);
}

/* What skel_b does now. */
struct device_desc visit_look(struct visit *visit)
{
    struct stats_result stats;

    ck_assert_answers(&visit->eye, caller_stats(&visit->eye, &stats));
    for (uint32_t i = 0; i < stats.n_devices; i++)
        if (stats.devices[i].name.size == 6 && memcmp(stats.devices[i].name.base, "skel_b", 6) == 0)
            return stats.devices[i];
    ck_abort_msg("status does not speak of skel_b");
}

/* From now on a run does not end until it is let go. */
void visit_hold(void)
{
    suite_write(suite_path("hold"), "", 0);
}

void visit_wait_held(void)
{
    const struct timespec pause = {0, 1000000};

    while (access(suite_path("hold.held"), F_OK) < 0)
        nanosleep(&pause, NULL);
}

void visit_let_go(void)
{
    suite_remove("hold.held");
}

/* A frame that runs until it is let go, so that those behind it wait. */
uint32_t visit_push_held(struct visit *visit, uint32_t stream, uint64_t frame)
{
    uint32_t serial;

    visit_hold();
    serial = visit_push(visit, stream, frame);
    visit_wait_held();
    return serial;
}

/* Only the visit's own sessions are left. */
void visit_wait_gone(struct visit *visit)
{
    struct stats_result stats;

    do
        ck_assert_answers(&visit->eye, caller_stats(&visit->eye, &stats));
    while (stats.sessions > 2);
}

void visit_ck_done(struct visit *visit, uint32_t serial, uint64_t frame, float q, uint64_t dropped)
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

void visit_ck_ended(struct visit *visit, uint32_t serial, int code, const char *words)
{
    struct pushes_answer answer;

    pushes_receive(&visit->caller, serial, &answer);
    ck_assert_int_eq(answer.code, code);
    ck_assert_msg(strstr(visit->caller.text, words) != NULL, "'%s' is not in '%s'", words,
                  visit->caller.text);
}

void visit_ck_counts(struct visit *visit, uint32_t stream, const struct stream_close_result *want)
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
