#include "examples/voice/microphone.h"

#include <alsa/asoundlib.h>
#include <speex/speex_resampler.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PERIOD        512 /* frames that are read at once, at most */
#define CHANNELS_MOST 32
#define QUALITY       5 /* of 0..10: 2.5 ms of delay at 16 kHz */

struct microphone {
    snd_pcm_t *pcm;
    SpeexResamplerState *resampler; /* NULL: the device has our rate */
    unsigned channels;
    int16_t frames[PERIOD * CHANNELS_MOST];
    float ready[4 * PERIOD]; /* at our rate, not asked for yet */
    size_t n_ready;
    unsigned long overruns;
};

/* ALSA's own lines say nothing that ours does not. */
static void quiet(const char *file, int line, const char *function, int code, const char *text, ...)
{
    (void)file, (void)line, (void)function, (void)code, (void)text;
}

static int complain(const char *name, int code)
{
    fprintf(stderr,
            "voice: microphone \"%s\": %s: 'arecord -L' lists those that there are; --wav reads a "
            "file instead\n",
            name, snd_strerror(code));
    return -1;
}

/* As near to 16 bits, one channel and RATE as the device comes. 0 or ALSA's negative code. */
static int configure(struct microphone *microphone, unsigned *rate)
{
    snd_pcm_t *pcm = microphone->pcm;
    snd_pcm_hw_params_t *params = NULL;
    int r = snd_pcm_hw_params_malloc(&params);

    microphone->channels = 1;
    if (r >= 0)
        r = snd_pcm_hw_params_any(pcm, params);
    if (r >= 0)
        r = snd_pcm_hw_params_set_access(pcm, params, SND_PCM_ACCESS_RW_INTERLEAVED);
    if (r >= 0)
        r = snd_pcm_hw_params_set_format(pcm, params, SND_PCM_FORMAT_S16_LE);
    if (r >= 0)
        r = snd_pcm_hw_params_set_rate_near(pcm, params, rate, NULL);
    if (r >= 0)
        r = snd_pcm_hw_params_set_channels_near(pcm, params, &microphone->channels);
    if (r >= 0)
        r = snd_pcm_hw_params(pcm, params);
    snd_pcm_hw_params_free(params);
    if (r >= 0 && (microphone->channels < 1 || microphone->channels > CHANNELS_MOST))
        return -EINVAL;
    return r < 0 ? r : 0;
}

static int open_resampler(struct microphone *microphone, unsigned from, unsigned to)
{
    int error = 0;

    if (from == to)
        return 0;
    if (from < to / 4 || from > 192000)
        return -EINVAL;
    microphone->resampler = speex_resampler_init(1, from, to, QUALITY, &error);
    return microphone->resampler ? 0 : -ENOMEM;
}

int microphone_open(const char *name, unsigned rate, struct microphone **ret)
{
    struct microphone *microphone = calloc(1, sizeof(*microphone));
    unsigned has = rate;
    int r = -ENOMEM;

    snd_lib_error_set_handler(quiet);
    if (microphone)
        r = snd_pcm_open(&microphone->pcm, name, SND_PCM_STREAM_CAPTURE, 0);
    if (r >= 0)
        r = configure(microphone, &has);
    if (r >= 0)
        r = open_resampler(microphone, has, rate);
    if (r < 0) {
        microphone_close(microphone);
        return complain(name, r);
    }
    *ret = microphone;
    return 0;
}

void microphone_close(struct microphone *microphone)
{
    if (!microphone)
        return;
    if (microphone->overruns)
        fprintf(stderr, "voice: sound was lost %lu times: this machine was too slow\n",
                microphone->overruns);
    if (microphone->pcm)
        snd_pcm_close(microphone->pcm);
    if (microphone->resampler)
        speex_resampler_destroy(microphone->resampler);
    free(microphone);
}

static float mix_down(const int16_t *frame, unsigned channels)
{
    float sum = 0;

    for (unsigned c = 0; c < channels; c++)
        sum += (float)frame[c] / 32768;
    return sum / (float)channels;
}

/* N frames of the device become what they are at our rate. */
static int take(struct microphone *microphone, size_t n)
{
    float mono[PERIOD], *to = microphone->ready + microphone->n_ready;
    spx_uint32_t taken = (spx_uint32_t)n;
    spx_uint32_t made = (spx_uint32_t)(4 * PERIOD - microphone->n_ready);

    for (size_t i = 0; i < n; i++)
        mono[i] = mix_down(microphone->frames + i * microphone->channels, microphone->channels);
    if (!microphone->resampler) {
        memcpy(to, mono, n * sizeof(float));
        made = taken;
    } else if (speex_resampler_process_float(microphone->resampler, 0, mono, &taken, to, &made)) {
        return -1;
    }
    microphone->n_ready += made;
    return 0;
}

static int fill(struct microphone *microphone)
{
    /* A quarter of our rate at least: what PERIOD / 4 frames become fits twice. */
    size_t most = microphone->resampler ? PERIOD / 4 : PERIOD;
    snd_pcm_sframes_t n = snd_pcm_readi(microphone->pcm, microphone->frames, most);

    if (n == -EPIPE || n == -ESTRPIPE) {
        microphone->overruns++;
        n = snd_pcm_recover(microphone->pcm, (int)n, 1);
        return n < 0 ? (int)n : 0;
    }
    if (n < 0)
        return n == -EINTR || n == -EAGAIN ? 0 : (int)n;
    return take(microphone, (size_t)n) < 0 ? -EIO : 0;
}

int microphone_read(struct microphone *microphone, float *to, size_t n)
{
    int r = n <= PERIOD ? 0 : -EINVAL;

    while (r == 0 && microphone->n_ready < n)
        r = fill(microphone);
    if (r < 0)
        return complain(snd_pcm_name(microphone->pcm), r);
    memcpy(to, microphone->ready, n * sizeof(float));
    microphone->n_ready -= n;
    memmove(microphone->ready, microphone->ready + n, microphone->n_ready * sizeof(float));
    return 0;
}
