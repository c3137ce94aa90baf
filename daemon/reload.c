#include "daemon/reload.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/log.h"
#include "config/compare.h"
#include "daemon/request.h"
#include "daemon/server.h"
#include "daemon/session.h"

/* Between two readings: an editor that truncates a file and writes it again takes less. */
#define SETTLE_MS 50

/* After two seconds of writing it is no editor that saves. */
#define READINGS_MOST 40

/* A client that asked, until it is answered. */
struct asker {
    struct list link; /* in reload->waiting or answering */
    struct call call;
};

static void begin(struct server *server);
static void finish(struct server *server);

int reload_init(struct server *server)
{
    struct reload *reload = &server->reload;

    list_init(&reload->waiting);
    list_init(&reload->answering);
    reload->source = server->source;
    reload->timer.data = server;
    return uv_timer_init(&server->loop, &reload->timer);
}

void reload_done(struct server *server)
{
    struct reload *reload = &server->reload;

    settings_done(&reload->settings);
    policy_free(reload->policy);
    config_free(reload->config);
    arena_done(&reload->arena);
}

bool reload_is_idle(const struct reload *reload)
{
    return reload->phase == RELOAD_IDLE;
}

static void asker_end(struct asker *asker)
{
    list_remove(&asker->link);
    call_end(&asker->call);
    free(asker);
}

static void on_cancel(struct call *call, int code)
{
    struct asker *asker = container_of(call, struct asker, call);
    const struct reply_to to = call->to;

    list_remove(&call->link); /* the answer may close the session */
    if (to.session)
        reply_error(&to, code, NULL);
    asker_end(asker);
}

/* Answers everybody with CODE and FAULT, or with what was done. */
static void answer_all(struct server *server, int code, const struct fault *fault)
{
    struct reload *reload = &server->reload;
    struct list *link;

    while ((link = list_pop(&reload->answering))) {
        struct asker *asker = list_entry(link, struct asker, link);
        const struct reply_to to = asker->call.to;
        int r = code;

        list_remove(&asker->call.link);
        if (r == 0)
            r = pack_reload_result(&reload->answer, reply_map(&to));
        if (r == 0)
            r = reply_send(&to, NULL, 0);
        if (r < 0)
            reply_error(&to, r, fault);
        asker_end(asker);
    }
}

/* Another one, if it was asked for; else the last that a drain may wait for is gone. */
static void end(struct server *server)
{
    server->reload.phase = RELOAD_IDLE;
    if (server->reload.again && server->state == SERVER_READY)
        begin(server);
    else
        server_on_idle(server);
}

static void give_up(struct server *server, int code)
{
    settings_done(&server->reload.settings);
    policy_free(take_ptr(server->reload.policy));
    answer_all(server, code, NULL);
    end(server);
}

static void refuse(struct server *server, int code)
{
    struct reload *reload = &server->reload;
    const char *why = reload->fault.text[0] ? reload->fault.text : error_get(code).text;
    char status[sizeof(reload->fault) + 32];

    log_error("reload", "nothing was changed: %s", why);
    snprintf(status, sizeof(status), "settings refused: %s", why);
    notify_ready(status);
    events_post_config_refused(&server->events, code, &reload->fault);
    settings_done(&reload->settings);
    answer_all(server, code, &reload->fault);
    end(server);
}

static void note(struct reload *reload, struct text *texts, uint32_t *n, const char *text)
{
    const char *copy = arena_text(&reload->arena, text, strlen(text));

    if (copy && *n < MESSAGE_SETTINGS_MAX)
        texts[(*n)++] = text_of(copy);
}

static void on_change(void *context, const char *name, bool later)
{
    struct reload *reload = context;
    struct reload_result *answer = &reload->answer;

    if (later) {
        log_notice("reload", "%s changed, takes effect at the next start", name);
        note(reload, answer->later, &answer->n_later, name);
    } else {
        log_info("reload", "%s changed", name);
        note(reload, answer->changed, &answer->n_changed, name);
    }
}

/* Those who may not run any more finish what they began. */
static void renew_rights(struct server *server)
{
    list_foreach (it, &server->sessions) {
        struct session *session = list_entry(it, struct session, link);

        if (policy_peer(server->policy, session->fd, &session->peer, &session->rights) == 0 &&
            session->greeted && !session->rights.run) {
            log_notice("reload", "session %llu: user %u may not use this daemon any more",
                       (unsigned long long)session->number, session->peer.uid);
            session_drain(session);
        }
    }
}

/* All that holds a copy of a setting, or of what is made of it. */
static void use_settings(struct server *server)
{
    const struct config *config = server->config;

    server_set_log(config);
    quotas_set(&server->quotas, config);
    if (config->quota_sessions > server->sessions_most) {
        log_notice("reload", "[quota] sessions: %llu until the next start",
                   (unsigned long long)server->sessions_most);
        server->quotas.daemon_limits[QUOTA_SESSIONS] = server->sessions_most;
    }
    server->models.names_most = config->quota_models;
    sched_configure(&server->sched, config);
}

