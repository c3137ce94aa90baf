#pragma once
/* Files as if they came from a camera: one after the other at a rate, and again from the first. */
#include "examples/camera/frames.h"

int replay_open(struct frames *frames, const struct frames_options *options);
void replay_close(struct replay *replay); /* NULL is fine */
int replay_next(struct frames *frames, struct picture *to);
