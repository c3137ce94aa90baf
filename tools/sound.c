#include "tools/sound.h"

#include <errno.h>
#include <speex/speex_resampler.h>
#include <string.h>

#include "base/base.h"
#include "base/error.h"
#include "base/mem.h"
#include "tools/file.h"

#define FILE_MOST    ((size_t)256 << 20)
#define SAMPLES_MOST ((size_t)1 << 28)

/* Registered with Microsoft: mmreg.h. */
#define FORMAT_PCM        1
#define FORMAT_EXTENSIBLE 0xfffe
#define SIZE_UNKNOWN      0xffffffff /* of who could not go back to write it: until the end */

struct wav {
    const uint8_t *data;
    size_t n_frames;
    uint32_t channels, rate;
};

static uint32_t number(const uint8_t *at, int n_bytes)
{
    uint32_t value = 0;

    while (n_bytes--)
        value = value << 8 | at[n_bytes];
    return value;
}

static int take_format(const uint8_t *chunk, size_t size, const char *path, struct wav *wav,
                       struct fault *fault)
{
    uint32_t format, bits;

    if (size < 16)
        return fail(fault, E_BAD_PARAMS, "%.180s: its \"fmt \" chunk is too short", path);
    format = number(chunk, 2);
    if (format == FORMAT_EXTENSIBLE && size >= 26)
        format = number(chunk + 24, 2);
    bits = number(chunk + 14, 2);
    wav->channels = number(chunk + 2, 2);
    wav->rate = number(chunk + 4, 4);
    if (format != FORMAT_PCM || bits != 16)
        return fail(fault, E_BAD_PARAMS, "%.120s: format %u of %u bits: only 16-bit PCM is read",
                    path, format, bits);
    if (wav->channels < 1 || wav->channels > 64)
        return fail(fault, E_BAD_PARAMS, "%.150s: has %u channels; 1 to 64 can be", path,
                    wav->channels);
    if (wav->rate < SOUND_RATE_LEAST || wav->rate > SOUND_RATE_MOST)
        return fail(fault, E_BAD_PARAMS, "%.150s: has %u Hz; %u to %u can be", path, wav->rate,
                    SOUND_RATE_LEAST, SOUND_RATE_MOST);
    return 0;
}

static int take_data(const uint8_t *chunk, size_t size, const char *path, struct wav *wav,
                     struct fault *fault)
{
    if (!wav->channels)
        return fail(fault, E_BAD_PARAMS, "%.150s: its \"fmt \" chunk is not before its data", path);
    wav->data = chunk;
    wav->n_frames = size / (2 * wav->channels);
    if (wav->n_frames == 0)
        return fail(fault, E_BAD_PARAMS, "%.180s: holds no sound", path);
    return 0;
}

/* The chunk at *AT, which moves behind it. 1: that was the sound; 0: go on. */
static int take_chunk(const uint8_t *bytes, size_t size, size_t *at, const char *path,
                      struct wav *wav, struct fault *fault)
{
    const uint8_t *head = bytes + *at;
    size_t left = size - *at - 8, length = number(head + 4, 4);
    bool is_data = memcmp(head, "data", 4) == 0;
    int r = 0;

    if (is_data && length == SIZE_UNKNOWN)
        length = left;
    if (length > left)
        return fail(fault, E_BAD_PARAMS,
                    "%.120s: cut short: a chunk at byte %zu has %zu bytes, the file %zu more", path,
                    *at, length, left);
    if (is_data)
        r = take_data(head + 8, length, path, wav, fault);
    else if (memcmp(head, "fmt ", 4) == 0)
        r = take_format(head + 8, length, path, wav, fault);
    *at += 8 + length + (length & 1);
    return r == 0 && is_data ? 1 : r;
}

static int find_data(const uint8_t *bytes, size_t size, const char *path, struct wav *wav,
                     struct fault *fault)
{
    size_t at = 12;

