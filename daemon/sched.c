#include "daemon/sched.h"

#include <inttypes.h>
#include <sched.h>
#include <string.h>

#include "base/error.h"
#include "config/config.h"
#include "daemon/forecast.h"
#include "daemon/job.h"
#include "daemon/models.h"
#include "daemon/warmth.h"
#include "engine/engine.h"

/* Of the round-robin: about the shortest run that there is, so that turns are what decides. */
#define QUANTUM_NS 100000

static struct sched_queue *queue_of(struct sched *sched, const struct job *job)
{
    return &sched->queues[network_device(job->network, job->step)];
}

static void on_timer(uv_timer_t *timer);

static struct queue_options options_of(const struct config *config)
{
    return (struct queue_options){
        .depth = (uint32_t)config->queue_depth,
        .aging_ns = config->queue_aging * 1000000,
        .quantum_ns = QUANTUM_NS,
        .floors = {[CLASS_INTERACTIVE] = (uint32_t)config->queue_floor_interactive,
                   [CLASS_BATCH] = (uint32_t)config->queue_floor_batch},
    };
}

int sched_init(struct sched *sched, uv_loop_t *loop, struct done *done, const struct clock *clock,
               const struct config *config)
{
    const struct queue_options options = options_of(config);

    *sched = (struct sched){.clock = clock, .done = done};
    pthread_mutex_init(&sched->mutex, NULL);
    for (int i = 0; i < _DEVICE_MAX; i++) {
        queue_init(&sched->queues[i].queue, &options);
        queue_client_init(&sched->queues[i].own);
        list_init(&sched->queues[i].running);
        sched->queues[i].wanted = sched->queues[i].voted = _PERF_MAX;
        pthread_cond_init(&sched->queues[i].wake, NULL);
    }
    sched->timer.data = sched;
    return uv_timer_init(loop, &sched->timer);
}

void sched_done(struct sched *sched)
{
    for (int i = 0; i < _DEVICE_MAX; i++)
        pthread_cond_destroy(&sched->queues[i].wake);
    pthread_mutex_destroy(&sched->mutex);
}

void sched_configure(struct sched *sched, const struct config *config)
{
    const struct queue_options options = options_of(config);

    pthread_mutex_lock(&sched->mutex);
    for (int i = 0; i < _DEVICE_MAX; i++)
        sched->queues[i].queue.options = options;
    pthread_mutex_unlock(&sched->mutex);
}

void sched_add_lane(struct sched *sched, enum device device)
{
    pthread_mutex_lock(&sched->mutex);
    sched->queues[device].n_lanes++;
    pthread_mutex_unlock(&sched->mutex);
}

void sched_floors(const struct sched *sched, uint32_t *ret)
{
    memcpy(ret, sched->queues[0].queue.options.floors, _CLASS_MAX * sizeof(*ret));
}

uint32_t sched_lanes(const struct sched *sched, enum device device)
{
    uint32_t n = sched->queues[device].n_lanes;

    return n ? n : 1;
}

static void set_hint(struct sched_queue *queue)
{
    atomic_store_explicit(&queue->n_hint, queue->queue.n, memory_order_release);
}

/* What the queue has to know of JOB, for its next step. */
static void prepare(struct sched_queue *queue, struct job *job)
{
    struct account *account = job->call.charge.account;
    enum device device = network_device(job->network, job->step);

    job->item.client = account ? &account->queues[device] : &queue->own;
    job->item.class = job->class;
    job->item.deadline_ns = job->deadline_ns;
    job->item.cost_ns = ready_cost_ns(job->ready);
    job->item.most_ns = atomic_load_explicit(&job->ready->most_ns, memory_order_relaxed);
}

/* The timer rounds up: a deadline is never called passed before it is. */
static void arm(struct sched *sched, uint64_t deadline_ns, uint64_t now_ns)
{
    uint64_t left_ns = deadline_ns > now_ns ? deadline_ns - now_ns : 0;

    if (sched->timer_ns && sched->timer_ns <= deadline_ns)
        return;
    sched->timer_ns = deadline_ns;
    uv_update_time(sched->timer.loop);
    uv_timer_start(&sched->timer, on_timer, left_ns / 1000000 + 1, 0);
}

