#include "daemon/warmth.h"

#include "daemon/sched.h"
#include "daemon/server.h"
#include "engine/engine.h"

static void on_timer(uv_timer_t *timer);

static void ask(struct sched *sched, enum device device, enum perf_profile profile)
{
    struct sched_queue *queue = &sched->queues[device];

    pthread_mutex_lock(&sched->mutex);
    queue->wanted = profile;
    pthread_mutex_unlock(&sched->mutex);
    pthread_cond_signal(&queue->wake);
}

/* An earlier firing than is needed by now does no harm: it is set anew then. */
static void arm(struct warmth_device *device, uint64_t next_ns, uint64_t now_ns)
{
    if (next_ns == 0 || (device->timer_ns && device->timer_ns <= next_ns))
        return;
    device->timer_ns = next_ns;
    uv_update_time(device->timer.loop);
    uv_timer_start(&device->timer, on_timer, (next_ns - now_ns) / 1000000 + 1, 0);
}

static void update(struct warmth_device *device, uint64_t now_ns)
{
    const struct config_device *config = &device->server->config->devices[device->device];
    const struct votes_rules rules = {config->burst_hold * 1000000, config->idle * 1000000};
    uint64_t next_ns;
    enum perf_profile sum = votes_sum(&device->votes, &rules, now_ns, &next_ns);

    if (sum != device->asked)
        ask(&device->server->sched, device->device, sum);
    device->asked = sum;
    arm(device, next_ns, now_ns);
}

static void on_timer(uv_timer_t *timer)
{
    struct warmth_device *device = timer->data;

    device->timer_ns = 0;
    update(device, clock_now_ns(device->server->clock));
}

int warmth_init(struct warmth *warmth, struct server *server)
{
    int r = 0;

    for (int i = 0; r == 0 && i < _DEVICE_MAX; i++) {
        struct warmth_device *device = &warmth->devices[i];

        *device = (struct warmth_device){.server = server, .device = i, .asked = _PERF_MAX};
        r = uv_timer_init(&server->loop, &device->timer);
        device->timer.data = device;
    }
    return r;
}

void warmth_begin(struct warmth *warmth, enum device device, enum perf_profile profile)
{
    struct warmth_device *warm = &warmth->devices[device];

    votes_begin(&warm->votes, profile);
    if (warm->votes.n_jobs[profile] == 1)
        update(warm, clock_now_ns(warm->server->clock));
}

void warmth_end(struct warmth *warmth, enum device device, enum perf_profile profile,
                uint64_t due_ns)
{
    struct warmth_device *warm = &warmth->devices[device];
    uint64_t now_ns = clock_now_ns(warm->server->clock);

    votes_end(&warm->votes, profile, now_ns, due_ns);
    if (warm->votes.n_jobs[profile] == 0)
        update(warm, now_ns);
}

void warmth_again(struct sched *sched, enum device device)
{
    pthread_mutex_lock(&sched->mutex);
    sched->queues[device].voted = _PERF_MAX;
    pthread_mutex_unlock(&sched->mutex);
    pthread_cond_signal(&sched->queues[device].wake);
}

enum perf_profile warmth_asked(struct sched *sched, enum device device)
{
    enum perf_profile voted;

    pthread_mutex_lock(&sched->mutex);
    voted = sched->queues[device].voted;
    pthread_mutex_unlock(&sched->mutex);
    return voted;
}

bool warmth_cast(struct sched *sched, struct sched_queue *queue, enum device device)
{
    enum perf_profile vote = queue->wanted;

    if (queue->parked || vote == queue->voted)
        return false;
    queue->voted = vote;
    queue->n_running++;
    pthread_mutex_unlock(&sched->mutex);
    for (int i = 0; i < _RUNTIME_MAX; i++)
        if (runtime_get(i)->device == device)
            engine_set_perf(sched->engine, i, vote);
    pthread_mutex_lock(&sched->mutex);
    if (--queue->n_running == 0 && queue->parked)
        done_post(sched->done, queue->idle);
    return true;
}
