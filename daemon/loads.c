#include "daemon/loads.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/log.h"
#include "daemon/describe.h"
#include "daemon/holdings.h"
#include "daemon/job.h"
#include "daemon/keeper.h"
#include "daemon/load.h"
#include "daemon/server.h"
#include "daemon/session.h"

void loads_init(struct loads *loads)
{
    *loads = (struct loads){.active = NULL};
    list_init(&loads->waiting);
}

bool loads_idle(const struct loads *loads)
{
    return !loads->active && list_empty(&loads->waiting);
}

/* The load was answered, or has nobody to answer to. */
static void end(struct load *load, int code)
{
    struct server *server = load->server;
    struct loads *loads = &server->loads;

    if (loads->active == load)
        loads->active = NULL;
    network_unref(load->network);
    load->network = NULL;
    if (load->on_end)
        load->on_end(load, code);
    load_free(load);
    loads_advance(server);
    server_on_idle(server);
}

static void refuse(struct load *load, int code, const struct fault *fault)
{
    const struct reply_to to = load->call.to;

    if (load->told || load->internal)
        events_post_model_failed(&load->server->events, load->name, code, fault);
    list_remove(
        &load->call.link); /* should the answer close the session, the load is ours to end */
    load->fault = *fault;
    if (load->internal && !load->cancelled)
        entries_fail(load, code, fault);
    if (to.session)
        reply_error(&to, code, fault);
    end(load, code);
}

static void give_up(struct load *load, int code)
{
    const struct fault fault = {""};

    refuse(load, code, &fault);
}

/* Was it taken back meanwhile? Then it has ended. */
static bool gone(struct load *load)
{
    if (!load->cancelled)
        return false;
    give_up(load, load->cancelled);
    return true;
}

/* What the session holds from now on: the network, and its model once. */
static int charge(struct load *load, struct fault *fault)
{
    struct holding *holding = load->holding;
    struct holdings *holdings = &load->call.to.session->holdings;
    struct account *account = load->call.to.session->account;
    bool held = holdings_find_digest(holdings, &load->ready->digest) != NULL;
    int r;

    charge_return(&holding->model); /* the file's size stood in for it */
    r = charge_take(account, QUOTA_MODEL_BYTES, held ? 0 : load->ready->model_bytes,
                    &holding->model, fault);
    if (r == 0)
        r = charge_take(account, QUOTA_MODEL_BYTES, load->ready->bytes, &holding->bytes, fault);
    return r;
}

static int pack(struct load *load)
{
    struct server *server = load->server;
    const struct ready *ready = load->ready;
    const struct network_info *info = network_info(ready->network);
    uint64_t took_ns = clock_now_ns(server->clock) - load->began_ns;
    struct load_result result = {
        .network = load->call.to.session->holdings.last + 1,
        .name = text_of(load->name),
        .generation = models_next_number(&server->models, load->name, &ready->digest),
        .digest = text_of(ready->digest_text),
        .runtime = text_of(runtime_get(info->runtime)->name),
        .why = text_of(info->why),
        .load_us = load->built ? took_ns / 1000 + 1 : 0,
        .memory_bytes = load->built ? load->added_bytes : 0,
    };

    describe_tensors(info->inputs, info->n_inputs, result.inputs, &result.n_inputs);
    describe_tensors(info->outputs, info->n_outputs, result.outputs, &result.n_outputs);
    return pack_load_result(&result, reply_map(&load->call.to));
}

static void log_loaded(const struct load *load, const struct generation *generation)
{
    const struct network_info *info = network_info(load->ready->network);

    log_info("loader", "%s generation %" PRIu64 " (%.12s) %s on %s after %" PRIu64 " ms",
             load->name, generation->number, generation->digest_text,
             load->built ? "is ready" : "was ready", runtime_get(info->runtime)->name,
             (clock_now_ns(load->server->clock) - load->began_ns) / 1000000);
}

static struct generation *publish(struct load *load)
{
    const struct publication what = {
        .ready = load->ready,
        .keep = load->keep,
        .keep_to_first = load->keep_to_first,
        .pin = load->pin,
        .listed = load->internal,
        .ttl_ms = load->ttl_ms,
        .perf = load->perf == _PERF_MAX ? PERF_BALANCED : load->perf,
    };
    struct generation *generation =
        models_publish(&load->server->models, take_ptr(load->spare), &what);

