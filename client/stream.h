#pragma once
/*
 * Streams, as this session knows them. A stream is referred to by the caller's handle and by each
 * of its frames under way, and refers to its network; it goes with the last of them.
 */
#include "client/load.h"

struct snpe_stream {
    struct handle handle; /* on client->streams until the caller lets go */
    uint32_t refs;
    struct snpe_network *network;
    struct snpe_stream_options options; /* its strings are below */
    bool opened;                        /* at least once */
    bool restarted;                     /* opened again, and no frame was told of it yet */
    struct arena arena;
};

struct snpe_stream *stream_ref(struct snpe_stream *stream);
void stream_unref(struct snpe_stream *stream);

bool stream_has_state(const struct snpe_stream *stream);
/* Does STREAM carry the input, or output, NAME? NULL carries nothing. */
bool stream_carries(const struct snpe_stream *stream, bool input, const char *name);

/* What snpe_stream_close does, with the lock held. */
void stream_free(struct snpe_stream *stream);
