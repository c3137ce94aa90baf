#pragma once
/*
 * Silero VAD as a stream of snped's: each hop is a frame, and the network's state goes from frame
 * to frame inside the daemon.
 */
#include <stdint.h>

#include "client/snpe-client.h"

#define VAD_RATE 16000
#define VAD_HOP  512 /* samples: 32 ms */

struct vad_options {
    const char *socket, *model, *class_name; /* NULL: the presets */
    int live;                                /* hops come every 32 ms: asks for that promise */
};

struct vad {
    struct snpe_client *client;
    struct snpe_network *network;
    struct snpe_stream *stream;
    struct snpe_region *region;
    char *memory;
    uint64_t n_hops, n_late, queue_us, run_us, oldest_us;
    float last; /* the probability of the last hop that came through */
};

/* -1 after a sentence on stderr. */
int vad_open(struct vad *vad, const struct vad_options *options);
void vad_close(struct vad *vad);

/* The probability that the next VAD_HOP samples (-1..1) are speech; that of the hop before if snped
 * was too late with it, which is counted. -1 after a sentence. */
int vad_hear(struct vad *vad, const float *hop, float *ret);
