#include <errno.h>
#include <string.h>

#include "base/base.h"
#include "base/error.h"
#include "tools/prepare.h"
#include "tools/sound.h"

#define WINDOWS_MOST 100000u /* each becomes a file */
#define BYTES_MOST   ((uint64_t)1 << 30)

static int make_mfcc(const struct prepare_spec *spec, const struct sound *sound, const char *path,
                     struct buf *out, struct fault *fault)
{
    struct mfcc_spec mfcc = spec->sound;
    size_t size = mfcc_frames(&mfcc, sound->n) * mfcc.n_coefficients * sizeof(float);
    int r;

    if (size == 0)
        return fail(fault, E_BAD_PARAMS,
                    "%.150s: %zu samples, less than one window of %u; --samples pads it", path,
                    sound->n, mfcc.window);
    if (size > BYTES_MOST)
        return fail(fault, -EFBIG, "%.150s: would become more than 1 GiB", path);
    mfcc.rate = sound->rate;
    r = mfcc_check(&mfcc, fault);
    if (r < 0)
        return r;
    r = buf_reserve(out, size);
    if (r == 0)
        r = mfcc_compute(&mfcc, sound->samples, sound->n, (float *)(void *)(out->base + out->size));
    if (r < 0)
        return fail(fault, r, "%.150s: out of memory", path);
    out->size += size;
    return 0;
}

/* Samples from FROM on, zeros where there are none. */
static void copy_window(const struct sound *sound, int64_t from, size_t n, float *to)
{
    for (size_t i = 0; i < n; i++) {
        int64_t at = from + (int64_t)i;

        to[i] = at >= 0 && at < (int64_t)sound->n ? sound->samples[at] : 0;
    }
}

static int make_windows(const struct prepare_spec *spec, const struct sound *sound,
                        const char *path, struct buf *out, uint32_t *ret, struct fault *fault)
{
    size_t window = spec->sound.window, hop = spec->sound.hop, length = window + spec->context;
    size_t n = sound->n <= window ? 1 : 1 + (sound->n - window + hop - 1) / hop;

    if (n > WINDOWS_MOST || (uint64_t)n * length * sizeof(float) > BYTES_MOST)
        return fail(fault, -EFBIG,
                    "%.150s: would become %zu windows of %zu samples; %u and 1 GiB "
                    "are the most",
                    path, n, length, WINDOWS_MOST);
    if (buf_reserve(out, n * length * sizeof(float)) < 0)
        return fail(fault, -ENOMEM, "%.150s: out of memory", path);
    for (size_t i = 0; i < n; i++)
        copy_window(sound, (int64_t)(i * hop) - spec->context, length,
                    (float *)(void *)(out->base + out->size) + i * length);
    out->size += n * length * sizeof(float);
    *ret = (uint32_t)n;
    return 0;
}

int prepare_sound(const struct prepare_spec *spec, const char *path, struct buf *out, uint32_t *ret,
                  struct fault *fault)
{
    _cleanup_(sound_done) struct sound sound = {0};
    int r = sound_read(path, &sound, fault);

    if (r < 0)
        return r;
    if (spec->rate)
        r = sound_resample(&sound, spec->rate);
    if (r == 0 && spec->samples)
        r = sound_fit(&sound, spec->samples);
    if (r < 0)
        return fail(fault, r, "%.150s: cannot be resampled: %s", path, error_get(r).text);
    if (!spec->mfcc)
        return make_windows(spec, &sound, path, out, ret, fault);
    *ret = 1;
    return make_mfcc(spec, &sound, path, out, fault);
}