    log_loaded(load, generation);
    if (load->told)
        events_post_model_ready(&load->server->events, load->name, generation->number,
                                network_info(load->ready->network)->runtime,
                                (clock_now_ns(load->server->clock) - load->began_ns) / 1000);
    return generation;
}

static void hand_over(struct load *load)
{
    const struct reply_to to = load->call.to;
    struct holding *holding = take_ptr(load->holding);
    int r;

    holding->generation = publish(load);
    holding->generation->holders++;
    holding->ready = ready_hold(load->ready);
    holding->perf = load->perf == _PERF_MAX ? holding->generation->perf : load->perf;
    holdings_add(&to.session->holdings, holding);
    list_remove(&load->call.link);
    r = reply_send(&to, NULL, 0);
    if (r < 0) {
        holding_free(&load->server->models, holding);
        reply_error(&to, r, NULL);
    }
    end(load, 0);
}

/* LOAD->ready is what was asked for. All that can fail is done before the tables change. */
static void finish(struct load *load)
{
    struct fault fault = {""};
    int r = 0;

    if (gone(load))
        return;
    if (load->ready->out)
        r = fail(&fault, load->ready->out, "%s", load->ready->out_fault.text);
    if (r == 0 && load->call.to.session) {
        r = charge(load, &fault);
        if (r == 0)
            r = pack(load);
    }
    if (r < 0) {
        refuse(load, r, &fault);
    } else if (load->call.to.session) {
        hand_over(load);
    } else {
        models_settle(&load->server->models, publish(load));
        end(load, 0);
    }
}

static void on_warm(struct job *job, int result);

static void warm(struct load *load)
{
    struct job *job = job_new(load->server, load->ready, load->name);

    if (!job) {
        give_up(load, -ENOMEM);
        return;
    }
    job->on_end = on_warm;
    job->context = load;
    job->arrived_ns = job->queued_ns = load_warms(load);
    sched_submit(&load->server->sched, job, NULL); /* one of ours is never refused */
}

static void on_warm(struct job *job, int result)
{
    struct load *load = job->context;
    struct fault fault;

    if (result < 0) {
        fail(&fault, result, "the first run of %.80s on zeros failed: %.100s", load->name,
             error_get(result).text);
        refuse(load, result, &fault);
    } else if (!gone(load)) {
        if (--load->runs_left > 0)
            warm(load);
        else
            finish(load);
    }
}

static void on_built(struct done_item *item)
{
    struct load *load = container_of(item, struct load, done);
    struct models *models = &load->server->models;
    struct fault fault = {""};
    int r;

    if (load->result < 0) {
        refuse(load, load->result, &load->fault);
        return;
    }
    if (gone(load))
        return;
    r = models_add_network(models, load->network, load->key, load->model_bytes, &load->ready);
    if (r < 0) {
        give_up(load, r);
        return;
    }
    load->network = NULL;
    load->built = true;
    warmth_again(&load->server->sched, network_device(load->ready->network, 0));
    load->added_bytes = load->ready->bytes + (load->read ? load->model_bytes : 0);
    r = keeper_make_room(load, &fault);
    if (r < 0) {
        refuse(load, r, &fault);
        return;
    }
    load->runs_left = load->warm_runs;
    if (load->runs_left)
        warm(load);
    else
        finish(load);
}

static void run_build(struct loader_task *task)
{
    struct load *load = container_of(task, struct load, task);

    load_build(load);
    done_post(&load->server->done, &load->done);
}

/* Work begins that ends in an event of its own. */
static void tell_loading(struct load *load)
{
    if (!load->told)
        events_post_model_loading(&load->server->events, load->name);
    load->told = true;
}

/* The bytes or the model are known: is its network there? */
static void resolve(struct load *load)
{
    struct models *models = &load->server->models;
    char digest[DIGEST_TEXT_SIZE];
    struct ready *ready;
    int r;

    free(load->key);
    if (asprintf(&load->key, "%s%s", digest_text(&load->digest, digest), load->suffix) < 0) {
        load->key = NULL;
        give_up(load, -ENOMEM);
        return;
    }
    ready = models_find_network(models, load->key);
    if (ready) {
        load->ready = ready_hold(ready);
        finish(load);
        return;
    }
    r = keeper_make_room(load, &load->fault);
    if (r < 0) {
        refuse(load, r, &load->fault);
        return;
    }
    tell_loading(load);
    load->phase = LOAD_BUILDING;
    load->done.on_done = on_built;
    load->task.run = run_build;
    loader_post(&load->server->loader, &load->task);
}

