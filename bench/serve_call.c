/* Clients of the daemon, all in one thread: what they ask for goes through the client library. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/base.h"
#include "base/clock.h"
#include "base/error.h"
#include "bench/serve.h"
#include "client/snpe-client.h"

#define TENSORS_MAX 16
#define PATIENCE_MS 60000 /* for the last answers */
#define NS_PER_MS   1000000

/* One call at a time, with tensors of its own in its client's region. */
struct place {
    struct caller *caller;
    struct snpe_input in[TENSORS_MAX];
    struct snpe_output out[TENSORS_MAX];
    uint64_t sent_ns, deadline_ns; /* 0: none is under way; no deadline */
    uint64_t ticket;
    int error; /* of the last answer */
};

struct caller {
    struct load *load;
    struct snpe_client *client;
    struct snpe_network *network;
    struct snpe_region *region;
    struct place *places;
};

struct load {
    const struct serve *serve;
    struct serve_result *result;
    struct caller *callers;
    struct pollfd *polls;
    uint32_t n_under_way, next; /* whose turn it is to call */
    uint64_t end_ns;
    int lost; /* the daemon went away */
    int failure;
};

static uint64_t now(void)
{
    return clock_now_ns(&clock_monotonic);
}

static int complain(const struct caller *caller, int r, const char *what, struct fault *fault)
{
    return fail(fault, r, "%s: %.200s", what, snpe_last_error(caller->client));
}

static uint64_t place_tensors(struct place *place, const struct snpe_network_info *info,
                              struct snpe_region *region, uint64_t at)
{
    for (uint32_t i = 0; i < info->n_inputs; i++) {
        place->in[i] = (struct snpe_input){
            .name = info->inputs[i]->name,
            .region = region,
            .offset = at,
            .size = info->inputs[i]->size,
        };
        at += (info->inputs[i]->size + SNPE_ALIGN - 1) / SNPE_ALIGN * SNPE_ALIGN;
    }
    for (uint32_t i = 0; i < info->n_outputs; i++) {
        place->out[i] = (struct snpe_output){
            .name = info->outputs[i]->name,
            .region = region,
            .offset = at,
            .size = info->outputs[i]->size,
        };
        at += (info->outputs[i]->size + SNPE_ALIGN - 1) / SNPE_ALIGN * SNPE_ALIGN;
    }
    return at;
}

/* Inputs are zeros: what is measured is not the numbers. */
static int lay_out(struct caller *caller, struct fault *fault)
{
    const struct snpe_network_info *info = snpe_network_get_info(caller->network);
    uint32_t n = caller->load->serve->n_outstanding;
    uint64_t size, at = 0;
    int r;

    if (info->n_inputs > TENSORS_MAX || info->n_outputs > TENSORS_MAX)
        return fail(fault, -EINVAL, "the network has more than %d inputs or outputs", TENSORS_MAX);
    caller->places = calloc(n, sizeof(struct place));
    if (!caller->places)
        return fail(fault, -ENOMEM, "out of memory");
    size = n * place_tensors(&caller->places[0], info, NULL, 0);
    r = snpe_region_new(caller->client, size, &caller->region);
    if (r < 0)
        return complain(caller, r, "region", fault);
    for (uint32_t i = 0; i < n; i++) {
        caller->places[i].caller = caller;
        at = place_tensors(&caller->places[i], info, caller->region, at);
    }
    return 0;
}

/* Connected; if the daemon is away and may be, when it is back. */
static int connect_caller(struct caller *caller)
{
    const struct timespec pause = {0, 5 * NS_PER_MS};
    uint64_t patient_ns = now() + (uint64_t)PATIENCE_MS * NS_PER_MS;
    int r;

    while ((r = snpe_connect(caller->client)) == SNPE_E_DISCONNECTED &&
           caller->load->serve->reconnect && now() < patient_ns)
        nanosleep(&pause, NULL);
    return r;
}

static int load_network(struct caller *caller, const struct serve *serve)
{
    const struct snpe_load_options wanted = {
        .size = sizeof(wanted), .runtimes = &serve->runtime, .n_runtimes = serve->runtime != NULL};
    int r;

    do
        r = connect_caller(caller);
    while (r == 0 &&
           (r = snpe_load(caller->client, serve->model, &wanted, &caller->network)) ==
               SNPE_E_DISCONNECTED &&
           serve->reconnect);
    return r;
}

static int open_caller(struct caller *caller, const struct serve *serve, struct fault *fault)
{
    const struct snpe_client_options options = {
        .size = sizeof(options), .socket = serve->socket, .name = "bench-serve"};
    int r = snpe_client_new(&options, &caller->client);

    if (r < 0)
        return fail(fault, r, "client: %s", snpe_strerror(r));
    if (serve->mode == SERVE_ASK) {
        r = connect_caller(caller);
        return r < 0 ? complain(caller, r, "connect", fault) : 0;
    }
    r = load_network(caller, serve);
    return r < 0 ? complain(caller, r, "load", fault) : lay_out(caller, fault);
}

