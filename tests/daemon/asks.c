#include "tests/daemon/asks.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/daemon/house.h"
#include "tests/daemon/made.h"
#include "tests/support/suite.h"

static const float x[ASKS_N] = {1, -1, 2, -2};

static struct text text_of(const char *text)
{
    return (struct text){text, strlen(text)};
}

uint32_t asks_load(struct caller *by, const char *runtime, uint32_t n)
{
    const struct caller_load load = {.name = "relu", .fd = -1, .runtime = runtime, .n = n};
    struct caller_loaded loaded;

    ck_assert_answers(by, caller_load(by, &load, &loaded));
    ck_assert_str_eq(loaded.runtime, runtime);
    return loaded.network;
}

void asks_open(struct asks *asks, const char *more, const char *skel_b)
{
    struct house house;

    house_open(&house, suite_text("%s\n[runtime skel_b]\noptions = ops=all wedge=%s %s\n", more,
                                  suite_path("hold"), skel_b));
    asks->proc = house.proc;
    asks->socket = house.socket;
    made_relu_file(suite_path("models/relu"), ASKS_N, "one");
    caller_open(&asks->caller, asks->socket);
    asks->network = asks_load(&asks->caller, "skel_b", 0);
}

void asks_close(struct asks *asks)
{
    struct house house = {asks->proc, asks->socket};

    caller_close(&asks->caller);
    house_close(&house);
}

uint32_t asks_send(struct caller *by, const struct ask *ask)
{
    struct run_params params = {
        .network = ask->network,
        .inputs = {{.size = sizeof(x)}},
        .n_inputs = 1,
        .deadline_ns = ask->deadline_ns,
        .class = text_of(ask->class ? ask->class : ""),
        .n_any_of = ask->n_any_of,
    };
    const struct wire_part part = {x, sizeof(x)};

    for (uint32_t i = 0; i < ask->n_any_of; i++)
        params.any_of[i].network = ask->any_of[i];
    ck_assert_int_eq(pack_run_params(&params, &by->map), 0);
    return caller_send(by, METHOD_RUN, &part, 1, -1);
}

uint32_t asks_expect(struct caller *by, uint32_t serial)
{
    static struct run_result result; /* as large as a stack may be */

    ck_assert_answers(by, caller_answer(by, serial));
    ck_assert_int_eq(unpack_run_result(by->frame.map, by->frame.map_size, &result, NULL), 0);
    return result.network;
}

uint32_t asks_hold(struct asks *asks, const char *class)
{
    const struct timespec pause = {0, 1000000};
    uint32_t serial;

    suite_write(suite_path("hold"), "", 0);
    serial = asks_send(&asks->caller, &(struct ask){.network = asks->network, .class = class});
    while (access(suite_path("hold.held"), F_OK) < 0)
        nanosleep(&pause, NULL);
    return serial;
}

void asks_let_go(void)
{
    suite_remove("hold.held");
}

void asks_settle(struct caller *by)
{
    ck_assert_answers(by, caller_ping(by));
}

uint32_t asks_find_ended(struct asks *asks, const struct trace_record **ret)
{
    static struct trace_result trace;
    const struct trace_params params = {0};
    struct caller *by = &asks->caller;
    uint32_t n = 0;

    ck_assert_int_eq(pack_trace_params(&params, &by->map), 0);
    ck_assert_answers(by, caller_answer(by, caller_send(by, METHOD_TRACE, NULL, 0, -1)));
    ck_assert_int_eq(unpack_trace_result(by->frame.map, by->frame.map_size, &trace, NULL), 0);
    for (uint32_t i = 0; i < trace.n_records; i++)
        if (trace.records[i].job && trace.records[i].session && trace.records[i].kind.size == 3)
            ret[n++] = &trace.records[i];
    return n;
}
