/* WAV files, and the MFCC of what they hold. */
/* NEEDS: prepare base */
#include <stdlib.h>

#include "tools/mfcc.h"
#include "tools/sound.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct mfcc_spec spec = {16000, 640, 320, 40, 10, 20, 4000};
    struct sound sound = {0};
    struct fault fault;
    float *to;

    if (sound_decode(data, size, "x", &sound, &fault) < 0)
        return 0;
    if (sound_resample(&sound, 16000) == 0 && sound.n < 100000) {
        to = calloc(mfcc_frames(&spec, sound.n) * 10 + 1, sizeof(float));
        if (to)
            (void)mfcc_compute(&spec, sound.samples, sound.n, to);
        free(to);
    }
    sound_done(&sound);
    return 0;
}
