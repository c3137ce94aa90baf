#include "examples/voice/vad.h"

#include <stdio.h>
#include <string.h>

#define CONTEXT 64 /* samples of the hop before */

/* Offsets of the tensors in the region, each a multiple of SNPE_ALIGN. */
enum {
    INPUT_AT = 0,
    OUTPUT_AT = 2560,
    REGION_SIZE = OUTPUT_AT + SNPE_ALIGN,
};

static int complain(const struct vad *vad, const char *what)
{
    fprintf(stderr, "voice: %s: %s\n", what, snpe_last_error(vad->client));
    return -1;
}

/* With the promise that each hop is answered before the next comes, if snped can give it. */
static int open_stream(struct vad *vad, const struct vad_options *options, uint64_t period_us)
{
    const struct snpe_carry carry = {.output = "stateN", .input = "state"};
    const struct snpe_stream_options stream = {
        .size = sizeof(stream),
        .depth = 1,
        .policy = "queue", /* every hop counts */
        .class_name = options->class_name,
        .period_us = period_us,
        .carry = &carry,
        .n_carry = 1,
    };
    int r = snpe_stream_open(vad->network, &stream, &vad->stream);

    if (r < 0)
        complain(vad, "stream");
    if (r == SNPE_E_NO_CAPACITY && period_us)
        return open_stream(vad, options, 0);
    return r < 0 ? -1 : 0;
}

int vad_open(struct vad *vad, const struct vad_options *options)
{
    static const char *const outputs[] = {"output", "stateN"};
    const struct snpe_client_options client = {
        .size = sizeof(client), .socket = options->socket, .name = "example-voice"};
    const struct snpe_load_options load = {
        .size = sizeof(load), .outputs = outputs, .n_outputs = 2};
    int r = snpe_client_new(&client, &vad->client);

    if (r < 0) {
        fprintf(stderr, "voice: --socket: %s\n", snpe_strerror(r));
        return -1;
    }
    if (snpe_load_file(vad->client, "vad", options->model, &load, &vad->network) < 0)
        return complain(vad, options->model);
    if (snpe_region_new(vad->client, REGION_SIZE, &vad->region) < 0)
        return complain(vad, "shared memory");
    vad->memory = snpe_region_base(vad->region);
    return open_stream(vad, options, options->live ? VAD_HOP * 1000000ull / VAD_RATE : 0);
}

void vad_close(struct vad *vad)
{
    snpe_client_free(vad->client); /* and with it all that hangs on it */
}

static void count(struct vad *vad, const struct snpe_push_result *result)
{
    vad->queue_us += result->queue_us;
    vad->run_us += result->run_us;
    if (result->age_us > vad->oldest_us)
        vad->oldest_us = result->age_us;
}

int vad_hear(struct vad *vad, const float *hop, float *ret)
{
    const struct snpe_input in =
        snpe_in_region("input", vad->region, INPUT_AT, (CONTEXT + VAD_HOP) * sizeof(float));
    const struct snpe_output out = snpe_out_region("output", vad->region, OUTPUT_AT, sizeof(float));
    const struct snpe_push_options options = {.size = sizeof(options), .frame = vad->n_hops};
    float *samples = (float *)(void *)(vad->memory + INPUT_AT);
    struct snpe_push_result result;
    int r;

    memcpy(samples, samples + VAD_HOP, CONTEXT * sizeof(float)); /* zeros before the first */
    memcpy(samples + CONTEXT, hop, VAD_HOP * sizeof(float));
    r = snpe_stream_run(vad->stream, &in, 1, &out, 1, &options, &result);
    vad->n_hops++;
    *ret = vad->last;
    if (r == SNPE_E_DEADLINE || r == SNPE_E_QUEUE_FULL) {
        vad->n_late++;
        return 0;
    }
    if (r < 0)
        return complain(vad, "run");
    if (result.restarted)
        fprintf(stderr, "voice: snped was restarted: listening begins anew\n");
    count(vad, &result);
    memcpy(&vad->last, vad->memory + OUTPUT_AT, sizeof(vad->last));
    *ret = vad->last;
    return 0;
}
