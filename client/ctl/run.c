/* run: from raw files, by one region, to raw files. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/hist.h"
#include "base/mem.h"
#include "client/ctl/ctl.h"
#include "client/ctl/files.h"
#include "client/ctl/table.h"
#include "client/ctl/units.h"

struct job {
    struct ctl *ctl;
    struct snpe_network *network;
    const struct snpe_network_info *info;
    struct snpe_region *region;
    struct snpe_input *inputs;
    struct snpe_output *outputs;
    struct hist *wall, *device;
    uint64_t last; /* the daemon's number of the last run */
};

static void job_done(struct job *job)
{
    snpe_region_free(job->region);
    snpe_network_free(job->network);
    free(job->inputs);
    free(job->outputs);
    free(job->wall);
    free(job->device);
}

static const char *describe(const struct snpe_tensor_info *tensor, char *out, size_t size)
{
    char dims[UNITS_SIZE];

    snprintf(out, size, "input '%.60s' (%.8s %s)", tensor->name, tensor->type,
             units_dims(&tensor->dims, dims, sizeof(dims)));
    return out;
}

/* Which file is for input I: the one of its name, or the next one without a name. */
static const char *file_of(const struct job *job, uint32_t i)
{
    const struct ctl *ctl = job->ctl;
    uint32_t nameless = 0, named_before = 0;

    for (uint32_t k = 0; k < ctl->n_inputs; k++)
        if (ctl->inputs[k].name && strcmp(ctl->inputs[k].name, job->info->inputs[i]->name) == 0)
            return ctl->inputs[k].path;
    for (uint32_t k = 0; k < i; k++)
        for (uint32_t m = 0; m < ctl->n_inputs; m++)
            if (ctl->inputs[m].name && strcmp(ctl->inputs[m].name, job->info->inputs[k]->name) == 0)
                named_before++;
    for (uint32_t k = 0; k < ctl->n_inputs; k++)
        if (!ctl->inputs[k].name && nameless++ == i - named_before)
            return ctl->inputs[k].path;
    return NULL;
}

/* Every file must have its input, and not only every input its file. */
static int check_names(const struct job *job)
{
    const struct ctl *ctl = job->ctl;

    if (ctl->n_inputs > job->info->n_inputs)
        return fail(ctl->fault, E_NO_TENSOR, "model '%.60s' has %u inputs, %u files were given",
                    job->info->name, job->info->n_inputs, ctl->n_inputs);
    for (uint32_t k = 0; k < ctl->n_inputs; k++) {
        bool found = !ctl->inputs[k].name;

        for (uint32_t i = 0; i < job->info->n_inputs && !found; i++)
            found = strcmp(ctl->inputs[k].name, job->info->inputs[i]->name) == 0;
        if (!found)
            return fail(ctl->fault, E_NO_TENSOR,
                        "model '%.60s' has no input '%.60s'; 'snpectl info' lists them",
                        job->info->name, ctl->inputs[k].name);
    }
    return 0;
}

/* All tensors one behind the other in one region, so that nothing is copied. */
static int lay_out(struct job *job)
{
    const struct snpe_network_info *info = job->info;
    size_t at = 0;

    job->inputs = calloc(info->n_inputs + 1, sizeof(*job->inputs));
    job->outputs = calloc(info->n_outputs + 1, sizeof(*job->outputs));
    job->wall = calloc(1, sizeof(*job->wall));
    job->device = calloc(1, sizeof(*job->device));
    if (!job->inputs || !job->outputs || !job->wall || !job->device)
        return -ENOMEM;
    for (uint32_t i = 0; i < info->n_inputs; i++) {
        job->inputs[i] = snpe_in_region(info->inputs[i]->name, NULL, at, info->inputs[i]->size);
        at += mem_round(info->inputs[i]->size);
    }
    for (uint32_t i = 0; i < info->n_outputs; i++) {
        job->outputs[i] = snpe_out_region(info->outputs[i]->name, NULL, at, info->outputs[i]->size);
        at += mem_round(info->outputs[i]->size);
    }
    return ctl_check(job->ctl, snpe_region_new(job->ctl->client, at, &job->region));
}

static int read_inputs(struct job *job)
{
    char *base = snpe_region_base(job->region);
    int r = 0;

    for (uint32_t i = 0; i < job->info->n_inputs && r == 0; i++) {
        const struct snpe_tensor_info *tensor = job->info->inputs[i];
        const char *path = file_of(job, i);
        char what[200];

        describe(tensor, what, sizeof(what));
        if (!path)
            return fail(job->ctl->fault, E_NO_TENSOR, "%s has no file: add --input %.60s=FILE",
                        what, tensor->name);
        job->inputs[i].region = job->region;
        r = files_read(path, base + job->inputs[i].offset, tensor->size, what, job->ctl->fault);
    }
    for (uint32_t i = 0; i < job->info->n_outputs; i++)
        job->outputs[i].region = job->region;
    return r;
}

