#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "client/ctl/table.h"
#include "client/ctl/top.h"
#include "client/ctl/units.h"

#define HEAD_LINES   2
#define MODELS_LEAST 3 /* lines of models that a low screen has all the same */
#define MODELS_SHARE 4 /* of its lines, at most */
#define WIDE         110
#define NAME_WIDE    32
#define NAME_NARROW  12
#define CLIENTS_MOST 256

static bool is_narrow(const struct picture *picture)
{
    return picture->width && picture->width < WIDE;
}

static size_t name_most(const struct picture *picture)
{
    return is_narrow(picture) ? NAME_NARROW : NAME_WIDE;
}

static void add_us(struct table *table, uint64_t us)
{
    char text[UNITS_SIZE];

    table_text(table, units_us(us, text, sizeof(text)));
}

static void add_percent(struct table *table, double share)
{
    table_printf(table, "%.0f %%", share * 100);
}

static int finish(struct table *table, const struct picture *picture, FILE *out)
{
    int r = table_print(table, picture->bold, out);

    table_done(table);
    return r;
}

static void print_head(const struct picture *picture, FILE *out)
{
    const struct snpe_daemon_stats *was = picture->before->stats, *is = picture->now->stats;
    const struct snpe_overview *overview = picture->now->overview;
    char a[300], b[UNITS_SIZE], c[UNITS_SIZE];

    fprintf(out, "snped %s %s, up for %s; clients %llu, models %llu of %s\n",
            table_clean(is->version, a, sizeof(a)), is->state,
            units_us(is->uptime_us, b, sizeof(b)), (unsigned long long)is->sessions,
            (unsigned long long)is->models, units_bytes(is->memory_bytes, c, sizeof(c)));
    fprintf(out, "%.1f calls/s, of which refused %.1f",
            sample_rate(picture->before, picture->now, was->frames, is->frames),
            sample_rate(picture->before, picture->now, was->refused, is->refused));
    if (overview->hidden_sessions)
        fprintf(out, "; %u clients of other users are not shown", overview->hidden_sessions);
    if (overview->more_sessions)
        fprintf(out, "; %u more clients are not shown", overview->more_sessions);
    fputs("\n", out);
}

/* Eighty columns hold all but the load of 10 seconds. */
static int print_devices(const struct picture *picture, FILE *out)
{
    static const char *const wide[] = {"DEVICE", ">LOAD",    ">10s", ">WAIT",     ">RUN", ">JOBS/s",
                                       ">LOST",  ">RUN p50", ">p99", ">WAIT p50", ">p99"};
    static const char *const narrow[] = {"DEVICE", ">LOAD",    ">WAIT", ">RUN",      ">JOBS/s",
                                         ">LOST",  ">RUN p50", ">p99",  ">WAIT p50", ">p99"};
    const struct snpe_daemon_stats *stats = picture->now->stats;
    struct table table;

    table_init(&table, is_narrow(picture) ? narrow : wide,
               is_narrow(picture) ? ARRAY_SIZE(narrow) : ARRAY_SIZE(wide));
    for (uint32_t i = 0; i < stats->n_devices; i++) {
        const struct snpe_device *device = stats->devices[i];
        double lanes = device->lanes ? device->lanes : 1;

        table_text(&table, device->name);
        add_percent(&table, (double)device->busy_1s_us / 1e6 / lanes);
        if (!is_narrow(picture))
            add_percent(&table, (double)device->busy_10s_us / 1e7 / lanes);
        table_printf(&table, "%u", device->queued);
        table_printf(&table, "%u", device->running);
        table_printf(&table, "%.1f", sample_device_rate(picture->before, picture->now, i));
        table_printf(&table, "%llu", (unsigned long long)(device->failed + device->expired));
        add_us(&table, device->run_p50_us);
        add_us(&table, device->run_p99_us);
        add_us(&table, device->queue_p50_us);
        add_us(&table, device->queue_p99_us);
    }
    return finish(&table, picture, out);
}

static void add_network(struct table *table, const struct picture *picture, uint32_t model,
                        uint32_t network)
{
    const struct snpe_model_info *info = picture->now->infos[model];
    const struct snpe_model_network *of = info->networks[network];

    if (network == 0)
        table_printf(table, "%.1f", sample_model_rate(picture->before, picture->now, model));
    else
        table_text(table, "");
    add_us(table, of->run_p50_us);
    add_us(table, of->run_p99_us);
    table_text(table, of->runtime);
    table_text(table, *of->why ? of->why : "as asked for");
}

/* A line for each of a model's networks, or for its state. */
static void add_model(struct table *table, const struct picture *picture, uint32_t i)
{
    const struct snpe_model *model = picture->now->models->models[i];
    const struct snpe_model_info *info = picture->now->infos[i];

    for (uint32_t k = 0; info && k < info->n_networks; k++) {
        table_name(table, model->name, name_most(picture));
        add_network(table, picture, i, k);
    }
    if (info && info->n_networks)
        return;
    table_name(table, model->name, name_most(picture));
    for (int k = 0; k < 3; k++)
        table_text(table, "-");
    table_text(table, model->state);
    table_text(table, model->error);
}

static uint32_t lines_of(const struct table *table)
{
    return (uint32_t)(table->n_cells / table->n_columns);
}

