/* What the daemon tells to who listens. */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "tests/daemon/caller.h"
#include "tests/daemon/ear.h"
#include "tests/daemon/house.h"
#include "tests/daemon/made.h"
#include "tests/daemon/pushes.h"
#include "tests/support/suite.h"

static const char *address(void)
{
    return suite_text("ipc://%s", suite_path("events.ipc"));
}

static void is(const struct text *text, const char *want)
{
    ck_assert_msg(text->size == strlen(want) && memcmp(text->base, want, text->size) == 0,
                  "'%.*s' instead of '%s'", (int)text->size, text->base, want);
}

static void fail_model(void *context, const char *model)
{
    struct caller *caller = context;

    ck_assert_refused(caller,
                      caller_load(caller, &(struct caller_load){.name = model, .fd = -1}, NULL),
                      E_NO_MODEL, model);
}

START_TEST(a_model_is_told_of_from_loading_to_unloaded)
{
    const struct event *event;
    struct house house;
    struct caller caller;
    struct ear ear;

    house_open(&house, "");
    made_relu_file(suite_path("models/relu"), 16, "one");
    caller_open(&caller, house.socket);
    ear_open(&ear, address(), fail_model, &caller);
    ck_assert_answers(&caller,
                      caller_load(&caller, &(struct caller_load){.name = "relu", .fd = -1}, NULL));
    event = ear_next(&ear);
    is(&event->event, "model-loading");
    is(&event->model, "relu");
    ck_assert_uint_eq(event->lost, 0);
    ck_assert_uint_gt(event->time_ns, 0);
    event = ear_next(&ear);
    is(&event->event, "model-ready");
    is(&event->model, "relu");
    is(&event->runtime, "cpu");
    ck_assert_uint_eq(event->generation, 1);
    fail_model(&caller, "gone");
    event = ear_next_of(&ear, EVENT_MODEL_FAILED);
    is(&event->model, "gone");
    is(&event->error, "no-model");
    caller_close(&caller); /* nobody holds it any more */
    event = ear_next(&ear);
    is(&event->event, "model-unloaded");
    is(&event->model, "relu");
    proc_signal(house.proc, SIGTERM);
    event = ear_next(&ear);
    is(&event->event, "daemon-draining");
    ear_close(&ear);
    proc_finish(house.proc, 0);
    house_tidy();
}
END_TEST

static pid_t publisher_of(pid_t daemon)
{
    const char *path = suite_text("/proc/%d/task/%d/children", daemon, daemon);
    FILE *file = fopen(path, "re");
    int pid = 0;

    ck_assert_ptr_nonnull(file);
    (void)!fscanf(file, "%d", &pid);
    fclose(file);
    ck_assert_int_gt(pid, 0);
    return pid;
}

static void hello_says(const char *socket, const char *want)
{
    struct hello_result hello;
    struct fault fault = {""};
    struct caller caller;

    caller_connect(&caller, socket);
    ck_assert_int_eq(caller_hello(&caller, 1, 1), 0);
    ck_assert_int_eq(unpack_hello_result(caller.frame.map, caller.frame.map_size, &hello, &fault),
                     0);
    is(&hello.events, want);
    caller_close(&caller);
}

static void load_and_unload(struct caller *caller)
{
    struct caller_loaded loaded;

    ck_assert_answers(
        caller, caller_load(caller, &(struct caller_load){.name = "relu", .fd = -1}, &loaded));
    ck_assert_answers(caller, caller_run_relu(caller, loaded.network, 16, 0));
    ck_assert_answers(caller, caller_unload(caller, loaded.network, NULL));
}

START_TEST(hello_hands_out_the_address_that_is_set)
{
    const char *elsewhere = suite_text("ipc://%s", suite_path("elsewhere"));
    struct house house;

    house_open(&house, "");
    hello_says(house.socket, address());
    house_close(&house);
    house_open(&house, suite_text("[events]\naddress = %s\n", elsewhere));
    hello_says(house.socket, elsewhere);
    house_close(&house);
    house_open(&house, "[events]\nenabled = no\n");
    hello_says(house.socket, "");
    house_close(&house);
}
END_TEST