static void swap_settings(struct server *server)
{
    struct reload *reload = &server->reload;
    struct config *before = reload->config;

    config_compare(server->config, reload->settings.config, on_change, reload);
    config_keep_first(reload->settings.config, server->first);
    server->config = reload->config = take_ptr(reload->settings.config);
    config_free(before);
    policy_free(server->policy);
    server->policy = take_ptr(reload->policy);
    use_settings(server);
    renew_rights(server);
}

/* Of a load, when it has ended; what comes without one is said before they begin. */
static void on_model(struct server *server, const char *name, const char *what, const char *why)
{
    struct reload *reload = &server->reload;
    struct reload_result *answer = &reload->answer;
    const char *copy = arena_text(&reload->arena, name, strlen(name));
    const char *error = why ? arena_text(&reload->arena, why, strlen(why)) : "";

    log_notice("reload", "model %s %s", name, what);
    if (copy && error && answer->n_models < MESSAGE_MODELS_MAX)
        answer->models[answer->n_models++] =
            (struct reload_model){text_of(copy), text_of(what), text_of(error)};
    if (reload->phase == RELOAD_LOADING && --reload->n_loads == 0)
        finish(server);
}

static void apply(struct server *server)
{
    struct reload *reload = &server->reload;

    swap_settings(server);
    reload->n_loads = entries_apply(server, take_ptr(reload->settings.models), on_model);
    reload->phase = RELOAD_LOADING;
    if (reload->n_loads == 0)
        finish(server);
    else
        loads_advance(server);
}

static void finish(struct server *server)
{
    const struct reload_result *answer = &server->reload.answer;
    char status[128];

    snprintf(status, sizeof(status),
             "reloaded: %u settings changed, %u at the next start; %u models touched",
             answer->n_changed, answer->n_later, answer->n_models);
    log_notice("reload", "%s", status);
    events_post_config_reloaded(&server->events, status);
    if (server->state == SERVER_READY)
        notify_ready(status);
    answer_all(server, 0, NULL);
    end(server);
}

static void post(struct server *server)
{
    struct reload *reload = &server->reload;

    reload->phase = RELOAD_READING;
    reload->n_readings++;
    loader_post(&server->loader, &reload->task);
}

static void on_settled(uv_timer_t *timer)
{
    post(timer->data);
}

static void run_read(struct loader_task *task)
{
    struct reload *reload = container_of(task, struct reload, task);
    struct server *server = container_of(reload, struct server, reload);

    settings_done(&reload->settings);
    policy_free(take_ptr(reload->policy));
    reload->fault = (struct fault){""};
    reload->result = settings_read(reload->source, &reload->settings, &reload->fault);
    if (reload->result == 0)
        reload->result = policy_new(reload->settings.config, &reload->policy);
    done_post(&server->done, &reload->done);
}

static void settle(struct server *server)
{
    struct reload *reload = &server->reload;

    if (reload->n_readings == READINGS_MOST) {
        refuse(server, fail(&reload->fault, E_SETTING,
                            "the files of settings are being written all the time: try again"));
        return;
    }
    reload->stamp = reload->settings.stamp;
    reload->phase = RELOAD_SETTLING;
    uv_update_time(&server->loop);
    uv_timer_start(&reload->timer, on_settled, SETTLE_MS, 0);
}

static void on_read(struct done_item *item)
{
    struct reload *reload = container_of(item, struct reload, done);
    struct server *server = container_of(reload, struct server, reload);
    bool still = reload->n_readings > 1 &&
                 memcmp(&reload->stamp, &reload->settings.stamp, sizeof(reload->stamp)) == 0;

    if (server->state != SERVER_READY)
        give_up(server, E_DRAINING);
    else if (!still)
        settle(server);
    else if (reload->result < 0)
        refuse(server, reload->result);
    else
        apply(server);
}

static void begin(struct server *server)
{
    struct reload *reload = &server->reload;

    reload->again = false;
    list_splice(&reload->answering, &reload->waiting);
    reload->answer.n_changed = reload->answer.n_later = reload->answer.n_models = 0;
    arena_done(&reload->arena);
    reload->arena = (struct arena){NULL};
    reload->n_readings = 0;
    reload->task.run = run_read;
    reload->done.on_done = on_read;
    notify_reloading(clock_now_ns(server->clock) / 1000);
    post(server);
}

static int take_call(struct reload *reload, struct request *request, struct fault *fault)
{
    struct asker *asker = calloc(1, sizeof(*asker));
    int r = asker ? call_begin(&asker->call, request, on_cancel, fault) : -ENOMEM;

    if (r < 0) {
        free(asker);
        return r;
    }
    list_append(&reload->waiting, &asker->link);
    return 0;
}

int reload_ask(struct server *server, struct request *request, struct fault *fault)
{
    int r = request ? take_call(&server->reload, request, fault) : 0;

    if (r < 0)
        return r;
    server->reload.again = true;
    if (server->reload.phase == RELOAD_IDLE && server->state == SERVER_READY)
        begin(server);
    return 0;
}

void reload_on_ready(struct server *server)
{
    if (server->reload.again)
        begin(server);
}

void reload_drain(struct server *server)
{
    struct reload *reload = &server->reload;

    uv_timer_stop(&reload->timer);
    list_splice(&reload->answering, &reload->waiting);
    if (reload->phase == RELOAD_SETTLING || reload->phase == RELOAD_IDLE)
        give_up(server, E_DRAINING);
}
