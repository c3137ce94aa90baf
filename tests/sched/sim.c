#include "tests/sched/sim.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sched/ahead.h"
#include "tests/support/suite.h"

#define NEVER    UINT64_MAX
#define RETRY_NS 1000000

/* xorshift64*: the same numbers on every machine. */
static uint64_t draw(struct sim *sim)
{
    sim->random ^= sim->random >> 12;
    sim->random ^= sim->random << 25;
    sim->random ^= sim->random >> 27;
    return sim->random * 2685821657736338717u;
}

static double draw_unit(struct sim *sim)
{
    return ((double)(draw(sim) >> 11) + 0.5) / 9007199254740992.0;
}

struct sim *sim_new(const struct queue_options *options, uint32_t n_lanes)
{
    struct sim *sim = calloc(1, sizeof(*sim));

    ck_assert_ptr_nonnull(sim);
    queue_init(&sim->queue, options);
    sim->n_lanes = n_lanes;
    sim->random = 88172645463325252u;
    return sim;
}

void sim_free(struct sim *sim)
{
    for (uint32_t i = 0; i < sim->n_clients; i++)
        free(sim->clients[i]);
    free(sim);
}

struct sim_client *sim_add(struct sim *sim, const struct sim_spec *spec)
{
    struct sim_client *client = calloc(1, sizeof(*client));

    ck_assert_ptr_nonnull(client);
    client->spec = *spec;
    queue_client_init(&client->place);
    estimate_init(&client->cost, 0.95);
    client->next_ns = draw(sim) % 1000000; /* nobody begins at the same moment */
    client->trace_at = (uint32_t)(draw(sim) % spec->n_trace);
    sim->clients[sim->n_clients++] = client;
    return client;
}

static void broke(struct sim *sim, const char *rule, const struct sim_job *job)
{
    if (!sim->broken[0])
        snprintf(sim->broken, sizeof(sim->broken), "%s: at %llu us, class %s, deadline %llu us",
                 rule, (unsigned long long)sim->now_ns / 1000, class_name(job->item.class),
                 (unsigned long long)job->item.deadline_ns / 1000);
}

static struct sim_job *job_of(struct queue_item *item)
{
    return container_of(item, struct sim_job, item);
}

static void end(struct sim_job *job, uint64_t *count)
{
    job->used = job->waiting = false;
    job->client->n_under_way--;
    (*count)++;
}

static bool always(struct queue_item *item, void *context)
{
    (void)item, (void)context;
    return true;
}

typedef void (*visit_fn)(struct sim *sim, struct sim_job *job, void *context);

static void each_waiting(struct sim *sim, visit_fn visit, void *context)
{
    for (uint32_t i = 0; i < sim->n_clients; i++)
        for (uint32_t k = 0; sim->clients[i]->n_waiting && k < SIM_JOBS_MAX; k++)
            if (sim->clients[i]->jobs[k].waiting)
                visit(sim, &sim->clients[i]->jobs[k], context);
}

/* TAKEN was given the device although JOB waits. */
static void check_order(struct sim *sim, struct sim_job *job, void *context)
{
    const struct sim_job *taken = context;
    bool same_class = job->item.class == taken->item.class;

    if (same_class && job->item.deadline_ns && taken->item.deadline_ns > job->item.deadline_ns)
        broke(sim, "a later deadline of the same class went first", job);
    if (same_class && taken->item.rank == job->item.rank && job->item.deadline_ns &&
        !taken->item.deadline_ns)
        broke(sim, "one without a deadline went before one with", job);
    if (job->item.rank < taken->item.rank && taken->item.reason != QUEUE_FLOOR)
        broke(sim, "a lower class went first, and not for its floor", job);
}

/* Does anybody of a class above RANK wait? */
static bool is_blocking(const struct sim *sim, enum job_class rank)
{
    for (int i = 0; i < (int)rank; i++)
        if (sim->queue.classes[i].n)
            return true;
    return false;
}

