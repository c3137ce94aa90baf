#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "base/clock.h"
#include "client/ctl/top.h"

void sample_free(struct sample *sample)
{
    if (!sample)
        return;
    snpe_free(sample->stats);
    snpe_free(sample->overview);
    for (uint32_t i = 0; sample->models && i < sample->models->n_models && i < TOP_MODELS; i++)
        snpe_free(sample->infos[i]);
    snpe_free(sample->models);
    free(sample);
}
DEFINE_CLEANUP(struct sample *, sample_free);

/* Where BEFORE has the model of that name, or -1. */
static int find_model(const struct sample *before, const char *name)
{
    for (uint32_t i = 0; before && i < before->models->n_models && i < TOP_MODELS; i++)
        if (strcmp(before->models->models[i]->name, name) == 0)
            return (int)i;
    return -1;
}

/* One that did not run since is as it was. */
static int take_info(struct ctl *ctl, struct sample *before, struct sample *now, uint32_t i)
{
    const struct snpe_model *model = now->models->models[i];
    int was = find_model(before, model->name);
    int r;

    if (strcmp(model->state, "ready") != 0)
        return 0;
    if (was >= 0 && before->infos[was] && before->models->models[was]->runs == model->runs &&
        before->models->models[was]->generation == model->generation) {
        now->infos[i] = take_ptr(before->infos[was]);
        return 0;
    }
    r = snpe_info(ctl->client, model->name, &now->infos[i]);
    return r == SNPE_E_NO_MODEL ? 0 : ctl_check(ctl, r); /* it went meanwhile */
}

int sample_take(struct ctl *ctl, struct sample *before, struct sample **ret)
{
    _cleanup_(sample_freep) struct sample *now = calloc(1, sizeof(*now));
    int r;

    if (!now)
        return -ENOMEM;
    now->at_ns = clock_now_ns(&clock_monotonic);
    r = ctl_check(ctl, snpe_stats(ctl->client, &now->stats));
    if (r == 0)
        r = ctl_check(ctl, snpe_ps(ctl->client, &now->overview));
    if (r == 0)
        r = ctl_check(ctl, snpe_list(ctl->client, &now->models));
    for (uint32_t i = 0; r == 0 && i < now->models->n_models && i < TOP_MODELS; i++)
        r = take_info(ctl, before, now, i);
    if (r == 0)
        *ret = take_ptr(now);
    return r;
}

double sample_rate(const struct sample *before, const struct sample *now, uint64_t was, uint64_t is)
{
    uint64_t ns = now->at_ns - before->at_ns;

    return ns && is > was ? (double)(is - was) * 1e9 / (double)ns : 0; /* less: another daemon */
}

double sample_model_rate(const struct sample *before, const struct sample *now, uint32_t model)
{
    int was = find_model(before, now->models->models[model]->name);

    if (was < 0)
        return 0;
    return sample_rate(before, now, before->models->models[was]->runs,
                       now->models->models[model]->runs);
}

static const struct snpe_session *find_session(const struct sample *before, uint64_t session)
{
    for (uint32_t i = 0; i < before->overview->n_sessions; i++)
        if (before->overview->sessions[i]->session == session)
            return before->overview->sessions[i];
    return NULL;
}

double sample_client_rate(const struct sample *before, const struct sample *now, uint32_t session)
{
    const struct snpe_session *is = now->overview->sessions[session];
    const struct snpe_session *was = find_session(before, is->session);

    return sample_rate(before, now, was ? was->runs : 0, is->runs);
}

double sample_client_share(const struct sample *before, const struct sample *now, uint32_t session)
{
    const struct snpe_session *is = now->overview->sessions[session];
    const struct snpe_session *was = find_session(before, is->session);

    return sample_rate(before, now, was ? was->device_us : 0, is->device_us) / 1e6;
}

double sample_device_rate(const struct sample *before, const struct sample *now, uint32_t device)
{
    const struct snpe_device *is = now->stats->devices[device];

    for (uint32_t i = 0; i < before->stats->n_devices; i++)
        if (strcmp(before->stats->devices[i]->name, is->name) == 0)
            return sample_rate(before, now, before->stats->devices[i]->jobs, is->jobs);
    return 0;
}
