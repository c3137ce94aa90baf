#include "daemon/wedge.h"

#include <inttypes.h>

#include "base/log.h"
#include "daemon/job.h"
#include "daemon/server.h"

/* How often it is looked: a run is stuck when it is found over its time twice in a row. So neither
 * a process that was stopped for a while nor a loop that was held up is taken for a stuck lane. */
#define LOOK_PARTS    8 /* of the floor */
#define LOOK_LEAST_MS 10
#define LOOK_MOST_MS  1000

/* The slowest run so far is no bound, as the first runs after a change of clocks show. */
#define SLOWEST_TIMES 3

static void on_timer(uv_timer_t *timer);

static uint64_t look_ms(const struct server *server)
{
    uint64_t ms = server->config->daemon_watchdog_floor / LOOK_PARTS;

    if (ms > LOOK_MOST_MS)
        return LOOK_MOST_MS;
    return ms < LOOK_LEAST_MS ? LOOK_LEAST_MS : ms;
}

static uint64_t most_ns(const struct server *server, const struct job *job)
{
    uint64_t floor_ns = server->config->daemon_watchdog_floor * 1000000;
    uint64_t slowest_ns = SLOWEST_TIMES * hist_quantile(&job->ready->run_times, 999);

    return slowest_ns > floor_ns ? slowest_ns : floor_ns;
}

/* Since when LANE runs what is over its time; 0: nothing is. A job that a lane runs stays where it
 * is while the loop looks: it is the loop that puts it to another use. */
static uint64_t overdue_since(const struct server *server, const struct lane *lane)
{
    uint64_t now_ns = clock_now_ns(server->clock);
    uint64_t since_ns = atomic_load_explicit(&lane->busy_since_ns, memory_order_acquire);

    if (lane->state != LANE_WORKS || since_ns == 0 || since_ns >= now_ns)
        return 0;
    return now_ns - since_ns > most_ns(server, lane->job) ? since_ns : 0;
}

static void start_owed(struct wedge *wedge)
{
    struct server *server = wedge->server;
    struct lane *lane = server->lanes;

    while (lane->state != LANE_NONE)
        lane++; /* there is one more than all devices can have */
    wedge->owed = lane_start(lane, &server->sched, wedge->device, wedge->number) < 0;
    if (!wedge->owed && lane >= server->lanes + server->n_lanes)
        server->n_lanes = (uint32_t)(lane - server->lanes) + 1;
}

static void on_buried(struct done_item *item)
{
    container_of(item, struct lane, returned)->state = LANE_NONE;
}

/* What a run used is given back where it may take its time. */
static void bury(struct loader_task *task)
{
    struct lane *lane = container_of(task, struct lane, burial);

    job_bury(lane->job);
    lane->returned.on_done = on_buried;
    done_post(lane->sched->done, &lane->returned);
}

static void on_returned(struct done_item *item)
{
    struct lane *lane = container_of(item, struct lane, returned);
    struct job *job = lane->job;
    struct server *server = job->server;

    log_notice("wedge", "the run on device %s that was given up has come back after all",
               device_get(lane->device)->name);
    lane_join(lane);
    server->wedge.given_up = server->wedge.hopeless = false;
    job_let_go(job);
    lane->burial.run = bury;
    loader_post(&server->loader, &lane->burial);
}

static void give_up(struct wedge *wedge, struct lane *lane, uint64_t since_ns)
{
    struct server *server = wedge->server;
    uint64_t took_ns = clock_now_ns(server->clock) - since_ns;
    struct job *job = lane->job;

    lane->returned.on_done = on_returned;
    if (!lane_give_up(lane, since_ns))
        return;
    log_error("wedge",
              "a run of %s on device %s does not come back after %" PRIu64 " ms: it is given up",
              job->model, device_get(lane->device)->name, took_ns / 1000000);
    events_post_device_wedged(&server->events, lane->device, job->model, took_ns / 1000);
    wedge->given_up = wedge->owed = true;
    wedge->device = lane->device;
    wedge->number = lane->number;
    job_abandon(job);
    sched_give_up(&server->sched, job);
    start_owed(wedge); /* whose lane finds the queue parked */
}

static void look(struct wedge *wedge)
{
    struct server *server = wedge->server;
    bool hopeless = false;

    for (uint32_t i = 0; i < server->n_lanes; i++) {
        struct lane *lane = &server->lanes[i];
        uint64_t since_ns = overdue_since(server, lane);

        if (since_ns && since_ns == lane->suspect_ns && !wedge->given_up)
            give_up(wedge, lane, since_ns);
        else if (since_ns && since_ns == lane->suspect_ns)
            hopeless = true;
        lane->suspect_ns = since_ns;
    }
    if (hopeless && !wedge->hopeless)
        log_error("wedge", "a second run does not come back, on a device that is lost for good: "
                           "snped has to be restarted");
    wedge->hopeless = hopeless;
}

static void on_timer(uv_timer_t *timer)
{
    struct wedge *wedge = timer->data;

    if (wedge->owed)
        start_owed(wedge);
    look(wedge);
    if (wedge->server->n_jobs == 0 && !wedge->owed)
        uv_timer_stop(timer);
}

int wedge_init(struct wedge *wedge, struct server *server)
{
    int r;

    *wedge = (struct wedge){.server = server};
    r = uv_timer_init(&server->loop, &wedge->timer);
    wedge->timer.data = wedge;
    return r;
}

void wedge_on_job(struct wedge *wedge)
{
    uint64_t ms;

    if (uv_is_active((uv_handle_t *)&wedge->timer))
        return;
    ms = look_ms(wedge->server);
    uv_timer_start(&wedge->timer, on_timer, ms, ms);
}
