#include "examples/voice/source.h"

#include <string.h>

#include "examples/voice/microphone.h"
#include "examples/voice/vad.h"

int source_open_file(struct source *source, const char *path)
{
    return sound_read(path, VAD_RATE, VAD_RATE / 2, &source->sound);
}

int source_open_device(struct source *source, const char *name)
{
    return microphone_open(name, VAD_RATE, &source->microphone);
}

void source_close(struct source *source)
{
    sound_done(&source->sound);
    microphone_close(source->microphone);
}

int source_read(struct source *source, float *to, size_t n)
{
    if (source->microphone)
        return microphone_read(source->microphone, to, n) < 0 ? -1 : 1;
    if (source->sound.n - source->at < n)
        return 0;
    memcpy(to, source->sound.samples + source->at, n * sizeof(float));
    source->at += n;
    return 1;
}