static int run_all(struct job *job)
{
    int r = 0;

    for (uint64_t i = 0; i < job->ctl->count && r == 0; i++) {
        uint64_t began_ns = clock_now_ns(&clock_monotonic);
        struct snpe_run_result result = {0};

        r = ctl_check(job->ctl, snpe_run(job->network, job->inputs, job->info->n_inputs,
                                         job->outputs, job->info->n_outputs, NULL, &result));
        hist_add(job->wall, clock_now_ns(&clock_monotonic) - began_ns);
        hist_add(job->device, result.run_us * 1000);
        job->last = result.job;
    }
    return r;
}

static int write_outputs(const struct job *job)
{
    const char *base = snpe_region_base(job->region);
    int r = 0;

    for (uint32_t i = 0; job->ctl->dir && i < job->info->n_outputs && r == 0; i++)
        r = files_write(job->ctl->dir, job->info->outputs[i]->name, base + job->outputs[i].offset,
                        job->outputs[i].size, job->ctl->fault);
    return r;
}

static uint64_t p_us(const struct hist *hist, uint32_t permille)
{
    return hist_quantile(hist, permille) / 1000;
}

static int print_job_json(const struct job *job)
{
    struct json json = {0};

    json_object(&json, NULL);
    json_text(&json, "model", job->info->name);
    json_text(&json, "runtime", job->info->runtime);
    json_u64(&json, "runs", job->ctl->count);
    json_u64(&json, "p50_us", p_us(job->wall, 500));
    json_u64(&json, "p99_us", p_us(job->wall, 990));
    json_u64(&json, "device_p50_us", p_us(job->device, 500));
    json_u64(&json, "device_p99_us", p_us(job->device, 990));
    json_u64(&json, "job", job->last);
    json_list(&json, "outputs");
    for (uint32_t i = 0; i < job->info->n_outputs; i++) {
        json_object(&json, NULL);
        json_text(&json, "name", job->info->outputs[i]->name);
        json_u64(&json, "size", job->info->outputs[i]->size);
        json_object_end(&json);
    }
    json_list_end(&json);
    json_object_end(&json);
    return ctl_print_json(job->ctl, &json);
}

/* Without files: what a person wants to know first about an output. */
static void print_largest(const struct job *job, uint32_t i)
{
    const struct snpe_tensor_info *tensor = job->info->outputs[i];
    const char *base = snpe_region_base(job->region);
    const float *x = (const float *)(const void *)(base + job->outputs[i].offset);
    size_t n = tensor->size / sizeof(float), largest = 0;
    char name[256];

    if (strcmp(tensor->type, "float32") != 0 || n == 0)
        return;
    for (size_t k = 1; k < n; k++)
        if (x[k] > x[largest])
            largest = k;
    fprintf(job->ctl->out, "output '%s': the largest of %zu values is %.6g, at %zu\n",
            table_clean(tensor->name, name, sizeof(name)), n, (double)x[largest], largest);
}

static int print_job(const struct job *job)
{
    FILE *out = job->ctl->out;
    char a[256], b[UNITS_SIZE], c[UNITS_SIZE];

    fprintf(out, "'%s' ran", table_clean(job->info->name, a, sizeof(a)));
    if (job->ctl->count > 1)
        fprintf(out, " %llu times: half within %s, 99 of 100 within %s;",
                (unsigned long long)job->ctl->count, units_us(p_us(job->wall, 500), b, sizeof(b)),
                units_us(p_us(job->wall, 990), c, sizeof(c)));
    else
        fprintf(out, " in %s,", units_us(p_us(job->wall, 500), b, sizeof(b)));
    fprintf(out, " of which on %s %s\n", job->info->runtime,
            units_us(p_us(job->device, 500), b, sizeof(b)));
    for (uint32_t i = 0; i < job->info->n_outputs; i++) {
        if (job->ctl->dir)
            fprintf(out, "output %s/%s.raw (%s)\n", job->ctl->dir,
                    table_clean(job->info->outputs[i]->name, a, sizeof(a)),
                    units_bytes(job->info->outputs[i]->size, b, sizeof(b)));
        else
            print_largest(job, i);
    }
    return 0;
}

int command_run(struct ctl *ctl)
{
    struct job job = {.ctl = ctl};
    int r =
        ctl_load(ctl, ctl->words[0], ctl->n_words > 1 ? ctl->words[1] : NULL, false, &job.network);

    if (r < 0)
        return r;
    job.info = snpe_network_get_info(job.network);
    r = check_names(&job);
    if (r == 0)
        r = lay_out(&job);
    if (r == 0)
        r = read_inputs(&job);
    if (r == 0)
        r = run_all(&job);
    if (r == 0)
        r = write_outputs(&job);
    if (r == 0)
        r = ctl->json ? print_job_json(&job) : print_job(&job);
    job_done(&job);
    return r;
}
