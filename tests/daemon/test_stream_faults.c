/* Streams when memory runs out, and that a warm one needs none. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "tests/daemon/caller.h"
#include "tests/daemon/made.h"
#include "tests/daemon/pushes.h"
#include "tests/support/faults.h"
#include "tests/support/proc.h"
#include "tests/support/suite.h"

#define SIZE   (PUSHES_N * sizeof(float))
#define FRAMES 3   /* of a client that fills one while another runs */
#define FRAME  256 /* bytes from one to the next: the input, and the output behind it */

static struct proc *start(const struct faults *faults)
{
    const char *argv[] = {suite_bin("snped"),   "--socket",   suite_path("snped.sock"), "--models",
                          suite_path("models"), "--models-d", suite_path("models.d"),   NULL};

    mkdir(suite_path("models"), 0755);
    mkdir(suite_path("models.d"), 0755);
    pushes_make_model();
    return proc_start(
        &(struct proc_spec){.argv = argv, .env = faults_env(faults, NULL), .notify = 1});
}

static void tidy(void)
{
    suite_remove("models");
    suite_remove("models.d");
}

/* One frame of STREAM by region: q must be the frame before. */
static void push_by_region(struct caller *caller, uint32_t stream, uint32_t region, float *memory,
                           uint64_t frame, float want)
{
    const uint64_t at = frame % FRAMES * FRAME;
    const struct stream_push_params params = {
        .stream = stream,
        .frame = frame,
        .inputs = {{.region = region, .offset = at, .size = SIZE}},
        .outputs = {{.region = region, .offset = at + 128, .size = SIZE}},
        .n_inputs = 1,
        .n_outputs = 1,
    };
    struct stream_push_result result;

    memory[at / 4] = (float)frame;
    ck_assert_int_eq(pack_stream_push_params(&params, &caller->map), 0);
    ck_assert_answers(caller,
                      caller_answer(caller, caller_send(caller, METHOD_STREAM_PUSH, NULL, 0, -1)));
    ck_assert_int_eq(
        unpack_stream_push_result(caller->frame.map, caller->frame.map_size, &result, NULL), 0);
    ck_assert_uint_eq(result.copied_bytes, 0);
    ck_assert_float_eq(memory[at / 4 + 32], want);
}

START_TEST(a_warm_stream_allocates_nothing_and_by_region_copies_nothing)
{
    struct faults *faults;
    struct proc *daemon;
    struct caller caller;
    uint32_t network, streams[3], region;
    uint64_t made = 0;
    float *memory;
    int fd = made_memfd(NULL, 4096, 1);

    if (!faults_work()) {
        close(fd);
        return;
    }
    memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    ck_assert_ptr_ne(memory, MAP_FAILED);
    faults = faults_new(suite_bin("snped"));
    daemon = start(faults);
    proc_wait_notify(daemon, "READY=1");
    caller_open(&caller, suite_path("snped.sock"));
    ck_assert_answers(&caller, caller_region_add(&caller, fd, 4096, &region));
    network = pushes_load(&caller, "cpu");
    for (int i = 0; i < 3; i++)
        streams[i] = pushes_open(&caller, &(struct pushes_open){.network = network});
    for (uint64_t frame = 1; frame <= 100; frame++) {
        if (frame == 50) /* both slots have met all spans */
            made = faults_made(faults);
        for (int i = 0; i < 2; i++)
            push_by_region(&caller, streams[i], region, memory, frame, (float)(frame - 1));
        pushes_run(&caller, streams[2], frame, (float)(frame - 1)); /* inline */
    }
    ck_assert_uint_eq(faults_made(faults), made);
    munmap(memory, 4096);
    close(fd);
    caller_close(&caller);
    proc_signal(daemon, SIGTERM);
    proc_finish(daemon, 0);
    faults_free(faults);
    tidy();
}
END_TEST

/* What a client may see when memory runs out: all well, the error, or the end of the connection. */
static bool ended(const struct faults *faults, const struct caller *caller, int code)
{
    if (code >= 0)
        return false;
    ck_assert_msg(faults_expected(faults), "%d: %s", code, caller->text);
    ck_assert_msg(code == -ENOMEM || code == E_DISCONNECTED, "%d: %s", code, caller->text);
    return true;
}

static int load(struct caller *caller, uint32_t *ret)
{
    const struct caller_load load = {.name = "pair", .fd = -1, .output = "p", .second = "q"};
    struct caller_loaded loaded;
    int code = caller_load(caller, &load, &loaded);

    *ret = code < 0 ? 0 : loaded.network;
    return code;
}

/* One of everything, as far as the connection goes. */
static int visit(const struct faults *faults, struct caller *caller)
{
    struct stream_close_result counts;
    struct pushes_answer answer;
    uint32_t network = 0;
    int code, stream;

    caller_connect(caller, suite_path("snped.sock"));
    caller->patient = true;
    code = caller_hello(caller, 1, 1);
    if (!ended(faults, caller, code))
        code = load(caller, &network);
    if (ended(faults, caller, code))
        return code;
    stream = pushes_try_open(caller, &(struct pushes_open){.network = network});
    if (ended(faults, caller, stream))
        return stream;
    for (uint64_t frame = 1; frame <= 3; frame++) {
        pushes_receive(caller, pushes_send(caller, (uint32_t)stream, frame, false), &answer);
        if (ended(faults, caller, answer.code))
            return answer.code;
        ck_assert_float_eq(answer.q, (float)(frame - 1));
    }
    code = pushes_reset(caller, (uint32_t)stream);
    if (!ended(faults, caller, code))
        code = pushes_close(caller, (uint32_t)stream, &counts);
    ended(faults, caller, code);
    return code;
}

static void life(void *context, struct faults *faults)
{
    struct proc *daemon = start(faults);
    struct caller caller;
    int code;

    (void)context;
    if (!proc_wait_notify_or_end(daemon, "READY=1")) {
        faults_end(faults, daemon);
        tidy();
        return;
    }
    visit(faults, &caller);
    faults_rest(faults);
    caller_close(&caller);
    code = visit(faults, &caller);
    ck_assert_msg(code == 0, "memory is back, but: %d: %s", code, caller.text);
    caller_close(&caller);
    proc_signal(daemon, SIGTERM);
    faults_end(faults, daemon);
    tidy();
}

START_TEST(memory_may_run_out_in_the_life_of_a_stream)
{
    if (faults_work())
        faults_all(suite_bin("snped"), life, NULL);
}
END_TEST

SUITE(a_warm_stream_allocates_nothing_and_by_region_copies_nothing,
      memory_may_run_out_in_the_life_of_a_stream);
