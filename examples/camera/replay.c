#include "examples/camera/replay.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "examples/camera/pixels.h"

#define FILES_MOST 100000

struct replay {
    int timer;
    char **paths;
    size_t n, capacity;
    uint64_t at; /* frames so far, those that were skipped included */
};

static int complain(const char *path, const char *why)
{
    fprintf(stderr, "camera: %s: %s\n", path, why);
    return -1;
}

static enum pixels format_of(const char *path)
{
    const char *dot = strrchr(path, '.');

    if (dot && strcmp(dot, ".yuyv") == 0)
        return PIXELS_YUYV;
    if (dot && strcmp(dot, ".nv12") == 0)
        return PIXELS_NV12;
    return dot && strcmp(dot, ".rgb") == 0 ? PIXELS_RGB : PIXELS_JPEG;
}

static int is_frame(const char *name)
{
    const char *dot = strrchr(name, '.');

    return dot && (format_of(name) != PIXELS_JPEG || strcasecmp(dot, ".jpg") == 0 ||
                   strcasecmp(dot, ".jpeg") == 0);
}

/* Takes PATH over. */
static int add(struct replay *replay, char *path)
{
    if (path && replay->n == replay->capacity && replay->n < FILES_MOST) {
        size_t capacity = replay->capacity ? replay->capacity * 2 : 64;
        char **paths = realloc(replay->paths, capacity * sizeof(*paths));

        if (paths) {
            replay->paths = paths;
            replay->capacity = capacity;
        }
    }
    if (!path || replay->n == replay->capacity) {
        free(path);
        return -1;
    }
    replay->paths[replay->n++] = path;
    return 0;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static int read_folder(struct replay *replay, const char *folder)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;
    int r = 0;

    if (!dir)
        return complain(folder, strerror(errno));
    while (r == 0 && (entry = readdir(dir))) {
        char *path = NULL;

        if (!is_frame(entry->d_name))
            continue;
        if (asprintf(&path, "%s/%s", folder, entry->d_name) < 0)
            path = NULL;
        r = add(replay, path);
    }
    closedir(dir);
    if (replay->n)
        qsort(replay->paths, replay->n, sizeof(char *), by_name);
    return r < 0 ? complain(folder, "too many frames for memory") : 0;
}

static int read_list(struct replay *replay, const char *list)
{
    FILE *file = fopen(list, "re");
    char line[4096];
    int r = 0;

    if (!file)
        return complain(list, strerror(errno));
    while (r == 0 && fgets(line, sizeof(line), file)) {
        line[strcspn(line, "\r\n")] = 0;
        if (*line)
            r = add(replay, strdup(line));
    }
    fclose(file);
    return r < 0 ? complain(list, "too many frames for memory") : 0;
}

static int read_raw(const char *path, enum pixels format, const struct frames *frames,
                    struct picture *to)
{
    size_t stride = pixels_stride(format, frames->width);
    size_t size = pixels_size(format, frames->width, frames->height, stride);
    FILE *file = fopen(path, "rbe");
    uint8_t *bytes = malloc(size + 1), *rgb = NULL;
    size_t n;

    if (!file) {
        free(bytes);
        return complain(path, strerror(errno));
    }
    n = bytes ? fread(bytes, 1, size + 1, file) : 0;
    fclose(file);
    if (n == size)
        rgb = malloc((size_t)frames->width * (size_t)frames->height * 3);
    if (rgb)
        pixels_to_rgb(format, bytes, frames->width, frames->height, stride, rgb);
    free(bytes);
    if (!rgb)
        return complain(path, "is no frame of that size: --size says which it has");
    *to = (struct picture){frames->width, frames->height, rgb};
    return 0;
}

static int read_frame(const struct frames *frames, const char *path, struct picture *to)
{
    enum pixels format = format_of(path);

    return format == PIXELS_JPEG ? picture_read(path, to) : read_raw(path, format, frames, to);
}

/* All frames have the size of the first. */
static int measure(struct frames *frames)
{
    const char *path = frames->replay->paths[0];
    struct picture first;

    if (format_of(path) != PIXELS_JPEG)
        return 0;
    if (picture_read(path, &first) < 0)
        return -1;
    frames->width = first.width;
    frames->height = first.height;
    picture_done(&first);
    return 0;
}

static int start_timer(struct frames *frames, double fps)
{
    uint64_t period_ns = (uint64_t)(1e9 / fps);
    const struct timespec period = {(time_t)(period_ns / 1000000000),
                                    (long)(period_ns % 1000000000)};
    const struct itimerspec when = {period, period};

    frames->replay->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    frames->fd = frames->replay->timer;
    if (frames->fd < 0 || timerfd_settime(frames->fd, 0, &when, NULL) < 0)
        return complain("timer", strerror(errno));
    return 0;
}

int replay_open(struct frames *frames, const struct frames_options *options)
{
    struct replay *replay = calloc(1, sizeof(*replay));
    struct stat status;
    int r;

    if (!replay)
        return -1;
    replay->timer = -1;
    frames->replay = replay;
    frames->width = options->width / 2 * 2;
    frames->height = options->height / 2 * 2;
    r = stat(options->files, &status) == 0 && S_ISDIR(status.st_mode)
            ? read_folder(replay, options->files)
            : read_list(replay, options->files);
    if (r == 0 && replay->n == 0)
        r = complain(options->files, "holds no frames: .jpg, .yuyv, .nv12 or .rgb");
    if (r == 0)
        r = measure(frames);
    return r < 0 ? r : start_timer(frames, options->fps);
}

void replay_close(struct replay *replay)
{
    if (!replay)
        return;
    for (size_t i = 0; i < replay->n; i++)
        free(replay->paths[i]);
    free(replay->paths);
    if (replay->timer >= 0)
        close(replay->timer);
    free(replay);
}

int replay_next(struct frames *frames, struct picture *to)
{
    struct replay *replay = frames->replay;
    uint64_t n = 0;
    const char *path;

    if (read(replay->timer, &n, sizeof(n)) != sizeof(n) || n == 0)
        return 0;
    replay->at += n;
    frames->n_skipped += n - 1;
    path = replay->paths[(replay->at - 1) % replay->n];
    if (read_frame(frames, path, to) < 0)
        return -1;
    if (to->width == frames->width && to->height == frames->height)
        return 1;
    picture_done(to);
    return complain(path, "has another size than the first frame");
}
