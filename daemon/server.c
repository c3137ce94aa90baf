#include "daemon/server.h"

#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/log.h"
#include "base/spin.h"
#include "daemon/fds.h"
#include "daemon/job.h"
#include "daemon/reload.h"
#include "daemon/session.h"

/* Of a frame, beside the tensors: the map. The longest is LIST's of all the models there may be. */
#define MAP_MOST (256u << 10)

/* After stop_timeout everything is answered; a run that does not end by then either is left. */
#define LAST_GRACE_MS 2000

#define START_NOTICE_MS 5000

static void on_session(struct listener *listener, int take_fd)
{
    session_open(listener->context, take_fd);
}

static void on_hello_timer(uv_timer_t *timer)
{
    struct server *server = timer->data;
    uint64_t next_ns = session_close_silent(server);
    uint64_t now_ns = clock_now_ns(server->clock);

    if (next_ns)
        uv_timer_start(timer, on_hello_timer,
                       next_ns > now_ns ? (next_ns - now_ns) / 1000000 + 1 : 1, 0);
}

void server_on_session(struct server *server)
{
    if (!uv_is_active((uv_handle_t *)&server->hello_timer))
        uv_timer_start(&server->hello_timer, on_hello_timer, server->config->daemon_hello_timeout,
                       0);
}

/* What runs on a device cannot be interrupted: the process goes as the signal alone would have it.
 */
static void quit_now(struct server *server)
{
    events_stop(&server->events);
    signal(SIGTERM, SIG_DFL);
    raise(SIGTERM);
}

static void on_stop_signal(uv_signal_t *handle, int number)
{
    struct server *server = handle->data;

    if (server->state >= SERVER_DRAINING) {
        log_warning("server", "a second signal %d: calls under way are left unanswered", number);
        quit_now(server);
        return;
    }
    log_notice("server", "signal %d: ending what is under way", number);
    server_drain(server);
}

static void on_hangup(uv_signal_t *handle, int number)
{
    (void)number;
    (void)reload_ask(handle->data, NULL, NULL); /* a signal asks for no memory */
}

static int init_timer(struct server *server, uv_timer_t *timer)
{
    timer->data = server;
    return uv_timer_init(&server->loop, timer);
}

static int init_signal(struct server *server, uv_signal_t *handle, int number,
                       uv_signal_cb on_signal)
{
    int r = uv_signal_init(&server->loop, handle);

    handle->data = server;
    return r < 0 ? r : uv_signal_start(handle, on_signal, number);
}

static int start_loop(struct server *server)
{
    int r = uv_loop_init(&server->loop);

    if (r < 0)
        return r;
    server->parts |= PART_LOOP;
    r = init_signal(server, &server->sigterm, SIGTERM, on_stop_signal);
    if (r == 0)
        r = init_signal(server, &server->sigint, SIGINT, on_stop_signal);
    if (r == 0)
        r = init_signal(server, &server->sighup, SIGHUP, on_hangup);
    if (r == 0)
        r = reload_init(server);
    if (r == 0)
        r = init_timer(server, &server->hello_timer);
    if (r == 0)
        r = init_timer(server, &server->stop_timer);
    if (r == 0)
        r = init_timer(server, &server->start_timer);
    if (r == 0)
        r = tracer_init(&server->tracer, &server->loop, server->clock, &server->history);
    if (r == 0)
        r = done_init(&server->done, &server->loop);
    server->parts |= r == 0 ? PART_DONE : 0;
    return r;
}

static int start_engine(struct server *server, struct fault *fault)
{
    struct engine_options options = {
        .n_threads = (uint32_t)server->config->daemon_threads,
        .clock = server->clock,
    };
    int r;

    for (int i = 0; i < _RUNTIME_MAX; i++)
        options.runtime_options[i] = server->config->runtimes[i].options;
    r = engine_new(&options, &server->engine, fault);
    /* A runtime that is not here is passed over; a setting that it does not understand is not. */
    for (int i = 0; r == 0 && i < _RUNTIME_MAX; i++)
        r = engine_probe(server->engine, i, fault) == E_SETTING ? E_SETTING : 0;
    return r;
}

/* A device that none of its runtimes can use gets no thread, and status does not speak of it. */
static bool has_use(const struct server *server, enum device device)
{
    for (int i = 0; i < _RUNTIME_MAX; i++)
        if (runtime_get(i)->device == device && engine_probe(server->engine, i, NULL) == 0)
            return true;
    return false;
}