/* *LEFT: lines that may be printed; what was is taken off. */
static int print_models(const struct picture *picture, uint32_t *left, FILE *out)
{
    static const char *const heads[] = {"MODEL", ">RUNS/s", ">RUN p50", ">p99", "ON", "WHY THERE"};
    const struct snpe_models *models = picture->now->models;
    uint32_t most = *left / MODELS_SHARE > MODELS_LEAST ? *left / MODELS_SHARE : MODELS_LEAST;
    struct table table;

    table_init(&table, heads, ARRAY_SIZE(heads));
    for (uint32_t i = 0; i < models->n_models && i < TOP_MODELS; i++)
        if (!picture->rows || lines_of(&table) < most)
            add_model(&table, picture, i);
    *left -= *left < lines_of(&table) + 2 ? *left : lines_of(&table) + 2;
    if (table.n_cells == 0) {
        table_done(&table);
        return 0;
    }
    fputs("\n", out);
    return finish(&table, picture, out);
}

struct row {
    uint32_t session;
    double key;
    const char *name;
};

static int compare(const void *a, const void *b)
{
    const struct row *one = a, *other = b;

    if (one->key > other->key || one->key < other->key)
        return one->key < other->key ? 1 : -1;
    if (one->name && strcmp(one->name, other->name) != 0)
        return strcmp(one->name, other->name);
    return one->session < other->session ? -1 : one->session > other->session;
}

static double key_of(const struct picture *picture, uint32_t i)
{
    const struct snpe_session *session = picture->now->overview->sessions[i];

    switch (picture->sort) {
    case TOP_BY_RATE:
        return sample_client_rate(picture->before, picture->now, i);
    case TOP_BY_TIME:
        return sample_client_share(picture->before, picture->now, i);
    case TOP_BY_WAIT:
        return (double)session->queue_p99_us;
    case TOP_BY_LOSS:
        return (double)(session->dropped + session->expired);
    default:
        return 0;
    }
}

static uint32_t sort_clients(const struct picture *picture, struct row *rows)
{
    const struct snpe_overview *overview = picture->now->overview;
    uint32_t n = overview->n_sessions < CLIENTS_MOST ? overview->n_sessions : CLIENTS_MOST;

    for (uint32_t i = 0; i < n; i++)
        rows[i] = (struct row){
            .session = i,
            .key = key_of(picture, i),
            .name = picture->sort == TOP_BY_NAME ? overview->sessions[i]->name : NULL,
        };
    qsort(rows, n, sizeof(*rows), compare);
    return n;
}

/* "cpu: face (dsp: ...), dsp: kws": the last column, cut where the screen ends. */
static void add_networks(struct table *table, const struct snpe_session *session)
{
    char text[500] = "";
    size_t at = 0;

    for (uint32_t i = 0; i < session->n_networks && at < sizeof(text); i++) {
        const struct snpe_held *held = session->networks[i];
        bool why = *held->why;
        int n = snprintf(text + at, sizeof(text) - at, "%s%.20s: %.60s%s%.80s%s", i ? ", " : "",
                         held->runtime, held->model, why ? " (" : "", held->why, why ? ")" : "");

        at += n > 0 ? (size_t)n : 0;
    }
    table_text(table, text);
}

static void add_client(struct table *table, const struct picture *picture, uint32_t i)
{
    const struct snpe_session *session = picture->now->overview->sessions[i];

    table_printf(table, "%llu", (unsigned long long)session->session);
    table_name(table, session->name, name_most(picture));
    table_printf(table, "%.1f", sample_client_rate(picture->before, picture->now, i));
    add_percent(table, sample_client_share(picture->before, picture->now, i));
    add_us(table, session->queue_p50_us);
    add_us(table, session->queue_p99_us);
    add_us(table, session->run_p99_us);
    table_printf(table, "%llu", (unsigned long long)session->dropped);
    table_printf(table, "%llu", (unsigned long long)session->expired);
    add_networks(table, session);
}

static int print_clients(const struct picture *picture, uint32_t left, FILE *out)
{
    static const char *const heads[] = {">ID",  "CLIENT",   ">RUNS/s", ">DEV",  ">WAIT",
                                        ">p99", ">RUN p99", ">DROP",   ">LATE", "ON"};
    struct row rows[CLIENTS_MOST];
    uint32_t n = sort_clients(picture, rows);
    uint32_t first = picture->first < n ? picture->first : 0;
    uint32_t most = picture->rows ? (left > 2 ? left - 2 : 0) : n;
    struct table table;

    if (picture->rows && most == 0)
        return 0;
    table_init(&table, heads, ARRAY_SIZE(heads));
    for (uint32_t i = first; i < n && i < first + most; i++)
        add_client(&table, picture, rows[i].session);
    fputs("\n", out);
    return finish(&table, picture, out);
}

int top_print(const struct picture *picture, FILE *out)
{
    uint32_t fixed = HEAD_LINES + 2 + picture->now->stats->n_devices;
    uint32_t left = picture->rows > fixed ? picture->rows - fixed : 0;
    int r;

    print_head(picture, out);
    fputs("\n", out);
    r = print_devices(picture, out);
    if (r == 0)
        r = print_models(picture, &left, out);
    if (r == 0)
        r = print_clients(picture, left, out);
    return r;
}
