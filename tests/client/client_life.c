/*
 * A program that uses all of the library once, for tests that make its allocations fail and count
 * them. Each step is tried again when memory is out; what fails twice ends the program, in order.
 *
 *     client_life SOCKET          all steps
 *     client_life SOCKET count    says "warm", waits for a byte on stdin, runs, says "done"
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base.h"
#include "client/snpe-client.h"

#define N_WIDTH 16
#define N_LARGE 20000 /* more than a message holds */
#define N_RUNS  1000

struct life {
    struct snpe_client *client;
    struct snpe_network *small, *large, *pair;
    struct snpe_stream *stream;
    struct snpe_region *region;
    float *x, *y;
    int done, error;
};

static int step_load(struct life *life)
{
    return snpe_load(life->client, "echo", NULL, &life->small);
}

static int step_load_large(struct life *life)
{
    const struct snpe_named_dims dims = {"x", {2, {1, N_LARGE}}};
    const struct snpe_load_options options = {
        .size = sizeof(options), .input_dims = &dims, .n_input_dims = 1};

    return snpe_load(life->client, "echo", &options, &life->large);
}

static int step_region(struct life *life)
{
    return snpe_region_new(life->client, 4096, &life->region);
}

static int step_run_region(struct life *life)
{
    const struct snpe_input in = snpe_in_region("x", life->region, 0, N_WIDTH * sizeof(float));
    const struct snpe_output out = snpe_out_region("y", life->region, 64, N_WIDTH * sizeof(float));

    return snpe_run(life->small, &in, 1, &out, 1, NULL, NULL);
}

static int step_run_inline(struct life *life)
{
    const struct snpe_input in = snpe_in("x", life->x, N_WIDTH * sizeof(float));
    const struct snpe_output out = snpe_out("y", life->y, N_WIDTH * sizeof(float));

    return snpe_run(life->small, &in, 1, &out, 1, NULL, NULL);
}

static int step_run_staged(struct life *life)
{
    const struct snpe_input in = snpe_in("x", life->x, N_LARGE * sizeof(float));
    const struct snpe_output out = snpe_out("y", life->y, N_LARGE * sizeof(float));

    return snpe_run(life->large, &in, 1, &out, 1, NULL, NULL);
}

static void on_done(void *user, int error, const struct snpe_run_result *result)
{
    struct life *life = user;

    (void)result;
    life->done = 1;
    life->error = error;
}

static int step_submit(struct life *life)
{
    const struct snpe_input in = snpe_in("x", life->x, N_WIDTH * sizeof(float));
    const struct snpe_output out = snpe_out("y", life->y, N_WIDTH * sizeof(float));
    struct pollfd fd = {.fd = snpe_fd(life->client), .events = POLLIN};
    int r;

    if (fd.fd < 0)
        return fd.fd;
    life->done = 0;
    r = snpe_connect(life->client);
    if (r == 0)
        r = snpe_submit(life->small, &in, 1, &out, 1, NULL, on_done, life, NULL);
    while (r >= 0 && !life->done) {
        (void)poll(&fd, 1, -1);
        r = snpe_dispatch(life->client);
    }
    return r < 0 ? r : life->error;
}

static int step_load_pair(struct life *life)
{
    return snpe_load(life->client, "pair", NULL, &life->pair);
}

static int step_open_stream(struct life *life)
{
    const struct snpe_carry carry = {"sum", "b"};
    const struct snpe_stream_options options = {
        .size = sizeof(options), .carry = &carry, .n_carry = 1};

    return snpe_stream_open(life->pair, &options, &life->stream);
}

/* From a state of zeros, so that the sum is x. */
static int step_run_stream(struct life *life)
{
    const struct snpe_input in = snpe_in("a", life->x, N_WIDTH * sizeof(float));
    const struct snpe_output out = snpe_out("sum", life->y, N_WIDTH * sizeof(float));
    int r = snpe_stream_reset(life->stream);

    return r == 0 ? snpe_stream_run(life->stream, &in, 1, &out, 1, NULL, NULL) : r;
}

