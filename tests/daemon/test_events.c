/* What the daemon tells to who listens. */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/error.h"
#include "config/config.h"
#include "daemon/events.h"
#include "tests/daemon/caller.h"
#include "tests/daemon/ear.h"
#include "tests/daemon/house.h"
#include "tests/daemon/made.h"
#include "tests/daemon/pushes.h"
#include "tests/support/hands.h"
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

/* Events of the test's own, with no daemon around them. */
struct stage {
    struct config *config;
    uv_loop_t loop;
    struct events events;
    struct hands hands;
};

static void stage_open(struct stage *stage)
{
    struct fault fault = {""};

    *stage = (struct stage){.config = NULL};
    hands_init(&stage->hands, 1000000000);
    ck_assert_int_eq(config_new(&stage->config, &fault), 0);
    ck_assert_int_eq(
        config_set(stage->config, "daemon", "socket", suite_path("snped.sock"), &fault), 0);
    ck_assert_int_eq(
        config_set(stage->config, "events", "program", suite_bin("snped-events"), &fault), 0);
    uv_loop_init(&stage->loop);
    ck_assert_int_eq(
        events_start(&stage->events, &stage->loop, &stage->hands.clock, stage->config, &fault), 0);
    while (stage->events.publisher.state != PUBLISHER_READY)
        uv_run(&stage->loop, UV_RUN_ONCE);
}

static void post_failed(void *context, const char *model)
{
    struct stage *stage = context;

    events_post_model_failed(&stage->events, model, E_NO_MODEL, NULL);
}

static void close_handle(uv_handle_t *handle, void *context)
{
    (void)context;
    uv_close(handle, NULL);
}

static void stage_close(struct stage *stage)
{
    uv_walk(&stage->loop, close_handle, NULL);
    uv_run(&stage->loop, UV_RUN_DEFAULT);
    uv_loop_close(&stage->loop);
    events_stop(&stage->events);
    config_free(stage->config);
    uv_library_shutdown();
}

START_TEST(what_comes_in_crowds_is_told_once_a_second_with_its_count)
{
    const struct event *event;
    struct events_tally tally;
    struct stage stage;
    struct ear ear;
    uint64_t sequence;

    stage_open(&stage);
    sequence = ear_open(&ear, address(), post_failed, &stage);
    events_tally_init(&tally);
    for (int i = 0; i < 50; i++) {
        events_post_frame_dropped(&stage.events, &tally, "face", 3, 4);
        events_post_overload(&stage.events, DEVICE_CPU, CLASS_BATCH, E_QUEUE_FULL);
    }
    events_post_overload(&stage.events, DEVICE_CPU, CLASS_REALTIME, E_NO_CAPACITY);
    event = ear_next(&ear);
    is(&event->event, "frame-dropped");
    is(&event->model, "face");
    ck_assert_uint_eq(event->sequence, sequence + 1);
    ck_assert_uint_eq(event->count, 1);
    ck_assert_uint_eq(event->session, 3);
    ck_assert_uint_eq(event->stream, 4);
    event = ear_next(&ear);
    is(&event->event, "overload");
    is(&event->class, "batch");
    is(&event->error, "queue-full");
    ck_assert_uint_eq(event->count, 1);
    is(&ear_next(&ear)->class, "realtime");
    hands_turn_ms(&stage.hands, 1000);
    events_post_overload(&stage.events, DEVICE_CPU, CLASS_BATCH, E_QUEUE_FULL);
    ck_assert_uint_eq(ear_next(&ear)->count, 50);
    events_tally_done(&stage.events, &tally); /* the stream ends */
    event = ear_next(&ear);
    is(&event->event, "frame-dropped");
    ck_assert_uint_eq(event->count, 49);
    ear_close(&ear);
    stage_close(&stage);
}
END_TEST

