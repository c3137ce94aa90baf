/* ps, why: who is connected, what is under way, and what a job waited for. */
#include <errno.h>
#include <string.h>

#include "base/base.h"
#include "base/str.h"
#include "client/ctl/ctl.h"
#include "client/ctl/table.h"
#include "client/ctl/units.h"

#define NAME_MOST  16  /* columns of a name, so that a table fits into 80 */
#define RECENT_JOB 100 /* records back that completion offers numbers of */

static void json_held(struct json *json, const struct snpe_held *held)
{
    json_object(json, NULL);
    json_u64(json, "network", held->network);
    json_text(json, "model", held->model);
    json_text(json, "runtime", held->runtime);
    json_text(json, "why", held->why);
    json_u64(json, "runs", held->runs);
    json_object_end(json);
}

void ctl_json_session(struct json *json, const struct snpe_session *session)
{
    json_u64(json, "session", session->session);
    json_u64(json, "pid", session->pid);
    json_u64(json, "uid", session->uid);
    json_text(json, "name", session->name);
    json_text(json, "state", session->state);
    json_text(json, "ceiling", session->ceiling);
    json_u64(json, "age_us", session->age_us);
    json_u64(json, "calls", session->calls);
    json_u64(json, "runs", session->runs);
    json_u64(json, "refused", session->refused);
    json_u64(json, "expired", session->expired);
    json_u64(json, "dropped", session->dropped);
    json_u64(json, "device_us", session->device_us);
    json_u64(json, "user_device_us", session->user_device_us);
    json_u64(json, "demoted", session->demoted);
    json_u64(json, "queue_p50_us", session->queue_p50_us);
    json_u64(json, "queue_p99_us", session->queue_p99_us);
    json_u64(json, "run_p50_us", session->run_p50_us);
    json_u64(json, "run_p99_us", session->run_p99_us);
    json_u64(json, "regions", session->regions);
    json_u64(json, "region_bytes", session->region_bytes);
    json_list(json, "networks");
    for (uint32_t i = 0; i < session->n_networks; i++)
        json_held(json, session->networks[i]);
    json_list_end(json);
}

static void json_job(struct json *json, const struct snpe_job *job)
{
    json_object(json, NULL);
    json_u64(json, "job", job->job);
    json_u64(json, "session", job->session);
    json_text(json, "model", job->model);
    json_text(json, "device", job->device);
    json_text(json, "class", job->class_name);
    json_bool(json, "running", job->running);
    json_u64(json, "waited_us", job->waited_us);
    json_u64(json, "ran_us", job->ran_us);
    json_u64(json, "deadline_ns", job->deadline_ns);
    json_object_end(json);
}

void ctl_json_jobs(struct json *json, const struct snpe_overview *overview)
{
    json_list(json, "jobs");
    for (uint32_t i = 0; i < overview->n_jobs; i++)
        json_job(json, overview->jobs[i]);
    json_list_end(json);
    json_u64(json, "more_sessions", overview->more_sessions);
    json_u64(json, "more_jobs", overview->more_jobs);
    json_u64(json, "hidden_sessions", overview->hidden_sessions);
    json_u64(json, "hidden_jobs", overview->hidden_jobs);
}

static int print_overview_json(struct ctl *ctl, const struct snpe_overview *overview)
{
    struct json json = {0};

    json_object(&json, NULL);
    json_u64(&json, "now_ns", overview->now_ns);
    json_list(&json, "sessions");
    for (uint32_t i = 0; i < overview->n_sessions; i++) {
        json_object(&json, NULL);
        ctl_json_session(&json, overview->sessions[i]);
        json_object_end(&json);
    }
    json_list_end(&json);
    ctl_json_jobs(&json, overview);
    json_object_end(&json);
    return ctl_print_json(ctl, &json);
}

static int print_sessions(struct ctl *ctl, const struct snpe_overview *overview)
{
    static const char *const heads[] = {">SESSION", ">PID",  ">UID",     "CLIENT",   ">CALLS",
                                        ">RUNS",    ">LOST", ">ON DEVS", ">RUN p99", ">WAIT p99"};
    struct table table;
    char text[UNITS_SIZE];
    int r;

    table_init(&table, heads, ARRAY_SIZE(heads));
    for (uint32_t i = 0; i < overview->n_sessions; i++) {
        const struct snpe_session *session = overview->sessions[i];

        table_printf(&table, "%llu", (unsigned long long)session->session);
        table_printf(&table, "%u", session->pid);
        table_printf(&table, "%u", session->uid);
        table_name(&table, session->name, NAME_MOST);
        table_printf(&table, "%u", session->calls);
        table_text(&table, units_count(session->runs, text, sizeof(text)));
        table_text(&table, units_count(session->expired + session->dropped, text, sizeof(text)));
        table_text(&table, units_us(session->device_us, text, sizeof(text)));
        table_text(&table, units_us(session->run_p99_us, text, sizeof(text)));
        table_text(&table, units_us(session->queue_p99_us, text, sizeof(text)));
    }
    r = table_print(&table, ctl->colour, ctl->out);
    table_done(&table);
    return r;
}

