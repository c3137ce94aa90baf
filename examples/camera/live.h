#pragma once
/*
 * Faces in frames that keep coming. P-Net's largest level is a stream of snped's, one frame deep:
 * while it runs, a newer frame replaces the one that waits, and each answer says which frame it is
 * of and how old that is. What is left of the cascade follows for each frame that came through.
 */
#include "examples/camera/detector.h"
#include "examples/camera/frames.h"

struct live_options {
    struct frames_options frames;
    const char *class_name; /* NULL: the preset */
    long count;             /* frames; 0: until interrupted */
    int json;
};

/* -1 after a sentence on stderr. */
int live_run(const struct live_options *options, struct detector *detector);
