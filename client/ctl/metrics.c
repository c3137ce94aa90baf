/*
 * metrics: everything that metrics.def names, in the text format of Prometheus, version 0.0.4. A
 * summary has no sum and no count: those are counters of their own.
 */
#include <stdlib.h>

#include "base/base.h"
#include "base/utf8.h"
#include "client/ctl/table.h"
#include "client/ctl/top.h"

/* The unit that a member is in, in digits behind the point of the base unit. */
enum unit { ONE, US };

static void print_value(FILE *out, uint64_t value, enum unit unit)
{
    if (unit == US)
        fprintf(out, " %llu.%06llu\n", (unsigned long long)(value / 1000000),
                (unsigned long long)(value % 1000000));
    else
        fprintf(out, " %llu\n", (unsigned long long)value);
}

static void print_head(FILE *out, const char *name, const char *type, const char *help)
{
    fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

/* LABEL="TEXT", escaped as the format wants it. */
static void print_label(FILE *out, const char *label, const char *text)
{
    fprintf(out, "%s=\"", label);
    while (*text) {
        size_t n = utf8_size(text);

        if (*text == '\\' || *text == '"')
            fprintf(out, "\\%c", *text);
        else if (!table_is_harmless(text, n))
            fputc('?', out); /* it may end up on a terminal, too */
        else
            fwrite(text, 1, n, out);
        text += n ? n : 1;
    }
    fputc('"', out);
}

static void print_device(FILE *out, const struct snpe_device *device)
{
    print_label(out, "device", device->name);
}

static void print_model(FILE *out, const struct snpe_model *model)
{
    print_label(out, "model", model->name);
}

static void print_client(FILE *out, const struct snpe_session *session)
{
    print_label(out, "client", session->name);
    fprintf(out, ",session=\"%llu\",uid=\"%u\"", (unsigned long long)session->session,
            session->uid);
}

static void print_network(FILE *out, const struct snpe_model *model,
                          const struct snpe_model_network *network, uint32_t number)
{
    print_model(out, model);
    fputc(',', out);
    print_label(out, "runtime", network->runtime);
    fprintf(out, ",network=\"%u\"", number);
}

#define SAMPLE(name, labels, value, unit)                                                          \
    do {                                                                                           \
        fputs(#name "{", out);                                                                     \
        labels;                                                                                    \
        fputc('}', out);                                                                           \
        print_value(out, value, unit);                                                             \
    } while (0)
#define QUANTILE(name, labels, value, q)                                                           \
    do {                                                                                           \
        fputs(#name "{", out);                                                                     \
        labels;                                                                                    \
        fputs(",quantile=\"" q "\"}", out);                                                        \
        print_value(out, value, US);                                                               \
    } while (0)

#define DEVICES(i)  (uint32_t i = 0; i < sample->stats->n_devices; i++)
#define SESSIONS(i) (uint32_t i = 0; i < sample->overview->n_sessions; i++)
#define MODELS(i)   (uint32_t i = 0; i < sample->models->n_models && i < TOP_MODELS; i++)

/* clang-format off */
static void print_daemon(FILE *out, const struct sample *sample)
{
#define DAEMON(name, type, member, unit, help)                                                     \
    print_head(out, #name, #type, help);                                                           \
    fputs(#name, out);                                                                             \
    print_value(out, sample->stats->member, unit);
#include "client/ctl/metrics.def"
}

static void print_devices(FILE *out, const struct sample *sample)
{
#define DEVICE(name, type, member, unit, help)                                                     \
    print_head(out, #name, #type, help);                                                           \
    for DEVICES(i)                                                                                 \
        SAMPLE(name, print_device(out, sample->stats->devices[i]),                                 \
               sample->stats->devices[i]->member, unit);
#define DEVICE_TIMES(name, p50, p99, help)                                                         \
    print_head(out, #name, "summary", help);                                                         \
    for DEVICES(i) {                                                                               \
        const struct snpe_device *device = sample->stats->devices[i];                              \
                                                                                                   \
        QUANTILE(name, print_device(out, device), device->p50, "0.5");                             \
        QUANTILE(name, print_device(out, device), device->p99, "0.99");                            \
    }
#include "client/ctl/metrics.def"
}

static void print_models(FILE *out, const struct sample *sample)
{
#define MODEL(name, type, member, unit, help)                                                      \
    print_head(out, #name, #type, help);                                                           \
    for MODELS(i)                                                                                  \
        SAMPLE(name, print_model(out, sample->models->models[i]), \
               sample->models->models[i]->member, unit);
#define NETWORK_TIMES(name, p50, p99, help)                                                        \
    print_head(out, #name, "summary", help);                                                         \
    for MODELS(i)                                                                                  \
        for (uint32_t k = 0; sample->infos[i] && k < sample->infos[i]->n_networks; k++) {          \
            const struct snpe_model *model = sample->models->models[i];                            \
            const struct snpe_model_network *network = sample->infos[i]->networks[k];              \
                                                                                                   \
            QUANTILE(name, print_network(out, model, network, k + 1), network->p50, "0.5");        \
            QUANTILE(name, print_network(out, model, network, k + 1), network->p99, "0.99");       \
        }
#include "client/ctl/metrics.def"
}

static void print_clients(FILE *out, const struct sample *sample)
{
#define CLIENT(name, type, member, unit, help)                                                     \
    print_head(out, #name, #type, help);                                                           \
    for SESSIONS(i)                                                                                \
        SAMPLE(name, print_client(out, sample->overview->sessions[i]),                             \
               sample->overview->sessions[i]->member, unit);
#define CLIENT_TIMES(name, p50, p99, help)                                                         \
    print_head(out, #name, "summary", help);                                                         \
    for SESSIONS(i) {                                                                              \
        const struct snpe_session *session = sample->overview->sessions[i];                        \
                                                                                                   \
        QUANTILE(name, print_client(out, session), session->p50, "0.5");                           \
        QUANTILE(name, print_client(out, session), session->p99, "0.99");                          \
    }
#include "client/ctl/metrics.def"
}
/* clang-format on */

int command_metrics(struct ctl *ctl)
{
    struct sample *sample = NULL;
    int r = sample_take(ctl, NULL, &sample);

    if (r < 0)
        return r;
    print_daemon(ctl->out, sample);
    print_devices(ctl->out, sample);
    print_models(ctl->out, sample);
    print_clients(ctl->out, sample);
    sample_free(sample);
    return 0;
}
