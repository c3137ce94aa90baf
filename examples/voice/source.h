#pragma once
/* Where the sound comes from: a WAV file or a microphone, as mono float at VAD_RATE. */
#include <stddef.h>

#include "examples/voice/sound.h"

struct microphone;

struct source {
    struct sound sound; /* of a file */
    size_t at;
    struct microphone *microphone;
};

/* -1 after a sentence on stderr. */
int source_open_file(struct source *source, const char *path);
int source_open_device(struct source *source, const char *name);
void source_close(struct source *source);

/* The next N samples: 1, or 0 at the end, or -1 after a sentence on stderr. */
int source_read(struct source *source, float *to, size_t n);