static void on_pushed(void *user, int error, const struct snpe_push_result *result)
{
    on_done(user, error, NULL);
    (void)result;
}

static int push(struct life *life)
{
    const struct snpe_input in = snpe_in("a", life->x, N_WIDTH * sizeof(float));
    const struct snpe_output out = snpe_out("sum", life->y, N_WIDTH * sizeof(float));
    struct pollfd fd = {.fd = snpe_fd(life->client), .events = POLLIN};
    int r = snpe_stream_push(life->stream, &in, 1, &out, 1, NULL, on_pushed, life, NULL);

    life->done = 0;
    while (r >= 0 && !life->done) {
        (void)poll(&fd, 1, -1);
        r = snpe_dispatch(life->client);
    }
    return r < 0 ? r : life->error;
}

static int step_push(struct life *life)
{
    int r = snpe_connect(life->client);

    if (r == 0)
        r = snpe_stream_reset(life->stream);
    return r == 0 ? push(life) : r;
}

static int step_reports(struct life *life)
{
    struct snpe_models *models = NULL;
    struct snpe_model_info *info = NULL;
    struct snpe_daemon_stats *stats = NULL;
    int r = snpe_list(life->client, &models);

    if (r == 0)
        r = snpe_info(life->client, "echo", &info);
    if (r == 0)
        r = snpe_stats(life->client, &stats);
    if (r == 0)
        r = snpe_ping(life->client);
    snpe_free(models);
    snpe_free(info);
    snpe_free(stats);
    return r;
}

static int (*const steps[])(struct life *) = {step_load,       step_load_large, step_region,
                                              step_run_region, step_run_inline, step_run_staged,
                                              step_submit,     step_load_pair,  step_open_stream,
                                              step_run_stream, step_push,       step_reports};

static int live(struct life *life)
{
    for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
        int r = steps[i](life);

        if (r == -ENOMEM)
            r = steps[i](life);
        if (r < 0) {
            fprintf(stderr, "step %zu: %d: %s\n", i, r, snpe_last_error(life->client));
            return 1;
        }
    }
    return memcmp(life->x, life->y, N_WIDTH * sizeof(float)) != 0;
}

static int count(struct life *life)
{
    char byte;
    int r = 0;

    if (live(life))
        return 1;
    puts("warm");
    if (fflush(stdout) != 0 || read(STDIN_FILENO, &byte, 1) != 1)
        return 1;
    for (int i = 0; i < N_RUNS && r == 0; i++) {
        r = step_run_region(life);
        r = r == 0 ? step_run_inline(life) : r;
        r = r == 0 ? step_run_staged(life) : r;
        r = r == 0 ? step_submit(life) : r;
        r = r == 0 ? push(life) : r;
    }
    if (write(STDOUT_FILENO, "done\n", 5) != 5 || read(STDIN_FILENO, &byte, 1) != 1)
        return 1;
    return r < 0;
}

int main(int argc, char **argv)
{
    struct snpe_client_options options = {.size = sizeof(options), .socket = argv[1]};
    struct life life = {.x = malloc(N_LARGE * sizeof(float)), .y = malloc(N_LARGE * sizeof(float))};
    int r = life.x && life.y ? snpe_client_new(&options, &life.client) : -ENOMEM;

    for (size_t i = 0; r == 0 && i < N_LARGE; i++)
        life.x[i] = (float)i;
    if (r < 0)
        fprintf(stderr, "no client: %s\n", snpe_strerror(r));
    else
        r = argc > 2 ? count(&life) : live(&life);
    snpe_region_free(life.region);
    snpe_stream_close(life.stream);
    snpe_network_free(life.small);
    snpe_client_free(life.client);
    free(life.x);
    free(life.y);
    return r != 0;
}