uint64_t sched_wait_ns(struct sched *sched, enum device device, enum job_class class,
                       uint64_t deadline_ns)
{
    uint64_t now_ns = clock_now_ns(sched->clock), ns;

    pthread_mutex_lock(&sched->mutex);
    ns = forecast_wait_ns(&sched->queues[device], class, deadline_ns, now_ns);
    pthread_mutex_unlock(&sched->mutex);
    return ns;
}

/* With the lock held: 0, or why JOB is not let in. */
static int enter(struct sched_queue *queue, struct job *job, uint64_t now_ns, struct job **ret_shed,
                 uint64_t *ret_late_ns)
{
    struct queue_item *shed = NULL;
    int r;

    prepare(queue, job);
    if (job->on_end) { /* the daemon's own */
        queue_add_always(&queue->queue, &job->item, now_ns);
        job->state = JOB_QUEUED;
        return 0;
    }
    *ret_late_ns = job->deadline_ns ? forecast_lateness_ns(queue, job, now_ns) : 0;
    if (*ret_late_ns)
        return E_DEADLINE;
    r = queue_add(&queue->queue, &job->item, now_ns, &shed);
    if (r < 0)
        return r;
    job->state = JOB_QUEUED;
    if (shed) {
        *ret_shed = container_of(shed, struct job, item);
        (*ret_shed)->state = JOB_DONE;
        (*ret_shed)->result = E_QUEUE_FULL;
    }
    return 0;
}

static int refuse(const struct sched *sched, int r, uint64_t late_ns, struct fault *fault)
{
    if (r == E_DEADLINE)
        return fail(fault, r,
                    "it would end %" PRIu64 " us after its deadline: too much that is more urgent "
                    "waits for the device",
                    late_ns / 1000);
    return fail(fault, r,
                "%u jobs wait for this device, the most there may be ([queue] depth in "
                "snped.conf), and none of a lower class; try again later",
                sched->queues[0].queue.options.depth);
}

int sched_submit(struct sched *sched, struct job *job, struct fault *fault)
{
    struct sched_queue *queue = queue_of(sched, job);
    uint64_t now_ns = clock_now_ns(sched->clock), late_ns = 0;
    struct job *shed = NULL;
    int r;

    if (job->deadline_ns && now_ns >= job->deadline_ns)
        return fail(fault, E_DEADLINE,
                    "the deadline had passed %" PRIu64 " us before the call came",
                    (now_ns - job->deadline_ns) / 1000);
    pthread_mutex_lock(&sched->mutex);
    r = enter(queue, job, now_ns, &shed, &late_ns);
    set_hint(queue);
    pthread_mutex_unlock(&sched->mutex);
    if (r < 0)
        return refuse(sched, r, late_ns, fault);
    pthread_cond_signal(&queue->wake);
    if (shed)
        done_post(sched->done, &shed->done);
    if (job->deadline_ns)
        arm(sched, job->deadline_ns, now_ns);
    return 0;
}

bool sched_cancel(struct sched *sched, struct job *job)
{
    bool ours;

    pthread_mutex_lock(&sched->mutex);
    ours = job->state == JOB_QUEUED;
    if (ours) {
        struct sched_queue *queue = queue_of(sched, job);

        queue_remove(&queue->queue, &job->item);
        set_hint(queue);
        job->state = JOB_DONE;
    }
    pthread_mutex_unlock(&sched->mutex);
    return ours;
}

void sched_release(struct sched *sched, struct job *job)
{
    struct sched_queue *queue = &sched->queues[network_device(job->network, 0)];
    bool waited_for;

    pthread_mutex_lock(&sched->mutex);
    slot_release(job->slot);
    job->slot = NULL;
    waited_for = queue->queue.n > 0; /* perhaps for want of just this slot */
    pthread_mutex_unlock(&sched->mutex);
    if (waited_for)
        pthread_cond_signal(&queue->wake);
}

/* Its slot, or one that is free: slots are taken under our lock alone. */
static bool may_run(struct queue_item *item, void *context)
{
    struct job *job = container_of(item, struct job, item);
    bool may = job->slot || slot_is_free(job->network);

    (void)context;
    if (!may)
        job->slotless = true;
    return may;
}

/* With the lock held: the next job, with its slot, at NOW_NS; or NULL. */
static struct job *take(struct sched_queue *queue, enum device device, uint64_t now_ns)
{
    struct queue_item *item =
        queue->parked ? NULL : queue_take(&queue->queue, now_ns, may_run, NULL);
    struct job *job;