    if (size < 12 || memcmp(bytes, "RIFF", 4) != 0 || memcmp(bytes + 8, "WAVE", 4) != 0)
        return fail(fault, E_BAD_PARAMS, "%.180s: not a WAV file", path);
    while (at <= size && size - at >= 8) {
        int r = take_chunk(bytes, size, &at, path, wav, fault);

        if (r != 0)
            return r < 0 ? r : 0;
    }
    return fail(fault, E_BAD_PARAMS, "%.180s: has no \"data\" chunk", path);
}

static void average(const struct wav *wav, float *to)
{
    const uint8_t *at = wav->data;

    for (size_t i = 0; i < wav->n_frames; i++) {
        int32_t sum = 0;

        for (uint32_t c = 0; c < wav->channels; c++, at += 2)
            sum += (int16_t)number(at, 2);
        to[i] = (float)sum / 32768 / (float)wav->channels;
    }
}

int sound_decode(const void *bytes, size_t size, const char *path, struct sound *ret,
                 struct fault *fault)
{
    struct wav wav = {0};
    int r = find_data(bytes, size, path, &wav, fault);
    float *samples;

    if (r < 0)
        return r;
    samples = mem_alloc(wav.n_frames * sizeof(float));
    if (!samples)
        return fail(fault, -ENOMEM, "%.180s: out of memory", path);
    average(&wav, samples);
    *ret = (struct sound){samples, wav.n_frames, wav.rate};
    return 0;
}

int sound_read(const char *path, struct sound *ret, struct fault *fault)
{
    void *bytes;
    size_t size;
    int r = file_read(path, FILE_MOST, &bytes, &size, fault);

    if (r < 0)
        return r;
    r = sound_decode(bytes, size, path, ret, fault);
    mem_free(bytes);
    return r;
}

void sound_done(struct sound *sound)
{
    mem_free(sound->samples);
    sound->samples = NULL;
}

/* Feeds the sound, then silence, until ROOM samples came out: the filter holds its last ones back.
 */
static int pump(SpeexResamplerState *state, const struct sound *sound, float *to, size_t room)
{
    static const float silence[256];
    size_t at = 0, made = 0;

    while (made < room) {
        size_t left = sound->n - at;
        spx_uint32_t n_in = left ? (spx_uint32_t)left : (spx_uint32_t)ARRAY_SIZE(silence);
        spx_uint32_t n_out = (spx_uint32_t)(room - made);
        const float *from = left ? sound->samples + at : silence;

        if (speex_resampler_process_float(state, 0, from, &n_in, to + made, &n_out) != 0)
            return -ENOMEM;
        at += left ? n_in : 0;
        made += n_out;
    }
    return 0;
}

int sound_resample(struct sound *sound, uint32_t rate)
{
    uint64_t room = ((uint64_t)sound->n * rate + sound->rate - 1) / sound->rate;
    SpeexResamplerState *state;
    float *samples;
    int r;

    if (rate == sound->rate)
        return 0;
    if (room > SAMPLES_MOST)
        return -EFBIG;
    samples = mem_alloc((size_t)room * sizeof(float));
    state = speex_resampler_init(1, sound->rate, rate, SPEEX_RESAMPLER_QUALITY_MAX, NULL);
    r = samples && state ? 0 : -ENOMEM;
    if (r == 0) {
        speex_resampler_skip_zeros(state);
        r = pump(state, sound, samples, (size_t)room);
    }
    if (state)
        speex_resampler_destroy(state);
    if (r < 0) {
        mem_free(samples);
        return r;
    }
    mem_free(sound->samples);
    *sound = (struct sound){samples, (size_t)room, rate};
    return 0;
}

int sound_fit(struct sound *sound, size_t n)
{
    float *samples;

    if (n > sound->n) {
        samples = mem_alloc(n * sizeof(float));
        if (!samples)
            return -ENOMEM;
        memcpy(samples, sound->samples, sound->n * sizeof(float));
        memset(samples + sound->n, 0, (n - sound->n) * sizeof(float));
        mem_free(sound->samples);
        sound->samples = samples;
    }
    sound->n = n;
    return 0;
}