static int start_lanes(struct server *server)
{
    const struct config *config = server->config;
    int r = 0;

    for (int device = 0; device < _DEVICE_MAX; device++) {
        uint64_t n = has_use(server, device) ? config->devices[device].lanes : 0;

        if (n > device_get(device)->max_lanes)
            n = device_get(device)->max_lanes;
        for (uint64_t i = 0; r == 0 && i < n && server->n_lanes < SERVER_LANES_MAX; i++) {
            sched_add_lane(&server->sched, device);
            r = lane_start(&server->lanes[server->n_lanes], &server->sched, device, (uint32_t)i);
            server->n_lanes += r == 0;
        }
    }
    return r;
}

/* Everything with threads; signals are the loop's alone. */
static int start_threads(struct server *server, struct fault *fault)
{
    const struct config *config = server->config;
    int r = start_engine(server, fault);

    if (r < 0)
        return r;
    r = loader_start(&server->loader);
    if (r < 0)
        return fail(fault, r, "the loader's thread: %s", strerror(-r));
    server->parts |= PART_LOADER;
    models_init(&server->models, &(struct models){
                                     .names_most = config->quota_models,
                                     .loader = &server->loader,
                                     .clock = server->clock,
                                     .events = &server->events,
                                 });
    r = keeper_init(server);
    if (r == 0)
        r = sched_init(&server->sched, &server->loop, &server->done, server->clock, config);
    server->parts |= r == 0 ? PART_SCHED : 0;
    if (r == 0)
        r = recovery_init(&server->recovery, server);
    if (r == 0)
        r = wedge_init(&server->wedge, server);
    if (r == 0)
        r = warmth_init(&server->warmth, server);
    server->sched.engine = server->engine;
    if (r == 0)
        r = start_lanes(server);
    return r < 0 ? fail(fault, r, "the lanes' threads: %s", strerror(-r)) : 0;
}

static int start_quiet_threads(struct server *server, struct fault *fault)
{
    sigset_t all, before;
    int r;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    r = start_threads(server, fault);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return r;
}

static int start_listener(struct server *server, struct fault *fault)
{
    const struct listener_spec spec = {
        server->config->daemon_socket,
        (mode_t)server->config->daemon_socket_mode,
    };
    int r;

    server->listener.on_connection = on_session;
    server->listener.context = server;
    r = listener_open(&server->listener, &spec, fault);
    if (r < 0)
        return r;
    r = listener_start(&server->listener, &server->loop);
    return r < 0 ? fail(fault, r, "the socket cannot be watched: %s", uv_strerror(r)) : 0;
}

static void on_start_timer(uv_timer_t *timer)
{
    server_on_progress(timer->data);
}

static int start_models(struct server *server, struct fault *fault)
{
    _cleanup_(models_config_freep) struct models_config *models = NULL;
    int r = models_read_dir(server->config->daemon_models_d, &models, fault);

    if (r < 0)
        return r;
    uv_timer_start(&server->start_timer, on_start_timer, START_NOTICE_MS, START_NOTICE_MS);
    return entries_start(server, take_ptr(models), fault);
}

static int start_rest(struct server *server, struct fault *fault)
{
    int r = policy_new(server->config, &server->policy);

    if (r == 0)
        r = buf_reserve(&server->map, 4096); /* an error can always be told */
    r = r == 0 ? history_init(&server->history, server->config->daemon_history) : r;
    if (r < 0)
        return fail(fault, r, "out of memory");
    r = start_quiet_threads(server, fault);
    if (r == 0)
        r = start_listener(server, fault);
    if (r == 0)
        r = events_start(&server->events, &server->loop, server->clock, server->config, fault);
    if (r < 0)
        return r;
    server->watchdog.wedge = &server->wedge;
    r = watchdog_start(&server->watchdog, &server->loop);
    if (r < 0)
        return fail(fault, r, "the watchdog's timer: %s", uv_strerror(r));
    return start_models(server, fault);
}

int server_start(struct server *server, const struct config *config,
                 const struct config_source *source, const struct clock *clock, struct fault *fault)
{
    int r;

    server->config = server->first = config;
    server->source = source;
    server->clock = clock;
    server->born_ns = clock_now_ns(clock);
    server->frame_most = (uint32_t)config->daemon_inline_most + MAP_MOST;
    server->listener.fd = server->listener.reserve = -1;
    list_init(&server->sessions);
    list_init(&server->admissions);
    list_init(&server->jobs);
    loads_init(&server->loads);
    quotas_init(&server->quotas, config);
    r = start_loop(server);
    if (r < 0)
        return fail(fault, r, "the loop: %s", uv_strerror(r));
    r = fds_grow_table(server, fault);
    return r < 0 ? r : start_rest(server, fault);
}

/* How much the loop has done for clients. */
static uint64_t work_done(const struct server *server)
{
    return server->n_readies + server->done.n_drained;
}