static void check_lateness(const struct place *place, const struct snpe_run_result *told,
                           uint64_t now_ns, struct serve_result *result)
{
    uint64_t least_ns = place->sent_ns + (told->queue_us + told->run_us) * 1000;

    if (!place->deadline_ns)
        return;
    result->n_late += least_ns > place->deadline_ns;
    if (now_ns <= place->deadline_ns)
        return;
    result->n_late_here++;
    if (now_ns - place->deadline_ns > result->late_here_most_ns)
        result->late_here_most_ns = now_ns - place->deadline_ns;
}

static int submit(struct place *place);

static void take_answer(struct place *place, int error, const struct snpe_run_result *told)
{
    struct load *load = place->caller->load;
    struct serve_result *result = load->result;
    uint64_t now_ns = now();

    place->error = error;
    if (error < 0) {
        serve_count_error(result, error);
        return;
    }
    result->n_right++;
    result->n_within += now_ns > result->began_ns && now_ns <= load->end_ns;
    check_lateness(place, told, now_ns, result);
    if (told->run_us > result->run_most_us)
        result->run_most_us = told->run_us;
    if (times_add(&result->calls, now_ns - place->sent_ns) < 0)
        load->failure = -ENOMEM;
}

static void on_done(void *user, int error, const struct snpe_run_result *told)
{
    struct place *place = user;
    struct load *load = place->caller->load;

    if (!place->sent_ns) {
        load->result->n_twice++;
        return;
    }
    take_answer(place, error, told);
    place->sent_ns = 0;
    load->n_under_way--;
    if (load->serve->mode == SERVE_RUN && !load->serve->rate && now() < load->end_ns &&
        submit(place) < 0)
        load->failure = -EIO;
}

static int submit(struct place *place)
{
    struct load *load = place->caller->load;
    const struct serve *serve = load->serve;
    const struct snpe_network_info *info = snpe_network_get_info(place->caller->network);
    struct snpe_run_options options = {.size = sizeof(options), .job_class = serve->job_class};
    int r;

    place->sent_ns = now();
    if (serve->deadline_us)
        options.deadline_ns = place->sent_ns + serve->deadline_us * 1000;
    place->deadline_ns = options.deadline_ns;
    r = snpe_submit(place->caller->network, place->in, info->n_inputs, place->out, info->n_outputs,
                    &options, on_done, place, &place->ticket);
    if (r < 0) {
        place->sent_ns = 0;
        load->lost = r == SNPE_E_DISCONNECTED && serve->reconnect;
        return load->lost ? 0 : r;
    }
    load->n_under_way++;
    load->result->n_sent++;
    return 0;
}

static struct place *free_place(struct caller *caller)
{
    for (uint32_t i = 0; i < caller->load->serve->n_outstanding; i++)
        if (!caller->places[i].sent_ns)
            return &caller->places[i];
    return NULL;
}

/* The call that is due, by the client whose turn it is. */
static int submit_next(struct load *load)
{
    struct place *place = free_place(&load->callers[load->next]);

    load->next = (load->next + 1) % load->serve->n_clients;
    if (place)
        return submit(place);
    load->result->n_held++;
    return 0;
}

static int begin(struct load *load)
{
    const struct serve *serve = load->serve;
    int r = 0;

    for (uint32_t i = 0; r == 0 && !serve->rate && i < serve->n_outstanding; i++)
        for (uint32_t j = 0; r == 0 && j < serve->n_clients; j++)
            r = submit(&load->callers[j].places[i]);
    return r;
}

/* What was under way has been called back. */
static int come_back(struct load *load)
{
    int r = 0;

    load->lost = 0;
    for (uint32_t i = 0; r == 0 && i < load->serve->n_clients; i++)
        r = connect_caller(&load->callers[i]);
    for (uint32_t i = 0; r == 0 && !load->serve->rate && i < load->serve->n_clients; i++)
        for (uint32_t j = 0; r == 0 && !load->lost && j < load->serve->n_outstanding; j++)
            if (!load->callers[i].places[j].sent_ns)
                r = submit(&load->callers[i].places[j]);
    return r;
}

/* Until UNTIL_NS, or until somebody has something for us. */
static void wait_and_take(struct load *load, uint64_t until_ns)
{
    uint64_t now_ns = now(), left_ns = until_ns > now_ns ? until_ns - now_ns : 0;
    const struct timespec left = {(time_t)(left_ns / 1000000000), (long)(left_ns % 1000000000)};

    if (ppoll(load->polls, load->serve->n_clients, &left, NULL) <= 0)
        return;
    for (uint32_t i = 0; i < load->serve->n_clients; i++)
        if (load->polls[i].revents)
            snpe_dispatch(load->callers[i].client);
}

