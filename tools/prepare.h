#pragma once
/* What snpe-prepare-input makes of one file: pictures to tensors, sounds to windows or MFCC. */
#include <stdbool.h>

#include "base/buf.h"
#include "tools/mfcc.h"
#include "tools/picture.h"

enum prepare_order { PREPARE_RGB, PREPARE_BGR, PREPARE_GREY };

struct prepare_spec {
    /* pictures */
    uint32_t width, height;           /* resized to; 0: not */
    uint32_t short_side;              /* resized so that the shorter side is this; 0: not */
    uint32_t crop_width, crop_height; /* 0: not */
    enum prepare_order order;
    float mean[3]; /* in that order */
    float scale;
    bool bytes;  /* uint8 instead of float32 */
    bool planar; /* NCHW */
    /* sounds */
    uint32_t rate;    /* resampled to; 0: not */
    uint32_t samples; /* cut or padded to; 0: not */
    uint32_t context; /* samples before a window that go with it */
    bool mfcc;
    struct mfcc_spec sound; /* window and hop count without mfcc too; its rate is set here */
};

/* One picture: (x - mean) * scale, or the bytes, appended to OUT. */
int prepare_picture(const struct prepare_spec *spec, const char *path, struct buf *out,
                    struct fault *fault);

/*
 * One sound, appended to OUT: N tensors of equal size one after the other, which is 1 for MFCC. The
 * last window is filled up with zeros. E_BAD_PARAMS, -ENOMEM, the file's own error.
 */
int prepare_sound(const struct prepare_spec *spec, const char *path, struct buf *out, uint32_t *ret,
                  struct fault *fault);
