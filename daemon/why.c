#include "daemon/why.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/error.h"
#include "daemon/job.h"
#include "daemon/record.h"
#include "daemon/server.h"
#include "daemon/session.h"

/* Ours, and behind them the scheduler's. */
enum why {
#define WHY(id, name, text) WHY_##id,
#include "daemon/why.def"
#undef WHY
    _WHY_MAX,
};
#define WHY_QUEUE(reason) (_WHY_MAX + (reason))
#define WHYS              WHY_QUEUE(_QUEUE_REASON_MAX)

static const struct {
    const char *name, *text;
} words[_WHY_MAX] = {
#define WHY(id, name, text) [WHY_##id] = {name, text},
#include "daemon/why.def"
#undef WHY
};

static const char *name_of(unsigned int why)
{
    return why < _WHY_MAX ? words[why].name : queue_reason_name(why - _WHY_MAX);
}

static const char *text_for(unsigned int why)
{
    return why < _WHY_MAX ? words[why].text : queue_reason_text(why - _WHY_MAX);
}

/* What is asked about, and what was found so far. */
struct search {
    const struct session *session; /* who asks */
    struct history_record job;     /* what is asked about, as if it had ended now */
    const struct owner *owner;     /* its names, where they stay */
    const char *model, *state;
    uint64_t end_ns; /* of its wait */
    struct why_result *ret;
    uint32_t n[WHYS];
    uint64_t sums_ns[WHYS];
};

/* BEFORE was taken while the job waited: by what the two are, else by what the scheduler said. */
static unsigned int relate(const struct history_record *job, const struct history_record *before)
{
    if (before->began_ns <= job->arrived_ns)
        return WHY_RUNNING;
    if (job->slot && before->network == job->network)
        return WHY_SLOT;
    if (before->class < job->class)
        return WHY_QUEUE(QUEUE_CLASS);
    if (before->reason == QUEUE_FLOOR || before->reason == QUEUE_AGED)
        return WHY_QUEUE(before->reason);
    if (before->class == job->class && before->deadline_ns &&
        (!job->deadline_ns || before->deadline_ns < job->deadline_ns))
        return WHY_QUEUE(QUEUE_DEADLINE);
    if (before->reason == QUEUE_TURN && before->owner.session != job->owner.session)
        return WHY_QUEUE(QUEUE_TURN);
    return WHY_FIRST;
}

static void add(struct search *search, const struct history_record *before, uint64_t ns,
                bool running)
{
    struct why_result *ret = search->ret;
    unsigned int why = relate(&search->job, before);

    search->n[why]++;
    search->sums_ns[why] += ns;
    ret->before_us += ns / 1000;
    if (!session_sees(search->session, before->owner.uid)) {
        ret->hidden++;
        ret->more++;
    } else if (ret->n_before == MESSAGE_BLOCKERS_MAX) {
        ret->more++;
    } else {
        ret->before[ret->n_before++] = (struct blocker_desc){
            .job = before->job,
            .session = before->owner.session,
            .client = text_of(before->owner.name),
            .model = text_of(before->model),
            .class = text_of(class_name(before->class)),
            .run_us = ns / 1000,
            .running = running,
            .reason = text_of(name_of(why)),
        };
    }
}

/* How long BEFORE kept the device while the job waited. */
static uint64_t overlap_ns(const struct search *search, const struct history_record *before,
                           uint64_t ended_ns)
{
    uint64_t began_ns =
        before->began_ns > search->job.arrived_ns ? before->began_ns : search->job.arrived_ns;

    ended_ns = ended_ns < search->end_ns ? ended_ns : search->end_ns;
    return ended_ns > began_ns ? ended_ns - began_ns : 0;
}

static bool had_device(const struct search *search, const struct history_record *record)
{
    bool is_span =
        record->kind == HISTORY_STEP || (record->kind == HISTORY_JOB && record->n_steps == 1);

    return is_span && record->began_ns && record->device == search->job.device &&
           record->job != search->job.job;
}

/* The names of what runs stand in its job: NOW goes. */
static void add_running(struct search *search, const struct job *job)
{
    struct why_result *ret = search->ret;
    uint32_t n_before = ret->n_before;
    struct history_record now;
    struct sched_view view;
    uint64_t ns;

    sched_look(&job->server->sched, job, &view);
    record_now(job, &view, &now);
    if (!view.running || now.job == search->job.job || view.device != search->job.device)
        return;
    ns = overlap_ns(search, &now, ret->now_ns);
    if (!ns)
        return;
    add(search, &now, ns, true);
    if (ret->n_before > n_before) {
        ret->before[n_before].client = text_of(job->owner.name);
        ret->before[n_before].model = text_of(job->model);
    }
}

static void add_all(struct search *search)
{
    const struct server *server = search->session->server;
    const struct history *history = &server->history;

    list_foreach (it, &server->jobs)
        add_running(search, list_entry(it, struct job, under));
    for (uint64_t n = history->n; n > history_first(history); n--) {
        const struct history_record *record = history_get(history, n - 1);
        uint64_t ns = had_device(search, record) ? overlap_ns(search, record, record->ended_ns) : 0;

        if (ns)
            add(search, record, ns, false);
    }
}

