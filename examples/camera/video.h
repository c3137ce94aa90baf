#pragma once
/* A camera by V4L2, its buffers mapped: YUYV, NV12 or MJPEG, whichever it has first. */
#include "examples/camera/frames.h"

int video_open(struct frames *frames, const struct frames_options *options);
void video_close(struct video *video); /* NULL is fine */
int video_next(struct frames *frames, struct picture *to);
