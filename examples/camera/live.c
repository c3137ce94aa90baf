#include "examples/camera/live.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* One that runs, one that waits, one that is filled and one that is looked at. */
#define SHOTS 4

#define WAIT_MS 1000

/* A frame on its way, and its part of the region. */
struct shot {
    struct live *live;
    struct picture picture;
    size_t at; /* bytes, in the region */
    uint64_t number, age_us;
    int busy, pushed;
};

struct live {
    const struct live_options *options;
    struct detector *detector;
    struct snpe_client *client;
    struct frames frames;
    struct snpe_stream *stream;
    struct snpe_region *region;
    struct shot shots[SHOTS];
    struct shot *answered; /* the newest, not looked at yet */
    uint64_t n_frames, n_shown, n_dropped, n_overtaken, n_failed;
    uint64_t shown_before, told_ns, begun_ns, age_us, oldest_us;
    int n_faces, error;
};

static uint64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static int complain(const struct live *live, const char *what)
{
    fprintf(stderr, "camera: %s: %s\n", what, snpe_last_error(live->client));
    return -1;
}

static void free_shot(struct shot *shot)
{
    picture_done(&shot->picture);
    shot->busy = shot->pushed = 0;
}

/* With the promise that each frame is answered before the next comes, if snped can give it. */
static int open_stream(struct live *live, uint64_t period_us)
{
    const struct snpe_stream_options options = {
        .size = sizeof(options),
        .depth = 1,
        .policy = "newest",
        .class_name = live->options->class_name,
        .period_us = period_us,
    };
    int r = snpe_stream_open(live->detector->levels[0].network, &options, &live->stream);

    if (r < 0)
        complain(live, "stream");
    if (r == SNPE_E_NO_CAPACITY && period_us)
        return open_stream(live, 0);
    return r < 0 ? -1 : 0;
}

static int allocate(struct live *live)
{
    size_t size = live->detector->levels[0].size;

    if (snpe_region_new(live->client, SHOTS * size, &live->region) < 0)
        return complain(live, "shared memory");
    for (int i = 0; i < SHOTS; i++)
        live->shots[i] = (struct shot){.live = live, .at = (size_t)i * size};
    return 0;
}

static float *memory_of(const struct shot *shot)
{
    char *base = snpe_region_base(shot->live->region);

    return (float *)(void *)(base + shot->at);
}

/* Only the newest answer is worth the rest of the cascade. */
static void on_pushed(void *user, int error, const struct snpe_push_result *result)
{
    struct shot *shot = user;
    struct live *live = shot->live;

    shot->age_us = result->age_us;
    if (error == 0) {
        if (live->answered) {
            live->n_overtaken++;
            free_shot(live->answered);
        }
        live->answered = shot;
        return;
    }
    free_shot(shot);
    if (error == SNPE_E_DROPPED || error == SNPE_E_DEADLINE)
        live->n_dropped++;
    else if (snpe_retryable(error))
        live->n_failed++;
    else
        live->error = complain(live, "frame");
}

static struct shot *find_free(struct live *live)
{
    for (int i = 0; i < SHOTS; i++)
        if (!live->shots[i].busy)
            return &live->shots[i];
    return NULL;
}

static int push(struct live *live, struct shot *shot)
{
    const struct level *lead = &live->detector->levels[0];
    const struct snpe_push_options options = {.size = sizeof(options), .frame = shot->number};
    struct snpe_output out[2];
    struct snpe_input in;
    int r;

    level_tensors(lead, live->region, shot->at, &in, out);
    r = snpe_stream_push(live->stream, &in, 1, out, 2, &options, on_pushed, shot, NULL);
    if (r == SNPE_E_DISCONNECTED && snpe_connect(live->client) == 0)
        r = snpe_stream_push(live->stream, &in, 1, out, 2, &options, on_pushed, shot, NULL);
    return r < 0 ? complain(live, "frame") : 0;
}

/* A frame of the source's, if it has one, on its way. */
static int take_frame(struct live *live)
{
    const struct level *lead = &live->detector->levels[0];
    struct shot *shot = find_free(live);
    struct picture picture;
    int r = frames_next(&live->frames, &picture);

    if (r <= 0)
        return r;
    live->n_frames++;
    if (!shot) {
        live->n_overtaken++;
        picture_done(&picture);
        return 0;
    }
    shot->picture = picture;
    shot->number = live->n_frames;
    shot->busy = 1;
    r = level_fill(lead, &picture, memory_of(shot));
    if (r == 0)
        r = push(live, shot);
    if (r < 0)
        free_shot(shot);
    return r;
}

