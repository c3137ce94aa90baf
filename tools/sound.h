#pragma once
/* WAV files of 16-bit PCM as one channel of floats. */
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

#define SOUND_RATE_LEAST 1000u
#define SOUND_RATE_MOST  384000u

struct sound {      /* zero-initialise to begin */
    float *samples; /* the int16 / 32768; several channels are averaged */
    size_t n;
    uint32_t rate; /* Hz */
};

/* 0, or the file's own error, E_BAD_PARAMS for one that is damaged or of another kind, -ENOMEM. */
int sound_read(const char *path, struct sound *ret, struct fault *fault);
int sound_decode(const void *bytes, size_t size, const char *path, struct sound *ret,
                 struct fault *fault);
void sound_done(struct sound *sound);

/* To RATE Hz in place, by speexdsp at its best quality, without the filter's delay; nothing happens
 * if it is at that rate. -ENOMEM, -EFBIG (over 2^28 samples). */
int sound_resample(struct sound *sound, uint32_t rate);

/* Cuts the end off, or appends zeros, so that there are N samples. */
int sound_fit(struct sound *sound, size_t n);