/* One wait, as short as it may be, and the work it brings. False: nothing is left to wait for. */
static bool turn(struct server *server, struct spin *spin)
{
    uint64_t begin_ns = clock_now_ns(server->clock), before = work_done(server), waited_ns = 0;
    bool alive = true;

    while (alive && spin_pays(spin) && work_done(server) == before && waited_ns < SPIN_NS) {
        sched_yield();
        alive = uv_run(&server->loop, UV_RUN_NOWAIT);
        waited_ns = clock_now_ns(server->clock) - begin_ns;
    }
    if (alive && work_done(server) == before) {
        alive = uv_run(&server->loop, UV_RUN_ONCE);
        waited_ns = clock_now_ns(server->clock) - begin_ns;
    }
    spin_learn(spin, waited_ns);
    return alive;
}

void server_run(struct server *server)
{
    struct spin spin = {0};

    while (turn(server, &spin))
        ;
}

void server_set_log(const struct config *config)
{
    if (!getenv("SNPED_LOG"))
        log_set_level((enum log_level)config->daemon_log);
}

void server_on_progress(struct server *server)
{
    char text[MODEL_NAME_MAX + 64];

    if (server->state == SERVER_STARTING)
        notify_starting(loads_text(server, text, sizeof(text)));
}

void server_on_ready(struct server *server)
{
    uint32_t n_ready, n_failed;
    char status[96];

    if (server->state != SERVER_STARTING)
        return;
    n_ready = models_count(&server->models, GENERATION_READY);
    n_failed = models_count(&server->models, GENERATION_FAILED);
    server->state = SERVER_READY;
    uv_timer_stop(&server->start_timer);
    snprintf(status, sizeof(status), "%u models ready, %u failed", n_ready, n_failed);
    events_post_daemon_ready(&server->events, n_ready, n_failed);
    log_notice("server", "ready: snped %s on %s, %s", SNPED_VERSION, server->config->daemon_socket,
               status);
    notify_ready(status);
    reload_on_ready(server);
}

static void close_handle(uv_handle_t *handle, void *context)
{
    (void)context;
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

/* Nothing is under way any more: the loop runs out of handles and ends. */
static void server_finish(struct server *server)
{
    server->state = SERVER_STOPPED;
    listener_close(&server->listener);
    uv_walk(&server->loop, close_handle, NULL);
}

void server_on_idle(struct server *server)
{
    if (server->state == SERVER_DRAINING && server->n_sessions == 0 && server->n_jobs == 0 &&
        loads_idle(&server->loads) && reload_is_idle(&server->reload) &&
        recovery_idle(&server->recovery))
        server_finish(server);
}

static void on_last_timer(uv_timer_t *timer)
{
    log_error("server", "a run on a device does not end: it is left behind");
    quit_now(timer->data);
}

/* Time is up: every call is answered, whether its work has ended or not. */
static void on_stop_timer(uv_timer_t *timer)
{
    struct server *server = timer->data;

    log_warning("server", "stop_timeout is over: calls under way are answered \"draining\"");
    uv_timer_start(timer, on_last_timer, LAST_GRACE_MS, 0);
    list_foreach (it, &server->sessions)
        session_end(list_entry(it, struct session, link));
    server_on_idle(server);
}

void server_drain(struct server *server)
{
    if (server->state >= SERVER_DRAINING)
        return;
    server->state = SERVER_DRAINING;
    notify_stopping();
    events_post_daemon_draining(&server->events);
    listener_close(&server->listener);
    uv_timer_stop(&server->start_timer);
    uv_timer_start(&server->stop_timer, on_stop_timer, server->config->daemon_stop_timeout, 0);
    loads_cancel_all(server, E_DRAINING);
    reload_drain(server);
    list_foreach (it, &server->sessions)
        session_drain(list_entry(it, struct session, link));
    server_on_idle(server);
}

void server_free(struct server *server)
{
    if (server->wedge.given_up) { /* nothing can be freed under its thread */
        log_warning("server", "a run that was given up has not come back: it is left behind");
        quit_now(server);
    }
    if (server->parts & PART_SCHED) {
        sched_stop(&server->sched);
        for (uint32_t i = 0; i < server->n_lanes; i++)
            if (server->lanes[i].state == LANE_WORKS)
                lane_join(&server->lanes[i]);
        sched_done(&server->sched);
    }
    if (server->parts & PART_LOADER) {
        models_done(&server->models);
        loader_stop(&server->loader);
    }
    engine_free(server->engine);
    listener_close(&server->listener);
    if (server->parts & PART_LOOP) {
        uv_walk(&server->loop, close_handle, NULL);
        uv_run(&server->loop, UV_RUN_DEFAULT);
        uv_loop_close(&server->loop);
    }
    events_stop(&server->events);
    if (server->parts & PART_DONE)
        done_free(&server->done);
    policy_free(server->policy);
    quotas_done(&server->quotas);
    entries_done(&server->entries);
    reload_done(server);
    buf_done(&server->map);
    history_done(&server->history);
}