static void show(struct live *live, const struct shot *shot, const struct boxes *faces)
{
    if (!live->options->json)
        return;
    printf("{\"frame\": %llu, \"age_us\": %llu, \"dropped\": %llu, \"faces\": [",
           (unsigned long long)shot->number, (unsigned long long)shot->age_us,
           (unsigned long long)live->n_dropped);
    for (int i = 0; i < faces->n; i++) {
        const struct box *face = &faces->list[i];

        printf("%s{\"box\": [%.1f, %.1f, %.1f, %.1f], \"score\": %.5f}", i ? ", " : "", face->x1,
               face->y1, face->x2, face->y2, face->score);
    }
    printf("]}\n");
    fflush(stdout);
}

/* The rest of the cascade for the frame that came through. */
static int look(struct live *live)
{
    struct shot *shot = live->answered;
    struct boxes faces = {0};
    int r;

    live->answered = NULL;
    r = detector_find(live->detector, &shot->picture, memory_of(shot), &faces);
    if (r == 0)
        show(live, shot, &faces);
    live->n_shown++;
    live->age_us = shot->age_us;
    if (shot->age_us > live->oldest_us)
        live->oldest_us = shot->age_us;
    live->n_faces = faces.n;
    boxes_done(&faces);
    free_shot(shot);
    return r;
}

static void tell(struct live *live, double seconds)
{
    uint64_t n = live->n_shown - live->shown_before;

    if (live->options->json || seconds <= 0)
        return;
    printf("%5.1f frames/s  %llu dropped  %llu overtaken  age %.1f ms  %d face%s\n",
           (double)n / seconds, (unsigned long long)live->n_dropped,
           (unsigned long long)(live->n_overtaken + live->frames.n_skipped),
           (double)live->age_us / 1000, live->n_faces, live->n_faces == 1 ? "" : "s");
    fflush(stdout);
}

static void tell_each_second(struct live *live)
{
    uint64_t now = now_ns();

    if (now - live->told_ns < 1000000000)
        return;
    tell(live, (double)(now - live->told_ns) / 1e9);
    live->told_ns = now;
    live->shown_before = live->n_shown;
}

static int under_way(const struct live *live)
{
    for (int i = 0; i < SHOTS; i++)
        if (live->shots[i].busy)
            return 1;
    return 0;
}

static int more_to_come(const struct live *live)
{
    uint64_t n = live->n_frames + live->frames.n_skipped;

    return !live->options->count || n < (uint64_t)live->options->count;
}

static int turn(struct live *live)
{
    struct pollfd fds[2] = {{snpe_fd(live->client), POLLIN, 0}, {live->frames.fd, POLLIN, 0}};
    int r = 0;

    if (!more_to_come(live))
        fds[1].fd = -1;
    (void)poll(fds, 2, WAIT_MS);
    if (fds[1].revents)
        r = take_frame(live);
    if (r == 0 && snpe_dispatch(live->client) < 0)
        r = complain(live, "snped");
    if (r == 0 && live->answered)
        r = look(live);
    tell_each_second(live);
    return live->error < 0 ? -1 : r;
}

static void sum_up(const struct live *live)
{
    double seconds = (double)(now_ns() - live->begun_ns) / 1e9;

    if (live->options->json)
        return;
    printf("%llu frames in %.1f s: %llu looked at (%.1f a second), %llu dropped by snped, %llu "
           "overtaken here, %llu failed; oldest answer %.1f ms\n",
           (unsigned long long)(live->n_frames + live->frames.n_skipped), seconds,
           (unsigned long long)live->n_shown, (double)live->n_shown / seconds,
           (unsigned long long)live->n_dropped,
           (unsigned long long)(live->n_overtaken + live->frames.n_skipped),
           (unsigned long long)live->n_failed, (double)live->oldest_us / 1000);
}

static int loop(struct live *live)
{
    int r = 0;

    live->begun_ns = live->told_ns = now_ns();
    while (r == 0 && (more_to_come(live) || under_way(live)))
        r = turn(live);
    if (r == 0)
        sum_up(live);
    return r;
}

int live_run(const struct live_options *options, struct detector *detector)
{
    struct live live = {.options = options, .detector = detector, .client = detector->client};
    int r = frames_open(&live.frames, &options->frames);

    if (r == 0)
        r = detector_fit(detector, live.frames.width, live.frames.height);
    if (r == 0 && detector->n_levels == 0) {
        fprintf(stderr, "camera: frames of %dx%d hold no face of %d pixels: --min-face\n",
                live.frames.width, live.frames.height, detector->min_face);
        r = -1;
    }
    if (r == 0)
        r = open_stream(&live, (uint64_t)(1e6 / options->frames.fps));
    if (r == 0)
        r = allocate(&live);
    if (r == 0)
        r = loop(&live);
    snpe_stream_close(live.stream);
    for (int i = 0; i < SHOTS; i++)
        picture_done(&live.shots[i].picture);
    frames_close(&live.frames);
    return r;
}
