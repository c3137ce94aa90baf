/* why: what a job waited for. */
#include <errno.h>
#include <string.h>

#include "base/base.h"
#include "base/str.h"
#include "client/ctl/ctl.h"
#include "client/ctl/table.h"
#include "client/ctl/units.h"

#define NAME_MOST 20 /* columns of a name, so that a table fits into 80 */

static void json_blocker(struct json *json, const struct snpe_blocker *blocker)
{
    json_object(json, NULL);
    json_u64(json, "job", blocker->job);
    json_u64(json, "session", blocker->session);
    json_text(json, "client", blocker->client);
    json_text(json, "model", blocker->model);
    json_text(json, "class", blocker->class_name);
    json_u64(json, "run_us", blocker->run_us);
    json_bool(json, "running", blocker->running);
    json_text(json, "reason", blocker->reason);
    json_object_end(json);
}

static void json_times(struct json *json, const struct snpe_wait *wait)
{
    json_u64(json, "now_ns", wait->now_ns);
    json_u64(json, "arrived_ns", wait->arrived_ns);
    json_u64(json, "queued_ns", wait->queued_ns);
    json_u64(json, "started_ns", wait->started_ns);
    json_u64(json, "ended_ns", wait->ended_ns);
    json_u64(json, "answered_ns", wait->answered_ns);
    json_u64(json, "deadline_ns", wait->deadline_ns);
    json_u64(json, "run_us", wait->run_us);
}

static int print_wait_json(struct ctl *ctl, const struct snpe_wait *wait)
{
    struct json json = {0};

    json_object(&json, NULL);
    json_u64(&json, "job", wait->job);
    json_text(&json, "sentence", wait->sentence);
    json_text(&json, "state", wait->state);
    json_i64(&json, "result", wait->result);
    json_u64(&json, "session", wait->session);
    json_u64(&json, "uid", wait->uid);
    json_text(&json, "client", wait->client);
    json_text(&json, "model", wait->model);
    json_text(&json, "device", wait->device);
    json_u64(&json, "lane", wait->lane);
    json_text(&json, "class", wait->class_name);
    json_text(&json, "picked", wait->picked);
    json_bool(&json, "slot", wait->slot);
    json_times(&json, wait);
    json_list(&json, "before");
    for (uint32_t i = 0; i < wait->n_before; i++)
        json_blocker(&json, wait->before[i]);
    json_list_end(&json);
    json_u64(&json, "before_us", wait->before_us);
    json_u64(&json, "more", wait->more);
    json_u64(&json, "hidden", wait->hidden);
    json_object_end(&json);
    return ctl_print_json(ctl, &json);
}

static int print_before(struct ctl *ctl, const struct snpe_wait *wait)
{
    static const char *const heads[] = {">JOB",  "CLIENT",  "MODEL",
                                        "CLASS", ">DEVICE", "WHY IT WENT FIRST"};
    struct table table;
    char text[UNITS_SIZE];
    int r;

    table_init(&table, heads, ARRAY_SIZE(heads));
    for (uint32_t i = 0; i < wait->n_before; i++) {
        const struct snpe_blocker *blocker = wait->before[i];

        table_printf(&table, "%llu", (unsigned long long)blocker->job);
        table_name(&table, blocker->client, NAME_MOST);
        table_name(&table, blocker->model, NAME_MOST);
        table_text(&table, blocker->class_name);
        table_printf(&table, "%s%s", units_us(blocker->run_us, text, sizeof(text)),
                     blocker->running ? " so far" : "");
        table_text(&table, blocker->reason);
    }
    r = table_print(&table, ctl->colour, ctl->out);
    table_done(&table);
    return r;
}

/* "20.0 ms in the queue", behind a comma unless it is the first. */
static void print_span(struct ctl *ctl, const char *where, uint64_t from_ns, uint64_t to_ns,
                       const char **comma)
{
    char text[UNITS_SIZE];

    if (!from_ns || to_ns < from_ns)
        return;
    fprintf(ctl->out, "%s%s %s", *comma, units_us((to_ns - from_ns) / 1000, text, sizeof(text)),
            where);
    *comma = ", ";
}

static void print_spans(struct ctl *ctl, const struct snpe_wait *wait)
{
    const char *comma = "";

    print_span(ctl, "to read and check", wait->arrived_ns, wait->queued_ns, &comma);
    print_span(ctl, "in the queue", wait->queued_ns, wait->started_ns, &comma);
    print_span(ctl, "on the device", wait->started_ns, wait->ended_ns, &comma);
    print_span(ctl, "to answer", wait->ended_ns, wait->answered_ns, &comma);
    if (*comma)
        fputs("\n", ctl->out);
}

static int print_wait(struct ctl *ctl, const struct snpe_wait *wait)
{
    char a[300], b[300], c[64], d[64];

    fprintf(ctl->out, "job %llu: %s of client %llu '%s' on %s, %s, ", (unsigned long long)wait->job,
            table_clean(wait->model, a, sizeof(a)), (unsigned long long)wait->session,
            table_clean(wait->client, b, sizeof(b)), table_clean(wait->device, c, sizeof(c)),
            table_clean(wait->class_name, d, sizeof(d)));
    ctl_print_state(ctl, wait->result < 0 ? snpe_error_name(wait->result) : wait->state);
    fputs("\n", ctl->out);
    fprintf(ctl->out, "%s\n", table_clean(wait->sentence, a, sizeof(a)));
    print_spans(ctl, wait);
    if (*wait->picked)
        fprintf(ctl->out, "it was the next because of: %s\n",
                table_clean(wait->picked, c, sizeof(c)));
    if (wait->n_before && print_before(ctl, wait) < 0)
        return -ENOMEM;
    if (wait->more > wait->hidden)
        fprintf(ctl->out, "%u more jobs before it are not shown\n", wait->more - wait->hidden);
    if (wait->hidden)
        fprintf(ctl->out, "%u jobs of other users before it are not shown\n", wait->hidden);
    return 0;
}

int command_why(struct ctl *ctl)
{
    struct snpe_wait *wait = NULL;
    uint64_t job;
    int r;

    if (str_u64(ctl->words[0], 1, UINT64_MAX, &job) < 0)
        return fail(
            ctl->fault, -EINVAL,
            "'%.40s' is no job's number: 'snpectl run' with --json and 'snpectl ps' tell it",
            ctl->words[0]);
    r = ctl_check(ctl, snpe_why(ctl->client, job, &wait));
    if (r == 0)
        r = ctl->json ? print_wait_json(ctl, wait) : print_wait(ctl, wait);
    snpe_free(wait);
    return r;
}
