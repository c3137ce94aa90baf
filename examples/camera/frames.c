#include "examples/camera/frames.h"

#include <stdlib.h>

#include "examples/camera/replay.h"
#include "examples/camera/video.h"

int frames_open(struct frames *frames, const struct frames_options *options)
{
    *frames = (struct frames){.fd = -1};
    return options->device ? video_open(frames, options) : replay_open(frames, options);
}

void frames_close(struct frames *frames)
{
    video_close(frames->video);
    replay_close(frames->replay);
}

int frames_next(struct frames *frames, struct picture *to)
{
    return frames->video ? video_next(frames, to) : replay_next(frames, to);
}
