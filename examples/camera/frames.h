#pragma once
/* Where frames come from: files, at the rate of a camera, or a camera. */
#include <stdint.h>

#include "examples/camera/picture.h"

struct frames_options {
    const char *files;  /* a folder, or a list of paths; or */
    const char *device; /* /dev/video0 */
    double fps;
    int width, height; /* of the device, and of raw files */
};

struct replay;
struct video;

struct frames {
    struct replay *replay;
    struct video *video;
    int fd;             /* readable when a frame is there */
    int width, height;  /* as it really is */
    uint64_t n_skipped; /* frames that newer ones had overtaken when we came for them */
};

/* -1 after a sentence on stderr. */
int frames_open(struct frames *frames, const struct frames_options *options);
void frames_close(struct frames *frames);

/* The newest frame, whose memory TO brings along: 1, 0 if none is there yet, or -1 after a
 * sentence. */
int frames_next(struct frames *frames, struct picture *to);