static void start(struct sim *sim, uint32_t lane, struct queue_item *item)
{
    struct sim_job *job = job_of(item);
    struct sim_client *client = job->client;
    uint64_t waited_ns = sim->now_ns - job->arrived_ns;

    job->waiting = false;
    client->n_waiting--;
    job->taken_ns = sim->now_ns;
    job->service_ns = (uint64_t)client->spec.trace_us[client->trace_at] * 1000;
    client->trace_at = (client->trace_at + 1) % client->spec.n_trace;
    if (waited_ns > client->longest_wait_ns)
        client->longest_wait_ns = waited_ns;
    each_waiting(sim, check_order, job);
    if (!is_blocking(sim, item->rank))
        sim->blocking_ns = 0;
    sim->running[lane] = job;
}

static void fill_lanes(struct sim *sim)
{
    for (uint32_t i = 0; i < sim->n_lanes; i++) {
        struct queue_item *item =
            sim->running[i] ? NULL : queue_take(&sim->queue, sim->now_ns, always, NULL);

        if (item)
            start(sim, i, item);
        else if (!sim->running[i] && sim->queue.n)
            broke(sim, "a lane is idle while jobs wait", sim->clients[0]->jobs);
    }
}

/* Has everybody shown how long its runs can be? */
static bool is_warm(const struct sim *sim)
{
    for (uint32_t i = 0; i < sim->n_clients; i++)
        if (sim->clients[i]->counts.done < sim->clients[i]->spec.n_trace)
            return false;
    return true;
}

static void finish(struct sim *sim, uint32_t lane)
{
    struct sim_job *job = sim->running[lane];
    struct sim_client *client = job->client;

    sim->running[lane] = NULL;
    for (int i = 0; i < _CLASS_MAX; i++)
        if (sim->queue.classes[i].n || i == (int)job->item.class)
            sim->backlog_ns[i] += job->service_ns;
    sim->class_ns[job->item.class] += job->service_ns;
    if (job->service_ns > sim->longest_ns)
        sim->longest_ns = job->service_ns;
    sim->blocking_ns = is_blocking(sim, job->item.rank) ? sim->blocking_ns + job->service_ns : 0;
    if (sim->blocking_ns > sim->blocked_ns && is_warm(sim))
        sim->blocked_ns = sim->blocking_ns;
    queue_charge(&sim->queue, &job->item, job->service_ns, sim->now_ns);
    estimate_add(&client->cost, job->service_ns);
    client->device_ns += job->service_ns;
    if (job->service_ns > client->most_ns)
        client->most_ns = job->service_ns;
    client->counts.late += job->item.deadline_ns && sim->now_ns > job->item.deadline_ns;
    end(job, &client->counts.done);
    sim->n_done++;
}

static struct sim_job *free_job(struct sim_client *client)
{
    for (uint32_t i = 0; i < SIM_JOBS_MAX; i++)
        if (!client->jobs[i].used)
            return &client->jobs[i];
    ck_abort_msg("a client has more jobs under way than the simulation has room for");
}

/* What the daemon's forecast says, on what is known of the lanes. */
static bool too_late(const struct sim *sim, const struct sim_job *job)
{
    uint64_t ahead_ns = ahead_of_ns(&sim->queue, job->item.class, job->item.deadline_ns);

    for (uint32_t i = 0; i < sim->n_lanes; i++) {
        const struct sim_job *running = sim->running[i];
        uint64_t end_ns = running ? running->taken_ns + running->item.cost_ns : 0;

        ahead_ns += end_ns > sim->now_ns ? end_ns - sim->now_ns : 0;
    }
    ahead_ns /= sim->n_lanes;
    return ahead_ns && sim->now_ns + ahead_ns + job->item.cost_ns > job->item.deadline_ns;
}

static void cancel_some(struct sim *sim, struct sim_client *client)
{
    for (uint32_t i = 0; client->spec.cancel_percent && i < SIM_JOBS_MAX; i++) {
        struct sim_job *job = &client->jobs[i];

        if (!job->waiting || draw(sim) % 100 >= client->spec.cancel_percent)
            continue;
        queue_remove(&sim->queue, &job->item);
        client->n_waiting--;
        end(job, &client->counts.cancelled);
    }
}

static void shed(struct queue_item *item)
{
    struct sim_job *job = job_of(item);

    job->client->n_waiting--;
    end(job, &job->client->counts.shed);
}

