#pragma once
/*
 * A device under a clock whose hands jump from one happening to the next: clients that ask for
 * runs, a queue (sched/queue.h, the daemon's own), lanes that run what it gives them for as long as
 * a trace says. After each take the rules of the queue are checked against a plain search.
 */
#include <stdbool.h>
#include <stdint.h>

#include "sched/estimate.h"
#include "sched/queue.h"

#define SIM_CLIENTS_MAX 64
#define SIM_JOBS_MAX    512 /* of one client, at a time */
#define SIM_LANES_MAX   2

enum sim_kind {
    SIM_PERIODIC, /* a job each period */
    SIM_FLOOD,    /* always `outstanding` jobs under way or waiting */
    SIM_POISSON,  /* independent arrivals, `period_ns` apart in the mean */
};

struct sim_spec {
    enum sim_kind kind;
    enum job_class class;
    uint64_t period_ns, deadline_ns; /* after the arrival; 0: none */
    uint32_t outstanding;
    const uint32_t *trace_us;
    uint32_t n_trace;
    uint32_t cancel_percent; /* of its waiting jobs, each time it asks for one more */
    bool forecast;           /* one that cannot be in time is refused, as the daemon does */
};

struct sim_counts {
    uint64_t asked, admitted, refused, done, late, expired, cancelled, shed;
};

struct sim_job {
    struct queue_item item;
    struct sim_client *client;
    bool used, waiting;
    uint64_t arrived_ns, taken_ns, service_ns;
};

struct sim_client {
    struct sim_spec spec;
    struct queue_client place;
    struct estimate cost;
    struct sim_counts counts;
    uint32_t trace_at, n_waiting, n_under_way;
    uint64_t next_ns; /* of arrivals */
    uint64_t device_ns, longest_wait_ns, most_ns;
    struct sim_job jobs[SIM_JOBS_MAX];
};

struct sim {
    struct queue queue;
    uint64_t now_ns, random;
    uint32_t n_clients, n_lanes;
    struct sim_client *clients[SIM_CLIENTS_MAX];
    struct sim_job *running[SIM_LANES_MAX];

    /* What is watched. */
    uint64_t longest_ns; /* run so far */
    /* The longest time without a break that lower ranks ran while one of a higher class waited,
     * once all clients have shown how long their runs are. */
    uint64_t blocked_ns;
    uint64_t blocking_ns; /* the present one */
    uint64_t class_ns[_CLASS_MAX];
    uint64_t backlog_ns[_CLASS_MAX]; /* of all run while the class waited or ran */
    uint64_t n_done;
    char broken[256]; /* the first rule that was broken; "" */
};

struct sim *sim_new(const struct queue_options *options, uint32_t n_lanes);
void sim_free(struct sim *sim);
struct sim_client *sim_add(struct sim *sim, const struct sim_spec *spec);
/* Until N jobs were asked for, all together; then until nothing is left. */
void sim_run(struct sim *sim, uint64_t n);