static int drive(struct load *load, struct fault *fault)
{
    const struct serve *serve = load->serve;
    uint64_t step_ns = serve->rate ? 1000000000 / serve->rate : 0, due_ns = now(), patient_ns;
    int r = begin(load);

    while (r == 0 && !load->failure && now() < load->end_ns) {
        for (; step_ns && r == 0 && due_ns <= now(); due_ns += step_ns)
            r = submit_next(load);
        wait_and_take(load, step_ns && due_ns < load->end_ns ? due_ns : load->end_ns);
        if (r == 0 && load->lost)
            r = come_back(load);
    }
    load->result->ended_ns = now();
    patient_ns = now() + (uint64_t)PATIENCE_MS * NS_PER_MS;
    while (load->n_under_way && now() < patient_ns)
        wait_and_take(load, patient_ns);
    load->result->n_lost = load->n_under_way;
    if (r < 0 || load->failure)
        return fail(fault, r < 0 ? r : load->failure, "a call could not be sent: %.150s",
                    snpe_last_error(load->callers[0].client));
    return 0;
}

/* PING and STATS in turn, at the rate. */
static int ask(struct load *load, struct fault *fault)
{
    struct snpe_client *client = load->callers[0].client;
    uint64_t step_ns = 1000000000 / (load->serve->rate ? load->serve->rate : 1000);
    struct snpe_daemon_stats *stats;
    uint64_t begin_ns;
    int r = 0;

    for (uint64_t due_ns = now(); r == 0 && now() < load->end_ns; due_ns += step_ns) {
        while (now() < due_ns)
            wait_and_take(load, due_ns);
        begin_ns = now();
        r = snpe_ping(client);
        if (r < 0 || times_add(&load->result->pings, now() - begin_ns) < 0)
            break;
        begin_ns = now();
        r = snpe_stats(client, &stats);
        if (r < 0 || times_add(&load->result->calls, now() - begin_ns) < 0)
            break;
        snpe_free(stats);
    }
    load->result->ended_ns = now();
    return r < 0 ? complain(&load->callers[0], r, "ask", fault) : 0;
}

static int cancel_one(struct load *load)
{
    struct place *place = &load->callers[0].places[0];
    uint64_t begin_ns;
    int r = submit(place);

    begin_ns = now();
    r = r < 0 ? r : snpe_cancel(load->callers[0].client, place->ticket);
    while (r == 0 && load->n_under_way)
        wait_and_take(load, begin_ns + (uint64_t)PATIENCE_MS * NS_PER_MS);
    if (r == 0 && place->error == SNPE_E_CANCELLED &&
        times_add(&load->result->calls, now() - begin_ns) < 0)
        r = -ENOMEM;
    return r;
}

/* A pause lets others fill the queue, and the daemon's thread go to sleep as it would. */
static int cancel(struct load *load, struct fault *fault)
{
    int r = 0;

    while (r == 0 && now() < load->end_ns) {
        uint64_t begin_ns, due_ns = now() + NS_PER_MS;

        while (now() < due_ns)
            wait_and_take(load, due_ns);
        r = cancel_one(load);
        begin_ns = now();
        r = r < 0 ? r : snpe_ping(load->callers[0].client);
        if (r == 0 && times_add(&load->result->pings, now() - begin_ns) < 0)
            r = -ENOMEM;
    }
    load->result->ended_ns = now();
    return r < 0 ? complain(&load->callers[0], r, "cancel", fault) : 0;
}

static int open_all(struct load *load, struct fault *fault)
{
    const struct serve *serve = load->serve;
    int r = 0;

    load->callers = calloc(serve->n_clients, sizeof(struct caller));
    load->polls = calloc(serve->n_clients, sizeof(struct pollfd));
    if (!load->callers || !load->polls)
        return fail(fault, -ENOMEM, "out of memory");
    for (uint32_t i = 0; r == 0 && i < serve->n_clients; i++) {
        load->callers[i].load = load;
        r = open_caller(&load->callers[i], serve, fault);
        if (r == 0)
            load->polls[i] = (struct pollfd){snpe_fd(load->callers[i].client), POLLIN, 0};
    }
    return r;
}

static void close_all(struct load *load)
{
    for (uint32_t i = 0; load->callers && i < load->serve->n_clients; i++) {
        snpe_client_free(load->callers[i].client);
        free(load->callers[i].places);
    }
    free(load->callers);
    free(load->polls);
}

int serve_call(const struct serve *serve, struct serve_result *result, struct fault *fault)
{
    struct load load = {.serve = serve, .result = result};
    int r = open_all(&load, fault);

    if (r == 0 && serve_wait() < 0)
        r = fail(fault, -EPIPE, "nobody told us to begin");
    if (r == 0) {
        result->began_ns = now() + serve->warm_ms * NS_PER_MS;
        load.end_ns = result->began_ns + serve->ms * NS_PER_MS;
        r = serve->mode == SERVE_ASK      ? ask(&load, fault)
            : serve->mode == SERVE_CANCEL ? cancel(&load, fault)
                                          : drive(&load, fault);
    }
    close_all(&load);
    return r;
}