static void ask(struct sim *sim, struct sim_client *client)
{
    const struct sim_spec *spec = &client->spec;
    struct sim_job *job = free_job(client);
    struct queue_item *victim = NULL;

    *job = (struct sim_job){.client = client, .used = true, .arrived_ns = sim->now_ns};
    job->item.client = &client->place;
    job->item.class = spec->class;
    job->item.deadline_ns = spec->deadline_ns ? sim->now_ns + spec->deadline_ns : 0;
    job->item.cost_ns = estimate_get(&client->cost);
    job->item.most_ns = client->most_ns;
    client->counts.asked++;
    client->n_under_way++;
    if ((spec->forecast && too_late(sim, job)) ||
        queue_add(&sim->queue, &job->item, sim->now_ns, &victim) < 0) {
        end(job, &client->counts.refused);
        return;
    }
    client->counts.admitted++;
    job->waiting = true;
    client->n_waiting++;
    if (victim)
        shed(victim);
}

static void arrive(struct sim *sim, struct sim_client *client)
{
    const struct sim_spec *spec = &client->spec;

    cancel_some(sim, client);
    if (spec->kind == SIM_FLOOD) {
        for (uint32_t i = client->n_under_way; i < spec->outstanding; i++)
            ask(sim, client);
        client->next_ns = NEVER; /* until one of them ends, or again if it was refused */
        if (client->n_under_way < spec->outstanding)
            client->next_ns = sim->now_ns + RETRY_NS;
        return;
    }
    ask(sim, client);
    client->next_ns += spec->kind == SIM_PERIODIC
                           ? spec->period_ns
                           : (uint64_t)(-log(draw_unit(sim)) * (double)spec->period_ns);
}

static void expire(struct sim *sim)
{
    struct queue_item *item = queue_first_deadline(&sim->queue);

    for (; item && item->deadline_ns <= sim->now_ns; item = queue_first_deadline(&sim->queue)) {
        queue_remove(&sim->queue, item);
        job_of(item)->client->n_waiting--;
        end(job_of(item), &job_of(item)->client->counts.expired);
    }
}

static uint64_t next_happening(const struct sim *sim, bool arrivals)
{
    const struct queue_item *first = queue_first_deadline(&sim->queue);
    uint64_t next_ns = first ? first->deadline_ns : NEVER;

    for (uint32_t i = 0; i < sim->n_lanes; i++) {
        const struct sim_job *job = sim->running[i];

        if (job && job->taken_ns + job->service_ns < next_ns)
            next_ns = job->taken_ns + job->service_ns;
    }
    for (uint32_t i = 0; arrivals && i < sim->n_clients; i++)
        if (sim->clients[i]->next_ns < next_ns)
            next_ns = sim->clients[i]->next_ns;
    return next_ns;
}

/* Who floods asks again as soon as fewer of its jobs are there than it wants. */
static void wake_flooders(struct sim *sim)
{
    for (uint32_t i = 0; i < sim->n_clients; i++) {
        struct sim_client *client = sim->clients[i];

        if (client->spec.kind == SIM_FLOOD && client->n_under_way < client->spec.outstanding &&
            client->next_ns == NEVER)
            client->next_ns = sim->now_ns;
    }
}

static void step(struct sim *sim, bool arrivals)
{
    for (uint32_t i = 0; i < sim->n_lanes; i++)
        if (sim->running[i] &&
            sim->running[i]->taken_ns + sim->running[i]->service_ns <= sim->now_ns)
            finish(sim, i);
    expire(sim);
    wake_flooders(sim);
    for (uint32_t i = 0; arrivals && i < sim->n_clients; i++)
        if (sim->clients[i]->next_ns <= sim->now_ns)
            arrive(sim, sim->clients[i]);
    fill_lanes(sim);
}

static uint64_t n_asked(const struct sim *sim)
{
    uint64_t n = 0;

    for (uint32_t i = 0; i < sim->n_clients; i++)
        n += sim->clients[i]->counts.asked;
    return n;
}

void sim_run(struct sim *sim, uint64_t n)
{
    bool arrivals = true;

    while (!sim->broken[0]) {
        arrivals = arrivals && n_asked(sim) < n;
        uint64_t next_ns = next_happening(sim, arrivals);

        if (next_ns == NEVER)
            return;
        sim->now_ns = next_ns;
        step(sim, arrivals);
    }
}
