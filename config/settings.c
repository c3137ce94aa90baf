#include "config/settings.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"

static int override(struct config *config, const char *key, const char *value, struct fault *fault)
{
    return value ? config_set(config, "daemon", key, value, fault) : 0;
}

int config_read_source(const struct config_source *source, struct config **ret, struct fault *fault)
{
    _cleanup_(config_freep) struct config *config = NULL;
    int r = config_new(&config, fault);

    if (r == 0 && source->path && !(source->optional && access(source->path, F_OK) < 0))
        r = config_read(config, source->path, fault);
    if (r == 0)
        r = override(config, "socket", source->socket, fault);
    if (r == 0)
        r = override(config, "models", source->models, fault);
    if (r == 0)
        r = override(config, "models_d", source->models_d, fault);
    if (r == 0)
        *ret = take_ptr(config);
    return r;
}

/* The last byte of a file that is there; -1: it has none. */
static int last_byte(const char *path)
{
    _cleanup_(close_fdp) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    struct stat st;
    unsigned char byte;

    if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
        return '\n'; /* whoever reads it says what it is */
    if (st.st_size == 0 || pread(fd, &byte, 1, st.st_size - 1) != 1)
        return -1;
    return byte;
}

static int check_whole(const char *path, struct fault *fault)
{
    int last = last_byte(path);

    if (last == '\n')
        return 0;
    return fail(fault, E_SETTING, "%.180s: %s: it is being written, or half of it was", path,
                last < 0 ? "the file is empty" : "the last line has no end");
}

/* What is told of each file: of its own name, a file of models.d, or the folder. */
typedef int (*file_fn)(void *context, const char *path, struct fault *fault);

/* ON_FILE for the file of settings and, if it could be read, for every file of models.d. */
static int walk(const struct config_source *source, const struct settings *settings,
                file_fn on_file, void *context, struct fault *fault)
{
    const struct models_config *models = settings->models;
    char path[512];
    int r = source->path ? on_file(context, source->path, fault) : 0;

    for (uint32_t i = 0; r == 0 && models && i < models->n; i++) {
        snprintf(path, sizeof(path), "%s/%s.conf", settings->config->daemon_models_d,
                 models->models[i].name);
        r = on_file(context, path, fault);
    }
    return r;
}

static int on_whole(void *context, const char *path, struct fault *fault)
{
    (void)context;
    return check_whole(path, fault);
}

static int on_stamp(void *context, const char *path, struct fault *fault)
{
    struct file_stamp stamp;

    (void)fault;
    file_stamp(path, &stamp);
    return buf_append(context, &stamp, sizeof(stamp));
}

/* Of the folder too, which changes with every file that comes and goes. */
static int stamp_all(const struct config_source *source, struct settings *settings,
                     struct fault *fault)
{
    _cleanup_(buf_done) struct buf stamps = {0};
    int r = walk(source, settings, on_stamp, &stamps, fault);

    if (r == 0 && settings->config)
        r = on_stamp(&stamps, settings->config->daemon_models_d, fault);
    if (r < 0)
        return fail(fault, r, "settings: out of memory");
    digest_of(stamps.base, stamps.size, &settings->stamp);
    return 0;
}

static int check_models(const struct models_config *models, struct fault *fault)
{
    for (uint32_t i = 0; i < models->n; i++)
        if (models->models[i].error < 0) {
            *fault = models->models[i].fault;
            return models->models[i].error;
        }
    return 0;
}

static int read_all(const struct config_source *source, struct settings *settings,
                    struct fault *fault)
{
    int r = config_read_source(source, &settings->config, fault);

    if (r == 0)
        r = models_read_dir(settings->config->daemon_models_d, &settings->models, fault);
    if (r == 0)
        r = walk(source, settings, on_whole, NULL, fault);
    if (r == 0)
        r = check_models(settings->models, fault);
    if (r == 0)
        models_stamp(settings->models, settings->config->daemon_models);
    return r;
}

/* The stamp is taken last: when it is that of an earlier reading, nothing was written between. */
int settings_read(const struct config_source *source, struct settings *ret, struct fault *fault)
{
    _cleanup_(settings_done) struct settings settings = {.config = NULL};
    struct fault why = {""};
    int r = read_all(source, &settings, &why);
    int stamped = stamp_all(source, &settings, fault);

    if (stamped < 0)
        return stamped;
    *ret = (struct settings){.stamp = settings.stamp};
    if (r < 0) {
        *fault = why;
        return r;
    }
    ret->config = take_ptr(settings.config);
    ret->models = take_ptr(settings.models);
    return 0;
}

void settings_done(struct settings *settings)
{
    config_free(settings->config);
    models_config_free(settings->models);
    settings->config = NULL;
    settings->models = NULL;
}
