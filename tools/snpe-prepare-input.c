/* snpe-prepare-input: pictures and sounds to the raw tensors that a network reads. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/args.h"
#include "base/base.h"
#include "base/error.h"
#include "base/mem.h"
#include "tools/file.h"
#include "tools/prepare_options.h"
#include "tools/raw_io.h"

#define LIST_MOST ((size_t)64 << 20)

struct job {
    struct prepare_options options;
    struct arena arena;
    struct buf list;    /* lines of raw_list.txt */
    struct buf written; /* paths, each with its 0 */
};

/* The file's name without folder and ending; what a list cannot hold becomes "_". */
static char *name_of(struct job *job, const char *path)
{
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
    const char *dot = strrchr(base, '.');
    char *name = arena_text(&job->arena, base, dot > base ? (size_t)(dot - base) : strlen(base));

    for (char *at = name; at && *at; at++)
        if (strchr(" \t\r\n=", *at))
            *at = '_';
    return name;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Two files of one name would become one. */
static int check_names(char *const *names, uint32_t n, struct arena *arena, struct fault *fault)
{
    char **sorted = arena_copy(arena, names, n * sizeof(*names));

    if (!sorted)
        return fail(fault, -ENOMEM, "out of memory");
    qsort(sorted, n, sizeof(*sorted), compare_names);
    for (uint32_t i = 1; i < n; i++)
        if (strcmp(sorted[i - 1], sorted[i]) == 0)
            return fail(fault, E_BAD_PARAMS,
                        "two files would both become %.120s.raw: give them to separate folders",
                        sorted[i]);
    return 0;
}

static int write_tensor(struct job *job, const char *name, const void *base, size_t size,
                        struct fault *fault)
{
    char path[PATH_MAX];
    int length = snprintf(path, sizeof(path), "%s/%s.raw", job->options.out, name);
    int r;

    if (length >= (int)sizeof(path))
        return fail(fault, -ENAMETOOLONG, "--out: the path is too long");
    if (buf_append(&job->written, path, (size_t)length + 1) < 0 ||
        buf_printf(&job->list, "%s%s%s\n", job->options.input_name ? job->options.input_name : "",
                   job->options.input_name ? ":=" : "", path) < 0)
        return fail(fault, -ENOMEM, "%.150s: out of memory", path);
    r = raw_io_write(job->options.out, name, base, size, fault);
    if (r < 0)
        job->written.size -= (size_t)length + 1;
    return r;
}

static int write_tensors(struct job *job, const char *name, const struct buf *data, uint32_t n,
                         struct fault *fault)
{
    size_t size = data->size / n;
    char numbered[NAME_MAX + 1];
    int r = 0;

    for (uint32_t i = 0; r == 0 && i < n; i++) {
        if (snprintf(numbered, sizeof(numbered), "%s_%05u", name, i) >= (int)sizeof(numbered))
            return fail(fault, -ENAMETOOLONG, "%.150s: the name is too long", name);
        r = write_tensor(job, numbered, data->base + size * i, size, fault);
    }
    return r;
}

static int prepare_file(struct job *job, const char *path, const char *name, struct fault *fault)
{
    _cleanup_(buf_done) struct buf data = {0};
    bool sound = job->options.sound;
    uint32_t n = 1;
    int r = sound ? prepare_sound(&job->options.prepare, path, &data, &n, fault)
                  : prepare_picture(&job->options.prepare, path, &data, fault);

    if (r < 0)
        return r;
    return sound && !job->options.prepare.mfcc
               ? write_tensors(job, name, &data, n, fault)
               : write_tensor(job, name, data.base, data.size, fault);
}

static int write_list(const struct job *job, struct fault *fault)
{
    _cleanup_(buf_done) struct buf all = {0};
    char path[PATH_MAX];
    void *old;
    size_t size;
    int r = 0;

    if (snprintf(path, sizeof(path), "%s/%s", job->options.out, PREPARE_LIST_NAME) >=
        (int)sizeof(path))
        return fail(fault, -ENAMETOOLONG, "--out: the path is too long");
    if (job->options.append && access(path, F_OK) == 0) {
        r = file_read(path, LIST_MOST, &old, &size, fault);
        if (r < 0)
            return r;
        r = buf_append(&all, old, size);
        mem_free(old);
    }
    if (r == 0)
        r = buf_append(&all, job->list.base, job->list.size);
    return r < 0 ? fail(fault, r, "%.150s: out of memory", path)
                 : file_write(path, all.base, all.size, fault);
}

static void remove_written(const struct job *job)
{
    const char *at = (const char *)job->written.base, *end = at + job->written.size;

    for (; at < end; at += strlen(at) + 1)
        (void)unlink(at);
}

static int run(struct job *job, struct fault *fault)
{
    char **names = arena_alloc(&job->arena, job->options.n_files * sizeof(*names));
    int r;

    for (uint32_t i = 0; names && i < job->options.n_files; i++) {
        names[i] = name_of(job, job->options.files[i]);
        names = names[i] ? names : NULL;
    }
    if (!names)
        return fail(fault, -ENOMEM, "out of memory");
    r = check_names(names, job->options.n_files, &job->arena, fault);
    for (uint32_t i = 0; r == 0 && i < job->options.n_files; i++)
        r = prepare_file(job, job->options.files[i], names[i], fault);
    if (r == 0)
        r = write_list(job, fault);
    if (r < 0)
        remove_written(job);
    return r;
}

static void job_done(struct job *job)
{
    arena_done(&job->arena);
    buf_done(&job->list);
    buf_done(&job->written);
}

int main(int argc, char **argv)
{
    _cleanup_(job_done) struct job job = {
        .options =
            {.prepare = {.scale = 1,
                         .sound = {.n_bins = 40, .n_coefficients = 10, .low = 20, .high = 4000}},
             .out = "raw"},
    };
    struct fault fault = {""};
    int r;

    job.options.files = arena_alloc(&job.arena, (size_t)argc * sizeof(*job.options.files));
    if (!job.options.files) {
        fputs("snpe-prepare-input: error: out of memory\n", stderr);
        return 1;
    }
    r = prepare_options_parse(argc, argv, stdout, &job.options, &fault);
    if (r > 0)
        return 0;
    if (r < 0)
        return args_refuse("snpe-prepare-input", &fault);
    r = run(&job, &fault);
    if (r < 0)
        fprintf(stderr, "snpe-prepare-input: error: %s\n",
                *fault.text ? fault.text : error_get(r).text);
    return r < 0 ? 1 : 0;
}
