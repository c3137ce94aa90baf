/* Events that the test posts itself, with no daemon around them. */
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/base.h"
#include "base/error.h"
#include "config/config.h"
#include "daemon/events.h"
#include "tests/daemon/ear.h"
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

SUITE(what_comes_in_crowds_is_told_once_a_second_with_its_count,
      a_count_is_told_when_nothing_follows, subscribers_that_never_read_cost_nothing);