/* The file's size stands in for the model's until that is known. */
static int charge_file(struct load *load, struct fault *fault)
{
    if (!load->call.to.session)
        return 0;
    return charge_take(load->call.to.session->account, QUOTA_MODEL_BYTES, load->size,
                       &load->holding->model, fault);
}

static void on_read(struct done_item *item)
{
    struct load *load = container_of(item, struct load, done);
    struct model *known;
    int r = load->result;

    if (r == 0)
        r = charge_file(load, &load->fault);
    if (r < 0) {
        refuse(load, r, &load->fault);
        return;
    }
    if (gone(load))
        return;
    known = models_find_digest(&load->server->models, &load->digest);
    if (known)
        load->model = model_ref(known);
    load->read = !known;
    resolve(load);
}

static void run_read(struct loader_task *task)
{
    struct load *load = container_of(task, struct load, task);

    load_read(load);
    done_post(&load->server->done, &load->done);
}

static void post_read(struct load *load)
{
    struct session *session = load->call.to.session;

    load->most = load->model_most = load->server->config->daemon_model_most;
    if (session) {
        uint64_t room = account_room(session->account, QUOTA_MODEL_BYTES);

        load->most = load->most < room ? load->most : room;
    }
    tell_loading(load);
    load->phase = LOAD_READING;
    load->done.on_done = on_read;
    load->task.run = run_read;
    loader_post(&load->server->loader, &load->task);
}

static void begin(struct load *load)
{
    struct models *models = &load->server->models;
    const struct generation *generation = load->fresh ? NULL : load_find_loaded(load);
    struct fault fault = {""};
    int r = 0;

    load->server->loads.active = load;
    load->began_ns = clock_now_ns(load->server->clock);
    server_on_progress(load->server);
    r = load_check_rights(load, &fault);
    if (r == 0 && !models_find(models, load->name, strlen(load->name)))
        r = models_room(models, &fault);
    if (r < 0) {
        refuse(load, r, &fault);
    } else if (generation) {
        load->model = model_ref(generation->model);
        load->digest = generation->digest;
        resolve(load);
    } else {
        post_read(load);
    }
}

/* Begins the next one; not from within itself, for a hundred that are there at once. */
void loads_advance(struct server *server)
{
    struct loads *loads = &server->loads;
    struct list *link;

    if (loads->advancing)
        return;
    loads->advancing = true;
    while (!loads->active && (link = list_pop(&loads->waiting)))
        begin(list_entry(link, struct load, link));
    loads->advancing = false;
}

void loads_submit(struct server *server, struct load *take_load)
{
    struct load *active = server->loads.active;

    if (take_load->fd < 0 && !take_load->internal)
        entries_wake(server, take_load->name);
    if (active && load_is_there(take_load)) {
        server->loads.advancing = true; /* the one under way stays that */
        begin(take_load);               /* and has ended */
        server->loads.advancing = false;
        server->loads.active = active;
        return;
    }
    list_append(&server->loads.waiting, &take_load->link);
    loads_advance(server);
}

void loads_cancel(struct load *load, int code)
{
    load->cancelled = code;
    if (load->phase != LOAD_WAITING)
        return;
    list_remove(&load->link);
    give_up(load, code);
}

void loads_cancel_all(struct server *server, int code)
{
    struct loads *loads = &server->loads;
    struct list waiting, *link;

    if (loads->active)
        loads->active->cancelled = code;
    list_init(&waiting);
    list_splice(&waiting, &loads->waiting);
    while ((link = list_pop(&waiting)))
        give_up(list_entry(link, struct load, link), code);
}

const char *loads_text(const struct server *server, char *out, size_t size)
{
    const struct loads *loads = &server->loads;

    if (!loads->active)
        return "";
    if (server->state == SERVER_STARTING)
        snprintf(out, size, "%s (%u of %u models)", loads->active->name,
                 server->entries.n_preloaded + 1, server->entries.n_preload);
    else
        snprintf(out, size, "%s", loads->active->name);
    return out;
}
