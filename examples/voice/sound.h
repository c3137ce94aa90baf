#pragma once
/*
 * WAV files for the voice example, as mono float at the rate that the model wants.
 */
#include <stddef.h>

struct sound {
    float *samples; /* -1..1 */
    size_t n;
};

/*
 * Reads PATH (PCM of 16 bits, any number of channels, which are averaged, 8 to 192 kHz), resamples
 * it to RATE Hz and appends SILENCE zeros. 0, or -1 after a sentence on stderr.
 */
int sound_read(const char *path, unsigned rate, size_t silence, struct sound *ret);
void sound_done(struct sound *sound);