static int print_networks(struct ctl *ctl, const struct snpe_overview *overview)
{
    static const char *const heads[] = {">SESSION", "MODEL", "ON", ">RUNS", "WHY THERE"};
    struct table table;
    char text[UNITS_SIZE];
    int r = 0;

    table_init(&table, heads, ARRAY_SIZE(heads));
    for (uint32_t i = 0; i < overview->n_sessions; i++)
        for (uint32_t k = 0; k < overview->sessions[i]->n_networks; k++) {
            const struct snpe_held *held = overview->sessions[i]->networks[k];

            table_printf(&table, "%llu", (unsigned long long)overview->sessions[i]->session);
            table_name(&table, held->model, NAME_MOST);
            table_text(&table, held->runtime);
            table_text(&table, units_count(held->runs, text, sizeof(text)));
            table_text(&table, *held->why ? held->why : "as asked for");
        }
    if (table.n_cells) {
        fputc('\n', ctl->out);
        r = table_print(&table, ctl->colour, ctl->out);
    }
    table_done(&table);
    return r;
}

static int print_jobs(struct ctl *ctl, const struct snpe_overview *overview)
{
    static const char *const heads[] = {">JOB",  ">SESSION", "MODEL",   "DEVICE",
                                        "CLASS", "STATE",    ">WAITED", ">RAN"};
    struct table table;
    char text[UNITS_SIZE];
    int r = 0;

    table_init(&table, heads, ARRAY_SIZE(heads));
    for (uint32_t i = 0; i < overview->n_jobs; i++) {
        const struct snpe_job *job = overview->jobs[i];

        table_printf(&table, "%llu", (unsigned long long)job->job);
        table_printf(&table, "%llu", (unsigned long long)job->session);
        table_name(&table, job->model, NAME_MOST);
        table_text(&table, job->device);
        table_text(&table, job->class_name);
        table_text(&table, job->running ? "running" : "waiting");
        table_text(&table, units_us(job->waited_us, text, sizeof(text)));
        table_text(&table, job->running ? units_us(job->ran_us, text, sizeof(text)) : "-");
    }
    if (overview->n_jobs) {
        fputc('\n', ctl->out);
        r = table_print(&table, ctl->colour, ctl->out);
    }
    table_done(&table);
    return r;
}

static void print_rest(struct ctl *ctl, const char *what, uint32_t more, uint32_t hidden)
{
    if (more)
        fprintf(ctl->out, "%u more %s are not shown\n", more, what);
    if (hidden)
        fprintf(ctl->out, "%u %s of other users are not shown\n", hidden, what);
}

static int print_overview(struct ctl *ctl, const struct snpe_overview *overview)
{
    int r = print_sessions(ctl, overview);

    if (r == 0)
        r = print_networks(ctl, overview);
    if (r == 0)
        r = print_jobs(ctl, overview);
    print_rest(ctl, "clients", overview->more_sessions, overview->hidden_sessions);
    print_rest(ctl, "jobs", overview->more_jobs, overview->hidden_jobs);
    return r;
}

/* Numbers of jobs under way and of late, a line each, for completion. */
static int print_numbers(struct ctl *ctl, const struct snpe_overview *overview)
{
    struct snpe_records *now = NULL, *late = NULL;
    int r = ctl_check(ctl, snpe_trace(ctl->client, UINT64_MAX, 0, &now));

    for (uint32_t i = 0; i < overview->n_jobs; i++)
        fprintf(ctl->out, "%llu\n", (unsigned long long)overview->jobs[i]->job);
    if (r == 0)
        r = ctl_check(
            ctl,
            snpe_trace(ctl->client, now->next > RECENT_JOB ? now->next - RECENT_JOB : 0, 0, &late));
    for (uint32_t i = 0; r == 0 && i < late->n_records; i++)
        if (strcmp(late->records[i]->kind, "job") == 0)
            fprintf(ctl->out, "%llu\n", (unsigned long long)late->records[i]->job);
    snpe_free(now);
    snpe_free(late);
    return r;
}

int command_ps(struct ctl *ctl)
{
    struct snpe_overview *overview = NULL;
    int r = ctl_check(ctl, snpe_ps(ctl->client, &overview));

    if (r == 0 && ctl->names)
        r = print_numbers(ctl, overview);
    else if (r == 0)
        r = ctl->json ? print_overview_json(ctl, overview) : print_overview(ctl, overview);
    snpe_free(overview);
    return r;
}
