#include "examples/voice/sound.h"

#include <errno.h>
#include <speex/speex_resampler.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MOST (64L << 20)
#define QUALITY   8 /* of 0..10 */

struct wav {
    const uint8_t *data;
    size_t n_frames;
    unsigned channels, rate;
};

static int complain(const char *path, const char *why)
{
    fprintf(stderr, "voice: %s: %s\n", path, why);
    return -1;
}

static uint8_t *read_file(const char *path, size_t *ret_size)
{
    FILE *file = fopen(path, "rbe");
    uint8_t *bytes = NULL;
    long size = -1;

    if (!file)
        return NULL;
    if (fseek(file, 0, SEEK_END) == 0)
        size = ftell(file);
    if (size > 0 && size <= FILE_MOST && fseek(file, 0, SEEK_SET) == 0)
        bytes = malloc((size_t)size);
    if (bytes && fread(bytes, 1, (size_t)size, file) != (size_t)size) {
        free(bytes);
        bytes = NULL;
    }
    fclose(file);
    *ret_size = size > 0 ? (size_t)size : 0;
    return bytes;
}

static unsigned number(const uint8_t *at, int n_bytes)
{
    unsigned value = 0;

    while (n_bytes--)
        value = value << 8 | at[n_bytes];
    return value;
}

static int take_format(const uint8_t *chunk, size_t size, struct wav *wav)
{
    if (size < 16 || number(chunk, 2) != 1 || number(chunk + 14, 2) != 16)
        return -1; /* not PCM of 16 bits */
    wav->channels = number(chunk + 2, 2);
    wav->rate = number(chunk + 4, 4);
    return wav->channels >= 1 && wav->channels <= 32 && wav->rate >= 8000 && wav->rate <= 192000
               ? 0
               : -1;
}

/* Walks the chunks of a RIFF file: "fmt " must come before "data". */
static int find_data(const uint8_t *bytes, size_t size, struct wav *ret)
{
    struct wav wav = {0};
    size_t at = 12;

    if (size < 12 || memcmp(bytes, "RIFF", 4) != 0 || memcmp(bytes + 8, "WAVE", 4) != 0)
        return -1;
    while (size - at >= 8) {
        size_t left = size - at - 8, chunk = number(bytes + at + 4, 4);
        const uint8_t *body = bytes + at + 8;

        chunk = chunk < left ? chunk : left;
        if (memcmp(bytes + at, "fmt ", 4) == 0 && take_format(body, chunk, &wav) < 0)
            return -1;
        if (memcmp(bytes + at, "data", 4) == 0 && wav.channels) {
            wav.data = body;
            wav.n_frames = chunk / (2 * wav.channels);
            *ret = wav;
            return 0;
        }
        at += 8 + chunk + (chunk & 1);
        if (at > size)
            break;
    }
    return -1;
}

static void mix_down(const struct wav *wav, float *to)
{
    const uint8_t *at = wav->data;

    for (size_t i = 0; i < wav->n_frames; i++) {
        float sum = 0;

        for (unsigned c = 0; c < wav->channels; c++, at += 2)
            sum += (float)(int16_t)number(at, 2) / 32768;
        to[i] = sum / (float)wav->channels;
    }
}

/* How many samples came out, or -1. Skips the filter's own delay, so that times stay true. */
static long resample(const float *from, size_t n, unsigned from_rate, float *to, size_t room,
                     unsigned to_rate)
{
    int error = 0;
    SpeexResamplerState *state = speex_resampler_init(1, from_rate, to_rate, QUALITY, &error);
    spx_uint32_t taken = (spx_uint32_t)n, made = (spx_uint32_t)room;

    if (!state)
        return -1;
    speex_resampler_skip_zeros(state);
    error = speex_resampler_process_float(state, 0, from, &taken, to, &made);
    speex_resampler_destroy(state);
    return error ? -1 : (long)made;
}

static int convert(const struct wav *wav, unsigned rate, size_t silence, struct sound *ret)
{
    size_t room = (size_t)((double)wav->n_frames * rate / wav->rate) + 64;
    float *mono = calloc(wav->n_frames + 1, sizeof(float));
    float *out = calloc(room + silence, sizeof(float));
    long made = -1;

    if (mono && out) {
        mix_down(wav, mono);
        made = resample(mono, wav->n_frames, wav->rate, out, room, rate);
    }
    free(mono);
    if (made < 0) {
        free(out);
        return -1;
    }
    *ret = (struct sound){out, (size_t)made + silence};
    return 0;
}

int sound_read(const char *path, unsigned rate, size_t silence, struct sound *ret)
{
    size_t size;
    uint8_t *bytes;
    struct wav wav;
    int r;

    errno = 0;
    bytes = read_file(path, &size);
    if (!bytes)
        return complain(path, errno ? strerror(errno) : "cannot be read");
    r = find_data(bytes, size, &wav);
    if (r < 0)
        complain(path, "is no WAV file of 16-bit PCM, 8 to 192 kHz");
    else if (convert(&wav, rate, silence, ret) < 0)
        r = complain(path, "cannot be resampled");
    free(bytes);
    return r;
}

void sound_done(struct sound *sound)
{
    free(sound->samples);
    sound->samples = NULL;
}