    if (!item)
        return NULL;
    job = container_of(item, struct job, item);
    if (!job->slot)
        job->slot = slot_take(job->network);
    set_hint(queue);
    job->state = JOB_RUNNING;
    list_append(&queue->running, &job->link);
    queue->n_running++;
    job->device = device;
    job->taken_ns = now_ns;
    if (!job->started_ns)
        job->started_ns = now_ns;
    if (forecast_too_late(queue, job, now_ns))
        job->result = E_DEADLINE;
    return job;
}

/* Returns when a job seems to be there, or when a longer wait is worth sleeping for. */
static void look_for_work(struct sched *sched, struct sched_queue *queue, uint64_t begin_ns)
{
    while (!atomic_load_explicit(&queue->n_hint, memory_order_acquire) &&
           clock_now_ns(sched->clock) - begin_ns < SPIN_NS)
        sched_yield();
}

struct job *sched_take(struct sched *sched, enum device device, struct spin *spin)
{
    struct sched_queue *queue = &sched->queues[device];
    uint64_t begin_ns = clock_now_ns(sched->clock), now_ns = begin_ns;
    struct job *job;

    if (spin_pays(spin))
        look_for_work(sched, queue, begin_ns);
    pthread_mutex_lock(&sched->mutex);
    for (;;) {
        if (warmth_cast(sched, queue, device))
            continue;
        now_ns = clock_now_ns(sched->clock);
        job = take(queue, device, now_ns);
        if (job || (sched->stopping && queue->queue.n == 0))
            break;
        pthread_cond_wait(&queue->wake, &sched->mutex);
    }
    pthread_mutex_unlock(&sched->mutex);
    spin_learn(spin, now_ns - begin_ns);
    return job;
}

static bool has_more(const struct job *job)
{
    return job->result == 0 && job->step < network_info(job->network)->n_steps &&
           !atomic_load_explicit(&job->cancelled, memory_order_relaxed);
}

/* With the lock held. What was made before the loss says the same, and is no second one. */
static void park(struct sched_queue *queue, const struct job *job)
{
    queue->parked = true;
    if (!network_is_lost(job->network))
        queue->lost |= 1u << network_info(job->network)->runtime;
}

/* With the lock held: a lane of QUEUE has ended a run. If the queue is parked, its job is posted
 * before the word that all lanes are back, so that the loop has heard of every lost one by then. */
static void leave(struct sched_queue *queue, struct job *job)
{
    list_remove(&job->link);
    queue->n_running--;
}

/* With the lock held: JOB waits for its next step. */
static void go_on(struct sched_queue *queue, struct job *job, uint64_t now_ns)
{
    prepare(queue, job);
    queue_add_always(&queue->queue, &job->item, now_ns);
    set_hint(queue);
    job->state = JOB_QUEUED;
}

void sched_advance(struct sched *sched, struct job *job)
{
    struct sched_queue *ran = &sched->queues[job->device], *next = NULL;
    uint64_t now_ns = clock_now_ns(sched->clock);
    bool more = has_more(job), posted;

    if (more)
        next = queue_of(sched, job);
    job->lane_ns += now_ns - job->taken_ns;
    pthread_mutex_lock(&sched->mutex);
    if (job->result == E_DEVICE_LOST)
        park(ran, job);
    queue_charge(&ran->queue, &job->item, now_ns - job->taken_ns, now_ns);
    leave(ran, job);
    posted = !more && ran->parked;
    job->state = JOB_DONE;
    if (more)
        go_on(next, job, now_ns);
    if (posted)
        done_post(sched->done, &job->done);
    if (ran->n_running == 0 && ran->parked)
        done_post(sched->done, ran->idle);
    pthread_mutex_unlock(&sched->mutex);
    if (more)
        pthread_cond_signal(&next->wake);
    else if (!posted)
        done_post(sched->done, &job->done);
}

void sched_give_up(struct sched *sched, struct job *job)
{
    struct sched_queue *queue = &sched->queues[job->device];

    pthread_mutex_lock(&sched->mutex);
    park(queue, job);
    leave(queue, job);
    if (queue->n_running == 0)
        done_post(sched->done, queue->idle);
    pthread_mutex_unlock(&sched->mutex);
}

