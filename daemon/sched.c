#include "daemon/sched.h"

#include <inttypes.h>
#include <sched.h>

#include "base/error.h"
#include "daemon/job.h"
#include "daemon/models.h"
#include "engine/engine.h"

static struct sched_queue *queue_of(struct sched *sched, const struct job *job)
{
    return &sched->queues[network_device(job->network, job->step)];
}

static void on_timer(uv_timer_t *timer);

int sched_init(struct sched *sched, uv_loop_t *loop, struct done *done, const struct clock *clock,
               uint64_t depth)
{
    *sched = (struct sched){.depth = depth, .clock = clock, .done = done};
    pthread_mutex_init(&sched->mutex, NULL);
    for (int i = 0; i < _DEVICE_MAX; i++) {
        list_init(&sched->queues[i].jobs);
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

/* With the lock held; a lane is woken when it is given up, so that it need not wait for it. */
static void enqueue(struct sched_queue *queue, struct job *job)
{
    job->state = JOB_QUEUED;
    list_append(&queue->jobs, &job->link);
    queue->n_queued++;
    atomic_store_explicit(&queue->n_hint, queue->n_queued, memory_order_release);
}

static void dequeue(struct sched_queue *queue, struct job *job, enum job_state state)
{
    job->state = state;
    list_remove(&job->link);
    queue->n_queued--;
    atomic_store_explicit(&queue->n_hint, queue->n_queued, memory_order_relaxed);
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

int sched_submit(struct sched *sched, struct job *job, struct fault *fault)
{
    struct sched_queue *queue = queue_of(sched, job);
    uint64_t now_ns = job->deadline_ns ? clock_now_ns(sched->clock) : 0;
    bool full;

    if (job->deadline_ns && now_ns >= job->deadline_ns)
        return fail(fault, E_DEADLINE,
                    "the deadline had passed %" PRIu64 " us before the call came",
                    (now_ns - job->deadline_ns) / 1000);
    pthread_mutex_lock(&sched->mutex);
    full = queue->n_queued >= sched->depth && !job->on_end;
    if (!full)
        enqueue(queue, job);
    pthread_mutex_unlock(&sched->mutex);
    if (full)
        return fail(fault, E_QUEUE_FULL,
                    "%" PRIu64 " jobs wait for this device, the most there may "
                    "be ([queue] depth in snped.conf); try again later",
                    sched->depth);
    pthread_cond_signal(&queue->wake);
    if (job->deadline_ns)
        arm(sched, job->deadline_ns, now_ns);
    return 0;
}

bool sched_cancel(struct sched *sched, struct job *job)
{
    bool ours;

    pthread_mutex_lock(&sched->mutex);
    ours = job->state == JOB_QUEUED;
    if (ours)
        dequeue(queue_of(sched, job), job, JOB_DONE);
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
    waited_for = queue->n_queued > 0; /* perhaps for want of just this slot */
    pthread_mutex_unlock(&sched->mutex);
    if (waited_for)
        pthread_cond_signal(&queue->wake);
}

/* The first job in line that has a slot or finds one free. */
static struct job *find_runnable(struct sched_queue *queue)
{
    if (queue->parked)
        return NULL;
    list_foreach (it, &queue->jobs) {
        struct job *job = list_entry(it, struct job, link);

        if (!job->slot)
            job->slot = slot_take(job->network);
        if (job->slot)
            return job;
        job->slotless = true;
    }
    return NULL;
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
    uint64_t begin_ns = clock_now_ns(sched->clock);
    struct job *job;

    if (spin_pays(spin))
        look_for_work(sched, queue, begin_ns);
    pthread_mutex_lock(&sched->mutex);
    while (!(job = find_runnable(queue)) && !(sched->stopping && list_empty(&queue->jobs)))
        pthread_cond_wait(&queue->wake, &sched->mutex);
    if (job) {
        dequeue(queue, job, JOB_RUNNING);
        queue->n_running++;
        job->device = device;
        if (!job->started_ns)
            job->started_ns = clock_now_ns(sched->clock);
        if (job->deadline_ns && job->started_ns >= job->deadline_ns)
            job->result = E_DEADLINE;
    }
    pthread_mutex_unlock(&sched->mutex);
    spin_learn(spin, clock_now_ns(sched->clock) - begin_ns);
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

/* With the lock held: a lane of QUEUE has ended a run, and its job was posted if the queue is
 * parked: when the loop hears that all lanes are back, it has heard of every job that was lost. */
static void leave(struct sched *sched, struct sched_queue *queue)
{
    if (--queue->n_running == 0 && queue->parked)
        done_post(sched->done, queue->idle);
}

void sched_advance(struct sched *sched, struct job *job)
{
    struct sched_queue *ran = &sched->queues[job->device];
    bool more = has_more(job), posted;
    struct sched_queue *queue = more ? queue_of(sched, job) : NULL;

    pthread_mutex_lock(&sched->mutex);
    if (job->result == E_DEVICE_LOST)
        park(ran, job);
    posted = !more && ran->parked;
    if (more)
        enqueue(queue, job);
    else
        job->state = JOB_DONE;
    if (posted)
        done_post(sched->done, &job->done);
    leave(sched, ran);
    pthread_mutex_unlock(&sched->mutex);
    if (more)
        pthread_cond_signal(&queue->wake);
    else if (!posted)
        done_post(sched->done, &job->done);
}

void sched_give_up(struct sched *sched, struct job *job)
{
    struct sched_queue *queue = &sched->queues[job->device];

    pthread_mutex_lock(&sched->mutex);
    park(queue, job);
    leave(sched, queue);
    pthread_mutex_unlock(&sched->mutex);
}

/* Before the first that came after it; what the daemon itself wants is in front of all. */
static void insert(struct sched_queue *queue, struct job *job)
{
    struct list *next = queue->jobs.next;

    while (!job->on_end && next != &queue->jobs &&
           list_entry(next, struct job, link)->arrived_ns <= job->arrived_ns)
        next = next->next;
    job->state = JOB_QUEUED;
    list_append(next, &job->link); /* in front of NEXT, as of a head */
    queue->n_queued++;
    atomic_store_explicit(&queue->n_hint, queue->n_queued, memory_order_release);
}

void sched_requeue(struct sched *sched, struct job *job)
{
    struct sched_queue *queue = queue_of(sched, job);

    pthread_mutex_lock(&sched->mutex);
    insert(queue, job);
    pthread_mutex_unlock(&sched->mutex);
    pthread_cond_signal(&queue->wake);
    if (job->deadline_ns)
        arm(sched, job->deadline_ns, clock_now_ns(sched->clock));
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

    list_init(ret);
    pthread_mutex_lock(&sched->mutex);
    list_foreach (it, &queue->jobs) {
        struct job *job = list_entry(it, struct job, link);

        dequeue(queue, job, JOB_IDLE);
        list_append(ret, &job->link);
    }
    pthread_mutex_unlock(&sched->mutex);
}

void sched_unpark(struct sched *sched, enum device device)
{
    pthread_mutex_lock(&sched->mutex);
    sched->queues[device].parked = false;
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
    };
    pthread_mutex_unlock(&sched->mutex);
}

void sched_counts(struct sched *sched, enum device device, uint32_t *ret_queued,
                  uint32_t *ret_running)
{
    pthread_mutex_lock(&sched->mutex);
    *ret_queued = sched->queues[device].n_queued;
    *ret_running = sched->queues[device].n_running;
    pthread_mutex_unlock(&sched->mutex);
}

/* Moves what has expired in QUEUE to EXPIRED; the earliest deadline that is left goes to *NEXT. */
static void sweep(struct sched_queue *queue, uint64_t now_ns, struct list *expired, uint64_t *next)
{
    list_foreach (it, &queue->jobs) {
        struct job *job = list_entry(it, struct job, link);

        if (!job->deadline_ns)
            continue;
        if (job->deadline_ns <= now_ns) {
            dequeue(queue, job, JOB_DONE);
            list_append(expired, &job->link);
        } else if (!*next || job->deadline_ns < *next) {
            *next = job->deadline_ns;
        }
    }
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