static int find_under_way(struct search *search, uint64_t number)
{
    list_foreach (it, &search->session->server->jobs) {
        const struct job *job = list_entry(it, struct job, under);
        struct sched_view view;

        if (job->number != number)
            continue;
        sched_look(&job->server->sched, job, &view);
        record_now(job, &view, &search->job);
        search->owner = &job->owner;
        search->model = job->model;
        search->state = view.started_ns ? "running" : "waiting";
        return 0;
    }
    return E_BAD_PARAMS;
}

/* Its record, or what one would say now. */
static int find(struct search *search, uint64_t number, struct fault *fault)
{
    const struct server *server = search->session->server;
    const struct history_record *record = history_find_job(&server->history, number);

    if (record) {
        search->job = *record;
        search->owner = &record->owner;
        search->model = record->model;
        search->state = "ended";
        return 0;
    }
    if (find_under_way(search, number) == 0)
        return 0;
    if (number == 0 || number > server->last_job)
        return fail(fault, E_BAD_PARAMS, "no job %" PRIu64 " was there yet: the last is %" PRIu64,
                    number, server->last_job);
    return fail(fault, E_BAD_PARAMS,
                "job %" PRIu64 " is too long ago, or was refused before it waited: the history "
                "keeps %zu records ([daemon] history in snped.conf)",
                number, server->history.size);
}

static void describe(const struct search *search, struct why_result *ret)
{
    const struct history_record *job = &search->job;

    *ret = (struct why_result){
        .job = job->job,
        .session = job->owner.session,
        .state = text_of(search->state),
        .result = job->result,
        .uid = job->owner.uid,
        .lane = job->lane,
        .client = text_of(search->owner->name),
        .model = text_of(search->model),
        .device = text_of(device_get(job->device)->name),
        .class = text_of(class_name(job->class)),
        .picked = text_of(job->began_ns ? queue_reason_name(job->reason) : ""),
        .slot = job->slot,
        .now_ns = clock_now_ns(search->session->server->clock),
        .arrived_ns = job->arrived_ns,
        .queued_ns = job->queued_ns,
        .started_ns = job->began_ns,
        .ended_ns = job->ended_ns,
        .answered_ns = job->answered_ns,
        .deadline_ns = job->deadline_ns,
        .run_us = job->run_ns / 1000,
    };
}

/* The end of its wait: a lane took it, or it was answered without, or it still waits. */
static uint64_t end_of_wait(const struct why_result *ret)
{
    if (ret->started_ns)
        return ret->started_ns;
    return ret->answered_ns ? ret->answered_ns : ret->now_ns;
}

static int say_wait(const struct search *search, char *out, size_t size)
{
    const struct why_result *ret = search->ret;
    uint64_t us = (search->end_ns - ret->arrived_ns) / 1000;

    if (ret->started_ns)
        return snprintf(out, size, "It began %" PRIu64 " us after it came", us);
    if (!ret->answered_ns)
        return snprintf(out, size, "It has waited for %" PRIu64 " us", us);
    return snprintf(out, size, "It waited for %" PRIu64 " us and never began (%s)", us,
                    error_get(ret->result).wire_name);
}

/* Which reason took the most time. */
static unsigned int main_reason(const struct search *search)
{
    unsigned int most = 0;

    for (unsigned int i = 0; i < WHYS; i++)
        if (search->sums_ns[i] > search->sums_ns[most])
            most = i;
    return most;
}

static void say(const struct search *search, char *out, size_t size)
{
    const struct why_result *ret = search->ret;
    unsigned int most = main_reason(search);
    uint32_t n = ret->n_before + ret->more;
    size_t at = (size_t)say_wait(search, out, size);

    if (n == 0 && ret->slot)
        snprintf(out + at, size - at, ": its network had no free job slot.");
    else if (n == 0)
        snprintf(out + at, size - at, ": nothing ran before it.");
    else
        snprintf(out + at, size - at,
                 ": %u job%s kept %.*s for %" PRIu64
                 " us meanwhile. The main reason (%u job%s, %" PRIu64 " us): %s.",
                 n, n == 1 ? "" : "s", (int)ret->device.size, ret->device.base, ret->before_us,
                 search->n[most], search->n[most] == 1 ? "" : "s", search->sums_ns[most] / 1000,
                 text_for(most));
}

int why_find(const struct session *session, uint64_t job, struct why_result *ret,
             char sentence[WHY_SENTENCE_MAX], struct fault *fault)
{
    struct search search = {.session = session, .ret = ret};
    int r = find(&search, job, fault);

    if (r < 0)
        return r;
    if (!session_sees(session, search.owner->uid))
        return fail(fault, E_DENIED,
                    "job %" PRIu64 " is another user's: only who may administer may ask for it "
                    "([policy] admin_users in snped.conf)",
                    job);
    describe(&search, ret);
    search.end_ns = end_of_wait(ret);
    add_all(&search);
    say(&search, sentence, WHY_SENTENCE_MAX);
    ret->sentence = text_of(sentence);
    return 0;
}