void sched_requeue(struct sched *sched, struct job *job)
{
    struct sched_queue *queue = queue_of(sched, job);
    uint64_t now_ns = clock_now_ns(sched->clock);

    pthread_mutex_lock(&sched->mutex);
    prepare(queue, job);
    if (job->on_end) /* everything waits for what the daemon itself wants then */
        job->item.class = CLASS_REALTIME;
    if (job->retried)
        queue_add_again(&queue->queue, &job->item, now_ns);
    else
        queue_add_always(&queue->queue, &job->item, now_ns);
    set_hint(queue);
    job->state = JOB_QUEUED;
    pthread_mutex_unlock(&sched->mutex);
    pthread_cond_signal(&queue->wake);
    if (job->deadline_ns)
        arm(sched, job->deadline_ns, now_ns);
}

uint32_t sched_take_lost(struct sched *sched, enum device device)
{
    uint32_t lost;

    pthread_mutex_lock(&sched->mutex);
    lost = sched->queues[device].lost;
    sched->queues[device].lost = 0;
    pthread_mutex_unlock(&sched->mutex);
    return lost;
}

void sched_take_queued(struct sched *sched, enum device device, struct list *ret)
{
    struct sched_queue *queue = &sched->queues[device];
    struct queue_item *item;

    list_init(ret);
    pthread_mutex_lock(&sched->mutex);
    while ((item = queue_oldest(&queue->queue))) {
        struct job *job = container_of(item, struct job, item);

        queue_remove(&queue->queue, item);
        job->state = JOB_IDLE;
        list_append(ret, &job->link);
    }
    set_hint(queue);
    pthread_mutex_unlock(&sched->mutex);
}

void sched_unpark(struct sched *sched, enum device device)
{
    pthread_mutex_lock(&sched->mutex);
    sched->queues[device].parked = false;
    sched->queues[device].voted = _PERF_MAX; /* a backend that was opened anew knows of none */
    pthread_cond_broadcast(&sched->queues[device].wake);
    pthread_mutex_unlock(&sched->mutex);
}

void sched_stop(struct sched *sched)
{
    pthread_mutex_lock(&sched->mutex);
    sched->stopping = true;
    for (int i = 0; i < _DEVICE_MAX; i++)
        pthread_cond_broadcast(&sched->queues[i].wake);
    pthread_mutex_unlock(&sched->mutex);
}

void sched_look(struct sched *sched, const struct job *job, struct sched_view *ret)
{
    pthread_mutex_lock(&sched->mutex);
    *ret = (struct sched_view){
        .queued = job->state == JOB_QUEUED,
        .running = job->state == JOB_RUNNING,
        .slotless = job->slotless,
        .device = job->state == JOB_RUNNING
                      ? job->device
                      : network_device(job->network, job->state == JOB_QUEUED ? job->step : 0),
        .started_ns = job->started_ns,
        .reason = job->item.reason,
    };
    pthread_mutex_unlock(&sched->mutex);
}

void sched_counts(struct sched *sched, enum device device, uint32_t *ret_queued,
                  uint32_t *ret_running)
{
    pthread_mutex_lock(&sched->mutex);
    *ret_queued = sched->queues[device].queue.n;
    *ret_running = sched->queues[device].n_running;
    pthread_mutex_unlock(&sched->mutex);
}

/* Moves what has expired in QUEUE to EXPIRED; the earliest deadline that is left goes to *NEXT. */
static void sweep(struct sched_queue *queue, uint64_t now_ns, struct list *expired, uint64_t *next)
{
    struct queue_item *item = queue_first_deadline(&queue->queue);

    for (; item && item->deadline_ns <= now_ns; item = queue_first_deadline(&queue->queue)) {
        struct job *job = container_of(item, struct job, item);

        queue_remove(&queue->queue, item);
        job->state = JOB_DONE;
        list_append(expired, &job->link);
    }
    set_hint(queue);
    if (item && (!*next || item->deadline_ns < *next))
        *next = item->deadline_ns;
}

static void on_timer(uv_timer_t *timer)
{
    struct sched *sched = timer->data;
    uint64_t now_ns = clock_now_ns(sched->clock), next = 0;
    struct list expired, *link;

    list_init(&expired);
    sched->timer_ns = 0;
    pthread_mutex_lock(&sched->mutex);
    for (int i = 0; i < _DEVICE_MAX; i++)
        sweep(&sched->queues[i], now_ns, &expired, &next);
    pthread_mutex_unlock(&sched->mutex);
    if (next)
        arm(sched, next, now_ns);
    while ((link = list_pop(&expired))) {
        struct job *job = list_entry(link, struct job, link);

        job->result = E_DEADLINE;
        job_finish(job);
    }
}