START_TEST(a_publisher_killed_a_hundred_times_is_back_a_hundred_times)
{
    struct house house;
    struct caller caller;
    struct ear ear;
    uint64_t sequence, last = 0;

    house_open(&house, "");
    made_relu_file(suite_path("models/relu"), 16, "one");
    proc_expect_log(house.proc, "snped-events ended: signal 9; events are lost until it is back");
    proc_expect_log(house.proc, "more lines like"); /* after twenty */
    caller_open(&caller, house.socket);
    for (int i = 0; i < 100; i++) {
        sequence = ear_open(&ear, address(), fail_model, &caller);
        ck_assert_int_eq(kill(publisher_of(proc_pid(house.proc)), SIGKILL), 0);
        load_and_unload(&caller);
        hello_says(house.socket, address()); /* it is coming back */
        /* Every event has its number, told or lost; three for each load. */
        ck_assert_uint_ge(sequence, last + 3);
        last = sequence;
        ear_close(&ear);
    }
    ck_assert_uint_gt(ear_open(&ear, address(), fail_model, &caller), last + 3);
    ear_close(&ear);
    caller_close(&caller);
    house_close(&house);
}
END_TEST

START_TEST(a_publisher_that_is_not_there_costs_one_warning)
{
    struct house house;
    struct caller caller;

    house_begin(&house, "[events]\nprogram = /nowhere/snped-events\n");
    proc_expect_log(house.proc, "/nowhere/snped-events cannot be started: No such file");
    proc_wait_notify(house.proc, "READY=1");
    made_relu_file(suite_path("models/relu"), 16, "one");
    hello_says(house.socket, "");
    caller_open(&caller, house.socket);
    load_and_unload(&caller);
    caller_close(&caller);
    proc_signal(house.proc, SIGTERM);
    ck_assert_int_eq(proc_wait(house.proc), 0);
    ck_assert_ptr_null(strstr(strstr(proc_err(house.proc), "/nowhere") + 1, "/nowhere"));
    proc_finish(house.proc, 0);
    house_tidy();
}
END_TEST

START_TEST(a_publisher_that_has_no_place_for_its_socket_says_so_once)
{
    struct house house;

    house_begin(&house, suite_text("[events]\naddress = ipc://%s/none/here\n", suite_dir()));
    proc_expect_log(house.proc, "snped-events cannot publish");
    proc_wait_err(house.proc, "/none/here: No such file or directory; events are lost until");
    proc_wait_notify(house.proc, "READY=1");
    hello_says(house.socket, "");
    mkdir(suite_path("none"), 0755);
    proc_wait_err(house.proc, "published at"); /* it went on trying */
    hello_says(house.socket, suite_text("ipc://%s/none/here", suite_dir()));
    house_close(&house);
    suite_remove("none");
}
END_TEST

START_TEST(a_publisher_that_takes_nothing_is_not_waited_for_and_what_it_misses_is_counted)
{
    const struct event *event;
    struct house house;
    struct caller caller;
    struct ear ear;
    uint64_t sequence, lost = 0;
    pid_t publisher;

    house_open(&house, "");
    made_relu_file(suite_path("models/relu"), 16, "one");
    caller_open(&caller, house.socket);
    sequence = ear_open(&ear, address(), fail_model, &caller);
    publisher = publisher_of(proc_pid(house.proc));
    ck_assert_int_eq(kill(publisher, SIGSTOP), 0);
    for (int i = 0; i < 300; i++)
        load_and_unload(&caller);
    ck_assert_int_eq(kill(publisher, SIGCONT), 0);
    do {
        load_and_unload(&caller);
        event = ear_next(&ear);
        ck_assert_uint_eq(event->sequence, sequence + event->lost + 1);
        sequence = event->sequence;
        lost += event->lost;
    } while (!lost);
    ck_assert_uint_ge(sequence, 900);
    ear_close(&ear);
    caller_close(&caller);
    house_close(&house);
}
END_TEST

/* A daemon whose skel_b holds its first run, until "hold.held" is gone. */
static void open_held(struct house *house, struct caller *caller, const char *settings)
{
    house_open(house, suite_text("%s[runtime skel_b]\noptions = ops=all wedge=%s\n", settings,
                                 suite_path("hold")));
    caller_open(caller, house->socket);
}

