#pragma once
/* Asking a daemon of the test's own for ps, why and trace; each answer lives until the next. */
#include <string.h>
#include <sys/stat.h>

#include "tests/daemon/caller.h"
#include "tests/daemon/house.h"
#include "tests/daemon/made.h"
#include "tests/support/suite.h"

static const float x[4] = {1, -1, 2, -2};

static struct ps_result ps;
static struct why_result why;
static struct trace_result trace;

struct visit {
    struct house house;
    struct caller caller;
    struct caller_loaded loaded;
};

static inline void load(struct caller *caller, struct caller_loaded *ret)
{
    const struct caller_load load = {.name = "relu", .fd = -1, .runtime = "skel_b"};

    ck_assert_answers(caller, caller_load(caller, &load, ret));
}

static inline void begin(struct visit *visit, const char *settings)
{
    chmod(suite_dir(), 0755);
    house_open(&visit->house, settings);
    made_relu_file(suite_path("models/relu"), 4, "one");
    caller_open(&visit->caller, visit->house.socket);
    load(&visit->caller, &visit->loaded);
}

static inline void end(struct visit *visit)
{
    caller_close(&visit->caller);
    house_close(&visit->house);
}

static inline uint32_t send_run(struct caller *caller, uint32_t network)
{
    return caller_send_run(caller,
                           &(struct caller_run){.network = network, .in = x, .in_size = sizeof(x)});
}

/* The number of the job that was answered last. */
static inline uint64_t job_of(const struct caller *caller)
{
    static struct run_result result;

    ck_assert_int_eq(unpack_run_result(caller->frame.map, caller->frame.map_size, &result, NULL),
                     0);
    return result.job;
}

static inline uint64_t run(struct caller *caller, uint32_t network)
{
    ck_assert_answers(caller, caller_answer(caller, send_run(caller, network)));
    return job_of(caller);
}

static inline int ask_ps(struct caller *caller)
{
    const struct ps_params params = {0};
    int code;

    ck_assert_int_eq(pack_ps_params(&params, &caller->map), 0);
    code = caller_answer(caller, caller_send(caller, METHOD_PS, NULL, 0, -1));
    if (code == 0)
        ck_assert_int_eq(unpack_ps_result(caller->frame.map, caller->frame.map_size, &ps, NULL), 0);
    return code;
}

static inline int ask_why(struct caller *caller, uint64_t job)
{
    const struct why_params params = {job};
    int code;

    ck_assert_int_eq(pack_why_params(&params, &caller->map), 0);
    code = caller_answer(caller, caller_send(caller, METHOD_WHY, NULL, 0, -1));
    if (code == 0)
        ck_assert_int_eq(unpack_why_result(caller->frame.map, caller->frame.map_size, &why, NULL),
                         0);
    return code;
}

static inline int ask_trace(struct caller *caller, uint64_t after, bool on)
{
    const struct trace_params params = {after, on};
    int code;

    ck_assert_int_eq(pack_trace_params(&params, &caller->map), 0);
    code = caller_answer(caller, caller_send(caller, METHOD_TRACE, NULL, 0, -1));
    if (code == 0)
        ck_assert_int_eq(
            unpack_trace_result(caller->frame.map, caller->frame.map_size, &trace, NULL), 0);
    return code;
}

static inline bool is(struct text text, const char *want)
{
    return text.size == strlen(want) && memcmp(text.base, want, text.size) == 0;
}

static inline bool has(struct text text, const char *words)
{
    return memmem(text.base, text.size, words, strlen(words)) != NULL;
}