START_TEST(a_count_is_told_when_nothing_follows)
{
    const struct event *event;
    struct events_tally tally;
    struct stage stage;
    struct ear ear;
    uint64_t sequence;

    stage_open(&stage);
    sequence = ear_open(&ear, address(), post_failed, &stage);
    events_tally_init(&tally);
    for (int i = 0; i < 3; i++)
        events_post_frame_dropped(&stage.events, &tally, "face", 1, 1);
    hands_turn_ms(&stage.hands, 1000);
    while (tally.count) /* the timer's second is a real one */
        uv_run(&stage.loop, UV_RUN_ONCE);
    ck_assert_uint_eq(ear_next(&ear)->count, 1);
    event = ear_next(&ear);
    ck_assert_uint_eq(event->count, 2);
    ck_assert_uint_eq(event->sequence, sequence + 2);
    ear_close(&ear);
    stage_close(&stage);
}
END_TEST

/* A subscriber that says what it is, and then never reads. */
static int open_deaf(void)
{
    static const char subscriber[8] = {0, 'S', 'P', 0, 0, 0x21, 0, 0};
    struct sockaddr_un there = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    char publisher[8];

    snprintf(there.sun_path, sizeof(there.sun_path), "%s", suite_path("events.ipc"));
    ck_assert_int_eq(connect(fd, (struct sockaddr *)&there, sizeof(there)), 0);
    ck_assert_int_eq(write(fd, subscriber, sizeof(subscriber)), sizeof(subscriber));
    ck_assert_int_eq(recv(fd, publisher, sizeof(publisher), MSG_WAITALL), sizeof(publisher));
    return fd;
}

static long rss_kib(pid_t pid)
{
    FILE *file = fopen(suite_text("/proc/%d/statm", pid), "re");
    long size = 0, resident = 0;

    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(fscanf(file, "%ld %ld", &size, &resident), 2);
    fclose(file);
    return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

/* N events that all reach the publisher: a full socket is waited for, as the daemon never does. */
static void post_all(struct stage *stage, int n)
{
    struct pollfd room = {.fd = stage->events.publisher.fd, .events = POLLOUT};

    for (int i = 0; i < n; i++) {
        poll(&room, 1, -1);
        events_post_model_loading(&stage->events, "a_model_of_some_length");
    }
}

START_TEST(subscribers_that_never_read_cost_nothing)
{
#ifdef __SANITIZE_ADDRESS__
    suite_skip("AddressSanitizer keeps what was freed, for a while");
    return;
#endif
    struct stage stage;
    int deaf[10];
    long before[2];
    pid_t pid;

    stage_open(&stage);
    pid = stage.events.publisher.pid;
    for (size_t i = 0; i < ARRAY_SIZE(deaf); i++)
        deaf[i] = open_deaf();
    post_all(&stage, 10000);
    before[0] = rss_kib(pid);
    before[1] = rss_kib(getpid());
    post_all(&stage, 100000);
    ck_assert_int_le(rss_kib(pid), before[0] + 128);
    ck_assert_int_le(rss_kib(getpid()), before[1] + 128);
    ck_assert_uint_eq(stage.events.lost_ever, 0);
    for (size_t i = 0; i < ARRAY_SIZE(deaf); i++)
        close(deaf[i]);
    stage_close(&stage);
}
END_TEST

SUITE(a_model_is_told_of_from_loading_to_unloaded, hello_hands_out_the_address_that_is_set,
      a_publisher_killed_a_hundred_times_is_back_a_hundred_times,
      a_publisher_that_is_not_there_costs_one_warning,
      a_publisher_that_has_no_place_for_its_socket_says_so_once,
      a_publisher_that_takes_nothing_is_not_waited_for_and_what_it_misses_is_counted,
      jobs_for_which_a_queue_has_no_room_are_told_of,
      frames_that_newer_ones_replace_are_told_of_with_their_number,
      the_socket_of_events_has_the_rights_of_the_daemons,
      what_comes_in_crowds_is_told_once_a_second_with_its_count,
      a_count_is_told_when_nothing_follows, subscribers_that_never_read_cost_nothing);