static void hold(void)
{
    suite_write(suite_path("hold"), "", 0);
}

static void let_go(void)
{
    while (access(suite_path("hold.held"), F_OK) < 0)
        poll(NULL, 0, 1);
    suite_remove("hold.held");
}

START_TEST(jobs_for_which_a_queue_has_no_room_are_told_of)
{
    static const float x[16] = {0};
    struct caller_run run = {.in = x, .in_size = sizeof(x)};
    const struct event *event;
    struct caller_loaded loaded;
    struct house house;
    struct caller caller;
    struct ear ear;
    uint32_t first, second;

    open_held(&house, &caller, "[queue]\ndepth = 1\n");
    made_relu_file(suite_path("models/relu"), 16, "one");
    ck_assert_answers(
        &caller,
        caller_load(&caller, &(struct caller_load){.name = "relu", .fd = -1, .runtime = "skel_b"},
                    &loaded));
    ear_open(&ear, address(), fail_model, &caller);
    run.network = loaded.network;
    hold();
    first = caller_send_run(&caller, &run);
    while (access(suite_path("hold.held"), F_OK) < 0)
        poll(NULL, 0, 1);
    second = caller_send_run(&caller, &run);
    ck_assert_int_eq(caller_run(&caller, &run), E_QUEUE_FULL);
    event = ear_next_of(&ear, EVENT_OVERLOAD);
    is(&event->device, "skel_b");
    is(&event->error, "queue-full");
    ck_assert_uint_eq(event->count, 1);
    let_go();
    ck_assert_int_eq(caller_answer(&caller, first), 0);
    ck_assert_int_eq(caller_answer(&caller, second), 0);
    ear_close(&ear);
    caller_close(&caller);
    house_close(&house);
}
END_TEST

START_TEST(frames_that_newer_ones_replace_are_told_of_with_their_number)
{
    struct pushes_open open = {.depth = 1, .policy = "newest"};
    const struct event *event;
    struct house house;
    struct caller caller;
    struct ear ear;
    uint32_t stream;
    uint64_t dropped = 0;

    open_held(&house, &caller, "");
    pushes_make_model();
    open.network = pushes_load(&caller, "skel_b");
    ear_open(&ear, address(), fail_model, &caller);
    stream = pushes_open(&caller, &open);
    hold();
    pushes_send(&caller, stream, 1, false);
    while (access(suite_path("hold.held"), F_OK) < 0)
        poll(NULL, 0, 1);
    for (uint64_t frame = 2; frame <= 5; frame++)
        pushes_send(&caller, stream, frame, false);
    event = ear_next_of(&ear, EVENT_FRAME_DROPPED);
    is(&event->model, "pair");
    ck_assert_uint_eq(event->stream, stream);
    dropped = event->count;
    while (dropped < 3) /* a second later */
        dropped += ear_next_of(&ear, EVENT_FRAME_DROPPED)->count;
    ck_assert_uint_eq(dropped, 3);
    let_go();
    caller_close(&caller);
    ear_close(&ear);
    house_close(&house);
}
END_TEST

START_TEST(the_socket_of_events_has_the_rights_of_the_daemons)
{
    struct house house;
    struct stat st;

    house_open(&house, "[daemon]\nsocket_mode = 0640\n");
    proc_wait_err(house.proc, "published at");
    ck_assert_int_eq(stat(suite_path("events.ipc"), &st), 0);
    ck_assert_int_eq(st.st_mode & 0777, 0640);
    house_close(&house);
}
END_TEST

SUITE(a_model_is_told_of_from_loading_to_unloaded, hello_hands_out_the_address_that_is_set,
      a_publisher_killed_a_hundred_times_is_back_a_hundred_times,
      a_publisher_that_is_not_there_costs_one_warning,
      a_publisher_that_has_no_place_for_its_socket_says_so_once,
      a_publisher_that_takes_nothing_is_not_waited_for_and_what_it_misses_is_counted,
      jobs_for_which_a_queue_has_no_room_are_told_of,
      frames_that_newer_ones_replace_are_told_of_with_their_number,
      the_socket_of_events_has_the_rights_of_the_daemons);
